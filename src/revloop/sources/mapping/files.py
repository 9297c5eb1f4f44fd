"""Which tables a mapping means, and how they are made ready: mended spellings, values looked up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from revloop.sources import values
from revloop.sources.mapping.form import File, Form, From, Lookup
from revloop.sources.mapping.words import beside
from revloop.sources.protocol import ROW

if TYPE_CHECKING:
    import ibis.expr.types as ir

_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def fits(table: str, file: str, sheet: str | None = None) -> bool:
    """Whether the name of a raw table, `export.zip/book.xlsx/Sheet 1`, is of a file and sheet.

    A file may be named without the folders and archives around it, in any case of letters.
    """
    parts, pattern = table.lower().split("/"), file.lower()
    own = sheet.lower() if sheet is not None else None
    if own is not None or pattern.endswith(_WORKBOOKS):
        if own not in {None, parts[-1]}:
            return False
        parts = parts[:-1]
    return any(fnmatchcase("/".join(parts[start:]), pattern) for start in range(len(parts)))


def pairs(form: Form, tables: Iterable[str]) -> Iterator[tuple[int, File, str]]:
    """Each file of the mapping with its number and each table that it means, in a fixed order."""
    names = sorted(tables)
    for number, file in enumerate(form.files):
        for name in names:
            if fits(name, file.file, file.sheet):
                yield number, file, name


def specs(file: File) -> Iterator[tuple[int, str, From]]:
    """Every value that a file's facts are made of: number of the fact, name of the field."""
    for number, fact in enumerate(file.facts):
        for name, spec in (*beside(fact).items(), *fact.fields.items()):
            yield number, name, spec


def lookups(file: File) -> tuple[Lookup, ...]:
    """The lookups of a file, each once."""
    found = (spec.lookup for _, _, spec in specs(file) if spec.lookup)
    return tuple({_key(each): each for each in found}.values())


def _key(lookup: Lookup) -> tuple[str, str, str]:
    return (lookup.file, lookup.key, lookup.take)


def column_of(spec: From) -> str:
    """The column of a prepared table that holds what is looked up."""
    assert spec.lookup is not None  # noqa: S101 - the caller has asked
    return f"{spec.column} → {spec.lookup.file}: {spec.lookup.take}"


def unknown_words(form: Form, file: File, column: str) -> tuple[str, ...]:
    """The words that stand for nothing in a column, all but those that a field gives a meaning."""
    given = with_a_meaning(file, column)
    words = (*values.UNKNOWN_WORDS, *form.unknown, *file.unknown.get(column, ()))
    return tuple(word for word in words if word.lower() not in given)


def with_a_meaning(file: File, column: str) -> frozenset[str]:
    """The words of a column that any field gives a meaning, in lower case."""
    return frozenset(
        word.strip().lower()
        for _, _, spec in specs(file)
        if spec.column == column and not spec.lookup
        for word in spec.values
    )


def mended(file: File, table: ir.Table) -> ir.Table:
    """The table with the spellings of `clean`."""
    changed = {
        column: values.one_of(table[column], words, otherwise="keep", unknown_words=())
        .value.fill_null(table[column].cast("string"))
        .name(column)
        for column, words in file.clean.items()
        if column in table.columns
    }
    return table.mutate(**changed) if changed else table


ROW_HASH = "hash of the row"
"""The column of a prepared table that tells its rows apart where they have no id."""


def prepared(form: Form, file: File, table: ir.Table, tables: Map[str, ir.Table]) -> ir.Table:
    """The table ready to be read.

    Spellings are mended; texts are trimmed and null where they stand for nothing; what stands in
    other files is beside. All that reads a column reads this one, so it is worked out once.
    """
    columns = [name for name in table.columns if name != ROW]
    own = {}
    if any(fact.source_id is None for fact in file.facts):
        own[ROW_HASH] = values.row_hash(*(table[name] for name in columns))
    ready = mended(file, table.mutate(**own))
    wanted = {column_of(spec): spec for _, _, spec in specs(file) if spec.lookup}
    for name, spec in wanted.items():
        ready = _with(ready, name, spec, form, tables)
    texts = [name for name in ready.columns if ready[name].type().is_string()]
    words = {name: unknown_words(form, file, name) for name in texts}
    # Without a view of its own this step would be written out wherever a column is used.
    return ready.mutate(
        **{name: values.text(ready[name], words[name]).value for name in texts}
    ).view()


def _with(
    table: ir.Table, name: str, spec: From, form: Form, tables: Map[str, ir.Table]
) -> ir.Table:
    assert spec.lookup is not None and spec.column is not None  # noqa: S101, PT018
    other_name = table_of(spec.lookup, tables)
    other = tables[other_name]
    for each in form.files:
        if fits(other_name, each.file, each.sheet):
            other = mended(each, other)
    # Where a key stands twice, its first row counts.
    key = values.text(other[spec.lookup.key]).value.lower()
    found = (
        other.select(**{"key": key, "taken": other[spec.lookup.take], ROW: other[ROW]})
        .filter(lambda each: each["key"].notnull())
        .group_by("key")
        .aggregate(**{name: lambda each: each["taken"].argmin(each[ROW])})
    )
    keyed = table.mutate(__key=values.text(table[spec.column]).value.lower())
    return keyed.left_join(found, keyed["__key"] == found["key"]).drop("__key", "key")


def table_of(lookup: Lookup, tables: Collection[str]) -> str:
    """The table that a lookup means; the first in order where several fit."""
    return min(name for name in tables if fits(name, lookup.file))


@dataclass(frozen=True, slots=True)
class Mended:
    """How many rows a spelling was mended in."""

    table: str
    column: str
    word: str
    meaning: str
    rows: int


def mendings(form: Form, tables: Map[str, ir.Table]) -> Iterator[Mended]:
    """What `clean` changes in the tables, word by word, in the order of the mapping."""
    for _, file, name in pairs(form, tables):
        table = tables[name]
        for column, words in file.clean.items():
            if column not in table.columns:
                continue
            written = values.text(table[column], ()).value
            counts = table.aggregate(
                **{
                    word: ((written.lower() == word.lower()) & (written != meaning)).sum()
                    for word, meaning in words.items()
                }
            )
            found = counts.to_pyarrow().to_pylist()[0]
            for word, meaning in words.items():
                yield Mended(name, column, word, meaning, found[word] or 0)
