"""What came in, how fresh is it, and what does it lack?"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from revloop.facts.columns import OWN_SOURCE
from revloop.intake import report
from revloop.intake.quarantine import Held, Quarantine, key_of
from revloop.operations.people import queries
from revloop.upkeep.status import published
from revloop.web.cells import plain_cell
from revloop.web.data import taking_back
from revloop.web.house import house
from revloop.web.pages import page

_ROWS = 200
"""Of a table in quarantine that a page shows; the file has all."""


def overview(request: HttpRequest) -> HttpResponseBase:
    folder = house(request).folder
    status = published(folder)
    held = list(Quarantine(folder.quarantine).all())
    context: dict[str, Any] = {
        "title": "What came in, and what does it lack?",
        "counts": (status or {}).get("people") or queries.counts(),
        "imports": report.recent(folder, 10),
        "held": [(key_of(each.source, each.table), each) for each in held],
        "held_rows": sum(each.rows for each in held),
        "problem": "Choose at least one file." if "problem" in request.GET else "",
    }
    if status:
        context |= _of_status(status)
    return page(request, "data/overview.html", context)


def _of_status(status: dict[str, Any]) -> dict[str, Any]:
    sources = [
        {
            "name": name,
            "facts": each["facts"],
            "happened": datetime.fromisoformat(each["last_happened"]),
            "recorded": datetime.fromisoformat(each["last_recorded"]),
        }
        for name, each in status["sources"].items()
    ]
    outside = [each for each in sources if each["name"] != OWN_SOURCE]
    capabilities = status["capabilities"]
    return {
        "status_at": datetime.fromisoformat(status["at"]),
        "facts": sum(each["facts"] for each in outside),
        "outside": outside,
        "kinds": sorted(status["facts"].items(), key=lambda each: (-each[1], each[0])),
        "sources": sources,
        "newest": max((each["happened"] for each in outside), default=None),
        "works": [each for each in capabilities if not each["lacks"]],
        "capabilities": len(capabilities),
        "lacking": [each for each in capabilities if each["lacks"]],
    }


def one_import(request: HttpRequest, import_id: str) -> HttpResponseBase:
    """What one import did, table by table."""
    found = report.written(house(request).folder, import_id)
    if found is None:
        raise Http404
    context = {
        **taking_back.standing(found),
        "problem": request.GET.get("problem", ""),
        "title": "What did this import bring?",
        "report": found,
        "started_at": datetime.fromisoformat(found["started_at"]),
        "added": sum(each["added"] for each in found["kinds"].values()),
        "corrected": sum(each["corrected"] for each in found["kinds"].values()),
        "unchanged": sum(each["unchanged"] for each in found["kinds"].values()),
    }
    return page(request, "data/import.html", context)


def quarantine(request: HttpRequest, key: str) -> HttpResponseBase:
    """The rows of one table that could not become facts, with why."""
    held, rows = _held(request, key)
    context = {
        "title": "Why are these rows held back?",
        "key": key,
        "held": held,
        "rows": rows[:_ROWS],
        "more": max(0, len(rows) - _ROWS),
    }
    return page(request, "data/quarantine.html", context)


def quarantine_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The same as a file, to be mended; no cell of it is taken for a formula."""
    _, rows = _held(request, key)
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(("row", "kind", "reason", "raw"))
    for row in rows:
        cells = (row["row_number"], row["kind"], row["reason"], row["raw"])
        written.writerow(map(plain_cell, cells))
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="quarantine-{key}.csv"'
    return answer


def _held(request: HttpRequest, key: str) -> tuple[Held, list[dict[str, Any]]]:
    found = Quarantine(house(request).folder.quarantine).under(key)
    if found is None:
        raise Http404
    return found


def unmatched(request: HttpRequest) -> HttpResponseBase:
    """People of whom no company is known, and why not."""
    found = queries.unmatched(limit=_ROWS)
    names = queries.named_by_reference("contact", [each.contact for each in found])
    context = {
        "title": "Whose company do we not know?",
        "total": queries.count("unmatched"),
        "people": [(names[each.contact], each) for each in found if each.contact in names],
    }
    return page(request, "data/unmatched.html", context)
