"""The same agreement, written by somebody else: other order, quotes, spaces, comments, units."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from revloop.agreement.canonical import ORDERED, is_set
from revloop.agreement.form import Section, parts
from revloop.agreement.problems import Path
from revloop.kit.durations import Duration

from .other_values import contract_of

_DURATION = re.compile(r"(\d+) (business |working )?(minute|hour|day|week)s?")
_MONEY = re.compile(r"(\d+) ([A-Z]{3})")
_TEXT_OR_REST = re.compile(r"('[^']*')")
_KEYWORDS = re.compile(r"\b(and|or|not|in|between|is|null|like|ilike)\b")


def respelt(values: dict[str, Any], chance: Random) -> str:
    """The values as a file that looks quite different and means the same."""
    conditions = contract_of(values).conditions
    full = _with_defaults(values, chance)
    return f"# By another hand.\n{_written(full, (), conditions.__contains__, chance)}\n"


def _with_defaults(values: dict[str, Any], chance: Random) -> dict[str, Any]:
    """Some of the keys that were left out, written with their defaults."""
    full = values
    for path, section in parts(contract_of(values).form):
        if isinstance(section, Section):
            here = _member(full, path)
            for name, field in type(section).model_fields.items():
                key = field.alias or name
                left_out = isinstance(here, dict) and key not in here and not field.is_required()
                if left_out and chance.random() < 0.3:
                    here[key] = _as_in_a_file(field.default)
    return full


def _member(values: Any, path: Path) -> Any:
    for step in path:
        here = isinstance(values, list) or (isinstance(values, dict) and step in values)
        values = values[step] if here else None
    return values


def _as_in_a_file(default: Any) -> Any:
    match default:
        case tuple():
            return list(default)
        case Section():
            return {}
        case Duration():
            return str(default)
        case _:
            return default


def _written(value: Any, path: Path, is_condition: Callable[[Path], bool], chance: Random) -> str:
    match value:
        case dict():
            keys = list(value)
            if path not in ORDERED:
                chance.shuffle(keys)
            members = [
                f"{_quoted(key, chance)}: {_written(value[key], (*path, key), is_condition, chance)}"
                for key in keys
            ]
            return _enclosed("{", members, "}", chance)
        case list():
            written = [
                _written(each, (*path, index), is_condition, chance)
                for index, each in enumerate(value)
            ]
            if is_set(path, tuple(value)):
                chance.shuffle(written)
            return _enclosed("[", written, "]", chance)
        case bool():
            return chance.choice([str(value), str(value).lower(), str(value).upper()])
        case int() | None:
            return "null" if value is None else str(value)
        case Decimal():
            return f"{value}{chance.choice(['', '0', '000'])}" if "." in str(value) else str(value)
        case _:
            text = _condition(value, chance) if is_condition(path) else _measure(value, chance)
            return _quoted(text, chance)


def _enclosed(begin: str, members: list[str], end: str, chance: Random) -> str:
    breaks = [" ", "\n  ", "  # so we agreed\n ", "\n\n"]
    return begin + ",".join(f"{chance.choice(breaks)}{each}" for each in members) + f"\n{end}"


def _quoted(text: str, chance: Random) -> str:
    if chance.random() < 0.5:
        return "'" + text.replace("'", "''") + "'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _measure(text: str, chance: Random) -> str:
    """`5 minutes` as `5  minute`, `8 business hours` as `8 working hours`."""
    if match := _DURATION.fullmatch(text):
        working = chance.choice(["business  ", "working "]) if match[2] else ""
        return f"{match[1]} {chance.choice(['', ' '])}{working}{match[3]}{chance.choice(['', 's'])}"
    if match := _MONEY.fullmatch(text):
        return (
            f"{match[1]}{chance.choice(['', '.0', '.00'])}{chance.choice([' ', '   '])}{match[2]}"
        )
    return text


def _condition(text: str, chance: Random) -> str:
    """Other spaces and capitals outside of the texts that it compares with."""
    pieces = _TEXT_OR_REST.split(text)
    return "".join(each if each[:1] == "'" else _respaced(each, chance) for each in pieces)


def _respaced(code: str, chance: Random) -> str:
    shouted = _KEYWORDS.sub(lambda word: chance.choice([word[0], word[0].upper()]), code)
    loose = re.sub(r"(?=[(),=<>])|(?<=[(),])", lambda _: chance.choice(["", " "]), shouted)
    loose = re.sub(r"([<>!])\s+=", r"\1=", loose)
    return re.sub(r" ", lambda _: chance.choice([" ", "  ", "\t"]), loose)
