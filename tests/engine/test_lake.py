"""The lake as a whole: its one writer, its snapshots, and what a check finds."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from revloop import engine
from revloop.kit.errors import InvalidInput, RevloopError

from .staging import Company, on, touch


def test_a_lake_that_does_not_exist_is_an_empty_one(company: Company) -> None:
    lake = company.lake

    assert (lake.kinds(), lake.counts(), lake.check()) == ([], {}, [])
    assert str(lake.snapshot()) == "empty"
    assert company.rows("touch") == []
    assert not lake.path.exists()


def test_a_snapshot_names_the_versions_and_equal_ones_are_equal(company: Company) -> None:
    company.append("touch", touch("1"))
    before = company.lake.snapshot()
    company.append("contact", {"source_id": "1", "at": on(1, 1)})
    after = company.lake.snapshot()

    assert str(before) == "touch@1"
    assert str(after) == "contact@1 touch@1"
    assert {before: 1}[engine.Snapshot({"touch": 1})] == 1
    assert before != after
    with engine.open(company.lake.path) as facts:
        assert facts.snapshot == after


def test_a_snapshot_shows_the_same_after_more_was_written(company: Company) -> None:
    company.append("touch", touch("1", channel="ad"))
    before = company.lake.snapshot()
    company.append("touch", touch("1", channel="email"), touch("2"))
    company.append("contact", {"source_id": "1", "at": on(1, 1)})
    with company.lake.writer() as writer:
        writer.compact("touch")

    with engine.open(company.lake.path, snapshot=before) as facts:
        assert facts.snapshot == before
        assert facts.arrow(facts["touch"])["channel"].to_pylist() == ["ad"]
        assert facts.arrow(facts["contact"]).num_rows == 0


@pytest.mark.parametrize("vacuumed", [True, False])
def test_a_snapshot_that_is_not_kept_any_more_is_said_to_be_gone(
    company: Company, *, vacuumed: bool
) -> None:
    company.append("touch", touch("1"))
    company.append("touch", touch("2"))
    snapshot = company.lake.snapshot() if vacuumed else engine.Snapshot({"touch": 99})
    with company.lake.writer() as writer:
        writer.compact("touch")
        writer.vacuum("touch", keep=timedelta(0), offline=True)

    with pytest.raises(RevloopError, match="is not kept any more") as gone:
        engine.open(company.lake.path, snapshot=snapshot)

    assert gone.value.code == "lake.snapshot_gone"
    assert "as_of" in gone.value.hint


def test_a_moment_without_a_zone_is_none(company: Company) -> None:
    with pytest.raises(InvalidInput, match="no time zone"):
        engine.open(company.lake.path, as_of=datetime(2026, 1, 1))  # noqa: DTZ001 - the point


def test_a_second_writer_waits_for_the_first(company: Company) -> None:
    order: list[str] = []

    def second() -> None:
        with company.lake.writer(timeout=timedelta(seconds=30)):
            order.append("second")

    with company.lake.writer():
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.2)
        order.append("first")
    waiting.join()

    assert order == ["first", "second"]


def test_a_writer_that_waits_too_long_is_told_who_holds_the_lake(company: Company) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_LOCK, str(company.lake.path)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        with (
            pytest.raises(RevloopError, match=f"process {holder.pid} on") as busy,
            company.lake.writer(timeout=timedelta(milliseconds=50)),
        ):
            pass
        holder.kill()
        holder.wait()
        with company.lake.writer(timeout=timedelta(seconds=5)):
            freed = True
    finally:
        holder.kill()
        holder.communicate()

    assert busy.value.code == "lake.busy"
    assert freed


HOLDS_THE_LOCK = """
import sys
from pathlib import Path
from revloop.engine import Lake
with Lake(Path(sys.argv[1])).writer():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_file_system_without_locks_is_refused(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)

    with (
        pytest.raises(RevloopError, match="No locks available") as refused,
        company.lake.writer(),
    ):
        pass

    assert refused.value.code == "lake.cannot_lock"
    assert "local disk" in refused.value.hint


def test_the_check_of_a_sound_lake_finds_nothing(company: Company) -> None:
    company.append("touch", touch("1", contact_id="crm:1"), touch("2"))
    company.append("touch", touch("1", contact_id="crm:2"))

    assert company.lake.check() == []


def test_the_check_names_a_file_that_is_missing_or_cut_off(company: Company) -> None:
    company.append("touch", touch("1"))
    company.append("contact", {"source_id": "1", "at": on(1, 1)})
    (missing,), (cut,) = company.files("touch"), company.files("contact")
    missing.unlink()
    cut.write_bytes(cut.read_bytes()[:-10])

    problems = company.lake.check()

    assert len(problems) == 2
    assert any(str(missing) in each and "is missing" in each for each in problems)
    assert any(str(cut) in each and "bytes and not" in each for each in problems)


def test_the_check_finds_what_no_append_would_have_stored(company: Company) -> None:
    company.append("touch", touch("1", contact_id="crm:1"))
    company.append("touch", touch("1", contact_id="crm:2"))
    first, again = sorted(company.files("touch"), key=lambda file: "again" in file.name)
    (keys,) = company.files(engine.KEYS)[:1]
    _slip_in(company, "touch", first, "first-slipped.parquet")
    _slip_in(company, "touch", again, "again-slipped.parquet", source_id="nobody", contact_id=99)
    _slip_in(company, engine.KEYS, keys, "keys-slipped.parquet")

    problems = company.lake.check()

    assert problems == [
        "touch: 1 facts stand twice among the current ones",
        "touch: 1 facts have corrections and no first version",
        "touch: 1 versions of facts stand there twice",
        "touch: 1 keys in contact_id belong to no contact",
        "_keys: 1 contact references have several keys",
        "_keys: 1 contact ids have several references",
    ]


def _slip_in(company: Company, table: str, like: Path, name: str, **other: object) -> None:
    """Commit a file that no writer of ours would."""
    from revloop.engine import delta  # noqa: PLC0415 - only here

    rows = pq.ParquetFile(like).read()
    for column, value in other.items():
        place = rows.column_names.index(column)
        rows = rows.set_column(place, column, pa.array([value] * len(rows), rows[column].type))
    file = like.with_name(name)
    pq.write_table(rows, file)
    opened = delta.open_table(company.lake.path / table)
    opened.commit(delta.Change(added=(delta.DataFile.written(file, len(rows)),)))


def test_many_small_files_become_one_and_say_the_same(company: Company) -> None:
    for each in range(4):
        company.append("touch", touch(str(each), contact_id=f"crm:{each}"))
    company.append("touch", touch("1", channel="ad"), touch("2", channel="ad"))
    company.append("touch", touch("1", channel="email"))
    before = company.rows("touch")
    counts = company.lake.counts()

    with company.lake.writer() as writer:
        outcomes = {table: writer.compact(table) for table in company.lake.tables()}
        again = writer.compact("touch")

    assert outcomes == {"touch": engine.Compacted(6, 2), engine.KEYS: engine.Compacted(4, 1)}
    assert again == engine.Compacted(2, 2)
    assert company.rows("touch") == before
    assert company.lake.counts() == counts
    assert company.references("contact") == {1 + each: f"crm:{each}" for each in range(4)}
    assert company.lake.check() == []
    assert company.append("touch", touch("3", contact_id="crm:3")).unchanged == 1


def test_a_reader_goes_on_reading_through_compaction_and_vacuum(company: Company) -> None:
    for each in range(3):
        company.append("touch", touch(str(each)))
    old = company.files("touch")
    with engine.open(company.lake.path) as facts:
        table = facts["touch"]

        with company.lake.writer() as writer:
            writer.compact("touch")
            gone = writer.vacuum("touch")

        assert gone == 0
        assert facts.arrow(table).num_rows == 3
    assert set(old) < set(company.files("touch"))


def test_a_vacuum_takes_what_was_replaced_or_left_behind_long_enough_ago(company: Company) -> None:
    company.append("touch", touch("1"))
    company.append("touch", touch("2"))
    left_behind, just_now = (
        company.lake.path / "touch" / f"first-{name}.parquet" for name in ("old", "new")
    )
    for file in (left_behind, just_now):
        shutil.copy(company.files("touch")[0], file)
    month_ago = left_behind.stat().st_mtime - 30 * 86_400
    os.utime(left_behind, (month_ago, month_ago))
    with company.lake.writer() as writer:
        writer.compact("touch")
        after_a_week = writer.vacuum("touch")
        kept = company.files("touch")
        at_once = writer.vacuum("touch", keep=timedelta(0), offline=True)

    assert (after_a_week, at_once) == (1, 3)
    assert just_now in kept
    assert len(company.files("touch")) == 1
    assert company.lake.check() == []
    assert len(company.rows("touch")) == 2


@pytest.mark.parametrize("keep", [timedelta(0), timedelta(minutes=59), timedelta(days=31)])
def test_a_vacuum_that_keeps_too_little_or_too_much_is_refused(
    company: Company, keep: timedelta
) -> None:
    company.append("touch", touch("1"))

    with (
        company.lake.writer() as writer,
        pytest.raises(InvalidInput, match=r"vacuum|replaced files"),
    ):
        writer.vacuum("touch", keep=keep)


def test_a_table_that_is_not_there_is_neither_compacted_nor_vacuumed(company: Company) -> None:
    with company.lake.writer() as writer:
        assert writer.compact("touch") == engine.Compacted(0, 0)
        assert writer.vacuum("touch") == 0


CUT_OFF = ("checkpoint", "log entry", "empty log entry")


@pytest.mark.parametrize("what", CUT_OFF)
def test_a_broken_file_of_the_log_is_named_with_its_cure(company: Company, what: str) -> None:
    company.append("touch", touch("1"))
    log = company.lake.path / "touch" / "_delta_log"
    if what == "checkpoint":
        _checkpoint(log.parent)
        (broken,) = log.glob("*.checkpoint.parquet")
        broken.write_bytes(broken.read_bytes()[:100])
    else:
        broken = max(log.glob("*.json"))
        broken.write_bytes(broken.read_bytes()[: 0 if what == "empty log entry" else 60])

    with pytest.raises(RevloopError, match="is cut off") as refused:
        engine.open(company.lake.path)

    assert refused.value.code == "lake.broken_log"
    assert str(broken) in refused.value.message
    assert [problem.startswith(refused.value.message) for problem in company.lake.check()] == [True]
    if what == "checkpoint":
        assert "delete this file" in refused.value.hint
        broken.unlink()
        (log / "_last_checkpoint").unlink()
        assert len(company.rows("touch")) == 1
    else:
        assert "backup" in refused.value.hint


def _checkpoint(table: Path) -> None:
    from deltalake import DeltaTable  # noqa: PLC0415 - only here

    DeltaTable(table).create_checkpoint()


def test_a_folder_whose_making_was_cut_short_is_made_again(company: Company) -> None:
    (company.lake.path / "touch" / "_delta_log").mkdir(parents=True)

    assert company.lake.kinds() == []
    assert company.append("touch", touch("1")).added == 1


def test_a_table_with_a_column_of_another_type_is_not_written_to(company: Company) -> None:
    company.append("touch", touch("1"))
    entry = min((company.lake.path / "touch" / "_delta_log").glob("*.json"))
    lines = [json.loads(line) for line in entry.read_text().splitlines()]
    for line in lines:
        if "metaData" in line:
            schema = json.loads(line["metaData"]["schemaString"])
            for field in schema["fields"]:
                if field["name"] == "channel":
                    field["type"] = "long"
            line["metaData"]["schemaString"] = json.dumps(schema)
    entry.write_text("\n".join(json.dumps(line) for line in lines))

    with pytest.raises(RevloopError, match="holds channel as int64") as refused:
        company.append("touch", touch("2"))

    assert refused.value.code == "lake.other_columns"


def test_the_log_of_many_appends_stays_short_to_read(company: Company) -> None:
    """Delta sums its log up every hundred commits; what it summed up still counts."""
    from revloop.engine import delta  # noqa: PLC0415 - only here

    company.append("touch", touch("1"), touch("2"))
    table = delta.open_table(company.lake.path / "touch")
    for each in range(2, 110):
        table.commit(delta.Change(transaction=("test", each)))
    company.batches = 110
    company.append("touch", touch("1", channel="ad"), at=on(7, 1))

    assert list((table.folder / "_delta_log").glob("*.checkpoint.parquet"))
    assert company.lake.transaction("test", "touch") == 111
    assert company.lake.counts() == {"touch": 2}
    assert company.lake.check() == []
    assert company.rows("touch", "channel") == [{"channel": "ad"}, {"channel": None}]
