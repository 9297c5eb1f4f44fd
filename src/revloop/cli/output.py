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

from rich.console import Console, RenderableType
from rich.text import Text

from revloop.agreement.problems import Problem, path_text
from revloop.kit import clock
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
    """Ctrl-C."""


# `soft_wrap`: a problem is one line, however narrow the terminal, so that it can be searched and
# clicked on.
screen = Console(soft_wrap=True, highlight=False)
talk = Console(stderr=True, soft_wrap=True, highlight=False)
_WIDE_ENOUGH = 10_000


def print_wrapped(what: RenderableType) -> None:
    """Print a tree or a table: wrapped on a terminal, one line each where a program reads it."""
    if screen.is_terminal:
        Console(highlight=False).print(what)
        return
    wide = Console(highlight=False, width=_WIDE_ENOUGH)
    with wide.capture() as printed:
        wide.print(what)
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in printed.get().splitlines())


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
        problems = [problem_document(problem) for problem in getattr(error, "problems", ())]
        print_json({"error": data, **({"problems": problems} if problems else {})})
    else:
        talk.print(Text.assemble(("error ", "bold red"), error.message))
        if error.hint:
            talk.print(Text.assemble("      ", (error.hint, "dim")))
    return ExitCode.USAGE if isinstance(error, InvalidInput) else ExitCode.PROBLEMS


def problem_document(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "message": problem.message,
        "hint": problem.hint,
        "path": path_text(problem.path),
        "line": problem.place.line,
        "column": problem.place.column,
    }


def wants_json(arguments: Sequence[str]) -> bool:
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return "--json" in arguments[:end]


def instant(at: str | None) -> datetime:
    """The instant that an option names, or now."""
    if at is None:
        return clock.now()
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInput(
            "at.not_an_instant",
            f"{at!r} is not an instant",
            hint="write date, time and offset: 2026-07-01T09:00:00-04:00",
        )
    return moment
