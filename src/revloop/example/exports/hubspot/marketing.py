"""Forms and e-mails as tables of a warehouse hold them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.example.chance import happens
from revloop.example.demand import FORMS
from revloop.example.exports.books import Books, array, instants, is_true, numbers, says, taken
from revloop.example.exports.cells import empty, hubspot_ids, moments
from revloop.example.exports.dirt import Dirt
from revloop.example.exports.hubspot.screen import Rows, contact_ids
from revloop.example.exports.shares import FORMS_OF_HUBSPOT, Shares
from revloop.example.moments import SECOND, Ints
from revloop.example.tables import (
    Column,
    constant,
    digits,
    joined,
    lower,
    padded,
    pick,
    stacked,
    words,
)

PORTAL = "4711"
WRITTEN = "%Y-%m-%d %H:%M:%S.000"
EVENTS = {
    "email_sent": "SENT",
    "email_opened": "OPEN",
    "email_clicked": "CLICK",
    "unsubscribe": "STATUSCHANGE",
}
"""Touches that are events of e-mails."""
_FORM_NAMES = {"whitepaper": "White paper", "newsletter": "The Tuesday letter"}
_DELIVERED_SHARE = 0.05
_FIRST_MAILING = 75_310_000


def forms(books: Books) -> Rows:
    size = len(_FORM_NAMES)
    created = np.full(size, books.story.world.begin)
    return {
        "guid": pa.array([_guid(number) for number in range(size)]),
        "action": constant("POST", size),
        "form_type": constant("REGULAR", size),
        "name": pa.array([_FORM_NAMES[name] for name in FORMS_OF_HUBSPOT]),
        "portal_id": constant(PORTAL, size),
        "submit_text": constant("Send", size),
        "created_at": moments(created, WRITTEN),
        "updated_at": moments(created, WRITTEN),
    }


def _guid(number: int) -> str:
    return f"5e1c2f00-0000-4000-8000-{number:012d}"


def submissions(books: Books, shares: Shares) -> Rows:
    """Each hand that was raised in a form of marketing; its moment in milliseconds since 1970."""
    rows = np.flatnonzero(shares.in_hubspot)
    table = taken(books["inquiry"], rows)
    form = shares.story.hands.form[rows]
    place = np.where(form == FORMS.index(FORMS_OF_HUBSPOT[0]), 0, 1)
    guids = pick(pa.array([_guid(number) for number in range(len(FORMS_OF_HUBSPOT))]), place)
    source = array(table["lead_source"])
    return {
        "timestamp": digits(shares.story.hands.at[rows] // 1_000),
        "form_id": guids,
        "contact_id": contact_ids(table["contact_id"]),
        "conversion_id": joined("-", "conv", digits(shares.story.first + rows)),
        "page_id": digits(200 + place),
        "page_url": joined(
            "", "https://www.acme.example/", words(FORMS_OF_HUBSPOT, place), "?utm_source=", source
        ),
        "portal_id": constant(PORTAL, rows.size),
        "title": words(list(_FORM_NAMES.values()), place),
        "_fivetran_synced": moments(shares.story.hands.at[rows], WRITTEN),
    }


def mailings(books: Books) -> Rows:
    """One for the letters of each quarter."""
    rows = _mailing_rows(books)
    table = taken(books["campaign"], rows)
    size = rows.size
    return {
        "id": hubspot_ids(_FIRST_MAILING, rows),
        "app_id": constant("113", size),
        "content_id": hubspot_ids(1_180_000_000, rows),
        "num_included": digits(1_000 + rows),
        "num_queued": digits(1_000 + rows),
        "sub_type": empty(size),
        "type": constant("BATCH_EMAIL", size),
        "name": array(table["name"]),
        "subject": array(table["name"]),
        "_fivetran_synced": moments(instants(table["at"]), WRITTEN),
    }


def _mailing_rows(books: Books) -> Ints:
    return np.flatnonzero(says(books["campaign"]["channel"], "email"))


def event_rows(books: Books) -> Ints:
    kind = array(books["touch"]["kind"])
    return np.flatnonzero(says(kind, *EVENTS))


def events(books: Books, dirt: Dirt) -> Rows:
    """What people were sent, opened and clicked; beside some of it the steps of delivery."""
    rows = event_rows(books)
    delivered = rows[happens(dirt.chance, _DELIVERED_SHARE, rows.size)]
    dirt.planted["deliveries beside events of e-mails"] += delivered.size
    both = np.concatenate([rows, delivered])
    is_step = np.arange(both.size) >= rows.size
    table = taken(books["touch"], both)
    at = instants(table["at"]) + np.where(is_step, SECOND, 0)
    said = stacked(
        _renamed(array(table["kind"])).slice(0, rows.size), constant("DELIVERED", delivered.size)
    )
    card = books.rows("contact", array(table["contact_id"]))
    number = numbers(table["source_id"])
    bots = is_true(table["is_bot"])
    campaign = books.rows("campaign", array(table["campaign_id"]))
    return {
        "id": joined(
            "", "0e442f1b-26be-", padded(is_step.astype(np.int64), 4), "-8b50-", padded(number, 12)
        ),
        "app_id": constant("113", both.size),
        "created": moments(at, WRITTEN),
        "email_campaign_id": hubspot_ids(_FIRST_MAILING, campaign),
        "portal_id": constant(PORTAL, both.size),
        "sent_by_id": empty(both.size),
        "type": said,
        "filtered_event": words(("false", "true"), bots.astype(np.int64)),
        "recipient": lower(pick(array(books["contact"]["email"]), card)),
        "_fivetran_synced": moments(at + SECOND, WRITTEN),
    }


def status_changes(books: Books) -> Rows:
    """What the changes of status in the events changed."""
    rows = event_rows(books)
    table = taken(books["touch"], rows)
    table = table.filter(pa.array(says(table["kind"], "unsubscribe")))
    size = table.num_rows
    return {
        "id": joined("", "0e442f1b-26be-0000-8b50-", padded(numbers(table["source_id"]), 12)),
        "portal_subscription_status": constant("UNSUBSCRIBED", size),
        "requested_by": empty(size),
        "source": constant("SOURCE_RECIPIENT", size),
        "subscriptions": constant("[]", size),
        "bounced": empty(size),
        "_fivetran_synced": moments(instants(table["at"]), WRITTEN),
    }


def _renamed(kind: Column) -> Column:
    found = pc.index_in(kind, value_set=pa.array(list(EVENTS))).fill_null(-1)
    return words(list(EVENTS.values()), np.asarray(found.to_numpy(zero_copy_only=False), np.int64))


def lists(books: Books) -> Rows:
    created = np.full(1, books.story.world.begin)
    return {
        "id": pa.array(["330"]),
        "name": pa.array(["Readers of the Tuesday letter"]),
        "processing_type": pa.array(["DYNAMIC"]),
        "processing_status": pa.array(["COMPLETE"]),
        "list_version": pa.array(["1"]),
        "created_at": moments(created, WRITTEN),
        "_fivetran_deleted": pa.array(["false"]),
        "_fivetran_synced": moments(created, WRITTEN),
    }


def list_members(shares: Shares) -> Rows:
    """Who asked for the letter."""
    letter = shares.story.hands.form == FORMS.index("newsletter")
    people = np.unique(shares.story.hands.person[letter])
    at = shares.story.people.known_at[people]
    return {
        "contact_id": contact_ids(shares.story.people.references(people)),
        "contact_list_id": constant("330", people.size),
        "added_at": moments(at, WRITTEN),
        "_fivetran_deleted": constant("false", people.size),
        "_fivetran_synced": moments(at, WRITTEN),
    }
