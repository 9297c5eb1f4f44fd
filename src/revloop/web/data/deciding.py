"""Who is who: what the linkage leaves to a person, what was decided, and taking it back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from revloop.intake import people
from revloop.kit import clock
from revloop.kit.errors import InvalidInput
from revloop.operations.people import actions, queries
from revloop.web.pages import page
from revloop.web.routes import SeeOther, signed_in
from revloop.web.sent import few_words
from revloop.web.shell.naming import with_names

_AT_ONCE = 25


def proposals(request: HttpRequest) -> HttpResponseBase:
    """Pairs that may be one person, the surest first."""
    found = queries.proposals(limit=_AT_ONCE)
    both = [reference for each in found for reference in (each.one, each.other)]
    names = queries.named_by_reference("contact", both)
    context = {
        "title": "Are these the same person?",
        "total": queries.count("proposals"),
        "pairs": [
            (each, names[each.one], names[each.other], round(100 * min(each.probability, 0.99)))
            for each in found
            if {each.one, each.other} <= names.keys()
        ],
        "said": request.GET.get("said", ""),
        "problem": request.GET.get("problem", ""),
    }
    return page(request, "data/proposals.html", context)


def answer(request: HttpRequest, number: int) -> HttpResponseBase:
    """A person says that two records are one, or that they are two."""
    said = request.POST.get("same", "")
    if said not in {"yes", "no"}:
        return _back("data_proposals", problem="Say whether they are one person or two.")
    member, now = signed_in(request), clock.now()
    reason = few_words(request, "reason") or ("the same person" if said == "yes" else "two persons")
    try:
        with transaction.atomic():
            actions.answer(number, same=said == "yes", actor=member.actor, at=now, reason=reason)
            people.announce(actor=member.actor, at=now)
    except InvalidInput as error:
        return _back("data_proposals", problem=f"{error.message}; {error.hint}")
    return _back("data_proposals", said="one" if said == "yes" else "two")


def decisions(request: HttpRequest) -> HttpResponseBase:
    """What was decided on who is who, the latest first."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None  # noqa: PLR2004
    found = queries.decisions(before=before, limit=_AT_ONCE + 1)
    by = with_names(each.actor for each in found[:_AT_ONCE])
    context = {
        "title": "Who was found to be the same, and why?",
        "decisions": list(zip(found, by, strict=False)),
        "next": found[_AT_ONCE - 1].id if len(found) > _AT_ONCE else None,
        "first": before is None,
        "undone": request.GET.get("undone", ""),
        "problem": request.GET.get("problem", ""),
    }
    return page(request, "data/decisions.html", context)


def undo(request: HttpRequest, number: int) -> HttpResponseBase:
    """Take a decision back; what it joined or told apart is as it was before."""
    member, reason, now = signed_in(request), few_words(request, "reason"), clock.now()
    if not reason:
        return _back("data_decisions", problem="Say why, in a few words: it is kept.")
    try:
        with transaction.atomic():
            actions.undo(number, actor=member.actor, at=now, reason=reason)
            people.announce(actor=member.actor, at=now)
    except InvalidInput as error:
        if error.code == "people.no_decision":
            raise Http404 from error
        return _back("data_decisions", problem=f"{error.message}; {error.hint}")
    return _back("data_decisions", undone=str(number))


def _back(route: str, **said: str) -> HttpResponseBase:
    return SeeOther(f"{reverse(route)}?{urlencode(said)}")
