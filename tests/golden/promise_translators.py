"""Translators of the worked examples of the promises (see `translators`)."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from revloop.analysis.promises.statistics.attempts import Outcome, Tried, attempts_to_connect
from revloop.analysis.promises.statistics.completeness import completeness
from revloop.analysis.promises.statistics.first_responder import FirstResponder
from revloop.analysis.promises.statistics.judgement import Rejections, kappa
from revloop.analysis.promises.statistics.pacing import Lane, Pacing
from revloop.analysis.promises.statistics.response import (
    Stratum,
    crude_ratio,
    mantel_haenszel,
    response_curve,
)
from revloop.analysis.rates import Rate


def lead_response_curve(given: dict[str, Any]) -> dict[str, Any]:
    if "strata" in given:
        strata = [Stratum(Rate(*each["fast"]), Rate(*each["slow"])) for each in given["strata"]]
        return {"rr_crude": crude_ratio(strata).exact, "rr_mh": mantel_haenszel(strata).exact}
    buckets = [(each["bucket"], Rate(each["x"], each["n"])) for each in given["buckets"]]
    return {
        "rows": [
            {
                "bucket": each.name,
                "n": each.rate.n,
                "x": each.rate.x,
                "rate": each.rate.exact,
                "wilson95": each.rate.interval,
                "risk_ratio_vs_ref": each.ratio.exact,
                "rr_ci95_katz": each.ratio.interval,
            }
            for each in response_curve(buckets, given["reference"])
        ]
    }


def first_responder_share(given: dict[str, Any]) -> dict[str, Any]:
    rates = {each["first"]: Rate(each["won"], each["n"]) for each in given["groups"]}
    found = FirstResponder(**rates)
    return {
        "win_rate": {answer: rate.exact for answer, rate in rates.items()},
        "share_of_known_wins_where_first": found.share_of_known_wins.exact,
        "unknown_share": found.unknown_share.exact,
        "bounds_share_of_wins_where_first": found.bounds,
    }


def attempts_to_connect_(given: dict[str, Any]) -> dict[str, Any]:
    """Whoever was not reached is closed here."""
    leads = Counter((each["attempts"], each["connected"]) for each in given["leads"])
    found = attempts_to_connect(
        Tried(attempts, Outcome.CONNECTED if connected else Outcome.GIVEN_UP, count)
        for (attempts, connected), count in leads.items()
    )
    persistence = found.persistence(given["min_attempts"])
    return {
        "table": [
            {
                "attempt": each.number,
                "at_risk": each.hazard.n,
                "connects": each.hazard.x,
                "hazard": each.hazard.exact,
                "cum_connect": each.cumulative,
            }
            for each in found.every
        ],
        "naive_connect_rate": found.reached.exact,
        "unconnected": persistence.n,
        "persistence_compliance": persistence.exact,
        "given_up_early": persistence.n - persistence.x,
    }


def marketing_sla_pacing(given: dict[str, Any]) -> dict[str, Any]:
    if "lanes" in given:
        values = {
            each["lane"]: Lane(
                each["mql"], Fraction(str(each["mql_to_won"])), each["avg_deal"]
            ).value
            for each in given["lanes"]
        }
        total = sum(values.values())
        return {
            "value_by_lane": values,
            "total_value": total,
            "attainment": total / Fraction(given["goal_value"]),
        }
    days = [1] * given["working_days_total"]
    found = Pacing(given["goal"], given["actual"], days, given["working_days_elapsed"])
    return {
        "expected_to_date": found.expected,
        "attainment_to_date": found.attainment,
        "projection": found.projection,
        "required_per_remaining_day": found.required,
        "run_rate_per_day": found.run_rate,
        "p_hit_goal": found.chance,
    }


def qualification_agreement(given: dict[str, Any]) -> dict[str, Any]:
    if "rejected" in given:
        answers = [each["criteria_met"] for each in given["rejected"]]
        found = Rejections(answers.count(True), answers.count(False), answers.count(None))
        return {
            "met_but_rejected": found.met,
            "not_met": found.not_met,
            "unknown": found.unknown,
            "definition_dispute_share": found.dispute_share.exact,
        }
    both = kappa(
        [
            [given["both_qualify"], given["marketing_only"]],
            [given["sales_only"], given["both_reject"]],
        ]
    )
    return {"observed": both.observed, "expected": both.expected, "kappa": both.exact}


def handoff_completeness(given: dict[str, Any]) -> dict[str, Any]:
    present = Counter(each["present"] for each in given["handoffs"])
    found = completeness(len(given["required"]), present.items())
    return {
        "field_completeness": found.fields.exact,
        "complete_share": found.handoffs.exact,
    }


ALL = {
    "lead_response_curve": lead_response_curve,
    "first_responder_share": first_responder_share,
    "attempts_to_connect": attempts_to_connect_,
    "marketing_sla_pacing": marketing_sla_pacing,
    "qualification_agreement": qualification_agreement,
    "handoff_completeness": handoff_completeness,
}
