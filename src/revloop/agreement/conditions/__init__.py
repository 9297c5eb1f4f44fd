"""Conditions: SQL boolean expressions over declared words, with two interpreters.

    guard.py    what a text may be before anything parses it
    parse.py    text   -> tree, or a problem with its place in the text
    tree.py     what a condition is made of, and its one printed form
    record.py   tree   -> generated Python, for one record, with the trace of every clause
    table.py    tree   -> an Ibis expression, for a table

Both interpreters follow SQL's three-valued logic: a comparison with an unknown value is unknown,
never silently false. They are held together by a property test against DuckDB's own answer.
"""

from revloop.agreement.conditions.guard import ConditionError
from revloop.agreement.conditions.parse import parse
from revloop.agreement.conditions.record import (
    Judged,
    Judgement,
    RecordCondition,
    compile_for_records,
)
from revloop.agreement.conditions.table import expression
from revloop.agreement.conditions.tree import Condition

__all__ = [
    "Condition",
    "ConditionError",
    "Judged",
    "Judgement",
    "RecordCondition",
    "compile_for_records",
    "expression",
    "parse",
]
