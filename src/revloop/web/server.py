"""The WSGI application of one workspace, and the server that runs it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from revloop import operations
from revloop.kit.folder import Folder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
THREADS = 4
LARGEST_UPLOAD = 2_000_000_000
"""Bytes that the server takes in; views hold their forms to less."""


def application(
    folder: Folder, *, public_url: str = "", is_demo: bool = False, create: bool = False
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
    """
    operations.connect(folder, create=create)
    from django.conf import settings  # noqa: PLC0415 - only once Django is loaded
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
    from whitenoise import WhiteNoise  # noqa: PLC0415

    from revloop.web import assets  # noqa: PLC0415
    from revloop.web.house import SETTING, House  # noqa: PLC0415

    secret = folder.read_secret()
    said = {
        **_reached_at(public_url),
        "SECRET_KEY": hmac.digest(secret, b"revloop.web", "sha256").hex(),
        SETTING: House(folder, folder.company(), is_demo),
    }
    for name, value in said.items():
        setattr(settings, name, value)
    answering = WhiteNoise(get_wsgi_application(), max_age=assets.KEPT_SECONDS)
    answering.add_files(str(assets.FOLDER), prefix=assets.prefix())
    wsgi: WSGIApplication = answering
    return wsgi


def _reached_at(public_url: str) -> dict[str, Any]:
    """What depends on how browsers come: by TLS from anywhere, or from this machine alone."""
    parts = urlsplit(public_url)
    is_tls = parts.scheme == "https"
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
