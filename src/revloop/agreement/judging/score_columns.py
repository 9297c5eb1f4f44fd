"""Scores for tables: the same numbers as `revloop.agreement.judging.scores`, for every question at once.

Engines add floats in an order of their own, so the last digits may differ; points that do not
decay add up exactly in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from revloop.agreement.conditions.record import UPPER
from revloop.agreement.conditions.table import by_answer
from revloop.agreement.contract import Contract
from revloop.agreement.form import FitScore, InterestEvent, InterestScore
from revloop.agreement.judging.customers import over
from revloop.agreement.judging.events import day_of, in_microseconds, rows_that_count
from revloop.agreement.judging.scores import WARMEST, half_life_days, limits, rule_path, unit_of
from revloop.agreement.scalars import Cap
from revloop.kit.working_time.instants import DAY_US

if TYPE_CHECKING:
    import ibis.expr.types as ir


def fit_columns(contract: Contract, people: ir.Table) -> ir.Table:
    """The bounds of every fit score, as `<score>` and `<score>_upper` beside `question`.

    Args:
        contract: The agreement that declares the scores.
        people: `question`, and the words that the conditions may use, each in a column of its
            name (money in two): of company and person, `icp_tier`, `icp_excluded`, `persona`, and
            the signals. A word without a column is unknown in every row.
    """
    bounds: dict[str, ir.Value] = {}
    for name, score in contract.form.scores.items():
        if isinstance(score, FitScore):
            bounds |= _bounds(contract, name, score, people)
    return people.select("question", **bounds)


def _bounds(
    contract: Contract, name: str, score: FitScore, people: ir.Table
) -> dict[str, ir.Value]:
    unit = unit_of(rule.points for rule in score.points)
    lower = upper = _float(0.0)
    for index, rule in enumerate(score.points):
        points = float(rule.points * unit)
        holds = over(people, contract.conditions[rule_path(name, index)])
        lower += by_answer(holds, points, 0.0, min(points, 0.0))
        upper += by_answer(holds, points, 0.0, max(points, 0.0))
    return {name: lower / unit, f"{name}{UPPER}": upper / unit}


def interest_columns(contract: Contract, questions: ir.Table, touches: ir.Table) -> ir.Table:
    """Every interest score for every question, as a column beside `question`.

    Args:
        contract: The agreement that declares the scores.
        questions: `question` (unique), `person`, `account` (null if none), `at`: who is asked
            about, and the moment of asking.
        touches: Events as `revloop.agreement.judging.events` describes them.
    """
    asked = questions.select(
        "question", "person", "account", asked=in_microseconds(questions["at"])
    )
    result = asked.select("question")
    for name, score in contract.form.scores.items():
        if isinstance(score, InterestScore):
            found = _interest(score, asked, touches, name)
            result = result.left_join(found, result["question"] == found["_question"])
            result = result.drop("_question")
    return result


def _interest(score: InterestScore, asked: ir.Table, touches: ir.Table, name: str) -> ir.Table:
    own = _own_interest(score, asked, touches)
    if not score.account_share:
        return own.select(_question="question", **{name: own["own"]})
    mean = _colleagues_mean(score, asked, touches)
    both = own.left_join(mean, own["question"] == mean["_question"])
    added = float(score.account_share) * both["mean"].fill_null(0.0)
    value = both["own"] + added
    return both.select(_question="question", **{name: _clipped(score, value)})


def _own_interest(score: InterestScore, asked: ir.Table, touches: ir.Table) -> ir.Table:
    """`question`, `own`; a question without touches included."""
    given = _given(score, touches, "person")
    pairs = asked.join(
        given, [asked["person"] == given["owner"], given["happened"] <= asked["asked"]]
    )
    found = pairs.group_by(_question=pairs["question"]).aggregate(left=_left(pairs).sum())
    every = asked.left_join(found, asked["question"] == found["_question"])
    value = every["left"].fill_null(0.0) / _whole_unit(score)
    return every.select("question", own=_clipped(score, value))


def _colleagues_mean(score: InterestScore, asked: ir.Table, touches: ir.Table) -> ir.Table:
    """`_question`, `mean`: of the warmest colleagues, where there is one."""
    import ibis  # noqa: PLC0415

    given = _given(score, touches, "account", "person")
    pairs = asked.join(
        given,
        [
            asked["account"] == given["owner"],
            asked["person"] != given["member"],
            given["happened"] <= asked["asked"],
        ],
    )
    left = pairs.group_by("question", "member").aggregate(left=_left(pairs).sum())
    own = left.mutate(own=_clipped(score, left["left"] / _whole_unit(score)))
    warmest_first = ibis.window(
        group_by="question", order_by=[own["own"].desc(), own["member"].asc()]
    )
    ranked = own.mutate(rank=ibis.row_number().over(warmest_first))
    warmest = ranked.filter(ranked["rank"] < WARMEST)
    return warmest.group_by(_question=warmest["question"]).aggregate(mean=warmest["own"].mean())


def _given(score: InterestScore, touches: ir.Table, owner: str, member: str = "") -> ir.Table:
    """The points that every touch gave when it happened, rule by rule, without capped ones.

    Whether a touch is capped depends on earlier ones alone, so it is the same for all questions.
    """
    import ibis  # noqa: PLC0415

    rows = rows_that_count(touches, "touch")
    whose = {"owner": owner, "member": member or owner}
    rows = rows.select("kind", "id", happened=in_microseconds(rows["at"]), **whose)
    unit = _whole_unit(score)
    return ibis.union(*(_given_by(rule, rows, unit) for rule in score.events))


def _given_by(rule: InterestEvent, touches: ir.Table, unit: int) -> ir.Table:
    rows = touches.filter(touches["kind"] == rule.kind)
    if rule.at_most is not None:
        rows = _earliest_of_each_block(rows, rule.at_most)
    return rows.select(
        "owner",
        "member",
        "happened",
        points=_float(float(rule.points * unit)),
        half_life_days=_float(half_life_days(rule)),
    )


def _earliest_of_each_block(touches: ir.Table, cap: Cap) -> ir.Table:
    import ibis  # noqa: PLC0415

    block = day_of(touches["happened"]) // cap.days
    in_order = ibis.window(
        group_by=[touches["owner"], touches["member"], block],
        order_by=[touches["happened"], touches["id"]],
    )
    ranked = touches.mutate(rank=ibis.row_number().over(in_order))
    return ranked.filter(ranked["rank"] < cap.events)


def _left(pairs: ir.Table) -> ir.FloatingValue:
    """`decayed`, for a touch at the moment of asking."""
    age_days = (pairs["asked"] - pairs["happened"]) / DAY_US
    half_lives = age_days / pairs["half_life_days"].nullif(0.0)
    return pairs["points"] * (_float(2.0) ** -half_lives).fill_null(1.0)


def _whole_unit(score: InterestScore) -> int:
    return unit_of(rule.points for rule in score.events)


def _clipped(score: InterestScore, value: ir.Value) -> ir.Value:
    import ibis  # noqa: PLC0415

    low, high = limits(score)
    return ibis.greatest(_float(low), ibis.least(value, _float(high)))


def _float(value: float) -> ir.FloatingScalar:
    import ibis  # noqa: PLC0415

    return ibis.literal(value, "float64")
