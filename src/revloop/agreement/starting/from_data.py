"""A first agreement as the facts fill it: each value with how many cases it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from revloop.agreement.starting import sections
from revloop.agreement.starting.countries import closed_weekdays, country_of
from revloop.agreement.starting.evidence import (
    aligned,
    counted,
    plural,
    share,
    waited,
)
from revloop.agreement.starting.naming import RESERVED, identifier, on_one_line
from revloop.agreement.starting.observed import (
    FEWEST_ACTIVITIES,
    USUALLY,
    HoursSeen,
    LaneSeen,
    MoneySeen,
    Observed,
    ReasonSeen,
    Response,
    SourceSeen,
    StageSeen,
)
from revloop.agreement.starting.sections import Answer, Hours, Lane, Reason, Sections, Term, quoted
from revloop.facts import words
from revloop.kit.money import DECIMALS, Money

MOST_STAGES = 40
MOST_REASONS = 20
LONGEST_RETURN = 3_650
"""A return that is noted for later, in days, is a mistake or a way to say never."""
USUAL_RETURN = 90
"""Days after which somebody comes back, where neither the facts nor the usual start say."""
_GOAL_STEPS = 20
_FINAL = frozenset(
    {*sections.DISQUALIFY, "duplicate", "bot", "fake", "test", "invalid", "embargoed"}
)
"""Reasons after which nobody comes back, whatever the source calls the decision."""


def filled(plain: Sections, observed: Observed, years: Sequence[int]) -> Sections:
    """The parts of the plain agreement with what was observed in their place."""
    calendars = _calendars(plain.calendars[0], observed, years)
    lanes, answers = _lanes(observed, "owner" if len(calendars) > 1 else calendars[0].name)
    leads = _of_leads(observed.reasons)
    final = [each.name for each in leads if _is_final(each)][:MOST_REASONS]
    returning = _returns([each for each in leads if not _is_final(each)], sections.RECYCLE)
    lost = _returns(_of_losses(observed.reasons), sections.LOST)
    elsewhere = (country_of(each.timezone) for each in calendars[1:])
    countries = dict.fromkeys([*plain.countries, *filter(None, elsewhere)])
    return Sections(
        calendars=calendars,
        countries=list(countries),
        terms=[_term(term, observed.stages) for term in plain.terms],
        hot=[lane.id for lane in lanes if lane.id in _HOT_LANES],
        more_stages=_more_stages(observed.stages),
        lanes=lanes,
        answers=answers,
        disqualify=final or plain.disqualify,
        recycle=returning or plain.recycle,
        lost=lost or plain.lost,
        notes=_notes(observed, calendars),
    )


def amounts(money: MoneySeen, bookings: Money, average_deal: Money) -> tuple[Money, Money]:
    """Bookings and average deal, in the currency that is most in use."""
    currency = money.currency or bookings.currency
    return (
        _rounded(money.bookings) or Money(_minor(bookings, currency), currency),
        _rounded(money.average_deal) or Money(_minor(average_deal, currency), currency),
    )


def _minor(amount: Money, currency: str) -> int:
    return int(amount.amount.scaleb(DECIMALS[currency]))


def _rounded(amount: Money | None) -> Money | None:
    """With three digits, as people plan."""
    if amount is None:
        return None
    digits = Decimal(amount.minor)
    whole = max(DECIMALS[amount.currency], digits.adjusted() - 2)
    return Money(max(int(round(digits.scaleb(-whole)) * 10**whole), 1), amount.currency)


# Stages.

_STATES = {
    "captured": "a raised hand, before the first stage",
    "nurture": "with marketing, until it meets stages.mql",
    "offered": "an mql that sales has been offered",
    "expired": "an offer that nobody answered: stages.sal.silence",
    "recycled": "on its way back: reasons.recycle",
    "disqualified": "final: reasons.disqualify",
    "lost": "reasons.lost",
    "duplicate": "the same inquiry again: same_inquiry_within",
}
_STAGES = ("mql", "sal", "sql", "opportunity", "won")
_LIVE = '  live: {owner: success, enter: "onboarding_completed"}\n'


def _more_stages(seen: Sequence[StageSeen]) -> str:
    return _LIVE if any(each.means == "live" for each in seen) else ""


def _term(term: Term, seen: Sequence[StageSeen]) -> Term:
    """The term with the words that the sources use for it."""
    names = dict.fromkeys(
        on_one_line(each.name)
        for each in seen
        if each.means == term.name and identifier(each.name) != term.name
    )
    return replace(term, also_called=[*term.also_called, *map(quoted, filter(None, names))])


def _stage_notes(seen: Sequence[StageSeen]) -> Iterator[str]:
    if not seen:
        yield "Nothing in your data says when a lead or an opportunity entered a stage."
        return
    yield "In your data, in their usual order: what enters, the stage there, how many, and here:"
    rows = [
        (
            "lead" if each.subject == "inquiry" else each.subject,
            each.name,
            f"{each.entered:,}",
            _said_of(each),
        )
        for each in seen[:MOST_STAGES]
    ]
    yield from (f"  {row}" for row in aligned(rows))
    if len(seen) > MOST_STAGES:
        yield f"  and {len(seen) - MOST_STAGES:,} more stages"
    unseen = [name for name in _STAGES if not any(each.means == name for each in seen)]
    if unseen:
        yield f"Nothing in your data is called {', '.join(unseen)}: decide what each of them is."


def _said_of(seen: StageSeen) -> str:
    if seen.means in {*_STAGES, "live"}:
        return seen.means
    if seen.means in _STATES:
        return _STATES[seen.means]
    if seen.subject == "opportunity":
        return "inside opportunity"
    return "decide: one of these stages, one more, or none?"


# Lanes and the promises to answer them.

_HOT_LANES = ("inbound_call", "demo_request", sections.HAND_RAISED.id)


def _lanes(observed: Observed, calendar: str) -> tuple[list[Lane], list[Answer]]:
    """The lanes that the inquiries take, hottest first, each with a promise of its own."""
    seen = {each.id: each for each in observed.lanes}
    customers = seen.get("existing_customer")
    hot = [seen[name] for name in _HOT_LANES if name in seen]
    usual = [] if "demo_request" in seen else [sections.HAND_RAISED]
    other = seen.get("other")
    answers = [
        *(_answer(each, replace(sections.ANSWER_HOT, name=f"answer_{each.id}")) for each in hot),
        *([_answer(None, sections.ANSWER_HOT)] if usual else []),
        _answer(customers, sections.ANSWER_CUSTOMER),
        _answer(other, sections.ANSWER_OTHER),
    ]
    lanes = [
        replace(sections.CUSTOMERS, notes=_taken(customers, observed)),
        *(
            Lane(each.id, each.when, clock=f"answer_{each.id}", notes=_taken(each, observed))
            for each in hot
        ),
        *usual,
        sections.LOW_VALUE,
        replace(sections.OTHER, notes=_taken(other, observed)),
    ]
    return lanes, [replace(each, calendar=calendar) for each in answers]


def _taken(seen: LaneSeen | None, observed: Observed) -> list[str]:
    if not observed.inquiries:
        return []
    count = seen.inquiries if seen else 0
    return [f"{share(count, observed.inquiries, 'inquiries')}."]


def _answer(seen: LaneSeen | None, usual: Answer) -> Answer:
    """The promise that most inquiries of a lane keep today; the usual one where none is known."""
    if seen is None:
        return replace(usual, notes=["No inquiry in your data: a usual start."])
    response = seen.response
    if response.proposal is None:
        why = "Too few to tell" if response.inquiries else "Nothing tells how long they wait"
        return replace(usual, notes=[*_measured(response), f"{why}: a usual start."])
    kept = response.proposal
    goal = min(Decimal(str(USUALLY)), Decimal(_GOAL_STEPS * kept.kept // kept.of) / _GOAL_STEPS)
    return replace(
        usual,
        within=str(kept.within),
        goal=f"{max(goal, Decimal(1) / _GOAL_STEPS):.2f}",
        since="raised",
        notes=[
            *_measured(response),
            f"{share(kept.kept, kept.of, _old_enough(response))} were answered within {kept.within}.",
        ],
    )


def _old_enough(response: Response) -> str:
    all_are = response.proposal is not None and response.proposal.of == response.inquiries
    return "" if all_are else "that are old enough to tell"


def _measured(response: Response) -> Iterator[str]:
    if response.inquiries:
        yield f"From {plural(response.inquiries, 'inquiry', 'inquiries')}: {waited(response)}."
    if response.not_timed:
        yield f"{response.not_timed:,} more left out: only the day of the first answer is known."


def _source_notes(seen: Sequence[SourceSeen], inquiries: int) -> Iterator[str]:
    """Where inquiries come from, by each column that says so."""
    if not seen:
        return
    whole = plural(inquiries, "inquiry", "inquiries")
    yield f"{whole} by where they come from, how many, and their wait in working time:"
    rows = [
        (
            each.column,
            each.value,
            f"{each.inquiries:,}",
            waited(each.response) if each.response.inquiries else "",
        )
        for each in seen
    ]
    yield from (f"  {row}" for row in aligned(rows))
    kinds = [each.value for each in seen if each.column == "kind"]
    example = next((kind for kind in kinds if kind in _MAY_HAVE_A_LANE), None)
    if example:
        lane = Lane(example, f"kind = '{example}'", clock=sections.ANSWER_OTHER.name)
        yield "One of them may have a lane of its own, above `other`:"
        yield str(lane).rstrip()


_MAY_HAVE_A_LANE = frozenset(words.TOUCH_KINDS) - {
    "form_submit",
    "inbound_call",
    "demo_request",
    "callback_request",
}


# Reasons.


@dataclass(frozen=True, slots=True)
class _Given:
    """A reason with its name in the agreement: all spellings of it together."""

    name: str
    verdict: str
    """What is done with most of those who give it."""
    count: int
    return_days: int | None


def _merged(seen: Sequence[ReasonSeen]) -> list[_Given]:
    by_name: dict[tuple[bool, str], list[ReasonSeen]] = {}
    for each in seen:
        name = identifier(each.reason)
        if name:
            name = f"{name}_reason" if name in RESERVED else name
            by_name.setdefault((each.verdict == "lost", name), []).append(each)
    found = []
    for (_, name), spellings in by_name.items():
        verdicts = Counter[str]()
        for each in spellings:
            verdicts[each.verdict] += each.count
        verdict = min(verdicts, key=lambda word: (-verdicts[word], word))
        ordered = sorted(spellings, key=lambda each: (-each.count, each.reason))
        noted = (each.return_days for each in ordered if each.return_days is not None)
        days = next((each for each in noted if each <= LONGEST_RETURN), None)
        found.append(_Given(name, verdict, verdicts.total(), days))
    return sorted(found, key=lambda each: (-each.count, each.name))


def _is_final(given: _Given) -> bool:
    return given.verdict == "disqualify" or (given.verdict == "reject" and given.name in _FINAL)


def _of_leads(seen: Sequence[ReasonSeen]) -> list[_Given]:
    return [each for each in _merged(seen) if each.verdict != "lost"]


def _of_losses(seen: Sequence[ReasonSeen]) -> list[_Given]:
    return [each for each in _merged(seen) if each.verdict == "lost"]


def _returns(given: Sequence[_Given], usual: Sequence[Reason]) -> list[Reason]:
    """Reasons to come back: after the time that was noted, else the usual one."""
    known = {each.name: each for each in usual}
    return [
        _with_return(each, known.get(each.name, Reason(each.name, f"{USUAL_RETURN} days")))
        for each in given[:MOST_REASONS]
    ]


def _with_return(given: _Given, usual: Reason) -> Reason:
    times = "once" if given.count == 1 else f"{given.count:,} times"
    if given.return_days is None:
        days = usual.return_after
        notes = [f"Given {times}; no return was noted."]
    else:
        days = _round_days(given.return_days)
        notes = [f"Given {times}; the median of the returns noted is {given.return_days} days."]
    if given.verdict == "reject":
        notes.append("Refused, and nothing says whether for good: decide.")
    return replace(usual, return_after=days, notes=notes)


def _round_days(days: int) -> str:
    whole = days if days < _EXACT_DAYS else round(days, -1)
    return "1 day" if whole == 1 else f"{whole} days"


_EXACT_DAYS = 60
"""From here on people count returns in tens of days."""


def _final_notes(seen: Sequence[ReasonSeen]) -> Iterator[str]:
    final = [each for each in _of_leads(seen) if _is_final(each)]
    if final:
        yield f"Given: {counted((each.name, each.count) for each in final)}."
    else:
        yield "No lead in your data was refused for good with a reason: a usual start."
    unnamed = [(each.reason, each.count) for each in seen if not identifier(each.reason)]
    if unnamed:
        yield f"Not taken over, as a name here has Latin letters: {counted(unnamed)}."


# Working hours.


def _calendars(usual: Hours, observed: Observed, years: Sequence[int]) -> list[Hours]:
    first, *others = observed.hours
    return [
        replace(
            usual,
            name=first.name,
            hours=first.hours or usual.hours,
            notes=[*_hours_notes(first), _zone_note(observed.zone_from)],
        ),
        *(
            Hours(
                each.name,
                each.timezone,
                each.hours or usual.hours,
                closed_weekdays(country_of(each.timezone), years),
                [*_hours_notes(each)],
            )
            for each in others
        ),
    ]


def _hours_notes(seen: HoursSeen) -> Iterator[str]:
    tries = plural(seen.activities, "call or message", "calls and messages")
    people = plural(seen.people, "person", "people")
    if seen.hours:
        inside = share(seen.inside, seen.activities)
        yield f"{tries} to leads and customers by {people}: {inside} in these hours."
    else:
        yield f"{tries} to leads and customers: fewer than {FEWEST_ACTIVITIES}, so a usual start."


def _zone_note(zone_from: str) -> str:
    if zone_from == "the workspace":
        return "No user in your data has a time zone: this is the workspace's."
    return f"The time zone is from {'your users' if zone_from == 'users' else zone_from}."


# Comments.


def _notes(observed: Observed, calendars: Sequence[Hours]) -> Mapping[str, Sequence[str]]:
    leads, losses = _of_leads(observed.reasons), _of_losses(observed.reasons)
    many = len(calendars) > 1
    return {
        "file": [*_file_notes(observed)],
        "stages": [*_stage_notes(observed.stages)],
        "lanes": [*_source_notes(observed.sources, observed.inquiries)],
        "disqualify": [*_final_notes(observed.reasons)],
        "recycle": []
        if any(not _is_final(each) for each in leads)
        else ["No lead in your data was put aside with a reason: a usual start."],
        "lost": [] if losses else ["No lost opportunity in your data says why: a usual start."],
        "calendars": ["Promises count by `owner`: the hours of whoever has the lead."]
        if many
        else [],
        "routing": [*_people_notes(observed)],
        **_money_notes(observed.money),
    }


def _people_notes(observed: Observed) -> Iterator[str]:
    if observed.roles:
        yield f"People in your data: {counted(observed.roles.items())}."
    if observed.sellers:
        yield f"Leads by their owner: {counted(observed.sellers.items())}."


def _file_notes(observed: Observed) -> Iterator[str]:
    yield (
        f"Filled from your data, {plural(observed.inquiries, 'inquiry', 'inquiries')}: a comment "
        "says on how many cases a value rests."
    )
    yield "What has no such comment is a usual start."
    if observed.missing:
        yield "Your data did not say enough about:"
        yield from (f"  - {each}" for each in observed.missing)


def _money_notes(money: MoneySeen) -> dict[str, list[str]]:
    if money.currency is None:
        return {"bookings": ["No opportunity in your data has an amount: a usual start."]}
    currencies = f"Opportunities by currency: {counted(money.currencies.items())}."
    if money.bookings is None:
        bookings = "No whole quarter lies before the newest order: a usual start."
    else:
        quarters = "quarter" if money.quarters == 1 else f"{money.quarters} quarters"
        bookings = f"Won in the {quarters} before the newest: {money.bookings} each, by the mean."
    if money.average_deal is None:
        average = f"No won opportunity has an amount in {money.currency}: a usual start."
    else:
        average = f"From {money.won:,} won opportunities: {money.average_deal} by the mean."
    return {"bookings": [currencies, bookings], "average_deal": [average]}
