"""The form of an agreement: every section, every key, with its type and what it means.

The docstring under a key is what editors show and what the reference prints. What a section says of
another (a lane its clock, a promise its calendar) is checked in `check`, not here.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from revloop.agreement.problems import Path
from revloop.agreement.scalars import (
    AccountCondition,
    AgreementName,
    CapValue,
    ConditionText,
    ContactCondition,
    Count,
    Day,
    DurationValue,
    EventCondition,
    Flag,
    GoalValue,
    Identifier,
    InquiryCondition,
    Instant,
    ModelName,
    MoneyValue,
    Period,
    PersonCondition,
    Points,
    Positive,
    Ratio,
    Share,
    StageCondition,
    Text,
    TierName,
    TouchCondition,
    Version,
    Weight,
    one_of_words,
    one_or_more,
    refused,
)
from revloop.agreement.terms.credit_models import MILESTONES, REST
from revloop.facts import words
from revloop.kit.durations import Duration
from revloop.kit.errors import InvalidInput
from revloop.kit.working_time.calendars import Calendar

MONTHS = tuple(name.lower() for name in calendar.month_name if name)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Owner = Annotated[str, *one_of_words(words.OWNERS)]
Role = Annotated[str, *one_of_words(words.ROLES)]
Side = Annotated[str, *one_of_words(words.SIDES)]
Measure = Annotated[str, *one_of_words(words.MEASURES)]
ClockEvent = Annotated[str, *one_of_words(words.CLOCK_EVENTS)]
Identifiers = Annotated[tuple[Identifier, ...], *one_or_more(Identifier)]


class Section(BaseModel):
    """A part of the agreement. Unknown keys are refused; a part once read never changes."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=False,
        use_attribute_docstrings=True,
        defer_build=True,
        arbitrary_types_allowed=True,
    )


# Who disagrees, and what then.


class TieBreak(Section):
    who: Role
    """Who rules when marketing and sales do not agree."""
    discuss: DurationValue
    """How long both leads talk before it goes to the ruler."""
    rule_within: DurationValue
    """How long the ruler has."""
    until_ruled: Annotated[str, *one_of_words(("previous_version",))]
    """What holds until then."""


class Fundamentals(Section):
    target_markets: dict[Identifier, AccountCondition] = {}
    """The markets you sell to, each as a condition on a company."""
    why_we_win: tuple[Text, ...] = ()
    """The reasons customers choose you."""
    unique_selling_proposition: Text | None = None
    """What nobody else offers."""


class Term(Section):
    means: Text
    """What the word means to both teams."""
    also_called: tuple[Text, ...] = ()
    """Other words in use for it."""
    owner: Owner | None = None
    """The team that decides whether something is one."""


# Whom you sell to.


class IdealCustomer(Section):
    tiers: dict[TierName, AccountCondition]
    """Tiers of companies, best first: the first whose condition is true holds; none is `out`."""
    exclude: AccountCondition | None = None
    """Companies you never sell to."""


class Persona(Section):
    when: ContactCondition
    """Who plays this part, by title, seniority or function."""
    required: Count
    """How many people of this kind a buying group needs."""
    from_stage: Identifier | None = None
    """The stage from which they are needed; from the start if absent."""


# What a person did lately.


class Signal(Section):
    """One number about the recent past of a person or an account."""

    count: Literal["touch", "activity"] | None = None
    """How many touches, or activities."""
    count_distinct: Identifier | None = None
    """How many different values of a column (or of `day`, `person`); say `of` what."""
    sum: Identifier | None = None
    """The sum of a column; say `of` what."""
    first: Literal["touch", "activity"] | None = None
    """The instant of the first one."""
    last: Literal["touch", "activity"] | None = None
    """The instant of the last one."""
    days_since: Literal["touch", "activity"] | None = None
    """Days since the last one; unknown if there is none."""
    of: Literal["touch", "activity"] | None = None
    """Touches or activities, for count_distinct and sum."""
    where: EventCondition | None = None
    """Which of them count."""
    within: DurationValue | None = None
    """How far back, from the moment of asking; without it, ever."""
    over: Literal["person", "account"] = "person"
    """Over the person's own events, or everybody's of their account."""

    @property
    def measure(self) -> str:
        """count, count_distinct, sum, first, last or days_since."""
        return next(name for name in SIGNAL_MEASURES if getattr(self, name) is not None)

    @property
    def source(self) -> str:
        """What it counts: `touch` or `activity`."""
        return str(self.of or getattr(self, self.measure))

    @property
    def column(self) -> str | None:
        """The column that is counted or summed, where there is one."""
        return self.count_distinct or self.sum

    @model_validator(mode="after")
    def _one_measure(self) -> Signal:
        given = [name for name in SIGNAL_MEASURES if getattr(self, name) is not None]
        if len(given) != 1:
            raise refused(
                "form.one_measure",
                "a signal measures exactly one thing",
                "use one of count, count_distinct, sum, first, last, days_since",
            )
        if (given[0] in {"count_distinct", "sum"}) != (self.of is not None):
            raise refused(
                "form.one_measure",
                f"{given[0]} {'needs' if self.of is None else 'does not take'} `of`",
                "write count_distinct: day, of: activity",
            )
        if self.within is not None and self.within.working:
            raise refused(
                "form.wall_time_only", "a signal looks back in wall time", "write 30 days"
            )
        return self


SIGNAL_MEASURES = ("count", "count_distinct", "sum", "first", "last", "days_since")


class FitPoint(Section):
    points: Points
    when: PersonCondition
    """Given while the condition is true; while it is unknown the score is known within bounds."""


class FitScore(Section):
    """How well somebody fits: the sum of the points whose condition is true."""

    threshold: Points
    """From here on the score is high."""
    points: tuple[FitPoint, ...] = Field(min_length=1)


class InterestEvent(Section):
    kind: Annotated[str, *one_of_words(words.TOUCH_KINDS)]
    points: Points
    half_life: DurationValue | None = None
    """The time after which half of the points are left; without it they stay."""
    at_most: CapValue | None = None
    """`1 per day`, `2 per 7 days`: the earliest of each block of UTC days count."""


class InterestScore(Section):
    """How warm somebody is: points of recent events, each halving with its age."""

    threshold: Points
    """From here on the score is high."""
    clamp: tuple[Points, Points] = (Decimal(0), Decimal(100))
    """The sum is kept between these, at the moment of asking."""
    account_share: Share = Decimal(0)
    """This share of the mean of the colleagues' own interest (the five warmest) is added."""
    events: tuple[InterestEvent, ...] = Field(min_length=1)


def _kind_of_score(value: Any) -> str | None:
    keys = value if isinstance(value, dict) else vars(value) if isinstance(value, Section) else {}
    return "~fit" if "points" in keys else "~interest" if "events" in keys else None


Score: TypeAlias = Annotated[
    Annotated[FitScore, Tag("~fit")] | Annotated[InterestScore, Tag("~interest")],
    Discriminator(
        _kind_of_score,
        custom_error_type="form.unknown_kind",
        custom_error_message="a score has either `points` (fit) or `events` (interest)",
    ),
]


# The way of an inquiry.


class Silence(Section):
    after: DurationValue
    """The working time without an answer after which the offer is over."""
    becomes: Annotated[str, *one_of_words(words.HANDOFF_STATES)]


class Stage(Section):
    owner: Owner
    """The team that answers for it."""
    enter: StageCondition | None = None
    """What must be true to enter it."""
    enter_by: Annotated[str, *one_of_words(("acceptance", "booking"))] | None = None
    """The deed that enters it, where no condition does."""
    never: StageCondition | None = None
    """What keeps an inquiry out, whatever else is true."""
    silence: Silence | None = None
    """What happens when nobody answers the offer."""
    answers: tuple[Identifier, ...] = ()
    """The questions that must be answered to enter it."""

    @model_validator(mode="after")
    def _one_way_in(self) -> Stage:
        if (self.enter is None) == (self.enter_by is None):
            raise refused(
                "form.one_way_in",
                "a stage is entered either by a condition (enter) or by a deed (enter_by)",
                "write enter: a condition, or enter_by: acceptance",
            )
        return self


class Lane(Section):
    id: Identifier
    when: InquiryCondition
    route: Identifier
    """Who gets it: account_owner, round_robin, territory, nurture, or a queue of `routing`."""
    clock: Identifier | None = None
    """The promise whose clock starts."""
    qualify: Flag = True
    """Whether it runs through the stages; existing customers do not."""


class Return(Section):
    """When somebody who was put aside comes back."""

    return_after: DurationValue | None = None
    return_on: Annotated[str, *one_of_words(words.RETURN_TRIGGERS)] | None = None
    or_when: StageCondition | None = None
    """Comes back earlier when this becomes true."""
    else_after: DurationValue | None = None
    """Comes back then if the trigger never fires."""
    requires: StageCondition | None = None
    """What must be true before this reason may be given."""
    do: Identifier | None = None
    """What is done at once."""
    ask: tuple[Identifier, ...] = ()
    """What the seller is asked."""

    @model_validator(mode="after")
    def _returns(self) -> Return:
        if self.return_after is None and self.return_on is None:
            raise refused(
                "check.reason_without_return",
                "the reason does not say when the person comes back",
                "write return_after: 90 days, or return_on: next_fiscal_year",
            )
        return self


class Reasons(Section):
    disqualify: tuple[Identifier, ...] = ()
    """Final: nobody comes back from these unless they raise their hand again."""
    recycle: dict[Identifier, Return] = {}
    """Not now: back to nurture, with a return."""
    lost: dict[Identifier, Return] = {}
    """Lost opportunities, with a return."""


# Working hours and promises.


class WorkingHours(Section):
    """A calendar of working hours. A clock runs only while its calendar is open."""

    timezone: Text
    """IANA zone: America/New_York."""
    hours: dict[Text, tuple[Text, ...]]
    """Windows by weekday: mon-fri: ["09:00-12:30", "13:30-18:00"]; the end may be 24:00."""
    holidays: tuple[Day, ...] = ()
    """Dates on which nobody works."""
    also_open: tuple[tuple[Instant, Instant], ...] = ()
    """Extra openings: pairs of instants, in quotes."""
    retroactive: Flag = False
    """Whether a holiday added by a later version also stops clocks that are already running."""

    @property
    def calendar(self) -> Calendar:
        """The hours as `kit` computes with them."""
        return Calendar.from_hours(
            self.timezone, self.hours, holidays=self.holidays, also_open=self.also_open
        )

    @model_validator(mode="after")
    def _opens(self) -> WorkingHours:
        try:
            self.calendar  # noqa: B018 - built once here to see that it can be
        except InvalidInput as error:
            raise refused(error.code, error.message, error.hint) from error
        return self


MOST_CALENDARS = 50


def _few_calendars(value: object) -> object:
    """Each takes some milliseconds to build, and a hostile file would name thousands."""
    if isinstance(value, dict) and len(value) > MOST_CALENDARS:
        message = f"there are {len(value):,} calendars; the limit is {MOST_CALENDARS}"
        raise refused("form.wrong_length", message, "share one between teams with the same hours")
    return value


class Escalation(Section):
    at: Ratio
    """The share of the time that has passed: 1.0 is the deadline."""
    to: Identifiers
    """owner, manager, or the lead of a team."""


class ClockTerm(Section):
    start: ClockEvent = Field(alias="from")
    stop: ClockEvent = Field(alias="to")
    within: DurationValue
    """Counted while the calendar is open: 5 minutes, 8 business hours, 2 business days."""


class CountTerm(Section):
    of: Annotated[str, *one_of_words(words.COUNTED)]
    at_least: Positive
    within: DurationValue
    unless: Annotated[str, *one_of_words(words.COUNT_EXEMPTIONS)] | None = None


class ShareTerm(Section):
    of: Annotated[str, *one_of_words(words.DENOMINATORS)]
    having: Annotated[str, *one_of_words(words.NUMERATORS)] | None = Field(None, alias="with")
    done_within: DurationValue | None = None

    @model_validator(mode="after")
    def _one_test(self) -> ShareTerm:
        if (self.having is None) == (self.done_within is None):
            raise refused(
                "form.one_test",
                "a share counts either those `with` something or those `done_within` a time",
                "write with: reason, or done_within: 14 days",
            )
        return self


class PaceTerm(Section):
    of: Annotated[str, *one_of_words(words.PACED_MEASURES)]
    per: Annotated[str, *one_of_words(("week", "month", "quarter"))]
    goal: GoalValue
    curve: Annotated[str, *one_of_words(("working_days", "calendar_days"))] = "working_days"
    """How the goal spreads over the period."""


class Promise(Section):
    """What one team promises the other. The kind of promise is the key it has."""

    goal: Share
    """The share that must be kept."""


class ClockPromise(Promise):
    """Something happens within a time of something else."""

    clock: ClockTerm
    calendar: Identifier
    """`owner` for the working hours of whoever has it, or a calendar of this file."""
    escalate: tuple[Escalation, ...] = ()
    """Who is told, and when."""
    reassign_at: Ratio | None = None
    """The share of the time after which somebody else gets it."""


class CountPromise(Promise):
    """Something is done at least so often within a time."""

    count: CountTerm
    calendar: Identifier | None = None
    """Counts the working days of `within`; the file's `working_days` if absent."""


class SharePromise(Promise):
    """A share of all cases is handled as agreed."""

    share: ShareTerm
    fields: tuple[Annotated[str, *one_of_words(words.HANDOFF_FIELDS)], ...] = ()
    """What a complete hand-off holds."""


class PacePromise(Section):
    """A volume or value is delivered over a period."""

    pace: PaceTerm


def _kind_of_promise(value: Any) -> str | None:
    keys = value if isinstance(value, dict) else vars(value) if isinstance(value, Section) else {}
    return next((f"~{kind}" for kind in ("clock", "count", "share", "pace") if kind in keys), None)


AnyPromise: TypeAlias = Annotated[
    Annotated[ClockPromise, Tag("~clock")]
    | Annotated[CountPromise, Tag("~count")]
    | Annotated[SharePromise, Tag("~share")]
    | Annotated[PacePromise, Tag("~pace")],
    Discriminator(
        _kind_of_promise,
        custom_error_type="form.unknown_kind",
        custom_error_message="a promise is a `clock`, a `count`, a `share` or a `pace`",
    ),
]


class Promises(Section):
    sales_to_marketing: dict[Identifier, AnyPromise] = {}
    marketing_to_sales: dict[Identifier, AnyPromise] = {}

    def __iter__(self) -> Iterator[tuple[str, AnyPromise]]:  # type: ignore[override]
        """Every promise by its name, sales' first."""
        yield from self.sales_to_marketing.items()
        yield from self.marketing_to_sales.items()


class Pause(Section):
    at_most: DurationValue
    """Per clock and reason, counted in the clock's calendar; the excess runs."""
    needs: Identifier | None = None
    """What must exist for the pause to hold."""


# Who gets it.


class Queue(Section):
    calendar: Identifier
    members: tuple[Identifier, ...] = Field(min_length=1)


class Capacity(Section):
    open_leads: Positive
    """How many a person may have open at once."""


class Nobody(Section):
    queue: Identifier
    page: Identifier
    """Who is told when nobody can take it."""


class Routing(Section):
    match: tuple[
        Annotated[str, *one_of_words(("account_owner", "territory", "language", "working_now"))],
        ...,
    ] = ()
    """What narrows the choice, in this order."""
    method: Annotated[str, *one_of_words(("weighted_round_robin", "round_robin"))]
    weights: dict[Identifier, Positive] = {}
    """Turns per person in a round."""
    capacity: Capacity | None = None
    queues: dict[Identifier, Queue] = {}
    nobody: Nobody | None = None
    """What happens when nobody can take it."""


# Money.


class Plan(Section):
    average_deal: MoneyValue
    rates: dict[Identifier, Share]
    """Conversion per step, in the order of the steps: lead_mql, mql_sal …"""
    lag_months: dict[Identifier, Count] = {}
    """How many months a step takes."""


class Goals(Section):
    period: Period
    fiscal_year_starts: Annotated[str, *one_of_words(MONTHS)] = "january"
    bookings: MoneyValue
    """What the company sells in the period."""
    shares: dict[Side, Share] = {}
    """Who brings which part of it; they sum to 1."""
    plan: Plan | None = None


class Gate(Section):
    measure: Measure
    below: Share
    caps_own_measures_at: Ratio


class Incentives(Section):
    payout: tuple[tuple[Ratio, Ratio], ...] = Field(min_length=1)
    """Points of one curve for both teams: [attainment, payout]."""
    gate: Gate | None = None
    """Below it, a team's own measures pay no more than the cap."""
    marketing: dict[Measure, Share] = {}
    """Weights of the measures; they sum to 1."""
    sales: dict[Measure, Share] = {}


class CreditModel(Section):
    """A model of credit of your own.

    Weights of milestones and of the rest, or a half-life, or weights from the end: one of the three.
    Weights are shares of the whole, whatever they add up to. A milestone is held by the last touch at
    or before its moment.
    """

    first: Weight | None = None
    """The first touch of the journey."""
    last: Weight | None = None
    """The last touch before it was won."""
    lead: Weight | None = None
    """The touch that made the lead."""
    mql: Weight | None = None
    sal: Weight | None = None
    sql: Weight | None = None
    opportunity: Weight | None = None
    """The touch that made the opportunity."""
    primary_campaign: Weight | None = None
    """The last touch of the campaign that the opportunity names."""
    conversions: Weight | None = None
    """All touches that hold a milestone between first and last, together."""
    rest: Weight | None = None
    """Shared equally by the touches that hold none of the milestones named here."""
    half_life: DurationValue | None = None
    """A touch has half the weight of one that came so much later."""
    from_the_end: tuple[Weight, ...] = ()
    """Weights of the last touch, the one before it, and so on; those before earn nothing."""

    @property
    def weights(self) -> dict[str, Decimal]:
        """What each milestone weighs, of those that are named; and the rest."""
        given = {name: getattr(self, name) for name in (*MILESTONES, REST)}
        return {name: weight for name, weight in given.items() if weight is not None}

    @model_validator(mode="after")
    def _one_way(self) -> CreditModel:
        ways = (bool(self.weights), self.half_life is not None, bool(self.from_the_end))
        if sum(ways) != 1:
            raise refused(
                "form.one_model_of_credit",
                "a model shares in exactly one way",
                "write weights as first: 30, rest: 10; or half_life: 14 days; or from_the_end: [50, 25]",
            )
        if not any([*self.weights.values(), *self.from_the_end, self.half_life is not None]):
            raise refused(
                "form.one_model_of_credit", "all weights are 0", "give the touches that count more"
            )
        return self


class Attribution(Section):
    primary: ModelName
    """The model that decides: one of ours, of a vendor, or of `models`."""
    also: tuple[ModelName, ...] = ()
    models: dict[Identifier, CreditModel] = {}
    """Models of your own, by name."""
    scope: Annotated[str, *one_of_words(("account", "buying_group"))]
    lookback: DurationValue
    half_life: DurationValue | None = None
    """For the time-decay model."""
    sides: tuple[Side, ...] = words.SIDES
    exclude: TouchCondition | None = None
    """Touches that never earn credit."""
    after_sale: Annotated[str, *one_of_words(("next_opportunity",))] = "next_opportunity"


class Guardrail(Section):
    discount_up_to: Share
    approver: Identifiers
    """Who must say yes: one or several, or `none`."""
    within: DurationValue | None = None
    """How long they have."""


class MarginFloor(Section):
    share: Share
    approver: Identifiers


class Pricing(Section):
    guardrails: tuple[Guardrail, ...] = Field(min_length=1)
    margin_floor: MarginFloor | None = None
    """Below this margin, these approve, whatever the discount."""
    reasons: tuple[Identifier, ...] = ()
    """Why a discount may be asked for."""


# Meeting, learning, budget.


class Meeting(Section):
    weekday: Annotated[str, *one_of_words(WEEKDAYS)] | None = None
    minutes: Positive
    attend: tuple[Role, ...] = Field(min_length=1)
    rule: Text | None = None
    """The rule of the meeting, in a sentence."""


class Meetings(Section):
    weekly: Meeting | None = None
    quarterly: Meeting | None = None


class Diagnosis(Section):
    survey_every: DurationValue
    at_least_respondents: Positive
    """Answers of fewer people are never shown."""


class Budget(Section):
    brand_floor: Share
    """The least share of the budget that goes to the brand."""
    move_at_most_per_quarter: Share
    """The largest share that may be moved in a quarter."""


class Agreement(Section):
    """The working agreement between marketing and sales."""

    agreement: AgreementName
    """The name of the agreement; it stays the same over all versions."""
    version: Version
    """Major, minor and patch in quotes; `revloop agreement diff` says which a change needs."""
    supersedes: Version | None = None
    """The version that this one replaces."""
    effective_from: Instant
    """The instant from which it governs, in quotes, with its offset."""
    review_by: Day | None = None
    """The day by which both sides look at it again."""
    signatures_required: tuple[Role, ...] = Field(min_length=1)
    """Who must sign. Signatures are kept in the ledger, not here."""
    working_days: Identifier
    """The calendar that counts the days of notice, discussion and ruling."""
    notice: DurationValue
    """From the last signature to `effective_from`."""
    emergency: Flag = False
    """In force without notice for ten working days, signed by marketing and sales."""
    amends_period: Flag = False
    """All signatories agree that the goals of a period already begun change."""
    accept_infeasible: Flag = False
    """Both sides know that the goals cannot be met with this plan and capacity."""
    tie_break: TieBreak | None = None
    """Who rules when both sides disagree."""

    fundamentals: Fundamentals | None = None
    vocabulary: dict[Identifier, Term] = {}
    """The words of both teams, each with one meaning."""
    ideal_customer: IdealCustomer | None = None
    personas: dict[Identifier, Persona] = {}
    """The parts people play in buying; the first whose condition is true holds."""
    signals: dict[Identifier, Signal] = {}
    """Numbers about the recent past, usable by name in conditions."""
    scores: dict[Identifier, Score] = {}
    """Scores, usable by name in conditions."""
    stages: dict[Identifier, Stage] = Field(min_length=1)
    """The stages of an inquiry, in order."""
    lanes: tuple[Lane, ...] = Field(min_length=1)
    """The lanes, hottest first: the first whose condition is true takes it."""
    same_inquiry_within: DurationValue = Duration(14, "day")
    """A second raise in the same lane within this time is the same inquiry."""
    reasons: Reasons = Reasons()
    calendars: Annotated[dict[Identifier, WorkingHours], BeforeValidator(_few_calendars)] = Field(
        min_length=1
    )
    promises: Promises = Promises()
    pauses: dict[Identifier, Pause] = {}
    """Reasons for which a clock may pause."""
    routing: Routing | None = None
    goals: Goals | None = None
    incentives: Incentives | None = None
    attribution: Attribution | None = None
    pricing: Pricing | None = None
    meetings: Meetings = Meetings()
    diagnosis: Diagnosis | None = None
    budget: Budget | None = None


def parts(value: object, path: Path = ()) -> list[tuple[Path, object]]:
    """Every value of an agreement with its path in the file, sections and lists included."""
    found: list[tuple[Path, object]] = []
    _add_parts(value, path, found)
    return found


def _add_parts(value: object, path: Path, found: list[tuple[Path, object]]) -> None:
    found.append((path, value))
    if isinstance(value, Section):
        for name, key in _keys_of(type(value)).items():
            _add_parts(getattr(value, name), (*path, key), found)
    elif isinstance(value, dict):
        for key, member in value.items():
            _add_parts(member, (*path, key), found)
    elif isinstance(value, tuple):
        for index, member in enumerate(value):
            _add_parts(member, (*path, index), found)


@cache
def _keys_of(section: type[Section]) -> dict[str, str]:
    return {name: field.alias or name for name, field in section.model_fields.items()}


def condition_texts(agreement: Agreement) -> Iterator[tuple[Path, ConditionText]]:
    for path, value in parts(agreement):
        if isinstance(value, ConditionText):
            yield path, value
