"""`revloop init`, `import`, `status`, `export`, `backup`, `restore`, `doctor`: a company's facts."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from revloop.cli.output import ExitCode, instant, print_json, screen, talk
from revloop.kit import clock, folder
from revloop.kit.errors import InvalidInput

if TYPE_CHECKING:
    from revloop.intake.importing import Progress
    from revloop.kit.folder import Folder
    from revloop.sources.reading import Format
    from revloop.upkeep.export import FileFormat

Workspace = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", metavar="FOLDER", help="The workspace; else REVLOOP_HOME, else here."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Actor = Annotated[
    str | None, typer.Option("--as", help="Who does it; else the name you log in by.")
]


def opened(workspace: Path | None) -> Folder:
    """The workspace that is meant, with its database connected."""
    from revloop import operations

    found = folder.find(workspace)
    found.read_settings()
    operations.connect(found)
    return found


def actor(given: str | None) -> str:
    return given or getpass.getuser()


def init(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to make.")],
    company: Annotated[str, typer.Option(help="The name of your company.")] = "",
    timezone: Annotated[str, typer.Option(help="Zone of times that name none.")] = "UTC",
    currency: Annotated[str, typer.Option(help="Currency of amounts that name none.")] = "USD",
    as_json: Json = False,
) -> None:
    """Make a workspace: one folder that holds everything of a company.

    Example: revloop init acme --company Acme --timezone Europe/Berlin --currency EUR
    """
    from zoneinfo import available_timezones

    from revloop import operations
    from revloop.kit.money import DECIMALS

    _known("time zone", timezone, available_timezones())
    _known("currency", currency, DECIMALS)
    there = folder.Folder(path.expanduser().absolute()).exists()
    made = folder.create(path, company=company, timezone=timezone, currency=currency)
    operations.connect(made, create=True)
    if as_json:
        print_json({"workspace": str(made.path), "created": not there})
        return
    screen.print(f"{made.path} {'is a workspace already' if there else 'is ready'}.")
    talk.print(f"Next: revloop import YOUR_EXPORTS --workspace {path}", style="dim")


def _known(what: str, word: str, words: Iterable[str]) -> None:
    from revloop.kit.spelling import did_you_mean, one_of

    choices = sorted(words)
    if word not in choices:
        hint = did_you_mean(word, choices) or f"use {one_of(choices)}"
        raise InvalidInput("init.unknown", f"{word!r} is no {what}", hint=hint)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal, nothing where a program reads."""
    if quiet or not talk.is_terminal:
        yield lambda *_: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=talk,
        transient=True,
    ) as bar:
        task = bar.add_task("starting", total=None)

        def show(what: str, done: int, whole: int) -> None:
            bar.update(task, description=what, completed=done, total=whole or None)

        yield show


def import_(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A folder, a file or a zip archive.")
    ],
    mapping: Annotated[
        Path | None, typer.Option(help="A mapping file, for exports that are not recognised.")
    ] = None,
    suggest: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a mapping to edit, and import nothing."),
    ] = None,
    source: Annotated[str | None, typer.Option(help="The name that the facts carry.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Zone of times that name none.")] = None,
    currency: Annotated[
        str | None, typer.Option(help="Currency of amounts that name none.")
    ] = None,
    day_first: Annotated[
        bool | None, typer.Option("--day-first/--month-first", help="How to read 03/04/2026.")
    ] = None,
    decimal_comma: Annotated[
        bool | None, typer.Option("--decimal-comma/--decimal-point", help="How to read 1.234.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="How texts are encoded: utf-8, cp1252, utf-16; else found.")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="What stands between columns: ; or tab; else found.")
    ] = None,
    header_row: Annotated[
        int | None,
        typer.Option(min=0, help="The line of the names; 0: there are none; else found."),
    ] = None,
    link: Annotated[
        bool, typer.Option("--link/--no-link", help="Look for one person under two spellings.")
    ] = True,
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Import a folder of exports: HubSpot, Salesforce, or anything with a mapping.

    The same files again change nothing. Stopped in the middle, the same command goes on.

    Example: revloop import exports/ --workspace acme
    """
    from revloop import intake
    from revloop.cli import reports

    if suggest is not None:
        money = currency or _currency_of(workspace)
        _suggest(path, suggest, source=source, currency=money, as_json=as_json)
        return
    into = opened(workspace)
    company = into.company()
    request = intake.Request(
        path=path,
        actor=actor(who),
        at=clock.now(),
        mapping=mapping,
        source=source,
        timezone=timezone or company.timezone,
        currency=currency or company.currency,
        day_first=day_first,
        decimal_comma=decimal_comma,
        written=_written(encoding, delimiter, header_row),
        link=link,
    )
    with progress(quiet=as_json) as show:
        report = intake.run(request, into, show)
    if as_json:
        print_json(report.document())
    else:
        reports.show_import(report, into)
    if report.quarantined or report.refused:
        raise typer.Exit(ExitCode.PROBLEMS)


def undo_import(
    import_id: Annotated[
        str | None, typer.Argument(metavar="[IMPORT]", help="The import; else the last one.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; it is kept in the ledger.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Take the last import back, as if its files had never come.

    Facts, people, who is who and the rows held back are as they were before it. A report of an
    earlier moment still comes out as it did.

    Example: revloop undo-import --reason "the wrong month" --workspace acme
    """
    from revloop import intake
    from revloop.intake import undoing
    from revloop.intake.report import written

    into = opened(workspace)
    chosen = import_id or undoing.last(into)
    if chosen is None:
        raise InvalidInput(
            "import.unknown",
            "there is no import that can be taken back",
            hint="only the last one can be, and only once",
        )
    if not yes and not as_json and talk.is_terminal:
        found = written(into, chosen)
        typer.confirm(f"Take back the import of {found['path'] if found else chosen}?", abort=True)
    report = intake.undo(into, chosen, actor=actor(who), at=clock.now(), reason=reason)
    if as_json:
        print_json(report)
        return
    screen.print(f"The import of {report['path']} was taken back: {report['rows']:,} rows.")
    talk.print(f"Next: revloop status --workspace {into.path}", style="dim")


def _currency_of(workspace: Path | None) -> str | None:
    """The currency of a workspace, if there is one: a suggestion needs none."""
    try:
        return folder.find(workspace).company().currency
    except InvalidInput:
        if workspace is not None:
            raise
        return None


def _written(encoding: str | None, delimiter: str | None, header_row: int | None) -> Format | None:
    """How files are written, if anything was said of it."""
    if encoding is None and delimiter is None and header_row is None:
        return None
    import codecs

    from revloop.sources.reading import Format

    try:
        codecs.lookup(encoding or "utf-8")
    except LookupError:
        raise InvalidInput(
            "format.encoding",
            f"{encoding!r} is not an encoding",
            hint="utf-8, cp1252 and utf-16 are the usual ones",
        ) from None
    named = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
    return Format(
        encoding=encoding,
        delimiter=named.get(delimiter, delimiter) if delimiter else None,
        header_row=header_row,
    )


def _suggest(
    path: Path, file: Path, *, source: str | None, currency: str | None, as_json: bool
) -> None:
    from revloop import intake

    done = intake.suggest(path, file, today=clock.now().date(), source=source, currency=currency)
    if as_json:
        said = {"file": str(file), "mapped": done.mapped, "understood": done.understood}
        print_json({**said, "refused": done.refused})
        return
    screen.print(f"{file} is a first mapping of {', '.join(done.mapped)}.")
    if done.understood:
        screen.print(f"It leaves out what needs none: {', '.join(done.understood)}.")
    if done.refused:
        screen.print(f"Could not be read: {', '.join(done.refused)}.")
    talk.print(f"Next: read and correct it, then: revloop import {path} --mapping {file}")


def status(workspace: Workspace = None, as_json: Json = False) -> None:
    """Show what is there, how fresh it is, and what it can show.

    Example: revloop status --workspace acme
    """
    from revloop.cli import reports
    from revloop.upkeep.status import status as look

    found = look(opened(workspace), now=clock.now())
    if as_json:
        print_json(found.document())
    else:
        reports.show_status(found)


def export(
    into: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write the files.")],
    kind: Annotated[
        list[str] | None, typer.Option(help="Only this kind of fact; give it once for each.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="parquet or csv.")] = "parquet",
    as_of: Annotated[
        str | None, typer.Option(help="What was known then: 2026-09-30T18:00:00+02:00.")
    ] = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Write the facts to files that any tool reads, and that an import understands.

    Example: revloop export facts/ --format csv --workspace acme
    """
    from revloop import engine
    from revloop.upkeep.export import FileFormat
    from revloop.upkeep.export import export as write

    found = opened(workspace)
    try:
        chosen: FileFormat = FileFormat(form)
    except ValueError:
        raise InvalidInput(
            "export.format", f"{form!r} is not a format", hint="use parquet or csv"
        ) from None
    with engine.open(found.lake, as_of=instant(as_of) if as_of else None) as facts:
        written = write(facts, into, kinds=kind or (), form=chosen)
    if as_json:
        print_json({"folder": str(into), "rows": written})
        return
    for name, rows in written.items():
        screen.print(f"{rows:>12,}  {into / name}.{form}")
    if not written:
        screen.print("There are no facts yet.")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup to write.")],
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Copy the whole workspace into one file, and prove it by restoring it.

    Example: revloop backup acme-2026-11-25.tar --workspace acme
    """
    from revloop.upkeep.backup import back_up

    done = back_up(opened(workspace), file, at=clock.now())
    if as_json:
        said = {"file": str(done.file), "bytes": done.bytes, "facts": done.facts, "proven": True}
        print_json({**said, "taken_at": done.taken_at.isoformat()})
        return
    screen.print(
        f"{done.file}: {done.facts:,} facts, {done.bytes / 1e6:,.1f} MB. It was restored once to "
        "prove it. It holds names and addresses: keep it where only you can read it."
    )


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="The new workspace.")],
    as_json: Json = False,
) -> None:
    """Make a workspace of a backup.

    Example: revloop restore acme-2026-11-25.tar acme
    """
    from revloop.upkeep.backup import restore as make

    made = make(file, path)
    if as_json:
        print_json({"workspace": str(made.path)})
        return
    screen.print(f"{made.path} is what it was.")


def doctor(workspace: Workspace = None, as_json: Json = False) -> None:
    """Look for what is wrong: database, ledger, lake, disk. Each problem comes with its cure.

    Example: revloop doctor --workspace acme
    """
    from rich.markup import escape

    from revloop.upkeep.doctor import examine

    findings = list(examine(folder.find(workspace), now=clock.now()))
    if as_json:
        checks = [
            {"about": each.about, "says": each.says, "problems": list(each.problems)}
            for each in findings
        ]
        print_json({"checks": checks, "healthy": not any(each.problems for each in findings)})
    else:
        for each in findings:
            mark = "[red]✗[/red]" if each.problems else "[green]✓[/green]"
            screen.print(f"{mark} {each.about}: {escape('; '.join(each.problems) or each.says)}")
    if any(each.problems for each in findings):
        raise typer.Exit(ExitCode.PROBLEMS)
