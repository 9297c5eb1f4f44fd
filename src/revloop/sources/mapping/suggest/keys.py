"""Columns whose values stand in a column of ids elsewhere: the references between tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from revloop.sources import values

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEAST_SHARE = 0.8
"""Of the different values, how many must be known there."""
FEWEST = 2
"""A column of fewer different values says nothing by its values."""
_MOST_MISSPELT = 50


@dataclass(frozen=True, slots=True)
class Overlap:
    """The values of a column that stand in another."""

    known: int
    distinct: int
    spellings: Map[str, str]
    """Values that stand there in another spelling: `GTXPro` where there is `GTX Pro`."""

    @property
    def share(self) -> float:
        return (self.known + len(self.spellings)) / self.distinct if self.distinct else 0.0

    @property
    def is_reference(self) -> bool:
        return self.distinct >= FEWEST and self.share >= LEAST_SHARE


def overlap(table: ir.Table, column: str, other: ir.Table, key: str) -> Overlap:
    """How many of the different values of a column stand in the key column of another table."""
    own = table.select(value=values.text(table[column]).value).distinct()
    own = own.filter(own["value"].notnull())
    keys = other.select(value=values.text(other[key]).value).distinct()
    there = own.semi_join(keys, "value").count().name("there")
    total = own.count().name("total")
    found: dict[str, Any] = {
        "known": there.to_pyarrow().as_py(),
        "distinct": total.to_pyarrow().as_py(),
    }
    missing = found["distinct"] - found["known"]
    if not 0 < missing <= _MOST_MISSPELT or not found["known"]:
        return Overlap(found["known"], found["distinct"], {})
    strange = own.anti_join(keys, "value").to_pyarrow()["value"].to_pylist()
    return Overlap(
        found["known"],
        found["distinct"],
        _spellings(strange, keys.to_pyarrow()["value"].to_pylist()),
    )


def _spellings(strange: Iterable[str], known: Iterable[str | None]) -> dict[str, str]:
    """Those that differ from one known value, and only one, in spaces, signs and capitals alone."""
    by_letters: dict[str, list[str]] = {}
    for word in known:
        if word is not None:
            by_letters.setdefault(_letters(word), []).append(word)
    return {
        word: near[0]
        for word in sorted(strange)
        if len(near := by_letters.get(_letters(word), [])) == 1
    }


def _letters(word: str) -> str:
    return re.sub(r"\W|_", "", word).lower()
