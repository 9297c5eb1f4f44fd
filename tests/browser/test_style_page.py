"""The style page, with every component, as people see and use it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import THEMES, WIDTHS, Screen
from .looking import small_targets, too_wide, violations, walk

Window = Callable[..., Screen]
STYLE = "/style/"


def test_axe_finds_nothing(screen: Screen) -> None:
    assert violations(screen.open(STYLE)) == []


def test_axe_finds_nothing_where_something_is_open(screen: Screen) -> None:
    page = screen.open(STYLE)
    page.locator("details").evaluate_all("all => all.forEach((each) => (each.open = true))")
    if screen.is_phone:
        page.get_by_role("button", name="More").click()
    else:
        page.get_by_role("button", name="Undo this import").click()

    assert violations(page) == []


def test_targets_are_large_enough(screen: Screen) -> None:
    assert small_targets(screen.open(STYLE)) == []


def test_a_keyboard_reaches_everything_and_is_seen_there(screen: Screen) -> None:
    never, unseen, covered = walk(screen.open(STYLE))

    assert never == []
    assert unseen == []
    assert covered == []


def test_who_types_can_go_past_the_rail(screen: Screen) -> None:
    page = screen.open(STYLE)

    page.keyboard.press("Tab")
    assert page.get_by_role("link", name="Skip to the content").is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    first = "document.querySelector('main summary') === document.activeElement"
    assert page.evaluate(first)


@pytest.mark.parametrize("width", [320, 390, 640, 768, 1024, 1280, 1920])
def test_no_page_is_moved_sideways(window: Window, demo: str, width: int) -> None:
    page = window(demo, width, "light").open(STYLE)

    assert too_wide(page) <= 0


@pytest.mark.parametrize("width", WIDTHS)
def test_without_scripts_every_word_and_number_is_there(
    window: Window, demo: str, width: int
) -> None:
    page = window(demo, width, "light", java_script_enabled=False).open(STYLE)

    assert page.get_by_role("rowheader", name="16 Nov").is_visible()
    assert page.locator(".drawing").first.is_hidden()
    assert page.locator(".themes").first.is_hidden()
    page.get_by_role("button", name="Undo this import").click()
    assert page.get_by_role("dialog", name="Undo the import of 24 Nov?").is_visible()
    page.get_by_role("button", name="Leave it as it is").click()
    assert page.get_by_role("dialog").is_hidden()


def test_without_scripts_a_phone_shows_every_page(window: Window, demo: str) -> None:
    page = window(demo, 390, "light", java_script_enabled=False).open(STYLE)

    page.get_by_role("button", name="More").click()

    places = page.get_by_role("navigation", name="All pages")
    assert places.get_by_role("link", name="Companies").is_visible()


def test_a_chart_is_drawn_and_says_what_it_shows(screen: Screen) -> None:
    page = screen.open(STYLE)

    chart = page.get_by_role("img", name="Hot leads answered in five minutes fell")
    assert chart.locator("svg path").count() > 0
    assert page.get_by_role("rowheader", name="16 Nov").is_hidden()
    page.get_by_text("As a table").first.click()
    assert page.get_by_role("rowheader", name="16 Nov").is_visible()


def test_a_chart_is_as_wide_as_its_place(screen: Screen) -> None:
    page = screen.open(STYLE)

    widths = "each => [each.getBoundingClientRect().width, each.parentElement.clientWidth]"
    for drawn in page.locator(".drawing > svg, .drawing svg.marks").all():
        own, place = drawn.evaluate(widths)
        assert own <= place
        assert own > place * 0.9


def test_a_filter_that_unfolded_folds_again(screen: Screen) -> None:
    page = screen.open(STYLE)
    teams = page.locator("details.pick", has_text="All teams")

    teams.locator("summary").press("Enter")
    teams.get_by_role("link", name="Marketing").focus()
    page.keyboard.press("Escape")
    assert teams.get_by_role("link", name="Marketing").is_hidden()
    assert teams.locator("summary").evaluate("each => each === document.activeElement")

    teams.locator("summary").click()
    page.get_by_role("heading", level=1).click(position={"x": 2, "y": 2})
    assert teams.get_by_role("link", name="Marketing").is_hidden()


def paper(screen: Screen) -> str:
    return str(screen.page.evaluate("getComputedStyle(document.body).backgroundColor"))


def line_of_the_chart(screen: Screen) -> str:
    drawn = screen.page.locator('.drawing svg .mark-line path[stroke="var(--sales)"]').first
    return str(drawn.evaluate("each => getComputedStyle(each).stroke"))


def test_the_switch_changes_the_page_and_its_charts(window: Window, demo: str) -> None:
    screen = window(demo, 1280, "light")
    screen.open(STYLE)
    light = paper(screen), line_of_the_chart(screen)

    screen.page.get_by_role("radio", name="Auto").focus()
    screen.page.keyboard.press("ArrowRight")
    assert (paper(screen), line_of_the_chart(screen)) == light
    screen.page.keyboard.press("ArrowRight")
    dark = paper(screen), line_of_the_chart(screen)

    assert dark[0] != light[0]
    assert dark[1] != light[1]


def test_the_theme_is_kept_and_stands_before_the_first_paint(window: Window, demo: str) -> None:
    screen = window(demo, 1280, "light")
    screen.open(STYLE)
    screen.page.get_by_text("Dark", exact=True).first.click()
    dark = paper(screen)

    screen.page.route("**/shell.js", lambda route: route.abort())
    screen.page.goto(screen.address + STYLE, wait_until="commit")
    screen.page.wait_for_selector("body", state="attached")

    assert screen.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert paper(screen) == dark
    screen.complaints.clear()  # of the script that was kept away


def test_whatever_stands_where_the_theme_is_kept_breaks_nothing(window: Window, demo: str) -> None:
    screen = window(demo, 1280, "light")
    screen.page.add_init_script('localStorage.setItem("theme", "<b>pink")')

    screen.open(STYLE)

    assert screen.page.get_by_role("radio", name="Auto").is_checked()


def test_the_two_themes_differ(window: Window, demo: str) -> None:
    seen = set()
    for theme in THEMES:
        screen = window(demo, 1280, theme)
        screen.open(STYLE)
        seen.add((paper(screen), line_of_the_chart(screen)))

    assert len({ground for ground, _ in seen}) == len({line for _, line in seen}) == 2


def test_nothing_moves_for_those_who_ask_for_stillness(window: Window, demo: str) -> None:
    page = window(demo, 1280, "light", reduced_motion="reduce").open(STYLE)

    assert page.evaluate("document.getAnimations().length") == 0


def test_what_is_printed_is_the_page_without_its_frame(window: Window, demo: str) -> None:
    screen = window(demo, 1280, "dark")
    page = screen.open(STYLE)
    page.emulate_media(media="print", color_scheme="dark")

    assert page.locator(".rail").is_hidden()
    assert page.get_by_role("heading", level=1).is_visible()
    assert paper(screen) == "rgb(255, 255, 255)"
    page.set_viewport_size({"width": 680, "height": 960})  # A4 between its margins
    assert too_wide(page) <= 0


def test_what_could_not_be_fetched_is_said(window: Window, demo: str) -> None:
    screen = window(demo, 390, "light")
    page = screen.open(STYLE)
    page.evaluate(
        """() => {
          const part = document.createElement("button");
          part.textContent = "Fetch";
          part.setAttribute("hx-get", "/nowhere");
          document.querySelector("main").append(part);
          htmx.process(part);
          part.click();
        }"""
    )

    page.get_by_text("That did not work.").wait_for()
    assert violations(page) == []
    screen.complaints.clear()  # of the address that is nowhere
