"""Opportunities, their histories, and the people who decide."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from revloop.example.exports.books import Books, array, instants, numbers, says, taken
from revloop.example.exports.cells import amounts, days, moments, salesforce_ids, zero_or_one
from revloop.example.exports.salesforce.house import account_ids
from revloop.example.exports.salesforce.naming import WRITTEN, Rows, of_facts, user_ids
from revloop.example.exports.salesforce.people import contact_ids
from revloop.example.moments import HOUR, NEVER, Ints, known
from revloop.example.tables import Column, constant, digits, either, only

_TYPES = {"new": "New Business", "expansion": "Expansion", "renewal": "Renewal"}


def campaign_ids(books: Books, references: Column) -> Column:
    rows = books.rows("campaign", references)
    return salesforce_ids("701", np.where(rows < 0, -1, rows + 1))


def opportunities(books: Books) -> Rows:
    table = books["opportunity"]
    ids = salesforce_ids("006", numbers(table["source_id"]))
    return of_facts(books, "opportunity", ids) | {
        "AccountId": account_ids(array(table["account_id"])),
        "Name": array(table["name"]),
        "Type": _renamed(table["opportunity_type"], _TYPES),
        "LeadSource": array(table["lead_source"]),
        "CampaignId": campaign_ids(books, array(table["campaign_id"])),
        "StageName": array(table["stage"]),
        "Amount": amounts(table["amount_minor"]),
        "CurrencyIsoCode": array(table["amount_currency"]),
        "Probability": _percent(table["probability"]),
        "CloseDate": days(table["close_date"]),
        "ForecastCategoryName": array(table["forecast_category"]),
        "IsClosed": zero_or_one(table["is_closed"]),
        "IsWon": zero_or_one(table["is_won"]),
        "Loss_Reason__c": array(table["loss_reason"]),
        "MainCompetitors__c": array(table["competitor"]),
        "Segment__c": array(table["segment"]),
        "Region__c": array(table["region"]),
        "OwnerId": user_ids(books, array(table["owner_user_id"])),
    }


def history(books: Books) -> Rows:
    """Each entry into a stage; and, while a proposal was out, a row for its price alone."""
    table = books["opportunity_stage"]
    at, left = instants(table["at"]), instants(table["exited_at"])
    again = _priced_again(table, at, left)
    rows = np.concatenate([np.arange(table.num_rows), again])
    when = np.concatenate([at, at[again] + HOUR])
    of = numbers(table["opportunity_id"])[rows]
    order = np.lexsort((np.arange(rows.size), when, of))
    rows, when, of = rows[order], when[order], of[order]
    table = taken(table, rows)
    return {
        "Id": salesforce_ids("008", books.story.first + np.arange(rows.size)),
        "IsDeleted": constant("0", rows.size),
        "OpportunityId": salesforce_ids("006", of),
        "CreatedById": user_ids(books, array(table["user_id"])),
        "CreatedDate": moments(when, WRITTEN),
        "StageName": array(table["stage"]),
        "Amount": amounts(table["amount_minor"]),
        "CurrencyIsoCode": array(table["amount_currency"]),
        "CloseDate": days(table["close_date"]),
        "Probability": _percent(table["probability"]),
        "ForecastCategory": array(table["forecast_category"]),
        "SystemModstamp": moments(when, WRITTEN),
    }


def _priced_again(table: pa.Table, at: Ints, left: Ints) -> Ints:
    """Stays in Proposal that were long enough for the price to change."""
    proposal = says(table["stage"], "Proposal")
    return np.flatnonzero(
        proposal & known(left) & (left > np.where(known(at), at, NEVER) + 2 * HOUR)
    )


def roles(books: Books) -> Rows:
    table = books["buying_group_role"]
    ids = salesforce_ids("00K", numbers(table["source_id"]))
    return of_facts(books, "buying_group_role", ids) | {
        "OpportunityId": salesforce_ids("006", numbers(table["opportunity_id"])),
        "ContactId": contact_ids(numbers(table["contact_id"])),
        "Role": array(table["role"]),
        "IsPrimary": zero_or_one(table["is_primary"]),
    }


def _percent(shares: pa.ChunkedArray) -> Column:  # type: ignore[type-arg]
    column = array(shares)
    known_there = np.asarray(column.is_valid())
    whole = np.round(np.asarray(column.fill_null(0).to_numpy(zero_copy_only=False)) * 100)
    return only(known_there, digits(whole.astype(np.int64)))


def _renamed(column: pa.ChunkedArray, names: dict[str, str]) -> Column:  # type: ignore[type-arg]
    texts = array(column)
    for word, name in names.items():
        texts = either(says(texts, word), name, texts)
    return texts
