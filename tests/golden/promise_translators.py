"""Translators of the worked examples of the promises (see `translators`)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from revloop.agreement.terms.clocks import Clock, ClockState, clock_elapsed, clock_state
from revloop.analysis.promises.statistics.attempts import Outcome, Tried, attempts_to_connect
from revloop.analysis.promises.statistics.completeness import completeness
from revloop.analysis.promises.statistics.compliance import Compliance
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
from revloop.kit.working_time import Pause, due, held, responsible
from revloop.kit.working_time.calendar_history import CalendarHistory, Stretch
from revloop.kit.working_time.calendars import Calendar


def sla_compliance(given: dict[str, Any]) -> dict[str, Any]:
    calendar = Calendar.from_hours(
        given["calendar"]["tz"],
        {
            day: [f"{begin}-{end}" for begin, end in windows]
            for day, windows in given["calendar"]["week"].items()
        },
        holidays=[date.fromisoformat(day) for day in given["calendar"]["holidays"]],
    )
    as_of, target = _moment(given["as_of"]), timedelta(seconds=given["target_seconds"])
    clocks = {each["id"]: _clock(each) for each in given["clocks"]}
    states = {name: clock_state(clock, target, calendar, as_of) for name, clock in clocks.items()}
    counts = Counter(state.value for state in states.values())
    found = Compliance(
        counts["met"],
        counts["breached"],
        counts["open_breached"],
        counts["open_pending"],
        counts["void"],
    )
    return {
        "state": {name: state.value for name, state in states.items()},
        "elapsed_seconds": {
            name: clock_elapsed(clock, calendar, as_of) / timedelta(seconds=1)
            for name, clock in clocks.items()
            if states[name] is not ClockState.VOID
        },
        "counts": {state.value: counts[state.value] for state in ClockState},
        "compliance": found.rate.exact,
        "lower_bound_all_pending_breach": found.if_all_pending_breach.exact,
        "upper_bound_all_pending_meet": found.if_all_pending_meet.exact,
        "wrong_closed_only": Rate(found.met, found.met + _closed_late(given, states)).exact,
        "responsibility": {
            each["id"]: _responsibility(each, calendar, target)
            for each in given["clocks"]
            if "owners" in each
            and states[each["id"]] in {ClockState.BREACHED, ClockState.OPEN_BREACHED}
        },
    }


def _closed_late(given: dict[str, Any], states: dict[str, ClockState]) -> int:
    """Stopped too late: what is voided or still runs, nobody would see."""
    return sum(
        states[each["id"]] is ClockState.BREACHED and each["stop"] is not None
        for each in given["clocks"]
    )


def _responsibility(each: dict[str, Any], calendar: Calendar, target: timedelta) -> dict[str, Any]:
    clock = _clock(each)
    owners = [(owner, _moment(since)) for owner, since in each["owners"]]
    history = CalendarHistory(tuple(Stretch(since, calendar, owner) for owner, since in owners))
    until = due(history, clock.start, target, clock.pauses)
    shares = held(history, clock.start, until, clock.pauses)
    return {
        "owner_at_due": [owner for owner, since in owners if since <= until][-1],
        "held_seconds_before_due": {
            owner: share / timedelta(seconds=1) for owner, share in shares.items()
        },
        "responsible": responsible(history, clock.start, until, clock.pauses),
    }


def _clock(each: dict[str, Any]) -> Clock:
    return Clock(
        _moment(each["start"]),
        _moment(each["stop"]) if each["stop"] else None,
        _moment(each["voided_at"]) if each.get("voided_at") else None,
        tuple(Pause(_moment(begin), _moment(end)) for begin, end in each.get("pauses", [])),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


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
    "sla_compliance": sla_compliance,
    "lead_response_curve": lead_response_curve,
    "first_responder_share": first_responder_share,
    "attempts_to_connect": attempts_to_connect_,
    "marketing_sla_pacing": marketing_sla_pacing,
    "qualification_agreement": qualification_agreement,
    "handoff_completeness": handoff_completeness,
}
