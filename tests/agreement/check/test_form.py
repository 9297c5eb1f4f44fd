"""Every section is read into typed values, and what does not fit is said in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from revloop.agreement.check import check
from revloop.agreement.check.source import read
from revloop.agreement.form import (
    MOST_CALENDARS,
    Agreement,
    ClockPromise,
    CountPromise,
    FitScore,
    InterestScore,
    PacePromise,
    SharePromise,
)
from revloop.agreement.problems import MOST_PROBLEMS
from revloop.agreement.scalars import Cap
from revloop.kit.durations import Duration
from revloop.kit.money import Money

from .files import ACME, edited, only_problem, place_of, problems_of


@pytest.fixture(scope="module")
def acme() -> Agreement:
    return check(ACME.encode()).required().form


# What is read.


def test_the_head_names_the_agreement_its_version_and_who_signs(acme: Agreement) -> None:
    assert (acme.agreement, acme.version, acme.supersedes) == ("acme-revenue", "2.1.0", "2.0.0")
    assert acme.effective_from == datetime(2026, 7, 1, tzinfo=timezone(timedelta(hours=-4)))
    assert acme.review_by == date(2026, 10, 9)
    assert acme.signatures_required == ("marketing", "sales")
    assert acme.notice == Duration(5, "day", working=True)
    assert (acme.emergency, acme.amends_period, acme.accept_infeasible) == (False, False, False)


def test_a_tie_break_and_the_fundamentals_are_read(acme: Agreement) -> None:
    assert acme.tie_break is not None
    assert acme.tie_break.rule_within == Duration(3, "day", working=True)
    assert acme.fundamentals is not None
    assert len(acme.fundamentals.why_we_win) == 2
    assert acme.fundamentals.target_markets["dach_enterprise"].scope == "account"
    assert acme.vocabulary["inquiry"].also_called == ("lead", "hand-raiser")


def test_tiers_and_personas_keep_their_order(acme: Agreement) -> None:
    assert acme.ideal_customer is not None
    assert list(acme.ideal_customer.tiers) == ["A", "B"]
    assert list(acme.personas)[:2] == ["economic_buyer", "champion"]
    assert acme.personas["user"].required == 2
    assert acme.personas["procurement"].from_stage == "opportunity"


def test_a_signal_knows_what_it_measures(acme: Agreement) -> None:
    attempts, days = acme.signals["attempts"], acme.signals["attempt_days"]

    assert (attempts.measure, attempts.source, attempts.column) == ("count", "activity", None)
    assert (days.measure, days.source, days.column) == ("count_distinct", "activity", "day")
    assert days.within == Duration(45, "day")
    assert acme.signals["colleagues_active"].over == "account"


def test_a_score_is_of_the_kind_its_keys_say(acme: Agreement) -> None:
    fit, interest = acme.scores["fit"], acme.scores["interest"]

    assert isinstance(fit, FitScore)
    assert [each.points for each in fit.points] == [40, 20, 30, 30]
    assert isinstance(interest, InterestScore)
    assert interest.account_share == Decimal("0.25")
    assert interest.events[0].at_most == Cap(1, 1)
    assert interest.events[2].at_most == Cap(2, 7)
    assert interest.events[-1].points == -30


def test_stages_lanes_and_reasons_are_read(acme: Agreement) -> None:
    silence = acme.stages["sal"].silence
    assert silence is not None
    assert (silence.after, silence.becomes) == (Duration(24, "hour", working=True), "expired")
    assert acme.stages["sql"].answers == ("need", "authority_path", "timing_months")
    assert [lane.id for lane in acme.lanes][-2:] == ["content", "other"]
    assert [lane.qualify for lane in acme.lanes][:2] == [False, True]
    assert acme.reasons.recycle["wrong_person"].return_after == Duration(0, "day")
    assert acme.reasons.lost["competitor"].ask == ("first_responder", "competitor")


def test_calendars_are_read_into_hours_and_holidays(acme: Agreement) -> None:
    dach = acme.calendars["dach"]

    assert dach.holidays == (date(2026, 10, 3), date(2026, 12, 25))
    assert dach.calendar.week[0] == ((9 * 60, 12 * 60 + 30), (13 * 60 + 30, 18 * 60))
    assert dach.calendar.week[5] == ()


def test_a_promise_is_of_the_kind_its_keys_say(acme: Agreement) -> None:
    sales, marketing = acme.promises.sales_to_marketing, acme.promises.marketing_to_sales

    answer = sales["answer_5min"]
    assert isinstance(answer, ClockPromise)
    assert (answer.clock.start, answer.clock.stop) == ("routed", "human_attempt")
    assert answer.escalate[0].to == ("owner",)
    assert answer.escalate[2].to == ("sales", "marketing")
    assert isinstance(sales["persist"], CountPromise)
    assert isinstance(sales["revisit"], SharePromise)
    assert sales["revisit"].share.done_within == Duration(14, "day")
    assert isinstance(marketing["volume"], PacePromise)
    assert marketing["volume"].pace.goal == 112
    assert isinstance(marketing["value"], PacePromise)
    assert marketing["value"].pace.goal == Money(25_200_000, "USD")


def test_money_shares_and_curves_are_read_exactly(acme: Agreement) -> None:
    assert acme.goals is not None
    assert acme.goals.bookings == Money(108_000_000, "USD")
    assert sum(acme.goals.shares.values()) == 1
    assert acme.goals.plan is not None
    assert list(acme.goals.plan.rates) == [
        "lead_mql",
        "mql_sal",
        "sal_sql",
        "sql_opportunity",
        "opportunity_won",
    ]
    assert acme.incentives is not None
    assert acme.incentives.payout[0] == (Decimal("0.7"), Decimal("0.5"))
    assert acme.pricing is not None
    assert acme.pricing.guardrails[0].approver == ("none",)
    assert acme.pricing.guardrails[-1].discount_up_to == 1


def test_the_last_sections_are_read(acme: Agreement) -> None:
    assert acme.pauses["legal_hold"].at_most == Duration(400, "hour", working=True)
    assert acme.routing is not None
    assert acme.routing.weights == {"ana": 3, "bo": 2, "cy": 1}
    assert acme.attribution is not None
    assert acme.attribution.also[-1] == "shapley"
    assert acme.meetings.weekly is not None
    assert acme.meetings.weekly.weekday == "mon"
    assert acme.diagnosis is not None
    assert acme.diagnosis.at_least_respondents == 5
    assert acme.budget is not None
    assert acme.budget.brand_floor == Decimal("0.25")


# Keys.


@pytest.mark.parametrize(
    ("old", "new", "says", "hint"),
    [
        ("\nbudget:", "\nbugdet:", "'bugdet' is not a key of the file", "did you mean budget?"),
        ("same_inquiry_within:", "same_inquiry:", "'same_inquiry' is not a key of the file", "did you mean same_inquiry_within?"),
        ("reassign_at:", "reasign_at:", "'reasign_at' is not a key of promises.sales_to_marketing.answer_5min", "did you mean reassign_at?"),
        ("account_share:", "acount_share:", "'acount_share' is not a key of scores.interest", "did you mean account_share?"),
        ("capacity: {open_leads:", "capacity: {open:", "'open' is not a key of routing.capacity", "open_leads"),
        ("margin_floor: {share:", "margin_floor: {zzz:", "'zzz' is not a key of pricing.margin_floor", "known here: approver or share"),
    ],
)  # fmt: skip
def test_an_unknown_key_is_named_with_the_nearest_known_one(
    old: str, new: str, says: str, hint: str
) -> None:
    text = edited((old, new))
    problem = next(each for each in problems_of(text) if each.code == "form.unknown_key")

    assert problem.message == says
    assert hint in problem.hint
    assert problem.place == place_of(text, new.rpartition("{")[2].strip())


@pytest.mark.parametrize(
    ("key", "value", "hint"),
    [
        ("signatures", "[marketing]", "signatures are kept in the ledger"),
        ("status", "signed", "the status follows from the signatures in the ledger"),
    ],
)
def test_what_is_kept_in_the_ledger_is_no_key_of_the_file(key: str, value: str, hint: str) -> None:
    problem = only_problem(f"{ACME}{key}: {value}\n")

    assert problem.code == "form.unknown_key"
    assert hint in problem.hint
    assert problem.path == (key,)


@pytest.mark.parametrize(
    ("line", "key", "hint"),
    [
        ("notice: 5 working days\n", "notice", "From the last signature to `effective_from`."),
        ("working_days: us_east\n", "working_days", "The calendar that counts the days"),
        ("    threshold: 60\n", "threshold", "From here on the score is high."),
        (", required: 2", "required", "How many people of this kind a buying group needs."),
        (", calendar: us_east, goal: 0.80", "goal", "The share that must be kept."),
    ],
)
def test_a_missing_key_is_named_with_what_it_means(line: str, key: str, hint: str) -> None:
    problem = next(each for each in problems_of(edited((line, line[:0] + "\n" * line.count("\n")))))

    assert problem.code == "form.missing_key"
    assert problem.message == f"{key!r} is missing"
    assert hint in problem.hint


def test_a_key_may_be_called_like_the_steps_that_only_the_form_knows() -> None:
    for key in ("~fit", "[key]", "?"):
        problem = only_problem(f'{ACME}"{key}": 1\n')

        assert problem.message == f"{key!r} is not a key of the file"


# Values.


@pytest.mark.parametrize(
    ("old", "new", "code", "says", "hint"),
    [
        ('version: "2.1.0"', "version: 2.10", "form.needs_text", "version: a version is a text, not 2.10", '"2.1.0"'),
        ('version: "2.1.0"', "version: 2.1.0", "yaml.needs_quotes", "2.1.0 is a version", 'put it in quotes: "2.1.0"'),
        ('version: "2.1.0"', 'version: "2.1"', "form.not_a_version", "version: '2.1' is not a version", '"2.1.0"'),
        ('version: "2.1.0"', 'version: "٢.1.0"', "form.not_a_version", "is not a version", '"2.1.0"'),
        ("agreement: acme-revenue", "agreement: Acme Revenue", "form.not_an_identifier", "'Acme Revenue' is not the name of an agreement", "acme-revenue"),
        ("agreement: acme-revenue", "agreement: null", "form.needs_text", "is a text, not nothing", "write a text"),
        ("notice: 5 working days", "notice: 5", "form.needs_text", "notice: a length of time is a text, not 5", "5 minutes"),
        ("notice: 5 working days", "notice: five days", "duration.not_understood", "notice: 'five days' is not a length of time", "a whole number and a unit"),
        ("notice: 5 working days", "notice: 1 working week", "duration.not_understood", "working weeks are not counted", "write 5 working days"),
        ("review_by: 2026-10-09", "review_by: 2026-02-30", "form.not_a_date", "review_by: '2026-02-30' is not a date", "2026-07-01"),
        ("review_by: 2026-10-09", "review_by: 20261009", "form.needs_text", "review_by: a date is a text, not 20261009", "2026-07-01"),
        ('"2026-07-01T00:00:00-04:00"', '"2026-07-01T00:00:00"', "form.not_an_instant", "is not an instant", "offset"),
        ('"2026-07-01T00:00:00-04:00"', '"2026-07-01"', "form.not_an_instant", "is not an instant", "offset"),
        ('"2026-07-01T00:00:00-04:00"', '"9999-12-31T23:59:59-14:00"', "form.out_of_range", "the year 9999 must lie between 1971 and 2099", ""),
        ("bookings: 1080000 USD", "bookings: 1080000", "form.needs_text", "goals.bookings: an amount of money is a text, not 1080000", "30000 USD"),
        ("bookings: 1080000 USD", "bookings: 1,080,000 USD", "money.not_understood", "'1,080,000 USD' is not an amount of money", "30000 USD"),
        ("bookings: 1080000 USD", "bookings: 1080000 USS", "money.unknown_currency", "'USS' is not a currency", "did you mean"),
        ("bookings: 1080000 USD", "bookings: -5 USD", "form.out_of_range", "-5 USD is not more than nothing", ""),
        ("period: 2026-Q3", "period: 2026", "form.needs_text", "goals.period: a period is a text, not 2026", '"2026"'),
        ("period: 2026-Q3", "period: 2026-Q5", "form.not_a_period", "'2026-Q5' is not a period", "2026-Q3"),
        ("goal: 112", "goal: 112.5", "form.needs_number", "112.5 is not a goal", "a whole number of leads"),
        ("goal: 112", "goal: true", "form.needs_number", "true is not a goal", "a whole number of leads"),
        ("account_share: 0.25", "account_share: 25", "form.out_of_range", "scores.interest.account_share: 25 is out of range: it must lie between 0 and 1", "0.9 is 90 %"),
        ("account_share: 0.25", "account_share: 25 %", "form.needs_number", "'25 %' is not a number", "0.9 is 90 %"),
        ("minutes: 30", "minutes: 0", "form.out_of_range", "it must lie between 1 and", ""),
        ("required: 2", "required: 2.0", "form.needs_number", "2.0 is not a whole number", ""),
        ("required: 2", "required: yes", "form.needs_number", "'yes' is not a whole number", ""),
        ("qualify: false", "qualify: no", "form.not_true_or_false", "lanes[0].qualify: 'no' is neither true nor false", ""),
        ("qualify: false", "qualify: 0", "form.not_true_or_false", "0 is neither true nor false", ""),
        ("at_most: 1 per day", "at_most: 1 a day", "form.not_a_cap", "'1 a day' is not a cap", "2 per 7 days"),
        ("at_most: 1 per day", "at_most: 0 per day", "form.not_a_cap", "'0 per day' is not a cap", "2 per 7 days"),
        ("kind: webinar_attended", "kind: webinar_atended", "form.unknown_word", "'webinar_atended' may not stand here", "did you mean webinar_attended?"),
        ("weekday: mon", "weekday: Monday", "form.unknown_word", "meetings.weekly.weekday: 'Monday' may not stand here", "mon, tue, wed"),
        ("attempts: {count: activity", "attempts: {count: calls", "form.unknown_word", "signals.attempts.count: 'calls' may not stand here", "use touch or activity"),
        ("live_queue: {calendar: us_east, members: [ana, bo, cy]}", "Live: {calendar: us_east, members: [ana]}", "form.not_an_identifier", "'Live' is not a name", "small letters"),
        ("lanes:\n", "lanes: none\nx:\n", "form.wrong_shape", "lanes needs a list, not 'none'", "`- `"),
        ("budget: {brand_floor: 0.25, move_at_most_per_quarter: 0.15}", "budget: 5", "form.wrong_shape", "budget needs a set of named values, not 5", "`name: value`"),
        ("signals:\n", "signals: []\nx:\n", "form.wrong_shape", "signals needs a set of named values, not a list", "`name: value`"),
        ("signatures_required: [marketing, sales]", "signatures_required: []", "form.wrong_length", "signatures_required is empty", "at least one"),
        ("clamp: [0, 100]", "clamp: [0]", "form.wrong_length", "scores.interest.clamp has too few members", "write two"),
        ("clamp: [0, 100]", "clamp: [0, 50, 100]", "form.wrong_length", "scores.interest.clamp has more than 2 members", "write 2"),
        ("means: one person raising a hand once", "means: ''", "form.empty_text", "the text is empty", "remove the key"),
        ("means: one person raising a hand once", "means: " + "x" * 2_001, "form.too_long", "longer than 2,000 characters", "shorten"),
        ('enter: "two_way_talks >= 1"', "enter: 5", "form.needs_text", "stages.sql.enter: a condition is a text, not 5", "in quotes"),
        ("America/New_York", "America/New_Yrok", "calendar.unknown_timezone", "'America/New_Yrok' is not the name of a time zone", "did you mean America/New_York?"),
        ('["09:00-18:00"]', '["18:00-09:00"]', "calendar.window_across_midnight", "calendars.us_east", "split it"),
        ("share: {of: rejections, with: reason}", "ratio: {of: rejections}", "form.unknown_kind", "a promise is a `clock`, a `count`, a `share` or a `pace`", ""),
        ("share: {of: rejections, with: reason}", "share: {of: rejections}", "form.one_test", "either those `with` something", "done_within"),
        ("count: touch, where: \"direction = 'in'\", within: 30 days}\n  pricing", "count: touch, last: touch}\n  pricing", "form.one_measure", "a signal measures exactly one thing", "use one of"),
        ("count: touch, where: \"direction = 'in'\", within: 30 days}\n  pricing", "count: touch, of: touch}\n  pricing", "form.one_measure", "count does not take `of`", "count_distinct"),
        ("within: 14 days}\n  two", "within: 14 business days}\n  two", "form.wall_time_only", "looks back in wall time", "30 days"),
        ("primary: w_shaped", "primary: ours\n  models: {ours: {first: 50, half_life: 9 days}}", "form.one_model_of_credit", "exactly one way", "half_life: 14 days"),
        ("primary: w_shaped", "primary: ours\n  models: {ours: {}}", "form.one_model_of_credit", "exactly one way", "rest: 10"),
        ("primary: w_shaped", "primary: ours\n  models: {ours: {first: 0}}", "form.one_model_of_credit", "all weights are 0", "count more"),
        ("primary: w_shaped", "primary: ours\n  models: {ours: {first: -1}}", "form.out_of_range", "", ""),
        ("primary: w_shaped", "primary: ours\n  models: {ours: {fist: 1}}", "form.unknown_key", "", "first"),
        ("primary: w_shaped", "primary: W-shaped", "form.not_an_identifier", "is not the name of a model", "hubspot:w_shaped"),
        ("won: {owner: both, enter_by: booking}", "won: {owner: both}", "form.one_way_in", "either by a condition", "enter_by"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_in_plain_words(
    old: str, new: str, code: str, says: str, hint: str
) -> None:
    problem = next(each for each in problems_of(edited((old, new))) if each.code == code)

    assert says in problem.message
    assert hint in problem.hint


def test_a_reason_must_say_when_people_come_back() -> None:
    text = edited(("price: {return_after: 180 days}", "price: {ask: [competitor]}"))
    problem = only_problem(text)

    assert problem.code == "check.reason_without_return"
    assert problem.path == ("reasons", "lost", "price")
    assert problem.place == place_of(text, "price: {ask")


def test_a_clock_promise_without_a_calendar_is_refused() -> None:
    text = edited((" within: 16 business hours}, calendar: owner,", " within: 16 business hours},"))
    problem = only_problem(text)

    assert (problem.code, problem.path[-1]) == ("form.missing_key", "calendar")
    assert problem.place == place_of(text, "decide:")


def test_a_file_names_at_most_fifty_calendars() -> None:
    hours = "{timezone: UTC, hours: {mon: ['09:00-17:00']}}"
    more = "".join(f"  office_{number}: {hours}\n" for number in range(MOST_CALENDARS - 1))

    problem = only_problem(edited(("calendars:\n", f"calendars:\n{more}")))

    assert problem.code == "form.wrong_length"
    assert problem.message == "calendars: there are 51 calendars; the limit is 50"


# All at once.


def test_nothing_is_said_of_unknown_words_while_a_declaration_cannot_be_read() -> None:
    text = edited(
        ("two_way_talks: {count: activity", "two_way_talks: {cuont: activity"),
        ('"onboarding_completed"', '"onboarding_done"'),
        ("employees >= 2000", "employees = 'many'"),
    )

    problems = [(each.place, each.code) for each in problems_of(text)]

    assert problems == [
        (place_of(text, "employees = 'many'"), "condition.types_differ"),
        (place_of(text, "cuont"), "form.unknown_key"),
    ]


def test_a_wrong_condition_is_found_beside_a_misfit_with_its_own_place_and_path() -> None:
    text = edited(
        ("route: live_queue, clock: answer_5min", "rout_to: live_queue, clock: answer_5min"),
        ("form in ('demo','contact_sales','pricing_quote')", "employees = 'many'"),
        ('"amount is not null and roles_known >= 2"', '"amuont is not null"'),
    )

    found = {each.code: each for each in problems_of(text)}

    assert found["condition.types_differ"].path == ("lanes", 2, "when")
    assert found["condition.types_differ"].place == place_of(text, "employees = 'many'")
    assert (
        "employees is a whole number and 'many' is a text"
        in found["condition.types_differ"].message
    )
    assert found["form.unknown_key"].place == place_of(text, "rout_to")
    assert found["form.missing_key"].path == ("lanes", 1, "route")


def test_wrong_words_are_found_beside_a_misfit_in_a_section_without_names() -> None:
    text = edited(
        ("bookings: 1080000 USD", "bookings: 1080000"),
        ('"amount is not null and roles_known >= 2"', '"amuont is not null"'),
    )

    problems = {each.code: each.place for each in problems_of(text)}

    assert problems == {
        "form.needs_text": place_of(text, "bookings: 1"),
        "condition.unknown_word": place_of(text, "amuont"),
    }


@pytest.mark.parametrize("section", ["stages", "lanes", "calendars", "working_days"])
def test_wrong_conditions_are_found_even_if_a_whole_section_is_missing(section: str) -> None:
    values = dict(read(ACME.encode()).values)
    del values[section]
    values["ideal_customer"] = {"tiers": {"A": "employees = 'many'"}}

    codes = [each.code for each in problems_of(json.dumps(values, default=float))]

    assert "form.missing_key" in codes
    assert "condition.types_differ" in codes


def test_a_value_that_could_not_be_read_is_reported_once() -> None:
    text = edited(("notice: 5 working days", "notice: *usual"), ("minutes: 30", "minutes: .inf"))

    assert [each.code for each in problems_of(text)] == ["yaml.no_anchors", "yaml.not_a_number"]


def test_more_than_a_hundred_misfits_are_counted() -> None:
    text = ACME + "".join(f"key_{number}: 1\n" for number in range(MOST_PROBLEMS + 50))

    problems = problems_of(text)

    assert [each.code for each in problems].count("form.unknown_key") == MOST_PROBLEMS
    rest = next(each for each in problems if each.code == "form.more_problems")
    assert rest.message == "and 50 more problems"


def test_problems_are_in_the_order_of_the_file() -> None:
    text = edited(("\nbudget:", "\nbugdet:"), ("notice:", "notise:"), ("minutes: 30", "minutes: 0"))

    problems = [(each.place, each.code) for each in problems_of(text)]

    # A missing key stands where the section begins that misses it.
    assert problems == [
        (place_of(text, "agreement: acme-revenue"), "form.missing_key"),
        (place_of(text, "notise"), "form.unknown_key"),
        (place_of(text, "minutes: 0"), "form.out_of_range"),
        (place_of(text, "bugdet"), "form.unknown_key"),
    ]


# No word of the library that reads the form reaches the people who write the file.

WRONG: tuple[Any, ...] = (None, True, -0.5, "x", [[], 1], {"x": {}})
FOREIGN = re.compile(
    r"Input should|type=|input_value|pydantic|validat|dict|tuple|NoneType|instance|Decimal|"
    r"string|boolean|integer|Traceback|Section|\bNone\b|\bTrue\b|\bFalse\b|__",
)


def broken_files() -> Iterator[dict[str, Any]]:
    """The example with each of its sections and members in turn replaced by each wrong value."""
    values = read(ACME.encode()).values
    for key, section in values.items():
        for wrong in WRONG:
            yield {**values, key: wrong}
            if isinstance(section, dict):
                for name in list(section)[:2]:
                    yield {**values, key: {**section, name: wrong}}
            if isinstance(section, list):
                yield {**values, key: [wrong, *section[1:]]}


def test_no_message_speaks_of_the_library_that_reads_the_form() -> None:
    files = list(broken_files())
    assert len(files) > 300

    for values in files:
        for problem in check(json.dumps(values, default=float).encode()).problems:
            said = f"{problem.message} {problem.hint}"
            assert not FOREIGN.search(said), said
            assert problem.code != "form.not_valid", said
            assert problem.message[0] != " ", said
