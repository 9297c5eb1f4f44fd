"""`revloop agreement adopt` and `history`: which version is in force, who signed it, and when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from revloop.cli.agreement import app
from revloop.cli.output import ExitCode, instant, print_json, print_wrapped, screen, talk
from revloop.cli.workspace import Actor, Json, Workspace, actor, opened
from revloop.kit.errors import InvalidInput

if TYPE_CHECKING:
    from revloop.operations.ledger.reading import Adopted, VersionRow


@app.command()
def adopt(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The agreement file.")],
    signed_by: Annotated[
        list[str] | None,
        typer.Option(metavar="ROLE=NAME", help="Who signs; give it once for each side."),
    ] = None,
    ruled_by: Annotated[
        str | None, typer.Option(metavar="ROLE=NAME", help="Who ruled in a dispute.")
    ] = None,
    emergency: Annotated[
        bool, typer.Option("--emergency", help="In force at once, for ten working days.")
    ] = False,
    at: Annotated[str | None, typer.Option(help="When it was signed; else now.")] = None,
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Record a version of the agreement with its signatures, and keep the file unchanged.

    Example: revloop agreement adopt agreement.yaml --signed-by marketing="Ann Lee" --signed-by
    sales="Bo Chen" --workspace acme
    """
    if not file.is_file():
        raise InvalidInput("file.missing", f"{file} is not there", hint="check the name")
    folder = opened(workspace)
    from revloop.operations.ledger import actions  # its tables need the database first

    done = actions.adopt(
        file.read_bytes(),
        file_name=file.name,
        signed_by=dict(_role_and_name(each) for each in signed_by or ()),
        ruled_by=_role_and_name(ruled_by) if ruled_by else None,
        emergency=emergency,
        at=instant(at),
        actor=actor(who),
        agreements=folder.agreements,
    )
    if as_json:
        print_json(_adopted(done))
    else:
        _show_adopted(done)
    if done.missing:
        raise typer.Exit(ExitCode.PROBLEMS)


def _role_and_name(text: str) -> tuple[str, str]:
    role, sign, name = text.partition("=")
    if not (role.strip() and sign and name.strip()):
        raise InvalidInput(
            "adopt.role_and_name",
            f"{text!r} does not say a role and a name",
            hint='write marketing="Ann Lee"',
        )
    return role.strip(), name.strip()


def _adopted(done: Adopted) -> dict[str, Any]:
    return {
        "version": done.contract.version,
        "hash": done.contract.hash,
        "status": done.status,
        "changed": done.changed,
        "file": str(done.file),
        "missing_signatures": list(done.missing),
        "obstacles": [alert.sentence for alert in done.obstacles],
        "takes_effect": done.takes_effect.isoformat() if done.takes_effect else None,
    }


def _show_adopted(done: Adopted) -> None:
    version = done.contract.version
    if not done.changed:
        screen.print(f"Version {version} was recorded already; nothing has changed.")
    status = str(done.status).replace("_", " ")
    screen.print(f"Version {version} is {status}. Its text is kept in {escape(str(done.file))}.")
    for alert in done.obstacles:
        screen.print(f"  {escape(alert.sentence)}")
    if done.takes_effect:
        screen.print(f"It governs from {done.takes_effect.isoformat()}.")
    if done.missing:
        talk.print(f"Still to sign: {', '.join(done.missing)}.", style="yellow")


@app.command()
def history(
    at: Annotated[str | None, typer.Option(help="As it stood then; else now.")] = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Show every version, who signed it, and which one governed when.

    Example: revloop agreement history --workspace acme
    """
    folder = opened(workspace)
    from revloop.operations.ledger import queries

    rows = queries.history(agreements=folder.agreements, at=instant(at))
    if as_json:
        print_json({"versions": [_version(row) for row in rows]})
        return
    if not rows:
        screen.print("No version was adopted yet: nothing is judged.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("version", "status", "governs from", "until (UTC)", "signed by", "hash"):
        table.add_column(name)
    for row in rows:
        signers = ", ".join(f"{each.signer} ({each.role})" for each in row.signatures)
        table.add_row(
            row.version,
            _status(row),
            f"{row.governs_from:%Y-%m-%d %H:%M}" if row.governs_from else "",
            f"{row.governs_until:%Y-%m-%d %H:%M}" if row.governs_until else "",
            escape(signers),
            row.hash.removeprefix("sha256:")[:12],
        )
    print_wrapped(table)
    for row in rows:
        if row.problem:
            screen.print(f"[red]{escape(row.problem)}[/red]")


def _status(row: VersionRow) -> str:
    return str(row.status).replace("_", " ") if row.status else "not known"


def _version(row: VersionRow) -> dict[str, Any]:
    return {
        "version": row.version,
        "hash": row.hash,
        "supersedes": row.supersedes,
        "status": row.status,
        "effective_from": row.effective_from.isoformat(),
        "governs_from": row.governs_from.isoformat() if row.governs_from else None,
        "governs_until": row.governs_until.isoformat() if row.governs_until else None,
        "signatures": [
            {"role": each.role, "signer": each.signer, "at": each.at.isoformat()}
            for each in row.signatures
        ],
        "obstacles": [alert.sentence for alert in row.obstacles],
        "file": str(row.file),
        "problem": row.problem or None,
    }


__all__ = ["adopt", "app", "history"]
