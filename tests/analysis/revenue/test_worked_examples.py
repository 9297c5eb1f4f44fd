"""The worked examples, through the readings themselves: sums made to say what an example says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from revloop.analysis.ground import Setting
from revloop.analysis.periods import Period
from revloop.analysis.reading import Asked, Found, Given, schema
from revloop.analysis.registry import READINGS
from revloop.analysis.revenue.measures import CUTS
from revloop.analysis.revenue.pipeline import days_of

from ...engine.staging import on

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
_TOLERANCE = 1e-9

DEALS = schema(
    CUTS,
    {
        "opened": pa.int64(),
        "ended": pa.int64(),
        "outcome": pa.string(),
        "amount_minor": pa.int64(),
        "currency": pa.string(),
        "fx_rate": pa.float64(),
        "n": pa.int64(),
    },
)
SELLERS = schema(
    (),
    {
        "seller": pa.string(),
        "team": pa.string(),
        "region": pa.string(),
        "begins": pa.int64(),
        "ends": pa.int64(),
        "told": pa.int64(),
        "quota_minor": pa.int64(),
        "quota_currency": pa.string(),
        "quota_period": pa.string(),
    },
)
BOOKED = schema(
    ("month", *CUTS),
    {
        "kind": pa.string(),
        "from_fact": pa.string(),
        "amount_minor": pa.int64(),
        "currency": pa.string(),
        "fx_rate": pa.float64(),
        "n": pa.int64(),
    },
)


def golden(name: str) -> dict[str, Any]:
    [case] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    return dict(case)


def table(types: pa.Schema, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    usual = {cut: "not known" for cut in CUTS if cut in types.names}
    return pa.Table.from_pylist([{**usual, **row} for row in rows], schema=types)


def concluded(name: str, period: str, **sums: pa.Table) -> Found:
    asked = Asked(Period.read(period))
    return READINGS[name].conclude(Given(Setting(on(12, 31)), asked, sums))


def period_of(factors: Mapping[str, Any], months: str, *, taken: int = 0) -> list[dict[str, Any]]:
    """Opportunities that make these factors of a period, whoever its sellers are.

    What was won or lost ended on the first day, so none of it was open as a day of the period ended.
    The days of opportunities that the example has are those of others, neither won nor lost; `taken`
    are days that opportunities of a later period bring.
    """
    first, last = days_of(Period.read(months))
    win = Fraction(str(factors["win"]))
    opened = first - int(factors["cycle_days"])
    ended = {"opened": opened, "ended": first, "amount_minor": int(factors["deal"])}
    days = last - first + 1
    total = int(factors["opps_per_seller"] * factors["sellers"]) * days - taken
    return [
        {**ended, "outcome": "won", "currency": "USD", "n": win.numerator},
        {**ended, "outcome": "lost", "currency": "USD", "n": win.denominator - win.numerator},
        {"opened": first, "ended": last + 1, "outcome": "closed", "n": total // days},
        {"opened": first, "ended": first + total % days, "outcome": "closed", "n": 1},
    ]


def selling(number: int, months: str) -> list[dict[str, Any]]:
    first, last = days_of(Period.read(months))
    return [
        {"seller": f"{months}/{each}", "begins": first, "ends": last + 1, "told": 1}
        for each in range(number)
    ]


def test_the_revenue_equation_is_that_of_its_worked_example() -> None:
    case = golden("revenue_equation")
    factors, expected = case["input"], case["expected"]
    found = concluded(
        "revenue_equation",
        "2026-Q1",
        deals=table(DEALS, period_of(factors, "2026-Q1")),
        sellers=table(SELLERS, selling(factors["sellers"], "2026-Q1")),
    )
    [row] = found.table.to_pylist()

    assert {name: row[name] for name in factors if name in row} == pytest.approx(
        {name: value for name, value in factors.items() if name in row}, rel=_TOLERANCE
    )
    assert row["per_seller_per_day"] == pytest.approx(
        expected["per_seller_per_day"], rel=_TOLERANCE
    )
    assert row["per_day"] == pytest.approx(expected["team_per_day"], rel=_TOLERANCE)
    assert row["per_90_days"] == pytest.approx(expected["team_per_90_days"], rel=_TOLERANCE)
    gains = {row["factor"]: row["gain"] for row in found.more["levers"].to_pylist()}
    assert gains.pop("all") == pytest.approx(expected["gain_if_all_10pct"], rel=_TOLERANCE)
    assert gains == pytest.approx(expected["gain_from_10pct_improvement"], rel=_TOLERANCE)


def test_the_change_is_that_of_its_worked_example() -> None:
    case = golden("revenue_change_decomposition")
    before, after = (case["input"][name] for name in ("period0", "period1"))
    periods = ((before, "2026-Q1"), (after, "2026-Q2"))
    second = period_of(after, "2026-Q2")
    ended = sum(row["n"] for row in second if row["outcome"] in {"won", "lost"})
    first = period_of(before, "2026-Q1", taken=ended * after["cycle_days"])
    found = concluded(
        "revenue_change",
        "2026-Q2",
        deals=table(DEALS, [*first, *second]),
        sellers=table(
            SELLERS,
            [row for factors, months in periods for row in selling(factors["sellers"], months)],
        ),
    )
    [whole] = found.more["whole"].to_pylist()
    rows = {row["factor"]: row for row in found.table.to_pylist()}
    expected = case["expected"]

    assert (whole["before"], whole["after"], whole["delta"]) == pytest.approx(
        (expected["R0"], expected["R1"], expected["delta"]), rel=_TOLERANCE
    )
    for column, name in (("change", "shapley"), ("lmdi", "lmdi")):
        told = {factor: row[column] for factor, row in rows.items()}
        assert told == pytest.approx(expected[name], rel=_TOLERANCE)
        assert sum(told.values()) == pytest.approx(expected[f"{name}_sum"], rel=_TOLERANCE)
    assert {row["mix"] for row in rows.values()} == {0}, "there is one segment"


def test_quota_attainment_is_that_of_its_worked_example() -> None:
    case = golden("quota_attainment")
    reps, expected = case["input"]["reps"], case["expected"]
    first, _ = days_of(Period.read("2026-01"))
    found = concluded(
        "quota_attainment",
        "2026-01",
        deals=table(DEALS, [{"opened": first, "outcome": "open", "n": 1}]),
        sellers=table(
            SELLERS,
            [
                {"seller": each["rep"], "begins": first, "told": 1}
                | {"quota_minor": each["quota"], "quota_currency": "USD", "quota_period": "month"}
                for each in reps
            ],
        ),
        booked=table(
            BOOKED,
            [
                {"month": "2026-01", "seller": each["rep"], "kind": "booking", "n": 1}
                | {"from_fact": "booking", "amount_minor": each["bookings"], "currency": "USD"}
                for each in reps
            ],
        ),
    )
    [group] = found.more["groups"].to_pylist()

    assert (group["n"], group["x"]) == (expected["carrying"], expected["made"])
    assert group["share"] == pytest.approx(expected["share_made"], rel=_TOLERANCE)
    assert group["of_quotas"] == pytest.approx(expected["aggregate_attainment"], rel=_TOLERANCE)
    assert group["without_quota"] == 1


def test_mix_and_rates_are_those_of_their_worked_example() -> None:
    case = golden("mix_rate_decomposition")
    segments, expected = case["input"]["segments"], case["expected"]
    usual = dict.fromkeys(("source", "region", "team", "lane", "entry_point"), "not known")
    rows = [
        {"stage": "mql", "later": "sal", "month": month, "segment": name, "horizon": 30, **usual}
        | {"mature": each[period][0], "converted": each[period][1]}
        for name, each in segments.items()
        for period, month in (("period0", "2026-01"), ("period1", "2026-02"))
    ]
    asked = Asked(Period.read("2026-02"), by=("segment",))
    steps = pa.Table.from_pylist(rows)
    found = READINGS["mix"].conclude(Given(Setting(on(12, 31)), asked, {"steps": steps}))
    [row] = found.table.to_pylist()
    parts = {part["part"]: part for part in found.more["parts"].to_pylist()}

    assert (row["rate_before"], row["rate"], row["delta"]) == pytest.approx(
        (expected["overall0"], expected["overall1"], expected["delta"]), rel=_TOLERANCE
    )
    assert row["mix"] == pytest.approx(expected["mix_total"], rel=_TOLERANCE)
    assert row["rates"] == pytest.approx(expected["rate_total"], rel=_TOLERANCE)
    assert {name: part["mix"] for name, part in parts.items()} == pytest.approx(
        expected["mix"], rel=_TOLERANCE
    )
    assert {name: part["rates"] for name, part in parts.items()} == pytest.approx(
        expected["rate"], rel=_TOLERANCE
    )
    assert row["says"] == "mix"
