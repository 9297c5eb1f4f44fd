"""The whole way of an import. Every step may be repeated, so a killed import goes on where it was.

read      files to raw tables, in limited child processes
stage     a source makes facts of them; what is no fact is held back, whole
load      facts to the lake, each table in one transaction
know      people, companies and sellers to operations; who is who comes back to the lake
report    what came in, what did not and why, and what can be shown now
"""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from revloop.intake import recognising, staging, undoing
from revloop.intake.capabilities import standing
from revloop.intake.people import People, announce, publish
from revloop.intake.quarantine import COLUMNS, Quarantine, one_for_each_row, reasons
from revloop.intake.report import FILE, KindReport, Report, TableReport
from revloop.intake.tally import Tally
from revloop.kit.errors import InvalidInput
from revloop.kit.failpoints import failpoint
from revloop.kit.files import saying_what_to_do, write_whole
from revloop.kit.folder import Folder
from revloop.sources.protocol import ROW, FactTable, RawTable, Settings, Source

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.engine import Facts, Lake, Workbench, Writer
    from revloop.intake.staging import Staged
    from revloop.sources.mapping import MappingSource
    from revloop.sources.reading import Format

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

_STATE, _STAGING = "state.json", "staging"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked to be imported."""

    path: Path
    actor: str
    at: datetime
    mapping: Path | None = None
    source: str | None = None
    """The name that the facts carry, in place of the profile's own."""
    timezone: str = "UTC"
    currency: str | None = None
    day_first: bool | None = None
    decimal_comma: bool | None = None
    written: Format | None = None
    """How the files are written that no mapping speaks of, where somebody said so."""
    link: bool = True
    """Whether to look for the same person under two spellings."""
    import_id: str = ""
    """Given by who has to find the import again; else made of the moment and the files."""
    begun_before: bool = False
    """Whether it may have been begun, though nothing of that is left but what it stored."""

    def signature(self) -> str:
        """The same for the same files, read in the same way."""
        said = [
            self.path.resolve().as_posix(),
            *(str(each) for each in (self.source, self.timezone, self.currency)),
            *(str(each) for each in (self.day_first, self.decimal_comma, self.written)),
        ]
        if self.mapping:
            said.append(self.mapping.read_text(encoding="utf-8", errors="surrogateescape"))
        files = [self.path] if self.path.is_file() else sorted(self.path.rglob("*"))
        for file in files:
            about = file.lstat()
            said.append(f"{file} {about.st_size} {about.st_mtime_ns}")
        return hashlib.sha256("\0".join(said).encode(errors="surrogateescape")).hexdigest()


def run(request: Request, folder: Folder, progress: Progress = lambda *_: None) -> Report:
    """Import a folder, a file or an archive into a workspace.

    The same files again add nothing. Killed at any instant, the same request goes on: what was
    acknowledged stays, nothing comes twice.
    """
    if not request.path.exists():
        raise InvalidInput(
            "import.nothing_there", f"{request.path} is not there", hint="check the path"
        )
    mapped = _mapped(request)  # what is wrong with a mapping is said before anything is read
    from revloop import engine  # noqa: PLC0415

    begun = time.monotonic()
    # One import at a time: the lock also keeps others from taking this one for abandoned.
    lake = engine.Lake(folder.lake)
    with _rarely_collecting(), lake.writer() as writer:
        with saying_what_to_do(folder.imports):
            state = _State.of(request, folder)
        undoing.finish(folder, lake, writer)
        failpoint("intake.begun")
        with engine.Workbench(state.staging, lake=folder.lake) as bench:
            people = People(request.actor, state.recorded_at, state.import_id)
            work = _Import(request, folder, state, lake, bench, writer, progress, people, mapped)
            report = work.run()
        with engine.open(folder.lake) as facts:
            report.capabilities = standing(facts)
            if state.resumed:
                _count_anew(report, facts)
        report.seconds = round(time.monotonic() - begun, 3)
        work.enter_into_ledger(report)
        failpoint("intake.before_report")
        state.finish(report)
    return report


def is_finished(folder: Folder, import_id: str) -> bool:
    """Whether an import came to its end: its report is there, and nothing is left to clear."""
    about = folder.imports / import_id
    return (about / FILE).is_file() and not (about / _STATE).exists()


@contextmanager
def _rarely_collecting() -> Iterator[None]:
    """Look for circles of dead objects a hundred times less often.

    The expressions of wide tables are hundreds of thousands of small objects that live until a
    table is staged; looking through them again and again took a sixth of an import.
    """
    before = gc.get_threshold()
    gc.set_threshold(before[0] * 100, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@dataclass(slots=True)
class _Table:
    """One raw table under way: what its rows have become so far."""

    raw: RawTable
    rows: ir.Table
    report: TableReport
    waiting: set[str]
    """Ids of the facts that rows held back before were to be."""
    used: set[str] = field(default_factory=set)
    held: list[dict[str, Any]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    came: set[tuple[str, str]] = field(default_factory=set)
    """Kind and id of the facts that came, of those that were waited for, or were held back again."""

    def take(self, staged: Staged, made: FactTable, bench: Workbench) -> None:
        """Facts of one kind were made of it."""
        self.used |= made.uses
        self.report.made(staged.kind, staged.fit, made.read_as)
        back = staging.held_back(staged, bench, self.rows)
        self.held += back
        self.came |= staging.facts_among(staged, self.waiting)
        self.came |= {(row["kind"], row["source_id"]) for row in back if row["source_id"]}
        self.tally.take(staged, bench)


@dataclass(slots=True)
class _Import:
    """One import under way: what its steps share."""

    request: Request
    folder: Folder
    state: _State
    lake: Lake
    bench: Workbench
    writer: Writer
    progress: Progress
    people: People
    mapped: MappingSource | None
    appended: int = 0

    def run(self) -> Report:
        path = self.request.path
        if path.is_relative_to(
            self.folder.path
        ):  # an upload: it is there wherever the workspace is
            path = path.relative_to(self.folder.path)
        report = Report(self.state.import_id, str(path), self.state.started_at)
        report.people = self.people.report
        tables = self.read(report)
        failpoint("intake.read")
        sources = (*([self.mapped] if self.mapped else ()), *recognising.profiles())
        claims, unclaimed = recognising.claims(tables, sources)
        self.begin()
        for number, claim in enumerate(claims):
            self.progress(f"loading {claim.source.name}", number, len(claims))
            self.load(claim, report)
        for table in unclaimed:
            report.tables.append(_table_report(table, ""))
        failpoint("intake.before_people")
        self.progress("finding out who is who", 0, 1)
        self.know()
        return report

    def begin(self) -> None:
        """From here on this is the import that can be taken back, and the one before is not."""
        from revloop.operations.people import actions  # noqa: PLC0415

        Quarantine(self.folder.quarantine).remember(undoing.held_before(self.state.folder))
        failpoint("intake.before_begin")
        actions.begin_import(self.state.import_id, at=self.state.recorded_at)
        undoing.forget_others(self.folder, self.state.import_id)

    # read

    def read(self, report: Report) -> list[RawTable]:
        from revloop.sources import reading  # noqa: PLC0415

        overrides = self.mapped.formats() if self.mapped else {}
        if self.request.written:
            overrides["*"] = self.request.written
        found = reading.read_folder(
            self.request.path,
            self.state.staging / "raw",
            overrides=overrides,
            progress=self.progress,
        )
        report.refused = [
            {"name": each.name, "reason": each.reason, "hint": each.hint} for each in found.refused
        ]
        report.ignored = list(found.ignored)
        return list(found.tables)

    # stage and load

    def load(self, claim: recognising.Claim, report: Report) -> None:
        settings = self.settings(claim.source)
        tables = {
            raw.name: _Table(
                raw,
                self.bench.read(raw.file),
                _table_report(raw, claim.source.name),
                self.waiting(settings.source, raw.name),
            )
            for raw in claim.tables
        }
        made = claim.source.facts(
            {name: each.rows for name, each in tables.items()},
            {name: each.raw for name, each in tables.items()},
            settings,
        )
        for number, fact_table in enumerate(made):
            self.progress(f"loading {fact_table.kind} of {fact_table.of}", number, 0)
            file = self.state.staging / "facts" / f"{claim.source.name}-{number:04d}.parquet"
            file.parent.mkdir(exist_ok=True)
            staged = staging.stage(self.bench, fact_table, file, self.folder.read_secret())
            tables[staged.of].take(staged, fact_table, self.bench)
            self.append(staged, settings.source, report)
            self.people.record(staged, settings.source)
            file.unlink()
        why = claim.source.explains(claim.tables)
        for name, table in tables.items():
            self.conclude(table, settings.source, why.get(name, ""))
            report.tables.append(table.report)

    def conclude(self, table: _Table, source: str, why: str) -> None:
        """When all facts of a table are made: what is left of it, and what is held back."""
        about, raw = table.report, table.raw
        table.tally.enter(about, table.rows, why)
        about.unmapped = [each for each in raw.columns if each not in table.used]
        held = one_for_each_row(table.held)
        about.quarantined = len(held)
        held += self.unreadable(raw)
        about.reasons = list(reasons(held))
        self.hold(source, table, held)

    def settings(self, source: Source) -> Settings:
        asked = self.request
        return Settings(
            source=asked.source or source.name,
            timezone=asked.timezone,
            currency=asked.currency,
            day_first=asked.day_first,
            decimal_comma=asked.decimal_comma,
        )

    def append(self, staged: Staged, source: str, report: Report) -> None:
        self.appended += 1
        failpoint("intake.before_append", staged.kind)
        done = self.writer.append(
            staged.kind,
            staged.rows,
            source=source,
            import_id=self.state.import_id,
            recorded_at=self.state.recorded_at,
            transaction=(f"import/{self.state.reading}/{self.appended:04d}", 1),
        )
        failpoint("intake.after_append", staged.kind)
        counts = report.kinds.setdefault(staged.kind, KindReport())
        counts.given += staged.fit
        counts.added += done.added
        counts.unchanged += done.unchanged
        counts.corrected += done.corrected

    def waiting(self, source: str, table: str) -> set[str]:
        """Ids of the facts that rows held back of a table were to be."""
        held = Quarantine(self.folder.quarantine).rows(source, table)
        return {row["source_id"] for row in held if row["source_id"]}

    def hold(self, source: str, table: _Table, held: list[dict[str, Any]]) -> None:
        import pyarrow as pa  # noqa: PLC0415

        name = table.raw.name
        quarantine = Quarantine(self.folder.quarantine)
        before = quarantine.rows(source, name)
        seen = {row["raw"] for row in before} & _raw_rows(table.rows, before)
        seen |= quarantine.given_anew(source, name, table.came)
        schema = pa.schema(
            [(name, pa.int64() if name == "row_number" else pa.string()) for name in COLUMNS]
        )
        failpoint("intake.before_quarantine")
        quarantine.replace(source, name, pa.Table.from_pylist(held, schema), seen)

    def unreadable(self, table: RawTable) -> list[dict[str, Any]]:
        """The lines of a table that were no rows, as they are held in quarantine."""
        if table.unreadable is None:
            return []
        return [
            {"row_number": row[ROW], "kind": "", "reason": row["reason"], "raw": row["text"]}
            for row in self.bench.read(table.unreadable).to_pyarrow().to_pylist()
        ]

    # know

    def know(self) -> None:
        # A killed import may have recorded people whom nobody has compared yet.
        if self.people.changed or self.state.resumed:
            if self.request.link:
                self.progress("comparing people", 0, 1)
                self.people.link(self.state.staging)
            self.people.match()
        publish(
            self.lake,
            self.writer,
            self.bench,
            import_id=self.state.import_id,
            at=self.state.recorded_at,
        )

    def enter_into_ledger(self, report: Report) -> None:
        from django.db import transaction  # noqa: PLC0415 - only once Django is loaded

        from revloop.operations.ledger import actions, queries  # noqa: PLC0415

        if any(queries.entries(kind="import.finished", subject=self.state.import_id)):
            return  # it was killed between this entry and its report
        with transaction.atomic():
            announce(actor=self.request.actor, at=self.state.recorded_at)
            actions.append(
                "import.finished",
                self.state.import_id,
                actor=self.request.actor,
                at=self.state.recorded_at,
                data={
                    "path": report.path,
                    "rows": report.rows,
                    "quarantined": report.quarantined,
                    "added": {name: kind.added for name, kind in report.kinds.items()},
                },
            )


def _mapped(request: Request) -> MappingSource | None:
    """The mapping as a source, if there is one."""
    if request.mapping is None:
        return None
    from revloop.sources import mapping  # noqa: PLC0415

    return mapping.MappingSource(mapping.load(request.mapping))


def _table_report(table: RawTable, understood_as: str) -> TableReport:
    return TableReport(
        table.name,
        understood_as,
        table.rows,
        table.unreadable_rows,
        0,
        dict(table.found),
        unmapped=list(table.columns),
    )


def _count_anew(report: Report, facts: Facts) -> None:
    """Count what the import stored before it was killed too: the lake knows who brought a row."""
    for kind, counts in report.kinds.items():
        history = facts.history(kind)
        ours = (history.import_id == report.import_id).cast("int64")
        by_fact = history.group_by("source", "source_id").aggregate(
            ours=ours.sum(), versions=history.count()
        )
        found = by_fact.aggregate(
            rows=by_fact.ours.sum(), added=(by_fact.ours == by_fact.versions).sum()
        )
        [counted] = facts.arrow(found).to_pylist()
        counts.added = int(counted["added"] or 0)
        counts.corrected = int(counted["rows"] or 0) - counts.added
        counts.unchanged = counts.given - counts.added - counts.corrected


def _raw_rows(raw: ir.Table, held: list[dict[str, Any]]) -> set[str]:
    """Of the rows held before, those that the table still holds, as text."""
    import ibis  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    columns = [name for name in raw.columns if name != ROW]
    wanted = []
    for row in held:
        whole = json.loads(row["raw"]) if row["raw"].startswith("{") else {}
        if sorted(whole) == sorted(columns):
            wanted.append({name: _text(whole[name]) for name in columns})
    if not wanted:
        return set()
    before = ibis.memtable(pa.Table.from_pylist(wanted))
    now = raw.select(**{name: raw[name].cast("string").fill_null("") for name in columns})
    there = {tuple(row.values()) for row in now.semi_join(before, columns).to_pyarrow().to_pylist()}
    return {
        row["raw"]
        for row in held
        if row["raw"].startswith("{")
        and tuple(_text(json.loads(row["raw"]).get(name)) for name in columns) in there
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _reading(name: str, signature: str) -> str:
    """A name for files that are read in one way; it says so only once."""
    ending = f"-{signature[:8]}"
    return name if name.endswith(ending) else f"{name}{ending}"


def _free_id(folder: Folder, at: datetime, signature: str) -> str:
    """A name that no import has had: the same files may have come within this second."""
    import_id = _reading(f"{at:%Y%m%dT%H%M%S}", signature)
    if (folder.imports / import_id / FILE).exists():
        return _free_id(folder, at + timedelta(seconds=1), signature)
    return import_id


@dataclass(frozen=True, slots=True)
class _State:
    """Where an import stands, on disk: it is there before anything else is, and goes last."""

    folder: Path
    import_id: str
    started_at: str
    reading: str
    """Names its batches: the same files read in another way make other ones."""
    resumed: bool = False
    """Whether an import of the same request was begun before and not finished."""

    @classmethod
    def of(cls, request: Request, folder: Folder) -> _State:
        """The unfinished import of the same request, or a new one.

        What another request left unfinished is cleared away: its facts are kept, its files are not.
        """
        signature = request.signature()
        for left in sorted(folder.imports.glob("*")):
            state = left / _STATE
            if not state.exists():
                continue
            said = json.loads(state.read_text(encoding="utf-8"))
            if said["signature"] == signature:
                reading = _reading(said["import_id"], signature)
                return cls(left, said["import_id"], said["started_at"], reading, resumed=True)
            shutil.rmtree(left)
        started = request.at.astimezone(UTC).isoformat()
        import_id = request.import_id or _free_id(folder, request.at.astimezone(UTC), signature)
        path = folder.imports / import_id
        path.mkdir(exist_ok=True)
        said = {"signature": signature, "import_id": import_id, "started_at": started}
        write_whole(path / _STATE, json.dumps(said).encode())
        reading = _reading(import_id, signature)
        return cls(path, import_id, started, reading, resumed=request.begun_before)

    @property
    def staging(self) -> Path:
        return self.folder / _STAGING

    @property
    def recorded_at(self) -> datetime:
        """When the company learned what the files say of no other time: the import's beginning."""
        return datetime.fromisoformat(self.started_at)

    def finish(self, report: Report) -> None:
        text = json.dumps(report.document(), ensure_ascii=False, indent=2, default=str)
        write_whole(self.folder / FILE, text.encode())
        failpoint("intake.before_clearing")
        shutil.rmtree(self.staging, ignore_errors=True)
        failpoint("intake.cleared")
        (self.folder / _STATE).unlink()
