"""Stays in a stage, and the same estimates by plain loops over fractions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st


@dataclass(frozen=True, slots=True)
class Stay:
    ended: int
    way: str | None
    """None: last seen at `ended`, still there."""
    first_seen: int | None = None
    """Of a stay that was seen only from then on; earlier than `ended`."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The arguments of the estimators."""

    times: Any
    exits: dict[str, Any]
    censored: Any
    entered: Any

    @property
    def every_exit(self) -> Any:
        return sum(self.exits.values())


WAYS = ("converted", "lost")


@st.composite
def stays(draw: st.DrawFn, *, late: bool = False, censored: bool = True) -> list[Stay]:
    ways = [*WAYS, None] if censored else [*WAYS]
    ended = draw(st.lists(st.integers(0, 30), min_size=1, max_size=40))
    return [
        Stay(
            time,
            draw(st.sampled_from(ways)),
            draw(st.integers(0, time - 1)) if late and time and draw(st.booleans()) else None,
        )
        for time in ended
    ]


def counted(
    given: Iterable[Stay], times: Sequence[int] | None = None, *, exact: bool = False
) -> Counted:
    """How many did what at each time; with `exact` in fractions."""
    every = list(given)
    late = {stay.first_seen for stay in every if stay.first_seen is not None}
    at = sorted(times or {stay.ended for stay in every} | late)

    def column(values: list[int]) -> Any:
        if not exact:
            return np.array(values)
        return np.array([Fraction(value) for value in values], dtype=object)

    def ending(way: str | None) -> Any:
        return column([sum(s.ended == time and s.way == way for s in every) for time in at])

    return Counted(
        column(at),
        {way: ending(way) for way in WAYS},
        ending(None),
        column([sum(s.first_seen == time for s in every) for time in at]),
    )


def by_hand(given: Sequence[Stay]) -> Iterable[tuple[int, int, Fraction, Mapping[str, Fraction]]]:
    """Time, at risk, S and the incidence of each way, wherever somebody left."""
    survival, incidence = Fraction(1), dict.fromkeys(WAYS, Fraction(0))
    for time in sorted({stay.ended for stay in given if stay.way}):
        risk = [
            stay
            for stay in given
            if stay.ended >= time and (stay.first_seen is None or stay.first_seen < time)
        ]
        leaving = [stay for stay in risk if stay.ended == time and stay.way]
        for way in WAYS:
            share = Fraction(sum(stay.way == way for stay in leaving), len(risk))
            incidence[way] += survival * share
        survival *= 1 - Fraction(len(leaving), len(risk))
        yield time, len(risk), survival, dict(incidence)
