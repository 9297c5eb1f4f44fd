"""The WSGI application of one workspace, and the server that runs it."""

from __future__ import annotations

import hmac
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from revloop import operations
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.folder import Folder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
THREADS = 4
_SECRET_BYTES = 32
LARGEST_UPLOAD = 2_000_000_000
"""Bytes that the server takes in; views hold their forms to less."""


def application(
    folder: Folder,
    *,
    public_url: str = "",
    is_demo: bool = False,
    create: bool = False,
) -> WSGIApplication:
    """What answers for a workspace; one workspace in a process.

    Args:
        folder: The workspace.
        public_url: The address that browsers use, `https://revloop.example.com`; without one, only
            this machine reaches it.
        is_demo: Sign whoever comes in as a visitor who may look and change nothing.
        create: Make its database if there is none.

    Raises:
        InvalidInput: `serve.public_url`.
        RevloopError: `serve.weak_secret`.
    """
    # Requests share the processors already: the threads of one product of small matrices would wait
    # for each other. It is read when numpy is first imported, which pages do.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    operations.connect(folder, create=create)
    from django.conf import settings  # noqa: PLC0415 - only once Django is loaded
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
    from django.utils.timezone import get_default_timezone  # noqa: PLC0415
    from whitenoise import WhiteNoise  # noqa: PLC0415

    from revloop.web import assets  # noqa: PLC0415
    from revloop.web.house import SETTING, House  # noqa: PLC0415

    company = folder.company()
    said = {
        **_reached_at(public_url),
        "SECRET_KEY": _key(folder),
        SETTING: House(folder, company, is_demo),
        "TIME_ZONE": company.timezone,  # in which pages write moments
    }
    for name, value in said.items():
        setattr(settings, name, value)
    get_default_timezone.cache_clear()  # type: ignore[attr-defined] # not in the stubs
    answering = WhiteNoise(
        get_wsgi_application(), max_age=assets.KEPT_SECONDS, allow_all_origins=False
    )
    answering.add_files(str(assets.FOLDER), prefix=assets.prefix())
    wsgi: WSGIApplication = answering
    return wsgi


def _key(folder: Folder) -> str:
    """What signs forms and cookies. It comes from the secret of the workspace and from nowhere else.

    No variable of the environment, no default: a key that stands in a manual lets anybody in.
    """
    secret = folder.read_secret()
    if len(secret) < _SECRET_BYTES or len(set(secret)) < _SECRET_BYTES // 2:
        raise RevloopError(
            "serve.weak_secret",
            f"{folder.secret} can be guessed: it is not what revloop wrote there",
            hint="put it back from a backup: with another one, no address is known again",
        )
    return hmac.digest(secret, b"revloop.web", "sha256").hex()


def _reached_at(public_url: str) -> dict[str, Any]:
    """What depends on how browsers come: by TLS from anywhere, or from this machine alone."""
    parts = urlsplit(public_url)
    if public_url and (parts.scheme != "https" or not parts.hostname or parts.path.strip("/")):
        raise InvalidInput(
            "serve.public_url",
            f"{public_url!r} is not the address of a site with TLS",
            hint="write https:// and the name of the host: https://revloop.example.com",
        )
    is_tls = bool(public_url)
    hosts: Sequence[str] = [parts.hostname] if parts.hostname else _LOOPBACK
    begin = "__Host-" if is_tls else ""
    return {
        "ALLOWED_HOSTS": list(hosts),
        "CSRF_TRUSTED_ORIGINS": [f"https://{parts.netloc}"] if is_tls else [],
        "SESSION_COOKIE_SECURE": is_tls,
        "CSRF_COOKIE_SECURE": is_tls,
        "SESSION_COOKIE_NAME": f"{begin}revloop",
        "CSRF_COOKIE_NAME": f"{begin}revloop_form",
        "SECURE_SSL_REDIRECT": is_tls,
        "SECURE_HSTS_SECONDS": 31_536_000 if is_tls else 0,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if is_tls else None,
    }


def proxy_address(said: str) -> str:
    """Where our own proxy connects from: one address, or whoever came would say where from.

    Raises:
        InvalidInput: `serve.proxy`.
    """
    try:
        return str(ip_address(said))
    except ValueError:
        raise InvalidInput(
            "serve.proxy",
            f"{said!r} is not an address from which a proxy connects",
            hint="write its address: 127.0.0.1 for this machine",
        ) from None


@contextmanager
def listening(host: str, port: int, *, or_any: bool = False) -> Iterator[socket.socket]:
    """A socket that takes in connections; with `or_any` at a free port if this one is taken.

    Raises:
        RevloopError: `serve.port_taken`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
        except OSError as error:
            if not or_any:
                raise RevloopError(
                    "serve.port_taken",
                    f"nothing can be served at {host}:{port}: {error.strerror}",
                    hint="name another port: --port 8080; or let one be chosen: --port 0",
                ) from error
            sock.bind((host, 0))
        sock.listen(1024)
        yield sock


def run(answering: WSGIApplication, sock: socket.socket, *, proxy: str = "") -> None:
    """Answer until somebody interrupts.

    The server takes in a whole request before a thread sees it, so that half-sent ones hold no
    thread. What a proxy at the address `proxy` says of callers counts, and nobody else's word.
    """
    from waitress.server import create_server  # noqa: PLC0415 - only who serves needs it

    from_proxy: dict[str, Any] = {
        "trusted_proxy": proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
    }
    server = create_server(
        answering,
        sockets=[sock],
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_UPLOAD,
        clear_untrusted_proxy_headers=True,
        channel_timeout=60,
        connection_limit=1_000,
        **(from_proxy if proxy else {}),
    )
    try:
        server.run()
    finally:
        server.close()
