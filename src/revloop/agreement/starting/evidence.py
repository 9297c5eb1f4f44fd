"""How the numbers behind a value read, in the comments beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from revloop.agreement.starting.naming import on_one_line
from revloop.agreement.starting.observed import Response

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_FEW_HOURS = 10
"""From here on minutes do not matter."""
_MOST_NAMED = 12


def comments(lines: Iterable[str], indent: int) -> str:
    """Each line as a comment of its own, with its line break; names in it are on one line."""
    return "".join(f"{' ' * indent}{f'# {line}'.rstrip()}\n" for line in lines)


def length(time: timedelta) -> str:
    """`40 min`, `3 h 10 min`, `14 h`."""
    if time < _MINUTE:
        return "less than a minute"
    minutes = round(time / _MINUTE)
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return f"{minutes} min"
    if time >= _FEW_HOURS * _HOUR:
        return f"{round(time / _HOUR):,} h"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def waited(response: Response) -> str:
    """How long inquiries waited for a first try by a person, and how many still do."""
    if not response.answered:
        return f"none of {response.inquiries:,} was answered by a person"
    times = [
        ("median", response.median),
        ("80 % within", response.eight_of_ten),
        ("90 % within", response.nine_of_ten),
    ]
    reached = [f"{share} {length(time)}" for share, time in times if time is not None]
    if not reached:
        reached = ["fewer than half were ever answered"]
    answered = (
        f"{response.never_answered:,} of {response.inquiries:,} never answered"
        if response.never_answered
        else "all answered"
    )
    return f"{', '.join(reached)}; {answered}"


def counted(values: Iterable[tuple[str, int]]) -> str:
    """`price (7), competitor (5)`; of many only the first."""
    pairs = list(values)
    named = [f"{on_one_line(name)} ({count:,})" for name, count in pairs[:_MOST_NAMED]]
    more = len(pairs) - _MOST_NAMED
    return ", ".join([*named, *([f"and {more:,} more"] if more > 0 else [])])


def plural(count: int, one: str, many: str) -> str:
    """`1 inquiry`, `1,204 inquiries`."""
    return f"{count:,} {one if count == 1 else many}"


def share(part: int, whole: int, what: str = "") -> str:
    """`970 of 1,204 inquiries (80 %)`."""
    counts = f"{part:,} of {whole:,} {what}".rstrip()
    return counts + (f" ({100 * part // whole} %)" if whole else "")


def aligned(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Rows of a small table, each column as wide as its widest cell."""
    table = [tuple(on_one_line(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
