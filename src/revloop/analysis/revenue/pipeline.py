"""The opportunities and the sellers of a period, as arrays: what the readings add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from revloop.analysis import phrases
from revloop.analysis.periods import Period, latest_quarter
from revloop.analysis.reading import Asked, Excluded, Given, Sums
from revloop.analysis.revenue import measures
from revloop.analysis.revenue.money import Flags, Whole, in_reporting, whole_numbers
from revloop.analysis.revenue.statistics.ageing import Ageing, Window, ageing

DEALS = Sums("deals", measures.deal_sums, measures.CUTS)
SELLERS = Sums("sellers", measures.seller_sums, measures.CUTS)
"""Sellers have a team and a region; by any other cut all of them stand beside each value."""

MANY_OPEN = 0.20
"""With a greater share of the opportunities still open, those that ended are the quick ones."""
_NEVER = np.iinfo(np.int64).max // 4
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Deals:
    """Opportunities; every array has one place for each row of the sums."""

    opened: Whole
    ended: Whole
    """Far away for those that are open."""
    won: Flags
    lost: Flags
    amount: Whole
    """In minor units of the reporting currency."""
    priced: Flags
    """Whether the amount is known."""
    n: Whole

    def those(self, mask: Flags | NDArray[np.int64]) -> Deals:
        return Deals(
            self.opened[mask],
            self.ended[mask],
            self.won[mask],
            self.lost[mask],
            self.amount[mask],
            self.priced[mask],
            self.n[mask],
        )

    def ended_in(self, window: Window) -> Deals:
        return self.those((self.ended >= window.first) & (self.ended <= window.last))

    def opened_in(self, window: Window) -> Deals:
        return self.those((self.opened >= window.first) & (self.opened <= window.last))

    def open_in(self, window: Window) -> Deals:
        """Those that were open on any day of the window."""
        return self.those((self.opened <= window.last) & (self.ended >= window.first))

    def days_open(self, window: Window) -> Whole:
        """On how many days of the window each was open as the day ended."""
        first = np.maximum(self.opened, window.first)
        last = np.minimum(self.ended - 1, window.last)
        days: Whole = np.maximum(last - first + 1, 0)
        return days

    def ageing(self, window: Window) -> Ageing | None:
        ways = {"won": self.won, "lost": self.lost}
        return ageing(self.opened, self.ended, ways, self.n, window)

    def share_open(self, window: Window) -> float | None:
        """Of those that were opened in the window, the share that has not ended since."""
        opened = self.opened_in(window)
        total = opened.count
        return opened.those(opened.ended == _NEVER).count / total if total else None

    @cached_property
    def count(self) -> int:
        return int(self.n.sum())

    @property
    def cycle(self) -> Whole:
        return self.ended - self.opened


@dataclass(frozen=True, eq=False)
class Pipeline:
    """What the sums say of opportunities, and which of them say too little."""

    deals: Deals
    keys: pa.Table
    """The cuts of each row."""
    excluded: tuple[Excluded, ...]

    def groups(self, by: Sequence[str]) -> Iterator[tuple[tuple[str, ...], Deals]]:
        """The opportunities of each combination of cuts, in the order of the cuts."""
        if not by:
            yield (), self.deals
            return
        codes: list[Any] = [pc.dictionary_encode(self.keys[cut]).combine_chunks() for cut in by]
        place = np.zeros(len(self.deals.n), np.int64)
        for code in codes:
            place = place * len(code.dictionary) + np.asarray(code.indices)
        order = np.argsort(place, kind="stable")
        found, starts = np.unique(place[order], return_index=True)
        parts = np.split(order, starts[1:]) if found.size else []
        named = []
        for rows in parts:
            names = tuple(
                code.dictionary[code.indices[int(rows[0])].as_py()].as_py() for code in codes
            )
            named.append((names, rows))
        for names, rows in sorted(named, key=lambda each: each[0]):
            yield names, self.deals.those(rows)


def pipeline(given: Given) -> Pipeline:
    """The opportunities that were asked for."""
    table = given.everything(DEALS.name)
    outcome = table["outcome"]
    opened, ended = (whole_numbers(table[day], _NEVER) for day in ("opened", "ended"))
    amount, priced, unrated = in_reporting(table, given.setting.currency)
    below, priced = priced & (amount < 0), priced & (amount >= 0)
    n = whole_numbers(table["n"])
    undated = _is(outcome, measures.UNDATED)
    backwards = (ended < opened) & ~undated
    kept = ~undated & ~backwards
    deals = Deals(
        opened, ended, _is(outcome, measures.WON), _is(outcome, measures.LOST), amount, priced, n
    )
    known = (~deals.won & ~deals.lost & (ended < _NEVER)) & kept
    told = (
        ("won or lost, but it is not known when", undated),
        ("closed before it was opened", backwards),
        ("closed, but it is not known whether won or lost: in no win rate", known),
        ("in another currency and without a rate: in no amount", unrated & kept),
        ("of an amount below 0: in no amount", below & kept),
    )
    excluded = tuple(Excluded(reason, int(n[mask].sum())) for reason, mask in told if n[mask].sum())
    rows = np.flatnonzero(kept)
    keys = table.select(list(measures.CUTS)).take(pa.array(rows, pa.int64()))
    return Pipeline(deals.those(rows), keys, excluded)


def _is(column: Any, word: str) -> Flags:
    return np.asarray(pc.equal(column, pa.scalar(word)).combine_chunks())


# Sellers.


@dataclass(frozen=True, slots=True)
class Seller:
    name: str
    team: str
    region: str
    begins: int
    ends: int
    told: bool
    quota_minor: int | None = None
    quota_currency: str | None = None
    quota_period: str | None = None

    def days_in(self, window: Window) -> int:
        return max(min(self.ends - 1, window.last) - max(self.begins, window.first) + 1, 0)


def sellers(given: Given) -> list[Seller]:
    """Those who are asked for, by their id."""
    rows = given.everything(SELLERS.name).to_pylist()
    found = [
        Seller(
            row["seller"],
            row["team"],
            row["region"],
            -_NEVER if row["begins"] is None else row["begins"],
            _NEVER if row["ends"] is None else row["ends"],
            bool(row["told"]),
            row["quota_minor"],
            row["quota_currency"],
            row["quota_period"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (len(each.name), each.name))


def of_group(people: Sequence[Seller], by: Sequence[str], names: Sequence[str]) -> list[Seller]:
    """The sellers who stand behind one value of the cuts."""
    wanted = dict(zip(by, names, strict=True))
    return [
        each
        for each in people
        if wanted.get("seller", each.name) == each.name
        and wanted.get("team", each.team) == each.team
        and wanted.get("region", each.region) == each.region
    ]


# Periods.


def today(given: Given) -> int:
    """The day of the moment of the reading, since 1970-01-01."""
    return _number(given.setting.today)


def window(given: Given, period: Period | None, deals: Deals) -> Window:
    """The days of a period that are over or under way; from the first opportunity where it is None."""
    until = today(given)
    if period is None:
        first = int(deals.opened.min()) if deals.opened.size else until
        return Window(first, until)
    begins, ends = days_of(period)
    return Window(begins, min(ends, until))


def days_of(period: Period) -> tuple[int, int]:
    """Its first and its last day."""
    return _number(period.begins), _number(period.ends) - 1


def month_of(day: int) -> str:
    return f"{_EPOCH + timedelta(days=day):%Y-%m}"


def last_quarter(given: Given) -> Period:
    """What is told where no period is asked for."""
    return latest_quarter(given.setting.today)


def is_over(given: Given, period: Period) -> bool:
    return days_of(period)[1] <= today(given)


def _number(day: date) -> int:
    return (day - _EPOCH).days


def title_of(asked: Asked, period: Period | None = None) -> str:
    found = period or asked.period
    return f"in {found}" if found else "in all that is known"


def noted(share: float | None) -> str:
    """How many are open, in words."""
    told = "none" if share is None else phrases.share(share)
    return f"{told} of those opened in it are open"
