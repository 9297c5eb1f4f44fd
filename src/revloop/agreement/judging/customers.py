"""Whom you sell to: the tier of a company, whether it is excluded, and the part a person plays.

Tiers and personas are ordered lists: the first whose condition is true holds. Where a condition
before it is unknown, the answer is unknown, because that one might have held.

In tables every condition reads the columns of one table, each named as the word it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revloop.agreement.conditions import Condition, expression
from revloop.agreement.conditions.table import by_answer
from revloop.agreement.contract import Contract
from revloop.agreement.judging.judges import judge
from revloop.agreement.names import OUT
from revloop.agreement.problems import Path
from revloop.facts.vocabulary import NONE

if TYPE_CHECKING:
    import ibis.expr.types as ir

Record = Mapping[str, Any]


def tier_of(contract: Contract, company: Record) -> str | None:
    """The tier of a company, `out` if none holds; None while unknown, or without any tiers."""
    if contract.form.ideal_customer is None:
        return None
    tier, known = _first_that_holds(contract, company, _tiers(contract))
    return tier or (OUT if known else None)


def is_excluded(contract: Contract, company: Record) -> bool | None:
    """Whether we never sell to a company; None while unknown. False if nothing is excluded."""
    excludes = _EXCLUDE in contract.conditions
    return judge(contract, _EXCLUDE)(company) if excludes else False


def persona_of(contract: Contract, person: Record) -> str | None:
    """The part somebody plays in buying, `none` if none; None while unknown, or without any."""
    if not contract.form.personas:
        return None
    persona, known = _first_that_holds(contract, person, _personas(contract))
    return persona or (NONE if known else None)


def tier_column(contract: Contract, companies: ir.Table) -> ir.StringValue:
    """`tier_of` for every row."""
    import ibis  # noqa: PLC0415 - half a second that one record never needs

    if contract.form.ideal_customer is None:
        return ibis.null("string")
    return _first_column(contract, companies, _tiers(contract), ibis.literal(OUT))


def excluded_column(contract: Contract, companies: ir.Table) -> ir.BooleanValue:
    """`is_excluded` for every row."""
    import ibis  # noqa: PLC0415

    excludes = contract.conditions.get(_EXCLUDE)
    if excludes is None:
        return ibis.literal(value=False)
    yes, no = ibis.literal(value=True), ibis.literal(value=False)
    return by_answer(over(companies, excludes), yes, no, ibis.null("boolean"))


def persona_column(contract: Contract, people: ir.Table) -> ir.StringValue:
    """`persona_of` for every row."""
    import ibis  # noqa: PLC0415

    if not contract.form.personas:
        return ibis.null("string")
    return _first_column(contract, people, _personas(contract), ibis.literal(NONE))


def over(table: ir.Table, condition: Condition) -> ir.BooleanValue:
    """A condition over the columns of a table; a word without a column is unknown in every row."""
    return expression(condition, {name: table[name] for name in table.columns})


_EXCLUDE: Path = ("ideal_customer", "exclude")


def _tiers(contract: Contract) -> list[tuple[str, Path]]:
    customer = contract.form.ideal_customer
    tiers = customer.tiers if customer else ()
    return [(tier, ("ideal_customer", "tiers", tier)) for tier in tiers]


def _personas(contract: Contract) -> list[tuple[str, Path]]:
    return [(persona, ("personas", persona, "when")) for persona in contract.form.personas]


def _first_that_holds(
    contract: Contract, record: Record, choices: list[tuple[str, Path]]
) -> tuple[str | None, bool]:
    """The first choice that holds, if any, and whether the answer is known."""
    for choice, path in choices:
        holds = judge(contract, path)(record)
        if holds is not False:
            return (choice if holds else None), holds is True
    return None, True


def _first_column(
    contract: Contract,
    table: ir.Table,
    choices: list[tuple[str, Path]],
    none: ir.StringValue,
) -> ir.StringValue:
    import ibis  # noqa: PLC0415

    answer, unknown = none, ibis.null("string")
    for choice, path in reversed(choices):
        holds = over(table, contract.conditions[path])
        answer = by_answer(holds, ibis.literal(choice), answer, unknown)
    return answer
