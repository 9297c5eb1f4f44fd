"""Those who work for us, by name: readings know them by their keys alone."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from revloop.engine.published import Published
from revloop.web.journey.sentences import users_called

_COLUMNS = ("responsible", "seller")


def called(published: Published, values: Iterable[str]) -> dict[str, str]:
    """What those are called whose keys are among these texts; others are nobody's."""
    keys = {int(value) for value in values if value.isascii() and value.isdigit()}
    return {str(key): name for key, name in users_called(published, keys).items()}


def named(table: pa.Table, published: Published) -> pa.Table:
    """A table of a reading with people where it has their keys."""
    for column in _COLUMNS:
        if column in table.column_names:
            values = table[column].to_pylist()
            names = called(published, [each for each in values if each])
            shown = [names.get(each or "", each) for each in values]
            place = table.column_names.index(column)
            table = table.set_column(place, column, pa.array(shown, pa.string()))
    return table
