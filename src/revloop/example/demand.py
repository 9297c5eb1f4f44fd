"""Hands are raised: who asks, when, from where, how warm, and what had touched them before."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from revloop.example import agreements
from revloop.example.chance import between, choose, choose_by, happens, long_tailed, stream
from revloop.example.companies import Companies
from revloop.example.moments import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    SECOND,
    WEEK,
    Flags,
    Floats,
    Ints,
    from_local,
    quarter_of,
    whole_seconds,
)
from revloop.example.team import CALENDAR_OF_REGION
from revloop.example.truths import CHANNELS, SOURCES
from revloop.example.world import World

RAISERS = 0.72
"""People who raise a hand, as a share of the inquiries: the others raise theirs again."""
FROM_CUSTOMERS = 0.04
REPEATED = 0.03
"""Inquiries that repeat one of the last days: a form sent twice."""
SPAM = 0.012
CHANNEL_OF_SOURCE = ("organic", "search", "webinar", "event", "partner")
ENTRY_OF_SOURCE = ("inbound", "inbound", "inbound", "event", "partner")
DISPLAY = CHANNELS.index("display")

KINDS = (
    "form_submit", "inbound_call", "content_download", "webinar_attended", "event_visit", "chat",
)  # fmt: skip
FORMS = ("demo", "contact_sales", "pricing_quote", "whitepaper", "newsletter")
HOT, WARM, COLD = range(3)
CONSENTS = ("granted", "denied", "unknown")

_DAY_SHARES = (0.19, 0.20, 0.19, 0.18, 0.15, 0.04, 0.05)
"""Monday to Sunday."""
_HOUR_SHARES = (
    1, 1, 1, 1, 1, 1, 2, 4, 8, 12, 13, 12, 9, 11, 12, 12, 10, 7, 5, 4, 4, 4, 3, 2,
)  # fmt: skip
"""By hour of the local day."""


@dataclass(frozen=True, eq=False)
class Raisers:
    """People who raise hands, in the order of their companies, before they have names."""

    company: Ints
    consent: Ints
    """Whether we may write to them, as a number of `CONSENTS`."""


@dataclass(frozen=True, eq=False)
class Hands:
    """Inquiries in columns, in the order of time."""

    at: Ints
    person: Ints
    """The number of the person among those who raise hands."""
    company: Ints
    source: Ints
    heat: Ints
    kind: Ints
    form: Ints
    """-1 where no form was filled in."""
    is_bot: Flags
    repeats: Ints
    """The row of the inquiry that it repeats, -1 for none."""
    touched: Flags
    """For each of `CHANNELS` whether it had touched the person by then, ever before."""

    @property
    def size(self) -> int:
        return self.at.size


def people_who_ask(world: World, block: int, companies: Companies) -> Raisers:
    """Who may raise a hand; large companies have more of them."""
    chance = stream(world.seed, block, "raisers")
    people = round(world.size.inquiries * RAISERS)
    weight = np.exp(0.6 * chance.standard_normal(companies.size)) * (1 + companies.segment)
    old = companies.is_old_customer
    weight[old] *= FROM_CUSTOMERS * weight[~old].sum() / (1 - FROM_CUSTOMERS) / weight[old].sum()
    company = np.sort(choose(chance, weight.tolist(), people))
    return Raisers(company, choose(chance, (0.70, 0.03, 0.27), people))


def raise_hands(world: World, block: int, companies: Companies, raisers: Raisers) -> Hands:
    """Every inquiry of a block."""
    chance = stream(world.seed, block, "demand")
    size = world.size.inquiries
    repeated = round(size * REPEATED)
    first = size - repeated
    company = raisers.company
    person = np.concatenate(
        [chance.permutation(company.size), chance.integers(0, company.size, first - company.size)]
    )
    at = _times(world, chance, companies.region[company[person]])
    source = _sources(world, chance, at)
    heat = choose_by(chance, world.truths.heat_by_source, source)
    kind, form = _what_was_done(chance, source, heat)
    new = Hands(
        at=at,
        person=person,
        company=company[person],
        source=source,
        heat=heat,
        kind=kind,
        form=form,
        is_bot=happens(chance, np.where(heat == COLD, SPAM * 2, SPAM / 4), first),
        repeats=np.full(first, -1),
        touched=_touched(world, chance, source, heat),
    )
    return _remembered(_in_order(new, *_repetitions(world, chance, new, repeated)))


def _times(world: World, chance: np.random.Generator, region: Ints) -> Ints:
    """A week by demand, then a day and an hour of the local week."""
    size = region.size
    week = choose(chance, world.demand.tolist(), size)
    weekday = (world.begin // DAY + 3) % 7  # 1 January 1970 was a Thursday
    day = choose(chance, np.roll(_DAY_SHARES, -weekday).tolist(), size)
    days = (world.end - world.begin) // DAY
    day = np.where(week * 7 + day < days, day, day % max(1, days % 7))
    hour = choose(chance, _HOUR_SHARES, size)
    local = week * WEEK + day * DAY + hour * HOUR + between(chance, 0, 3_599, size) * SECOND
    at = np.empty(size, np.int64)
    for number, calendar in enumerate(CALENDAR_OF_REGION):
        rows = np.flatnonzero(region == number)
        at[rows] = from_local(world.begin + local[rows], agreements.timezone(calendar))
    # A day of Berlin begins before that of UTC, and one of New York ends after it.
    at = np.where(at < world.begin, at + DAY, at)
    return np.where(at >= world.end, at - DAY, at)


def _sources(world: World, chance: np.random.Generator, at: Ints) -> Ints:
    shifted = (quarter_of(at) == world.shifted_quarter).astype(np.int64)
    shares = [world.source_shares(shifted=shifted) for shifted in (False, True)]
    return choose_by(chance, np.array(shares), shifted)


def _what_was_done(chance: np.random.Generator, source: Ints, heat: Ints) -> tuple[Ints, Ints]:
    """What raised each hand, and the form that was filled in."""
    size = source.size
    kind = np.full(size, KINDS.index("form_submit"))
    form = choose(chance, (0.55, 0.28, 0.17), size)
    kind[heat == WARM] = KINDS.index("content_download")
    form[heat == WARM] = FORMS.index("whitepaper")
    form[heat == COLD] = FORMS.index("newsletter")
    for word, of, share, of_heat in (
        ("inbound_call", SOURCES, 0.15, (HOT,)),
        ("chat", SOURCES, 0.12, (WARM,)),
        ("webinar_attended", ("webinar",), 0.9, (WARM, COLD)),
        ("event_visit", ("event",), 0.9, (WARM, COLD)),
    ):
        named = np.isin(source, [SOURCES.index(name) for name in of])
        taken = named & np.isin(heat, of_heat) & happens(chance, share, size)
        kind[taken], form[taken] = KINDS.index(word), -1
    return kind, form


def _touched(world: World, chance: np.random.Generator, source: Ints, heat: Ints) -> Flags:
    """Which channels had touched them before, the one that raised the hand among them."""
    shares = np.tile(np.array(world.truths.channel_share), (source.size, 1))
    shares[:, DISPLAY] = np.array(world.truths.display_by_heat)[heat]
    touched = chance.random(shares.shape) < shares
    touched[np.arange(source.size), source] = True  # sources and their channels have one order
    return touched


def _repetitions(
    world: World, chance: np.random.Generator, new: Hands, count: int
) -> tuple[Hands, Ints]:
    """The same hand once more, minutes to days later; and the rows that are repeated."""
    early = np.flatnonzero((new.at < world.end - 7 * DAY) & ~new.is_bot)
    rows = chance.choice(early, count, replace=False)
    later = new.at[rows] + _minutes(long_tailed(chance, 90.0, 1.6, count), 5 * DAY)
    return replace(taken(new, rows), at=whole_seconds(later)), rows


def _minutes(lengths: Floats, most: int) -> Ints:
    return np.minimum((lengths * MINUTE).astype(np.int64) + MINUTE, most)


def _in_order(new: Hands, again: Hands, rows: Ints) -> Hands:
    """All hands in the order of time; equal seconds are moved apart."""
    at = np.concatenate([new.at, again.at])
    order = np.argsort(at, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    repeats = np.concatenate([new.repeats, place[rows]])[order]
    both = {
        name: np.concatenate([getattr(new, name), getattr(again, name)])[order]
        for name in ("person", "company", "source", "heat", "kind", "form", "is_bot", "touched")
    }
    return Hands(at=at[order], repeats=repeats, **both)


def _remembered(hands: Hands) -> Hands:
    """What had touched somebody before an earlier hand has touched them before a later one too."""
    order = np.argsort(hands.person, kind="stable")
    person = hands.person[order, None] * 2
    touched = np.empty_like(hands.touched)
    touched[order] = np.maximum.accumulate(person + hands.touched[order]) % 2 > 0
    return replace(hands, touched=touched)


def previous(hands: Hands) -> Ints:
    """When each person had raised the hand before, NEVER for the first one."""
    order = np.argsort(hands.person, kind="stable")
    person, at = hands.person[order], hands.at[order]
    again = np.append(False, person[1:] == person[:-1])[: person.size]
    before = np.full(hands.size, NEVER)
    before[order] = np.where(again, np.roll(at, 1), NEVER)
    return before


def taken(hands: Hands, rows: Ints) -> Hands:
    """Some of the hands."""
    return Hands(**{name: getattr(hands, name)[rows] for name in hands.__dataclass_fields__})
