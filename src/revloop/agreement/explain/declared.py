"""What the agreement declares, one sentence each: signals, entrances, lanes, returns, hours.

The chapters print them whole, the comparison of two versions where one is new.
"""

from __future__ import annotations

from revloop.agreement import wording
from revloop.agreement.contract import Contract
from revloop.agreement.form import Lane, Return, WorkingHours
from revloop.agreement.problems import Path
from revloop.agreement.scalars import Cap

_ROUTES = {
    "account_owner": "the owner of the account",
    "round_robin": "whoever is next",
    "territory": "the owner of the territory",
    "nurture": "nurture",
}
_DEEDS = {"acceptance": "a seller accepts it", "booking": "the order is booked"}
_TRIGGERS = {
    "next_fiscal_year": "when the next fiscal year begins",
    "competitor_contract_end": "when the contract with the competitor ends",
    "feature_released": "when the feature is released",
}


def said(contract: Contract, *path: str | int) -> str:
    """The condition at a path in words, or nothing."""
    condition = contract.conditions.get(path)
    return wording.said(condition) if condition else ""


def clauses(contract: Contract, *path: str | int) -> str:
    """The same with the parts that must all hold set apart."""
    condition = contract.conditions.get(path)
    return "; ".join(wording.said_clauses(condition)) if condition else ""


def signal(contract: Contract, name: str) -> str:
    declared = contract.form.signals[name]
    many = "touches" if declared.source == "touch" else "activities"
    what = {
        "count": f"how many {many}",
        "count_distinct": _how_many_different(declared.column or "", many),
        "sum": f"the sum of “{wording.plain(declared.column or '')}” over {many}",
        "first": f"when the first of the {many} was",
        "last": f"when the last of the {many} was",
        "days_since": f"days since the last of the {many}",
    }[declared.measure]
    back = f" in the last {wording.duration(declared.within)}" if declared.within else ""
    whose = ", of everybody of the company" if declared.over == "account" else ""
    where = said(contract, "signals", name, "where")
    return f"{what}{back}{whose}{f', where {where}' if where else ''}"


def _how_many_different(column: str, many: str) -> str:
    match column:
        case "day":
            return f"on how many days there were {many}"
        case "person":
            return f"how many people had {many}"
        case "kind":
            return f"how many kinds of {many} there were"
        case _:
            return f"how many different values of “{wording.plain(column)}” there were in {many}"


def entrance(contract: Contract, name: str) -> tuple[str, list[str]]:
    """When a lead enters a stage, and what else must be known about it."""
    stage = contract.form.stages[name]
    enter = _DEEDS[stage.enter_by] if stage.enter_by else said(contract, "stages", name, "enter")
    notes: list[str] = []
    if stage.answers:
        notes.append(f"Answered by then: {wording.listed([*map(wording.plain, stage.answers)])}.")
    if stage.never:
        notes.append(f"Never where {said(contract, 'stages', name, 'never')}.")
    if stage.silence:
        after = wording.duration(stage.silence.after)
        notes.append(f"Without an answer after {after} the offer is {stage.silence.becomes}.")
    return enter, notes


def lane_takes(contract: Contract, index: int) -> str:
    """What a lane takes."""
    condition = contract.conditions[("lanes", index, "when")]
    return "everything else" if condition.is_always_true else wording.said(condition)


def goes_to(lane: Lane) -> str:
    return _ROUTES.get(lane.route) or f"the queue “{wording.plain(lane.route)}”"


def comes_back(contract: Contract, path: Path) -> tuple[str, list[str]]:
    """When somebody who was put aside for a reason comes back, and what goes with it."""
    reasons = contract.form.reasons
    back: Return = getattr(reasons, str(path[1]))[path[2]]
    when: list[str] = []
    if back.return_after is not None:
        soon = back.return_after.amount == 0
        when.append("at once" if soon else f"after {wording.duration(back.return_after)}")
    if back.return_on:
        when.append(_TRIGGERS[back.return_on])
    if back.or_when:
        when.append(f"or as soon as {said(contract, *path, 'or_when')}")
    if back.else_after:
        when.append(f"or else after {wording.duration(back.else_after)}")
    notes: list[str] = []
    if back.requires:
        notes.append(f"Only once {said(contract, *path, 'requires')}.")
    if back.ask:
        notes.append(f"Asked: {wording.listed([*map(wording.plain, back.ask)])}.")
    if back.do:
        notes.append(f"Done at once: {wording.plain(back.do)}.")
    return " ".join(when), notes


def week(hours: WorkingHours) -> str:
    """`Mon to Fri 09:00-12:30 and 13:30-18:00`."""
    days = [
        f"{_days(key)} {wording.listed([*windows])}"
        for key, windows in hours.hours.items()
        if windows
    ]
    return "; ".join(days)


def _days(key: str) -> str:
    parts = [part.strip().replace("-", " to ") for part in key.split(",")]
    return wording.listed([part.title().replace(" To ", " to ") for part in parts])


def cap(at_most: Cap | None) -> str:
    if at_most is None:
        return "every time"
    window = "a day" if at_most.days == 1 else f"in {at_most.days} days"
    return f"at most {at_most.events} {window}"
