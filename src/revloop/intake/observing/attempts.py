"""What counts as a try by a person to reach somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.engine import Facts

FIRST_YEAR, LAST_YEAR = 1990, 2099
"""A date outside these years is a mistake, and no calendar reaches it."""


def by_people(facts: Facts) -> ir.Table:
    """Activities that were done, and not by a machine; what is not said to be automatic is not."""
    table = plausible(facts["activity"])
    return table.filter(
        ~table.automated.fill_null(False),  # noqa: FBT003 - a value of a column
        ~table.is_planned.fill_null(False),  # noqa: FBT003 - likewise
    )


def plausible(table: ir.Table) -> ir.Table:
    """The facts whose year can be meant."""
    return table.filter(table.at.year().between(FIRST_YEAR, LAST_YEAR))


def whole_numbers(column: pa.ChunkedArray[Any], unknown: int) -> NDArray[np.int64]:
    """A column of keys or instants (in microseconds) as numbers, with one for what is not known."""
    whole: Any = column.combine_chunks().cast(pa.int64()).fill_null(unknown)
    numbers: NDArray[np.int64] = whole.to_numpy(zero_copy_only=False)
    return numbers
