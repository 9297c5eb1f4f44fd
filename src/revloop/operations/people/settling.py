"""What follows from the evidence: clusters anew for all records that something has touched.

Clusters depend on the evidence alone, not on the order in which it came: so everything that hangs
together with a touched record is gathered, however far, and `rules.resolving` decides from the
beginning. What is different from what stands in the database is the change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from revloop.operations.people.cards import ADDRESS_ONLY
from revloop.operations.people.rules.names import companies_differ, people_differ
from revloop.operations.people.rules.resolving import (
    Bond,
    Key,
    KeyKind,
    Record,
    Rule,
    resolve,
)
from revloop.operations.people.statements import answers, packed, rows_among

SHARED_KEY = "shared_key"
"""Why records fell apart: their key came to be shared by too many names."""
_MANY = 10_000
"""More keys than a database has shared ones, most likely: reading all of those costs less."""


_STRONG = "people_identifier held WHERE weakness = ''"
_UNSHARED = (
    f"{_STRONG} AND NOT EXISTS (SELECT 1 FROM people_shared_key shared "  # noqa: S608
    "WHERE shared.value = held.value AND shared.kind = held.kind)"
)
_BONDS = "people_bond WHERE withdrawn_by IS NULL"
_APART = "people_apart WHERE withdrawn_by IS NULL"


@dataclass(frozen=True, slots=True)
class Entity:
    """Contacts or accounts: where their records are, and what joins them."""

    name: str
    table: str
    stand_in: str
    """The column that names the record that stands for the cluster."""
    owner: str
    """SQL of the reference of the company that owns the record's."""
    kinds: tuple[KeyKind, ...]
    differ: Callable[[str, str], bool]


CONTACT = Entity(
    "contact",
    "people_contact",
    "person",
    "''",
    (KeyKind.EMAIL, KeyKind.PHONE, KeyKind.CRM_ID),
    people_differ,
)
ACCOUNT = Entity(
    "account", "people_account", "company", "parent", (KeyKind.DOMAIN,), companies_differ
)


@dataclass(slots=True)
class Known:
    """A record as it is in the database, or about to be."""

    id: int
    reference: str
    name: str
    stood_in: int | None
    """The record that stood for it so far; None if it is new."""
    keys: dict[Key, None] = field(default_factory=dict)
    """Those that may join it to others."""
    owner: str = ""
    own_key: Key = field(init=False)
    """Under which its source keeps it."""

    def __post_init__(self) -> None:
        self.own_key = Key(KeyKind.CRM_ID, self.reference)


@dataclass(slots=True)
class Evidence:
    """All that hangs together with some records."""

    records: dict[int, Known]
    shared: set[Key] = field(default_factory=set)
    bonds: set[tuple[int, int, str, str]] = field(default_factory=set)
    apart: defaultdict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))


class Change(NamedTuple):
    """Clusters that were joined, or one that fell apart."""

    what: str
    rule: str
    value: str
    pieces: tuple[tuple[int, ...], ...]
    """The clusters before a merge, or after a split."""
    stand_in: int
    """Of the cluster after a merge, or before a split."""


class Moved(NamedTuple):
    """A record for which another one stands from now on."""

    id: int
    stand_in: int
    rule: str


@dataclass(slots=True)
class Settled:
    """What came out."""

    stand_ins: dict[int, int]
    """Of each record that was looked at."""
    unions: list[tuple[int, int, Rule, str]] = field(default_factory=list)
    """What holds the clusters together: two records, the rule and its value."""
    newly_shared: list[Key] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)


def gather(entity: Entity, records: Mapping[int, Known], touched: Iterable[int] = ()) -> Evidence:
    """These records, those of the database with the numbers `touched`, and all that they reach."""
    found = Evidence(dict(records))
    new = list(found.records.values())
    there = {each.id for each in new if each.stood_in is not None}
    new += _read(entity, found, there, set(touched) - found.records.keys())
    asked: set[Key] = set()
    while new:
        keys = {key for each in new for key in _keys(entity, each)} - asked
        asked |= keys
        reached = _holders(entity, found, keys)
        reached.update(each for bond in found.bonds for each in bond[:2])
        new = _read(entity, found, set(), reached - found.records.keys())
    return found


def settle(entity: Entity, found: Evidence) -> Settled:
    """The clusters of what was gathered, and how they differ from those in the database."""
    settled = Settled({each: each for each in found.records})
    involved = _involved(entity, found)
    if not involved:
        return settled
    numbers = {each.reference: each.id for each in involved}
    clusters = resolve(
        _rule_records(entity, involved),
        [
            Bond(found.records[one].reference, found.records[other].reference, Rule(rule), value)
            for one, other, rule, value in found.bonds
        ],
        {found.records[each].reference: sides for each, sides in found.apart.items()},
        shared=found.shared,
        differ=entity.differ,
    )
    for group in clusters.groups:
        for reference in group:
            settled.stand_ins[numbers[reference]] = numbers[group[0]]
    settled.unions = [
        (numbers[union.left], numbers[union.right], union.rule, union.value)
        for union in clusters.unions
    ]
    settled.newly_shared = sorted(clusters.shared - found.shared)
    _compare(involved, settled)
    return settled


def _keys(entity: Entity, record: Known) -> Iterable[Key]:
    return (*record.keys, record.own_key) if KeyKind.CRM_ID in entity.kinds else record.keys


def _read(entity: Entity, found: Evidence, again: set[int], ids: set[int]) -> list[Known]:
    """The records with the numbers `ids`; of them and of `again`, keys and what was decided."""
    if not again and not ids:
        return []
    both = packed(again | ids)
    columns = f"id, reference, name_key, {entity.stand_in}, {entity.owner}"
    bonds = f"SELECT one, other, rule, value FROM {_BONDS} AND "  # noqa: S608
    records, keys, decided, apart = answers(
        (f"SELECT {columns} FROM {entity.table} WHERE id AMONG", (packed(ids),)),  # noqa: S608
        (
            f"SELECT record, kind, value FROM {_STRONG} AND record AMONG",  # noqa: S608
            (both,),
        ),
        (f"{bonds} one AMONG UNION {bonds} other AMONG", (both, both)),
        (f"SELECT record, parting, side FROM {_APART} AND record AMONG", (both,)),  # noqa: S608
    )
    new = [
        Known(number, reference, name, stood_in, owner=owner)
        for number, reference, name, stood_in, owner in records
    ]
    found.records.update({each.id: each for each in new})
    for record, kind, value in keys:
        found.records[record].keys[Key(KeyKind(kind), value)] = None
    found.bonds.update(decided)
    for record, parting, side in apart:
        found.apart[record][parting] = side
    return new


def _holders(entity: Entity, found: Evidence, keys: set[Key]) -> set[int]:
    """The records in the database with one of the keys, apart from keys that are not strong."""
    if not keys:
        return set()
    values = packed({key.value for key in keys})
    all_shared = len(keys) > _MANY
    shared, holding = answers(
        ("SELECT kind, value FROM people_shared_key", ())
        if all_shared
        else ("SELECT kind, value FROM people_shared_key WHERE value AMONG", (values,)),
        (f"SELECT kind, value, record FROM {_UNSHARED} AND value AMONG", (values,)),  # noqa: S608
    )
    found.shared.update(keys & {Key(KeyKind(kind), value) for kind, value in shared})
    strong = keys - found.shared
    holders = {record for kind, value, record in holding if (kind, value) in strong}
    references = {key.value for key in strong if key.kind is KeyKind.CRM_ID}
    references -= {record.reference for record in found.records.values()}
    if references:
        sql = f"SELECT id FROM {entity.table} WHERE reference AMONG"  # noqa: S608
        holders.update(number for (number,) in rows_among(sql, references))
    return holders


def _involved(entity: Entity, found: Evidence) -> list[Known]:
    """The records that hang together with another, or did."""
    ids: set[int] = set()
    holders: dict[Key, int] = {}
    for record in found.records.values():
        for key in _keys(entity, record):
            first = holders.setdefault(key, record.id)
            if first != record.id and key not in found.shared:
                ids.update((first, record.id))
    ids.update(each for bond in found.bonds for each in bond[:2])
    ids.update(each.id for each in found.records.values() if each.stood_in not in {None, each.id})
    return [found.records[each] for each in ids]


def _rule_records(entity: Entity, involved: list[Known]) -> Iterator[Record]:
    """As the rules want them; a subsidiary under its owner's domain is known by that and its name."""
    domains = {(each.reference, key) for each in involved for key in each.keys}
    for each in involved:
        keys = tuple(
            Key(key.kind, f"{key.value} {each.name}") if (each.owner, key) in domains else key
            for key in _keys(entity, each)
        )
        yield Record(each.reference, each.name, keys, each.reference.startswith(ADDRESS_ONLY))


def _compare(involved: list[Known], settled: Settled) -> None:
    """Tell the changes from the clusters before to those of now."""
    before = {each.id: each.id if each.stood_in is None else each.stood_in for each in involved}
    pieces: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for number in sorted(before):
        pieces[before[number], settled.stand_ins[number]].append(number)
    split = _tell_splits(involved, pieces, settled)
    _tell_merges(pieces, settled)
    joined_by: dict[int, str] = {}
    for one, other, rule, _ in settled.unions:
        joined_by.setdefault(other, rule.value)
        joined_by.setdefault(one, rule.value)
    for number, stood_in in before.items():
        stand_in = settled.stand_ins[number]
        if stand_in != stood_in:
            left = stood_in in split and (stand_in == number or number not in joined_by)
            why = SHARED_KEY if left else joined_by.get(number, SHARED_KEY)
            settled.moved.append(Moved(number, stand_in, why))


def _tell_splits(
    involved: list[Known], pieces: Mapping[tuple[int, int], list[int]], settled: Settled
) -> set[int]:
    """The clusters that fell apart, by the record that stood for each."""
    parts: defaultdict[int, list[tuple[int, ...]]] = defaultdict(list)
    for (stood_in, _), ids in pieces.items():
        parts[stood_in].append(tuple(ids))
    split = {stood_in: several for stood_in, several in parts.items() if len(several) > 1}
    if split:
        keys = {each.id: each.keys for each in involved}
        for stood_in, several in sorted(split.items()):
            held = {key for part in several for each in part for key in keys[each]}
            value = ", ".join(key.value for key in settled.newly_shared if key in held)
            change = Change("split", SHARED_KEY, value, tuple(sorted(several)), stood_in)
            settled.changes.append(change)
    return set(split)


def _tell_merges(pieces: Mapping[tuple[int, int], list[int]], settled: Settled) -> None:
    piece_of = {each: piece for piece, ids in pieces.items() for each in ids}
    members = {piece: [piece] for piece in pieces}
    root = {piece: piece for piece in pieces}
    for (rule, value), unions in groupby(settled.unions, key=lambda union: union[2:]):
        joined: defaultdict[tuple[int, int], list[tuple[int, ...]]] = defaultdict(list)
        for one, other, *_ in unions:
            into, from_ = root[piece_of[one]], root[piece_of[other]]
            if into == from_:
                continue
            sides = joined.pop(into, []) or [_ids(pieces, members[into])]
            sides += joined.pop(from_, []) or [_ids(pieces, members[from_])]
            joined[into] = sides
            members[into] += members[from_]
            for piece in members.pop(from_):
                root[piece] = into
        for sides in joined.values():
            stand_in = settled.stand_ins[sides[0][0]]
            settled.changes.append(Change("merge", rule.value, value, tuple(sides), stand_in))


def _ids(
    pieces: Mapping[tuple[int, int], list[int]], several: list[tuple[int, int]]
) -> tuple[int, ...]:
    return tuple(sorted(each for piece in several for each in pieces[piece]))
