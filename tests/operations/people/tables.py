"""Tables of cards, written as rows, and the questions that most tests ask."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from revloop.operations.people import actions, queries
from revloop.operations.people.recording import Recorded

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BY: dict[str, Any] = {"actor": "lee", "at": AT}


def table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Cards; columns that a row does not have are unknown in it."""
    listed = list(rows)
    names = dict.fromkeys(name for row in listed for name in row)
    types = {"updated_at": pa.timestamp("us", "UTC")}
    return pa.table(
        {
            name: pa.array([row.get(name) for row in listed], types.get(name, pa.string()))
            for name in names
        }
    )


def contacts(*rows: Mapping[str, Any], batch: str = "import-1") -> Recorded:
    return actions.record_contacts(table(rows), batch=batch, **BY)


def accounts(*rows: Mapping[str, Any]) -> Recorded:
    return actions.record_accounts(table(rows), batch="import-1", **BY)


def persons() -> set[frozenset[str]]:
    """The clusters of all contacts."""
    return _groups(queries.persons(), "person", "contact")


def companies() -> set[frozenset[str]]:
    return _groups(queries.companies(), "company", "account")


def together(*groups: str) -> set[frozenset[str]]:
    """`together("a b", "c")`: a and b are one, c is another."""
    return {frozenset(group.split()) for group in groups}


def row_hash() -> str:
    """Of who stands for whom, in every row."""
    rows = queries.persons().to_pylist() + queries.companies().to_pylist()
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def in_the_lake(published: pa.Table, record: str, same_as: str) -> dict[str, str]:
    """Who stands for each record, as somebody reads it who has only the published rows."""
    latest = {row[record]: row[same_as] for row in published.to_pylist()}
    return {each: stands for each, stands in latest.items() if each != stands}


def _groups(clusters: pa.Table, stand_in: str, record: str) -> set[frozenset[str]]:
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for row in clusters.to_pylist():
        groups[row[stand_in]].add(row[record])
    return {frozenset(group) for group in groups.values()}
