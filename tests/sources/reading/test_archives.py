from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from revloop.sources.reading import Limits, Reading, read_folder

from .folders import only_refusal, only_table, read, values_of

CSV = b"id,name\n1,Ann\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


def packed(path: Path, members: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def everything_below(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_members_are_tables_under_their_names(folder: Path) -> None:
    packed(
        folder / "export.zip",
        [("sub/leads.csv", CSV), ("deals.csv", b"key\na\n"), ("README.md", b"read me")],
    )

    reading = read(folder)

    assert [table.name for table in reading.tables] == [
        "export.zip/deals.csv",
        "export.zip/sub/leads.csv",
    ]
    assert [values_of(table) for table in reading.tables] == [[["a"]], [["1", "Ann"]]]
    assert reading.ignored == ("export.zip/README.md",)
    assert reading.refused == ()


def test_workbooks_and_compressed_files_are_read_in_an_archive(folder: Path) -> None:
    packed(folder / "export.zip", [("leads.csv.gz", gzip.compress(CSV))])

    assert values_of(only_table(read(folder))) == [["1", "Ann"]]


def linked(name: str, kind: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("../../evil.csv", "points outside the archive"),
        ("a/../../evil.csv", "points outside the archive"),
        ("/etc/evil.csv", "points outside the archive"),
        ("C:\\evil.csv", "points outside the archive"),
        ("..\\evil.csv", "points outside the archive"),
        (linked("evil.csv", stat.S_IFLNK), "is a link or a device"),
        (linked("evil.csv", stat.S_IFCHR), "is a link or a device"),
        (linked("evil.csv", stat.S_IFIFO), "is a link or a device"),
        ("x" * 300 + ".csv", "has a name of more than 260 characters"),
        ("inner.zip", "is an archive inside an archive"),
        ("inner.ZIP", "is an archive inside an archive"),
    ],
)
def test_a_member_that_is_not_trusted_is_named_and_the_others_are_read(
    member: str | zipfile.ZipInfo, reason: str, folder: Path, tmp_path: Path
) -> None:
    packed(folder / "export.zip", [(member, CSV), ("good.csv", CSV)])
    before = everything_below(tmp_path)

    reading = read(folder)

    [refused] = reading.refused
    name = member if isinstance(member, str) else member.filename
    assert refused.name == f"export.zip/{name}"
    assert reason in refused.reason
    assert [table.name for table in reading.tables] == ["export.zip/good.csv"]
    new = everything_below(tmp_path) - before
    assert all(path.is_relative_to(tmp_path / "staged") for path in new)
    assert not any("evil" in path.name for path in new)


def test_an_archive_inside_an_archive_is_known_by_its_bytes(folder: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", CSV)
    packed(folder / "export.zip", [("inner.csv", inner.getvalue())])

    assert "archive inside an archive" in only_refusal(read(folder))


def test_names_that_some_disk_takes_for_one_are_all_refused(folder: Path) -> None:
    packed(folder / "export.zip", [("Leads.csv", CSV), ("LEADS.CSV", CSV), ("a.csv", CSV)])

    reading = read(folder)

    assert [each.name for each in reading.refused] == [
        "export.zip/LEADS.CSV",
        "export.zip/Leads.csv",
    ]
    assert len(reading.tables) == 1


def test_a_name_with_a_nul_is_refused(folder: Path) -> None:
    path = packed(folder / "export.zip", [("evil?.csv", CSV), ("good.csv", CSV)])
    path.write_bytes(path.read_bytes().replace(b"evil?.csv", b"evil\0.csv"))

    reading = read(folder)

    assert [str(each) for each in reading.refused] == [
        "export.zip/evil\\x00.csv has a NUL character in its name (rename it)"
    ]
    assert len(reading.tables) == 1


def test_an_encrypted_member_is_refused(folder: Path) -> None:
    path = packed(folder / "export.zip", [("a.csv", CSV)])
    content = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    path.write_bytes(content)

    assert "is encrypted" in only_refusal(read(folder))


def test_a_bomb_is_stopped_while_it_inflates(folder: Path, tmp_path: Path) -> None:
    packed(folder / "bomb.zip", [("bomb.csv", b"a,b\n" + b"0" * 200_000_000), ("good.csv", CSV)])

    reading = read(folder)

    assert [table.name for table in reading.tables] == ["bomb.zip/good.csv"]
    assert "unpacks to more than" in str(reading.refused[0])
    assert sum(path.stat().st_size for path in everything_below(tmp_path / "staged")) < 100_000


def test_the_members_together_are_bounded(folder: Path, tmp_path: Path) -> None:
    packed(
        folder / "export.zip",
        [(f"{n}.csv", b"id\n" + os.urandom(1_000).hex().encode()) for n in range(5)],
    )

    reading = read_folder(folder, tmp_path / "staged", limits=Limits(largest_unpacked=5_000))

    assert [len(reading.tables), len(reading.refused)] == [2, 3]


@pytest.mark.parametrize("members", [1_001, 70_000])
def test_too_many_members(members: int, folder: Path) -> None:
    with zipfile.ZipFile(folder / "export.zip", "w") as archive:
        for number in range(members):
            archive.writestr(f"{number}.csv", b"")

    assert "has more than 1,000 members" in only_refusal(read(folder))


@pytest.mark.parametrize("declared", [0, 5, 10_000_000])
def test_a_size_that_is_not_true_is_not_believed(declared: int, folder: Path) -> None:
    content = b"id,name\n" + b"1,Ann\n" * 1_000
    path = packed(folder / "export.zip", [("a.csv", content)])
    raw = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = raw.index(signature) + place
        raw[at : at + 4] = struct.pack("<I", declared)
    path.write_bytes(raw)

    reading = read(folder)

    # Whole or not at all.
    assert [table.rows for table in reading.tables] in ([], [1_000])
    assert len(reading.tables) + len(reading.refused) == 1


def test_members_that_lie_over_each_other_are_refused(folder: Path) -> None:
    path = packed(folder / "export.zip", [("a.csv", CSV * 100), ("b.csv", CSV * 100)])
    raw = bytearray(path.read_bytes())
    second = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 1)
    raw[second + 42 : second + 46] = struct.pack("<I", 1)
    path.write_bytes(raw)

    assert "lie over each other" in only_refusal(read(folder))


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.95])
def test_half_an_archive_is_refused(keep: float, folder: Path) -> None:
    path = packed(folder / "export.zip", [("a.csv", CSV * 100), ("b.csv", os.urandom(500))])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])

    assert "is damaged" in only_refusal(read(folder))


def test_a_damaged_member_is_refused(folder: Path) -> None:
    path = packed(
        folder / "export.zip", [("a.csv", os.urandom(500).hex().encode()), ("b.csv", CSV)]
    )
    content = bytearray(path.read_bytes())
    content[100] ^= 0xFF
    path.write_bytes(content)

    reading = read(folder)

    assert [table.name for table in reading.tables] == ["export.zip/b.csv"]
    assert "is damaged" in str(reading.refused[0])


def gzipped(folder: Path, content: bytes, name: str = "leads.csv.gz") -> Reading:
    (folder / name).write_bytes(content)
    return read(folder)


def test_a_gzipped_file_is_read(folder: Path) -> None:
    table = only_table(gzipped(folder, gzip.compress(CSV) + gzip.compress(b"2,Bob\n")))

    assert table.name == "leads.csv.gz"
    assert values_of(table) == [["1", "Ann"], ["2", "Bob"]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        # Made when they are needed: a gzipped file holds the moment it was made.
        (lambda: gzip.compress(CSV * 100)[:-20], "is damaged"),
        (lambda: gzip.compress(b"0" * 200_000_000), "unpacks to more than"),
        (lambda: gzip.compress(gzip.compress(CSV)), "holds no text"),
    ],
    ids=["cut off", "a bomb", "twice"],
)
def test_a_gzipped_file_with_a_fault_is_refused(
    content: Callable[[], bytes], reason: str, folder: Path
) -> None:
    assert reason in only_refusal(gzipped(folder, content()))


def test_other_archives_are_refused_by_name(folder: Path) -> None:
    assert "is an archive that is not read" in only_refusal(gzipped(folder, b"x", "a.7z"))


def test_a_zip_that_is_not_named_like_one(folder: Path) -> None:
    packed(folder / "export.csv", [("a.csv", CSV)])

    assert "is a zip archive" in only_refusal(read(folder))


def test_a_workbook_that_is_named_zip(folder: Path) -> None:
    with xlsxwriter.Workbook(folder / "book.zip") as made:
        made.add_worksheet("S").write_column(0, 0, ["id", 1])

    assert values_of(only_table(read(folder))) == [[1]]
