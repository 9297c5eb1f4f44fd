"""`revloop serve` and `revloop demo`: the house opens its doors."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from revloop.cli.output import ExitCode, print_json, screen, talk
from revloop.cli.workspace import Json, Workspace, progress
from revloop.kit import clock, folder
from revloop.kit.errors import InvalidInput

if TYPE_CHECKING:
    from revloop.kit.folder import Folder

PORT = 8000
Port = Annotated[
    int | None,
    typer.Option(min=0, max=65535, help=f"The port; else {PORT}, or a free one if it is taken."),
]
Browser = Annotated[
    bool, typer.Option("--browser/--no-browser", help="Open a browser when a person is here.")
]
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def serve(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Port = None,
    public_url: Annotated[
        str, typer.Option(help="The address that browsers use, behind your proxy: https://…")
    ] = "",
    proxy: Annotated[
        str, typer.Option(help="Where your proxy connects from; only its word on callers counts.")
    ] = "127.0.0.1",
    browser: Browser = True,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Serve a workspace to browsers: tables brought up to date, web and worker started.

    Example: revloop serve --workspace acme
    """
    found = folder.find(workspace)
    if host not in _LOOPBACK and not public_url:
        raise InvalidInput(
            "serve.public_url",
            f"at {host} others can reach it, and passwords would go over the network in the clear",
            hint="put a proxy with TLS before it and say its address: "
            "--public-url https://revloop.example.com",
        )
    from revloop.web.server import proxy_address

    trusted = proxy_address(proxy)
    _run(found, host, port, public_url=public_url, proxy=trusted, browser=browser, as_json=as_json)


def demo(
    path: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the example company is kept.")
    ] = Path("revloop-demo"),
    port: Port = None,
    browser: Browser = True,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Show it in a browser, or only make it.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Make the example company, once, and show it: nothing to set up, nothing to sign in to.

    Example: revloop demo
    """
    made = _example(path)
    if serve:
        _run(made, "127.0.0.1", port, is_demo=True, browser=browser, as_json=as_json)
    elif as_json:
        print_json({"workspace": str(made.path)})


def _example(path: Path) -> Folder:
    """The example company as a workspace: made in the way that anybody makes their own."""
    from revloop import intake, operations
    from revloop.example import UNTIL, make
    from revloop.upkeep import example

    done = path / "made"
    if done.exists():
        return folder.find(path / "acme")
    talk.print("Making two years of Acme, a company in two regions …")
    data = path / "company"
    make("demo", until=UNTIL).write_facts(data / "facts", truth=data / "truth")
    made = folder.create(path / "acme", company="Acme", timezone="America/New_York")
    operations.connect(made, create=True)
    talk.print("Importing it, and finding out who is who …")
    with progress(quiet=False) as show:
        report = intake.run(
            intake.Request(data / "facts", actor="demo", at=clock.now()), made, show
        )
    agreements = example.sign(made, actor="demo")
    from revloop.jobs.publishing import follow

    with progress(quiet=False) as show:
        follow(made, show, at=clock.now())
    done.touch()
    talk.print(f"{report.rows:,} rows became facts; both heads signed {agreements} agreements.")
    return made


def _run(
    found: Folder,
    host: str,
    port: int | None,
    *,
    public_url: str = "",
    proxy: str = "",
    is_demo: bool = False,
    browser: bool = True,
    as_json: bool = False,
) -> None:
    from revloop import jobs
    from revloop.web.server import application, listening, run

    answering = application(found, public_url=public_url, is_demo=is_demo, create=False)
    with listening(host, PORT if port is None else port, or_any=port is None) as sock:
        address = public_url or f"http://{host}:{sock.getsockname()[1]}/"
        _say(found, address, "" if is_demo else _first_admin(address), as_json=as_json)
        if browser and sys.stdout.isatty():
            _open(address)
        # What ends a service ends it as Ctrl-C does: the worker hands back what it holds.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt), jobs.beside(found):
            run(answering, sock, proxy=proxy if public_url else "")
    talk.print("Stopped.")
    raise typer.Exit(ExitCode.FINE)


def _first_admin(address: str) -> str:
    """While nobody is a member, the link that makes the first admin. It stands here and nowhere else."""
    from revloop.operations.access import actions

    token = actions.setup_token(at=clock.now())
    return f"{address.rstrip('/')}/set-up?token={token}" if token else ""


def _say(found: Folder, address: str, first_admin: str, *, as_json: bool) -> None:
    if as_json:
        said = {"workspace": str(found.path), "address": address}
        print_json({**said, "first_admin": first_admin} if first_admin else said)
    else:
        screen.print(f"{escape(str(found.path))} is served at {address} (Ctrl-C stops it)")
        if first_admin:
            screen.print(
                f"Nobody is a member yet. Become the first admin, within a day: {first_admin}"
            )
    sys.stdout.flush()


def _open(address: str) -> None:
    import webbrowser

    with suppress(webbrowser.Error):
        webbrowser.open(address)
