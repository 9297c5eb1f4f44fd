"""What the address of a page asks of readings: a period and values of cuts; and what else it could.

Everything is kept in the address, so that a page can be sent to somebody who then sees the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from revloop.analysis.credit.windows import KNOWN, VALUE
from revloop.analysis.periods import Period, quarters
from revloop.analysis.reading import Asked
from revloop.kit.errors import InvalidInput
from revloop.upkeep.readings import Readings
from revloop.web.shell.components import Choice

ALL = "all"
_QUARTERS = 8
_A_YEAR, _A_QUARTER = 12, 3
_LONGEST = 100
PLURALS = {
    "source": "sources",
    "segment": "segments",
    "region": "regions",
    "team": "teams",
    "lane": "lanes",
    "entry_point": "entry points",
    "opportunity_type": "types",
    "channel": "channels",
    "side": "sides",
    "model": "models",
}
"""The cuts that pages offer; an address may ask by the others, too."""
STANDING: Mapping[str, Mapping[str, str]] = {
    VALUE: {name: each.title for name, each in KNOWN.items()},
}
"""Choices of which one always stands, with their words: the first, where an address has none."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A filter that unfolds: its words, and the places it leads to."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for, and the filters that a page shows."""

    asked: Asked
    picks: tuple[Picked, ...]
    query: str
    """As an address has it: `?period=2026-Q2&source=webinar`, or nothing."""
    chosen: bool = False
    """Whether the address names a period."""

    def address(self, **changed: str) -> str:
        """The query with something else asked, `""` takes it away."""
        return _address({**_said(self.asked), **changed})

    def rows(self, reading: str, **narrowed: str) -> str:
        """Where the rows behind a number are, as much of them as it is made of."""
        period = str(self.asked.period) if self.asked.period else ALL
        said = {"period": period, **self.cuts, **narrowed}
        return f"{reverse('reading_rows', args=(reading,))}?{urlencode(said)}"

    @property
    def cuts(self) -> dict[str, str]:
        """What subjects are narrowed by, without what stands in any case."""
        return {cut: value for cut, value in self.asked.where.items() if cut not in STANDING}

    @property
    def whom(self) -> str:
        """What is looked at, in words: `webinar, enterprise`; nothing for everybody."""
        return ", ".join(value.replace("_", " ") for value in self.asked.where.values())


def filters(
    request: HttpRequest,
    found: Readings,
    cuts: Sequence[str],
    *,
    default: Period | None = None,
) -> Filters:
    """What a request asks for; what it cannot mean is as if it were not there.

    Args:
        request: whose address is read.
        found: the readings that were published.
        cuts: the filters that the page has.
        default: the period where the address names none; everything for None.

    """
    said = request.GET
    written = said.get("period", "").replace("\x00", "")[:_LONGEST]
    period = default
    if written == ALL:
        period = None
    elif written:
        try:
            period = Period.read(written)
        except InvalidInput:
            written = ""
    known = found.known.cuts
    where = {}
    for cut in cuts:
        value = said.get(cut, "")[:_LONGEST]
        if value in known.get(cut, ()):
            where[cut] = value
    asked = Asked(period, (), where)
    here = {**where, **({"period": written} if written else {})}
    picks = (
        _periods(here, period, found.known.months, default),
        *(
            _standing(here, cut) if cut in STANDING else _values(here, cut, known[cut])
            for cut in cuts
            if (cut in PLURALS or cut in STANDING) and len(known.get(cut, ())) > 1
        ),
    )
    return Filters(asked, picks, _address(here), chosen=bool(written))


def last_year(found: Readings) -> Period | None:
    """The twelve months that end with the newest one."""
    months = found.known.months
    if not months:
        return None
    last = Period.of_month(months[-1]).last
    return Period(last - _A_YEAR + 1, last)


def last_quarter(found: Readings) -> Period | None:
    """The newest quarter that is over, or all but its last day; else the one that runs."""
    months = found.known.months
    if not months:
        return None
    now = Period.of_month(f"{found.setting.as_of:%Y-%m}").first
    running = next(quarters(Period(now, now)))
    soon = found.setting.as_of + timedelta(days=1)
    if Period.of_month(f"{soon:%Y-%m}").first > running.last:
        return running
    before = Period(running.first - _A_QUARTER, running.first - 1)
    return before if before.months[0] >= months[0] else running


def said_as(period: Period | None) -> str:
    """`Q2 2026`, `May 2026`, `2026`, `Oct 2025 to Sep 2026`; `any time`."""
    if period is None:
        return "any time"
    text = str(period)
    year, _, rest = text.partition("-")
    if ".." in text:
        begin, end = text.split("..")
        return f"{said_as(Period.read(begin))} to {said_as(Period.read(end))}"
    if rest.startswith("Q"):
        return f"{rest} {year}"
    return f"{_MONTHS[int(rest) - 1]} {year}" if rest else year


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _said(asked: Asked) -> dict[str, str]:
    period = {"period": str(asked.period)} if asked.period else {"period": ALL}
    return {**period, **asked.where}


def _address(said: Mapping[str, str]) -> str:
    return f"?{urlencode({name: value for name, value in said.items() if value})}"


def _periods(
    here: Mapping[str, str], chosen: Period | None, months: Sequence[str], default: Period | None
) -> Picked:
    offered: list[Period] = [default] if default else []
    if months:
        whole = Period(Period.of_month(months[0]).first, Period.of_month(months[-1]).last)
        offered += reversed(list(quarters(whole))[-_QUARTERS:])
    if chosen and chosen not in offered:
        offered.insert(0, chosen)
    choices = [
        Choice(
            said_as(each),
            _address({**here, "period": "" if each == default else str(each)}),
            each == chosen,
        )
        for each in dict.fromkeys(offered)
    ]
    everything = "" if default is None else ALL
    choices.append(Choice("Any time", _address({**here, "period": everything}), chosen is None))
    return Picked(f"Entered {said_as(chosen)}", tuple(choices))


def _values(here: Mapping[str, str], cut: str, values: Sequence[str]) -> Picked:
    chosen = here.get(cut, "")
    everything = f"All {PLURALS.get(cut, cut)}"
    choices = [
        Choice(everything, _address({**here, cut: ""}), not chosen),
        *(
            Choice(value.replace("_", " "), _address({**here, cut: value}), value == chosen)
            for value in values
        ),
    ]
    return Picked(chosen.replace("_", " ") or everything, tuple(choices))


def _standing(here: Mapping[str, str], cut: str) -> Picked:
    words = STANDING[cut]
    first = next(iter(words))
    chosen = here.get(cut, first)
    return Picked(
        words[chosen],
        tuple(
            Choice(said, _address({**here, cut: "" if name == first else name}), name == chosen)
            for name, said in words.items()
        ),
    )
