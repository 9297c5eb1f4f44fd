"""The planted effects are in the data: hidden where they are to be hidden, and of their size."""

# ruff: noqa: S608 - every name in a query is one of ours

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from revloop.example import TRUTHS, agreements, learning
from revloop.example.truths import CHANNELS
from revloop.kit.working_time.columns import Clocks, elapsed

from .acme import SEEDS, company, facts, texts
from .acme import table as made

Column = NDArray[Any]
FLOOR_OF_CHANCE = 3.3
"""Standard errors within which a figure has to lie that nothing but chance moves."""


@pytest.fixture(scope="module")
def truths() -> dict[str, Any]:
    return company("demo").truths()


def standard_error(share: float, size: int) -> float:
    return float(np.sqrt(share * (1 - share) / size))


def assert_share(share: float, of: float, size: int) -> None:
    assert abs(share - of) < FLOOR_OF_CHANCE * standard_error(of, size), (share, of, size)


def risk_ratio(treated: Column, succeeded: Column, stratum: Column) -> float:
    """Mantel and Haenszel: the ratio over strata, each by its weight."""
    above = below = 0.0
    for name in set(stratum):
        here = stratum == name
        some, others = here & treated, here & ~treated
        above += succeeded[some].sum() * others.sum() / here.sum()
        below += succeeded[others].sum() * some.sum() / here.sum()
    return float(above / below)


# response


@pytest.fixture(scope="module")
def answered() -> dict[str, Column]:
    """Inquiries with an attempt, at least 90 days before the end: warmth, speed and success."""
    rows = facts("demo")("""
        with qualified as (
            select inquiry_id, min("at") as sql_at from lifecycle_transition
            where to_state = 'sql' group by 1
        ), tries as (
            select inquiry_id, min("at") as tried_at from activity
            where not automated and inquiry_id is not null group by 1
        )
        select i."at" as raised_at, tried_at, i.rating, a.region = 'berlin' as in_berlin,
            coalesce(sql_at <= i."at" + interval 90 days, false) as succeeded
        from inquiry i join tries on tries.inquiry_id = i.id join account a on a.id = i.account_id
        left join qualified on qualified.inquiry_id = i.id
        where i."at" < timestamptz '2026-07-03' and state <> 'duplicate'
    """)
    clocks = Clocks(
        agreements.calendars(),
        rows["in_berlin"].astype(np.int64),
        rows["raised_at"].astype("M8[us]"),
    )
    open_minutes = elapsed(clocks, rows["tried_at"].astype("M8[us]")) / np.timedelta64(1, "m")
    # The clock of the truth begins when the inquiry has been routed, within 40 seconds.
    return rows | {"fast": open_minutes <= 5 + 40 / 60}


def test_who_is_answered_at_once_succeeds_three_times_as_often(
    answered: dict[str, Column],
) -> None:
    fast, won = answered["fast"], answered["succeeded"]
    assert 2.6 < won[fast].mean() / won[~fast].mean() < 3.2


def test_of_the_same_warmth_it_is_a_third_more(answered: dict[str, Column]) -> None:
    ratio = risk_ratio(answered["fast"], answered["succeeded"], answered["rating"])
    assert abs(ratio - TRUTHS.response_risk_ratio) < 0.15


def test_the_warm_are_answered_sooner(answered: dict[str, Column]) -> None:
    for rating, share in zip(("Hot", "Warm", "Cold"), TRUTHS.fast_share, strict=True):
        of_rating = answered["fast"][answered["rating"] == rating]
        assert abs(of_rating.mean() - share) < 0.04, rating


# stages, leaks and mixture

_STEP_STATES = {
    "captured_mql": ("captured", "mql"),
    "mql_sal": ("mql", "sal"),
    "sal_sql": ("sal", "sql"),
    "sql_opportunity": ("sql", "opportunity"),
}
_ENTERED = """
    with returned as (
        select inquiry_id, min("at") as returned_at from lifecycle_transition
        where reason = 'returned' group by 1
    ), entered as (
        select l.inquiry_id, min("at") filter (to_state = '{before}') as entered_at,
            bool_or(to_state = '{after}') as took,
            bool_or(to_state = 'duplicate' or coalesce(reason, '') = 'spam') as no_lead
        from lifecycle_transition l left join returned r on r.inquiry_id = l.inquiry_id
        where subject = 'inquiry' and (returned_at is null or "at" < returned_at) group by 1
    )
    select took, i.segment, lead_source as source, rating, i.source_id,
        year(entered_at) || '-Q' || quarter(entered_at) as quarter
    from entered join inquiry i on i.id = entered.inquiry_id join account a on a.id = i.account_id
    where entered_at < timestamptz '2026-08-15' and not no_lead and i.owner_user_id is not null
        and (customer_since is null or i."at" < customer_since)
"""


def entered(step: str) -> dict[str, Column]:
    """First ways through a step: in which quarter it was come to, and whether it was taken."""
    before, after = _STEP_STATES[step]
    return facts("demo")(_ENTERED.format(before=before, after=after))


def test_one_step_leaks_in_each_quarter(truths: dict[str, Any]) -> None:
    quarters = [leak["quarter"] for leak in truths["leaks"]]
    assert quarters == sorted(set(quarters))
    assert len(quarters) == 8
    assert all(leak["pp"] == 8 for leak in truths["leaks"])


def test_a_leaking_step_loses_8_points_in_its_segment_alone(truths: dict[str, Any]) -> None:
    """Against the same cell without the leak: those that it took put back."""
    losses, changes, sizes = [], [], []
    for leak in truths["leaks"]:
        rows = entered(leak["step"])
        here, mine = rows["quarter"] == leak["quarter"], rows["segment"] == leak["segment"]
        lost = np.isin(rows["source_id"], leak["inquiries_lost"])
        cell = here & mine
        assert not rows["took"][lost & cell].any(), "what was taken away did not get on"
        losses.append(lost[cell].mean())
        # The other segments of the quarter say what the cell would have been like.
        usual = rows["took"][~here & mine].mean() - rows["took"][~here & ~mine].mean()
        changes.append(rows["took"][cell].mean() - rows["took"][here & ~mine].mean() - usual)
        sizes.append(int(cell.sum()))

    assert abs(np.average(losses, weights=sizes) - 0.08) < 0.015, losses
    assert abs(np.average(changes, weights=sizes) + 0.08) < 0.04, changes


def test_a_shift_of_the_mixture_moves_the_rate_and_no_rate_of_a_source(
    truths: dict[str, Any],
) -> None:
    shift = truths["mix_shift"]
    rows = entered(shift["step"])
    here = rows["quarter"] == shift["quarter"]
    for source, share in shift["shares_during"].items():
        mine = rows["source"] == source
        assert abs(mine[here].mean() - share) < 0.03, source
        assert abs(mine[~here].mean() - shift["shares_before"][source]) < 0.02, source
        gone, usual = rows["took"][mine & here], rows["took"][mine & ~here]
        assert abs(gone.mean() - usual.mean()) < FLOOR_OF_CHANCE * standard_error(
            usual.mean(), gone.size
        )
    assert rows["took"][here].mean() < rows["took"][~here].mean() - 0.01


def test_a_fair_helps_an_opportunity_and_a_banner_does_not() -> None:
    """Channels by the touches before the inquiry; of the same source, for that is a channel too."""
    ratios = {}
    for channel in ("event", "display"):
        parts = [
            facts("demo", seed)(f"""
                select i.lead_source as source, bool_or(l.to_state = 'opportunity') as became,
                    any_value(exists (
                        select 1 from touch t where t.contact_id = i.contact_id
                        and t.channel = '{channel}' and t."at" <= i."at" and not t.is_bot
                    )) as touched
                from inquiry i join lifecycle_transition l on l.inquiry_id = i.id
                group by i.id, i.lead_source having bool_or(l.to_state = 'sql')
                    and max(i."at") < timestamptz '2026-07-03' and i.lead_source <> '{channel}'
            """)
            for seed in SEEDS[:2]
        ]
        rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        ratios[channel] = risk_ratio(rows["touched"], rows["became"], rows["source"])

    assert abs(ratios["event"] - TRUTHS.channel_risk_ratios[3]) < 0.2
    assert abs(ratios["display"] - 1) < 0.12


# winning: discounts, competitors and content


@pytest.fixture(scope="module")
def decided() -> dict[str, Column]:
    """Closed new business of several companies, with discount, competitor and content used."""
    parts = [
        facts("demo", seed)("""
            with lines as (
                select opportunity_id, avg(discount) as discount from quote_line group by 1
            ), used as (
                select opportunity_id, content_asset_id as asset, min("at") as used_at
                from content_use where opportunity_id is not null group by 1, 2
            )
            select o.is_won as won, coalesce(discount, 0) as discount, segment,
                competitor is not null as hard,
                epoch(closed_at - o."at") / 86400 as days,
                coalesce(epoch(u.used_at - o."at") / 86400, 9999) as useful_after,
                coalesce(epoch(p.used_at - o."at") / 86400, 9999) as placebo_after
            from opportunity o left join lines on lines.opportunity_id = o.id
            left join used u on u.opportunity_id = o.id and u.asset = 'acme:k-1'
            left join used p on p.opportunity_id = o.id and p.asset = 'acme:k-2'
            where is_closed and opportunity_type = 'new' order by o.id
        """)
        for seed in SEEDS
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def effects(rows: dict[str, Column], *names: str, where: Column | None = None) -> dict[str, float]:
    """What each of these adds to the chance to win, given the others: least squares."""
    kept = np.ones(rows["won"].size, np.bool_) if where is None else where
    columns = [np.ones(int(kept.sum()))]
    columns += [np.asarray(rows[name], float)[kept] for name in names]
    found, *_ = np.linalg.lstsq(np.column_stack(columns), rows["won"][kept].astype(float))
    return dict(zip(names, found[1:].tolist(), strict=True))


def test_discounts_look_harmful_and_help(decided: dict[str, Column]) -> None:
    rows = decided | {
        "useful": decided["useful_after"] <= 25,
        "enterprise": decided["segment"] == "enterprise",
        "small": decided["segment"] == "small_business",
    }
    crude = effects(rows, "discount")["discount"]
    true = effects(rows, "discount", "hard", "useful", "enterprise", "small")

    assert crude < -0.1
    assert abs(true["discount"] - TRUTHS.discount_pp / 10) < 0.2
    assert abs(true["hard"] - TRUTHS.hard_pp / 100) < 0.04


def test_the_useful_asset_adds_6_points(decided: dict[str, Column]) -> None:
    rows = decided | {"useful": decided["useful_after"] <= 25}
    found = effects(rows, "useful", "hard", "discount")["useful"]

    assert abs(found - TRUTHS.useful_pp / 100) < 0.035


def test_the_placebo_looks_useful_until_one_looks_from_a_landmark(
    decided: dict[str, Column],
) -> None:
    used = decided | {
        "ever": decided["placebo_after"] < 9999,
        "early": decided["placebo_after"] <= 30,
    }
    crude = effects(used, "ever")["ever"]
    from_landmark = effects(used, "early", where=decided["days"] > 30)["early"]

    assert crude > 0.03
    assert abs(from_landmark) < 0.035
    assert from_landmark < crude / 2


def test_four_fifths_of_the_content_is_used_by_nobody(truths: dict[str, Any]) -> None:
    unused = facts("demo")("""
        select source_id from content_asset a where is_sales_facing and status = 'approved'
        and not exists (
            select 1 from content_use u where u.content_asset_id = a.id
            and u."at" >= timestamptz '2026-10-01' - interval 90 days
        )
    """)["source_id"]

    assert set(unused) == set(truths["content"]["unused"])
    assert len(unused) == round(TRUTHS.unused_share * 60)


def test_a_seventh_of_the_larger_discounts_was_asked_of_nobody(truths: dict[str, Any]) -> None:
    ask = facts("demo")
    found = ask("""
        select o.source_id from opportunity o join quote_line q on q.opportunity_id = o.id
        where q.discount > 0.10 and o.opportunity_type <> 'renewal'
        and not exists (select 1 from discount_request r where r.opportunity_id = o.id)
        group by 1
    """)["source_id"]
    large = ask.one("""
        select count(distinct o.id) from opportunity o join quote_line q on q.opportunity_id = o.id
        where q.discount > 0.10 and o.opportunity_type <> 'renewal'
    """)

    assert set(truths["discounts"]["without_request"]) <= set(found)
    assert abs(len(truths["discounts"]["without_request"]) / large - TRUTHS.override_share) < 0.03


# customers, brand, experiments


def test_customers_who_stay_leave_less_often_each_year() -> None:
    rows = facts("demo")("""
        with terms as (
            select kind, row_number() over (partition by account_id order by "at") as term
            from booking where kind in ('renewal', 'churn')
        )
        select term, avg((kind = 'churn')::int) as left_, count(*) as n from terms
        where term <= 3 group by 1 order by 1
    """)
    alpha, beta = TRUTHS.churn_alpha, TRUTHS.churn_beta
    for left, term, size in zip(rows["left_"], rows["term"], rows["n"], strict=True):
        assert_share(left, alpha / (alpha + beta + term - 1), int(size))


def test_the_brand_moves_demand_and_leaves_no_touch(truths: dict[str, Any]) -> None:
    weekly = np.array(truths["brand"]["weekly_spend"], float)
    counted = facts("demo")("""
        select ("at"::date - date '2024-10-01') // 7 as week, count(*) as n
        from inquiry group by 1 order by 1
    """)["n"].astype(float)[: weekly.size - 1]
    week = np.arange(counted.size)

    def left_unexplained(kept: float) -> float:
        effect = [0.0]
        for spent in weekly:
            effect.append(spent + kept * effect[-1])
        columns = [np.ones_like(week), week, np.sin(2 * np.pi * week / 52)]
        columns.append(np.array(effect[1 : counted.size + 1]) / max(effect))
        _, rest, *_ = np.linalg.lstsq(np.column_stack(columns), counted)
        return float(rest[0])

    best = min(np.arange(0.0, 0.96, 0.05).tolist(), key=left_unexplained)
    assert abs(best - TRUTHS.adstock) <= 0.2
    assert "brand" not in texts(made("demo", "touch")["channel"])


def test_one_experiment_worked_and_one_did_not() -> None:
    found = {}
    for experiment in ("short-form", "green-button"):
        counts = np.zeros((2, 2))
        for seed in SEEDS:
            rows = facts("demo", seed)(f"""
                select variant <> 'control' as treated, sum(value) as booked, count(*) as n
                from experiment_outcome o join experiment_exposure e
                using (experiment, contact_id) where experiment = '{experiment}' group by 1
            """)
            for treated, booked, size in zip(
                rows["treated"], rows["booked"], rows["n"], strict=True
            ):
                counts[int(treated)] += booked, size
        found[experiment] = float(counts[1, 0] / counts[1, 1] - counts[0, 0] / counts[0, 1])

    assert abs(found["short-form"] - TRUTHS.experiment_lift_pp / 100) < 0.015
    assert abs(found["green-button"]) < 0.015


def test_whoever_a_channel_was_held_back_from_was_not_touched_by_it() -> None:
    for channel in learning.HOLDOUTS:
        rows = facts("demo")(f"""
            select variant, count(*) as n, avg(exists (
                select 1 from touch t where t.contact_id = e.contact_id
                and t.channel = '{channel}' and t."at" >= e."at"
            )::int) as touched
            from experiment_exposure e where channel = '{channel}' group by 1 order by 1
        """)
        assert rows["variant"].tolist() == ["held back", "shown"]
        assert rows["touched"].tolist() == [0, 1]


def test_the_lot_knows_nothing_of_how_warm_somebody_is() -> None:
    """Display is shown to the warm; of those who were in its lot half of each warmth were."""
    shares = facts("demo")("""
        select rating, avg((variant = 'shown')::int) as shown, count(*) as n
        from experiment_exposure e join inquiry i using (contact_id)
        where e.channel = 'display' group by 1
    """)
    for shown, size in zip(shares["shown"], shares["n"], strict=True):
        assert_share(shown, 0.5, int(size))


def test_those_who_were_shown_it_agree_to_a_talk_so_many_times_as_often() -> None:
    for channel in learning.HOLDOUTS:
        counts: dict[bool, Column] = {}
        for seed in SEEDS:
            rows = facts("demo", seed)(f"""
                select is_held_back as held, sum(value) as x, count(*) as n
                from experiment_outcome o join experiment_exposure e
                using (experiment, contact_id) where channel = '{channel}' group by 1
            """)
            for held, x, n in zip(rows["held"], rows["x"], rows["n"], strict=True):
                counts[bool(held)] = counts.get(bool(held), 0) + np.array([x, n])
        share = {held: x / n for held, (x, n) in counts.items()}

        assert_share(share[True], TRUTHS.holdout_base, int(counts[True][1]))
        wanted = TRUTHS.channel_risk_ratios[CHANNELS.index(channel)]
        assert share[False] / share[True] == pytest.approx(wanted, rel=0.08)


# time


@pytest.mark.parametrize(
    ("region", "zone", "changes"),
    [
        ("new_york", "America/New_York", ("2024-11-03", "2025-03-09", "2025-11-02", "2026-03-08")),
        ("berlin", "Europe/Berlin", ("2024-10-27", "2025-03-30", "2025-10-26", "2026-03-29")),
    ],
)
def test_people_keep_their_hours_over_both_changes_of_the_clock(
    region: str, zone: str, changes: tuple[str, ...]
) -> None:
    ask = facts("demo")
    of_region = f"from inquiry i join account a on a.id = i.account_id where a.region = '{region}'"
    hours = ask(f"""
        select extract(month from i."at") between 4 and 10 as summer,
            avg(hour(i."at")) as utc, avg(hour(timezone('{zone}', i."at"))) as local
        {of_region} group by 1 order by 1
    """)
    assert abs(hours["local"][1] - hours["local"][0]) < 0.35
    night = "hour(timezone('{zone}', i.\"at\")) between 1 and 5"
    assert ask.one(f"select count(*) {of_region} and {night.format(zone=zone)}") > 0
    for change in changes:
        day = f"""(i."at")::date between date '{change}' - 1 and date '{change}' + 1"""
        assert ask.one(f"select count(*) {of_region} and {day}") > 10, change


def test_the_agreement_changes_while_leads_are_on_their_way() -> None:
    versions = facts("demo")("""
        select coalesce(agreement_version, '') as version, count(*) as n
        from inquiry group by 1 order by 1
    """)
    assert versions["version"].tolist() == ["", "1.0.0", "2.0.0", "2.1.0"]
    assert (versions["n"] > 1_000).all()


# people and dirt


def test_machines_make_4_of_100_touches() -> None:
    assert facts("demo").one("select avg(is_bot::int) from touch") == pytest.approx(0.04, abs=1e-4)


def test_6_of_100_people_have_no_title() -> None:
    ask = facts("demo")
    people = "from contact where source_id like 'p-%'"
    size = ask.one(f"select count(*) {people}")
    assert_share(ask.one(f"select avg((title is null)::int) {people}"), 0.06, size)


def test_3_of_100_people_have_a_second_record_and_1_was_merged(truths: dict[str, Any]) -> None:
    ask = facts("demo")
    size = ask.one("select count(*) from contact where source_id like 'p-%'")
    second = ask.one("select count(*) from contact where source_id like 'q-%'")
    merged = ask.one(
        "select count(*) from contact where source_id like 'q-%' and became_contact_id is not null"
    )
    assert abs(second / size - TRUTHS.duplicate_share) < 0.003
    assert abs(merged / size - TRUTHS.merged_share) < 0.003
    pairs = [pair for pair in truths["identity"]["same_person"] if pair[1].startswith("q-")]
    assert len(pairs) == second
    assert len(truths["identity"]["merged_in_source"]) == merged


def test_2_of_100_people_were_taken_for_a_colleague_and_parted(truths: dict[str, Any]) -> None:
    ask = facts("demo")
    size = ask.one("select count(*) from contact where source_id like 'p-%'")
    parted = len(truths["identity"]["parted_again"])
    phones = ask.one("""
        select count(*) from (select phone from contact where source_id like 'p-%'
        and phone is not null group by 1 having count(*) > 1)
    """)
    assert abs(parted / size - TRUTHS.split_share) < 0.006
    assert phones == parted


def test_1_of_10_edits_takes_a_stage_back() -> None:
    ask = facts("demo")
    share = ask.one(
        "select avg(is_backward::int) from opportunity_stage where from_stage is not null"
    )
    assert abs(share - TRUTHS.backward_share) < 0.015


def test_buying_groups_have_3_to_9_people() -> None:
    sizes = facts("demo")("""
        select count(*) as n from buying_group_role r join opportunity o on o.id = r.opportunity_id
        where o.is_closed and o.opportunity_type = 'new' group by o.id
    """)["n"]
    assert sizes.max() == 9
    assert sizes.min() >= 1
    assert (sizes >= 3).mean() > 0.9
