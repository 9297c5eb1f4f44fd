"""Scores: how well somebody fits, and how warm they are at the moment of asking.

Fit is the sum of the points whose condition is true. Where conditions are unknown it is known
within bounds: the lower one takes their negative points, the upper one their positive ones.

Interest is the sum of the points of touches, each halving with its age, kept between two limits.
Where a cap says `n per d days`, the earliest n of each block of d UTC days count; blocks follow one
another from Monday, 1 January of the year 1, so that 7 days are the ISO week. With an account
share, that share of the mean of the five warmest colleagues' own interest is added, and the sum is
kept between the limits again. A colleague is whoever has touches of the same account of which at
least one counts; their own interest has no share in it. Interest is always known.

Points add up exactly; what is left of them after a time is a float.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from revloop.agreement.conditions.record import UPPER
from revloop.agreement.contract import Contract
from revloop.agreement.form import FitScore, InterestEvent, InterestScore
from revloop.agreement.judging.events import Event, known_at
from revloop.agreement.judging.judges import judge
from revloop.agreement.problems import Path
from revloop.agreement.scalars import Cap

WARMEST = 5
"""So many colleagues count for the account share."""

_DAY = timedelta(days=1)
Rule: TypeAlias = tuple[Decimal | int, bool | None]
"""Points, and whether their condition is true, false or unknown."""


# The arithmetic, without any agreement.


class Aged(NamedTuple):
    """Points that somebody got some time ago."""

    points: Decimal | int
    age_days: float
    half_life_days: float = 0.0
    """0: they stay."""


def decayed(points: float, age_days: float, half_life_days: float) -> float:
    """What is left of points: half after each half-life, all of them if it is 0."""
    return points * 2.0 ** (-age_days / half_life_days) if half_life_days else points


def interest(
    items: Iterable[Aged], clamp: tuple[float, float] = (0.0, 100.0), *, days_later: float = 0.0
) -> float:
    """The sum of what is left, kept between two limits; `days_later`, if nothing happens."""
    every = list(items)
    unit = unit_of(item.points for item in every)
    left = (
        decayed(float(item.points * unit), item.age_days + days_later, item.half_life_days)
        for item in every
    )
    return _within(math.fsum(left) / unit, clamp)


def with_account_share(
    own: float, colleagues: Iterable[float], share: float, clamp: tuple[float, float]
) -> float:
    """Own interest, and a share of the mean of the five highest of the colleagues'."""
    warmest = heapq.nlargest(WARMEST, colleagues)
    added = share * (math.fsum(warmest) / len(warmest)) if warmest else 0.0
    return _within(own + added, clamp)


def fit_bounds(rules: Iterable[Rule]) -> tuple[Decimal, Decimal]:
    """The lowest and the highest sum that the unknown conditions allow."""
    every = [(Decimal(points), holds) for points, holds in rules]
    sure = sum((points for points, holds in every if holds), Decimal(0))
    unknown = [points for points, holds in every if holds is None]
    losses = sum((points for points in unknown if points < 0), Decimal(0))
    gains = sum((points for points in unknown if points > 0), Decimal(0))
    return sure + losses, sure + gains


def fit_known_share(rules: Iterable[Rule]) -> Fraction:
    """How many of the conditions have a known answer."""
    answers = [holds is not None for _, holds in rules]
    return Fraction(sum(answers), len(answers))


def fit_on_known(rules: Iterable[Rule]) -> Fraction | None:
    """Percent of the points that the known conditions could give; None if they could give none."""
    known = [(Fraction(points), holds) for points, holds in rules if holds is not None]
    possible = sum(points for points, _ in known if points > 0)
    got = sum(points for points, holds in known if holds)
    return 100 * Fraction(got) / possible if possible else None


def verdict(
    lower: Decimal | float, upper: Decimal | float, threshold: Decimal | float
) -> bool | None:
    """Whether a score known within bounds reaches a threshold; None: it needs data.

    They are compared as floats, as in conditions and in tables.
    """
    if float(lower) >= float(threshold):
        return True
    return False if float(upper) < float(threshold) else None


def _within(value: float, clamp: tuple[float, float]) -> float:
    low, high = clamp
    return max(low, min(value, high))


def unit_of(points: Iterable[Decimal | int]) -> int:
    """The number by which all these points are whole numbers, which floats add up exactly."""
    decimals = (-int(Decimal(each).as_tuple().exponent) for each in set(points))
    return int(10 ** max([0, *decimals]))


# For one person, with the reasons.


@dataclass(frozen=True, slots=True)
class FitItem:
    """One rule of a fit score."""

    points: Decimal
    condition: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Fit:
    """How well somebody fits, within bounds."""

    lower: Decimal
    upper: Decimal
    items: tuple[FitItem, ...]
    """In the order of the agreement."""
    threshold: Decimal

    @property
    def known_share(self) -> Fraction:
        return fit_known_share((item.points, item.holds) for item in self.items)

    @property
    def on_known(self) -> Fraction | None:
        return fit_on_known((item.points, item.holds) for item in self.items)

    @property
    def verdict(self) -> bool | None:
        """Whether it reaches the score's threshold; None: it needs data."""
        return verdict(self.lower, self.upper, self.threshold)


@dataclass(frozen=True, slots=True)
class InterestItem:
    """One touch under one rule of an interest score."""

    event: Event
    rule: int
    """The place of the rule in the agreement, from 0."""
    aged: Aged
    capped: bool
    """More of its kind came before it in the same block of days: it gives nothing."""

    @property
    def points_now(self) -> float:
        points, age_days, half_life_days = self.aged
        return 0.0 if self.capped else decayed(float(points), age_days, half_life_days)


@dataclass(frozen=True, slots=True)
class Interest:
    """How warm somebody is."""

    value: float
    own: float
    """Without the account's share."""
    items: tuple[InterestItem, ...]
    """Rule by rule, each in the order of time; capped ones included."""
    colleagues: Mapping[str, float]
    """The own interest of everybody who may count for the account's share."""
    threshold: Decimal

    @property
    def verdict(self) -> bool:
        """Whether it reaches the score's threshold."""
        return self.value >= float(self.threshold)


Score: TypeAlias = Fit | Interest


def scores_of(
    contract: Contract,
    record: Mapping[str, Any],
    person: str,
    events: Iterable[Event],
    at: datetime,
    account_events: Iterable[Event] | None = None,
) -> dict[str, Score]:
    """Every score of one person, by its name.

    Args:
        contract: The agreement that declares the scores.
        record: What the conditions of fit may use: the words of company and person, `icp_tier`,
            `icp_excluded`, `persona`, and the signals.
        person: Their id; the events of others are those of colleagues.
        events: The person's own events, in any order; later ones than `at` are left out.
        at: The moment of asking.
        account_events: The events of everybody of their account; None without an account.
    """
    own = list(events)
    others = [each for each in account_events or () if each.person not in {None, person}]
    return {
        name: fit_of(contract, name, record)
        if isinstance(score, FitScore)
        else interest_of(score, own, at, others)
        for name, score in contract.form.scores.items()
    }


def words_of(scores: Mapping[str, Score]) -> dict[str, float]:
    """The scores as the words of conditions: `interest`, and `fit` with `fit_upper`."""
    words: dict[str, float] = {}
    for name, score in scores.items():
        if isinstance(score, Fit):
            words |= {name: float(score.lower), f"{name}{UPPER}": float(score.upper)}
        else:
            words[name] = score.value
    return words


def fit_of(contract: Contract, name: str, record: Mapping[str, Any]) -> Fit:
    """A fit score of one person, with the answer of each of its conditions."""
    score = contract.form.scores[name]
    assert isinstance(score, FitScore)  # noqa: S101 - `scores_of` and the agreement say so
    items = tuple(
        FitItem(rule.points, rule.when.text, judge(contract, rule_path(name, index))(record))
        for index, rule in enumerate(score.points)
    )
    lower, upper = fit_bounds((item.points, item.holds) for item in items)
    return Fit(lower, upper, items, score.threshold)


def interest_of(
    score: InterestScore, events: Iterable[Event], at: datetime, others: Iterable[Event] = ()
) -> Interest:
    """An interest score of one person.

    Args:
        score: The score as the agreement declares it.
        events: The person's own events.
        at: The moment of asking.
        others: The events of the other people of their account.
    """
    items = _interest_items(score, events, at)
    own = _sum_of(score, items)
    colleagues = _colleagues(score, others, at) if score.account_share else {}
    share = float(score.account_share)
    value = with_account_share(own, colleagues.values(), share, limits(score))
    return Interest(value, own, items, colleagues, score.threshold)


def rule_path(name: str, index: int) -> Path:
    """The condition of a rule of a fit score, in the agreement."""
    return ("scores", name, "points", index, "when")


def _interest_items(
    score: InterestScore, events: Iterable[Event], at: datetime
) -> tuple[InterestItem, ...]:
    touches = sorted(known_at(events, "touch", at), key=lambda event: (event.at, event.id))
    of_kind: dict[object, list[Event]] = defaultdict(list)
    for touch in touches:
        of_kind[touch.values.get("kind")].append(touch)
    given = (
        _items_of(index, rule, of_kind[rule.kind], at) for index, rule in enumerate(score.events)
    )
    return tuple(item for items in given for item in items)


def _items_of(
    index: int, rule: InterestEvent, touches: Sequence[Event], at: datetime
) -> list[InterestItem]:
    points, half_life = rule.points, half_life_days(rule)
    return [
        InterestItem(touch, index, Aged(points, (at - touch.at) / _DAY, half_life), capped)
        for touch, capped in _capped(touches, rule.at_most)
    ]


def half_life_days(rule: InterestEvent) -> float:
    """Days of 24 hours; 0 where the points stay."""
    return rule.half_life.length / _DAY if rule.half_life else 0.0


def _capped(touches: Sequence[Event], cap: Cap | None) -> list[tuple[Event, bool]]:
    """The touches, in the order of time, each with whether too many of its block came before."""
    if cap is None:
        return [(touch, False) for touch in touches]
    so_far: dict[int, int] = defaultdict(int)
    result = []
    for touch in touches:
        block = touch.day // cap.days
        result.append((touch, so_far[block] >= cap.events))
        so_far[block] += 1
    return result


def _colleagues(score: InterestScore, others: Iterable[Event], at: datetime) -> dict[str, float]:
    by_person: dict[str, list[Event]] = defaultdict(list)
    for event in others:
        if event.person is not None:
            by_person[event.person].append(event)
    items = {person: _interest_items(score, events, at) for person, events in by_person.items()}
    return {person: _sum_of(score, each) for person, each in items.items() if each}


def _sum_of(score: InterestScore, items: Iterable[InterestItem]) -> float:
    return interest((item.aged for item in items if not item.capped), limits(score))


def limits(score: InterestScore) -> tuple[float, float]:
    """The lowest and the highest value of an interest score."""
    low, high = score.clamp
    return float(low), float(high)
