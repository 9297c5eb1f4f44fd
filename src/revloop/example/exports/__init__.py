"""The same company as HubSpot and Salesforce hold it, with the dirt of real exports. See README.md."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from revloop.example.chance import stream
from revloop.example.exports import hubspot, salesforce, truth
from revloop.example.exports.books import Books
from revloop.example.exports.cells import salesforce_ids
from revloop.example.exports.dirt import Broken, Dirt, held_back, with_broken
from revloop.example.exports.files import PLAIN, Form, write
from revloop.example.exports.shares import Shares
from revloop.example.tables import Column, digits

ZONE = "America/New_York"
"""The zone of the portal and of the company: times of the export screen and days are local."""

_FORMS = {
    "companies": Form("utf-16-le", begins_with_mark=True, delimiter=";"),
    "contacts": Form(begins_with_mark=True),
    "Task": Form(header_again=True),
    "Event": Form(too_wide=2),
}
_KEYS = {
    "contacts": "Record ID",
    "contact_form_submission": "conversion_id",
    "email_event": "id",
}
"""The columns that hold the ids of the files that have broken rows; elsewhere it is Id."""
_BROKEN_IDS = 9_000_000_000


def write_exports(blocks: Iterable[Books], folder: Path, truth_folder: Path | None = None) -> None:
    """`hubspot/*.csv` and `salesforce/*.csv`; what an import has to find, to another folder."""
    found = truth.Found(ZONE)
    for books in blocks:
        shares = Shares(books.story, books)
        for name, system in (("hubspot", hubspot), ("salesforce", salesforce)):
            story = books.story
            dirt = Dirt(stream(story.world.seed, story.block, f"dirt of {name}"), found.dirt)
            for file, table in system.files(books, shares, dirt, ZONE):
                if not (story.block and file in system.OF_ALL):
                    broken = () if story.block else system.BROKEN.get(file, ())
                    _write(table, folder / name / f"{file}.csv", broken, found, story.block)
        found.add(books, shares)
    if truth_folder is not None:
        found.write(truth_folder)


def _write(
    table: pa.Table, path: Path, broken: tuple[Broken, ...], found: truth.Found, block: int
) -> None:
    key = _KEYS.get(path.stem, "Id")
    form = _FORMS.get(path.stem, PLAIN)
    whole = table
    if broken:
        whole = with_broken(table, key, broken, _ids_like(table[key], held_back(broken)))
    write(whole, path, form, goes_on=block > 0)
    found.file(
        f"{path.parent.name}/{path.stem}", whole.num_rows, broken, form if not block else PLAIN
    )


def _ids_like(column: pa.ChunkedArray, count: int) -> Column:  # type: ignore[type-arg]
    """Ids that no row has, in the form of the others."""
    number = _BROKEN_IDS + np.arange(count)
    one = str(column[0].as_py())
    return salesforce_ids(one[:3], number) if one.endswith("AA") else digits(number)
