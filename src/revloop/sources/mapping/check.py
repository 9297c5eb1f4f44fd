"""A mapping held against the tables it is for: what it names and they lack, what they leave open.

What stops an import is an error; what a person should decide or know is a warning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Mapping as Map
from typing import TYPE_CHECKING

from revloop.agreement.conditions import ConditionError
from revloop.agreement.problems import Path, Problem, Severity, in_order
from revloop.facts.columns import Column, Holds
from revloop.facts.kinds import KINDS
from revloop.kit.spelling import did_you_mean, one_of
from revloop.sources import values
from revloop.sources.mapping.conditions import columns_in
from revloop.sources.mapping.fields import DATES, NUMBERS
from revloop.sources.mapping.files import fits, mended, pairs, unknown_words
from revloop.sources.mapping.form import EXPORTED_ON, Fact, File, From
from revloop.sources.mapping.reading import Mapping
from revloop.sources.mapping.words import BESIDE_FIELDS, beside
from revloop.sources.protocol import ROW
from revloop.sources.values.traits import ORDERS

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_WORDS_SHOWN = 12


def check(mapping: Mapping, tables: Map[str, ir.Table]) -> tuple[Problem, ...]:
    """Every problem of a mapping with these tables, by their names, in the order of the file.

    Where a name is missing nothing else is asked: the values are looked at when all names are
    there.
    """
    found = [*missing_files(mapping, tables), *missing_names(mapping, tables)]
    if not any(each.code != "mapping.no_such_file" for each in found):
        for number, file, name in pairs(mapping.form, tables):
            found += _questions(mapping, file, tables[name], name, ("files", number))
    return in_order(found)


def missing_files(mapping: Mapping, tables: Collection[str]) -> Iterator[Problem]:
    """The files of the mapping that are not there; they do not stop the others."""
    for number, file in enumerate(mapping.form.files):
        if any(fits(name, file.file, file.sheet) for name in tables):
            continue
        named = f"{file.file}, sheet {file.sheet}" if file.sheet else file.file
        path = ("files", number, "file")
        yield mapping.problem(
            "mapping.no_such_file",
            f"no table is of {named}",
            _nearest(file.file, [name.rpartition("/")[2] for name in tables]),
            path,
            Severity.WARNING,
        )


def missing_names(mapping: Mapping, tables: Map[str, ir.Table]) -> Iterator[Problem]:
    """Columns that the mapping names and a table lacks, and conditions that cannot be read."""
    for number, file, name in pairs(mapping.form, tables):
        table = tables[name]
        columns = [each for each in table.columns if each != ROW]
        for column, path in _named(file, ("files", number)):
            if column not in columns:
                message = f"{name} has no column {column!r}"
                yield mapping.problem(
                    "mapping.unknown_column", message, _nearest(column, columns), path
                )
        yield from _conditions(mapping, file, table, ("files", number))
        yield from _lookups(mapping, file, tables, ("files", number))


def _nearest(word: str, known: Collection[str]) -> str:
    by_lower = {each.lower(): each for each in known}
    nearest = did_you_mean(word.lower(), by_lower)
    if nearest:
        return f"did you mean {by_lower[nearest.removeprefix('did you mean ')[:-1]]}?"
    return f"there are: {one_of(known)}" if known else "the folder holds no table"


def _named(file: File, path: Path) -> Iterator[tuple[str, Path]]:
    """Every column that a file's part of the mapping names, with where it does."""
    for section in ("unknown", "clean"):
        for column in getattr(file, section):
            yield column, (*path, section, column)
    for number, fact in enumerate(file.facts):
        here = (*path, "facts", number)
        for where, spec in _specs(fact, here):
            for column in spec.named_columns:
                if column != EXPORTED_ON or where[-1] != "at":
                    yield column, where
        for stage, column in fact.stages.items():
            yield column, (*here, "stages", stage)
        if fact.stage_column:
            yield fact.stage_column, (*here, "stage_column")
        if isinstance(fact.when, dict):
            for column in fact.when:
                yield column, (*here, "when", column)


def _specs(fact: Fact, path: Path) -> Iterator[tuple[Path, From]]:
    for name, spec in beside(fact).items():
        yield (*path, name), spec
    for name, spec in fact.fields.items():
        yield (*path, "fields", name), spec


def _conditions(mapping: Mapping, file: File, table: ir.Table, path: Path) -> Iterator[Problem]:
    for number, fact in enumerate(file.facts):
        if isinstance(fact.when, str):
            try:
                columns_in(fact.when, table)
            except ConditionError as error:
                where = (*path, "facts", number, "when")
                yield mapping.problem(error.code, error.message, error.hint, where)


def _lookups(
    mapping: Mapping, file: File, tables: Map[str, ir.Table], path: Path
) -> Iterator[Problem]:
    for number, fact in enumerate(file.facts):
        for where, spec in _specs(fact, (*path, "facts", number)):
            if spec.lookup is None:
                continue
            other = min((name for name in tables if fits(name, spec.lookup.file)), default=None)
            if other is None:
                hint = _nearest(spec.lookup.file, [name.rpartition("/")[2] for name in tables])
                message = f"no table is of {spec.lookup.file}, where values are looked up"
                yield mapping.problem("mapping.no_such_table", message, hint, (*where, "lookup"))
                continue
            columns = [each for each in tables[other].columns if each != ROW]
            for key in ("key", "take"):
                column = getattr(spec.lookup, key)
                if column not in columns:
                    message = f"{other} has no column {column!r}"
                    place = (*where, "lookup", key)
                    hint = _nearest(column, columns)
                    yield mapping.problem("mapping.unknown_column", message, hint, place)


def _questions(
    mapping: Mapping, file: File, table: ir.Table, name: str, path: Path
) -> Iterator[Problem]:
    """What only a person can decide: unclear dates and numbers, words without a meaning."""
    ready = mended(file, table)
    for number, fact in enumerate(file.facts):
        here = (*path, "facts", number)
        for where, spec in _specs(fact, here):
            field = str(where[-1])
            column = BESIDE_FIELDS.get(field) or KINDS[fact.kind][field]
            yield from _unclear(mapping, spec, column, ready, name, where)
            yield from _words(mapping, file, spec, column, ready, name, where)


def _unclear(
    mapping: Mapping, spec: From, column: Column, table: ir.Table, name: str, path: Path
) -> Iterator[Problem]:
    asked = [each for each in spec.named_columns if each in table.columns]
    texts = [each for each in asked if table[each].type().is_string()]
    if spec.lookup or not texts or column.holds not in DATES | NUMBERS:
        return
    for each, found in values.traits(table, texts, forms=ORDERS).items():
        told = (mapping.form.day_first, spec.day_first)
        if column.holds in DATES and found.has_unclear_dates and told == (None, None):
            yield mapping.problem(
                "mapping.unclear_dates",
                f"{name}: the dates of {each!r} may be day-month or month-day, such as "
                f"{found.least}",
                "say `day_first: true` or `day_first: false`",
                path,
                Severity.WARNING,
            )
        commas = (mapping.form.decimal_comma, spec.decimal_comma)
        if column.holds in NUMBERS and found.has_unclear_numbers and commas == (None, None):
            yield mapping.problem(
                "mapping.unclear_numbers",
                f"{name}: the separator of {each!r} may be of thousands or of decimals, such as "
                f"{found.least}",
                "say `decimal_comma: true` or `decimal_comma: false`",
                path,
                Severity.WARNING,
            )


def _words(  # noqa: PLR0913, PLR0917
    mapping: Mapping,
    file: File,
    spec: From,
    column: Column,
    table: ir.Table,
    name: str,
    path: Path,
) -> Iterator[Problem]:
    """The words of a closed list that have no meaning yet, with how many rows hold each."""
    asks = column.holds is Holds.TEXT and (column.values or spec.otherwise == "problem")
    if not asks or spec.column is None or spec.lookup or spec.otherwise == "unknown":
        return
    words = (*unknown_words(mapping.form, file, spec.column), *spec.unknown)
    meanings = {each.lower() for each in (*column.values, *spec.values)}
    written = values.text(table[spec.column], [each for each in words if each not in meanings])
    strange = written.value.lower().notin(sorted(meanings))
    counted = (
        table.filter(written.value.notnull() & strange)
        .group_by(word=written.value)
        .aggregate(rows=lambda each: each.count())
    )
    rows = counted.to_pyarrow().to_pylist()
    if not rows:
        return
    rows.sort(key=lambda each: (-each["rows"], each["word"]))
    shown = ", ".join(f"{each['word'][:40]} ({each['rows']:,})" for each in rows[:MOST_WORDS_SHOWN])
    more = f" and {len(rows) - MOST_WORDS_SHOWN} more" if len(rows) > MOST_WORDS_SHOWN else ""
    total = sum(each["rows"] for each in rows)
    yield mapping.problem(
        "mapping.words_without_meaning",
        f"{name}: {total:,} rows of {spec.column!r} hold words that {column.name} does not know: "
        f"{shown}{more}",
        f"give each a meaning under `values`: {one_of(column.values)}; or say `otherwise: unknown`",
        path,
        Severity.WARNING,
    )
