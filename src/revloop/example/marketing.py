"""What marketing does and spends: campaigns, media, and a brand that no touch shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from revloop.example.chance import between, stream
from revloop.example.moments import (
    DAY,
    WEEK,
    Floats,
    Ints,
    quarter_begins,
    quarter_name,
    quarter_of,
)
from revloop.example.tables import Column, Money, named, pick, staged, words
from revloop.example.truths import Truths

CAMPAIGN_CHANNELS = ("search", "webinar", "event", "partner", "display", "email", "brand")
_TOPICS = {
    "search": "Revenue operations, searched",
    "webinar": "Pipeline reviews that end on time",
    "event": "Loop Day",
    "partner": "Together with our partners",
    "display": "Seen again",
    "email": "The Tuesday letter",
    "brand": "One number for both teams",
}
_TYPES = {
    "search": "Advertisement",
    "webinar": "Webinar",
    "event": "Trade Show",
    "partner": "Partners",
    "display": "Advertisement",
    "email": "Email",
    "brand": "Television",
}
_WEEKLY_COST = {
    "search": 5_200,
    "webinar": 2_400,
    "event": 4_100,
    "partner": 1_500,
    "display": 1_900,
}
"""US dollars of a company of 20,000 inquiries in two years."""
_BRAND_LEVELS = (18_000, 30_000, 44_000)
_MONTHLY = (
    ("people", "marketing", 74_000),
    ("tools", "marketing", 9_500),
    ("agency", "marketing", 14_000),
    ("headcount", "sales", 118_000),
    ("tools", "sales", 6_000),
    ("headcount", "success", 41_000),
)
YEARLY_GROWTH = 0.10
SEASON = 0.06


@dataclass(frozen=True, eq=False)
class Marketing:
    """Campaigns by quarter and channel, and spend by week from the first day on."""

    begin: int
    end: int
    scale: float
    """How much larger than a company of 20,000 inquiries in two years."""
    brand: Ints
    """US dollars of brand spend in each week."""
    media: dict[str, Ints]
    """US dollars in each week, by channel."""

    @property
    def first_quarter(self) -> int:
        return int(quarter_of(np.array([self.begin]))[0])

    @property
    def quarters(self) -> range:
        return range(self.first_quarter, int(quarter_of(np.array([self.end - 1]))[0]) + 1)

    @property
    def campaign_ids(self) -> list[str]:
        return [
            f"c-{quarter_name(quarter).lower()}-{channel}"
            for quarter in self.quarters
            for channel in CAMPAIGN_CHANNELS
        ]

    @property
    def campaign_names(self) -> list[str]:
        return [
            f"{_TOPICS[channel]} {quarter_name(quarter)}"
            for quarter in self.quarters
            for channel in CAMPAIGN_CHANNELS
        ]

    def campaign(self, at: Ints, channel: Ints) -> Ints:
        """The number of the campaign of a channel (of `CAMPAIGN_CHANNELS`) at an instant."""
        quarter = np.clip(quarter_of(at), self.first_quarter, self.quarters[-1])
        number = (quarter - self.first_quarter) * len(CAMPAIGN_CHANNELS) + channel
        return np.where(channel < 0, -1, number)

    def references(self, numbers: Ints) -> Column:
        return pick(named(self.campaign_ids), numbers)

    def names(self, numbers: Ints) -> Column:
        return words(self.campaign_names, numbers)


def plan(seed: int, begin: int, end: int, scale: float) -> Marketing:
    chance = stream(seed, -1, "marketing")
    weeks = -(-(end - begin) // WEEK)
    media = {
        channel: np.round(scale * cost * (1 + 0.25 * (chance.random(weeks) - 0.5))).astype(np.int64)
        for channel, cost in _WEEKLY_COST.items()
    }
    return Marketing(begin, end, scale, _flights(chance, weeks, scale), media)


def _flights(chance: np.random.Generator, weeks: int, scale: float) -> Ints:
    """Brand spend comes in flights of three to six weeks, with pauses: so its effect can be told."""
    spend: list[int] = []
    while len(spend) < weeks:
        level = round(scale * _BRAND_LEVELS[int(chance.integers(len(_BRAND_LEVELS)))])
        spend += [level] * int(chance.integers(3, 7)) + [0] * int(chance.integers(2, 6))
    return np.array(spend[:weeks])


def adstock(spend: Ints, kept: float) -> Floats:
    """What spend still does in each week: this week's, and the share that last week's leaves."""
    effect = np.zeros(spend.size)
    left = 0.0
    for week, amount in enumerate(spend.tolist()):
        left = amount + kept * left
        effect[week] = left
    return effect


def weekly_demand(marketing: Marketing, truths: Truths) -> Floats:
    """How many hands are raised in each week, in proportion: a trend, a season, and the brand."""
    effect = adstock(marketing.brand, truths.adstock)
    week = np.arange(effect.size)
    base = (1 + YEARLY_GROWTH * week / 52) * (1 + SEASON * np.sin(2 * np.pi * week / 52))
    begins = marketing.begin + week * WEEK
    whole = np.minimum(marketing.end - begins, WEEK) / WEEK
    brand = truths.brand_share * effect / effect.mean()
    return np.asarray((base + brand) * whole)


def campaigns(marketing: Marketing) -> pa.Table:
    quarters = np.repeat(list(marketing.quarters), len(CAMPAIGN_CHANNELS))
    begins = np.array([quarter_begins(quarter) for quarter in quarters])
    ends = np.array([quarter_begins(quarter + 1) for quarter in quarters]) - DAY
    channels = [*CAMPAIGN_CHANNELS] * len(marketing.quarters)
    cost = _cost_by_quarter(marketing, quarters, channels)
    return staged(
        "campaign",
        {
            "source_id": marketing.campaign_ids,
            "at": begins,
            "recorded_at": begins - 14 * DAY,
            "name": marketing.campaign_names,
            "channel": channels,
            "type": [_TYPES[channel] for channel in channels],
            "status": np.where(ends < marketing.end, "Completed", "In Progress").tolist(),
            "objective": ["brand" if channel == "brand" else "demand" for channel in channels],
            "ends_on": ends,
            "budget": Money(cost * 105),
            "actual_cost": Money(cost * 100),
        },
    )


def _cost_by_quarter(marketing: Marketing, quarters: Ints, channels: list[str]) -> Ints:
    """US dollars that each campaign has cost so far."""
    weeks = marketing.begin + np.arange(marketing.brand.size) * WEEK
    of_week = quarter_of(weeks)
    weekly = {**marketing.media, "brand": marketing.brand}
    nothing = np.zeros_like(marketing.brand)
    return np.array(
        [
            weekly.get(channel, nothing)[of_week == quarter].sum()
            for quarter, channel in zip(quarters, channels, strict=True)
        ]
    )


_Spent = tuple[str, int, int, str | None, str, str, int, str | None]
"""Id, begin, end, channel, pool, side, minor units and campaign."""


def spend(seed: int, marketing: Marketing) -> pa.Table:
    """Media by week, people and tools by month, each booked a few days after its period."""
    weeks = marketing.begin + np.arange(marketing.brand.size) * WEEK
    weekly = {**marketing.media, "brand": marketing.brand}
    rows: list[_Spent] = [
        (f"s-{channel}-{week + 1}", int(begins), int(begins) + WEEK, channel, "media",
         "marketing", int(amounts[week]) * 100, _campaign_of(marketing, int(begins), channel))
        for channel, amounts in weekly.items()
        for week, begins in enumerate(weeks)
        if amounts[week]
    ]  # fmt: skip
    months = np.arange(
        np.datetime64(marketing.begin, "us").astype("M8[M]"),
        np.datetime64(marketing.end - 1, "us").astype("M8[M]") + 1,
    )
    chance = stream(seed, -1, "spend")
    for pool, side, cost in _MONTHLY:
        for month in months:
            begins, ends = (
                int(each.astype("M8[us]").astype(np.int64)) for each in (month, month + 1)
            )
            minor = round(marketing.scale * cost) * 100 + int(between(chance, 0, 99_999, 1)[0])
            rows.append((f"s-{side}-{pool}-{month}", begins, ends, None, pool, side, minor, None))
    ids, at, ended, channels, pools, sides, amounts_, campaigns_ = zip(*rows, strict=True)
    return staged(
        "spend",
        {
            "source_id": ids,
            "at": np.array(at),
            "recorded_at": np.array(ended) + 3 * DAY,
            "campaign_id": named(pa.array(campaigns_, pa.string())),
            "channel": pa.array(channels, pa.string()),
            "pool": pools,
            "side": sides,
            "status": ["actual"] * len(ids),
            "period_end": np.array(ended),
            "amount": Money(np.array(amounts_)),
        },
    )


def _campaign_of(marketing: Marketing, at: int, channel: str) -> str:
    number = marketing.campaign(np.array([at]), np.array([CAMPAIGN_CHANNELS.index(channel)]))
    return marketing.campaign_ids[int(number[0])]
