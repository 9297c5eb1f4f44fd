"""What a reader gives: the value of a column, and what is wrong with its text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

UNKNOWN_WORDS: tuple[str, ...] = (
    "",
    "-",
    "--",
    "--none--",
    "-none-",
    "—",
    "?",
    ".",
    "#n/a",
    "#null!",
    "(blank)",
    "(empty)",
    "(none)",
    "(not set)",
    "[none]",
    "<na>",
    "<null>",
    "\\n",
    "k.a.",
    "n.a.",
    "n/a",
    "na",
    "nan",
    "nat",
    "nil",
    "no value",
    "none",
    "not available",
    "not provided",
    "not specified",
    "null",
    "please select",
    "select",
    "select one",
    "undefined",
    "unknown",
    "unspecified",
)
r"""What exports write where they know nothing, in lower case; `\n` is the mark of database dumps.

`NA` may be Namibia and `Unknown` may be an answer: every list may be overridden.
"""

LONGEST_SHOWN = 60
"""Characters of a text that a sentence quotes."""


@dataclass(frozen=True, slots=True)
class Value:
    """One typed column, beside it what could not be read."""

    value: ir.Value
    problem: ir.StringValue
    """A sentence such as `close_date: '2017-13-01' is not a date`; null where all is well."""
    not_understood: ir.StringValue | None = None
    """A text that became null and yet stops no row (a country nobody knows), to be counted; None
    where the reader has no such case."""


def first_problem(*values: Any) -> ir.StringValue:
    """The first sentence of several values or problem columns; null where all are well."""
    import ibis  # noqa: PLC0415 - half a second that a command line may never need

    problems = [each if not hasattr(each, "problem") else each.problem for each in values]
    return ibis.coalesce(nothing("string"), *problems)


def all_problems(problems: Iterable[Any]) -> ir.ArrayValue:
    """The sentences of problem columns as one list; null where all are well.

    Each is written out twice, so they should be columns of a table and no expressions of their own.
    """
    import ibis  # noqa: PLC0415

    said = list(problems)
    none = nothing("array<string>")
    if not said:
        return none
    listed = ibis.array(said).filter(lambda each: each.notnull())
    return ibis.coalesce(*said).notnull().ifelse(listed, none)


def nothing(type_: str) -> Any:
    """Null in every row. Ibis turns a comparison with a bare null into another question."""
    import ibis  # noqa: PLC0415

    return ibis.coalesce(ibis.null(type_), ibis.null(type_))


def name_of(column: ir.Value) -> str:
    """The name that sentences give a column; an expression without one is `the value`."""
    import ibis.common.exceptions  # noqa: PLC0415

    try:
        return str(column.get_name())
    except ibis.common.exceptions.ExpressionError:
        return "the value"


def trimmed(column: ir.Value) -> ir.StringValue:
    """The text of any column, without space around it: what a person sees in the cell."""
    dtype = column.type()
    if dtype.is_string():
        return column.replace("\u00a0", " ").strip()
    written = column.cast("string")
    if dtype.is_floating():
        # A spreadsheet has no whole numbers: the id 123 comes as 123.0.
        return written.re_replace(r"\.0$", "")
    return written


def known(column: ir.Value, unknown_words: Collection[str]) -> ir.StringValue:
    """The trimmed text, null where it stands for nothing.

    An expression is written out wherever it is used, so this one names the column only once.
    """
    words = sorted({word.strip().lower() for word in unknown_words} - {""})
    if not words:
        return trimmed(column).nullif("")
    nothing = rf"(?i)^(?:{'|'.join(map(re.escape, words))})$"
    return trimmed(column).re_replace(nothing, "").nullif("")


def sentence(
    column: ir.Value, written: ir.StringValue, wrong: ir.BooleanValue, said: Any
) -> ir.StringValue:
    """`column: 'text' said`, a text or an expression, where `wrong` is true, null elsewhere."""
    import ibis  # noqa: PLC0415

    start = ibis.literal(f"{name_of(column)}: '")
    words = start + written.substr(0, LONGEST_SHOWN) + "' " + said
    return wrong.ifelse(words, ibis.null("string"))


def quoted(words: Iterable[str], most: int = 8) -> str:
    """`a, b, c and 4 more`, for sentences that list what may stand somewhere."""
    listed = list(words)
    rest = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + rest
