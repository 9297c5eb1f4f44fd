"""What `revloop agreement try` shows: a lead judged clause by clause, as a tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text
from rich.tree import Tree

from revloop.agreement import wording
from revloop.agreement.conditions import Judged
from revloop.agreement.conditions.tree import names, written
from revloop.agreement.contract import Contract
from revloop.agreement.judgement import LaneTaken, LeadJudged, StageJudged, Verdict
from revloop.agreement.records import Record
from revloop.agreement.scores import Fit, FitItem, InterestItem, Score
from revloop.cli.output import screen

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
}


def print_judged(contract: Contract, record: Record, judged: LeadJudged) -> None:
    form = contract.form
    tree = Tree(Text(f"{form.agreement} {form.version}, asked at {record.at.isoformat()}", "bold"))
    _add_derived(tree, contract, judged)
    for name, score in judged.scores.items():
        _add_score(tree, name, score)
    _add_lane(tree, judged.lane, judged.words)
    for stage in judged.stages:
        _add_stage(tree, stage, judged.words)
    screen.print(tree)


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
            value = judged.words.get(name)
            branch.add(
                Text.assemble(f"{name} ", ("unknown" if value is None else str(value), "bold"))
            )


def _add_score(tree: Tree, name: str, score: Score) -> None:
    sign = _SIGNS[score.verdict]
    if isinstance(score, Fit):
        within = _number(score.lower)
        if score.lower != score.upper:
            within = f"{_number(score.lower)} to {_number(score.upper)}"
        branch = tree.add(_line(sign, f"{name} {within}", f"high from {_number(score.threshold)}"))
        for item in score.items:
            branch.add(_line(_SIGNS[item.holds], item.condition, f"{_number(item.points)} points"))
        return
    branch = tree.add(
        _line(sign, f"{name} {_number(score.value)}", f"high from {_number(score.threshold)}")
    )
    for event in score.items:
        branch.add(_interest_item(event))
    if score.value != score.own:
        branch.add(Text(f"  {_number(score.value - score.own)} from colleagues"))


def _interest_item(item: InterestItem) -> Text:
    note = "over its cap: counts nothing" if item.capped else f"{_number(item.points_now)} points"
    kind = item.event.values.get("kind")
    return _line(Text("  "), f"{kind} on {item.event.at.isoformat()}", note)


def _add_lane(tree: Tree, taken: LaneTaken, words: Mapping[str, Any]) -> None:
    note = "provisional: a hotter lane is unknown" if taken.provisional else ""
    branch = tree.add(_line(_SIGNS[taken.lane is not None or None], f"lane {taken.lane}", note))
    for lane, judged in taken.trace.items():
        _add_clause(branch, judged, words, lane)


def _add_stage(tree: Tree, stage: StageJudged, words: Mapping[str, Any]) -> None:
    note = str(stage.verdict)
    if stage.deed:
        note = f"by {stage.deed}"
    if stage.missing:
        note += f": {wording.listed(stage.missing)}"
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
    branch = tree.add(_line(_SIGNS[judged.value], said, _values(judged, words)))
    for part in judged.parts:
        _add_clause(branch, part, words)


def _values(judged: Judged, words: Mapping[str, Any]) -> str:
    """What the record says, beside the clause that asks for it."""
    if judged.parts:
        return ""
    asked = {name.word.name for name in names(judged.node)}
    said = [
        f"{name} is {'unknown' if words.get(name) is None else words[name]}"
        for name in sorted(asked)
    ]
    return ", ".join(said)


def _line(sign: Text, text: str, note: str) -> Text:
    return Text.assemble(sign, text, (f"  {note}" if note else "", "dim"))


def _number(value: Any) -> str:
    return f"{float(value):.4g}"


# The same for programs.


def as_document(judged: LeadJudged) -> dict[str, Any]:
    return {
        "words": {name: judged.words[name] for name in sorted(judged.words)},
        "scores": {name: _score_document(score) for name, score in judged.scores.items()},
        "lane": {
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
