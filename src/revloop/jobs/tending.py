"""What has to be done now and then, whoever asks for it or not."""

from __future__ import annotations

from datetime import timedelta

from revloop import engine
from revloop.intake import people, uploads
from revloop.jobs import publishing
from revloop.jobs.work import Done, Work
from revloop.operations.queue import actions, queries
from revloop.operations.queue.jobs import TIMER, State
from revloop.upkeep import status

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
    """What operations decided reaches the lake, and the pages what is new in either.

    It asks before it waits for the lake's lock, which an import may hold. Where nothing is new,
    nothing is made; after an import the status is, since rows that were held back are news too.
    """
    brought: dict[str, int] = {}
    if people.waiting(engine.Lake(work.folder.lake)):
        brought = people.publish_now(work.folder, at=work.at)
    made = publishing.publish(work.folder, work.say)
    if made.is_new or work.job.key != TIMER:
        status.publish(work.folder, now=work.at)
    return Done({"to_the_lake": brought, "new_for_pages": made.is_new})


def tend_queue(work: Work) -> Done:
    """Forget jobs that ended long ago, and delete uploads that no job asks for any more."""
    forgotten = actions.clear(at=work.at)
    old = [each for each in uploads.left(work.folder) if each.at < work.at - _UPLOADS_KEPT]
    states = (State.WAITING, State.RUNNING, State.DEAD)
    wanted = {said["upload"] for said in queries.payloads(uploads.KIND, states)}
    unwanted = [each for each in old if each.id not in wanted]
    for upload in unwanted:
        uploads.remove(upload)
    return Done({"forgotten_jobs": forgotten, "deleted_uploads": len(unwanted)})
