"""The two cookies: the session, and that an account signed in with this browser before."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import rotate_token

from revloop.operations.access import tries
from revloop.operations.access.entering import Session

_KNOWN_FOR = 365 * 24 * 3600


def key() -> bytes:
    """For hashes of what is typed as an address."""
    return str(settings.SECRET_KEY).encode()


def let_in(request: HttpRequest, answer: HttpResponseBase, session: Session) -> None:
    """The browser holds a new session from here on; one that it held before ends elsewhere."""
    rotate_token(request)
    answer.set_cookie(settings.SESSION_COOKIE_NAME, session.token, **_flags())
    signed = _signer(session.member.email).sign(secrets.token_urlsafe(16))
    answer.set_cookie(_known_name(), signed, max_age=_KNOWN_FOR, **_flags())


def let_out(request: HttpRequest, answer: HttpResponseBase) -> None:
    rotate_token(request)
    answer.set_cookie(settings.SESSION_COOKIE_NAME, "", max_age=0, **_flags())


def session_token(request: HttpRequest) -> str:
    """What the browser holds; empty if nothing."""
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


def known_browser(request: HttpRequest, email: str) -> str:
    """The name of the browser, if this account signed in with it before; else nothing."""
    try:
        return _signer(email).unsign(request.COOKIES.get(_known_name(), ""))
    except BadSignature:
        return ""


def _signer(email: str) -> Signer:
    return Signer(salt=f"revloop.browser.{tries.account(email, key())}")


def _known_name() -> str:
    return f"{settings.SESSION_COOKIE_NAME}_known"


def _flags() -> dict[str, Any]:
    return {
        "path": "/",
        "secure": settings.SESSION_COOKIE_SECURE,
        "httponly": True,
        "samesite": "Lax",
    }
