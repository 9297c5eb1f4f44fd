"""Mix and rates: a planted shift of the leads is told as mix, and other rates as rates."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from revloop.analysis.ground import Setting
from revloop.analysis.loop import mixture
from revloop.analysis.loop.passes import steps
from revloop.analysis.periods import Period
from revloop.analysis.reading import Asked, Found, Given

SETTING = Setting(datetime(2026, 7, 1, tzinfo=UTC))
NOW = Period.read("2026-Q2")
SHARES = {"organic": 0.30, "paid_search": 0.25, "webinar": 0.20, "event": 0.13, "partner": 0.12}
SHIFTED = {"organic": 0.21, "paid_search": 0.17, "webinar": 0.45, "event": 0.09, "partner": 0.08}
RATES = {"organic": 0.31, "paid_search": 0.28, "webinar": 0.19, "event": 0.23, "partner": 0.33}
PARTS = ("small", "large")
SEEDS = range(50)


def company(
    seed: int, *, shares: dict[str, float] = SHARES, lost: float = 0.0, leads: int = 2_400
) -> Given:
    """Two quarters of leads; in the second the sources have these shares, or all rates are lower."""
    chance = np.random.default_rng(seed)
    rows = []
    for stage, later in steps(SETTING):
        for period, of in ((NOW.before, SHARES), (NOW, shares if stage == "inquiry" else SHARES)):
            drop = lost if period == NOW and stage == "inquiry" else 0.0
            counts = chance.multinomial(leads, list(of.values()))
            for source, count in zip(of, counts, strict=True):
                for part, n in zip(PARTS, chance.multinomial(count, [0.6, 0.4]), strict=True):
                    rows.append(
                        {
                            "stage": stage,
                            "later": later,
                            "month": period.months[0],
                            "source": source,
                            "segment": part,
                            "mature": int(n),
                            "converted": int(chance.binomial(n, RATES[source] - drop)),
                        }
                    )
    return Given(SETTING, Asked(NOW), {"steps": pa.Table.from_pylist(rows)})


def said(found: Found, stage: str = "inquiry", parted_by: str = "source") -> dict[str, object]:
    [row] = [
        row
        for row in found.table.to_pylist()
        if (row["stage"], row["parted_by"]) == (stage, parted_by)
    ]
    return dict(row)


def test_a_pure_shift_of_the_sources_is_told_as_mix() -> None:
    """Nine of ten companies say so, and the truth is in the interval of nearly all of them."""
    middle = {name: (SHARES[name] + SHIFTED[name]) / 2 for name in SHARES}
    overall = sum(middle[name] * RATES[name] for name in SHARES)
    truth = sum((SHIFTED[name] - SHARES[name]) * (RATES[name] - overall) for name in SHARES)
    rows = [said(mixture.conclude(company(seed, shares=SHIFTED))) for seed in SEEDS]

    assert truth == pytest.approx(-0.0252, abs=0.0001)
    assert sum(row["says"] == "mix" for row in rows) >= 45
    # Of 50 intervals of 95 % three miss, and two deviations more.
    for name, true in (("mix", truth), ("rates", 0.0)):
        held = [row[f"{name}_low"] <= true <= row[f"{name}_high"] for row in rows]  # type: ignore[operator]
        assert sum(held) >= 44, name


def test_other_rates_in_every_source_are_told_as_rates() -> None:
    rows = [said(mixture.conclude(company(seed, lost=0.06))) for seed in SEEDS]

    assert sum(row["says"] == "rates" for row in rows) >= 45
    held = [row["rates_low"] <= -0.06 <= row["rates_high"] for row in rows]  # type: ignore[operator]
    assert sum(held) >= 44


def test_where_nothing_changed_few_companies_see_a_change() -> None:
    """One family of all steps and cuts with q = 0.10: at most one of ten, and two deviations."""
    alarms = [
        any(row["says"] != "chance" for row in mixture.conclude(company(seed)).table.to_pylist())
        for seed in SEEDS
    ]

    assert sum(alarms) <= 10


def test_the_sentence_names_the_step_and_the_part_that_grew() -> None:
    found = mixture.conclude(company(1, shares=SHIFTED))

    assert found.sentence.startswith("Between 2026-Q1 and 2026-Q2 conversion from lead to MQL went")
    assert "Parted by source" in found.sentence
    assert "the mix changed (webinar from " in found.sentence
    assert found.headline is not None
    assert found.headline.value == said(found)["mix"]


def test_parts_add_up_to_the_change() -> None:
    found = mixture.conclude(company(2, shares=SHIFTED))
    for row in found.table.to_pylist():
        parts = [
            part
            for part in found.more["parts"].to_pylist()
            if (part["stage"], part["parted_by"]) == (row["stage"], row["parted_by"])
        ]
        assert sum(part["mix"] for part in parts) == pytest.approx(row["mix"])
        assert sum(part["rates"] for part in parts) == pytest.approx(row["rates"])
        assert row["mix"] + row["rates"] == pytest.approx(row["rate"] - row["rate_before"])
        assert sum(part["share"] for part in parts) == pytest.approx(1)


def test_without_leads_in_both_periods_nothing_is_compared() -> None:
    given = company(3)
    later = Given(SETTING, Asked(Period.read("2026-Q4")), given.tables)
    found = mixture.conclude(later)

    assert found.table.num_rows == 0
    assert found.headline is None
    assert found.sentence == "No step was taken by 20 leads in both 2026-Q3 and 2026-Q4."


def test_without_a_period_it_is_the_last_quarter_that_is_over() -> None:
    given = company(4)
    found = mixture.conclude(Given(SETTING, Asked(), given.tables))

    assert found.sentence.startswith("Between 2026-Q1 and 2026-Q2 ")
