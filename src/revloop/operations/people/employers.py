"""Who works for which company, and the queue of those of whom that is not known.

A person is matched, not a record: by the company that a source names for one of their records, else
by `rules.matching` from what all their records say. A record that stands for a person and names a
company itself needs no match; the lake knows it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from revloop.operations.people import before
from revloop.operations.people.recording import By
from revloop.operations.people.rules.domains import parents
from revloop.operations.people.rules.matching import (
    Company,
    Directory,
    Lead,
    Match,
    MatchRule,
    match_account,
    name_endings,
)
from revloop.operations.people.statements import (
    answers,
    insert,
    next_number,
    packed,
    rows,
    rows_among,
    run_among,
    run_many,
    stored,
)

_AT_ONCE = 50_000
_NOTHING = ("", "", "", "")
"""Account, rule, reason and candidates of those who need no match."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Of the persons looked at: how many have a company, by the rule that found it."""

    by_rule: dict[str, int]
    """`source` counts those whose own record names it, too."""
    unmatched: int


class _Person(NamedTuple):
    number: int
    reference: str
    own_account: str
    """What the record that stands for them names."""
    other_account: str
    """What another one of their records names."""
    lead: Lead


def match(persons: list[int] | None, by: By) -> Matched:
    """Match these persons, or everybody, and write what is different from before."""
    whole = None
    if persons is None:
        whole = Directory(
            _companies(rows(_ACCOUNT_COLUMNS)),
            dict(rows("SELECT domain, parent FROM people_parent_domain")),
        )
        _move_by_hand(by)
    counts: Counter[str] = Counter()
    for some in _everybody() if persons is None else [_persons(persons)]:
        found = {person: _employer(person, whole or _directory_for(person)) for person in some}
        counts.update(_write(found, by))
    if persons is None:
        _withdraw_gone(by)
    unmatched = counts.pop("", 0)
    return Matched(dict(sorted(counts.items())), unmatched)


def set_by_hand(person: int, company: tuple[int, str], reason: str, by: By) -> None:
    """A person said it."""
    ((reference,),) = rows("SELECT reference FROM people_contact WHERE id = %s", (person,))
    run_among("DELETE FROM people_employer WHERE person AMONG", [person])
    chosen = Match(company[1], MatchRule.BY_HAND, None, reason)
    insert("people_employer", _COLUMNS, [_row(person, reference, chosen, stored(by.at))])
    _publish([(reference, company[1], MatchRule.BY_HAND.value)], by)


def _employer(person: _Person, directory: Directory) -> Match:
    if person.own_account:
        return Match(person.own_account, MatchRule.SOURCE, None, "")
    if person.other_account:
        account = directory.standing_for(person.other_account)
        return Match(account, MatchRule.SOURCE, None, "another record of theirs names it")
    return match_account(person.lead, directory)


_COLUMNS = ("person", "reference", "account", "rule", "score", "reason", "candidates", "at")


def _row(person: int, reference: str, found: Match, at: Any) -> tuple[Any, ...]:
    return (
        person,
        reference,
        found.company or "",
        found.rule.value if found.rule else "",
        found.score,
        found.reason,
        json.dumps(found.candidates) if found.candidates else "[]",
        at,
    )


def _write(found: dict[_Person, Match], by: By) -> Iterator[str]:
    """Write what is different; return the rule of each match, "" where there is none."""
    sql = "SELECT person, account, rule, reason, candidates FROM people_employer WHERE person AMONG"
    there = {row[0]: row[1:] for row in rows_among(sql, [person.number for person in found])}
    at = stored(by.at)
    stale, fresh, published, rules = [], [], [], []
    for person, match_ in found.items():
        known = there.get(person.number, _NOTHING)
        if known[1] == MatchRule.BY_HAND:
            rules.append(known[1])
            continue
        rules.append(match_.rule.value if match_.rule else "")
        row = _row(person.number, person.reference, match_, at)
        now = _NOTHING if person.own_account else (row[2], row[3], row[5], row[6])
        if now == known:
            continue
        if person.number in there:
            stale.append(person.number)
        if now != _NOTHING:
            fresh.append(row)
        if now[:2] != known[:2]:
            published.append((person.reference, now[0], now[1] or MatchRule.WITHDRAWN.value))
    before.keep("people_employer", stale, by.batch)
    run_among("DELETE FROM people_employer WHERE person AMONG", stale)
    insert("people_employer", _COLUMNS, fresh)
    _publish(published, by)
    return iter(rules)


def _publish(changes: list[tuple[str, str, str]], by: By) -> None:
    if changes:
        first = next_number("people_employer_change", column="sequence")
        at = stored(by.at)
        many = [(number, *change, at) for number, change in enumerate(changes, first)]
        columns = ("sequence", "contact", "account", "rule", "at")
        insert("people_employer_change", columns, many)


def _move_by_hand(by: By) -> None:
    """What a person said of somebody holds for those who are found to be the same."""
    moves = rows(
        "SELECT c.person, stands.reference, e.person FROM people_employer e "
        "JOIN people_contact c ON c.id = e.person "
        "JOIN people_contact stands ON stands.id = c.person "
        "LEFT JOIN people_employer there ON there.person = c.person AND there.rule = 'by_hand' "
        "WHERE e.rule = 'by_hand' AND c.person <> e.person AND there.person IS NULL "
        "ORDER BY e.at DESC, e.person"
    )
    latest = {move[0]: move for move in reversed(moves)}
    before.keep(
        "people_employer", {each for move in moves for each in (move[0], move[2])}, by.batch
    )
    before.keep_absent(latest, by.batch)
    run_among("DELETE FROM people_employer WHERE person AMONG", latest)
    run_many(
        "UPDATE people_employer SET person = %s, reference = %s WHERE person = %s",
        list(latest.values()),
    )


def _withdraw_gone(by: By) -> None:
    """Those who stand for nobody any more."""
    gone = rows(
        "SELECT e.person, e.reference, e.account FROM people_employer e "
        "JOIN people_contact c ON c.id = e.person WHERE c.person <> e.person"
    )
    before.keep("people_employer", [person for person, *_ in gone], by.batch)
    run_among("DELETE FROM people_employer WHERE person AMONG", [person for person, *_ in gone])
    withdrawn = MatchRule.WITHDRAWN.value
    _publish([(reference, "", withdrawn) for _, reference, account in gone if account], by)


_PERSON_COLUMNS = (
    "SELECT person, id, reference, account, hosts, company_key, country FROM people_contact WHERE "
)


def _everybody() -> Iterator[list[_Person]]:
    last = next_number("people_contact") - 1
    for first in range(1, last + 1, _AT_ONCE):
        condition = "person BETWEEN %s AND %s"
        found = rows(_PERSON_COLUMNS + condition, (first, first + _AT_ONCE - 1))
        yield list(_grouped(found))


def _persons(numbers: list[int]) -> list[_Person]:
    return list(_grouped(rows_among(_PERSON_COLUMNS + "person AMONG", numbers)))


def _grouped(found: list[tuple[Any, ...]]) -> Iterator[_Person]:
    """The record that stands for a person speaks first, then the others by their references."""
    found.sort(key=lambda row: (row[0], row[0] != row[1], row[2]))
    for number, records in groupby(found, key=lambda row: row[0]):
        listed = list(records)
        hosts = dict.fromkeys(host for row in listed for host in row[4].split())
        yield _Person(
            number,
            listed[0][2],
            listed[0][3],
            next((row[3] for row in listed[1:] if row[3]), ""),
            Lead(
                tuple(hosts),
                next((row[5] for row in listed if row[5]), ""),
                next((row[6].upper() for row in listed if row[6]), ""),
            ),
        )


_ACCOUNT_COLUMNS = (
    "SELECT company, id, reference, name_key, host, country, parent FROM people_account"
)


def _companies(found: list[tuple[Any, ...]]) -> Iterator[Company]:
    found.sort(key=lambda row: (row[0], row[0] != row[1], row[2]))
    stands = {row[0]: row[2] for row in found if row[0] == row[1]}
    companies = {row[2]: stands.get(row[0], row[2]) for row in found}
    for number, records in groupby(found, key=lambda row: row[0]):
        listed = list(records)
        owners = (companies.get(row[6], row[6]) for row in listed if row[6])
        yield Company(
            stands[number],
            next((row[3] for row in listed if row[3]), ""),
            tuple(dict.fromkeys(row[4] for row in listed if row[4])),
            next((row[5].upper() for row in listed if row[5]), ""),
            next((owner for owner in owners if owner != stands[number]), ""),
            tuple(row[2] for row in listed),
        )


def _directory_for(person: _Person) -> Directory:
    """As much of the directory as the match of one person looks at."""
    lead = person.lead
    hosts = {above for host in lead.hosts for above in (host, *parents(host))}
    above: dict[str, str] = {}
    near: set[int] = set()
    if hosts:
        owned, found = answers(
            (
                "SELECT domain, parent FROM people_parent_domain WHERE domain AMONG",
                (packed(hosts),),
            ),
            (_AT_HOSTS, (packed(hosts), packed(hosts))),
        )
        above, near = dict(owned), {company for (company,) in found}
    if person.other_account:
        near = _companies_where("reference AMONG", [person.other_account])
    if not near and lead.company:
        near = {company for (company,) in rows(_BY_NAME, name_endings(lead.company))}
    listed = rows_among(f"{_ACCOUNT_COLUMNS} WHERE company AMONG", near) if near else []
    return Directory(_companies(listed), above)


_AT_HOSTS = (
    "SELECT company FROM people_account WHERE host AMONG UNION "
    "SELECT a.company FROM people_parent_domain p JOIN people_account a ON a.host = p.parent "
    "WHERE p.domain AMONG"
)
_BY_NAME = (
    "SELECT company FROM people_account WHERE beginning = %s "
    "UNION SELECT company FROM people_account WHERE ending = %s"
)


def _companies_where(condition: str, values: Iterable[str]) -> set[int]:
    sql = f"SELECT DISTINCT company FROM people_account WHERE {condition}"  # noqa: S608
    return {company for (company,) in rows_among(sql, values)}
