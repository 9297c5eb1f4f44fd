"""A house that is served in a process of its own: `python -m tests.browser.serving FOLDER [--demo] [--worker]`.

Its own, because one process serves one workspace; and the browser's driver holds the event loop of
the test's own thread, in which Django asks nothing of a database. Whatever a test needs in the
database, it lets a child process write.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from revloop.kit.folder import Folder

ROOT = Path(__file__).parents[2]


@contextmanager
def served(folder: Folder, *, is_demo: bool = False, has_worker: bool = False) -> Iterator[str]:
    """Serve a workspace at a free port for as long as this is open; yields the address."""
    command = [sys.executable, "-m", "tests.browser.serving", str(folder.path)]
    options = [("--demo", is_demo), ("--worker", has_worker)]
    with subprocess.Popen(
        [*command, *(option for option, wanted in options if wanted)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        said = child.stdout.readline().strip()
        try:
            assert said.startswith("http://"), "the server did not start"
            yield said
        finally:
            child.terminate()


def main() -> None:
    from revloop import jobs  # noqa: PLC0415 - only the child loads Django
    from revloop.web import server  # noqa: PLC0415 - only the child loads Django

    folder = Folder(Path(sys.argv[1]))
    answering = server.application(folder, is_demo="--demo" in sys.argv, create=True)
    with server.listening("127.0.0.1", 0) as sock:
        print(f"http://127.0.0.1:{sock.getsockname()[1]}", flush=True)  # noqa: T201 - the parent reads it
        with jobs.beside(folder) if "--worker" in sys.argv else nullcontext():
            server.run(answering, sock)


if __name__ == "__main__":
    main()
