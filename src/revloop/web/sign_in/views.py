from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from revloop.web.pages import page


def sign_in(request: HttpRequest) -> HttpResponseBase:
    return page(request, "sign_in/sign_in.html", {"title": "Sign in"})
