"""What the sections of an agreement must not say of one another. One rule, one function.

Each rule yields problems with the path of the value to mend; `check` adds the places. A rule's code
is stable: people link to it, and tests name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain, pairwise

from revloop.agreement import wording
from revloop.agreement.check import feasibility
from revloop.agreement.check.reach import unreachable
from revloop.agreement.conditions.record import UPPER
from revloop.agreement.conditions.tree import amounts
from revloop.agreement.contract import Contract
from revloop.agreement.form import (
    Agreement,
    ClockPromise,
    CountPromise,
    FitScore,
    InterestScore,
    SharePromise,
    parts,
)
from revloop.agreement.names import OUT, can_be_used, declared_names, fixed_names
from revloop.agreement.problems import Path, Problem, Severity
from revloop.agreement.terms import credit_models
from revloop.facts import vocabulary
from revloop.facts.vocabulary import DISTINCT_COLUMNS, EVENT_SOURCES
from revloop.kit.durations import Duration
from revloop.kit.money import Money
from revloop.kit.spelling import did_you_mean, one_of

BUILT_IN_ROUTES = ("account_owner", "round_robin", "territory", "nurture")
OWNER = "owner"
"""The calendar of whoever has the lead."""
FEWEST_RESPONDENTS = 5
NOBODY = "none"

_TOLERANCE = Decimal("1e-9")
_WHOLE = 100


def problems(contract: Contract) -> Iterator[Problem]:
    """Everything that is wrong between the sections, in no particular order."""
    by_form = (rule(contract.form) for rule in RULES)
    return chain(
        chain.from_iterable(by_form),
        _conditions_in_one_currency(contract),
        _reach(contract),
        feasibility.problems(contract.form),
    )


def _error(code: str, path: Path, message: str, hint: str = "") -> Problem:
    return Problem(f"check.{code}", message, hint, path)


def _warning(code: str, path: Path, message: str, hint: str = "") -> Problem:
    return Problem(f"check.{code}", message, hint, path, severity=Severity.WARNING)


def _unknown(path: Path, name: str, what: str, known: Iterable[str]) -> Problem:
    choices = list(known)
    hint = did_you_mean(name, choices) or (f"known here: {one_of(choices)}" if choices else "")
    return _error("unknown_name", path, f"there is no {what} named {name!r}", hint)


# Names that must exist.


def _lanes_name_routes_and_clocks(form: Agreement) -> Iterator[Problem]:
    queues = form.routing.queues if form.routing else {}
    routes = dict.fromkeys((*BUILT_IN_ROUTES, *queues))
    clocks = {
        name: 0
        for name, promise in form.promises
        if isinstance(promise, ClockPromise) and promise.clock.start in {"raised", "routed"}
    }
    for index, lane in enumerate(form.lanes):
        if lane.route not in routes:
            yield _unknown(("lanes", index, "route"), lane.route, "route or queue", routes)
        if lane.clock is not None and lane.clock not in clocks:
            yield _unknown(
                ("lanes", index, "clock"),
                lane.clock,
                "clock for leads",
                clocks,
            )


def _calendars_are_known(form: Agreement) -> Iterator[Problem]:
    for path, name in _named_calendars(form):
        owner_allowed = path[0] == "promises"
        if name not in form.calendars and not (owner_allowed and name == OWNER):
            known = [OWNER, *form.calendars] if owner_allowed else list(form.calendars)
            yield _unknown(path, name, "calendar", known)


def _named_calendars(form: Agreement) -> Iterator[tuple[Path, str]]:
    yield ("working_days",), form.working_days
    for path, promise in _promises(form):
        if isinstance(promise, ClockPromise | CountPromise) and promise.calendar is not None:
            yield (*path, "calendar"), promise.calendar
    for name, queue in (form.routing.queues if form.routing else {}).items():
        yield ("routing", "queues", name, "calendar"), queue.calendar


def _promises(form: Agreement) -> Iterator[tuple[Path, object]]:
    for side in ("sales_to_marketing", "marketing_to_sales"):
        for name, promise in getattr(form.promises, side).items():
            yield ("promises", side, name), promise


def _stages_are_known(form: Agreement) -> Iterator[Problem]:
    for name, persona in form.personas.items():
        if persona.from_stage is not None and persona.from_stage not in form.stages:
            path = ("personas", name, "from_stage")
            yield _unknown(path, persona.from_stage, "stage", form.stages)


def _steps_join_stages(form: Agreement) -> Iterator[Problem]:
    plan = form.goals.plan if form.goals else None
    for section, steps in (("rates", plan.rates), ("lag_months", plan.lag_months)) if plan else ():
        stages = [feasibility.FIRST_STEP, *form.stages]
        for step in steps:
            if not _is_step(step, stages):
                path = ("goals", "plan", section, step)
                hint = f"name it after two stages, the earlier first: {stages[0]}_{stages[1]}"
                yield _error("unknown_name", path, f"{step!r} is not a step between stages", hint)


def _is_step(step: str, stages: list[str]) -> bool:
    begins = [stage for stage in stages if step.startswith(f"{stage}_")]
    ends = [stage for stage in stages if step.endswith(f"_{stage}")]
    pairs = ((one, other) for one in begins for other in ends if step == f"{one}_{other}")
    return any(stages.index(one) < stages.index(other) for one, other in pairs)


def _people_agree(form: Agreement) -> Iterator[Problem]:
    routing = form.routing
    if routing is None:
        return
    if routing.nobody and routing.nobody.queue not in routing.queues:
        path = ("routing", "nobody", "queue")
        yield _unknown(path, routing.nobody.queue, "queue", routing.queues)
    members = {member for queue in routing.queues.values() for member in queue.members}
    for person in routing.weights if members else ():
        if person not in members:
            path = ("routing", "weights", person)
            yield _error(
                "unknown_name",
                path,
                f"{person!r} has a weight but is in no queue",
                did_you_mean(person, members) or f"in the queues: {one_of(sorted(members))}",
            )


def _columns_exist(form: Agreement) -> Iterator[Problem]:
    for name, signal in form.signals.items():
        columns = EVENT_SOURCES[signal.source]
        numeric = [each for each, word in columns.items() if word.type.is_number]
        known = [*columns, *DISTINCT_COLUMNS] if signal.count_distinct else numeric
        if signal.column is not None and signal.column not in known:
            path = ("signals", name, signal.measure)
            yield _unknown(path, signal.column, f"usable column of {signal.source}", known)


# Names that must not exist twice.


def _taken(path: Path, message: str) -> Problem:
    return _error("name_taken", path, message, "choose another name")


def _words_are_free(form: Agreement) -> Iterator[Problem]:
    taken = fixed_names()
    for name, path in declared_names(form).items():
        if name in taken:
            yield _taken(path, f"{name!r} is already a word of conditions")
        if name.removesuffix(UPPER) in form.scores and name.endswith(UPPER):
            yield _taken(path, f"{name!r} is the upper bound of the score it is named after")
    if vocabulary.NONE in form.personas:
        yield _taken(("personas", vocabulary.NONE), "'none' is somebody who plays no part")
    for name in form.signals:
        if name in form.scores:
            yield _taken(("scores", name), f"{name!r} is already a signal")


def _words_can_be_used(form: Agreement) -> Iterator[Problem]:
    for name, path in declared_names(form).items():
        if not can_be_used(name):
            message = f"no condition could ever name {name!r}: SQL keeps the word for itself"
            hint = f"choose another name, such as {name}_count"
            yield _error("reserved_name", path, message, hint)


def _lanes_have_one_name(form: Agreement) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, lane in enumerate(form.lanes):
        if lane.id in seen:
            yield _taken(("lanes", index, "id"), f"two lanes are named {lane.id!r}")
        seen.add(lane.id)


def _promises_have_one_name(form: Agreement) -> Iterator[Problem]:
    for name in form.promises.marketing_to_sales:
        if name in form.promises.sales_to_marketing:
            path = ("promises", "marketing_to_sales", name)
            yield _taken(path, f"two promises are named {name!r}, one of each team")


def _reasons_have_one_consequence(form: Agreement) -> Iterator[Problem]:
    for index, reason in enumerate(form.reasons.disqualify):
        if reason in form.reasons.recycle:
            message = f"{reason!r} is both final and a reason to come back"
            path = ("reasons", "disqualify", index)
            yield _error("name_taken", path, message, "keep it in disqualify or in recycle")


def _built_in_names_stay(form: Agreement) -> Iterator[Problem]:
    """Names that mean something without being declared."""
    queues = form.routing.queues if form.routing else {}
    for route in BUILT_IN_ROUTES:
        if route in queues:
            yield _taken(("routing", "queues", route), f"{route!r} is already a way to route")
    if OWNER in form.calendars:
        message = f"{OWNER!r} already means the hours of whoever has the lead"
        yield _taken(("calendars", OWNER), message)
    if form.ideal_customer and OUT in form.ideal_customer.tiers:
        message = f"{OUT!r} already means a company that is in no tier"
        yield _taken(("ideal_customer", "tiers", OUT), message)


# Order and sums.


def _lanes_take_everything(form: Agreement) -> Iterator[Problem]:
    last = len(form.lanes) - 1
    if form.lanes[last].when.text.strip().lower() != "true":
        yield _error(
            "no_last_lane",
            ("lanes", last),
            "a lead that fits no lane would have none",
            'end the list with a lane that takes everything: when: "true"',
        )


def _weights_sum_to_one(form: Agreement) -> Iterator[Problem]:
    weights: dict[Path, Mapping[str, Decimal]] = {}
    if form.goals:
        weights["goals", "shares"] = form.goals.shares
    if form.incentives:
        weights["incentives", "marketing"] = form.incentives.marketing
        weights["incentives", "sales"] = form.incentives.sales
    for path, shares in weights.items():
        total = sum(shares.values(), Decimal(0))
        if shares and abs(total - 1) > _TOLERANCE:
            hint = f"add {1 - total:f} to one of them" if total < 1 else f"take {total - 1:f} away"
            yield _error("not_summing_to_one", path, f"the shares sum to {total:f}, not to 1", hint)


def _guardrails_rise_to_one(form: Agreement) -> Iterator[Problem]:
    guardrails = form.pricing.guardrails if form.pricing else ()
    for index, (lower, higher) in enumerate(pairwise(guardrails), start=1):
        if higher.discount_up_to <= lower.discount_up_to:
            yield _error(
                "guardrails_not_rising",
                ("pricing", "guardrails", index, "discount_up_to"),
                f"{higher.discount_up_to:f} does not exceed the {lower.discount_up_to:f} before it",
                "order the guardrails by their discount",
            )
    if guardrails and guardrails[-1].discount_up_to != 1:
        yield _error(
            "guardrails_open",
            ("pricing", "guardrails", len(guardrails) - 1, "discount_up_to"),
            f"nobody is named for discounts above {guardrails[-1].discount_up_to:f}",
            "end with discount_up_to: 1.00",
        )


def _payout_rises(form: Agreement) -> Iterator[Problem]:
    points = form.incentives.payout if form.incentives else ()
    for index, (lower, higher) in enumerate(pairwise(points), start=1):
        if higher[0] <= lower[0] or higher[1] < lower[1]:
            yield _error(
                "payout_not_rising",
                ("incentives", "payout", index),
                "the payout curve must rise: more attainment never pays less",
                "order the points: [[0.70, 0.50], [1.00, 1.00], [1.25, 1.50]]",
            )


def _scores_have_room(form: Agreement) -> Iterator[Problem]:
    for name, score in form.scores.items():
        if isinstance(score, InterestScore) and score.clamp[0] >= score.clamp[1]:
            low, high = score.clamp
            message = f"no score lies between {low:f} and {high:f}"
            path = ("scores", name, "clamp")
            yield _error("clamp_not_rising", path, message, "write the smaller end first: [0, 100]")


def _thresholds_are_reached(form: Agreement) -> Iterator[Problem]:
    for name, score in form.scores.items():
        if isinstance(score, FitScore):
            most = sum((max(each.points, Decimal(0)) for each in score.points), Decimal(0))
        else:
            most = score.clamp[1]
        if score.threshold > most > 0:
            message = f"nobody can reach {score.threshold:f}: the score ends at {most:f}"
            path = ("scores", name, "threshold")
            yield _warning("threshold_out_of_reach", path, message, "lower it, or give more points")


def _escalations_rise(form: Agreement) -> Iterator[Problem]:
    for path, promise in _promises(form):
        steps = promise.escalate if isinstance(promise, ClockPromise) else ()
        for index, (lower, higher) in enumerate(pairwise(steps), start=1):
            if higher.at <= lower.at:
                where = (*path, "escalate", index, "at")
                message = f"escalation at {higher.at:f} comes after one at {lower.at:f}"
                yield _error("escalation_not_rising", where, message, "order them by `at`")


def _dates_follow(form: Agreement) -> Iterator[Problem]:
    if form.supersedes and _numbers(form.supersedes) >= _numbers(form.version):
        message = f"version {form.version} does not come after {form.supersedes}"
        yield _error("version_not_rising", ("supersedes",), message, "raise the version")
    if form.review_by and form.review_by <= form.effective_from.date():
        message = f"the agreement is to be reviewed on {form.review_by}, before it takes effect"
        yield _error("review_before_start", ("review_by",), message, "choose a later date")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


# Clocks and calendars.


def _clocks_count_open_time(form: Agreement) -> Iterator[Problem]:
    for path, promise in _promises(form):
        if isinstance(promise, ClockPromise):
            within = promise.clock.within
            if within.unit in {"day", "week"} and not within.working:
                days = within.amount * (5 if within.unit == "week" else 1)
                yield _error(
                    "clock_in_calendar_days",
                    (*path, "clock", "within"),
                    f"{within} is read in two ways: a clock runs only while its calendar is open",
                    f"write {days} business days (by date), or business hours",
                )


def _counts_have_working_days(form: Agreement) -> Iterator[Problem]:
    for path, promise in _promises(form):
        if isinstance(promise, CountPromise) and not promise.count.within.by_date:
            yield _error(
                "count_needs_working_days",
                (*path, "count", "within"),
                "attempts are counted over working days",
                "write 15 business days",
            )


def _time_is_not_nothing(form: Agreement) -> Iterator[Problem]:
    for path, length in _lengths_of_events(form):
        if length.working:
            message = f"{length} cannot be counted here: the age of an event runs day and night"
            hint = f"write {Duration(length.amount, length.unit)}"
            yield _error("needs_wall_time", path, message, hint)
    for path, length in chain(_lengths_of_events(form), _lengths_of_promises(form)):
        if not length.amount and path[0] != "scores":  # points without a half-life stay
            yield _error("no_time", path, "nothing can be done in no time", "write 1 or more")


def _lengths_of_events(form: Agreement) -> Iterator[tuple[Path, Duration]]:
    for name, score in form.scores.items():
        events = score.events if isinstance(score, InterestScore) else ()
        for index, event in enumerate(events):
            if event.half_life:
                yield ("scores", name, "events", index, "half_life"), event.half_life
    if form.attribution:
        yield ("attribution", "lookback"), form.attribution.lookback
        if form.attribution.half_life:
            yield ("attribution", "half_life"), form.attribution.half_life
        for name, model in form.attribution.models.items():
            if model.half_life:
                yield ("attribution", "models", name, "half_life"), model.half_life


def _lengths_of_promises(form: Agreement) -> Iterator[tuple[Path, Duration]]:
    for path, promise in _promises(form):
        if isinstance(promise, ClockPromise):
            yield (*path, "clock", "within"), promise.clock.within
        elif isinstance(promise, CountPromise):
            yield (*path, "count", "within"), promise.count.within


def _calendars_open(form: Agreement) -> Iterator[Problem]:
    for name, hours in form.calendars.items():
        if not any(hours.calendar.week) and not hours.also_open:
            message = f"the calendar {name!r} never opens"
            hint = 'write its hours: mon-fri: ["09:00-17:00"]'
            yield _error("calendar_never_opens", ("calendars", name, "hours"), message, hint)


def _clocks_are_started(form: Agreement) -> Iterator[Problem]:
    started = {lane.clock for lane in form.lanes}
    for path, promise in _promises(form):
        routed = isinstance(promise, ClockPromise) and promise.clock.start == "routed"
        if routed and path[-1] not in started:
            message = f"no lane starts the clock of {path[-1]!r}: nobody will ever be held to it"
            hint = f"give a lane clock: {path[-1]}, or remove the promise"
            yield _warning("clock_never_starts", path, message, hint)


def _routed_lanes_have_a_clock(form: Agreement) -> Iterator[Problem]:
    for index, lane in enumerate(form.lanes):
        if lane.clock is None and lane.route != "nurture":
            message = f"leads of the lane {lane.id!r} are routed without a clock"
            yield _warning("lane_without_clock", ("lanes", index), message, "give it a clock")


# What both sides rely on.


def _both_sides_sign(form: Agreement) -> Iterator[Problem]:
    missing = [side for side in ("marketing", "sales") if side not in form.signatures_required]
    if missing:
        message = f"{one_of(missing)} does not have to sign"
        hint = "an agreement between two teams is signed by both"
        yield _error("both_must_sign", ("signatures_required",), message, hint)


def _acceptance_is_a_step(form: Agreement) -> Iterator[Problem]:
    if not any(stage.enter_by == "acceptance" for stage in form.stages.values()):
        message = "no stage is entered by acceptance: sales' yes or no cannot be measured"
        hint = "add sal: {owner: sales, enter_by: acceptance}"
        yield _warning("no_acceptance", ("stages",), message, hint)


def _surveys_protect_people(form: Agreement) -> Iterator[Problem]:
    diagnosis = form.diagnosis
    if diagnosis and diagnosis.at_least_respondents < FEWEST_RESPONDENTS:
        path = ("diagnosis", "at_least_respondents")
        message = f"answers of {diagnosis.at_least_respondents} people can be traced to one of them"
        yield _error("too_few_respondents", path, message, f"write {FEWEST_RESPONDENTS} or more")


def _opens_are_no_interest(form: Agreement) -> Iterator[Problem]:
    for name, score in form.scores.items():
        events = score.events if isinstance(score, InterestScore) else ()
        for index, event in enumerate(events):
            if event.kind == "email_opened":
                path = ("scores", name, "events", index, "kind")
                message = "mail programs open mails by themselves: an open is no sign of interest"
                yield _warning("opens_are_no_interest", path, message, "score email_clicked")


def _hand_offs_say_what_is_complete(form: Agreement) -> Iterator[Problem]:
    for path, promise in _promises(form):
        if isinstance(promise, SharePromise):
            asks = promise.share.having == "complete"
            if asks and not promise.fields:
                message = "nothing says what a complete hand-off holds"
                yield _error("complete_without_fields", path, message, "list it under `fields`")


def _one_currency(form: Agreement) -> Iterator[Problem]:
    amounts = [(path, value) for path, value in parts(form) if isinstance(value, Money)]
    for path, amount in amounts[1:]:
        first = amounts[0][1]
        if amount.currency != first.currency:
            message = f"{amount} is in another currency than {first}"
            hint = "one agreement counts in one currency; facts are converted to it"
            yield _error("two_currencies", path, message, hint)


def _conditions_in_one_currency(contract: Contract) -> Iterator[Problem]:
    """An amount in another currency than the agreement's would never be comparable."""
    ours = next((each for _, each in parts(contract.form) if isinstance(each, Money)), None)
    for path, condition in contract.conditions.items():
        for amount in amounts(condition.root):
            if ours is not None and amount.currency != ours.currency:
                message = f"{amount} is in another currency than {ours}"
                hint = "one agreement counts in one currency; facts are converted to it"
                yield _error("two_currencies", path, message, hint)


def _pauses_count_open_time(form: Agreement) -> Iterator[Problem]:
    for name, pause in form.pauses.items():
        length = pause.at_most
        if not length.working or length.by_date or not length.amount:
            path = ("pauses", name, "at_most")
            message = f"a pause is measured in the working hours of its clock, not in {length}"
            yield _error("pause_needs_working_hours", path, message, "write 40 business hours")


def _nobody_or_somebody_approves(form: Agreement) -> Iterator[Problem]:
    for index, guardrail in enumerate(form.pricing.guardrails if form.pricing else ()):
        if NOBODY in guardrail.approver and len(guardrail.approver) > 1:
            path = ("pricing", "guardrails", index, "approver")
            message = "nobody (none) and somebody cannot both approve"
            yield _error("nobody_and_somebody", path, message, "write none alone, or leave it out")


def _time_decay_has_a_half_life(form: Agreement) -> Iterator[Problem]:
    attribution = form.attribution
    models = (attribution.primary, *attribution.also) if attribution else ()
    if attribution and "time_decay" in models and attribution.half_life is None:
        message = "time_decay does not say how fast credit fades"
        yield _error(
            "time_decay_without_half_life", ("attribution",), message, "add half_life: 14 days"
        )


def _models_of_credit_exist(form: Agreement) -> Iterator[Problem]:
    """Every model that is named is known, and every one that is made is new and used."""
    attribution = form.attribution
    if attribution is None:
        return
    own = attribution.models
    built_in = (*credit_models.RULES, *credit_models.DATA_DRIVEN)
    named: list[tuple[Path, str]] = [(("attribution", "primary"), attribution.primary)]
    named += [(("attribution", "also", i), name) for i, name in enumerate(attribution.also)]
    for path, name in named:
        if name not in own and name not in built_in:
            yield _unknown(path, name, "model of credit", (*own, *built_in))
    used = {name for _, name in named}
    for name, model in own.items():
        path = ("attribution", "models", name)
        if name in built_in:
            message = f"{name} is a model that everybody knows, with other weights"
            yield _error("known_model", path, message, "give yours another name")
        elif name not in used:
            message = f"nobody is credited by {name}"
            yield _warning("unused_model", path, message, "name it in primary or also")
        if model.weights and sum(model.weights.values()) != _WHOLE:
            total = wording.number(sum(model.weights.values()))
            message = f"the weights of {name} add up to {total}: each is taken as its share of that"
            yield _warning("weights_not_100", path, message, "let them add up to 100")


def _people_come_back(form: Agreement) -> Iterator[Problem]:
    for outcome in ("recycle", "lost"):
        for reason, back in getattr(form.reasons, outcome).items():
            if back.return_on in _MAY_NEVER_COME and not (back.else_after or back.return_after):
                path = ("reasons", outcome, reason)
                message = f"{back.return_on} may never come, and then nobody returns"
                yield _warning("return_may_never_come", path, message, "add else_after: 270 days")


_MAY_NEVER_COME = ("competitor_contract_end", "feature_released")


def _silence_ends_an_offer(form: Agreement) -> Iterator[Problem]:
    for name, stage in form.stages.items():
        if stage.silence and stage.enter_by != "acceptance":
            path = ("stages", name, "silence")
            message = "silence ends an offer, and this stage is not entered by acceptance"
            yield _warning("silence_without_offer", path, message, "move it to the accepting stage")


RULES: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _lanes_name_routes_and_clocks,
    _calendars_are_known,
    _stages_are_known,
    _steps_join_stages,
    _people_agree,
    _columns_exist,
    _words_are_free,
    _words_can_be_used,
    _lanes_have_one_name,
    _promises_have_one_name,
    _reasons_have_one_consequence,
    _built_in_names_stay,
    _lanes_take_everything,
    _weights_sum_to_one,
    _guardrails_rise_to_one,
    _payout_rises,
    _scores_have_room,
    _thresholds_are_reached,
    _escalations_rise,
    _dates_follow,
    _clocks_count_open_time,
    _counts_have_working_days,
    _time_is_not_nothing,
    _pauses_count_open_time,
    _nobody_or_somebody_approves,
    _time_decay_has_a_half_life,
    _models_of_credit_exist,
    _calendars_open,
    _clocks_are_started,
    _routed_lanes_have_a_clock,
    _both_sides_sign,
    _acceptance_is_a_step,
    _surveys_protect_people,
    _opens_are_no_interest,
    _hand_offs_say_what_is_complete,
    _one_currency,
    _people_come_back,
    _silence_ends_an_offer,
)


# Conditions that nothing can meet.


def _reach(contract: Contract) -> Iterator[Problem]:
    form = contract.form
    lanes: list[Path] = [("lanes", index, "when") for index in range(len(form.lanes))]
    yield from _unreachable(contract, lanes, "lane", [lane.id for lane in form.lanes])
    tiers = list(form.ideal_customer.tiers) if form.ideal_customer else []
    tier_paths: list[Path] = [("ideal_customer", "tiers", tier) for tier in tiers]
    yield from _unreachable(contract, tier_paths, "tier", tiers)
    personas: list[Path] = [("personas", name, "when") for name in form.personas]
    yield from _unreachable(contract, personas, "persona", list(form.personas))
    listed = {*lanes, *tier_paths, *personas}
    for path, condition in contract.conditions.items():
        if path not in listed and unreachable((condition,)):
            yield _never_true(path)


def _unreachable(
    contract: Contract, paths: list[Path], what: str, names: list[str]
) -> Iterator[Problem]:
    present = [(path, name) for path, name in zip(paths, names, strict=True)]
    present = [(path, name) for path, name in present if path in contract.conditions]
    conditions = tuple(contract.conditions[path] for path, _ in present)
    for found in unreachable(conditions, unknown_blocks=what != "lane"):
        path, name = present[found.index]
        if found.never_true:
            yield _never_true(path)
            continue
        covering = None if found.covered_by is None else present[found.covered_by][1]
        before = f"the {what} {covering!r}" if covering else f"the {what}s before it"
        yield _error(
            "unreachable",
            path,
            f"nothing ever reaches the {what} {name!r}: {before} takes everything it would",
            f"move {name!r} up, or narrow what stands before it",
        )


def _never_true(path: Path) -> Problem:
    return _error(
        "never_true", path, "the condition can never be true", "its parts contradict each other"
    )
