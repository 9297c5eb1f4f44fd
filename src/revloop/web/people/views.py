"""Whom do we know, what happened with them, and why are their records one?"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from revloop.engine import published
from revloop.engine.published import Published
from revloop.operations.people import queries
from revloop.operations.people.looking import Found, Record
from revloop.web.house import house
from revloop.web.journey import lists, reading, sentences, shown
from revloop.web.journey.lists import Asked
from revloop.web.pages import page, part
from revloop.web.routes import SeeOther
from revloop.web.shell.naming import with_names

_COLUMNS = ("last_at", "events", "company", "reached")
_ONE = ("company", "events", "first_at", "last_at", *shown.RECENT)
_ONLY = {"unmatched": "Without a company", "merged": "Of several records"}
_CONSENTS = {
    "consent_email": "write e-mails",
    "consent_phone": "call",
    "consent_ads": "show advertising",
}
_COMPANIES = 3


def overview(request: HttpRequest) -> HttpResponseBase:
    """People, those with the latest news first, or those that somebody looks for."""
    what = lists.asked(request, "country", "reached", "only")
    pages = published.current(house(request).folder.published)
    table = pages["persons"] if pages is not None else None
    looked = _looked_for(what, needs_looking=table is None)
    if looked is not None or table is None:
        listed = lists.looked_for(what, looked or Found((), 0, None))
    else:
        filters = {name: what.filters[name] for name in ("country", "reached")}
        listed = lists.latest(what, table, "person", **filters)
    if table is not None:
        lists.describe(listed, table, "person", _COLUMNS)
    called = queries.people_called(listed.numbers)
    at = {row["company"] for row in listed.about.values() if row["company"] is not None}
    companies = queries.companies_called(at)
    context = {
        "title": "Whom do we know?",
        "asked": what,
        "listed": listed,
        "rows": [
            (called[number], about, companies.get(about["company"]) if about else None)
            for number in listed.numbers
            if number in called
            for about in (listed.about.get(number),)
        ],
        "is_published": table is not None,
        "until": pages.until if pages is not None else None,
        "companies": _companies(what.text),
        "by_only": lists.choices(what, "only", _ONLY, "Everybody"),
        "by_reached": lists.choices(
            what,
            "reached",
            {word: label for word, label in lists.REACHED.items() if word != "customer"},
            "All",
        ),
        "by_country": lists.choices(
            what, "country", lists.known(table, "country"), "All countries"
        ),
        "may_filter": looked is None and table is not None,
    }
    if shown.is_part(request):
        return part(request, "people/found.html", context)
    return page(request, "people/overview.html", context)


def _looked_for(what: Asked, *, needs_looking: bool) -> Found | None:
    """What operations are asked for; None where the published list shows it."""
    after = what.after.number if what.after else 0
    if what.text:
        return queries.look_for_people(what.text, country=what.filters["country"], after=what.after)
    if what.filters["only"] == "unmatched":
        return queries.unmatched_people(after=after)
    if what.filters["only"] == "merged":
        return queries.merged_people(after=after)
    if needs_looking:
        return queries.look_for_people("", after=what.after)
    return None


def _companies(text: str) -> list[Any]:
    """Companies of which the same words are the beginning: whoever types one wants its people."""
    if not text:
        return []
    found = queries.look_for_companies(text, limit=_COMPANIES).numbers
    called = queries.companies_called(found)
    return [called[number] for number in found if number in called]


def person(request: HttpRequest, number: int) -> HttpResponseBase:
    """One person: their timeline, their records and why they are one, their company."""
    stands = queries.stands_for("contact", number) if number < shown.LARGEST else None
    if stands is None:
        raise Http404
    if stands != number:
        return SeeOther(reverse("person", args=(stands,)))
    pages = published.current(house(request).folder.published)
    records = queries.records("contact", number)
    called = queries.people_called([number])[number]
    context: dict[str, Any] = {
        "title": f"What happened with {called.name}?",
        "called": called,
        "records": records,
        "is_published": pages is not None,
    }
    if pages is not None:
        context |= _journey(request, pages, [record.number for record in records])
    if shown.is_part(request):
        return part(request, "journey/timeline.html", context)
    context |= {
        "why": with_names(queries.explain(called.reference).sentences),
        "decisions": queries.decisions_on(record.number for record in records),
        "consents": _consents(records),
        "undone": request.GET.get("undone", ""),
        "problem": request.GET.get("problem", ""),
    }
    return page(request, "people/person.html", context)


def _journey(request: HttpRequest, pages: Published, keys: list[int]) -> dict[str, Any]:
    about = shown.first(pages["persons"], keys, _ONE)
    company = about["company"] if about else None
    sold = pages["opportunities"].of(company).to_pylist() if company is not None else []
    parts = pages["roles"].of(company).to_pylist() if company is not None else []
    asked = shown.asked(request)
    told = reading.part(pages["person_events"], keys, first=asked.first, side=asked.side)
    titles = shown.opportunity_names(sold)
    names = sentences.names_of(pages, told.rows, titles)
    return {
        "until": pages.until,
        "about": about,
        "recent": shown.recent(about),
        "company": queries.companies_called([company]).get(company) if company else None,
        "roles": [
            (row["role"], row["stance"], titles.get(row["opportunity_id"]))
            for row in parts
            if row["person"] in keys and row["role"]
        ],
        "timeline": shown.timeline(request, told, asked, names),
    }


def _consents(records: list[Record]) -> list[tuple[str, str, str]]:
    """What they allow, the word, and the source that says so; the strictest word holds."""
    found = []
    for name, what in _CONSENTS.items():
        said = [
            (text.casefold(), record.reference)
            for record in records
            for word, text in record.said
            if word == name
        ]
        order = {"denied": 0, "granted": 1}
        word, reference = min(
            said, key=lambda each: order.get(each[0], len(order)), default=("unknown", "")
        )
        found.append((what, word if word in order else "unknown", reference))
    return found
