"""From a workbook to staged tables, one for each sheet that holds anything."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from zipfile import BadZipFile, ZipFile

import pyarrow as pa

from revloop.sources.protocol import ROW
from revloop.sources.reading.formats import Format
from revloop.sources.reading.headers import column_names, header_position
from revloop.sources.reading.limits import Limits, in_words
from revloop.sources.reading.results import CannotRead
from revloop.sources.reading.staged_table import StagedTable, Table
from revloop.sources.reading.workbooks.cells import (
    Value,
    arrow_type,
    as_text,
    column,
    kinds_in,
)
from revloop.sources.reading.workbooks.raw_rows import (
    RawRows,
    count_rows,
    count_rows_with_text,
    refuse_unless_sound,
    sheet_files,
)

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_BYTES_PER_CELL = 32
_CELLS_TOGETHER = 200_000
_ROWS_LOOKED_AT = 50
_LONGEST_SHOWN = 200
_DAMAGED = "is damaged: the workbook is cut off or was changed"
_SAVE_AGAIN = "open it in Excel and save it again, or as CSV"


@dataclass
class Sheets:
    """What became of the sheets of a workbook."""

    tables: list[Table]
    refused: list[tuple[str, CannotRead]]
    ignored: list[str]


def read_workbook(
    file: BinaryIO, folder: Path, said: Callable[[str], Format], limits: Limits, memory: int
) -> Sheets:
    """Write the table of each sheet to `folder`.

    Args:
        file: The workbook.
        folder: Where the tables go.
        said: What is known of the sheet of a name.
        limits: For the number of columns and the bytes it may unpack to.
        memory: What the process may use.

    Raises:
        CannotRead: if the workbook as a whole cannot be read.
    """
    sheets = Sheets([], [], [])
    workbook = _Workbook(file, limits, memory)
    for number, name in enumerate(workbook.names(said("").sheet, sheets.ignored), start=1):
        try:
            table = workbook.stage(name, folder, f"table-{number}", said(name))
        except CannotRead as refusal:
            sheets.refused.append((name, refusal))
        except (BadZipFile, EOFError, zlib.error) as error:
            raise CannotRead(_DAMAGED, _SAVE_AGAIN) from error
        else:
            sheets.ignored += [] if table else [name]
            sheets.tables += [table] if table else []
    return sheets


class _Workbook:
    """A workbook, opened twice: by its reader, and as the archive that it is."""

    def __init__(self, file: BinaryIO, limits: Limits, memory: int) -> None:
        self._limits = limits
        self._memory = memory
        self._reader = _open(file)
        self._archive = _archive(file, limits)
        self._files = sheet_files(self._archive) if self._archive is not None else {}

    def names(self, chosen: str | None, ignored: list[str]) -> list[str]:
        """The sheets to read; the others, and what is no sheet of cells, go to `ignored`."""
        from python_calamine import SheetTypeEnum  # noqa: PLC0415 - as in _open

        if chosen is not None and chosen not in self._reader.sheet_names:
            known = ", ".join(self._reader.sheet_names)
            raise CannotRead(f"has no sheet {chosen!r}", f"it has {known}")
        names: list[str] = []
        for sheet in self._reader.sheets_metadata:
            wanted = sheet.typ == SheetTypeEnum.WorkSheet and chosen in {None, sheet.name}
            (names if wanted else ignored).append(sheet.name)
        return names

    def stage(self, name: str, folder: Path, stem: str, said: Format) -> Table | None:
        """Write the table of a sheet, after a look at its XML; None if the sheet is empty."""
        raw = None
        found = {"sheet": name} | self._visibility(name)
        if self._archive is not None and name in self._files:
            raw = count_rows(self._archive, self._files[name])
            _check_reach(raw, self._memory)
            if raw.errors:
                found["errors"] = f"{raw.errors:,} cells with an error such as #N/A, taken as empty"
        else:
            found["rows"] = "not counted a second time: only .xlsx has the XML for it"
        sheet = _Sheet(self._sheet(name), said)
        table = sheet.stage(folder, stem, self._limits, found)
        if table is None and raw is not None and self._archive is not None:
            refuse_unless_sound(self._archive, self._files[name])
        if raw is not None and self._archive is not None and sheet.filled != raw.rows:
            # Some programs write empty texts: only then each is looked up.
            with_text = count_rows_with_text(self._archive, self._files[name])
            if sheet.filled != with_text:
                raise CannotRead(
                    f"holds {with_text:,} rows, but {sheet.filled:,} could be read", _SAVE_AGAIN
                )
        return table

    def _sheet(self, name: str) -> CalamineSheet:
        from python_calamine import CalamineError  # noqa: PLC0415 - as in _open

        try:
            return self._reader.get_sheet_by_name(name)
        except CalamineError as error:
            raise CannotRead(_DAMAGED, _SAVE_AGAIN) from error

    def _visibility(self, name: str) -> dict[str, str]:
        from python_calamine import SheetVisibleEnum  # noqa: PLC0415 - as in _open

        shown = {each.name: each.visible for each in self._reader.sheets_metadata}
        return {} if shown[name] == SheetVisibleEnum.Visible else {"hidden": "yes"}


def _open(file: BinaryIO) -> CalamineWorkbook:
    import python_calamine  # noqa: PLC0415 - only workbooks need it

    try:
        return python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.PasswordError as error:
        raise CannotRead("needs a password", "save it without one") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise CannotRead(_DAMAGED, _SAVE_AGAIN) from error


def _archive(file: BinaryIO, limits: Limits) -> ZipFile | None:
    file.seek(0)
    if not file.read(4).startswith(b"PK"):
        return None
    archive = ZipFile(file)
    if "xl/workbook.xml" not in archive.namelist():
        return None  # .xlsb and .ods are zipped too, but hold no such XML
    size = sum(member.file_size for member in archive.infolist())
    if size > limits.largest_unpacked:
        raise CannotRead(
            f"unpacks to {in_words(size)}; at most {in_words(limits.largest_unpacked)} are read",
            "save it as CSV",
        )
    return archive


def _check_reach(raw: RawRows, memory: int) -> None:
    """One cell at the far corner makes a sheet of 17 billion cells."""
    if raw.cells * _BYTES_PER_CELL > memory:
        raise CannotRead(
            f"reaches over {raw.cells:,} cells, from row {raw.first_row:,} to {raw.last_row:,} and "
            f"from column {raw.first_column:,} to {raw.last_column:,}, of which few hold anything",
            "delete what stands far out, or save the table as CSV",
        )


class _Sheet:
    """One sheet, whose rows are looked at twice: for their types, then for their values."""

    def __init__(self, sheet: CalamineSheet, said: Format) -> None:
        self._sheet = sheet
        self._said = said
        self.filled = 0
        """Rows with a value, the header and what stands above it among them."""

    def stage(self, folder: Path, stem: str, limits: Limits, found: dict[str, str]) -> Table | None:
        """Write the table; None if the sheet is empty."""
        top = list(islice(self._rows(), _ROWS_LOOKED_AT))
        if not top:
            return None
        names, notes, first = self._header(top)
        if len(names) > limits.most_columns:
            raise CannotRead(f"has {len(names):,} columns", "delete those that hold nothing")
        kinds: list[set[type]] = [set() for _ in names]
        self.filled = sum(1 for number, _ in self._rows() if number < first)
        for _, rows in self._batches(first, len(names)):
            self.filled += len(rows)
            for seen, values in zip(kinds, zip(*rows, strict=True), strict=True):
                seen.update(kinds_in(values))
        schema = pa.schema([(name, arrow_type(k)) for name, k in zip(names, kinds, strict=True)])
        staged = StagedTable(folder, stem, schema)
        for numbers, rows in self._batches(first, len(names)):
            columns = [
                column(values, field.type)
                for values, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            staged.add(pa.table([*columns, pa.array(numbers, pa.int64())], names=[*names, ROW]))
        return staged.finish(str(found["sheet"]), found | notes)

    def _rows(self) -> Iterator[tuple[int, list[Value]]]:
        """The rows that hold anything, each with its number in the sheet."""
        for number, row in enumerate(self._sheet.iter_rows(), start=1):
            if any(row) or any(value != "" for value in row):  # 0 and False are values too
                yield number, row

    def _batches(self, first: int, width: int) -> Iterator[tuple[list[int], list[list[Value]]]]:
        rows = (each for each in self._rows() if each[0] >= first)
        while batch := list(islice(rows, max(1, _CELLS_TOGETHER // width))):
            yield [number for number, _ in batch], [row for _, row in batch]

    def _header(
        self, top: list[tuple[int, list[Value]]]
    ) -> tuple[tuple[str, ...], dict[str, str], int]:
        """The names of the columns, what to say of them, and the number of the first row."""
        texts = [[as_text(value) for value in row] for _, row in top]
        width = len(texts[0])
        if self._said.header_row == 0:
            return *column_names([], width), top[0][0]
        position = header_position(texts, width)
        if self._said.header_row is not None:
            numbers = [number for number, _ in top]
            if self._said.header_row not in numbers:
                raise CannotRead(f"has nothing in row {self._said.header_row}", "give another row")
            position = numbers.index(self._said.header_row)
        names, notes = column_names(texts[position], width)
        notes = {"header": f"row {top[position][0]}"} | notes
        above = " / ".join(" ".join(filter(None, row)) for row in texts[:position])
        if above:
            notes["above the header"] = " ".join(above.split())[:_LONGEST_SHOWN]
        return names, notes, top[position][0] + 1
