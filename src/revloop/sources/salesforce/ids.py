"""Ids of Salesforce: 15 characters, or the same 15 and three that make up for lost case."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

import ibis

from revloop.sources import values
from revloop.sources.crm.readers import BLANK, reader
from revloop.sources.protocol import Settings, reference
from revloop.sources.values.value import Value

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_WIDTH = 5
_BITS = " ".join(f"{number:0{_WIDTH}b}"[::-1] for number in range(len(_SUFFIX)))
"""Which of five characters are upper case, the first one first, in the order of the suffixes."""
_SHORT = r"^[0-9a-zA-Z]{15}$"

LEAD, CONTACT, ACCOUNT, OPPORTUNITY = "00Q", "003", "001", "006"
"""What the ids of these objects begin with, in every organisation."""
OWNER = r"^(?:005|00G)[0-9a-zA-Z]{12}(?:[0-9a-zA-Z]{3})?$"
"""The id of a user or of a queue."""


def in_18_characters(native: ir.StringValue) -> ir.StringValue:
    """An id as exports of the API give it; reports and pages of Salesforce give 15 characters.

    Each of the three further characters says which of five are upper case. Anything else stays.
    """
    # An expression is written out wherever it is used, so the id is named as seldom as can be.
    capitals = native.re_replace("[^A-Z]", "0").re_replace("[A-Z]", "1")
    short = native.re_search(_SHORT)
    return short.ifelse(native + reduce(add, (_suffix(capitals, at) for at in (0, 5, 10))), native)


def _suffix(capitals: ir.StringValue, start: int) -> ir.StringValue:
    place = ibis.literal(_BITS).find(capitals.substr(start, 5)) / (_WIDTH + 1)
    return ibis.literal(_SUFFIX).substr(place.cast("int64"), 1)


def _read(column: Any, _: Settings) -> Value:
    found = values.text(column, BLANK)
    return Value(in_18_characters(found.value), found.problem)


def _refer(column: Any, settings: Settings) -> Value:
    found = _read(column, settings)
    return Value(ibis.literal(reference(settings.source, "")) + found.value, found.problem)


ID = reader("string", _read)
REFERENCE = reader("string", _refer)
"""The id as other facts name its record."""
