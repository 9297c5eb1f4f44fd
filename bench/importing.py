"""A folder of exports into a workspace, against DuckDB's bare copy of the same files.

Touches of a company that has collected them for years, once as one Parquet file and once as CSV:
people, companies and campaigns are named by their ids, as a warehouse has them. The whole import is
measured, from the first byte read in a limited process to the last word of the report. Each side
runs in a process of its own, in turn, so that a machine that slows down slows down both.

`REVLOOP_BENCH=full` measures the sizes of the bars; without it there are two million touches in the
Parquet file and not ten, for every commit. What an import costs beside its rows, a second or two,
weighs more there.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq
from bench.rows import Row, times

from revloop import engine, intake, operations
from revloop.facts.words import DIRECTIONS, TOUCH_KINDS
from revloop.kit import folder

FULL = os.environ.get("REVLOOP_BENCH") == "full"
PARQUET_ROWS, CSV_ROWS = 10_000_000 if FULL else 2_000_000, 1_000_000
CHANNELS, CAMPAIGNS = 12, 400
WRITTEN_AT_ONCE = 500_000
FIRST = datetime(2021, 1, 1, tzinfo=UTC)
LAST = FIRST + timedelta(days=5 * 365)
ROUNDS = 1 if FULL else 2
RATIO_LIMIT = 6
MEMORY_LIMIT_MB = 2_500
SECONDS_BAR = {"parquet": 60, "csv": 20}
"""On two quiet processors, for the full sizes."""
UNFIT_SHARE = 0.05
COMPUTE: Any = pc
"""Its types know nothing of a text that stands for a column of the same text."""


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="revloop-bench-") as temp:
        place = Path(temp)
        _in_a_process("write", place)
        rounds = []
        for number in range(ROUNDS):
            each = place / str(number)
            each.mkdir()
            steps = ["copy-parquet", "parquet", "copy-csv", "csv"]
            steps += [] if number else ["parquet-again", "unfit"]
            rounds.append({step: _in_a_process(step, place, each) for step in steps})
        return [
            _row(rounds, "parquet", f"import {PARQUET_ROWS:,} touches from Parquet"),
            _row(rounds, "parquet-again", "the same file again, which adds nothing"),
            _row(rounds, "csv", f"import {CSV_ROWS:,} touches from CSV"),
            _row(rounds, "unfit", f"the same with {UNFIT_SHARE:.0%} of the rows in quarantine"),
        ]


@dataclass(frozen=True)
class Cost:
    """What a process and all that it started cost."""

    seconds: float
    processor: float
    """Seconds of all processors."""
    peak_mb: float


def _row(rounds: list[dict[str, Cost]], step: str, what: str) -> Row:
    """Of several rounds the one with the least ratio: the others were disturbed."""
    peer = f"copy-{'parquet' if step.startswith('parquet') else 'csv'}"
    pairs = [(each[step], each[peer]) for each in rounds if step in each]
    ours, bare = min(pairs, key=lambda pair: pair[0].seconds / pair[1].seconds)
    ratio = ours.seconds / bare.seconds
    peak = max(each.peak_mb for each, _ in pairs)
    bars, limits, held, refused = [], [f"<= {MEMORY_LIMIT_MB:,} MB"], True, peak > MEMORY_LIMIT_MB
    if step in SECONDS_BAR:
        bars, held = [f"<= {RATIO_LIMIT}x"], ratio <= RATIO_LIMIT
        if FULL:
            bars.append(f"<= {SECONDS_BAR[step]} s")
            held = held and ours.seconds <= SECONDS_BAR[step]
        # Where the machine has other things to do, the clock measures them too.
        of_processors = ours.processor / bare.processor
        limits.append(f"<= {RATIO_LIMIT}x by clock or processors ({times(of_processors)})")
        refused = refused or min(ratio, of_processors) > RATIO_LIMIT
    return Row(
        what=f"{what}, peak {peak:,.0f} MB",
        ours=f"{ours.seconds:.1f} s ({ours.processor:.1f} of processors)",
        peer=f"DuckDB COPY {bare.seconds:.1f} s ({bare.processor:.1f})",
        ratio=times(ratio),
        bar=", ".join(bars),
        held=held,
        limit=", ".join(limits),
        refused=refused,
    )


def _in_a_process(step: str, *places: Path) -> Cost:
    process = subprocess.Popen(  # noqa: S603 - this program itself
        [sys.executable, "-m", "bench.importing", step, *map(str, places)],
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = _Peak(process.pid)
    said, _ = process.communicate()
    peak_mb = peak.stop()
    if process.returncode:
        raise SystemExit(f"{step} ended with code {process.returncode}")
    return Cost(**json.loads(said.splitlines()[-1]), peak_mb=peak_mb)


class _Peak:
    """The most memory that a process and those below it hold together, looked at all the time."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._most = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        self._done.set()
        self._thread.join()
        return self._most / 1_000_000

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            self._most = max(self._most, sum(map(_resident, _family(self._root))))


def _family(root: int) -> Iterator[int]:
    yield root
    try:
        children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * resource.getpagesize()


# what is measured; each in a process of its own


def _write(place: Path) -> None:
    (place / "parquet").mkdir()
    with_parquet = place / "parquet" / "touch.parquet"
    _write_parquet(_touches(PARQUET_ROWS), with_parquet)
    for name, share in (("csv", 0.0), ("unfit", UNFIT_SHARE)):
        (place / name).mkdir()
        _write_csv(_unfit(_touches(CSV_ROWS), share), place / name / "touch.csv")


def _copy(file: Path, to: Path) -> None:
    with engine.Workbench(file.parent) as bench:
        read = "read_parquet" if file.suffix == ".parquet" else "read_csv"
        copied = file.with_name(f"{to.name}-copied.parquet")
        bench.con.raw_sql(
            f"COPY (FROM {read}('{file}')) TO '{copied}' (FORMAT parquet, COMPRESSION zstd)"
        )
        copied.unlink()


def _import(path: Path, workspace: Path, *, expect: int) -> None:
    into = folder.find(workspace) if workspace.exists() else folder.create(workspace)
    operations.connect(into, create=True)
    at = LAST + timedelta(days=1)
    report = intake.run(intake.Request(path, "bench", at, source="warehouse"), into)
    found = engine.Lake(into.lake).counts()["touch"]
    if found != expect:
        raise SystemExit(f"{found:,} touches and not {expect:,}: {report.document()}")


def _fit(count: int) -> int:
    return count - sum(map(len, _unfit_places(count, UNFIT_SHARE)))


STEPS: dict[str, Callable[[Path, Path], None]] = {
    "copy-parquet": lambda place, to: _copy(place / "parquet" / "touch.parquet", to),
    "copy-csv": lambda place, to: _copy(place / "csv" / "touch.csv", to),
    "parquet": lambda place, to: _import(place / "parquet", to / "a", expect=PARQUET_ROWS),
    "parquet-again": lambda place, to: _import(place / "parquet", to / "a", expect=PARQUET_ROWS),
    "csv": lambda place, to: _import(place / "csv", to / "b", expect=CSV_ROWS),
    "unfit": lambda place, to: _import(place / "unfit", to / "c", expect=_fit(CSV_ROWS)),
}


# the touches


def _touches(rows: int) -> Iterator[pa.Table]:
    """Two days in a thousand more each year; a person belongs to one company."""
    draw = np.random.default_rng(1)
    people, companies = max(1, rows * 3 // 20), max(1, rows // 60)
    contact, account = _ids("003", people), _ids("001", companies)
    of_company: Any = pa.array(draw.integers(0, companies, people))
    channel, campaign = _ids("channel-", CHANNELS), _ids("701", CAMPAIGNS)
    kind, direction = pa.array(TOUCH_KINDS, pa.string()), pa.array(DIRECTIONS, pa.string())
    seconds = int((LAST - FIRST).total_seconds())
    for start in range(0, rows, WRITTEN_AT_ONCE):
        count = min(WRITTEN_AT_ONCE, rows - start)
        at = int(FIRST.timestamp()) + (draw.random(count) ** 0.7 * seconds).astype(np.int64)
        person: Any = pa.array((draw.random(count) ** 2 * people).astype(np.int64))
        yield pa.table(
            {
                "source_id": pc.cast(pa.array(np.arange(start, start + count)), pa.string()),
                "at": pa.array(at * 1_000_000).cast(pa.timestamp("us", "UTC")),
                "contact_id": contact.take(person),
                "account_id": account.take(of_company.take(person)),
                "campaign_id": campaign.take(_places(draw, CAMPAIGNS, count)),
                "kind": kind.take(_places(draw, len(kind), count)),
                "channel": channel.take(_places(draw, CHANNELS, count)),
                "direction": direction.take(_places(draw, len(direction), count)),
                "campaign": campaign.take(_places(draw, CAMPAIGNS, count)),
            }
        )


def _ids(start: str, count: int) -> Any:
    numbers = pc.cast(pa.array(np.arange(count)), pa.string())
    return COMPUTE.binary_join_element_wise(
        f"warehouse:{start}", COMPUTE.utf8_lpad(numbers, 12, "0"), ""
    )


def _places(draw: np.random.Generator, among: int, count: int) -> Any:
    return pa.array(draw.integers(0, among, count))


def _unfit(tables: Iterable[pa.Table], share: float) -> Iterator[pa.Table]:
    """The same with a moment that is none in some rows."""
    for table in tables:
        at = pc.strftime(table["at"], format="%Y-%m-%d %H:%M:%S")
        if share:
            is_unfit = np.zeros(len(table), np.bool_)
            is_unfit[_unfit_places_of(len(table), share)] = True
            at = COMPUTE.if_else(
                pa.array(is_unfit), COMPUTE.binary_join_element_wise(at, "?", ""), at
            )
        yield table.set_column(1, "at", at)


def _unfit_places(rows: int, share: float) -> Iterator[np.ndarray[Any, Any]]:
    for start in range(0, rows, WRITTEN_AT_ONCE):
        yield _unfit_places_of(min(WRITTEN_AT_ONCE, rows - start), share)


def _unfit_places_of(rows: int, share: float) -> np.ndarray[Any, Any]:
    return np.arange(0, rows, round(1 / share))


def _write_parquet(tables: Iterable[pa.Table], file: Path) -> None:
    writer = None
    for table in tables:
        writer = writer or pq.ParquetWriter(file, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()


def _write_csv(tables: Iterable[pa.Table], file: Path) -> None:
    with file.open("wb") as opened:
        writer = None
        for table in tables:
            writer = writer or pc_csv.CSVWriter(opened, table.schema)
            writer.write_table(table)
        if writer:
            writer.close()


def main(step: str, place: Path, to: Path | None = None) -> None:
    begun, before = time.perf_counter(), _processor()
    if to is None:
        _write(place)
    else:
        STEPS[step](place, to)
    cost = {"seconds": time.perf_counter() - begun, "processor": _processor() - before}
    print(json.dumps(cost))


def _processor() -> float:
    """Seconds of this process and of those that it has started and outlived."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
