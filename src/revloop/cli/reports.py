"""How an import and a workspace are shown to a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from revloop.cli.output import print_wrapped, screen

if TYPE_CHECKING:
    from revloop.intake.capabilities import Standing
    from revloop.intake.report import Report, TableReport
    from revloop.kit.folder import Folder
    from revloop.upkeep.status import Status

_MOST_COLUMNS = 12
_MOST_REASONS = 5


def show_import(report: Report, folder: Folder) -> None:
    kinds = [name for name, kind in report.kinds.items() if kind.given]
    screen.print(
        f"Read {_many(report.rows, 'row')} of {_many(len(report.tables), 'table')} "
        f"in {report.seconds:.1f} s: {_many(_given(report), 'fact')} of {_many(len(kinds), 'kind')}, "
        f"{_many(report.quarantined, 'row')} in quarantine."
    )
    _show_facts(report)
    _show_people(report)
    screen.print()
    for table in report.tables:
        _show_table(table)
    _show_left_out(report)
    show_capabilities(report.capabilities)
    if report.quarantined:
        screen.print(
            f"\n[dim]Rows in quarantine are kept whole in {folder.quarantine}. Mend the file or the "
            "mapping and import again: rows that become facts leave it.[/dim]"
        )


def _given(report: Report) -> int:
    return sum(kind.given for kind in report.kinds.values())


def _show_facts(report: Report) -> None:
    table = _table("facts", "given", "new", "corrected", "already there")
    for name, kind in sorted(report.kinds.items()):
        if kind.given:
            counts = (kind.given, kind.added, kind.corrected, kind.unchanged)
            table.add_row(name, *(f"{count:,}" for count in counts))
    if table.row_count:
        screen.print()
        print_wrapped(table)


def _show_people(report: Report) -> None:
    people = report.people
    said = []
    if people.contacts:
        merged = people.merged + people.linked
        said.append(
            f"{_many(people.contacts, 'new contact record')}; "
            f"{_many(merged, 'time')} two turned out to be one person"
        )
    if people.accounts_merged:
        said.append(f"{_many(people.accounts_merged, 'time')} two records were one company")
    if people.proposed:
        said.append(f"{_many(people.proposed, 'pair')} may be one person: a person has to decide")
    if people.linkage:
        said.append(people.linkage)
    if people.matched or people.unmatched:
        known = people.matched + people.unmatched
        said.append(
            f"In all, the company of {people.matched:,} of {_many(known, 'person', 'people')} "
            "is known"
        )
    if said:
        screen.print()
    for sentence in said:
        screen.print(f"  {escape(sentence)}.")


def _show_table(table: TableReport) -> None:
    held = table.quarantined + table.unreadable
    made = ", ".join(f"{count:,} {kind}" for kind, count in table.facts.items() if count)
    screen.print(f"[bold]{escape(table.name)}[/bold]  {_many(table.rows, 'row')}", end="")
    if not table.understood_as:
        screen.print(", not understood")
    elif made:
        screen.print(f" of {escape(table.understood_as)}: {escape(made)}")
    elif table.left_alone:
        why = escape(table.left_alone.text)
        screen.print(f" of {escape(table.understood_as)}: no facts ({why})")
    else:
        screen.print(f" of {escape(table.understood_as)}")
    if table.found:
        found = ", ".join(f"{name} {value}" for name, value in table.found.items())
        screen.print(f"  [dim]read as {escape(found)}[/dim]")
    if held:
        screen.print(f"  [yellow]{_many(held, 'row')} in quarantine[/yellow]")
    for reason in table.reasons[:_MOST_REASONS]:
        screen.print(
            f"    {_many(reason.rows, 'row')}: {escape(reason.text)} (as in row {reason.example_row:,})"
        )
    if len(table.reasons) > _MOST_REASONS:
        screen.print(f"    and {_many(len(table.reasons) - _MOST_REASONS, 'other reason')}")
    _show_what_lacks(table, facts=bool(made))
    if made and table.unmapped:
        screen.print(f"  [dim]not used: {escape(_listed(table.unmapped))}[/dim]")


def _show_what_lacks(table: TableReport, *, facts: bool) -> None:
    """Rows that lost something, count no more or became nothing: none goes without a word."""
    for reason in table.kept_without:
        screen.print(
            f"  [yellow]{_many(reason.rows, 'row')} kept without this[/yellow]: "
            f"{escape(reason.text)} (as in row {reason.example_row:,})"
        )
    for kind, count in table.deleted.items():
        screen.print(f"  {count:,} {kind} deleted in {escape(table.understood_as)}: not in force")
    if table.left_alone and facts:
        alone = table.left_alone
        screen.print(
            f"  [dim]{_many(alone.rows, 'row')} left alone: {escape(alone.text)} "
            f"(as in row {alone.example_row:,})[/dim]"
        )


def _show_left_out(report: Report) -> None:
    if report.refused:
        screen.print("\n[bold]Could not be read[/bold]")
    for refused in report.refused:
        screen.print(f"  [red]{escape(refused['name'])}[/red] {escape(refused['reason'])}")
        if refused["hint"]:
            screen.print(f"    [dim]{escape(refused['hint'])}[/dim]")
    if report.ignored:
        screen.print(f"\n[dim]Left alone: {escape(_listed(report.ignored))}[/dim]")
    if report.not_understood:
        screen.print(
            f"\nNot understood: {escape(_listed(report.not_understood))}.\n"
            f"  [dim]A mapping says what they mean: revloop import {escape(report.path)} "
            "--suggest mapping.yaml[/dim]"
        )


def show_capabilities(capabilities: Iterable[Standing]) -> None:
    screen.print("\n[bold]What it can show[/bold]")
    for each in capabilities:
        mark = "[green]✓[/green]" if each.works else "[dim]·[/dim]"
        screen.print(f"  {mark} {each.name}: {each.shows}")
        for lack in each.lacks:
            screen.print(f"      [dim]needs {lack}[/dim]")


def show_status(status: Status) -> None:
    if not status.facts:
        screen.print(f"{escape(status.path)} has no facts yet.")
    facts = _table("facts", "in force")
    for name, count in sorted(status.facts.items()):
        facts.add_row(name, f"{count:,}")
    sources = _table("source", "facts", "newest happened", "newest learned")
    for each in status.sources:
        sources.add_row(
            each.source,
            f"{each.facts:,}",
            f"{each.last_happened:%Y-%m-%d %H:%M}Z",
            f"{each.last_recorded:%Y-%m-%d %H:%M}Z",
        )
    if status.facts:
        print_wrapped(facts)
        screen.print()
        print_wrapped(sources)
    if status.held:
        screen.print(f"\n[yellow]{_many(status.held, 'row')} in quarantine[/yellow]")
    for held in status.quarantine:
        screen.print(f"  {escape(held.table)} of {escape(held.source)}: {_many(held.rows, 'row')}")
        for reason in held.reasons[:_MOST_REASONS]:
            screen.print(f"    {_many(reason.rows, 'row')}: {escape(reason.text)}")
    show_capabilities(status.capabilities)


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _many(count: int, what: str, several: str = "") -> str:
    return f"{count:,} {what if count == 1 else several or f'{what}s'}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_COLUMNS])
    more = len(names) - _MOST_COLUMNS
    return f"{shown} and {more:,} more" if more > 0 else shown
