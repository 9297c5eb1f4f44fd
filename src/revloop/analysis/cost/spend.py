"""What was spent, month by month, and on what."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revloop.analysis import phrases
from revloop.analysis.cost import charts, measures
from revloop.analysis.cost.spending import ONE_RATE, SPEND, SPEND_ROWS, SPENT, Spending, spending
from revloop.analysis.reading import MONTH, Found, Given, Headline, Reading, added, within
from revloop.analysis.revenue.laying import TEXT, WHOLE, col, described, laid
from revloop.analysis.revenue.money import in_reporting
from revloop.analysis.revenue.pipeline import title_of

POOLS = ("media", "agency", "tools", "people", "headcount")
_SIDES = (measures.MARKETING, measures.SALES)
_COUNTS = ("n", "spent", *POOLS, "other_pools", *_SIDES, "other_sides")

_MONEY = (
    col("n", "facts of spend that begin in it", WHOLE, "facts"),
    col("spent", "fully loaded: all pools", WHOLE, "minor units"),
    col("media", "of this, media alone", WHOLE, "minor units"),
    col("agency", "of this, agencies", WHOLE, "minor units"),
    col("tools", "of this, tools", WHOLE, "minor units"),
    col("people", "of this, people", WHOLE, "minor units"),
    col("headcount", "of this, headcount", WHOLE, "minor units"),
    col("other_pools", "of this, for what is not known", WHOLE, "minor units"),
    col("marketing", "of what was spent, by marketing", WHOLE, "minor units"),
    col("sales", "by sales", WHOLE, "minor units"),
    col("other_sides", "by others, or it is not known by whom", WHOLE, "minor units"),
)
_COLUMNS = (col(MONTH, "the month it was spent for", TEXT), *_MONEY)


def conclude(given: Given) -> Found:
    period, by = given.asked.period, given.asked.by
    found = spending(given, SPENT, period)
    table = _split(within(found.table, period))
    whole = added(table, (), _COUNTS).to_pylist()[0]
    months = added(table, (*by, MONTH), _COUNTS).to_pylist()
    return Found(
        table=laid(months, by, _COLUMNS),
        sentence=_sentence(given, whole),
        headline=Headline(float(whole["spent"]), "minor units", n=whole["n"])
        if table.num_rows and not by
        else None,
        excluded=found.excluded,
        notes=_notes(given, found),
        more={"total": laid(added(table, by, _COUNTS).to_pylist(), by, _MONEY)},
    )


def _split(table: pa.Table) -> pa.Table:
    """With a column for each pool and each side."""
    minor = table["minor"]
    of = {pool: pc.equal(table["pool"], pa.scalar(pool)) for pool in POOLS}
    of |= {side: pc.equal(table["side"], pa.scalar(side)) for side in _SIDES}
    of["other_pools"] = pc.invert(pc.is_in(table["pool"], pa.array(POOLS)))
    of["other_sides"] = pc.invert(pc.is_in(table["side"], pa.array(_SIDES)))
    for name, mask in of.items():
        table = table.append_column(name, pc.if_else(mask, minor, 0))
    return table.append_column("spent", minor)


def _sentence(given: Given, whole: dict[str, Any]) -> str:
    when, spent = title_of(given.asked), whole["spent"]
    if not spent:
        return f"No cost is recorded {when}."
    told = phrases.money(spent, given.setting.currency)
    if given.asked.by:
        return f"{told} were spent {when}, by {phrases.listed(list(given.asked.by))}."
    if "pool" in given.asked.where:
        return f"{told} were spent {when} for {given.asked.where['pool']}."
    media = phrases.money(whole["media"], given.setting.currency)
    share = f" ({phrases.share(whole['media'] / spent)})" if 0 <= whole["media"] <= spent else ""
    return f"{told} were spent {when}, fully loaded; {media} of it for media{share}."


def _notes(given: Given, found: Spending) -> tuple[str, ...]:
    told = [_MONTHS, _ONCE, ONE_RATE]
    ahead = given.everything(SPENT.name)
    ahead = ahead.filter(pc.equal(ahead["status"], pa.scalar(measures.AHEAD)))
    paid, _, _ = in_reporting(ahead, given.setting.currency)
    if paid.sum() and given.asked.period is None:
        money = phrases.money(int(paid.sum()), given.setting.currency)
        told.append(f"{money} more were spent for months to come: they count as those months do.")
    if found.first is not None:
        told.append(f"Spend is known from {found.first} to {found.last}.")
    return tuple(told)


_MONTHS = (
    "What covers several months is theirs by their days of it; what says no end is of the month in"
    " which it begins. Only what is said to be actual counts, and what says nothing of it."
)
_ONCE = (
    "The cost that a campaign says of itself counts as media of its first month, and only where no"
    " spend may be the same money: none that names it, or its channel alone, or is media and names"
    " nothing."
)

READING = Reading(
    name="spend",
    title="Spend",
    question="How much do we spend, and on what?",
    meaning="The money that was spent for marketing and sales, by the month that it paid for.",
    unit="minor units of the reporting currency",
    grain="a fact of spend",
    formula="sum of amount * rate of the month; fully loaded = media + agency + tools + people +"
    " headcount",
    literature="A sum",
    obeys=(),
    needs=(SPEND,),
    columns=described(_COLUMNS),
    sums=(SPENT,),
    conclude=conclude,
    rows=SPEND_ROWS,
    chart=charts.months,
)
