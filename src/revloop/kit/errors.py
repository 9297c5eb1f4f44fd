"""The one tree of errors.

    RevloopError
    ├── InvalidInput       what was given cannot be read; says what, where and how to mend it
    ├── CalendarNeverOpens a clock would never run
    └── NotAvailable       a part that is not installed, with the command that installs it

A delivery layer chooses the exit code or HTTP status; nothing in here knows of either.
"""

from __future__ import annotations


class RevloopError(Exception):
    """An error with a stable code, a sentence, and a hint that says what to do next."""

    def __init__(self, code: str, message: str, *, hint: str = "", **data: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.data = data


class InvalidInput(RevloopError):
    """What was given cannot be read."""


class CalendarNeverOpens(RevloopError):
    """No open time within reach: a clock on this calendar would never run."""


class NotAvailable(RevloopError):
    """A part of revloop that is not installed here."""
