"""From the text of a file to typed values, as Ibis expressions: one reader for each type.

    value.py      what a reader gives: the value, and what is wrong with the text
    texts.py      text, lists, yes and no, closed lists, ids made from a row
    numbers.py    numbers, whole numbers, amounts of money
    instants.py   instants and days
    zones.py      local time to UTC and back
    places.py     countries and internet domains
    traits.py     what a whole column looks like
    orders.py     whether 03/04 is in April and 1.234 above a thousand, by the other cells

A reader takes a column as the file gave it. Text is parsed; a column that has the type already,
because it comes from Parquet or Excel, is taken as it is. Nothing raises for a value: a text that
is not understood is null and has a sentence in `problem`. Expressions expect an engine whose
session runs in UTC, as Ibis sets it.
"""

from revloop.sources.values.instants import day, instant
from revloop.sources.values.numbers import Amount, money, number, whole
from revloop.sources.values.places import FREE_MAIL, country, domain
from revloop.sources.values.texts import boolean, one_of, row_hash, text, texts
from revloop.sources.values.traits import Traits, traits
from revloop.sources.values.value import UNKNOWN_WORDS, Value, all_problems, first_problem

__all__ = [
    "FREE_MAIL",
    "UNKNOWN_WORDS",
    "Amount",
    "Traits",
    "Value",
    "all_problems",
    "boolean",
    "country",
    "day",
    "domain",
    "first_problem",
    "instant",
    "money",
    "number",
    "one_of",
    "row_hash",
    "text",
    "texts",
    "traits",
    "whole",
]
