"""A browser reads a company in which every text was written to be run, and runs none of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from revloop.operations.access.rules import Role

from ..web.hostile import PAYLOADS
from ..web.walking import kind_of
from .company import made
from .serving import served
from .test_house import Window, sign_in

START = (
    "/week/",
    "/loop/",
    "/promises/",
    "/revenue/",
    "/money/",
    "/readings/",
    "/data/",
    "/companies/",
    "/people/",
)
EACH = 2
"""Of the pages that differ in numbers and in what is asked for alone, so many are opened."""
_LINKS = """
[...document.querySelectorAll("a[href]")]
  .map((each) => new URL(each.getAttribute("href"), document.baseURI).href)
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(made(tmp_path_factory.mktemp("hostile"), "--hostile")) as address:
        yield address


@pytest.fixture
def page(window: Window, hostile: str) -> Page:
    """Fails with the test if a script asks something, or anything is fetched from elsewhere."""
    page = sign_in(window(hostile, 1280, "light"), Role.ADMIN)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.on("request", lambda request: _from_here(request, hostile))
    return page


def test_no_page_runs_what_came_in(page: Page, hostile: str) -> None:
    kinds, waiting = Counter[str](), list(START)
    for address in waiting:
        page.goto(hostile + address, wait_until="networkidle")
        assert page.url.startswith(hostile), address
        for link in page.evaluate(_LINKS):
            parts = urlsplit(link)
            assert parts.scheme in {"http", "mailto"}, link
            found = link.removeprefix(hostile).partition("#")[0]
            kinds[kind_of(found)] += 1
            is_page = link.startswith(hostile) and parts.path.endswith("/")
            if is_page and kinds[kind_of(found)] <= EACH and found not in waiting:
                waiting.append(found)
    assert len(waiting) > 2 * len(START)


def test_every_text_is_read_as_it_was_written(page: Page, hostile: str) -> None:
    for room in ("/companies/", "/people/"):
        page.goto(hostile + room, wait_until="networkidle")
        shown = page.locator("main").text_content() or ""
        assert [text for text in PAYLOADS if text not in shown] == [], room
        ways = sorted({each for each in page.evaluate(_LINKS) if _is_one_of(room, each)})
        assert len(ways) == len(PAYLOADS)
        for way in ways[::5]:
            page.goto(way, wait_until="networkidle")
            heading = page.get_by_role("heading", level=1)
            expect(heading).to_be_visible()
            said = heading.text_content() or ""
            assert any(text in said for text in PAYLOADS), ascii(said)
            assert any(text in page.title() for text in PAYLOADS), page.title()


def _from_here(request: Request, hostile: str) -> None:
    if not request.url.startswith((hostile, "data:", "blob:")):
        pytest.fail(f"something was fetched from elsewhere: {request.url}")


def _is_one_of(room: str, link: str) -> bool:
    return bool(re.fullmatch(rf"{room}\d+/", urlsplit(link).path))
