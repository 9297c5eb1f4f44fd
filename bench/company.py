"""A company of a given size, as files of facts: people with names, companies, touches, sales."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from revloop.facts.words import DIRECTIONS, SIDES, TOUCH_KINDS

FIRST = datetime(2021, 1, 1, tzinfo=UTC)
LAST = FIRST + timedelta(days=5 * 365)
PEOPLE_AT_A_COMPANY = 5
PEOPLE_WITH_AN_OPPORTUNITY = 20
AT_ONCE = 500_000
_SYLLABLES = (
    "ba be bo da de do fa fe ka ke ko la le lo ma me mo na ne no ra re ro sa se so ta te to"
)
_COUNTRIES = ("DE", "US", "FR", "GB", "NL", "PL", "ES", "IT", "AT", "CH")
_STAGES = ("discovery", "proposal", "negotiation", "won", "lost")
COMPUTE: Any = pc
"""Its types know nothing of a text that stands for a column of the same text."""


def write(folder: Path, *, contacts: int, touches: int) -> None:
    """Write the files."""
    folder.mkdir()
    draw = np.random.default_rng(7)
    _save(folder, "account", iter([_accounts(draw, max(1, contacts // PEOPLE_AT_A_COMPANY))]))
    _save(folder, "contact", iter([_contacts(draw, contacts)]))
    _save(folder, "opportunity", iter([_opportunities(draw, contacts)]))
    _save(folder, "touch", _touches(draw, contacts, touches))


def _save(folder: Path, kind: str, tables: Iterator[pa.Table]) -> None:
    writer = None
    for table in tables:
        writer = writer or pq.ParquetWriter(folder / f"{kind}.parquet", table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


def _accounts(draw: np.random.Generator, count: int) -> pa.Table:
    name = _names(draw, count, 3)
    return pa.table(
        {
            "source_id": ids("a", np.arange(count)),
            "at": _instants(draw, count),
            "name": COMPUTE.binary_join_element_wise(name, "Ltd", " "),
            "domain": COMPUTE.binary_join_element_wise(
                name, ids("", np.arange(count)), ".example", ""
            ),
            "country": pa.array(_COUNTRIES).take(_places(draw, len(_COUNTRIES), count)),
        }
    )


def _contacts(draw: np.random.Generator, count: int) -> pa.Table:
    first, last = _names(draw, count, 2), _names(draw, count, 3)
    address = COMPUTE.binary_join_element_wise(first, ids("", np.arange(count)), ".")
    return pa.table(
        {
            "source_id": ids("c", np.arange(count)),
            "at": _instants(draw, count),
            "account_id": ids("warehouse:a", np.arange(count) // PEOPLE_AT_A_COMPANY),
            "first_name": first,
            "last_name": last,
            "email": COMPUTE.binary_join_element_wise(address, "mail.example", "@"),
            "country": pa.array(_COUNTRIES).take(_places(draw, len(_COUNTRIES), count)),
        }
    )


def _opportunities(draw: np.random.Generator, contacts: int) -> pa.Table:
    count = max(1, contacts // PEOPLE_WITH_AN_OPPORTUNITY)
    person = draw.integers(0, contacts, count)
    return pa.table(
        {
            "source_id": ids("o", np.arange(count)),
            "at": _instants(draw, count),
            "account_id": ids("warehouse:a", person // PEOPLE_AT_A_COMPANY),
            "contact_id": ids("warehouse:c", person),
            "stage": pa.array(_STAGES).take(_places(draw, len(_STAGES), count)),
            "amount_minor": pa.array(draw.integers(1, 10_000, count) * 10_000),
            "amount_currency": pa.array(["EUR"] * count),
        }
    )


def _touches(draw: np.random.Generator, contacts: int, rows: int) -> Iterator[pa.Table]:
    for start in range(0, rows, AT_ONCE):
        count = min(AT_ONCE, rows - start)
        # A few people do much: the first in a thousand has some thirty times the mean.
        person = (draw.random(count) ** 2 * contacts).astype(np.int64)
        yield pa.table(
            {
                "source_id": ids("t", np.arange(start, start + count)),
                "at": _instants(draw, count),
                "contact_id": ids("warehouse:c", person),
                "account_id": ids("warehouse:a", person // PEOPLE_AT_A_COMPANY),
                "kind": pa.array(TOUCH_KINDS).take(_places(draw, len(TOUCH_KINDS), count)),
                "side": pa.array(SIDES).take(_places(draw, len(SIDES), count)),
                "channel": ids("channel-", draw.integers(0, 12, count)),
                "direction": pa.array(DIRECTIONS).take(_places(draw, len(DIRECTIONS), count)),
            }
        )


def _names(draw: np.random.Generator, count: int, syllables: int) -> Any:
    known = pa.array(_SYLLABLES.split())
    parts = [known.take(_places(draw, len(known), count)) for _ in range(syllables)]
    return COMPUTE.utf8_capitalize(COMPUTE.binary_join_element_wise(*parts, ""))


def ids(start: str, numbers: np.ndarray[Any, Any]) -> Any:
    return COMPUTE.binary_join_element_wise(start, pc.cast(pa.array(numbers), pa.string()), "")


def _instants(draw: np.random.Generator, count: int) -> Any:
    seconds = draw.random(count) ** 0.7 * (LAST - FIRST).total_seconds()
    at = (int(FIRST.timestamp()) + seconds.astype(np.int64)) * 1_000_000
    return pa.array(at).cast(pa.timestamp("us", "UTC"))


def _places(draw: np.random.Generator, among: int, count: int) -> Any:
    return pa.array(draw.integers(0, among, count))
