"""Which row names the columns, and names that are good for every table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from revloop.sources.protocol import ROW

_LONGEST_NAME = 200
_MOST_SHOWN = 10


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """How many cells most rows have; of two that are as frequent, that of the earlier row.

    A single cell is a title above the table sooner than a table of one column.
    """
    counts = Counter(len(row) for row in rows)
    several = {width: count for width, count in counts.items() if width > 1}
    if several and max(several.values()) >= counts[1]:
        counts = Counter(several)
    return max(counts, key=lambda width: counts[width], default=0)


def header_position(rows: Sequence[Sequence[str]], width: int) -> int:
    """Which row holds the names: the first that has a table's width and is mostly filled.

    A header may lack the last cell where every row ends with a delimiter.
    """
    fullest = max((_filled(row) for row in rows), default=0)
    for position, row in enumerate(rows):
        if _filled(row) * 2 < fullest:
            continue
        if len(row) == width or (position == 0 and lacks_only_empty_ends(rows, width)):
            return position
    return 0


def lacks_only_empty_ends(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether the first row is short only because the others end with a delimiter."""
    names = len(rows[0])
    return 1 < names < width and not any("".join(row[names:]).strip() for row in rows[1:])


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def column_names(cells: Sequence[str], width: int) -> tuple[tuple[str, ...], dict[str, str]]:
    """Names for `width` columns, no two alike even without regard to case, and what was changed.

    A second `Email` becomes `Email (2)`, a column without a name `Column 7`: both are kept, and
    the report says so.
    """
    written = [_tidy(cell) for cell in cells] + [""] * (width - len(cells))
    taken = {ROW}
    # A name that stands in the file keeps its place before one that is made up for another.
    as_written = {name.casefold() for name in written if name}
    names = []
    renamed = []
    for position, name in enumerate(written, start=1):
        wanted = name or f"Column {position}"
        chosen, number = wanted, 2
        while chosen.casefold() in taken or (chosen != name and chosen.casefold() in as_written):
            chosen, number = f"{wanted} ({number})", number + 1
        if name and chosen != name:
            renamed.append(f"the column {position}, another {name}, is {chosen}")
        taken.add(chosen.casefold())
        names.append(chosen)
    return tuple(names), _said(renamed, written)


def _said(renamed: list[str], written: list[str]) -> dict[str, str]:
    said = {}
    if renamed:
        more = len(renamed) - _MOST_SHOWN
        shown = renamed[:_MOST_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        said["renamed"] = "; ".join(shown)
    unnamed = written.count("")
    if unnamed:
        said["without a name"] = f"{unnamed} column{'s' if unnamed > 1 else ''}"
    return said


def _tidy(name: str) -> str:
    """On one line, without what cannot be stored."""
    clean = "".join("\N{REPLACEMENT CHARACTER}" if _unstorable(each) else each for each in name)
    return " ".join(clean.split())[:_LONGEST_NAME]


def _unstorable(character: str) -> bool:
    return character == "\0" or "\ud800" <= character <= "\udfff"
