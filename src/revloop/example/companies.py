"""The companies that buy, may buy, or never will."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from revloop.example import names
from revloop.example.chance import between, choose, choose_by, happens, stream
from revloop.example.moments import DAY, NEVER, Flags, Ints, known, until
from revloop.example.tables import (
    Column,
    Columns,
    Money,
    both_versions,
    constant,
    ids,
    joined,
    lower,
    pick,
    references,
    staged,
    together,
    upper,
    words,
)
from revloop.example.team import REGIONS, Floor
from revloop.example.truths import Truths

REGION_SHARES = (0.65, 0.35)
EMPLOYEES = ((50, 199), (200, 1_999), (2_000, 6_500))
"""By segment."""
CUSTOMERS_BEFORE = 0.03
PROSPECTS = 0.18
"""Companies as shares of the inquiries: those who were customers before, and those who may be."""
DUPLICATES = 100
"""One company in so many has a second record."""
SIC = ("7372", "7373", "8732", "3571", "5045", "6311", "2834", "4813")
SIC_SHARES = (0.28, 0.14, 0.10, 0.12, 0.12, 0.09, 0.08, 0.07)
INDUSTRIES = (
    "Software", "Systems integration", "Research", "Computers", "Wholesale", "Insurance",
    "Pharmaceuticals", "Telecommunications",
)  # fmt: skip
TIERS = ("A", "B", "out")
_TIER_A_COUNTRIES = ("US", "CA", "DE", "AT", "CH")
_TIER_B_COUNTRIES = (*_TIER_A_COUNTRIES, "GB")
_A_EMPLOYEES = (200, 2_000)
_B_EMPLOYEES = (50, 5_000)
_A_LOCATIONS = 2


@dataclass(frozen=True, eq=False)
class Companies:
    """Companies in columns; the first are the customers from before the two years."""

    first: int
    """The number of the first one; the others follow."""
    region: Ints
    country: Ints
    segment: Ints
    employees: Ints
    locations: Ints
    sic: Ints
    known_at: Ints
    is_target: Flags
    is_old_customer: Flags

    @property
    def size(self) -> int:
        return self.region.size

    @property
    def numbers(self) -> Ints:
        return self.first + np.arange(self.size)

    @property
    def tier(self) -> Ints:
        """The tier of the agreements 2.0.0 and 2.1.0, as a number of `TIERS`."""
        countries = np.array(names.COUNTRIES)[self.country]
        a = (
            np.isin(self.sic, (0, 1, 2))
            & _within(self.employees, _A_EMPLOYEES)
            & np.isin(countries, _TIER_A_COUNTRIES)
            & (self.locations >= _A_LOCATIONS)
        )
        b = _within(self.employees, _B_EMPLOYEES) & np.isin(countries, _TIER_B_COUNTRIES)
        return np.where(a, 0, np.where(b, 1, 2))

    def references(self, rows: Ints) -> Column:
        return references("a", np.where(rows < 0, -1, self.first + rows))


def found(seed: int, block: int, inquiries: int, begin: int, truths: Truths) -> Companies:
    """The companies of a block of so many inquiries."""
    chance = stream(seed, block, "companies")
    old, prospects = (max(6, round(inquiries * s)) for s in (CUSTOMERS_BEFORE, PROSPECTS))
    size = old + prospects
    region = choose(chance, REGION_SHARES, size)
    segment = choose(chance, truths.segment_mix, size)
    least, most = np.array(EMPLOYEES)[segment].T
    employees = np.round(least * (most / least) ** chance.random(size)).astype(np.int64)
    is_old = np.arange(size) < old
    # A prospect is known, at the latest, when the first of its people is.
    known_at = begin - between(chance, 1, 900, size) * DAY
    return Companies(
        first=block * 1_000_000 + 1,
        region=region,
        country=choose_by(chance, names.COUNTRY_SHARES, region),
        segment=segment,
        employees=employees,
        locations=1 + chance.poisson(1.2 + segment * 1.5, size),
        sic=choose(chance, SIC_SHARES, size),
        known_at=np.where(is_old, begin - 6 * 365 * DAY, known_at),
        is_target=happens(chance, 0.08, size),
        is_old_customer=is_old,
    )


def shown_names(companies: Companies) -> Column:
    """Names as they are written, such as `Müridge Optics GmbH`."""
    head, tail, word, ending = _parts(companies)
    country = companies.country
    shown = [name.partition("/")[0] for name in names.HEADS]
    stem = joined("", words(shown, head), words(names.TAILS, tail))
    endings = words(names.ENDINGS, ending)
    kanji = words(names.KANJI, np.where(country == names.COUNTRIES.index("JP"), head % 8, -1))
    legal = words(names.LEGAL_FORMS, country)
    parts = (kanji, stem, words(names.WORDS, word), endings, legal)
    return joined(" ", *parts, skip_unknown=True)


def domains(companies: Companies) -> Column:
    """Each company has a domain of its own: `mueridge-optics.example`."""
    head, tail, word, ending = _parts(companies)
    plain = [(name.partition("/")[2] or name).lower() for name in names.HEADS]
    stem = joined("", words(plain, head), words(names.TAILS, tail))
    second = lower(words(names.WORDS, word))
    endings = lower(words(names.ENDINGS, ending))
    name = joined("-", stem, second, endings, skip_unknown=True)
    return joined(".", name, "example")


def _parts(companies: Companies) -> tuple[Ints, Ints, Ints, Ints]:
    """The parts of each name. Numbers that follow each other give names far apart."""
    block, row = divmod(companies.numbers - 1, 1_000_000)
    number = (block * 5_400 + row) * 7_919 % names.COMPANY_NAMES
    number, head = np.divmod(number, len(names.HEADS))
    number, tail = np.divmod(number, len(names.TAILS))
    ending, word = np.divmod(number, len(names.WORDS))
    return head, tail, word, ending - 1


def accounts(companies: Companies, floor: Floor, customer_since: Ints, end: int) -> pa.Table:
    """Each company as first known and, once it is a customer, as one."""
    since = until(end, customer_since)
    owner = floor.in_turn(companies.region, "Account Executive")
    success = floor.in_turn(companies.region, "Success Manager")
    is_customer = known(since)
    revenue = companies.employees * 180_000 * 100
    columns: Columns = {
        "source_id": ids("a", companies.numbers),
        "at": companies.known_at,
        "recorded_at": companies.known_at,
        "name": shown_names(companies),
        "domain": domains(companies),
        "industry": words(INDUSTRIES, companies.sic),
        "sic": words(SIC, companies.sic),
        "country": words(names.COUNTRIES, companies.country),
        "region": words(REGIONS, companies.region),
        "employees": companies.employees,
        "locations": companies.locations,
        "annual_revenue": Money(revenue),
        "account_type": words(("Prospect", "Customer"), is_customer.astype(np.int64)),
        "is_customer": is_customer,
        "customer_since": since,
        "is_target": companies.is_target,
        "owner_user_id": floor.references(owner),
        "success_user_id": floor.references(np.where(is_customer, success, -1)),
    }
    before = {
        "account_type": "Prospect",
        "is_customer": False,
        "customer_since": None,
        "success_user_id": None,
    }
    changed = np.where(is_customer, np.maximum(since, companies.known_at + 1), NEVER)
    table = both_versions("account", columns, before, changed)
    second = second_records(companies)
    return together(table, _second_records(companies, second))


def second_records(companies: Companies) -> Ints:
    """Rows of the companies that were entered twice."""
    return np.arange(companies.size)[DUPLICATES - 1 :: DUPLICATES]


def _second_records(companies: Companies, rows: Ints) -> pa.Table:
    return staged(
        "account",
        {
            "source_id": ids("a2", companies.numbers[rows]),
            "at": companies.known_at[rows] + 30 * DAY,
            "recorded_at": companies.known_at[rows] + 30 * DAY,
            "name": upper(pick(shown_names(companies), rows)),
            "domain": pick(domains(companies), rows),
            "country": words(names.COUNTRIES, companies.country[rows]),
        },
    )


def account_identities(companies: Companies, begin: int) -> pa.Table:
    """Second records of companies that were found to be the same."""
    rows = second_records(companies)
    return staged(
        "account_identity",
        {
            "source_id": ids("same", companies.numbers[rows]),
            "at": np.full(rows.size, begin + 10 * DAY),
            "recorded_at": np.full(rows.size, begin + 10 * DAY),
            "account_id": references("a2", companies.numbers[rows]),
            "same_as_account_id": companies.references(rows),
            "rule": constant("same_domain", rows.size),
        },
    )


def _within(values: Ints, edges: Sequence[int]) -> Flags:
    return (values >= edges[0]) & (values <= edges[1])
