"""Files that a browser handed in: kept privately, imported in the background, deleted then.

    upload = uploads.begin(folder, at=now)
    upload.put("contacts.csv", chunks)
    with transaction.atomic():
        number = uploads.enqueue(upload, uploads.Asked(timezone="Europe/Berlin"), actor=…, at=now)

The import has the name of its upload, so that its report is found by it.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from revloop.intake.importing import Request
from revloop.kit.errors import InvalidInput
from revloop.kit.files import saying_what_to_do
from revloop.sources.reading.formats import Format

if TYPE_CHECKING:
    from revloop.kit.folder import Folder
    from revloop.operations.queue.jobs import Job

KIND = "import"
"""Of the jobs that import uploads."""
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
_MOMENT = "%Y%m%dT%H%M%S"
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
_LONGEST_NAME = 200
"""Bytes; file systems take 255, and a name that is taken gets a number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How files are to be read, as `importing.Request` has it."""

    source: str | None = None
    timezone: str = "UTC"
    currency: str | None = None
    day_first: bool | None = None
    decimal_comma: bool | None = None
    written: Format | None = None
    link: bool = True


@dataclass(frozen=True, slots=True)
class Upload:
    """One folder of files that were handed in."""

    id: str
    path: Path

    @property
    def at(self) -> datetime:
        """When it was begun."""
        return datetime.strptime(self.id.partition("-")[0], _MOMENT).replace(tzinfo=UTC)

    @property
    def files(self) -> Path:
        """What is to be imported."""
        return self.path / "files"

    @property
    def mapping(self) -> Path:
        """How to read what is not recognised, if somebody wrote that."""
        return self.path / "mapping.yaml"

    def put(self, name: str, chunks: Iterable[bytes]) -> Path:
        """Keep a file under the name that it had, without any folder and never over another one."""
        wanted = safe_name(name)
        with saying_what_to_do(self.files):
            self.files.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
            for place in _free(self.files, wanted):
                try:
                    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
                except FileExistsError:
                    continue
                with os.fdopen(handle, "wb") as file:
                    file.writelines(chunks)
                    file.flush()
                    os.fsync(file.fileno())
                return place
        raise AssertionError("names do not end")


def begin(folder: Folder, *, at: datetime) -> Upload:
    """An empty folder for what comes, which only its owner may read."""
    name = f"{at.astimezone(UTC):{_MOMENT}}-{secrets.token_hex(4)}"
    upload = Upload(name, folder.uploads / name)
    with saying_what_to_do(folder.uploads):
        folder.uploads.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
        upload.path.mkdir(mode=_PRIVATE_FOLDER)
        upload.files.mkdir(mode=_PRIVATE_FOLDER)
    return upload


def find(folder: Folder, name: str) -> Upload:
    """The upload of this name, of which the files may be gone.

    Raises:
        InvalidInput: `upload.unknown`, if it cannot be the name of one.
    """
    if not _ID.fullmatch(name):
        raise InvalidInput("upload.unknown", "no upload has this name", hint="upload it again")
    return Upload(name, folder.uploads / name)


def enqueue(upload: Upload, asked: Asked, *, actor: str, at: datetime) -> int:
    """Have it imported in the background; the number of the job.

    Once is enough: while it waits or runs, the same number comes back.
    """
    from revloop.operations.queue import actions  # noqa: PLC0415 - its tables need the database

    payload = {"upload": upload.id, **asdict(asked)}
    return actions.enqueue(KIND, payload, actor=actor, at=at, key=upload.id)


def request(folder: Folder, job: Job) -> Request:
    """What the import of a job is asked to do; the same however often it is begun."""
    said = dict(job.payload)
    upload = find(folder, str(said.pop("upload")))
    written = said.pop("written")
    return Request(
        path=upload.files,
        actor=job.actor,
        at=job.created_at,
        mapping=upload.mapping if upload.mapping.is_file() else None,
        written=Format(**written) if written else None,
        import_id=upload.id,
        begun_before=job.taken > 1 or _was_tried_by_another(job),
        **said,
    )


def _was_tried_by_another(job: Job) -> bool:
    """Whether an earlier job was to import the same upload: it was set aside, or cancelled."""
    from revloop.operations.queue import queries  # noqa: PLC0415 - its tables need the database

    return bool(queries.jobs(kind=job.kind, key=job.key, before=job.number, limit=1))


def left(folder: Folder) -> Iterator[Upload]:
    """The uploads whose files are still there."""
    if folder.uploads.is_dir():
        for path in sorted(folder.uploads.iterdir()):
            if _ID.fullmatch(path.name):
                yield Upload(path.name, path)


def remove(upload: Upload) -> None:
    """Delete the files; nothing happens where they are gone."""
    with saying_what_to_do(upload.path):
        if upload.path.exists():
            shutil.rmtree(upload.path)


def safe_name(name: str) -> str:
    """A name without folders or signs that a terminal or file system takes for something else.

    A name that begins with a dot would not be imported.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(each if each.isprintable() else "_" for each in last).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    short = stem.encode()[:_LONGEST_NAME].decode(errors="ignore") or "file"
    return f"{short}{dot}{ending[:20]}"


def _free(folder: Path, name: str) -> Iterator[Path]:
    yield folder / name
    place = Path(name)
    number = 2
    while True:
        yield folder / f"{place.stem} ({number}){place.suffix}"
        number += 1
