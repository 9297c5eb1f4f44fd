"""`revloop read`: one number of the program, with its question, its interval and what it rests on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from revloop.cli.output import instant, print_json, print_wrapped, screen, talk
from revloop.cli.workspace import Json, Workspace, opened
from revloop.kit.errors import InvalidInput

if TYPE_CHECKING:
    from revloop.analysis.reading import Asked, Result


def read(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Which reading; see --list.")
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(help="2026-Q2, 2026-05, 2026 or 2025-10..2026-03; else all that is known."),
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="One row for each value of this; may be repeated.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="CUT=VALUE", help="Only these, source=webinar; may be repeated."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="As it was known at this instant.")
    ] = None,
    agreement: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="Judge everything by this version of the agreement."),
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the table to this file.")] = None,
    parquet: Annotated[Path | None, typer.Option(help="Write the table to this file.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Show every reading.")] = False,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Answer one question from the facts of a workspace.

    Example: revloop read stage_conversion --period 2026-Q2 --by source --workspace acme
    """
    if list_ or name is None:
        _list(as_json=as_json)
        return
    from revloop.analysis import registry
    from revloop.upkeep import readings

    asked = _asked(period, by or [], where or [])
    registry.reading(name).check(asked)
    moment = instant(as_of) if as_of is not None else None
    folder = opened(workspace)
    with readings.ground(folder, as_of=moment, agreement=agreement) as ground:
        result = readings.read(ground, name, asked)
    _write(result, csv, parquet)
    if as_json:
        print_json(result.document())
        return
    _show(result)


def _asked(period: str | None, by: list[str], where: list[str]) -> Asked:
    from revloop.analysis.periods import Period
    from revloop.analysis.reading import Asked

    values = {}
    for each in where:
        cut, equals, value = each.partition("=")
        if not equals:
            raise InvalidInput(
                "reading.where",
                f"{each[:60]!r} does not say which value",
                hint="write the cut and the value: --where source=webinar",
            )
        values[cut.strip()] = value.strip()
    asked_for = Period.read(period) if period is not None else None
    names = tuple(name.strip() for each in by for name in each.split(",") if name.strip())
    return Asked(asked_for, names, values)


def _write(result: Result, csv: Path | None, parquet: Path | None) -> None:
    from revloop.upkeep.export import FileFormat, write_table

    for file, form in ((csv, FileFormat.CSV), (parquet, FileFormat.PARQUET)):
        if file is not None:
            write_table(result.table, file, form)
            talk.print(f"{result.table.num_rows:,} rows are in {file}.", style="dim")


def _list(*, as_json: bool) -> None:
    from revloop.analysis import registry

    known = registry.READINGS.values()
    if as_json:
        readings = [
            {
                "name": each.name,
                "question": each.question,
                "unit": each.unit,
                "by": list(each.cuts),
                "columns": [column.name for column in each.columns],
            }
            for each in known
        ]
        print_json({"readings": readings})
        return
    from rich.table import Table

    table = Table("reading", "answers", "by", box=None, pad_edge=False, header_style="dim")
    for each in known:
        table.add_row(each.name, each.question, ", ".join(each.cuts))
    print_wrapped(table)


def _show(result: Result) -> None:
    from rich.table import Table

    screen.print(result.sentence)
    if result.table.num_rows:
        table = Table(*result.table.column_names, box=None, pad_edge=False, header_style="dim")
        for row in result.table.to_pylist():
            table.add_row(*map(_cell, row.values()))
        print_wrapped(table)
    for excluded in result.found.excluded:
        talk.print(f"Left out: {excluded.n:,} that {excluded.reason}.", style="dim")
    for note in result.found.notes:
        talk.print(note, style="dim")
    said = result.provenance
    versions = ", ".join(each["version"] for each in said.agreement) or "none"
    talk.print(f"As of {said.as_of.isoformat()}; agreement {versions}.", style="dim")


def _cell(value: object) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else ""
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.4g}"
        case _:
            return str(value)
