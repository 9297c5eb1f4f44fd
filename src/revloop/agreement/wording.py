"""Conditions, durations, money and shares in plain words, for people who never read SQL."""

from __future__ import annotations

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
_OPERATORS = {
    "=": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
}


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
        case Not(IsUnknown(name)):
            return f"{called(name.word)} is known"
        case Not(Truth(name)) if name.word.name in _TRUE_OR_NOT:
            return _TRUE_OR_NOT[name.word.name][1]
        case Not(part):
            return f"it is not so that {node_in_words(part)}"
        case And(parts):
            return _of_one_text(parts, "and") or listed([_enclosed(each, Or) for each in parts])
        case Or(parts):
            return _of_one_text(parts, "or") or listed(
                [_enclosed(each, And) for each in parts], "or"
            )
        case _:
            return _leaf_in_words(node)


def _leaf_in_words(leaf: Node) -> str:
    match leaf:
        case Truth(name):
            yes, _ = _TRUE_OR_NOT.get(name.word.name, (f"{called(name.word)} is true", ""))
            return yes
        case IsUnknown(name):
            return f"{called(name.word)} is not known"
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
    texts = [f"“{text.strip()}”" for text in pattern.split("%") if text.strip()]
    if not texts or "_" in pattern:
        return "looks like", f"“{pattern}”"
    if "%" not in pattern:
        return "reads", texts[0]
    followed = ", later ".join(texts)
    if not pattern.startswith("%"):
        return "begins with", followed
    return ("contains" if pattern.endswith("%") else "ends with"), followed


def _term(term: Term) -> str:
    match term:
        case Name(word):
            return called(word)
        case Call("length", argument):
            return f"the length of {_term(argument)}"
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
    """`not_now` as “not now”."""
    return identifier.replace("_", " ")


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
            return _VALUES.get(value, plain(value) if value.islower() else value)


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
