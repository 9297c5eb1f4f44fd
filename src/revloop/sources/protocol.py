"""What a source takes and what it gives: raw tables in, tables of facts out.

    files ── reading ──► raw tables ── a source ──► fact tables ── intake ──► lake, people

A source is pure: it gets Ibis tables and returns Ibis tables, and touches no file, database or
network itself. Which engine runs them is not its business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ibis.expr.types as ir

ROW = "row_number"
"""Where a row stood in its file, so that a person finds it: the line of a text file, the row of a
sheet, the 1-based record of a Parquet file."""

PROBLEM = "problem"
"""Why a row cannot become a fact, in a sentence that names the column; null where it can.

Only what a fact cannot be without is a problem: its id, when it happened, what its kind requires.
"""

WITHOUT = "kept_without"
"""What else of a row could not be read: a list of sentences, null where all could. The fact is kept
and does not know what they are about."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table as a file gave it: text columns from text files, typed ones from typed files."""

    name: str
    """Its path inside the folder: `leads.csv`, `export.zip/leads.csv`, `book.xlsx/Sheet 1`."""
    file: Path
    """Parquet with the table's columns and `ROW`, every row that could be read."""
    columns: tuple[str, ...]
    """In the order of the file, without `ROW`."""
    rows: int
    found: Mapping[str, str] = field(default_factory=dict)
    """How it was read, to show and to override: encoding, delimiter, sheet, header …"""
    unreadable: Path | None = None
    """Parquet with `ROW`, `text` and `reason`, one row for each that could not be read."""
    unreadable_rows: int = 0


@dataclass(frozen=True, slots=True)
class FactTable:
    """Facts of one kind that a source makes of one raw table.

    `rows` has any columns of the kind under their own names (`revloop.facts.kinds`), with these
    differences to the lake: a reference to another fact is text (`reference`), private columns are
    still here, and there are `ROW` and `PROBLEM`, and `WITHOUT` where something may be unread.
    `source_id` and `at` must be there; `recorded_at`, `updated_at` and `is_deleted` may be. `source`
    is set by the intake.
    """

    kind: str
    rows: ir.Table
    of: str
    """Name of the raw table."""
    uses: frozenset[str] = frozenset()
    """The raw columns that were read, so that the report can list the others."""
    read_as: Mapping[str, str] = field(default_factory=dict)
    """How dates and numbers of the raw table turned out to be written, to show and to override."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a file cannot say of itself; each may be overridden by the person who imports."""

    source: str
    """The name that the facts carry: `hubspot`, `salesforce`, `maven` …"""
    timezone: str = "UTC"
    """IANA zone of the times that name none."""
    currency: str | None = None
    """ISO 4217 code of the amounts that name none."""
    day_first: bool | None = None
    """Whether 03/04 is the third of April; None where the columns decide it."""
    decimal_comma: bool | None = None
    """Whether 1.234,56 is a number above a thousand; None where the columns decide it."""


class Source(Protocol):
    """One kind of export that is understood without a mapping."""

    @property
    def name(self) -> str: ...

    def recognises(self, tables: Sequence[RawTable]) -> frozenset[str]:
        """Names of the raw tables that are this source's, known by their columns."""

    def facts(
        self, tables: Mapping[str, ir.Table], raw: Mapping[str, RawTable], settings: Settings
    ) -> Iterator[FactTable]:
        """The facts of the recognised tables; `tables` and `raw` are by the raw table's name."""

    def explains(self, tables: Sequence[RawTable]) -> Mapping[str, str]:
        """Why rows of recognised tables may become no fact although nothing is wrong with them.

        By the table's name, as what goes on after `left alone:`.
        """


def reference(namespace: str, native: str) -> str:
    """How one fact names another before both have keys: `salesforce:0015500000Xyy06AAB`.

    `email:ann@acme.com` and `domain:acme.com` name a person or an account by what a file has
    instead of an id; the intake turns an e-mail into a keyed hash before anything is stored.
    """
    return f"{namespace}:{native}"
