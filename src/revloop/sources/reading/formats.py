"""What a person may say of a file that is read wrongly without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from revloop.kit.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written; what is None is found out.

    `escape` is never found out: where a backslash is not an escape, taking it for one loses it.
    """

    encoding: str | None = None
    """A name that Python knows: `utf-8`, `cp1252`, `utf-16-le` …"""
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header_row: int | None = None
    """The line or row, from 1, that holds the names of the columns; 0: none does."""
    sheet: str | None = None
    """The only sheet of a workbook that is read."""

    def __post_init__(self) -> None:
        for what in ("delimiter", "quote", "escape"):
            given = getattr(self, what)
            if given is not None and (len(given) != 1 or given in "\r\n\0"):
                raise InvalidInput(
                    "format.one_character",
                    f"{what}: {given!r} is not one character",
                    hint="give the character itself, such as ; or a tab",
                )
        if self.header_row is not None and self.header_row < 0:
            raise InvalidInput(
                "format.header_row",
                f"header_row: {self.header_row} is no line",
                hint="count from 1; 0 says that no line names the columns",
            )


def format_for(name: str, overrides: Mapping[str, Format]) -> Format | None:
    """What is said of a table or file: under its own name, else under the first glob it matches."""
    if name in overrides:
        return overrides[name]
    matching = (each for glob, each in overrides.items() if fnmatchcase(name, glob))
    return next(matching, None)
