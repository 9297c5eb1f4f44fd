"""The command line: one file per command group.

output.py      what a person sees, and what a program reads
workspace.py   revloop init, import, status, export, backup, restore, doctor
reports.py     what `import` and `status` show
serve.py       revloop serve, demo
publish.py     revloop publish
read.py        revloop read
people.py      revloop people …
user.py        revloop user …
agreement.py   revloop agreement …
adoption.py    revloop agreement adopt and history
judged.py      what `revloop agreement try` shows
work.py        revloop work, revloop jobs …
words.py       what `revloop agreement words` shows
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated

import typer
from typer.exceptions import TyperException

from revloop.cli import adoption, people, publish, read, serve, user, work, workspace
from revloop.cli.output import ExitCode, fail, talk, wants_json
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.version import VERSION

app = typer.Typer(
    name="revloop",
    help="The working agreement between marketing and sales, as code that runs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    workspace.init,
    workspace.status,
    workspace.export,
    workspace.backup,
    workspace.restore,
    workspace.doctor,
    publish.publish,
    read.read,
    work.work,
    serve.serve,
    serve.demo,
):
    app.command()(command)
app.command("import")(workspace.import_)
app.command("undo-import")(workspace.undo_import)
app.add_typer(adoption.app, name="agreement")
app.add_typer(people.app, name="people")
app.add_typer(work.app, name="jobs")
app.add_typer(user.app, name="user")

# Read anywhere on the line; Typer itself takes an option only behind its command.
_ANYWHERE = ("--json", "--no-input")


def _version(asked: bool) -> None:  # noqa: FBT001 - Typer calls it
    if asked:
        print(f"revloop {VERSION}")  # noqa: T201
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
    as_json = wants_json(arguments)
    # Half a character in a file's name, or in a record, must not end in a traceback.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(arguments, prog_name="revloop", standalone_mode=False)
    except RevloopError as error:
        code = fail(error, as_json=as_json)
    except TyperException as error:
        # Without a command Typer has shown the help, and has nothing to say.
        shown = not error.format_message() and not as_json
        code = ExitCode.USAGE if shown else fail(_usage(error), as_json=as_json)
    except typer.Abort:  # Ctrl-C or the end of input, at a question
        talk.print("\nStopped: nothing was written.")
        code = ExitCode.INTERRUPTED
    sys.exit(code)


def _usage(error: TyperException) -> InvalidInput:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "revloop"
    message = error.format_message().rstrip(".") or "a command is missing"
    return InvalidInput("usage", message, hint=f"see: {command} --help")


def options_last(arguments: Sequence[str]) -> list[str]:
    """`revloop --json agreement check FILE` as `revloop agreement check FILE --json`.

    Only `new` ever asks; everywhere else `--no-input` is understood and changes nothing.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    before, after = arguments[:end], arguments[end:]
    rest = [argument for argument in before if argument not in _ANYWHERE]
    moved = [option for option in _ANYWHERE if option in before]
    if rest[:2] != ["agreement", "new"]:
        moved = [option for option in moved if option != "--no-input"]
    return [*rest, *moved, *after]


__all__ = ["app", "main"]
