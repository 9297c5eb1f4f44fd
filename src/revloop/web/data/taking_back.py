"""The last import is taken back in the background; its page says how far that is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from revloop.intake import report, undoing
from revloop.kit import clock
from revloop.operations.people import queries as people
from revloop.operations.queue import actions as queue
from revloop.operations.queue import queries as jobs
from revloop.operations.queue.jobs import State
from revloop.web.house import house
from revloop.web.routes import SeeOther, signed_in
from revloop.web.sent import few_words
from revloop.web.shell.naming import with_names


def take_back(request: HttpRequest, import_id: str) -> HttpResponseBase:
    """Have an import taken back, as if its files had never come."""
    folder = house(request).folder
    if report.written(folder, import_id) is None:
        raise Http404
    member, reason, now = signed_in(request), few_words(request, "reason"), clock.now()
    here = reverse("data_import", kwargs={"import_id": import_id})
    if not reason:
        return SeeOther(f"{here}?{urlencode({'problem': 'Say why, in a few words: it is kept.'})}")
    with transaction.atomic():
        queue.enqueue(
            undoing.KIND,
            {"import": import_id, "reason": reason},
            actor=member.actor,
            at=now,
            key=import_id,
        )
    return SeeOther(here)


def standing(found: dict[str, Any]) -> dict[str, Any]:
    """Whether an import was taken back, is being, was refused, or could be."""
    import_id = found["import_id"]
    if undone := found.get("undone"):
        [by] = with_names([undone["actor"]])
        return {"undone_at": datetime.fromisoformat(undone["at"]), "undone_by": by}
    last = next(iter(jobs.jobs(kind=undoing.KIND, key=import_id, limit=1)), None)
    if last is not None and last.is_open:
        return {"undoing": last}
    can_be = people.last_import() == import_id
    failed = last.error if last is not None and last.state is State.DEAD else ""
    return {"can_be_undone": can_be, "refused": failed}
