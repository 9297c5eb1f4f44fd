"""What was planted, as a document beside the data: each effect, and the rows that it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np

from revloop.example import agreements, content, learning, price_facts, touches
from revloop.example.companies import second_records
from revloop.example.moments import Floats, Ints, known, quarter_name, quarter_of
from revloop.example.selling import GROUP, NEW
from revloop.example.story import Story
from revloop.example.tables import ids
from revloop.example.team import CALENDAR_OF_REGION
from revloop.example.truths import CHANNELS, HEATS, SEGMENTS, SOURCES, STEPS, Truths
from revloop.example.world import World

Document = dict[str, Any]


def planted(world: World, stories: Iterable[Story]) -> Document:
    """The truths of a company."""
    document = _shared(world)
    rows = _Rows(world)
    for story in stories:
        rows.add(story)
    document["leaks"] = rows.leaks()
    document["identity"] = rows.identity
    document["discounts"]["without_request"] = rows.overrides
    document["winning"]["with_useful_asset"] = rows.helped
    return document


def _shared(world: World) -> Document:
    truths = world.truths
    used = content.used_assets(world)
    every = np.arange(1, world.size.assets + 1)
    return {
        "company": {
            "seed": world.seed,
            "begins": _day(world.begin),
            "ends": _day(world.end),
            "inquiries": world.size.inquiries * world.size.blocks,
            "touches": world.size.touches * world.size.blocks,
            "calendars": {name: agreements.timezone(name) for name in CALENDAR_OF_REGION},
            "agreements": {version.name: version.effective_from for version in agreements.VERSIONS},
        },
        "parameters": asdict(truths),
        "response": {
            "risk_ratio": truths.response_risk_ratio,
            "fast": "the first attempt of a person within 5 minutes of the owner's open time",
            "slow": "any later attempt; who was never tried cannot become an SQL",
            "outcome": "an SQL within 90 days of the inquiry",
            "confounder": "rating of the inquiry",
            "fast_share_by_rating": dict(zip(HEATS, truths.fast_share, strict=True)),
        },
        "stages": _rates(truths),
        "mix_shift": _shift(world),
        "channels": {
            "risk_ratios": dict(zip(CHANNELS, truths.channel_risk_ratios, strict=True)),
            "step": STEPS[3],
            "noise": "display",
            "touched": "any touch of the channel up to the inquiry, the one that raised it included",
        },
        "brand": {
            "adstock": truths.adstock,
            "mean_share_of_demand": truths.brand_share,
            "weekly_spend": world.marketing.brand.tolist(),
            "first_week": _day(world.begin),
        },
        "winning": {
            "of": "new business",
            "by_segment": dict(zip(SEGMENTS, truths.win_by_segment, strict=True)),
            "competitor_pp": truths.hard_pp,
            "useful_asset": _ids("k", np.array([content.USEFUL]))[0],
            "useful_pp": truths.useful_pp,
            "placebo": _ids("k", np.array([content.PLACEBO]))[0],
            "placebo_pp": 0.0,
        },
        "discounts": {
            "pp_per_10_percent": truths.discount_pp,
            "confounder": "competitor of the opportunity",
        },
        "content": {
            "unused_share": truths.unused_share,
            "used": _ids("k", used),
            "unused": _ids("k", every[used.size :]),
        },
        "churn": {"alpha": truths.churn_alpha, "beta": truths.churn_beta, "term_months": 12},
        "buying_groups": {"fewest": GROUP[0], "most": GROUP[1]},
        "experiments": {
            "short-form": {"lift_pp": truths.experiment_lift_pp},
            "green-button": {"lift_pp": 0.0},
            **{
                f"{channel}-by-lot": {
                    "channel": channel,
                    "share_held_back": truths.holdout_base,
                    "risk_ratio": truths.channel_risk_ratios[CHANNELS.index(channel)],
                }
                for channel in learning.HOLDOUTS
            },
        },
    }


def _rates(truths: Truths) -> Document:
    return {
        "captured_mql": {
            "by_rating": dict(zip(HEATS, truths.captured_mql, strict=True)),
            "by_source": dict(zip(SOURCES, _captured_mql(truths).tolist(), strict=True)),
            "of": "inquiries that are worked, with consent, of companies within reach",
        },
        "mql_sal": {
            source: dict(zip(SEGMENTS, rates, strict=True))
            for source, rates in zip(SOURCES, truths.mql_sal, strict=True)
        },
        "sal_sql": {"slow": truths.sal_sql, "fast": truths.sal_sql * truths.response_risk_ratio},
        "sql_opportunity": {"without_a_channel_that_helps": truths.sql_opportunity},
    }


def _captured_mql(truths: Truths) -> Floats:
    """By source: its mixture of heats decides."""
    rates = np.array(truths.heat_by_source) @ np.array(truths.captured_mql)
    return np.asarray(np.round(rates, 6))


def _shift(world: World) -> Document:
    """One source grows; each source's rate stays, and the rate of all changes by mixture alone."""
    rates = _captured_mql(world.truths)
    before, during = (world.source_shares(shifted=shifted) for shifted in (False, True))
    return {
        "quarter": quarter_name(world.shifted_quarter),
        "step": STEPS[0],
        "source": world.truths.shift_source,
        "shares_before": dict(zip(SOURCES, before.tolist(), strict=True)),
        "shares_during": dict(zip(SOURCES, during.tolist(), strict=True)),
        "mix_effect": round(float((during - before) @ rates), 6),
        "rate_effect": 0.0,
    }


class _Rows:
    """Ids of the rows that each effect concerns, gathered block by block."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lost: list[list[str]] = [[] for _ in world.leaks]
        self.identity: dict[str, list[list[str]]] = {
            "same_person": [],
            "merged_in_source": [],
            "parted_again": [],
            "same_company": [],
        }
        self.overrides: list[str] = []
        self.helped: list[str] = []

    def add(self, story: Story) -> None:
        self._add_leaks(story)
        self._add_identity(story)
        deals = story.deals
        self.overrides += _ids("o", story.first + price_facts.overridden(story))
        helped = (deals.type == NEW) & known(deals.used_useful_at)
        self.helped += _ids("o", story.first + np.flatnonzero(helped))

    def leaks(self) -> list[Document]:
        return [
            {
                "quarter": quarter_name(leak.quarter),
                "step": leak.step,
                "segment": SEGMENTS[leak.segment],
                "pp": self._world.truths.leak_pp,
                "inquiries_lost": lost,
            }
            for leak, lost in zip(self._world.leaks, self._lost, strict=True)
        ]

    def _add_leaks(self, story: Story) -> None:
        passes = story.passes
        at = np.stack(
            [story.hands.at[passes.inquiry], passes.mql_at, passes.sal_at, passes.sql_at], axis=1
        )
        segment = story.companies.segment[story.hands.company[passes.inquiry]]
        for leak, lost in zip(self._world.leaks, self._lost, strict=True):
            step = STEPS.index(leak.step)
            entered = at[:, step]
            taken = (passes.lost_to_leak == step) & (segment == leak.segment) & known(entered)
            rows = np.flatnonzero(taken)
            rows = rows[quarter_of(entered[rows]) == leak.quarter]
            lost.extend(_ids("i", story.first + np.unique(passes.inquiry[rows])))

    def _add_identity(self, story: Story) -> None:
        people, end, identity = story.people, self._world.end, self.identity
        second = np.flatnonzero(known(people.second_at) & (people.second_at < end))
        merged = np.flatnonzero(known(people.merged_at) & (people.merged_at < end))
        parted = np.flatnonzero(people.taken_for >= 0)
        seen = touches.visitors(story).person
        visitor = np.flatnonzero(seen >= 0)
        for name, rows in (("same_person", second), ("merged_in_source", merged)):
            identity[name] += _pairs("p", people.numbers[rows], "q", people.numbers[rows])
        identity["same_person"] += _pairs(
            "p", people.numbers[seen[visitor]], "v", story.first + visitor
        )
        identity["parted_again"] += _pairs(
            "p", people.numbers[people.taken_for[parted]], "p", people.numbers[parted]
        )
        double = story.companies.numbers[second_records(story.companies)]
        identity["same_company"] += _pairs("a", double, "a2", double)


def _pairs(left: str, lefts: Ints, right: str, rights: Ints) -> list[list[str]]:
    return [list(pair) for pair in zip(_ids(left, lefts), _ids(right, rights), strict=True)]


def _ids(prefix: str, numbers: Ints) -> list[str]:
    return [str(name) for name in ids(prefix, numbers).to_pylist()]


def _day(at: int) -> str:
    return str(np.datetime64(at, "us"))[:10]
