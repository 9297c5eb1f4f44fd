"""Tables made of facts, written where pages find them: nothing is computed when a page is read.

    published/CURRENT            the name of the version that is read
    published/<version>/         what was made of one state of the facts
        <table>.parquet          its rows, in the order of a key
        <table>.keys.npy         every key that occurs, rising
        <table>.starts.npy       the row at which each begins, and the number of rows
        <table>.latest.npy       the rows in the order of their news, for lists
        <table>.<column>.arrow   a column of many rows as it lies in memory, for lists
        <name>.arrow             a small table that is read as a whole

A reader finds the rows of a key by bisection in the two small files, and decodes the one or two
groups of rows that hold them. A list goes through whole columns: where they are long they are mapped
into memory as they are, so that the first reader after a publication waits no longer than the next
one, and all processes of a server share them. A version is there whole or not at all, and the one
before stays until the next is made, so that nobody's files are taken away while they look for them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

from revloop.engine import duck
from revloop.engine.errors import cannot_write
from revloop.engine.facts import Facts, pinned
from revloop.engine.lake import Lake
from revloop.engine.readers import OnDuckDB
from revloop.kit.failpoints import failpoint
from revloop.kit.files import half_made, sync_folder, write_whole

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

FORMAT = 4
"""Of the tables; it rises when an older revloop's could not be read as they are meant."""
_POINTER = "CURRENT"
_ABOUT = "about.json"
_GROUP = 4_096
"""Rows that are decoded together: with fewer the list of groups is long, with more a look-up."""
_GROUP_OF_FEW = 1_024
"""In tables with few rows of each key, which are shorter."""
_PIECE = 64 * _GROUP
_LONG = 65_536
"""Rows of a table whose columns are mapped; shorter ones are decoded as quickly."""
_LEAST = -(2**62)
"""Comes after every value, and can be negated."""
_THREADS = 2
"""Of the sort: each keeps rows in memory, and the machine has other work."""


def version_of(lake: Lake, *also: object) -> str:
    """The name of what is made of the facts as they are, and of whatever else goes into it."""
    said = json.dumps([FORMAT, str(lake.snapshot()), *map(str, also)])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(slots=True)
class Publication:
    """A version under way."""

    facts: Facts
    folder: Path
    _reader: OnDuckDB
    rows: dict[str, int] = field(default_factory=dict)
    """Of each table that was written."""
    until: datetime | None = None
    """The newest that is told."""
    said: dict[str, Any] = field(default_factory=dict)
    """What readers must know of it, as JSON can hold it."""

    def read(self, files: Sequence[Path]) -> ir.Table:
        """Parquet files below the folder that computations may use."""
        return duck.view(self._reader.con, f"FROM {duck.parquet(files)}")

    @property
    def scratch(self) -> Path:
        """Where files may be put that are to be read; gone when the publication ends."""
        return self._reader.spill

    def lay(self, name: str, table: pa.Table) -> None:
        """Write a small table that readers want as a whole.

        An engine gives rows in any order; in that of their columns the same rows are the same bytes.
        """
        table = table.sort_by([(column, "ascending") for column in table.column_names])
        with cannot_write(self.folder):
            feather.write_feather(table, str(self.folder / f"{name}.arrow"), compression="zstd")

    def write(
        self, name: str, table: ir.Table, *, key: str, many: bool = False, latest: str = ""
    ) -> None:
        """Write a table in its order, which must begin with the key.

        Args:
            name: of the table.
            table: its rows, each with a key.
            key: the column by which they are looked up.
            many: whether there are many rows of each key; no list goes through them.
            latest: the column of moments by which lists show it, the latest first.

        """
        group = _GROUP if many else _GROUP_OF_FEW
        index = _Index()
        batches = self._reader.batches(table, _PIECE)
        with cannot_write(self.folder):
            first = next(batches, None)
            schema = pa.schema(table.schema().to_pyarrow()) if first is None else first.schema
            texts = [each.name for each in schema if pa.types.is_string(each.type)]
            with pq.ParquetWriter(
                self._parquet(name),
                schema,
                compression="zstd",
                compression_level=1,
                use_dictionary=cast("Any", texts),
                write_statistics=False,
            ) as writer:
                for batch in chain([] if first is None else [first], batches):
                    index.add(batch.column(key).to_numpy(zero_copy_only=False))
                    writer.write_batch(batch, row_group_size=group)
            np.save(self.folder / f"{name}.keys.npy", index.keys())
            np.save(self.folder / f"{name}.starts.npy", index.starts())
            if latest:
                order = _latest_first(_decoded(self._parquet(name), latest))
                np.save(self.folder / f"{name}.latest.npy", order)
            if not many and index.rows > _LONG:
                for column in schema.names:
                    self._lay_column(name, column)
        self.rows[name] = index.rows

    def _lay_column(self, name: str, column: str) -> None:
        held = pa.table({column: _decoded(self._parquet(name), column)})
        file = self.folder / f"{name}.{column}.arrow"
        feather.write_feather(held, str(file), compression="uncompressed", chunksize=held.num_rows)

    def _parquet(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"


def _decoded(source: Any, column: str, metadata: Any = None) -> Any:
    """A whole column of a Parquet file as one array, texts as a dictionary."""
    reader = pq.ParquetFile(source, metadata=metadata, read_dictionary=[column])
    return reader.read(columns=[column])[column].combine_chunks()


def _latest_first(moments: Any) -> NDArray[np.int64]:
    """The numbers of all rows, those with the latest moment first, unknown ones last."""
    values = moments.cast(pa.int64()).fill_null(_LEAST)
    return np.argsort(-values.to_numpy(), kind="stable").astype(np.int64)


class _Index:
    """Where each key begins, gathered while the rows go by."""

    def __init__(self) -> None:
        self.rows = 0
        self._keys: list[NDArray[np.int64]] = []
        self._starts: list[NDArray[np.int64]] = []
        self._last: int | None = None

    def add(self, keys: NDArray[np.int64]) -> None:
        changes = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1))
        if self._last is not None and keys[0] == self._last:
            changes = changes[1:]
        self._keys.append(keys[changes].astype(np.int64))
        self._starts.append(changes + self.rows)
        self.rows += len(keys)
        self._last = int(keys[-1])

    def keys(self) -> NDArray[np.int64]:
        return np.concatenate([np.empty(0, np.int64), *self._keys])

    def starts(self) -> NDArray[np.int64]:
        return np.concatenate([np.empty(0, np.int64), *self._starts, [self.rows]]).astype(np.int64)


@contextlib.contextmanager
def publication(
    lake: Lake, folder: Path, version: str, *, temp: Path | None = None, memory_limit: str = "600MB"
) -> Iterator[Publication]:
    """Make a version, and let readers have it when the block ends well.

    Args:
        lake: the facts; one snapshot of them is read, however long it takes.
        folder: where versions lie.
        version: as `version_of` says.
        temp: where what does not fit into memory goes.
        memory_limit: as DuckDB writes it.

    """
    with cannot_write(folder):
        folder.mkdir(parents=True, exist_ok=True)
        half = half_made(folder / version)
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
    snapshot, files = pinned(lake, None)
    reader = OnDuckDB(lake.path, temp, memory_limit=memory_limit, threads=_THREADS)
    try:
        with Facts(reader, files, snapshot=snapshot, as_of=None) as facts:
            made = Publication(facts, half, reader)
            yield made
        until = made.until.isoformat() if made.until else None
        about = {
            "format": FORMAT,
            "snapshot": str(snapshot),
            "rows": made.rows,
            "until": until,
            "said": made.said,
        }
        with cannot_write(folder):
            (half / _ABOUT).write_text(json.dumps(about, sort_keys=True, indent=1))
            _make_last(half)
            failpoint("published.before_rename")
            _put(half, folder / version)
            failpoint("published.before_pointer")
            _point(folder, version)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _make_last(folder: Path) -> None:
    for file in sorted(folder.iterdir()):
        with file.open("rb") as handle:
            os.fsync(handle.fileno())


def _put(half: Path, whole: Path) -> None:
    """Two that make one version make the same: the first one's stays."""
    try:
        half.rename(whole)
    except OSError:
        if not (whole / _ABOUT).is_file():
            raise
    sync_folder(whole.parent)


def _point(folder: Path, version: str) -> None:
    """From here on this version is read; those before the last one go."""
    before = _pointed(folder)
    write_whole(folder / _POINTER, version.encode())
    for each in folder.iterdir():
        if each.is_dir() and each.name[0] != "." and each.name not in {version, before}:
            shutil.rmtree(each, ignore_errors=True)


def _pointed(folder: Path) -> str:
    try:
        return (folder / _POINTER).read_text()
    except FileNotFoundError:
        return ""


class Table:
    """A published table, open for reading by any number of threads."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._source = pa.memory_map(str(folder / f"{name}.parquet"))
        self._metadata = pq.read_metadata(self._source)
        groups = range(self._metadata.num_row_groups)
        rows = [self._metadata.row_group(each).num_rows for each in groups]
        self._begins = np.concatenate([[0], np.cumsum(np.asarray(rows, np.int64))])
        self._keys: NDArray[np.int64] = np.load(folder / f"{name}.keys.npy", mmap_mode="r")
        self._starts: NDArray[np.int64] = np.load(folder / f"{name}.starts.npy", mmap_mode="r")
        self._columns: dict[str, Any] = {}

    @property
    def rows(self) -> int:
        return int(self._starts[-1])

    @property
    def keys(self) -> NDArray[np.int64]:
        """Every key that occurs, rising."""
        return self._keys

    def span(self, key: int) -> range:
        """The numbers of the rows of a key."""
        place = int(np.searchsorted(self._keys, key))
        if place == len(self._keys) or int(self._keys[place]) != key:
            return range(0)
        return range(int(self._starts[place]), int(self._starts[place + 1]))

    def read(self, rows: range, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of these numbers."""
        if not rows:
            nothing: pa.Table = self._metadata.schema.to_arrow_schema().empty_table()
            return nothing.select(list(columns)) if columns else nothing
        first = int(np.searchsorted(self._begins, rows.start, "right")) - 1
        last = int(np.searchsorted(self._begins, rows.stop - 1, "right")) - 1
        groups = list(range(first, last + 1))
        reader = pq.ParquetFile(self._source, metadata=self._metadata)
        found = reader.read_row_groups(
            groups, columns=list(columns) if columns else None, use_threads=False
        )
        return found.slice(rows.start - int(self._begins[first]), len(rows))

    def of(self, key: int, columns: Sequence[str] | None = None) -> pa.Table:
        """All rows of a key."""
        return self.read(self.span(key), columns)

    def of_each(self, keys: Sequence[int], columns: Sequence[str] | None = None) -> pa.Table:
        """All rows of some keys, in the order of the keys."""
        spans = [span for span in map(self.span, sorted(set(keys))) if span]
        return self.take([row for span in spans for row in span], columns)

    def take(self, rows: Sequence[int], columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of these numbers, in this order; each group of rows is decoded once."""
        wanted = np.asarray(rows, np.int64)
        groups = np.searchsorted(self._begins, wanted, "right") - 1
        named = np.unique(groups)
        if not len(named):
            return self.read(range(0), columns)
        read = [
            self.read(range(int(self._begins[each]), int(self._begins[each + 1])), columns)
            for each in named
        ]
        lengths = self._begins[named + 1] - self._begins[named]
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        places = wanted - self._begins[groups] + offsets[np.searchsorted(named, groups)]
        return pa.concat_tables(read).take(pa.array(places))

    def column(self, name: str) -> Any:
        """A whole column as an array, texts as a dictionary; it stays in memory for lists."""
        if name not in self._columns:
            file = self._folder / f"{self._name}.{name}.arrow"
            if file.is_file():
                held = feather.read_table(str(file), memory_map=True)[name].combine_chunks()
            else:
                held = _decoded(self._source, name, self._metadata)
            self._columns[name] = held
        return self._columns[name]

    @cached_property
    def latest_first(self) -> NDArray[np.int64]:
        """The numbers of all rows, those with the latest news first, unknown ones last."""
        found: NDArray[np.int64] = np.load(self._folder / f"{self._name}.latest.npy", mmap_mode="r")
        return found

    def where(self, column: str, value: str) -> NDArray[np.bool_]:
        """Of all rows, whether a column of texts has this value."""
        held = self.column(column)
        code = held.dictionary.index(value).as_py()
        found: NDArray[np.bool_] = held.indices.fill_null(-1).to_numpy() == code
        return found if code >= 0 else np.zeros(self.rows, np.bool_)

    def words(self, column: str) -> list[str]:
        """Every value of a column of texts."""
        return sorted(self.column(column).dictionary.to_pylist())

    def pick(self, rows: Sequence[int] | NDArray[np.int64], columns: Sequence[str]) -> list[Any]:
        """Rows of columns that stay in memory, for lists: one dictionary each."""
        places = pa.array(np.asarray(rows, np.int64))
        taken = {name: self.column(name).take(places).to_pylist() for name in columns}
        return [dict(zip(columns, row, strict=True)) for row in zip(*taken.values(), strict=True)]

    def places(self, keys: Sequence[int]) -> NDArray[np.int64]:
        """The number of the first row of each of these keys that occurs."""
        wanted = np.asarray(sorted(set(keys)), np.int64)
        found = np.searchsorted(self._keys, wanted)
        found = found[found < len(self._keys)]
        there = np.isin(self._keys[found], wanted)
        return np.asarray(self._starts[found[there]], np.int64)


class Published:
    """One version, as it was when it was opened."""

    def __init__(self, folder: Path) -> None:
        self.version = folder.name
        about = json.loads((folder / _ABOUT).read_text())
        self.snapshot: str = about["snapshot"]
        self.rows: dict[str, int] = about["rows"]
        self.until = datetime.fromisoformat(about["until"]) if about["until"] else None
        self.said: dict[str, Any] = about["said"]
        self._tables = {name: Table(folder, name) for name in self.rows}
        self._folder = folder
        self._whole: dict[str, pa.Table] = {}

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def whole(self, name: str) -> pa.Table:
        """A small table as a whole; it stays in memory."""
        if name not in self._whole:
            self._whole[name] = feather.read_table(str(self._folder / f"{name}.arrow"))
        return self._whole[name]


_opened: dict[Path, Published] = {}
_opening = Lock()


def current(folder: Path) -> Published | None:
    """What is read now; None where nothing was made yet.

    A version stays open in this process until there is a newer one.
    """
    version = _pointed(folder)
    found = _opened.get(folder)
    if found is not None and found.version == version:
        return found
    if not version:
        return None
    with _opening:
        for _ in range(2):  # a version may go between the pointer and its files, once
            version = _pointed(folder)
            found = _opened.get(folder)
            if found is not None and found.version == version:
                return found
            with contextlib.suppress(FileNotFoundError, KeyError):  # or be of an older form
                _opened[folder] = Published(folder / version)
                return _opened[folder]
    return None
