"""What the agreement says, chapter by chapter, in the order in which two teams talk about it."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from revloop.agreement import wording
from revloop.agreement.contract import Contract
from revloop.agreement.explain import declared
from revloop.agreement.explain.document import (
    Aside,
    Block,
    Bullets,
    Chapter,
    Code,
    Document,
    Line,
    Paragraph,
    PromiseList,
    SideBySide,
    SignatureLines,
    Strong,
    Table,
    Team,
)
from revloop.agreement.explain.promises import hours_of, promised
from revloop.agreement.form import (
    WEEKDAYS,
    AnyPromise,
    CreditModel,
    FitScore,
    Goals,
    InterestScore,
    Lane,
    Score,
    WorkingHours,
)
from revloop.agreement.problems import Path


def document(contract: Contract) -> Document:
    """The agreement as a document; its chapters are those whose sections it has."""
    form = contract.form
    chapters = [chapter for write in CHAPTERS for chapter in write(contract)]
    return Document(
        title="The working agreement between marketing and sales",
        lead=_lead(contract),
        facts=(
            ("Agreement", form.agreement),
            ("Version", form.version),
            ("In force from", wording.instant(form.effective_from)),
            *((("Replaces", form.supersedes),) if form.supersedes else ()),
            *((("Reviewed by", wording.day(form.review_by)),) if form.review_by else ()),
        ),
        chapters=tuple(chapters),
    )


def _lead(contract: Contract) -> Line:
    promises = contract.form.promises
    ours, theirs = len(promises.sales_to_marketing), len(promises.marketing_to_sales)
    many = {0: "no promises", 1: "one promise"}.get(ours, f"{ours} promises")
    return (
        Team("sales"),
        f" makes {many}, ",
        Team("marketing"),
        f" {theirs or 'none'}. {_FAIRNESS}",
    )


_FAIRNESS = (
    "Both are measured the same way, and what is not known about a lead is held against nobody."
)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _name(identifier: str) -> Strong:
    return Strong(wording.titled(identifier))


# The chapters.


def _promises_chapter(contract: Contract) -> Iterator[Chapter]:
    form = contract.form
    left, right = (
        _promise_list(contract, side, title, promises)
        for side, title, promises in (
            ("sales", "Sales promises marketing", form.promises.sales_to_marketing),
            ("marketing", "Marketing promises sales", form.promises.marketing_to_sales),
        )
    )
    blocks: list[Block] = [SideBySide(left, right)]
    if form.pauses:
        pauses = [_pause(contract, name) for name in form.pauses]
        blocks += [
            Paragraph("A clock stands still only for these reasons:"),
            Bullets(tuple(pauses)),
        ]
    yield Chapter("What we promise each other", tuple(blocks))


def _promise_list(
    contract: Contract, side: str, title: str, promises: Mapping[str, AnyPromise]
) -> PromiseList:
    """The promises of one side; the hours that most of its clocks share are said once."""
    form = contract.form
    hours = {name: hours_of(promise, form.working_days) for name, promise in promises.items()}
    usual = _usual([each for each in hours.values() if each])
    return PromiseList(
        side,
        title,
        tuple(
            promised(
                name,
                promise,
                side,
                lanes=tuple(lane.id for lane in form.lanes if lane.clock == name),
                hours="" if hours[name] == usual else hours[name],
            )
            for name, promise in promises.items()
        ),
        f"Time is counted in {usual}, unless it says otherwise." if usual else "",
    )


def _usual(hours: Sequence[str]) -> str:
    """What several of them share, if any do."""
    most = max(hours, key=hours.count, default="")
    return most if hours.count(most) > 1 else ""


def _pause(contract: Contract, name: str) -> Line:
    pause = contract.form.pauses[name]
    needs = f", with a {wording.plain(pause.needs)}" if pause.needs else ""
    return _name(name), f": for at most {wording.duration(pause.at_most)}{needs}; then it runs on."


def _markets(contract: Contract) -> Iterator[Chapter]:
    form = contract.form
    blocks: list[Block] = []
    if form.fundamentals:
        usp = form.fundamentals.unique_selling_proposition
        if usp:
            blocks.append(Paragraph((Strong("What nobody else offers:"), f" {_ended(usp)}")))
        if form.fundamentals.why_we_win:
            why = wording.listed(form.fundamentals.why_we_win)
            blocks.append(Paragraph((Strong("Why we win:"), f" {_ended(why)}")))
        markets = tuple(
            (
                _name(name),
                f": {declared.said(contract, 'fundamentals', 'target_markets', name)}.",
            )
            for name in form.fundamentals.target_markets
        )
        blocks += [Paragraph("Our target markets:"), Bullets(markets)] if markets else []
    blocks += _tiers(contract)
    if blocks:
        yield Chapter("Whom we sell to", tuple(blocks))


def _tiers(contract: Contract) -> Iterator[Block]:
    customer = contract.form.ideal_customer
    if customer is None:
        return
    rows = [
        ((_name(tier),), declared.clauses(contract, "ideal_customer", "tiers", tier))
        for tier in customer.tiers
    ]
    rows.append(((Strong("Out"),), "every other company"))
    yield Table(("Tier", "A company of which"), tuple(rows))
    if customer.exclude:
        yield Paragraph(
            (
                Strong("Never:"),
                f" we do not sell where {declared.said(contract, 'ideal_customer', 'exclude')}.",
            )
        )


def _words(contract: Contract) -> Iterator[Chapter]:
    rows = tuple(
        (
            (_name(name),),
            term.means,
            wording.listed(term.also_called, "or") if term.also_called else "",
            _team(term.owner),
        )
        for name, term in contract.form.vocabulary.items()
    )
    if rows:
        yield Chapter(
            "What our words mean", (Table(("Word", "Means", "Also called", "Decides"), rows),)
        )


def _team(owner: str | None) -> Line:
    if owner is None:
        return ""
    return (Team("marketing"), " and ", Team("sales")) if owner == "both" else (Team(owner),)


def _stages(contract: Contract) -> Iterator[Chapter]:
    rows = tuple(
        ((_name(name),), _team(stage.owner), _entrance(contract, name))
        for name, stage in contract.form.stages.items()
    )
    yield Chapter(
        "The way of a lead",
        (
            Table(("Stage", "Answers for it", "A lead enters it when"), rows),
            Paragraph(
                "A condition that is neither met nor failed, because something is not known, "
                "leaves the lead where it is and asks for the data."
            ),
        ),
    )


def _entrance(contract: Contract, name: str) -> Line:
    enter, notes = declared.entrance(contract, name)
    return (enter, *(Aside(note) for note in notes))


def _lanes(contract: Contract) -> Iterator[Chapter]:
    rows = tuple(
        (
            (Strong(str(index + 1)), " ", _name(lane.id)),
            declared.lane_takes(contract, index),
            _route(lane),
            (Code(lane.clock),) if lane.clock else "no clock",
        )
        for index, lane in enumerate(contract.form.lanes)
    )
    again = wording.duration(contract.form.same_inquiry_within)
    yield Chapter(
        "Which lane a lead takes",
        (
            Paragraph(
                "The first lane whose condition is true takes the lead; the hottest come first."
            ),
            Table(("Lane", "When", "Goes to", "Clock"), rows),
            Paragraph(
                f"A second hand raised in the same lane within {again} is the same inquiry; "
                "a hotter lane takes it over."
            ),
        ),
    )


def _route(lane: Lane) -> Line:
    where = declared.goes_to(lane)
    return where if lane.qualify else (where, Aside("Does not pass the stages."))


def _people(contract: Contract) -> Iterator[Chapter]:
    rows = tuple(
        (
            (_name(name),),
            declared.said(contract, "personas", name, "when"),
            str(persona.required),
            f"from {wording.plain(persona.from_stage)} on"
            if persona.from_stage
            else "from the start",
        )
        for name, persona in contract.form.personas.items()
    )
    if rows:
        table = Table(("Part", "Played by somebody of whom", "Needed", "Since"), rows)
        yield Chapter("Who takes part in buying", (table,))


def _scores(contract: Contract) -> Iterator[Chapter]:
    form = contract.form
    blocks = [
        block for name, score in form.scores.items() for block in _score(contract, name, score)
    ]
    if form.signals:
        lines = tuple(
            (_name(name), ": ", f"{declared.signal(contract, name)}.") for name in form.signals
        )
        blocks += [Paragraph("What we count of the recent past:"), Bullets(lines)]
    if blocks:
        yield Chapter("How well somebody fits, and how warm they are", tuple(blocks))


def _score(contract: Contract, name: str, score: Score) -> Iterator[Block]:
    high = wording.number(score.threshold)
    if isinstance(score, FitScore):
        yield Paragraph((_name(name), f": points for what we know; high from {high} on."))
        rows = tuple(
            (
                _points(point.points),
                declared.said(contract, "scores", name, "points", index, "when"),
            )
            for index, point in enumerate(score.points)
        )
        yield Table(("Points", "When"), rows)
    else:
        yield Paragraph((_name(name), f": points for what they did; high from {high} on."))
        events = tuple(
            (
                _points(event.points),
                wording.plain(event.kind),
                f"{wording.duration(event.half_life)}" if event.half_life else "they stay",
                declared.cap(event.at_most),
            )
            for event in score.events
        )
        yield Table(("Points", "For", "Halved after", "Counted"), events)
        yield Paragraph(_interest_note(score))


def _points(points: Decimal) -> str:
    sign = "+" if points > 0 else "\N{MINUS SIGN}" if points < 0 else ""
    return f"{sign}{wording.number(abs(points))}"


def _interest_note(score: InterestScore) -> str:
    low, high = (wording.number(bound) for bound in score.clamp)
    note = f"The sum is kept between {low} and {high}."
    if score.account_share:
        share = wording.share(score.account_share)
        note += f" {share} of the mean interest of the five warmest colleagues is added to it."
    return note


def _reasons(contract: Contract) -> Iterator[Chapter]:
    reasons = contract.form.reasons
    rows = tuple(
        ((_name(name),), kind, _comes_back(contract, ("reasons", section, name)))
        for section, kind in (("recycle", "recycled"), ("lost", "lost"))
        for name in getattr(reasons, section)
    )
    blocks: list[Block] = [Table(("Reason", "For", "Comes back"), rows)] if rows else []
    if reasons.disqualify:
        final = wording.listed([*map(wording.plain, reasons.disqualify)], "or")
        blocks.append(Paragraph((Strong("Final:"), f" {final}. Nobody comes back from these.")))
    if blocks:
        yield Chapter("When it is not now", tuple(blocks))


def _comes_back(contract: Contract, path: Path) -> Line:
    when, notes = declared.comes_back(contract, path)
    return (when, *(Aside(note) for note in notes))


def _routing(contract: Contract) -> Iterator[Chapter]:
    routing = contract.form.routing
    if routing is None:
        return
    lines: list[Line] = []
    if routing.match:
        match = wording.listed([*map(wording.plain, routing.match)])
        lines.append(f"The choice is narrowed by {match}, in this order.")
    if routing.weights:
        turns = [f"{wording.titled(each)} {turns}" for each, turns in routing.weights.items()]
        lines.append(f"Then everybody takes turns; in a round: {wording.listed(turns)}.")
    if routing.capacity:
        lines.append(f"Nobody holds more than {routing.capacity.open_leads} open leads.")
    for name, queue in routing.queues.items():
        members = wording.listed([*map(wording.titled, queue.members)])
        hours = wording.plain(queue.calendar)
        lines.append((_name(name), f": {members}, in the working hours of {hours}."))
    if routing.nobody:
        queue_name = wording.plain(routing.nobody.queue)
        page = wording.plain(routing.nobody.page)
        page = f"the {page}" if page == "manager" else page
        lines.append(f"If nobody can take it, it waits in “{queue_name}” and {page} is told.")
    yield Chapter("Who gets the lead", (Bullets(tuple(lines)),))


def _calendars(contract: Contract) -> Iterator[Chapter]:
    rows = tuple(
        ((_name(name),), declared.week(hours), _holidays(hours), _zone(hours.timezone))
        for name, hours in contract.form.calendars.items()
    )
    table = Table(("Calendar", "Open", "Closed on", "Time zone"), rows)
    note = (
        f"Days of notice, discussion and ruling follow {wording.plain(contract.form.working_days)}."
    )
    yield Chapter("When a clock runs", (table, Paragraph(note)))


def _zone(timezone: str) -> str:
    return timezone.replace("_", " ")


def _holidays(hours: WorkingHours) -> str:
    return ", ".join(f"{day.day} {day:%b %Y}" for day in sorted(hours.holidays)) or "no holidays"


def _goals(contract: Contract) -> Iterator[Chapter]:
    goals = contract.form.goals
    if goals is None:
        return
    blocks: list[Block] = [
        Paragraph((Strong(f"{goals.period}:"), f" {wording.money(goals.bookings)} in bookings."))
    ]
    if goals.shares:
        shares = tuple((_team(side), wording.share(part)) for side, part in goals.shares.items())
        blocks.append(Table(("Brought by", "Share"), shares))
    blocks += _plan(goals)
    yield Chapter("What we aim for", tuple(blocks))


def _plan(goals: Goals) -> Iterator[Block]:
    plan = goals.plan
    if plan is None:
        return
    yield Paragraph(f"The plan behind it, at {wording.money(plan.average_deal)} a deal:")
    rows = tuple(
        (_step(step), wording.share(rate), _lag(plan.lag_months.get(step)))
        for step, rate in plan.rates.items()
    )
    yield Table(("Step", "Goes on", "Takes"), rows)


def _step(step: str) -> str:
    """`sql_opportunity` as “SQL to opportunity”."""
    one, _, other = step.partition("_")
    return f"{wording.titled(one)} to {wording.plain(other)}"


def _lag(months: int | None) -> str:
    return "" if months is None else f"{months} month{'s' if months != 1 else ''}"


_MEASURES = {
    "promises_marketing": "Marketing keeps its promises",
    "promises_sales": "Sales keeps its promises",
}


def _incentives(contract: Contract) -> Iterator[Chapter]:
    incentives = contract.form.incentives
    if incentives is None:
        return
    measures = dict.fromkeys([*incentives.marketing, *incentives.sales])
    rows = tuple(
        (
            _MEASURES.get(measure, wording.titled(measure)),
            *(
                wording.share(weights[measure]) if measure in weights else ""
                for weights in (incentives.marketing, incentives.sales)
            ),
        )
        for measure in measures
    )
    curve = wording.listed(
        [f"{wording.share(paid)} at {wording.share(met)}" for met, paid in incentives.payout]
    )
    blocks: list[Block] = [
        Table(("Measure", "Marketing", "Sales"), rows),
        Paragraph(f"One curve for both teams: {curve}; nothing below, no more above."),
    ]
    if incentives.gate:
        gate = incentives.gate
        blocks.append(
            Paragraph(
                f"If {wording.plain(gate.measure)} stay below {wording.share(gate.below)}, a team's "
                f"own measures pay no more than {wording.share(gate.caps_own_measures_at)}."
            )
        )
    yield Chapter("How we are paid", tuple(blocks))


def _attribution(contract: Contract) -> Iterator[Chapter]:
    attribution = contract.form.attribution
    if attribution is None:
        return
    others = [*map(_model, attribution.also)]
    beside = f"; beside it we look at {wording.listed(others)}" if others else ""
    back = wording.duration(attribution.lookback)
    scope = {"account": "everybody of the company", "buying_group": "the buying group"}
    lines: list[Line] = [
        (Strong(_titled(attribution.primary)), f" decides{beside}."),
        *(_shares(name, each) for name, each in attribution.models.items()),
        f"Touches of {scope[attribution.scope]} count, up to {back} back.",
        f"Credit goes to {wording.listed([*attribution.sides])} alike.",
    ]
    if attribution.exclude:
        lines.append(f"No credit where {declared.said(contract, 'attribution', 'exclude')}.")
    yield Chapter("Who gets the credit", (Bullets(tuple(lines)),))


_MILESTONES = {
    "first": "the first touch",
    "last": "the last one",
    "lead": "the one that made the lead",
    "mql": "the one before the MQL",
    "sal": "the one before the SAL",
    "sql": "the one before the SQL",
    "opportunity": "the one that made the opportunity",
    "primary_campaign": "that of the campaign that the opportunity names",
    "conversions": "those that made a stage, together",
    "rest": "all others, together",
}


def _model(name: str) -> str:
    """`w shaped`, `w shaped of hubspot`."""
    vendor, _, own = name.rpartition(":")
    return f"{wording.plain(own)} of {wording.plain(vendor)}" if vendor else wording.plain(own)


def _titled(name: str) -> str:
    said = _model(name)
    return f"{said[:1].upper()}{said[1:]}"


def _shares(name: str, model: CreditModel) -> Line:
    """How a model of their own shares."""
    if model.half_life is not None:
        said = f"a touch counts half as much as one {wording.duration(model.half_life)} later"
    elif model.from_the_end:
        weights = wording.listed([wording.number(each) for each in model.from_the_end])
        said = f"the last touches count {weights}, from the end"
    else:
        parts = [
            f"{wording.number(weight)} to {_MILESTONES[milestone]}"
            for milestone, weight in model.weights.items()
        ]
        total = wording.number(sum(model.weights.values()))
        said = f"of {total}, {wording.listed(parts)}"
    return (Strong(_titled(name)), f": {said}.")


def _pricing(contract: Contract) -> Iterator[Chapter]:
    pricing = contract.form.pricing
    if pricing is None:
        return
    rows = tuple(
        (
            f"up to {wording.share(each.discount_up_to)}",
            _approvers(each.approver),
            wording.duration(each.within) if each.within else "",
        )
        for each in pricing.guardrails
    )
    blocks: list[Block] = [Table(("Discount", "Says yes", "Within"), rows)]
    if pricing.margin_floor:
        floor = pricing.margin_floor
        who = _approvers(floor.approver)
        blocks.append(Paragraph(f"Below a margin of {wording.share(floor.share)}, always: {who}."))
    if pricing.reasons:
        reasons = wording.listed([*map(wording.plain, pricing.reasons)], "or")
        blocks.append(Paragraph(f"Asked for because of {reasons}."))
    yield Chapter("Who may give a discount", tuple(blocks))


def _approvers(approvers: tuple[str, ...]) -> str:
    if approvers == ("none",):
        return "the seller alone"
    return wording.listed([wording.plain(each) for each in approvers])


_DAYS = dict(zip(WEEKDAYS, calendar.day_name, strict=True))


def _meetings(contract: Contract) -> Iterator[Chapter]:
    form = contract.form
    rows = tuple(
        (
            (Strong(title),),
            f"{meeting.minutes} minutes"
            + (f", {_DAYS[meeting.weekday]}" if meeting.weekday else ""),
            wording.listed([*map(wording.plain, meeting.attend)]),
            _ended(meeting.rule) if meeting.rule else "",
        )
        for title, meeting in (
            ("Weekly", form.meetings.weekly),
            ("Quarterly", form.meetings.quarterly),
        )
        if meeting
    )
    blocks: list[Block] = [Table(("Meeting", "How long", "Who", "Rule"), rows)] if rows else []
    if form.diagnosis:
        every = wording.duration(form.diagnosis.survey_every)
        least = form.diagnosis.at_least_respondents
        blocks.append(
            Paragraph(
                f"Both teams are asked every {every}; answers of fewer than {least} never show."
            )
        )
    if form.budget:
        floor = wording.share(form.budget.brand_floor)
        most = wording.share(form.budget.move_at_most_per_quarter)
        blocks.append(
            Paragraph(
                f"At least {floor} of the budget is for the brand; {most} may move a quarter."
            )
        )
    if blocks:
        yield Chapter("When we meet", tuple(blocks))


def _changes(contract: Contract) -> Iterator[Chapter]:
    form = contract.form
    roles = wording.listed([*map(wording.plain, form.signatures_required)])
    lines: list[Line] = [
        f"A change is a new version. It needs the signatures of {roles}.",
        f"It takes effect no sooner than {wording.duration(form.notice)} after the last signature.",
    ]
    if form.emergency:
        lines.append(
            "This version is an emergency: ten working days, unless signed as usual by then."
        )
    if form.tie_break:
        tie = form.tie_break
        lines.append(
            f"If we disagree, both leads talk for {wording.duration(tie.discuss)}; then "
            f"{wording.plain(tie.who)} rules within {wording.duration(tie.rule_within)}. Until then "
            "the previous version holds, and no clock stops."
        )
    lines.append(
        "Every number says under which version it was counted; nobody is judged backwards."
    )
    yield Chapter("When we disagree, and when this changes", (Bullets(tuple(lines)),))


def _signatures(contract: Contract) -> Iterator[Chapter]:
    form = contract.form
    what = f"{form.agreement} {form.version}"
    lines = SignatureLines(form.signatures_required, what, contract.hash)
    yield Chapter("Signed", (lines,))


CHAPTERS = (
    _promises_chapter,
    _markets,
    _words,
    _stages,
    _lanes,
    _people,
    _scores,
    _reasons,
    _routing,
    _calendars,
    _goals,
    _incentives,
    _attribution,
    _pricing,
    _meetings,
    _changes,
    _signatures,
)
