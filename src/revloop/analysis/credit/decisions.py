"""What to do about each channel: what every model agrees on, and what depends on the model."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from revloop.agreement.terms.credit_models import title
from revloop.analysis.rates import Interval

RAISE, HOLD, CUT = "raise", "hold", "cut"
DEPENDS, NOT_JUDGED = "depends", "not judged"
EXPERIMENT, ALIKE, CREDIT = "an experiment", "leads alike", "credit alone"
"""What a verdict rests on, the strongest evidence first."""
_FEW = 3
_NOTHING: Mapping[str, tuple[float, Interval]] = MappingProxyType({})

Said = tuple[str, float | None, Interval | None]
"""A model, the return that it gives, and its interval."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What an experiment shows: by how much better those do who were shown it."""

    experiment: str
    ratio: float
    between: Interval
    held_back: int
    """Units from which the lot held it back."""

    def __str__(self) -> str:
        low, high = self.between
        return (
            f"held back from {self.held_back:,} drawn by lot, its effect is {self.ratio:.2f} times"
            f" ({low:.2f} to {high:.2f})"
        )


_NO_PROOF: Mapping[str, Proof] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Budget:
    """The rules of the agreement on moving money; without an agreement nothing is moved."""

    brand_floor: float = 0.0
    """The least share of media that goes to the brand."""
    move_at_most: float = 0.0
    """The largest share of media that may be moved in a quarter."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the models say of one channel or campaign."""

    name: str
    verdict: str
    cost: int
    lowest: float | None
    highest: float | None
    counts: Mapping[str, int]
    """How many models say raise, hold and cut."""
    move: float
    """Minor units to be moved to it, or away from it (below 0)."""
    why: str
    rests_on: str = CREDIT
    """An experiment, leads alike, or credit alone."""

    def row(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "cost": self.cost,
            "lowest_roi": self.lowest,
            "highest_roi": self.highest,
            **{name: self.counts.get(name, 0) for name in (RAISE, HOLD, CUT)},
            "move": self.move or None,
            "why": self.why,
            "rests_on": None if self.verdict == NOT_JUDGED else self.rests_on,
        }


def decide(  # noqa: PLR0913 - what models say, the rules, and the evidence beside them
    said: Mapping[str, Sequence[Said]],
    media: Mapping[str, int],
    budget: Budget,
    *,
    untouched: Collection[str],
    brand: Collection[str],
    alike: Mapping[str, tuple[float, Interval]] = _NOTHING,
    proven: Mapping[str, Proof] = _NO_PROOF,
) -> list[Decision]:
    """A decision for everything that media was spent on, the most expensive first.

    Args:
        said: of each value, what the models say.
        media: what was spent on each, in minor units.
        budget: the rules on moving money.
        untouched: what no touch of a journey shows: no model can judge it.
        brand: what is spent for the brand.
        alike: of each, how many times as often leads that it touched come through as leads alike.
        proven: of each, what an experiment shows: it outranks leads alike.

    """
    total = sum(media.values())
    share = sum(media.get(name, 0) for name in brand) / total if total else 0.0
    found = [
        _against(_judged(name, said.get(name, ()), media[name]), alike.get(name), proven.get(name))
        if name not in untouched and name not in brand
        else _with(
            _brand(name, media[name], share, budget, is_brand=name in brand), proven.get(name)
        )
        for name in sorted(media, key=lambda name: (-media[name], name))
    ]
    return _moved(found, budget.move_at_most * total)


def verdict_of(value: float | None, between: Interval | None) -> str | None:
    """Raise where the whole interval is above 0, cut where it is below; hold in between."""
    if value is None:
        return None
    low, high = between or Interval(value, value)
    if low > 0:
        return RAISE
    return CUT if high < 0 else HOLD


def _judged(name: str, said: Sequence[Said], cost: int) -> Decision:
    verdicts = {model: verdict_of(value, between) for model, value, between in said}
    told = {model: each for model, each in verdicts.items() if each is not None}
    values = [value for _, value, _ in said if value is not None]
    counts = {word: sum(each == word for each in told.values()) for word in (RAISE, HOLD, CUT)}
    lowest, highest = (min(values), max(values)) if values else (None, None)
    words = [word for word, count in counts.items() if count]
    if not told:
        return Decision(name, NOT_JUDGED, cost, lowest, highest, counts, 0.0, "no margin is known")
    if len(words) == 1:
        why = {
            RAISE: "earns more than it costs by every model",
            HOLD: "chance alone could turn its return either way, by every model",
            CUT: "earns less than it costs by every model",
        }[words[0]]
        return Decision(name, words[0], cost, lowest, highest, counts, 0.0, why)
    words.sort(key=lambda word: -counts[word])
    parts = [
        f"{word} by {_named([model for model, each in told.items() if each == word])}"
        for word in words
    ]
    return Decision(name, DEPENDS, cost, lowest, highest, counts, 0.0, "; ".join(parts))


def _against(found: Decision, lift: tuple[float, Interval] | None, proof: Proof | None) -> Decision:
    """The verdict of the models, held against the strongest evidence that there is."""
    return _held_against(found, lift) if proof is None else _with(found, proof)


def _with(found: Decision, proof: Proof | None) -> Decision:
    """Where an experiment is, only what it shows to help is raised."""
    if proof is None:
        return found
    found = replace(found, rests_on=EXPERIMENT)
    if not found.counts.get(RAISE):
        return replace(found, why=f"{found.why}; {proof}")
    if proof.between.low > 1:
        return replace(found, why=f"{found.why}; and {proof}")
    return replace(found, verdict=HOLD, why=f"{found.why}; but {proof}, not clearly more than none")


def _held_against(found: Decision, lift: tuple[float, Interval] | None) -> Decision:
    """Credit alone raises nothing: leads that were touched have to come further than leads alike."""
    if lift is None or not found.counts.get(RAISE):
        return found
    ratio, between = lift
    found = replace(found, rests_on=ALIKE)
    said = f"{ratio:.2f} times as often ({between.low:.2f} to {between.high:.2f})"
    if between.low > 1:
        why = f"{found.why}; and leads that it touched come through {said} as leads alike"
        return replace(found, why=why)
    why = f"{found.why}; but leads that it touched come through {said} as leads alike, not clearly more"
    return replace(found, verdict=HOLD, why=why)


def _named(models: Sequence[str]) -> str:
    """Few models by their names, many by their number."""
    if len(models) > _FEW:
        return f"{len(models)} models"
    said = [title(each) for each in models]
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def _brand(name: str, cost: int, share: float, budget: Budget, *, is_brand: bool) -> Decision:
    why = "no touch shows what it does: only an experiment or a media mix can tell"
    if is_brand and budget.brand_floor:
        state = "holds" if share >= budget.brand_floor else "is below"
        why += f"; the brand has {share:.0%} of media and {state} the floor of {budget.brand_floor:.0%}"
    return Decision(name, NOT_JUDGED, cost, None, None, {}, 0.0, why)


def _moved(found: Sequence[Decision], most: float) -> list[Decision]:
    """From what every model would cut to what every model would raise, as far as the rules allow."""
    cuts = sum(each.cost for each in found if each.verdict == CUT)
    raises = sum(each.cost for each in found if each.verdict == RAISE)
    amount = min(most, float(cuts))
    if not amount or not raises:
        return list(found)
    moved = []
    for each in found:
        part = 0.0
        if each.verdict == CUT:
            part = -amount * each.cost / cuts
        elif each.verdict == RAISE:
            part = amount * each.cost / raises
        moved.append(replace(each, move=part))
    return moved
