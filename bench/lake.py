"""Ten million touches into the lake, and out of it, against DuckDB's bare copy of the same file.

Each side runs in a process of its own, in turn, so that its memory is its own and a machine that
slows down meanwhile slows down both.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from bench.rows import Row, times

from revloop import engine
from revloop.facts.words import DIRECTIONS, TOUCH_KINDS

TOUCHES, CONTACTS, ACCOUNTS, CHANNELS = 10_000_000, 1_000_000, 200_000, 12
WRITTEN_AT_ONCE = 1_000_000
CORRECTED = 10_000
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
LAST = FIRST + timedelta(days=730)
ROUNDS = 3
RATIO_BAR, RATIO_LIMIT = 4, 6
MEMORY_LIMIT_MB = 2_500
READ_RATIO_BAR = 3


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="revloop-bench-") as folder:
        place = Path(folder)
        _in_a_process("stage", place)
        steps = ("copy", "append", "count", "count_bare", "correct", "count_corrected")
        rounds = [{step: _in_a_process(step, place) for step in steps} for _ in range(ROUNDS)]
    return [_append_row(rounds), _count_row(rounds, "count"), _count_row(rounds, "count_corrected")]


def _append_row(rounds: list[dict[str, dict[str, float]]]) -> Row:
    ours, peer, ratio = _compared(rounds, "append", "copy")
    peak = max(each["append"]["peak_mb"] for each in rounds)
    return Row(
        what=f"append {TOUCHES:,} touches, peak {peak:,.0f} MB, load {os.getloadavg()[0]:.1f}",
        ours=f"{ours:.1f} s",
        peer=f"DuckDB COPY {peer:.1f} s",
        ratio=times(ratio),
        bar=f"<= {RATIO_BAR}x",
        held=ratio <= RATIO_BAR,
        limit=f"<= {RATIO_LIMIT}x, <= {MEMORY_LIMIT_MB:,} MB",
        refused=ratio > RATIO_LIMIT or peak > MEMORY_LIMIT_MB,
    )


def _count_row(rounds: list[dict[str, dict[str, float]]], step: str) -> Row:
    ours, peer, ratio = _compared(rounds, step, "count_bare")
    corrected = f", {CORRECTED:,} of them corrected" if step == "count_corrected" else ""
    return Row(
        what=f"open and count the touches in force by channel{corrected}",
        ours=f"{ours:.2f} s",
        peer=f"DuckDB on the bare copy {peer:.2f} s",
        ratio=times(ratio),
        bar=f"<= {READ_RATIO_BAR}x" if not corrected else "",
        held=ratio <= READ_RATIO_BAR or bool(corrected),
    )


def _compared(
    rounds: list[dict[str, dict[str, float]]], ours: str, peer: str
) -> tuple[float, float, float]:
    """Medians of both, and the median of their ratios round by round."""
    return (
        statistics.median(each[ours]["seconds"] for each in rounds),
        statistics.median(each[peer]["seconds"] for each in rounds),
        statistics.median(each[ours]["seconds"] / each[peer]["seconds"] for each in rounds),
    )


def _in_a_process(step: str, place: Path) -> dict[str, float]:
    answer = subprocess.run(  # noqa: S603 - this program itself
        [sys.executable, "-m", "bench.lake", step, str(place)],
        cwd=Path(__file__).resolve().parents[1],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(answer.stdout)
    return found


def _stage(place: Path) -> None:
    """Touches in the staged form, in no order but that of their ids."""
    draw = np.random.default_rng(1)
    contact, account = _references(CONTACTS), _references(ACCOUNTS)
    channel = pa.array([f"channel_{each}" for each in range(CHANNELS)], pa.string())
    seconds = int((LAST - FIRST).total_seconds())
    writer = None
    for start in range(0, TOUCHES, WRITTEN_AT_ONCE):
        count = min(WRITTEN_AT_ONCE, TOUCHES - start)
        at = int(FIRST.timestamp()) + draw.integers(0, seconds, count)
        columns = {
            "source_id": pc.cast(pa.array(np.arange(start, start + count)), pa.string()),
            "at": pa.array(at * 1_000_000).cast(pa.timestamp("us", "UTC")),
            "contact_id": _drawn(draw, contact, count),
            "account_id": _drawn(draw, account, count),
            "kind": _drawn(draw, pa.array(TOUCH_KINDS, pa.string()), count),
            "channel": _drawn(draw, channel, count),
            "direction": _drawn(draw, pa.array(DIRECTIONS, pa.string()), count),
        }
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(
            place / "touch.parquet", table.schema, compression="zstd"
        )
        writer.write_table(table)
    if writer:
        writer.close()


def _references(count: int) -> pa.StringArray:
    return pa.array([f"crm:{each}" for each in range(count)], pa.string())


def _drawn(draw: np.random.Generator, values: pa.StringArray, count: int) -> pa.StringArray:
    places: pa.Int64Array = pa.array(draw.integers(0, len(values), count), pa.int64())
    return values.take(places)


def _copy(place: Path) -> None:
    copied = place / "copied.parquet"
    with _workbench(place) as bench:
        bench.con.raw_sql(
            f"COPY (SELECT * FROM read_parquet('{place / 'touch.parquet'}')) "  # noqa: S608 - ours
            f"TO '{copied}' (FORMAT parquet, COMPRESSION zstd)"
        )


def _append(place: Path) -> None:
    shutil.rmtree(place / "lake", ignore_errors=True)
    _store(place, place / "touch.parquet", ("import", 1))


def _correct(place: Path) -> None:
    """A second import, in which a few touches say something else than before."""
    second = place / "second.parquet"
    staged = pq.ParquetFile(place / "touch.parquet").read_row_group(0).slice(0, CORRECTED)
    channel = staged.column_names.index("channel")
    other = pa.array(["another"] * len(staged))
    pq.write_table(staged.set_column(channel, "channel", other), second)
    _store(place, second, ("import", 2))


def _store(place: Path, file: Path, transaction: tuple[str, int]) -> None:
    lake = engine.Lake(place / "lake")
    with _workbench(place) as bench, lake.writer() as writer:
        writer.append(
            "touch",
            bench.read(file),
            source="crm",
            import_id="import",
            recorded_at=LAST,
            transaction=transaction,
        )


def _count(place: Path) -> None:
    with engine.open(place / "lake") as facts:
        counted = facts["touch"].group_by("channel").agg(touches=facts["touch"].count())
        _expect_all(facts.arrow(counted)["touches"])


def _count_bare(place: Path) -> None:
    with _workbench(place) as bench:
        copied = bench.read(place / "copied.parquet")
        _expect_all(bench.arrow(copied.group_by("channel").agg(touches=copied.count()))["touches"])


def _expect_all(counts: pa.ChunkedArray[Any]) -> None:
    if pc.sum(counts).as_py() != TOUCHES:
        raise SystemExit(f"{pc.sum(counts).as_py():,} touches and not {TOUCHES:,}")


def _workbench(place: Path) -> engine.Workbench:
    return engine.Workbench(place, lake=place / "lake")


STEPS: dict[str, Callable[[Path], None]] = {
    "stage": _stage,
    "copy": _copy,
    "append": _append,
    "count": _count,
    "count_bare": _count_bare,
    "correct": _correct,
    "count_corrected": _count,
}


def main(step: str, place: Path) -> None:
    begun = time.perf_counter()
    STEPS[step](place)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    print(json.dumps({"seconds": seconds, "peak_mb": peak}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
