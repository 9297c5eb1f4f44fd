"""What a form sent: one text for each name, or the request is not understood.

A name that comes twice, or as a list, is how one address is checked and another one used.
"""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpRequest

_FEW = 500
"""Characters of what is to be said in a few words."""


def text(request: HttpRequest, name: str) -> str:
    """The one text of a field; empty if it was not sent."""
    return _one(name, request.POST.getlist(name))


def few_words(request: HttpRequest, name: str) -> str:
    """A reason or a name that somebody typed: one line, not endless, fit for every database."""
    return " ".join(text(request, name).replace("\0", "").split())[:_FEW]


def asked(request: HttpRequest, name: str) -> str:
    """The one text of a name behind the question mark of the address; empty if it is not there."""
    return _one(name, request.GET.getlist(name))


def _one(name: str, texts: list[str]) -> str:
    if len(texts) > 1:
        raise BadRequest(f"{name} was sent {len(texts)} times")
    return texts[0] if texts else ""
