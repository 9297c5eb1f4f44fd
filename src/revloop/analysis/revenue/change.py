"""What changed the run rate from one period to the next: each factor, and other parts of the whole."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from revloop.analysis import phrases
from revloop.analysis.periods import Period as Months
from revloop.analysis.reading import Found, Given, Headline, Reading
from revloop.analysis.revenue import charts
from revloop.analysis.revenue.factors import BY_AGE, Period, measured
from revloop.analysis.revenue.laying import (
    AMOUNTS,
    DATES,
    DEAL_ROWS,
    NUMBER,
    OUTCOMES,
    OWNERS,
    TEXT,
    WHOLE,
    col,
    described,
    laid,
)
from revloop.analysis.revenue.pipeline import (
    DEALS,
    MANY_OPEN,
    SELLERS,
    Deals,
    Pipeline,
    is_over,
    last_quarter,
    of_group,
    pipeline,
    sellers,
    window,
)
from revloop.analysis.revenue.run_rate import by_name
from revloop.analysis.revenue.statistics.ageing import Window
from revloop.analysis.revenue.statistics.decomposition import Change, decompose
from revloop.analysis.revenue.statistics.equation import DIVISOR, FACTORS, Factors, Number
from revloop.analysis.revenue.statistics.mixture import Share, Total, mixture

SEGMENT = "segment"
_MINUS = "\N{MINUS SIGN}"
_MIXED = ("deal", "win", "cycle_days")
"""The factors that are means over opportunities, and so have a mix of segments."""
_NAMED = {
    "opps_per_seller": "opportunities of a seller",
    "deal": "the average deal",
    "win": "the win rate",
    "cycle_days": "the cycle",
    "sellers": "sellers",
}

_COLUMNS = (
    col("factor", "one of the five", TEXT),
    col("before", "what it was in the period before", NUMBER),
    col("after", "what it is", NUMBER),
    col("n_before", "of how many", WHOLE),
    col("n_after", "of how many", WHOLE),
    col("change", "its part in the change of a day's revenue (Shapley)", NUMBER, "minor units"),
    col(
        "mix",
        "of this, because the segments have other shares; null for what is told by age",
        NUMBER,
        "minor units",
    ),
    col("rate", "of this, because it changed within segments", NUMBER, "minor units"),
    col("lmdi", "its part by the logarithmic mean Divisia index", NUMBER, "minor units"),
)
_PARTS = (
    col("factor", "one of the five", TEXT),
    col("part", "the segment", TEXT),
    col("before", "the factor in the segment before", NUMBER),
    col("after", "the factor in the segment", NUMBER),
    col("n_before", "of how many", WHOLE),
    col("n_after", "of how many", WHOLE),
    col("mix", "of the change, because its share is another", NUMBER, "minor units"),
    col("rate", "of the change, because it changed within it", NUMBER, "minor units"),
)
_WHOLE = (
    col("before", "revenue of a day in the period before", NUMBER, "minor units"),
    col("after", "revenue of a day", NUMBER, "minor units"),
    col("delta", "the change", NUMBER, "minor units"),
    col("mix", "of this, because the segments have other shares", NUMBER, "minor units"),
)


@dataclass(frozen=True, slots=True)
class Explained:
    """The change of one group, in parts that add up to it exactly."""

    before: Period
    after: Period
    change: Change
    mixed: Mapping[str, Mapping[str, Share]]
    """By factor and segment, in minor units of a day."""

    def mix(self, factor: str) -> Fraction | None:
        """Of the part of a factor what other shares of the segments did.

        None where the factor is told by age: then it is no mean over the segments.
        """
        if factor in _MIXED and factor not in self.mixed:
            return None
        parts = self.mixed.get(factor, {})
        return sum((each.mix for each in parts.values()), Fraction(0))

    def rate(self, factor: str) -> Number | None:
        mix = self.mix(factor)
        return None if mix is None else self.change.shapley[factor] - mix

    @property
    def mix_of_all(self) -> Fraction:
        """Of the whole change, as far as the factors are means over the segments."""
        return sum((self.mix(factor) or Fraction(0) for factor in FACTORS), Fraction(0))

    @property
    def is_by_age(self) -> bool:
        """Whether win rate and cycle are told with those that are still open."""
        return self.after.win.method == BY_AGE


def explain(
    before: Period, after: Period, segments: Mapping[str, tuple[Deals, Deals]]
) -> Explained | None:
    """The change between two periods; None where the revenue of one of them is not known.

    Args:
        before: told as `after` is.
        after: the later one.
        segments: for each segment what ended in each of the two.
    """
    change = decompose(before.factors, after.factors)
    if change is None:
        return None
    told = by_name(after)
    mixed = {
        factor: _scaled(factor, before, after, segments)
        for factor in _MIXED
        if told[factor].method != BY_AGE
    }
    return Explained(before, after, change, mixed)


def _scaled(
    factor: str,
    before: Period,
    after: Period,
    segments: Mapping[str, tuple[Deals, Deals]],
) -> dict[str, Share]:
    """Mix and rate of a factor, in money: what they are of the factor, by what it is worth."""
    found = mixture(
        {
            name: (_total(factor, first), _total(factor, second))
            for name, (first, second) in segments.items()
        }
    )
    worth = _worth(factor, before.factors, after.factors)
    if found is None or worth is None:
        return {}
    return {
        name: Share(each.before, each.after, each.mix * worth, each.rate * worth)
        for name, each in found.items()
        if each.before.n or each.after.n
    }


def _worth(factor: str, before: Factors, after: Factors) -> Fraction | None:
    """What one more of a factor adds to a day's revenue, on average over all orders.

    The part of a factor is (new − old) times something in which only the others are. So a factor that
    is one greater than before tells that something, though the real one may not have changed. The
    cycle is divided by, and 1/new − 1/old is −(new − old) / (old · new).
    """
    old, new = Fraction(getattr(before, factor)), Fraction(getattr(after, factor))
    moved = old / (1 + old) if factor == DIVISOR else old + 1
    found = decompose(before, replace(after, **{factor: moved}))
    if found is None:
        return None
    slope = Fraction(found.shapley[factor])
    return -slope / (old * new) if factor == DIVISOR else slope


def _total(factor: str, ended: Deals) -> Total:
    won = ended.those(ended.won)
    if factor == "win":
        return Total(won.count, won.count + ended.those(ended.lost).count)
    if factor == "deal":
        priced = won.those(won.priced)
        return Total(int((priced.amount * priced.n).sum()), priced.count)
    return Total(int((won.cycle * won.n).sum()), won.count)


def conclude(given: Given) -> Found:
    found, people = pipeline(given), sellers(given)
    by = given.asked.by
    later = given.asked.period or last_quarter(given)
    spans = (window(given, later.before, found.deals), window(given, later, found.deals))
    segments = _segments(found, by)
    rows: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    for names, deals in found.groups(by):
        group = of_group(people, by, names)
        explained = _explained(deals, group, spans, segments.get(names, {}))
        if explained is None:
            continue
        keys = dict(zip(by, names, strict=True))
        rows += [{**keys, **row} for row in _rows(explained)]
        parts += [{**keys, **row} for row in _parts(explained)]
    whole = None
    if not by and rows:
        whole = _explained(found.deals, people, spans, segments.get((), {}))
    return Found(
        table=laid(rows, by, _COLUMNS),
        sentence=_sentence(given, later, whole, rows),
        headline=_headline(whole),
        excluded=found.excluded,
        notes=_notes(given, later),
        more={
            "segments": laid(parts, by, _PARTS),
            "whole": laid([] if whole is None else [_whole(whole)], (), _WHOLE),
        },
    )


def _segments(found: Pipeline, by: Sequence[str]) -> dict[tuple[str, ...], dict[str, Deals]]:
    """The opportunities of each segment, within each combination of the cuts."""
    told: dict[tuple[str, ...], dict[str, Deals]] = {}
    for names, deals in found.groups((*by, SEGMENT)):
        told.setdefault(names[:-1], {})[names[-1]] = deals
    return told


def _explained(
    deals: Deals,
    people: Sequence[Any],
    spans: tuple[Window, Window],
    segments: Mapping[str, Deals],
) -> Explained | None:
    before, after = _told_alike(deals, people, spans)
    ended = {
        name: (each.ended_in(spans[0]), each.ended_in(spans[1])) for name, each in segments.items()
    }
    return explain(before, after, ended)


def _told_alike(
    deals: Deals, people: Sequence[Any], spans: tuple[Window, Window]
) -> tuple[Period, Period]:
    """Both periods, each told as the run rate of the later one is.

    Where the earlier one cannot be told by age, both are of those that ended.
    """
    after = measured(deals, people, spans[1])
    by_age = after.win.method == BY_AGE
    before = measured(deals, people, spans[0], by_age=by_age)
    if before.win.method == after.win.method:
        return before, after
    before, after = (measured(deals, people, span, by_age=False) for span in spans)
    return before, after


def _rows(found: Explained) -> list[dict[str, Any]]:
    before, after, lmdi = by_name(found.before), by_name(found.after), found.change.lmdi
    return [
        {
            "factor": factor,
            "before": before[factor].value,
            "after": after[factor].value,
            "n_before": before[factor].n,
            "n_after": after[factor].n,
            "change": found.change.shapley[factor],
            "mix": found.mix(factor),
            "rate": found.rate(factor),
            "lmdi": None if lmdi is None else lmdi[factor],
        }
        for factor in FACTORS
    ]


def _parts(found: Explained) -> list[dict[str, Any]]:
    return [
        {
            "factor": factor,
            "part": name,
            "before": each.before.mean,
            "after": each.after.mean,
            "n_before": each.before.n,
            "n_after": each.after.n,
            "mix": each.mix,
            "rate": each.rate,
        }
        for factor, segments in found.mixed.items()
        for name, each in sorted(segments.items())
    ]


def _whole(found: Explained) -> dict[str, Any]:
    return {
        "before": found.change.before,
        "after": found.change.after,
        "delta": found.change.delta,
        "mix": found.mix_of_all,
    }


def _headline(whole: Explained | None) -> Headline | None:
    if whole is None:
        return None
    delta = float(whole.change.delta)
    n = whole.before.closed.n + whole.after.closed.n
    first, second = whole.before.per_day_interval, whole.after.per_day_interval
    if first is None or second is None:
        return Headline(delta, "minor units a day", n=n)
    # Two periods, other deals: their variances add up. Each is that of its logarithm, by R squared.
    spread = sum(
        (float(value) * math.log(each.high / each.low) / 2) ** 2
        for value, each in ((whole.change.before, first), (whole.change.after, second))
    )
    half = math.sqrt(spread)
    return Headline(delta, "minor units a day", delta - half, delta + half, None, n)


def _sentence(
    given: Given, later: Months, whole: Explained | None, rows: Sequence[Mapping[str, Any]]
) -> str:
    currency, earlier = given.setting.currency, later.before
    if given.asked.by and rows:
        groups = len(rows) // len(FACTORS)
        return f"The change from {earlier} to {later} in {groups} groups."
    if whole is None:
        return f"The change from {earlier} to {later} is not known: one of them has no run rate."
    delta = whole.change.delta
    most = max(FACTORS, key=lambda factor: abs(float(whole.change.shapley[factor])))
    mix = _signed(float(whole.mix_of_all), currency)
    of_what = "of the average deal's part" if whole.is_by_age else "of it all"
    went = "did not change" if not delta else ("rose" if delta > 0 else "fell")
    by = f" by {phrases.money(abs(float(delta)), currency)} a day" if delta else ""
    # The run rate of the later period alone would be told with those that are open.
    many_open = not whole.is_by_age and (whole.after.share_open or 0.0) > MANY_OPEN
    told_of = "Of what ended alone: from" if many_open else "From"
    return (
        f"{told_of} {earlier} to {later} the run rate {went}{by}, from"
        f" {phrases.money(float(whole.change.before), currency)} to"
        f" {phrases.money(float(whole.change.after), currency)}. The greatest part is {_NAMED[most]}:"
        f" {_signed(float(whole.change.shapley[most]), currency)}; other shares of the segments"
        f" make {mix} {of_what}."
    )


def _signed(minor: float, currency: str) -> str:
    told = phrases.money(abs(minor), currency)
    return f"{_MINUS}{told}" if minor < 0 else f"+{told}"


def _notes(given: Given, later: Months) -> tuple[str, ...]:
    told = (
        (
            "The parts are Shapley's: the mean over all orders in which the factors may have changed."
            " They add up to the change; LMDI beside them is another way of adding up to it."
        ),
        (
            "Both periods are told as the run rate of the later one is: of those that ended, or by"
            " cumulative incidence where many are open. Of the latter no part is split by segments: a"
            " cumulative incidence is no mean over them. Where the earlier period cannot be told by it,"
            " both are of those that ended, and the run rate of the later one alone may be another."
        ),
        "Parts of a change are what adds up to it; they are no causes.",
    )
    if is_over(given, later):
        return told
    return (*told, f"{later} is not over: it is told up to the moment of the reading.")


READING = Reading(
    name="revenue_change",
    title="Change of the revenue",
    question="Why is the run rate another one than in the period before?",
    meaning="The change of the run rate between a period and the one before, in the parts of its five"
    " factors, with what other shares of the segments did set apart.",
    unit="minor units of the reporting currency a day",
    grain="an opportunity",
    formula="Shapley: mean over all 5! orders of what the step of a factor adds; LMDI:"
    " L(R1, R0) * ln(k1 / k0); mix of a segment (w1 − w0)(r̄ − R̄) and rate (r1 − r0)w̄, in the share"
    " of the factor's part",
    literature="Shapley, L. S. (1953), Contributions to the Theory of Games II; Ang, B. W. (2005),"
    " Energy Policy 33; Kitagawa, E. M. (1955), JASA 50",
    obeys=(),
    needs=(OUTCOMES, DATES, AMOUNTS, OWNERS),
    columns=described(_COLUMNS),
    sums=(DEALS, SELLERS),
    conclude=conclude,
    rows=DEAL_ROWS,
    chart=charts.waterfall,
)
