"""Time in stage of 50 segments over 2,000 days, against scipy's empirical distribution.

Both begin with the same stays. scipy takes one segment after the other, and knows no competing exits
and no late entries; ours counts all of them by day and computes every curve at once.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from bench.rows import Row, times
from numpy.typing import NDArray
from scipy.stats import CensoredData, ecdf

from revloop.analysis.loop.statistics.competing import CompetingExits, aalen_johansen_by_segment
from revloop.analysis.loop.statistics.survival import SurvivalCurve, kaplan_meier_by_segment

SEGMENTS, DAYS, STAYS = 50, 2_000, 1_000_000
WAYS = ("converted", "lost", "recycled")
ROUNDS = 5
BAR_MS = 100

Whole = NDArray[np.int64]


def measure() -> list[Row]:
    chance = np.random.default_rng(7)
    segment = chance.integers(0, SEGMENTS, STAYS)
    day = np.minimum(chance.exponential(400, STAYS).astype(np.int64) + 1, DAYS)
    way = chance.integers(0, len(WAYS) + 1, STAYS)  # the last: still there
    counts = _counts(segment, day, way)
    curves = _curves(counts)
    return [
        _against_scipy(segment, day, way),
        _from_counts("survival and its means", lambda: _told(_curves(counts))),
        _from_counts("three competing exits", lambda: _incidences(counts)),
        _wrong(curves, segment, day, way),
    ]


def _counts(segment: Whole, day: Whole, way: Whole) -> dict[str, Whole]:
    shape = (len(WAYS) + 1, SEGMENTS, DAYS)
    every = np.bincount(
        (way * SEGMENTS + segment) * DAYS + day - 1, minlength=int(np.prod(shape))
    ).reshape(shape)
    return dict(zip((*WAYS, "censored"), every, strict=True))


def _curves(counts: dict[str, Whole]) -> list[SurvivalCurve]:
    exits = sum((counts[way] for way in WAYS), np.zeros_like(counts["censored"]))
    return list(kaplan_meier_by_segment(np.arange(1, DAYS + 1), exits, counts["censored"]))


def _incidences(counts: dict[str, Whole]) -> list[CompetingExits]:
    exits = {way: counts[way] for way in WAYS}
    return list(aalen_johansen_by_segment(np.arange(1, DAYS + 1), exits, counts["censored"]))


def _told(curves: list[SurvivalCurve]) -> list[object]:
    return [(curve.median, curve.mean_until(90), curve.interval_at(30)) for curve in curves]


def _scipy(segment: Whole, day: Whole, way: Whole) -> list[tuple[Whole, NDArray[np.float64]]]:
    found = []
    for number in range(SEGMENTS):
        own = segment == number
        data = CensoredData.right_censored(day[own], way[own] == len(WAYS))
        curve = ecdf(data).sf
        found.append((curve.quantiles.astype(np.int64), curve.probabilities))
    return found


def _against_scipy(segment: Whole, day: Whole, way: Whole) -> Row:
    ours = _median_ms(lambda: _curves(_counts(segment, day, way)))
    peer = _median_ms(lambda: _scipy(segment, day, way))
    return Row(
        what=f"survival of {STAYS:,} stays in {SEGMENTS} segments over {DAYS:,} days",
        ours=f"{ours:.0f} ms",
        peer=f"scipy {peer:.0f} ms",
        ratio=times(peer / ours),
        bar=">= 1",
        held=peer >= ours,
    )


def _from_counts(what: str, action: Callable[[], object]) -> Row:
    taken = _median_ms(action)
    return Row(
        what=f"{what}, from the counts of these",
        ours=f"{taken:.0f} ms",
        bar=f"<= {BAR_MS} ms",
        held=taken <= BAR_MS,
    )


def _wrong(curves: list[SurvivalCurve], segment: Whole, day: Whole, way: Whole) -> Row:
    differ = sum(
        not np.allclose(curve.survival[days - 1], shares, rtol=0, atol=1e-12)
        for curve, (days, shares) in zip(curves, _scipy(segment, day, way), strict=True)
    )
    return Row(
        what="other curves than scipy's",
        ours=f"{differ} of {SEGMENTS}",
        bar="0",
        held=not differ,
        limit="0",
        refused=differ > 0,
    )


def _median_ms(action: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken) * 1e3
