"""What a column of a fact holds, and how a kind of fact is put together from columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Holds(StrEnum):
    """The type of a column; every one may also be unknown, which is null and never 0 or false."""

    KEY = "key"
    """Surrogate key of another fact: a dense whole number, made when the fact is loaded."""
    TEXT = "text"
    TEXTS = "list of texts"
    INTEGER = "whole number"
    NUMBER = "number"
    BOOLEAN = "true or false"
    INSTANT = "instant"
    """UTC, to the microsecond."""
    DATE = "date"
    MONEY = "money"
    """Stored in two columns: `<name>_minor`, whole minor units, and `<name>_currency`, ISO 4217."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind of fact."""

    name: str
    holds: Holds
    means: str
    unit: str = ""
    values: tuple[str, ...] = ()
    """The closed list of its values, where there is one."""
    of: str = ""
    """For a key: the kind that it names."""
    required: bool = False
    """A row without it goes to quarantine."""
    private: bool = False
    """Names a person or is free text: kept in operations, never in the lake."""

    def stored(self) -> tuple[tuple[str, Holds], ...]:
        """The columns it is stored in."""
        if self.holds is Holds.MONEY:
            return ((f"{self.name}_minor", Holds.INTEGER), (f"{self.name}_currency", Holds.TEXT))
        return ((self.name, self.holds),)


OWN_SOURCE = "revloop"
"""What revloop's own facts name as their source."""

PROVENANCE = (
    Column("source", Holds.TEXT, "the system or file that said so", required=True),
    Column("source_id", Holds.TEXT, "the fact's own id in that source", required=True),
    Column("at", Holds.INSTANT, "when it happened", required=True),
    Column("recorded_at", Holds.INSTANT, "when the company learned it", required=True),
    Column("updated_at", Holds.INSTANT, "when the source last changed this row"),
    Column("is_deleted", Holds.BOOLEAN, "the source has deleted it"),
    Column("import_id", Holds.TEXT, "the import that brought it"),
    Column("digest", Holds.INTEGER, "hash of all that the row says, to know it again"),
)
"""What every fact carries.

A fact is known by (`source`, `source_id`). A row with the same two and another content corrects the
earlier one; the row in force at an instant is, of those with `recorded_at` up to it, the one with
the latest `updated_at`, then the latest `recorded_at`, then the greatest `digest`.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact: a table of the lake."""

    name: str
    means: str
    happened: str
    """What `at` is for this kind."""
    columns: tuple[Column, ...]
    has_key: bool = False
    """Whether its rows have a surrogate key of their own, in the column `<name>_id`."""

    @property
    def key(self) -> Column | None:
        if not self.has_key:
            return None
        return Column(
            f"{self.name}_id", Holds.KEY, f"surrogate key of the {self.name}", of=self.name
        )

    @property
    def public(self) -> tuple[Column, ...]:
        """The columns in the lake, beside key and provenance."""
        return tuple(column for column in self.columns if not column.private)

    @property
    def private(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.private)

    @property
    def references(self) -> tuple[Column, ...]:
        """The columns that name other facts."""
        return tuple(column for column in self.columns if column.holds is Holds.KEY)

    def stored(self) -> Iterator[tuple[str, Holds]]:
        """Every column of the kind's table in the lake, in order."""
        key = (self.key,) if self.key else ()
        for column in (*key, *self.public, *PROVENANCE):
            yield from column.stored()

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def key(of: str, means: str, *, name: str = "", required: bool = False) -> Column:
    return Column(name or f"{of}_id", Holds.KEY, means, of=of, required=required)


def text(name: str, means: str, values: tuple[str, ...] = (), *, required: bool = False) -> Column:
    return Column(name, Holds.TEXT, means, values=values, required=required)


def texts(name: str, means: str, values: tuple[str, ...] = ()) -> Column:
    return Column(name, Holds.TEXTS, means, values=values)


def whole(name: str, means: str, unit: str = "") -> Column:
    return Column(name, Holds.INTEGER, means, unit=unit)


def number(name: str, means: str, unit: str = "") -> Column:
    return Column(name, Holds.NUMBER, means, unit=unit)


def flag(name: str, means: str) -> Column:
    return Column(name, Holds.BOOLEAN, means)


def instant(name: str, means: str, *, required: bool = False) -> Column:
    return Column(name, Holds.INSTANT, means, required=required)


def day(name: str, means: str, *, required: bool = False) -> Column:
    return Column(name, Holds.DATE, means, required=required)


def money(name: str, means: str) -> Column:
    return Column(name, Holds.MONEY, means)


def private(name: str, means: str) -> Column:
    return Column(name, Holds.TEXT, means, private=True)
