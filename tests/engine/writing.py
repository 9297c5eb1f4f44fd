"""A process that writes to a lake, and says on a line of its own what was acknowledged.

python writing.py LAKE TEMP append FIRST LAST     batches of ten touches, one a transaction
python writing.py LAKE TEMP compact
python writing.py LAKE TEMP vacuum
"""

from __future__ import annotations

import resource
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from revloop.engine import KEYS, Lake, Workbench
from revloop.kit.errors import RevloopError

ROWS = 10
APPLICATION = "writing"
RECORDED = datetime(2026, 6, 1, tzinfo=UTC)


def say(*words: object, between: str = " ") -> None:
    """At once: whoever kills this process must know what was said before."""
    sys.stdout.write(between.join(map(str, words)) + "\n")
    sys.stdout.flush()


def batch(number: int, temp: Path) -> Path:
    """Nine new touches, and one of the batch before, said otherwise."""
    ids = [f"{number}-{each}" for each in range(ROWS - 1)] + [f"{max(number - 1, 0)}-0"]
    table = pa.table(
        {
            "source_id": ids,
            "at": pa.array([RECORDED] * ROWS, pa.timestamp("us", "UTC")),
            "kind": ["page_view"] * ROWS,
            "channel": [*["ad"] * (ROWS - 1), f"said in {number}"],
            "contact_id": [f"crm:{number * 3 + each % 5}" for each in range(ROWS)],
        }
    )
    file = temp / f"batch-{number}.parquet"
    pq.write_table(table, file)
    return file


def append(lake: Lake, temp: Path, numbers: range) -> None:
    with Workbench(temp, lake=lake.path, threads=1) as bench:
        for number in numbers:
            rows = bench.read(batch(number, temp))
            with lake.writer(timeout=timedelta(seconds=60)) as writer:
                done = writer.append(
                    "touch",
                    rows,
                    source="crm",
                    import_id=f"import-{number}",
                    recorded_at=RECORDED,
                    transaction=(f"{APPLICATION}/{number}", 1),
                )
            say("already" if done.already else "stored", number)


def main() -> int:
    lake, temp, what = Lake(Path(sys.argv[1])), Path(sys.argv[2]), sys.argv[3]
    temp.mkdir(parents=True, exist_ok=True)
    try:
        if what == "append":
            append(lake, temp, range(int(sys.argv[4]), int(sys.argv[5])))
        elif what == "too large":
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[6]), int(sys.argv[6])))
            append(lake, temp, range(int(sys.argv[4]), int(sys.argv[5])))
        else:
            with lake.writer() as writer:
                for table in ("touch", KEYS):
                    if what == "compact":
                        writer.compact(table)
                    else:
                        writer.vacuum(table, keep=timedelta(0), offline=True)
                    say("done", table)
    except RevloopError as error:
        say(error.code, error.message, error.hint, between="\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
