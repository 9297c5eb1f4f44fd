"""The house as people walk through it: signed in as every role, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from revloop.operations.access.rules import Role

from .company import HOSTILE_LEAD, LEADS, PASSWORD, address_of, made
from .conftest import THEMES, WIDTHS, Screen
from .looking import small_targets, too_wide, violations, walk
from .serving import served

Window = Callable[..., Screen]
REPORT = "What did this import bring?"
PAGES = (
    "/week/",
    "/loop/",
    "/promises/",
    "/revenue/",
    "/money/",
    "/readings/",
    "/readings/stage_conversion/?by=source",
    "/readings/promises/rows/?state=breached",
    "/agreement/",
    "/agreement/history/",
    "/agreement/compare/?from=1.0.0&to=2.1.0",
    "/data/",
    "/data/decisions/",
    "/data/proposals/",
    "/data/unmatched/",
    "/companies/",
    "/people/",
    "/members/",
)


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the small example company, with a worker."""
    with served(made(tmp_path_factory.mktemp("company")), has_worker=True) as address:
        yield address


def sign_in(screen: Screen, role: Role) -> Page:
    """By keyboard alone, as a password manager or a person would."""
    page = screen.open("/sign-in")
    page.get_by_label("E-mail").focus()
    page.keyboard.type(address_of(role))
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("sign-in"))
    return page


def bring(page: Page, acme: str, file: Path) -> None:
    """Hand a file in on the Data page, and wait until it was looked through."""
    page.goto(f"{acme}/data/")
    page.get_by_text("Bring more files").click()
    page.locator("input[type=file]").set_input_files(str(file))
    page.get_by_role("button", name="Look through them").click()
    expect(page.get_by_text("recognised and would become facts")).to_be_visible()


@pytest.mark.parametrize("role", Role)
def test_every_role_comes_in_and_sees_its_rooms(window: Window, acme: str, role: Role) -> None:
    page = sign_in(window(acme, 1280, "light"), role)
    rooms = page.get_by_role("navigation", name="Pages").first
    for name in (
        "This week",
        "Loop",
        "Promises",
        "Revenue",
        "Agreement",
        "Companies",
        "People",
        "Data",
    ):
        rooms.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert rooms.get_by_role("link", name="Members").count() == (role is Role.ADMIN)
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("sign-in"))
    page.goto(f"{acme}/data/")
    expect(page).to_have_url(re.compile("sign-in"))


@pytest.mark.parametrize("look", [(width, theme) for width in WIDTHS for theme in THEMES], ids=str)
def test_every_page_can_be_used_by_everybody(
    window: Window, acme: str, look: tuple[int, str]
) -> None:
    screen = window(acme, *look)
    sign_in(screen, Role.ADMIN)
    for path in PAGES:
        page = screen.open(path)
        assert violations(page) == [], path
        assert small_targets(page) == [], path
        assert too_wide(page) <= 0, path


@pytest.mark.parametrize("width", WIDTHS)
def test_a_keyboard_reaches_everything_on_every_page(window: Window, acme: str, width: int) -> None:
    screen = window(acme, width, "light")
    sign_in(screen, Role.ADMIN)
    for path in PAGES:
        assert walk(screen.open(path)) == ([], [], []), path


def test_a_folder_is_brought_in_and_its_people_are_there(
    window: Window, acme: str, tmp_path: Path
) -> None:
    (tmp_path / "Lead.csv").write_text(LEADS)
    screen = window(acme, 1280, "light")
    page = sign_in(screen, Role.REVOPS)
    bring(page, acme, tmp_path / "Lead.csv")
    assert page.get_by_text("Brightwater").first.is_visible()
    assert violations(page) == []

    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(REPORT, timeout=120_000)
    expect(page.get_by_text("1 held back")).to_be_visible()
    assert violations(page) == []
    report = page.url

    page.goto(f"{acme}/people/")
    page.get_by_role("searchbox").fill("bright")
    page.get_by_role("searchbox").fill("ann lee")
    page.get_by_role("link", name="Ann Lee").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ann Lee")
    expect(page.get_by_text("share the e-mail address").first).to_be_visible()
    assert violations(page) == []

    page.goto(report)
    page.get_by_text("Take this import back").click()
    page.get_by_label("Why?").fill("the wrong list")
    assert violations(page) == []
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("This import was taken back on")).to_be_visible(timeout=120_000)
    assert violations(page) == []
    page.goto(f"{acme}/people/?q=ann lee")
    expect(page.get_by_role("link", name="Ann Lee")).to_have_count(0)


def test_what_came_in_is_read_literally_by_the_browser(
    window: Window, acme: str, tmp_path: Path
) -> None:
    (tmp_path / "Lead.csv").write_text(HOSTILE_LEAD)
    page = sign_in(window(acme, 1280, "light"), Role.REVOPS)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    bring(page, acme, tmp_path / "Lead.csv")
    expect(page.get_by_text("<img src=x onerror=alert(1)>").first).to_be_visible()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(REPORT, timeout=120_000)
    page.goto(f"{acme}/people/?q=x@hostile.example")
    expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    page.locator("main table a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>alert(1)</script>")
    page.goto(f"{acme}/data/unmatched/")
    assert page.title() == "Whose company do we not know? · revloop"


def test_a_company_is_found_and_its_time_is_read(window: Window, acme: str) -> None:
    for look in ((1280, "dark"), (390, "light")):
        page = sign_in(window(acme, *look), Role.MARKETING)
        page.goto(f"{acme}/companies/")
        name = page.locator("main table a").first.inner_text()
        page.get_by_role("searchbox").press_sequentially(name[:5])
        page.get_by_role("link", name=name).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
        assert violations(page) == []
        assert too_wide(page) <= 0
        page.get_by_role("heading", name="People").scroll_into_view_if_needed()
        assert walk(page) == ([], [], [])
        page.locator("main a[href^='/people/']").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("What happened with")
        assert violations(page) == []
        assert small_targets(page) == []


def test_an_empty_house_says_what_to_do(screen: Screen) -> None:
    for path in (each for each in PAGES if each != "/members/" and "/rows/" not in each):
        page = screen.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert violations(page) == [], path
        assert too_wide(page) <= 0, path


def test_a_merge_is_taken_back_by_keyboard_alone(window: Window, acme: str) -> None:
    screen = window(acme, 1280, "dark")
    page = sign_in(screen, Role.REVOPS)
    page.goto(f"{acme}/data/decisions/")
    opens = page.locator("summary", has_text="Take back").first
    opens.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("mother and daughter")
    page.keyboard.press("Enter")
    expect(page.get_by_text("was taken back; the records are as they were")).to_be_visible()


def test_a_phone_reads_the_agreement(window: Window, acme: str) -> None:
    screen = window(acme, 390, "dark")
    page = sign_in(screen, Role.SALES)
    page.goto(f"{acme}/agreement/")
    expect(page.get_by_role("heading", name="Sales promises marketing")).to_be_visible()
    assert too_wide(page) <= 0
