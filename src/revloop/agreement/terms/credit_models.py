"""Rule models: how the touches of one journey share what came of it.

A model gives parts to milestones of the journey and a rest to the touches that are none of them. A
touch that is several milestones earns all their parts; the part of a milestone that the journey does
not have is shared by the others in proportion, and so is the rest where no touch is left for it.

    w_shaped    30 first, 30 lead, 30 opportunity, 10 rest

Every vendor has its own variants of the same names. They are named `vendor:model`; where a vendor
says nothing of a case, it is decided as for the models without a vendor. An agreement may declare
models of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Protocol

from revloop.kit.durations import Duration
from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean

FIRST, LAST = "first", "last"
MARKS = ("lead", "mql", "sal", "sql", "opportunity", "primary_campaign")
"""Milestones that the facts say: the last touch at or before the moment holds each. The touch of
`primary_campaign` is the last of the campaign that the opportunity names."""
CONVERTING = ("lead", "mql", "sal", "sql", "opportunity")
CONVERSIONS = "conversions"
"""All touches that hold a milestone of `CONVERTING`, together."""
MILESTONES = (FIRST, LAST, *MARKS, CONVERSIONS)
REST = "rest"
_A_DAY = 86_400
MOST_MILESTONES = 10


@dataclass(frozen=True, slots=True)
class Model:
    """One way of sharing; exactly one of the forms is used.

    Parts and rest need not sum to 1: they are scaled to.
    """

    name: str
    title: str
    parts: Mapping[str, Fraction] = field(default_factory=dict)
    """By milestone."""
    rest: Fraction = Fraction(0)
    """Shared equally by the touches that hold none of them."""
    half_life: float | None = None
    """Days in which a touch loses half its weight, towards the end of the journey."""
    from_the_end: tuple[Fraction, ...] = ()
    """Weights of the last touch, the one before it, and so on; those before earn nothing."""
    as_documented: str = ""
    """What the vendor leaves open."""

    def __post_init__(self) -> None:
        if unknown := self.parts.keys() - set(MILESTONES):
            raise InvalidInput(
                "credit.milestone",
                f"there is no milestone {min(unknown)[:60]!r}",
                hint=did_you_mean(min(unknown), MILESTONES)
                or f"milestones are {', '.join(MILESTONES)}",
            )
        if len(self.parts) > MOST_MILESTONES:
            raise InvalidInput(
                "credit.milestone",
                f"{self.name[:60]} has {len(self.parts)} milestones",
                hint=f"a model has at most {MOST_MILESTONES}",
            )


def _percent(**parts: float) -> Mapping[str, Fraction]:
    return MappingProxyType({name: Fraction(str(each)) / 100 for name, each in parts.items()})


def _of(name: str, title: str, rest: float = 0, said: str = "", **parts: float) -> Model:
    return Model(name, title, _percent(**parts), Fraction(str(rest)) / 100, as_documented=said)


_SILENT = "as documented; without middle touches and without a milestone the parts are scaled"
_HALVING = tuple(Fraction(1, 2**step) for step in range(1, 7))

OURS = (
    _of("first", "First touch", first=100),
    _of("last", "Last touch", last=100),
    _of("linear", "Linear", rest=100),
    _of("u_shaped", "U-shaped", first=40, last=40, rest=20),
    _of("w_shaped", "W-shaped", first=30, lead=30, opportunity=30, rest=10),
    _of("full_path", "Full path", rest=10, first=22.5, lead=22.5, opportunity=22.5, last=22.5),
    _of("j_shaped", "J-shaped", first=20, last=60, rest=20),
    _of("inverse_j", "Inverse J", first=60, last=20, rest=20),
    Model("time_decay", "Time decay", half_life=14.0),
)
VENDORS = (
    _of("marketo_measure:first_touch", "First touch", first=100),
    _of("marketo_measure:lead_creation", "Lead creation", lead=100, said=_SILENT),
    _of("marketo_measure:u_shaped", "U-shaped", first=50, lead=50, said=_SILENT),
    _of("marketo_measure:w_shaped", "W-shaped", first=30, lead=30, opportunity=30, rest=10, said=_SILENT),
    _of("marketo_measure:full_path", "Full path", rest=10, first=22.5, lead=22.5, opportunity=22.5, last=22.5, said=_SILENT),
    _of("hubspot:first", "First interaction", first=100),
    _of("hubspot:last", "Last interaction", last=100),
    _of("hubspot:linear", "Linear", rest=100),
    _of("hubspot:u_shaped", "U-shaped", first=40, lead=40, rest=20, said=_SILENT),
    _of("hubspot:w_shaped", "W-shaped", first=30, lead=30, opportunity=30, rest=10, said=_SILENT),
    _of("hubspot:full_path", "Full path", rest=10, first=22.5, lead=22.5, opportunity=22.5, last=22.5, said=_SILENT),
    Model("hubspot:time_decay", "Time decay", half_life=7.0),
    _of("hubspot:j_shaped", "J-shaped", first=20, last=60, rest=20, said="weights in common use"),
    _of("hubspot:inverse_j", "Inverse J", first=60, last=20, rest=20, said="weights in common use"),
    Model(
        "hubspot:simple_decay",
        "Simple decay",
        from_the_end=_HALVING,
        as_documented="the six weights sum to 98.4 %; they are scaled to the whole",
    ),
    _of("dreamdata:first", "First touch", first=100),
    _of("dreamdata:last", "Last touch", last=100),
    _of("dreamdata:linear", "Linear", rest=100),
    _of("dreamdata:u_shaped", "U-shaped", first=40, last=40, rest=20, said=_SILENT),
    _of("dreamdata:w_shaped", "W-shaped", first=30, last=30, conversions=30, rest=10, said=_SILENT),
    _of("hockeystack:position", "Position-based", first=40, last=40, rest=20, said=_SILENT),
    _of("salesforce:primary_campaign", "Primary campaign source", primary_campaign=100),
    _of("salesforce:first", "First touch", first=100),
    _of("salesforce:last", "Last touch", last=100),
    _of("salesforce:even", "Even distribution", rest=100),
    Model("salesforce:time_decay", "Time decay", half_life=7.0),
    _of("salesforce:u_shaped", "U-shaped", first=40, last=40, rest=20, said=_SILENT),
    _of("adobe:j_curve", "J curve", first=20, last=60, rest=20, said=_SILENT),
    _of("adobe:inverse_j", "Inverse J", first=60, last=20, rest=20, said=_SILENT),
    Model("google_ads:time_decay", "Time decay", half_life=7.0),
    _of("google_ads:position", "Position-based", first=40, last=40, rest=20, said=_SILENT),
)  # fmt: skip

LINEAR, MARKOV, SHAPLEY, SHAPLEY_RATE = "linear", "markov", "shapley", "shapley_rate"
DATA_DRIVEN: Mapping[str, str] = MappingProxyType(
    {MARKOV: "Markov", SHAPLEY: "Shapley", SHAPLEY_RATE: "Shapley (rates)"}
)
"""Models that are told from all journeys, with their titles."""
BY_CHANNEL = (MARKOV, SHAPLEY_RATE)
"""Those of them that know channels, and no touches."""

RULES: Mapping[str, Model] = MappingProxyType({each.name: each for each in (*OURS, *VENDORS)})
DEFAULT = (
    "first",
    "last",
    "linear",
    "u_shaped",
    "w_shaped",
    "full_path",
    "time_decay",
    MARKOV,
    SHAPLEY,
)
"""What is shown where the agreement names none."""


class Said(Protocol):
    """A model as an agreement writes it."""

    @property
    def weights(self) -> Mapping[str, Decimal]: ...
    @property
    def half_life(self) -> Duration | None: ...
    @property
    def from_the_end(self) -> tuple[Decimal, ...]: ...


def declared(name: str, said: Said) -> Model:
    """A model that an agreement makes for itself."""
    weights = {milestone: Fraction(weight) for milestone, weight in said.weights.items()}
    rest = weights.pop(REST, Fraction(0))
    return Model(
        name,
        title(name),
        MappingProxyType(weights),
        rest,
        None if said.half_life is None else said.half_life.length.total_seconds() / _A_DAY,
        tuple(map(Fraction, said.from_the_end)),
    )


def rule(
    name: str, *, half_life: float | None = None, own: Mapping[str, Model] = MappingProxyType({})
) -> Model:
    """The rule model of this name.

    Args:
        name: of ours, of a vendor or of the agreement.
        half_life: that of the agreement in days, for `time_decay`.
        own: the models that the agreement makes for itself.

    Raises:
        InvalidInput: `credit.no_such_model`.
    """
    found = RULES.get(name) or own.get(name)
    if found is None:
        known = (*own, *RULES, *DATA_DRIVEN)
        raise InvalidInput(
            "credit.no_such_model",
            f"there is no model {name[:60]!r}",
            hint=did_you_mean(name, known) or f"models are {', '.join(known)}",
        )
    if found.name == "time_decay" and half_life:
        return Model(found.name, found.title, half_life=half_life)
    return found


def title(name: str) -> str:
    """What a model is called on a page: `W-shaped`, `U-shaped (hubspot)`; `As we agreed`, of ours."""
    if name in DATA_DRIVEN:
        return DATA_DRIVEN[name]
    if name not in RULES:
        return name.replace("_", " ").capitalize()
    vendor, _, _ = name.rpartition(":")
    own = RULES[name].title
    return f"{own} ({vendor.replace('_', ' ')})" if vendor else own
