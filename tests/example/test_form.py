"""Every file has the columns and types that the kinds declare, and every reference is answered."""

# ruff: noqa: S608 - every name in a query is one of ours

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from revloop.example import SIZES
from revloop.example.company import KINDS as MADE
from revloop.facts.columns import Holds
from revloop.facts.kinds import ENTITIES, KINDS, WHO_IS_WHO

from .acme import company, facts, table, texts

TYPES = {
    Holds.KEY: pa.string(),
    Holds.TEXT: pa.string(),
    Holds.TEXTS: pa.list_(pa.string()),
    Holds.INTEGER: pa.int64(),
    Holds.NUMBER: pa.float64(),
    Holds.BOOLEAN: pa.bool_(),
    Holds.INSTANT: pa.timestamp("us", "UTC"),
    Holds.DATE: pa.date32(),
}
STAGED = {
    "source": pa.string(),
    "source_id": pa.string(),
    "at": pa.timestamp("us", "UTC"),
    "recorded_at": pa.timestamp("us", "UTC"),
    "updated_at": pa.timestamp("us", "UTC"),
}
NEVER_NULL = ("source", "source_id", "at", "recorded_at")


def test_facts_of_every_kind_are_made() -> None:
    assert set(MADE) == set(KINDS)


@pytest.mark.parametrize("kind", MADE)
def test_columns_have_the_names_and_types_of_the_kind(kind: str) -> None:
    declared = {
        name: TYPES[holds] for column in KINDS[kind].columns for name, holds in column.stored()
    }
    schema = table("small", kind).schema

    for field in schema:
        assert field.type == (declared | STAGED)[field.name], field.name


@pytest.mark.parametrize("kind", MADE)
def test_what_is_required_is_there(kind: str) -> None:
    facts_of_kind = table("demo", kind)
    required = [column.name for column in KINDS[kind].columns if column.required]

    assert facts_of_kind.num_rows
    for name in (*required, *NEVER_NULL):
        assert facts_of_kind[name].null_count == 0, name


@pytest.mark.parametrize("kind", MADE)
def test_closed_lists_are_kept(kind: str) -> None:
    for column in KINDS[kind].columns:
        if column.values and column.name in table("demo", kind).column_names:
            assert texts(table("demo", kind)[column.name]) <= set(column.values), column.name


@pytest.mark.parametrize("kind", MADE)
def test_every_reference_names_a_fact(kind: str) -> None:
    facts_of_kind = table("demo", kind)
    for column in KINDS[kind].references:
        if column.name in facts_of_kind.column_names:
            known = {f"acme:{name}" for name in texts(table("demo", column.of)["source_id"])}
            assert texts(facts_of_kind[column.name]) <= known, column.name


@pytest.mark.parametrize("kind", MADE)
def test_a_fact_is_known_by_its_id(kind: str) -> None:
    """At most two rows share an id: what was known first, and what is known now."""
    ask = facts("demo")
    assert (
        ask.one(f"select max(n) from (select count(*) n from {kind}_versions group by source_id)")
        <= 2
    )
    assert not ask.one(
        f"select count(*) - count(distinct (source_id, recorded_at)) from {kind}_versions"
    )


@pytest.mark.parametrize(
    "kind", [kind for kind in MADE if kind not in {"spend", "price_book_entry"}]
)
def test_nothing_is_recorded_before_it_happened(kind: str) -> None:
    early = {"absence": "7 days", "campaign": "14 days"}.get(kind, "0 days")
    early_rows = f"recorded_at < \"at\" - interval '{early}'"
    assert not facts("demo").one(f"select count(*) from {kind}_versions where {early_rows}")


def test_private_columns_hold_what_names_people() -> None:
    shown = texts(table("demo", "contact")["last_name"])
    assert {"Müller", "王", "김", "Núñez"} <= shown
    for entity in ENTITIES:
        ids = texts(table("demo", entity)["source_id"])
        assert not [name for name in ids if "@" in name]


def test_every_address_is_an_example() -> None:
    addresses = texts(table("demo", "contact")["email"]) | texts(table("demo", "user")["email"])
    assert all(address.endswith(".example") for address in addresses)


def test_sizes_are_exact() -> None:
    ask = facts("demo")
    assert ask.one("select count(*) from inquiry") == SIZES["demo"].inquiries == 20_000
    assert ask.one("select count(*) from touch") == SIZES["demo"].touches == 400_000
    assert facts("small").one("select count(*) from touch") == SIZES["small"].touches
    large = SIZES["large"]
    assert large.inquiries * large.blocks == 1_000_000
    assert large.touches * large.blocks == 10_000_000


def test_an_import_gets_every_kind_but_who_is_who(tmp_path: Path) -> None:
    facts_folder, truth = tmp_path / "facts", tmp_path / "truth"
    company("small").write_facts(facts_folder, truth=truth)
    imported = [kind for kind in MADE if kind not in WHO_IS_WHO]

    assert names(facts_folder) == {f"{kind}.parquet" for kind in imported}
    assert names(truth) == {*(f"{kind}.parquet" for kind in WHO_IS_WHO), "truths.json"}
    for kind in MADE:
        place = truth if kind in WHO_IS_WHO else facts_folder
        assert pq.read_table(place / f"{kind}.parquet").equals(table("small", kind))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
