"""`revloop people …`: who is the same as whom, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from revloop.cli.output import print_json, screen, talk
from revloop.cli.workspace import Actor, Json, Workspace, actor, opened
from revloop.kit import clock

if TYPE_CHECKING:
    from revloop.kit.folder import Folder

app = typer.Typer(help="Who is the same as whom, and why.", no_args_is_help=True)

Record = Annotated[
    str,
    typer.Argument(metavar="RECORD", help="A record as its source names it: hubspot:123."),
]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept in the ledger.")]


@contextmanager
def _known_to_the_lake(folder: Folder) -> Iterator[None]:
    """The lake follows a decision at once, even if there was none to take any more.

    A command that was killed may have decided and not told the lake: the same command again does.
    """
    from revloop.intake import people

    try:
        yield
    finally:
        people.publish_now(folder, at=clock.now())
        people.announce(actor=actor(None), at=clock.now())  # the pages follow by the worker


@app.command()
def merge(
    record: Record,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The record it is the same as.")],
    reason: Reason,
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Say that two records are one person. It can be undone.

    Example: revloop people merge hubspot:123 salesforce:003Xx0001 --reason "same phone, new name"
    """
    folder = opened(workspace)
    from revloop.operations.people import actions

    with _known_to_the_lake(folder):
        merged = actions.merge(record, other, actor=actor(who), at=clock.now(), reason=reason)
    if as_json:
        print_json({"decision": merged.id, "clusters": merged.clusters})
        return
    screen.print(
        f"{escape(record)} and {escape(other)} are one now. To take it back: "
        f"revloop people undo {merged.id} --reason WHY"
    )


@app.command()
def split(
    record: Record,
    reason: Reason,
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Say that a record is another person than the records it was merged with.

    Example: revloop people split hubspot:123 --reason "father and son" --workspace acme
    """
    folder = opened(workspace)
    from revloop.operations.people import actions

    with _known_to_the_lake(folder):
        done = actions.split(record, actor=actor(who), at=clock.now(), reason=reason)
    if as_json:
        print_json({"decision": done.id, "clusters": done.clusters})
        return
    screen.print(
        f"{escape(record)} stands alone now. To take it back: "
        f"revloop people undo {done.id} --reason WHY"
    )


@app.command()
def undo(
    decision: Annotated[int, typer.Argument(metavar="NUMBER", help="A merge or a split.")],
    reason: Reason,
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Take a merge or a split back: everything is as it was before.

    Example: revloop people undo 12 --reason "two people with one phone" --workspace acme
    """
    folder = opened(workspace)
    from revloop.operations.people import actions

    with _known_to_the_lake(folder):
        done = actions.undo(decision, actor=actor(who), at=clock.now(), reason=reason)
    if as_json:
        print_json({"decision": done.id, "clusters": done.clusters})
        return
    for cluster in done.clusters:
        screen.print(escape(" = ".join(cluster)))


@app.command()
def proposals(
    limit: Annotated[int, typer.Option(min=1, help="Show so many.")] = 20,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """List pairs of records that may be one person, the surest first.

    Example: revloop people proposals --workspace acme
    """
    opened(workspace)
    from revloop.operations.people import queries

    found = queries.proposals(limit)
    open_ = queries.count("proposals")
    if as_json:
        print_json({"open": open_, "proposals": [asdict(each) for each in found]})
        return
    if not found:
        screen.print("No pair waits for a decision.")
        return
    for each in found:
        screen.print(
            f"[bold]{each.id}[/bold]  {escape(each.one)} and {escape(each.other)}, "
            f"{each.probability:.0%}: {escape(each.explanation)}"
        )
    screen.print(f"{len(found):,} of {open_:,}.")
    talk.print("Decide: revloop people answer NUMBER --same|--different --reason WHY", style="dim")


@app.command()
def answer(
    proposal: Annotated[int, typer.Argument(metavar="NUMBER", help="A proposal.")],
    reason: Reason,
    same: Annotated[bool, typer.Option("--same/--different", help="One person, or two.")],
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Decide whether two records are one person. It can be undone.

    Example: revloop people answer 7 --same --reason "she married" --workspace acme
    """
    folder = opened(workspace)
    from revloop.operations.people import actions

    with _known_to_the_lake(folder):
        done = actions.answer(proposal, same=same, actor=actor(who), at=clock.now(), reason=reason)
    if as_json:
        print_json({"decision": done.id if done else None})
    elif done is None:
        screen.print("The two are one already; the proposal is closed.")
    else:
        word = "one person" if same else "two persons"
        screen.print(
            f"They are {word}. To take it back: revloop people undo {done.id} --reason WHY"
        )


@app.command()
def unmatched(
    limit: Annotated[int, typer.Option(min=1, help="Show so many.")] = 20,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """List people of whom no company is known, with those that came near.

    Example: revloop people unmatched --workspace acme
    """
    opened(workspace)
    from revloop.operations.people import queries

    found = queries.unmatched(limit)
    waiting = queries.count("unmatched")
    if as_json:
        rows = [
            {"contact": each.contact, "reason": each.reason, "near": json.loads(each.candidates)}
            for each in found
        ]
        print_json({"open": waiting, "unmatched": rows})
        return
    if not found:
        screen.print("The company of everybody is known.")
        return
    for each in found:
        near = json.loads(each.candidates)
        perhaps = f"; perhaps {', '.join(near)}" if near else ""
        screen.print(f"{escape(each.contact)}: {escape(each.reason)}{escape(perhaps)}")
    screen.print(f"{len(found):,} of {waiting:,}.")
    talk.print("Decide: revloop people match RECORD COMPANY --reason WHY", style="dim")


@app.command()
def match(
    record: Record,
    company: Annotated[
        str, typer.Argument(metavar="COMPANY", help="A record of the company: hubspot:77.")
    ],
    reason: Reason,
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Say for which company a person works; no import changes it any more.

    Example: revloop people match hubspot:123 hubspot:77 --reason "told us" --workspace acme
    """
    folder = opened(workspace)
    from revloop.operations.people import actions

    with _known_to_the_lake(folder):
        actions.set_account(record, company, actor=actor(who), at=clock.now(), reason=reason)
    if as_json:
        print_json({"record": record, "company": company})
        return
    screen.print(f"{escape(record)} works for {escape(company)}.")


@app.command()
def explain(
    record: Annotated[
        str, typer.Argument(metavar="WHO", help="A record, an e-mail address or a phone number.")
    ],
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Say which records are one person, and why.

    Example: revloop people explain ann@acme.example --workspace acme
    """
    opened(workspace)
    from revloop.operations.people import queries

    found = queries.explain(record)
    if as_json:
        print_json({"records": list(found.records), "reasons": list(found.sentences)})
        return
    for sentence in found.sentences:
        screen.print(escape(sentence))
