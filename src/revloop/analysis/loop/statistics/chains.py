"""What comes of a lead that may go around: the loop as an absorbing Markov chain.

From each stage a lead moves on to another one or comes to an end. If where it goes depends on the
stage it is in and on nothing before, then with Q the probabilities between stages and b those of
becoming a customer (Kemeny and Snell 1960)

    N = (I − Q)⁻¹      expected visits of each stage, by where a lead begins
    P(customer) = N·b

This is a model: who comes back for the third time is taken for as good as who comes for the first,
and when somebody moves is left out. Show it beside the incidence of `competing`, which assumes
neither. Probabilities are computed as fractions: from counts they come out exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

Transitions: TypeAlias = Mapping[str, Mapping[str, int | Fraction]]
"""From each stage where to, and how often: counts or probabilities, scaled to add up to 1."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Stages and ends, with the probability of each step."""

    stages: tuple[str, ...]
    ends: tuple[str, ...]
    steps: Mapping[str, Mapping[str, Fraction]]
    undetermined: frozenset[str]
    """Stages from which a lead can come into one that nobody is seen to leave for an end."""

    def reaches(self, end: str) -> dict[str, Fraction | None]:
        """The probability of coming to an end, from each stage; None where it is undetermined.

        Raises:
            ValueError: It is not one of the ends.
        """
        if end not in self.ends:
            raise ValueError(f"{end} is not an end")
        known = self._known
        solved = _solve(self._system(known), [[self.steps[s].get(end, Fraction(0))] for s in known])
        found = {stage: row[0] for stage, row in zip(known, solved, strict=True)}
        return {stage: found.get(stage) for stage in self.stages}

    def visits(self, entry: str) -> dict[str, Fraction] | None:
        """How often each stage is visited by a lead that begins in one, its beginning included.

        None where it is undetermined: such a lead may go around for ever.
        """
        if entry in self.undetermined:
            return None
        known = self._known
        turned = [list(row) for row in zip(*self._system(known), strict=True)]
        begins = [[Fraction(stage == entry)] for stage in known]
        solved = _solve(turned, begins)
        found = {stage: row[0] for stage, row in zip(known, solved, strict=True)}
        return {stage: found.get(stage, Fraction(0)) for stage in self.stages}

    @property
    def _known(self) -> list[str]:
        return [stage for stage in self.stages if stage not in self.undetermined]

    def _system(self, known: Sequence[str]) -> list[list[Fraction]]:
        """I − Q among stages of which none leads to an undetermined one."""
        return [
            [Fraction(one == other) - self.steps[one].get(other, Fraction(0)) for other in known]
            for one in known
        ]


@dataclass(frozen=True, slots=True)
class LoopValue:
    """What it is worth that leads come back, for those who begin in one stage."""

    with_loop: Fraction | None
    """P(customer) as it is."""
    without_loop: Fraction | None
    """P(customer) if nobody came back from the stage that brings leads back."""

    @property
    def uplift(self) -> Fraction | None:
        """By what share the loop makes more customers: the one by the other, less 1.

        None where without the loop nobody would become one, or one of them is undetermined.
        """
        if self.with_loop is None or not self.without_loop:
            return None
        return self.with_loop / self.without_loop - 1


def chain(transitions: Transitions, ends: Iterable[str]) -> Chain:
    """The chain of these transitions.

    Args:
        transitions: Counts of mature transitions, or probabilities. A stage that is only ever
            entered is one that nobody is seen to leave.
        ends: Where a lead stays: customer, disqualified. An end is never left.

    Raises:
        ValueError: A negative number, or a transition from an end.
    """
    last = tuple(ends)
    if left := sorted(transitions.keys() & set(last)):
        raise ValueError(f"nobody leaves an end: {', '.join(left)}")
    if any(often < 0 for row in transitions.values() for often in row.values()):
        raise ValueError("nothing happens less often than never")
    entered = (to for row in transitions.values() for to in row if to not in last)
    stages = tuple(dict.fromkeys([*transitions, *entered]))
    steps = {stage: _scaled(transitions.get(stage, {})) for stage in stages}
    return Chain(stages, last, steps, _undetermined(steps, last))


def value_of_loop(
    transitions: Transitions, ends: Sequence[str], *, back: str, customer: str
) -> dict[str, LoopValue]:
    """P(customer) with the loop and without it, for those who begin in each stage.

    Args:
        transitions: As of `chain`.
        ends: As of `chain`.
        back: The stage that brings them back, nurture: without the loop it is an end.
        customer: The end that is wished for.
    """
    without = {stage: row for stage, row in transitions.items() if stage != back}
    one_way = chain(without, [*ends, back]).reaches(customer)
    return {
        stage: LoopValue(with_loop, Fraction(0) if stage == back else one_way.get(stage))
        for stage, with_loop in chain(transitions, ends).reaches(customer).items()
    }


def _scaled(row: Mapping[str, int | Fraction]) -> dict[str, Fraction]:
    total = sum(row.values())
    return {to: Fraction(often) / Fraction(total) for to, often in row.items() if often}


def _undetermined(
    steps: Mapping[str, Mapping[str, Fraction]], ends: Sequence[str]
) -> frozenset[str]:
    """Stages that can lead to one from which no end can be reached."""
    trapped = steps.keys() - _leading_to(set(ends), steps)
    return frozenset(_leading_to(set(trapped), steps) & steps.keys())


def _leading_to(goals: set[str], steps: Mapping[str, Mapping[str, Fraction]]) -> set[str]:
    """The goals, and every stage from which one of them can be reached."""
    found = set(goals)
    while more := {stage for stage in steps if stage not in found and found & steps[stage].keys()}:
        found |= more
    return found


def _solve(left: list[list[Fraction]], right: list[list[Fraction]]) -> list[list[Fraction]]:
    """The x of left·x = right, by elimination (Gauss–Jordan); exact.

    I − Q of stages that all can reach an end has an inverse, so that a pivot is always found.
    """
    rows = [[*one, *other] for one, other in zip(left, right, strict=True)]
    size = len(rows)
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        by = rows[column][column]
        rows[column] = [value / by for value in rows[column]]
        for other in range(size):
            if other != column and (times := rows[other][column]):
                pairs = zip(rows[other], rows[column], strict=True)
                rows[other] = [value - times * own for value, own in pairs]
    return [row[size:] for row in rows]
