from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from revloop.web.pages import page


def overview(request: HttpRequest) -> HttpResponseBase:
    return page(request, "people/overview.html", {"title": "People"})
