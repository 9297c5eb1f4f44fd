"""Where one begins, and whether the house stands."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse

from revloop.web.routes import SeeOther


def start(request: HttpRequest) -> HttpResponseBase:
    """The first page of whoever comes in."""
    return SeeOther(reverse("week"))


def health(request: HttpRequest) -> HttpResponseBase:
    """Whether the database answers: for a proxy, or whoever watches over the server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
