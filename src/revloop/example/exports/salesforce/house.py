"""Users, their roles and the queue; accounts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from revloop.example.exports.books import Books, array, instants, numbers
from revloop.example.exports.cells import (
    SECOND_RECORDS,
    amounts,
    empty,
    moments,
    salesforce_ids,
    zero_or_one,
)
from revloop.example.exports.dirt import Dirt
from revloop.example.exports.salesforce.naming import (
    WRITTEN,
    Rows,
    of_facts,
    queue_id,
    robot_id,
    user_ids,
)
from revloop.example.moments import Ints
from revloop.example.tables import Column, constant, digits, either, joined
from revloop.example.team import QUEUE


def users(books: Books) -> Rows:
    """Everybody; a queue is no user."""
    table = books["user"].filter(pc.invert(books["user"]["is_queue"]))
    references = joined(":", "acme", array(table["source_id"]))
    hired = instants(table["at"])
    jobs = array(table["job"])
    roles = pc.index_in(jobs, value_set=_roles(books)).to_numpy(zero_copy_only=False)
    size = table.num_rows
    return {
        "Id": user_ids(books, references),
        "Username": array(table["email"]),
        "LastName": array(table["last_name"]),
        "FirstName": array(table["first_name"]),
        "Name": array(table["name"]),
        "Email": array(table["email"]),
        "Title": jobs,
        "IsActive": zero_or_one(table["is_active"]),
        "TimeZoneSidKey": array(table["timezone"]),
        "UserRoleId": salesforce_ids("00E", np.asarray(roles, np.int64) + 1),
        "ProfileId": constant(str(salesforce_ids("00e", np.array([1]))[0].as_py()), size),
        "UserType": constant("Standard", size),
        "ManagerId": user_ids(books, array(table["manager_user_id"])),
        "EmailEncodingKey": constant("UTF-8", size),
        "CreatedDate": moments(hired, WRITTEN),
        "CreatedById": constant(robot_id(books), size),
        "LastModifiedDate": moments(hired, WRITTEN),
        "SystemModstamp": moments(hired, WRITTEN),
    }


def roles(books: Books) -> Rows:
    names = _roles(books)
    return {
        "Id": salesforce_ids("00E", np.arange(len(names)) + 1),
        "Name": names,
        "ParentRoleId": empty(len(names)),
        "RollupDescription": names,
        "OpportunityAccessForAccountOwner": constant("Edit", len(names)),
        "CaseAccessForAccountOwner": constant("None", len(names)),
        "MayForecastManagerShare": constant("0", len(names)),
    }


def _roles(books: Books) -> Column:
    return array(pc.unique(books["user"]["job"].drop_null()))


def queues(books: Books) -> Rows:
    hired = instants(books["user"]["at"])[:1]
    return {
        "Id": pa.array([queue_id()]),
        "Name": pa.array(["Live queue"]),
        "DeveloperName": pa.array([QUEUE]),
        "Type": pa.array(["Queue"]),
        "RelatedId": empty(1),
        "DoesIncludeBosses": pa.array(["0"]),
        "DoesSendEmailToMembers": pa.array(["1"]),
        "CreatedDate": moments(hired, WRITTEN),
        "CreatedById": pa.array([robot_id(books)]),
        "SystemModstamp": moments(hired, WRITTEN),
    }


def account_numbers(ids: Column) -> Ints:
    """The number of each account; second records have numbers of their own."""
    is_second = np.asarray(pc.match_substring(ids, "a2-").fill_null(False))  # noqa: FBT003
    return np.where(is_second, SECOND_RECORDS, 0) + numbers(ids)


def account_ids(references: Column) -> Column:
    """The ids of accounts; a reference that is unknown stays so."""
    return salesforce_ids("001", np.where(numbers(references) < 0, -1, account_numbers(references)))


def accounts(books: Books, dirt: Dirt) -> Rows:
    """Every company that is known, and the second records of some."""
    table = books["account"]
    ids = account_ids(array(table["source_id"]))
    domain = array(table["domain"])
    deep = numbers(table["source_id"]) % 3 == 0
    site = either(deep, joined("", "https://www.", domain, "/en/"), domain)
    return of_facts(books, "account", ids) | {
        "MasterRecordId": empty(len(ids)),
        "Name": dirt.companies(array(table["name"])),
        "Type": array(table["account_type"]),
        "ParentId": empty(len(ids)),
        "BillingCountry": array(table["country"]),
        "Website": site,
        "Industry": dirt.words(array(table["industry"]), ("Select", "N/A", "Please select")),
        "Sic": array(table["sic"]),
        "NumberOfEmployees": digits(_whole(table["employees"])),
        "NumberofLocations__c": digits(_whole(table["locations"])),
        "AnnualRevenue": amounts(table["annual_revenue_minor"]),
        "CurrencyIsoCode": array(table["annual_revenue_currency"]),
        "Customer_Since__c": array(table["customer_since"].cast(pa.string())),
        "Region__c": array(table["region"]),
        "OwnerId": user_ids(books, array(table["owner_user_id"])),
    }


def _whole(column: pa.ChunkedArray) -> Ints:  # type: ignore[type-arg]
    return np.asarray(array(column).fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
