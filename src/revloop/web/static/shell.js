// Small comforts around a page; everything works without them.
(() => {
  const root = document.documentElement;
  const switches = () => document.querySelectorAll(".themes input");

  const show = () => {
    for (const each of switches()) each.checked = each.value === (root.dataset.theme ?? "system");
  };

  for (const each of switches()) {
    each.addEventListener("change", () => {
      if (each.value === "system") delete root.dataset.theme;
      else root.dataset.theme = each.value;
      try {
        localStorage.setItem("theme", each.value);
      } catch {
        // The choice holds for this page.
      }
      show();
    });
  }
  show();

  // A choice made in another tab holds here as well.
  addEventListener("storage", (event) => {
    if (event.key !== "theme") return;
    if (event.newValue === "light" || event.newValue === "dark") root.dataset.theme = event.newValue;
    else delete root.dataset.theme;
    show();
  });

  // What unfolds over a page folds again when one turns to something else.
  const unfolded = () => document.querySelectorAll("details.pick[open]");
  const foldAllBut = (target) => {
    for (const each of unfolded()) if (!each.contains(target)) each.open = false;
  };
  document.addEventListener("click", (event) => foldAllBut(event.target));
  document.addEventListener("focusin", (event) => foldAllBut(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const each of unfolded()) {
      if (each.contains(document.activeElement)) each.firstElementChild.focus();
      each.open = false;
    }
  });

  // What a part of a page could not do is said, in place of nothing happening.
  const said = document.getElementById("said");
  const say = (text) => {
    said.textContent = text;
    said.hidden = !text;
  };
  document.addEventListener("htmx:beforeRequest", () => say(""));
  document.addEventListener("htmx:sendError", () =>
    say("The server cannot be reached. Check the connection, then try again."),
  );
  document.addEventListener("htmx:timeout", () =>
    say("This took too long. Try again in a moment."),
  );
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 403) say("This is not yours to do, or this page is too old: load it again.");
    else if (status !== 401) say("That did not work. Load the page again, then try once more.");
  });
})();
