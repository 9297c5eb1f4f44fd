"""Campaigns, and the people who answered them."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from revloop.example.chance import happens
from revloop.example.exports.books import Books, array, instants, numbers, says, taken
from revloop.example.exports.cells import amounts, days, local_days, salesforce_ids
from revloop.example.exports.dirt import Dirt
from revloop.example.exports.salesforce.naming import Rows, record, robot_id
from revloop.example.exports.salesforce.people import contact_ids, lead_ids
from revloop.example.exports.salesforce.selling import campaign_ids
from revloop.example.exports.shares import Shares
from revloop.example.moments import Flags, Ints
from revloop.example.tables import Column, constant, digits, either, only, pick, typed, words
from revloop.facts.columns import Holds

ANSWERS = {"webinar_attended": "Attended", "event_visit": "Visited", "referral": "Responded"}
"""Touches that are kept as members of campaigns, with their status there."""
_INVITED_SHARE = 0.10


def campaigns(books: Books) -> Rows:
    """All but those that are e-mails, which HubSpot sends."""
    by_mail = says(books["campaign"]["channel"], "email")
    rows = np.flatnonzero(~by_mail)
    table = taken(books["campaign"], rows)
    size = rows.size
    members = 40 + rows * 37 % 200
    created = instants(table["recorded_at"])
    return record(books, salesforce_ids("701", rows + 1), created, created) | {
        "Name": array(table["name"]),
        "Type": array(table["type"]),
        "Status": array(table["status"]),
        "StartDate": days(typed(instants(table["at"]), Holds.DATE)),
        "EndDate": days(table["ends_on"]),
        "BudgetedCost": amounts(table["budget_minor"]),
        "ActualCost": amounts(table["actual_cost_minor"]),
        "CurrencyIsoCode": array(table["actual_cost_currency"]),
        "NumberOfLeads": digits(members),
        "NumberOfContacts": digits(members // 5),
        "IsActive": constant("1", size),
        "OwnerId": constant(robot_id(books), size),
    }


def answers(books: Books, shares: Shares) -> Ints:
    """Rows of the touches that are members: the first of each person in each campaign."""
    table = books["touch"]
    kind = array(table["kind"])
    is_answer = says(kind, *ANSWERS)
    is_answer &= np.asarray(array(table["campaign_id"]).is_valid())
    rows = np.flatnonzero(is_answer)
    person = _people(books, shares, rows)
    known_there = (person >= 0) & (shares.contacts[person] | (shares.lead_of_person[person] >= 0))
    rows, person = rows[known_there], person[known_there]
    campaign = books.rows("campaign", pick(array(table["campaign_id"]), rows))
    key = campaign * shares.story.people.size + person
    _, first = np.unique(key, return_index=True)
    return np.asarray(rows[np.sort(first)])


def _people(books: Books, shares: Shares, rows: Ints) -> Ints:
    """The people of touches, as rows; -1 for visitors without a name."""
    contact = pick(array(books["touch"]["contact_id"]), rows)
    named = ~np.asarray(pc.match_substring(contact, ":v-").fill_null(True))  # noqa: FBT003
    return np.where(named, numbers(contact) - shares.story.people.first, -1)


def members(books: Books, shares: Shares, dirt: Dirt, zone: str) -> Rows:
    """Who answered; and who was invited to a webinar and did not, for nobody."""
    rows = answers(books, shares)
    silent = _invited(books, shares, dirt, rows)
    both = np.concatenate([rows, silent])
    answered = np.arange(both.size) < rows.size
    table = taken(books["touch"], both)
    person = _people(books, shares, both)
    at = instants(table["at"])
    is_contact: Flags = shares.contacts[person]
    status = constant("Responded", both.size)
    for kind, name in ANSWERS.items():
        status = either(says(table["kind"], kind), name, status)
    campaign = campaign_ids(books, array(table["campaign_id"]))
    ids = salesforce_ids("00v", books.story.first + np.arange(both.size))
    return record(books, ids, at, at) | {
        "CampaignId": either(answered, campaign, _last_campaign(books, both.size)),
        "LeadId": lead_ids(shares, np.where(is_contact, -1, shares.lead_of_person[person])),
        "ContactId": contact_ids(np.where(is_contact, shares.story.people.first + person, -1)),
        "Status": either(~answered, "Invited", status),
        "HasResponded": words(("0", "1"), answered.astype(np.int64)),
        "FirstRespondedDate": only(answered, local_days(at, zone)),
    }


def _invited(books: Books, shares: Shares, dirt: Dirt, rows: Ints) -> Ints:
    """Touches of people who were invited to one more campaign, and never answered that."""
    chosen = rows[happens(dirt.chance, _INVITED_SHARE, rows.size)]
    _, first = np.unique(_people(books, shares, chosen), return_index=True)
    dirt.planted["members of campaigns who did not answer"] += first.size
    return chosen[np.sort(first)]


def _last_campaign(books: Books, size: int) -> Column:
    """The campaign of the brand, which nobody answers."""
    number = books["campaign"].num_rows
    return constant(str(salesforce_ids("701", np.array([number]))[0].as_py()), size)
