"""What a process may be doing when it is killed, and what a workspace holds afterwards.

Every program may run again, as a person would run the same command again, and then ends well.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from revloop import engine, intake, operations
from revloop.cli import main, output
from revloop.engine.columns import KEYS, UNDONE
from revloop.intake import people as who_is_who
from revloop.intake import recognising, report, uploads
from revloop.intake.quarantine import Quarantine
from revloop.kit import folder
from revloop.kit.errors import InvalidInput
from revloop.kit.folder import Folder
from revloop.operations.connection import load_django
from revloop.upkeep.backup import back_up
from revloop.upkeep.backup import restore as restore_backup
from revloop.upkeep.doctor import examine

load_django()
from django.apps import apps  # noqa: E402 - the tables need Django first
from django.db import models  # noqa: E402

from revloop.jobs.worker import Worker  # noqa: E402
from revloop.operations.ledger import actions as ledger  # noqa: E402
from revloop.operations.ledger import queries as entries  # noqa: E402
from revloop.operations.ledger.chain import Happened  # noqa: E402
from revloop.operations.people import actions as people  # noqa: E402
from revloop.operations.people import queries as known  # noqa: E402
from revloop.operations.queue import queries as queue  # noqa: E402

from ..agreement.contracts import SMALLEST  # noqa: E402
from ..intake.shop import LEADS, LINES, Shop, write  # noqa: E402

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = AT + timedelta(days=1)
MORE = (
    "1,ann@acme.example,Acme,2026-01-04,10",
    "4,cy@acme.example,Acme,2026-01-31,40",
    "5,dee@dot.example,Dot,2026-02-01,5",
)
AGREEMENT = {**SMALLEST, "effective_from": "2024-02-01T00:00:00Z"}

recognising.profiles = lambda: (Shop(),)


@contextmanager
def done_already(code: str) -> Iterator[None]:
    """Run again after it was done: it says so, and changes nothing."""
    try:
        yield
    except InvalidInput as error:
        if error.code != code:
            raise


def connected(path: Path) -> Folder:
    found = folder.find(path)
    operations.connect(found)
    return found


def init(path: Path) -> None:
    operations.connect(folder.create(path, company="Acme"), create=True)


def _import(path: Path, name: str, lines: tuple[str, ...], at: datetime) -> None:
    exports = Path(os.environ["EXPORTS"]) / name
    if not exports.exists():
        write(exports, *lines)
    intake.run(intake.Request(exports, "tester", at, link=False), connected(path))


def import_first(path: Path) -> None:
    _import(path, "january", LINES, AT)


def import_more(path: Path) -> None:
    """A correction, a row that was in quarantine, and somebody new."""
    _import(path, "february", MORE, LATER)


def adopt(path: Path) -> None:
    made = connected(path)
    ledger.adopt(
        json.dumps(AGREEMENT).encode(),
        file_name="draft.yaml",
        signed_by={"marketing": "Maria Lopez", "sales": "Sam Lee"},
        at=datetime(2024, 1, 15, tzinfo=UTC),
        actor="lee",
        agreements=made.agreements,
    )


def merge(path: Path) -> None:
    made = connected(path)
    with done_already("people.one_already"):
        people.merge("shop:1", "shop:2", actor="kim", at=LATER, reason="she told me")
    who_is_who.publish_now(made, at=LATER)


def split(path: Path) -> None:
    made = connected(path)
    with done_already("people.alone"):
        people.split("shop:2", actor="kim", at=LATER, reason="two people")
    who_is_who.publish_now(made, at=LATER)


def undo(path: Path) -> None:
    made = connected(path)
    number = next(row.data["decision"] for row in entries.entries() if row.actor == "kim")
    with done_already("people.undone_already"):
        people.undo(number, actor="kim", at=LATER, reason="a mistake")
    who_is_who.publish_now(made, at=LATER)


def link(path: Path) -> None:
    """What the linkage found: a pair that it is sure of, one for a person, and one of two people."""
    made = connected(path)
    numbers = {row["reference"]: row["id"] for row in _table("people_contact")}
    one, two, three = (numbers[f"shop:{each}"] for each in (1, 2, 3))
    people.record_linkage(
        [people.Pair(min(one, two), max(one, two), 0.995, "the same name and company")],
        [people.Pair(min(one, three), max(one, three), 0.001, "a number that several use")],
        actor="kim",
        at=LATER,
    )
    who_is_who.publish_now(made, at=LATER)


def identify(path: Path) -> None:
    connected(path)
    card = {"reference": "web:9", "email": "bo@bolt.example", "name": "Bo Bolt"}
    people.identify(card, actor="kim", at=LATER)


def work(path: Path) -> None:
    """A worker imports what was uploaded, once its predecessor's lease has ended, and tidies up."""
    made = connected(path)
    if not queue.jobs(kind=uploads.KIND):
        upload = uploads.find(made, "20260302T090000-0123abcd")
        upload.path.mkdir(mode=0o700, exist_ok=True)
        if not upload.files.exists():
            upload.put("leads.csv", ["\n".join((",".join(LEADS), *LINES, "")).encode()])
        uploads.enqueue(upload, uploads.Asked(link=False), actor="tester", at=AT)
    takes = sum(row["fence"] for row in _rows("queue_job"))
    for later in (timedelta(hours=takes), timedelta(days=3)):
        moment = AT + later
        for _ in Worker(made, Event(), now=lambda moment=moment: moment).drain():  # type: ignore[misc]
            pass


def record_in_ledger(path: Path) -> None:
    """Three entries at once and one alone, unless they are there already."""
    connected(path)
    if not any(each.kind == "test.many" for each in entries.entries()):
        ledger.append_many(Happened("test.many", str(each), "lee", AT, {}) for each in range(3))
    if not any(each.kind == "test.one" for each in entries.entries()):
        ledger.append("test.one", "1", actor="lee", at=AT)


def compact(path: Path) -> None:
    lake = engine.Lake(connected(path).lake)
    with lake.writer() as writer:
        for table in lake.tables():
            writer.compact(table)


def vacuum(path: Path) -> None:
    lake = engine.Lake(connected(path).lake)
    with lake.writer() as writer:
        for table in lake.tables():
            writer.vacuum(table, keep=timedelta(0), offline=True)


def undo_import(path: Path) -> None:
    """The latest import is taken back."""
    made = connected(path)
    latest = report.recent(made, 1)[0]["import_id"]
    intake.undo(made, latest, actor="kim", at=LATER, reason="the wrong files")


def backup(path: Path) -> None:
    with done_already("backup.exists"):
        back_up(connected(path), path.parent / "acme.tar", at=LATER)


def restore(path: Path) -> None:
    """On PostgreSQL the workspace comes back into another database, which is empty."""
    os.environ["DATABASE_URL"] = os.environ.get("EMPTY_DATABASE_URL", "")
    with done_already("restore.not_empty"):
        restore_backup(path.parent / "acme.tar", path.parent / "restored")


def command(path: Path, *arguments: str) -> dict[str, Any]:
    """Run `revloop` with these arguments on the workspace; what it says, and its exit code."""
    sys.argv = ["revloop", *arguments, "--workspace", str(path)]
    said = {"out": io.StringIO(), "err": io.StringIO()}
    output.screen.file, output.talk.file = said["out"], said["err"]
    code: object = None
    with redirect_stdout(said["out"]), redirect_stderr(said["err"]):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    return {"code": code or 0, **{name: each.getvalue() for name, each in said.items()}}


def limited(path: Path, *arguments: str) -> dict[str, Any]:
    """The same for a user whose files may not grow beyond 100 kB."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    return command(path, *arguments)


def describe(path: Path) -> dict[str, Any]:
    """Everything that is in a workspace and beside it, without what depends on the clock."""
    found: dict[str, Any] = {"beside": sorted(each.name for each in path.parent.iterdir())}
    archive = path.parent / "acme.tar"
    if archive.exists():
        found["archive"] = _archive(archive)
    places = [path]
    if (path.parent / "restored").exists():
        places.append(path.parent / "restored")
    for place in places:
        if place.name == "restored":
            os.environ["DATABASE_URL"] = os.environ.get("EMPTY_DATABASE_URL", "")
        found[place.name] = _workspace(place)
    return found


def _workspace(path: Path) -> dict[str, Any]:
    made = connected(path)
    reports = [json.loads(each.read_text()) for each in sorted(made.imports.glob("*/report.json"))]
    return {
        "files": sorted(
            each.relative_to(path).as_posix()
            for each in path.rglob("*")
            if each.is_file() and each.parts[len(path.parts)] != "lake"
            if not each.name.endswith(("-wal", "-shm"))
        ),
        "lake": _facts(made),
        "tables": {name: _table(name) for name in sorted(_tables())},
        "ledger": [[each.kind, each.subject, each.actor, each.data] for each in entries.entries()],
        "names": sorted(map(str, known.contact_names().to_pylist())),
        "held": {
            f"{each.source} {each.table}": Quarantine(made.quarantine).rows(each.source, each.table)
            for each in Quarantine(made.quarantine).all()
        },
        # How long it took, and whom the last run met for the first time, is said of that run alone.
        "reports": [
            {key: each[key] for key in each if key not in {"seconds", "people"}} for each in reports
        ],
        "problems": [
            f"{each.about}: {problem}"
            for each in examine(made, now=LATER)
            for problem in each.problems
            if each.about != "disk"
        ],
    }


def _facts(made: Folder) -> dict[str, list[str]]:
    lake = engine.Lake(made.lake)
    with engine.open(made.lake) as facts:
        rows = {
            kind: sorted(map(str, facts.arrow(facts.history(kind)).to_pylist()))
            for kind in lake.kinds()
        }
        for entity in ("contact", "account"):
            keys = facts.arrow(facts.references(entity)).to_pylist()
            rows[f"{KEYS} {entity}"] = sorted(map(str, keys))
    rows[UNDONE] = sorted(map(str, lake.undone().items()))
    return rows


def _tables() -> Iterator[str]:
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.db_table.startswith("ledger"):
            yield model._meta.db_table


def _table(name: str) -> list[dict[str, Any]]:
    return sorted(map(_lasting, _rows(name)), key=str)


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    """Of a job, what does not say when it was done and how often it was begun."""
    if "fence" not in row:
        return row
    about = ("kind", "key", "payload", "state", "error", "actor")
    result = "" if row["key"] == "timer" else row["result"]
    return {**{name: row[name] for name in about}, "result": result}


def _rows(name: str) -> list[dict[str, Any]]:
    [model] = [each for each in apps.get_models() if each._meta.db_table == name]
    columns = [
        each.attname
        for each in model._meta.concrete_fields
        if not isinstance(each, models.AutoField)  # a number that was taken back leaves a gap
    ]
    return [dict(row) for row in model._base_manager.values(*columns)]


def _archive(file: Path) -> list[str]:
    with tarfile.open(file) as archive:
        manifest = archive.extractfile("manifest.json") or io.BytesIO()
        hashes = json.loads(manifest.read())["sha256"]
        return [
            name if name == "operations" else f"{name} {hashes[name]}"
            for name in archive.getnames()[1:]
        ]


PROGRAMS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        init,
        import_first,
        import_more,
        adopt,
        merge,
        split,
        undo,
        link,
        identify,
        work,
        record_in_ledger,
        compact,
        vacuum,
        undo_import,
        backup,
        restore,
        command,
        limited,
        describe,
    )
}
