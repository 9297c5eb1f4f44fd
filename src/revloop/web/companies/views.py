"""Whom do we know, and what happened with them?"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from revloop.engine import published
from revloop.engine.published import Published
from revloop.operations.people import queries
from revloop.web.companies.questions import open_questions
from revloop.web.house import house
from revloop.web.journey import lists, reading, sentences, shown
from revloop.web.pages import page, part
from revloop.web.routes import SeeOther
from revloop.web.shell.naming import with_names

_COLUMNS = (
    "last_at",
    "events",
    "people",
    "open_opportunities",
    "reached",
    "country",
    *shown.RECENT,
)
_ONE = ("first_at", "industry", "owner_user_id")
"""What the page of one company shows, too."""
_PEOPLE = 25


def overview(request: HttpRequest) -> HttpResponseBase:
    """Companies, those with the latest news first, or those that somebody looks for."""
    what = lists.asked(request, "country", "reached")
    pages = published.current(house(request).folder.published)
    table = pages["companies"] if pages is not None else None
    country, reached = what.filters["country"], what.filters["reached"]
    if what.text or table is None:
        found = queries.look_for_companies(what.text, country=country, after=what.after)
        listed = lists.looked_for(what, found)
    else:
        listed = lists.latest(what, table, "company", country=country, reached=reached)
    if table is not None:
        lists.describe(listed, table, "company", _COLUMNS)
    called = queries.companies_called(listed.numbers)
    context = {
        "title": "What happened with which company?",
        "asked": what,
        "listed": listed,
        "rows": [
            (called[number], listed.about.get(number))
            for number in listed.numbers
            if number in called
        ],
        "is_published": table is not None,
        "until": pages.until if pages is not None else None,
        "by_reached": lists.choices(what, "reached", lists.REACHED, "All"),
        "by_country": lists.choices(
            what, "country", lists.known(table, "country"), "All countries"
        ),
        "may_filter": table is not None and not what.text,
    }
    if shown.is_part(request):
        return part(request, "companies/found.html", context)
    return page(request, "companies/overview.html", context)


def company(request: HttpRequest, number: int) -> HttpResponseBase:
    """One company: its timeline, its people, its opportunities, what is open."""
    stands = queries.stands_for("account", number) if number < shown.LARGEST else None
    if stands is None:
        raise Http404
    if stands != number:
        return SeeOther(reverse("company", args=(stands,)))
    pages = published.current(house(request).folder.published)
    records = queries.records("account", number)
    called = queries.companies_called([number])[number]
    context: dict[str, Any] = {
        "title": f"What happened with {called.name}?",
        "called": called,
        "records": records,
        "is_published": pages is not None,
    }
    if pages is not None:
        keys = [record.number for record in records]
        context |= _journey(request, pages, number, keys)
    if shown.is_part(request):
        return part(request, "journey/timeline.html", context)
    context["why"] = with_names(queries.explain(called.reference).sentences)
    return page(request, "companies/company.html", context)


def _journey(
    request: HttpRequest, pages: Published, number: int, keys: list[int]
) -> dict[str, Any]:
    about = shown.first(pages["companies"], keys, (*_COLUMNS, *_ONE), held=True)
    people = [row for key in keys for row in pages["company_people"].of(key).to_pylist()]
    sold = [row for key in keys for row in pages["opportunities"].of(key).to_pylist()]
    parts = [row for key in keys for row in pages["roles"].of(key).to_pylist()]
    titles = shown.opportunity_names(sold)
    asked = shown.asked(request, {row["person"] for row in people})
    told = reading.part(
        pages["company_events"], keys, first=asked.first, side=asked.side, person=asked.person
    )
    names = sentences.names_of(pages, [*told.rows, *shown.owners(sold, about)], titles)
    shown_people = people[:_PEOPLE]
    if asked.person is not None:
        shown_people += [row for row in people[_PEOPLE:] if row["person"] == asked.person]
    named = queries.people_called([row["person"] for row in shown_people])
    roles = _roles(parts)
    return {
        "until": pages.until,
        "about": about,
        "recent": shown.recent(about),
        "sums": _sums(sold),
        "timeline": shown.timeline(request, told, asked, names),
        "people": [
            (named[row["person"]], row, roles.get(row["person"], ()))
            for row in shown_people
            if row["person"] in named
        ],
        "people_count": len(people),
        "opportunities": [shown.opportunity(row, titles, names) for row in sold],
        "owner": names.users.get(about["owner_user_id"]) if about else None,
        "questions": open_questions(about, sold, parts, people, until=pages.until),
    }


def _roles(parts: list[dict[str, Any]]) -> dict[int, list[str]]:
    """What each person is in the purchases of the company, each role once."""
    found: dict[int, dict[str, None]] = {}
    for row in parts:
        said = row["stance"] not in {None, "unknown", row["role"]}
        stance = f", {row['stance']}" if said else ""
        if row["role"] and row["person"] is not None:
            found.setdefault(row["person"], {})[f"{row['role'].replace('_', ' ')}{stance}"] = None
    return {person: list(roles) for person, roles in found.items()}


def _sums(sold: list[dict[str, Any]]) -> dict[str, Any]:
    """What is open and what was won, by currency: amounts of two currencies make no sum."""
    sums: dict[str, Counter[str]] = {"open": Counter(), "won": Counter()}
    counts: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for row in sold:
        state = "won" if row["is_won"] else "open" if not row["is_closed"] else "lost"
        counts[state] += 1
        if row["amount_minor"] is None or not row["amount_currency"]:
            unknown[state] += 1
        elif state in sums:
            sums[state][row["amount_currency"]] += row["amount_minor"]
    return {
        "counts": dict(counts),
        "unknown": dict(unknown),
        **{
            state: [sentences.money(minor, currency) for currency, minor in sorted(sum_.items())]
            for state, sum_ in sums.items()
        },
    }
