"""Conditions, durations, money and shares in plain words, for people who never read SQL."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from revloop.agreement.conditions.tree import (
    And,
    Between,
    Call,
    Compare,
    CompareTerms,
    Condition,
    Constant,
    IsUnknown,
    Matches,
    Name,
    Node,
    Not,
    OneOf,
    Or,
    Term,
    Truth,
    Value,
)
from revloop.facts.vocabulary import Type, Word
from revloop.kit.durations import Duration
from revloop.kit.money import DECIMALS, Money

# How a word is called in a sentence; a word that is not here is called by its name.
_CALLED = {
    "industry": "the industry",
    "sic": "the SIC code",
    "naics": "the NAICS code",
    "country": "the country",
    "region": "the region",
    "employees": "the number of employees",
    "locations": "the number of locations",
    "annual_revenue": "the annual revenue",
    "title": "the job title",
    "seniority": "the seniority",
    "function": "the department",
    "language": "the language",
    "timezone": "the time zone",
    "consent_email": "consent to e-mail",
    "consent_phone": "consent to calls",
    "consent_ads": "consent to advertising",
    "icp_tier": "the tier",
    "persona": "the persona",
    "lane": "the lane",
    "kind": "the kind of event",
    "channel": "the channel",
    "direction": "the direction",
    "side": "the team",
    "form": "the form",
    "campaign": "the campaign",
    "outcome": "the outcome",
    "entry_point": "the entry point",
    "value_tier": "the value tier",
    "amount": "the amount",
    "opportunity_type": "the kind of opportunity",
    "stage": "the pipeline stage",
    "roles_known": "the number of known roles",
    "roles_engaged": "the number of engaged roles",
    "duration_seconds": "the length in seconds",
}
_TRUE_OR_NOT = {
    "is_customer": ("the company is a customer", "the company is not a customer"),
    "is_target": ("the company is a target account", "the company is no target account"),
    "is_competitor": ("the company is a competitor", "the company is no competitor"),
    "is_embargoed": ("we must not sell to the company", "we may sell to the company"),
    "onboarding_completed": ("onboarding is complete", "onboarding is not complete"),
    "icp_excluded": ("the company is one we never sell to", "the company is not excluded"),
    "wants_rep": ("the person asks for somebody of sales", "the person asks for nobody"),
    "is_bot": ("a machine made it", "no machine made it"),
    "automated": ("it was sent by itself", "a person did it"),
}
_VALUES = {
    "two_way": "two-way",
    "c_level": "C-level",
    "vp": "VP",
    "ic": "individual contributor",
}
_CAPITALS = {
    "crm": "CRM",
    "dach": "DACH",
    "emea": "EMEA",
    "eu": "EU",
    "icp": "ICP",
    "mql": "MQL",
    "nps": "NPS",
    "qbr": "QBR",
    "saas": "SaaS",
    "sal": "SAL",
    "sdr": "SDR",
    "sms": "SMS",
    "sql": "SQL",
    "uk": "UK",
    "us": "US",
}
_OPERATORS = {
    "=": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
}


_CONTRARY = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def said(condition: Condition) -> str:
    """The condition as one sentence without a full stop."""
    return node_in_words(condition.root)


def said_clauses(condition: Condition) -> tuple[str, ...]:
    """The parts that must all hold, one sentence each."""
    root = condition.root
    return tuple(map(node_in_words, root.parts if isinstance(root, And) else (root,)))


def node_in_words(node: Node) -> str:
    match node:
        case Constant(value):
            return "always" if value else "never"
        case Not(part):
            return _denied(part)
        case And(parts):
            return _of_one_text(parts, "and") or listed([_enclosed(each, Or) for each in parts])
        case Or(parts):
            return _of_one_text(parts, "or") or listed(
                [_enclosed(each, And) for each in parts], "or"
            )
        case _:
            return _leaf_in_words(node)


def _denied(part: Node) -> str:
    """The contrary of a part; what is not known is in neither of the two."""
    match part:
        case Not(inner):
            return node_in_words(inner)
        case Constant(value):
            return node_in_words(Constant(not value))
        case IsUnknown(name):
            return f"{called(name.word)} is known"
        case Truth(name):
            return _truth(name.word)[1]
        case Compare(term, operator, value):
            return node_in_words(Compare(term, _CONTRARY[operator], value))
        case CompareTerms(left, operator, right):
            return node_in_words(CompareTerms(left, _CONTRARY[operator], right))
        case Between(term, low, high):
            return f"{_term(term)} is not between {value_in_words(low)} and {value_in_words(high)}"
        case OneOf(term, values):
            return f"{_term(term)} is none of {listed([value_in_words(each) for each in values])}"
        case Matches(term, pattern, _):
            verb, text = _pattern(pattern)
            first, _, rest = verb.partition(" ")
            return (
                f"{_term(term)} does not {' '.join([first.removesuffix('s'), rest]).strip()} {text}"
            )
        case _:
            return f"it is not so that ({node_in_words(part)})"


def _truth(word: Word) -> tuple[str, str]:
    called_true = f"{called(word)} is true"
    return _TRUE_OR_NOT.get(word.name, (called_true, f"{called(word)} is not true"))


def _leaf_in_words(leaf: Node) -> str:
    match leaf:
        case Truth(name):
            return _truth(name.word)[0]
        case IsUnknown(name):
            return f"{called(name.word)} is not known"
        case Compare(Name(word), operator, bool() as value):
            return _truth(word)[0 if (operator == "=") is value else 1]
        case Compare(Call("coalesce", Name(word), bool() as default), operator, bool() as value):
            holds = (operator == "=") is value
            counts = "so" if holds is default else "not so"
            return f"{_truth(word)[not holds]} (where that is not known, it counts as {counts})"
        case Compare(term, operator, value):
            return f"{_term(term)} {_OPERATORS[operator]} {value_in_words(value)}"
        case CompareTerms(left, operator, right):
            return f"{_term(left)} {_OPERATORS[operator]} {_term(right)}"
        case Between(term, low, high):
            return f"{_term(term)} is between {value_in_words(low)} and {value_in_words(high)}"
        case OneOf(term, values):
            return f"{_term(term)} is {listed([value_in_words(each) for each in values], 'or')}"
        case Matches(term, pattern, _):
            return f"{_term(term)} {' '.join(_pattern(pattern))}"
        case _:
            raise AssertionError(leaf)


def _of_one_text(parts: Sequence[Node], joined_by: str) -> str:
    """Several patterns of one text share its name: “the job title begins with a or contains b”."""
    patterns = [part for part in parts if isinstance(part, Matches)]
    if len(patterns) < len(parts) or len({part.term for part in patterns}) > 1:
        return ""
    verbs: dict[str, list[str]] = {}
    for part in patterns:
        verb, text = _pattern(part.pattern)
        verbs.setdefault(verb, []).append(text)
    said_once = [f"{verb} {listed(texts, joined_by)}" for verb, texts in verbs.items()]
    return f"{_term(patterns[0].term)} {listed(said_once, joined_by)}"


def _enclosed(part: Node, kind: type[And | Or]) -> str:
    words = node_in_words(part)
    return f"({words})" if isinstance(part, kind) else words


def _pattern(pattern: str) -> tuple[str, str]:
    """A verb and what follows it, as “begins with” and “chief”."""
    pieces = [piece for piece in pattern.split("%") if piece]
    texts = [f"“{piece.strip()}”" for piece in pieces]
    if not texts or "“”" in texts or "_" in pattern:
        return "looks like", f"“{pattern}”"
    if "%" not in pattern:
        return "reads", texts[0]
    ending = "" if pattern.endswith("%") else texts.pop()
    if not texts:
        return "ends with", ending
    followed = ", later ".join(texts) + (f" and ends with {ending}" if ending else "")
    return ("contains" if pattern.startswith("%") else "begins with"), followed


def _term(term: Term) -> str:
    match term:
        case Name(word):
            return called(word)
        case Call("length", argument):
            return f"the number of letters of {_term(argument)}"
        case Call("coalesce", argument, default) if default is not None:
            return f"{_term(argument)} (or {value_in_words(default)} where it is not known)"
        case Call(_, argument):
            return _term(argument)


def called(word: Word) -> str:
    """How the word is called in a sentence."""
    if word.type is Type.SCORE:
        return f"the {plain(word.name)} score"
    return _CALLED.get(word.name, f"“{plain(word.name)}”")


def plain(identifier: str) -> str:
    """`not_now` as “not now”, `us_east` as “US east”."""
    return " ".join(_CAPITALS.get(part, part) for part in identifier.split("_") if part)


def titled(identifier: str) -> str:
    """The identifier where it stands for itself: `not_now` as “Not now”."""
    text = plain(identifier)
    return f"{text[:1].upper()}{text[1:]}"


def visible(text: str) -> str:
    """The text without what nobody sees and a terminal or a page obeys, on one line.

    Control signs go, and those that turn the direction of writing: a signed text must not read
    otherwise than it is.
    """
    return _SPACES.sub(" ", "".join(filter(_is_visible, text)))


_SPACES = re.compile(r"\s+")
_TURN_WRITING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _is_visible(character: str) -> bool:
    turns = unicodedata.bidirectional(character) in _TURN_WRITING
    return character.isspace() or not (turns or unicodedata.category(character) in {"Cc", "Cs"})


def value_in_words(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return number(value)
        case Money():
            return money(value)
        case datetime():
            return instant(value)
        case _:
            is_a_name = "_" in value and value.islower()
            return _VALUES.get(value) or (plain(value) if is_a_name else value)


def listed(items: Sequence[str], joined_by: str = "and") -> str:
    """`a, b and c`."""
    *most, last = items
    return f"{', '.join(most)} {joined_by} {last}" if most else last


def number(value: int | Decimal) -> str:
    """With thousands separators and no trailing zeros."""
    whole, _, rest = f"{Decimal(value):f}".partition(".")
    rest = rest.rstrip("0")
    return f"{int(whole):,}.{rest}" if rest else f"{int(whole):,}"


def share(value: Decimal) -> str:
    """`0.9` as `90 %`."""
    return f"{number(value * 100)} %"


def money(value: Money) -> str:
    """`1080000 USD` as `1,080,000 USD`."""
    whole = value.minor % 10 ** DECIMALS[value.currency] == 0
    decimals = 0 if whole else DECIMALS[value.currency]
    return f"{value.amount:,.{decimals}f} {value.currency}"


def duration(value: Duration) -> str:
    """`8 business hours` as `8 working hours`."""
    unit = value.unit if value.amount == 1 else f"{value.unit}s"
    return f"{value.amount:,} working {unit}" if value.working else f"{value.amount:,} {unit}"


def instant(value: datetime) -> str:
    """`1 July 2026, 00:00 (UTC-04:00)`."""
    offset = f"{value:%z}"
    zone = "UTC" if offset == "+0000" else f"UTC{offset[:3]}:{offset[3:5]}"
    return f"{day(value)}, {value:%H:%M} ({zone})"


def day(value: date) -> str:
    """`1 July 2026`."""
    return f"{value.day} {value:%B %Y}"
