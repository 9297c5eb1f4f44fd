"""Readers for what only HubSpot writes: its times, its languages, its ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from revloop.sources import values
from revloop.sources.crm.readers import BLANK, reader
from revloop.sources.values import Value
from revloop.sources.values.value import nothing

if TYPE_CHECKING:
    from revloop.sources.protocol import Settings

_FIRST_YEAR = 1971


def _instant(column: Any, settings: Settings) -> Value:
    """Milliseconds since 1970, or a text.

    Some warehouses took the milliseconds for microseconds: 2020 became January 1970. HubSpot is of
    2006, so a time in 1970 is such a one, and is put right.
    """
    found = values.instant(column, settings)
    at = found.value.cast("timestamp")
    milliseconds = at.truncate("s").epoch_seconds() * 1_000 + at.millisecond()
    right = milliseconds.as_timestamp("s").cast("timestamp('UTC')")
    return Value((at.year() < _FIRST_YEAR).ifelse(right, found.value), found.problem)


def _language(column: Any, _: Settings) -> Value:
    """`en` of `en-gb`."""
    found = values.text(column).value.lower()
    code = found.re_extract(r"^([a-z]{2})(?:[-_][a-z]+)?$", 1)
    return Value((code == "").ifelse(nothing("string"), code), nothing("string"))


INSTANT = reader("timestamp('UTC')", _instant, "moments")
LANGUAGE = reader("string", _language)
ID = reader("string", lambda column, _: values.text(column, BLANK))
