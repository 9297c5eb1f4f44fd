"""Which words a condition may use, by what it is asked about.

A condition sees the facts that are known when it is asked, and the names of the file that are
decided before it: a tier before a persona, signals before scores, scores before lanes, the lane
before a stage. So no name can depend on itself.
"""

from __future__ import annotations

from functools import lru_cache

from revloop.agreement.conditions import ConditionError, parse
from revloop.agreement.form import Agreement, Signal
from revloop.agreement.problems import Path
from revloop.agreement.scalars import ConditionText
from revloop.facts import vocabulary
from revloop.facts.vocabulary import Type, Word

OUT = "out"
"""The tier of a company that meets no tier's condition."""

SIGNAL_TYPES = {
    "count": Type.INTEGER,
    "count_distinct": Type.INTEGER,
    "sum": Type.NUMBER,
    "first": Type.INSTANT,
    "last": Type.INSTANT,
    "days_since": Type.NUMBER,
}


def words_for(agreement: Agreement, path: Path, condition: ConditionText) -> dict[str, Word]:
    """The words that the condition at this path may use."""
    return words_in_scope(agreement, scope_of(agreement, path, condition))


def scope_of(agreement: Agreement, path: Path, condition: ConditionText) -> str:
    """What the condition at this path is asked about; an event is a touch or an activity."""
    if condition.scope == "event":
        return agreement.signals[str(path[1])].source
    return condition.scope


def words_in_scope(agreement: Agreement, scope: str) -> dict[str, Word]:
    """The words of one scope: account, contact, person, touch, activity, inquiry or stage."""
    named = {
        "account": vocabulary.ACCOUNT,
        "contact": vocabulary.ACCOUNT + vocabulary.CONTACT,
        "touch": vocabulary.TOUCH,
        "activity": vocabulary.ACTIVITY,
        "person": _person(agreement),
        "inquiry": _inquiry(agreement),
        "stage": (*_inquiry(agreement), _lane(agreement), *vocabulary.OPPORTUNITY),
    }[scope]
    return {word.name: word for word in named}


def _person(agreement: Agreement) -> tuple[Word, ...]:
    return (
        *vocabulary.ACCOUNT,
        *vocabulary.CONTACT,
        *_customer_and_persona(agreement),
        *(_signal(name, signal) for name, signal in agreement.signals.items()),
    )


def _inquiry(agreement: Agreement) -> tuple[Word, ...]:
    scores = (
        Word(name, Type.SCORE, "person", f"the score {name}, declared in this file")
        for name in agreement.scores
    )
    return (*_person(agreement), *scores, *vocabulary.RAISE, *vocabulary.INQUIRY)


def _customer_and_persona(agreement: Agreement) -> tuple[Word, ...]:
    tiers = (*agreement.ideal_customer.tiers, OUT) if agreement.ideal_customer else ()
    parts = (*agreement.personas, vocabulary.NONE)
    declared = (
        Word("icp_tier", Type.TEXT, "account", "tier of the ideal customer, or out", tiers),
        Word("icp_excluded", Type.BOOLEAN, "account", "a company we never sell to"),
        Word(
            "persona", Type.TEXT, "contact", "the part they play, or none", parts, may_be_none=True
        ),
    )
    present = (bool(tiers), bool(tiers), bool(agreement.personas))
    return tuple(word for word, here in zip(declared, present, strict=True) if here)


def _signal(name: str, signal: Signal) -> Word:
    return Word(
        name, SIGNAL_TYPES[signal.measure], signal.over, f"the signal {name}, declared in this file"
    )


def _lane(agreement: Agreement) -> Word:
    lanes = tuple(lane.id for lane in agreement.lanes)
    return Word("lane", Type.TEXT, "inquiry", "the lane the inquiry took", lanes)


def declared_names(agreement: Agreement) -> dict[str, Path]:
    """The names of conditions that the file declares itself, with the place of each."""
    signals: dict[str, Path] = {name: ("signals", name) for name in agreement.signals}
    return signals | {name: ("scores", name) for name in agreement.scores}


def fixed_names() -> frozenset[str]:
    """The names that no signal or score may take."""
    decided = {"icp_tier", "icp_excluded", "persona", "lane"}
    # Keys of a lead as a document, and columns of the tables in which signals are asked for.
    of_records = {"at", "person", "account", "touches", "activities", "answers", "question"}
    return frozenset(vocabulary.VOCABULARY) | decided | of_records


# A name at every place where a condition may hold one.
_EVERYWHERE = (
    "{0} = 1 or 1 < {0} or not {0} >= 1 and ({0} < 3 or {0} > 2) or ({0} != 1) or (({0} <= 1)) "
    "or {0} between 1 and 2 or {0} not in (1, 2) or {0} is null or not ({0} is not null) "
    "or coalesce({0}, 0) = 1"
)


@lru_cache(maxsize=2_048)
def can_be_used(name: str) -> bool:
    """Whether conditions can name it: `not`, `when` or `select` are words of SQL itself."""
    word = Word(name, Type.NUMBER, "person", "any number")
    try:
        read = parse(_EVERYWHERE.format(name), {name: word})
    except ConditionError:
        return False
    return read.words == (word,)
