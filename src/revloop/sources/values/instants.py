"""Instants and days, in the forms that exports write them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from revloop.sources.protocol import Settings
from revloop.sources.values.value import UNKNOWN_WORDS, Value, known, nothing, sentence
from revloop.sources.values.zones import FIRST_YEAR, LAST_YEAR, offset_of_local, to_local, to_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir

FIRST_YEAR_OF_DAYS = 1901
"""1900-01-01 and 1899-12-30 are how spreadsheets and old databases write no date at all."""

_MINUTES = r":\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"
_CLOCK = rf"\d{{1,2}}{_MINUTES}"
_HALF = r"[AaPp]\.?[Mm]\.?"
_ZONE = r"[Zz]|UTC|GMT|[-+]\d{2}(?::?\d{2})?"
TIME = rf"(?:(?:[Tt]|,?\s+){_CLOCK}\s*(?:{_HALF})?\s*(?:{_ZONE})?)?$"
ZONED = rf"(?:{_CLOCK}|T\d{{6}})\s*(?:{_HALF})?\s*({_ZONE})$"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_NAME = r"(?:[A-Za-z]{3,9},?\s+)?"
_MONTH_NAME = rf"((?i:{'|'.join(_MONTHS)}))[a-z]{{0,6}}\.?"
_NTH = r"(\d{1,2})(?:st|nd|rd|th)?"

YEAR_FIRST = rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})({TIME})"
COMPACT = r"^((?:19|20)\d{2})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z?)?$"
NUMERIC = rf"^(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}})({TIME})"
TWO_DIGITS = rf"^(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{2}})({TIME})"
NAMED = (
    rf"^{_DAY_NAME}{_NTH}[-\s]{_MONTH_NAME}[-,\s]+(\d{{4}})({TIME})",
    rf"^{_DAY_NAME}{_MONTH_NAME}\s+{_NTH},?\s+(\d{{4}})({TIME})",
)
DAY_IS_FIRST = rf"^(1[3-9]|[23]\d)[-/.](\d{{1,2}})[-/.](\d{{2}}|\d{{4}})({TIME})"
"""No month has such a number."""
DAY_IS_SECOND = rf"^(\d{{1,2}})[-/.](1[3-9]|[23]\d)[-/.](\d{{2}}|\d{{4}})({TIME})"
DOTTED = rf"^(\d{{1,2}})\.(\d{{1,2}})\.(\d{{2}}|\d{{4}})({TIME})"
"""Nobody writes the month first with dots."""
EITHER_ORDER = r"^(?:0?[1-9]|1[0-2])[-/](?:0?[1-9]|1[0-2])[-/](?:\d{2}|\d{4})\b"
EPOCH = r"^\d{9,16}(?:\.\d+)?$"

_SAME_TWICE = "|".join(rf"0?{number}[-/]0?{number}" for number in range(1, 13))
_USUAL = rf"^(\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:\.\d{{1,9}})?)?)?)(?:{_ZONE})?$"
_ISO = rf"^\d{{4}}-\d{{1,2}}-\d{{1,2}}(?:[Tt\s]+{_CLOCK})?$"
_OPEN_END = "0001-01-01"
"""What stands for a year out of range."""
# Of a number that counts from 1970: seconds reach the year 5138 here, milliseconds and microseconds
# begin in 1973.
_MILLISECONDS_FROM, _MICROSECONDS_FROM = 10**11, 10**14


def instant(
    column: ir.Value,
    settings: Settings,
    *,
    day_first: bool | None = None,
    two_digit_years: bool = False,
    unknown_words: Collection[str] = UNKNOWN_WORDS,
) -> Value:
    """A moment as `timestamp('UTC')`.

    Reads ISO 8601 and its relatives, numbers of seconds, milliseconds or microseconds since 1970,
    03/04/2021 3:15 PM and 7 Jan 2021. `day_first` (else that of `settings`) says what 03/04 is;
    where nothing says it, a date that could be either is a problem. With dots the day comes first
    unless told. Times without a zone are those of `settings.timezone`. Years before 1970 and after
    2100 are marks of an open end and become null.
    """
    import ibis  # noqa: PLC0415

    dtype = column.type()
    if dtype.is_timestamp() or dtype.is_date():
        local = column.cast("timestamp")
        aware = dtype.is_timestamp() and dtype.timezone is not None
        utc = local if aware else to_utc(local, settings.timezone)
        inside = local.year().between(FIRST_YEAR, LAST_YEAR)
        kept = inside.ifelse(utc, ibis.null("timestamp"))
        return Value(kept.cast("timestamp('UTC')"), nothing("string"))
    order = settings.day_first if day_first is None else day_first
    written = known(column, unknown_words)
    plain = _plain(written, order, FIRST_YEAR, two_digit_years=two_digit_years)
    local = _clock_time(plain) + _half_day(written)
    epoch = _since_1970(written)
    ahead = ibis.coalesce(_ahead(written), offset_of_local(local, settings.timezone))
    utc = ibis.coalesce(local - ahead.as_interval("s"), epoch)
    return Value(utc.cast("timestamp('UTC')"), _problem(column, written, plain, order))


def day(
    column: ir.Value,
    settings: Settings,
    *,
    day_first: bool | None = None,
    two_digit_years: bool = False,
    unknown_words: Collection[str] = UNKNOWN_WORDS,
) -> Value:
    """A date, of all that `instant` reads.

    A moment with a zone falls on a day of `settings.timezone`. Years before 1901 and after 2100
    become null.
    """
    import ibis  # noqa: PLC0415

    dtype = column.type()
    if dtype.is_timestamp() or dtype.is_date():
        local = column.cast("timestamp")
        if dtype.is_timestamp() and dtype.timezone is not None:
            local = to_local(local, settings.timezone)
        inside = local.year().between(FIRST_YEAR_OF_DAYS, LAST_YEAR)
        return Value(inside.ifelse(local.date(), ibis.null("date")), nothing("string"))
    order = settings.day_first if day_first is None else day_first
    written = known(column, unknown_words)
    plain = _plain(written, order, FIRST_YEAR_OF_DAYS, two_digit_years=two_digit_years)
    local = _clock_time(plain) + _half_day(written)
    epoch = _since_1970(written)
    instant = ibis.coalesce(local - _ahead(written).as_interval("s"), epoch)
    date = ibis.coalesce(to_local(instant, settings.timezone), local).date()
    return Value(date, _problem(column, written, plain, order))


def _clock_time(plain: ir.StringValue) -> ir.TimestampValue:
    import ibis  # noqa: PLC0415

    return plain.try_cast("timestamp").nullif(ibis.literal(_OPEN_END).cast("timestamp"))


def _problem(
    column: ir.Value,
    written: ir.StringValue,
    plain: ir.StringValue,
    day_first: bool | None,  # noqa: FBT001
) -> ir.StringValue:
    import ibis  # noqa: PLC0415

    why = ibis.literal("is not a date")
    short = "has a year of two digits: say two_digit_years"
    why = written.re_search(TWO_DIGITS).ifelse(short, why)
    if day_first is None:
        either = "may be day-month or month-day: say day_first"
        why = written.re_search(EITHER_ORDER).ifelse(either, why)
    unread = written.notnull() & plain.try_cast("timestamp").isnull() & ~written.re_search(EPOCH)
    # What is usual and there is no problem: an engine looks at the second question only then.
    fine = written.isnull() | written.re_extract(_USUAL, 1).try_cast("timestamp").notnull()
    return ibis.cases((fine, ibis.null("string")), else_=sentence(column, written, unread, why))


def _plain(
    written: ir.StringValue,
    day_first: bool | None,  # noqa: FBT001
    first_year: int,
    *,
    two_digit_years: bool,
) -> ir.StringValue:
    """`2021-4-13 3:15` of every form, else empty; one mark for all years out of range.

    Without zone and half of the day. An expression is written out wherever it is used, so each step
    names the one before it once; the usual form, which most files have, takes none of the steps.
    """
    import ibis  # noqa: PLC0415

    plain = ibis.cases(
        (written.re_search(_USUAL), written.re_extract(_USUAL, 1)),
        (written.re_search(NAMED[0]), _named(written, NAMED[0], (3, 2, 1))),
        (written.re_search(NAMED[1]), _named(written, NAMED[1], (3, 1, 2))),
        else_=_numeric(written, day_first, two_digit_years=two_digit_years),
    )
    before = {1970: r"0\d{3}|1[0-8]\d{2}|19[0-6]\d", 1901: r"0\d{3}|1[0-8]\d{2}|1900"}[first_year]
    after = r"21(?:0[1-9]|[1-9]\d)|2[2-9]\d{2}|[3-9]\d{3}"
    return plain.re_replace(rf"^(?:{before}|{after})-.*$", _OPEN_END)


def _named(written: ir.StringValue, form: str, order: tuple[int, int, int]) -> ir.StringValue:
    """A date with the name of its month; `order` is where year, month and day stand in the form."""
    import ibis  # noqa: PLC0415

    year, month, date = order
    name = written.re_extract(form, month).lower()
    number = ibis.literal("".join(_MONTHS)).find(name) / 3 + 1
    text = written.re_replace(form, rf"\{year}-@-\{date}\4")
    return _clock(text.replace("@", number.cast("int64").cast("string")))


def _numeric(
    text: ir.StringValue,
    day_first: bool | None,  # noqa: FBT001
    *,
    two_digit_years: bool,
) -> ir.StringValue:
    """The forms of digits; what is of no such form stays as it is."""
    text = text.re_replace(COMPACT, r"\1-\2-\3 \4:\5:\6").re_replace(r" ::$", "")
    if two_digit_years:
        # 69 is 1969 and 68 is 2068, as in POSIX.
        for years, century in ((r"69|[7-9]\d", "19"), (r"\d\d", "20")):
            short = rf"^(\d{{1,2}}[-/.]\d{{1,2}}[-/.])({years})({TIME})"
            text = text.re_replace(short, rf"\1{century}\2\3")
    if day_first is None:
        steps = [
            (rf"^({_SAME_TWICE})[-/](\d{{4}})({TIME})", r"\2-\1\3"),
            *((_long(form), r"\3-\2-\1\4") for form in (DAY_IS_FIRST, DOTTED)),
            (_long(DAY_IS_SECOND), r"\3-\1-\2\4"),
        ]
    else:
        steps = [(NUMERIC, r"\3-\2-\1\4" if day_first else r"\3-\1-\2\4")]
    for form, written in (*steps, (YEAR_FIRST, r"\1-\2-\3\4")):
        text = text.re_replace(form, written)
    return _clock(text)


def _clock(text: ir.StringValue) -> ir.StringValue:
    """A date in ISO and what follows it, without half of the day and zone; else empty."""
    text = text.re_replace(rf"\b(0?\d|1[0-2])({_MINUTES})\s*{_HALF}(?:\s*(?:{_ZONE}))?$", r"\1\2")
    text = text.re_replace(rf"({_CLOCK})\s*(?:{_ZONE})$", r"\1").re_replace(r",(\d+)$", r".\1")
    return text.re_replace(r"^([-\d]+)[\s,Tt]+", r"\1 ").re_extract(_ISO, 0)


def _long(form: str) -> str:
    """The form with a year of four digits only."""
    return form.replace(r"(\d{2}|\d{4})", r"(\d{4})")


def _half_day(written: ir.StringValue) -> Any:
    """What am and pm add to a clock of twelve hours."""
    import ibis  # noqa: PLC0415

    end = rf"\.?[Mm]\.?(?:\s*(?:{_ZONE}))?$"
    noon = written.re_search(r"\b12:\d{2}")
    hours = ibis.cases(
        (~written.re_search(rf"\d\s*[AaPp]{end}"), 0),
        (written.re_search(rf"[Pp]{end}"), noon.ifelse(0, 12)),
        else_=noon.ifelse(-12, 0),
    )
    return hours.as_interval("h")


def _ahead(written: ir.StringValue) -> ir.IntegerValue:
    """The seconds ahead of UTC that the text says it is; null where it names no zone."""
    import ibis  # noqa: PLC0415

    zone = written.re_extract(ZONED, 1)
    hours = zone.substr(1, 2).try_cast("int64")
    minutes = zone.re_extract(r"^[-+]\d{2}:?(\d{2})$", 1).try_cast("int64").fill_null(0)
    sign = zone.startswith("-").ifelse(-60, 60)
    return ibis.cases(
        (zone == "", ibis.null("int64")),
        (zone.re_search("^[A-Za-z]"), 0),
        else_=sign * (hours * 60 + minutes),
    )


def _since_1970(written: ir.StringValue) -> ir.TimestampValue:
    import ibis  # noqa: PLC0415

    # A float holds the microseconds of every year up to 2255 exactly.
    count = written.re_extract(EPOCH, 0).try_cast("float64")
    microseconds = ibis.cases(
        (count >= _MICROSECONDS_FROM, count),
        (count >= _MILLISECONDS_FROM, count * 1_000),
        else_=count * 1_000_000,
    )
    return ibis.timestamp("1970-01-01") + microseconds.round().cast("int64").as_interval("us")
