"""What the sections must not say of one another: each rule breaks the example in one place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from revloop.agreement.check import check, feasibility, lint, source
from revloop.agreement.check.conditions import MOST_TEXT
from revloop.agreement.form import Agreement
from revloop.agreement.names import can_be_used
from revloop.agreement.problems import Path, Severity
from revloop.facts.vocabulary import VOCABULARY
from revloop.kit.codes import CODES

from .files import ACME, EXAMPLES, edited, only_problem, place_of, problems_of

ERROR, WARNING = Severity.ERROR, Severity.WARNING
SALES, MARKETING = ("promises", "sales_to_marketing"), ("promises", "marketing_to_sales")


@dataclass(frozen=True)
class Case:
    """An edit of the example that breaks one rule."""

    code: str
    old: str
    new: str
    path: Path
    says: str
    hint: str = ""
    severity: Severity = ERROR
    at: str = ""
    """Words that stand at the place of the problem; the last key of the path if empty."""


CASES = (
    # Names that must exist.
    Case("unknown_name", "route: live_queue", "route: live_que", ("lanes", 1, "route"),
         "there is no route or queue named 'live_que'", "did you mean live_queue?", at="route: live_que,"),
    Case("unknown_name", "clock: answer_customer,", "clock: answer_custmer,", ("lanes", 0, "clock"),
         "there is no clock for leads named 'answer_custmer'", "did you mean answer_customer?", at="clock: answer_custmer"),
    Case("unknown_name", "working_days: us_east", "working_days: us_est", ("working_days",),
         "there is no calendar named 'us_est'", "did you mean us_east?", at="working_days: us_est"),
    Case("unknown_name", "working_days: us_east", "working_days: owner", ("working_days",),
         "there is no calendar named 'owner'", "known here: us_east or dach", at="working_days: owner"),
    Case("unknown_name", "within: 16 business hours}, calendar: owner", "within: 16 business hours}, calendar: emea", (*SALES, "decide", "calendar"),
         "there is no calendar named 'emea'", "known here: owner, us_east or dach", at="calendar: emea"),
    Case("unknown_name", "unless: connected}, goal", "unless: connected}, calendar: emea, goal", (*SALES, "persist", "calendar"),
         "there is no calendar named 'emea'", at="calendar: emea"),
    Case("unknown_name", "live_queue: {calendar: us_east", "live_queue: {calendar: dch", ("routing", "queues", "live_queue", "calendar"),
         "there is no calendar named 'dch'", "did you mean dach?", at="calendar: dch"),
    Case("unknown_name", "from_stage: opportunity", "from_stage: opportunitty", ("personas", "procurement", "from_stage"),
         "there is no stage named 'opportunitty'", "did you mean opportunity?", at="from_stage"),
    Case("unknown_name", "rates: {lead_mql: 0.20, mql_sal", "rates: {lead_mql: 0.20, mql_sall", ("goals", "plan", "rates", "mql_sall"),
         "'mql_sall' is not a step between stages", "the earlier first: lead_mql", at="mql_sall"),
    Case("unknown_name", "lag_months: {mql_sal", "lag_months: {sal_mql", ("goals", "plan", "lag_months", "sal_mql"),
         "'sal_mql' is not a step between stages", at="sal_mql"),
    Case("unknown_name", "nobody: {queue: live_queue", "nobody: {queue: live", ("routing", "nobody", "queue"),
         "there is no queue named 'live'", at="queue: live,"),
    Case("unknown_name", "weights: {ana: 3, bo: 2", "weights: {anna: 3, bo: 2", ("routing", "weights", "anna"),
         "'anna' has a weight but is in no queue", "did you mean ana?", at="anna"),
    Case("unknown_name", "two_way_talks: {count: activity", "two_way_talks: {sum: outcome, of: activity", ("signals", "two_way_talks", "sum"),
         "there is no usable column of activity named 'outcome'", "known here: duration_seconds", at="sum: outcome"),
    Case("unknown_name", "count_distinct: person", "count_distinct: persn", ("signals", "colleagues_active", "count_distinct"),
         "there is no usable column of touch named 'persn'", "did you mean person?", at="count_distinct: persn"),
    # Names that must not exist twice.
    Case("name_taken", "  pricing_views:", "  employees:", ("signals", "employees"), "'employees' is already a word of conditions", at="employees: {"),
    Case("name_taken", "  pricing_views:", "  icp_tier:", ("signals", "icp_tier"), "'icp_tier' is already a word of conditions", at="icp_tier: {"),
    Case("name_taken", "  pricing_views:", "  interest:", ("scores", "interest"), "'interest' is already a signal", at="interest:\n"),
    Case("name_taken", "id: content,", "id: low_value,", ("lanes", 4, "id"), "two lanes are named 'low_value'", at='id: low_value, when: "kind'),
    Case("name_taken", "    quality: {share", "    say_why: {share", (*MARKETING, "say_why"), "two promises are named 'say_why'", at="say_why: {share: {of: offered"),
    Case("name_taken", "    no_budget:", "    student:", ("reasons", "disqualify", 2), "'student' is both final and a reason to come back", "in disqualify or in recycle", at="student, job"),
    Case("name_taken", "queues: {live_queue:", "queues: {nurture: {calendar: dach, members: [ana]}, live_queue:", ("routing", "queues", "nurture"), "'nurture' is already a way to route", at="nurture: {cal"),
    Case("name_taken", "  dach: {timezone", "  owner: {timezone", ("calendars", "owner"), "'owner' already means the hours of whoever has the lead", at="owner: {timezone"),
    Case("name_taken", '    B: "employees', '    out: "employees', ("ideal_customer", "tiers", "out"), "'out' already means a company that is in no tier", at='out: "'),
    Case("reserved_name", "  pricing_views:", "  not:", ("signals", "not"), "no condition could ever name 'not'", "such as not_count", at="  not: {"),
    # Order and sums.
    Case("no_last_lane", '{id: other, when: "true"', '{id: other, when: "is_target"', ("lanes", 5), "a lead that fits no lane would have none", 'when: "true"', at="{id: other"),
    Case("not_summing_to_one", "shares: {marketing: 0.60", "shares: {marketing: 0.50", ("goals", "shares"), "the shares sum to 0.90, not to 1", "add 0.10 to one of them", at="shares: {m"),
    Case("not_summing_to_one", "  marketing: {bookings: 0.50, velocity: 0.10", "  marketing: {bookings: 0.50, velocity: 0.100000002", ("incentives", "marketing"), "the shares sum to 1.000000002, not to 1", "take 0.000000002 away", at="marketing: {bookings"),
    Case("not_summing_to_one", "  sales: {bookings: 0.50", "  sales: {bookings: 0.60", ("incentives", "sales"), "the shares sum to 1.10, not to 1", "take 0.10 away", at="sales: {bookings"),
    Case("guardrails_not_rising", "discount_up_to: 0.30", "discount_up_to: 0.20", ("pricing", "guardrails", 2, "discount_up_to"), "0.20 does not exceed the 0.20 before it", at="discount_up_to: 0.20, approver: [sales"),
    Case("guardrails_open", "discount_up_to: 1.00", "discount_up_to: 0.99", ("pricing", "guardrails", 3, "discount_up_to"), "nobody is named for discounts above 0.99", "end with discount_up_to: 1.00", at="discount_up_to: 0.99"),
    Case("payout_not_rising", "[1.00, 1.00], [1.25, 1.50]", "[1.00, 1.00], [1.00, 1.50]", ("incentives", "payout", 2), "the payout curve must rise", at="[1.00, 1.50]"),
    Case("payout_not_rising", "[1.25, 1.50]", "[1.25, 0.90]", ("incentives", "payout", 2), "more attainment never pays less", at="[1.25, 0.90]"),
    Case("clamp_not_rising", "clamp: [0, 100]", "clamp: [100, 0]", ("scores", "interest", "clamp"), "no score lies between 100 and 0", "[0, 100]", at="clamp"),
    Case("threshold_out_of_reach", "threshold: 60", "threshold: 121", ("scores", "fit", "threshold"), "nobody can reach 121: the score ends at 120", severity=WARNING, at="threshold: 121"),
    Case("threshold_out_of_reach", "threshold: 40", "threshold: 101", ("scores", "interest", "threshold"), "nobody can reach 101: the score ends at 100", severity=WARNING, at="threshold: 101"),
    Case("escalation_not_rising", "{at: 1.0, to: manager}", "{at: 0.8, to: manager}", (*SALES, "answer_5min", "escalate", 1, "at"), "escalation at 0.8 comes after one at 0.8", at="at: 0.8, to: manager"),
    Case("version_not_rising", 'supersedes: "2.0.0"', 'supersedes: "2.10.0"', ("supersedes",), "version 2.1.0 does not come after 2.10.0", "raise the version", at="supersedes"),
    Case("review_before_start", "review_by: 2026-10-09", "review_by: 2026-07-01", ("review_by",), "reviewed on 2026-07-01, before it takes effect", at="review_by"),
    # Clocks and calendars.
    Case("clock_in_calendar_days", "within: 2 business hours", "within: 2 weeks", (*SALES, "answer_customer", "clock", "within"), "2 weeks is read in two ways", "write 10 business days", at="within: 2 weeks"),
    Case("count_needs_working_days", "within: 15 business days", "within: 15 days", (*SALES, "persist", "count", "within"), "attempts are counted over working days", "15 business days", at="within: 15 days"),
    Case("needs_wall_time", "half_life: 7 days", "half_life: 7 business days", ("scores", "interest", "events", 3, "half_life"), "7 business days cannot be counted here", "write 7 days", at="half_life: 7"),
    Case("needs_wall_time", "lookback: 180 days", "lookback: 180 business days", ("attribution", "lookback"), "180 business days cannot be counted here", at="lookback"),
    Case("pause_needs_working_hours", "at_most: 40 business hours", "at_most: 5 business days", ("pauses", "waiting_on_customer", "at_most"), "a pause is measured in the working hours of its clock, not in 5 business days", at="waiting_on_customer: {at_most"),
    Case("nobody_and_somebody", "approver: sales_manager", "approver: [none, finance]", ("pricing", "guardrails", 1, "approver"), "nobody (none) and somebody cannot both approve", at="approver: [none"),
    Case("time_decay_without_half_life", "  half_life: 14 days\n", "", ("attribution",), "time_decay does not say how fast credit fades", at="attribution:"),
    Case("unknown_name", "primary: w_shaped", "primary: w_shape", ("attribution", "primary"), "there is no model of credit named 'w_shape'", "did you mean w_shaped?", at="primary: w_shape"),
    Case("unknown_name", "also: [first, last, linear, u_shaped", "also: [first, last, linear, hubspot:u_shapedd", ("attribution", "also", 3), "there is no model of credit named 'hubspot:u_shapedd'", "did you mean hubspot:u_shaped?", at="hubspot:u_shapedd"),
    Case("known_model", "primary: w_shaped", "primary: w_shaped\n  models: {linear: {half_life: 9 days}}", ("attribution", "models", "linear"), "linear is a model that everybody knows", "give yours another name", at="linear: {half_life"),
    Case("unused_model", "primary: w_shaped", "primary: w_shaped\n  models: {ours: {half_life: 9 days}}", ("attribution", "models", "ours"), "nobody is credited by ours", "primary or also", severity=WARNING, at="ours: {half_life"),
    Case("weights_not_100", "primary: w_shaped", "primary: ours\n  models: {ours: {first: 30, lead: 30, rest: 30}}", ("attribution", "models", "ours"), "the weights of ours add up to 90", "add up to 100", severity=WARNING, at="ours: {first"),
    Case("needs_wall_time", "primary: w_shaped", "primary: ours\n  models: {ours: {half_life: 9 business days}}", ("attribution", "models", "ours", "half_life"), "9 business days cannot be counted here", "write 9 days", at="half_life: 9"),
    Case("two_currencies", 'enter: "amount is not null and roles_known >= 2"', 'enter: "amount >= \'5 EUR\' and roles_known >= 2"', ("stages", "opportunity", "enter"), "5 EUR is in another currency than 252000 USD", at='enter: "amount'),
    Case("unknown_name", "route: live_queue, clock: answer_5min", "route: live_queue, clock: decide", ("lanes", 1, "clock"), "there is no clock for leads named 'decide'", at="clock: decide"),
    Case("name_taken", "  pricing_views: {count", "  fit_upper: {count", ("signals", "fit_upper"), "'fit_upper' is the upper bound of the score it is named after", at="fit_upper: {count"),
    Case("no_time", "within: 5 minutes", "within: 0 minutes", (*SALES, "answer_5min", "clock", "within"), "nothing can be done in no time", at="within: 0"),
    Case("no_time", "within: 15 business days", "within: 0 business days", (*SALES, "persist", "count", "within"), "nothing can be done in no time", at="within: 0"),
    Case("calendar_never_opens", 'timezone: Europe/Berlin, hours: {mon-fri: ["09:00-12:30", "13:30-18:00"]}', "timezone: Europe/Berlin, hours: {mon: []}", ("calendars", "dach", "hours"), "the calendar 'dach' never opens", "mon-fri", at="hours: {mon: []}"),
    Case("clock_never_starts", "answer_customer, qualify", "answer_1day, qualify", (*SALES, "answer_customer"), "no lane starts the clock of 'answer_customer'", "clock: answer_customer", severity=WARNING, at="answer_customer: {"),
    Case("lane_without_clock", "route: live_queue, clock: answer_5min", "route: live_queue", ("lanes", 1), "leads of the lane 'inbound_call' are routed without a clock", severity=WARNING, at="{id: inbound_call"),
    # What both sides rely on.
    Case("both_must_sign", "signatures_required: [marketing, sales]", "signatures_required: [sales, executive]", ("signatures_required",), "marketing does not have to sign", "signed by both", at="signatures_required"),
    Case("no_acceptance", "enter_by: acceptance, silence: {after: 24 business hours, becomes: expired}", "enter_by: booking", ("stages",), "no stage is entered by acceptance", severity=WARNING, at="stages:\n"),
    Case("too_few_respondents", "at_least_respondents: 5", "at_least_respondents: 4", ("diagnosis", "at_least_respondents"), "answers of 4 people can be traced to one of them", "write 5 or more", at="at_least_respondents"),
    Case("opens_are_no_interest", "kind: email_clicked", "kind: email_opened", ("scores", "interest", "events", 3, "kind"), "an open is no sign of interest", "email_clicked", severity=WARNING, at="kind: email_opened, points"),
    Case("complete_without_fields", "      fields: [reachable, company, lane, consent, last_touch, score_explanation, need]\n", "", (*MARKETING, "complete"), "nothing says what a complete hand-off holds", "fields", at="complete:\n"),
    Case("two_currencies", "average_deal: 30000 USD", "average_deal: 30000 EUR", ("goals", "plan", "average_deal"), "30000 EUR is in another currency than 252000 USD", "one currency", at="average_deal"),
    Case("return_may_never_come", "return_on: feature_released, else_after: 270 days", "return_on: feature_released", ("reasons", "lost", "product_gap"), "feature_released may never come", "else_after", severity=WARNING, at="product_gap"),
    Case("silence_without_offer", "sql: {owner: sales, enter:", "sql: {owner: sales, silence: {after: 1 days, becomes: expired}, enter:", ("stages", "sql", "silence"), "not entered by acceptance", severity=WARNING, at="silence: {after: 1 days"),
    # Conditions that nothing can meet.
    Case("unreachable", 'when: "is_customer"', 'when: "wants_rep"', ("lanes", 1, "when"), "nothing ever reaches the lane 'inbound_call': the lane 'existing_customer' takes everything", "move 'inbound_call' up", at="when: \"kind = 'inbound"),
    Case("unreachable", "    B: \"employees between 50 and 5000 and country in ('US','CA','DE','AT','CH','GB')\"", "    B: \"locations >= 3 and country = 'US'\"\n    C: \"country = 'US' and locations > 5\"", ("ideal_customer", "tiers", "C"), "nothing ever reaches the tier 'C': the tier 'B' takes", at='C: "country'),
    Case("unreachable", "champion: {when: \"title ilike '%revenue operations%' or", "champion: {when: \"title ilike 'chief %' and country = 'US' or title ilike 'cfo%' and", ("personas", "champion", "when"), "nothing ever reaches the persona 'champion'", at="when: \"title ilike 'chief %' and"),
    Case("never_true", "amount is not null and roles_known >= 2", "amount is null and amount > '5 USD'", ("stages", "opportunity", "enter"), "can never be true", "contradict", at='enter: "amount'),
    Case("never_true", 'when: "is_customer"', 'when: "is_customer and not is_customer"', ("lanes", 0, "when"), "can never be true", at='when: "is_customer and'),
    # Goals that cannot be met.
    Case("goals_infeasible", "goal: 112", "goal: 95", (*MARKETING, "volume", "pace", "goal"), "marketing promises 95 MQLs a month, and the plan needs 96", "accept_infeasible: true", severity=WARNING, at="goal: 95"),
    Case("goals_infeasible", "open_leads: 25", "open_leads: 3", ("routing", "capacity"), "there is room for 9", "raise the capacity", severity=WARNING, at="capacity"),
    # What becomes too much.
    Case("too_many_conditions", "personas:\n", "personas:\n" + "".join(f"  p{n}: {{when: \"title = '{'x' * 4_000}'\", required: 0}}\n" for n in range(9)), ("personas", "p8", "when"), f"more than {MOST_TEXT:,} letters", at="p8: "),
)  # fmt: skip
TESTED_ELSEWHERE = {"check.reason_without_return": "test_form.py"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}: {case.says[:40]}")
def test_a_rule_finds_what_breaks_it_and_names_the_place(case: Case) -> None:
    text = edited((case.old, case.new))

    problem = next(each for each in problems_of(text) if each.code == f"check.{case.code}")

    assert problem.path == case.path
    assert problem.severity == case.severity
    assert case.says in problem.message
    assert case.hint in problem.hint
    assert problem.place.line == place_of(text, case.at).line
    assert bool(check(text.encode()).errors) == (case.severity == ERROR)


def test_every_rule_has_a_case_above() -> None:
    codes = {code for code in CODES if code.startswith("check.")}

    assert {f"check.{case.code}" for case in CASES} | set(TESTED_ELSEWHERE) == codes


def test_every_function_of_the_list_of_rules_finds_something_in_a_case_above() -> None:
    silent = set(lint.RULES)
    for case in CASES:
        form = _form_of(edited((case.old, case.new)))
        silent -= {rule for rule in silent if next(rule(form), None)}

    assert not {rule.__name__ for rule in silent}


def _form_of(text: str) -> Agreement:
    return Agreement.model_validate(source.read(text.encode()).values)


# What must not be found.


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.yaml")))
def test_the_examples_have_no_problem_at_all(name: str) -> None:
    assert problems_of((EXAMPLES / name).read_text(encoding="utf-8")) == ()


@pytest.mark.parametrize(
    "edit",
    [
        ("shares: {marketing: 0.60", "shares: {marketing: 0.6000000009"),
        ("shares: {marketing: 0.60, sales", "shares: {marketing: 0.59, success: 0.01, sales"),
        ("threshold: 60", "threshold: 120"),
        ("threshold: 40", "threshold: 100"),
        ("[1.25, 1.50]", "[1.25, 1.00]"),
        ("at_least_respondents: 5", "at_least_respondents: 6"),
        ("review_by: 2026-10-09", "review_by: 2026-07-02"),
        ('supersedes: "2.0.0"', 'supersedes: "2.0.99"'),
        ("within: 2 business hours", "within: 90 minutes"),
        ("within: 2 business hours", "within: 1 business day"),
        ("working_days: us_east", "working_days: dach"),
        ("goal: 112", "goal: 96"),
        ("open_leads: 25", "open_leads: 4"),
        ("return_on: next_fiscal_year", "return_on: feature_released, else_after: 1 days"),
        ("[spam, competitor, student", "[spam, price, student"),
        ("  pricing_views:", "  orders:"),
        ("  pricing_views:", "  order:"),
        ("  pricing_views:", "  length:"),
        ('when: "is_customer"', 'when: "is_customer = true"'),
        ('when: "true"', 'when: " TRUE "'),
        ("signatures_required: [marketing, sales]", "signatures_required: [executive, sales, marketing]"),
        (
            "kind in ('page_view','email_sent','email_opened','ad_impression_agg')",
            "kind = 'email_opened'",
        ),
        ("routing:\n", "routing:\n  # a comment\n"),
    ],
)  # fmt: skip
def test_what_is_just_inside_a_rule_is_not_found(edit: tuple[str, str]) -> None:
    assert problems_of(edited(edit)) == ()


def test_a_persona_tier_or_lane_that_nothing_else_names_is_fine() -> None:
    text = edited(
        ("    B: ", "    Z: \"industry = 'Banking'\"\n    B: "),
        ("  champion:", "  finance: {when: \"function = 'finance'\", required: 0}\n  champion:"),
        ("  - {id: content,", '  - {id: spare, when: "is_target", route: nurture}\n  - {id: content,'),
    )  # fmt: skip

    assert problems_of(text) == ()


# Conditions that name what does not exist or does not fit.


@pytest.mark.parametrize(
    ("old", "new", "code", "says", "hint"),
    [
        ("employees >= 2000", "employes >= 2000", "condition.unknown_word", "'employes'", "did you mean employees?"),
        ("lane in ('inbound_call','demo_request')", "lane = 'demo_reqest'", "condition.unknown_value", "lane is never 'demo_reqest'", "did you mean demo_request?"),
        ("icp_tier = 'B'", "icp_tier = 'C'", "condition.unknown_value", "icp_tier is never 'C'", "it is A, B or out"),
        ("employees >= 2000", "employees >= '2000'", "condition.types_differ", "employees is a whole number and '2000' is a text", ""),
        ("interest >= 50", "interest >= 'hot'", "condition.types_differ", "interest is a score and 'hot' is a text", ""),
        ("persona is not null", "lane is not null", "condition.unknown_word", "'lane'", ""),
    ],
)  # fmt: skip
def test_a_condition_names_only_what_is_known_where_it_is_asked(
    old: str, new: str, code: str, says: str, hint: str
) -> None:
    text = edited((old, new))
    problem = next(each for each in problems_of(text) if each.code == code)

    assert says in problem.message
    assert hint in problem.hint
    assert problem.place.line == place_of(text, new).line


def test_a_wrong_condition_is_pointed_at_letter_by_letter() -> None:
    text = edited(("employees >= 2000", "employes >= 2000"))

    assert only_problem(text).place == place_of(text, "employes >=")


# Names that no condition can use.


@pytest.mark.parametrize(
    "name",
    ["not", "and", "or", "in", "is", "between", "like", "select", "from", "where", "when", "then",
     "case", "null", "true", "false", "exists", "values", "if", "interval", "array", "current_date"],
)  # fmt: skip
def test_a_word_of_sql_is_no_name_of_a_signal_if_no_condition_can_use_it(name: str) -> None:
    text = edited(("  pricing_views:", f"  {name}:"))
    codes = {(each.code, each.path) for each in problems_of(text)}

    assert (("check.reserved_name", ("signals", name)) in codes) == (not can_be_used(name))
    assert not can_be_used(name) or name in {"is", "exists"}


@pytest.mark.parametrize(
    "name", ["order", "orders", "date", "first", "key", "length", "visits_30d"]
)
def test_a_word_of_sql_that_conditions_can_use_may_name_a_signal(name: str) -> None:
    assert can_be_used(name)


def test_every_word_of_the_facts_can_be_used() -> None:
    assert [name for name in VOCABULARY if not can_be_used(name)] == []


# The numbers behind the goals.


@pytest.fixture
def form() -> Agreement:
    return check(ACME.encode()).required().form


def test_the_bookings_need_ninety_six_mqls_a_month(form: Agreement) -> None:
    # 1,080,000 USD x 60 % of marketing = 648,000; at 30,000 a deal 21.6 deals in the quarter.
    # 0.75 x 0.80 x 0.50 x 0.25 = 7.5 % of MQLs are won: 288 in the quarter, 96 a month.
    assert form.goals is not None
    assert form.goals.plan is not None
    assert feasibility.rate_from_mql(form.goals.plan) == Decimal("0.075")
    assert feasibility.mqls_needed_a_month(form) == 96


@pytest.mark.parametrize(
    ("old", "new", "needed"),
    [
        ("period: 2026-Q3", 'period: "2026"', 24),  # 288 over 12 months
        ("period: 2026-Q3", "period: 2026-07", 288),
        ("average_deal: 30000 USD", "average_deal: 60000 USD", 48),
        ("shares: {marketing: 0.60, sales: 0.25, partner: 0.05, product: 0.10}", "shares: {}", 160),
        ("mql_sal: 0.75", "mql_sal: 0.0", None),
        ("mql_sal: 0.75, ", "", None),
    ],
)  # fmt: skip
def test_the_need_follows_from_period_deal_share_and_rates(
    old: str, new: str, needed: int | None
) -> None:
    assert feasibility.mqls_needed_a_month(_form_of(edited((old, new)))) == needed


@pytest.mark.parametrize(
    ("pace", "a_month"),
    [
        ("per: month, goal: 112", 112),
        ("per: quarter, goal: 336", 112),
        ("per: week, goal: 28", 28 * 365 / 84),  # 52.14 weeks a year, over 12 months
    ],
)
def test_the_promise_counts_by_the_month(pace: str, a_month: float) -> None:
    promised = feasibility.mqls_promised_a_month(_form_of(edited(("per: month, goal: 112", pace))))

    assert promised is not None
    assert float(promised[1]) == pytest.approx(a_month)


def test_more_leads_may_be_open_than_people_may_hold() -> None:
    # 112 MQLs a month are 5.33 a working day; 16 business hours are 1.78 days of 9 hours:
    # 10 are open at once, and 3 people may hold 3 each.
    problem = only_problem(edited(("open_leads: 25", "open_leads: 3")))

    assert "10 open at once; there is room for 9" in problem.message


@pytest.mark.parametrize("edit", [("goal: 112", "goal: 95"), ("open_leads: 25", "open_leads: 3")])
def test_what_both_sides_know_to_be_infeasible_is_not_warned_of(edit: tuple[str, str]) -> None:
    assert [each.code for each in problems_of(edited(edit))] == ["check.goals_infeasible"]

    accepted = edited(edit, ("notice: 5", "accept_infeasible: true\nnotice: 5"))

    assert problems_of(accepted) == ()


# Many problems at once.


def test_warnings_never_take_the_place_of_an_error() -> None:
    lanes = "".join(
        f"  - {{id: lane_{n}, when: \"form = '{n}'\", route: round_robin}}\n" for n in range(150)
    )
    text = edited(
        ('  - {id: other, when: "true"', f'{lanes}  - {{id: other, when: "is_target"'),
        ("at_least_respondents: 5", "at_least_respondents: 1"),
    )

    checked = check(text.encode())

    assert {each.code for each in checked.errors} == {
        "check.no_last_lane",
        "check.too_few_respondents",
    }
    assert len(checked.warnings) == 100


def test_a_long_list_of_lanes_is_checked_quickly() -> None:
    lanes = [
        {
            "id": f"lane_{n}",
            "when": f"employees = {n}",
            "route": f"queue_{n}",
            "clock": f"clock_{n}",
        }
        for n in range(900)
    ]
    values = {"lanes": lanes, "stages": {"won": {"owner": "both", "enter_by": "booking"}}}

    checked = check(json.dumps(_smallest() | values).encode())

    assert len(checked.errors) == 100


def _smallest() -> dict[str, Any]:
    return {
        "agreement": "acme",
        "version": "1.0.0",
        "effective_from": "2026-07-01T00:00:00Z",
        "signatures_required": ["marketing", "sales"],
        "working_days": "office",
        "notice": "5 working days",
        "calendars": {"office": {"timezone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}}},
    }
