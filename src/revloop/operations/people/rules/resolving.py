"""Which records are one person, or one company: records in, clusters and the reason of each union.

Records that share a strong key are joined, unless more than three differing names share it. What a
person decided goes before keys, and records that were told apart are never joined, not even through
others. The result depends on the records alone, never on their order: unions are tried in the order
of their rules, then of the keys, then of the records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from revloop.operations.people.rules.names import Differ, people_differ, too_many_differ


class KeyKind(StrEnum):
    """What a record may share with another."""

    EMAIL = "email"
    PHONE = "phone"
    CRM_ID = "crm_id"
    """The id under which a source keeps the person: of the record itself or its survivor."""
    DOMAIN = "domain"
    COOKIE = "cookie"
    DEVICE = "device"
    IP_COMPANY = "ip_company"


WEAK = frozenset({KeyKind.COOKIE, KeyKind.DEVICE, KeyKind.IP_COMPANY})
"""They never join two records."""


class Rule(StrEnum):
    """Why two records are one, the most certain first."""

    BY_HAND = "by_hand"
    CRM_ID = "crm_id"
    EMAIL = "email"
    DOMAIN = "domain"
    PHONE = "phone"
    LINKAGE = "linkage"


_RANKS = {rule: rank for rank, rule in enumerate(Rule)}


class Key(NamedTuple):
    """A value that several records may share, in its one form."""

    kind: KeyKind
    value: str


class Record(NamedTuple):
    """What the decision needs to know of a record."""

    id: str
    name: str = ""
    """As `names` makes it; "" where none is known, which differs from nothing."""
    keys: tuple[Key, ...] = ()
    """Strong ones and weak ones."""
    rank: int = 0
    """Of the records of a cluster the one of the lowest rank stands for all, then the first id."""


class Bond(NamedTuple):
    """Two records are one because somebody, or the linkage, said so."""

    left: str
    right: str
    rule: Rule
    value: str = ""
    """The reason."""


Sides = Mapping[str, Mapping[int, int]]
"""By record: in which decisions it was told apart from others, and on which side it stood."""


class Union(NamedTuple):
    """Two records that joined their clusters."""

    left: str
    right: str
    rule: Rule
    value: str
    """The key that they share, or the reason of the bond."""


class Clusters(NamedTuple):
    """What `resolve` found."""

    groups: tuple[tuple[str, ...], ...]
    """Every record once; the first of each group stands for it."""
    unions: tuple[Union, ...]
    """In the order in which they were made; they join each group without a circle."""
    shared: frozenset[Key]
    """Keys that would be strong, and are shared by more than three differing names."""


def resolve(
    records: Iterable[Record],
    bonds: Iterable[Bond] = (),
    apart: Sides | None = None,
    *,
    shared: Iterable[Key] = (),
    differ: Differ = people_differ,
) -> Clusters:
    """Join the records that are one.

    Args:
        records: With ids that are unique.
        bonds: Decisions that two of them are one; bonds to unknown records are ignored.
        apart: Decisions that they are not.
        shared: Keys that are known not to be strong any more.
        differ: Whether two names are those of different people, or companies.
    """
    known = {record.id: record for record in sorted(records, key=_standing)}
    holders = _holders(known.values())
    no_longer_strong = frozenset(shared) | frozenset(
        key
        for key, ids in holders.items()
        if too_many_differ((known[each].name for each in ids), differ)
    )
    forest = _Forest(known, apart or {})
    unions = []
    for rule, value, ids in _joined(known, holders, bonds, no_longer_strong):
        for place, each in enumerate(ids):
            if other := forest.join_first(ids[:place], each):
                unions.append(Union(other, each, rule, value))
    return Clusters(forest.groups(), tuple(unions), no_longer_strong & holders.keys())


def only_identity(users: Iterable[str]) -> str | None:
    """Whose a cookie or device is, for what was seen before its user was known.

    `users` are the persons seen with it: with one alone, the earlier visits are theirs; with several
    they stay nobody's.
    """
    distinct = set(users)
    return distinct.pop() if len(distinct) == 1 else None


def _standing(record: Record) -> tuple[int, str]:
    return record.rank, record.id


def _holders(records: Iterable[Record]) -> dict[Key, list[str]]:
    """The records of each strong key that has several."""
    holders: defaultdict[Key, list[str]] = defaultdict(list)
    for record in records:
        for key in dict.fromkeys(record.keys):
            if key.kind not in WEAK:
                holders[key].append(record.id)
    return {key: ids for key, ids in holders.items() if len(ids) > 1}


def _joined(
    known: Mapping[str, Record],
    holders: Mapping[Key, list[str]],
    bonds: Iterable[Bond],
    no_longer_strong: frozenset[Key],
) -> Iterator[tuple[Rule, str, list[str]]]:
    """What joins which records, in the order in which it is tried."""
    ways = [
        (Rule(key.kind), key.value, ids)
        for key, ids in holders.items()
        if key not in no_longer_strong
    ]
    ways += [
        (bond.rule, bond.value, sorted((bond.left, bond.right)))
        for bond in bonds
        if bond.left in known and bond.right in known
    ]
    yield from sorted(ways, key=lambda way: (_RANKS[way[0]], way[1:]))


class _Forest:
    """Clusters that grow; those that were told apart stay apart."""

    def __init__(self, known: Mapping[str, Record], apart: Sides) -> None:
        self._known = known
        self._root = {each: each for each in known}
        self._members = {each: [each] for each in known}
        self._sides = {each: dict(apart.get(each, {})) for each in known}

    def join_first(self, candidates: list[str], each: str) -> str | None:
        """Join it to the first candidate that it may join; None if that changes nothing."""
        for other in candidates:
            one, two = self._root[other], self._root[each]
            if one == two:
                return None
            if self._may_join(one, two):
                self._join(one, two)
                return other
        return None

    def groups(self) -> tuple[tuple[str, ...], ...]:
        groups = [
            tuple(sorted(ids, key=lambda each: _standing(self._known[each])))
            for ids in self._members.values()
        ]
        return tuple(sorted(groups, key=lambda ids: _standing(self._known[ids[0]])))

    def _may_join(self, one: str, other: str) -> bool:
        sides, others = self._sides[one], self._sides[other]
        return all(others.get(decision, side) == side for decision, side in sides.items())

    def _join(self, one: str, other: str) -> None:
        if len(self._members[one]) < len(self._members[other]):
            one, other = other, one
        for member in self._members[other]:
            self._root[member] = one
        self._members[one] += self._members.pop(other)
        self._sides[one] |= self._sides.pop(other)
