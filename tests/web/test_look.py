"""The look, as far as its files tell: colours that can be read, nothing inline, files that are ours to serve."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from revloop.web.assets import FOLDER
from revloop.web.charts import color, theme, tokens

TEMPLATES = FOLDER.parent / "templates"
GROUNDS = ("paper", "surface", "sunken")
TEAMS = ("marketing", "sales", "success", "other")
WORDS = ("ink", "ink-2", "ink-3", *TEAMS, "kept", "risk", "broken")
READ_ON = [
    *((word, ground) for word in WORDS for ground in GROUNDS),
    *((team, f"{team}-soft") for team in TEAMS),
    *(("ink", ground) for ground in ("kept-soft", "broken-soft")),
    *((word, f"{word}-soft") for word in ("kept", "broken")),
    ("paper", "ink"),
    ("paper", "ink-2"),
]
SEEN_ON = [(thing, ground) for thing in ("edge", "focus") for ground in GROUNDS[:2]]
LISTED = re.compile(r"^\| `(?P<file>[^`]+)` \|.*\| `(?P<sha256>[0-9a-f]{64})` \|$", re.MULTILINE)


@pytest.mark.parametrize("theme_at", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), READ_ON)
def test_words_can_be_read_on_their_ground(words: str, ground: str, theme_at: int) -> None:
    assert contrast(words, ground, theme_at) >= 4.5


@pytest.mark.parametrize("theme_at", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("thing", "ground"), SEEN_ON)
def test_the_edge_of_a_field_and_the_focus_can_be_seen(
    thing: str, ground: str, theme_at: int
) -> None:
    assert contrast(thing, ground, theme_at) >= 3


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda each: each.parent.name + each.name
)
def test_nothing_stands_inside_a_page_that_the_policy_refuses(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on", text)
    assert all("src=" in tag or "json" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_a_sheet_names_no_colour_that_is_not_there() -> None:
    for sheet in FOLDER.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        own = set(re.findall(r"(--[\w-]+):", text))

        used = set(re.findall(r"var\((--[\w-]+)", text))
        assert used <= own | {f"--{name}" for name in tokens()} | {"--c", "--soft", "--state"}, (
            sheet
        )


def test_what_others_wrote_is_what_was_taken() -> None:
    listed = LISTED.findall((FOLDER / "vendor" / "README.md").read_text(encoding="utf-8"))
    others = {
        path.relative_to(FOLDER).as_posix()
        for folder in ("vendor", "fonts")
        for path in (FOLDER / folder).iterdir()
        if path.suffix != ".gz"
    }

    assert {file for file, _ in listed} == others - {"vendor/README.md"}
    for file, sha256 in listed:
        assert hashlib.sha256((FOLDER / file).read_bytes()).hexdigest() == sha256, file


def test_a_packed_script_is_the_script_beside_it() -> None:
    packed = {path.with_suffix("") for path in (FOLDER / "vendor").glob("*.gz")}

    assert packed == set((FOLDER / "vendor").glob("*.js"))
    for path in packed:
        assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == path.read_bytes()


def test_a_chart_takes_its_colours_from_the_sheet() -> None:
    named = re.findall(r"var\(--([\w-]+)\)", str(theme()))

    assert set(named) <= set(tokens())
    assert not re.findall(r"#[0-9a-f]{3,8}\b", str(theme()))
    with pytest.raises(LookupError, match="chartreuse"):
        color("chartreuse")


def contrast(one: str, other: str, theme_at: int) -> float:
    """The ratio of WCAG 2.2."""
    brighter, darker = sorted((luminance(one, theme_at), luminance(other, theme_at)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(name: str, theme_at: int) -> float:
    said = re.findall(r"#([0-9a-f]{6})", tokens()[name])[theme_at]
    channels = [int(said[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
