"""What was spent, in the reporting currency: what every reading of the cost adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.analysis.cost import measures
from revloop.analysis.needs import Need
from revloop.analysis.periods import Period
from revloop.analysis.reading import MONTH, Column, Excluded, Given, Rows, Sums, within
from revloop.analysis.revenue import measures as revenue
from revloop.analysis.revenue.money import in_reporting, whole_numbers

SPENT = Sums("spent", measures.spend_sums, measures.CUTS)
# The same table for readings of what was sold: no spend names a segment or a seller, and all of it
# stands beside each.
SPENT_BESIDE = replace(SPENT, cuts=revenue.CUTS)

SPEND_ROWS = Rows(
    "spend_rows",
    measures.spend_rows,
    ("begins_at", "spend", "place"),
    columns=(
        Column("channel", "channel"),
        Column("campaign", "campaign"),
        Column("pool", "what for"),
        Column("side", "whose budget"),
        Column("begins_at", "from"),
        Column("period_end", "until before"),
        Column("amount_minor", "of this month, in its own currency", "minor units"),
        Column("whole_minor", "in all", "minor units"),
        Column("currency", "currency"),
        Column("status", "how certain"),
    ),
    filters=("status", "from_fact"),
)
SPEND = Need(
    "spend",
    ("amount_minor",),
    "what was spent, by month",
    instead=(Need("campaign", ("actual_cost_minor",), "the cost of campaigns"),),
)
SELLING = (measures.MARKETING, measures.SALES)
"""The sides whose cost wins customers."""
ONE_RATE = (
    "Money is in the reporting currency at the rate that its source gives for the month; what has the"
    " same month, cuts and rate is added first and rounded once."
)


@dataclass(frozen=True)
class Spending:
    """What was spent, and what is in no sum."""

    table: pa.Table
    """The sums of what was spent, with `minor` in the reporting currency; months to come left out."""
    excluded: tuple[Excluded, ...]
    first: str | None
    """The first month of which any spend is known."""
    last: str | None

    @property
    def months(self) -> Period | None:
        """All months of which it is known; None where nothing is."""
        if self.first is None or self.last is None:
            return None
        return Period.read(f"{self.first}..{self.last}")

    def covers(self, period: Period) -> bool:
        """Whether spend is known from its first month on until its last one."""
        if self.first is None or self.last is None:
            return False
        return self.first <= period.months[0] and period.months[-1] <= self.last

    def of(self, period: Period | None, **wanted: Sequence[str]) -> int:
        """What was spent in a period, with any of these values of cuts."""
        return total(self.table, period, **wanted)


def total(table: pa.Table, period: Period | None, **wanted: Sequence[str]) -> int:
    table = within(table, period)
    for cut, values in wanted.items():
        table = table.filter(pc.is_in(table[cut], pa.array(list(values), pa.string())))
    return int(pc.sum(table["minor"]).as_py() or 0)


def spending(given: Given, sums: Sums, period: Period | None) -> Spending:
    """The spend of the values of cuts that were asked for; what is left out is that of the period."""
    told = given.everything(sums.name)
    minor, _, unrated = in_reporting(told, given.setting.currency)
    told = told.append_column("minor", pa.array(minor, pa.int64()))
    told = told.append_column("is_unrated", pa.array(unrated, pa.bool_()))
    spent = told.filter(pc.equal(told["status"], pa.scalar(measures.ACTUAL)))
    # Whether a month is known is asked of all spend: a channel may cost nothing in it.
    whole = given.tables[sums.name]
    whole = whole.filter(pc.equal(whole["status"], pa.scalar(measures.ACTUAL)))
    months = sorted({str(each) for each in whole[MONTH].to_pylist() if each is not None})
    return Spending(
        spent,
        _excluded(within(told, period)),
        *((months[0], months[-1]) if months else (None, None)),
    )


def _excluded(told: pa.Table) -> tuple[Excluded, ...]:
    status = told["status"]
    n, unpriced = whole_numbers(told["n"]), whole_numbers(told["unpriced"])
    unrated = np.asarray(told["is_unrated"].combine_chunks())
    actual = _is(status, measures.ACTUAL)
    counts = (
        ("are planned and not spent yet", n[_is(status, measures.PLANNED)].sum()),
        ("are committed and not spent yet", n[_is(status, measures.COMMITTED)].sum()),
        ("were spent, nobody says how much", unpriced[actual].sum()),
        ("are in another currency and have no rate: in no sum", n[actual & unrated].sum()),
    )
    return tuple(Excluded(reason, int(count)) for reason, count in counts if count)


def _is(column: Any, word: str) -> Any:
    return np.asarray(pc.equal(column, pa.scalar(word)).combine_chunks())
