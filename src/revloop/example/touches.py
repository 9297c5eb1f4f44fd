"""Touches: the steps of every journey, from a first page nobody knows the reader of to a renewal.

    before a raised hand   what the channels did, visits, prices looked at
    the raised hand        the touch that raised it
    selling                calls, meetings, proposals, reviews, contracts
    customers              onboarding, reviews of the year, renewals, notices
    the rest               the letter on Tuesdays, visits, machines, visitors who stay unknown

The last group fills up to exactly as many touches as the company is to have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from revloop.example.chance import between, choose, happens, long_tailed, stream
from revloop.example.demand import CHANNEL_OF_SOURCE, FORMS, HOT, KINDS, WARM, previous
from revloop.example.marketing import CAMPAIGN_CHANNELS
from revloop.example.moments import DAY, HOUR, MINUTE, NEVER, SECOND, Flags, Ints, known
from revloop.example.price_facts import quoted_at
from revloop.example.selling import EXPANSION, NEW
from revloop.example.story import Story
from revloop.example.tables import (
    Columns,
    both_versions,
    either,
    ids,
    only,
    references,
    staged,
    words,
)
from revloop.example.truths import CHANNELS as MARKETING_CHANNELS
from revloop.facts.words import DIRECTIONS, SIDES, TOUCH_KINDS

CHANNELS = (*MARKETING_CHANNELS, "email", "web", "sales", "product", "success")
_EMAIL, _WEB, _SALES, _PRODUCT, _SUCCESS = (
    CHANNELS.index(name) for name in ("email", "web", "sales", "product", "success")
)
_IN, _OUT, _TWO_WAY = range(3)
_SIDE_OF_CHANNEL = np.array(
    [SIDES.index(side) for side in ("marketing",) * 4 + ("partner", "marketing", "marketing",
     "marketing", "sales", "product", "success")]
)  # fmt: skip
_CAMPAIGN_OF_CHANNEL = np.array(
    [CAMPAIGN_CHANNELS.index(name) if name in CAMPAIGN_CHANNELS else -1 for name in CHANNELS]
)
_KIND_OF_CHANNEL = (
    "unbranded_search",
    "ad_click",
    "webinar_attended",
    "event_visit",
    "referral",
    "ad_click",
)
"""What a channel of marketing does before a hand is raised."""
_BRANDED_SHARE = 0.29
_UTM = {"search": ("google", "cpc"), "display": ("adnet", "display"), "email": ("letter", "email")}
_LONGEST_BEFORE = 85 * DAY
VISITOR_SHARE = 0.03
VISITS_EACH = 3
_PAGES_OF_CRAWLER = 120
FOUND_OUT_SHARE = 0.3
"""Share of visitors who later say who they are."""


@dataclass(frozen=True, eq=False)
class Steps:
    """Touches in columns; what is not given is none."""

    at: Ints
    person: Ints
    kind: Ints
    channel: Ints
    direction: Ints
    form: Ints = field(default_factory=lambda: np.array([], np.int64))
    deal: Ints = field(default_factory=lambda: np.array([], np.int64))
    visitor: Ints = field(default_factory=lambda: np.array([], np.int64))
    is_bot: Ints = field(default_factory=lambda: np.array([], np.int64))

    @property
    def size(self) -> int:
        return self.at.size


_NONE = {"form": -1, "deal": -1, "visitor": -1, "is_bot": 0}


def _kind(name: str) -> int:
    return TOUCH_KINDS.index(name)


def _same(value: int, like: Ints) -> Ints:
    return np.full(like.size, value)


def steps(story: Story) -> Steps:
    """All touches of a block, in the order of time."""
    end = story.world.end
    parts = [_until(end, part) for part in _told(story)]
    bots = round(story.world.size.touches * story.world.truths.bot_share)
    parts += [_until(end, part) for part in _machines(story, bots)]
    left = story.world.size.touches - sum(part.size for part in parts)
    parts.append(_rest(story, max(0, left)))
    order = np.argsort(np.concatenate([part.at for part in parts]), kind="stable")
    joined = {
        name: np.concatenate([_column(part, name) for part in parts])[order]
        for name in Steps.__dataclass_fields__
    }
    return Steps(**joined)


def _column(part: Steps, name: str) -> Ints:
    column: Ints = getattr(part, name)
    return column if column.size == part.size else _same(_NONE[name], part.at)


def _until(end: int, part: Steps) -> Steps:
    rows = np.flatnonzero(known(part.at) & (part.at < end))
    return Steps(**{name: _column(part, name)[rows] for name in Steps.__dataclass_fields__})


def _told(story: Story) -> Iterator[Steps]:
    yield from _before(story)
    yield _raised(story)
    yield _prices(story)
    yield from _sold(story)
    yield from _after(story)


def _before(story: Story) -> Iterator[Steps]:
    """For each channel that had touched somebody before: once, twice, sometimes more."""
    hands = story.hands
    chance = stream(story.world.seed, story.block, "before")
    asks = (hands.repeats < 0) & ~hands.is_bot
    earlier = previous(hands)
    for channel, kind in enumerate(_KIND_OF_CHANNEL):
        was_last = hands.source == channel
        count = 1 + chance.poisson(0.4, hands.size) - was_last
        rows = np.repeat(np.arange(hands.size), count * (asks & hands.touched[:, channel]))
        ago = np.clip(long_tailed(chance, 8.0, 1.0, rows.size), 0.01, _LONGEST_BEFORE / DAY)
        at = hands.at[rows] - (ago * DAY).astype(np.int64)
        # After the hand that the person had raised before, or it would have touched that one too.
        at = np.maximum(at, np.maximum(story.world.begin, earlier[rows] + SECOND))
        at = np.where(at < hands.at[rows], at, NEVER)
        kinds = _same(_kind(kind), rows)
        if kind == "unbranded_search":
            branded = happens(chance, _BRANDED_SHARE, rows.size)
            kinds = np.where(branded, _kind("branded_search"), kinds)
        yield Steps(at, hands.person[rows], kinds, _same(channel, rows), _same(_IN, rows))


def _raised(story: Story) -> Steps:
    hands = story.hands
    kinds = np.array([_kind(name) for name in KINDS])[hands.kind]
    channel = np.array([CHANNELS.index(name) for name in CHANNEL_OF_SOURCE])[hands.source]
    return Steps(
        hands.at,
        hands.person,
        kinds,
        channel,
        _same(_IN, hands.at),
        form=hands.form,
        is_bot=hands.is_bot.astype(np.int64),
    )


def _prices(story: Story) -> Steps:
    """Who is hot has looked at the prices."""
    hands = story.hands
    chance = stream(story.world.seed, story.block, "prices")
    mean = np.select([hands.heat == HOT, hands.heat == WARM], [1.2, 0.3], 0.03)
    rows = np.repeat(np.arange(hands.size), chance.poisson(mean) * ~hands.is_bot)
    at = hands.at[rows] - between(chance, 4 * 60, 5 * 24 * 3_600, rows.size) * SECOND
    at = np.maximum(at, story.world.begin)
    at = np.where(at < hands.at[rows], at, NEVER)
    return Steps(
        at,
        hands.person[rows],
        _same(_kind("pricing_view"), rows),
        _same(_WEB, rows),
        _same(_IN, rows),
    )


def _sold(story: Story) -> Iterator[Steps]:
    deals, met = story.deals, story.meetings
    people = story.main_people
    kinds = np.where(met.was_held, _kind("meeting_held"), _kind("no_show"))
    yield Steps(
        met.at, met.person, kinds, _same(_SALES, met.at), _same(_TWO_WAY, met.at), deal=met.deal
    )
    tries, passes = story.attempts, story.passes
    offered = np.zeros(story.hands.size, np.bool_)
    offered[passes.inquiry[known(passes.offered_at)]] = True
    rows = np.flatnonzero((tries.number == 0) & offered[tries.inquiry])
    inquiry = tries.inquiry[rows]
    calls = _same(_kind("sdr_call"), rows)
    yield Steps(
        tries.at[rows], story.hands.person[inquiry], calls, _same(_SALES, rows), _same(_OUT, rows)
    )
    every = np.arange(deals.size)
    life = deals.closed_at - deals.created_at
    asks = deals.type == NEW
    for kind, at, who in (
        ("proposal_sent", quoted_at(story) + HOUR, asks | (deals.type == EXPANSION)),
        (
            "security_review",
            deals.created_at + life * 3 // 5,
            asks & (story.companies.segment[deals.company] > 1),
        ),
        ("contract_sent", deals.closed_at - life // 8, deals.is_won & asks),
    ):
        rows = every[who & (at < deals.closed_at)]
        direction = _same(_IN if kind == "security_review" else _OUT, rows)
        yield Steps(
            at[rows],
            people[rows],
            _same(_kind(kind), rows),
            _same(_SALES, rows),
            direction,
            deal=rows,
        )


def _after(story: Story) -> Iterator[Steps]:
    """Customers: the contact is the main person of an opportunity of theirs."""
    contracts, deals, world = story.contracts, story.deals, story.world
    person_of = np.full(story.companies.size, -1)
    person_of[deals.company] = story.main_people
    since = np.full(story.companies.size, NEVER)
    since[deals.company[::-1]] = deals.created_at[::-1]
    person, first = person_of[contracts.company], since[contracts.company]
    fresh = np.flatnonzero(contracts.opportunity >= 0)
    for number in range(3):
        at = contracts.began_at[fresh] + (number * 9 + 2) * DAY
        yield _with_customer("onboarding_step", at, person[fresh], _TWO_WAY)
    chance = stream(world.seed, story.block, "after")
    row, _, term_ends, stays = contracts.renewals(world.end + 60 * DAY)
    for kind, at, who in (
        ("renewal_notice", term_ends - 60 * DAY, stays | ~stays),
        ("churn_notice", term_ends - between(chance, 5, 40, row.size) * DAY, ~stays),
        (
            "nps_response",
            term_ends - between(chance, 100, 200, row.size) * DAY,
            happens(chance, 0.4, row.size),
        ),
        (
            "qbr_held",
            term_ends - between(chance, 90, 180, row.size) * DAY,
            stays & happens(chance, 0.6, row.size),
        ),
    ):
        # Nobody of the company is known before its first opportunity of these two years.
        kept = np.flatnonzero(who & known(first[row]) & (at > first[row]))
        way = {"renewal_notice": _OUT, "qbr_held": _TWO_WAY}.get(kind, _IN)
        yield _with_customer(kind, at[kept], person[row[kept]], way)
    grown = np.flatnonzero((deals.type == EXPANSION) & (deals.inquiry >= 0))
    at = story.hands.at[deals.inquiry[grown]] + DAY
    yield _with_customer("expansion_interest", at, deals.person[grown], _IN)


def _with_customer(kind: str, at: Ints, person: Ints, direction: int) -> Steps:
    kept = np.flatnonzero(person >= 0)
    at, person = at[kept], person[kept]
    return Steps(at, person, _same(_kind(kind), at), _same(_SUCCESS, at), _same(direction, at))


def _machines(story: Story, count: int) -> Iterator[Steps]:
    """Clicks of scanners in the mails of people, and pages that crawlers read as visitors.

    The inquiries that machines raised are among the count.
    """
    chance = stream(story.world.seed, story.block, "machines")
    count -= int(story.hands.is_bot.sum())
    clicks = count * 2 // 3
    person, at = _known_people(story, chance, clicks)
    yield Steps(
        at,
        person,
        _same(_kind("email_clicked"), at),
        _same(_EMAIL, at),
        _same(_IN, at),
        is_bot=_same(1, at),
    )
    at = story.world.begin + (
        chance.random(count - clicks) * (story.world.end - story.world.begin)
    ).astype(np.int64)
    crawler = chance.integers(0, crawler_count(story), at.size)
    yield Steps(
        at // SECOND * SECOND, _same(-1, at), _same(_kind("page_view"), at), _same(_WEB, at), _same(_IN, at),
        visitor=visitor_count(story) + crawler, is_bot=_same(1, at),
    )  # fmt: skip


def visitor_count(story: Story) -> int:
    return max(1, round(story.world.size.touches * VISITOR_SHARE / VISITS_EACH))


def crawler_count(story: Story) -> int:
    bots = round(story.world.size.touches * story.world.truths.bot_share)
    return max(1, bots // _PAGES_OF_CRAWLER)


@dataclass(frozen=True, eq=False)
class Visitors:
    """Browsers that nobody has a name for; some belong to people who give one later."""

    person: Ints
    """-1 for those who stay unknown."""
    first_at: Ints


def visitors(story: Story) -> Visitors:
    chance = stream(story.world.seed, story.block, "visitors")
    count = visitor_count(story)
    raised = story.raisers.company.size
    found_out = happens(chance, FOUND_OUT_SHARE, count)
    person = np.where(found_out, chance.integers(0, raised, count), -1)
    before = story.people.known_at[person] - between(chance, 20, 70, count) * DAY
    anytime = story.world.begin + (
        chance.random(count) * 0.95 * (story.world.end - story.world.begin)
    ).astype(np.int64)
    first = np.where(person >= 0, before, anytime)
    person = np.where(first < story.world.begin, -1, person)
    first = np.where(first < story.world.begin, anytime, first)
    return Visitors(person, first // SECOND * SECOND)


def visitor_contacts(story: Story) -> pa.Table:
    """Visitors as records: without a name, and what they became once they had one."""
    seen = visitors(story)
    crawlers = crawler_count(story)
    number = np.arange(seen.person.size + crawlers)
    first = np.concatenate([seen.first_at, np.full(crawlers, story.world.begin)])
    person = np.concatenate([seen.person, np.full(crawlers, -1)])
    named = np.where(person >= 0, story.people.known_at[person] + MINUTE, NEVER)
    columns: Columns = {
        "source_id": ids("v", story.first + number),
        "at": first,
        "recorded_at": first,
        "became_contact_id": story.people.references(person),
    }
    return both_versions("contact", columns, {"became_contact_id": None}, named)


def _rest(story: Story, count: int) -> Steps:
    """The weekly letter and visits of people, and pages read by visitors without a name."""
    chance = stream(story.world.seed, story.block, "rest")
    seen = visitors(story)
    visits = min(count, seen.person.size * VISITS_EACH)
    visitor = np.arange(visits) % seen.person.size
    step = np.arange(visits) // seen.person.size
    at_visits = seen.first_at[visitor] + step * between(chance, 5, 9 * 24 * 60, visits) * MINUTE
    at_visits = np.minimum(at_visits, story.world.end - SECOND)
    person, at = _known_people(story, chance, count - visits)
    drawn = choose(chance, (0.50, 0.19, 0.045, 0.006, 0.259), person.size)
    kinds = np.array(
        [
            _kind(name)
            for name in ("email_sent", "email_opened", "email_clicked", "unsubscribe", "page_view")
        ]
    )
    first = np.where(step == 0, _kind("unbranded_search"), _kind("page_view"))
    return Steps(
        at=np.concatenate([at, at_visits]),
        person=np.concatenate([person, _same(-1, at_visits)]),
        kind=np.concatenate([kinds[drawn], first]),
        channel=np.concatenate(
            [np.array([_EMAIL] * 4 + [_WEB])[drawn], np.where(step == 0, 0, _WEB)]
        ),
        direction=np.concatenate([np.where(drawn == 0, _OUT, _IN), _same(_IN, at_visits)]),
        visitor=np.concatenate([_same(-1, at), visitor]),
    )


def _known_people(story: Story, chance: np.random.Generator, count: int) -> tuple[Ints, Ints]:
    """People and moments: each person has a share for each day since they were known."""
    end = story.world.end - MINUTE
    since = story.people.known_at + MINUTE
    days = np.cumsum(np.maximum(end - since, 0).astype(float))
    person = np.searchsorted(days, chance.random(count) * days[-1], "right")
    at = since[person] + (chance.random(count) * (end - since[person])).astype(np.int64)
    return person, at // SECOND * SECOND


def touches(story: Story) -> pa.Table:
    """The touches of a block."""
    told, people, world = steps(story), story.people, story.world
    size = told.size
    person = np.maximum(told.person, 0)
    is_person = told.person >= 0
    anonymous = ~is_person | (told.at < people.known_at[person])
    contact = either(
        is_person,
        people.references_at(told.person, told.at),
        references("v", np.where(is_person, -1, story.first + told.visitor)),
    )
    campaign = world.marketing.campaign(told.at, _CAMPAIGN_OF_CHANNEL[told.channel])
    searched = np.isin(told.kind, (_kind("branded_search"), _kind("unbranded_search")))
    seller = np.where(told.deal >= 0, story.deals.owner[np.maximum(told.deal, 0)], -1)
    downloads = told.kind == _kind("content_download")
    sellers_assets = world.size.assets
    asset = np.where(downloads, sellers_assets + 1 + told.at // SECOND % (sellers_assets // 4), -1)
    clicked = np.isin(told.kind, (_kind("ad_click"), _kind("email_clicked")))
    channel = np.where(clicked, told.channel, -1)
    utm = [_UTM.get(name, (None, None)) for name in CHANNELS]
    return staged(
        "touch",
        {
            "source_id": ids("t", story.first + np.arange(size)),
            "at": told.at,
            "recorded_at": told.at + 20 * SECOND,
            "contact_id": contact,
            "account_id": story.companies.references(
                np.where(is_person, people.company[person], -1)
            ),
            "opportunity_id": references("o", np.where(told.deal < 0, -1, story.first + told.deal)),
            "campaign_id": world.marketing.references(campaign),
            "content_asset_id": references("k", asset),
            "user_id": story.floor.references(seller),
            "kind": words(TOUCH_KINDS, told.kind),
            "channel": words(CHANNELS, told.channel),
            "side": words(SIDES, _SIDE_OF_CHANNEL[told.channel]),
            "direction": words(DIRECTIONS, told.direction),
            "form": words(FORMS, told.form),
            "wants_rep": only(told.kind == _kind("inbound_call"), np.ones(size, np.bool_)),
            "is_bot": told.is_bot > 0,
            "is_anonymous": anonymous,
            "is_branded_query": only(searched, told.kind == _kind("branded_search")),
            "utm_source": words(
                [source or "" for source, _ in utm], np.where(_has_utm(channel), channel, -1)
            ),
            "utm_medium": words(
                [medium or "" for _, medium in utm], np.where(_has_utm(channel), channel, -1)
            ),
        },
    )


def _has_utm(channel: Ints) -> Flags:
    return np.isin(channel, [CHANNELS.index(name) for name in _UTM])
