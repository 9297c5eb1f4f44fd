"""Objects of a CRM as data: by which columns a table of one is known, and what they hold.

A column is known by its letters and digits alone, so that one name stands for every spelling that
exports have for it: `NumberOfEmployees`, `number_of_employees` and `Number of Employees` are the
same column, and so is `property_numberofemployees`, as a warehouse names properties of HubSpot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from revloop.sources.crm.readers import Reader
    from revloop.sources.protocol import RawTable

PROPERTY = "property_"
"""What the columns of HubSpot begin with in a warehouse, and no others."""
_NOT_PLAIN = re.compile(r"[^a-z0-9]")
_WORD = re.compile(r"[a-z]+")
# What file names of exports say beside the object.
_NOISE = frozenset(("all", "crm", "csv", "data", "export", "hs", "hubspot", "salesforce", "sf"))


def plain(column: str) -> str:
    """The spelling by which a column is known."""
    return _NOT_PLAIN.sub("", column.strip().lower().removeprefix(PROPERTY))


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an object under the name that its records have for it."""

    name: str
    columns: tuple[str, ...]
    """Names it goes by; where a table has several, the first that says something counts."""
    read: Reader
    required: bool = False
    """A row that does not say it is no fact."""
    when: bool = False
    """It may say when the fact happened: a row that says it, and not so that it can be read, is no
    fact. Of any other field that cannot be read the fact knows nothing, and the row is kept."""
    beside: tuple[str, ...] = ()
    """Columns that say how to read it: the currency of an amount."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The columns by which a table is known; each in any of its spellings."""

    every: frozenset[str]
    some: frozenset[str] = frozenset()
    at_least: int = 0
    """How many of `some` must be there."""
    origin: frozenset[str] = frozenset()
    """Columns that only this CRM has: without one of them, any table of companies would fit."""
    none: frozenset[str] = frozenset()
    named: bool = False
    """The columns alone would fit too much: the name of the file has to agree."""

    def fit(self, columns: frozenset[str]) -> int:
        """How many marks the columns bear; 0 where they do not fit."""
        seen = len(self.some & columns)
        if not self.every <= columns or seen < self.at_least or self.none & columns:
            return 0
        if self.origin and not self.origin & columns:
            return 0
        return len(self.every) + seen


def marks(
    every: str,
    *,
    some: str = "",
    at_least: int | None = None,
    origin: str = "",
    none: str = "",
    named: bool = False,
) -> Marks:
    """Marks from names separated by spaces; one of `some` is enough where nothing else is said."""
    choice = _names(some)
    needed = min(1, len(choice)) if at_least is None else at_least
    return Marks(_names(every), choice, needed, _names(origin), _names(none), named)


def _names(columns: str) -> frozenset[str]:
    return frozenset(column if column == PROPERTY else plain(column) for column in columns.split())


def _spelled(table: RawTable) -> frozenset[str]:
    """The columns of a table, and `PROPERTY` where one begins with it."""
    prefixed = any(column.startswith(PROPERTY) for column in table.columns)
    columns = frozenset(plain(column) for column in table.columns)
    return columns | {PROPERTY} if prefixed else columns


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """One object of a CRM. There is one of each, so objects are compared by identity."""

    name: str
    file: str
    """What its file is usually called: letters only, in lower case and the singular."""
    known_by: tuple[Marks, ...]
    """Any of these: the dialects of exports have different columns."""
    fields: tuple[Field, ...]
    makes: tuple[str, ...] = ()
    """The kinds of facts that come of its rows."""
    serves: str = ""
    """What its rows are read for, where no fact comes of them."""
    passes_over: str = ""
    """Which of its rows become no fact although nothing is wrong with them, and why."""

    def fit(self, columns: frozenset[str], file: str) -> tuple[int, bool]:
        """How well a table fits, to be compared: the marks it bears, then the name of its file."""
        agrees = file == self.file
        best = max((m.fit(columns) for m in self.known_by if agrees or not m.named), default=0)
        return best, agrees


def explained(tables: Sequence[RawTable], objects: Iterable[Object]) -> dict[str, str]:
    """Why rows of tables may become no fact, by the table's name."""
    found = recognise(tables, objects)
    reasons = {name: each.passes_over or each.serves for name, each in found.items()}
    return {name: reason for name, reason in reasons.items() if reason}


def recognise(tables: Sequence[RawTable], objects: Iterable[Object]) -> dict[str, Object]:
    """The object that each table holds, by the table's name; tables that fit none are left out."""
    known = tuple(objects)
    found = {}
    for table in tables:
        columns, file = _spelled(table), _file(table.name)
        best = max(known, key=lambda each: each.fit(columns, file))
        if best.fit(columns, file)[0]:
            found[table.name] = best
    return found


def _file(name: str) -> str:
    """What of a file's name may name an object: its words without noise, in the singular."""
    words = _WORD.findall(PurePosixPath(name).stem.lower())
    named = "".join(word for word in words if word not in _NOISE)
    return f"{named.removesuffix('ies')}y" if named.endswith("ies") else named.removesuffix("s")
