"""Sellers, and what they did with those who never came to Salesforce, as tables of a warehouse."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from revloop.example.exports.books import Books, array, instants, is_true, says, taken
from revloop.example.exports.cells import empty, hubspot_ids, moments
from revloop.example.exports.hubspot.marketing import PORTAL, WRITTEN
from revloop.example.exports.hubspot.screen import Rows, contact_ids
from revloop.example.exports.shares import Shares
from revloop.example.moments import Ints
from revloop.example.tables import Column, constant, digits, either, only, words
from revloop.example.team import QUEUE

_FIRST_OWNER, _FIRST_USER, _FIRST_ENGAGEMENT = 44_023_000, 9_900_000, 19_700_000_000
_DISPOSITIONS = {
    "no_answer": "73a0d17f-1163-4015-bdd5-ec830791da20",
    "voicemail": "b2cf5968-551e-4856-9783-52b3da59a7d0",
    "connected": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
}
"""What every portal calls the outcomes of calls."""
KINDS = {
    "call": ("call", "video"),
    "email": ("email",),
    "meeting": ("meeting",),
    "communication": ("social",),
}
"""The kinds of activities in each table of engagements."""


def owner_ids(books: Books, references: Column) -> Column:
    rows = books.rows("user", references)
    return hubspot_ids(_FIRST_OWNER, rows)


def owners(books: Books) -> Rows:
    rows = np.flatnonzero(~says(books["user"]["source_id"], QUEUE))
    table = taken(books["user"], rows)
    hired = moments(instants(table["at"]), WRITTEN)
    return {
        "owner_id": hubspot_ids(_FIRST_OWNER, rows),
        "email": array(table["email"]),
        "first_name": array(table["first_name"]),
        "last_name": array(table["last_name"]),
        "type": constant("PERSON", rows.size),
        "portal_id": constant(PORTAL, rows.size),
        "active_user_id": hubspot_ids(_FIRST_USER, rows),
        "created_at": hired,
        "updated_at": hired,
        "_fivetran_synced": hired,
    }


def engagements(books: Books, shares: Shares) -> dict[str, Rows]:
    """A table for each kind of engagement, with the columns that it has beside those of all."""
    found = {}
    for name, kinds in KINDS.items():
        of_kind = says(books["activity"]["kind"], *kinds)
        rows = np.flatnonzero(~shares.activity_in_salesforce & of_kind)
        table = taken(books["activity"], rows)
        found[name] = _of_all(books, table, rows, name) | _OWN[name](table)
    return found


def people(books: Books, shares: Shares) -> Rows:
    """Whom each engagement was with."""
    rows = np.flatnonzero(~shares.activity_in_salesforce)
    table = taken(books["activity"], rows)
    at = moments(instants(table["at"]), WRITTEN)
    return {
        "engagement_id": hubspot_ids(_FIRST_ENGAGEMENT + books.story.first, rows),
        "contact_id": contact_ids(table["contact_id"]),
        "engagement_type": constant("CALL", rows.size),
        "type_id": constant("194", rows.size),
        "category": constant("HUBSPOT_DEFINED", rows.size),
        "_fivetran_synced": at,
    }


def _of_all(books: Books, table: pa.Table, rows: Ints, name: str) -> Rows:
    at, learned = instants(table["at"]), instants(table["recorded_at"])
    return {
        "engagement_id": hubspot_ids(_FIRST_ENGAGEMENT + books.story.first, rows),
        "type": constant(name.upper(), rows.size),
        "property_hs_createdate": moments(learned, WRITTEN),
        "property_hs_timestamp": moments(at, WRITTEN),
        "property_hubspot_owner_id": owner_ids(books, array(table["user_id"])),
        "_fivetran_deleted": constant("false", rows.size),
        "_fivetran_synced": moments(learned, WRITTEN),
    }


def _call(table: pa.Table) -> Rows:
    outcome = array(table["outcome"])
    said = empty(table.num_rows)
    for word, guid in _DISPOSITIONS.items():
        said = either(says(outcome, word), guid, said)
    seconds = array(table["duration_seconds"])
    known = np.asarray(seconds.is_valid())
    milliseconds = np.asarray(seconds.fill_null(0).to_numpy(zero_copy_only=False)) * 1_000
    return {
        "property_hs_call_direction": constant("OUTBOUND", table.num_rows),
        "property_hs_call_disposition": said,
        "property_hs_call_duration": only(known, digits(milliseconds.astype(np.int64))),
        "property_hs_call_status": constant("COMPLETED", table.num_rows),
    }


def _email(table: pa.Table) -> Rows:
    automated = is_true(table["automated"])
    bounced = says(table["outcome"], "bounced")
    return {
        "property_hs_email_direction": constant("EMAIL", table.num_rows),
        "property_hs_email_status": words(("SENT", "BOUNCED"), bounced.astype(np.int64)),
        "property_hs_email_subject": constant("Your request", table.num_rows),
        "property_hs_sequence_id": only(automated, constant("12", table.num_rows)),
    }


def _meeting(table: pa.Table) -> Rows:
    at = instants(table["at"])
    return {
        "property_hs_meeting_start_time": moments(at, WRITTEN),
        "property_hs_meeting_outcome": constant("COMPLETED", table.num_rows),
    }


def _message(table: pa.Table) -> Rows:
    return {"property_hs_communication_channel_type": constant("LINKEDIN_MESSAGE", table.num_rows)}


_OWN = {"call": _call, "email": _email, "meeting": _meeting, "communication": _message}
