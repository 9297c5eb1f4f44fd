"""What was measured, and from what? Any reading as a page, as a file, and the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse

from revloop.analysis import phrases, registry
from revloop.analysis.reading import MONTH, Asked, Reading, Result, Rows
from revloop.engine.published import Published, Table
from revloop.operations.people import queries
from revloop.upkeep import readings
from revloop.upkeep.export import FileFormat, file_of
from revloop.upkeep.readings import Readings
from revloop.web.house import house
from revloop.web.journey.sentences import users_called
from revloop.web.pages import page
from revloop.web.readings import words
from revloop.web.readings.filters import PLURALS, Filters, filters
from revloop.web.readings.users import named
from revloop.web.shell.components import Choice

AT_ONCE = 50
_MOST_ROWS = 400
_LARGEST = 10**9
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


def overview(request: HttpRequest) -> HttpResponseBase:
    """Every reading with its question."""
    found = readings.published(house(request).folder)
    lacks = found.published.said["lacks"] if found else {}
    listed = [(each, lacks.get(each.name, [])) for each in registry.READINGS.values()]
    context = {"title": "What is measured, and how?", "listed": listed, "found": found}
    return page(request, "readings/overview.html", context)


def reading(request: HttpRequest, name: str) -> HttpResponseBase:
    """One reading: its answer, its table, what it means and what it rests on."""
    known = _known(name)
    found = readings.published(house(request).folder)
    context: dict[str, Any] = {"title": known.question, "reading": known, "found": found}
    if found is not None:
        what, result = _asked(request, found, known)
        shown = named(result.table.slice(0, _MOST_ROWS), found.published)
        rows = words.rows(shown, known.columns)
        context |= {
            "filters": what,
            "by": _by(request, known, what),
            "result": result,
            "heads": words.heads(result.table, known.columns),
            "rows": rows,
            "more": result.table.num_rows - len(rows),
            "files": files(name, what.asked),
        }
    return page(request, "readings/reading.html", context)


def file(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """The table of a reading as a file, or all that it came to as JSON."""
    known = _known(name)
    found = readings.published(house(request).folder)
    if found is None or form not in {*_TYPES, "json"}:
        raise Http404
    _, result = _asked(request, found, known)
    if form == "json":
        answer: HttpResponse = JsonResponse(result.document(), json_dumps_params={"indent": 2})
    else:
        content = file_of(result.table, FileFormat(form))
        answer = HttpResponse(content, content_type=_TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def rows(request: HttpRequest, name: str) -> HttpResponseBase:
    """The leads, opportunities or clocks that a number is made of."""
    known = _known(name)
    found = readings.published(house(request).folder)
    behind = known.rows
    if found is None or behind is None or behind.name not in found.published.rows:
        raise Http404
    # What may be chosen beside cuts, as a model, is none of the rows.
    what = filters(request, found, known.cuts)
    table = found.published[behind.name]
    narrowed = {each: request.GET.get(each, "")[:100] for each in behind.filters}
    chosen = _chosen(table, what, narrowed)
    first = _first(request)
    shown = table.take([int(each) for each in chosen[first : first + AT_ONCE]])
    address = {each: value for each, value in narrowed.items() if value}
    context = {
        "title": "Who is behind this number?",
        "reading": known,
        "filters": what,
        "narrowed": [value.replace("_", " ") for value in address.values()],
        "count": len(chosen),
        "heads": [words.Head(phrases.label(c.name), bool(c.unit), c.means) for c in behind.columns],
        "rows": _named(shown, behind, found.published),
        "back": what.address(**address) if first else "",
        "on": what.address(**address, **{"from": str(first + AT_ONCE)})
        if first + AT_ONCE < len(chosen)
        else "",
        "said": f"{first + 1:,} – {min(first + AT_ONCE, len(chosen)):,} of {len(chosen):,}",
        "setting": found.setting,
    }
    return page(request, "readings/rows.html", context)


def files(name: str, asked: Asked) -> list[tuple[str, str]]:
    """Where the files of a reading are: `CSV` and its address."""
    said = [("period", str(asked.period) if asked.period else "all"), *asked.where.items()]
    said += [("by", each) for each in asked.by]
    from urllib.parse import urlencode  # noqa: PLC0415 - with Django

    query = urlencode(said)
    return [
        (form.upper() if form != "parquet" else "Parquet", f"{_place(name, form)}?{query}")
        for form in ("csv", "parquet", "json")
    ]


def _place(name: str, form: str) -> str:
    return reverse("reading_file", kwargs={"name": name, "form": form})


def _known(name: str) -> Reading:
    if name not in registry.READINGS:
        raise Http404
    return registry.READINGS[name]


def _asked(request: HttpRequest, found: Readings, known: Reading) -> tuple[Filters, Result]:
    what = filters(request, found, known.filters)
    by = tuple(each for each in dict.fromkeys(request.GET.getlist("by")) if each in known.cuts)
    asked = Asked(what.asked.period, by, what.asked.where)
    return Filters(asked, what.picks, what.query), found.read(known.name, asked)


def _by(request: HttpRequest, known: Reading, what: Filters) -> list[Choice]:
    chosen = what.asked.by
    everybody = Choice("Everybody together", what.address(), not chosen)
    return [
        everybody,
        *(
            Choice(f"By {cut.replace('_', ' ')}", what.address(by=cut), cut in chosen)
            for cut in known.cuts
            if cut in PLURALS
        ),
    ]


def _chosen(table: Table, what: Filters, narrowed: Mapping[str, str]) -> Any:
    """The numbers of the rows that are asked for, in the order of the table."""
    mask = np.ones(table.rows, np.bool_)
    for column, value in {**what.asked.where, **narrowed}.items():
        if value:
            mask &= table.where(column, value)
    if what.asked.period is not None:
        months = table.column(MONTH)
        codes = pc.index_in(pa.array(what.asked.period.months), months.dictionary).to_pylist()
        wanted = [code for code in codes if code is not None]
        mask &= np.isin(months.indices.fill_null(-1).to_numpy(), wanted)
    return np.flatnonzero(mask)


def _first(request: HttpRequest) -> int:
    said = request.GET.get("from", "")[:9]
    return min(int(said), _LARGEST) if said.isascii() and said.isdigit() else 0


def _named(shown: pa.Table, behind: Rows, published: Published) -> list[dict[str, Any]]:
    found = shown.to_pylist()
    people = queries.people_called({row["person"] for row in found if row["person"] is not None})
    companies = queries.companies_called(
        {row["company"] for row in found if row["company"] is not None}
    )
    owners = {row["owner_user_id"] for row in found if row.get("owner_user_id") is not None}
    users = users_called(published, owners)
    return [
        {
            "person": people.get(row["person"]),
            "company": companies.get(row["company"]),
            "cells": [
                words.Cell(
                    users.get(row[column.name], "–")
                    if column.name == "owner_user_id"
                    else words.said(row[column.name], column.unit),
                    bool(column.unit),
                    phrases.label(column.name),
                )
                for column in behind.columns
            ],
        }
        for row in found
    ]
