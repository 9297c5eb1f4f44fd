"""Pages as people see them: Debian's chromium, at two widths, in both themes.

`demo` is the address of an empty workspace that signs every visitor in; `screen` opens pages in each
of the four looks. Whatever a page complains about (an error of a script, something that the content
policy refused) fails the test that saw it. `browser_is_missing` skips loudly, and fails with CI set.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from revloop.kit import folder

from .serving import served

WIDTHS = {1280: 900, 390: 844}
"""Of a desk and of a phone, with their heights."""
THEMES = ("light", "dark")
_PATIENCE = 120_000
"""Milliseconds: what a page shows is tested here, and not how soon on a machine that is busy."""
_REFUSED = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@dataclass
class Screen:
    """A browser window, and what the pages in it complained about."""

    page: Page
    address: str
    width: int
    theme: str
    complaints: list[str] = field(default_factory=list)

    @property
    def is_phone(self) -> bool:
        return self.width < 900

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path, wait_until="networkidle")
        return self.page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For one module: while it is open its driver runs an event loop, which tests elsewhere need."""
    found = shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(found).is_file():
        said = "no chromium: apt install chromium fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
        if "CI" in os.environ:
            pytest.fail(said)
        pytest.skip(said)
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty workspace whose visitors may look at everything."""
    made = folder.create(
        tmp_path_factory.mktemp("demo") / "acme", company="Acme", timezone="America/New_York"
    )
    with served(made, is_demo=True) as address:
        yield address


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., Screen]]:
    """Opens a window: `window(address, 1280, "light", java_script_enabled=False)`."""
    opened: list[Screen] = []

    def open_window(address: str, width: int, theme: str, **about: Any) -> Screen:
        context = chromium.new_context(
            viewport={"width": width, "height": WIDTHS.get(width, 900)},
            color_scheme=theme,  # type: ignore[arg-type] # light or dark
            timezone_id="America/New_York",
            **about,
        )
        context.set_default_timeout(_PATIENCE)
        context.add_init_script(_REFUSED)
        screen = Screen(context.new_page(), address, width, theme)
        screen.page.on("pageerror", lambda error: screen.complaints.append(str(error)))
        screen.page.on(
            "console",
            lambda said: (
                screen.complaints.append(said.text) if said.type in {"error", "warning"} else None
            ),
        )
        opened.append(screen)
        return screen

    yield open_window
    for screen in opened:
        screen.page.context.close()
    assert [screen.complaints for screen in opened if screen.complaints] == []


@pytest.fixture(params=[(width, theme) for width in WIDTHS for theme in THEMES], ids=str)
def screen(request: pytest.FixtureRequest, window: Callable[..., Screen], demo: str) -> Screen:
    """A window on the demo, once in each look."""
    width, theme = request.param
    return window(demo, width, theme)
