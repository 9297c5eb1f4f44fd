"""What the agreement says of one lead: tier, persona, signals, scores, lane and stages, and why.

Each step may use the words of the steps before it. Nothing is decided on what is not known: a lane
is provisional while a hotter one is unknown, and a stage whose condition is unknown needs data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias

from revloop.agreement.conditions import Judged
from revloop.agreement.conditions.tree import Node, names
from revloop.agreement.contract import Contract
from revloop.agreement.form import FitScore, InterestScore
from revloop.agreement.judging.customers import is_excluded, persona_of, tier_of
from revloop.agreement.judging.judges import judge
from revloop.agreement.judging.records import Record
from revloop.agreement.judging.scores import Score, fit_of, interest_of, words_of
from revloop.agreement.judging.signals import signals_of
from revloop.agreement.problems import Path

Answers: TypeAlias = frozenset[str]
"""The questions of stages that have been answered."""


class Verdict(StrEnum):
    """Whether a lead may enter a stage."""

    ENTERS = "enters"
    STAYS_OUT = "stays out"
    NEEDS_DATA = "needs data"
    BARRED = "barred"
    """Its `never` is true."""
    BY_DEED = "by a deed"
    """Acceptance or booking enters it, not a condition."""
    NOT_ASKED = "not asked"
    """The lane does not pass the stages: an existing customer is not qualified again."""


@dataclass(frozen=True)
class LaneTaken:
    """The lane of a lead, and why."""

    lane: str | None
    provisional: bool
    """A hotter lane is unknown: it may still take the lead when the data arrives."""
    trace: Mapping[str, Judged]
    """Every lane that was asked, in order; none where the record says its lane itself."""
    ask_for: tuple[str, ...] = ()
    """What the record would have to say for the lane to be sure."""

    @property
    def possible(self) -> tuple[str, ...]:
        """The lanes that it may still be: the unknown ones that were asked, and the one taken."""
        unknown = [lane for lane, judged in self.trace.items() if judged.value is None]
        return (*unknown, *([self.lane] if self.lane is not None else []))


@dataclass(frozen=True)
class StageJudged:
    """Whether a lead may enter a stage, and why."""

    stage: str
    verdict: Verdict
    enter: Judged | None
    never: Judged | None
    deed: str | None
    missing: tuple[str, ...] = ()
    """The unknown words that keep it open: `icp_tier`."""
    ask_for: tuple[str, ...] = ()
    """What the record would have to say for these to be known: `employees`, `locations`."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeadJudged:
    """All that the agreement says of one lead at one moment."""

    words: Mapping[str, Any]
    """Every word that is known, with those that were decided on the way."""
    scores: Mapping[str, Score]
    lane: LaneTaken
    stages: tuple[StageJudged, ...]


def judge_lead(contract: Contract, record: Record) -> LeadJudged:
    """Judge one lead. Words that the record gives itself (a lane, a score) are taken as given."""
    words: dict[str, Any] = dict(record.words)
    _add(words, _customer(contract, words))
    _add(words, _signals(contract, record))
    scores = _scores(contract, record, words)
    _add(words, words_of(scores))
    lane = take_lane(contract, words)
    _add(words, {"lane": lane.lane})
    stages = tuple(
        _judged_in_every_lane(contract, stage, words, lane, record.answers)
        for stage in contract.form.stages
    )
    return LeadJudged(words, scores, lane, stages)


def _judged_in_every_lane(
    contract: Contract, stage: str, words: Mapping[str, Any], taken: LaneTaken, answers: Answers
) -> StageJudged:
    """A stage whose verdict depends on a lane that is not sure needs what would make it sure."""
    here = _judged_in(contract, stage, words, taken.lane, answers)
    for lane in taken.possible:
        other = _judged_in(contract, stage, {**words, "lane": lane}, lane, answers)
        if here.verdict is not Verdict.NEEDS_DATA and other.verdict is not here.verdict:
            return replace(
                here, verdict=Verdict.NEEDS_DATA, missing=("lane",), ask_for=taken.ask_for
            )
    return here


def _judged_in(
    contract: Contract, stage: str, words: Mapping[str, Any], lane: str | None, answers: Answers
) -> StageJudged:
    judged = judge_stage(contract, stage, words, answers)
    passes = all(each.qualify for each in contract.form.lanes if each.id == lane)
    return judged if passes else replace(judged, verdict=Verdict.NOT_ASKED, missing=(), ask_for=())


def take_lane(contract: Contract, words: Mapping[str, Any]) -> LaneTaken:
    """The first lane that is true; unknown ones are passed over and make it provisional."""
    if words.get("lane") is not None:
        return LaneTaken(words["lane"], provisional=False, trace={})
    trace: dict[str, Judged] = {}
    for index, lane in enumerate(contract.form.lanes):
        trace[lane.id] = judge(contract, ("lanes", index, "when")).explain(words)
        if trace[lane.id].value:
            return _taken(contract, lane.id, trace, words)
    return _taken(contract, None, trace, words)


def _taken(
    contract: Contract, lane: str | None, trace: Mapping[str, Judged], words: Mapping[str, Any]
) -> LaneTaken:
    unknown = [name for judged in trace.values() for name in _unknown(judged, words)]
    provisional = any(judged.value is None for judged in trace.values())
    return LaneTaken(lane, provisional, trace, _to_ask_for(contract, unknown, words))


def judge_stage(
    contract: Contract, name: str, words: Mapping[str, Any], answers: Answers = frozenset()
) -> StageJudged:
    """Whether the lead may enter a stage. `never` bars only when true; unknown, it warns.

    Where the stage asks questions, those that `answers` does not name are missing.
    """
    stage = contract.form.stages[name]
    never = _explained(contract, ("stages", name, "never"), words)
    enter = _explained(contract, ("stages", name, "enter"), words)
    verdict = _verdict(enter, never)
    missing = _unknown(enter, words) if verdict is Verdict.NEEDS_DATA and enter else ()
    ask_for = _to_ask_for(contract, missing, words)
    unanswered = tuple(question for question in stage.answers if question not in answers)
    if unanswered and verdict in {Verdict.ENTERS, Verdict.NEEDS_DATA}:
        verdict, missing, ask_for = (
            Verdict.NEEDS_DATA,
            (*missing, *unanswered),
            (*ask_for, *unanswered),
        )
    return StageJudged(
        name,
        verdict,
        enter,
        never,
        stage.enter_by,
        missing,
        ask_for,
        _warnings(contract, never, words),
    )


def _warnings(
    contract: Contract, never: Judged | None, words: Mapping[str, Any]
) -> tuple[str, ...]:
    if never is None or never.value is not None:
        return ()
    unknown = _to_ask_for(contract, _unknown(never, words), words)
    return (f"whether it is barred is not known: {', '.join(unknown)} missing",)


def _verdict(enter: Judged | None, never: Judged | None) -> Verdict:
    if never is not None and never.value:
        return Verdict.BARRED
    if enter is None:
        return Verdict.BY_DEED
    if enter.value is None:
        return Verdict.NEEDS_DATA
    return Verdict.ENTERS if enter.value else Verdict.STAYS_OUT


def _explained(contract: Contract, path: Path, words: Mapping[str, Any]) -> Judged | None:
    return judge(contract, path).explain(words) if path in contract.conditions else None


def _unknown(judged: Judged, words: Mapping[str, Any]) -> tuple[str, ...]:
    """The words that are unknown in the clauses that are."""
    found: list[str] = []
    for clause in _unknown_clauses(judged):
        asked = [name.word.name for name in names(clause)]
        unknown = [name for name in asked if words.get(name) is None or _is_bounded(name, words)]
        found += unknown or asked  # known, and not comparable: an amount in another currency
    return tuple(dict.fromkeys(found))


def _to_ask_for(
    contract: Contract, unknown: Iterable[str], words: Mapping[str, Any]
) -> tuple[str, ...]:
    """The words of the record behind words that the agreement derives from it."""
    found: list[str] = []
    for name in unknown:
        signal, score = contract.form.signals.get(name), contract.form.scores.get(name)
        if signal is not None:
            found.append("touches" if signal.source == "touch" else "activities")
        elif isinstance(score, InterestScore):
            found.append("touches")
        else:
            found += _behind(contract, name, words) or [name]
    return tuple(dict.fromkeys(found))


def _behind(contract: Contract, name: str, words: Mapping[str, Any]) -> tuple[str, ...]:
    """The same for a word that conditions decide; nothing for a word of the record itself."""
    decided_by = ("scores", name) if name in contract.form.scores else _DECIDED_BY.get(name)
    if decided_by is None:
        return ()
    conditions = [path for path in contract.conditions if path[: len(decided_by)] == decided_by]
    traces = [judge(contract, path).explain(words) for path in conditions]
    unknown = [each for judged in traces for each in _unknown(judged, words)]
    return _to_ask_for(contract, unknown, words)


_DECIDED_BY: dict[str, Path] = {
    "icp_tier": ("ideal_customer", "tiers"),
    "icp_excluded": ("ideal_customer", "exclude"),
    "persona": ("personas",),
    "lane": ("lanes",),
}


def _is_bounded(name: str, words: Mapping[str, Any]) -> bool:
    upper = words.get(f"{name}_upper")
    return upper is not None and upper != words.get(name)


def _unknown_clauses(judged: Judged) -> list[Node]:
    if judged.value is not None:
        return []
    if not judged.parts:
        return [judged.node]
    return [clause for part in judged.parts for clause in _unknown_clauses(part)]


def _add(words: dict[str, Any], decided: Mapping[str, Any]) -> None:
    """What the record says itself is not overruled by what is derived."""
    for name, value in decided.items():
        if value is not None:
            words.setdefault(name, value)


def _customer(contract: Contract, words: Mapping[str, Any]) -> dict[str, Any]:
    form = contract.form
    decided: dict[str, Any] = {}
    if form.ideal_customer:
        decided["icp_tier"] = tier_of(contract, words)
        decided["icp_excluded"] = is_excluded(contract, words)
    if form.personas:
        decided["persona"] = persona_of(contract, words)
    return decided


def _signals(contract: Contract, record: Record) -> dict[str, Any]:
    """The signals whose source is known."""
    everybodys = [event for events in record.events.values() for event in events]
    own = [event for event in everybodys if event.person == record.person]
    values = signals_of(contract, own, record.at, everybodys if record.account else None)
    known = {name for name, each in contract.form.signals.items() if each.source in record.events}
    return {name: value for name, value in values.items() if name in known}


def _scores(contract: Contract, record: Record, words: Mapping[str, Any]) -> dict[str, Score]:
    """Fit always, within bounds; interest where the touches are known."""
    touches = record.events.get("touch")
    scores: dict[str, Score] = {}
    for name, score in contract.form.scores.items():
        if name in words:
            continue
        if isinstance(score, FitScore):
            scores[name] = fit_of(contract, name, words)
        elif touches is not None:
            own = [touch for touch in touches if touch.person == record.person]
            others = [touch for touch in touches if touch.person != record.person]
            colleagues = others if record.account else []
            scores[name] = interest_of(score, own, record.at, colleagues)
    return scores
