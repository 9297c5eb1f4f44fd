"""How much disk the base install takes, without byte code: the wheel and all that it requires."""

from __future__ import annotations

from importlib.metadata import Distribution, PackageNotFoundError, distribution

from bench.rows import Row
from packaging.requirements import Requirement

BAR_MB = 900
"""For the whole product; with the agreement alone it was 500."""


def measure() -> list[Row]:
    sizes = {name: _size(found) for name, found in _required("revloop").items()}
    total = sum(sizes.values()) / 1e6
    largest = sorted(sizes, key=lambda name: -sizes[name])[:3]
    return [
        Row(
            what=f"base install, {len(sizes)} packages, most of it {', '.join(largest)}",
            ours=f"{total:,.0f} MB",
            bar=f"<= {BAR_MB} MB",
            held=total <= BAR_MB,
            limit=f"<= {BAR_MB} MB",
            refused=total > BAR_MB,
        )
    ]


def _required(name: str) -> dict[str, Distribution]:
    """Every package that the base install brings, by its name."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        try:
            found[current] = distribution(current)
        except PackageNotFoundError:  # for another platform
            continue
        for text in found[current].requires or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name.lower().replace("_", "-"))
    return found


def _size(found: Distribution) -> int:
    files = [each for each in found.files or [] if each.suffix != ".pyc"]
    return sum(each.size or 0 for each in files)
