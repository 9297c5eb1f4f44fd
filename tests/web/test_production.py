"""The shipped set-up: nginx with TLS before worker processes, on a PostgreSQL database."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from email.message import Message
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from revloop.kit import folder

DEPLOY = Path(__file__).resolve().parents[2] / "examples" / "deploy"
SERVER = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
HOST = "revloop.example.com"
_PATIENCE = 60


def missing(what: str) -> NoReturn:
    if "CI" in os.environ:
        pytest.fail(what)
    pytest.skip(what)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def named(name: str) -> str:
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


@pytest.fixture
def database() -> Iterator[str]:
    try:
        server = psycopg.connect(named("postgres"), autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        missing(f"no PostgreSQL: {error}")
    name = f"revloop_web_{uuid.uuid4().hex[:12]}"
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield named(name)
    server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    server.close()


@pytest.fixture
def site(tmp_path: Path, database: str) -> Iterator[int]:
    """The port at which the whole set-up answers with TLS."""
    if shutil.which("nginx") is None:
        missing("nginx is not installed")
    home = folder.create(tmp_path / "acme", company="Acme")
    environment = {
        **os.environ,
        "REVLOOP_HOME": str(home.path),
        "REVLOOP_PUBLIC_URL": f"https://{HOST}",
        "DATABASE_URL": database,
    }
    subprocess.run(
        [sys.executable, "-m", "revloop", "init", str(home.path)],
        env=environment,
        check=True,
        capture_output=True,
    )
    workers, public = free_port(), free_port()
    with ExitStack() as ending:
        start(ending, granian(workers), environment)
        start(ending, nginx(tmp_path, workers, public), environment)
        until_it_answers(public)
        yield public


def granian(port: int) -> list[str]:
    """As revloop.service starts it."""
    unit = (DEPLOY / "revloop.service").read_text().replace("\\\n", " ")
    [line] = [each for each in unit.splitlines() if each.startswith("ExecStart=")]
    words = line.partition("=")[2].split()
    assert words[words.index("--port") + 1] == "8000"
    words[words.index("--port") + 1] = str(port)
    return [str(Path(sys.executable).parent / "granian"), *words[1:]]


def nginx(tmp_path: Path, workers: int, public: int) -> list[str]:
    """The shipped file, with this test's ports and certificate."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    make = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    named_for = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    subprocess.run(
        ["openssl", *make, *named_for, "-keyout", key, "-out", certificate],  # noqa: S607
        check=True,
        capture_output=True,
    )
    shipped = (DEPLOY / "nginx.conf").read_text()
    for theirs, ours in (
        ("127.0.0.1:8000", f"127.0.0.1:{workers}"),
        ("listen 443", f"listen 127.0.0.1:{public}"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("/etc/ssl/revloop/fullchain.pem", str(certificate)),
        ("/etc/ssl/revloop/privkey.pem", str(key)),
    ):
        assert theirs in shipped
        shipped = shipped.replace(theirs, ours)
    site, conf = tmp_path / "site.conf", tmp_path / "nginx.conf"
    site.write_text(shipped)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in kinds)
    conf.write_text(
        f"daemon off; pid {tmp_path}/nginx.pid; error_log stderr;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ access_log off; {temporary} include {site}; }}\n"
    )
    return ["nginx", "-e", "stderr", "-c", str(conf)]


def start(ending: ExitStack, command: list[str], environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def end() -> None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    ending.callback(end)


def until_it_answers(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            assert get(port, "/health")[0] == 200
        except (OSError, AssertionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.3)
        else:
            return


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def get(port: int, path: str, host: str = HOST) -> tuple[int, Message]:
    """The status and the headers of an answer."""
    asked = urllib.request.Request(f"https://127.0.0.1:{port}{path}", headers={"Host": host})
    try:
        with urllib.request.urlopen(asked, timeout=10, context=trusting()) as answer:  # noqa: S310
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers


def test_the_shipped_set_up_serves_safely(site: int) -> None:
    status, headers = get(site, "/sign-in")
    assert status == 200
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookies = headers.get_all("Set-Cookie") or []
    assert all(each.startswith("__Host-") and "Secure" in each for each in cookies)
    assert get(site, "/health", host="evil.example")[0] == 400

    halves: list[ssl.SSLSocket] = []
    try:
        for number in range(40):
            half = trusting().wrap_socket(socket.create_connection(("127.0.0.1", site)))
            halves.append(half)
            half.sendall(
                f"POST /sign-in HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 5\r\n\r\nabc".encode()
                if number % 2
                else f"GET /sign-in HTTP/1.1\r\nHost: {HOST[:5]}".encode()
            )
        assert [get(site, "/health")[0] for _ in range(10)] == [200] * 10
    finally:
        for half in halves:
            half.close()
