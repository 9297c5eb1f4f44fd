"""What all blocks of the company share: its time, its truths, its marketing, its leaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from revloop.example import marketing
from revloop.example.marketing import Marketing
from revloop.example.moments import Floats, midnight, quarter_begins, years_before
from revloop.example.sizes import Size
from revloop.example.truths import SEGMENTS, SOURCES, STEPS, Truths

YEARS = 2
DEMO_INQUIRIES = 20_000
"""Marketing's costs are written for this many."""


@dataclass(frozen=True, slots=True)
class Leak:
    """In one quarter, one step loses more leads of one segment than in all others."""

    quarter: int
    step: str
    segment: int


@dataclass(frozen=True, eq=False)
class World:
    seed: int
    size: Size
    last_day: date
    """The day after the last one of the story."""
    truths: Truths

    @cached_property
    def begin(self) -> int:
        return midnight(years_before(self.last_day, YEARS))

    @cached_property
    def end(self) -> int:
        return midnight(self.last_day)

    @cached_property
    def marketing(self) -> Marketing:
        inquiries = self.size.inquiries * self.size.blocks
        return marketing.plan(self.seed, self.begin, self.end, inquiries / DEMO_INQUIRIES)

    @cached_property
    def demand(self) -> Floats:
        return marketing.weekly_demand(self.marketing, self.truths)

    @cached_property
    def leaks(self) -> tuple[Leak, ...]:
        """The same for every seed: step and segment go round, each at its own pace."""
        return tuple(
            Leak(quarter, STEPS[quarter % len(STEPS)], quarter % len(SEGMENTS))
            for quarter in self.marketing.quarters
        )

    @cached_property
    def shifted_quarter(self) -> int:
        """The quarter of the shift in mixture: one whose leak comes after the step it is seen in."""
        whole = [
            leak.quarter
            for leak in self.leaks
            if leak.step != STEPS[0] and quarter_begins(leak.quarter) >= self.begin
        ]
        return whole[len(whole) // 2]

    def source_shares(self, *, shifted: bool) -> Floats:
        """Share of inquiries by source."""
        shares = np.array(self.truths.source_mix)
        if shifted:
            grown = SOURCES.index(self.truths.shift_source)
            shares *= (1 - self.truths.shift_share) / (1 - shares[grown])
            shares[grown] = self.truths.shift_share
        return shares
