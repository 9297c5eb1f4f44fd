"""Stages, reasons, roles and money, as the facts show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import ibis

from revloop.agreement.starting.observed import MoneySeen, ReasonSeen, StageSeen
from revloop.facts.stage_names import meaning
from revloop.intake.observing.attempts import plausible
from revloop.kit.money import DECIMALS, Money

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.engine import Facts

SUBJECTS = ("contact", "inquiry", "account", "opportunity")
MOST_QUARTERS = 4
MOST_SELLERS = 30
_QUARTERS_A_YEAR = 4
_SECONDS_A_DAY = 86_400


def stages(facts: Facts) -> tuple[StageSeen, ...]:
    """Every stage that anything entered: by what enters it, in the order of the usual way.

    That order is by the median of the time since the first stage of the same lead or opportunity.
    """
    steps = _steps(facts)
    first = steps.at.min().over(ibis.window(group_by=["subject", "moved"]))
    steps = steps.mutate(seconds=steps["at"].epoch_seconds() - first.epoch_seconds())
    counted = steps.group_by("subject", "name").aggregate(
        entered=steps.moved.nunique(),
        usually=steps.seconds.median(),
        stage=steps.stage.max(),
    )
    rows = facts.arrow(counted).to_pylist()
    rows.sort(key=lambda row: (SUBJECTS.index(row["subject"]), row["usually"], row["name"]))
    return tuple(
        StageSeen(row["name"], row["subject"], row["entered"], _means(row["stage"], row["name"]))
        for row in rows
    )


def _means(stage: str | None, name: str) -> str:
    return (meaning(stage) or stage) if stage else meaning(name)


def _steps(facts: Facts) -> ir.Table:
    """Entries into stages: what moved (`moved` is its key), into which, when."""
    table = plausible(facts["lifecycle_transition"])
    of_opportunity = plausible(facts["opportunity_stage"])
    steps = of_opportunity.select(
        subject=ibis.literal("opportunity"),
        moved="opportunity_id",
        name="stage",
        stage=ibis.null("string"),
        at="at",
    )
    for subject in SUBJECTS:
        moved = table.filter(table.subject == subject, table[f"{subject}_id"].notnull())
        steps = steps.union(
            moved.select(
                subject="subject",
                moved=f"{subject}_id",
                name="to_state",
                stage="stage",
                at="at",
            )
        )
    return steps


def reasons(facts: Facts) -> tuple[ReasonSeen, ...]:
    """The reasons that were given, with the usual time until the return; most frequent first."""
    decisions = plausible(facts["qualification_decision"])
    refused = decisions.filter(decisions.verdict != "accept", decisions.reason.notnull())
    opportunities = plausible(facts["opportunity"])
    lost = opportunities.filter(~opportunities.is_won, opportunities.loss_reason.notnull())
    closed = lost.closed_at.date().coalesce(lost.close_date)
    said = refused.select(
        verdict="verdict", reason="reason", days=_days(refused["at"].date(), refused.return_on)
    ).union(
        lost.select(
            verdict=ibis.literal("lost"), reason="loss_reason", days=_days(closed, lost.return_on)
        )
    )
    counted = said.group_by("verdict", "reason").aggregate(
        count=said.count(), days=said.days.median()
    )
    rows = facts.arrow(counted).to_pylist()
    rows.sort(key=lambda row: (row["verdict"], -row["count"], row["reason"]))
    return tuple(
        ReasonSeen(
            row["verdict"],
            row["reason"],
            row["count"],
            None if row["days"] is None else max(0, round(row["days"])),
        )
        for row in rows
    )


def _days(since: ir.DateValue, until: ir.DateValue) -> ir.Value:
    first, last = (each.cast("timestamp").epoch_seconds() for each in (since, until))
    return (last - first) / _SECONDS_A_DAY


def roles(facts: Facts) -> dict[str, int]:
    """How many people of each role work here, the largest group first."""
    table = facts["user"]
    here = table.filter(
        table.is_active.fill_null(True),  # noqa: FBT003 - a value of a column
        ~table.is_queue.fill_null(False),  # noqa: FBT003 - likewise
        table.role.notnull(),
    )
    rows = facts.arrow(here.group_by("role").aggregate(people=here.count())).to_pylist()
    rows.sort(key=lambda row: (-row["people"], row["role"]))
    return {row["role"]: row["people"] for row in rows}


def sellers(facts: Facts, names: Mapping[str, str]) -> dict[str, int]:
    """The people of sales who own inquiries, by name, with how many; the busiest first.

    Who has no name is called by the id in the source.
    """
    users, inquiries, known = facts["user"], facts["inquiry"], facts.references("user")
    sales = users.filter(
        users.is_active.fill_null(True),  # noqa: FBT003 - a value of a column
        ~users.is_queue.fill_null(False),  # noqa: FBT003 - likewise
        users.role.fill_null("sales") == "sales",
    ).select("user_id")
    owned = inquiries.group_by(user_id="owner_user_id").aggregate(owned=inquiries.count())
    working = owned.inner_join(sales, "user_id")
    named = working.inner_join(known, working.user_id == known.id).select("reference", "owned")
    found: dict[str, int] = {}
    for row in facts.arrow(named).to_pylist():
        name = names.get(row["reference"]) or row["reference"].partition(":")[2]
        found[name] = found.get(name, 0) + row["owned"]
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return dict(ranked[:MOST_SELLERS])


def money(facts: Facts) -> MoneySeen:
    """The currency of opportunities, the average of those won, and what a quarter brings."""
    table = facts["opportunity"]
    table = table.filter(table.amount_currency.isin(sorted(DECIMALS)), table.amount_minor.notnull())
    dated = table.select(
        "amount_minor",
        currency="amount_currency",
        is_won=table.is_won.fill_null(False),  # noqa: FBT003 - a value of a column
        closed=table.closed_at.date().coalesce(table.close_date),
    )
    dated = dated.mutate(year=dated.closed.year(), quarter=dated.closed.quarter())
    counted = dated.group_by("currency", "is_won", "year", "quarter").aggregate(
        count=dated.count(), minor=dated.amount_minor.sum()
    )
    rows = facts.arrow(counted).to_pylist()
    currencies: dict[str, int] = {}
    for row in rows:
        currencies[row["currency"]] = currencies.get(row["currency"], 0) + row["count"]
    ordered = dict(sorted(currencies.items(), key=lambda pair: (-pair[1], pair[0])))
    currency = next(iter(ordered), None)
    if currency is None:
        return MoneySeen({})
    won = [row for row in rows if row["is_won"] and row["currency"] == currency]
    deals = sum(row["count"] for row in won)
    quarters = _last_quarters(
        {
            row["year"] * _QUARTERS_A_YEAR + row["quarter"]: row["minor"]
            for row in won
            if row["year"] is not None
        }
    )
    return MoneySeen(
        ordered,
        deals,
        _positive(sum(row["minor"] for row in won), deals, currency),
        len(quarters),
        _positive(sum(quarters), len(quarters), currency),
    )


def _last_quarters(won: Mapping[int, int]) -> Sequence[int]:
    """What the last whole quarters brought; the newest one with an order may go on."""
    if not won:
        return ()
    newest, first = max(won), min(won)
    return [won.get(each, 0) for each in range(max(first, newest - MOST_QUARTERS), newest)]


def _positive(minor: int, count: int, currency: str) -> Money | None:
    mean = round(minor / count) if count else 0
    return Money(mean, currency) if mean > 0 else None


def missing(
    stages: Sequence[StageSeen], reasons: Sequence[ReasonSeen], money: MoneySeen
) -> Iterator[str]:
    if not stages:
        yield "stages: nothing says when a lead or an opportunity entered a stage"
    if not any(each.verdict != "lost" for each in reasons):
        yield "reasons: no decision about a lead says why it was refused"
    if not any(each.verdict == "lost" for each in reasons):
        yield "reasons: no lost opportunity says why"
    if money.currency is None:
        yield "money: no opportunity has an amount with a currency"
    elif money.average_deal is None:
        yield f"average deal: no won opportunity has an amount in {money.currency}"
    elif money.bookings is None:
        yield "bookings: no whole quarter lies before the newest won opportunity"
