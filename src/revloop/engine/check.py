"""What may be wrong with a lake, in sentences, for `revloop doctor`; and what is left of it."""

# ruff: noqa: S608 - every name is a column of ours, and every text is quoted by duck.text

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from revloop.engine import delta, duck, undone
from revloop.engine.columns import KEYS, UNDONE, names_of_keys
from revloop.engine.delta import DataFile
from revloop.engine.duck import name, parquet, text
from revloop.engine.lake import Lake, is_first
from revloop.facts.kinds import KINDS
from revloop.kit.errors import RevloopError

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_FACT = "source, source_id"


def problems(lake: Lake) -> list[str]:
    """Everything that is wrong with the lake; empty when nothing is."""
    found: list[str] = []
    whole: dict[str, Sequence[DataFile]] = {}
    for table in lake.tables():
        try:
            files: Sequence[DataFile] = delta.open_table(lake.path / table).files()
        except RevloopError as error:
            found.append(f"{error.message}; {error.hint}")
            continue
        damaged = list(_damaged(table, files))
        found += damaged
        if files and not damaged:
            whole[table] = files
    with _reading(lake) as con:
        for table, files in whole.items():
            if table == KEYS:
                found += _wrong_keys(con, files)
            elif table == UNDONE:
                found += _wrong_undone(con, files)
            else:
                found += _wrong_facts(con, table, whole)
    return found


def only_undone(lake: Lake, taken_back: Iterable[str]) -> dict[str, int]:
    """By kind, how many facts stand only in rows of these imports."""
    found = {}
    with _reading(lake) as con:
        for kind in lake.kinds():
            if files := delta.open_table(lake.path / kind).files():
                rows = parquet(file.path for file in files)
                out = undone.is_out(kind, taken_back)
                gone = f"SELECT DISTINCT {_FACT} FROM {rows} WHERE {out}"
                stays = f"ANTI JOIN (FROM {rows} WHERE NOT {out}) USING ({_FACT})"
                found[kind] = int(duck.one(con, f"SELECT count(*) FROM ({gone}) {stays}"))
    return found


@contextmanager
def _reading(lake: Lake) -> Iterator[Backend]:
    with tempfile.TemporaryDirectory(prefix="revloop-") as temp:
        folder = Path(temp).resolve()
        con = duck.connect([lake.path, folder], folder, memory_limit=duck.MEMORY_LIMIT)
        try:
            yield con
        finally:
            con.disconnect()


def _damaged(table: str, files: Sequence[DataFile]) -> Iterator[str]:
    for file in files:
        if not file.path.exists():
            yield f"{table}: {file.path} is missing; restore it from a backup"
        elif (size := file.path.stat().st_size) != file.size:
            yield (
                f"{table}: {file.path} has {size:,} bytes and not {file.size:,}; "
                "restore it from a backup"
            )


def _wrong_keys(con: Backend, files: Sequence[DataFile]) -> Iterator[str]:
    keys = parquet(file.path for file in files)
    for column, other in (("reference", "keys"), ("id", "references")):
        twice = f"FROM {keys} GROUP BY entity, {column} HAVING count(*) > 1"
        for entity, count in duck.run(
            con, f"SELECT entity, count(*) FROM (SELECT entity {twice}) GROUP BY 1 ORDER BY 1"
        ):
            yield f"{KEYS}: {count:,} {entity} {column}s have several {other}"


def _wrong_undone(con: Backend, files: Sequence[DataFile]) -> Iterator[str]:
    rows = parquet(file.path for file in files)
    twice = f"SELECT 1 FROM {rows} GROUP BY import_id HAVING count(*) > 1"
    if count := duck.one(con, f"SELECT count(*) FROM ({twice})"):
        yield f"{UNDONE}: {count:,} imports were undone twice"


def _wrong_facts(con: Backend, kind: str, tables: dict[str, Sequence[DataFile]]) -> Iterator[str]:
    first = [file.path for file in tables[kind] if is_first(file)]
    again = [file.path for file in tables[kind] if not is_first(file)]
    rows = parquet(file.path for file in tables[kind])
    if first:
        twice = f"SELECT 1 FROM {parquet(first)} GROUP BY {_FACT} HAVING count(*) > 1"
        if count := duck.one(con, f"SELECT count(*) FROM ({twice})"):
            yield f"{kind}: {count:,} facts stand twice among the current ones"
    if again:
        known = f"SEMI JOIN {parquet(first)} USING ({_FACT})" if first else "WHERE false"
        corrections = f"SELECT DISTINCT {_FACT} FROM {parquet(again)}"
        lost = f"({corrections} EXCEPT SELECT {_FACT} FROM ({corrections}) {known})"
        if count := duck.one(con, f"SELECT count(*) FROM {lost}"):
            yield f"{kind}: {count:,} facts have corrections and no first version"
        out = undone.is_out(kind, undone.moments(tables.get(UNDONE, ())))
        seen = f"FROM {rows} WHERE NOT {out}"
        twice = f"SELECT 1 {seen} GROUP BY {_FACT}, digest HAVING count(*) > 1"
        if count := duck.one(con, f"SELECT count(*) FROM ({twice})"):
            yield f"{kind}: {count:,} versions of facts stand there twice"
    present = {row[0] for row in duck.run(con, f"DESCRIBE FROM {rows}")}
    for column, entity in names_of_keys(KINDS[kind]).items():
        if column not in present:
            continue
        ids = f"SELECT DISTINCT {name(column)} AS id FROM {rows} WHERE {name(column)} IS NOT NULL"
        made = parquet(file.path for file in tables[KEYS]) if KEYS in tables else ""
        known = f"ANTI JOIN (FROM {made} WHERE entity = {text(entity)}) USING (id)" if made else ""
        if count := duck.one(con, f"SELECT count(*) FROM ({ids}) {known}"):
            yield f"{kind}: {count:,} keys in {column} belong to no {entity}"
