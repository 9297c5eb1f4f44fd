// Draws every figure of the page. Without this, its sentence and its table say the same.
(async () => {
  const options = {
    mode: "vega-lite",
    renderer: "svg",
    // Expressions are read and never compiled: the page may not run what is made from text.
    ast: true,
    expr: vegaInterpreter.expressionInterpreter,
    defaultStyle: false,
    actions: false,
    tooltip: { disableDefaultStyle: true, offsetY: 14 },
  };

  const draw = async (figure) => {
    const drawing = figure.querySelector(".drawing");
    const spec = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    const twin = figure.querySelector(".twin");
    try {
      await vegaEmbed(drawing.firstElementChild, spec, options);
      twin.open = false;
    } catch (error) {
      drawing.hidden = true;
      console.error(error);
    }
    twin.classList.add("drawn");
  };

  // Words are measured to place them, so their font has to be there.
  await document.fonts.load("12px Inter");
  for (const figure of document.querySelectorAll(".chart")) await draw(figure);
  document.addEventListener("htmx:load", (event) => {
    for (const figure of event.target.querySelectorAll(".chart:not(:has(.drawn))")) draw(figure);
  });
})();
