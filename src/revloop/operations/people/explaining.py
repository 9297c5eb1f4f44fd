"""Why records are one, in plain sentences: the key, how strong it is, who decided and when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from revloop.kit.errors import InvalidInput
from revloop.operations.people.cards import ROLE_MAILBOX
from revloop.operations.people.rules.domains import site_host
from revloop.operations.people.rules.emails import email_key
from revloop.operations.people.rules.matching import MatchRule
from revloop.operations.people.rules.names import company_name, person_name
from revloop.operations.people.rules.phones import phone_key
from revloop.operations.people.rules.resolving import Rule
from revloop.operations.people.rules.text import clean
from revloop.operations.people.settling import ACCOUNT, CONTACT, SHARED_KEY, Entity, gather, settle
from revloop.operations.people.statements import instant, rows, rows_among

_SHOWN = 8
_NAMED = {
    "contact": "CASE WHEN name <> '' THEN name ELSE first_name || ' ' || last_name END",
    "account": "name",
}
"""What a person is to read as the name."""
_KEYS = {
    Rule.EMAIL: "the e-mail address",
    Rule.PHONE: "the telephone number",
    Rule.CRM_ID: "the id",
    Rule.DOMAIN: "the domain",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a person, or a company, and why it is one."""

    stands: str
    """Reference of the record that stands for it."""
    records: tuple[str, ...]
    """References of all its records."""
    sentences: tuple[str, ...]
    decisions: tuple[int, ...]
    """Numbers of the decisions on it, the latest first; each can be undone by its number."""


class _Decision(NamedTuple):
    id: int
    what: str
    rule: str
    value: str
    pieces: tuple[frozenset[int], ...]
    actor: str
    at: str
    batch: str
    undone_by: int | None

    @property
    def by_whom(self) -> str:
        batch = f" in import {self.batch}" if self.batch else ""
        return f"by {self.actor}{batch} on {self.at}, decision {self.id}"


def explain(who: str) -> Explanation:
    """See `queries.explain`."""
    entity, stand_in = _meant(who)
    found = rows(
        f"SELECT id, reference, {_NAMED[entity.name]} FROM {entity.table} "  # noqa: S608
        f"WHERE {entity.stand_in} = %s ORDER BY id <> {entity.stand_in}, reference",
        (stand_in,),
    )
    references = {number: reference for number, reference, _ in found}
    name = next((clean(name) for *_, name in found if clean(name)), "")
    decisions = _decisions(list(references))
    sentences = [
        _heading(entity, name, list(references.values())),
        *_unions(entity, references, decisions),
        *_parted(entity, references, decisions),
        *_weak_keys(references),
        *(
            (*_open_proposals(references), *_employer(stand_in))
            if entity is CONTACT
            else _owner(stand_in)
        ),
    ]
    return Explanation(
        references[stand_in],
        tuple(references.values()),
        tuple(sentences),
        tuple(each.id for each in decisions),
    )


def _meant(who: str) -> tuple[Entity, int]:
    for entity in (CONTACT, ACCOUNT):
        sql = f"SELECT {entity.stand_in} FROM {entity.table} WHERE reference = %s"  # noqa: S608
        if found := rows(sql, (who,)):
            return entity, found[0][0]
    for value in (email_key(who), phone_key(who, None)):
        found = rows(
            "SELECT DISTINCT person FROM people_contact c "
            "JOIN people_identifier i ON i.record = c.id WHERE i.value = %s",
            (value or "",),
        )
        if found:
            return CONTACT, _only(CONTACT, who, [number for (number,) in found])
    for entity, name in ((CONTACT, person_name(None, None, who)), (ACCOUNT, company_name(who))):
        sql = f"SELECT DISTINCT {entity.stand_in} FROM {entity.table} WHERE name_key = %s"  # noqa: S608
        if name and (found := rows(sql, (name,))):
            return entity, _only(entity, who, [number for (number,) in found])
    if host := site_host(who):
        found = rows("SELECT DISTINCT company FROM people_account WHERE host = %s", (host,))
        if found:
            return ACCOUNT, _only(ACCOUNT, who, [number for (number,) in found])
    raise InvalidInput(
        "people.unknown",
        f"nobody is known as {who}",
        hint="name a record such as hubspot:123, an e-mail address, a number as +49…, a full name, "
        "or the domain of a company",
    )


def _only(entity: Entity, who: str, numbers: list[int]) -> int:
    if len(numbers) == 1:
        return numbers[0]
    sql = f"SELECT reference FROM {entity.table} WHERE id AMONG ORDER BY reference"  # noqa: S608
    references = [reference for (reference,) in rows_among(sql, numbers)]
    raise InvalidInput(
        "people.several",
        f"{len(numbers)} are known as {who}: {_listed(references)}",
        hint="name one of the records",
        records=references,
    )


def _listed(references: list[str]) -> str:
    more = len(references) - _SHOWN
    return ", ".join(references[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _heading(entity: Entity, name: str, references: list[str]) -> str:
    one = "person" if entity is CONTACT else "company"
    if len(references) == 1:
        who = f"{references[0]}, {name}," if name else references[0]
        return f"{who} is a {one} with no other record."
    who = f", {name}" if name else ""
    return f"{len(references)} records are one {one}{who}: {_listed(references)}."


def _decisions(ids: list[int]) -> list[_Decision]:
    found = rows_among(
        "SELECT DISTINCT d.id, d.what, d.rule, d.value, d.pieces, d.actor, d.at, d.batch, d.undone_by "
        "FROM people_decision d JOIN people_decision_piece p ON p.decision = d.id "
        "WHERE p.record AMONG",
        ids,
    )
    decisions = [
        _Decision(
            number,
            what,
            rule,
            value,
            tuple(frozenset(piece) for piece in json.loads(pieces)),
            actor,
            f"{instant(at):%Y-%m-%d %H:%M} UTC",
            batch,
            undone_by,
        )
        for number, what, rule, value, pieces, actor, at, batch, undone_by in found
    ]
    return sorted(decisions, reverse=True, key=lambda each: each.id)


def _unions(
    entity: Entity, references: dict[int, str], decisions: list[_Decision]
) -> Iterator[str]:
    if len(references) == 1:
        return
    settled = settle(entity, gather(entity, {}, references))
    for one, other, rule, value in settled.unions:
        if one in references:
            decided = _that_joined(one, other, decisions)
            by_whom = f" Joined {decided.by_whom}." if decided else ""
            both = f"{references[one]} and {references[other]}"
            if rule is Rule.BY_HAND:
                yield f"{both} are one because a person said so: {_sentence(value)}{by_whom}"
            elif rule is Rule.LINKAGE:
                yield f"{both} are one because their texts are alike: {value}.{by_whom}"
            else:
                yield f"{both} share {_KEYS[rule]} {value}, a strong key.{by_whom}"


def _that_joined(one: int, other: int, decisions: list[_Decision]) -> _Decision | None:
    """The latest that brought the two together."""
    for decision in decisions:
        if decision.what == "merge" and decision.undone_by is None:
            sides = [
                next((number for number, ids in enumerate(decision.pieces) if each in ids), None)
                for each in (one, other)
            ]
            if None not in sides and sides[0] != sides[1]:
                return decision
    return None


def _parted(
    entity: Entity, references: dict[int, str], decisions: list[_Decision]
) -> Iterator[str]:
    for decision in decisions:
        if decision.what == "merge" or decision.undone_by is not None:
            continue
        others = [each for ids in decision.pieces for each in ids if each not in references]
        mine = [references[each] for ids in decision.pieces for each in ids if each in references]
        if not others or not mine:
            continue
        sql = f"SELECT reference FROM {entity.table} WHERE id AMONG ORDER BY reference"  # noqa: S608
        theirs = _listed([reference for (reference,) in rows_among(sql, others)])
        if decision.what == "undo":
            yield (
                f"That {_listed(sorted(mine))} and {theirs} are one was taken back: "
                f"{_sentence(decision.value)} Decided {decision.by_whom}."
            )
            continue
        because = (
            "their records no longer say that they are one"
            if decision.rule == SHARED_KEY and not decision.value
            else f"{decision.value} came to be shared by more than three differing names"
            if decision.rule == SHARED_KEY
            else f"they share a number, and the rest speaks against it: {decision.value}"
            if decision.rule == Rule.LINKAGE
            else f"a person said so: {decision.value}"
        )
        are = "is" if len(mine) == 1 else "are"
        yield (
            f"{_listed(sorted(mine))} {are} kept apart from {theirs} because "
            f"{_sentence(because)} Decided {decision.by_whom}."
        )


def _weak_keys(references: dict[int, str]) -> Iterator[str]:
    found = rows_among(
        "SELECT i.kind, i.value, i.weakness, s.value FROM people_identifier i "
        "LEFT JOIN people_shared_key s ON s.value = i.value AND s.kind = i.kind "
        "WHERE i.record AMONG",
        references,
    )
    for kind, value, weakness, shared in sorted(set(found), key=lambda row: row[:2]):
        what = f"{_KEYS[Rule(kind)].replace('the', 'The', 1)} {value}"
        if weakness == ROLE_MAILBOX:
            yield f"{what} is a mailbox of several people and joins nobody."
        elif shared is not None:
            yield f"{what} is shared by more than three differing names and joins nobody."


def _open_proposals(references: dict[int, str]) -> Iterator[str]:
    """What the linkage asks about them."""
    found = {
        row
        for column in ("one", "other")
        for row in rows_among(
            "SELECT p.id, p.probability, p.explanation, l.reference, r.reference "  # noqa: S608
            "FROM people_proposal p JOIN people_contact l ON l.id = p.one "
            "JOIN people_contact r ON r.id = p.other "
            f"WHERE p.decision IS NULL AND l.person <> r.person AND p.{column} AMONG",
            references,
        )
    }
    for number, probability, explanation, one, other in sorted(found):
        yield (
            f"{one} and {other} may be one, at {min(probability, 0.99):.0%}: {explanation}. "
            f"A person has to decide, proposal {number}."
        )


def _employer(person: int) -> Iterator[str]:
    found = rows(
        "SELECT e.account, e.rule, e.reason, e.candidates, c.account FROM people_contact c "
        "LEFT JOIN people_employer e ON e.person = c.id WHERE c.id = %s",
        (person,),
    )
    account, rule, reason, candidates, own = found[0]
    if account:
        yield f"Works for {_company(account)}: {_HOW[MatchRule(rule)]}{_sentence(reason)}"
    elif own:
        yield f"Works for {_company(own)}, as their record says."
    elif reason:
        near = json.loads(candidates)
        which = f" ({_listed(near)})" if near else ""
        yield f"Not matched to a company: {reason}{which}."


_HOW = {
    MatchRule.SOURCE: "",
    MatchRule.EXACT_DOMAIN: "matched by ",
    MatchRule.PARENT_DOMAIN: "matched by a domain above theirs, ",
    MatchRule.FUZZY_NAME: "matched by ",
    MatchRule.BY_HAND: "a person said so: ",
}


def _company(reference: str) -> str:
    found = rows("SELECT name FROM people_account WHERE reference = %s", (reference,))
    return f"{reference}, {found[0][0]}" if found and found[0][0] else reference


def _owner(company: int) -> Iterator[str]:
    found = rows(
        "SELECT DISTINCT parent FROM people_account WHERE company = %s AND parent <> '' "
        "ORDER BY parent",
        (company,),
    )
    for (parent,) in found:
        yield (
            f"Belongs to {_company(parent)}, as its record says; a domain that both have does not "
            "make them one."
        )


def _sentence(text: str) -> str:
    """With one full stop at its end, however it was typed."""
    return f"{text.rstrip(' .')}."
