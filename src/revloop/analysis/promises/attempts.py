"""How often to try to reach a lead: what each further attempt brings."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from revloop.agreement.form import CountPromise
from revloop.analysis import phrases
from revloop.analysis.cuts import CUTS
from revloop.analysis.loop.passes import passes
from revloop.analysis.needs import Need
from revloop.analysis.promises.statistics.attempts import (
    Attempts,
    Outcome,
    Tried,
    attempts_to_connect,
    marginal_values,
)
from revloop.analysis.rates import Rate
from revloop.analysis.reading import (
    Column,
    Found,
    Given,
    Headline,
    Reading,
    Sums,
    added,
    schema,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

MOST = 20
"""Leads with more attempts are counted with so many."""
_REACHED = ("connected", "replied", "held", "meeting_set")
_COUNTS = ("n", "won", "margin_minor", "margin_n")
FALSE = ibis.literal(value=False)


def attempt_sums(ground: Ground) -> ir.Table:
    """Leads that somebody tried to reach, by `attempts`, `outcome`, `month` of raising, cuts.

    An attempt is a person's outbound activity, or the talk itself where it is told as two-way. They
    are counted up to the first that reached the lead, or to the end of its first pass. Outcomes are
    `connected`, `given_up` (the pass ended without a talk) and `open`. Columns: `n`; `won` of them;
    `margin_n` whose margin is known in the reporting currency, and the sum of that, `margin_minor`.
    """
    first = passes(ground)
    first = first.filter(first.subject == "inquiry", first.pass_no == 1)
    first = first.select("subject_id", "exit_at", "begun_at", "month", *CUTS)
    tries = _tries(ground)
    reached = tries.group_by("lead").agg(reached_at=tries.made_at.min(where=tries.reached))
    reached = reached.select(reached_lead="lead", reached_at="reached_at")
    rows = tries.inner_join(first, tries.lead == first.subject_id)
    rows = rows.left_join(reached, rows.lead == reached.reached_lead)
    counts = rows.made_at >= rows.begun_at
    counts &= (rows.made_at <= rows.reached_at).fill_null(ibis.literal(value=True))
    counts &= (rows.made_at <= rows.exit_at).fill_null(ibis.literal(value=True))
    rows = rows.filter(counts)
    each = rows.group_by("lead").agg(
        attempts=rows.count(),
        reached=rows.reached.max(),
        closed=rows.exit_at.notnull().max(),
        month=rows.month.max(),
        **{cut: rows[cut].max() for cut in CUTS},
    )
    sold = _won(ground)
    each = each.left_join(sold, each.lead == sold.sold_lead)
    outcome = ibis.cases(
        (each.reached, str(Outcome.CONNECTED)),
        (each.closed, str(Outcome.GIVEN_UP)),
        else_=str(Outcome.OPEN),
    )
    each = each.mutate(attempts=ibis.least(each.attempts, MOST).cast("int64"), outcome=outcome)
    return each.group_by(["attempts", "outcome", "month", *CUTS]).agg(
        n=each.count().cast("int64"),
        won=each.sold_lead.count().cast("int64"),
        margin_minor=each.margin_minor.sum().fill_null(0).cast("int64"),
        margin_n=each.margin_minor.count().cast("int64"),
    )


def _tries(ground: Ground) -> ir.Table:
    done = ground["activity"]
    human = ~done.automated.fill_null(FALSE) & ~done.is_planned.fill_null(FALSE)
    reached = done.outcome.isin(_REACHED).fill_null(FALSE)
    both = done.direction == "two_way"
    done = done.mutate(reached=reached)
    done = done.filter(
        done.inquiry_id.notnull(), human, (done.direction == "out") | (both & done.reached)
    )
    return done.select("reached", lead="inquiry_id", made_at=done["at"])


def _won(ground: Ground) -> ir.Table:
    """Leads of which an opportunity was won by now, and its margin in the reporting currency."""
    sold = ground["opportunity"]
    closed = sold.closed_at.isnull() | ground.until(sold.closed_at)
    sold = sold.filter(sold.inquiry_id.notnull(), sold.is_won.fill_null(FALSE), closed)
    own = sold.margin_currency == ground.setting.currency
    sold = sold.select(lead="inquiry_id", minor=ibis.ifelse(own, sold.margin_minor, None))
    grouped = sold.group_by("lead").agg(margin_minor=sold.minor.sum())
    return grouped.select(sold_lead="lead", margin_minor="margin_minor")


TRIED = Sums("attempts", attempt_sums, CUTS)


def conclude(given: Given) -> Found:
    by = given.asked.by
    table = added(given.sums(TRIED.name), (*by, "attempts", "outcome"), _COUNTS).to_pylist()
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in table:
        groups.setdefault(tuple(row[cut] for cut in by), []).append(row)
    wanted = _wanted(given)
    rows, totals = [], []
    for key in sorted(groups):
        named = dict(zip(by, key, strict=True))
        found = attempts_to_connect(
            Tried(row["attempts"], Outcome(row["outcome"]), row["n"]) for row in groups[key]
        )
        value = _value_of_talk(groups[key])
        rows += [named | row for row in _rows(found, value)]
        totals.append(named | _total(found, value, wanted))
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(totals, rows, by, given.setting.currency),
        headline=_headline(totals, by),
        notes=(_CAUTION,),
        more={"leads": pa.Table.from_pylist(totals, schema=schema(by, _TOTAL))},
    )


def _wanted(given: Given) -> int | None:
    """How many attempts the version in force wants before a lead is given up."""
    if given.setting.agreement is None:
        return None
    promises = given.setting.agreement.form.promises
    counts = [each.count.at_least for _, each in promises if isinstance(each, CountPromise)]
    return int(max(counts)) if counts else None


def _value_of_talk(rows: list[dict[str, Any]]) -> Fraction | None:
    """P(won | talked) times the mean margin of those won, in minor units; None where one is unknown."""
    talked = [row for row in rows if row["outcome"] == Outcome.CONNECTED]
    n, won, minor, known = (sum(row[name] for row in talked) for name in _COUNTS)
    return Fraction(won, n) * Fraction(minor, known) if n and known else None


def _rows(found: Attempts, value: Fraction | None) -> list[dict[str, Any]]:
    worth = [None] * len(found.every) if value is None else marginal_values(found, value, 0)
    told = []
    for each, minor in zip(found.every, worth, strict=True):
        low, high = each.hazard.interval or (None, None)
        told.append(
            {
                "attempt": each.number,
                "n": each.hazard.n,
                "x": each.hazard.x,
                "hazard": each.hazard.value,
                "low": low,
                "high": high,
                "smoothed": float(each.smoothed),
                "cumulative": float(each.cumulative),
                "value_minor": None if minor is None else round(minor),
            }
        )
    return told


def _total(found: Attempts, value: Fraction | None, wanted: int | None) -> dict[str, Any]:
    persisted = found.persistence(wanted) if wanted else Rate(0, 0)
    low, high = found.reached.interval or (None, None)
    return {
        "n": found.reached.n,
        "reached": found.reached.x,
        "rate": found.reached.value,
        "low": low,
        "high": high,
        "given_up": sum(leads for _, leads in found.given_up),
        "wanted": wanted,
        "persisted": persisted.x if wanted else None,
        "persistence": persisted.value,
        "talk_value_minor": None if value is None else round(value),
    }


_CAUTION = (
    "The cumulative share holds if leads that were given up would have been reached like the others;"
    " where the hopeless are given up first it is too high. The worth of an attempt is before its"
    " cost: try for as long as it is worth more than it costs."
)


def _sentence(
    totals: list[dict[str, Any]], rows: list[dict[str, Any]], by: tuple[str, ...], currency: str
) -> str:
    if by:
        return phrases.compared(len(totals), by, "curve")
    if not totals:
        return "Nobody tried to reach a lead of this time."
    total = totals[0]
    enough = [row for row in rows if not Rate(row["x"], row["n"]).is_small()]
    told = f"{phrases.rate(Rate(total['reached'], total['n']))} of the leads tried were reached"
    if enough:
        last = enough[-1]
        told += (
            f"; with {phrases.counted(last['attempt'], 'attempt')} for each it would be"
            f" {phrases.share(last['cumulative'])}"
        )
        if last["value_minor"] is not None:
            told += (
                f", and attempt {last['attempt']} brings"
                f" {phrases.money(last['value_minor'], currency)} of margin before its cost"
            )
    return told + "."


def _headline(totals: list[dict[str, Any]], by: tuple[str, ...]) -> Headline | None:
    if by or not totals:
        return None
    row = totals[0]
    return Headline(row["rate"], "0 to 1", row["low"], row["high"], row["reached"], row["n"])


_HELD: Mapping[str, pa.DataType] = {
    **dict.fromkeys(("attempt", "n", "x"), pa.int64()),
    **dict.fromkeys(("hazard", "low", "high", "smoothed", "cumulative"), pa.float64()),
    "value_minor": pa.int64(),
}
_TOTAL: Mapping[str, pa.DataType] = {
    **dict.fromkeys(("n", "reached"), pa.int64()),
    **dict.fromkeys(("rate", "low", "high"), pa.float64()),
    **dict.fromkeys(("given_up", "wanted", "persisted"), pa.int64()),
    "persistence": pa.float64(),
    "talk_value_minor": pa.int64(),
}
READING = Reading(
    name="attempts",
    title="Attempts to connect",
    question="How often is it worth trying to reach a lead?",
    meaning="Of the leads that got a k-th attempt of a person, the share that was reached by it.",
    unit="share, 0 to 1",
    grain="a lead that somebody tried to reach, in its first pass",
    formula="h(k) = reached by attempt k / leads with at least k attempts; cumulative = 1 - product of"
    " (1 - h); worth of attempt k = h(k), made to fall, x P(won | talked) x mean margin",
    literature="Kaplan, E. L. and Meier, P. (1958), JASA 53; Ayer, M. et al. (1955), Ann. Math. Stat. 26",
    obeys=("promises", "stages"),
    needs=(
        Need("inquiry", ("at",), "leads, with the time they came in"),
        Need("activity", ("inquiry_id",), "calls, e-mails and meetings with a lead"),
    ),
    columns=(
        Column("attempt", "the first, the second …"),
        Column("n", "leads that got it", "leads"),
        Column("x", "of these, reached by it", "leads"),
        Column("hazard", "x of n", "0 to 1"),
        Column("low", "lower end of its 95 % interval", "0 to 1"),
        Column("high", "upper end of its 95 % interval", "0 to 1"),
        Column("smoothed", "the hazard, made to fall from attempt to attempt", "0 to 1"),
        Column("cumulative", "reached by it or before, if nobody were given up", "0 to 1"),
        Column("value_minor", "margin that it brings, before its cost", "minor units"),
    ),
    sums=(TRIED,),
    conclude=conclude,
)
