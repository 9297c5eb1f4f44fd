"""Batch linkage: records that are one person and share no key, found by what they say in common.

An extra: without Splink it is not tried, and the report says so. What it is sure of is joined
reversibly and explained; the rest is proposed to a person. It also takes apart what only a shared
number joined, where given names and addresses say that these are two people.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from revloop.kit.errors import NotAvailable, RevloopError
from revloop.operations.people import actions, linking
from revloop.operations.people.actions import Linked, Pair
from revloop.operations.people.statements import next_number, rows

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 50_000
_SECONDS = 3600
_WHOLE_FROM = 100
"""Above it, how many times likelier something is needs no fraction."""
_NUMBERS = ("number", "person")
_TEXTS = ("name", "company", "hosts", "title", "country", "email", "phone")


def is_available() -> bool:
    return find_spec("splink") is not None


def link(*, actor: str, at: datetime, batch: str = "", scratch: Path | None = None) -> Linked:
    """Compare all contacts, and record what comes of it.

    Args:
        actor: Who runs the import.
        at: When it runs.
        batch: The import.
        scratch: A folder for files with names and addresses, which are deleted before this returns.

    Raises:
        NotAvailable: `people.no_linkage` without the extra.
        RevloopError: `people.linkage_failed`, with what the process said last.
    """
    if not is_available():
        raise NotAvailable(
            "people.no_linkage",
            "records that share no key were not compared: Splink is not installed",
            hint="pip install 'revloop[linkage]'",
        )
    with tempfile.TemporaryDirectory(dir=scratch) as made:
        folder = Path(made)
        files = [folder / f"{name}.parquet" for name in ("contacts", "pairs", "parted")]
        _write_contacts(files[0])
        _run(*files, folder)
        pairs, parted = (list(_pairs(file)) for file in files[1:])
    return actions.record_linkage(pairs, parted, actor=actor, at=at, batch=batch)


def _run(*files: Path) -> None:
    command = [sys.executable, "-m", linking.__name__, *map(str, files)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _failed(f"it took more than {_SECONDS:,} seconds") from None
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise _failed(last[0])


def _failed(why: str) -> RevloopError:
    return RevloopError(
        "people.linkage_failed",
        f"records that share no key were not compared: {why}",
        hint="all that was imported is kept; the next import with new people compares them again",
    )


def _write_contacts(file: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415 - where it is not needed, nobody should wait for it
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema(
        [(name, pa.int64() if name in _NUMBERS else pa.string()) for name in (*_NUMBERS, *_TEXTS)]
    )
    with pq.ParquetWriter(file, schema) as writer:
        last = next_number("people_contact") - 1
        for first in range(1, last + 1, _AT_ONCE):
            columns = _contacts(first, first + _AT_ONCE - 1)
            if columns:
                writer.write_table(pa.table(dict(zip(schema.names, columns, strict=True)), schema))


def _contacts(first: int, last: int) -> list[Sequence[Any]]:
    """Number, person and `_TEXTS` of each contact, the texts as they are kept; a column each."""
    known = rows(
        "SELECT id, person, name_key, company_key, hosts, title, country FROM people_contact "
        "WHERE id BETWEEN %s AND %s ORDER BY id",
        (first, last),
    )
    columns: list[Sequence[Any]] = list(zip(*known, strict=True))
    if not columns:
        return []
    for kind in ("email", "phone"):
        keys = rows(
            "SELECT record, value FROM people_identifier "
            "WHERE record BETWEEN %s AND %s AND kind = %s AND weakness = '' ORDER BY id DESC",
            (first, last, kind),
        )
        # The oldest comes last and stands: a record has its first address and its first number.
        columns.append(list(map(dict(keys).get, columns[0])))
    return columns


def _pairs(file: Path) -> Iterator[Pair]:
    import pyarrow.parquet as pq  # noqa: PLC0415

    if not file.exists():  # no two records agreed in anything
        return
    table: pa.Table = pq.ParquetFile(file).read()
    for row in table.to_pylist():
        one, other = sorted((row["number_l"], row["number_r"]))
        yield Pair(one, other, row["match_probability"], _explanation(row))


_LEVELS = {
    comparison.name: [(level.weight, level.words) for level in comparison.levels]
    for comparison in linking.MODEL
}


def _explanation(row: dict[str, Any]) -> str:
    """What speaks for the two being one and what against it, the weightiest first."""
    said = []
    for name, levels in _LEVELS.items():
        weight = row[f"mw_{name}"]
        if weight:
            _, words = min(levels, key=lambda level: abs(level[0] - weight))
            said.append((weight + (row.get(f"mw_tf_adj_{name}") or 0.0), words))
    return ", ".join(
        f"{words} ({_times(weight)})"
        for weight, words in sorted(said, key=lambda each: (-abs(each[0]), each[1]))
    )


def _times(bits: float) -> str:
    times = 2 ** abs(bits)
    shown = f"{times:,.0f}" if times >= _WHOLE_FROM else f"{times:.3g}"
    return f"{shown} times {'likelier' if bits >= 0 else 'less likely'}"
