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
      offer(figure, spec);
    } catch (error) {
      drawing.hidden = true;
      console.error(error);
    }
    twin.classList.add("drawn");
  };

  // A picture to take along: on its own it has the sentence, what it rests on and its colours.
  const offer = (figure, spec) => {
    const take = document.createElement("p");
    take.className = "take";
    take.append("Save as ");
    for (const form of ["SVG", "PNG"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = form;
      button.addEventListener("click", () => save(figure, spec, form));
      take.append(button, " ");
    }
    figure.append(take);
  };

  const save = async (figure, spec, form) => {
    const view = new vega.View(vega.parse(vegaLite.compile(alone(figure, spec)).spec, null, { ast: true }), {
      renderer: "none",
      expr: vegaInterpreter.expressionInterpreter,
    });
    const link = document.createElement("a");
    link.download = `${figure.dataset.name}.${form.toLowerCase()}`;
    if (form === "SVG") {
      const file = new Blob([await view.toSVG()], { type: "image/svg+xml" });
      link.href = URL.createObjectURL(file);
    } else {
      link.href = await view.toImageURL("png", 2);
    }
    link.click();
    view.finalize();
  };

  const alone = (figure, spec) => {
    const width = figure.querySelector(".drawing").clientWidth;
    const caption = figure.querySelector("figcaption");
    const behind = caption.querySelector("small").textContent;
    const sentence = caption.textContent.replace(behind, "").trim();
    const own = JSON.parse(named(JSON.stringify(spec).replaceAll('"width":"container"', `"width":${width}`)));
    own.background = named("var(--surface)");
    own.padding = 16;
    own.title = {
      text: lines(sentence, width / 7.5),
      subtitle: behind.replace(/^\[|\]$/g, ""),
      anchor: "start",
      offset: 12,
      font: own.config.font,
      fontSize: 14,
      fontWeight: 500,
      color: named("var(--ink)"),
      subtitleFont: own.config.font,
      subtitleColor: named("var(--ink-3)"),
    };
    return own;
  };

  // Outside the page nobody knows what a colour is called, so each is written out.
  const named = (text) => {
    const probe = document.createElement("span");
    document.body.append(probe);
    const found = text.replace(/var\(--[\w-]+(?:,[^)]*)?\)/g, (name) => {
      probe.style.color = name;
      return getComputedStyle(probe).color;
    });
    probe.remove();
    return found;
  };

  const lines = (sentence, most) =>
    sentence.split(" ").reduce(
      (told, word) => {
        const longer = `${told.at(-1)} ${word}`.trim();
        return longer.length <= most ? [...told.slice(0, -1), longer] : [...told, word];
      },
      [""],
    );

  // Words are measured to place them, so their font has to be there.
  await document.fonts.load("12px Inter");
  for (const figure of document.querySelectorAll(".chart")) await draw(figure);
  document.addEventListener("htmx:load", (event) => {
    for (const figure of event.target.querySelectorAll(".chart:not(:has(.drawn))")) draw(figure);
  });
})();
