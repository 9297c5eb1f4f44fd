"""The whole workspace as one file, proven by restoring it before it counts as a backup.

The file is a plain tar: `manifest.json` first, with the SHA-256 of every other member, then the
settings, the secret, the operational database, the lake, the agreements, the rows in quarantine and
the reports. No writer is in the lake while it is taken.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.failpoints import failpoint
from revloop.kit.files import half_made, saying_what_to_do, sync_folder
from revloop.kit.folder import FORMAT, Folder
from revloop.kit.version import VERSION

MANIFEST = "manifest.json"
DATABASE = "operations"
"""Name of the member that holds the operational database, whichever it is."""
_CHUNK = 1 << 20
_UNFINISHED = "staging"
"""Parts of an import under way: they can be read again from the files that it imports."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was restored once, to see that it can be."""

    file: Path
    bytes: int
    members: int
    facts: int
    taken_at: datetime


def back_up(folder: Folder, file: Path, *, at: datetime) -> Backup:
    """Write a backup, restore it beside itself, and only then give it its name."""
    from revloop import engine, operations  # noqa: PLC0415
    from revloop.operations import database  # noqa: PLC0415

    lake = engine.Lake(folder.lake)
    with saying_what_to_do(file), _workplace(file) as work:
        if file.exists():
            raise InvalidInput(
                "backup.exists",
                f"{file} is already there",
                hint="choose another name, or delete it",
            )
        copy, half, trial = work / DATABASE, work / file.name, Folder(work / "restored")
        with lake.writer():
            operations.connect(folder)
            database.copy_to(copy)
            members = [(DATABASE, copy), *_members(folder)]
            facts = sum(lake.counts().values())
            manifest = _manifest(members, facts, at)
            failpoint("backup.before_writing")
            _write(half, manifest, members)
        failpoint("backup.before_proof")
        _unpack(half, trial)
        _prove(trial, manifest)
        # Whatever else holds names goes before there is a backup, so that no kill leaves it.
        copy.unlink()
        shutil.rmtree(trial.path)
        failpoint("backup.before_rename")
        half.replace(file)
        failpoint("backup.after_rename")
        sync_folder(file.parent)
    return Backup(file, file.stat().st_size, len(members), facts, at)


def restore(file: Path, path: Path) -> Folder:
    """Make a workspace of a backup; the folder must not hold anything yet.

    The workspace appears whole: it is built under another name and renamed.
    """
    from revloop import operations  # noqa: PLC0415

    folder = Folder(path.expanduser().absolute())
    if folder.path.exists() and any(folder.path.iterdir()):
        raise InvalidInput(
            "restore.not_empty",
            f"{folder.path} is not empty",
            hint="name a new folder; what is there is left alone",
        )
    if not file.is_file():
        raise InvalidInput("restore.missing", f"{file} is not there", hint="check the name")
    with saying_what_to_do(folder.path):
        folder.path.parent.mkdir(parents=True, exist_ok=True)
        with _workplace(folder.path) as work:
            building = Folder(work / "restored")
            _build(file, building)
            failpoint("restore.before_rename")
            if folder.path.exists():
                folder.path.rmdir()
            building.path.rename(folder.path)
        failpoint("restore.after_rename")
        sync_folder(folder.path.parent)
    operations.connect(folder)
    return folder


def _build(file: Path, folder: Folder) -> None:
    from revloop import operations  # noqa: PLC0415

    manifest = _unpack(file, folder)
    _prove(folder, manifest)
    # Made apart: no workspace that holds facts is ever given a new database.
    apart = Folder(folder.path.with_name("database"))
    operations.connect(apart, create=True)
    from revloop.operations import database  # noqa: PLC0415 - its tables need the database first

    copy = folder.path / DATABASE
    try:
        database.restore_from(copy)
    except InvalidInput as error:
        # A restore that was killed has filled the database of a server, which outlives it.
        if error.code != "database.not_empty" or not database.holds(copy):
            raise
    finally:
        operations.disconnect()
    copy.unlink()
    if apart.operations.exists():
        apart.operations.rename(folder.operations)


@contextlib.contextmanager
def _workplace(path: Path) -> Iterator[Path]:
    """A folder beside `path`, on the same disk, for what only this process may read until it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    work = half_made(path)
    work.mkdir(mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _members(folder: Folder) -> Iterator[tuple[str, Path]]:
    """Everything but the live database, which is copied by itself, and what can be made again.

    Hidden files are locks, and halves of files that a killed process was writing.
    """
    wanted = (folder.lake, folder.agreements, folder.imports, folder.quarantine, folder.packs)
    yield folder.settings.name, folder.settings
    yield folder.secret.name, folder.secret
    for top in wanted:
        for path in sorted(top.rglob("*")):
            inside = path.relative_to(folder.path)
            wanted_here = path.is_file() and not path.is_symlink() and path.name[0] != "."
            if wanted_here and _UNFINISHED not in inside.parts:
                yield inside.as_posix(), path


def _manifest(members: list[tuple[str, Path]], facts: int, at: datetime) -> dict[str, Any]:
    return {
        "revloop": VERSION,
        "format": FORMAT,
        "taken_at": at.astimezone(UTC).isoformat(),
        "facts": facts,
        "sha256": {name: _hash(path) for name, path in members},
    }


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(half: Path, manifest: dict[str, Any], members: list[tuple[str, Path]]) -> None:
    with half.open("wb") as raw:
        half.chmod(0o600)  # it holds names, addresses and the secret
        with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
            text = json.dumps(manifest, indent=1, sort_keys=True).encode()
            about = tarfile.TarInfo(MANIFEST)
            about.size = len(text)
            archive.addfile(about, io.BytesIO(text))
            for name, path in members:
                about = archive.gettarinfo(path, name)
                about.uid = about.gid = 0
                about.uname = about.gname = ""
                with path.open("rb") as file:
                    archive.addfile(about, file)
                failpoint("backup.after_member")
        raw.flush()
        os.fsync(raw.fileno())


def _unpack(file: Path, folder: Folder) -> dict[str, Any]:
    """Write the members into a new folder; each must be in the manifest, with its hash."""
    folder.path.mkdir(parents=True)
    try:
        with tarfile.open(file, "r:") as archive:
            manifest = _read_manifest(file, archive)
            left: dict[str, str] = dict(manifest["sha256"])
            while member := archive.next():
                wanted = left.pop(member.name, "")
                if _extract(archive, member, folder) != wanted:
                    raise _damaged(file, f"{member.name} is not what was written")
                failpoint("restore.after_member")
    except (tarfile.TarError, json.JSONDecodeError, KeyError, EOFError) as error:
        raise _damaged(file, str(error)) from error
    if left:
        raise _damaged(file, f"{next(iter(left))} is missing")
    for empty in (folder.lake, folder.agreements, folder.imports, folder.quarantine, folder.packs):
        empty.mkdir(exist_ok=True)
    return manifest


def _read_manifest(file: Path, archive: tarfile.TarFile) -> dict[str, Any]:
    first = archive.next()
    content = archive.extractfile(first) if first and first.name == MANIFEST else None
    if content is None:
        raise _damaged(file, "it does not begin with a manifest")
    manifest: dict[str, Any] = json.loads(content.read())
    if manifest["format"] != FORMAT:
        raise RevloopError(
            "restore.newer",
            f"{file} was taken by a newer revloop ({manifest['revloop']})",
            hint=f"use that version: pip install revloop=={manifest['revloop']}",
        )
    return manifest


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Folder) -> str:
    """Write one member and return its hash; nothing is written for one that may not be there."""
    inside = PurePosixPath(member.name)
    content = archive.extractfile(member) if member.isreg() else None
    if content is None or inside.is_absolute() or ".." in inside.parts:
        return "not a file of ours"
    target = folder.path / inside
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as out:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    target.chmod(0o600 if inside.parent == PurePosixPath() else 0o644)
    return digest.hexdigest()


def _prove(folder: Folder, manifest: dict[str, Any]) -> None:
    """The lake opens, and holds as many facts as it did."""
    from revloop import engine  # noqa: PLC0415

    lake = engine.Lake(folder.lake)
    problems = lake.check()
    found = sum(lake.counts().values())
    if problems or found != manifest["facts"]:
        said = problems[0] if problems else f"{found} facts instead of {manifest['facts']}"
        raise RevloopError(
            "backup.not_proven",
            f"the backup could not be restored: {said}",
            hint="run: revloop doctor",
        )


def _damaged(file: Path, why: str) -> RevloopError:
    return RevloopError("restore.damaged", f"{file} is damaged: {why}", hint="use another backup")
