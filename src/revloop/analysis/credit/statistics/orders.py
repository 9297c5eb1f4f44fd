"""How far back the next step of a journey depends on the channels before: the order of a chain.

A higher order always fits the journeys it was counted from better. Which one is right is decided
by others: by how well each foretells their next step, a channel, a conversion, or the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from revloop.analysis.credit.statistics.grams import Grams, Ints, packed
from revloop.analysis.rates import Floats

_EQUAL = 1e-12
"""Losses that differ by less differ by rounding."""


def log_loss(train: Grams, test: Grams, order: int, channels: int) -> float:
    """How surprised a chain is by other journeys: the mean of −ln p over their steps, in nats.

    With n steps seen after the last k channels, and of these x that went on as this one did,
    p_k = (x + p_{k−1})/(n + 1): a context that was seen rarely says little against the shorter one
    (interpolation with one pseudo-count, MacKay and Peto 1995). p_0 is the overall share, with one
    added for each of the C + 2 outcomes, so that nothing is impossible.

    Args:
        train: The steps that the chain is counted from.
        test: The steps of other journeys.
        order: How many channels the chain looks back, from 0 on.
        channels: How many there are, C.

    Raises:
        ValueError: No steps to foretell, an order that one of the grams does not reach, or a
            channel above C.
    """
    seen, asked = _outcomes(train, order, channels), _outcomes(test, order, channels)
    if not asked.often.sum() > 0:
        raise ValueError("there are no steps to foretell")
    outcomes = channels + 2
    overall = np.bincount(seen.outcome, seen.often, minlength=outcomes + 1)[asked.outcome]
    p = (overall + 1) / (seen.often.sum() + outcomes)
    for k in range(1, order + 1):
        x = _counted(seen.keys(k, with_outcome=True), seen.often, asked.keys(k, with_outcome=True))
        n = _counted(seen.keys(k), seen.often, asked.keys(k))
        p = (x + p) / (n + 1)
    return float(-(asked.often @ np.log(p)) / asked.often.sum())


def best_order(train: Grams, test: Grams, orders: Iterable[int], channels: int) -> int:
    """The order with the smallest `log_loss`; of equal ones the lowest.

    Raises:
        ValueError: As of `log_loss`, or no orders.
    """
    losses = {order: log_loss(train, test, order, channels) for order in sorted(set(orders))}
    if not losses:
        raise ValueError("no order to choose from")
    least = min(losses.values())
    return next(order for order, loss in losses.items() if loss <= least + _EQUAL)


@dataclass(frozen=True, slots=True, eq=False)
class _Outcomes:
    """What came after which channels, and how often; a step that ended a journey has two rows."""

    context: Ints
    """The channels before, the newest first; (rows, order)."""
    outcome: Ints
    """A channel, C + 1 for a conversion, C + 2 for an end without one; (rows,)."""
    often: Floats
    channels: int

    def keys(self, order: int, *, with_outcome: bool = False) -> Ints:
        columns = [self.outcome] if with_outcome else []
        columns += [self.context[:, back] for back in range(order)]
        return packed(columns, self.channels + 3)


def _outcomes(grams: Grams, order: int, channels: int) -> _Outcomes:
    if (grams.channel > channels).any():
        raise ValueError(f"there are more than {channels} channels")
    ended = grams.arrivals(order)
    context = np.concatenate((grams.contexts(order), ended, ended))
    ends = np.repeat([channels + 1, channels + 2], grams.channel.size)
    outcome = np.concatenate((grams.channel, ends))
    often = np.concatenate((grams.passes, grams.won, grams.lost))
    some = often > 0
    return _Outcomes(context[some], outcome[some], often[some], channels)


def _counted(keys: Ints, often: Floats, asked: Ints) -> Floats:
    """How often each asked key was seen."""
    if not keys.size:
        return np.zeros(asked.size)
    found, places = np.unique(keys, return_inverse=True)
    counts = np.bincount(places, often)
    at = np.minimum(np.searchsorted(found, asked), found.size - 1)
    return np.where(found[at] == asked, counts[at], 0.0)
