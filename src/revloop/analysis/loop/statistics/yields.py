"""What comes of leads in the end, and how much of it only because they came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from revloop.analysis.rates import Rate


@dataclass(frozen=True, slots=True)
class Yields:
    """Won of all that began, by the pass in which they were won.

    What has no outcome yet is open, and counts as not won: younger groups have it still to come.
    """

    began: int
    won_in_pass: Mapping[int, int]
    """Pass, from 1 on, and how many were won in it; each at most once."""

    def __post_init__(self) -> None:
        if any(number < 1 for number in self.won_in_pass):
            raise ValueError("passes are numbered from 1 on")
        if not 0 <= self.won <= self.began:
            raise ValueError(f"of {self.began} that began {self.won} cannot be won")

    @property
    def won(self) -> int:
        return sum(self.won_in_pass.values())

    @property
    def first_pass(self) -> Rate:
        """Won without ever coming back."""
        return Rate(self.won_in_pass.get(1, 0), self.began)

    @property
    def eventual(self) -> Rate:
        """Won in whatever pass."""
        return Rate(self.won, self.began)

    @property
    def recovered(self) -> Rate:
        """Won only after coming back: eventual less first pass."""
        return Rate(self.won - self.won_in_pass.get(1, 0), self.began)

    @property
    def mean_passes_of_won(self) -> Fraction | None:
        """None where nothing was won."""
        passes = sum(number * won for number, won in self.won_in_pass.items())
        return Fraction(passes, self.won) if self.won else None
