from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.judging.lead import judge_lead
from revloop.agreement.judging.records import NotARecord, read_record
from revloop.agreement.problems import Path, Problem
from revloop.kit.money import Money

from ..other_values import example

NOW = datetime(2026, 7, 15, 12, tzinfo=UTC)
ACME = example("2.1.0")


def problems_of(document: object) -> tuple[Problem, ...]:
    with pytest.raises(NotARecord) as refused:
        read_record(ACME, document, NOW)
    return refused.value.problems


def words_of(**words: Any) -> dict[str, Any]:
    return dict(read_record(ACME, words, NOW).words)


def test_words_are_read_by_their_types() -> None:
    assert words_of(
        country="US",
        employees=420,
        is_customer=False,
        amount="30000 USD",
        annual_revenue={"amount": "1000000.50", "currency": "USD"},
        interest=41.5,
    ) == {
        "country": "US",
        "employees": 420,
        "is_customer": False,
        "amount": Money(3_000_000, "USD"),
        "annual_revenue": Money(100_000_050, "USD"),
        "interest": 41.5,
    }


def test_null_is_unknown() -> None:
    assert words_of(country=None, touches=None) == {}
    assert read_record(ACME, {"touches": None, "at": None}, NOW).events == {}
    assert read_record(ACME, {"touches": []}, NOW).events == {"touch": ()}


def test_events_keep_their_person_and_place() -> None:
    touch = {"at": "2026-07-14T16:05:00-04:00", "kind": "pricing_view"}
    record = read_record(
        ACME, {"person": "p1", "touches": [touch, {**touch, "person": "p2", "id": "x"}]}, NOW
    )

    first, second = record.events["touch"]
    assert (first.person, first.id) == ("p1", "touches[000000]")
    assert (second.person, second.id) == ("p2", "x")
    assert first.at == datetime(2026, 7, 14, 20, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("document", "path", "message", "hint"),
    [
        (
            [],
            (),
            "the record is not an object with named values",
            'write {"country": "US"}',
        ),
        (
            {"employes": 5},
            ("employes",),
            "'employes' is not a word of this agreement",
            "did you mean employees?",
        ),
        (
            {"shoe_size": 43},
            ("shoe_size",),
            "'shoe_size' is not a word of this agreement",
            "list them with: revloop agreement words FILE",
        ),
        (
            {"country_upper": "US"},
            ("country_upper",),
            "'country_upper' is not a word of this agreement",
            "did you mean country?",
        ),
        (
            {"employees": "420"},
            ("employees",),
            "employees is a whole number, not '420'",
            "write a whole number without quotes",
        ),
        (
            {"employees": True},
            ("employees",),
            "employees is a whole number, not true",
            "write a whole number without quotes",
        ),
        (
            {"employees": 4.5},
            ("employees",),
            "employees is a whole number, not 4.5",
            "write a whole number without quotes",
        ),
        (
            {"fit": float("nan")},
            ("fit",),
            "fit is a score, not nan",
            "write a finite number",
        ),
        (
            {"is_customer": "yes"},
            ("is_customer",),
            "is_customer is true or false, not 'yes'",
            "write true or false without quotes",
        ),
        (
            {"sic": 7372},
            ("sic",),
            "sic is a text, not 7372",
            'write it in quotes: "7372"',
        ),
        (
            {"title": ["VP"]},
            ("title",),
            "title is a text, not a list",
            'write it in quotes: "…"',
        ),
        (
            {"title": "half of \ud83d"},
            ("title",),
            "title is a text, not 'half of \\ud83d'",
            "it holds half of a character; write it in UTF-8",
        ),
        (
            {"seniority": "VP"},
            ("seniority",),
            "seniority is never 'VP'",
            "it is c_level, vp, director, manager or ic",
        ),
        (
            {"icp_tier": "C"},
            ("icp_tier",),
            "icp_tier is never 'C'",
            "it is A, B or out",
        ),
        (
            {"amount": 30_000},
            ("amount",),
            "amount is an amount of money, not 30000",
            'write the amount and the currency: "30000 USD"',
        ),
        (
            {"amount": {"amount": 5.5, "currency": "USD"}},
            ("amount",),
            "amount is an amount of money, not an object",
            'write the amount and the currency: "30000 USD"',
        ),
        (
            {"at": "2026-07-15"},
            ("at",),
            "at is an instant, not '2026-07-15'",
            'write date, time and offset: "2026-07-01T10:00:00-04:00"',
        ),
        (
            {"at": "0001-01-01T00:00:00+14:00"},
            ("at",),
            "at is an instant, not '0001-01-01T00:00:00+14:00'",
            "write a year between 1971 and 2099",
        ),
        (
            {"person": 17},
            ("person",),
            "person is a text, not 17",
            'write it in quotes: "17"',
        ),
        (
            {"fit": 70, "fit_upper": 50},
            ("fit_upper",),
            "fit_upper is no upper bound of fit",
            "give fit as the lower bound and fit_upper as the upper one",
        ),
        (
            {"fit_upper": 50},
            ("fit_upper",),
            "fit_upper is no upper bound of fit",
            "give fit as the lower bound and fit_upper as the upper one",
        ),
        (
            {"touches": {}},
            ("touches",),
            "touches is not a list",
            'write [{"at": "…", "kind": "…"}]',
        ),
        (
            {"activities": [{"kind": "call"}]},
            ("activities", 0),
            "an activity needs the instant it happened",
            'write "at": "2026-07-01T10:00:00-04:00"',
        ),
        (
            {"touches": [{"at": "2026-07-01T10:00:00Z", "kind": "pricing_wiew"}]},
            ("touches", 0, "kind"),
            "kind is never 'pricing_wiew'",
            "did you mean pricing_view?",
        ),
        (
            {"touches": [{"at": "2026-07-01T10:00:00Z", "outcome": "held"}]},
            ("touches", 0, "outcome"),
            "'outcome' is not a word of a touch",
            "a touch has kind, channel, direction, side, form, campaign, wants_rep or is_bot",
        ),
    ],
)
def test_a_mistake_has_its_place_and_the_fix(
    document: object, path: Path, message: str, hint: str
) -> None:
    (problem,) = problems_of(document)

    assert (problem.path, problem.message, problem.hint) == (path, message, hint)
    assert problem.code == "record.not_understood"


def test_every_mistake_is_said_at_once_in_the_order_of_the_record() -> None:
    touches = [{"at": "soon", "colour": "red", "kind": 5}]

    found = problems_of({"employees": "x", "touches": touches, "is_bot": 1, "?": 2, "at": 3})

    assert [problem.path for problem in found] == [
        ("at",),
        ("touches", 0, "at"),
        ("touches", 0, "colour"),
        ("touches", 0, "kind"),
        ("employees",),
        ("is_bot",),
        ("?",),
    ]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(["US", "vp", "5 USD", "demo", "in", "pricing_view", "2026-07-01T10:00:00Z"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["at", "kind", "direction", "person", "id", "is_bot", "amount"])
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
WORDS = [
    *("at", "person", "account", "touches", "activities", "country", "employees", "is_customer"),
    *("amount", "fit", "fit_upper", "lane", "icp_tier", "kind", "seniority", "attempts", "title"),
]
records = json_values | st.dictionaries(
    st.sampled_from(WORDS) | st.text(max_size=5), json_values, max_size=8
)


@settings(max_examples=300, deadline=None)
@given(records)
def test_any_json_is_judged_or_refused_with_places_and_hints(document: object) -> None:
    try:
        record = read_record(ACME, document, NOW)
    except NotARecord as refused:
        problems = refused.problems
    else:
        assert len(judge_lead(ACME, record).stages) == len(ACME.form.stages)
        return

    assert problems
    assert all(problem.message and problem.hint for problem in problems)
