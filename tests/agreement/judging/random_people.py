"""Companies with their people, what they did, and questions about them, drawn by chance.

Instants lie on a coarse grid, one microsecond around it included, so that the edges of windows,
days and weeks are hit again and again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from revloop.agreement.judging.events import Event
from revloop.kit.money import Money

from .both_forms import Happened, Question

ACCOUNT_OF = {
    "ann": "acme",
    "bo": "acme",
    "cy": "acme",
    "di": "acme",
    "ed": "acme",
    "flo": "acme",
    "gus": "acme",
    "hal": "other",
    "ida": None,
}
_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)

instants = st.builds(
    lambda quarters, microseconds: (
        _MONDAY + timedelta(hours=6 * quarters, microseconds=microseconds)
    ),
    st.integers(0, 4 * 21),
    st.sampled_from([0, 0, 0, -1, 1]),
)
directions = st.sampled_from(["in", "out", "two_way", None])
maybe = st.sampled_from([True, False, None])

touch_values = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(
            ["pricing_view", "email_clicked", "unsubscribe", "page_view", "content_download"]
        ),
        "direction": directions,
        "is_bot": st.sampled_from([None, False, False, True]),
        "campaign": st.sampled_from(["spring", "fall", None]),
    }
)
activity_values = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["call", "email", "meeting", None]),
        "direction": directions,
        "automated": maybe,
        "duration_seconds": st.sampled_from([None, 0.0, 0.1, 30.0, 1800.5]),
    }
)


@st.composite
def events(draw: st.DrawFn) -> list[Happened]:
    several = draw(st.lists(st.tuples(instants, st.booleans()), min_size=10, max_size=40))
    return [
        _event(draw, number, at, "touch" if is_touch else "activity")
        for number, (at, is_touch) in enumerate(several)
    ]


def _event(draw: st.DrawFn, number: int, at: datetime, source: str) -> Happened:
    person = draw(st.sampled_from([*ACCOUNT_OF, None]))
    values: dict[str, Any] = draw(touch_values if source == "touch" else activity_values)
    account = "acme" if person is None else ACCOUNT_OF[person]
    # Not in the order of time, so that ids decide between events of one instant.
    name = f"e{number * 7919 % 1000:03}"
    return Happened(Event(at, name, source, person, values), account)


words = st.fixed_dictionaries(
    {
        "employees": st.sampled_from([None, 10, 100, 1_000]),
        "country": st.sampled_from([None, "US", "DE", "KP"]),
        "sic": st.sampled_from([None, "7372", "2000"]),
        "locations": st.sampled_from([None, 1, 2]),
        "is_competitor": maybe,
        "annual_revenue": st.sampled_from(
            [None, Money.parse("5 USD"), Money.parse("5000000 USD"), Money.parse("5 EUR")]
        ),
        "title": st.sampled_from([None, "Chief Revenue Officer", "Director Marketing", "Intern"]),
        "seniority": st.sampled_from([None, "c_level", "director", "ic"]),
    }
)


@st.composite
def questions(draw: st.DrawFn) -> list[Question]:
    who = st.sampled_from([*ACCOUNT_OF])
    asked = draw(st.lists(st.tuples(who, instants), min_size=6, max_size=12))
    return [Question(person, ACCOUNT_OF[person], at, draw(words)) for person, at in asked]


# Agreements.

_WINDOWS = st.sampled_from(["6 hours", "1 day", "7 days", "14 days"])
_WHERE = {
    "touch": ["direction = 'in'", "kind in ('pricing_view','page_view')", "campaign is null"],
    "activity": ["direction = 'out' and not automated", "not (duration_seconds < 60)"],
}
_DISTINCT = {"touch": ["day", "person", "campaign"], "activity": ["day", "person", "kind"]}


@st.composite
def signals(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    return {f"signal_{number}": draw(_signal()) for number in range(draw(st.integers(0, 5)))}


@st.composite
def _signal(draw: st.DrawFn) -> dict[str, Any]:
    source = draw(st.sampled_from(["touch", "activity"]))
    measure = draw(st.sampled_from(["count", "first", "last", "days_since", "distinct", "sum"]))
    if measure == "distinct":
        signal = {"count_distinct": draw(st.sampled_from(_DISTINCT[source])), "of": source}
    elif measure == "sum":
        source = "activity"
        signal = {"sum": "duration_seconds", "of": source}
    else:
        signal = {measure: source}
    signal["over"] = draw(st.sampled_from(["person", "account"]))
    if draw(st.booleans()):
        signal["within"] = draw(_WINDOWS)
    if draw(st.booleans()):
        signal["where"] = draw(st.sampled_from(_WHERE[source]))
    return signal


@st.composite
def scores(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    return {
        "fit": {"threshold": 50, "points": draw(st.lists(_fit_point(), min_size=1, max_size=5))},
        "interest": {
            "threshold": 40,
            "clamp": draw(st.sampled_from([[0, 100], [-20, 30], [5, 1000]])),
            "account_share": draw(st.sampled_from([0, 0.25, 1])),
            "events": draw(st.lists(_interest_event(), min_size=1, max_size=4)),
        },
    }


@st.composite
def _fit_point(draw: st.DrawFn) -> dict[str, Any]:
    conditions = [
        "employees >= 50",
        "icp_tier = 'A'",
        "icp_tier is null",
        "persona is not null",
        "icp_excluded",
        "annual_revenue >= '100 USD'",
    ]
    points = draw(st.sampled_from([40, 7.25, 0.1, 0.2, -30, -0.3]))
    return {"points": points, "when": draw(st.sampled_from(conditions))}


@st.composite
def _interest_event(draw: st.DrawFn) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "kind": draw(st.sampled_from(["pricing_view", "email_clicked", "unsubscribe"])),
        "points": draw(st.sampled_from([15, 3.5, 0.1, 60, -30])),
    }
    half_life = draw(st.sampled_from([None, "0 days", "36 hours", "14 days"]))
    cap = draw(st.sampled_from([None, "1 per day", "2 per 7 days", "1 per 3 days"]))
    return rule | {
        key: value for key, value in (("half_life", half_life), ("at_most", cap)) if value
    }


CUSTOMERS = {
    "ideal_customer": {
        "tiers": {"A": "employees >= 500 and country = 'US'", "B": "employees >= 50"},
        "exclude": "is_competitor or country = 'KP'",
    },
    "personas": {
        "buyer": {"when": "title ilike 'chief %'", "required": 1},
        "champion": {"when": "seniority = 'director'", "required": 1},
    },
}
