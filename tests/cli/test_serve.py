"""`revloop serve` as a person meets it: one command, an address, a clean end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from revloop import operations
from revloop.example.signed import SIGNED
from revloop.kit import folder

from .running import revloop

_PATIENCE = 30
Process = subprocess.Popen[str]


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    made = folder.create(tmp_path / "acme", company="Acme")
    operations.connect(made, create=True)
    operations.disconnect()
    return made.path


@pytest.fixture
def started(acme: Path) -> Iterator[list[Process]]:
    """Processes that a test began; none outlives it."""
    begun: list[Process] = []
    yield begun
    for process in begun:
        process.kill()
        process.communicate()


def serve(acme: Path, *options: str) -> Process:
    return subprocess.Popen(
        [sys.executable, "-m", "revloop", "serve", "--workspace", str(acme), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
    )


def address(process: Process) -> str:
    said: IO[str] | None = process.stdout
    assert said is not None
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if found := re.search(r"http://\S+", said.readline()):
            return found[0]
    raise AssertionError("it did not say where it can be reached")


def test_it_says_where_it_is_answers_and_ends_cleanly(acme: Path, started: list[Process]) -> None:
    process = serve(acme, "--port", "0", "--no-browser")
    started.append(process)
    with urllib.request.urlopen(f"{address(process)}health", timeout=_PATIENCE) as answer:  # noqa: S310
        assert answer.read() == b'{"ok": true}'
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 0
    assert said.strip().endswith("Stopped.")


def test_the_link_of_the_first_admin_is_printed_until_there_is_one(
    acme: Path, started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    process = serve(acme, "--port", "0", "--no-browser")
    started.append(process)
    there, link = address(process), address(process)
    assert link.startswith(f"{there}set-up?token=")
    with urllib.request.urlopen(link, timeout=_PATIENCE) as answer:  # noqa: S310
        assert link.partition("=")[2] not in answer.read().decode()
    process.kill()

    who = ["user", "add", "kim@acme.example", "admin", "--name", "Kim", "-w", str(acme)]
    assert revloop(*who, given=b"four words do well\n").code == 0
    process = serve(acme, "--port", "0", "--no-browser")
    started.append(process)
    address(process)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=_PATIENCE)
    assert "set-up" not in said


def test_another_host_name_is_not_answered(acme: Path, started: list[Process]) -> None:
    """Or a page elsewhere could read this machine's by letting its own name point here."""
    process = serve(acme, "--port", "0", "--no-browser")
    started.append(process)
    asked = urllib.request.Request(  # noqa: S310
        f"{address(process)}health", headers={"Host": "evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=_PATIENCE)  # noqa: S310
    with refused.value as answer:
        assert answer.code == 400


def test_half_sent_requests_do_not_keep_others_waiting(acme: Path, started: list[Process]) -> None:
    process = serve(acme, "--port", "0", "--no-browser")
    started.append(process)
    there = address(process)
    port = int(re.search(r":(\d+)/", there)[1])  # type: ignore[index]
    halves = []
    try:
        for number in range(200):
            half = socket.create_connection(("127.0.0.1", port))
            halves.append(half)
            half.sendall(
                b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabc"
                if number % 2
                else b"GET /sign-in HTTP/1.1\r\nHost: loc"
            )
        for _ in range(10):
            with urllib.request.urlopen(f"{there}health", timeout=5) as answer:  # noqa: S310
                assert answer.status == 200
    finally:
        for half in halves:
            half.close()


def test_a_port_that_is_taken_is_a_sentence(acme: Path, started: list[Process]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = serve(acme, "--port", str(taken.getsockname()[1]), "--no-browser")
        started.append(process)
        _, said = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 1
    assert "nothing can be served at 127.0.0.1" in said
    assert "--port 0" in said


@pytest.mark.parametrize(
    "options",
    [
        ("--host", "0.0.0.0"),  # noqa: S104 - it is refused
        ("--public-url", "http://revloop.example.com"),
        ("--public-url", "https://"),
        ("--public-url", "https://revloop.example.com/under/a/path"),
    ],
)
def test_passwords_never_go_over_a_network_in_the_clear(
    acme: Path, started: list[Process], options: tuple[str, ...]
) -> None:
    process = serve(acme, "--no-browser", *options)
    started.append(process)
    _, said = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 2
    assert "https://revloop.example.com" in said


def test_the_agreements_of_the_demo_are_there() -> None:
    assert [each.file.is_file() for each in SIGNED] == [True] * 3
