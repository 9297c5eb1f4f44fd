"""First pass and later ones: what it is worth that leads come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from revloop.analysis import phrases
from revloop.analysis.loop.stages import NEEDS, YIELDS
from revloop.analysis.loop.statistics.yields import Yields
from revloop.analysis.rates import Rate
from revloop.analysis.reading import Column, Found, Given, Headline, Reading, added, schema

_COUNTS = ("began", "first", "later", "returned", "open")


def conclude(given: Given) -> Found:
    by = given.asked.by
    rows = [_row(row, by) for row in added(given.sums(YIELDS.name), by, _COUNTS).to_pylist()]
    one = rows[0] if len(rows) == 1 and not by else None
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(one, len(rows), by),
        headline=Headline(
            one["eventual"],
            "0 to 1",
            one["eventual_low"],
            one["eventual_high"],
            one["won"],
            one["n"],
        )
        if one and one["n"]
        else None,
        notes=(
            "Those still open count as not won: younger leads have their return still to come.",
        ),
    )


def _row(row: dict[str, Any], by: tuple[str, ...]) -> dict[str, Any]:
    found = Yields(row["began"], {1: row["first"], 2: row["later"]})
    first, eventual, returned = (
        found.first_pass,
        found.eventual,
        Rate(row["later"], row["returned"]),
    )
    return {
        **{cut: row[cut] for cut in by},
        "n": row["began"],
        "open": row["open"],
        "won_first": row["first"],
        "first_pass": first.value,
        **_interval("first_pass", first),
        "won": found.won,
        "eventual": eventual.value,
        **_interval("eventual", eventual),
        "returned": row["returned"],
        "won_returned": row["later"],
        "rate_returned": returned.value,
        **_interval("rate_returned", returned),
        "recovered": found.recovered.value,
    }


def _interval(name: str, rate: Rate) -> dict[str, float | None]:
    low, high = rate.interval or (None, None)
    return {f"{name}_low": low, f"{name}_high": high}


_HELD: Mapping[str, pa.DataType] = {
    "n": pa.int64(),
    "open": pa.int64(),
    "won_first": pa.int64(),
    "first_pass": pa.float64(),
    "first_pass_low": pa.float64(),
    "first_pass_high": pa.float64(),
    "won": pa.int64(),
    "eventual": pa.float64(),
    "eventual_low": pa.float64(),
    "eventual_high": pa.float64(),
    "returned": pa.int64(),
    "won_returned": pa.int64(),
    "rate_returned": pa.float64(),
    "rate_returned_low": pa.float64(),
    "rate_returned_high": pa.float64(),
    "recovered": pa.float64(),
}


def _sentence(one: dict[str, Any] | None, rows: int, by: tuple[str, ...]) -> str:
    if by:
        return phrases.compared(rows, by, "row")
    if one is None or not one["n"]:
        return "No lead has raised a hand in this time."
    eventual = phrases.rate(Rate(one["won"], one["n"]))
    return (
        f"Of all leads {eventual} became customers; in the first pass alone it would be"
        f" {phrases.share(one['first_pass'])}."
    )


READING = Reading(
    name="yields",
    title="First pass and eventual yield",
    question="What is it worth that leads come back?",
    meaning="The share of leads that became customers, in the first pass and in whatever pass.",
    unit="share, 0 to 1",
    grain="a lead, with all its passes",
    formula="first pass = won in pass 1 / n; eventual = won in any pass / n; recovered = eventual −"
    " first pass; interval of Wilson",
    literature="Wilson, E. B. (1927), JASA 22",
    obeys=("stages", "lanes", "reasons"),
    needs=NEEDS,
    columns=(
        Column("n", "leads that raised a hand", "leads"),
        Column("open", "of these, those that are in a stage still", "leads"),
        Column("won_first", "of n, won without ever being put aside", "leads"),
        Column("first_pass", "that share", "0 to 1"),
        Column("first_pass_low", "lower end of its 95 % interval", "0 to 1"),
        Column("first_pass_high", "upper end of its 95 % interval", "0 to 1"),
        Column("won", "of n, won in whatever pass", "leads"),
        Column("eventual", "that share", "0 to 1"),
        Column("eventual_low", "lower end of its 95 % interval", "0 to 1"),
        Column("eventual_high", "upper end of its 95 % interval", "0 to 1"),
        Column("returned", "of n, those that came back at least once", "leads"),
        Column("won_returned", "of these, won after coming back", "leads"),
        Column("rate_returned", "that share", "0 to 1"),
        Column("rate_returned_low", "lower end of its 95 % interval", "0 to 1"),
        Column("rate_returned_high", "upper end of its 95 % interval", "0 to 1"),
        Column("recovered", "won only because they came back, of n", "0 to 1"),
    ),
    sums=(YIELDS,),
    conclude=conclude,
)
