"""A page inside its shell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from revloop.operations.access.rules import KEEPERS
from revloop.web.house import house
from revloop.web.routes import member_of
from revloop.web.shell.rail import rail

_WHY = {
    400: ("This was not understood.", "Go back, and try again from the page itself."),
    401: ("You are not signed in any more.", "Sign in again; what you typed was not saved."),
    403: ("This is not yours to do.", "Ask an admin of your company for another role."),
    404: ("There is nothing here.", "It was moved or never was. Look for it from the start."),
    405: ("That cannot be done here.", "Go back, and use the buttons of the page."),
    413: ("That is too large.", "Send it in smaller parts, or import it on the command line."),
    429: ("That was too often.", "Wait a little, then try again."),
    500: ("Something broke.", "It was written to the log. Nothing that was confirmed is lost."),
    503: ("The database cannot answer now.", "Try again in a moment."),
}


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A whole page; `context` should have `title`, the question that the page answers."""
    text = render_to_string(template, {**shell(request), **context}, request=request)
    return HttpResponse(text, status=status)


def part(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A part of a page, which htmx puts in its place."""
    return HttpResponse(render_to_string(template, dict(context), request=request))


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the frame around every page shows."""
    member = member_of(request)
    return {
        "house": house(request),
        "member": member,
        "can_decide": member is not None and member.role in KEEPERS,
        "rail": rail(request) if member else None,
    }


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """One sentence on what went wrong, one on what to do; never what was asked for."""
    what, instead = _WHY[status]
    context = {"title": what, "instead": instead, "status": status}
    return page(request, "shell/error.html", context, status=status)
