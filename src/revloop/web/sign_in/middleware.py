"""Who is signed in, on every request."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from revloop.kit import clock
from revloop.operations.access import entering
from revloop.operations.access.rules import Member, Role
from revloop.web.house import house
from revloop.web.routes import refused

VISITOR = Member(0, "Demo visitor", "", Role.EXECUTIVE)
"""Whoever looks at the example company: sees everything and changes nothing."""


_LARGEST_OF_NOBODY = 100_000
"""Bytes: who is not signed in has nothing to send but a form, and nothing larger is taken apart."""


class SignedIn:
    """Middleware: sets `request.member`."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        member = None
        if not house(request).is_demo:
            token = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
            member = entering.whose(token, at=clock.now()) if token else None
        elif _is_on_this_machine(request):
            member = VISITOR
        request.member = member  # type: ignore[attr-defined] # read by routes.member_of
        if member is None and house(request).is_demo:
            return refused(request, 403)  # also what is open to anybody elsewhere
        if member is None and _length(request) > _LARGEST_OF_NOBODY:
            return refused(request, 413)
        return self._respond(request)


def _length(request: HttpRequest) -> int:
    said = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(said) if said.isdecimal() else 0


def _is_on_this_machine(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
