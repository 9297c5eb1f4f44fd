"""What the linkage compares, made of what is known of each contact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from revloop.operations.people import linking


def compared(folder: Path, **texts: str | None) -> dict[str, Any]:
    """The one row of the table `contact` for these texts."""
    row: dict[str, Any] = {
        "number": 1,
        "person": 1,
        **dict.fromkeys(("name", "company", "hosts", "title", "country"), ""),
        **dict.fromkeys(("email", "phone")),
        **texts,
    }
    types = {name: pa.int64() for name in ("number", "person")}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in row])
    pq.write_table(pa.Table.from_pylist([row], schema), folder / "contacts.parquet")
    database = duckdb.connect()
    linking._read(database, folder / "contacts.parquet")
    found = database.execute("FROM contact")
    names = [column[0] for column in found.description or ()]
    [values] = found.fetchall()
    return dict(zip(names, values, strict=True))


def test_what_is_unknown_is_compared_with_nothing(tmp_path: Path) -> None:
    found = compared(tmp_path)

    assert {name for name, value in found.items() if value is not None} == {"number", "person"}


@pytest.mark.parametrize(
    ("name", "given", "long_given", "family"),
    [
        ("bob smith", "bob", "robert", "smith"),
        ("ann maria smith", "ann", "annie", "smith"),
        ("zed smith", "zed", "zed", "smith"),
        ("smith", None, None, "smith"),
    ],
)
def test_a_name_is_its_first_word_in_its_long_form_and_its_last(
    tmp_path: Path, name: str, given: str | None, long_given: str | None, family: str
) -> None:
    found = compared(tmp_path, name=name)

    assert (found["given"], found["family"]) == (given, family)
    assert found["long_given"] == long_given


@pytest.mark.parametrize(
    ("email", "tail"),
    [
        ("ann.smith2@acme.com", "2"),
        ("ann.smith@acme.com", ""),
        ("annsmith77@gmail.com", ""),
    ],
)
def test_only_at_a_company_a_number_in_an_address_tells_namesakes_apart(
    tmp_path: Path, email: str, tail: str
) -> None:
    found = compared(tmp_path, email=email)

    assert found["tail"] == tail
    assert f"{found['local']}@{found['domain']}" == email


def test_a_company_is_known_by_its_name_its_first_word_and_its_first_domain(
    tmp_path: Path,
) -> None:
    found = compared(
        tmp_path, company="acme labs", hosts="acme.com acme.io", title="CEO", country="de"
    )

    assert (found["company"], found["head"], found["host"]) == ("acme labs", "acme", "acme.com")
    assert (found["title"], found["country"]) == ("ceo", "DE")
