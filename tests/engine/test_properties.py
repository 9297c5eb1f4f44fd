"""The order, the split and the repetition of appends change nothing of what is known."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop import engine
from revloop.engine.identity import stands_for
from revloop.facts.kinds import KINDS

from .staging import IMPORTED, Company, on, write

Row = dict[str, Any]

KIND = "opportunity"
AS_OF = [on(month, 1) for month in range(1, 8)]
# Of the rows that an import filled in, the moment is that of the import and not of the content.
COMPARED = [name for name, _ in KINDS[KIND].stored() if name != "import_id"]

a_moment = st.sampled_from(AS_OF)
rows_of_facts = st.lists(
    st.fixed_dictionaries(
        {
            "source_id": st.sampled_from("123"),
            "at": st.sampled_from(AS_OF[:2]),
            "recorded_at": st.none() | a_moment,
            "updated_at": st.none() | a_moment,
            "is_deleted": st.sampled_from([None, False, True]),
            "account_id": st.sampled_from([None, "crm:1", "crm:2", "erp:9"]),
            "stage": st.sampled_from([None, "open", "won"]),
            "amount_minor": st.sampled_from([None, 0, 5]),
        }
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=15)
@given(rows=rows_of_facts, seed=st.integers(0, 2**32), data=st.data())
def test_any_order_split_and_repetition_gives_the_same_facts(
    rows: list[Row], seed: int, data: st.DataObject
) -> None:
    again = rows + data.draw(st.lists(st.sampled_from(rows), max_size=3))
    random.Random(seed).shuffle(again)  # noqa: S311 - a drawn order
    cuts = sorted(data.draw(st.lists(st.integers(0, len(again)), max_size=2)))
    batches = [again[a:b] for a, b in zip([0, *cuts], [*cuts, len(again)], strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        plain, other = Company(Path(folder) / "plain"), Company(Path(folder) / "other")
        _append(plain, [rows])
        _append(other, [batch for batch in batches if batch])

        assert plain.lake.counts() == other.lake.counts() == {KIND: len({_id(r) for r in rows})}
        assert plain.lake.check() == other.lake.check() == []
        for moment in (None, data.draw(a_moment)):
            found, same = _in_force(plain, moment), _in_force(other, moment)
            assert found == same
            assert _chosen_rightly(found, rows, moment)
        with engine.open(plain.lake.path) as facts:
            versions = facts.arrow(facts.history(KIND)).to_pylist()
        assert len({(row["source_id"], row["digest"]) for row in versions}) == len(versions)


def _append(company: Company, batches: Sequence[Sequence[Row]]) -> None:
    with company.workbench() as bench, company.lake.writer() as writer:
        for number, batch in enumerate(batches):
            outcome = writer.append(
                KIND,
                bench.read(write(company.place / "temp", KIND, batch)),
                source="crm",
                import_id=f"import-{number}",
                recorded_at=IMPORTED,
                transaction=("test", number),
            )
            assert outcome.added + outcome.unchanged + outcome.corrected == outcome.rows


def _in_force(company: Company, as_of: datetime | None) -> dict[str, Row]:
    """The facts in force by their id, keys as references."""
    with engine.open(company.lake.path, as_of=as_of) as facts:
        in_force = facts.arrow(facts[KIND].select(COMPARED)).to_pylist()
        names = {
            entity: dict(
                zip(*facts.arrow(facts.references(entity)).to_pydict().values(), strict=True)
            )
            for entity in ("account", KIND)
        }
    found: dict[str, Row] = {}
    for row in in_force:
        row["account_id"] = names["account"].get(row["account_id"])
        row[f"{KIND}_id"] = names[KIND][row[f"{KIND}_id"]]
        assert row["source_id"] not in found
        assert row[f"{KIND}_id"] == f"crm:{row['source_id']}"
        found[row["source_id"]] = row
    return found


def _chosen_rightly(found: dict[str, Row], rows: Sequence[Row], as_of: datetime | None) -> bool:
    """Whether each fact is one of the latest versions that were known, and none is left out."""
    known = [row for row in rows if as_of is None or _recorded(row) <= as_of]
    for source_id in {_id(row) for row in rows}:
        versions = [row for row in known if _id(row) == source_id]
        latest = max(map(_rank, versions), default=None)
        best = [row for row in versions if _rank(row) == latest]
        if source_id in found:
            if not any(_says(row, found[source_id]) for row in best):
                return False
        elif best and not any(row["is_deleted"] for row in best):
            return False
    return set(found) <= {_id(row) for row in rows}


def _id(row: Row) -> str:
    return str(row["source_id"])


def _recorded(row: Row) -> datetime:
    return row["recorded_at"] or IMPORTED


def _rank(row: Row) -> tuple[datetime, datetime]:
    return row["updated_at"] or AS_OF[0] - timedelta(days=999), _recorded(row)


def _says(row: Row, fact: Row) -> bool:
    same = all(fact[name] == row[name] for name in ("at", "updated_at", "account_id", "stage"))
    return (
        same
        and fact["amount_minor"] == row["amount_minor"]
        and fact["recorded_at"] == _recorded(row)
        and not row["is_deleted"]
    )


@pytest.mark.slow
@settings(max_examples=8)
@given(rows=rows_of_facts)
def test_as_time_goes_on_a_fact_is_only_gained_or_deleted(rows: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        company = Company(Path(folder))
        _append(company, [rows])
        before: set[tuple[str, int]] = set()
        for moment in AS_OF:
            with engine.open(company.lake.path, as_of=moment) as facts:
                history = facts.arrow(facts.history(KIND)).to_pylist()
                in_force = facts.arrow(facts[KIND]).to_pylist()
            known = {(row["source_id"], row["digest"]) for row in history}

            assert before <= known
            assert {(row["source_id"], row["digest"]) for row in in_force} <= known
            assert len({row["source_id"] for row in in_force}) == len(in_force)
            before = known


records = st.integers(0, 12)


@given(said=st.dictionaries(records, records))
def test_every_chain_ends_at_a_record_that_stands_for_itself(said: dict[int, int]) -> None:
    found, stands = stands_for(
        np.array(list(said), np.int64), np.array(list(said.values()), np.int64), min
    )
    answer = dict(zip(found.tolist(), stands.tolist(), strict=True))

    assert answer == {record: end for record in said if (end := _followed(record, said)) != record}


def _followed(record: int, said: dict[int, int]) -> int:
    """Step by step to the end, or to the least record of the circle that it leads into."""
    steps = [record]
    while (following := said.get(steps[-1], steps[-1])) not in steps:
        steps.append(following)
    return min(steps[steps.index(following) :])
