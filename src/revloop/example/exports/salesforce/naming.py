"""How records of Salesforce name each other, and what all of them have."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from revloop.example.exports.books import Books, instants
from revloop.example.exports.cells import moments, salesforce_ids
from revloop.example.moments import Ints
from revloop.example.tables import Column, constant, either
from revloop.example.team import QUEUE

WRITTEN = "%Y-%m-%d %H:%M:%S"
Rows = dict[str, Column]
"""The columns of a file, by their headers."""


def user_ids(books: Books, references: Column) -> Column:
    """Users, and the queue that stands for nobody yet."""
    rows = books.rows("user", references)
    queue = books["user"]["source_id"].to_pylist().index(QUEUE)
    users = salesforce_ids("005", np.where(rows < 0, -1, rows + 1))
    return either(rows == queue, queue_id(), users)


def queue_id() -> str:
    return str(salesforce_ids("00G", np.array([1]))[0].as_py())


def robot_id(books: Books) -> str:
    """The user of marketing operations, under whose name rules and syncs run."""
    return str(user_ids(books, pa.array(["acme:ravi"]))[0].as_py())


def record(
    books: Books, ids: Column, created: Ints, changed: Ints, by: Column | None = None
) -> Rows:
    """The columns that every record has."""
    who = constant(robot_id(books), len(ids)) if by is None else by
    changed_at = moments(np.maximum(created, changed), WRITTEN)
    return {
        "Id": ids,
        "IsDeleted": constant("0", len(ids)),
        "CreatedDate": moments(created, WRITTEN),
        "CreatedById": who,
        "LastModifiedDate": changed_at,
        "LastModifiedById": who,
        "SystemModstamp": changed_at,
    }


def of_facts(books: Books, kind: str, ids: Column) -> Rows:
    """The columns that every record has, where each fact of a kind is one."""
    table = books[kind]
    return record(books, ids, instants(table["at"]), instants(table["recorded_at"]))
