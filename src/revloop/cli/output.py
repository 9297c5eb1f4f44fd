"""What a person sees, and what a program reads.

With `--json`, standard output holds one document and nothing else: sorted keys, money as decimal
text, instants as RFC 3339. All talk goes to standard error. Colour only on terminals.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any

from rich.console import Console
from rich.text import Text

from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.money import Money

SCHEMA_VERSION = 1
"""Of the documents that `--json` prints; it rises when one of them changes its meaning."""


class ExitCode(IntEnum):
    FINE = 0
    PROBLEMS = 1
    """The command did its work and found problems."""
    USAGE = 2
    """The command could not be understood, or a file it names is not there."""
    INTERRUPTED = 130


# `soft_wrap`: a problem is one line, however narrow the terminal, so that it can be searched and
# clicked on.
screen = Console(soft_wrap=True, highlight=False)
talk = Console(stderr=True, soft_wrap=True, highlight=False)


def print_json(document: dict[str, Any]) -> None:
    """Print one document to standard output."""
    whole = {"schema_version": SCHEMA_VERSION, **document}
    text = json.dumps(whole, sort_keys=True, indent=2, ensure_ascii=False, default=_plain)
    sys.stdout.write(f"{text}\n")


def _plain(value: object) -> Any:
    match value:
        case Money():
            return {"amount": str(value.amount), "currency": value.currency}
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def fail(error: RevloopError, *, as_json: bool) -> ExitCode:
    """Say what went wrong and what to do next; return the exit code."""
    if as_json:
        data = {"code": error.code, "hint": error.hint, "message": error.message}
        print_json({"error": data})
    else:
        talk.print(Text.assemble(("error ", "bold red"), error.message))
        if error.hint:
            talk.print(Text.assemble("      ", (error.hint, "dim")))
    return ExitCode.USAGE if isinstance(error, InvalidInput) else ExitCode.PROBLEMS


def wants_json(arguments: Sequence[str]) -> bool:
    return "--json" in arguments


def instant(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
