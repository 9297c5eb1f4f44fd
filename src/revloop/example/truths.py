"""What is planted in the example company: the numbers that a good reading has to find again."""

from __future__ import annotations

from dataclasses import dataclass

SOURCES = ("organic", "paid_search", "webinar", "event", "partner")
SEGMENTS = ("small_business", "mid_market", "enterprise")
HEATS = ("hot", "warm", "cold")
CHANNELS = ("organic", "search", "webinar", "event", "partner", "display")
"""Channels of marketing's touches; the first five are also the channels of the five sources."""
STEPS = ("captured_mql", "mql_sal", "sal_sql", "sql_opportunity")
"""The steps in which a leak may be planted."""


@dataclass(frozen=True, slots=True)
class Truths:
    """Every planted number. Rates are shares of one, and `pp` in a name means percentage points."""

    # Response: who is answered at once was warmer to begin with.
    response_risk_ratio: float = 1.35
    """Chance to become an SQL within 90 days if answered in 5 open minutes, to that if later."""
    fast_share: tuple[float, ...] = (0.71, 0.46, 0.20)
    """Share answered within 5 open minutes, by heat: this is what confounds the crude ratio."""
    never_share: float = 0.05
    """Share of the others whom nobody ever tries to reach."""

    # Stages, as shares of those who entered the stage before.
    source_mix: tuple[float, ...] = (0.30, 0.25, 0.20, 0.13, 0.12)
    """Share of inquiries by source."""
    segment_mix: tuple[float, ...] = (0.45, 0.40, 0.15)
    """Share of accounts by segment."""
    heat_by_source: tuple[tuple[float, ...], ...] = (
        (0.25, 0.40, 0.35),
        (0.22, 0.38, 0.40),
        (0.10, 0.36, 0.54),
        (0.15, 0.36, 0.49),
        (0.28, 0.36, 0.36),
    )
    """Share of hot, warm and cold inquiries, by source."""
    captured_mql: tuple[float, ...] = (0.85, 0.20, 0.06)
    """By heat."""
    mql_sal: tuple[tuple[float, ...], ...] = (
        (0.77, 0.80, 0.74),
        (0.74, 0.77, 0.71),
        (0.69, 0.72, 0.66),
        (0.72, 0.75, 0.69),
        (0.81, 0.84, 0.78),
    )
    """By source and segment, of those whom somebody tried to reach."""
    sal_sql: float = 0.47
    """When answered later than in 5 open minutes."""
    sql_opportunity: float = 0.42
    """Without a touch of any channel that helps."""
    returned_share: float = 0.65
    """Share of recycled leads that come back when their day has come."""

    # Leaks and mixture.
    leak_pp: float = 8.0
    """What the leaking step of each quarter loses in its one segment, by quarter of entry."""
    shift_source: str = "webinar"
    """The source whose share grows for one quarter, while no rate changes."""
    shift_share: float = 0.45
    """Its share in that quarter."""

    # Channels: chance to become an opportunity with a touch of the channel, to that without one.
    channel_risk_ratios: tuple[float, ...] = (1.0, 1.15, 1.25, 1.40, 1.10, 1.0)
    """By channel. Display is noise: it is shown to hot leads and does nothing."""
    channel_share: tuple[float, ...] = (0.30, 0.22, 0.12, 0.08, 0.05, 0.0)
    """Share of inquiries that a channel had touched before, whatever their heat."""
    display_by_heat: tuple[float, ...] = (0.50, 0.25, 0.10)
    """Share of inquiries that display had touched before."""

    # Winning.
    win_by_segment: tuple[float, ...] = (0.31, 0.28, 0.24)
    """Share of opportunities won without competitor, discount or useful content."""
    hard_share: float = 0.45
    """Share of opportunities with a competitor."""
    hard_pp: float = -18.0
    """What a competitor costs in chance to win."""
    discount_pp: float = 3.0
    """What each 10 % of discount adds to the chance to win."""
    discount_mean: tuple[float, ...] = (0.06, 0.20)
    """Mean discount without and with a competitor: this is what makes it look harmful."""
    override_share: float = 0.15
    """Share of the discounts that need a request for which nobody asked."""

    # Content.
    unused_share: float = 0.80
    """Share of approved content for sellers that no seller used in the last 90 days."""
    useful_pp: float = 6.0
    """What the useful asset adds to the chance to win; it is used within the first 25 days."""
    useful_share: float = 0.35
    """Share of opportunities in which it is used."""
    placebo_per_day: float = 0.012
    """Uses of the placebo for each day that an opportunity is open, whether it helps or not."""

    # Brand.
    adstock: float = 0.6
    """Share of last week's brand effect that is left this week."""
    brand_share: float = 0.35
    """Share of inquiries that the mean of the brand's effect adds; no touch shows it."""

    # Customers: the chance to leave at a renewal differs by customer, beta(alpha, beta).
    churn_alpha: float = 0.668
    churn_beta: float = 3.806

    # Experiments: share of the unit that booked a demo.
    experiment_base: float = 0.10
    experiment_lift_pp: float = 3.0
    """What the short form adds; the green button adds nothing."""
    holdout_base: float = 0.40
    """Share of people who agreed to a first talk, where the channel was held back by lot."""

    # Dirt, as shares of people, touches or stage edits.
    duplicate_share: float = 0.03
    """People with a second record."""
    merged_share: float = 0.01
    """People whose second record the CRM has merged."""
    split_share: float = 0.02
    """People who were taken for a colleague with the same telephone, and parted again."""
    missing_title_share: float = 0.06
    backward_share: float = 0.10
    """Stage edits of opportunities that go back."""
    bot_share: float = 0.04
    """Touches made by machines."""
    role_mailbox_share: float = 0.01
    """People who write from an address such as info@."""


TRUTHS = Truths()
