"""The same seed makes the same company, byte for byte; another seed another one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from revloop.example import SIZES, make
from revloop.example.company import KINDS

from .acme import UNTIL, company


def _files(folder: Path, seed: int) -> dict[str, bytes]:
    made = make("small", seed=seed, until=UNTIL)
    made.write_facts(folder / "facts", truth=folder / "truth")
    return {path.name: path.read_bytes() for path in folder.glob("*/*")}


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    assert _files(tmp_path / "a", 7) == _files(tmp_path / "b", 7)


def test_another_seed_makes_another_company_with_the_same_truths(tmp_path: Path) -> None:
    one, other = _files(tmp_path / "a", 7), _files(tmp_path / "b", 8)

    for kind in ("account", "contact", "inquiry", "touch", "opportunity", "booking"):
        assert one[f"{kind}.parquet"] != other[f"{kind}.parquet"]
    truths, others = (json.loads(files["truths.json"]) for files in (one, other))
    for chapter in ("parameters", "response", "stages", "mix_shift", "channels", "churn"):
        assert truths[chapter] == others[chapter]
    cells = [
        [(leak["quarter"], leak["step"], leak["segment"]) for leak in document["leaks"]]
        for document in (truths, others)
    ]
    assert cells[0] == cells[1]


def test_a_kind_does_not_depend_on_the_kinds_asked_for_before() -> None:
    alone = make("small", seed=1, until=UNTIL).table("ticket")
    after_all = make("small", seed=1, until=UNTIL)
    for kind in KINDS:
        after_all.table(kind)

    assert alone.equals(after_all.table("ticket"))


@pytest.mark.parametrize("kind", ["account", "contact", "inquiry", "touch", "opportunity", "user"])
def test_blocks_share_no_ids(kind: str) -> None:
    size = replace(SIZES["small"], blocks=3)
    ids = make(size, seed=1, until=UNTIL).table(kind)["source_id"]
    one = company("small").table(kind)["source_id"]

    assert len(set(ids.to_pylist())) > 2.5 * len(set(one.to_pylist())) or kind == "user"
    assert set(one.to_pylist()) <= set(ids.to_pylist())


def test_names_of_companies_are_apart_in_the_large_company() -> None:
    from revloop.example import companies  # noqa: PLC0415

    size = SIZES["large"]
    found = [
        companies.domains(
            companies.found(1, block, size.inquiries, 0, company("small").world.truths)
        )
        for block in (0, 1, size.blocks - 1)
    ]
    names = [name for domains in found for name in domains.to_pylist()]
    assert len(set(names)) == len(names)
