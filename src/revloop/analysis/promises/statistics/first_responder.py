"""How many of the won deals went to whom answered first, as the customers said it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from revloop.analysis.rates import Rate


@dataclass(frozen=True, slots=True)
class FirstResponder:
    """Won of all closed deals: where we answered first, where not, and where nobody knows."""

    first: Rate
    not_first: Rate
    unknown: Rate

    @property
    def share_of_known_wins(self) -> Rate:
        """Won where we were first, of the wins whose answer is known."""
        return Rate(self.first.x, self.first.x + self.not_first.x)

    @property
    def unknown_share(self) -> Rate:
        """Deals without an answer: to be shown wherever the share is."""
        return Rate(self.unknown.n, self.first.n + self.not_first.n + self.unknown.n)

    @property
    def bounds(self) -> tuple[Fraction, Fraction] | None:
        """The share of wins where we were first, if none and if all of the unknown were such."""
        wins = self.first.x + self.not_first.x + self.unknown.x
        if not wins:
            return None
        return Fraction(self.first.x, wins), Fraction(self.first.x + self.unknown.x, wins)
