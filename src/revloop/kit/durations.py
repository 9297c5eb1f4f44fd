"""Lengths of time as people write them: `5 minutes`, `8 business hours`, `14 days`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from revloop.kit.errors import InvalidInput

_FORM = re.compile(
    r"(?P<amount>\d{1,6}) +(?:(?P<working>business|working) +)?(?P<unit>[a-z]+)", re.ASCII
)
_UNITS = {"minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
EXAMPLES = "5 minutes, 8 business hours, 14 days, 5 working days"


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of wall time or of working time.

    A duration in working days is counted by date (the close of the n-th open day), so it has no
    length in seconds; every other unit has.
    """

    amount: int
    unit: str
    """minute, hour, day or week"""
    working: bool = False

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `<whole number> [business|working] <minutes|hours|days|weeks>`."""
        match = _FORM.fullmatch(" ".join(text.split()))
        unit = match["unit"].removesuffix("s") if match else ""
        if match is None or unit not in _UNITS:
            raise InvalidInput(
                "duration.not_understood",
                f"{text[:60]!r} is not a length of time",
                hint=f"write a whole number and a unit: {EXAMPLES}",
            )
        working = match["working"] is not None
        if working and unit == "week":
            raise InvalidInput(
                "duration.not_understood",
                "working weeks are not counted",
                hint=f"write {int(match['amount']) * 5} working days",
            )
        return cls(int(match["amount"]), unit, working)

    @property
    def by_date(self) -> bool:
        """Counted in working days, by date."""
        return self.working and self.unit == "day"

    @property
    def length(self) -> timedelta:
        """The amount as seconds of wall time, or of open time where `working`."""
        if self.by_date:
            raise ValueError("working days are counted by date and have no length")
        return timedelta(seconds=self.amount * _UNITS[self.unit])

    def __str__(self) -> str:
        unit = self.unit if self.amount == 1 else f"{self.unit}s"
        return f"{self.amount} business {unit}" if self.working else f"{self.amount} {unit}"
