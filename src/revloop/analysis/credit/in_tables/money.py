"""What touches earned, in whole minor units, on tables: decided as `statistics.shares` decides it.

All of it is arithmetic that every engine does alike: products, floors and comparisons of floats, no
function that rounds, which engines do each in their own way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis

from revloop.analysis.credit.in_tables.shares import JOURNEY
from revloop.analysis.credit.statistics.shares import FINE

if TYPE_CHECKING:
    import ibis.expr.types as ir


def with_minor_units(
    touches: ir.Table, shares: Mapping[str, str], *, amount: str = "amount", place: str = "place"
) -> ir.Table:
    """The touches with what each earned: of each journey exactly its amount, or 0 where nothing shares it.

    What rounding down leaves goes to the largest remainders, of equal ones to the first by place.
    Remainders are compared in millionths of a minor unit: what differs by less is equal, so that the
    last digit of a float, in which engines differ, decides nothing.

    Args:
        touches: `journey`, the place of the touch in it, the amount of the journey in minor units
            (below 0 where it is a loss), and shares.
        shares: By the name of each new column, that of the share.
        amount: The column of the amount.
        place: The column of the place.
    """
    own = [_Columns(number, name, share) for number, (name, share) in enumerate(shares.items())]
    rows = touches
    rows = rows.mutate(**{each.exact: _exact(rows[each.share], rows[amount]) for each in own})
    rows = rows.mutate(**{each.whole: rows[each.exact].floor().cast("float64") for each in own})
    rows = rows.mutate(
        **{each.rest: _rounded((rows[each.exact] - rows[each.whole]) * float(FINE)) for each in own}
    )
    journey = ibis.window(group_by=JOURNEY)
    told: dict[str, Any] = {"__size": rows.count().over(journey)}
    for each in own:
        has = rows[each.share].sum().over(journey) > 0
        still = rows[amount] - rows[each.whole].sum().over(journey).cast("int64")
        largest = ibis.window(group_by=JOURNEY, order_by=[rows[each.rest].desc(), rows[place]])
        told[each.left] = ibis.ifelse(has, still, 0)
        told[each.rank] = ibis.row_number().over(largest)
    rows = rows.mutate(**told)
    return rows.select(*touches.columns, **{each.name: each.earned(rows) for each in own})


@dataclass(frozen=True, slots=True)
class _Columns:
    """What is worked out on the way from a share to whole minor units."""

    number: int
    name: str
    share: str

    @property
    def exact(self) -> str:
        return f"__exact_{self.number}"

    @property
    def whole(self) -> str:
        """Rounded down."""
        return f"__whole_{self.number}"

    @property
    def rest(self) -> str:
        """What that takes off, in millionths."""
        return f"__rest_{self.number}"

    @property
    def left(self) -> str:
        """How many units are left of the journey's amount."""
        return f"__left_{self.number}"

    @property
    def rank(self) -> str:
        """The place of the touch among the remainders of its journey, from 0."""
        return f"__rank_{self.number}"

    def earned(self, rows: ir.Table) -> Any:
        # Of amounts beyond 2^53 millionths, floats may be off by more than one unit for each touch.
        each = (rows[self.left] / rows["__size"]).floor().cast("int64")
        gains = rows[self.rank] < rows[self.left] - each * rows["__size"]
        return (rows[self.whole].cast("int64") + each + gains.cast("int64")).cast("int64")


def _exact(share: Any, amount: Any) -> Any:
    """What a touch earned, to a millionth of a minor unit."""
    return _rounded(share * amount.cast("float64") * float(FINE)) / float(FINE)


def _rounded(value: Any) -> Any:
    """The nearest whole number, of two the even one: `numpy.rint`."""
    below = value.floor().cast("float64")
    over = value - below
    is_up = (over > 0.5) | ((over == 0.5) & (below / 2 != (below / 2).floor()))  # noqa: PLR2004
    return below + ibis.ifelse(is_up, 1.0, 0.0)
