"""What `revloop agreement try` shows: a lead judged clause by clause, as a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from rich.text import Text
from rich.tree import Tree

from revloop.agreement import wording
from revloop.agreement.conditions import Judged
from revloop.agreement.conditions.record import UPPER
from revloop.agreement.conditions.tree import Not, names, written
from revloop.agreement.contract import Contract
from revloop.agreement.judging.lead import LaneTaken, LeadJudged, StageJudged, Verdict
from revloop.agreement.judging.records import Record
from revloop.agreement.judging.scores import Fit, FitItem, InterestItem, Score
from revloop.cli.output import print_wrapped

# Shape first, then colour: the answer must be readable without it.
_SIGNS = {
    True: Text("● ", style="green"),
    False: Text("✕ ", style="red"),
    None: Text("? ", style="yellow"),
}
_VERDICTS = {
    Verdict.ENTERS: True,
    Verdict.STAYS_OUT: False,
    Verdict.BARRED: False,
    Verdict.NEEDS_DATA: None,
    Verdict.BY_DEED: None,
    Verdict.NOT_ASKED: None,
}
_NOTHING = Text("  ")


def print_judged(contract: Contract, record: Record, judged: LeadJudged) -> None:
    form = contract.form
    tree = Tree(Text(f"{form.agreement} {form.version}, asked at {record.at.isoformat()}", "bold"))
    _add_derived(tree, contract, judged)
    for name in form.scores:
        if name in judged.scores:
            _add_score(tree, name, judged.scores[name], record.at.tzinfo)
        else:
            tree.add(
                _line(_NOTHING, f"{name} {_value_of(name, judged.words)}", _given(name, record))
            )
    _add_lane(tree, judged.lane, judged.words)
    for stage in judged.stages:
        _add_stage(tree, stage, judged.words)
    print_wrapped(tree)


def _given(name: str, record: Record) -> str:
    return "as the record says" if name in record.words else "the record has no touches"


def _add_derived(tree: Tree, contract: Contract, judged: LeadJudged) -> None:
    """Tier, persona and signals: what was decided before the scores."""
    form = contract.form
    decided = [
        *(["icp_tier", "icp_excluded"] if form.ideal_customer else []),
        *(["persona"] if form.personas else []),
        *form.signals,
    ]
    if decided:
        branch = tree.add("what follows from the record")
        for name in decided:
            branch.add(Text.assemble(f"{name} ", (_value_of(name, judged.words), "bold")))


def _add_score(tree: Tree, name: str, score: Score, zone: tzinfo | None) -> None:
    sign, note = _SIGNS[score.verdict], f"high from {_number(score.threshold)}"
    if isinstance(score, Fit):
        within = _range(score.lower, score.upper)
        branch = tree.add(_line(sign, f"{name} {within}", note))
        for item in score.items:
            branch.add(_line(_SIGNS[item.holds], item.condition, _points(item.points)))
        return
    branch = tree.add(_line(sign, f"{name} {_number(score.value)}", note))
    for event in score.items:
        branch.add(_interest_item(event, zone))
    if score.value != score.own:
        branch.add(_line(_NOTHING, "from colleagues", _points(score.value - score.own)))


def _interest_item(item: InterestItem, zone: tzinfo | None) -> Text:
    note = "over its cap: counts nothing" if item.capped else _points(item.points_now)
    kind = item.event.values.get("kind")
    return _line(_NOTHING, f"{kind} on {item.event.at.astimezone(zone).isoformat()}", note)


def _add_lane(tree: Tree, taken: LaneTaken, words: Mapping[str, Any]) -> None:
    note = f"provisional until {_known(taken.ask_for)}" if taken.provisional else ""
    if not taken.trace:
        note = "as the record says"
    branch = tree.add(_line(_SIGNS[taken.lane is not None or None], f"lane {taken.lane}", note))
    for lane, judged in taken.trace.items():
        _add_clause(branch, judged, words, lane)


def _known(names: Sequence[str]) -> str:
    return f"{wording.listed(names)} {'is' if len(names) == 1 else 'are'} known"


def _add_stage(tree: Tree, stage: StageJudged, words: Mapping[str, Any]) -> None:
    note = f"by {stage.deed}" if stage.verdict is Verdict.BY_DEED else str(stage.verdict)
    if stage.verdict is Verdict.NOT_ASKED:
        note = "not asked: this lane does not pass the stages"
    if stage.ask_for:
        note += f": {wording.listed(stage.ask_for)}"
    branch = tree.add(_line(_SIGNS[_VERDICTS[stage.verdict]], f"stage {stage.stage}", note))
    if stage.enter:
        _add_clause(branch, stage.enter, words, "enter")
    if stage.never:
        _add_clause(branch, stage.never, words, "never")
    for warning in stage.warnings:
        branch.add(Text(warning, "yellow"))


def _add_clause(tree: Tree, judged: Judged, words: Mapping[str, Any], label: str = "") -> None:
    text = written(judged.node)
    said = f"{label}: {text}" if label else text
    # `amount is not null` is one thought; its `amount is null` would only confuse.
    whole = isinstance(judged.node, Not) and not judged.parts[0].parts
    parts = () if whole else judged.parts
    note = "" if parts else _values(judged, words)
    branch = tree.add(_line(_SIGNS[judged.value], said, note))
    for part in parts:
        _add_clause(branch, part, words)


def _values(judged: Judged, words: Mapping[str, Any]) -> str:
    """What the record says, beside the clause that asks for it."""
    asked = sorted({name.word.name for name in names(judged.node)})
    return ", ".join(f"{name} is {_value_of(name, words)}" for name in asked)


def _value_of(name: str, words: Mapping[str, Any]) -> str:
    """The value in the words of the file; a score within its bounds."""
    value, upper = words.get(name), words.get(f"{name}{UPPER}")
    match value:
        case None:
            return "unknown"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _number(value) if upper is None else _range(value, upper)
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


def _range(low: float | Decimal, high: float | Decimal) -> str:
    return _number(low) if low == high else f"{_number(low)} to {_number(high)}"


def _points(value: float | Decimal) -> str:
    return f"{_number(value)} points"


def _number(value: float | Decimal) -> str:
    """With at most two decimals."""
    written = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _line(sign: Text, text: str, note: str) -> Text:
    noted = f"  {wording.visible(note)}" if note else ""
    return Text.assemble(sign, wording.visible(text), (noted, "dim"))


# The same for programs.


def as_document(judged: LeadJudged) -> dict[str, Any]:
    return {
        "words": {name: judged.words[name] for name in sorted(judged.words)},
        "scores": {name: _score_document(score) for name, score in judged.scores.items()},
        "lane": {
            "ask_for": list(judged.lane.ask_for),
            "lane": judged.lane.lane,
            "provisional": judged.lane.provisional,
            "trace": {lane: _clause_document(each) for lane, each in judged.lane.trace.items()},
        },
        "stages": {stage.stage: _stage_document(stage) for stage in judged.stages},
    }


def _score_document(score: Score) -> dict[str, Any]:
    if isinstance(score, Fit):
        low, high = float(score.lower), float(score.upper)
        items = [_fit_document(item) for item in score.items]
    else:
        low = high = score.value
        items = [_interest_document(item) for item in score.items]
    return {
        "lower": low,
        "upper": high,
        "threshold": float(score.threshold),
        "high": score.verdict,
        "items": items,
    }


def _fit_document(item: FitItem) -> dict[str, Any]:
    return {"points": float(item.points), "when": item.condition, "holds": item.holds}


def _interest_document(item: InterestItem) -> dict[str, Any]:
    return {
        "points": item.points_now,
        "kind": item.event.values.get("kind"),
        "at": item.event.at.isoformat(),
        "capped": item.capped,
    }


def _stage_document(stage: StageJudged) -> dict[str, Any]:
    return {
        "verdict": str(stage.verdict),
        "deed": stage.deed,
        "missing": list(stage.missing),
        "ask_for": list(stage.ask_for),
        "warnings": list(stage.warnings),
        "enter": _clause_document(stage.enter) if stage.enter else None,
        "never": _clause_document(stage.never) if stage.never else None,
    }


def _clause_document(judged: Judged) -> dict[str, Any]:
    return {
        "clause": written(judged.node),
        "value": judged.value,
        "parts": [_clause_document(part) for part in judged.parts],
    }
