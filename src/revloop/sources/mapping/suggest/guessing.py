"""What each table is, and which of its columns is which field, with how sure that is and why."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from revloop.facts.columns import Column, Holds
from revloop.facts.kinds import KINDS
from revloop.sources.mapping.suggest.fits import fit, is_date, meanings
from revloop.sources.mapping.suggest.keys import Overlap, overlap
from revloop.sources.mapping.suggest.names import SAME, likeness, plain
from revloop.sources.mapping.suggest.synonyms import (
    CREATED,
    FIELDS,
    IDS,
    TABLES,
    UPDATED,
    alternatives,
)
from revloop.sources.values.traits import Traits

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEAST_SURE = 0.5
"""Less sure than this is no suggestion."""
_LEAST_OF_A_TABLE = 1.5
_WEIGHT_OF_THE_NAME = 3.0
_COMMON = frozenset({"name", "country", "region", "status", "owner_user_id", "account_id", "title"})
"""Fields that many kinds have: they say little about which kind it is."""
_PEOPLE = frozenset({"contact", "user"})
_LOOKS_LIKE_A_SUM = frozenset({"amount", "close_date"})


@dataclass(frozen=True, slots=True)
class Guess:
    """A column for a field."""

    column: str
    sure: float
    """From 0 to 1."""
    reason: str
    overlap: Overlap | None = None

    @property
    def percent(self) -> int:
        return min(99, round(self.sure * 100))


@dataclass(slots=True)
class Told:
    """One table, as far as it is understood."""

    name: str
    table: ir.Table
    traits: Map[str, Traits]
    kind: str = ""
    """Empty where no kind is likely."""
    sure: Guess | None = None
    id: Guess | None = None
    """The column that names its rows."""
    hashed: bool = False
    """Whether that column names people, so that only a hash of it may be an id."""
    fields: dict[str, dict[str, Guess]] = field(default_factory=dict)
    """By kind, the fields that its rows fill."""


def understand(tables: Map[str, ir.Table], found: Map[str, Map[str, Traits]]) -> list[Told]:
    """Every table with its kind, its id and its fields, in the order of the names."""
    told = [Told(name, tables[name], found[name]) for name in sorted(tables)]
    for each in told:
        each.kind, each.sure = _kind(each)
    for each in told:
        if each.kind:
            each.id, each.hashed = _id(each, each.kind)
    for each in told:
        for kind in kinds_of(each.kind):
            each.fields[kind] = _fields(each, kind, told)
    return told


def kinds_of(kind: str) -> tuple[str, ...]:
    """The kinds that a table of one kind is also of: a lead is a person with a raised hand."""
    return {
        "": (),
        "inquiry": ("contact", "inquiry"),
        "product": ("product", "price_book_entry"),
    }.get(kind, (kind,))


def _kind(told: Told) -> tuple[str, Guess | None]:
    """The likeliest kind by the name of the table and the fields its columns could be."""
    base = told.name.rpartition("/")[2]
    base = base.rsplit(".", 1)[0] if "." in base else base
    scores = []
    for kind, names in TABLES.items():
        near, name = likeness(base, alternatives(names))
        own = _own_fields(told, kind)
        score = _WEIGHT_OF_THE_NAME * near + sum(own.values())
        because = f"its name is like {name}" if near else "of its columns"
        fields = ", ".join(sorted(own, key=lambda each: (-own[each], each))[:3])
        reason = f"{because}; it has {fields}" if fields else because
        scores.append((score, kind, reason))
    score, kind, reason = max(scores, key=lambda each: (each[0], each[1]))
    if score < _LEAST_OF_A_TABLE:
        return "", None
    second = max((each[0] for each in scores if each[1] != kind), default=0.0)
    return kind, Guess("", score / (score + 0.5 * second), reason)


def _own_fields(told: Told, kind: str) -> dict[str, float]:
    found = {}
    for name in FIELDS[kind]:
        sure = max((_sure(told, kind, name, each)[0] for each in told.traits), default=0.0)
        if sure >= LEAST_SURE:
            found[name] = sure * (0.3 if name in _COMMON else 1.0)
    return found


def _sure(told: Told, kind: str, name: str, column: str) -> tuple[float, str]:
    """How sure a column is a field, without other tables."""
    near, like = likeness(column, (plain(name), *alternatives(FIELDS[kind].get(name, ""))))
    if not near:
        return 0.0, ""
    traits = told.traits[column]
    known, seen = fit(traits, KINDS[kind][name])
    return near * known, f"its name is like {like}; {seen}"


def _id(told: Told, kind: str) -> tuple[Guess | None, bool]:
    """The column that names each row: unique, and called so, or the name of a thing."""
    unique = [name for name, each in told.traits.items() if each.is_unique]
    tables = alternatives(TABLES.get(kind, ""))
    ids = [
        *alternatives(IDS),
        *(f"{name} {each}" for name in tables for each in ("id", "number", "key")),
    ]
    ranked = []
    for position, name in enumerate(told.traits):
        if name not in unique or is_date(told.traits[name]):
            continue
        as_id, _ = likeness(name, ids)
        as_name, _ = likeness(name, (*tables, *alternatives(FIELDS[kind].get("name", ""))))
        sure = max(as_id, 0.8 * as_name)
        ranked.append((sure, -position, name, as_id >= as_name))
    if not ranked:
        return None, False
    sure, _, name, is_id = max(ranked)
    if sure < LEAST_SURE:
        return None, False
    said = "every row has another value; its name is like that of " + (
        "an id" if is_id else "a name"
    )
    return Guess(name, sure, said), not is_id and kind in _PEOPLE


def _fields(told: Told, kind: str, others: Iterable[Told]) -> dict[str, Guess]:
    """Each field with its column, the surest first; a column is one field of a fact."""
    candidates = []
    for order, name in enumerate(FIELDS[kind]):
        for column in told.traits:
            guess = _guess(told, kind, KINDS[kind][name], column, others)
            if guess.sure >= LEAST_SURE:
                candidates.append((-guess.sure, order, column, name, guess))
    taken: set[str] = set()
    found: dict[str, Guess] = {}
    if told.id and not told.hashed and likeness(told.id.column, alternatives(IDS))[0]:
        taken.add(told.id.column)
    for _, _, column, name, guess in sorted(candidates, key=lambda each: each[:4]):
        if name not in found and column not in taken:
            found[name] = guess
            taken.add(column)
    return {name: found[name] for name in FIELDS[kind] if name in found}


def _guess(told: Told, kind: str, column: Column, name: str, others: Iterable[Told]) -> Guess:
    sure, reason = _sure(told, kind, column.name, name)
    if column.holds is Holds.KEY and sure:
        shared = _shared(told, name, column.of, others)
        if shared is not None:
            other, found = shared
            known = found.known + len(found.spellings)
            reason = f"{known} of its {found.distinct} values stand in {other.name}"
            near = likeness(name, (plain(column.name), *alternatives(FIELDS[kind][column.name])))[0]
            return Guess(name, max(near, 0.9 * SAME) * found.share, reason, found)
    if column.values and not meanings(told.traits[name], column):
        return Guess(name, 0.0, reason)
    return Guess(name, sure, reason)


def _shared(told: Told, name: str, of: str, others: Iterable[Told]) -> tuple[Told, Overlap] | None:
    """The table of the referred kind that holds the values of a column, if one does."""
    for other in others:
        is_itself = other is told and other.id is not None and other.id.column == name
        if of not in kinds_of(other.kind) or other.id is None or is_itself:
            continue
        found = overlap(told.table, name, other.table, other.id.column)
        if found.is_reference:
            return other, found
    return None


def dates(told: Told, kind: str) -> tuple[Guess | None, Guess | None]:
    """The columns of when it happened and when it was changed, of those that are no field."""
    used = {guess.column for guess in told.fields[kind].values()}
    free = [name for name, each in told.traits.items() if name not in used and is_date(each)]
    updated = _best(told, free, UPDATED)
    happened = _best(
        told, [name for name in free if not updated or name != updated.column], CREATED
    )
    left = [name for name in free if not updated or name != updated.column]
    if happened is None and len(left) == 1:
        happened = Guess(left[0], 0.6, "it is the only column of dates left")
    return happened, updated


def _best(told: Told, columns: Iterable[str], names: str) -> Guess | None:
    ranked = []
    for name in columns:
        near, like = likeness(name, alternatives(names))
        if near >= LEAST_SURE:
            traits = told.traits[name]
            ranked.append(Guess(name, near, f"its name is like {like}; {traits.known:,} dates"))
    return max(ranked, key=lambda each: each.sure, default=None)
