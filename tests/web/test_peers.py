"""Where a request comes from, as the two real servers say it: nobody counts as somebody else."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from revloop import operations
from revloop.kit import folder
from revloop.kit.errors import InvalidInput
from revloop.web.server import proxy_address

PATIENCE = 30
HOST = "revloop.acme.example"


class Site:
    """A process that serves a workspace, and tries to sign in to it."""

    def __init__(self, workspace: Path, *options: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        begin = [sys.executable, "-m", "revloop", "serve", "--no-browser", "-w", str(workspace)]
        self._process = subprocess.Popen(
            [*begin, "--port", str(self._port), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._is_public = bool(options)
        self._wait()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def tried(self, forwarded: str) -> int:
        """The status of a wrong password, with what was said of where it comes from."""
        said = {"X-Forwarded-For": forwarded}
        status, page, cookie = self._ask("sign-in", said)
        assert status == 200
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = {"email": "kim@acme.example", "password": "x", "csrfmiddlewaretoken": token[1]}
        body = urllib.parse.urlencode(form).encode()
        return self._ask("sign-in", {**said, "Cookie": cookie}, body)[0]

    def _ask(
        self, path: str, said: dict[str, str], body: bytes | None = None
    ) -> tuple[int, str, str]:
        if self._is_public:
            origin = f"https://{HOST}"
            said = {**said, "Host": HOST, "X-Forwarded-Proto": "https", "Origin": origin}
        where = f"http://127.0.0.1:{self._port}/{path}"
        asked = urllib.request.Request(where, body, said)
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
                return answer.status, answer.read().decode(), _cookie(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, "", ""

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                self._ask("health", {})
            except urllib.error.URLError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("it does not answer")


def _cookie(headers: Any) -> str:
    found = SimpleCookie(headers["Set-Cookie"] or "")
    return "; ".join(f"{name}={each.value}" for name, each in found.items())


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = folder.create(tmp_path / "acme", company="Acme")
    operations.connect(made, create=True)
    operations.disconnect()
    return made.path


@pytest.fixture
def alone(acme: Path) -> Iterator[Site]:
    site = Site(acme)
    yield site
    site.close()


@pytest.fixture
def behind(acme: Path) -> Iterator[Site]:
    """Behind a proxy on this machine: it is the tests that play the proxy."""
    site = Site(acme, "--public-url", f"https://{HOST}", "--proxy", "127.0.0.1")
    yield site
    site.close()


def test_without_a_proxy_what_a_caller_says_of_itself_counts_for_nothing(alone: Site) -> None:
    answers = [alone.tried(f"203.0.113.{number}") for number in range(6)]

    assert answers == [422] * 5 + [429]


def test_behind_a_proxy_its_own_word_counts_and_what_stood_before_it_does_not(
    behind: Site,
) -> None:
    answers = [behind.tried(f"203.0.113.{number}, 198.51.100.7") for number in range(6)]

    assert answers == [422] * 5 + [429]
    assert behind.tried("198.51.100.7, 198.51.100.8") == 422


def test_a_server_of_worker_processes_reads_the_word_of_the_proxy_alike() -> None:
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers  # noqa: PLC0415 - an extra

    def peer(environ: dict[str, str], _: object) -> str:
        return environ["REMOTE_ADDR"]

    answering = wrap_wsgi_with_proxy_headers(peer, proxy_address("10.1.1.1"))
    said = {"HTTP_X_FORWARDED_FOR": "203.0.113.1, 198.51.100.7"}

    assert answering({**said, "REMOTE_ADDR": "10.1.1.1"}, None) == "198.51.100.7"
    assert answering({**said, "REMOTE_ADDR": "192.0.2.66"}, None) == "192.0.2.66"


@pytest.mark.parametrize("said", ["*", "", "10.0.0.0/8", "proxy.example", "127.0.0.1, *"])
def test_what_is_not_one_address_is_no_proxy(said: str) -> None:
    """Trusting everybody would let each caller choose where it comes from."""
    with pytest.raises(InvalidInput) as refused:
        proxy_address(said)
    assert refused.value.code == "serve.proxy"
