"""Which value of a sale is shared: all that was booked, its first year, its margin; or what is open.

Each is a sum of its own, in minor units of the reporting currency, and none is added to another. What
is not known of a sale is in no sum and counted, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from revloop.analysis.credit import measures
from revloop.analysis.credit.statistics.shares import Flags, Ints
from revloop.analysis.ground import Setting
from revloop.analysis.reading import Excluded, Given, Sums
from revloop.analysis.revenue.money import in_reporting, whole_numbers
from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean

EARNED = Sums("earned", measures.earned_sums, measures.CUTS)
OPENED = Sums("opened", measures.opened_sums, measures.CUTS)

VALUE = "value"
"""How it is asked for, beside cuts."""
BOOKING, FIRST_YEAR, MARGIN, PIPELINE = "booking", "first_year", "margin", "pipeline"


def known_values(_: Setting) -> tuple[str, ...]:
    return tuple(KNOWN)


WINDOWS = {VALUE: known_values}
_A_YEAR = 12
_UNRATED = "in another currency and without a rate: in no sum"


@dataclass(frozen=True)
class Priced:
    """Sales of a known value."""

    table: pa.Table
    amounts: Ints
    """In minor units of the reporting currency; a margin may be below 0."""
    journey: Ints
    """-1 where there is none."""
    excluded: tuple[Excluded, ...]
    """Those that are left out, and why."""


@dataclass(frozen=True, slots=True)
class Window:
    """One value of a sale."""

    name: str
    title: str
    whole: str
    """All of it: `what was booked`."""
    said: str
    """What a sentence says of a sum of it: `booked`."""
    nothing: str
    """What it says where there is none."""
    worth: Callable[[pa.Table, str], tuple[Ints, Flags, Flags]]
    """Of each row its value, whether it is known, and whether it is not for want of a rate."""
    unknown: str
    """Why another one is in no sum."""
    note: str = ""
    one: str = "booking"
    many: str = "bookings"
    """What one of the sales is called, and several."""
    sums: Sums = EARNED


def window(given: Given) -> Window:
    """The one that is asked for; all that was booked, where nothing is.

    Raises:
        InvalidInput: `credit.no_such_value`.
    """
    name = given.asked.where.get(VALUE, BOOKING)
    found = KNOWN.get(name)
    if found is None:
        raise InvalidInput(
            "credit.no_such_value",
            f"there is no value {name[:60]!r}",
            hint=did_you_mean(name, KNOWN) or f"values are {', '.join(KNOWN)}",
        )
    return found


def valued(given: Given) -> Priced:
    """The sales that are asked for."""
    found = window(given)
    return priced(given.sums(found.sums.name), given.setting.currency, found)


def priced(table: pa.Table, currency: str, of: Window) -> Priced:
    """Rows of a table of sales in the reporting currency."""
    amounts, is_known, unrated = of.worth(table, currency)
    kept = np.flatnonzero(is_known)
    table = table.take(kept)
    told = (
        Excluded(_UNRATED, int(unrated.sum())),
        Excluded(of.unknown, int((~is_known & ~unrated).sum())),
    )
    return Priced(
        table,
        amounts[kept],
        whole_numbers(table["journey"], -1),
        tuple(each for each in told if each.n),
    )


def _amount(table: pa.Table, currency: str) -> tuple[Ints, Flags, Flags]:
    return in_reporting(table, currency)


def _first_year(table: pa.Table, currency: str) -> tuple[Ints, Flags, Flags]:
    """The amount less what recurs after twelve months; of one that recurs evenly, as much of the term.

    An order of which it is not known how much recurs is spread over its term evenly, and so is one
    that would recur beyond its amount.
    """
    amounts, is_known, unrated = in_reporting(table, currency)
    recurring, recurs, _ = in_reporting(table, currency, "recurring")
    term = whole_numbers(table["term_months"], 0)
    has_term = term > 0
    term = np.where(has_term, term, 1)
    later = recurring * np.maximum(term - _A_YEAR, 0)
    months = np.minimum(term, _A_YEAR)
    even = (2 * amounts * months + term) // (2 * term)
    told = np.where(recurs & (later <= amounts), amounts - later, even)
    known = is_known & has_term
    return np.where(known, told, 0), known, unrated


def _margin(table: pa.Table, currency: str) -> tuple[Ints, Flags, Flags]:
    amounts, is_known, unrated = in_reporting(table, currency)
    goods, has_goods, _ = in_reporting(table, currency, "goods")
    known = is_known & has_goods
    return np.where(known, amounts - goods, 0), known, unrated


def _by_chance(table: pa.Table, currency: str) -> tuple[Ints, Flags, Flags]:
    amounts, is_known, unrated = in_reporting(table, currency)
    given: Any = table["probability"]
    chance: NDArray[np.float64] = np.asarray(
        given.cast(pa.float64()).fill_null(np.nan).combine_chunks(), np.float64
    )
    known = is_known & (chance >= 0) & (chance <= 1)
    worth = np.rint(amounts * np.where(known, chance, 0.0)).astype(np.int64)
    return worth, known, unrated


KNOWN: Mapping[str, Window] = MappingProxyType(
    {
        each.name: each
        for each in (
            Window(
                BOOKING,
                "Booked",
                "what was booked",
                "booked",
                "Nothing was booked",
                _amount,
                "of no known amount: in no sum",
            ),
            Window(
                FIRST_YEAR,
                "First year",
                "the first year of what was booked",
                "of first-year value booked",
                "No first year of a booking is known",
                _first_year,
                "of no known term or amount: in no sum",
                "First year: the amount without what recurs after twelve months.",
            ),
            Window(
                MARGIN,
                "Margin",
                "the margin of what was booked",
                "of margin booked",
                "No margin of a booking is known",
                _margin,
                "of no known cost of goods or amount: in no sum",
                "Margin: the amount less the cost of goods, of bookings that know it.",
            ),
            Window(
                PIPELINE,
                "Open pipeline",
                "what is open, by its chance",
                "of open pipeline that was opened",
                "Nothing is open that was opened",
                _by_chance,
                "of no known amount or chance of winning: in no sum",
                "Pipeline: opportunities that are open, in the month in which they were opened, each"
                " amount times the chance of winning that its source gives for its stage. Nothing of it"
                " is booked, and it is added to nothing that is.",
                "opportunity",
                "opportunities",
                OPENED,
            ),
        )
    }
)
