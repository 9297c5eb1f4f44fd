"""The parts of a first agreement that the facts can fill, as they are without facts.

`from_data` puts what was observed in their place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from revloop.agreement.starting.evidence import comments


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the vocabulary."""

    name: str
    means: str
    owner: str = ""
    also_called: Sequence[str] = ()

    def __str__(self) -> str:
        parts = [f"means: {self.means}"]
        if self.owner:
            parts.append(f"owner: {self.owner}")
        if self.also_called:
            parts.append(f"also_called: [{', '.join(self.also_called)}]")
        return f"  {self.name}: {{{', '.join(parts)}}}\n"


@dataclass(frozen=True, slots=True)
class Lane:
    id: str
    when: str
    route: str = "sellers"
    clock: str = ""
    qualify: bool = True
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        parts = [f"id: {self.id}", f"when: {quoted(self.when)}", f"route: {self.route}"]
        if self.clock:
            parts.append(f"clock: {self.clock}")
        if not self.qualify:
            parts.append("qualify: false")
        return f"{comments(self.notes, 2)}  - {{{', '.join(parts)}}}\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """A promise to answer."""

    name: str
    within: str
    goal: str
    since: str = "routed"
    calendar: str = "office"
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        clock = f"{{from: {self.since}, to: human_attempt, within: {self.within}}}"
        return (
            f"{comments(self.notes, 4)}    {self.name}: "
            f"{{clock: {clock}, calendar: {self.calendar}, goal: {self.goal}}}\n"
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason for which somebody comes back."""

    name: str
    return_after: str
    requires: str = ""
    more: str = ""
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        requires = f"requires: {quoted(self.requires)}" if self.requires else ""
        parts = filter(None, (requires, f"return_after: {self.return_after}", self.more))
        return f"{comments(self.notes, 4)}    {self.name}: {{{', '.join(parts)}}}\n"


@dataclass(frozen=True, slots=True)
class Hours:
    """A calendar."""

    name: str
    timezone: str
    hours: Mapping[str, Sequence[str]]
    holidays: Mapping[date, str]
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        weeks = ", ".join(
            f"{days}: [{', '.join(map(quoted, windows))}]" for days, windows in self.hours.items()
        )
        days = "".join(f"\n      - {day}  # {name}" for day, name in self.holidays.items())
        return (
            f"{comments(self.notes, 2)}  {self.name}:\n    timezone: {self.timezone}\n"
            f"    hours: {{{weeks}}}\n    holidays:{days or ' []'}\n"
        )


TERMS = (
    Term("inquiry", "one person raising a hand once", also_called=("lead",)),
    Term("mql", "an inquiry that marketing may offer to sales", "marketing"),
    Term("sal", "an MQL that a seller has taken on", "sales"),
    Term("sql", "a SAL whose need and timing a seller has confirmed in a talk", "sales"),
)
CUSTOMERS = Lane(
    "existing_customer", "is_customer", "account_owner", "answer_customer", qualify=False
)
HAND_RAISED = Lane(
    "hand_raised", "wants_rep or form in ('demo','contact_sales')", clock="answer_hot"
)
LOW_VALUE = Lane("low_value", "icp_tier = 'out'", "nurture")
OTHER = Lane("other", "true", clock="answer_other")
ANSWER_HOT = Answer("answer_hot", "15 minutes", "0.80")
ANSWER_CUSTOMER = Answer("answer_customer", "4 business hours", "0.90")
ANSWER_OTHER = Answer("answer_other", "8 business hours", "0.80")
DISQUALIFY = ("spam", "competitor", "student", "job_seeker", "no_such_person")
RECYCLE = (
    Reason("not_now", "90 days", more='or_when: "interest >= 40"'),
    Reason("no_contact", "45 days", requires="attempts >= 6"),
    Reason("wrong_person", "0 days", more="do: find_other_role"),
)
LOST = (
    Reason("price", "180 days"),
    Reason("competitor", "330 days", more="ask: [competitor]"),
    Reason("no_decision", "60 days"),
)


@dataclass(frozen=True)
class Sections:
    """What fills the template beside the answers; without facts, the usual start."""

    calendars: Sequence[Hours]
    """The first one counts the days of notice, and the hours of the sellers."""
    countries: Sequence[str]
    terms: Sequence[Term] = TERMS
    hot: Sequence[str] = (HAND_RAISED.id,)
    """The lanes that make an MQL by themselves."""
    more_stages: str = ""
    lanes: Sequence[Lane] = (CUSTOMERS, HAND_RAISED, LOW_VALUE, OTHER)
    answers: Sequence[Answer] = (ANSWER_HOT, ANSWER_CUSTOMER, ANSWER_OTHER)
    disqualify: Sequence[str] = DISQUALIFY
    recycle: Sequence[Reason] = RECYCLE
    lost: Sequence[Reason] = LOST
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Comments by the place of the template they belong to."""

    def values(self) -> dict[str, str]:
        """What stands for each name of the template."""
        hot, where = (_one_of(each) for each in (self.hot, self.countries))
        written = {
            "office": self.calendars[0].name,
            "where": f"country {where}",
            "terms": _joined(self.terms),
            "hot": f"lane {hot}",
            "more_stages": self.more_stages,
            "lanes": _joined(self.lanes),
            "disqualify": ", ".join(self.disqualify),
            "recycle": _joined(self.recycle),
            "lost": _joined(self.lost),
            "calendars": _joined(self.calendars),
            "answers": _joined(self.answers),
            "owners": self.answers[0].calendar,
        }
        seen = {
            f"{place}_seen": comments(self.notes.get(place, ()), indent)
            for place, indent in _PLACES.items()
        }
        if seen["file_seen"]:
            seen["file_seen"] += "\n"
        return written | seen


_PLACES = {
    "file": 0,
    "stages": 0,
    "lanes": 2,
    "disqualify": 2,
    "recycle": 4,
    "lost": 4,
    "calendars": 0,
    "routing": 0,
    "bookings": 2,
    "average_deal": 4,
}
"""The places that may have comments of their own, with their indent."""


def quoted(text: str) -> str:
    """A text in double quotes, as YAML reads it."""
    return json.dumps(text, ensure_ascii=False)


def _one_of(words: Sequence[str]) -> str:
    if len(words) == 1:
        return f"= '{words[0]}'"
    listed = ",".join(f"'{word}'" for word in words)
    return f"in ({listed})"


def _joined(parts: Iterable[object]) -> str:
    return "".join(map(str, parts))
