"""How many units an experiment needs, before it begins."""

from __future__ import annotations

import math
from statistics import NormalDist


def each_arm(without: float, shown: float, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """The units of each arm that tell two shares apart, looked at once, on two sides; not rounded.

        (z₁₋ₐ/₂·√(2·p̄(1 − p̄)) + z₁₋ᵦ·√(p₀(1 − p₀) + p₁(1 − p₁)))² / (p₁ - p₀)²,  p̄ = (p₀ + p₁)/2

    Fleiss, J. L. (1981), Statistical methods for rates and proportions, without his correction of
    continuity.

    Args:
        without: the share where it is held back.
        shown: the share where it is shown.
        alpha: how often two shares that are the same may be taken for different.
        power: how often these two are to be told apart.

    Raises:
        ValueError: The shares are the same, or one is not between 0 and 1.
    """
    if without == shown or not (0 <= without <= 1 and 0 <= shown <= 1):
        raise ValueError("two different shares between 0 and 1 are needed")
    normal, mean = NormalDist(), (without + shown) / 2
    same = normal.inv_cdf(1 - alpha / 2) * math.sqrt(2 * mean * (1 - mean))
    apart = normal.inv_cdf(power) * math.sqrt(without * (1 - without) + shown * (1 - shown))
    return ((same + apart) / (shown - without)) ** 2
