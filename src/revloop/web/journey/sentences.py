"""An event as a sentence in which names lead to their pages.

A page has fifty of them, so they are put together here and not by a template; every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from revloop.engine.published import Published
from revloop.kit.money import DECIMALS, Money
from revloop.operations.people import queries
from revloop.operations.people.looking import Called
from revloop.web.journey import words
from revloop.web.shell.tags import day, moment, month

Row = Mapping[str, Any]


class Piece(NamedTuple):
    """A part of a sentence, perhaps with an address."""

    text: str
    href: str = ""

    def __html__(self) -> str:
        shown = escape(self.text)
        return f'<a href="{escape(self.href)}">{shown}</a>' if self.href else shown


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as a page shows it."""

    period: str
    """The month, where it is another one than before."""
    when: str
    side: str
    sentence: SafeString
    details: str


@dataclass(frozen=True, slots=True)
class Names:
    """Of all that some events name."""

    people: Mapping[int, Called]
    users: Mapping[int, str]
    campaigns: Mapping[int, str]
    contents: Mapping[int, str]
    opportunities: Mapping[int, str]

    def person(self, number: int | None) -> Piece:
        """Who it was; somebody whom operations do not know any more, or never did, is somebody."""
        called = self.people.get(number) if number is not None else None
        if called is None:
            return Piece("Somebody")
        return Piece(called.name, f"{_people()}{called.number}/")

    def us(self, user: int | None) -> Piece:
        return Piece(self.users.get(user, "We") if user is not None else "We")


@cache
def _people() -> str:
    """Where the address of every person begins."""
    return reverse("person", args=(0,)).removesuffix("0/")


def names_of(published: Published, rows: Sequence[Row], opportunities: Mapping[int, str]) -> Names:
    """Everything that these events name, asked for at once."""
    return Names(
        people=queries.people_called(_said(rows, "person")),
        users=users_called(published, _said(rows, "user_id")),
        campaigns=_texts(published, "campaigns", "name", _said(rows, "campaign_id")),
        contents=_texts(published, "contents", "name", _said(rows, "content_id")),
        opportunities=opportunities,
    )


def users_called(published: Published, keys: Iterable[int]) -> dict[int, str]:
    """What those are called who work for us, by their keys in the lake."""
    references = _texts(published, "users", "reference", keys)
    called = queries.users_called(references.values())
    return {key: called[said] for key, said in references.items() if said in called}


def _said(rows: Iterable[Row], column: str) -> set[int]:
    return {row[column] for row in rows if row[column] is not None}


def _texts(published: Published, table: str, column: str, keys: Iterable[int]) -> dict[int, str]:
    """By key; these tables are small and stay in memory."""
    held = published[table]
    places = held.places(list(keys))
    texts = held.pick(places, (column,))
    return {
        int(held.keys[place]): str(each[column])
        for place, each in zip(places, texts, strict=True)
        if each[column]
    }


def entries(rows: Iterable[Row], names: Names) -> list[Entry]:
    found, before = [], ""
    for row in rows:
        month_ = month(row["at"])
        found.append(
            Entry(
                "" if month_ == before else month_,
                day(row["at"]) if row["date_only"] else moment(row["at"]),
                row["side"],
                mark_safe(" ".join(each.__html__() for each in _pieces(row, names))),  # noqa: S308 - escaped
                " · ".join(_details(row, names)),
            )
        )
        before = month_
    return found


def _pieces(row: Row, names: Names) -> tuple[Piece, ...]:
    what = row["what"] or ""
    match row["fact"]:
        case "touch":
            did = words.TOUCHES.get(what, what.replace("_", " "))
            return names.person(row["person"]), Piece(did)
        case "content_use":
            return names.person(row["person"]), Piece(words.CONTENT.get(what, "used content"))
        case "activity":
            return _activity(row, names)
        case "inquiry":
            raised = f"raised a hand: {_plain(what)}" if what else "raised a hand"
            return names.person(row["person"]), Piece(raised)
        case "assignment":
            if row["user_id"] is None:
                return (
                    Piece(f"Put into the queue {what}" if what else "Nobody owned it any more"),
                )
            return names.us(row["user_id"]), Piece("became the owner")
        case _:
            return (Piece(_of_things(row, names)),)


def _activity(row: Row, names: Names) -> tuple[Piece, ...]:
    ours, theirs = words.ACTIVITIES.get(row["what"], ("contacted", "contacted us"))
    whom = names.person(row["person"])
    if row["direction"] == "in":
        return whom, Piece(theirs)
    if not whom.href:
        whom = Piece("somebody")
    return names.us(row["user_id"]), Piece(ours), whom


def _of_things(row: Row, names: Names) -> str:
    """What happened with a lead, an opportunity, an order or a ticket."""
    what = row["what"] or ""
    sold = names.opportunities.get(row["opportunity_id"], "") if row["opportunity_id"] else ""
    named = f" {sold}" if sold else ""
    match row["fact"]:
        case "qualification_decision":
            said = words.VERDICTS.get(what, _plain(what))
        case "handoff":
            said = words.HANDOFFS.get(what, "Handed over to another team")
        case "lifecycle_transition":
            said = f"{words.SUBJECTS.get(what, 'It')} became {_became(row)}"
        case "opportunity":
            done = {"created": "was created", "won": "was won", "lost": "was lost"}.get(what, what)
            said = f"The opportunity{named} {done}"
        case "opportunity_stage":
            whence = f" from {row['from_word']}" if row["from_word"] else ""
            said = f"The opportunity{named} moved{whence} to {row['to_word']}"
        case "booking":
            said = words.BOOKINGS.get(what, _plain(what))
        case "ticket":
            said = f"Asked for help: {what}" if what else "Asked for help"
        case "survey_response":
            said = f"Answered a survey: {_plain(what)}" if what else "Answered a survey"
        case "win_loss_answer":
            because = f": {_plain(what)} decided" if what else ""
            said = f"Said why the opportunity{named} went so{because}"
        case "discount_request":
            said = f"A discount was asked for the opportunity{named}"
        case fact:
            said = _plain(fact)
    return said


def _became(row: Row) -> str:
    before = f", having been {_state(row['from_word'])}" if row["from_word"] else ""
    return f"{_state(row['to_word'])}{before}"


def _state(word: str | None) -> str:
    """`mql` as people write it; every other state is a word."""
    return words.SHORT.get(word or "", _plain(word or "unknown"))


def _details(row: Row, names: Names) -> Iterable[str]:
    if row["outcome"]:
        yield words.OUTCOMES.get(row["outcome"], _plain(row["outcome"]))
    if row["reason"]:
        yield _plain(row["reason"])
    if row["amount_minor"] is not None and row["currency"]:
        yield money(row["amount_minor"], row["currency"])
    if row["content_id"] in names.contents:
        yield f"“{names.contents[row['content_id']]}”"
    if row["campaign_id"] in names.campaigns:
        yield names.campaigns[row["campaign_id"]]
    if row["channel"]:
        yield _plain(row["channel"])
    if row["automated"]:
        yield "sent by a machine"


def money(minor: int, currency: str) -> str:
    """`1,080,000 USD`; of a currency that nobody knows, the number alone would be a guess."""
    if currency not in DECIMALS:
        return f"an amount in {currency}"
    amount = Money(minor, currency).amount
    decimals = 0 if amount == amount.to_integral_value() else DECIMALS[currency]
    return f"{amount:,.{decimals}f} {currency}"


def _plain(word: str) -> str:
    return word.replace("_", " ")
