// Draws the charts of a notebook, with the scripts that draw those of the pages.
(async () => {
  const options = {
    mode: "vega-lite",
    renderer: "svg",
    ast: true,
    expr: vegaInterpreter.expressionInterpreter,
    actions: false,
  };
  for (const chart of document.querySelectorAll(".chart")) {
    const spec = JSON.parse(chart.querySelector("script").textContent);
    await vegaEmbed(chart.firstElementChild, spec, options);
  }
})();
