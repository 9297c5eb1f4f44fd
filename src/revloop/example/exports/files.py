"""Tables become files, in the forms that such files come in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written."""

    encoding: str = "utf-8"
    begins_with_mark: bool = False
    """With a byte order mark, as spreadsheets like it."""
    delimiter: str = ","
    header_again: bool = False
    """With the header once more between the rows, as joined files have it."""
    too_wide: int = 0
    """Rows at the end that have one cell too many."""


PLAIN = Form()


def write(table: pa.Table, file: Path, form: Form = PLAIN, *, goes_on: bool = False) -> None:
    """Write a table of texts; what is unknown is an empty cell."""
    file.parent.mkdir(parents=True, exist_ok=True)
    header, *rows = _lines(table, form)
    if not goes_on:
        middle = len(rows) // 2
        again = [header] if form.header_again else []
        wide = [f'{row}{form.delimiter}"and more"' for row in rows[: form.too_wide]]
        rows = [header, *rows[:middle], *again, *rows[middle:], *wide]
    text = "".join(f"{row}\r\n" for row in rows)
    mark = _BOM if form.begins_with_mark and not goes_on else ""
    with file.open("ab" if goes_on else "wb") as opened:
        opened.write((mark + text).encode(form.encoding))


def _lines(table: pa.Table, form: Form) -> list[str]:
    written = pa.BufferOutputStream()
    options = pa.csv.WriteOptions(delimiter=form.delimiter, quoting_style="all_valid")
    pa.csv.write_csv(table, written, options)
    # No cell holds an end of line.
    return written.getvalue().to_pybytes().decode().split("\n")[:-1]
