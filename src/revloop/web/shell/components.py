"""The components as templates use them; `templates/components/README.md` shows each in use.

Small marks are made here and not by a template: a page has hundreds of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from revloop.web.charts import Figure
from revloop.web.shell.tags import moment

register = template.Library()

_A_LINE = 2
_MOVES = 0.2
"""Points make one."""

TEAMS = ("marketing", "sales", "success")
"""Teams with a colour of their own; everybody else is grey."""

_SHAPES = {
    "kept": '<circle cx="8" cy="8" r="6.5" fill="currentColor"/>',
    "risk": (
        '<circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        '<path d="M8 2.25a5.75 5.75 0 0 0 0 11.5z" fill="currentColor"/>'
    ),
    "broken": (
        '<path d="M3 3l10 10M13 3L3 13" fill="none" stroke="currentColor" stroke-width="2.25" '
        'stroke-linecap="round"/>'
    ),
    "unknown": (
        '<circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" stroke-width="1.5" '
        'stroke-dasharray="2.6 2.2"/>'
    ),
}
_MARKS = {
    state: mark_safe(  # noqa: S308 - the shapes above
        f'<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">{shape}</svg>'
    )
    for state, shape in _SHAPES.items()
}
_WORDS = {"kept": "kept", "risk": "at risk", "broken": "broken", "unknown": "not known"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several places to go to: a filter, a tab, an entry of a list that unfolds."""

    label: str
    href: str
    is_chosen: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of one team to the other, and how it stands."""

    sentence: str
    state: str
    """`kept`, `risk`, `broken`, or `unknown`."""
    value: str
    """As it is shown: `81 %`."""
    behind: str
    """What the value rests on: `n 214`."""
    detail: str = ""
    share: float | None = None
    """How full the bar is, from 0 to 1; None where nothing can be drawn."""
    goal: float | None = None
    low: float | None = None
    high: float | None = None
    """Between which shares the truth probably lies."""
    href: str = ""
    trend: Sequence[float | None] = ()
    """The share in each of the last weeks, drawn as a line; None where a week has none."""
    news: str = ""
    """What of the last weeks is more than noise."""

    @property
    def line(self) -> str:
        """The path of the trend: a share that hardly moves must not look wild."""
        return trend(self.trend, least=_MOVES)


def trend(values: Sequence[float | None], *, least: float) -> str:
    """The path of a series in a field of 100 by 24; nothing where fewer than two are known.

    The field is as high as the series moves, and `least` at least.
    """
    known = [value for value in values if value is not None]
    if len(known) < _A_LINE:
        return ""
    middle = (min(known) + max(known)) / 2
    height = max(max(known) - min(known), least)
    step = 100 / (len(values) - 1)
    told = []
    pen = "M"
    for number, value in enumerate(values):
        if value is None:
            pen = "M"
        else:
            told.append(f"{pen}{number * step:.1f} {12 - 20 * (value - middle) / height:.1f}")
            pen = "L"
    return " ".join(told)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of two texts laid over each other."""

    text: str
    change: str = ""
    """`added`, `removed`, or nothing."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a form from being taken, and the name of the field that mends it."""

    sentence: str
    field: str = ""


# Numbers.


@register.filter
def count(value: float | None) -> str:
    """`18204` as `18,204`; what is not known is no zero."""
    return "–" if value is None else f"{value:,}"


@register.filter
def percent(share: float | None, decimals: int = 0) -> str:
    """`0.812` as `81 %`, held together by a narrow space."""
    return "–" if share is None else f"{share * 100:.{decimals}f}\u202f%"


@register.filter
def percent_of(share: float, base: float = 0) -> str:
    """A length of a drawing, as an attribute says it: style attributes are refused by the policy."""
    return f"{min(max(share - base, 0), 1):.1%}"


@register.simple_tag
def number(
    value: object, *, n: int | None = None, interval: str = "", note: str = ""
) -> SafeString:
    """A number with what it rests on, small and grey beside it."""
    said = [interval, f"n {count(n)}" if n is not None else "", note]
    behind = ", ".join(each for each in said if each)
    small = format_html(" <small>[{}]</small>", behind) if behind else ""
    return format_html('<span class="number"><b>{}</b>{}</span>', value, small)


# Marks.


@register.simple_tag
def mark(state: str) -> SafeString:
    """The shape of a state alone, where its word stands beside it."""
    return _MARKS[state]


@register.simple_tag
def status(state: str, word: str = "") -> SafeString:
    """Shape, colour, word: `{% status "kept" %}`, `{% status "broken" "late by 12 min" %}`."""
    return format_html(
        '<span class="status {}">{}{}</span>', state, _MARKS[state], word or _WORDS[state]
    )


@register.filter
def team_class(team: str | None) -> str:
    """The class that colours what belongs to a team."""
    return f"t-{team if team in TEAMS else 'other'}"


@register.simple_tag(name="team")
def team_mark(team: str, label: str = "") -> SafeString:
    """A team by colour and word."""
    return format_html('<span class="team marked {}">{}</span>', team_class(team), label or team)


@register.simple_tag
def person(name: str, *, team: str = "", href: str = "") -> SafeString:
    """Somebody, with their initials in the colour of their team."""
    shown = format_html('<a href="{}">{}</a>', href, name) if href else name
    return format_html(
        '<span class="person {}"><span class="initials" aria-hidden="true">{}</span>{}</span>',
        team_class(team),
        initials(name),
        shown,
    )


def initials(name: str) -> str:
    """`Maya Ortiz` as `MO`, `王小明` as `王`; of nobody, a question mark."""
    words = name.split()
    if not words:
        return "?"
    ends = (words[0], words[-1]) if len(words) > 1 else (words[0],)
    return "".join(word[0] for word in ends).upper()


# Parts with something inside.


@register.simple_block_tag
def section(
    content: str, title: str, *, team: str = "", href: str = "", link: str = "", note: str = ""
) -> str:
    """A part of a page under its heading, with at most one link beside it."""
    return _drawn(
        "section",
        content=content,
        title=title,
        id=f"section-{slugify(title)}",
        team=team_class(team) if team else "",
        href=href,
        link=link,
        note=note,
    )


@register.simple_block_tag
def table(content: str, caption: str, *, stacked: bool = False) -> str:
    """A table; `stacked` ones become a list of rows on a phone, others are moved sideways."""
    return _drawn("table", content=content, caption=caption, stacked=stacked)


@register.simple_block_tag
def empty(content: str, title: str) -> str:
    """Nothing here yet: why, and what to do about it."""
    return _drawn("empty", content=content, title=title)


@register.simple_block_tag
def notice(content: str, state: str = "") -> str:
    """Something that happened and that one should know, in the state that it is in."""
    return _drawn("notice", content=content, state=state)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> str:  # noqa: A002 - as HTML calls it
    """What opens over a page, by a button with `command="show-modal" commandfor="<id>"`."""
    return _drawn("dialog", content=content, id=id, title=title)


@register.simple_block_tag
def happened(content: str, team: str, *, at: datetime | None = None) -> str:
    """An event of a timeline, on the side of a team."""
    return format_html(
        '<li class="{}">{} <small><span class="team">{}</span>{}{}</small></li>',
        team_class(team),
        content,
        team,
        " · " if at else "",
        moment(at) if at else "",
    )


# Parts that are drawn from values.


@register.simple_tag
def promise(promised: Promise) -> str:
    return _drawn(
        "promise", promise=promised, mark=_MARKS[promised.state], word=_WORDS[promised.state]
    )


@register.simple_tag
def chips(label: str, choices: Sequence[Choice]) -> str:
    """Filters, one beside the other."""
    return _drawn("chips", label=label, choices=choices)


@register.simple_tag
def pick(label: str, choices: Sequence[Choice]) -> str:
    """A filter that unfolds."""
    return _drawn("pick", label=label, choices=choices)


@register.simple_tag
def tabs(label: str, choices: Sequence[Choice]) -> str:
    """Several views of one thing; each has an address."""
    return _drawn("tabs", label=label, choices=choices)


@register.simple_tag
def pager(said: str, *, back: str = "", on: str = "") -> str:
    """Where in a long list one is, and the way back and on."""
    return _drawn("pager", said=said, back=back, on=on)


@register.simple_tag
def search(label: str, action: str, *, query: str = "", target: str = "", hint: str = "") -> str:
    """A search; with a `target` (`#found`), htmx fetches it anew while one types."""
    return _drawn("search", label=label, action=action, query=query, target=target, hint=hint)


@register.simple_tag
def field(name: str, label: str, **about: Any) -> str:
    """A field of a form, with its label, hint and error.

    `type` is that of an input, or `select`, `textarea`, `checkbox`; `choices` are pairs of value and
    words; `error` and `hint` are sentences; the rest is `value`, `required`, `autocomplete`,
    `accept`, `multiple`, `autofocus`, `maxlength`, `rows`.
    """
    described = [f"field-{name}-{each}" for each in ("hint", "error") if about.get(each)]
    about.setdefault("type", "text")
    return _drawn("field", name=name, label=label, described=" ".join(described), **about)


@register.simple_tag
def problems(found: Sequence[Problem], *, begins: bool = True) -> str:
    """What keeps a form from being taken, above it; nothing if nothing does.

    The page begins there: who types and who listens is led to it. Not so where it is one of many.
    """
    return _drawn("problems", problems=found, begins=begins) if found else ""


@register.simple_tag
def progress(label: str, done: int, total: int | None, *, again: str = "") -> str:
    """How far something is; `again` is the address that htmx asks each second for it."""
    return _drawn("progress", label=label, done=done, total=total, again=again)


@register.simple_tag(name="figure")
def figure_of(figure: Figure) -> str:
    """A chart; the page takes `components/chart_scripts.html` into its block `scripts`."""
    return _drawn("figure", figure=figure)


@register.simple_tag
def difference(lines: Sequence[Line]) -> str:
    """Two texts laid over each other: what went and what came, by sign and by colour."""
    return _drawn("difference", lines=lines)


def _drawn(component: str, **context: Any) -> str:
    return render_to_string(f"components/{component}.html", context)
