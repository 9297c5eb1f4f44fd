"""An upload is looked through, and becomes facts as by `revloop import`; the last import is undone."""

from __future__ import annotations

import json

from revloop import intake
from revloop.intake import previewing, uploads
from revloop.intake.importing import is_finished
from revloop.jobs.work import Done, Work
from revloop.kit.errors import InvalidInput
from revloop.kit.failpoints import failpoint
from revloop.kit.files import write_whole


def look_through(work: Work) -> Done:
    """Write down what an import of an upload would find. Whoever threw it away wants nothing more."""
    upload = uploads.find(work.folder, str(work.job.payload["upload"]))
    if not upload.files.is_dir():
        return Done({"gone": True})
    mapping = upload.mapping if upload.mapping.is_file() else None
    found = previewing.preview(upload.files, mapping=mapping, progress=work.say)
    text = json.dumps(found.document(), ensure_ascii=False)
    write_whole(previewing.of(upload.path), text.encode(), mode=0o600)
    return Done({"tables": len(found.tables), "understood": found.understood})


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
        afterwards=lambda: uploads.remove(upload),
    )


def undo_import(work: Work) -> Done:
    """The last import is taken back; begun twice, it is done once."""
    asked = work.job
    intake.undo(
        work.folder,
        str(asked.payload["import"]),
        actor=asked.actor,
        at=asked.created_at,
        reason=str(asked.payload["reason"]),
    )
    return Done({"import": str(asked.payload["import"])})
