"""What each value of a cut earned, by each model, in whole minor units that sum to what was booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from revloop.agreement.terms.credit_models import (
    DATA_DRIVEN,
    DEFAULT,
    RULES,
    SHAPLEY,
    Model,
    declared,
    rule,
)
from revloop.analysis.credit.booked import Booked, together
from revloop.analysis.credit.measures import TOUCH_CUTS, half_life_days, policy
from revloop.analysis.credit.statistics.shares import (
    Floats,
    Ints,
    Steps,
    by_channel_set,
    in_minor_units,
    shares,
)
from revloop.analysis.ground import Setting

CHANNEL, MODEL = "channel", "model"


def known_models(setting: Setting) -> tuple[str, ...]:
    """Every model that may be asked for: the agreement's own, ours, those of vendors."""
    return (*own_models(setting), *RULES, *DATA_DRIVEN)


def own_models(setting: Setting) -> dict[str, Model]:
    """The models that the agreement makes for itself."""
    agreed = policy(setting)
    return {} if agreed is None else {n: declared(n, each) for n, each in agreed.models.items()}


MODELS = {MODEL: known_models}
"""What may be chosen beside cuts."""


class Unreconciled(ArithmeticError):
    """Credits do not sum to what was booked: a mistake of ours, never shown as a number."""


@dataclass(frozen=True)
class Credits:
    """What was earned by one model."""

    model: str
    minor: Ints
    """Of each value, in minor units."""
    conversions: Floats
    """Of each value, in bookings: their sum is that of the bookings that could be credited."""
    unattributed: int
    """Of the bookings in whose journeys the model finds nothing to credit."""


@dataclass(frozen=True)
class Values:
    """The values that touches are told apart by: their names, and the number of that of each touch."""

    by: tuple[str, ...]
    names: list[tuple[str, ...]]
    of: Ints

    @property
    def count(self) -> int:
        return len(self.names)


def values(booked: Booked, by: Sequence[str]) -> Values:
    """The combinations of these cuts; by channel, if none of them is of touches."""
    asked = (*by, *(() if set(by) & set(TOUCH_CUTS) else (CHANNEL,)))
    names, of = together([booked.by_touch(cut) for cut in asked])
    return Values(asked, names, of)


def models(setting: Setting, wanted: str | None = None) -> tuple[str, ...]:
    """The models that are shown: one that is asked for, else those of the agreement, its primary first.

    Raises:
        InvalidInput: `credit.no_such_model`.
    """
    if wanted is not None:
        if wanted not in DATA_DRIVEN:
            rule_of(setting, wanted)
        return (wanted,)
    agreed = policy(setting)
    return DEFAULT if agreed is None else (agreed.primary, *agreed.also)


def rule_of(setting: Setting, name: str) -> Model:
    """A rule model as the agreement has it.

    Raises:
        InvalidInput: `credit.no_such_model`.
    """
    return rule(name, half_life=half_life_days(setting), own=own_models(setting))


def share_of_touches(booked: Booked, setting: Setting, model: str) -> Floats:
    """The share of each touch in its booking by a model that is told journey by journey."""
    if model == SHAPLEY:
        channel = booked.by_touch(CHANNEL)
        return by_channel_set(booked.steps, channel.of, len(channel.values))
    return shares(rule_of(setting, model), booked.steps)


def credited(booked: Booked, share: Floats, model: str, told: Values) -> tuple[Credits, Ints]:
    """The credits by the shares of touches, and what each touch earned.

    Raises:
        Unreconciled: Credits and the unattributed are not what was booked.
    """
    minor = in_minor_units(booked.amounts, share, booked.steps)
    found = Credits(
        model,
        np.bincount(told.of, minor, told.count).astype(np.int64),
        np.bincount(told.of, share, told.count).astype(np.float64),
        int(booked.amounts[booked.steps.summed(share) == 0].sum()),
    )
    _reconcile(booked, found)
    return found, minor


def by_channel(
    booked: Booked, effects: dict[str, float], linear: Ints, told: Values, model: str
) -> Credits:
    """The credits of a model that knows channels alone, by its effect of each.

    Of each group of bookings the channels that touched it share what it earned by their effects, and
    a channel's part is spread over its touches as the linear model does. Where no channel has any
    effect it is all linear.

    Args:
        booked: the bookings.
        effects: of each channel, not negative.
        linear: what each touch earned by the linear model.
        told: the values to tell apart.
        model: its name.

    Raises:
        Unreconciled: Credits and the unattributed are not what was booked.
    """
    channel = booked.by_touch(CHANNEL)
    effect = np.array([effects.get(name, 0.0) for name in channel.values])
    of_bookings = [booked.by_touch(cut) for cut in told.by if cut not in TOUCH_CUTS]
    group = together(of_bookings)[1] if of_bookings else np.zeros(channel.of.size, np.int64)
    alone = 1 / np.maximum(booked.steps.sizes, 1)[booked.steps.journey]
    minor, conversions = np.zeros(told.count, np.int64), np.zeros(told.count)
    for number in np.unique(group):
        rows = np.flatnonzero(group == number)
        money = np.bincount(channel.of[rows], linear[rows], effect.size)
        weight = np.where(money > 0, effect, 0.0)
        weight = weight if weight.sum() else np.abs(money)
        if not weight.sum():
            continue
        weight = weight / weight.sum()
        parts = whole_parts(int(money.sum()), weight)
        for one in np.flatnonzero(weight):
            of_it = rows[channel.of[rows] == one]
            spread = np.abs(np.bincount(told.of[of_it], linear[of_it], told.count))
            spread = spread / spread.sum()
            minor += whole_parts(int(parts[one]), spread)
            conversions += weight[one] * alone[rows].sum() * spread
    unattributed = int(booked.amounts[~booked.has_touches].sum())
    found = Credits(model, minor, conversions, unattributed)
    _reconcile(booked, found)
    return found


def whole_parts(amount: int, share: Floats) -> Ints:
    """An amount by shares that sum to 1, in whole units: as the touches of one journey have it."""
    nothing = np.zeros(share.size)
    alone = Steps(np.array([0, share.size]), nothing, nothing.astype(np.int64), nothing)
    return in_minor_units(np.array([amount]), share, alone)


def _reconcile(booked: Booked, found: Credits) -> None:
    credited = int(found.minor.sum())
    if credited + found.unattributed != booked.total:
        raise Unreconciled(
            f"{found.model}: {credited} + {found.unattributed} minor units of {booked.total}"
        )
