"""Dirt: the spellings that people and programs leave in exports, each counted when it is planted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.example.chance import between, happens
from revloop.example.exports.books import array, says, taken
from revloop.example.moments import Flags, Ints
from revloop.example.tables import Column, either, joined, pick, upper

_AMERICAN = r"^\+1 (\d{3}) (\d{3}) (\d{4})$"
_IN_AMERICA = (r"(\1) \2-\3", r"\1.\2.\3", r"1-\1-\2-\3")
_TO_AMERICA = (r"+1 (\1) \2-\3", r"+1-\1-\2-\3", r"+1\1\2\3")
_GERMAN = r"^\+49 (\d+) (\d{5}) (\d{5})$"
_TO_GERMANY = (r"+49 (0)\1 \2\3", r"0049 \1 \2 \3", r"+49\1\2\3")
_LEGAL_FORM = r",? (Inc\.|Ltd\.?|K\.K\.|S\.A\.|GmbH|AG|SAS)$"
OTHER_CASE = 0.06
OTHER_PHONE = 0.45
OTHER_COMPANY = 0.30
WORD_FOR_NOTHING = 0.5
"""Share of the cells that are spelled otherwise; of the empty ones, that say so in a word."""


@dataclass
class Dirt:
    chance: np.random.Generator
    planted: Counter[str] = field(default_factory=Counter)
    """How many cells were spelled otherwise, by kind of dirt."""

    def emails(self, column: Column) -> Column:
        """Some in capitals, some with blanks around them."""
        choice = self._some(column, OTHER_CASE, "e-mail addresses in capitals or with blanks")
        loud = np.asarray(between(self.chance, 0, 1, len(column)) > 0)
        blank = joined("", " ", column, " ")
        return either(choice, either(loud, upper(column), blank), column)

    def phones(self, column: Column, countries: Column) -> Column:
        """In the ways of each country; without the code of the country only inside of it."""
        choice = self._some(column, OTHER_PHONE, "telephone numbers in other spellings")
        which = between(self.chance, 0, len(_IN_AMERICA) - 1, len(column))
        inside = says(countries, "US", "CA")
        here = either(
            inside,
            _rewritten(column, _AMERICAN, _IN_AMERICA, which),
            _rewritten(column, _AMERICAN, _TO_AMERICA, which),
        )
        return either(choice, _rewritten(here, _GERMAN, _TO_GERMANY, which), column)

    def companies(self, column: Column) -> Column:
        """Without the legal form, or in capitals."""
        choice = self._some(column, OTHER_COMPANY, "names of companies in other spellings")
        short = pc.replace_substring_regex(column, _LEGAL_FORM, "")
        loud = happens(self.chance, 0.2, len(column))
        return either(choice, either(loud, upper(column), short), column)

    def words(self, column: Column, words: Sequence[str]) -> Column:
        """Of the empty cells, some say a word that stands for nothing."""
        gaps = np.asarray(column.is_null())
        choice = gaps & happens(self.chance, WORD_FOR_NOTHING, len(column))
        self.planted["words that stand for nothing"] += int(choice.sum())
        said = pick(pa.array(words), between(self.chance, 0, len(words) - 1, len(column)))
        return either(choice, said, column)

    def _some(self, column: Column, share: float, name: str) -> Flags:
        choice = np.asarray(column.is_valid()) & happens(self.chance, share, len(column))
        self.planted[name] += int(choice.sum())
        return choice


def _rewritten(column: Column, pattern: str, ways: Sequence[str], which: Ints) -> Column:
    variants = [pc.replace_substring_regex(column, pattern, way) for way in ways]
    return pc.choose(pa.array(which), *variants)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Broken:
    """Cells that nobody can read, and what an import has to say of them.

    Where a row is no fact without the cell, the rows are copies of real ones with ids of their own,
    and an import holds them back. Else they are real ones, which it keeps without what is broken.
    """

    column: str
    text: str
    rows: int
    reason: str
    is_kept: bool = False
    only: tuple[str, str] | None = None
    """A column and its text, which all rows that are kept have in common."""


def with_broken(table: pa.Table, key: str, broken: Sequence[Broken], ids: Column) -> pa.Table:
    """The table with cells spoilt and broken rows among the others; `ids` are those of the latter."""
    for each in broken:
        if each.is_kept:
            table = _spoilt(table, each)
    copies = [each for each in broken if not each.is_kept for _ in range(each.rows)]
    return _with_copies(table, key, copies, ids) if copies else table


def held_back(broken: Sequence[Broken]) -> int:
    """How many of the rows an import holds back."""
    return sum(each.rows for each in broken if not each.is_kept)


def _spoilt(table: pa.Table, broken: Broken) -> pa.Table:
    rows = np.arange(table.num_rows)
    if broken.only:
        rows = np.flatnonzero(says(table[broken.only[0]], broken.only[1]))
    chosen = rows[(np.arange(broken.rows) * 2 + 1) * rows.size // (broken.rows * 2 + 1)]
    cells = array(table[broken.column])
    return _set(
        table, broken.column, either(np.isin(np.arange(len(cells)), chosen), broken.text, cells)
    )


def _with_copies(table: pa.Table, key: str, bad: Sequence[Broken], ids: Column) -> pa.Table:
    copies = taken(table, np.arange(len(bad)) * 7 % table.num_rows)
    copies = _set(copies, key, ids)
    for column in dict.fromkeys(each.column for each in bad):
        cells = copies[column].to_pylist()
        spoiled = [
            each.text if each.column == column else cell
            for each, cell in zip(bad, cells, strict=True)
        ]
        copies = _set(copies, column, pa.array(spoiled, pa.string()))
    place = np.linspace(0, table.num_rows, len(bad) + 2)[1:-1]
    order = np.argsort(np.concatenate([np.arange(table.num_rows), place]), kind="stable")
    return taken(pa.concat_tables([table, copies]), order)


def _set(table: pa.Table, name: str, column: Column) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, column)
