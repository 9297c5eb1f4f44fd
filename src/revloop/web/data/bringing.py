"""Files dropped on the page: looked through in the background, shown, and imported if it is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from revloop.intake import previewing, report, uploads
from revloop.intake.uploads import Asked, Upload
from revloop.kit import clock
from revloop.kit.errors import InvalidInput
from revloop.kit.money import DECIMALS
from revloop.operations.queue import actions as queue
from revloop.operations.queue import queries as jobs
from revloop.operations.queue.jobs import Job, State
from revloop.web.house import house
from revloop.web.pages import page, part
from revloop.web.routes import SeeOther, signed_in
from revloop.web.shell.components import Problem

_MAPPINGS = (".yaml", ".yml")
_QUESTION = "Is this what you meant?"
_YES_OR_NO = {"yes": True, "no": False}
_DATES = (
    ("", "what the columns show"),
    ("yes", "the third of April"),
    ("no", "the fourth of March"),
)
_DECIMALS = (
    ("", "what the columns show"),
    ("yes", "a number above a thousand"),
    ("no", "a little more than one"),
)
_UNDER_WAY = (State.WAITING, State.RUNNING)
_SOURCE = re.compile(r"[a-z][a-z0-9-]{0,39}")


def bring(request: HttpRequest) -> HttpResponseBase:
    """Keep the files, and have them looked through."""
    files = request.FILES.getlist("files")
    if not files:
        return _to("data", "?problem=choose")
    member, now = signed_in(request), clock.now()
    upload = uploads.begin(house(request).folder, at=now)
    for file in files:
        _keep(upload, file)
    with transaction.atomic():
        queue.enqueue(
            previewing.KIND, {"upload": upload.id}, actor=member.actor, at=now, key=upload.id
        )
    return _to("data_upload", upload_id=upload.id)


def _keep(upload: Upload, file: UploadedFile[bytes]) -> None:
    """One mapping may come along; everything else is data."""
    name = str(file.name)
    if Path(name).suffix.lower() in _MAPPINGS and not upload.mapping.exists():
        upload.mapping.write_bytes(b"".join(file.chunks()))
    else:
        upload.put(name, file.chunks())


def upload(request: HttpRequest, upload_id: str) -> HttpResponseBase:
    """Where an upload stands: being looked through, to be decided, under way, or done."""
    context = _standing(request, upload_id)
    if context["done"]:
        return _to("data_import", import_id=upload_id)
    return page(request, "data/upload.html", {"title": _QUESTION, **context})


def upload_state(request: HttpRequest, upload_id: str) -> HttpResponseBase:
    """The part of the page that changes while the worker is at it."""
    context = _standing(request, upload_id)
    answer = part(request, "data/upload_state.html", context)
    if not context["job"] or context["done"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


def begin(request: HttpRequest, upload_id: str) -> HttpResponseBase:
    """It is what was meant: import it."""
    here, said = _find(request, upload_id), _said(request)
    errors = _errors(said)
    if errors:
        context = {**_standing(request, upload_id), "asked": said, "errors": errors}
        context["wrong"] = [Problem(sentence, name) for name, sentence in errors.items()]
        return page(request, "data/upload.html", {"title": _QUESTION, **context}, status=422)
    asked = Asked(
        source=said["source"] or None,
        timezone=said["timezone"],
        currency=said["currency"],
        day_first=_YES_OR_NO.get(said["day_first"]),
        decimal_comma=_YES_OR_NO.get(said["decimal_comma"]),
    )
    member = signed_in(request)
    with transaction.atomic():
        uploads.enqueue(here, asked, actor=member.actor, at=clock.now())
    return _to("data_upload", upload_id=upload_id)


def discard(request: HttpRequest, upload_id: str) -> HttpResponseBase:
    """It is not: delete the files, unless they are being imported."""
    here = _find(request, upload_id)
    last = _last(here)
    if last is None or last.state not in _UNDER_WAY:
        uploads.remove(here)
    return _to("data")


def _said(request: HttpRequest) -> dict[str, str]:
    """What the form says; what it does not say is the company's own."""
    company = house(request).company
    default = {"timezone": company.timezone, "currency": company.currency}
    names = ("timezone", "currency", "day_first", "decimal_comma", "source")
    said = {name: request.POST.get(name, "").strip() or default.get(name, "") for name in names}
    return {**said, "currency": said["currency"].upper()}


def _errors(said: dict[str, str]) -> dict[str, str]:
    """What keeps the form from being taken: a sentence by field."""
    found = {}
    if said["timezone"] not in available_timezones():
        found["timezone"] = "Write a time zone such as Europe/Berlin."
    if said["currency"] not in DECIMALS:
        found["currency"] = "Write the code of a currency, such as EUR."
    if said["source"] and not _SOURCE.fullmatch(said["source"]):
        found["source"] = "Write a name of small letters, digits and hyphens, such as our-crm."
    return found


def _standing(request: HttpRequest, upload_id: str) -> dict[str, Any]:
    folder, here = house(request).folder, _find(request, upload_id)
    last = _last(here)
    found: dict[str, Any] = {
        "asked": _said(request),
        "errors": {},
        "dates": _DATES,
        "decimals": _DECIMALS,
        "upload": here,
        "done": report.written(folder, here.id) is not None,
        "job": last if last and last.state in _UNDER_WAY else None,
        "failed": last if last and last.state is State.DEAD else None,
        "preview": None,
    }
    if job := found["job"]:
        doing = "Looking through the files" if job.kind == previewing.KIND else "Importing"
        found["label"] = f"{doing}: {job.progress.what}" if job.progress.what else doing
    written = previewing.of(here.path)
    if written.is_file():
        found["preview"] = json.loads(written.read_text(encoding="utf-8"))
        for table in found["preview"]["tables"]:
            table["caption"] = f"First rows of {table['name']}"
            table["readable"] = f"read as {table['understood_as'].replace('_', ' ')}"
        found["understood"] = sum(1 for each in found["preview"]["tables"] if each["understood_as"])
    return found


def _last(here: Upload) -> Job | None:
    """What was last wanted of an upload: its import, else that it is looked through."""
    for kind in (uploads.KIND, previewing.KIND):
        if found := jobs.jobs(kind=kind, key=here.id, limit=1):
            return found[0]
    return None


def _find(request: HttpRequest, upload_id: str) -> Upload:
    folder = house(request).folder
    try:
        found = uploads.find(folder, upload_id)
    except InvalidInput as error:
        raise Http404 from error
    if not found.path.is_dir() and report.written(folder, found.id) is None:
        raise Http404
    return found


def _to(route: str, query: str = "", **arguments: str) -> HttpResponseBase:
    where = reverse(route, kwargs=arguments) + query
    return SeeOther(where)
