"""The example company in tests: made once, asked in SQL."""

# ruff: noqa: S608 - every name in a query is one of ours

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from revloop.example import Company, SizeName, make
from revloop.example.company import KINDS

UNTIL = date(2026, 10, 1)
SEEDS = (1, 2, 3, 4)


@cache
def company(size: SizeName, seed: int = 1) -> Company:
    return make(size, seed=seed, until=UNTIL)


@cache
def table(size: SizeName, kind: str, seed: int = 1) -> pa.Table:
    return company(size, seed).table(kind)


class Facts:
    """SQL over a company: each kind as it stands on the last day, `<kind>_versions` with all rows."""

    def __init__(self, size: SizeName, seed: int = 1) -> None:
        self._size: SizeName = size
        self._seed = seed
        self._connection = duckdb.connect()
        self._connection.execute("set timezone = 'UTC'")
        self._known: set[str] = set()

    def __call__(self, query: str) -> dict[str, NDArray[Any]]:
        self._register(query)
        columns: dict[str, NDArray[Any]] = self._connection.execute(query).fetchnumpy()
        return {name: np.ma.getdata(column) for name, column in columns.items()}

    def one(self, query: str) -> Any:
        self._register(query)
        row = self._connection.execute(query).fetchone()
        assert row is not None
        return row[0]

    def _register(self, query: str) -> None:
        for kind in KINDS:
            if kind in query and kind not in self._known:
                versions = table(self._size, kind, self._seed)
                self._connection.register(f"{kind}_versions", versions)
                self._connection.execute(
                    f"create view {kind} as select *, 'acme:' || source_id as id"
                    f" from {kind}_versions qualify row_number()"
                    " over (partition by source_id order by recorded_at desc) = 1"
                )
                self._known.add(kind)


@cache
def facts(size: SizeName, seed: int = 1) -> Facts:
    return Facts(size, seed)


def texts(column: pa.ChunkedArray[Any]) -> set[str]:
    """The different texts of a column."""
    return {str(text) for text in pc.unique(column.drop_null()).to_pylist()}
