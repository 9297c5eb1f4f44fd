"""Nine models of attribution from raw touches, against four of them by ChannelAttribution.

A million touches, or ten million with REVLOOP_BENCH=full, in Parquet and in no order. Each side runs
in a process of its own, in turn; imports are not counted. The peer's paths are laid by Polars. The
same models in the language of tables, by Ibis on DuckDB, are measured against it, too. Our
own floor is what nobody can leave out: read the touches, and sort them as numbers. The full run has
paths by pandas, too, ten times as many touches out of core, and a million on Spark.

`python -m bench.attribution` measures this alone.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

# Whoever computes imports it when it is first needed: not a part of what is measured.
import scipy.sparse.linalg
from bench import environments
from bench.rows import Row, peak_mb, table, times

from revloop.agreement.terms.credit_models import SHAPLEY, rule
from revloop.analysis.credit.in_tables.earned import credits as credited
from revloop.analysis.credit.in_tables.earned import earned
from revloop.analysis.credit.statistics import at_once, out_of_core
from revloop.analysis.credit.statistics.packed_touches import (
    THREADS,
    Layout,
    numbers,
    of_files,
    packed,
)
from revloop.analysis.credit.statistics.shares import Steps, in_minor_units, shares
from revloop.engine.readers import OnDuckDB, Reader
from revloop.engine.spark import OnSpark
from revloop.kit.errors import NotAvailable

FULL = os.environ.get("REVLOOP_BENCH") == "full"
TOUCHES = 10_000_000 if FULL else 1_000_000
MANY = 10 * TOUCHES
CHANNELS, TOUCHES_EACH, CONVERTED = 12, 4.2, 0.15
ON_SPARK = 1_000_000
AT_ONCE = 0.01
"""So many touches are in the second in which their journey may begin."""
FIRST_SECOND, DAY = 1_735_689_600, 86_400
ROW_GROUP, TOUCHES_A_FILE = 1 << 18, 10_000_000
ROUNDS = 3
POLARS_BAR, PANDAS_BAR, FLOOR_BAR, MEMORY_MB = 5, 15, 3, 400
POLARS_LIMIT, PANDAS_LIMIT, FLOOR_LIMIT = (4, 10, 5) if FULL else (2, 2, 8)
TABLES_BAR, TABLES_LIMIT = 2.5, 2 if FULL else 0.7
"""Of few touches, what does not depend on their number counts for more."""
MANY_BAR, MANY_MEMORY_MB, MANY_LIMIT_MB = 13, 700, 1_000
EXACT, SIMULATED = 1e-9, 0.03
"""One simulation has 1 to 2 % of the credits elsewhere."""
LOCK = Path(__file__).with_name("requirements-attribution.lock")
RULES = {"first": "first_touch", "last": "last_touch", "linear": "linear_touch"}
"""Ours, and what the peer calls them."""
Answer = dict[str, Any]


def measure() -> list[Row]:
    said, python = "", Path()
    try:
        python = environments.python_of(LOCK)
    except environments.NotInstalledError as error:
        said = str(error)
    ways = [] if said else ["polars", *(["pandas"] if FULL else [])]
    steps = ["floor", "ours", "tables", *(["many"] if FULL else [])]
    with tempfile.TemporaryDirectory(prefix="revloop-bench-") as folder:
        place = Path(folder)
        _in_a_process("draw", place)
        if FULL:
            _in_a_process("draw_many", place)
        rounds: list[dict[str, Answer]] = []
        for number in range(ROUNDS):
            found = {step: _in_a_process(step, place) for step in steps}
            found |= {way: _of_peer(python, way, place, number + 1) for way in ways}
            rounds.append(found)
        cents = _in_a_process("cents", place)
        on_spark = _in_a_process("spark", place) if FULL else {}
    rows = [_peer_row(rounds, way) for way in ways]
    if said:
        rows.append(_missing_row(said))
    rows += [_tables_row(rounds, cents, against=ways)]
    rows += [_floor_row(rounds), _memory_row(rounds)]
    return [*rows, _many_row(rounds), _spark_row(on_spark)] if FULL else rows


def _peer_row(rounds: list[dict[str, Answer]], way: str) -> Row:
    ours, peer, ratio = _compared(rounds, way, "ours")
    exact, simulated = _differences(rounds[0]["ours"], [each[way] for each in rounds])
    same = exact <= EXACT and simulated <= SIMULATED
    bar, limit = (POLARS_BAR, POLARS_LIMIT) if way == "polars" else (PANDAS_BAR, PANDAS_LIMIT)
    return Row(
        what=(
            f"nine models of {TOUCHES:,} touches, of which ChannelAttribution has four, "
            f"{'the same' if same else 'OTHERS'} (rules within {exact:.0e}, {simulated:.1%} of its "
            f"simulated Markov elsewhere), load {os.getloadavg()[0]:.1f}"
        ),
        ours=f"{ours:.2f} s",
        peer=f"{way} + ChannelAttribution {peer:.2f} s, {_peak(rounds, way):,.0f} MB",
        ratio=times(ratio),
        bar=f">= {bar}x",
        held=ratio >= bar and same,
        limit=f">= {limit}x, the same",
        refused=ratio < limit or not same,
    )


def _missing_row(said: str) -> Row:
    return Row(
        what=f"ChannelAttribution COULD NOT BE INSTALLED, nothing is compared: {said[:120]}",
        ours="",
        bar=f">= {POLARS_BAR}x",
        held=False,
        limit="installed",
        refused=os.environ.get("CI") == "true",
    )


def _tables_row(rounds: list[dict[str, Answer]], cents: Answer, against: list[str]) -> Row:
    exact = max(_apart(each["ours"], each["tables"]) for each in rounds)
    same = exact <= EXACT and cents["differing"] == 0
    seconds = statistics.median(each["tables"]["seconds"] for each in rounds)
    peer, ratio = 0.0, 0.0
    if "polars" in against:
        peer = statistics.median(each["polars"]["seconds"] for each in rounds)
        ratio = statistics.median(
            each["polars"]["seconds"] / each["tables"]["seconds"] for each in rounds
        )
    is_slow = "polars" in against and ratio < TABLES_LIMIT
    return Row(
        what=(
            f"the nine models as tables, by Ibis on DuckDB, {_peak(rounds, 'tables'):,.0f} MB: "
            f"{'the same' if same else 'OTHERS'} (all cells within {exact:.0e} of the arrays, "
            f"{cents['differing']:,} of {cents['cells']:,} sums of money by another cent)"
        ),
        ours=f"{seconds:.2f} s",
        peer=f"polars + ChannelAttribution {peer:.2f} s" if against else "",
        ratio=times(ratio) if against else "",
        bar=f">= {TABLES_BAR}x" if FULL else f">= {TABLES_BAR}x of ten times as many",
        held=same and (ratio >= TABLES_BAR or not FULL),
        limit=f">= {TABLES_LIMIT}x, the same",
        refused=not same or is_slow,
    )


def _spark_row(told: Answer) -> Row:
    same = told.get("exact", 1.0) <= EXACT and told.get("differing") == 0
    return Row(
        what=told.get("missing")
        or (
            f"the same on Spark, of {ON_SPARK:,} touches: {'the same' if same else 'OTHERS'} (all "
            f"cells within {told['exact']:.0e} of the arrays, {told['differing']:,} of "
            f"{told['cells']:,} sums of money by another cent)"
        ),
        ours=f"{told['seconds']:.1f} s" if "seconds" in told else "",
        bar="the same",
        held=same,
        limit="the same",
        refused=not same and "missing" not in told,
    )


def _floor_row(rounds: list[dict[str, Answer]]) -> Row:
    ours, floor, ratio = _compared(rounds, "ours", "floor")
    return Row(
        what="the same, against only to read them and to sort them as numbers",
        ours=f"{ours:.2f} s",
        peer=f"{floor:.2f} s",
        ratio=times(ratio),
        bar=f"<= {FLOOR_BAR}x" if FULL else f"<= {FLOOR_BAR}x of ten times as many",
        held=ratio <= FLOOR_BAR or not FULL,
        limit=f"<= {FLOOR_LIMIT}x",
        refused=ratio > FLOOR_LIMIT,
    )


def _memory_row(rounds: list[dict[str, Answer]]) -> Row:
    peak = _peak(rounds, "ours")
    return Row(
        what="memory of the process that credited them",
        ours=f"{peak:,.0f} MB",
        bar=f"<= {MEMORY_MB} MB",
        held=peak <= MEMORY_MB,
        limit=f"<= {MEMORY_MB} MB",
        refused=peak > MEMORY_MB,
    )


def _many_row(rounds: list[dict[str, Answer]]) -> Row:
    ours, many, ratio = _compared(rounds, "many", "ours")
    peak = _peak(rounds, "many")
    return Row(
        what=f"{MANY:,} touches out of core, {peak:,.0f} MB, against {TOUCHES:,} in memory",
        ours=f"{many:.1f} s",
        peer=f"{ours:.2f} s",
        ratio=times(ratio),
        bar=f"<= {MANY_BAR}x, <= {MANY_MEMORY_MB} MB",
        held=ratio <= MANY_BAR and peak <= MANY_MEMORY_MB,
        limit=f"<= {MANY_LIMIT_MB:,} MB",
        refused=peak > MANY_LIMIT_MB,
    )


def _compared(rounds: list[dict[str, Answer]], one: str, other: str) -> tuple[float, float, float]:
    """Medians of `ours` and of the other step, and of the ratios `one` / `other` round by round."""
    than = other if one == "ours" else one
    return (
        statistics.median(each["ours"]["seconds"] for each in rounds),
        statistics.median(each[than]["seconds"] for each in rounds),
        statistics.median(each[one]["seconds"] / each[other]["seconds"] for each in rounds),
    )


def _peak(rounds: list[dict[str, Answer]], step: str) -> float:
    return max(float(each[step]["peak_mb"]) for each in rounds)


def _differences(ours: Answer, peers: list[Answer]) -> tuple[float, float]:
    """The largest relative difference of the rules, and what share of Markov's credits is elsewhere.

    The peer simulates, each time by another seed: the mean of its credits is what counts.
    """
    rules = peers[0]["rules"]
    exact, simulated = [], []
    for which, its, of_chain in (
        ("conversions", "conversions", "total_conversions"),
        ("value", "value", "total_conversion_value"),
    ):
        for name, called in RULES.items():
            theirs = _by_channel(rules["channel_name"], rules[f"{called}_{its}"])
            exact.append(_relative(ours[which][name], theirs))
        chains = [_by_channel(p["chain"]["channel_name"], p["chain"][of_chain]) for p in peers]
        mean = [statistics.fmean(each) for each in zip(*chains, strict=True)]
        simulated.append(_elsewhere(ours[which]["markov_1"], mean))
    return max(exact), max(simulated)


def _apart(one: Answer, other: Answer) -> float:
    """The largest relative difference in any cell: model, channel, conversions or value."""
    return max(
        _relative(other[which][model], cells)
        for which in ("conversions", "value")
        for model, cells in one[which].items()
    )


def _by_channel(names: list[str], values: list[float]) -> list[float]:
    known: Mapping[str, float] = dict(zip(names, values, strict=True))
    return [known[str(channel)] for channel in range(1, CHANNELS + 1)]


def _relative(ours: list[float], theirs: list[float]) -> float:
    return max(abs(a - b) / abs(b) for a, b in zip(ours, theirs, strict=True))


def _elsewhere(ours: list[float], theirs: list[float]) -> float:
    return sum(abs(a - b) for a, b in zip(ours, theirs, strict=True)) / 2 / sum(theirs)


def _in_a_process(step: str, place: Path) -> Answer:
    return _answer([sys.executable, "-m", "bench.attribution", step, str(place)])


def _of_peer(python: Path, way: str, place: Path, seed: int) -> Answer:
    program = Path(__file__).with_name("attribution_peer.py")
    return _answer([str(python), str(program), way, str(place), str(seed)])


def _answer(command: list[str]) -> Answer:
    done = subprocess.run(  # noqa: S603 - programs of this folder
        command,
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: Answer = json.loads(done.stdout.splitlines()[-1])
    return found


def _draw(place: Path, touches: int = TOUCHES) -> Answer:
    """Touches of a few weeks for each journey, in files; in a few seconds there are several."""
    place.mkdir(exist_ok=True)
    draw = np.random.default_rng(7)
    journeys, files = int(touches / TOUCHES_EACH), max(1, touches // TOUCHES_A_FILE)
    begin = FIRST_SECOND + draw.integers(0, 2 * 365 * DAY, journeys)
    weight = 1 / np.arange(2, CHANNELS + 2)
    # What a channel is worth differs, or every model would say the same.
    worth, often = np.linspace(0.5, 1.5, CHANNELS), np.zeros(journeys)
    rows = touches // files
    for number in range(files):
        journey = draw.integers(0, journeys, rows)
        after = np.where(draw.random(rows) < AT_ONCE, 0, draw.integers(0, 45 * DAY, rows))
        channel = draw.choice(CHANNELS, rows, p=weight / weight.sum())
        often += np.bincount(journey, worth[channel], journeys)
        columns = {
            "journey": journey,
            "at": begin[journey] + after,
            "touch": draw.permutation(rows) * files + number,
            "channel": channel + 1,
        }
        _write(place / f"touches{number or ''}.parquet", columns)
    converted = draw.random(journeys) < CONVERTED * often / often.mean()
    value = np.where(converted, draw.integers(1_000, 10_000_000, journeys), 0)
    ends = {"journey": np.arange(journeys), "converted": converted, "value": value}
    _write(place / "journeys.parquet", ends)
    return {}


def _write(path: Path, columns: Mapping[str, Any]) -> None:
    written = pa.table({name: pa.array(each) for name, each in columns.items()})
    pq.write_table(written, path, compression="zstd", row_group_size=ROW_GROUP)


def _floor(place: Path) -> Answer:
    layout = Layout(int(TOUCHES / TOUCHES_EACH), CHANNELS)
    begun = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        keys = packed(of_files([place / "touches.parquet"]), layout, pool)
    keys.sort()
    return {"seconds": time.perf_counter() - begun, "peak_mb": peak_mb()}


def _ours(place: Path) -> Answer:
    assert scipy.sparse.linalg  # noqa: S101 - imported
    begun = time.perf_counter()
    ends = _ends(place / "journeys.parquet")
    found = at_once.earned(of_files([place / "touches.parquet"]), ends, CHANNELS)
    return _told(found, time.perf_counter() - begun)


def _told(found: at_once.Earned, seconds: float) -> Answer:
    return {
        "seconds": seconds,
        "peak_mb": peak_mb(),
        "conversions": {name: each.tolist() for name, each in found.conversions.items()},
        "value": {name: each.tolist() for name, each in found.value.items()},
    }


def _tables(place: Path) -> Answer:
    """The same models in the language of tables, on DuckDB."""
    assert scipy.sparse.linalg  # noqa: S101 - imported
    reader = _on_duckdb(place)
    begun = time.perf_counter()
    touches, sold = _read(reader, place)
    found = earned(reader.arrow, touches, sold, CHANNELS)
    return _told(found, time.perf_counter() - begun)


def _on_duckdb(place: Path) -> OnDuckDB:
    return OnDuckDB(place, None, memory_limit="4GB")


def _read(reader: Reader, place: Path) -> tuple[Any, Any]:
    """The touches, and the journeys that converted."""
    touches = reader.table([place / "touches.parquet"], _WHOLE)
    # Numbers of journeys that fit into half the width are sorted sooner.
    touches = touches.mutate(
        journey=touches.journey.cast("int32"), channel=touches.channel.cast("int16")
    )
    ends = reader.table([place / "journeys.parquet"], _ENDS)
    sold = ends.filter(ends.converted)
    return touches, sold.select(journey=sold.journey.cast("int32"), amount="value")


def _cents(place: Path) -> Answer:
    return _in_cents(_on_duckdb(place), place)


def _in_cents(reader: Reader, place: Path) -> Answer:
    """What each channel earned by the rules in whole cents, against the same by arrays."""
    touches, sold = _read(reader, place)
    aged = touches.mutate(age=-touches["at"] / DAY)
    models = {name: rule(name) for name in at_once.SHARED if name != SHAPLEY}
    table = credited(aged, sold, models, order=("at", "touch"), in_minor_units=True)
    told = reader.arrow(table).sort_by("channel")

    of_sold = touches.inner_join(sold, "journey").order_by(["journey", "at", "touch"])
    rows = reader.arrow(of_sold.select("journey", "at", "channel", "amount"))
    journey, at, channel, amount = (
        np.asarray(rows[name], np.int64) for name in ("journey", "at", "channel", "amount")
    )
    starts = np.flatnonzero(np.diff(journey, prepend=-1, append=-1)).astype(np.int64)
    steps = Steps(starts, -at / DAY, np.zeros_like(at), np.ones(at.size))
    cells = differing = 0
    for name, model in models.items():
        minor = in_minor_units(amount[starts[:-1]], shares(model, steps), steps)
        wanted = np.bincount(channel, minor, CHANNELS + 1)[1:].astype(np.int64)
        cells += wanted.size
        differing += int((wanted != np.asarray(told[f"{name}_value"], np.int64)).sum())
    return {"cells": cells, "differing": differing}


def _spark(place: Path) -> Answer:
    """A million touches on Spark, against the arrays."""
    few = place / "spark"
    _draw(few, ON_SPARK)
    try:
        reader = OnSpark(memory_limit="3GB")
    except NotAvailable as error:
        return {"missing": f"Spark IS NOT COMPARED: {error}"}
    begun = time.perf_counter()
    touches, sold = _read(reader, few)
    found = earned(reader.arrow, touches, sold, CHANNELS)
    told = _told(found, time.perf_counter() - begun)
    return told | {"exact": _apart(_ours(few), told)} | _in_cents(reader, few)


def _draw_many(place: Path) -> Answer:
    return _draw(place / "many", MANY)


def _many(place: Path) -> Answer:
    """Ten times as many touches as otherwise, out of core."""
    begun = time.perf_counter()
    ends = _ends(place / "many" / "journeys.parquet")
    parts = of_files(sorted((place / "many").glob("touches*.parquet")))
    with tempfile.TemporaryDirectory(dir=place) as scratch:
        out_of_core.earned(parts, ends, CHANNELS, Path(scratch))
    return {"seconds": time.perf_counter() - begun, "peak_mb": peak_mb()}


def _ends(path: Path) -> at_once.Ends:
    """What came of the journeys, which are written in the order of their numbers."""
    with pq.ParquetFile(path) as file:
        converted = np.empty(file.metadata.num_rows, np.bool_)
        value = np.empty(converted.size, np.int64)
        begin = 0
        for batch in file.iter_batches(ROW_GROUP, columns=["converted", "value"]):
            its = slice(begin, begin + batch.num_rows)
            converted[its] = numbers(batch.column("converted"), "converted") > 0
            value[its] = numbers(batch.column("value"), "value")
            begin = its.stop
    return at_once.Ends(converted, value)


_TOUCH_COLUMNS = ("journey", "at", "touch", "channel")
_WHOLE = pa.schema([pa.field(name, pa.int64()) for name in _TOUCH_COLUMNS])
_END_COLUMNS: dict[str, Any] = {
    "journey": pa.int64(),
    "converted": pa.bool_(),
    "value": pa.int64(),
}
_ENDS = pa.schema(_END_COLUMNS)

STEPS: dict[str, Callable[[Path], Answer]] = {
    "draw": _draw,
    "floor": _floor,
    "ours": _ours,
    "tables": _tables,
    "cents": _cents,
    "spark": _spark,
    "draw_many": _draw_many,
    "many": _many,
}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        measured = measure()
        print(table(measured))
        sys.exit(1 if any(row.refused for row in measured) else 0)
    print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]))))
