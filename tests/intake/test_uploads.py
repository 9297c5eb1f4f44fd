"""Names that a browser sends are not trusted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from revloop.intake import uploads
from revloop.kit.errors import InvalidInput
from revloop.kit.folder import Folder

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("contacts.csv", "contacts.csv"),
        ("../../operations.sqlite3", "operations.sqlite3"),
        ("C:\\exports\\deals.xlsx", "deals.xlsx"),
        (".hidden.csv", "hidden.csv"),
        ("a\x1b[2Jb\n.csv", "a_[2Jb_.csv"),
        ("Verträge 2026.csv", "Verträge 2026.csv"),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_a_name_is_one_of_a_file_and_nothing_else(given: str, kept: str) -> None:
    assert uploads.safe_name(given) == kept


def test_a_name_that_is_too_long_for_a_disk_is_cut_and_keeps_its_ending(tmp_path: Path) -> None:
    made = uploads.begin(Folder(tmp_path), at=AT)
    name = made.put(f"{'ü' * 300}.csv", [b"a"]).name
    assert name.endswith("ü.csv")


def test_files_of_one_name_are_all_kept(tmp_path: Path) -> None:
    made = uploads.begin(Folder(tmp_path), at=AT)
    names = [made.put("leads.csv", [b"a", b"b"]).name for _ in range(3)]
    assert names == ["leads.csv", "leads (2).csv", "leads (3).csv"]
    assert (made.files / names[1]).read_bytes() == b"ab"


@pytest.mark.parametrize("name", ["../lake", "20260302T090000-0123456g", "", "20260302T090000"])
def test_what_is_no_name_of_an_upload_finds_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput):
        uploads.find(Folder(tmp_path), name)
