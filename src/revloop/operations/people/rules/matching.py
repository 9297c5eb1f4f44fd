"""The company a person works for: by domain, by the domain above it, by a name that is nearly it.

Names are compared where both begin or both end with the same three letters, which one slip of the
pen leaves in place, and where the countries are not known to be different.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import fuzz, process

from revloop.operations.people.rules.domains import is_everybodys, parents

ALIKE = 0.92
"""The lowest likeness of two names that counts, from 0 to 1."""
_ENDING = 3
_CANDIDATES_SHOWN = 5


class MatchRule(StrEnum):
    """How a person was matched; the words of the facts."""

    SOURCE = "source"
    EXACT_DOMAIN = "exact_domain"
    PARENT_DOMAIN = "parent_domain"
    FUZZY_NAME = "fuzzy_name"
    BY_HAND = "by_hand"
    WITHDRAWN = "withdrawn"


class Company(NamedTuple):
    """What the match needs to know of a company."""

    id: str
    name: str = ""
    """As `names.company_name` makes it."""
    hosts: tuple[str, ...] = ()
    country: str = ""
    parent: str = ""
    """Id of the company that owns it."""
    records: tuple[str, ...] = ()
    """Ids by which sources know it, where that is not its own."""


class Lead(NamedTuple):
    """What a person says of their company."""

    hosts: tuple[str, ...] = ()
    """Of their e-mail addresses, then of the web address."""
    company: str = ""
    """As `names.company_name` makes it."""
    country: str = ""


class Match(NamedTuple):
    """The company, or why there is none."""

    company: str | None
    rule: MatchRule | None
    score: float | None
    """Likeness of the names, where they decided."""
    reason: str
    """A sentence."""
    candidates: tuple[str, ...] = ()
    """Companies between which the rules could not decide, or that came near."""


class Directory:
    """Companies, found by domain and by name."""

    def __init__(
        self, companies: Iterable[Company], parent_domains: Mapping[str, str] | None = None
    ) -> None:
        self._companies = {company.id: company for company in companies}
        self._parent_domains = parent_domains or {}
        self._by_host: defaultdict[str, list[Company]] = defaultdict(list)
        self._by_ending: defaultdict[str, list[Company]] = defaultdict(list)
        self._standing_for: dict[str, str] = {}
        for company in sorted(self._companies.values()):
            self._standing_for.update(dict.fromkeys(company.records, company.id))
            for host in company.hosts:
                self._by_host[host].append(company)
            for ending in name_endings(company.name):
                self._by_ending[ending].append(company)
        self._names = {
            ending: [company.name for company in companies]
            for ending, companies in self._by_ending.items()
        }

    def standing_for(self, record: str) -> str:
        """The company that a record is of; the record itself if none is known."""
        return self._standing_for.get(record, record)

    def with_host(self, host: str) -> list[Company]:
        return self._by_host.get(host, [])

    def above(self, host: str) -> tuple[str, ...]:
        """The domains above a host: those it is a part of, and those it was said to belong to."""
        found = dict.fromkeys(parents(host))
        for each in (host, *parents(host)):
            if each in self._parent_domains:
                found[self._parent_domains[each]] = None
        return tuple(found)

    def named_like(self, lead: Lead) -> list[tuple[float, Company]]:
        """Companies with a name like theirs, with the likeness, the most alike first."""
        found: dict[str, tuple[float, Company]] = {}
        for ending in name_endings(lead.company):
            scored = process.extract(
                lead.company,
                self._names.get(ending, ()),
                scorer=fuzz.ratio,
                score_cutoff=ALIKE * 100,
                limit=None,
            )
            for _, score, place in scored:
                company = self._by_ending[ending][place]
                if not (company.country and lead.country) or company.country == lead.country:
                    found[company.id] = score / 100, company
        return sorted(found.values(), key=lambda each: (-each[0], each[1]))

    def top_of(self, companies: list[Company]) -> Company | None:
        """The one among them that owns all the others."""
        ids = {company.id for company in companies}
        tops = [company for company in companies if not ids & self._owners(company)]
        return tops[0] if len(tops) == 1 else None

    def _owners(self, company: Company) -> set[str]:
        owners: set[str] = set()
        parent = company.parent
        while parent in self._companies and parent not in owners:
            owners.add(parent)
            parent = self._companies[parent].parent
        return owners - {company.id}


def name_endings(name: str) -> tuple[str, ...]:
    """Under what a company's name is filed: its first letters, and its last."""
    letters = name.replace(" ", "")
    return (f"{letters[:_ENDING]}-", f"-{letters[-_ENDING:]}") if letters else ()


def match_account(lead: Lead, directory: Directory) -> Match:
    """The company of a lead: exact domain, then a domain above it, then a name like its own.

    Free-mail domains say nothing. What is not unique is no match: the candidates are named.
    """
    hosts = [host for host in lead.hosts if not is_everybodys(host)]
    for host in hosts:
        if found := directory.with_host(host):
            return _by_domain(lead, directory, found, host, MatchRule.EXACT_DOMAIN)
    for host in hosts:
        for above in directory.above(host):
            if not is_everybodys(above) and (found := directory.with_host(above)):
                return _by_domain(lead, directory, found, above, MatchRule.PARENT_DOMAIN)
    return _by_name(lead, directory)


def _by_domain(
    lead: Lead, directory: Directory, found: list[Company], host: str, rule: MatchRule
) -> Match:
    here = [company for company in found if lead.country and company.country == lead.country]
    choice = found if len(found) == 1 else here
    chosen = choice[0] if len(choice) == 1 else directory.top_of(found)
    if chosen is None:
        return _undecided(f"{len(found)} companies have the domain {host}", found)
    return Match(chosen.id, rule, None, f"the domain {host}")


def _by_name(lead: Lead, directory: Directory) -> Match:
    if not lead.company:
        reason = "no company has their domain, and they name none"
        return Match(None, None, None, reason if lead.hosts else "they name no company")
    alike = directory.named_like(lead)
    if not alike:
        return Match(None, None, None, "no company has their domain or a name like theirs")
    if len(alike) > 1:
        found = [company for _, company in alike]
        return _undecided(f"{len(found)} companies have a name like theirs", found)
    score, company = alike[0]
    return Match(company.id, MatchRule.FUZZY_NAME, score, f"a name that is {score:.0%} alike")


def _undecided(reason: str, found: list[Company]) -> Match:
    return Match(None, None, None, reason, tuple(each.id for each in found[:_CANDIDATES_SHOWN]))
