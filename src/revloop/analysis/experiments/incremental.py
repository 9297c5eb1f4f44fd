"""What a channel or a campaign causes, where it was held back from some by lot.

The one place where the program says effect: the lot alone decided who was shown it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from revloop.analysis import phrases
from revloop.analysis.experiments.measures import CUTS, experiment_rows, experiment_sums
from revloop.analysis.experiments.statistics.always_valid import MIN_UNITS
from revloop.analysis.experiments.statistics.arms import Arm, Effect, effect
from revloop.analysis.experiments.statistics.sample_ratio import SampleRatio, sample_ratio
from revloop.analysis.needs import Need
from revloop.analysis.rates import Interval
from revloop.analysis.reading import (
    UNKNOWN,
    Column,
    Excluded,
    Found,
    Given,
    Headline,
    Reading,
    Rows,
    Sums,
)
from revloop.analysis.revenue.laying import (
    FLAG,
    NUMBER,
    TEXT,
    WHOLE,
    col,
    described,
    ends,
    laid,
)
from revloop.analysis.revenue.pipeline import title_of, today

TOLD = "told"
MIN_DAYS = 7
"""A whole week: people of Mondays and of Sundays differ."""
_EPOCH = date(1970, 1, 1)

UNITS = Sums("experiment_units", experiment_sums, CUTS)
UNIT_ROWS = Rows(
    "experiment_rows",
    experiment_rows,
    ("first_at", "experiment", "unit", "measure"),
    columns=(
        Column("experiment", "experiment"),
        Column("variant", "the variant; none where it was in several"),
        Column("is_held_back", "goes without what is tried"),
        Column("channel", "channel"),
        Column("first_at", "assigned"),
        Column("measure", "what was measured"),
        Column("value", "what it came to"),
        Column("measured_at", "when"),
    ),
    filters=("experiment", "variant", "channel"),
)

_COLUMNS = (
    col("experiment", "the experiment", TEXT),
    col("channel", "the channel that is held back", TEXT),
    col("campaign", "the campaign, where it is that alone", TEXT),
    col("variant", "the variant that was shown it", TEXT),
    col("state", "told, or why the result is hidden", TEXT),
    col("n_shown", "units that were shown it and are measured", WHOLE, "units"),
    col("n_held_back", "units that went without and are measured", WHOLE, "units"),
    col("ratio", "the mean of the first by that of the second", NUMBER, "times"),
    col("low", "lower end of its 95 % interval", NUMBER, "times"),
    col("high", "upper end of its 95 % interval", NUMBER, "times"),
    col("measure", "what was measured", TEXT),
    col("mean_shown", "mean of those who were shown it; a share where each did it or not", NUMBER),
    col("mean_held_back", "mean of those who went without", NUMBER),
    col("difference", "the one mean less the other", NUMBER),
    col("difference_low", "lower end of its 95 % interval", NUMBER),
    col("difference_high", "upper end of its 95 % interval", NUMBER),
    col("p", "chance of such a difference or a larger one at any look, without an effect", NUMBER),
    col("assigned_shown", "drawn to be shown it", WHOLE, "units"),
    col("assigned_held_back", "drawn to go without", WHOLE, "units"),
    col("split_p", "chance of such a split, if the lot fell as planned", NUMBER),
    col("measured_p", "chance that so many of each were measured, if arms are measured alike", NUMBER),
    col("in_several", "units in several variants: in none of these numbers", WHOLE, "units"),
    col("began", "the day of the first exposure", TEXT),
    col("days", "days from then on", WHOLE, "days"),
    col("is_clear", "the interval of the ratio is above 1, or below", FLAG),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of one experiment: those who were shown something beside those who went without."""

    experiment: str
    channel: str
    campaign: str
    measure: str
    variant: str
    state: str
    assigned: tuple[int, int]
    """Shown it, and held back."""
    shown: Arm
    held_back: Arm
    effect: Effect | None
    """None where it is hidden."""
    split: SampleRatio | None
    measured: SampleRatio | None
    in_several: int
    first_day: int
    last_day: int
    """Of the exposures, in days since 1970."""
    days: int

    @property
    def is_clear(self) -> bool:
        found = self.between
        return found is not None and not found.low <= 1 <= found.high

    @property
    def between(self) -> Interval | None:
        return None if self.effect is None else self.effect.ratio_between


@dataclass
class _Variant:
    is_held_back: bool = False
    planned: float | None = None
    assigned: int = 0
    measured: dict[str, dict[float, int]] = field(default_factory=dict)


@dataclass
class _Experiment:
    """What was added up of one experiment."""

    name: str
    channel: str
    campaign: str
    variants: dict[str, _Variant] = field(default_factory=dict)
    in_several: int = 0
    days: list[int] = field(default_factory=list)

    def add(self, row: Mapping[str, Any]) -> None:
        self.days += [row["first_day"], row["last_day"]]
        if row["variant"] is None:
            self.in_several += row["n"] if row["measure"] is None else 0
            return
        mine = self.variants.setdefault(row["variant"], _Variant())
        mine.is_held_back = mine.is_held_back or row["is_held_back"]
        mine.planned = mine.planned or row["planned_share"]
        if row["measure"] is None:
            mine.assigned += row["n"]
            return
        values = mine.measured.setdefault(row["measure"], {})
        values[row["value"]] = values.get(row["value"], 0) + row["n"]

    def of(self, *, held_back: bool) -> dict[str, _Variant]:
        found = sorted(self.variants.items())
        return {name: each for name, each in found if each.is_held_back == held_back}


def comparisons(given: Given) -> list[Comparison]:
    """Every experiment that names what it holds back, its measures and variants, in their order."""
    found: dict[str, _Experiment] = {}
    for row in given.sums(UNITS.name).to_pylist():
        if row["channel"] == UNKNOWN and row["campaign"] == UNKNOWN:
            continue
        name = row["experiment"]
        found.setdefault(name, _Experiment(name, row["channel"], row["campaign"])).add(row)
    now = today(given)
    return [each for name in sorted(found) for each in _compared(found[name], now)]


def proven(given: Given, by: str) -> dict[str, Comparison]:
    """Of each channel or campaign the result that may be told: of several that which began last.

    An experiment on one campaign says nothing of its channel. Of several measures it is the one with
    most units.
    """
    best: dict[str, Comparison] = {}
    for each in comparisons(given):
        name = each.campaign if by == "campaign" else each.channel
        of_campaign = each.campaign != UNKNOWN
        if name == UNKNOWN or of_campaign != (by == "campaign") or each.between is None:
            continue
        known = best.get(name)
        if known is None or _weight(each) > _weight(known):
            best[name] = each
    return best


def _weight(each: Comparison) -> tuple[int, int]:
    return each.first_day, each.shown.n + each.held_back.n


def _compared(found: _Experiment, today: int) -> Iterator[Comparison]:
    shown, held = found.of(held_back=False), found.of(held_back=True)
    measures = sorted({each for one in found.variants.values() for each in one.measured})
    split = _split(found)
    days = today - min(found.days)
    for measure in measures or [UNKNOWN]:
        measured = _measured(found, measure)
        without = _pooled(held.values(), measure)
        for name, variant in shown.items():
            arm = _pooled([variant], measure)
            state = _state(found, arm, without, (split, measured), days)
            told = effect(arm, without) if state == TOLD else None
            yield Comparison(
                experiment=found.name,
                channel=found.channel,
                campaign=found.campaign,
                measure=measure,
                variant=name,
                state=state,
                assigned=(variant.assigned, sum(each.assigned for each in held.values())),
                shown=arm,
                held_back=without,
                effect=told,
                split=split,
                measured=measured,
                in_several=found.in_several,
                first_day=min(found.days),
                last_day=max(found.days),
                days=days,
            )


def _pooled(variants: Any, measure: str) -> Arm:
    values: dict[float, int] = {}
    for variant in variants:
        for value, n in variant.measured.get(measure, {}).items():
            values[value] = values.get(value, 0) + n
    return Arm(values)


def _split(found: _Experiment) -> SampleRatio | None:
    """Those who were assigned, beside the plan; None where no plan is told."""
    every = list(found.variants.values())
    planned = [each.planned for each in every if each.planned]
    if len(planned) != len(every):
        return None
    return sample_ratio([each.assigned for each in every], planned)


def _measured(found: _Experiment, measure: str) -> SampleRatio | None:
    """Those who were measured, beside those who were assigned: of no arm more than of another."""
    every = [each for each in found.variants.values() if each.assigned]
    counts = [sum(each.measured.get(measure, {}).values()) for each in every]
    return sample_ratio(counts, [each.assigned for each in every]) if every else None


def _state(
    found: _Experiment,
    shown: Arm,
    held_back: Arm,
    checks: tuple[SampleRatio | None, SampleRatio | None],
    days: int,
) -> str:
    if not found.of(held_back=True):
        return "no variant goes without it"
    split, measured = checks
    if split is not None and split.is_alarm:
        return "the lot did not fall as planned"
    if measured is not None and measured.is_alarm:
        return "more of one arm were measured than of another"
    if min(shown.n, held_back.n) < MIN_UNITS:
        return f"fewer than {MIN_UNITS} units of an arm are measured"
    if days < MIN_DAYS:
        return f"it has not run for {MIN_DAYS} days"
    return TOLD


def conclude(given: Given) -> Found:
    found = comparisons(given)
    several = {each.experiment: each.in_several for each in found}
    waiting = {
        (each.experiment, each.variant): each.assigned[0] - each.shown.n for each in found
    } | {(each.experiment, ""): each.assigned[1] - each.held_back.n for each in found}
    excluded = [
        Excluded("were in several variants of one experiment", sum(several.values())),
        Excluded(
            "were assigned and are not measured yet", sum(max(0, n) for n in waiting.values())
        ),
    ]
    notes = [_ALWAYS, _SPILL]
    if any(each.split is None for each in found):
        notes.append(
            "Of an experiment that tells no planned split it is not checked how the lot fell."
        )
    return Found(
        table=laid([_row(each) for each in found], (), _COLUMNS),
        sentence=_sentence(given, found),
        headline=_headline(found),
        excluded=tuple(each for each in excluded if each.n),
        notes=tuple(notes),
    )


def _row(each: Comparison) -> dict[str, Any]:
    told = each.effect
    return {
        "experiment": each.experiment,
        "channel": each.channel,
        "campaign": each.campaign,
        "measure": each.measure,
        "variant": each.variant,
        "state": each.state,
        "assigned_shown": each.assigned[0],
        "assigned_held_back": each.assigned[1],
        "n_shown": each.shown.n,
        "n_held_back": each.held_back.n,
        "mean_shown": each.shown.mean if told else None,
        "mean_held_back": each.held_back.mean if told else None,
        "difference": told.difference if told else None,
        **ends("difference_", told.between if told else None),
        "ratio": told.ratio if told else None,
        **ends("", each.between),
        "p": told.p if told else None,
        "split_p": each.split.p if each.split else None,
        "measured_p": each.measured.p if each.measured else None,
        "in_several": each.in_several,
        "began": str(date.fromordinal(_EPOCH.toordinal() + each.first_day)),
        "days": each.days,
        "is_clear": each.is_clear,
    }


def _told(found: Sequence[Comparison]) -> list[Comparison]:
    """Those with a ratio, the clear ones first, of these the largest."""
    some = [each for each in found if each.between is not None]
    return sorted(some, key=lambda each: (not each.is_clear, -_ratio(each)))


def _ratio(each: Comparison) -> float:
    return 1.0 if each.effect is None or each.effect.ratio is None else each.effect.ratio


def _headline(found: Sequence[Comparison]) -> Headline | None:
    told = _told(found)
    if not told or told[0].between is None:
        return None
    low, high = told[0].between
    return Headline(_ratio(told[0]), "times", low, high, n=told[0].shown.n + told[0].held_back.n)


def _sentence(given: Given, found: Sequence[Comparison]) -> str:
    when, told = title_of(given.asked), _told(found)
    if not found:
        return f"No experiment {when} names a channel or a campaign that it holds back."
    hidden = len({each.experiment for each in found} - {each.experiment for each in told})
    also = f" {phrases.counted(hidden, 'experiment')} cannot be told yet." if hidden else ""
    if not told:
        return f"Of no experiment {when} the result can be told.{also}"
    said = [
        f"{(each.campaign if each.campaign != UNKNOWN else each.channel).replace('_', ' ')}"
        f" {_ratio(each):.2f} times ({each.between.low:.2f} to {each.between.high:.2f};"
        f" n {phrases.count(each.shown.n + each.held_back.n)})"
        for each in told
        if each.between is not None
    ]
    return f"Held back by lot, the effect {when} is: {phrases.listed(said)}.{also}"


_ALWAYS = (
    "The intervals hold at every look together: an experiment may be read each day and ended when it"
    " is clear. They are wider than ordinary ones."
)
_SPILL = (
    "Units are held to be independent. Where colleagues talk, compare companies: one that has both"
    " arms is not corrected for here."
)

READING = Reading(
    name="incremental",
    title="What experiments show",
    question="What does a channel cause, where it was held back from some by lot?",
    meaning="Of each experiment that names a channel or a campaign, what became of those who were shown"
    " it beside those from whom the lot held it back.",
    unit="times",
    grain="a unit of an experiment that was drawn and measured",
    formula="mean of the shown / mean of the held back, and the difference; confidence sequence of the"
    " mixture SPRT with tau 0.2 of the log ratio and 0.1 standard deviations; hidden below 100 measured"
    " units an arm, before 7 days, and where chi-square of the split or of who was measured has p < 0.001",
    literature="Johari, R., Pekelis, L. and Walsh, D. (2022), Operations Research 70; Robbins, H. (1970),"
    " Annals of Mathematical Statistics 41; Fabijan, A. et al. (2019), KDD",
    obeys=(),
    needs=(
        Need(
            "experiment_exposure",
            ("channel", "campaign"),
            "experiments with the channel or the campaign that they hold back",
        ),
        Need("experiment_outcome", ("value",), "what became of the units of experiments"),
    ),
    columns=described(_COLUMNS),
    sums=(UNITS,),
    conclude=conclude,
    rows=UNIT_ROWS,
)
