"""What a whole column looks like, in one pass over the table.

One cell cannot say whether 03/04 is in March; the column often can. What it cannot decide either
stays undecided, for a person to say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from revloop.kit.money import DECIMALS
from revloop.sources.values.instants import (
    COMPACT,
    DAY_IS_FIRST,
    DAY_IS_SECOND,
    DOTTED,
    EPOCH,
    NAMED,
    NUMERIC,
    TWO_DIGITS,
    YEAR_FIRST,
    ZONED,
)
from revloop.sources.values.numbers import EITHER
from revloop.sources.values.places import FREE_MAIL
from revloop.sources.values.texts import NO, YES
from revloop.sources.values.value import UNKNOWN_WORDS, known

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NUMBER = r"[-+(]?\s*[A-Za-z]{0,3}\p{Sc}?\s*[-+]?"
_END = r"\s*%?\s*(?:[A-Z]{3}|\p{Sc})?\s*\)?$"
_TESTS: dict[str, str] = {
    "iso_dates": YEAR_FIRST,
    "compact_dates": COMPACT,
    "numeric_dates": NUMERIC,
    "short_dates": TWO_DIGITS,
    "named_dates": f"(?:{NAMED[0]})|(?:{NAMED[1]})",
    "day_first_dates": DAY_IS_FIRST,
    "month_first_dates": DAY_IS_SECOND,
    "dotted_dates": DOTTED,
    "times": r"^.*\d[\sT]\d{1,2}:\d{2}",
    "zones": ZONED,
    "epochs": EPOCH,
    "integers": r"^[-+]?\d+$",
    "plain_numbers": r"^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$",
    "point_numbers": rf"^{_NUMBER}(?:\d{{1,3}}(?:[, '\x{{a0}}\x{{2019}}]\d{{3}})+\.\d+|\d*\.(?:\d{{1,2}}|\d{{4,}})|\d{{1,3}}(?:,\d{{3}}){{2,}}){_END}",
    "comma_numbers": rf"^{_NUMBER}(?:\d{{1,3}}(?:[. '\x{{a0}}\x{{2019}}]\d{{3}})+,\d+|\d*,(?:\d{{1,2}}|\d{{4,}})|\d{{1,3}}(?:\.\d{{3}}){{2,}}){_END}",
    "either_numbers": EITHER,
    "numbers": rf"^{_NUMBER}\d[\d.,'\s\x{{a0}}\x{{2019}}]*{_END}",
    "percents": r"^[-+]?[\d.,]+\s*%$",
    "emails": r"^[^@\s<>,;]+@[^@\s<>,;]+\.[\p{L}\p{N}-]{2,}$",
    "urls": r"^https?://\S+$",
    "domains": r"^(?:www\.)?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,24}/?$",
    "phones": r"^(?:\+|00)?\(?\d[\d\s().\x{2d}/]{5,18}\d(?:\s*(?:x|ext\.?)\s*\d+)?$",
    "uuids": r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$",
    "lists": r"^[^;]+(?:;[^;]+)+$",
}


@dataclass(frozen=True, slots=True)
class Traits:
    """Counts over a column: how many of its texts could be read as what."""

    name: str
    type: str
    """`text`, or the type that the file itself gave the column."""
    rows: int
    unknown: int
    """Null, or a word that stands for nothing."""
    distinct: int
    """Different known texts."""
    least: str | None
    greatest: str | None
    """First and last in the order of texts."""
    longest: int
    """Characters."""
    shares: Mapping[str, int]
    """How many texts fit each form, by the form's name."""
    words: tuple[str, ...] = ()
    """All its texts where there are few, else none."""

    @property
    def known(self) -> int:
        return self.rows - self.unknown

    def count(self, form: str) -> int:
        return self.shares.get(form, 0)

    def share(self, *forms: str) -> float:
        """Of the known texts, the share that fits one of the forms; 0 where nothing is known."""
        return min(1.0, sum(map(self.count, forms)) / self.known) if self.known else 0.0

    @property
    def is_unique(self) -> bool:
        """Whether no text stands twice and none is missing."""
        return self.known == self.rows == self.distinct and self.rows > 0

    @property
    def day_first(self) -> bool | None:
        """Whether 03/04 is the third of April; None where the column does not decide it.

        It does not where no date has a part above 12, or where some say one and some the other.
        """
        day, month = self.count("day_first_dates"), self.count("month_first_dates")
        if day and month:
            return None
        if day or month:
            return bool(day)
        return True if self.count("dotted_dates") else None

    @property
    def has_unclear_dates(self) -> bool:
        """Whether a date stands here whose day and month may be exchanged."""
        numeric = self.count("numeric_dates") + self.count("short_dates")
        return self.day_first is None and numeric > 0

    @property
    def decimal_comma(self) -> bool | None:
        """Whether 1.234,5 is meant; None where the column does not decide it."""
        point, comma = self.count("point_numbers"), self.count("comma_numbers")
        if bool(point) == bool(comma):
            return None if point or self.count("either_numbers") else False
        return bool(comma)

    @property
    def has_unclear_numbers(self) -> bool:
        """Whether a number stands here whose separator may be of thousands or of decimals."""
        return self.decimal_comma is None

    @property
    def has_zone(self) -> bool:
        """Whether every time of day names its zone."""
        return self.count("times") > 0 and self.count("zones") == self.count("times")


MOST_WORDS = 40
"""A column with more different texts than this is no list of words."""

ORDERS = (
    "numeric_dates",
    "short_dates",
    "day_first_dates",
    "month_first_dates",
    "dotted_dates",
    "point_numbers",
    "comma_numbers",
    "either_numbers",
)
"""The forms that decide the order of dates and the decimal sign."""


def traits(
    table: ir.Table,
    columns: Iterable[str] | None = None,
    *,
    forms: Collection[str] | None = None,
    unknown_words: Collection[str] = UNKNOWN_WORDS,
) -> dict[str, Traits]:
    """The traits of columns of a table (all if None), counted over every row.

    `forms` limits what is counted, for a caller who asks one thing only (`ORDERS`); the words of
    columns that have few are then not fetched.
    """
    names = list(table.columns if columns is None else columns)
    if not names:
        return {}
    asked = _FORMS if forms is None else frozenset(forms)
    found = _counted(table, names)
    # A wide table is mostly empty, and each form costs the planning of one more question.
    filled = {place: name for place, name in enumerate(names) if found[f"filled:{place}"]}
    if filled:
        # Apart from what is asked of it, or the text would be made anew for every question.
        written = table.select(
            **{str(place): known(table[name], unknown_words) for place, name in filled.items()}
        )
        measures: dict[str, Any] = {}
        for place, name in filled.items():
            asked_of = asked if table[name].type().is_string() else ()
            for measure, expression in _measures(written[str(place)], asked_of).items():
                measures[f"{measure}:{place}"] = expression
        found |= written.aggregate(**measures).to_pyarrow().to_pylist()[0]
    counted = {
        name: _traits(table[name], position, found, asked) for position, name in enumerate(names)
    }
    if forms is not None:
        return counted
    few = [name for name in names if 0 < counted[name].distinct <= MOST_WORDS]
    words = _words(table, few, unknown_words)
    return {name: replace(each, words=words.get(name, ())) for name, each in counted.items()}


_WORD_LISTS: dict[str, frozenset[str]] = {
    "booleans": frozenset({*YES, *NO}),
    "currencies": frozenset(code.lower() for code in DECIMALS),
}
_FORMS = frozenset({*_TESTS, *_WORD_LISTS, "free_mail"})


def _counted(table: ir.Table, names: Sequence[str]) -> dict[str, Any]:
    filled = {f"filled:{place}": table[name].count() for place, name in enumerate(names)}
    found: dict[str, Any] = (
        table.aggregate(rows=table.count(), **filled).to_pyarrow().to_pylist()[0]
    )
    return found


def _measures(written: ir.StringValue, asked: Collection[str]) -> dict[str, Any]:
    measures: dict[str, Any] = {
        "known": written.count(),
        "distinct": written.nunique(),
        "least": written.min(),
        "greatest": written.max(),
        "longest": written.length().max(),
    }
    tests = {form: written.re_search(_TESTS[form]) for form in asked if form in _TESTS}
    for form in _WORD_LISTS.keys() & set(asked):
        tests[form] = written.lower().isin(sorted(_WORD_LISTS[form]))
    if "free_mail" in asked:
        tests["free_mail"] = written.lower().re_extract(r"@(.+)$", 1).isin(sorted(FREE_MAIL))
    return measures | {form: test.sum() for form, test in sorted(tests.items())}


def _traits(
    column: ir.Value, position: int, found: Mapping[str, Any], asked: Collection[str]
) -> Traits:
    known = found.get(f"known:{position}", 0)
    dtype = column.type()
    if dtype.is_string():
        shares = {form: found.get(f"{form}:{position}") or 0 for form in sorted(asked)}
    else:
        shares = dict.fromkeys(_forms_of(dtype), known)
    return Traits(
        name=column.get_name(),
        type="text" if dtype.is_string() else str(dtype),
        rows=found["rows"],
        unknown=found["rows"] - known,
        distinct=found.get(f"distinct:{position}", 0),
        least=found.get(f"least:{position}"),
        greatest=found.get(f"greatest:{position}"),
        longest=found.get(f"longest:{position}") or 0,
        shares=shares,
    )


def _forms_of(dtype: Any) -> tuple[str, ...]:
    """The forms that every value of a typed column fits."""
    if dtype.is_timestamp():
        return ("iso_dates", "times") if dtype.timezone is None else ("iso_dates", "times", "zones")
    if dtype.is_date():
        return ("iso_dates",)
    if dtype.is_boolean():
        return ("booleans",)
    if dtype.is_integer():
        return ("integers", "plain_numbers", "numbers")
    return ("plain_numbers", "numbers") if dtype.is_numeric() else ()


def _words(
    table: ir.Table, columns: Collection[str], unknown_words: Collection[str]
) -> dict[str, tuple[str, ...]]:
    if not columns:
        return {}
    lists = table.aggregate(
        **{name: known(table[name], unknown_words).collect(distinct=True) for name in columns}
    )
    found = lists.to_pyarrow().to_pylist()[0]
    return {name: tuple(sorted(word for word in found[name] if word)) for name in columns}
