"""Agreement files gone wrong: the example with its lines, letters and values changed at random.

Half of them are changed as text, as an editor or a lost connection would; most of those are no YAML
any more. The other half are changed as values and stay YAML, so they reach the rules further in.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from revloop.agreement.check.source import read

from .files import ACME

_LETTERS = "aZ0 _-:#'\"[]{}&*!|>%@`,?\\/\n\t\r\x00\x07\x85\u2028\ufeff\u0301äß中🚀"
_KEYS = (
    "clock",
    "points",
    "when",
    "<<",
    "~fit",
    "[key]",
    "?",
    "",
    "signatures",
    "order",
    "not",
    "x" * 300,
)
_CONDITIONS = (
    "true",
    "false",
    "is_bot",
    "not (is_bot or is_bot)",
    "employees > 999999999999999 and employees < 0",
    "fit between 1 and 2 or fit < 1 or fit > 2",
    "fit >= 60 and not fit >= 60",
    "amount > '1 JPY' or amount < '0.001 KWD'",
    "kind in ('chat','call') and kind not in ('chat')",
    "lower(title) = 'a' or length(title) > 3",
    "roles_known = roles_engaged and country = region",
    "lane = 'other' or lane is null",
    "attempts > 2.5 and attempts < 3.4",
    "title ilike '%%%%_%%%%'",
    "employees > 1e308",
    "select",
    "1 = 1",
    "x;",
    "(" * 60,
    "not " * 300 + "is_bot",
    " or ".join(f"employees = {each}" for each in range(150)),
    " or ".join(f"fit > {each}.5" for each in range(80)),
    "country in (" + ",".join(f"'{each}'" for each in range(400)) + ")",
)
_SCALARS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 10**27, -(10**27), 0.1, 1e-99, 1e99, [], {}, [[]], {"a": {}}),
    *("", " ", "~", "0 days", "999999 weeks", "999999 business days", "1 per day", "0 per 0 days"),
    *("0 USD", "-5 USD", "999999999999999.99 USD", "1 JPY", "5 XXX", "1 usd", "٣ days"),
    *("2026-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30"),
    *("mon-sun", "00:00-24:00", "24:00-00:00", "UTC", "America", "../../etc/passwd", "\x00", "Nowhere/Land"),
    *("owner", "nurture", "out", "none", "order", "2.1.0", "999999.999999.999999", "a" * 5_000, "🚀" * 500),
    *_CONDITIONS,
)  # fmt: skip


def mutated(seed: int) -> bytes:
    """The file of a seed, always the same."""
    random = Random(seed)  # noqa: S311 - the same files in every run
    return _as_text(random) if random.random() < 0.5 else _as_values(random)


# Changes of the text.


def _as_text(random: Random) -> bytes:
    lines = ACME.splitlines()
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        random.choice(_TEXT_CHANGES)(random, lines)
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    return _damaged(random, content) if random.random() < 0.15 else content


def _damaged(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    if random.random() < 0.5:
        return content[:at]
    return content[:at] + random.randbytes(random.choice((1, 2, 50))) + content[at + 1 :]


def _delete(random: Random, lines: list[str]) -> None:
    at = random.randrange(len(lines))
    del lines[at : at + random.choice((1, 1, 1, 5, 20))]
    lines.append("")


def _duplicate(random: Random, lines: list[str]) -> None:
    at = random.randrange(len(lines))
    block = lines[at : at + random.choice((1, 1, 3, 10))]
    lines[at:at] = block * random.choice((1, 1, 1, 2, 2, 200))


def _swap(random: Random, lines: list[str]) -> None:
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _indent(random: Random, lines: list[str]) -> None:
    at = random.randrange(len(lines))
    lines[at] = random.choice(("  ", " ", "\t", "- ", "    ")) + lines[at]


def _dedent(random: Random, lines: list[str]) -> None:
    at = random.randrange(len(lines))
    lines[at] = lines[at].lstrip() if random.random() < 0.5 else lines[at][1:]


def _replace_value(random: Random, lines: list[str]) -> None:
    at = random.randrange(len(lines))
    key, colon, _ = lines[at].partition(": ")
    scalar = random.choice(_SCALARS)
    lines[at] = key + colon + (scalar if isinstance(scalar, str) else json.dumps(scalar))


def _insert_letters(random: Random, lines: list[str]) -> None:
    at = random.randrange(len(lines))
    cut = random.randrange(len(lines[at]) + 1)
    letters = "".join(random.choices(_LETTERS, k=random.choice((1, 1, 2, 30))))
    lines[at] = lines[at][:cut] + letters + lines[at][cut + random.choice((0, 1)) :]


def _nest(random: Random, lines: list[str]) -> None:
    at = random.randrange(len(lines))
    depth = random.choice((5, 28, 40, 2_000, 50_000))
    key, colon, _ = lines[at].partition(": ")
    opened = random.choice(("[", "{a: ", "- "))
    lines[at] = key + colon + opened * depth


_TEXT_CHANGES: tuple[Callable[[Random, list[str]], None], ...] = (
    _delete,
    _duplicate,
    _swap,
    _indent,
    _dedent,
    _replace_value,
    _insert_letters,
    _insert_letters,
    _nest,
)


# Changes of the values.

_VALUES = json.dumps(read(ACME.encode()).values, default=float)


def _as_values(random: Random) -> bytes:
    values = json.loads(_VALUES)
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        random.choice(_VALUE_CHANGES)(random, values, *_any_member(random, values))
    return json.dumps(values, ensure_ascii=False)[:280_000].encode()


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for member in value.values() if isinstance(value, dict) else value:
            yield from _containers(member)


def _any_member(random: Random, values: Any) -> tuple[Any, Any]:
    """A section or list with members, and the key of one of them."""
    container = random.choice([each for each in _containers(values) if each])
    keys = list(container) if isinstance(container, dict) else range(len(container))
    return container, random.choice(keys)


def _hostile(random: Random, _values: Any, container: Any, key: Any) -> None:
    container[key] = copy.deepcopy(random.choice(_SCALARS))


def _from_elsewhere(random: Random, values: Any, container: Any, key: Any) -> None:
    other, there = _any_member(random, values)
    container[key] = copy.deepcopy(other[there])


def _remove(_random: Random, _values: Any, container: Any, key: Any) -> None:
    del container[key]


def _add(random: Random, _values: Any, container: Any, _key: Any) -> None:
    value = copy.deepcopy(random.choice(_SCALARS))
    if isinstance(container, dict):
        container[random.choice(_KEYS)] = value
    else:
        container.insert(random.randrange(len(container) + 1), value)


def _rename(random: Random, _values: Any, container: Any, key: Any) -> None:
    if isinstance(container, dict):
        letter = random.choice("abxz_")
        container[f"{key}"[:-1] + letter] = container.pop(key)


def _reorder(random: Random, _values: Any, container: Any, _key: Any) -> None:
    if isinstance(container, list):
        random.shuffle(container)
    else:
        members = random.sample(list(container.items()), len(container))
        container.clear()
        container.update(members)


def _multiply(random: Random, _values: Any, container: Any, key: Any) -> None:
    """Many copies of one member, each with a name and a condition of its own."""
    for number in range(random.choice((3, 3, 10, 40, 40, 100, 100, 300, 1_000))):
        member = copy.deepcopy(container[key])
        if isinstance(member, dict):
            member |= {name: f"x{number}" for name in ("id",) if name in member}
            if "when" in member and random.random() < 0.5:
                member["when"] = f"employees = {number}"
        if isinstance(container, dict):
            container[f"x{number}"] = member
        else:
            container.insert(0, member)


_VALUE_CHANGES: tuple[Callable[[Random, Any, Any, Any], None], ...] = (
    _hostile,
    _hostile,
    _hostile,
    _from_elsewhere,
    _remove,
    _add,
    _rename,
    _reorder,
    _multiply,
)
