"""Real exports, made by nobody here, on the pages of the Monday: what they show, and what they lack."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from revloop.kit.folder import Folder

from ..real_data import real_data
from .looking import too_wide, violations
from .serving import served
from .test_house import Window

pytestmark = [pytest.mark.usefixtures("chromium"), pytest.mark.slow]

MAPPINGS = Path(__file__).parents[2] / "examples" / "mappings"
PAGES = ("/", "/loop/", "/promises/", "/revenue/", "/money/")
LOOKS = ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"))


def imported(place: Path, name: str, *options: str) -> Folder:
    """A workspace made as its user would make it, by three commands."""
    made = Folder(place / "company")
    for said in (
        ("init", str(made.path), "--company", "Real", "--timezone", "America/New_York"),
        ("import", str(real_data(name)), "--workspace", str(made.path), *options),
        ("publish", "--workspace", str(made.path)),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "revloop", *said], capture_output=True, check=False
        )
        # An import that held rows back says so by its code; HubSpot's has one that is no fact.
        assert done.returncode in ({0, 1} if said[0] == "import" else {0}), done.stderr
    return made


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    mapping = ("--mapping", str(MAPPINGS / "maven_crm.yaml"))
    with served(
        imported(tmp_path_factory.mktemp("maven"), "maven_crm", *mapping), is_demo=True
    ) as at:
        yield at


@pytest.fixture(scope="module")
def hubspot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(imported(tmp_path_factory.mktemp("hubspot"), "hubspot_tables"), is_demo=True) as at:
        yield at


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_deals_alone_answer_what_they_can(
    window: Window, maven: str, width: int, theme: str
) -> None:
    page = window(maven, width, theme).page
    for path in PAGES:
        page.goto(maven + path)
        assert violations(page) == [], path
        assert too_wide(page) <= 0, path
    page.goto(maven)
    expect(page.locator("main .answer")).to_contain_text("No promise can be measured yet.")
    expect(page.locator("main .answer")).to_contain_text("Revenue runs at")
    page.goto(f"{maven}/promises/")
    expect(page.locator("main")).to_contain_text("leads, with the time they came in")
    expect(page.get_by_role("link", name="none is in force")).to_be_visible()


def test_the_run_rate_is_one_number_on_every_page(window: Window, maven: str) -> None:
    page = window(maven, 1280, "light").page
    told = set()
    for path in ("/", "/revenue/"):
        page.goto(maven + path)
        said = page.locator("main").inner_text()
        [ends] = re.findall(
            r"the run rate (?:rose|fell) by .*? to ([\d,]+)", said.replace("\n", " ")
        )
        told.add(ends)
        assert ends in page.locator("main .answer, main p").first.inner_text()
    assert len(told) == 1


def test_a_won_deal_of_a_region_is_found_behind_its_number(window: Window, maven: str) -> None:
    page = window(maven, 1280, "light").page
    page.goto(f"{maven}/revenue/")
    page.locator("summary", has_text="All regions").click()
    page.get_by_role("link", name="East", exact=True).click()
    expect(page).to_have_url(re.compile("region=East"))
    page.get_by_role("link", name="The opportunities behind it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is behind this number?")
    expect(page.locator("main tbody tr").first).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_few_rows_of_hubspot_say_what_is_missing(
    window: Window, hubspot: str, width: int, theme: str
) -> None:
    page = window(hubspot, width, theme).page
    for path in PAGES:
        page.goto(hubspot + path)
        assert violations(page) == [], path
        assert too_wide(page) <= 0, path
        assert "nan" not in page.locator("main").inner_text().lower().split()
    page.goto(f"{hubspot}/revenue/")
    expect(page.locator("main")).to_contain_text("whether opportunities were won")
    expect(page.locator("main").get_by_role("link", name="Data")).to_be_visible()
