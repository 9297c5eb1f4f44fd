"""`revloop work` does what is to be done in the background; `revloop jobs …` shows and revives it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from revloop.cli.output import ExitCode, print_json, print_wrapped, screen, talk
from revloop.cli.workspace import Actor, Json, Workspace, actor, opened
from revloop.kit import clock
from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean, one_of

if TYPE_CHECKING:
    from threading import Event

    from revloop.jobs.worker import Ran
    from revloop.operations.queue.jobs import Job

app = typer.Typer(
    help="What is done in the background, and what was set aside.", no_args_is_help=True
)

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="As `revloop jobs list` shows it.")]


def work(
    once: Annotated[
        bool, typer.Option("--once", help="Do what is due, and end; else go on until stopped.")
    ] = False,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Do what is to be done in the background: imports, publishing, tending.

    On PostgreSQL this is a process of its own beside the web, or several of them. On SQLite `revloop
    serve` does it too; both at once do no harm. Ctrl-C ends it: what it holds, the next one goes on
    with.

    Example: revloop work --once --workspace acme
    """
    folder = opened(workspace)
    from revloop.jobs.worker import Worker

    with _until_stopped() as until:
        worker = Worker(folder, until)
        if not once:
            talk.print(f"Working on {escape(str(folder.path))} (Ctrl-C stops it)")
            worker.run()
            if as_json:
                print_json({"stopped": True})
            talk.print("Stopped.")
            return
        ran = list(_shown(worker.drain(), quiet=as_json))
    if as_json:
        print_json({"jobs": [_ran(each) for each in ran]})
    elif not ran:
        screen.print("Nothing was due.")
    if any(each.became == "dead" for each in ran):
        raise typer.Exit(ExitCode.PROBLEMS)


def _shown(ran: Iterator[Ran], *, quiet: bool) -> Iterator[Ran]:
    for each in ran:
        if not quiet:
            why = f": {each.why}" if each.why else ""
            late = f", {_length(each.late_by)} late" if each.late_by >= _WORTH_SAYING else ""
            screen.print(escape(f"{each.number:>6}  {each.kind}  {each.became}{late}{why}"))
        yield each


_WORTH_SAYING = timedelta(minutes=1)


@contextmanager
def _until_stopped() -> Iterator[Event]:
    """Set by the first Ctrl-C or SIGTERM; the second one ends the process where it is."""
    from threading import Event

    from revloop.operations.queue import bell

    until = Event()

    def stop(_number: int, _frame: object) -> None:
        for each, handler in before.items():
            signal.signal(each, handler)
        until.set()
        bell.ring()

    before: dict[int, Any] = {
        each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield until
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@app.command("list")
def list_(
    state: Annotated[
        list[str] | None,
        typer.Option(help="waiting, running, done, dead or cancelled; give it once for each."),
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only jobs of this kind.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 50,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Show jobs, the newest first.

    Example: revloop jobs list --state dead --workspace acme
    """
    opened(workspace)
    from revloop.operations.queue import queries
    from revloop.operations.queue.jobs import State

    for word in state or ():
        if word not in list(State):
            hint = did_you_mean(word, list(State)) or f"use {one_of(list(State))}"
            raise InvalidInput("job.unknown_state", f"{word!r} is no state of a job", hint=hint)
    found = queries.jobs(kind=kind, states=[State(each) for each in state or ()], limit=limit)
    if as_json:
        counts = {str(name): n for name, n in queries.counts().items()}
        print_json({"jobs": [_document(each) for each in found], "counts": counts})
        return
    if not found:
        screen.print("There are no such jobs.")
        return
    table = Table(box=None, pad_edge=False)
    for head in ("job", "kind", "state", "due", "tries", "says"):
        table.add_column(head)
    for each in found:
        says = each.error or _progress(each)
        cells = (str(each.number), each.kind, each.state, _at(each.run_at), str(each.tries), says)
        table.add_row(*map(escape, cells))
    print_wrapped(table)


@app.command()
def retry(
    number: Number, who: Actor = None, workspace: Workspace = None, as_json: Json = False
) -> None:
    """Revive a job that was set aside: it is due at once, and has all its tries again.

    Example: revloop jobs retry 12 --workspace acme
    """
    opened(workspace)
    from revloop.operations.queue import actions

    _say(actions.retry(number, actor=actor(who), at=clock.now()), "is due again", as_json=as_json)


@app.command()
def cancel(
    number: Number, who: Actor = None, workspace: Workspace = None, as_json: Json = False
) -> None:
    """Drop a job that waits, or that was set aside.

    Example: revloop jobs cancel 12 --workspace acme
    """
    opened(workspace)
    from revloop.operations.queue import actions

    _say(actions.cancel(number, actor=actor(who), at=clock.now()), "is cancelled", as_json=as_json)


def _ran(ran: Ran) -> dict[str, Any]:
    said = asdict(ran)
    return {**said, "late_seconds": said.pop("late_by").total_seconds()}


def _say(job: Job, what: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"job": _document(job)})
    else:
        screen.print(f"Job {job.number} {what}.")


def _document(job: Job) -> dict[str, Any]:
    return {**asdict(job), "late_seconds": job.late_by.total_seconds()}


def _progress(job: Job) -> str:
    about = job.progress
    if not job.is_open or not about.what:
        return ""
    return f"{about.what} {about.done:,} of {about.whole:,}" if about.whole else about.what


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _length(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    return f"{days} d {hours} h" if days else f"{hours} h {minutes % 60} min"
