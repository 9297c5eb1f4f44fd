"""Chance: every part of the company draws from a stream of its own.

So a change in how one part is made leaves all others as they were, and each part of each block can
be made alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from revloop.example.moments import Flags, Floats, Ints


def stream(seed: int, block: int, part: str) -> np.random.Generator:
    """The stream of one part of one block; blocks count from 0, -1 is what all blocks share."""
    return np.random.Generator(np.random.PCG64([seed, block + 1, zlib.crc32(part.encode())]))


def happens(chance: np.random.Generator, share: Floats | float, size: int) -> Flags:
    """For each of `size` rows whether it happens, with a chance for all or for each."""
    return chance.random(size) < share


def between(chance: np.random.Generator, least: int, most: int, size: int) -> Ints:
    """Whole numbers from `least` to `most`, both included."""
    return chance.integers(least, most, size, endpoint=True)


def choose(chance: np.random.Generator, shares: Sequence[float], size: int) -> Ints:
    """Numbers of choices, drawn by their shares."""
    return np.searchsorted(_steps(np.asarray(shares)), chance.random(size), "right")


def choose_by(
    chance: np.random.Generator, shares: Sequence[Sequence[float]] | Floats, row: Ints
) -> Ints:
    """Numbers of choices; each row draws by the shares of its own kind."""
    steps = _steps(np.asarray(shares))
    return np.asarray((steps[row] <= chance.random(row.size)[:, None]).sum(axis=1), np.int64)


def long_tailed(
    chance: np.random.Generator, median: Floats | float, spread: float, size: int
) -> Floats:
    """Lengths with a median and a long tail: lognormal, `spread` its sigma."""
    return np.asarray(median * np.exp(spread * chance.standard_normal(size)))


def _steps(shares: Floats) -> Floats:
    steps = np.cumsum(shares, axis=-1) / np.sum(shares, axis=-1, keepdims=True)
    # The last step is beyond every draw, whatever the rounding of the sum.
    return np.asarray(steps[..., :-1])
