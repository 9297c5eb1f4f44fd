"""The passes of each lead through the loop: when it entered each stage, and how it left.

A lead that was put aside and comes back begins another pass. Of each pass there is one row, and
everything about stages is counted from these rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import ibis

from revloop.analysis import cuts
from revloop.analysis.days import dated
from revloop.analysis.loop.words import moves

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground, Setting

ENTRY = "inquiry"
"""The first stage of every path: a hand was raised."""
USUAL = ("mql", "sal", "sql", "opportunity", "won")
"""The stages where no agreement names them."""
EXITS = ("recycled", "lost", "disqualified", "expired", "rejected")
"""How a pass ends without a customer."""
_CAPTURED = "captured"
_SUBJECTS = ("inquiry", "contact", "opportunity")
_NOT_NEW = ("renewal", "expansion")
_OF_SUCCESS = ("live",)
"""Entered by the company of the lead, not by the lead."""
_LEFT = ("churned",)
"""How a company leaves those."""
_PASS = ("subject", "subject_id", "pass_no")
FALSE = ibis.literal(value=False)


def path(setting: Setting) -> tuple[str, ...]:
    """The stages of the loop in their order: the raised hand, then those of the agreement."""
    agreed = tuple(setting.agreement.form.stages) if setting.agreement else USUAL
    return (ENTRY, *(stage for stage in agreed if stage != ENTRY))


def steps(setting: Setting) -> tuple[tuple[str, str], ...]:
    """Each stage with the one after it."""
    stages = path(setting)
    return tuple(pairwise(stages))


def holding(ground: Ground, rows: ir.Table, stage: str) -> ir.Table:
    """The passes that entered a stage.

    A person whose source knows no leads is followed up to the opportunity; from there on the
    opportunities are counted, where there are any, for many people may stand behind one.
    """
    rows = rows.filter(rows[entered(stage)].notnull())
    stages = path(ground.setting)
    sold = "opportunity" in stages and stages.index(stage) >= stages.index("opportunity")
    if sold and ground.has("opportunity"):
        return rows.filter(rows.subject != "contact")
    return rows


def leaving(ground: Ground, rows: ir.Table, stage: str, later: str) -> ir.Table:
    """The passes that entered a stage and could go on to the later one.

    A company that was live before it bought again goes live no more: of its purchase nothing is asked.
    """
    rows = holding(ground, rows, stage)
    return rows.filter(~rows[was(later)]) if was(later) in rows.columns else rows


def entered(stage: str) -> str:
    """The column with the instant at which a pass entered a stage."""
    return f"{stage}_at"


def was(stage: str) -> str:
    """The column that says whether the company was in a stage of success when it bought."""
    return f"was_{stage}"


def skipped(stage: str) -> str:
    """The column that says whether a pass entered a stage only by entering a later one."""
    return f"{stage}_skipped"


def passes(ground: Ground) -> ir.Table:
    """One row for each pass of each subject.

    Columns: `subject`, `subject_id`, `pass_no` from 1; `<stage>_at` for each stage of the path, that
    of a later stage where the stage itself was skipped, and `<stage>_skipped`, whether it was;
    `was_live`, whether the company was when it bought; `exit` and `exit_at`, how and when the pass
    ended, if it did; `begun_at`, its first instant, with its `month`
    and `week`; the cuts, `account_id`, `owner_user_id`, `opportunity_id`.
    """
    return ground.once(_passes)


def _passes(ground: Ground) -> ir.Table:
    stages = path(ground.setting)
    places = _places(stages)
    moved = _numbered(_moved(ground, places), places)
    first = {word: moved["at"].min(where=moved.place == place) for word, place in places.items()}
    wide = moved.group_by("subject", "subject_id", "pass_no").agg(
        **{entered(ENTRY): first[_CAPTURED]},
        **{entered(stage): first[stage] for stage in stages[1:] if stage not in _OF_SUCCESS},
        **{f"left_{word}": first[word] for word in EXITS},
        begun_at=moved["at"].min(),
    )
    wide = _with_success(ground, wide, stages)
    implied = _implied(wide, stages)
    rows = wide.mutate(**implied, **_skipped(wide, stages, implied), **_exit(wide))
    about = cuts.subjects(ground)
    rows = rows.left_join(about, ["subject", "subject_id"]).drop(
        "subject_right", "subject_id_right"
    )
    rows = dated(rows, "begun_at", ground.days, ground.calendar)
    return rows.drop(*(f"left_{word}" for word in EXITS))


def _places(stages: Sequence[str]) -> dict[str, int]:
    """The stages in their order, then the exits: of two moves of one instant the first comes first.

    Only the lead itself says that a hand was raised, no move to a stage of that name.
    """
    return {word: place for place, word in enumerate((_CAPTURED, *stages[1:], *EXITS))}


def _implied(wide: ir.Table, stages: Sequence[str]) -> dict[str, Any]:
    """Who reached a later stage had reached those before it, at that instant at the latest.

    That holds from the stage at which the pass began: who comes back as an MQL raised no hand again,
    and an opportunity that came from no lead was never one.
    """
    own = [wide[entered(stage)] for stage in stages]
    filled = {entered(stages[0]): own[0]}
    for number, stage in enumerate(stages[1:], start=1):
        begun = ibis.coalesce(*own[:number]) if number > 1 else own[0]
        later = ibis.ifelse(begun.notnull(), _earliest(own[number + 1 :]), None)
        filled[entered(stage)] = own[number].coalesce(later) if own[number + 1 :] else own[number]
    return filled


def _skipped(wide: ir.Table, stages: Sequence[str], filled: dict[str, Any]) -> dict[str, Any]:
    return {
        skipped(stage): wide[entered(stage)].isnull() & filled[entered(stage)].notnull()
        for stage in stages
    }


def _exit(wide: ir.Table) -> dict[str, Any]:
    """The exit that came first; of two at one instant, the first of `EXITS`."""
    instants = [wide[f"left_{word}"] for word in EXITS]
    first = _earliest(instants)
    kinds = [(wide[f"left_{word}"] == first, word) for word in EXITS]
    return {"exit_at": first, "exit": ibis.cases(*kinds, else_=ibis.null("string"))}


def _earliest(instants: Sequence[Any]) -> Any:
    """The earliest of those that are known; null for none."""
    match instants:
        case []:
            return ibis.null()
        case [one]:
            return one
    return ibis.least(*instants)


def _with_success(ground: Ground, wide: ir.Table, stages: Sequence[str]) -> ir.Table:
    """Stages that the company enters after the purchase: its first entry from then on.

    With `was_<stage>`: whether the company was in it when it bought, and had not left since.
    """
    for stage in (each for each in stages if each in _OF_SUCCESS):
        if "won" not in stages:
            nothing = ibis.null("timestamp").cast(wide.begun_at.type())
            wide = wide.mutate(**{entered(stage): nothing, was(stage): FALSE})
            continue
        moved = moves(ground)
        moved = moved.filter(moved.subject == "account", moved.stage.isin((stage, *_LEFT)))
        moved = moved.select(company=moved.account_id, moved_to=moved.stage, moved_at=moved["at"])
        about = cuts.subjects(ground).select("subject", "subject_id", company="account_id")
        won = wide.filter(wide.won_at.notnull()).select(*_PASS, "won_at")
        both = won.inner_join(about, ["subject", "subject_id"]).inner_join(moved, "company")
        there, later = both.moved_to == stage, both.moved_at >= both.won_at
        found = both.group_by(*_PASS).agg(
            **{entered(stage): both.moved_at.min(where=there & later)},
            came=both.moved_at.max(where=there & ~later),
            left=both.moved_at.max(where=~there & ~later),
        )
        was_there = found.came.notnull() & (found.left.isnull() | (found.left < found.came))
        found = found.mutate(**{was(stage): was_there}).drop("came", "left")
        wide = wide.left_join(found, _PASS).drop(*(f"{key}_right" for key in _PASS))
        wide = wide.mutate(**{was(stage): wide[was(stage)].fill_null(FALSE)})
    return wide


def _numbered(moved: ir.Table, places: Mapping[str, int]) -> ir.Table:
    """With `pass_no`: one more for each time that the subject had been put aside before."""
    # Two moves of one instant and one place are the same one: no order of theirs changes a number.
    window = ibis.window(group_by="who", order_by=["at", "place"])
    ends = moved.place >= min(places[word] for word in EXITS)
    moved = moved.mutate(ends=ends.cast("int64"), after=ends.lag().over(window))
    closes = (moved.ends == 1) & ~moved.after.fill_null(FALSE)
    moved = moved.mutate(closes=closes.cast("int64"))
    before = ibis.window(group_by="who", order_by=["at", "place"], preceding=None, following=0)
    closed = moved.closes.sum().over(before)
    # An exit belongs to the pass that it ends, and so does one that follows it at once.
    number = ibis.ifelse(moved.ends == 1, closed, closed + 1).cast("int64")
    return moved.mutate(pass_no=number).drop("who", "ends", "after", "closes")


def _moved(ground: Ground, places: Mapping[str, int]) -> ir.Table:
    """Everything that put a subject into a stage or out of the loop, by whatever fact it is known.

    From here on stages are numbers: a word is compared and sorted at twice the cost.
    """
    told = [
        *_leads(ground),
        _people(ground),
        *_deals(ground),
    ]
    moved = ibis.union(*told)
    place = ibis.cases(*((moved.stage == word, place) for word, place in places.items()))
    moved = moved.mutate(place=place).drop("stage")
    return moved.filter(ground.until(moved["at"]), moved.place.notnull())


def _move(rows: ir.Table, subject: str, key: str, stage: Any, at: Any) -> ir.Table:
    return rows.select(
        subject=ibis.literal(subject),
        subject_id=rows[key],
        # One whole number is sorted in half the time of a word and a number.
        who=rows[key] * len(_SUBJECTS) + _SUBJECTS.index(subject),
        stage=ibis.literal(stage) if isinstance(stage, str) else stage,
        at=at,
    ).filter(lambda t: t["at"].notnull() & t.subject_id.notnull())


def counted(ground: Ground) -> ir.Table:
    """Leads that count: no machine's, and not the repetition of another one."""
    rows = ground["inquiry"]
    return rows.filter(~_left_out(ground, rows).notnull())


def by_people(ground: Ground) -> ir.Table:
    """As `counted`, with those of lanes that are not asked for stages: they are answered, too."""
    rows = ground["inquiry"]
    return rows.filter(*(~is_so for is_so, _ in _no_leads(rows)))


def left_out(ground: Ground) -> ir.Table:
    """Leads in no denominator: `reason` and `n`."""
    rows = ground["inquiry"]
    rows = rows.mutate(reason=_left_out(ground, rows)).filter(lambda t: t.reason.notnull())
    return rows.group_by("reason").agg(n=rows.count())


def _left_out(ground: Ground, rows: ir.Table) -> Any:
    """Why a lead is not counted; null for those that are."""
    agreement = ground.setting.agreement
    lanes = [lane.id for lane in agreement.form.lanes if not lane.qualify] if agreement else []
    apart = rows.lane.isin(lanes).fill_null(FALSE) if lanes else FALSE
    return ibis.cases(
        *_no_leads(rows),
        (apart, "of a lane that is not asked for stages"),
        else_=ibis.null("string"),
    )


def _no_leads(rows: ir.Table) -> tuple[tuple[Any, str], ...]:
    """What is no lead of its own, and why."""
    return (
        (rows.is_bot.fill_null(FALSE), "made by a machine"),
        (rows.duplicate_of_inquiry_id.notnull(), "repeats another lead"),
    )


def _leads(ground: Ground) -> list[ir.Table]:
    leads = counted(ground)
    ids = leads.select("inquiry_id")
    moved = moves(ground)
    moved = moved.filter(moved.subject == "inquiry").semi_join(ids, "inquiry_id")
    decided = ground["qualification_decision"].semi_join(ids, "inquiry_id")
    verdicts = {
        "accept": "sal",
        "reject": "rejected",
        "recycle": "recycled",
        "disqualify": "disqualified",
    }
    stage = ibis.cases(*((decided.verdict == word, to) for word, to in verdicts.items()))
    sold = _new_business(ground).semi_join(ids, "inquiry_id")
    return [
        _move(leads, "inquiry", "inquiry_id", _CAPTURED, leads["at"]),
        _move(moved, "inquiry", "inquiry_id", moved.stage, moved["at"]),
        _move(decided, "inquiry", "inquiry_id", stage, decided["at"]),
        *_sold(sold, "inquiry", "inquiry_id"),
    ]


def _people(ground: Ground) -> ir.Table:
    """Stages of people in whose source nobody has leads."""
    leads = ground["inquiry"]
    moved = moves(ground)
    moved = moved.filter((moved.subject == "contact") & moved.contact_id.notnull())
    moved = moved.anti_join(leads.filter(leads.contact_id.notnull()), "contact_id")
    people = ground["contact"]
    people = people.semi_join(moved, "contact_id")
    return _move(people, "contact", "contact_id", _CAPTURED, people["at"]).union(
        _move(moved, "contact", "contact_id", moved.stage, moved["at"])
    )


def _deals(ground: Ground) -> list[ir.Table]:
    """Opportunities of new business that came from no lead that we know."""
    known = counted(ground).select("inquiry_id")
    return _sold(
        _new_business(ground).anti_join(known, "inquiry_id"), "opportunity", "opportunity_id"
    )


def _new_business(ground: Ground) -> ir.Table:
    """Opportunities that are neither renewals nor expansions: those are another loop."""
    rows = ground["opportunity"]
    return rows.filter(~rows.opportunity_type.isin(_NOT_NEW).fill_null(FALSE))


def _sold(rows: ir.Table, subject: str, key: str) -> list[ir.Table]:
    closed = closed_at(rows)
    won = rows.is_won
    return [
        _move(rows, subject, key, "opportunity", rows["at"]),
        _move(rows, subject, key, "won", ibis.ifelse(won, closed, None)),
        _move(rows, subject, key, "lost", ibis.ifelse(~won, closed, None)),
    ]


def closed_at(rows: ir.Table) -> Any:
    """When an opportunity was won or lost; the day that it closed, where only that is known."""
    day = ibis.ifelse(rows.is_closed | rows.is_won.notnull(), rows.close_date, None)
    return rows.closed_at.coalesce(day.cast(rows.closed_at.type()))
