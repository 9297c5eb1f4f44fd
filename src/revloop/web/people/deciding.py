"""A person decides who somebody is: a merge is taken back, a company is set."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from revloop.intake import people
from revloop.kit import clock
from revloop.kit.errors import InvalidInput
from revloop.operations.people import actions, queries
from revloop.web.journey.shown import LARGEST
from revloop.web.routes import SeeOther, signed_in
from revloop.web.sent import few_words

_WHY = "Say why, in a few words: it is kept."


def undo(request: HttpRequest, number: int) -> HttpResponseBase:
    """Take back a decision on this person; the records are as they were before it."""
    member, reason, now = signed_in(request), few_words(request, "reason"), clock.now()
    written = few_words(request, "decision")
    on_them = {each.id for each in queries.decisions_on(_records(number))}
    decision = int(written) if written.isascii() and written.isdigit() else 0
    if decision not in on_them:
        raise Http404
    if not reason:
        return _back(number, problem=_WHY)
    try:
        with transaction.atomic():
            actions.undo(decision, actor=member.actor, at=now, reason=reason)
            people.announce(actor=member.actor, at=now)
    except InvalidInput as error:
        return _back(number, problem=f"{error.message}; {error.hint}")
    return _back(number, undone=str(decision))


def set_company(request: HttpRequest, number: int) -> HttpResponseBase:
    """Say for which company a person works; no import changes it any more."""
    member, reason, now = signed_in(request), few_words(request, "reason"), clock.now()
    company, records = few_words(request, "company"), _records(number)
    if not company or not reason:
        return _back(number, problem="Name a record of the company, and say why.")
    reference = queries.people_called([records[0]])[records[0]].reference
    try:
        with transaction.atomic():
            actions.set_account(reference, company, actor=member.actor, at=now, reason=reason)
            people.announce(actor=member.actor, at=now)
    except InvalidInput as error:
        return _back(number, problem=f"{error.message}; {error.hint}")
    return _back(number)


def _records(number: int) -> list[int]:
    """Of the person, the one first that stands for them."""
    found = queries.records("contact", number) if number < LARGEST else []
    if not found:
        raise Http404
    return [record.number for record in found]


def _back(number: int, **said: str) -> HttpResponseBase:
    where = reverse("person", args=(number,))
    return SeeOther(f"{where}?{urlencode(said)}" if said else where)
