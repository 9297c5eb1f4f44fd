"""Readings of a company with many leads: each cold, those of This week together, and their pages.

100,000 leads with a clock each and three events of stages, or a million with REVLOOP_BENCH=full. A
reading is cold where nothing of it was computed before: it finds its facts, goes through all of
them, and concludes. The peer of compliance is the exact loop over the same clocks, one by one.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from bench import leads
from bench.pages import measured, page_row, signed_in
from bench.rows import Row, peak_mb, times
from tests.web.story import agree

from revloop import intake, operations
from revloop.agreement.form import ClockPromise
from revloop.kit import clock, folder
from revloop.kit.folder import Folder
from revloop.kit.working_time import one_clock

if TYPE_CHECKING:
    from revloop.analysis.ground import Setting

FULL = os.environ.get("REVLOOP_BENCH") == "full"
LEADS = 1_000_000 if FULL else 100_000
READING_S, WEEK_S, MEMORY_MB = 5, 12, 2_000
LOOPED = 2_000
"""Clocks that the loop is timed with; it takes the same for each of them."""
RATIO, RATIO_LIMIT = 150, 40
OVER_SQL = 1.5
TIMES, TIMES_LIMIT = 10, 12
WEEK = ("promises", "revenue_equation", "revenue_change", "leaks")
PAGES = ("/week/", "/loop/", "/promises/", "/revenue/", "/readings/stage_conversion/?by=source")


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="revloop-bench-") as temp:
        few, many = Path(temp) / "few", Path(temp) / "many"
        _in_a_process("prepare", few, str(LEADS // TIMES))
        of_few = float(_in_a_process("week", few))
        _in_a_process("prepare", many, str(LEADS))
        of_many = float(_in_a_process("week", many))
        rows = [Row(**each) for each in json.loads(_in_a_process("read", many))]
        rows.append(
            Row(
                what=f"This week from facts, {LEADS:,} leads against {LEADS // TIMES:,}",
                ours=f"{of_many:.1f} s",
                peer=f"{of_few:.1f} s",
                ratio=times(of_many / of_few),
                bar=f"<= {TIMES_LIMIT}x",
                held=of_many / of_few <= TIMES_LIMIT,
            )
        )
        rows += [Row(**each) for each in json.loads(_in_a_process("show", many))]
        return rows


def _in_a_process(what: str, place: Path, *more: str) -> str:
    process = subprocess.run(  # noqa: S603 - this program itself
        [sys.executable, "-m", "bench.readings", what, str(place), *more],
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return (process.stdout.splitlines() or [""])[-1]


def _prepare(place: Path, count: int) -> None:
    place.mkdir()
    made = folder.create(place / "workspace", company="Bench", timezone="America/New_York")
    operations.connect(made, create=True)
    agree(made)
    leads.write(place / "in", count)
    asked = intake.Request(place / "in", "bench", leads.LAST, source="crm", link=False)
    report = intake.run(asked, made)
    if report.quarantined:
        raise SystemExit(f"{report.quarantined:,} rows of the bench are no facts")


def _read(made: Folder) -> list[Row]:
    from revloop.analysis import registry  # noqa: PLC0415 - Ibis
    from revloop.analysis.reading import Asked  # noqa: PLC0415 - likewise
    from revloop.upkeep import readings  # noqa: PLC0415 - likewise

    spent: dict[str, float] = {}
    lacking: list[str] = []
    for name in registry.READINGS:
        began = time.perf_counter()
        with readings.ground(made) as on:
            if readings.read(on, name, Asked()).found.lacks:
                lacking.append(name)
                continue
        spent[name] = time.perf_counter() - began
    week = _week(made)
    slowest = sorted(spent, key=lambda name: -spent[name])
    told = ", ".join(f"{name} {spent[name]:.1f}" for name in slowest[:3])
    peak = peak_mb()
    load = os.getloadavg()[0]
    return [
        Row(
            what=f"{len(spent)} readings of {LEADS:,} leads, cold: the slowest ({told}), load {load:.1f}",
            ours=f"{spent[slowest[0]]:.1f} s",
            peer=f"without {', '.join(lacking)}" if lacking else "",
            bar=f"<= {READING_S} s",
            held=spent[slowest[0]] <= READING_S,
        ),
        Row(
            what="all that the page This week reads, from facts",
            ours=f"{week:.1f} s",
            bar=f"<= {WEEK_S} s",
            held=week <= WEEK_S,
        ),
        Row(
            what="memory of the process that computed all of them",
            ours=f"{peak:,.0f} MB",
            bar=f"<= {MEMORY_MB:,} MB",
            held=peak <= MEMORY_MB,
        ),
        _compliance(made),
        _against_sql(made),
    ]


def _week(made: Folder) -> float:
    """Seconds of everything that the page This week reads, from facts."""
    from revloop.analysis.reading import Asked  # noqa: PLC0415 - Ibis
    from revloop.upkeep import readings  # noqa: PLC0415 - likewise

    began = time.perf_counter()
    with readings.ground(made) as on:
        for name in WEEK:
            readings.read(on, name, Asked())
    return time.perf_counter() - began


def _against_sql(made: Folder) -> Row:
    """Stage conversion by Ibis, and by SQL that somebody wrote for this company; rows must agree."""
    from bench import by_hand  # noqa: PLC0415 - likewise

    from revloop.analysis.loop import measures  # noqa: PLC0415 - Ibis
    from revloop.engine import delta, duck  # noqa: PLC0415 - likewise
    from revloop.upkeep import readings  # noqa: PLC0415 - likewise

    kinds = ("inquiry", "lifecycle_transition", "qualification_decision", "opportunity", "account")
    files = {
        kind: [file.path for file in delta.open_table(made.lake / kind).files()]
        for kind in (*kinds, "user")
    }
    ours, peer = [], []
    for _ in range(3):
        with readings.ground(made) as on:
            as_of = on.setting.as_of
            began = time.perf_counter()
            found = on.facts.arrow(measures.step_sums(on))
            ours.append(time.perf_counter() - began)
        with duckdb.connect(config={"memory_limit": duck.MEMORY_LIMIT}) as con:
            con.execute("SET TimeZone = 'UTC'")
            began = time.perf_counter()
            written = by_hand.conversion(con, files, as_of)
            peer.append(time.perf_counter() - began)
    names = written.column_names
    same = _held(found.select(names)) == _held(written)
    cost = statistics.median(ours) / statistics.median(peer)
    return Row(
        what=f"stage conversion by Ibis, against SQL by hand; {'the same' if same else 'OTHER'} rows",
        ours=f"{statistics.median(ours):.2f} s",
        peer=f"SQL {statistics.median(peer):.2f} s",
        ratio=times(cost),
        # What Ibis takes to think is the same for few rows, so the bar is one of many.
        bar=f"<= {OVER_SQL}x" if FULL else "",
        held=same and (cost <= OVER_SQL or not FULL),
        limit="the same rows",
        refused=not same,
    )


def _held(sums: pa.Table) -> list[str]:
    """Rows of steps that somebody took, in one order; nobody was asked for what comes after won."""
    rows = sums.to_pylist()
    return sorted(str(row) for row in rows if row["entered"] and row["stage"] != "won")


def _compliance(made: Folder) -> Row:
    """Every clock judged by columns, against one after the other by the exact arithmetic."""
    from revloop.analysis.promises import clocks, judging  # noqa: PLC0415 - Ibis
    from revloop.upkeep import readings  # noqa: PLC0415 - likewise

    with readings.ground(made) as on:
        started = on.facts.arrow(clocks.told(on).order_by("begin", "clock"))
        calendars = clocks._calendars_of_users(on)  # noqa: SLF001 - likewise
        pauses = on.facts.arrow(clocks._pauses(on))  # noqa: SLF001 - likewise
        owners = on.facts.arrow(clocks._owners(on, clocks.told(on)))  # noqa: SLF001 - likewise
        began = time.perf_counter()
        judged = judging.judge(
            started, pauses=pauses, owners=owners, calendars=calendars, setting=on.setting
        )
        ours = time.perf_counter() - began
        some = started.slice(len(started) // 2, LOOPED).to_pylist()
        began = time.perf_counter()
        looped = [_one(on.setting, row) for row in some]
        one = (time.perf_counter() - began) / LOOPED
    worked: list[Any] = judged["worked"].to_pylist()
    by_clock = dict(zip(judged["clock"].to_pylist(), worked, strict=True))
    wrong = sum(
        abs(by_clock[row["clock"]] - seconds) > 1e-6  # noqa: PLR2004 - a microsecond
        for row, seconds in zip(some, looped, strict=True)
    )
    peer = one * judged.num_rows
    return Row(
        what=f"compliance of {judged.num_rows:,} clocks; {wrong} of {LOOPED:,} differ from the loop",
        ours=f"{ours * 1000:,.0f} ms",
        peer=f"one by one {peer:.1f} s",
        ratio=times(peer / ours),
        bar=f">= {RATIO}x",
        held=peer / ours >= RATIO and not wrong,
        limit=f">= {RATIO_LIMIT}x, none wrong",
        refused=peer / ours < RATIO_LIMIT or wrong > 0,
    )


def _one(setting: Setting, row: dict[str, Any]) -> float:
    """Seconds of working time of one clock, and until when it would be in time."""
    contract = setting.governing(row["begin"])
    assert contract is not None  # noqa: S101 - one governs the whole year
    promise = contract.form.promises.sales_to_marketing[row["promise"]]
    assert isinstance(promise, ClockPromise)  # noqa: S101 - it has a clock
    calendar = contract.form.calendars["us_east"].calendar
    one_clock.due(calendar, row["begin"], promise.clock.within.length)
    end = row["stopped"] or setting.as_of
    return one_clock.elapsed(calendar, row["begin"], end).total_seconds()


def _show(made: Folder) -> list[Row]:
    from revloop.jobs.publishing import follow  # noqa: PLC0415 - Django is loaded by now

    began = time.perf_counter()
    follow(made, at=clock.now())
    seconds = time.perf_counter() - began
    client = signed_in(made)
    bar = 120 if FULL else 30
    published = Row(
        what=f"publish all of it with {LEADS:,} leads",
        ours=f"{seconds:.1f} s",
        bar=f"<= {bar} s",
        held=seconds <= bar,
    )
    return [
        published,
        *(page_row(page, *measured(client, _always(page)), at_most=None) for page in PAGES),
    ]


def _always(page: str) -> Callable[[int], str]:
    return lambda _: page


def _main(what: str, place: Path, *more: str) -> None:
    if what == "prepare":
        _prepare(place, int(more[0]))
        return
    made = Folder(place / "workspace")
    operations.connect(made)
    if what == "week":
        _week(made)  # the first time loads what it is made with
        print(_week(made))
        return
    rows = _read(made) if what == "read" else _show(made)
    print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
