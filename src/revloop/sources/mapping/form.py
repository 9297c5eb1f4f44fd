"""The form of a mapping file: every key, its type and what it means.

Whether the names that a mapping uses exist (kinds, fields, columns) is asked elsewhere: names of
facts in `words`, names of columns in `check`, where the files are at hand.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

EXPORTED_ON = "exported_on"
"""Among the columns of `at`: the day of the export, for rows that have no date of their own."""

NAMES_OF_STAGES = "|"
"""`Won|Lost: close_date`: one date column for several stages."""


class Section(BaseModel):
    """A part of the file. Unknown keys are refused; a part once read never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _as_text(value: object) -> object:
    """`true`, `5` and `~` of YAML as the words they stand for in a file of exports."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case _:
            return value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Word = Annotated[str, BeforeValidator(_as_text)]
Columns = Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]
Words: TypeAlias = dict[str, Word]


class Lookup(Section):
    """A value that stands in another file: the list price of a product, the region of a seller."""

    file: str
    """The other file, named as under `files`."""
    key: str
    """The column of the other file that holds what `column` holds here."""
    take: str
    """The column of the other file whose value is wanted."""


class From(Section):
    """Where a field of a fact comes from. The name of a column alone is short for `column`."""

    column: str | None = None
    """The column that holds it."""
    columns: tuple[str, ...] = ()
    """The first of these columns that holds anything."""
    constant: Word | None = None
    """The same for every row."""
    hash: Columns | None = None
    """A made-up id from these columns, where people have no id: the lake never holds a name."""
    lookup: Lookup | None = None
    """Look `column` up in another file, and take what stands there."""
    values: Words = {}
    """What a word of the file means; an empty meaning is unknown."""
    otherwise: Literal["problem", "unknown", "keep"] | None = None
    """What becomes of words without a meaning: the row is held back (`problem`), they are unknown,
    or kept as they are. Without it they are kept; in a closed list they are unknown and reported,
    or hold the row back where its fact cannot be without the field."""
    unknown: tuple[Word, ...] = ()
    """More words of this column that stand for nothing."""
    of_source: str | None = None
    """For a reference: the source whose id it is, if not this one."""
    by: Literal["id", "email", "domain"] = "id"
    """For a reference: what the column holds."""
    percent: bool = False
    """For a share: the column counts percents."""
    times: Literal[1, 1_000, 1_000_000, 1_000_000_000] = 1
    """For money: what the column counts, thousands or millions."""
    currency: str | None = None
    """For money: its currency, three letters."""
    currency_column: str | None = None
    """For money: the column that holds its currency."""
    separator: Annotated[str, Field(min_length=1)] = ";"
    """For a list: what stands between its members."""
    day_first: bool | None = None
    """For a date: whether 03/04 is the third of April."""
    two_digit_years: bool = False
    """For a date: read 21 as 2021 and 69 as 1969."""
    decimal_comma: bool | None = None
    """For a number: whether 1.234,5 is meant."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        match given:
            case str():
                return {"column": given}
            case list():
                return {"columns": given}
            case _:
                return given

    @model_validator(mode="after")
    def _says_one_thing(self) -> From:
        ways = {
            "column": self.column,
            "columns": self.columns,
            "constant": self.constant,
            "hash": self.hash,
        }
        told = [name for name, value in ways.items() if value not in (None, ())]
        if len(told) != 1:
            raise PydanticCustomError("mapping", "say one of column, columns, constant and hash")
        if self.lookup and self.column is None:
            raise PydanticCustomError("mapping", "a lookup needs the column to look up")
        return self

    @property
    def named_columns(self) -> tuple[str, ...]:
        """The columns of its own file that it reads, in order."""
        named = (self.column, *self.columns, *(self.hash or ()), self.currency_column)
        return tuple(dict.fromkeys(each for each in named if each))


class Fact(Section):
    """One fact made of each row."""

    kind: str
    """What kind of fact: account, contact, opportunity …"""
    when: str | dict[str, Word | tuple[Word, ...]] | None = None
    """Which rows: a condition as in SQL over the columns, or columns with the words they hold."""
    source_id: From | None = None
    """The row's own id; without it a hash of the whole row, so that equal rows are one fact."""
    once: bool = False
    """One fact for each different id, of the first row that has it."""
    at: From | None = None
    """When it happened; `exported_on` among its columns is the day of the export."""
    recorded_at: From | None = None
    """When the company learned it."""
    updated_at: From | None = None
    """When the source last changed the row."""
    is_deleted: From | None = None
    """Whether the source has deleted it."""
    stages: dict[str, str] = {}
    """One fact for each date that is filled: stage, and the column with the day it was entered."""
    stage_column: str | None = None
    """The column that says which of several stages a date stands for (`Won|Lost: close_date`)."""
    fields: dict[str, From] = {}
    """Fields of the fact, each with where it comes from."""


class File(Section):
    """What is made of one file, or of all whose name fits a pattern."""

    file: str
    """Name of the file; `*` stands for any text."""
    sheet: str | None = None
    """Sheet of a workbook; without it all its sheets."""
    encoding: str | None = None
    """How its text is encoded: utf-8, cp1252, utf-16 …; found out where it is not said."""
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    """What stands between its columns; found out where it is not said."""
    quote: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    """What stands around a text with delimiters; found out where it is not said."""
    header_row: Annotated[int, Field(ge=0)] | None = None
    """The line that names the columns, from 1; 0: none does. Found out where it is not said."""
    unknown: dict[str, tuple[Word, ...]] = {}
    """More words that stand for nothing, by column."""
    clean: dict[str, Words] = {}
    """Spellings to mend before anything is read, by column."""
    facts: Annotated[tuple[Fact, ...], Field(min_length=1)]
    """What each row says; one row may say several things."""


class Form(Section):
    """A mapping: how files that no profile knows become facts."""

    source: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    """The name that the facts carry."""
    timezone: str | None = None
    """Zone of the times that name none (IANA)."""
    currency: str | None = None
    """Currency of the amounts that name none, three letters."""
    day_first: bool | None = None
    """Whether 03/04 is the third of April; without it each column decides, or is asked about."""
    decimal_comma: bool | None = None
    """Whether 1.234,5 is meant; without it each column decides, or is asked about."""
    unknown: tuple[Word, ...] = ()
    """More words that stand for nothing, in every column."""
    exported_on: date | None = None
    """The day the files were exported: by then at the latest all they say was so."""
    files: Annotated[tuple[File, ...], Field(min_length=1)]
    """The files, each with the facts it holds."""
