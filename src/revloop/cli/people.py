"""`revloop people …`: who is the same as whom, and why."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from revloop.cli.output import print_json, screen
from revloop.cli.workspace import Actor, Json, Workspace, actor, opened
from revloop.kit import clock

app = typer.Typer(help="Who is the same as whom, and why.", no_args_is_help=True)

Record = Annotated[
    str,
    typer.Argument(metavar="RECORD", help="A record as its source names it: hubspot:123."),
]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept in the ledger.")]


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
    from revloop.intake import people
    from revloop.operations.people import actions

    merged = actions.merge(record, other, actor=actor(who), at=clock.now(), reason=reason)
    people.publish_now(folder, at=clock.now())
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
    from revloop.intake import people
    from revloop.operations.people import actions

    done = actions.split(record, actor=actor(who), at=clock.now(), reason=reason)
    people.publish_now(folder, at=clock.now())
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
    from revloop.intake import people
    from revloop.operations.people import actions

    done = actions.undo(decision, actor=actor(who), at=clock.now(), reason=reason)
    people.publish_now(folder, at=clock.now())
    if as_json:
        print_json({"decision": done.id, "clusters": done.clusters})
        return
    for cluster in done.clusters:
        screen.print(escape(" = ".join(cluster)))


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
