"""Companies and contacts as HubSpot's export screen writes them: headers in words, local minutes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.example import names
from revloop.example.exports.books import Books, array, instants, is_true, numbers, says, taken
from revloop.example.exports.cells import amounts, hubspot_ids, moments
from revloop.example.exports.dirt import Dirt
from revloop.example.exports.shares import Shares
from revloop.example.moments import NEVER, Flags, Ints, known
from revloop.example.tables import (
    Column,
    digits,
    joined,
    lower,
    only,
    pick,
    upper,
    words,
)

Rows = dict[str, Column]
FIRST_COMPANY, FIRST_CONTACT, FIRST_SECOND_RECORD = 7_000_000_000, 1_000_000_000, 2_000_000_000
BY_MINUTE, IN_BERLIN = "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"
COUNTRY_NAMES = (
    "United States", "Canada", "Japan", "Mexico", "Germany", "Austria", "Switzerland",
    "United Kingdom", "France",
)  # fmt: skip
_SOURCES = {
    "organic": "Organic search",
    "paid_search": "Paid search",
    "webinar": "Offline sources",
    "event": "Offline sources",
    "partner": "Referrals",
}
_STAGES = (
    ("captured", "Lead"),
    ("mql", "Marketing Qualified Lead"),
    ("sql", "Sales Qualified Lead"),
    ("opportunity", "Opportunity"),
    ("won", "Customer"),
)
"""Steps of the loop that are stages of a contact in HubSpot, in their order."""


def contact_ids(references: pa.ChunkedArray | Column) -> Column:  # type: ignore[type-arg]
    """Ids of contacts, whose second records have numbers of their own."""
    column = array(references)
    second = np.asarray(pc.match_substring(column, "q-").fill_null(False))  # noqa: FBT003
    number = numbers(column)
    shift = np.where(second, FIRST_SECOND_RECORD, FIRST_CONTACT)
    return hubspot_ids(0, np.where(number < 0, -1, number + shift))


def companies(books: Books, dirt: Dirt, zone: str) -> Rows:
    """Every company, as a colleague in Berlin saved it from a spreadsheet."""
    firsts = pc.invert(pc.match_substring(array(books["account"]["source_id"]), "a2-"))
    table = books["account"].filter(firsts)
    created, changed = instants(table["at"]), instants(table["recorded_at"])
    number = numbers(table["source_id"])
    return {
        "Record ID": hubspot_ids(FIRST_COMPANY, number),
        "Company name": dirt.companies(array(table["name"])),
        "Company Domain Name": array(table["domain"]),
        "Country/Region": _countries(array(table["country"])),
        "Industry": dirt.words(array(table["industry"]), ("-", "Not specified")),
        "Number of Employees": digits(_whole(table["employees"])),
        "Annual Revenue": _with_comma(amounts(table["annual_revenue_minor"])),
        "Type": upper(array(table["account_type"])),
        "Target Account": words(("No", "Yes"), is_true(table["is_target"]).astype(np.int64)),
        "Create Date": moments(created, IN_BERLIN, zone),
        "Last Modified Date": moments(np.maximum(created, changed), IN_BERLIN, zone),
    }


def contacts(books: Books, shares: Shares, dirt: Dirt, zone: str) -> Rows:
    """Everybody who raised a hand, with the second records that nobody has merged."""
    rows = listed(books, shares)
    table = taken(books["contact"], rows)
    person = numbers(table["source_id"]) - shares.story.people.first
    is_first = rows < shares.story.people.size
    gone = merged_away(shares)[person] & is_first
    country = array(table["country"])
    created = instants(table["at"])
    denied = says(table["consent_email"], "denied")
    stages = _entered(shares)
    cells = {
        "Record ID": contact_ids(table["source_id"]),
        "First Name": array(table["first_name"]),
        "Last Name": array(table["last_name"]),
        # HubSpot keeps every address in small letters.
        "Email": lower(array(table["email"])),
        "Phone Number": dirt.phones(array(table["phone"]), country),
        "Job Title": dirt.words(array(table["title"]), ("N/A", "-", "Please select")),
        "Company Name": dirt.companies(array(table["company_name"])),
        "Country/Region": _countries(country),
        "Original Source": _renamed(array(table["first_source"])),
        "Unsubscribed from all email": words(("No", "Yes"), denied.astype(np.int64)),
        "Primary Associated Company ID": hubspot_ids(FIRST_COMPANY, numbers(table["account_id"])),
        "Merged Record IDs": only(
            gone, hubspot_ids(FIRST_SECOND_RECORD, numbers(table["source_id"]))
        ),
        "Additional email addresses": only(gone, _second_emails(books, shares, person)),
        "Create Date": moments(created, BY_MINUTE, zone),
        "Last Modified Date": moments(created, BY_MINUTE, zone),
        "Lifecycle Stage": _now(stages, person, is_first),
    }
    for (_, label), at in zip(_STAGES, stages, strict=True):
        article = "an" if label.startswith("O") else "a"
        when = np.where(is_first, at[person], NEVER)
        cells[f"Became {article} {label} Date"] = moments(when, BY_MINUTE, zone)
    return cells


def listed(books: Books, shares: Shares) -> Ints:
    """Rows of the contacts that HubSpot has: people who raised a hand, and their second records."""
    raised = shares.story.raisers.company.size
    ids = array(books["contact"]["source_id"])
    seconds = np.flatnonzero(np.asarray(pc.match_substring(ids, "q-")))
    merged = np.asarray(array(books["contact"]["became_contact_id"]).is_valid())[seconds]
    return np.concatenate([np.arange(raised), seconds[~merged]])


def merged_away(shares: Shares) -> Flags:
    """Of which people the second record was merged into the first."""
    people = shares.story.people
    return known(people.merged_at) & (people.merged_at < shares.story.world.end)


def _second_emails(books: Books, shares: Shares, person: Ints) -> Column:
    second = books.rows(
        "contact", joined("", "acme:q-", digits(shares.story.people.first + person))
    )
    return lower(pick(array(books["contact"]["email"]), second))


def _entered(shares: Shares) -> list[Ints]:
    """When each person first came to each stage of `_STAGES`, by any of their inquiries."""
    entered = []
    for state, _ in _STAGES:
        at = shares.first_at(state)
        rows = np.flatnonzero(known(at))
        first = np.full(shares.story.people.size, np.iinfo(np.int64).max)
        np.minimum.at(first, shares.story.hands.person[rows], at[rows])
        entered.append(np.where(first < np.iinfo(np.int64).max, first, NEVER))
    return entered


def _now(stages: list[Ints], person: Ints, is_first: Flags) -> Column:
    reached = np.full(person.size, 0)
    for number, at in enumerate(stages):
        reached = np.where(known(at[person]) & is_first, number, reached)
    return words([label for _, label in _STAGES], reached)


def _countries(codes: Column) -> Column:
    return pick(pa.array(COUNTRY_NAMES), _index(codes, names.COUNTRIES))


def _renamed(sources: Column) -> Column:
    return pick(pa.array(list(_SOURCES.values())), _index(sources, tuple(_SOURCES)))


def _index(column: Column, among: tuple[str, ...]) -> Ints:
    found = pc.index_in(column, value_set=pa.array(among)).fill_null(-1)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)


def _with_comma(column: Column) -> Column:
    """`1.250.000,00` of 1250000.00: thousands from the end, by threes."""
    text = pc.replace_substring(column, ".", ",")
    for _ in range(4):
        text = pc.replace_substring_regex(text, r"^(\d+)(\d{3})([.,])", r"\1.\2\3")
    return text


def _whole(column: pa.ChunkedArray) -> Ints:  # type: ignore[type-arg]
    return np.asarray(array(column).fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
