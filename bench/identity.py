"""Who is who among many contacts: how long it takes, how much memory, and how right it is.

100,000 contacts, or a million with REVLOOP_BENCH=full; one in five is a further record of somebody.
Each step is a process of its own, so that its memory is its own; that of the processes which it
starts counts, too. The peer is what needs no linkage at all: whoever shares an address or a number
is one person.

`python -m bench.identity` measures this alone.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from bench.rows import Row, table, times

FULL = os.environ.get("REVLOOP_BENCH") == "full"
CONTACTS = 1_000_000 if FULL else 100_000
SEED = 20_261_125
PRECISION, RECALL = 0.98, 0.95
SECONDS = 60 * CONTACTS / 1_000_000
MEMORY_MB = 3_000
ONLINE = 200
ONLINE_MS = 5.0
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SERVER = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
Answer = dict[str, Any]


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="revloop-bench-") as folder:
        place = Path(folder)
        _in_a_process("sample", place)
        record = _in_a_process("record", place)
        rows = [_record_row(record)]
        peer = _in_a_process("exact", place)
        rows.append(_link_row(_in_a_process("link", place), peer))
        rows.append(_online_row(_in_a_process("online", place), "SQLite"))
        rows.append(_online_row(_in_a_process("online_on_a_server", place), "PostgreSQL"))
    return rows


def _record_row(found: Answer) -> Row:
    return Row(
        what=(
            f"take in {CONTACTS:,} contacts, peak {found['peak_mb']:,.0f} MB, "
            f"{found['cpu']:.1f} s of a processor, load {os.getloadavg()[0]:.1f}"
        ),
        ours=f"{found['seconds']:.1f} s",
        bar=f"<= {SECONDS:g} s",
        held=found["seconds"] <= SECONDS,
    )


def _link_row(found: Answer, peer: Answer) -> Row:
    precision, recall = found["precision"], found["recall"]
    return Row(
        what=(
            f"link {CONTACTS:,} contacts, {found['seconds']:.1f} s "
            f"({found['cpu']:.1f} s of processors), peak {found['peak_mb']:,.0f} MB; "
            f"{found['merged']:,} joined, {found['proposed']:,} proposed, "
            f"{found['parted']:,} parted"
        ),
        ours=f"P {precision:.4f} R {recall:.4f}",
        peer=f"exact keys P {peer['precision']:.4f} R {peer['recall']:.4f}",
        ratio=times(found["seconds"] / peer["seconds"]),
        bar=f"<= {SECONDS:g} s, <= {MEMORY_MB:,} MB",
        held=found["seconds"] <= SECONDS and found["peak_mb"] <= MEMORY_MB,
        limit=f"P >= {PRECISION}, R >= {RECALL}",
        refused=precision < PRECISION or recall < RECALL,
    )


def _online_row(found: Answer, database: str) -> Row:
    if "said" in found:
        said = f"one contact on {database}: not measured, {found['said']}"
        return Row(what=said, ours="", bar="", held=True)
    return Row(
        what=(
            f"one contact among {found['contacts']:,} on {database}: new p50 "
            f"{found['new'][0]:.2f} ms, p95 {found['new'][1]:.2f} ms; known p50 "
            f"{found['known'][0]:.2f} ms, p95 {found['known'][1]:.2f} ms; "
            f"{found['processor'][0]:.2f} ms of a processor, load {os.getloadavg()[0]:.1f}"
        ),
        ours=f"{max(found['new'][0], found['known'][0]):.2f} ms",
        peer=f"its commit alone {found['commit'][0]:.2f} ms",
        ratio=times(max(found["new"][0], found["known"][0]) / found["commit"][0]),
        bar=f"<= {ONLINE_MS:g} ms",
        held=max(found["new"][0], found["known"][0]) <= ONLINE_MS,
    )


def _in_a_process(step: str, place: Path) -> Answer:
    """Run a step; `peak_mb` is the most that it and what it started held at one time."""
    child = subprocess.Popen(  # noqa: S603 - this program itself
        [sys.executable, "-m", "bench.identity", step, str(place)],
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = [0]
    done = threading.Event()
    watching = threading.Thread(target=_watch, args=(child.pid, peak, done))
    watching.start()
    out, _ = child.communicate()
    done.set()
    watching.join()
    if child.returncode != 0:
        raise SystemExit(f"the step {step} ended with {child.returncode}")
    return {**json.loads(out), "peak_mb": peak[0] / 1_000_000}


def _watch(process: int, peak: list[int], done: threading.Event) -> None:
    page = os.sysconf("SC_PAGE_SIZE")
    while not done.wait(0.05):
        peak[0] = max(peak[0], sum(_pages(each) for each in _tree(process)) * page)


def _tree(process: int) -> Iterator[int]:
    yield process
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))
    except OSError:
        return


def _pages(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0


def _sample(place: Path) -> Answer:
    from tests.operations.people.duplicates import sample  # noqa: PLC0415 - tables need a database

    drawn = sample(CONTACTS, seed=SEED)
    pq.write_table(drawn.cards.append_column("truth", pa.array(drawn.person)), _cards_file(place))
    return {}


def _cards_file(place: Path) -> Path:
    return place / "cards.parquet"


def _cards(place: Path) -> pa.Table:
    return pq.read_table(_cards_file(place)).drop_columns(["truth"])


def _truth(place: Path) -> Any:
    return pq.read_table(_cards_file(place), columns=["truth"])["truth"].to_numpy()


def _record(place: Path) -> Answer:
    cards = _cards(place)
    with _workspace(place, create=True):
        from revloop.operations.people import actions  # noqa: PLC0415

        with _timed() as spent:
            actions.record_contacts(cards, actor="bench", at=AT, batch="bench")
    return spent


def _exact(place: Path) -> Answer:
    """Whoever shares an address or the digits of a number is one person."""
    cards = _cards(place)
    with _timed() as spent:
        root = list(range(cards.num_rows))

        def find(each: int) -> int:
            while root[each] != each:
                root[each] = root[root[each]]
                each = root[each]
            return each

        for column, form in (("email", _plain), ("phone", _digits)):
            first: dict[str, int] = {}
            for number, text in enumerate(cards[column].to_pylist()):
                if key := form(str(text)):
                    root[find(number)] = find(first.setdefault(key, number))
        clusters = np.array([find(each) for each in root])
    with _workspace(place):
        from tests.operations.people.judging import compared  # noqa: PLC0415

        return {**spent, **compared(clusters, _truth(place))._asdict()}


def _plain(email: str) -> str:
    return email.strip().lower()


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _link(place: Path) -> Answer:
    with _workspace(place):
        from tests.operations.people.judging import judged  # noqa: PLC0415

        from revloop.operations.people import linkage  # noqa: PLC0415

        with _timed() as spent:
            done = linkage.link(actor="bench", at=AT, batch="bench", scratch=place)
        return {
            **spent,
            **judged(_truth(place))._asdict(),
            "merged": done.merged,
            "proposed": done.proposed,
            "parted": done.parted,
        }


def _online(place: Path) -> Answer:
    with _workspace(place):
        from revloop.operations import database  # noqa: PLC0415

        database.copy_to(place / "copy.sqlite3")
        return _identified(place)


def _online_on_a_server(place: Path) -> Answer:
    """The same workspace, moved to a PostgreSQL server as it was before the first measure."""
    import psycopg  # noqa: PLC0415
    from psycopg import sql  # noqa: PLC0415

    try:
        server = psycopg.connect(_named("postgres"), autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        return {"said": f"no server answers: {str(error).splitlines()[0]}"}
    name = f"revloop_bench_{uuid.uuid4().hex[:12]}"
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        with _workspace(place, database_url=_named(name), create=True):
            from revloop.operations import database  # noqa: PLC0415

            database.restore_from(place / "copy.sqlite3")
            return _identified(place)
    finally:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        server.close()


def _named(database: str) -> str:
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{database}"))


def _identified(place: Path) -> Answer:
    """Milliseconds, median and 95th percentile, of people who are new and of those known by a key."""
    from revloop.operations.people import actions, queries  # noqa: PLC0415

    cards = _cards(place).slice(0, 3 * ONLINE).to_pylist()
    known = [card for card in cards if card["email"]]
    spent: dict[str, list[float]] = {"new": [], "known": [], "processor": [], "commit": []}
    for number in range(ONLINE):
        new = {"email": f"somebody.{number}@new{number}.example", "name": f"Bo Li {number}"}
        for kind, each in (("new", new), ("known", known[number])):
            begun, before = time.perf_counter(), time.process_time()
            actions.identify({**each, "reference": f"{kind}:{number}"}, actor="bench", at=AT)
            spent[kind].append(1_000 * (time.perf_counter() - begun))
            spent["processor"].append(1_000 * (time.process_time() - before))
        spent["commit"].append(_commit_alone())
    found: Answer = {
        kind: (statistics.median(listed), statistics.quantiles(listed, n=20)[-1])
        for kind, listed in spent.items()
    }
    return {**found, "contacts": queries.counts()["contacts"]}


def _commit_alone() -> float:
    """What a transaction with one small row costs here."""
    from revloop.operations.people import actions  # noqa: PLC0415

    begun = time.perf_counter()
    actions.record_parent_domains({f"d{begun}.example": "acme.example"})
    return 1_000 * (time.perf_counter() - begun)


@contextmanager
def _workspace(
    place: Path, *, database_url: str | None = None, create: bool = False
) -> Iterator[None]:
    from revloop import operations  # noqa: PLC0415
    from revloop.kit.folder import Folder  # noqa: PLC0415

    folder = Folder(place / "workspace")
    folder.agreements.mkdir(parents=True, exist_ok=True)
    os.environ.pop("DATABASE_URL", None)
    operations.connect(folder, database_url=database_url, create=create)
    try:
        yield
    finally:
        operations.disconnect()


@contextmanager
def _timed() -> Iterator[Answer]:
    """Seconds by the wall, and of processors with those of the processes that were started."""
    spent: Answer = {}
    begun, before = time.perf_counter(), sum(os.times()[:4])
    yield spent
    spent["seconds"] = time.perf_counter() - begun
    spent["cpu"] = sum(os.times()[:4]) - before


STEPS: dict[str, Callable[[Path], Answer]] = {
    "sample": _sample,
    "record": _record,
    "exact": _exact,
    "link": _link,
    "online": _online,
    "online_on_a_server": _online_on_a_server,
}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        measured = measure()
        print(table(measured))
        sys.exit(1 if any(row.refused for row in measured) else 0)
    print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]))))
