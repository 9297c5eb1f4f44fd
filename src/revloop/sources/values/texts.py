"""Text, lists of texts, yes and no, closed lists, and ids made from a row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Literal

from revloop.sources.values.value import (
    UNKNOWN_WORDS,
    Value,
    known,
    nothing,
    quoted,
    sentence,
    trimmed,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

YES = ("true", "t", "yes", "y", "1", "on", "ja", "wahr", "oui", "vrai", "sí", "si", "verdadero")
NO = ("false", "f", "no", "n", "0", "off", "nein", "falsch", "non", "faux", "falso")

# A mark between the columns of a row that no file can hold, so that ("ab", "c") is not ("a", "bc").
_BETWEEN, _NOTHING = "\x1f", "\x1e"
_ID_DIGITS = 20
"""80 bits: of ten million rows, two would meet by chance once in twenty billion imports."""


def text(column: ir.Value, unknown_words: Collection[str] = UNKNOWN_WORDS) -> Value:
    """Trimmed text; what stands for nothing is null. No text is wrong."""
    return Value(known(column, unknown_words), nothing("string"))


def texts(
    column: ir.Value, separator: str = ";", unknown_words: Collection[str] = UNKNOWN_WORDS
) -> Value:
    """The trimmed members of a list in one cell, without empty ones; null where there is none."""
    dtype = column.type()
    if dtype.is_array():
        parts = column.map(lambda each: each.cast("string").strip())
    else:
        parts = known(column, unknown_words).split(separator).map(lambda each: each.strip())
    parts = parts.filter(lambda each: (each != "").fill_null(False))  # noqa: FBT003
    return Value((parts.length() > 0).ifelse(parts, nothing("array<string>")), nothing("string"))


def boolean(
    column: ir.Value,
    *,
    yes: Collection[str] = YES,
    no: Collection[str] = NO,
    unknown_words: Collection[str] = UNKNOWN_WORDS,
) -> Value:
    """True or false from the words of `yes` and `no`, in any case."""
    import ibis  # noqa: PLC0415

    if column.type().is_boolean():
        return Value(column, nothing("string"))
    written = known(column, unknown_words)
    word = written.lower()
    value = ibis.cases(
        (word.isin(sorted(map(str.lower, yes))), True),
        (word.isin(sorted(map(str.lower, no))), False),
        else_=ibis.null("boolean"),
    )
    wrong = written.notnull() & value.isnull()
    return Value(value, sentence(column, written, wrong, "is neither yes nor no"))


def one_of(
    column: ir.Value,
    values: Mapping[str, str],
    closed: Collection[str] = (),
    *,
    otherwise: Literal["problem", "unknown", "keep"] = "problem",
    unknown_words: Collection[str] = UNKNOWN_WORDS,
) -> Value:
    """The words of a source as the words of a fact, whatever their case.

    `values` says what a word of the source means; an empty meaning is null. A word of `closed`
    stands for itself. For any other word `otherwise` decides: a problem, null (counted), or the
    word itself.
    """
    import ibis  # noqa: PLC0415

    meanings = {word.lower(): word for word in closed}
    meanings |= {word.strip().lower(): meaning for word, meaning in values.items()}
    # A word with a meaning of its own is never unknown: the person who maps `None` means it.
    written = known(column, [word for word in unknown_words if word.lower() not in meanings])
    said = written.lower()
    found = _look_up(said, {word: meaning for word, meaning in meanings.items() if meaning})
    strange = written.notnull()
    if meanings:
        strange &= ~said.isin(sorted(meanings))
    if otherwise == "keep":
        return Value(ibis.cases((strange, written), else_=found), nothing("string"))
    if otherwise == "unknown":
        return Value(found, nothing("string"), strange.ifelse(written, ibis.null("string")))
    expected = f"is not one of {quoted(closed or meanings)}" if meanings else "has no meaning here"
    return Value(found, sentence(column, written, strange, expected))


def row_hash(*columns: ir.Value) -> ir.StringValue:
    """An id for a row that has none: 20 hexadecimal digits of the SHA-256 of its trimmed texts.

    The same texts give the same id on every machine and in every year; null counts as a text of its
    own. Rows that say the same in all these columns are one fact.
    """
    import ibis  # noqa: PLC0415

    if not columns:
        raise ValueError("an id needs at least one column")
    parts = [trimmed(column).fill_null(_NOTHING) for column in columns]
    joined = reduce(lambda left, right: left + ibis.literal(_BETWEEN) + right, parts)
    return joined.hexdigest("sha256").substr(0, _ID_DIGITS)


def _look_up(word: ir.StringValue, meanings: Mapping[str, str]) -> ir.StringValue:
    if not meanings:
        return nothing("string")
    return word.cases(*meanings.items(), else_=nothing("string"))
