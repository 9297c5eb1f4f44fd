"""Tasks and events of sellers, with the to-dos and the copies that are no attempts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from revloop.example.chance import happens
from revloop.example.exports.books import Books, array, instants, is_true, numbers, says, taken
from revloop.example.exports.cells import days, empty, moments, salesforce_ids
from revloop.example.exports.dirt import Dirt
from revloop.example.exports.salesforce.house import account_ids
from revloop.example.exports.salesforce.naming import WRITTEN, Rows, record, user_ids
from revloop.example.exports.salesforce.people import contact_ids, lead_ids
from revloop.example.exports.shares import Shares
from revloop.example.moments import MINUTE, SECOND, Flags, Ints, known
from revloop.example.tables import Column, constant, digits, either, only, typed, words
from revloop.facts.columns import Holds

_MEETINGS = ("meeting", "video")
_DISPOSITIONS = {
    "no_answer": "No answer",
    "voicemail": "Left voicemail",
    "connected": "Connected",
}
_TODO_SHARE, _COPY_SHARE = 0.04, 0.05
_TODO, _COPY = 2_000_000_000, 3_000_000_000
"""Added to the number of a task or an event, for the to-do or the copy beside it."""


def tasks(books: Books, shares: Shares, dirt: Dirt) -> Rows:
    """Calls, e-mails and messages; beside some of them a to-do of the seller."""
    kind = array(books["activity"]["kind"])
    rows = _rows(shares, ~_is_meeting(kind))
    todo = happens(dirt.chance, _TODO_SHARE, rows.size)
    dirt.planted["to-dos beside tasks"] += int(todo.sum())
    both = np.concatenate([rows, rows[todo]])
    is_todo = np.arange(both.size) >= rows.size
    table = taken(books["activity"], both)
    said = array(table["kind"])
    at = instants(table["at"]) + np.where(is_todo, MINUTE, 0)
    called = says(said, "call") & ~is_todo
    seconds = array(table["duration_seconds"]).fill_null(-1)
    whole = np.asarray(seconds.to_numpy(zero_copy_only=False)).astype(np.int64)
    subject, subtype = _words(said, array(table["automated"]), is_todo)
    number = both + books.story.first + np.where(is_todo, _TODO, 0)
    return {
        **_record(books, table, salesforce_ids("00T", number), at + 30 * SECOND),
        **_about(books, shares, both),
        "Subject": subject,
        "TaskSubtype": subtype,
        "ActivityDate": days(typed(at, Holds.DATE)),
        "Status": constant("Completed", both.size),
        "IsClosed": constant("1", both.size),
        "Priority": constant("Normal", both.size),
        "CompletedDateTime": moments(at, WRITTEN),
        "CallType": only(called, constant("Outbound", both.size)),
        "CallDisposition": only(called, _dispositions(array(table["outcome"]))),
        "CallDurationInSeconds": only(called, digits(whole)),
        "IsRecurrence": constant("0", both.size),
    }


def events(books: Books, shares: Shares, dirt: Dirt) -> Rows:
    """Meetings; some of them once more, in the calendar of a colleague."""
    rows = _rows(shares, _is_meeting(array(books["activity"]["kind"])))
    copied = happens(dirt.chance, _COPY_SHARE, rows.size)
    dirt.planted["copies of meetings"] += int(copied.sum())
    both = np.concatenate([rows, rows[copied]])
    is_copy = np.arange(both.size) >= rows.size
    table = taken(books["activity"], both)
    at = instants(table["at"])
    seconds = array(table["duration_seconds"]).fill_null(1_800.0)
    minutes = np.asarray(seconds.to_numpy(zero_copy_only=False)).astype(np.int64) // 60
    is_video = says(table["kind"], "video")
    missed = says(table["outcome"], "no_show")
    number = both + books.story.first + np.where(is_copy, _COPY, 0)
    return {
        **_record(books, table, salesforce_ids("00U", number), at),
        **_about(books, shares, both),
        "Subject": constant("Acme and you", both.size),
        "Type": either(is_video, "Video", constant("Meeting", both.size)),
        "StartDateTime": moments(at, WRITTEN),
        "EndDateTime": moments(at + minutes * MINUTE, WRITTEN),
        "ActivityDateTime": moments(at, WRITTEN),
        "ActivityDate": days(typed(at, Holds.DATE)),
        "DurationInMinutes": digits(minutes),
        "IsAllDayEvent": constant("0", both.size),
        "IsChild": words(("0", "1"), is_copy.astype(np.int64)),
        "No_Show__c": words(("0", "1"), missed.astype(np.int64)),
        "Location": empty(both.size),
    }


def _is_meeting(kind: Column) -> Flags:
    return says(kind, *_MEETINGS)


def _rows(shares: Shares, wanted: Flags) -> Ints:
    return np.flatnonzero(shares.activity_in_salesforce & wanted)


def _record(books: Books, table: pa.Table, ids: Column, created: Ints) -> Rows:
    owner = user_ids(books, array(table["user_id"]))
    return record(books, ids, created, created, owner) | {"OwnerId": owner}


def _about(books: Books, shares: Shares, rows: Ints) -> Rows:
    """Whom it was with and what it was about; the tasks of a converted lead are its contact's."""
    table = taken(books["activity"], rows)
    inquiry = shares.inquiry_of_activity[rows]
    converted = known(shares.converted_at[np.maximum(inquiry, 0)]) & (inquiry >= 0)
    is_lead = (inquiry >= 0) & ~converted
    person = np.where(is_lead, -1, numbers(table["contact_id"]))
    who = either(is_lead, lead_ids(shares, np.where(is_lead, inquiry, -1)), contact_ids(person))
    return {
        "WhoId": who,
        "WhatId": salesforce_ids("006", numbers(table["opportunity_id"])),
        "AccountId": only(~is_lead, account_ids(array(table["account_id"]))),
    }


def _words(kind: Column, automated: Column, is_todo: Flags) -> tuple[Column, Column]:
    """Subjects and subtypes as Salesforce and the tools of sellers write them."""
    size = len(kind)
    by_machine = is_true(automated)
    subject, subtype = constant("Message", size), constant("LinkedIn", size)
    for word, said, of in (("call", "Call", "Call"), ("email", "Email: your request", "Email")):
        here = says(kind, word)
        subject, subtype = either(here, said, subject), either(here, of, subtype)
    subject = either(by_machine, "[Sequence Welcome] Thank you", subject)
    return either(is_todo, "Prepare the next step", subject), either(is_todo, "Task", subtype)


def _dispositions(outcome: Column) -> Column:
    said = empty(len(outcome))
    for word, name in _DISPOSITIONS.items():
        said = either(says(outcome, word), name, said)
    return said
