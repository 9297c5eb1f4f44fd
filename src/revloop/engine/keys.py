"""Surrogate keys: a dense whole number for every reference, counted for each kind on its own.

A reference gets its key when it is first named, also before the fact itself arrives, and keeps it
for ever. New keys go on from the greatest one in the order of the references, so the same import
into the same lake always gives the same keys.
"""

# ruff: noqa: S608 - every name is a column of ours, and every text is quoted by duck.text

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from revloop.engine import duck
from revloop.engine.delta import DataFile, Table
from revloop.engine.duck import Scratch, name, text
from revloop.kit.errors import InvalidInput

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_NO_KEYS = (
    "(SELECT NULL::VARCHAR AS entity, NULL::VARCHAR AS reference, NULL::BIGINT AS id WHERE false)"
)
_ADDRESS = "reference LIKE 'email:%@%'"
_WITHOUT_NAMESPACE = "reference NOT LIKE '_%:_%'"


def known(table: Table) -> str:
    """Every reference that has a key."""
    files = [file.path for file in table.files()]
    return duck.parquet(files) if files else _NO_KEYS


def assign(
    work: Scratch, table: Table, rows: str, columns: Mapping[str, str]
) -> tuple[str, DataFile | None]:
    """Find the key of every reference in the rows, and make those that are missing.

    Args:
        work: where to compute.
        table: the table of keys.
        rows: rows with references.
        columns: which of their columns hold references, and the entity that each names.

    Returns:
        A table of entity, reference and id, and the file of the new ones, not committed yet.

    Raises:
        InvalidInput: `lake.not_a_reference`, `lake.address_in_a_reference`.

    """
    if not columns:
        return _NO_KEYS, None
    named = " UNION ".join(
        f"SELECT DISTINCT {text(entity)} AS entity, {name(column)} AS reference FROM {rows}"
        for column, entity in columns.items()
    )
    found = work.table(
        f"SELECT entity, reference, id FROM ({named}) n "
        f"LEFT JOIN {known(table)} k USING (entity, reference) WHERE reference IS NOT NULL"
    )
    missing = f"FROM {found} WHERE id IS NULL"
    if not duck.one(work.con, f"SELECT count(*) {missing}"):
        return found, None
    _refuse(work.con, missing)
    greatest = f"SELECT entity, max(id) AS greatest FROM {known(table)} GROUP BY entity"
    new = work.table(
        "SELECT entity, reference, coalesce(greatest, 0) + "
        "row_number() OVER (PARTITION BY entity ORDER BY reference) AS id "
        f"FROM (SELECT entity, reference {missing}) LEFT JOIN ({greatest}) USING (entity)"
    )
    file = table.folder / f"keys-{uuid.uuid4().hex}.parquet"
    count = duck.copy(work.con, f"FROM {new} ORDER BY entity, id", file)
    every = work.view(f"FROM {found} WHERE id IS NOT NULL UNION ALL FROM {new}")
    return every, DataFile.written(file, count)


def _refuse(con: Backend, missing: str) -> None:
    wrong = duck.run(con, f"SELECT entity, reference {missing} AND {_WITHOUT_NAMESPACE} LIMIT 1")
    if wrong:
        entity, reference = wrong[0]
        raise InvalidInput(
            "lake.not_a_reference",
            f"{reference[:60]!r} does not say which {entity} is meant",
            hint="write a reference as namespace:id, such as hubspot:123",
        )
    if duck.one(con, f"SELECT count(*) {missing} AND {_ADDRESS}"):
        raise InvalidInput(
            "lake.address_in_a_reference",
            "a reference holds an e-mail address, and the lake keeps none",
            hint="name the person by a keyed hash of the address: email:<hash>",
        )
