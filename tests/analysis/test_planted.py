"""What was planted in the example company comes out of the readings as it was put in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from revloop import intake, operations
from revloop.analysis.credit.credit import READING as CREDIT
from revloop.analysis.credit.decisions import (
    ALIKE,
    DEPENDS,
    EXPERIMENT,
    HOLD,
    NOT_JUDGED,
    RAISE,
)
from revloop.analysis.experiments.incremental import TOLD
from revloop.analysis.ground import Ground
from revloop.analysis.periods import Period
from revloop.analysis.promises import clocks, followed
from revloop.analysis.promises.statistics.response import Stratum, mantel_haenszel
from revloop.analysis.rates import Rate
from revloop.analysis.reading import Asked, Result, concluded
from revloop.example import Company, make
from revloop.example.moments import DAY, Flags, known
from revloop.example.truths import CHANNELS, HEATS, SOURCES, TRUTHS
from revloop.kit import folder
from revloop.upkeep import example, readings

from ..example.acme import UNTIL, company

pytestmark = pytest.mark.slow

AT = datetime(2026, 10, 1, 6, tzinfo=UTC)
STAGE = {"captured": "inquiry", "mql": "mql", "sal": "sal", "sql": "sql"}


@pytest.fixture(scope="module")
def truths() -> dict[str, Any]:
    return company("demo").truths()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    place = tmp_path_factory.mktemp("planted")
    company("demo").write_facts(place / "facts", truth=place / "truth")
    workspace = folder.create(place / "acme", company="Acme", timezone="America/New_York")
    operations.connect(workspace, create=True)
    intake.run(intake.Request(place / "facts", "tester", AT, link=False), workspace)
    example.sign(workspace, actor="tester")
    with readings.ground(workspace) as found:
        yield found
    operations.disconnect()


def read(on: Ground, name: str, quarter: str | None = None) -> Result:
    asked = Asked(Period.read(quarter) if quarter else None)
    return readings.read(on, name, asked)


def test_the_true_effect_of_an_answer_lies_in_the_interval_and_the_crude_one_does_not(
    ground: Ground,
) -> None:
    ratios = read(ground, "response_curve").found.more["ratios"].to_pylist()
    [working] = [row for row in ratios if row["clock"] == "working time"]

    assert working["adjusted_low"] < TRUTHS.response_risk_ratio < working["adjusted_high"]
    assert working["crude_low"] > working["adjusted_high"]
    assert working["crude"] == pytest.approx(2.9, abs=0.3)


def test_the_leaks_that_many_leads_show_are_found_at_their_step_and_segment(
    ground: Ground, truths: dict[str, Any]
) -> None:
    """Eight points among 500 leads or more; of the first quarter there is no year before it."""
    seen = 0
    for leak in truths["leaks"][1:]:
        tests = read(ground, "leaks", leak["quarter"]).found.more["tests"].to_pylist()
        step = STAGE[leak["step"].split("_")[0]]
        [mine] = [
            row
            for row in tests
            if (row["stage"], row["cut"], row["value"]) == (step, "segment", leak["segment"])
        ]
        if mine["n"] >= 500:
            assert mine["is_leak"], leak["quarter"]
            assert mine["drop"] == pytest.approx(leak["pp"] / 100, abs=0.05)
            seen += 1
    assert seen >= 2


def test_steps_where_nothing_leaks_raise_few_alarms(ground: Ground, truths: dict[str, Any]) -> None:
    """Whole steps alone, one family of six in each quarter, at a false discovery rate of one in ten."""
    alarms = []
    for leak in truths["leaks"][1:]:
        step = STAGE[leak["step"].split("_")[0]]
        shifted = leak["quarter"] == truths["mix_shift"]["quarter"]
        for row in read(ground, "leaks", leak["quarter"]).table.to_pylist():
            planted = row["stage"] == step or (shifted and row["stage"] == "inquiry")
            if row["cut"] is None and not planted:
                alarms.append((leak["quarter"], row["stage"]))
    assert len(alarms) <= 2, alarms


def test_the_planted_shift_is_told_as_mix(ground: Ground, truths: dict[str, Any]) -> None:
    shift = truths["mix_shift"]
    [row] = [
        row
        for row in read(ground, "mix", shift["quarter"]).table.to_pylist()
        if (row["stage"], row["parted_by"]) == ("inquiry", "source")
    ]

    assert row["says"] == "mix"
    assert row["mix_low"] < shift["mix_effect"] < row["mix_high"]
    assert row["rates_low"] < shift["rate_effect"] < row["rates_high"]


def test_clocks_that_no_fact_tells_of_follow_from_what_happened(ground: Ground) -> None:
    """The example's source tells of every clock; without it each is the same to the microsecond."""
    wanted = ["promise", "inquiry_id", "owner_user_id", "begin", "stopped"]
    told, found = (
        ground.facts.arrow(made(ground).select(wanted)).sort_by(
            [(name, "ascending") for name in wanted]
        )
        for made in (clocks.told, followed.followed)
    )

    assert told.num_rows > 7_000
    assert found.equals(told)


def test_a_channel_that_does_nothing_is_told_from_those_that_help(ground: Ground) -> None:
    """Display is shown to the warm: it looks good until leads alike are compared, and earns credit."""
    lift = {row["channel"]: row for row in read(ground, "channel_lift").table.to_pylist()}
    true = dict(zip(CHANNELS, TRUTHS.channel_risk_ratios, strict=True))

    assert lift["display"]["crude"] > 1.5
    for channel in CHANNELS:
        assert lift[channel]["low"] < true[channel] < lift[channel]["high"], channel
    for channel in ("event", "webinar"):
        assert lift[channel]["low"] > 1, channel


def test_of_many_companies_19_in_20_intervals_hold_the_planted_ratio() -> None:
    """Leads alike are told without a bias; of one company an interval may miss, as chance has it.

    That of webinars in the company of `revloop demo` does: 1.55 (1.34 to 1.80), where 1.25 is planted.
    Each hand that a channel had touched has its ratio once, however many touches there were.
    """
    found = [alike(make("demo", seed=seed, until=UNTIL)) for seed in range(1, 13)]
    pooled = {
        channel: mantel_haenszel([each for strata in found for each in strata[channel]])
        for channel in CHANNELS
    }
    true = dict(zip(CHANNELS, TRUTHS.channel_risk_ratios, strict=True))
    held = [
        between.low < true[channel] < between.high
        for strata in found
        for channel in CHANNELS
        if (between := mantel_haenszel(strata[channel]).interval) is not None
    ]

    assert len(held) == 72
    # 19 in 20 of 72 are 68.4; fewer than 63 come once in a hundred times.
    assert sum(held) >= 63
    for channel, ratio in pooled.items():
        assert ratio.value == pytest.approx(true[channel], rel=0.08), channel


def alike(made: Company) -> dict[str, list[Stratum]]:
    """By channel, leads of one source and one rating that it had touched, and the others.

    As the reading counts them, without a lake: of hands at least 90 days old, those that became an
    opportunity within 90 days.
    """
    [story] = made.stories()
    hands, passes, within = story.hands, story.passes, 90 * DAY
    became = known(passes.opportunity_at) & (passes.number == 1)
    in_time = passes.opportunity_at - hands.at[passes.inquiry] <= within
    reached = np.zeros(hands.size, np.bool_)
    reached[passes.inquiry[became & in_time]] = True
    mature = hands.at <= story.world.end - within
    kinds = hands.source * len(HEATS) + hands.heat
    strata: dict[str, list[Stratum]] = {}
    for place, channel in enumerate(CHANNELS):
        touched = hands.touched[:, place]
        strata[channel] = [
            Stratum(
                _rate(reached, mature & (kinds == kind) & touched),
                _rate(reached, mature & (kinds == kind) & ~touched),
            )
            for kind in range(len(SOURCES) * len(HEATS))
        ]
    return strata


def _rate(reached: Flags, rows: Flags) -> Rate:
    return Rate(int((reached & rows).sum()), int(rows.sum()))


def test_the_noise_channel_is_not_raised_whatever_credit_it_earns(ground: Ground) -> None:
    for quarter in ("2026-Q2", "2026-Q3"):
        found = read(ground, "roi", quarter).found.more["decisions"].to_pylist()
        decisions = {row["channel"]: row for row in found}

        assert decisions["display"]["raise"] >= 5, "it earns credit by most models"
        assert decisions["display"]["verdict"] == HOLD
        assert decisions["brand"]["verdict"] == NOT_JUDGED
        assert decisions["webinar"]["verdict"] in {RAISE, DEPENDS}
        assert decisions["webinar"]["rests_on"] == decisions["display"]["rests_on"] == EXPERIMENT
        assert decisions["event"]["rests_on"] == ALIKE


def test_what_was_held_back_by_lot_shows_what_was_planted(
    ground: Ground, truths: dict[str, Any]
) -> None:
    found = read(ground, "incremental")
    rows = {row["channel"]: row for row in found.table.to_pylist()}

    assert set(rows) == {"display", "webinar"}
    for row in rows.values():
        planted = truths["experiments"][row["experiment"]]
        assert row["state"] == TOLD
        assert row["low"] < planted["risk_ratio"] < row["high"]
        assert row["mean_held_back"] == pytest.approx(planted["share_held_back"], abs=0.05)
    assert rows["webinar"]["low"] > 1
    assert not rows["display"]["is_clear"]


def test_every_month_is_credited_to_the_cent(ground: Ground) -> None:
    months = [f"2026-{month:02}" for month in range(1, 10)]
    tables = {each.name: ground.facts.arrow(each.measure(ground)) for each in CREDIT.sums}
    booked = {row["month"]: row["booked"] for row in read(ground, "bookings").table.to_pylist()}
    for month in months:
        models = (
            concluded(CREDIT, ground.setting, Asked(Period.read(month)), tables, snapshot="")
            .found.more["models"]
            .to_pylist()
        )
        assert len(models) == 9
        for each in models:
            assert each["credited"] + each["unattributed"] == booked[month], (month, each["model"])


@pytest.mark.parametrize("name", ["channel_lift", "response_curve"])
def test_what_only_many_leads_draw_is_what_vega_lite_knows(ground: Ground, name: str) -> None:
    chart = read(ground, name).chart()

    assert chart is not None
    assert chart.to_dict(validate=True)["$schema"]
