"""What becomes of a batch of staged rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import ibis.expr.types as ir
import pyarrow.parquet as pq
import pytest

from revloop import engine
from revloop.engine.columns import arrow_schema
from revloop.facts.kinds import KINDS
from revloop.kit.errors import InvalidInput, RevloopError

from .staging import IMPORTED, Company, on, touch, write


def test_every_kind_of_fact_is_stored_under_its_declared_columns(company: Company) -> None:
    for kind, declared in KINDS.items():
        required: dict[str, Any] = {
            column.name: "crm:1" if column.of else "x"
            for column in declared.columns
            if column.required and column.holds in {"key", "text"}
        }
        required |= {each.name: on(1, 2) for each in declared.columns if each.holds == "instant"}
        company.append(kind, {"source_id": "1", "at": on(1, 1), **required})

        (file,) = company.files(kind)

        assert pq.read_schema(file).names == arrow_schema(declared).names
        with engine.open(company.lake.path) as facts:
            assert facts.arrow(facts[kind]).schema == arrow_schema(declared)
            assert facts.arrow(facts[kind]).num_rows == 1


def test_a_value_comes_back_as_it_went_in(company: Company) -> None:
    company.append(
        "qualification_decision",
        {
            "source_id": "1",
            "at": on(3, 29, 1),
            "inquiry_id": "crm:7",
            "verdict": "reject",
            "criteria_met": ["need", "größe"],
            "criteria_not_met": [],
            "attempts_before": 0,
            "is_disputed": False,
            "return_on": date(2026, 12, 31),
        },
    )

    (row,) = company.rows("qualification_decision")

    assert row["at"] == on(3, 29, 1)
    assert (row["criteria_met"], row["criteria_not_met"]) == (["need", "größe"], [])
    assert (row["criteria_unknown"], row["reason"]) == (None, None)
    assert (row["attempts_before"], row["is_disputed"]) == (0, False)
    assert row["return_on"] == date(2026, 12, 31)


def test_provenance_is_added_where_the_row_says_nothing(company: Company) -> None:
    company.append(
        "touch",
        touch("1"),
        touch("2", source="chat", recorded_at=on(1, 2), is_deleted=False),
    )

    known = company.rows("touch", "source", "recorded_at", "is_deleted", "import_id")

    assert known == [
        {
            "source": "chat",
            "recorded_at": on(1, 2),
            "is_deleted": False,
            "import_id": "import-1",
        },
        {
            "source": "crm",
            "recorded_at": IMPORTED,
            "is_deleted": False,
            "import_id": "import-1",
        },
    ]


def test_private_columns_and_the_place_in_the_file_stay_out_of_the_lake(company: Company) -> None:
    company.append(
        "contact",
        {
            "source_id": "1",
            "at": on(1, 1),
            "title": "CFO",
            "email": "canary@example.com",
            "first_name": "Canary",
            "row_number": 17,
            "problem": None,
        },
    )

    stored = b"".join(
        each.read_bytes() for each in company.lake.path.rglob("*") if each.is_file()
    ).lower()
    assert company.rows("contact", "title") == [{"title": "CFO"}]
    assert b"canary" not in stored


def test_the_log_of_a_table_holds_no_value_of_a_fact(company: Company) -> None:
    company.append("touch", touch("the-native-id", contact_id="crm:canary", channel="the-channel"))

    log = b"".join(each.read_bytes() for each in company.lake.path.rglob("_delta_log/*"))

    assert b"add" in log
    for value in (b"the-native-id", b"canary", b"the-channel"):
        assert value not in log


def test_the_same_row_again_is_dropped_and_another_content_corrects(company: Company) -> None:
    first = company.append("touch", touch("1", channel="email"), touch("2"))
    again = company.append("touch", touch("1", channel="email"), touch("2", channel="ad"))

    assert first == engine.Appended(rows=2, added=2)
    assert again == engine.Appended(rows=2, unchanged=1, corrected=1)
    assert company.lake.counts() == {"touch": 2}
    with engine.open(company.lake.path) as facts:
        assert facts.arrow(facts.history("touch")).num_rows == 3


def test_rows_that_repeat_inside_one_batch_are_counted_and_kept_once(company: Company) -> None:
    outcome = company.append(
        "touch",
        touch("1"),
        touch("1"),
        touch("2", updated_at=on(1, 1)),
        touch("2", updated_at=on(1, 2), channel="ad"),
        touch("2", updated_at=on(1, 2), channel="ad"),
        touch("3"),
    )

    assert outcome == engine.Appended(rows=6, added=3, unchanged=2, corrected=1)
    known = company.rows("touch", "source_id", "channel")
    assert [(row["source_id"], row["channel"]) for row in known] == [
        ("1", None),
        ("2", "ad"),
        ("3", None),
    ]


def test_a_transaction_that_was_committed_is_not_read_again(company: Company) -> None:
    company.append("touch", touch("1"))
    company.batches = 0

    assert company.append("touch", touch("2")) == engine.Appended(already=True)
    assert company.lake.transaction("test", "touch") == 1
    assert company.lake.transaction("other", "touch") is None
    assert company.lake.transaction("test", "contact") is None
    assert len(company.rows("touch")) == 1


def test_a_batch_that_says_nothing_new_is_remembered_too(company: Company) -> None:
    company.append("touch", touch("1"))
    files = company.files("touch")
    company.append("touch", touch("1"))

    assert company.files("touch") == files
    assert company.lake.transaction("test", "touch") == 2


def test_an_empty_batch_is_one_too(company: Company) -> None:
    company.append("touch", touch("1"))
    file = write(company.place / "temp", "touch", [touch("9")])
    with company.workbench() as bench, company.lake.writer() as writer:
        rows = bench.read(file)
        outcome = writer.append(
            "touch",
            rows.filter(rows.source_id == "none"),
            source="crm",
            import_id="import-2",
            recorded_at=IMPORTED,
            transaction=("empty", 1),
        )

    assert outcome == engine.Appended()
    assert company.lake.counts() == {"touch": 1}
    assert len(company.files("touch")) == 1


def test_a_computed_table_is_computed_once(company: Company) -> None:
    """A value that changes each time it is computed would miss its key the second time."""
    file = write(company.place / "temp", "touch", [touch(str(each)) for each in range(50)])
    with company.workbench() as bench, company.lake.writer() as writer:
        import ibis  # noqa: PLC0415 - only here

        rows = bench.read(file)
        drawn = (ibis.random() * 1e9).cast("int64").cast("string")
        computed = rows.mutate(contact_id=ibis.literal("crm:") + drawn)
        writer.append(
            "touch",
            computed,
            source="crm",
            import_id="import-1",
            recorded_at=IMPORTED,
            transaction=("test", 1),
        )

    assert all(row["contact_id"] for row in company.rows("touch"))
    assert not list((company.place / "temp").glob("rows-*"))


def test_a_kind_may_gain_columns(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace  # noqa: PLC0415 - only here

    whole = KINDS["touch"]
    fewer = tuple(each for each in whole.columns if each.name not in {"subchannel", "cost"})
    with monkeypatch.context() as earlier:
        earlier.setitem(KINDS, "touch", replace(whole, columns=fewer))
        company.append("touch", touch("1", channel="ad"))
    as_it_was = company.rows("touch", "source_id", "subchannel", "cost_minor")
    outcome = company.append(
        "touch", touch("1", channel="ad"), touch("2", subchannel="search", cost_minor=5)
    )

    assert as_it_was == [{"source_id": "1", "subchannel": None, "cost_minor": None}]
    assert outcome == engine.Appended(rows=2, added=1, unchanged=1)
    assert company.rows("touch", "source_id", "subchannel", "cost_minor") == [
        {"source_id": "1", "subchannel": None, "cost_minor": None},
        {"source_id": "2", "subchannel": "search", "cost_minor": 5},
    ]
    assert company.lake.check() == []


REFUSED: dict[str, tuple[list[dict[str, Any]], str, str]] = {
    "a column that does not exist": ([touch("1", chanel="ad")], "lake.unknown_column", "chanel"),
    "no ids": ([{"at": on(1, 1), "kind": "chat"}], "lake.missing_column", "source_id"),
    "no moment": ([{"source_id": "1", "kind": "chat"}], "lake.missing_column", "'at'"),
    "an id missing": (
        [touch("1"), {**touch("2"), "source_id": None}],
        "lake.missing_value",
        "1 rows",
    ),
    "what the kind requires": ([touch("1", kind=None)], "lake.missing_value", "kind"),
    "a bare id": ([touch("1", contact_id="0015")], "lake.not_a_reference", "'0015'"),
    "an address": (
        [touch("1", contact_id="email:ann@acme.com")],
        "lake.address_in_a_reference",
        "e-mail",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_rows_that_are_no_facts_are_refused_and_leave_nothing_behind(
    company: Company, what: str
) -> None:
    rows, code, named = REFUSED[what]
    company.append("touch", touch("known", contact_id="crm:1"))
    before = sorted(company.lake.path.rglob("*.parquet"))

    with pytest.raises(InvalidInput, match=named) as refused:
        company.append("touch", *rows)

    assert refused.value.code == code
    assert refused.value.hint
    assert "ann@" not in refused.value.message
    assert sorted(company.lake.path.rglob("*.parquet")) == before
    assert company.lake.transaction("test", "touch") == 1


def test_a_value_that_does_not_fit_its_column_is_refused(company: Company) -> None:
    file = write(company.place / "temp", "touch", [touch("1", channel="not a number")])

    def wrong(rows: ir.Table) -> ir.Table:
        return rows.rename(cost_minor="channel")

    with pytest.raises(InvalidInput) as refused:
        _append(company, file, wrong)

    assert refused.value.code == "lake.wrong_value"
    assert not company.files("touch")


def test_rows_of_a_workbench_without_the_lake_are_refused(company: Company) -> None:
    file = write(company.place / "temp", "touch", [touch("1")])

    with (
        engine.Workbench(company.place / "temp") as bench,
        company.lake.writer() as writer,
        pytest.raises(RevloopError, match="cannot reach the lake") as refused,
    ):
        writer.append(
            "touch",
            bench.read(file),
            source="crm",
            import_id="1",
            recorded_at=IMPORTED,
            transaction=("test", 1),
        )

    assert "lake=" in refused.value.hint


def test_recording_later_does_not_make_a_row_new(company: Company) -> None:
    company.append("touch", touch("1"))

    assert company.append("touch", touch("1"), at=IMPORTED + timedelta(days=9)).unchanged == 1
    assert company.rows("touch", "recorded_at") == [{"recorded_at": IMPORTED}]


def _append(company: Company, file: Any, change: Callable[[ir.Table], ir.Table]) -> None:
    with company.workbench() as bench, company.lake.writer() as writer:
        writer.append(
            "touch",
            change(bench.read(file)),
            source="crm",
            import_id="1",
            recorded_at=IMPORTED,
            transaction=("test", 1),
        )
