from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.revenue.statistics.ageing import Ageing, Window, ageing

_FAR = 10**9
Deal = tuple[int, int, str]
"""Opened, for how many days it is open, and how it ended."""

deals = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 90), st.sampled_from(["won", "lost", "open"])),
    min_size=1,
    max_size=40,
)


def aged(told: list[Deal], window: Window) -> Ageing | None:
    opened = np.array([each[0] for each in told])
    until = np.array([_FAR if way == "open" else begin + days for begin, days, way in told])
    ways = {way: np.array([each[2] == way for each in told]) for way in ("won", "lost")}
    return ageing(opened, until, ways, np.ones(len(told), np.int64), window)


@given(deals)
def test_without_any_open_it_is_what_was_counted(told: list[Deal]) -> None:
    """With everything seen from its beginning to its end, shares and means are the plain ones."""
    ended = [each for each in told if each[2] != "open"]
    found = aged(ended, Window(0, 1_000)) if ended else None
    won = [days for _, days, way in ended if way == "won"]
    if found is None:
        assert not ended
        return
    assert found.share("won") == pytest.approx(len(won) / len(ended))
    if won:
        assert found.mean_age("won") == pytest.approx(sum(won) / len(won))
    else:
        assert found.mean_age("won") is None


@given(deals, st.integers(0, 80), st.integers(0, 80))
def test_shares_are_shares_and_bounds_hold_them(told: list[Deal], first: int, days: int) -> None:
    found = aged(told, Window(first, first + days))
    if found is None:
        return
    won, lost = found.share("won"), found.share("lost")
    assert (won is None) == (lost is None)
    if won is None or lost is None:
        return
    assert won + lost == pytest.approx(1)
    interval = found.share_interval("won")
    if interval is not None:
        assert 0 <= interval.low <= won + 1e-9
        assert won - 1e-9 <= interval.high <= 1


def test_those_who_were_there_before_are_at_risk_at_their_age() -> None:
    """One opened long before is won on the first day of the window, at age 50; a new one is lost at 3.

    From age 0 to 3 only the new one is at risk, from 49 on only the old one.
    """
    found = aged([(50, 50, "won"), (100, 3, "lost"), (100, 0, "open")], Window(100, 110))

    assert found is not None
    assert found.ends.at_risk[3] == 2
    assert found.ends.at_risk[50] == 1
    assert found.ends.incidence["lost"][-1] == pytest.approx(0.5)
    assert found.ends.incidence["won"][-1] == pytest.approx(0.5)
    assert found.mean_age("won") == 50


def test_the_quick_ones_alone_would_promise_too_much() -> None:
    """Of ten opened together two were won at once; eight are open, and wins come later as well."""
    told: list[Deal] = [(0, 1, "won")] * 2 + [(0, 0, "open")] * 7 + [(0, 20, "lost")]
    found = aged(told, Window(0, 30))

    assert found is not None
    assert found.share("won") == pytest.approx(0.2 / 0.3)
    assert found.mean_age("won") == pytest.approx(1)
    assert found.survival.median is None


def test_where_nobody_was_open_nothing_is_told() -> None:
    assert aged([(0, 5, "won")], Window(10, 20)) is None
    only_open = aged([(0, 0, "open")], Window(10, 20))
    assert only_open is not None
    assert only_open.share("won") is None
    assert only_open.share_interval("won") is None


def test_where_ages_are_not_linked_nothing_is_told() -> None:
    """The only one at risk when new ended at once: how many come to the age of the other, who knows?"""
    assert aged([(0, 30, "won"), (30, 0, "lost")], Window(30, 40)) is None
    assert aged([(0, 30, "won"), (30, 0, "lost"), (30, 0, "open")], Window(30, 40)) is not None


def test_where_all_are_won_the_bounds_are_those_of_the_counts() -> None:
    found = aged([(0, each, "won") for each in range(1, 6)], Window(0, 30))

    assert found is not None
    assert found.share("won") == pytest.approx(1)
    bounds = found.share_interval("won")
    assert bounds is not None
    assert bounds.low == pytest.approx(0.5655, abs=1e-4)
    assert bounds.high == 1
