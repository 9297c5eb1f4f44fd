"""What has to be done now and then, whoever asks for it or not."""

from __future__ import annotations

from datetime import timedelta

from revloop import engine
from revloop.intake import previewing, uploads
from revloop.jobs import publishing
from revloop.jobs.work import Done, Work
from revloop.operations.queue import actions, queries
from revloop.operations.queue.jobs import TIMER, State

_UPLOADS_KEPT = timedelta(days=1)
"""How long an upload may lie that no job asks for: somebody may still be looking at it."""


def tend_lake(work: Work) -> Done:
    """Write small files together, and delete those that nobody reads any more.

    Table by table, so that whoever waits for the lake gets their turn between two. Replaced files
    are kept for as long as the engine says: whoever reads goes on reading.
    """
    lake = engine.Lake(work.folder.lake)
    tables = lake.tables()
    deleted = written = 0
    for number, table in enumerate(tables):
        work.say(f"tending {table}", number, len(tables))
        with lake.writer() as writer:
            compacted = writer.compact(table)
        with lake.writer() as writer:
            deleted += writer.vacuum(table)
        written += compacted.before - compacted.after
    return Done({"fewer_files": written, "deleted_files": deleted})


def follow(work: Work) -> Done:
    """The lake and the pages follow what was imported or decided; where nothing is new, nothing is made.

    After an import the counts are, since rows that were held back are news too.
    """
    is_timer = work.job.key == TIMER
    done = publishing.follow(work.folder, work.say, at=work.at, count_anew=not is_timer)
    return Done({"to_the_lake": done.to_the_lake, "new_for_pages": done.is_new})


def tend_queue(work: Work) -> Done:
    """Forget jobs that ended long ago, and delete uploads that no job asks for any more."""
    forgotten = actions.clear(at=work.at)
    old = [each for each in uploads.left(work.folder) if each.at < work.at - _UPLOADS_KEPT]
    states = (State.WAITING, State.RUNNING, State.DEAD)
    wanted = {
        said["upload"]
        for kind in (previewing.KIND, uploads.KIND)
        for said in queries.payloads(kind, states)
    }
    unwanted = [each for each in old if each.id not in wanted]
    for upload in unwanted:
        uploads.remove(upload)
    return Done({"forgotten_jobs": forgotten, "deleted_uploads": len(unwanted)})
