"""What was made last, for the next one who needs the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
_MOST = 12
"""A page needs ten: bookings, credits and chains of its slice and of the whole company, all leads, and
what experiments show."""


class Kept:
    """A few things by what they are made of; the one that was made first makes room.

    Threads may make the same thing at once: it is the same, and one of them is kept.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._made: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under a key; it is made if there is nothing."""
        nothing = object()
        found: Any = self._made.get(key, nothing)
        if found is nothing:
            found = make()
            self._made[key] = found
            for old in list(self._made)[: -self._most]:
                self._made.pop(old, None)
        return found  # type: ignore[no-any-return]
