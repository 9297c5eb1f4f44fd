"""What did we agree? The text in force, every version before it, and what changed between any two."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.safestring import SafeString, mark_safe

from revloop.agreement import explain
from revloop.agreement.contract import Contract
from revloop.agreement.diff import Change, ChangeClass, diff
from revloop.kit import clock
from revloop.kit.errors import RevloopError
from revloop.operations.ledger import queries
from revloop.operations.ledger.reading import VersionRow
from revloop.web.house import house
from revloop.web.pages import page

_KEPT = 20
"""Texts of versions that stay written out."""


def in_force(request: HttpRequest) -> HttpResponseBase:
    """The version that governs now, whole."""
    rows = _rows(request)
    governing = next((row for row in rows if row.status == "in_force"), None)
    if governing is None:
        waiting = [row for row in rows if row.status in {"proposed", "signed"}]
        context = {"title": "What did we agree?", "rows": rows, "waiting": waiting}
        return page(request, "agreement/none.html", context)
    return _text(request, rows, governing)


def one_version(request: HttpRequest, version: str) -> HttpResponseBase:
    """Any version, as it was signed."""
    rows = _rows(request)
    return _text(request, rows, _named(rows, version))


def history(request: HttpRequest) -> HttpResponseBase:
    """Every version: who signed it, and when it governed."""
    rows = _rows(request)
    context = {
        "title": "How did we get to this agreement?",
        "rows": rows[::-1],
        "listed": list(zip(rows, (None, *rows), strict=False))[::-1],
        "compared": len(rows) > 1,
    }
    return page(request, "agreement/history.html", context)


def compare(request: HttpRequest) -> HttpResponseBase:
    """What changed from one version to another, the gravest first; by default the last step."""
    rows = _rows(request)
    context: dict[str, Any] = {"title": "What changed?", "rows": rows}
    if len(rows) > 1:
        one = _named(rows, request.GET.get("from") or rows[-2].version)
        other = _named(rows, request.GET.get("to") or rows[-1].version)
        changes = diff(_contract(request, one), _contract(request, other)).changes
        context |= {
            "versions": [(row.version, row.version) for row in rows],
            "before": one,
            "after": other,
            "groups": _by_class(changes),
            "total": len(changes),
        }
    return page(request, "agreement/compare.html", context)


def file(request: HttpRequest, version: str) -> HttpResponseBase:
    """The bytes that were adopted, comments and all."""
    row = _named(_rows(request), version)
    answer = HttpResponse(row.file.read_bytes(), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.file.name}"'
    return answer


def _rows(request: HttpRequest) -> tuple[VersionRow, ...]:
    return queries.history(agreements=house(request).folder.agreements, at=clock.now())


def _named(rows: tuple[VersionRow, ...], version: str) -> VersionRow:
    for row in rows:
        if row.version == version:
            return row
    raise Http404


def _text(request: HttpRequest, rows: tuple[VersionRow, ...], row: VersionRow) -> HttpResponseBase:
    context: dict[str, Any] = {
        "title": "What did we agree?",
        "row": row,
        "versions": [each.version for each in rows],
        "before": next((each for each in rows if each.version == row.supersedes), None),
    }
    try:
        contract = _contract(request, row)
    except RevloopError as error:
        context["problem"] = error
    else:
        context |= {"document": explain.document(contract), "body": _body(contract)}
    return page(request, "agreement/text.html", context)


def _contract(request: HttpRequest, row: VersionRow) -> Contract:
    return queries.contract(row.version, agreements=house(request).folder.agreements)


def _body(contract: Contract) -> SafeString:
    """The text as HTML; `explain` escapes whatever stands in the file."""
    if contract.hash not in _written:
        if len(_written) >= _KEPT:
            _written.clear()
        _written[contract.hash] = explain.to_body(contract)
    return mark_safe(_written[contract.hash])  # noqa: S308 - see above


_written: dict[str, str] = {}


_CLASSES = {
    ChangeClass.MAJOR: "Major: it changes what is counted or judged",
    ChangeClass.MINOR: "Minor: it changes goals, people or amounts",
    ChangeClass.PATCH: "Patch: it changes words",
}


def _by_class(changes: Iterable[Change]) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for kind, some in groupby(changes, key=lambda change: change.change_class):
        listed = [change.says for change in some]
        said = "1 change" if len(listed) == 1 else f"{len(listed)} changes"
        found.append((_CLASSES[kind], {"listed": listed, "count": said}))
    return found
