"""What was measured, as the heads of both teams use it: read, followed to its rows, taken along."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from revloop.operations.access.rules import Role

from .looking import violations
from .test_house import Window, acme, sign_in  # noqa: F401 - the fixture

pytestmark = pytest.mark.usefixtures("chromium")


def test_a_number_is_followed_to_its_rows_and_to_a_person(
    window: Window,
    acme: str,  # noqa: F811 - the fixture
) -> None:
    page = sign_in(window(acme, 1280, "light"), Role.SALES)
    page.goto(f"{acme}/loop/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("come back, or get lost?")
    expect(page.get_by_role("link", name=re.compile(r"^Lead to MQL.* n [\d,]+"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^Lead to MQL")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is behind this number?")
    expect(page.locator("main tbody tr").first).to_be_visible()
    page.locator("main tbody a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What happened with")


def test_a_filter_stays_in_the_address_and_changes_the_numbers(
    window: Window,
    acme: str,  # noqa: F811 - the fixture
) -> None:
    page = sign_in(window(acme, 390, "dark"), Role.MARKETING)
    page.goto(f"{acme}/loop/")
    whole = page.locator("main .answer").inner_text()
    page.locator("summary", has_text="All sources").click()
    page.get_by_role("link", name="webinar").click()
    expect(page).to_have_url(re.compile("source=webinar"))
    assert page.locator("main .answer").inner_text() != whole
    assert violations(page) == []
    page.reload()
    expect(page.get_by_text("webinar").first).to_be_visible()


def test_the_week_leads_to_promises_revenue_and_what_changed(
    window: Window,
    acme: str,  # noqa: F811 - the fixture
) -> None:
    page = sign_in(window(acme, 1280, "dark"), Role.EXECUTIVE)
    page.goto(acme)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Did we keep our word, and what did it earn?"
    )
    expect(page.locator("main .answer")).to_contain_text("promises")
    page.get_by_role("link", name="what changed from 2.0.0").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{acme}/promises/")
    expect(page.get_by_text("Sales promised marketing")).to_be_visible()
    page.goto(f"{acme}/revenue/")
    expect(page.locator("main .chart svg").first).to_be_visible()
    page.get_by_role("table", name="The equation of each seller").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is behind this number?")


def test_a_credited_amount_is_followed_to_its_touches(
    window: Window,
    acme: str,  # noqa: F811 - the fixture
) -> None:
    page = sign_in(window(acme, 1280, "light"), Role.MARKETING)
    page.goto(f"{acme}/money/")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "What earned it, and what should we do next?"
    )
    expect(page.locator("main .reconciled")).to_contain_text("Booked")
    expect(page.locator("main .chart svg").first).to_be_visible()
    ways = page.get_by_role("table", name="Ways worth most")
    ways.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What earned this one?")
    expect(page.locator("main .journey-line circle").first).to_be_visible()
    assert violations(page) == []
    page.goto(f"{acme}/money/")
    page.get_by_role("link", name="the touches behind it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is behind this number?")
    expect(page.locator("main tbody tr").first).to_be_visible()


def test_the_files_are_taken_along_and_the_page_prints(
    window: Window,
    acme: str,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    page = sign_in(window(acme, 1280, "light"), Role.REVOPS)
    page.goto(f"{acme}/promises/")
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    file = tmp_path / "promises.csv"
    taken.value.save_as(file)
    assert file.read_text().startswith('"promise","side"')
    chart = page.locator(".chart").first
    for form, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as taken:
            chart.get_by_role("button", name=form).click()
        assert taken.value.suggested_filename == f"response-curve.{form.lower()}"
        picture = tmp_path / form
        taken.value.save_as(picture)
        assert picture.read_bytes().startswith(begins)
        assert b"var(--" not in picture.read_bytes(), "colours of the page alone"
    for path in ("/week/", "/loop/", "/promises/", "/revenue/", "/money/"):
        page.goto(acme + path)
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.pdf(format="A4")[:4] == b"%PDF"
        page.emulate_media(media="screen")
