"""What marketing paid for each lead, each MQL, … each customer of a period's leads."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from revloop.analysis import phrases
from revloop.analysis.cost import measures
from revloop.analysis.cost.spending import ONE_RATE, SPEND, SPEND_ROWS, SPENT, spending, total
from revloop.analysis.cost.statistics import returns
from revloop.analysis.loop.stages import NEEDS, order, said
from revloop.analysis.periods import Period
from revloop.analysis.rates import MIN_N
from revloop.analysis.reading import Found, Given, Headline, Reading, Sums, added, those, within
from revloop.analysis.revenue.laying import FLAG, NUMBER, TEXT, WHOLE, col, described, laid
from revloop.analysis.revenue.pipeline import is_over, last_quarter

LEAD_STAGES = Sums("lead_stages", measures.lead_stage_sums, ("channel",))
_NAMED = {"opportunity": ("opportunity", "opportunities")}

_COLUMNS = (
    col("stage", "the stage", TEXT),
    col("n", "leads of the period that have reached it so far", WHOLE, "leads"),
    col("cost", "what marketing spent in the period, all pools", WHOLE, "minor units"),
    col("cost_each", "cost by n", NUMBER, "minor units"),
    col("media", "of the cost, media alone", WHOLE, "minor units"),
    col("media_each", "media by n", NUMBER, "minor units"),
    col("is_small", "n is below 20: no colour, no rank", FLAG),
)


def conclude(given: Given) -> Found:
    by = given.asked.by
    found = spending(given, SPENT, given.asked.period)
    period = given.asked.period or found.months or last_quarter(given)
    known = found.covers(period)
    spent = within(found.table, period)
    leads = within(given.everything(LEAD_STAGES.name), period)
    every = given.tables[LEAD_STAGES.name]["stage"]
    stages = sorted({str(each) for each in every.to_pylist()}, key=order(given.setting).__getitem__)
    counts: dict[tuple[str, ...], dict[str, int]] = {}
    for row in added(leads, (*by, "stage"), ("n",)).to_pylist():
        counts.setdefault(tuple(row[cut] for cut in by), {})[row["stage"]] = row["n"]
    # A channel that cost money and brought no lead is a row, too.
    paid = zip(*(spent[cut].to_pylist() for cut in by), strict=True)
    named = {*counts, *paid} if by else {()}
    rows = [
        {**values, **row}
        for names in sorted(named)
        for values in (dict(zip(by, names, strict=True)),)
        for row in _rows(those(spent, values) if known else None, counts.get(names, {}), stages)
    ]
    whole = _rows(spent if known else None, _all(counts, stages), stages)
    return Found(
        table=laid(rows, by, _COLUMNS),
        sentence=_sentence(given, period, whole, is_known=known),
        headline=_headline(whole) if not by else None,
        excluded=found.excluded,
        notes=_notes(given, period, is_known=known, first=found.first, last=found.last),
    )


def _all(counts: dict[tuple[str, ...], dict[str, int]], stages: list[str]) -> dict[str, int]:
    return {stage: sum(held.get(stage, 0) for held in counts.values()) for stage in stages}


def _rows(spent: pa.Table | None, held: dict[str, int], stages: list[str]) -> list[dict[str, Any]]:
    """One row for each stage; the cost is null where it is not known, and where none is recorded."""
    volumes = {stage: held.get(stage, 0) for stage in stages}
    cost = media = None
    if spent is not None:
        ours = {"side": (measures.MARKETING,)}
        cost = total(spent, None, **ours) or None
        media = total(spent, None, **ours, pool=(measures.MEDIA,)) or None
    nothing = dict.fromkeys(stages)
    each = nothing if cost is None else returns.cost_per_stage(cost, volumes)
    of_media = nothing if media is None else returns.cost_per_stage(media, volumes)
    return [
        {
            "stage": stage,
            "n": volumes[stage],
            "cost": cost,
            "cost_each": each[stage],
            "media": media,
            "media_each": of_media[stage],
            "is_small": volumes[stage] < MIN_N,
        }
        for stage in stages
    ]


def _headline(rows: list[dict[str, Any]]) -> Headline | None:
    """Of the last stage that any lead has reached."""
    reached = [row for row in rows if row["cost_each"] is not None]
    if not reached:
        return None
    return Headline(float(reached[-1]["cost_each"]), "minor units", n=reached[-1]["n"])


def _sentence(given: Given, period: Period, rows: list[dict[str, Any]], *, is_known: bool) -> str:
    if not rows:
        return f"No lead came in {period}."
    if rows[0]["cost"] is None and is_known:
        return f"No cost of marketing is recorded in {period}."
    if rows[0]["cost"] is None:
        return f"What marketing spent in {period} is not known: the cost of a stage is not, either."
    if given.asked.by:
        groups = phrases.listed(list(given.asked.by))
        cost = phrases.money(rows[0]["cost"], given.setting.currency)
        return f"Marketing spent {cost} in {period}; what each stage costs is told by {groups}."
    told = [
        f"{phrases.money(float(row['cost_each']), given.setting.currency)} for each of"
        f" {phrases.counted(row['n'], *_NAMED.get(row['stage'], (said(row['stage']),)))}"
        for row in rows
        if row["cost_each"] is not None
    ]
    cost = phrases.money(rows[0]["cost"], given.setting.currency)
    if not told:
        return f"Marketing spent {cost} in {period}, and no lead came in it."
    return f"Marketing spent {cost} in {period}: {', '.join(told)} so far."


def _notes(
    given: Given, period: Period, *, is_known: bool, first: str | None, last: str | None
) -> tuple[str, ...]:
    told = [_YOUNG, _SIDE, _BY_CHANNEL, ONE_RATE]
    if not is_known and first is not None:
        told.insert(
            0, f"Spend is known from {first} to {last}: of {period} it is not, or not whole."
        )
    if not is_over(given, period):
        told.insert(0, f"{period} is not over: neither all its leads nor all its cost are known.")
    return tuple(told)


_YOUNG = (
    "Leads of the period that are still under way may reach later stages yet: what these cost is told"
    " so far, and falls as the leads grow old. It is no forecast, and no cost of those that are won in"
    " the period."
)
_SIDE = (
    "Cost is all that is marketing's, fully loaded; what sales spends is not in it. Opportunities that"
    " came from no lead are in no stage."
)
_BY_CHANNEL = (
    "A lead has the channel that it names, else that of its campaign, else its source; it meets the"
    " spend whose channel is written alike. A channel without spend has no cost recorded, which is not"
    " 0; spend without a channel, such as people and tools, stands apart as not known and is shared by"
    " nobody."
)

READING = Reading(
    name="cost_per_stage",
    title="Cost per stage",
    question="What does marketing pay for a lead, an MQL, an opportunity, a customer?",
    meaning="What marketing spent in a period, by the leads of that period that have reached each stage.",
    unit="minor units of the reporting currency",
    grain="a lead",
    formula="cost of the period / leads of the period that reached the stage by the moment of the reading",
    literature="A ratio",
    obeys=("stages", "lanes"),
    needs=(SPEND, *NEEDS),
    columns=described(_COLUMNS),
    sums=(LEAD_STAGES, SPENT),
    conclude=conclude,
    rows=SPEND_ROWS,
)
