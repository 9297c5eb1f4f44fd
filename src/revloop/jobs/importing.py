"""An upload becomes facts: as `revloop import` does it, with its progress in the job."""

from __future__ import annotations

from revloop import intake
from revloop.intake import uploads
from revloop.intake.importing import is_finished
from revloop.jobs.work import Done, Work
from revloop.kit.errors import InvalidInput
from revloop.kit.failpoints import failpoint
from revloop.operations.queue import actions

PUBLISH = "publish"
"""The kind, and the key, of the job that brings to the lake and to the pages what is new."""


def import_upload(work: Work) -> Done:
    """Import an upload; its report has the name of the upload.

    A worker that was killed may have finished it and not said so: then there is nothing to do.
    """
    upload = uploads.find(work.folder, str(work.job.payload["upload"]))
    if not is_finished(work.folder, upload.id):
        if not upload.files.is_dir():
            raise InvalidInput(
                "upload.gone",
                "the files of this upload are not here any more",
                hint="upload them again: a backup does not keep files that were not imported yet",
            )
        intake.run(uploads.request(work.folder, work.job), work.folder, work.say)
    failpoint("jobs.import.before_finish")
    return Done(
        {"import": upload.id},
        together_with=lambda: _publish(work),
        afterwards=lambda: uploads.remove(upload),
    )


def _publish(work: Work) -> None:
    """A new import is news to whatever is made of the facts."""
    actions.enqueue(PUBLISH, actor=work.job.actor, at=work.at, key=PUBLISH)
