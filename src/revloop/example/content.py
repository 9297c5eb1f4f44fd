"""Content and its use. Most of it nobody uses; one asset helps; one only looks as if it did.

The useful asset is used early, whether the opportunity will be long or short. The placebo is used
now and then for as long as an opportunity is open, so that long ones, which are won more often,
have used it more often: counted without a landmark it seems to help.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from revloop.example.chance import between, choose, happens, stream
from revloop.example.moments import DAY, HOUR, MINUTE, SECOND, Flags, Ints, known
from revloop.example.people import PERSONAS
from revloop.example.selling import NEW, STAGES
from revloop.example.story import Story
from revloop.example.tables import (
    Columns,
    Money,
    both_versions,
    digits,
    ids,
    joined,
    lists,
    named,
    references,
    staged,
    together,
    words,
)
from revloop.example.world import World

USEFUL, PLACEBO = 1, 2
"""Numbers of the two assets."""
UNUSED_FOR = 90 * DAY
ASSET_KINDS = (
    "case_study",
    "deck",
    "white_paper",
    "one_pager",
    "battlecard",
    "video",
    "calculator",
)
_TOPICS = (
    "Pipeline reviews", "Lead hand-over", "Forecasting", "Discount rules", "Onboarding in 30 days",
    "CRM sync", "Attribution", "Service levels", "Territories", "Renewals", "Security", "Pricing",
)  # fmt: skip
_TITLES = {USEFUL: "Return on one agreed number: a calculator", PLACEBO: "Acme at a glance"}
MODES = ("sent", "presented", "viewed", "searched")
_USES_PER_DEAL = 1.3
MARKETING_ONLY = 4
"""One asset in so many is not made for sellers."""


@dataclass(frozen=True, eq=False)
class Uses:
    """Uses of content by sellers, in columns."""

    asset: Ints
    deal: Ints
    at: Ints


def used_assets(world: World) -> Ints:
    """The assets that sellers use today: the share of all that the truths leave."""
    count = round(world.size.assets * (1 - world.truths.unused_share))
    return np.arange(1, count + 1)


def assets(world: World) -> pa.Table:
    """The sellers' content, and some that only marketing uses."""
    chance = stream(world.seed, -1, "assets")
    sellers = world.size.assets
    size = sellers + sellers // MARKETING_ONLY
    number = np.arange(1, size + 1)
    kind = choose(chance, (0.2, 0.2, 0.15, 0.2, 0.1, 0.1, 0.05), size)
    topic = between(chance, 0, len(_TOPICS) - 1, size)
    at = world.begin - between(chance, 20, 900, size) * DAY
    approved = at + between(chance, 1, 15, size) * DAY
    titles = [
        _TITLES.get(n, f"{_TOPICS[t]}: {ASSET_KINDS[k].replace('_', ' ')} {n}")
        for n, t, k in zip(number.tolist(), topic.tolist(), kind.tolist(), strict=True)
    ]
    persona = between(chance, 0, len(PERSONAS) - 1, size)
    stage = between(chance, 0, 3, size)
    version = between(chance, 1, 4, size)
    columns: Columns = {
        "source_id": ids("k", number),
        "at": at,
        "recorded_at": at,
        "title": titles,
        "asset_kind": words(ASSET_KINDS, kind),
        "version": joined("", "v", digits(version)),
        "status": words(("approved",), np.zeros(size, np.int64)),
        "personas": lists([[name] for name in PERSONAS], persona),
        "stages": lists([[name] for name in STAGES[:4]], stage),
        "language": words(("en", "de"), happens(chance, 0.25, size).astype(np.int64)),
        "is_sales_facing": number <= sellers,
        "is_latest": np.ones(size, np.bool_),
        "approved_at": approved,
        "owner_user_id": named(words(("pau", "mia"), number % 2)),
        "cost": Money(between(chance, 4, 120, size) * 10_000),
    }
    return both_versions(
        "content_asset", columns, {"status": "draft", "approved_at": None}, approved
    )


def uses(story: Story) -> Uses:
    """Each use in an opportunity, between its beginning and its end."""
    deals, world = story.deals, story.world
    chance = stream(world.seed, story.block, "content uses")
    ends = np.minimum(deals.closed_at, world.end)
    helped = np.flatnonzero(known(deals.used_useful_at) & (deals.used_useful_at < ends))
    life = np.maximum(ends - deals.created_at, 0)
    is_new = deals.type == NEW
    placebo = chance.poisson(world.truths.placebo_per_day * life / DAY * is_new)
    others = chance.poisson(_USES_PER_DEAL * np.minimum(life / (45 * DAY), 2) * is_new)
    deal = np.concatenate([np.repeat(np.arange(deals.size), count) for count in (placebo, others)])
    at = deals.created_at[deal] + (chance.random(deal.size) * life[deal]).astype(np.int64)
    pool = used_assets(world)[PLACEBO:]
    asset = np.where(np.arange(deal.size) < placebo.sum(), PLACEBO, chance.choice(pool, deal.size))
    old, shelf = _put_away(world, chance, deal.size)
    asset = np.where(old & (at < world.end - UNUSED_FOR - DAY) & (asset != PLACEBO), shelf, asset)
    asset, deal, at = (
        np.concatenate(pair)
        for pair in (
            (np.full(helped.size, USEFUL), asset),
            (helped, deal),
            (deals.used_useful_at[helped], at),
        )
    )
    order = np.argsort(at, kind="stable")
    return Uses(asset[order], deal[order], at[order] // SECOND * SECOND)


def _put_away(world: World, chance: np.random.Generator, size: int) -> tuple[Flags, Ints]:
    """Assets that were used once, and no more in the last 90 days; half of them never were."""
    first = len(used_assets(world)) + 1
    last = first + (world.size.assets - first) // 2
    return happens(chance, 0.3, size), between(chance, first, last, size)


def content_uses(story: Story) -> pa.Table:
    """What sellers sent and showed, and what was looked at on the shelf in the last weeks."""
    used = uses(story)
    deals, world = story.deals, story.world
    chance = stream(world.seed, story.block, "content modes")
    size = used.at.size
    mode = choose(chance, (0.7, 0.3), size)
    sent = staged(
        "content_use",
        {
            "source_id": ids("cu", story.first + np.arange(size)),
            "at": used.at,
            "recorded_at": used.at + MINUTE,
            "content_asset_id": references("k", used.asset),
            "user_id": story.floor.references(deals.owner[used.deal]),
            "opportunity_id": references("o", story.first + used.deal),
            "contact_id": story.people.references(story.main_people[used.deal]),
            "account_id": story.companies.references(deals.company[used.deal]),
            "mode": words(MODES, mode),
            "seconds": np.where(happens(chance, 0.6, size), between(chance, 5, 600, size), np.nan),
        },
    )
    return together(sent, _kept_alive(story))


def _kept_alive(story: Story) -> pa.Table:
    """Each asset in use was shown once in the last weeks, so that none falls out by chance."""
    numbers = used_assets(story.world) if story.block == 0 else np.array([], np.int64)
    at = story.world.end - (10 + numbers % 50) * DAY + 10 * HOUR
    owner = story.floor.in_turn(numbers % 2, "Account Executive")
    return staged(
        "content_use",
        {
            "source_id": ids("cu-team", numbers),
            "at": at,
            "recorded_at": at + MINUTE,
            "content_asset_id": references("k", numbers),
            "user_id": story.floor.references(owner),
            "mode": words(MODES, np.ones(numbers.size, np.int64)),
        },
    )
