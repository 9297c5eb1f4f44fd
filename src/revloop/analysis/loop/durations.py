"""How long a stage is held, and what ends it: with those who are still there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from revloop.analysis import phrases
from revloop.analysis.loop.stages import NEEDS, STAY_ROWS, STAYS, STEPS, order, said
from revloop.analysis.loop.stalled import MOST, STAYING, longest
from revloop.analysis.loop.statistics.competing import CompetingExits, aalen_johansen
from revloop.analysis.loop.statistics.survival import SurvivalCurve, kaplan_meier
from revloop.analysis.rates import MIN_N
from revloop.analysis.reading import Column, Found, Given, Headline, Reading, added, schema

_HOURS = 24
EXIT_DAYS = 90
"""Within which a way out counts: that of an outcome, for the steps of a year differ too much."""
NEXT = "next"
_TIMES: Mapping[str, pa.DataType] = {
    "stage": pa.string(),
    "n": pa.int64(),
    "ended": pa.int64(),
    "still_there": pa.int64(),
    "stalled": pa.int64(),
    "median": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "most": pa.float64(),
    "horizon_days": pa.int64(),
    "mean": pa.float64(),
    "mean_error": pa.float64(),
    "is_small": pa.bool_(),
}
_WAYS: Mapping[str, pa.DataType] = {
    "stage": pa.string(),
    "cause": pa.string(),
    "n": pa.int64(),
    "left": pa.int64(),
    "horizon_days": pa.int64(),
    "share": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "is_small": pa.bool_(),
}
_CAUTION = (
    "Those still there count with the time they have waited so far; a mean of the ones that have"
    " left would be too short."
)


def groups(given: Given) -> Iterator[tuple[tuple[str, ...], str, list[dict[str, Any]]]]:
    """For each value of the cuts and each stage: its rows of `hours`, `cause`, `n`."""
    by = given.asked.by
    table = added(given.sums(STAYS.name), (*by, "stage", "hours", "cause"), ("n",))
    places = order(given.setting)
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        found.setdefault((*(row[cut] for cut in by), row["stage"]), []).append(row)
    for key in sorted(found, key=lambda each: (each[:-1], places.get(each[-1], len(places)))):
        yield key[:-1], key[-1], found[key]


def _horizons(given: Given) -> Mapping[str, int]:
    table = given.tables[STEPS.name].select(["stage", "horizon"]).group_by("stage")
    return {
        row["stage"]: row["horizon_max"]
        for row in table.aggregate([("horizon", "max")]).to_pylist()
    }


def _counted(rows: list[dict[str, Any]]) -> tuple[Any, dict[str, Any]]:
    """Ascending times in days, and for each cause how many at each of them."""
    hours = sorted({row["hours"] for row in rows})
    place = {hour: number for number, hour in enumerate(hours)}
    counts: dict[str, Any] = {}
    for row in rows:
        held = counts.setdefault(row["cause"], np.zeros(len(hours), np.int64))
        held[place[row["hours"]]] += row["n"]
    return np.asarray(hours, np.float64) / _HOURS, counts


@dataclass(frozen=True, slots=True)
class WaysOut:
    """What ends a stage, of all that held it."""

    n: int
    left: Mapping[str, int]
    """How many by each way."""
    curves: CompetingExits


def ways_out(rows: list[dict[str, Any]]) -> WaysOut | None:
    """Of the rows of one of `groups`; None where nobody has left yet."""
    times, counts = _counted(rows)
    staying = counts.pop(STAYING, np.zeros(len(times), np.int64))
    if not counts:
        return None
    left = {cause: int(each.sum()) for cause, each in counts.items()}
    n = sum(left.values()) + int(staying.sum())
    return WaysOut(n, left, aalen_johansen(times, counts, staying))


def _curve(rows: list[dict[str, Any]]) -> tuple[SurvivalCurve, int, int]:
    """The curve, how many ended, and how many are still there."""
    times, counts = _counted(rows)
    nobody = np.zeros(len(times), np.int64)
    staying = counts.get(STAYING, nobody)
    ended = sum((each for cause, each in counts.items() if cause != STAYING), nobody)
    return kaplan_meier(times, ended, staying), int(ended.sum()), int(staying.sum())


def conclude_time(given: Given) -> Found:
    horizons, most = _horizons(given), longest(given.tables[STAYS.name])
    told: list[dict[str, Any]] = []
    curves: list[dict[str, Any]] = []
    for cut, stage, rows in groups(given):
        curve, ended, staying = _curve(rows)
        low, high = curve.quantile_interval(0.5)
        horizon = horizons.get(stage, 0)
        mean = curve.mean_until(horizon) if horizon else None
        cuts = dict(zip(given.asked.by, cut, strict=True))
        told.append(
            {
                **cuts,
                "stage": stage,
                "n": ended + staying,
                "ended": ended,
                "still_there": staying,
                "stalled": _stalled(rows, most[stage]) if stage in most else None,
                "median": curve.median,
                "low": low,
                "high": high,
                "most": curve.quantile(MOST),
                "horizon_days": horizon,
                "mean": mean.value if mean else None,
                "mean_error": mean.standard_error if mean else None,
                "is_small": ended + staying < MIN_N,
            }
        )
        bounds = curve.interval()
        curves += [
            {**cuts, "stage": stage, "days": day, "share": share, "low": below, "high": above}
            for day, share, below, above in zip(
                curve.times.tolist(), curve.survival.tolist(), *map(_known, bounds), strict=True
            )
        ]
    slowest = _slowest(told) if not given.asked.by else None
    return Found(
        table=pa.Table.from_pylist(told, schema=schema(given.asked.by, _TIMES)),
        sentence=_time_sentence(slowest, len(told), given.asked.by),
        headline=Headline(
            slowest["median"], "days", slowest["low"], slowest["high"], n=slowest["n"]
        )
        if slowest
        else None,
        notes=(_CAUTION,),
        more={"curve": pa.Table.from_pylist(curves)} if curves else {},
    )


def _stalled(rows: list[dict[str, Any]], most: float) -> int:
    return sum(row["n"] for row in rows if row["cause"] == STAYING and row["hours"] > most)


def _known(values: Any) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def _slowest(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The stage that half have left last, of those that enough passes held."""
    known = [row for row in rows if row["median"] is not None and not row["is_small"]]
    return max(known, key=lambda row: float(row["median"]), default=None)


def _time_sentence(slowest: dict[str, Any] | None, rows: int, by: tuple[str, ...]) -> str:
    if by:
        return phrases.compared(rows, by, "stage")
    if slowest is None:
        return "No stage has been left by half of 20 leads or more."
    low, high = slowest["low"], slowest["high"]
    between = f"{phrases.days(low)} to {phrases.days(high)}"
    return (
        f"The slowest stage is {said(slowest['stage'])}: half have left it within"
        f" {phrases.days(slowest['median'])} ({between};"
        f" n {slowest['n']:,}, {slowest['still_there']:,} still there)."
    )


def conclude_exits(given: Given) -> Found:
    horizon = EXIT_DAYS
    told: list[dict[str, Any]] = []
    curves: list[dict[str, Any]] = []
    for cut, stage, rows in groups(given):
        found = ways_out(rows)
        if found is None:
            continue
        exits = found.curves
        cuts = dict(zip(given.asked.by, cut, strict=True))
        for cause in sorted(found.left, key=lambda each: (each != NEXT, each)):
            interval = exits.interval_at(cause, horizon)
            told.append(
                {
                    **cuts,
                    "stage": stage,
                    "cause": cause,
                    "n": found.n,
                    "left": found.left[cause],
                    "horizon_days": horizon,
                    "share": exits.at(cause, horizon),
                    "low": interval.low if interval else None,
                    "high": interval.high if interval else None,
                    "is_small": found.n < MIN_N,
                }
            )
            curves += [
                {**cuts, "stage": stage, "cause": cause, "days": day, "share": share}
                for day, share in zip(
                    exits.times.tolist(), exits.incidence[cause].tolist(), strict=True
                )
            ]
    lost = [row for row in told if row["cause"] != NEXT and not row["is_small"] and row["share"]]
    worst = max(lost, key=lambda row: float(row["share"]), default=None)
    return Found(
        table=pa.Table.from_pylist(told, schema=schema(given.asked.by, _WAYS)),
        sentence=_exit_sentence(worst if not given.asked.by else None, len(told), given.asked.by),
        notes=("Ways out compete: each share counts that the others had not come first.",),
        more={"curve": pa.Table.from_pylist(curves)} if curves else {},
    )


def _exit_sentence(worst: dict[str, Any] | None, rows: int, by: tuple[str, ...]) -> str:
    if by:
        return phrases.compared(rows, by, "way out", "ways out")
    if worst is None:
        return "No stage that 20 leads or more have held has been left otherwise than for the next."
    between = ""
    if worst["low"] is not None:
        between = f" ({worst['low'] * 100:.1f} to {phrases.share(worst['high'])}, n {worst['n']:,})"
    return (
        f"Most are lost from {said(worst['stage'])}: {phrases.share(worst['share'])}{between} are"
        f" {worst['cause']} within {phrases.counted(worst['horizon_days'], 'day')}."
    )


TIME = Reading(
    name="time_in_stage",
    title="Time in stage",
    question="How long does each stage take?",
    meaning="The time from entering a stage to leaving it, whichever way; those who are still there"
    " are counted with the time they have waited.",
    unit="days",
    grain="a stage that a pass of a lead held",
    formula="S(t) = Π (1 − d/n) over the times up to t; median = the first t with S(t) ≤ 1/2; mean up"
    " to the horizon = ∫ S(t) dt; interval of the median where the log-log bounds of S reach 1/2",
    literature="Kaplan, E. L. and Meier, P. (1958), JASA 53; Greenwood, M. (1926)",
    obeys=("stages", "lanes"),
    needs=NEEDS,
    columns=(
        Column("stage", "the stage"),
        Column("n", "passes that held it", "passes"),
        Column("ended", "of these, those that have left it", "passes"),
        Column("still_there", "of these, those that have not", "passes"),
        Column("stalled", "of those, longer there than nine of ten of all passes were", "passes"),
        Column("median", "within this time half have left", "days"),
        Column("low", "lower end of the 95 % interval of the median", "days"),
        Column("high", "upper end of the 95 % interval of the median", "days"),
        Column("most", "within this time nine of ten have left", "days"),
        Column("horizon_days", "the time that the mean looks at", "days"),
        Column("mean", "mean time, of which nobody counts more than the horizon", "days"),
        Column("mean_error", "standard error of that mean", "days"),
        Column("is_small", "n is below 20: no colour, no rank"),
    ),
    sums=(STAYS, STEPS),
    conclude=conclude_time,
    rows=STAY_ROWS,
)
EXITS = Reading(
    name="stage_exits",
    title="Ways out of each stage",
    question="What becomes of those in each stage?",
    meaning="The share that has left a stage by each way within 90 days: for the next stage,"
    " recycled, lost, disqualified, expired or rejected.",
    unit="share, 0 to 1",
    grain="a stage that a pass of a lead held",
    formula="F_k(t) = Σ S(t_i−) · d_ki / n_i over the times up to t; Σ_k F_k + S = 1",
    literature="Aalen, O. O. and Johansen, S. (1978), Scandinavian Journal of Statistics 5",
    obeys=("stages", "lanes", "reasons"),
    needs=NEEDS,
    columns=(
        Column("stage", "the stage"),
        Column("cause", "the way out"),
        Column("n", "passes that held the stage", "passes"),
        Column("left", "of these, those that have left by this way", "passes"),
        Column("horizon_days", "within this time", "days"),
        Column("share", "the share that leaves by this way within the horizon", "0 to 1"),
        Column("low", "lower end of its 95 % interval", "0 to 1"),
        Column("high", "upper end of its 95 % interval", "0 to 1"),
        Column("is_small", "n is below 20: no colour, no rank"),
    ),
    sums=(STAYS,),
    conclude=conclude_exits,
    rows=STAY_ROWS,
)
