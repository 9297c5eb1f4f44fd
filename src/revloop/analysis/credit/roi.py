"""What was spent beside what it earned, by every model; and what that says about the next quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow.compute as pc

from revloop.analysis import phrases
from revloop.analysis.cost import measures as cost
from revloop.analysis.cost.margins import MARGINS
from revloop.analysis.cost.spending import ONE_RATE, SPEND, SPENT, spending
from revloop.analysis.cost.statistics.returns import roas, roi
from revloop.analysis.credit import charts, measures
from revloop.analysis.credit.alike import ALIKE, lifts
from revloop.analysis.credit.booked import STEPS, Booked
from revloop.analysis.credit.chain import JOURNEYS, UNSOLD
from revloop.analysis.credit.credit import ASSOCIATION, bookings, every_model
from revloop.analysis.credit.crediting import CHANNEL, MODELS, values
from revloop.analysis.credit.decisions import (
    CUT,
    DEPENDS,
    HOLD,
    RAISE,
    Budget,
    Decision,
    Proof,
    Said,
    decide,
    verdict_of,
)
from revloop.analysis.credit.laying import TOUCH_ROWS, TOUCHES
from revloop.analysis.credit.rates import UNSOLD_SETS
from revloop.analysis.credit.windows import EARNED
from revloop.analysis.experiments.incremental import UNITS, proven
from revloop.analysis.ground import Setting
from revloop.analysis.rates import Interval
from revloop.analysis.reading import Asked, Excluded, Found, Given, Headline, Reading, Sums, within
from revloop.analysis.revenue.laying import FLAG, NUMBER, ORDERS, TEXT, WHOLE, col, described, laid
from revloop.analysis.revenue.money import in_reporting
from revloop.analysis.revenue.pipeline import title_of

# Spend has no segment, an order no campaign and a lead no opportunity: each stands beside the rest.
PAID, OF_ORDERS, LEADS, HELD_BACK = (
    replace(each, cuts=measures.CUTS) for each in (SPENT, MARGINS, ALIKE, UNITS)
)
OBJECTIVES = Sums("objectives", measures.objective_sums, measures.CUTS)

_COLUMNS = (
    col("model", "the model", TEXT),
    col("cost", "media that was spent on it", WHOLE, "minor units"),
    col("credit", "what it earned", WHOLE, "minor units"),
    col("roas", "credit by cost", NUMBER, "times"),
    col("roi", "credit * margin less cost, by cost", NUMBER, "times"),
    col("roi_low", "lower end of its 95 % interval", NUMBER, "times"),
    col("roi_high", "upper end of its 95 % interval", NUMBER, "times"),
    col("loaded_cost", "with its part of people, tools and agencies", NUMBER, "minor units"),
    col("loaded_roi", "credit * margin less that, by that", NUMBER, "times"),
    col("says", "raise, hold or cut, by this model alone", TEXT),
    col("n", "bookings of the period", WHOLE, "bookings"),
    col("is_primary", "the model of the agreement", FLAG),
)
_DECISIONS = (
    col("verdict", "raise, hold or cut under every model; else it depends on the model", TEXT),
    col("cost", "media that was spent on it", WHOLE, "minor units"),
    col("lowest_roi", "the least return that any model gives it", NUMBER, "times"),
    col("highest_roi", "the largest", NUMBER, "times"),
    col("raise", "models that say raise", WHOLE, "models"),
    col("hold", "models that say hold", WHOLE, "models"),
    col("cut", "models that say cut", WHOLE, "models"),
    col("move", "what the budget rules let be moved in a quarter", NUMBER, "minor units"),
    col("why", "why", TEXT),
    col("rests_on", "an experiment, leads alike, or credit alone: the strongest there is", TEXT),
)
_WHOLE_SPEND = (
    col("media", "media, in all", WHOLE, "minor units"),
    col("loaded", "with people, tools, agencies and headcount", WHOLE, "minor units"),
    col("booked", "what was booked", WHOLE, "minor units"),
    col("gross_margin", "1 - cost of goods / amount, of orders", NUMBER, "share"),
    col("margin_n", "orders of which the cost of goods is known", WHOLE, "orders"),
)


@dataclass(frozen=True)
class Costs:
    """What was spent in the period, by the values that credits are told by."""

    media: Mapping[str, int]
    loaded: Mapping[str, float]
    of_all: int
    excluded: tuple[Excluded, ...]

    @property
    def all_media(self) -> int:
        return sum(self.media.values())


def conclude(given: Given) -> Found:
    by = _by(given)
    found = bookings(given)
    told = every_model(given, found, values(found, (by,)))
    margin, margin_n = _margin(given)
    spent = _costs(given, by, found)
    places = {name: place for place, (name,) in enumerate(told.values.names)}
    rows: list[dict[str, Any]] = []
    every: dict[str, list[Said]] = {}
    for place, each in enumerate(told.credits):
        ends = told.spans.get(each.model)
        for name in sorted({*places, *spent.media}):
            number = places.get(name)
            minor = 0 if number is None else int(each.minor[number])
            paid = spent.media.get(name, 0)
            span = _span(ends, number, found.total)
            value, between = _return(minor, span, margin, paid)
            every.setdefault(name, []).append((each.model, value, between))
            loaded = spent.loaded.get(name)
            rows.append(
                {
                    by: name,
                    "model": each.model,
                    "cost": paid or None,
                    "credit": minor,
                    "roas": roas(minor, paid),
                    "roi": value,
                    "roi_low": between.low if between else None,
                    "roi_high": between.high if between else None,
                    "loaded_cost": loaded,
                    "loaded_roi": _return(minor, None, margin, loaded or 0)[0],
                    "says": None if number is None else verdict_of(value, between),
                    "n": int(found.amounts.size),
                    "is_primary": place == 0,
                }
            )
    decisions = decide(
        every,
        spent.media,
        _budget(given.setting),
        untouched={name for name in spent.media if name not in places},
        brand=_brands(given, by),
        alike=_alike(given) if by == CHANNEL else {},
        proven=_proven(given, by),
    )
    return Found(
        table=laid(rows, (by,), _COLUMNS),
        sentence=_sentence(given, decisions, spent, margin),
        headline=_headline(spent, found.total, margin),
        excluded=spent.excluded,
        notes=_notes(given, margin, margin_n),
        more={
            "decisions": laid(
                [{by: each.name, **each.row()} for each in decisions], (by,), _DECISIONS
            ),
            "whole": laid(
                [
                    {
                        "media": spent.all_media,
                        "loaded": spent.of_all,
                        "booked": found.total,
                        "gross_margin": margin,
                        "margin_n": margin_n,
                    }
                ],
                (),
                _WHOLE_SPEND,
            ),
        },
    )


def _by(given: Given) -> str:
    """Spend names channels and campaigns; it can be set beside nothing else."""
    return "campaign" if "campaign" in given.asked.by else CHANNEL


def _return(
    minor: int, span: Interval | None, margin: float | None, paid: float
) -> tuple[float | None, Interval | None]:
    """The return on a cost, and its interval; nothing where there is no cost or no margin."""
    if margin is None or not paid:
        return None, None
    value = roi(minor, margin, paid)
    between = None if span is None else Interval(*(end * margin / paid - 1 for end in span))
    return None if value is None else float(value), between


def _span(ends: Any, place: int | None, total: int) -> Interval | None:
    """The interval of what a value earned."""
    if ends is None or place is None:
        return None
    return Interval(float(ends[0][place]) * total, float(ends[1][place]) * total)


def _margin(given: Given) -> tuple[float | None, int]:
    """What of an order is left after its goods, of those orders that know it."""
    table = given.sums(OF_ORDERS.name)
    amounts, has_amount, _ = in_reporting(table, given.setting.currency)
    costs, has_cost, _ = in_reporting(table, given.setting.currency, "goods")
    both = has_amount & has_cost
    amount, goods = int(amounts[both].sum()), int(costs[both].sum())
    return (1 - goods / amount if amount else None), int(both.sum())


def _costs(given: Given, by: str, found: Booked) -> Costs:
    """Media by its own name; the rest of each side is shared by its media, or by what it touched."""
    money = spending(given, PAID, given.asked.period)
    table = within(money.table, given.asked.period)
    media: dict[str, int] = {}
    pools: dict[str, int] = {}
    side_of: dict[str, str] = {}
    for row in table.select([by, "pool", "side", "minor"]).to_pylist():
        if row["pool"] == cost.MEDIA:
            media[row[by]] = media.get(row[by], 0) + row["minor"]
            side_of[row[by]] = row["side"]
        else:
            pools[row["side"]] = pools.get(row["side"], 0) + row["minor"]
    loaded = {name: float(minor) for name, minor in media.items()}
    for side, minor in pools.items():
        mine = {name: float(paid) for name, paid in media.items() if side_of[name] == side}
        weights = mine or _touched(found, by, side)
        whole = sum(weights.values())
        for name, weight in weights.items() if whole else ():
            loaded[name] = loaded.get(name, 0.0) + minor * weight / whole
    total = int(pc.sum(table["minor"]).as_py() or 0)
    return Costs(
        {name: each for name, each in media.items() if each}, loaded, total, money.excluded
    )


def _touched(found: Booked, by: str, side: str) -> dict[str, float]:
    """How many touches of a side each value has: how the cost of people without media is shared."""
    sides, of = found.by_touch("side"), found.by_touch(by)
    if side not in sides.values:
        return {}
    mine = sides.of == sides.values.index(side)
    count = np.bincount(of.of[mine], minlength=len(of.values))
    return {of.values[place]: float(count[place]) for place in np.flatnonzero(count)}


def _budget(setting: Setting) -> Budget:
    agreed = None if setting.agreement is None else setting.agreement.form.budget
    if agreed is None:
        return Budget()
    return Budget(float(agreed.brand_floor), float(agreed.move_at_most_per_quarter))


def _brands(given: Given, by: str) -> set[str]:
    """What is spent for the brand, by what campaigns say they are for."""
    table = given.tables[OBJECTIVES.name]
    return {row[by] for row in table.to_pylist() if row["objective"] == "brand"}


def _alike(given: Given) -> dict[str, tuple[float, Interval]]:
    """What leads that a channel touched do beside leads alike, of all that is known."""
    of_all = Given(given.setting, Asked(), given.tables, given.kept)
    found = of_all.once("lifts", [LEADS.name], lambda: lifts(of_all))
    return {
        each.channel: (float(each.alike.exact), each.alike.interval)
        for each in found
        if each.alike.exact is not None and each.alike.interval is not None and not each.is_small
    }


def _proven(given: Given, by: str) -> dict[str, Proof]:
    """What experiments show of each channel or campaign, of all that is known."""
    of_all = Given(given.setting, Asked(), given.tables, given.kept)
    found = of_all.once("proven", [HELD_BACK.name], lambda: proven(of_all, by), (by,))
    return {
        name: Proof(each.experiment, each.effect.ratio, each.between, each.held_back.n)
        for name, each in found.items()
        if each.effect is not None and each.effect.ratio is not None and each.between is not None
    }


def _headline(spent: Costs, total: int, margin: float | None) -> Headline | None:
    """The return of all that was spent on selling, fully loaded."""
    if not spent.of_all or margin is None:
        return None
    return Headline((total * margin - spent.of_all) / spent.of_all, "times")


def _sentence(
    given: Given,
    decisions: Sequence[Decision],
    spent: Costs,
    margin: float | None,
) -> str:
    currency, when = given.setting.currency, title_of(given.asked)
    if not spent.all_media:
        return f"No media cost is recorded {when}: what was earned has nothing to be set against."
    money = phrases.money(spent.all_media, currency)
    begin = f"{money} of media {when}, {phrases.money(spent.of_all, currency)} with all that sells"
    if margin is None:
        return f"{begin}; no margin is known, so that no return can be told."
    parts = [
        f"{verdict} {phrases.listed(names)}"
        for verdict in (RAISE, HOLD, CUT)
        if (names := _of(decisions, verdict))
    ]
    if depends := _of(decisions, DEPENDS):
        verb = "depends" if len(depends) == 1 else "depend"
        parts.append(f"{phrases.listed(depends)} {verb} on the model")
    return f"{begin}: {'; '.join(parts)}." if parts else f"{begin}; nothing can be judged."


def _of(decisions: Sequence[Decision], verdict: str) -> list[str]:
    return [each.name.replace("_", " ") for each in decisions if each.verdict == verdict]


def _notes(given: Given, margin: float | None, n: int) -> tuple[str, ...]:
    notes = [ASSOCIATION, _BRAND, _SAME_PERIOD, _LOADED, ONE_RATE]
    if margin is not None:
        notes.append(
            f"Returns are of margin: {phrases.share(margin)} of an order is left after its goods, of"
            f" {phrases.counted(n, 'order')} that know it."
        )
    if len(given.asked.by) > 1 or set(given.asked.by) - {CHANNEL, "campaign"}:
        notes.append(
            "Spend names channels and campaigns alone: a return can be told by nothing else."
        )
    return tuple(notes)


_BRAND = (
    "Rules see touches alone: what makes people search for us later, as a brand does, is credited to"
    " the search. It is not judged here."
)
_SAME_PERIOD = (
    "What was spent in the period is set beside what was booked in it; with long cycles the booked was"
    " sown by what was spent before."
)
_LOADED = (
    "Fully loaded: people, tools, agencies and headcount of a side are shared by its media, or by its"
    " touches where it buys none."
)

READING = Reading(
    name="roi",
    title="Return on spend",
    question="What came back of what we spent, and what should we do next?",
    meaning="The media of each channel or campaign beside what it earned by every model, and what holds"
    " under all of them.",
    unit="times of the cost",
    grain="a booking, and a fact of spend",
    formula="ROAS = credit / cost; ROI = (credit * gross margin - cost) / cost; raise where the whole"
    " interval is above 0 and an experiment, or else leads alike, shows that it helps, cut where it is"
    " below",
    literature="Ratios; Efron, B. (1979), Annals of Statistics 7",
    obeys=("attribution", "budget"),
    needs=(ORDERS, TOUCHES, SPEND),
    columns=described(_COLUMNS),
    sums=(
        *(PAID, EARNED, STEPS, JOURNEYS, UNSOLD, UNSOLD_SETS),
        *(OF_ORDERS, OBJECTIVES, LEADS, HELD_BACK),
    ),
    conclude=conclude,
    rows=TOUCH_ROWS,
    chart=charts.returns,
    choices=MODELS,
)
