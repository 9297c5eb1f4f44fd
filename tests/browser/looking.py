"""What must hold on every page, as functions that a journey calls where it stands."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SMALLEST_TARGET = 24
_NO_TARGETS = """
() => {
  const found = [];
  for (const each of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
    if (!each.checkVisibility({checkOpacity: false, checkVisibilityCSS: true})) continue;
    if (each.closest(".skip")) continue;
    // A link within a sentence is as high as its line; WCAG 2.2 exempts it, and so do we.
    if (each.tagName === "A" && getComputedStyle(each).display === "inline") continue;
    const label = each.matches("[type=checkbox], [type=radio]") && each.labels[0];
    const box = (label || each).getBoundingClientRect();
    if (box.width < SMALLEST || box.height < SMALLEST)
      found.push(`${each.outerHTML.slice(0, 90)} ${box.width} x ${box.height}`);
  }
  return found;
}
""".replace("SMALLEST", str(SMALLEST_TARGET))
_FOCUS = """
() => {
  const each = document.activeElement;
  if (!each || each === document.body) return null;
  const shown = (one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  let seen = false;
  for (let one = each; one && !seen; one = one.parentElement)
    seen = (one === each || one.matches(":has(:focus-visible)")) && one !== document.body && shown(one);
  const box = each.getBoundingClientRect();
  const at = document.elementFromPoint(
    Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1),
    Math.min(Math.max(box.y + Math.min(box.height, innerHeight) / 2, 0), innerHeight - 1));
  const label = each.closest("label");
  const bar = document.querySelector(".bar-at-foot");
  const covered = bar && bar.checkVisibility() && !bar.contains(each) &&
    bar.getBoundingClientRect().top <= box.top && box.height > 0 && !each.closest("[popover], dialog");
  return {html: each.outerHTML.slice(0, 120), seen, covered,
          number: [...document.querySelectorAll("*")].indexOf(each)};
}
"""
_REACHABLE = """
() => [...document.querySelectorAll("a[href], button:enabled, summary, input:enabled:not([type=hidden]), select, textarea, [tabindex='0']")]
  .filter((each) => each.checkVisibility({checkVisibilityCSS: true}))
  // Of radio buttons the one that is chosen is reached, and the arrows go on to the others.
  .filter((each) => each.type !== "radio" || each.checked)
  .map((each) => [[...document.querySelectorAll("*")].indexOf(each), each.outerHTML.slice(0, 120)])
"""
_MOST_STEPS = 400


def violations(page: Page) -> list[str]:
    """What axe finds wrong, each with its first places."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['help']}: "
        + " | ".join(node["html"][:160] for node in each["nodes"][:4])
        for each in found
    ]


def too_wide(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def small_targets(page: Page) -> list[str]:
    """What is too small to be hit by a thumb."""
    return list(page.evaluate(_NO_TARGETS))


def walk(page: Page) -> tuple[list[str], list[str], list[str]]:
    """Tab through a page: what was never reached, what showed no focus, what stood behind the bar."""
    reachable = dict(page.evaluate(_REACHABLE))
    reached, unseen, covered = set(), [], []
    for _ in range(_MOST_STEPS):
        page.keyboard.press("Tab")
        at = page.evaluate(_FOCUS)
        if at is None:
            continue  # behind the last thing, and on from the first: errors are where one begins
        if at["number"] in reached:
            break
        reached.add(at["number"])
        if not at["seen"]:
            unseen.append(at["html"])
        if at["covered"]:
            covered.append(at["html"])
    return [html for number, html in reachable.items() if number not in reached], unseen, covered
