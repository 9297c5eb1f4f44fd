"""From the input of a worked example to the public functions, one translator a metric.

A translator looks at the keys of its input, never at the name of a case: other files of the same
form exist.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from revloop.agreement.conditions import compile_for_records, parse
from revloop.agreement.form import Pricing
from revloop.agreement.judging.scores import (
    Aged,
    decayed,
    fit_bounds,
    fit_known_share,
    fit_on_known,
    interest,
    verdict,
)
from revloop.agreement.terms.count_terms import Counted, compliance, count_state
from revloop.agreement.terms.guardrails import approval
from revloop.agreement.versions import Edition, History, governs_clock, governs_decision
from revloop.facts.vocabulary import Type, Word
from revloop.kit.working_time import Pause, due, elapsed
from revloop.kit.working_time.calendars import Calendar
from revloop.operations.people.rules.emails import email_key, is_role_mailbox
from revloop.operations.people.rules.phones import phone_key
from revloop.operations.people.rules.resolving import Key, KeyKind, Record, resolve

from . import (
    cost_translators,
    credit_translators,
    experiment_translators,
    loop_translators,
    promise_translators,
    revenue_translators,
)


def business_time(given: dict[str, Any]) -> dict[str, Any]:
    calendar = Calendar.from_hours(
        given["calendar"]["tz"],
        {
            day: [f"{a}-{b}" for a, b in windows]
            for day, windows in given["calendar"]["week"].items()
        },
        holidays=[datetime.fromisoformat(day).date() for day in given["calendar"]["holidays"]],
    )
    start, end = (datetime.fromisoformat(given[key]) for key in ("start", "end"))
    pauses = [
        Pause(datetime.fromisoformat(start), datetime.fromisoformat(end))
        for start, end in given["pauses"]
    ]
    second = timedelta(seconds=1)
    return {
        "business_seconds": Fraction(elapsed(calendar, start, end, pauses) / second),
        "wall_seconds": Fraction((end - start) / second),
        "due_at": due(calendar, start, timedelta(seconds=given["budget_seconds"]), pauses),
    }


def rule_evaluation(given: dict[str, Any]) -> dict[str, Any]:
    """Qualified if all criteria hold, or by an inbound call, whatever else is known."""
    words = {name: Word(name, Type.BOOLEAN, "inquiry", name) for name in given}
    criteria = " and ".join(name for name in given if name != "inbound_call")
    fits = compile_for_records(parse(criteria, words))(given)
    mql = compile_for_records(parse(f"({criteria}) or inbound_call", words))(given)
    said = {True: "mql", False: "not_mql", None: "needs_data"}
    return {"icp_and_interest": fits, "mql": mql, "verdict": said[mql]}


def agreement_version_resolution(given: dict[str, Any]) -> dict[str, Any]:
    """A decision by its own instant; what stops a clock by the instant the clock started."""
    editions = tuple(
        Edition(each["version"], datetime.fromisoformat(each["effective_from"]))
        for each in given["versions"]
    )
    tenures = History(editions).tenures
    instants = {each["event"]: datetime.fromisoformat(each["at"]) for each in given["events"]}
    versions = {}
    for event, at in instants.items():
        started = instants.get(f"{event}_clock_start")
        edition = governs_clock(tenures, started) if started else governs_decision(tenures, at)
        versions[event] = edition.version if edition else None
    return {"version": versions}


def lead_score(given: dict[str, Any]) -> dict[str, Any]:
    events = given["events"]
    aged = [Aged(each["points"], each["age_days"], each["half_life_days"]) for each in events]
    rules = [(rule["points"], rule["value"]) for rule in given["fit_rules"]]
    lower, upper = (Fraction(bound) for bound in fit_bounds(rules))
    thresholds = given["mql_thresholds"]
    fits = verdict(float(lower), float(upper), thresholds["fit"])
    warmth = interest(aged)
    warm = verdict(warmth, warmth, thresholds["interest"])
    return {
        "interest_items": {
            each["event"]: decayed(float(item.points), item.age_days, item.half_life_days)
            for each, item in zip(events, aged, strict=True)
        },
        "interest": warmth,
        "fit_lower": lower,
        "fit_upper": upper,
        "fit_known_share": fit_known_share(rules),
        "fit_on_known": fit_on_known(rules),
        "fit_verdict": fits,
        "interest_verdict": warm,
        "mql_by_score": _both(fits, warm),
        "interest_tomorrow_if_nothing_happens": interest(aged, days_later=1.0),
    }


def _both(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - three-valued
    """Kleene's `and`, by the interpreter that judges records."""
    words = {name: Word(name, Type.BOOLEAN, "person", name) for name in ("one", "other")}
    return compile_for_records(parse("one and other", words))({"one": one, "other": other})


def discount_approval(given: dict[str, Any]) -> dict[str, Any]:
    guardrails = [
        {
            "discount_up_to": Decimal(str(rule["max_discount"])) / 100,
            "approver": rule["approver"].split("+"),
        }
        for rule in given["rules"]
    ]
    floor = {
        "share": Decimal(str(given["margin_floor_pct"])) / 100,
        "approver": guardrails[-1]["approver"],
    }
    pricing = Pricing.model_validate({"guardrails": guardrails, "margin_floor": floor})
    asked = [
        approval(
            pricing,
            Decimal(str(request["discount_pct"])) / 100,
            Decimal(str(request["margin_pct"])) / 100,
        )
        for request in given["requests"]
    ]
    return {"approver": ["+".join(each.approvers) for each in asked]}


def sla_count_term(given: dict[str, Any]) -> dict[str, Any]:
    states = {
        lead["id"]: count_state(
            Counted(
                lead["start_day"],
                lead["window_end_day"],
                tuple(lead["attempt_days"]),
                lead["start_day"] if lead["connected"] else None,
            ),
            given["min_attempts"],
            given["as_of_day"],
        )
        for lead in given["leads"]
    }
    return {
        "state": {lead: state.value for lead, state in states.items()},
        "compliance": compliance(states.values()).share,
    }


def identity_resolution(given: dict[str, Any]) -> dict[str, Any]:
    """A mailbox of several people is no key; an id of a visit, such as a cookie, is a weak one."""
    roles = frozenset(given["role_mailboxes"])
    weak = tuple(given["weak_prefixes"])
    records = []
    for each in given["records"]:
        email, phone = email_key(each["email"]), phone_key(each["phone"], None)
        external = each["external"]
        keys = (
            (KeyKind.EMAIL, "" if email and is_role_mailbox(email, roles) else email),
            (KeyKind.PHONE, phone),
            (
                KeyKind.COOKIE if external and external.startswith(weak) else KeyKind.CRM_ID,
                external,
            ),
        )
        found = tuple(Key(kind, value) for kind, value in keys if value)
        records.append(Record(each["id"], keys=found))
    return {"clusters": [list(group) for group in resolve(records).groups]}


TRANSLATORS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    translator.__name__: translator
    for translator in (
        business_time,
        rule_evaluation,
        agreement_version_resolution,
        lead_score,
        discount_approval,
        sla_count_term,
        identity_resolution,
    )
} | {
    **credit_translators.ALL,
    **experiment_translators.ALL,
    **loop_translators.ALL,
    **promise_translators.ALL,
    **revenue_translators.ALL,
    **cost_translators.ALL,
}
