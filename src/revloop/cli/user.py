"""`revloop user …`: who may come in, and as what."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from revloop.cli.output import print_json, screen, talk
from revloop.cli.workspace import Actor, Json, Workspace, actor, opened
from revloop.kit import clock
from revloop.kit.errors import InvalidInput

if TYPE_CHECKING:
    from revloop.operations.access.actions import Link
    from revloop.operations.access.queries import Listed

app = typer.Typer(help="Who may come in, and as what.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The address they sign in with.")]
Role = Annotated[
    str,
    typer.Argument(
        metavar="ROLE", help="marketing, sales, success, revops, executive (only looks) or admin."
    ),
]
Reference = Annotated[
    str, typer.Option(help="Who they are in the CRM, as its source names them: hubspot:123.")
]
PublicUrl = Annotated[
    str, typer.Option(help="The address that browsers use; the link begins with it.")
]
FromInput = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from the first line of the input."),
]


@app.command()
def add(
    email: Email,
    role: Role,
    name: Annotated[str, typer.Option(help="Their name.")],
    reference: Reference = "",
    from_input: FromInput = False,
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Make somebody a member, with a password that is asked for.

    Example: revloop user add kim@acme.example admin --name "Kim Ode" --workspace acme
    """
    opened(workspace)
    from revloop.operations.access import actions, rules

    person = actions.Person(name, email, rules.role(role), reference)
    password = _password(from_input=from_input)
    actions.create(person, password=password, actor=actor(who), at=clock.now())
    _show(email, as_json=as_json)


@app.command()
def invite(
    email: Email,
    role: Role,
    reference: Reference = "",
    public_url: PublicUrl = "",
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Make a link that lets somebody become a member, once, within a week.

    Example: revloop user invite kim@acme.example sales --public-url https://revloop.example.com
    """
    opened(workspace)
    from revloop.operations.access import actions, rules

    made = actions.invite(
        email, rules.role(role), reference=reference, actor=actor(who), at=clock.now()
    )
    _show_link("invitation", made, email, public_url, as_json=as_json)


@app.command("role")
def set_role(
    email: Email,
    role: Role,
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Let somebody be something else; it holds from their next click on.

    Example: revloop user role kim@acme.example revops --workspace acme
    """
    opened(workspace)
    from revloop.operations.access import actions, queries, rules

    member = queries.member(email).member
    actions.set_role(member.id, rules.role(role), actor=actor(who), at=clock.now())
    _show(email, as_json=as_json)


@app.command()
def disable(
    email: Email, who: Actor = None, workspace: Workspace = None, as_json: Json = False
) -> None:
    """Let somebody in no longer; where they are signed in, they are out at once.

    Example: revloop user disable kim@acme.example --workspace acme
    """
    opened(workspace)
    from revloop.operations.access import actions, queries

    actions.disable(queries.member(email).member.id, actor=actor(who), at=clock.now())
    _show(email, as_json=as_json)


@app.command()
def enable(
    email: Email, who: Actor = None, workspace: Workspace = None, as_json: Json = False
) -> None:
    """Let somebody in again who was disabled.

    Example: revloop user enable kim@acme.example --workspace acme
    """
    opened(workspace)
    from revloop.operations.access import actions, queries

    actions.enable(queries.member(email).member.id, actor=actor(who), at=clock.now())
    _show(email, as_json=as_json)


@app.command()
def password(
    email: Email,
    from_input: FromInput = False,
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Give somebody another password, which is asked for; they are signed out everywhere.

    Example: revloop user password kim@acme.example --workspace acme
    """
    opened(workspace)
    from revloop.operations.access import actions, queries

    member = queries.member(email).member
    chosen = _password(from_input=from_input)
    actions.set_password(member.id, chosen, actor=actor(who), at=clock.now())
    _show(email, as_json=as_json)


@app.command("password-link")
def password_link(
    email: Email,
    public_url: PublicUrl = "",
    who: Actor = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Make a link with which somebody chooses another password, once, within a day.

    Example: revloop user password-link kim@acme.example --public-url https://revloop.example.com
    """
    opened(workspace)
    from revloop.operations.access import actions, queries

    member = queries.member(email).member
    made = actions.link_for_password(member.id, actor=actor(who), at=clock.now())
    _show_link("new-password", made, email, public_url, as_json=as_json)


@app.command("list")
def list_(workspace: Workspace = None, as_json: Json = False) -> None:
    """List the members, and the invitations that nobody has followed yet.

    Example: revloop user list --workspace acme
    """
    opened(workspace)
    from revloop.operations.access import queries

    members, invited = queries.members(), queries.invitations(at=clock.now())
    if as_json:
        invitations = [
            {"email": each.email, "role": each.role, "expires_at": each.expires_at.isoformat()}
            for each in invited
        ]
        print_json({"members": [_document(each) for each in members], "invited": invitations})
        return
    for each in members:
        screen.print(_line(each), markup=False)
    for open_ in invited:
        screen.print(f"{open_.email}: invited as {open_.role}", markup=False)
    if not members:
        screen.print("Nobody is a member yet.")
        talk.print("Next: revloop user add EMAIL admin --name NAME", style="dim")


def _password(*, from_input: bool) -> str:
    """Never on the command line, where every other program can read it."""
    if from_input or not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\r\n")
    else:
        given = typer.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    if not given:
        raise InvalidInput(
            "access.no_password",
            "no password was given",
            hint="type it when asked, or hand it over: --password-stdin < FILE",
        )
    return str(given)


def _show_link(page: str, made: Link, email: str, public_url: str, *, as_json: bool) -> None:
    address = f"{public_url.rstrip('/')}/{page}?token={made.token}"
    if as_json:
        print_json({"link": address, "expires_at": made.expires_at.isoformat()})
        return
    screen.print(address, markup=False)
    where = "" if public_url else " Put the address of your server before it."
    talk.print(
        f"Send it to {escape(email)}. It counts once, and is shown now and never again.{where}"
    )


def _show(email: str, *, as_json: bool) -> None:
    from revloop.operations.access import queries

    member = queries.member(email)
    if as_json:
        print_json(_document(member))
    else:
        screen.print(_line(member), markup=False)


def _line(listed: Listed) -> str:
    member = listed.member
    notes = ("" if listed.is_active else "disabled", "" if listed.has_password else "no password")
    said = "".join(f", {note}" for note in notes if note)
    return f"{member.email}: {member.name}, {member.role}{said}"


def _document(listed: Listed) -> dict[str, Any]:
    rest = {name: value for name, value in asdict(listed).items() if name != "member"}
    return {**asdict(listed.member), **rest, "created_at": listed.created_at.isoformat()}
