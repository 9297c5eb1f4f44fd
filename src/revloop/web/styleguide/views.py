from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from revloop.web.pages import page
from revloop.web.styleguide import drawings, words


def style(request: HttpRequest) -> HttpResponseBase:
    """Every component of the design system, living."""
    context = {"title": "How does it look?", **words.shown(), **drawings.shown()}
    return page(request, "styleguide/style.html", context)
