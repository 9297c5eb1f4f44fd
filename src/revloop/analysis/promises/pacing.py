"""Will what marketing promised for the month come in time?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from revloop.agreement.explain.promises import promised
from revloop.agreement.form import PacePromise
from revloop.analysis import phrases
from revloop.analysis.loop.measures import entry_sums
from revloop.analysis.needs import Need
from revloop.analysis.periods import Period
from revloop.analysis.promises.judging import MARKETING, SALES
from revloop.analysis.promises.pace import MonthPaced, months_paced
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
from revloop.kit.money import Money

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

_OF = "mql"


def came_sums(ground: Ground) -> ir.Table:
    """MQLs by `month`: `n`. A goal is one of the whole company, so there are no cuts."""
    rows = entry_sums(ground)
    rows = rows.filter(rows.stage == _OF, rows.month.notnull())
    return rows.group_by("month").agg(n=rows.n.sum().cast("int64"))


CAME = Sums("paced", came_sums, ())


def conclude(given: Given) -> Found:
    rows = list(_rows(given))
    running = [row for row in rows if row["chance"] is not None and not row["is_over"]]
    first = running[0] if running else None
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema((), _HELD)),
        sentence=_sentence(first, rows, given),
        headline=Headline(first["chance"], "chance, 0 to 1", x=first["actual"], n=first["goal"])
        if first
        else None,
        notes=(_NOTE,) if rows else (),
    )


def _rows(given: Given) -> Iterator[dict[str, Any]]:
    came = {
        row["month"]: row["n"]
        for row in added(given.everything(CAME.name), ("month",), ("n",)).to_pylist()
    }
    period = given.asked.period or _known(came, given)
    for tenure in given.setting.tenures:
        promises = tenure.contract.form.promises
        sides = ((SALES, promises.sales_to_marketing), (MARKETING, promises.marketing_to_sales))
        for side, named in sides:
            for name, promise in named.items():
                if not isinstance(promise, PacePromise):
                    continue
                said = {
                    "promise": name,
                    "side": side,
                    "version": tenure.contract.version,
                    "sentence": promised(name, promise, side).sentence,
                    "unit": promise.pace.goal.currency
                    if isinstance(promise.pace.goal, Money)
                    else "leads",
                }
                for found in months_paced(promise.pace, tenure, given.setting, period, came):
                    yield said | _row(found)


def _known(came: Mapping[str, int], given: Given) -> Period:
    months = [*came, f"{given.setting.today:%Y-%m}"]
    return Period(Period.of_month(min(months)).first, Period.of_month(max(months)).last)


def _row(found: MonthPaced) -> dict[str, Any]:
    pace, worth = found.pacing, found.worth

    def told(value: Any) -> float | None:
        return None if value is None else float(value * worth)

    return {
        "month": found.month,
        "is_over": found.is_over,
        "goal": round(pace.goal * worth),
        "actual": round(pace.actual * worth),
        "expected": told(pace.expected),
        "attainment": None if pace.attainment is None else float(pace.attainment),
        "projection": told(pace.projection),
        "required": told(pace.required),
        "run_rate": told(pace.run_rate),
        "chance": pace.chance,
    }


_NOTE = (
    "The chance holds if the days to come are like those gone. A value is counted with the rates and"
    " the average deal that the agreement has fixed, so that it measures what came, not what became"
    " of it."
)


def _sentence(first: dict[str, Any] | None, rows: list[dict[str, Any]], given: Given) -> str:
    if not given.setting.tenures:
        return "Nothing was agreed in this time, so no pace is judged."
    if not rows:
        return "No pace was promised in this time."
    if first is None:
        kept = sum(row["actual"] >= row["goal"] for row in rows)
        return (
            f"The goal was reached in {kept:,} of {phrases.counted(len(rows), 'month')} of a pace."
        )
    return (
        f"{first['actual']:,} of {first['goal']:,} {first['unit']} have come in {first['month']},"
        f" where {first['expected']:,.0f} should have by now; the chance to reach the goal is"
        f" {phrases.share(first['chance'])}."
    )


_HELD: Mapping[str, pa.DataType] = {
    **dict.fromkeys(("promise", "side", "version", "sentence", "unit", "month"), pa.string()),
    "is_over": pa.bool_(),
    "goal": pa.int64(),
    "actual": pa.int64(),
    **dict.fromkeys(
        ("expected", "attainment", "projection", "required", "run_rate", "chance"), pa.float64()
    ),
}
READING = Reading(
    name="pacing",
    title="Pace of marketing",
    question="Will what marketing promised for the month come in time?",
    meaning="What came of a promised volume or value, by what should have come by now, and the chance"
    " that the goal of the month is reached.",
    unit="leads, or whole units of the currency",
    grain="a lead that became an MQL",
    formula="expected = goal x elapsed share of the working days; attainment = actual / expected;"
    " projection = actual / elapsed share; required = (goal - actual) / remaining days; chance from"
    " the negative binomial of what is still to come, with the prior Gamma(1/2, 0)",
    literature="Jeffreys, H. (1946), Proc. R. Soc. A 186",
    obeys=("promises", "goals", "calendars", "stages"),
    needs=(
        Need(
            "lifecycle_transition",
            ("to_state",),
            "the history of stages, or one date column for each stage",
        ),
    ),
    columns=(
        Column("promise", "its name in the agreement"),
        Column("side", "who promised it"),
        Column("version", "the version of the agreement that says it"),
        Column("sentence", "what was promised"),
        Column("unit", "what is counted: leads, or a currency"),
        Column("month", "the month"),
        Column("is_over", "whether the month is over"),
        Column("goal", "the goal of the month"),
        Column("actual", "what came"),
        Column("expected", "what should have come by now"),
        Column("attainment", "actual by expected", "times"),
        Column("projection", "what will have come, if it goes on like that"),
        Column("required", "what must come on each working day that remains"),
        Column("run_rate", "what came on each working day that is over"),
        Column("chance", "that the goal is reached", "0 to 1"),
    ),
    sums=(CAME,),
    conclude=conclude,
)
