"""Imports that are taken back: what readers, later appends, counts and checks make of it."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop import engine
from revloop.engine import delta
from revloop.engine.columns import UNDONE
from revloop.facts.kinds import KINDS
from revloop.kit.errors import InvalidInput

from .staging import Company, on, touch

Row = dict[str, Any]


def channels(company: Company, as_of: datetime | None = None) -> dict[str, str]:
    return {
        row["source_id"]: row["channel"]
        for row in company.rows("touch", "source_id", "channel", as_of=as_of)
    }


@pytest.fixture
def two_imports(company: Company) -> Company:
    """January brings two touches; February corrects one, repeats the other and brings a third."""
    company.append(
        "touch",
        touch("kept", channel="a"),
        touch("corrected", channel="a"),
        at=on(1, 31),
        import_id="january",
    )
    company.append(
        "touch",
        touch("kept", channel="a"),
        touch("corrected", channel="b"),
        touch("new", channel="b"),
        at=on(2, 28),
        import_id="february",
    )
    return company


def test_what_an_undone_import_added_is_gone_and_what_it_corrected_is_as_before(
    two_imports: Company,
) -> None:
    assert two_imports.undo("february", at=on(3, 1))

    assert channels(two_imports) == {"kept": "a", "corrected": "a"}
    with engine.open(two_imports.lake.path) as facts:
        assert facts.arrow(facts.history("touch")).num_rows == 2
    assert two_imports.lake.counts() == {"touch": 2}
    assert two_imports.lake.check() == []
    assert two_imports.lake.undone() == {"february": on(3, 1)}


def test_whoever_reads_as_of_an_earlier_moment_sees_it_as_before(two_imports: Company) -> None:
    moments = [on(1, 31), on(2, 28), on(3, 1) - timedelta(microseconds=1)]
    before = [two_imports.rows("touch", as_of=moment) for moment in moments]

    two_imports.undo("february", at=on(3, 1))

    assert [two_imports.rows("touch", as_of=moment) for moment in moments] == before
    assert channels(two_imports, on(3, 1)) == {"kept": "a", "corrected": "a"}


def test_an_undo_makes_another_snapshot_and_the_one_before_shows_what_it_showed(
    two_imports: Company,
) -> None:
    before = two_imports.lake.snapshot()
    two_imports.undo("february", at=on(3, 1))
    after = two_imports.lake.snapshot()

    assert str(after) == f"{UNDONE}@1 touch@2"
    assert before != after
    with engine.open(two_imports.lake.path, snapshot=before) as facts:
        assert facts.arrow(facts["touch"]).num_rows == 3
    with engine.open(two_imports.lake.path, snapshot=after) as facts:
        assert facts.arrow(facts["touch"]).num_rows == 2


def test_an_import_is_undone_once_and_its_first_moment_holds(two_imports: Company) -> None:
    assert two_imports.undo("february", at=on(3, 1))
    assert not two_imports.undo("february", at=on(4, 1))
    assert not two_imports.undo("", at=on(4, 1))

    assert two_imports.lake.undone() == {"february": on(3, 1)}


def test_what_was_undone_may_come_again_and_counts_as_new(two_imports: Company) -> None:
    two_imports.undo("february", at=on(3, 1))

    done = two_imports.append(
        "touch",
        touch("kept", channel="a"),
        touch("corrected", channel="b"),
        touch("new", channel="b"),
        at=on(3, 31),
        import_id="march",
    )

    assert (done.added, done.unchanged, done.corrected) == (1, 1, 1)
    assert channels(two_imports) == {"kept": "a", "corrected": "b", "new": "b"}
    assert channels(two_imports, on(3, 1)) == {"kept": "a", "corrected": "a"}
    assert two_imports.lake.counts() == {"touch": 3}
    assert two_imports.lake.check() == []


def test_a_fact_that_two_rows_say_anew_is_added_once_and_corrected_once(
    two_imports: Company,
) -> None:
    two_imports.undo("february", at=on(3, 1))

    done = two_imports.append(
        "touch",
        touch("new", channel="b"),
        touch("new", channel="c", updated_at=on(3, 2)),
        at=on(3, 31),
        import_id="march",
    )

    assert (done.added, done.unchanged, done.corrected) == (1, 0, 1)
    assert channels(two_imports)["new"] == "c"
    assert two_imports.lake.counts() == {"touch": 3}


def test_rows_that_say_when_they_were_learned_stand_once_before_and_after(
    company: Company,
) -> None:
    said = touch("1", channel="a", recorded_at=on(1, 5))
    company.append("touch", said, import_id="january")
    before = company.rows("touch", as_of=on(2, 1))
    company.undo("january", at=on(3, 1))
    company.append("touch", said, import_id="march")

    assert company.rows("touch", as_of=on(2, 1)) == before
    assert [row["import_id"] for row in company.rows("touch")] == ["march"]


def test_an_undone_import_brings_nothing_more(two_imports: Company) -> None:
    two_imports.undo("february", at=on(3, 1))

    with pytest.raises(InvalidInput) as refused:
        two_imports.append("touch", touch("late"), import_id="february")

    assert refused.value.code == "lake.import_undone"
    assert two_imports.lake.counts() == {"touch": 2}


def test_who_is_who_stays_whichever_import_brought_it(company: Company) -> None:
    row = {
        "source_id": "1",
        "at": on(1, 1),
        "contact_id": "crm:ann",
        "same_as_contact_id": "crm:anna",
        "method": "email",
    }
    row = {name: row[name] for name in row if name in dict(KINDS["contact_identity"].stored())}
    company.append("contact_identity", row, source="revloop", import_id="january")
    company.undo("january", at=on(2, 1))
    company.append(
        "contact_identity", {**row, "source_id": "2"}, source="revloop", import_id="january"
    )

    assert len(company.rows("contact_identity")) == 2
    assert company.lake.counts() == {"contact_identity": 2}


def test_what_a_file_says_revloop_said_goes_with_its_import(company: Company) -> None:
    """A file of facts that another workspace gave out."""
    company.append("touch", touch("told"), source="revloop", import_id="january")
    company.undo("january", at=on(2, 1))

    assert company.rows("touch") == []
    assert company.lake.counts() == {"touch": 0}


def test_compacting_keeps_what_was_undone(two_imports: Company) -> None:
    two_imports.undo("february", at=on(3, 1))
    two_imports.undo("no such import", at=on(3, 2))
    with two_imports.lake.writer() as writer:
        for table in two_imports.lake.tables():
            writer.compact(table)
            writer.vacuum(table, keep=timedelta(0), offline=True)

    assert len(two_imports.files(UNDONE)) == 1
    assert channels(two_imports) == {"kept": "a", "corrected": "a"}
    assert two_imports.lake.check() == []


def test_a_check_finds_an_import_that_was_undone_twice(two_imports: Company) -> None:
    two_imports.undo("february", at=on(3, 1))
    [file] = two_imports.files(UNDONE)
    rows = pq.ParquetFile(file).read()
    size = file.stat().st_size
    table = delta.open_table(file.parent)
    copy = file.with_name("undone-copy.parquet")
    pq.write_table(rows, copy)
    assert copy.stat().st_size == size
    table.commit(delta.Change(added=(delta.DataFile.written(copy, 1),)))

    assert two_imports.lake.check() == [f"{UNDONE}: 1 imports were undone twice"]


versions = st.lists(
    st.fixed_dictionaries(
        {
            "source_id": st.sampled_from("123"),
            "channel": st.sampled_from([None, "a", "b"]),
            "updated_at": st.none() | st.sampled_from([on(1, 1), on(1, 2)]),
            "is_deleted": st.sampled_from([None, True]),
        }
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.slow
@settings(max_examples=25)
@given(one=versions, other=versions)
def test_an_import_undone_and_done_again_is_one_that_was_never_undone(
    one: list[Row], other: list[Row]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, undone = Company(Path(folder) / "plain"), Company(Path(folder) / "undone")
        for company in (plain, undone):
            append(company, one, "one", on(1, 31))
        alone = told(undone)
        first = append(undone, other, "other", on(2, 28))
        undone.undo("other", at=on(3, 1))

        assert told(undone) == alone
        again = append(undone, other, "again", on(3, 31))
        append(plain, other, "again", on(3, 31))

        assert again == first
        assert told(undone) == told(plain)
        assert undone.lake.check() == []


def append(company: Company, rows: list[Row], import_id: str, at: datetime) -> engine.Appended:
    made = (touch(**row) for row in rows)
    return company.append("touch", *made, at=at, import_id=import_id)


def told(company: Company) -> tuple[dict[str, int], list[Row], list[Row]]:
    with engine.open(company.lake.path) as facts:
        history = facts.arrow(facts.history("touch")).to_pylist()
    return company.lake.counts(), company.rows("touch"), sorted(history, key=str)
