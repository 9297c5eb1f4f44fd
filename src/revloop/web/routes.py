"""What a route is. A view is reached through one, or not at all.

Deny by default: a method that a route does not name is refused to everybody, a role that the method
does not name is refused, and who is not signed in gets no further than the sign-in page. So the list
of routes is the whole truth about who may do what; tests walk it as every role and as nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from revloop.operations.access.rules import Member, Role

View = Callable[..., HttpResponseBase]
ANYBODY: frozenset[Role] = frozenset()
"""Also those who are not signed in."""


class SeeOther(HttpResponseRedirect):
    """Look there instead; what was sent is not sent again."""

    status_code = 303


@dataclass(frozen=True, slots=True)
class Route:
    """One address: what answers there, and to whom."""

    path: str
    """As Django writes it: `companies/<int:number>/`."""
    name: str
    view: View
    allow: Mapping[str, frozenset[Role]]
    """By method, the roles that may use it; `ANYBODY` for a method that is open. HEAD goes with GET."""

    def pattern(self) -> URLPattern:
        return path(self.path, self._guarded, name=self.name)

    def _guarded(self, request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in self.allow:
            return refused(request, 405, allow=self.allow)
        roles = self.allow[method]
        member = member_of(request)
        if roles is not ANYBODY:
            if member is None:
                return _to_sign_in(request)
            if member.role not in roles:
                return refused(request, 403)
        return self.view(request, **arguments)


def member_of(request: HttpRequest) -> Member | None:
    """Who is signed in."""
    found: Member | None = getattr(request, "member", None)
    return found


def signed_in(request: HttpRequest) -> Member:
    """Who is signed in, in a view that nobody else reaches."""
    member = member_of(request)
    if member is None:
        raise LookupError("this view is open to those who are not signed in")
    return member


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    where = reverse("sign_in")
    if request.method in {"GET", "HEAD"} and "HX-Request" not in request.headers:
        here = request.get_full_path()
        return SeeOther(f"{where}?{urlencode({'next': here})}")
    answer = refused(request, 401)
    answer.headers["HX-Redirect"] = where  # a part of a page cannot show a sign-in page
    return answer


def refused(
    request: HttpRequest, status: int, *, allow: Mapping[str, frozenset[Role]] | None = None
) -> HttpResponseBase:
    """A page that says why not, and what to do instead."""
    from revloop.web.pages import error_page  # noqa: PLC0415 - pages needs routes

    answer = error_page(request, status)
    if allow is not None:
        answer.headers["Allow"] = ", ".join(sorted(allow))
    return answer
