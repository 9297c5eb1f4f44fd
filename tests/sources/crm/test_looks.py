"""What is plainly written is read quickly, and means what it means when read with care."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
import pytest

from revloop.sources import values
from revloop.sources.crm.looks import look
from revloop.sources.protocol import Settings

from .exports import engine

PLAIN = (
    "2024-03-01T08:00:00.000",
    "2024-03-01 08:00:00",
    "2024-03-01 08:00",
    "2024-03-31 02:30:00",
    "2024-10-27 02:30:00.123456",
    "2024-03-01",
    "1969-12-31 23:00:00",
    "9999-12-31 23:59:59",
    "0001-01-01",
    " 2024-02-29 00:00:00 ",
    "",
    None,
)
OF_UTC = ("2024-03-01T08:00:00Z", "2024-03-01T08:00:00.000+0000", "2024-03-01 08:00:00+00:00")
OTHERS = (
    "1709280000000",
    "01.03.2024 08:00",
    "2024-03-01T08:00:00+0200",
    "2024-02-30",
    "2024-03-01 25:00",
    "2024-03-01 08:00 PM",
    "Mar 1, 2024",
    "n/a",
    "soon",
)


def table(*texts: str | None) -> Any:
    made = pa.table(
        {"moment": pa.array(texts, pa.string()), "nothing": pa.nulls(len(texts), pa.string())}
    )
    return engine().create_table(ibis.util.gen_name("look"), made, temp=True)


def read(column: Any, rows: Any, settings: Settings, how: Any) -> list[Any]:
    found = how(column, settings)
    made = rows.select(moment=rows["moment"], value=found.value, problem=found.problem)
    listed = engine().to_pyarrow(made).to_pylist()
    return sorted(
        ((str(each["moment"]), each["value"], each["problem"]) for each in listed), key=str
    )


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("how", [values.instant, values.day])
def test_plain_moments_are_the_same_moments_at_a_glance(zone: str, how: Any) -> None:
    rows = table(*PLAIN)
    glance = look(rows, ["moment"], {"moment": zone})

    assert glance.moments == {"moment"}
    settings = Settings("x", timezone=zone)
    quick = read(glance.column(rows, "moment"), rows, settings, how)
    assert quick == read(rows["moment"], rows, settings, how)


def test_moments_of_utc_are_plain_where_no_other_zone_is_meant() -> None:
    rows = table(*PLAIN, *OF_UTC)
    glance = look(rows, ["moment"], {"moment": "UTC"})

    assert glance.moments == {"moment"}
    assert look(rows, ["moment"], {"moment": "Europe/Berlin"}).moments == frozenset()
    quick = read(glance.column(rows, "moment"), rows, Settings("x"), values.instant)
    assert quick == read(rows["moment"], rows, Settings("x"), values.instant)


@pytest.mark.parametrize("other", OTHERS)
def test_one_moment_of_another_spelling_and_the_column_is_read_with_care(other: str) -> None:
    rows = table(*PLAIN, other)

    assert look(rows, ["moment"], {"moment": "UTC"}).moments == frozenset()


def test_a_column_without_a_word_is_empty() -> None:
    rows = table("2024-03-01", None)

    assert look(rows, ["moment", "nothing"], {}).empty == {"nothing"}
