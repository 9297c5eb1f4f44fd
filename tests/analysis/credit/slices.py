"""Journeys of one world, as the sums that readings of credit are concluded from; no lake is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from revloop.analysis.credit import measures
from revloop.analysis.reading import Asked, Given
from revloop.analysis.revenue import measures as revenue

from .story import setting

MONTH = "2026-04"


@dataclass(frozen=True, slots=True)
class Walked:
    """A journey: the channels in their order, how it ended, and what was booked of it."""

    path: tuple[str, ...]
    outcome: str = ""
    """`won`, `lost`, or nothing where it led to no opportunity."""
    minor: int = 0
    month: str = MONTH


def given(walked: Sequence[Walked], *by: str, **where: str) -> Given:
    """The sums of these journeys; each that was won has one booking, and `path` may be empty."""
    told = {
        "earned": _earned(walked),
        "credit_steps": _steps(walked),
        "credit_journeys": _journeys(walked),
        "unsold": _unsold(walked),
        "unsold_sets": _sets(walked),
    }
    return Given(setting(), Asked(None, by, where), told)


def _cuts(number: int) -> dict[str, list[str]]:
    return {cut: ["all"] * number for cut in revenue.CUTS}


def _earned(walked: Sequence[Walked]) -> pa.Table:
    won = [(place, each) for place, each in enumerate(walked, 1) if each.outcome == revenue.WON]
    count = len(won)
    columns: dict[str, Any] = {
        "month": [each.month for _, each in won],
        **_cuts(count),
        "amount_minor": [each.minor for _, each in won],
        "currency": ["USD"] * count,
        "fx_rate": pa.nulls(count, pa.float64()),
        "journey": pa.array([place for place, _ in won], pa.int64()),
    }
    return pa.table(columns)


def _steps(walked: Sequence[Walked]) -> pa.Table:
    rows = [
        {
            "journey": number,
            "place": place,
            "age": float(len(each.path) - place),
            "marks": 0,
            "part": 1.0,
            **dict.fromkeys(measures.TOUCH_CUTS, "all"),
            "channel": channel,
        }
        for number, each in enumerate(walked, 1)
        if each.outcome
        for place, channel in enumerate(each.path, 1)
    ]
    return pa.Table.from_pylist(rows)


def _journeys(walked: Sequence[Walked]) -> pa.Table:
    ended = [(place, each) for place, each in enumerate(walked, 1) if each.outcome]
    columns: dict[str, Any] = {
        "month": [each.month for _, each in ended],
        **_cuts(len(ended)),
        "journey": [place for place, _ in ended],
        "outcome": [each.outcome for _, each in ended],
        "days": [1.0] * len(ended),
    }
    return pa.table(columns)


def _unsold(walked: Sequence[Walked]) -> pa.Table:
    """A step a row: equal ones may stand apart."""
    few = len({channel for each in walked for channel in each.path}) <= measures.FEW_CHANNELS
    rows = [
        {
            "month": each.month,
            "fold": number % measures.FOLDS,
            **{
                name: each.path[place - back] if place >= back and (few or back < 4) else None
                for back, name in enumerate(measures.BEFORE_COLUMNS, 1)
            },
            "channel": channel,
            "passes": 1,
            "lost": int(place == len(each.path) - 1),
        }
        for number, each in enumerate(walked, 1)
        if not each.outcome
        for place, channel in enumerate(each.path)
    ]
    texts = (*measures.BEFORE_COLUMNS, "channel")
    kinds: dict[str, pa.DataType] = {
        "month": pa.string(),
        "fold": pa.int64(),
        **dict.fromkeys(texts, pa.string()),
    }
    return pa.Table.from_pylist(
        rows, pa.schema({**kinds, "passes": pa.int64(), "lost": pa.int64()})
    )


def _sets(walked: Sequence[Walked]) -> pa.Table:
    """A journey a row; nothing where there are too many channels."""
    few = len({channel for each in walked for channel in each.path}) <= measures.MOST_IN_SETS
    rows = [
        {
            "month": each.month,
            "channels": measures.BETWEEN_CHANNELS.join(sorted(set(each.path))),
            "n": 1,
        }
        for each in walked
        if few and not each.outcome
    ]
    kinds: dict[str, pa.DataType] = {"month": pa.string(), "channels": pa.string()}
    return pa.Table.from_pylist(rows, pa.schema({**kinds, "n": pa.int64()}))
