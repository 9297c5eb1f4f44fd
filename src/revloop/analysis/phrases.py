"""Numbers as a sentence says them: never a rate without its n and its interval."""

from __future__ import annotations

from collections.abc import Sequence

from revloop.analysis.rates import Rate
from revloop.kit.money import DECIMALS

_THIN = "\N{NARROW NO-BREAK SPACE}"


def share(value: float, digits: int = 1) -> str:
    """`25.7 %`; whole percents where there is nothing after the point."""
    return f"{value * 100:.{digits}f}{_THIN}%"


def count(n: int) -> str:
    return f"{n:,}"


def counted(n: int, one: str, many: str = "") -> str:
    """`1 lead`, `1,204 leads`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def rate(found: Rate) -> str:
    """`25.7 % (24.6 to 26.9 %; 5,163 of 20,056)`; `not known (0 of 0)` where there was nobody."""
    value, interval = found.value, found.interval
    if value is None or interval is None:
        return f"not known ({found.x:,} of {found.n:,})"
    low, high = interval
    between = f"{low * 100:.1f} to {share(high)}"
    return f"{share(value)} ({between}; {found.x:,} of {found.n:,})"


def money(minor: float, currency: str) -> str:
    """`12,345 USD`: whole units, which is what a sentence can bear."""
    return f"{minor / 10 ** DECIMALS.get(currency, 2):,.0f}{_THIN}{currency}"


def signed(value: float) -> str:
    """`+1.3`, `−0.1`."""
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


def days(value: float | None) -> str:
    """`8 days`, `3 hours` below two days, `not reached` where a median was not."""
    if value is None:
        return "not reached"
    if value < 2:  # noqa: PLR2004 - two days
        hours = value * 24
        return f"{hours:.1f} hours" if hours < 10 else f"{hours:.0f} hours"  # noqa: PLR2004
    return f"{value:.1f} days" if value < 10 else f"{value:,.0f} days"  # noqa: PLR2004


def minutes(value: float) -> str:
    """`12 min`, `3.4 h` from two hours on."""
    return f"{value:.0f} min" if value < 120 else f"{value / 60:.1f} h"  # noqa: PLR2004


def compared(n: int, by: Sequence[str], one: str, many: str = "") -> str:
    """`12 rates, by source and segment.`: all that a sentence says of a comparison."""
    return f"{counted(n, one, many)}, by {listed(list(by))}."


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def label(name: str) -> str:
    """A column as people call it: `lowest_model` as `Lowest model`, `lowest_roi` as `Lowest ROI`."""
    said = " ".join(_SHORT.get(word, word) for word in name.split("_"))
    return _LABELS.get(name, said[:1].upper() + said[1:])


_SHORT = {"roi": "ROI", "roas": "ROAS"}
_LABELS = {
    "n": "n",
    "x": "x",
    "owner_user_id": "Owner",
    "minor": "Amount",
    "horizon_days": "Within, days",
    "is_small": "Few",
}
