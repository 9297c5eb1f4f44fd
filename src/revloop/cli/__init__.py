"""The command line: one file per command group.

output.py      what a person sees, and what a program reads
agreement.py   revloop agreement …
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from revloop import __version__
from revloop.cli import agreement
from revloop.cli.output import ExitCode, fail, wants_json
from revloop.kit.errors import RevloopError

app = typer.Typer(
    name="revloop",
    help="The working agreement between marketing and sales, as code that runs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(agreement.app, name="agreement")

# Read anywhere on the line; Typer itself takes an option only behind its command.
_ANYWHERE = ("--json", "--no-input")


def _version(asked: bool) -> None:  # noqa: FBT001 - Typer calls it
    if asked:
        print(f"revloop {__version__}")  # noqa: T201
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """The working agreement between marketing and sales, as code that runs."""


def main() -> None:
    """Run the command line; every error of ours becomes a sentence, a hint and an exit code."""
    arguments = options_last(sys.argv[1:])
    try:
        app(arguments, prog_name="revloop")
    except RevloopError as error:
        sys.exit(fail(error, as_json=wants_json(arguments)))
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)


def options_last(arguments: list[str]) -> list[str]:
    """`revloop --json agreement check FILE` as `revloop agreement check FILE --json`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    before, after = arguments[:end], arguments[end:]
    options = [option for option in _ANYWHERE if option in before]
    rest = [argument for argument in before if argument not in _ANYWHERE]
    return [*rest, *options, *after]


__all__ = ["app", "main"]
