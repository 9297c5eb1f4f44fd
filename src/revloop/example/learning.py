"""What the company tries and asks: experiments, and surveys of both teams and of customers."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa

from revloop.example.chance import happens, stream
from revloop.example.demand import DISPLAY
from revloop.example.moments import DAY, HOUR, SECOND, Flags, Ints, quarter_begins, quarter_name
from revloop.example.story import Story
from revloop.example.tables import constant, flags, ids, only, staged, together, words
from revloop.example.truths import CHANNELS
from revloop.example.world import World

EXPERIMENTS = ("short-form", "green-button")
SHORT_FORM = 0
VARIANTS = ("control", "treatment")
EXPOSED_SHARE = 0.3
"""Share of people who raise hands that take part in an experiment, each in one."""
MEASURE = "booked a demo within 14 days"

HOLDOUTS = ("display", "webinar")
"""Channels that are held back from some people by lot, each for as long as the company is told of."""
HELD_BACK = ("shown", "held back")
TALKED = "agreed to a first talk within 30 days"
_BEFORE_HAND = 90 * DAY
"""When the lot is drawn: before any touch that comes before the hand."""

ITEMS: dict[str, tuple[float, float, float]] = {
    "goals_shared": (3.6, 2.9, 3.2),
    "lead_quality": (4.1, 2.6, 3.3),
    "follow_up": (2.4, 3.9, 3.1),
    "content_useful": (4.3, 2.0, 3.0),
    "respect": (3.2, 3.0, 3.4),
    "roles_clear": (3.5, 3.1, 3.3),
    "messages_consistent": (3.4, 2.7, 2.9),
    "same_numbers": (2.8, 2.5, 3.0),
}
"""Mean answers, 1 to 5, of marketing, sales and success; the widest gap is on useful content."""
SURVEYED = ("marketing", "sales", "success")
CUSTOMER_ITEM = ("would_recommend", 3.9)
_COMMENTS = ("We hear of campaigns from customers.", "Besser als im letzten Quartal.")


def experiment_exposures(story: Story) -> pa.Table:
    rows, experiment, variant, at = _exposed(story)
    tests = staged(
        "experiment_exposure",
        {
            "source_id": ids("xe", story.people.numbers[rows]),
            "at": at,
            "recorded_at": at + SECOND,
            "experiment": words(EXPERIMENTS, experiment),
            "variant": words(VARIANTS, variant),
            "unit_kind": constant("contact", rows.size),
            "contact_id": story.people.references(rows),
        },
    )
    return together(tests, *(_held_back(story, channel) for channel in HOLDOUTS))


def experiment_outcomes(story: Story) -> pa.Table:
    """A fortnight later, for those for whom it has passed."""
    rows, experiment, variant, at = _exposed(story)
    truths = story.world.truths
    treated = (variant == 1) & (experiment == SHORT_FORM)
    share = truths.experiment_base + treated * truths.experiment_lift_pp / 100
    chance = stream(story.world.seed, story.block, "experiment outcomes")
    booked = happens(chance, share, rows.size)
    measured = at + 14 * DAY
    kept = np.flatnonzero(measured < story.world.end)
    tests = staged(
        "experiment_outcome",
        {
            "source_id": ids("xo", story.people.numbers[rows[kept]]),
            "at": measured[kept],
            "recorded_at": measured[kept] + SECOND,
            "experiment": words(EXPERIMENTS, experiment[kept]),
            "measure": constant(MEASURE, kept.size),
            "contact_id": story.people.references(rows[kept]),
            "value": booked[kept].astype(float),
        },
    )
    return together(tests, *(_became_of(story, channel) for channel in HOLDOUTS))


def _exposed(story: Story) -> tuple[Ints, Ints, Ints, Ints]:
    """Person, experiment, variant and instant, half an hour before they first asked."""
    chance = stream(story.world.seed, story.block, "experiments")
    raised = story.raisers.company.size
    rows = np.flatnonzero(happens(chance, EXPOSED_SHARE, raised))
    experiment = chance.integers(0, len(EXPERIMENTS), rows.size)
    variant = chance.integers(0, len(VARIANTS), rows.size)
    return rows, experiment, variant, story.people.known_at[rows] - HOUR // 2


def _held_back(story: Story, channel: str) -> pa.Table:
    hand, held = _drawn(story, channel)
    person = story.hands.person[hand]
    at = np.maximum(story.hands.at[hand] - _BEFORE_HAND, story.world.begin)
    return staged(
        "experiment_exposure",
        {
            "source_id": ids(f"xe-{channel}", story.people.numbers[person]),
            "at": at,
            "recorded_at": at + SECOND,
            "experiment": constant(f"{channel}-by-lot", hand.size),
            "variant": words(HELD_BACK, held.astype(np.int64)),
            "unit_kind": constant("contact", hand.size),
            "contact_id": story.people.references(person),
            "channel": constant(channel, hand.size),
            "is_held_back": flags(held, np.ones(hand.size, np.bool_)),
            "planned_share": np.full(hand.size, 0.5),
        },
    )


def _became_of(story: Story, channel: str) -> pa.Table:
    """A month after the hand, for those for whom it has passed."""
    hand, held = _drawn(story, channel)
    truths = story.world.truths
    effect = truths.channel_risk_ratios[CHANNELS.index(channel)]
    chance = stream(story.world.seed, story.block, f"{channel} talks")
    talked = happens(chance, truths.holdout_base * np.where(held, 1.0, effect), hand.size)
    measured = story.hands.at[hand] + 30 * DAY
    kept = np.flatnonzero(measured < story.world.end)
    person = story.hands.person[hand[kept]]
    return staged(
        "experiment_outcome",
        {
            "source_id": ids(f"xo-{channel}", story.people.numbers[person]),
            "at": measured[kept],
            "recorded_at": measured[kept] + SECOND,
            "experiment": constant(f"{channel}-by-lot", kept.size),
            "measure": constant(TALKED, kept.size),
            "contact_id": story.people.references(person),
            "value": talked[kept].astype(float),
        },
    )


def _drawn(story: Story, channel: str) -> tuple[Ints, Flags]:
    """The hands of those who were in the lot, and from which of them the channel was held back.

    Nobody from whom it was held back has a touch of it, and everybody else has one. Who is touched is
    chance, by heat: with the right share of both for each heat, the lot knows nothing of anybody.
    People who asked once, and not by this channel.
    """
    hands, truths = story.hands, story.world.truths
    place = CHANNELS.index(channel)
    once = np.bincount(hands.person, minlength=story.raisers.company.size)[hands.person] == 1
    hand = np.flatnonzero(once & ~hands.is_bot & (hands.source != place))
    by_heat = truths.display_by_heat if place == DISPLAY else (truths.channel_share[place],) * 3
    share = np.array(by_heat)[hands.heat[hand]]
    shown = hands.touched[hand, place]
    arm = min(*by_heat, *(1 - each for each in by_heat))
    chance = stream(story.world.seed, story.block, f"{channel} by lot")
    drawn = happens(chance, arm / np.where(shown, share, 1 - share), hand.size)
    return hand[drawn], ~shown[drawn]


def survey_responses(world: World) -> pa.Table:
    """Each quarter both teams and success answer the same questions; customers answer one."""
    chance = stream(world.seed, -1, "surveys")
    rows: list[tuple[str, str, str, str, int, int]] = []
    for number, quarter in enumerate(world.marketing.quarters[1:]):
        at = quarter_begins(quarter) + 9 * DAY + 15 * HOUR
        if at + 5 * DAY >= world.end:
            continue
        for team, side in enumerate(SURVEYED):
            for item, means in ITEMS.items():
                mean = means[team] + 0.06 * number  # the teams come closer, slowly
                rows += [
                    (
                        quarter_name(quarter),
                        item,
                        side,
                        _hashed(world, side, who),
                        at,
                        _scale(chance, mean),
                    )
                    for who in range(world.size.respondents)
                ]
        rows += [
            (quarter_name(quarter), CUSTOMER_ITEM[0], "customer", _hashed(world, "customer", who), at,
             _scale(chance, CUSTOMER_ITEM[1]))
            for who in range(world.size.respondents * 2)
        ]  # fmt: skip
    waves, items, sides, hashes, begins, values = zip(*rows, strict=True)
    at_ = np.array(begins) + chance.integers(0, 4 * 24, len(rows)) * HOUR
    return staged(
        "survey_response",
        {
            "source_id": [f"sr-{number}" for number in range(1, len(rows) + 1)],
            "at": at_,
            "recorded_at": at_ + SECOND,
            "wave": waves,
            "item": items,
            "respondent": hashes,
            "side": sides,
            "value": np.array(values, float),
            "comment": only(
                happens(chance, 0.02, len(rows)), words(_COMMENTS, np.arange(len(rows)) % 2)
            ),
        },
    )


def _hashed(world: World, side: str, who: int) -> str:
    return hashlib.sha256(f"{world.seed} {side} {who}".encode()).hexdigest()[:16]


def _scale(chance: np.random.Generator, mean: float) -> int:
    return int(np.clip(round(mean + 0.8 * chance.standard_normal()), 1, 5))
