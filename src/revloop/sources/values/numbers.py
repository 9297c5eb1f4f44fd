"""Numbers, whole numbers and amounts of money, as people and spreadsheets write them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from revloop.kit.money import DECIMALS
from revloop.sources.values.value import (
    UNKNOWN_WORDS,
    Value,
    known,
    name_of,
    nothing,
    sentence,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Space, no-break, narrow no-break and thin space, and the apostrophes of Switzerland.
_GAP = " \u00a0\u202f\u2009'\u2019"
_SIGN = r"[-+\x{2212}]?"
_CURRENCY = r"(?:[A-Za-z]{0,3}\p{Sc}|[A-Z]{3}|kr\.?|z\x{0142}|Fr\.)"
_SIGNS_OF_ONE_CURRENCY = {"€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₪": "ILS", "₩": "KRW"}
"""`$`, `¥` and `kr` stand for several currencies and say nothing."""
_CODES = rf"\b({'|'.join(sorted(DECIMALS))})\b"

EITHER = r"^[^0-9.,]*[1-9]\d{0,2}[.,]\d{3}[^0-9.,]*$"
"""A thousand and some, or one and a fraction: 1.234 and 1,234."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in its two columns."""

    minor: ir.IntegerValue
    """Whole minor units: cents of USD, yen of JPY."""
    currency: ir.StringValue
    """ISO 4217; null where `minor` is."""
    problem: ir.StringValue


def number(
    column: ir.Value,
    decimal_comma: bool | None = False,  # noqa: FBT001, FBT002
    *,
    percent: bool = False,
    unknown_words: Collection[str] = UNKNOWN_WORDS,
) -> Value:
    """A number as float64, the nearest to what is written.

    `decimal_comma` says whether 1.234,5 or 1,234.5 is meant; None refuses what could be either,
    such as 1.234. With `percent` 45 and 45 % are 0.45; without it a percent sign is a problem.
    """
    written, plain = _read(column, decimal_comma, unknown_words, percent=percent)
    value = plain.try_cast("float64")
    problem = _not_a_number(column, written, value, decimal_comma)
    return Value(value / 100.0 if percent else value, problem)


def whole(
    column: ir.Value,
    decimal_comma: bool | None = False,  # noqa: FBT001, FBT002
    *,
    unknown_words: Collection[str] = UNKNOWN_WORDS,
) -> Value:
    """A whole number, int64; 12.0 is one, 12.5 is not."""
    import ibis  # noqa: PLC0415

    if column.type().is_integer():
        return Value(column.cast("int64"), nothing("string"))
    written, plain = _read(column, decimal_comma, unknown_words)
    value = plain.re_extract(r"^(-?\d+)(?:\.0*)?$", 1).try_cast("int64")
    problem = ibis.coalesce(
        _not_a_number(column, written, plain.try_cast("float64"), decimal_comma),
        sentence(column, written, written.notnull() & value.isnull(), "is not a whole number"),
    )
    return Value(value, problem)


def money(
    column: ir.Value,
    currency: ir.Value | str | None,
    *,
    decimal_comma: bool | None = False,
    times: int = 1,
    unknown_words: Collection[str] = UNKNOWN_WORDS,
) -> Amount:
    """An amount in minor units, exact in decimals; more decimals than the currency has are rounded.

    `currency` is the code that holds for the column, or a column of codes; a code or sign beside
    the amount itself (`1.250,00 €`) goes before it. `times` is 1000, 1000000 or
    1000000000 where the column counts thousands, millions or billions. An amount without a currency is a problem, not a guess.
    """
    import ibis  # noqa: PLC0415

    written, plain = _read(column, decimal_comma, unknown_words)
    code = _currency(column, currency, unknown_words)
    minor = ibis.cases(
        *((code.isin(_WITH[places]), _minor(plain, places, times)) for places in (0, 3)),
        (code.re_search(_CODES), _minor(plain, 2, times)),
        else_=ibis.null("int64"),
    )
    # The problem is asked of the text, not of `minor`: that is long to write out.
    read = plain.notnull()
    strange = read & ~code.re_search(_CODES)
    twice = read & plain.re_search("[eE]") if times != 1 else ibis.literal(value=False)
    too_large = read & (plain.try_cast("float64").abs() * times >= _LARGEST)
    none = ibis.null("string")
    says = ibis.literal(f"{name_of(column)}: '") + code + "' is not a currency in use"
    problem = ibis.coalesce(
        _not_a_number(column, written, plain.try_cast("float64"), decimal_comma),
        sentence(column, written, read & code.isnull(), "has no currency, and none is told"),
        strange.ifelse(says, none),
        sentence(column, written, twice, "is not a plain number"),
        sentence(column, written, too_large, "is larger than any amount of money"),
    )
    return Amount(minor, read.ifelse(code, none), problem)


_LARGEST = 9e14
"""In major units; with three decimals it still is a decimal of 18 digits, which engines keep in 64
bits."""
_POWERS = {1: 0, 1_000: 3, 1_000_000: 6, 1_000_000_000: 9}
_WITH = {
    places: sorted(code for code, has in DECIMALS.items() if has == places) for places in (0, 3)
}


def _currency(
    column: ir.Value, told: ir.Value | str | None, unknown_words: Collection[str]
) -> ir.StringValue:
    import ibis  # noqa: PLC0415

    if told is None:
        given: Any = nothing("string")
    elif isinstance(told, str):
        given = ibis.literal(told)
    else:
        given = known(told, unknown_words).upper()
    if not column.type().is_string():
        return given
    sign = column.re_extract(r"\p{Sc}", 0)
    none = ibis.null("string")
    beside = column.re_extract(_CODES, 1).nullif("")
    return ibis.coalesce(beside, sign.cases(*_SIGNS_OF_ONE_CURRENCY.items(), else_=none), given)


def _minor(plain: ir.StringValue, places: int, times: int) -> ir.IntegerValue:
    """An exact decimal of so many places, written without its point, is the whole minor units."""
    if times != 1:
        plain = plain + f"e{_POWERS[times]}"
    exact = plain.try_cast(f"decimal(18, {places})")
    return exact.cast("string").replace(".", "").try_cast("int64")


def _read(
    column: ir.Value,
    decimal_comma: bool | None,  # noqa: FBT001
    unknown_words: Collection[str],
    *,
    percent: bool = False,
) -> tuple[ir.StringValue, ir.StringValue]:
    """What is written, and the same as `-1234.5`; null where it is no number."""
    import ibis  # noqa: PLC0415

    dtype = column.type()
    if dtype.is_numeric():
        # Through text: the shortest text of a float is the number that a person wrote.
        text = column.cast("string")
        if dtype.is_floating():
            text = text.re_replace(r"(?i)^-?(?:nan|inf|infinity)$", "").nullif("")
        return text, text
    written = known(column, unknown_words)
    if decimal_comma is not None:
        return written, _plain(written, decimal_comma, percent)
    point, comma = _plain(written, False, percent), _plain(written, True, percent)  # noqa: FBT003
    either = written.re_search(EITHER)
    return written, either.ifelse(ibis.null("string"), ibis.coalesce(point, comma))


def _not_a_number(
    column: ir.Value,
    written: ir.StringValue,
    value: ir.NumericValue,
    decimal_comma: bool | None,  # noqa: FBT001
) -> ir.StringValue:
    import ibis  # noqa: PLC0415

    unread = written.notnull() & value.isnull()
    wrong = sentence(column, written, unread, "is not a number")
    if decimal_comma is not None:
        return wrong
    unclear = unread & written.re_search(EITHER)
    said = "may have thousands or decimals: say decimal_comma"
    return ibis.coalesce(sentence(column, written, unclear, said), wrong)


def _plain(written: ir.StringValue, decimal_comma: bool, percent: bool) -> ir.StringValue:  # noqa: FBT001
    """`-1234.5` of `(1.234,50 €)`; null where the text is no such number.

    An expression is written out wherever it is used, so each step names the one before it once; the
    usual form takes none of the steps.
    """
    decimal, group = (",", ".") if decimal_comma else (".", ",")
    digits = (
        rf"(?:[1-9]\d{{0,2}}(?:[{group}{_GAP}]\d{{2,3}})*[{group}{_GAP}]\d{{3}}|\d+)"
        rf"(?:[{decimal}]\d*)?|[{decimal}]\d+"
    )
    space = rf"[{_GAP}]*"
    form = (
        rf"^({_SIGN}{space}{_CURRENCY}?{space}{_SIGN}{space}(?:{digits})(?:[eE][-+]?\d{{1,3}})?)"
        rf"{space}{'%?' if percent else ''}{space}{_CURRENCY}?$"
    )
    negative = written.re_replace(r"^\(\s*(.*)\)$", r"-\1").re_replace(r"^(.*\d)\s*-$", r"-\1")
    amount = negative.re_extract(form, 1).re_replace(_CURRENCY, "")
    amount = amount.re_replace(rf"[{group}{_GAP}]", "").re_replace(r"^\x{2212}", "-")
    amount = (amount.replace(",", ".") if decimal_comma else amount).nullif("")
    simple = written.re_search(r"^-?\d+$" if decimal_comma else r"^-?\d+(?:\.\d+)?$")
    return simple.ifelse(written, amount)
