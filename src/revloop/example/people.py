"""The people of the companies: their names, titles and addresses, and who has two records.

raisers   people who raise a hand; known from their first one on
members   people met in an opportunity, because somebody has to sign, to test, to buy
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from revloop.example import names
from revloop.example.agreements import timezone
from revloop.example.chance import between, choose, choose_by, happens, stream
from revloop.example.companies import Companies, domains, shown_names
from revloop.example.demand import CONSENTS, Hands, Raisers
from revloop.example.moments import DAY, HOUR, NEVER, SECOND, Flags, Ints, known
from revloop.example.tables import (
    Column,
    Columns,
    both_versions,
    constant,
    digits,
    either,
    ids,
    joined,
    only,
    padded,
    pick,
    references,
    stacked,
    staged,
    together,
    words,
)
from revloop.example.team import CALENDAR_OF_REGION
from revloop.example.truths import SOURCES, Truths

PERSONAS = ("economic_buyer", "champion", "technical_evaluator", "user", "procurement")
OTHER = len(PERSONAS)
"""The number of those who play no part that the agreement names."""
PERSONA_OF_RAISERS = (0.09, 0.26, 0.16, 0.30, 0.04, 0.15)

TITLES: tuple[tuple[tuple[str, str, str], ...], ...] = (
    (
        ("Chief Financial Officer", "c_level", "finance"),
        ("CFO", "c_level", "finance"),
        ("Chief Revenue Officer", "c_level", "sales"),
        ("VP Finance", "vp", "finance"),
    ),
    (
        ("Head of Revenue Operations", "director", "operations"),
        ("Director of Marketing", "director", "marketing"),
        ("Revenue Operations Manager", "manager", "operations"),
        ("Director Growth Marketing", "director", "marketing"),
    ),
    (
        ("CRM Administrator", "ic", "it"),
        ("Head of CRM", "director", "it"),
        ("CRM Architect", "ic", "it"),
        ("Senior CRM Engineer", "ic", "it"),
    ),
    (
        ("SDR Team Lead", "manager", "sales"),
        ("Account Executive", "ic", "sales"),
        ("Senior Account Executive", "ic", "sales"),
        ("SDR", "ic", "sales"),
    ),
    (
        ("Procurement Manager", "manager", "procurement"),
        ("Head of Procurement", "director", "procurement"),
        ("Purchasing Specialist", "ic", "procurement"),
        ("Director Purchasing", "director", "procurement"),
    ),
    (
        ("Office Manager", "manager", "administration"),
        ("Consultant", "ic", "consulting"),
        ("Product Manager", "manager", "product"),
        ("HR Business Partner", "ic", "people"),
    ),
)
"""Titles by persona, with seniority and function."""
TITLES_EACH = 4
_FLAT = [title for of_persona in TITLES for title in of_persona]

_PHONE_SHARE = 0.72


@dataclass(frozen=True, eq=False)
class People:
    """People in columns: those who raise hands first, then those met in opportunities."""

    first: int
    company: Ints
    region: Ints
    country: Ints
    culture: Ints
    given: Ints
    family: Ints
    persona: Ints
    title: Ints
    """The number of the title among all, -1 where it is not known."""
    consent: Ints
    known_at: Ints
    source: Ints
    """-1 for people met in opportunities."""
    has_phone: Flags
    second_at: Ints
    """When a second record of the person was made, NEVER for most."""
    merged_at: Ints
    """When the CRM merged it into the first one."""
    taken_for: Ints
    """The colleague with the same telephone, for whom the person was taken; -1 for most."""
    at_info: Flags
    """Writes from a mailbox that belongs to a role."""

    @property
    def size(self) -> int:
        return self.company.size

    @property
    def numbers(self) -> Ints:
        return self.first + np.arange(self.size)

    def references(self, rows: Ints) -> Column:
        return references("p", np.where(rows < 0, -1, self.first + rows))

    def references_at(self, rows: Ints, at: Ints) -> Column:
        """References to the record that a person was known by at an instant."""
        second = (rows >= 0) & known(self.second_at[rows]) & (at >= self.second_at[rows])
        return either(
            second, references("q", np.where(second, self.first + rows, -1)), self.references(rows)
        )


@dataclass(frozen=True, eq=False)
class Members:
    """People who are met in opportunities, before they have names."""

    company: Ints
    persona: Ints
    known_at: Ints


def meet(  # noqa: PLR0913 - a person stands where all of these cross
    seed: int, block: int, companies: Companies, hands: Hands, raisers: Raisers, *,
    members: Members, truths: Truths,
) -> People:  # fmt: skip
    """Everybody of a block: the raisers, then the members."""
    chance = stream(seed, block, "people")
    company = np.concatenate([raisers.company, members.company])
    size, count = company.size, raisers.company.size
    first_hand, source, second = _first_and_second(hands, count)
    persona = np.concatenate([choose(chance, PERSONA_OF_RAISERS, count), members.persona])
    title = persona * TITLES_EACH + chance.integers(0, TITLES_EACH, size)
    country = companies.country[company]
    known_at = np.concatenate([first_hand, members.known_at])
    taken_for = _taken_for(chance, raisers.company, truths, size)
    doubled = np.zeros(size, np.bool_)
    candidates = np.flatnonzero(known(second) & (taken_for[:count] < 0))
    wanted = min(candidates.size, round(size * truths.duplicate_share))
    doubled[chance.choice(candidates, wanted, replace=False)] = True
    second_at = np.where(doubled, np.concatenate([second, np.full(size - count, NEVER)]), NEVER)
    merged = doubled & happens(chance, truths.merged_share / truths.duplicate_share, size)
    return People(
        first=block * 1_000_000 + 1,
        company=company,
        region=companies.region[company],
        country=country,
        culture=choose_by(chance, names.CULTURE_SHARES, country),
        given=chance.integers(0, names.PER_CULTURE, size),
        family=_family(chance, company),
        persona=persona,
        title=np.where(happens(chance, truths.missing_title_share, size), -1, title),
        consent=np.concatenate([raisers.consent, np.full(size - count, -1)]),
        known_at=known_at,
        source=np.concatenate([source, np.full(size - count, -1)]),
        has_phone=happens(chance, _PHONE_SHARE, size) | _shares_a_phone(taken_for),
        second_at=second_at,
        merged_at=np.where(merged, second_at + between(chance, 2, 40, size) * DAY, NEVER),
        taken_for=taken_for,
        at_info=happens(chance, truths.role_mailbox_share, size) & ~doubled & (taken_for < 0),
    )


def _first_and_second(hands: Hands, count: int) -> tuple[Ints, Ints, Ints]:
    """When each person first raised a hand, from which source, and when they did it again."""
    rows = np.flatnonzero(hands.repeats < 0)
    order = rows[np.argsort(hands.person[rows], kind="stable")]
    person = hands.person[order]
    begins = np.searchsorted(person, np.arange(count))
    again = np.minimum(begins + 1, person.size - 1)
    has_second = (person[again] == np.arange(count)) & (again > begins)
    second = np.where(has_second, hands.at[order[again]], NEVER)
    return hands.at[order[begins]], hands.source[order[begins]], second


def _family(chance: np.random.Generator, company: Ints) -> Ints:
    """Colleagues have different family names, as long as there are enough."""
    order = np.argsort(company, kind="stable")
    begins = np.searchsorted(company[order], company[order])
    rank = np.empty(company.size, np.int64)
    rank[order] = np.arange(company.size) - begins
    start = chance.integers(0, names.PER_CULTURE, int(company.max()) + 1)
    return (start[company] + rank) % names.PER_CULTURE


def _taken_for(chance: np.random.Generator, company: Ints, truths: Truths, size: int) -> Ints:
    """Pairs of colleagues who share a telephone: each second one was taken for the first."""
    taken_for = np.full(size, -1)
    # Raisers stand in the order of their companies, so that neighbours are colleagues.
    colleagues = np.flatnonzero(company[1:] == company[:-1])[::2]
    wanted = min(colleagues.size, round(size * truths.split_share))
    chosen = chance.choice(colleagues, wanted, replace=False)
    chosen = chosen[~np.isin(chosen, chosen + 1)]
    taken_for[chosen + 1] = chosen
    return taken_for


def _shares_a_phone(taken_for: Ints) -> Flags:
    """Both of each pair have the telephone by which one was taken for the other."""
    return (taken_for >= 0) | np.isin(np.arange(taken_for.size), taken_for)


def contacts(people: People, companies: Companies, end: int) -> pa.Table:
    """One row for each record: the first, the second where there is one, and what it became."""
    rows = np.arange(people.size)
    doubled = np.flatnonzero(known(people.second_at) & (people.second_at < end))
    merged_at = np.where(people.merged_at < end, people.merged_at, NEVER)
    second = {**_columns(people, companies, doubled, second=True)}
    second["at"] = people.second_at[doubled]
    second["recorded_at"] = people.second_at[doubled]
    second["source_id"] = ids("q", people.numbers[doubled])
    second["became_contact_id"] = people.references(doubled)
    first = {**_columns(people, companies, rows, second=False)}
    first |= {
        "source_id": ids("p", people.numbers),
        "at": people.known_at,
        "recorded_at": people.known_at + 2 * SECOND,
        "updated_at": people.known_at,
    }
    return together(
        staged("contact", first),
        both_versions("contact", second, {"became_contact_id": None}, merged_at[doubled]),
    )


def _columns(people: People, companies: Companies, rows: Ints, *, second: bool) -> Columns:
    """What the records of some people say; the second record of a person says less."""
    title = people.title[rows]
    given_names, family_names = names.first_names(), names.last_names()
    number = people.culture[rows] * names.PER_CULTURE
    given, family = number + people.given[rows], number + people.family[rows]
    columns: Columns = {
        "account_id": companies.references(people.company[rows]),
        "title": words([name for name, _, _ in _FLAT], title),
        "country": words(names.COUNTRIES, people.country[rows]),
        "first_name": pick(given_names.shown, given),
        "last_name": pick(family_names.shown, family),
        "email": emails(people, companies, rows, second=second),
        "phone": phones(people, rows),
        "company_name": pick(shown_names(companies), people.company[rows]),
    }
    if second:
        return columns | {"first_name": pick(given_names.plain, given)}
    return columns | {
        "seniority": words([level for _, level, _ in _FLAT], title),
        "function": words([function for _, _, function in _FLAT], title),
        "persona": words((*PERSONAS, "other"), np.where(title < 0, -1, people.persona[rows])),
        "language": words(names.LANGUAGES, people.country[rows]),
        "timezone": words([timezone(name) for name in CALENDAR_OF_REGION], people.region[rows]),
        "consent_email": words(CONSENTS, people.consent[rows]),
        "first_source": words(SOURCES, people.source[rows]),
    }


def emails(people: People, companies: Companies, rows: Ints, *, second: bool) -> Column:
    """`first.last@domain`, from the second record `first.last+news@domain` or a free mailbox."""
    number = people.culture[rows] * names.PER_CULTURE
    first = pick(names.first_names().plain, number + people.given[rows])
    last = pick(names.last_names().plain, number + people.family[rows])
    domain = pick(domains(companies), people.company[rows])
    local = joined(".", first, last)
    if not second:
        local = either(people.at_info[rows], "info", local)
        return joined("@", local, domain)
    plus = joined("", local, "+news@", domain)
    free = joined("", local, digits(people.numbers[rows]), "@mailbox.example")
    return either(people.numbers[rows] % 2 == 0, plus, free)


def phones(people: People, rows: Ints) -> Column:
    """`+1 212 555 0123`; colleagues who share a telephone have the number of the first."""
    own = np.where(people.taken_for[rows] >= 0, people.taken_for[rows], rows)
    number = people.numbers[own]
    area = words(names.AREA_CODES, number // 10_000 % len(names.AREA_CODES))
    american = joined(" ", "+1", area, "555", padded(number % 10_000, 4))
    line = words(names.GERMAN_LINES, number // 100_000 % len(names.GERMAN_LINES))
    german = joined(" ", "+49", line, padded(number % 100_000, 5))
    # Seven times the same digit at the end is a number that people make up.
    has = (people.has_phone[rows] | people.has_phone[own]) & (number % 10_000 != 5_555)  # noqa: PLR2004
    return only(has, either(people.region[rows] == 0, american, german))


def identities(people: People, end: int) -> pa.Table:
    """Records that were merged, and people who were taken for one another and parted again."""
    merged = np.flatnonzero(known(people.merged_at) & (people.merged_at < end))
    split = np.flatnonzero(people.taken_for >= 0)
    other = people.taken_for[split]
    joined = np.maximum(people.known_at[split], people.known_at[other]) + DAY
    split, other, joined = (column[joined + 10 * DAY < end] for column in (split, other, joined))
    parted = np.minimum(joined + (5 + split % 60) * DAY, end - HOUR)
    at = np.concatenate([people.merged_at[merged], joined, parted])
    return staged(
        "contact_identity",
        {
            "source_id": stacked(
                ids("merge", people.numbers[merged]),
                ids("join", people.numbers[split]),
                ids("part", people.numbers[split]),
            ),
            "at": at,
            "recorded_at": at,
            "contact_id": stacked(
                references("q", people.numbers[merged]), *[people.references(split)] * 2
            ),
            "same_as_contact_id": stacked(
                *(people.references(rows) for rows in (merged, other, split))
            ),
            "rule": stacked(
                constant("merged_in_source", merged.size),
                constant("phone", split.size),
                constant("by_hand", split.size),
            ),
        },
    )


def matches(people: People, companies: Companies) -> pa.Table:
    """How people were matched to their companies."""
    rows = np.flatnonzero(people.source >= 0)
    return staged(
        "contact_account",
        {
            "source_id": ids("match", people.numbers[rows]),
            "at": people.known_at[rows] + 30 * SECOND,
            "recorded_at": people.known_at[rows] + 30 * SECOND,
            "contact_id": people.references(rows),
            "account_id": companies.references(people.company[rows]),
            "rule": constant("exact_domain", rows.size),
        },
    )
