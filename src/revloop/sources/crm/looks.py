"""A look at a table before it is read: what is empty, and which moments are plainly written.

A reader is ready for every spelling that exports have, and says so in a long expression. Most
columns need none of it: many of a hundred columns hold nothing at all, and most moments are of ISO
8601. One pass over the table finds them, so that only the others cost what they cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MOMENT = r"(\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?)"
_UTC = r"(?:Z|\+00:?00)?"


@dataclass(frozen=True, slots=True)
class Look:
    """What the columns of a table hold."""

    empty: frozenset[str] = frozenset()
    """No row says anything."""
    moments: frozenset[str] = frozenset()
    """Every text is a moment of ISO 8601, without a zone or, where that is no other, of UTC."""
    commas: frozenset[str] = frozenset()
    """Numbers, of which some text has a comma."""

    def column(self, rows: ir.Table, name: str) -> ir.Value:
        """A column as it is read: what is plainly a moment is one already."""
        column = rows[name]
        if name not in self.moments:
            return column
        return column.strip().re_extract(f"^{_MOMENT}", 1).try_cast("timestamp").name(name)


def look(
    rows: ir.Table,
    columns: Iterable[str],
    moments: Mapping[str, str],
    numbers: Iterable[str] = (),
) -> Look:
    """Look at columns.

    `moments` are those that hold moments, with the zone of what names none; `numbers` those that
    hold numbers.
    """
    columns = tuple(columns)
    counted = [each for each in numbers if rows[each].type().is_string()]
    texts = [each for each in moments if rows[each].type().is_string()]
    asked: dict[str, Any] = {f"any {name}": rows[name].count() for name in columns}
    for name in texts:
        form = rf"^{_MOMENT}{_UTC if moments[name] == 'UTC' else ''}$"
        plain = rows[name].strip()
        read = plain.re_search(form) & plain.re_extract(form, 1).try_cast("timestamp").notnull()
        asked[f"other {name}"] = (rows[name].notnull() & (plain != "") & ~read).sum()
    for name in counted:
        asked[f"commas {name}"] = rows[name].contains(",").sum()
    if not asked:
        return Look()
    [found] = rows.aggregate(**asked).to_pyarrow().to_pylist()
    return Look(
        frozenset(name for name in columns if not found[f"any {name}"]),
        frozenset(name for name in texts if not found[f"other {name}"]),
        frozenset(name for name in counted if found[f"commas {name}"]),
    )
