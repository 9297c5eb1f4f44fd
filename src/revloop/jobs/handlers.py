"""What each kind of job does: the one list. Whoever enqueues a kind has it here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from revloop.intake import people, previewing, undoing, uploads
from revloop.jobs import importing, tending
from revloop.jobs.work import Kind

HANDLERS: Mapping[str, Kind] = {
    previewing.KIND: Kind(importing.look_through),
    uploads.KIND: Kind(importing.import_upload),
    undoing.KIND: Kind(importing.undo_import),
    people.PUBLISH: Kind(tending.follow, every=timedelta(minutes=10)),
    "tend_lake": Kind(tending.tend_lake, every=timedelta(days=1)),
    "tend_queue": Kind(tending.tend_queue, every=timedelta(hours=6)),
}
