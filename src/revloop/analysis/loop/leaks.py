"""Where the loop leaks: steps that fewer take than before, by more than chance, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from revloop.analysis import phrases
from revloop.analysis.ground import Setting
from revloop.analysis.loop.stages import NEEDS, STAY_ROWS, STEPS, WORTH, order, said
from revloop.analysis.loop.statistics.leaks import MIN_N, CheckedStep, Step, find_leaks, ranked
from revloop.analysis.needs import Need
from revloop.analysis.periods import Period, quarters
from revloop.analysis.rates import Rate
from revloop.analysis.reading import Column, Found, Given, Headline, Reading, added, schema, within

PARTS = ("source", "segment", "region", "team")
"""What each step is taken apart by; with a filter on one of them it is left out."""
_A_YEAR = 12
_FAMILIES = (
    "{now} against {before}. Each step of everybody is one family of tests, the parts of a step"
    " another; at most one in ten of what is called a leak is a false alarm (Benjamini and Hochberg),"
    " and a drop of less than two points is none."
)
_NO_REASON = "A leak says where fewer go on than before. It does not say why."
_COUNTS = ("mature", "converted")
_ALL = "everybody"


def compared(setting: Setting, asked: Period | None) -> tuple[Period, Period]:
    """The period that is looked at, and the year before it; the last whole quarter if none is asked."""
    if asked is None:
        now = Period.of_month(f"{setting.as_of:%Y-%m}").first
        asked = next(quarters(Period(now - 3, now - 3)))
    return asked, Period(asked.first - _A_YEAR, asked.first - 1)


@dataclass(frozen=True, slots=True)
class _Part:
    """A step of everybody, or of one value of a cut."""

    stage: str
    later: str
    cut: str
    value: str

    @property
    def name(self) -> str:
        return f"{self.stage}>{self.later}/{self.cut}={self.value}" if self.cut else self.parent

    @property
    def parent(self) -> str:
        return f"{self.stage}>{self.later}"


def conclude(given: Given) -> Found:
    now, before = compared(given.setting, given.asked.period)
    worth, unknown = _worth(given, before)
    parts = list(_parts(given))
    rates = {
        (place, part): rate
        for place, period in enumerate((now, before))
        for part, rate in _rates(given, period).items()
    }
    nobody = Rate(0, 0)
    steps = [
        Step(
            part.name,
            rates.get((0, part), nobody),
            rates.get((1, part), nobody),
            worth.get(part.later),
            part.parent if part.cut else None,
        )
        for part in parts
    ]
    checked = dict(zip(parts, find_leaks(steps), strict=True))
    by_name = {part.name: part for part in parts}
    shown = [by_name[each.step.name] for each in ranked(checked.values())]
    rest = [part for part, each in checked.items() if each.shown and part not in shown]
    rows = [_row(part, checked[part]) for part in (*shown, *rest)]
    family = [_row(part, each) for part, each in checked.items()]
    tested = sum(each.test is not None and each.step.now.n >= MIN_N for each in checked.values())
    notes = [_FAMILIES.format(now=now, before=before), _NO_REASON]
    if unknown:
        notes.append(
            f"{unknown:,} customers have no amount that is known, and no part in the value."
        )
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema((), _HELD)),
        sentence=_sentence(shown, checked, tested, now, given.setting.currency),
        headline=_headline(shown, checked, given.setting.currency),
        notes=tuple(notes),
        more={"tests": pa.Table.from_pylist(family, schema=schema((), _HELD))},
    )


def _parts(given: Given) -> Iterator[_Part]:
    table = given.everything(STEPS.name)
    places = order(given.setting)
    pairs = table.group_by(["stage", "later"]).aggregate([]).to_pylist()
    for row in sorted(pairs, key=lambda each: places.get(each["stage"], 0)):
        yield _Part(row["stage"], row["later"], "", _ALL)
        for cut in PARTS:
            if cut in given.asked.where:
                continue
            values = sorted(set(map(str, table[cut].to_pylist())))
            if len(values) > 1:
                yield from (_Part(row["stage"], row["later"], cut, value) for value in values)


def _rates(given: Given, period: Period) -> dict[_Part, Rate]:
    table = within(given.everything(STEPS.name), period)
    found = {}
    for cut in ("", *PARTS):
        keys = ["stage", "later", *([cut] if cut else [])]
        for row in added(table, keys, _COUNTS).to_pylist():
            part = _Part(row["stage"], row["later"], cut, row[cut] if cut else _ALL)
            found[part] = Rate(row["converted"], row["mature"])
    return found


def _worth(given: Given, before: Period) -> tuple[Mapping[str, Fraction], int]:
    """What one more in a stage is worth, in minor units: P(won | stage) times the mean deal before."""
    sums = within(given.everything(WORTH.name), before)
    n, minor = (int(pc.sum(sums[name]).as_py() or 0) for name in ("n", "minor"))
    unknown = int(pc.sum(sums["unknown"]).as_py() or 0)
    if not n:
        return {}, unknown
    worth = {"won": Fraction(minor, n)}
    steps = added(within(given.everything(STEPS.name), before), ["stage", "later"], _COUNTS)
    places = order(given.setting)
    rows = sorted(steps.to_pylist(), key=lambda row: -places.get(row["stage"], 0))
    for row in rows:
        rate = Rate(row["converted"], row["mature"]).exact
        if row["later"] in worth and rate is not None:
            worth[row["stage"]] = worth[row["later"]] * rate
    return worth, unknown


def _row(part: _Part, found: CheckedStep) -> dict[str, Any]:
    step = found.step
    interval = found.value_lost_interval if found.is_leak else None
    value = found.value_lost if found.is_leak else None
    return {
        "stage": part.stage,
        "later": part.later,
        "cut": part.cut or None,
        "value": part.value,
        "n": step.now.n,
        "x": step.now.x,
        "rate": step.now.value,
        "n_before": step.baseline.n,
        "x_before": step.baseline.x,
        "rate_before": step.baseline.value,
        "drop": float(found.drop) if found.drop is not None else None,
        "p": found.test.p if found.test else None,
        "p_adjusted": found.p_adjusted,
        "is_leak": found.is_leak,
        "lost_minor": round(value) if value is not None else None,
        "lost_low_minor": round(interval.low) if interval else None,
        "lost_high_minor": round(interval.high) if interval else None,
    }


_HELD: Mapping[str, pa.DataType] = {
    "stage": pa.string(),
    "later": pa.string(),
    "cut": pa.string(),
    "value": pa.string(),
    "n": pa.int64(),
    "x": pa.int64(),
    "rate": pa.float64(),
    "n_before": pa.int64(),
    "x_before": pa.int64(),
    "rate_before": pa.float64(),
    "drop": pa.float64(),
    "p": pa.float64(),
    "p_adjusted": pa.float64(),
    "is_leak": pa.bool_(),
    "lost_minor": pa.int64(),
    "lost_low_minor": pa.int64(),
    "lost_high_minor": pa.int64(),
}


def _of(part: _Part) -> str:
    return f" ({part.value.replace('_', ' ')})" if part.cut else ""


def _sentence(
    shown: list[_Part],
    checked: Mapping[_Part, CheckedStep],
    tested: int,
    now: Period,
    currency: str,
) -> str:
    if not tested:
        return f"No step was taken by {MIN_N} leads in {now}, so none was tested."
    if not shown:
        return f"None of {tested:,} steps leaked in {now}: no drop beyond chance."
    first = shown[0]
    found = checked[first]
    worth = ""
    if found.value_lost is not None:
        worth = f", worth {phrases.money(round(found.value_lost), currency)}"
    return (
        f"{phrases.counted(len(shown), 'leak')} in {now}; the dearest is from"
        f" {said(first.stage)} to {said(first.later)}{_of(first)}:"
        f" {phrases.rate(found.step.now)} against {phrases.rate(found.step.baseline)} before{worth}."
    )


def _headline(
    shown: list[_Part], checked: Mapping[_Part, CheckedStep], currency: str
) -> Headline | None:
    if not shown:
        return None
    found = checked[shown[0]]
    if found.value_lost is None:
        return None
    interval = found.value_lost_interval
    return Headline(
        float(round(found.value_lost)),
        f"minor units of {currency}",
        interval.low if interval else None,
        interval.high if interval else None,
        n=found.step.now.n,
    )


READING = Reading(
    name="leaks",
    title="Leaks",
    question="Where do fewer go on than before, and what does it cost?",
    meaning="Steps whose share that goes on has dropped below that of the year before by more than"
    " chance and by two points or more; with what the drop cost.",
    unit="steps",
    grain="a step of everybody, or of one source, segment, region or team",
    formula="z = (p − p₀) / √(p̄(1 − p̄)(1/n + 1/n₀)), one-sided; Fisher's exact test where an expected"
    " count is below 5; q = 0.10 within each family. Value lost = (p₀ − p) · n · P(won | next stage) ·"
    " mean won deal of the year before",
    literature="Benjamini, Y. and Hochberg, Y. (1995), JRSS B 57; Fisher, R. A. (1935)",
    obeys=("stages", "lanes"),
    needs=(*NEEDS, Need("opportunity", ("amount_minor",), "opportunities with amounts")),
    columns=(
        Column("stage", "the stage"),
        Column("later", "the stage after it"),
        Column("cut", "what the step is taken apart by; nothing for everybody"),
        Column("value", "the part"),
        Column("n", "passes now that entered the stage long enough ago", "passes"),
        Column("x", "of these, those that went on in time", "passes"),
        Column("rate", "x of n", "0 to 1"),
        Column("n_before", "passes of the year before", "passes"),
        Column("x_before", "of these, those that went on in time", "passes"),
        Column("rate_before", "x of n of the year before", "0 to 1"),
        Column("drop", "the rate before less that of now", "0 to 1"),
        Column("p", "probability of so low a rate if nothing had changed", "0 to 1"),
        Column("p_adjusted", "p for as many tests as its family has", "0 to 1"),
        Column("is_leak", "whether it is called a leak"),
        Column("lost_minor", "what the drop cost", "minor units"),
        Column("lost_low_minor", "lower end of its 95 % interval", "minor units"),
        Column("lost_high_minor", "upper end of its 95 % interval", "minor units"),
    ),
    sums=(STEPS, WORTH),
    conclude=conclude,
    rows=STAY_ROWS,
)
