# ruff: noqa: RUF001 - letters of several alphabets are what is read here
from __future__ import annotations

import csv
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.kit.errors import InvalidInput
from revloop.sources.reading import Format
from revloop.sources.reading.results import CannotRead
from revloop.sources.reading.text import careful, quick, table, window
from revloop.sources.reading.text.reasons import HOLDS_NUL, NEVER_CLOSED, NOT_DECODABLE

from .folders import Text, written

# What tables hold, and what breaks readers of them.
CELLS = st.text(
    st.one_of(
        st.sampled_from("\",;|\t\r\n\\'= é€"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=8,
)
DELIMITERS = st.sampled_from(",;\t|")
QUOTING = st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@given(st.data(), DELIMITERS, QUOTING, LINE_ENDS, st.sampled_from(ENCODINGS))
def test_every_table_that_python_writes_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    delimiter: str,
    quoting: int,
    end: str,
    encoding: str,
) -> None:
    width = data.draw(st.integers(1, 5))
    # Python leaves a line end of another system without quotes.
    foreign = str.maketrans("", "", "\r\n".strip(end) if quoting == csv.QUOTE_MINIMAL else "")
    cells = CELLS.map(lambda text: text.translate(foreign))
    rows = data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), max_size=6))
    header = [f"column {number}" for number in range(width)]
    content = written(
        [header, *rows], encoding, delimiter=delimiter, quoting=quoting, lineterminator=end
    )
    said = Format(delimiter=delimiter, encoding=encoding, header_row=1)

    found = Text(content, tmp_path_factory.mktemp("text"), said)

    assert found.bad == []
    assert list(found.columns) == header
    assert found.values == [[cell or None for cell in row] for row in rows]


@given(st.data(), LINE_ENDS)
def test_both_ways_of_reading_see_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, end: str
) -> None:
    """Not only tables: any lines of quotes, delimiters and letters."""
    faulty = st.text(st.sampled_from('",ab \n\r'), max_size=30)
    holds_nul = st.sampled_from(["a,b,\0", "\0", '"\0",b,c'])
    sound = st.sampled_from(["a,b,c", '"a","b,","c"', '"a""",,""'])
    lines = data.draw(st.lists(st.one_of(faulty, sound)))
    lines += data.draw(st.lists(holds_nul, max_size=2))
    content = f"x,y,z{end}{end.join(lines)}".encode()
    folder = tmp_path_factory.mktemp("text")
    said = Format(delimiter=",", header_row=1)

    both = Text(content, folder, said)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "well_formed_rows", lambda *_, **__: quick._NOTHING)
        slow = Text(content, folder, said)

    assert both.rows == slow.rows
    assert both.bad == slow.bad


@given(st.data())
def test_where_a_window_ends_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    cells = st.text(st.sampled_from('",\nab'), max_size=6)
    rows = data.draw(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=30))
    content = written([["x", "y", "z"], *rows])
    folder = tmp_path_factory.mktemp("text")
    whole = Text(content, folder, Format(delimiter=",", header_row=1))

    with pytest.MonkeyPatch.context() as patch:
        for module in (window, table, careful):
            patch.setattr(module, "STRETCH", 64)
        patch.setattr(window.Window.fill, "__defaults__", (64,))
        patch.setattr("revloop.sources.reading.text.encoding._BLOCK", 7)
        in_pieces = Text(content, folder, Format(delimiter=",", header_row=1))

    assert in_pieces.rows == whole.rows
    assert in_pieces.bad == whole.bad == []


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name,city\nMüller,Köln\nSmith,York\n", "cp1252"),
        ("name,price\n“quoted” – dash,5 €\n", "cp1252"),
        ("nom,prénom\nSociété générale,Hélène\nFrançois,Noël\n", "cp1252"),
        ("имя,город\nИванов,Москва\nПетров,Санкт-Петербург\n" * 3, "cp1251"),
        ("名前,会社\n山田太郎,株式会社トヨタ自動車\n" * 3, "cp932"),
        ("imię,miasto\nŁukasz Święch,Łódź\nŻółć,Kraków właściciel\n" * 3, "cp1250"),
        ("ad,şehir\nÇağrı Güneş,İstanbul Şişli\n", "cp1254"),
        ("όνομα,πόλη\nΓιώργος Παπαδόπουλος,Αθήνα\n" * 3, "cp1253"),
        ("姓名,城市\n张伟,北京市朝阳区\n客户经理,明天联系\n" * 3, "gb18030"),
        ("name,city\nMüller,Köln\n", "utf-8"),
        ("name,city\nMüller,Köln\n", "utf-16-le"),
        ("name,city\nMüller,Köln\n", "utf-16-be"),
        ("name,city\nMüller,Köln\n", "utf-32-le"),
    ],
)
def test_the_encoding_is_found(text: str, encoding: str, tmp_path: Path) -> None:
    found = Text(text.encode(encoding), tmp_path)

    lines = [line.split(",") for line in text.splitlines()]
    assert [list(found.columns), *found.values] == lines
    assert "not" not in found.found["encoding"]


def test_one_broken_letter_costs_one_row_and_not_the_encoding(tmp_path: Path) -> None:
    good = "".join(f"Müller {number},Köln\n" for number in range(20))
    content = b"name,city\n" + good.encode() + b"M\xfcller,Bonn\n" + good.encode()

    found = Text(content, tmp_path)

    assert len(found.rows) == 40
    assert found.values[0] == ["Müller 0", "Köln"]
    assert found.bad == [(22, "M\N{REPLACEMENT CHARACTER}ller,Bonn", NOT_DECODABLE)]
    assert found.found["encoding"] == "UTF-8, with bytes that are not"


@pytest.mark.parametrize(
    ("delimiter", "rows"),
    [
        (",", [["id", "name"], ["1", "Ann; of York"], ["2", "Bob"]]),
        (";", [["name", "amount"], ["Ann", "1.234,56"], ["Bob", "2,00"], ["Cid", "3,10"]]),
        (";", [["a", "b", "c"], ["1,0", "2,0", "3,0"], ["1,5", "2,5", "3,5"]]),
        ("\t", [["id", "path"], ["1", "a, b"], ["2", "c, d"]]),
        ("|", [["id", "name", "city"], ["1", "Ann, B", "York"], ["2", "Bob, C", "Rome"]]),
    ],
)
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_NONE])
def test_the_delimiter_is_found(
    delimiter: str, rows: list[list[str]], quoting: int, tmp_path: Path
) -> None:
    found = Text(written(rows, delimiter=delimiter, quoting=quoting), tmp_path)

    assert [list(found.columns), *found.values] == rows


def test_a_list_of_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    found = Text(b"email\nann@acme.com\n\nbob@acme.com\n", tmp_path)

    assert found.columns == ("email",)
    assert found.values == [["ann@acme.com"], ["bob@acme.com"]]
    assert found.lines == [2, 4]
    assert found.found["delimiter"] == "none"


def test_prose_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="holds no table"):
        Text(b"Dear Ann\nhere is the export\n", tmp_path, prose=True)


def test_excel_may_announce_the_delimiter(tmp_path: Path) -> None:
    found = Text(b"sep=;\r\nid;name\r\n1;a,b\r\n", tmp_path)

    assert found.values == [["1", "a,b"]]
    assert found.lines == [3]


@pytest.mark.parametrize(
    ("above", "lines"),
    [
        ("", 0),
        ("\n\n", 2),
        ("Leads by source\nGenerated 2026-01-05, by Ann\n\n", 3),
        ("Leads by source,,,\nAll owners,,,\n", 2),
    ],
)
def test_the_header_may_stand_below_a_title(above: str, lines: int, tmp_path: Path) -> None:
    found = Text(f"{above}id,name,city,owner\n1,Ann,York,Bob\n".encode(), tmp_path)

    assert found.columns == ("id", "name", "city", "owner")
    assert found.lines == [lines + 2]
    assert found.found["header"] == f"line {lines + 1}"
    assert ("above the header" in found.found) == bool(above.strip())


def test_columns_of_one_name_are_kept_and_told_apart(tmp_path: Path) -> None:
    content = b"Email,email,,Email (2),row_number\na,b,c,d,e\n"

    found = Text(content, tmp_path)

    assert found.columns == ("Email", "email (3)", "Column 3", "Email (2)", "row_number (2)")
    assert found.values == [["a", "b", "c", "d", "e"]]
    assert "another email, is email (3)" in found.found["renamed"]
    assert found.found["without a name"] == "1 column"


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    found = Text(b"id,name\n", tmp_path)

    assert (found.columns, found.rows, found.bad) == (("id", "name"), [], [])


def test_rows_that_end_with_a_delimiter_have_a_column_without_a_name(tmp_path: Path) -> None:
    found = Text(b"id,name\n1,Ann,\n2,Bob,\n", tmp_path)

    assert found.columns == ("id", "name", "Column 3")
    assert found.values == [["1", "Ann", None], ["2", "Bob", None]]


def test_a_name_that_is_missing_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="names 2 columns, but its rows have 3 cells"):
        Text(b"id,name\n1,Ann,York\n2,Bob,Rome\n", tmp_path)


def test_text_stays_as_it_is(tmp_path: Path) -> None:
    row = ["=HYPERLINK(1)", " padded ", "NULL", "007", "1.10", "", "TRUE"]

    found = Text(written([list("abcdefg"), row]), tmp_path)

    assert found.values == [["=HYPERLINK(1)", " padded ", "NULL", "007", "1.10", None, "TRUE"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\u200b=", "＝", "'="])
def test_what_a_spreadsheet_would_run_is_text_like_any_other(start: str, tmp_path: Path) -> None:
    cell = f"{start}HYPERLINK(1)"

    assert Text(written([["id", "note"], ["1", cell]]), tmp_path).values == [["1", cell]]


@pytest.mark.parametrize("lost", [1, 2, 4, 7])
def test_a_file_that_ends_too_early_gives_what_it_has(lost: int, tmp_path: Path) -> None:
    """Cut inside a letter, a cell, a row: the rows before it are read, the last one is never more."""
    content = "id,name\n1,Zoë\n2,Bo\n3,Zoë".encode()

    found = Text(content[:-lost], tmp_path)

    assert found.values[:2] == [["1", "Zoë"], ["2", "Bo"]]
    assert len(found.values) + len(found.bad) <= 3


def test_a_row_is_numbered_by_the_line_it_begins_on(tmp_path: Path) -> None:
    content = b'id,note\r\n1,"two\r\nlines"\n\n2,"a ""b"" c"\r\n3,x'

    found = Text(content, tmp_path)

    assert found.values == [["1", "two\r\nlines"], ["2", 'a "b" c'], ["3", "x"]]
    assert found.lines == [2, 5, 6]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"7,x,y,z\n", "the row has 4 cells where the header has 2"),
        (b"7\n", "the row has 1 cell where the header has 2"),
        (b"7,\0\n", HOLDS_NUL),
        (b'7,"a"b\n', "a quote inside a quoted cell is not doubled"),
        (b'7,"never closed\n', NEVER_CLOSED),
        (b'7,"then ""closed\n8,"later"\n', NEVER_CLOSED),
    ],
)
def test_a_bad_row_is_kept_with_its_line_and_the_others_are_read(
    broken: bytes, reason: str, tmp_path: Path
) -> None:
    before = b"".join(b"%d,a\n" % number for number in range(3))
    after = b"".join(b"%d,b\n" % number for number in range(4, 7))

    found = Text(b"id,name\n" + before + broken + after, tmp_path)

    first = broken.splitlines()[0].decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    assert found.bad == [(5, first, reason)]
    assert len(found.rows) == 6 + len(broken.splitlines()) - 1


def test_a_note_over_several_lines_is_never_taken_apart(tmp_path: Path) -> None:
    content = b'id,note\n1,"a\nfree text\nb "c" d"\n2,x\n'

    found = Text(content, tmp_path)

    assert found.values == [["2", "x"]]
    assert [(line, text) for line, text, _ in found.bad] == [(2, '1,"a\nfree text\nb "c" d"')]
    assert "from line 2 to 4" in found.bad[0][2]


def test_ten_thousand_columns(tmp_path: Path) -> None:
    header = [f"c{number}" for number in range(10_000)]

    found = Text(written([header, header, header]), tmp_path)

    assert found.values == [header, header]


def test_a_cell_of_a_million_letters(tmp_path: Path) -> None:
    found = Text(written([["id", "note"], ["1", "x" * 1_000_000], ["2", "y"]]), tmp_path)

    assert [len(row[1] or "") for row in found.values] == [1_000_000, 1]


@pytest.mark.slow
def test_a_line_of_200_megabytes_is_one_bad_row(tmp_path: Path) -> None:
    content = b"id,name\n1,Ann\n2," + b"x" * 200_000_000 + b"\n3,Bob\n"

    found = Text(content, tmp_path)

    assert found.values == [["1", "Ann"], ["3", "Bob"]]
    assert found.lines == [2, 4]
    assert [(line, len(text) < 5_000) for line, text, _ in found.bad] == [(3, True)]


@pytest.mark.slow
def test_an_open_quote_does_not_swallow_a_large_file(tmp_path: Path) -> None:
    rows = "".join(f"{number},name {number}\n" for number in range(1_500_000))
    content = f'id,name\n0,"open\n{rows}'.encode()

    found = Text(content, tmp_path)

    assert len(found.rows) == 1_500_000
    assert found.lines[-1] == 1_500_002
    assert found.bad == [(2, '0,"open', NEVER_CLOSED)]


@pytest.mark.slow
def test_quotes_that_never_close_end_the_reading(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="too many quotes that are not closed"):
        Text(b"id,name\n" + b'a","\n' * 2_000_000, tmp_path, Format(delimiter=",", header_row=1))


@pytest.mark.parametrize(("delimiter", "quote"), list(product(["~", "^"], ["'", '"'])))
def test_what_is_said_of_a_file_is_believed(delimiter: str, quote: str, tmp_path: Path) -> None:
    rows = [["title", ""], ["id", "name"], ["1", f"a{delimiter}b{quote}c"]]
    content = written(rows, "cp1250", delimiter=delimiter, quotechar=quote)
    said = Format(encoding="cp1250", delimiter=delimiter, quote=quote, header_row=2)

    found = Text(content, tmp_path, said)

    assert [list(found.columns), *found.values] == rows[1:]


def test_a_line_that_is_not_there_cannot_hold_the_names(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="has no row of names on line 9"):
        Text(b"id,name\n1,Ann\n", tmp_path, Format(header_row=9))


def test_a_text_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="holds no rows"):
        Text(b"\n \n", tmp_path, Format(header_row=0))


def test_an_escape_is_used_where_it_is_said(tmp_path: Path) -> None:
    content = rb"""id,name
1,"a \"b\" c"
2,"d"
"""

    said = Text(content, tmp_path, Format(escape="\\"))
    unsaid = Text(content, tmp_path)

    assert said.values == [["1", 'a "b" c'], ["2", "d"]]
    assert unsaid.values == [["2", "d"]]
    assert len(unsaid.bad) == 1


def test_a_file_without_a_header_is_read_when_that_is_said(tmp_path: Path) -> None:
    found = Text(b"1,Ann\n2,Bob\n", tmp_path, Format(header_row=0))

    assert found.columns == ("Column 1", "Column 2")
    assert found.values == [["1", "Ann"], ["2", "Bob"]]


@pytest.mark.parametrize(
    "said", [{"delimiter": ""}, {"delimiter": "::"}, {"quote": "\n"}, {"header_row": -1}]
)
def test_a_format_that_cannot_be_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        Format(**said)  # type: ignore[arg-type]


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="no such encoding"):
        Text(b"a,b\n", tmp_path, Format(encoding="klingon"))
