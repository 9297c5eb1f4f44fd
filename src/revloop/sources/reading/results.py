"""What reading gives: the tables, and by name whatever did not become one."""

from __future__ import annotations

from dataclasses import dataclass

from revloop.sources.protocol import RawTable


@dataclass(frozen=True, slots=True)
class Refused:
    """A file, a member of an archive or a sheet that could not be read."""

    name: str
    reason: str
    """Goes on from the name: `leads.xlsx` `needs a password`."""
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.reason}" + (f" ({self.hint})" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything in a folder, in the order of the names; nothing is left out in silence."""

    tables: tuple[RawTable, ...] = ()
    refused: tuple[Refused, ...] = ()
    ignored: tuple[str, ...] = ()
    """No table by its name, and not looked into: README.md, .DS_Store …"""


class CannotRead(Exception):
    """Why a file is refused. It crosses from the reading process as text."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def shown(name: str) -> str:
    """A name that can be printed, stored and compared, whatever the file system allows."""
    readable = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in readable
    )
