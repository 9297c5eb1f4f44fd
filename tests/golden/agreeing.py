"""Whether a computed value agrees with a worked one, and where it does not."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any


def disagreements(
    got: Any, wanted: Any, tolerance: float, *, partial: bool = False, path: str = ""
) -> list[str]:
    """Every place where the two differ; an empty list if they agree.

    Numbers agree within tolerance x max(1, |wanted|), instants as instants, fractions exactly;
    null agrees with null alone. `partial`: what is not wanted is not compared.
    """
    if isinstance(wanted, dict) and isinstance(got, dict):
        keys = wanted.keys() if partial else wanted.keys() | got.keys()
        return [
            found
            for key in sorted(keys)
            for found in disagreements(
                got.get(key, "absent"),
                wanted.get(key, "absent"),
                tolerance,
                partial=partial,
                path=f"{path}.{key}",
            )
        ]
    if isinstance(wanted, list) and isinstance(got, list | tuple) and len(wanted) == len(got):
        return [
            found
            for index, (one, other) in enumerate(zip(got, wanted, strict=True))
            for found in disagreements(
                one, other, tolerance, partial=partial, path=f"{path}[{index}]"
            )
        ]
    return [] if _agree(got, wanted, tolerance) else [f"{path}: got {got!r}, wanted {wanted!r}"]


def _agree(got: Any, wanted: Any, tolerance: float) -> bool:
    if isinstance(got, datetime) and isinstance(wanted, str):
        # Between zones, Python calls the times of a repeated hour unequal: compare in one.
        return got.astimezone(UTC) == datetime.fromisoformat(wanted).astimezone(UTC)
    if isinstance(got, Fraction) and isinstance(wanted, str):
        return got == Fraction(wanted)
    if _is_number(got) and _is_number(wanted):
        return abs(float(got) - float(wanted)) <= tolerance * max(1.0, abs(float(wanted)))
    return type(got) is type(wanted) and bool(got == wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Fraction) and not isinstance(value, bool)
