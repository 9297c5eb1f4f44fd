from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.loop.statistics.competing import (
    CompetingExits,
    aalen_johansen,
    aalen_johansen_by_segment,
)
from revloop.analysis.loop.statistics.survival import kaplan_meier

from .stays import WAYS, Stay, by_hand, counted, stays


def exits_of(given: list[Stay], *, exact: bool = False) -> CompetingExits:
    counts = counted(given, exact=exact)
    return aalen_johansen(counts.times, counts.exits, counts.censored, counts.entered)


def test_what_is_lost_can_no_longer_convert() -> None:
    """Two of four are lost on day 1; of the two that remain one converts on day 2."""
    found = exits_of(
        [Stay(1, "lost"), Stay(1, "lost"), Stay(2, "converted"), Stay(9, None)], exact=True
    )

    assert found.at("lost", 1) == 0.5
    assert found.at("converted", 1) == 0
    assert found.at("converted", 2) == 0.25  # one minus Kaplan-Meier would say one half
    assert found.at("converted", 9) == 0.25
    assert found.at("converted", 10) is None  # one is still there, and nobody was seen so long
    assert found.at("converted", 0.5) == 0


def test_after_the_last_has_left_everything_is_known() -> None:
    found = exits_of([Stay(1, "lost"), Stay(2, "converted")])

    assert found.at("converted", 100) == 0.5


def test_where_nobody_was_seen_nothing_is_known() -> None:
    assert aalen_johansen([1], {"lost": [0]}, [0]).at("lost", 0) is None
    assert aalen_johansen([], {"lost": []}, []).at("lost", 0) is None


def test_without_a_way_out_there_is_nothing_to_count() -> None:
    with pytest.raises(ValueError, match="name at least one way out"):
        aalen_johansen([1], {}, [1])


@given(stays())
def test_all_ways_out_and_those_still_there_add_up_to_everybody(given: list[Stay]) -> None:
    exact, quick = exits_of(given, exact=True), exits_of(given)

    assert (sum(exact.incidence.values()) + exact.survival == 1).all()
    assert sum(quick.incidence.values()) + quick.survival == pytest.approx(1, abs=1e-12)


@given(stays(late=True))
def test_the_survival_of_all_ways_is_that_of_kaplan_and_meier(given: list[Stay]) -> None:
    counts = counted(given)
    curve = kaplan_meier(counts.times, counts.every_exit, counts.censored, counts.entered)

    assert (exits_of(given).survival == curve.survival).all()


@given(stays())
def test_no_way_out_is_ever_more_than_one_minus_kaplan_meier_says(given: list[Stay]) -> None:
    counts = counted(given)
    censored = counts.censored + counts.exits["lost"]
    alone = kaplan_meier(counts.times, counts.exits["converted"], censored)

    assert (exits_of(given).incidence["converted"] <= 1 - alone.survival + 1e-12).all()


@given(stays(late=True))
def test_arrays_agree_with_a_plain_loop(given: list[Stay]) -> None:
    exact, quick = exits_of(given, exact=True), exits_of(given)

    for time, _, survival, incidence in by_hand(given):
        place = exact.times.tolist().index(time)
        assert exact.survival[place] == survival
        for way in WAYS:
            assert exact.incidence[way][place] == incidence[way]
            assert quick.incidence[way][place] == pytest.approx(float(incidence[way]), abs=1e-12)


@given(st.lists(stays(late=True), min_size=1, max_size=4))
def test_many_segments_at_once_are_the_same_as_one_after_the_other(
    groups: list[list[Stay]],
) -> None:
    times = list(range(31))
    tables = [counted(group, times) for group in groups]
    at_once = aalen_johansen_by_segment(
        times,
        {way: np.stack([table.exits[way] for table in tables]) for way in WAYS},
        np.stack([table.censored for table in tables]),
        np.stack([table.entered for table in tables]),
    )

    for group, one in zip(groups, at_once, strict=True):
        alone = exits_of(group)
        for way in WAYS:
            assert [one.at(way, t) for t in times] == [alone.at(way, t) for t in times]


def test_the_interval_of_a_share_is_that_of_the_log_log_scale() -> None:
    """Of ten three convert: F = 0.3, V = 0.3·0.7/10."""
    found = exits_of([Stay(1, "converted")] * 3 + [Stay(2, "lost")] * 6 + [Stay(3, None)])
    width = 1.959963984540054 * math.sqrt(0.021) / (0.3 * math.log(0.3))

    assert found.interval_at("converted", 2) == pytest.approx(
        (0.3 ** math.exp(-width), 0.3 ** math.exp(width))
    )
    assert found.interval_at("lost", 1) is None  # nobody yet
    assert found.interval_at("lost", 0) is None
    assert found.interval_at("lost", 4) is None  # nobody was seen so long


@given(stays(censored=False))
def test_without_censoring_the_variance_is_that_of_a_share(given: list[Stay]) -> None:
    found = exits_of(given, exact=True)

    for way in WAYS:
        share = found.incidence[way]
        assert (found.variance[way] == share * (1 - share) / len(given)).all()


@given(stays(late=True))
def test_with_one_way_out_the_variance_is_that_of_greenwood(given: list[Stay]) -> None:
    counts = counted(given, exact=True)
    curve = kaplan_meier(counts.times, counts.every_exit, counts.censored, counts.entered)
    found = aalen_johansen(
        counts.times, {"left": counts.every_exit}, counts.censored, counts.entered
    )

    assert (found.variance["left"] == curve.variance).all()


@given(stays(late=True))
def test_a_variance_is_that_of_the_sum_written_out(given: list[Stay]) -> None:
    exact, quick = exits_of(given, exact=True), exits_of(given)
    counts = counted(given, exact=True)
    f, n = exact.incidence["lost"], exact.at_risk
    s = [Fraction(1), *exact.survival[:-1]]
    d, k = counts.every_exit, counts.exits["lost"]

    for t in range(len(f)):
        wanted = Fraction(0)
        for i in range(t + 1):
            if not d[i]:
                continue
            if n[i] > d[i]:
                wanted += (f[t] - f[i]) ** 2 * d[i] / (n[i] * (n[i] - d[i]))
            wanted += s[i] ** 2 * k[i] * (n[i] - k[i]) / n[i] ** 3
            wanted -= 2 * (f[t] - f[i]) * s[i] * k[i] / n[i] ** 2
        assert exact.variance["lost"][t] == wanted
        assert quick.variance["lost"][t] == pytest.approx(float(wanted), abs=1e-12)


def test_a_share_is_exact_where_the_counts_are() -> None:
    found = exits_of([Stay(1, "lost"), Stay(2, None), Stay(3, "converted")], exact=True)

    assert found.incidence["lost"].tolist() == [Fraction(1, 3)] * 3
