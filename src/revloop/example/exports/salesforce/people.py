"""Leads with their histories, and the contacts that some of them became."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from revloop.example.exports.books import Books, array, instants, says, taken
from revloop.example.exports.cells import days, empty, moments, salesforce_ids, zero_or_one
from revloop.example.exports.dirt import Dirt
from revloop.example.exports.salesforce.house import account_ids
from revloop.example.exports.salesforce.naming import (
    WRITTEN,
    Rows,
    queue_id,
    record,
    robot_id,
    user_ids,
)
from revloop.example.exports.shares import Shares
from revloop.example.lead_facts import STATES, STATUSES
from revloop.example.moments import NEVER, SECOND, Flags, Ints, known
from revloop.example.tables import (
    Column,
    constant,
    either,
    only,
    pick,
    stacked,
    typed,
    upper,
    words,
)
from revloop.facts.columns import Holds

_CONVERTED = "Converted"
_OF_SELLERS = tuple(
    STATES.index(name) for name in ("sal", "sql", "opportunity", "recycled", "disqualified")
)
_AFTERWARDS = (STATES.index("won"), STATES.index("lost"))
"""States that a lead has no word for: they are those of its opportunity."""
TITLES_FOR_NOTHING = ("N/A", "Select", "unknown")


def contact_ids(people: Ints) -> Column:
    """The ids of contacts by the numbers of people; a negative number is none."""
    return salesforce_ids("003", people)


def lead_ids(shares: Shares, inquiries: Ints) -> Column:
    """The ids of leads by rows of inquiries; a negative row is none."""
    return salesforce_ids("00Q", np.where(inquiries < 0, -1, shares.story.first + inquiries))


def opportunity_ids(shares: Shares, deals: Ints) -> Column:
    """The ids of opportunities by rows of deals; a negative row is none."""
    return salesforce_ids("006", np.where(deals < 0, -1, shares.story.first + deals))


def _cards(books: Books, rows: Ints, dirt: Dirt) -> Rows:
    """What records say of people, as it was typed in."""
    table = taken(books["contact"], rows)
    country = array(table["country"])
    given = array(table["first_name"])
    shouted = dirt.chance.random(len(given)) < 0.02  # noqa: PLR2004
    dirt.planted["first names in capitals"] += int(shouted.sum())
    return {
        "FirstName": either(shouted, upper(given), given),
        "LastName": array(table["last_name"]),
        "Email": dirt.emails(array(table["email"])),
        "Phone": dirt.phones(array(table["phone"]), country),
        "Title": dirt.words(array(table["title"]), TITLES_FOR_NOTHING),
    }


def contacts(books: Books, shares: Shares, dirt: Dirt) -> Rows:
    """Everybody who plays a part in an opportunity."""
    people = np.flatnonzero(shares.contacts)
    number = shares.story.people.first + people
    table = taken(books["contact"], people)
    created = instants(table["at"])
    denied = says(table["consent_email"], "denied")
    return {
        **record(books, contact_ids(number), created, created),
        "MasterRecordId": empty(people.size),
        "AccountId": account_ids(array(table["account_id"])),
        **_cards(books, people, dirt),
        "MailingCountry": array(table["country"]),
        "LeadSource": array(table["first_source"]),
        "HasOptedOutOfEmail": zero_or_one(denied),
        "DoNotCall": constant("0", people.size),
        "OwnerId": constant(robot_id(books), people.size),
    }


def leads(books: Books, shares: Shares, dirt: Dirt) -> Rows:
    """Each raised hand that came to sales."""
    rows = np.flatnonzero(shares.in_salesforce)
    table = taken(books["inquiry"], rows)
    card = books.rows("contact", array(table["contact_id"]))
    deal = shares.story.deal_of_inquiry[rows]
    converted_at = shares.converted_at[rows]
    born = shares.born_at[rows]
    is_converted = known(converted_at)
    day = typed(np.where(is_converted, converted_at, NEVER), Holds.DATE)
    company = pick(array(books["contact"]["company_name"]), card)
    country = pick(array(books["contact"]["country"]), card)
    person = only_where(is_converted, shares.story.people.first + shares.story.hands.person[rows])
    owner = array(table["owner_user_id"]).fill_null("acme:live_queue")
    changed = np.maximum(born, instants(table["recorded_at"]))
    return {
        **record(books, lead_ids(shares, rows), born, changed),
        "MasterRecordId": empty(rows.size),
        **_cards(books, card, dirt),
        "Company": dirt.companies(company),
        "Country": country,
        "LeadSource": array(table["lead_source"]),
        "Status": array(table["status"]),
        "Rating": array(table["rating"]),
        "OwnerId": user_ids(books, owner),
        "IsConverted": zero_or_one(is_converted),
        "ConvertedDate": days(day),
        "ConvertedAccountId": only(is_converted, account_ids(array(table["account_id"]))),
        "ConvertedContactId": contact_ids(person),
        "ConvertedOpportunityId": opportunity_ids(shares, deal),
        "HasOptedOutOfEmail": constant("0", rows.size),
        "DoNotCall": constant("0", rows.size),
    }


def only_where(keep: Flags, numbers: Ints) -> Ints:
    return np.where(keep, numbers, -1)


@dataclass(frozen=True, eq=False)
class _Changes:
    """Rows of the history in columns."""

    inquiry: Ints
    at: Ints
    field: Column
    old: Column
    new: Column
    by: Column


def history(books: Books, shares: Shares) -> Rows:
    """The birth of each lead, its states, its owner, and its conversion.

    A change of owner is written twice: with names and with ids.
    """
    parts = [
        _births(books, shares),
        _states(books, shares),
        _conversions(books, shares),
        *_owners(books, shares),
    ]
    inquiry = np.concatenate([part.inquiry for part in parts])
    at = np.concatenate([part.at for part in parts])
    order = np.lexsort((np.arange(at.size), at, inquiry))
    return {
        "Id": salesforce_ids("017", shares.story.first + np.arange(at.size)),
        "IsDeleted": constant("0", at.size),
        "LeadId": lead_ids(shares, inquiry[order]),
        "CreatedById": pick(stacked(*(part.by for part in parts)), order),
        "CreatedDate": moments(at[order], WRITTEN),
        "Field": pick(stacked(*(part.field for part in parts)), order),
        "OldValue": pick(stacked(*(part.old for part in parts)), order),
        "NewValue": pick(stacked(*(part.new for part in parts)), order),
    }


def _births(books: Books, shares: Shares) -> _Changes:
    rows = np.flatnonzero(shares.in_salesforce)
    none = empty(rows.size)
    robot = constant(robot_id(books), rows.size)
    field = constant("created", rows.size)
    return _Changes(rows, shares.born_at[rows], field, none, none, robot)


def status_changes(shares: Shares) -> Ints:
    """The steps of inquiries that Salesforce writes as changes of status."""
    steps = shares.steps
    names = np.array(STATUSES)
    seen = steps.at > np.where(
        shares.in_salesforce[steps.inquiry], shares.born_at[steps.inquiry], steps.at
    )
    seen &= ~np.isin(steps.state, _AFTERWARDS)
    return np.flatnonzero(seen & (names[steps.state] != names[steps.from_state]))


def _states(books: Books, shares: Shares) -> _Changes:
    """Steps of the loop; and, for customers, the one step from new to converted."""
    steps, rows = shares.steps, status_changes(shares)
    inquiry = steps.inquiry[rows]
    owner = shares.story.floor.references(shares.story.answers.owner[inquiry])
    by_seller = np.isin(steps.state[rows], _OF_SELLERS)
    at_once = straight_on(shares)
    moved_by = user_ids(books, only(by_seller, owner)).fill_null(robot_id(books))
    return _Changes(
        np.concatenate([inquiry, at_once]),
        np.concatenate([steps.at[rows], shares.converted_at[at_once]]),
        constant("Status", rows.size + at_once.size),
        stacked(words(STATUSES, steps.from_state[rows]), constant(STATUSES[0], at_once.size)),
        stacked(words(STATUSES, steps.state[rows]), constant(_CONVERTED, at_once.size)),
        stacked(moved_by, constant(robot_id(books), at_once.size)),
    )


def straight_on(shares: Shares) -> Ints:
    """Inquiries that became an opportunity without a step that says so."""
    moved = known(shares.first_at("opportunity"))
    return np.flatnonzero(known(shares.converted_at) & ~moved)


def _conversions(books: Books, shares: Shares) -> _Changes:
    rows = np.flatnonzero(known(shares.converted_at))
    none = empty(rows.size)
    owner = shares.story.floor.references(shares.story.answers.owner[rows])
    by = user_ids(books, owner).fill_null(robot_id(books))
    at = shares.converted_at[rows]
    return _Changes(rows, at, constant("leadConverted", rows.size), none, none, by)


def _owners(books: Books, shares: Shares) -> tuple[_Changes, _Changes]:
    answers = shares.story.answers
    rows = np.flatnonzero((answers.owner >= 0) & shares.in_salesforce)
    at = np.maximum(answers.routed_at[rows], shares.born_at[rows] + SECOND)
    owner = shares.story.floor.references(answers.owner[rows])
    name = pick(array(books["user"]["name"]), books.rows("user", owner))
    size = rows.size
    robot, field = constant(robot_id(books), size), constant("Owner", size)
    queue, queue_name = constant(queue_id(), size), constant("Live queue", size)
    return (
        _Changes(rows, at, field, queue_name, name, robot),
        _Changes(rows, at, field, queue, user_ids(books, owner), robot),
    )
