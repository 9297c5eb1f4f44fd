"""The canonical form of an agreement and its hash: what two people sign.

Comments, spacing, the order of keys and defaults that are written out do not change it; anything
that changes a meaning does. Where the order of a mapping decides (the first tier or persona that is
true holds; stages follow one another), its members keep their order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from revloop.agreement.conditions import Condition
from revloop.agreement.form import Agreement
from revloop.agreement.problems import Path

ORDERED: frozenset[Path] = frozenset(
    {("ideal_customer", "tiers"), ("personas",), ("stages",), ("goals", "plan", "rates")}
)
"""The mappings whose order means something."""


def text(form: Agreement, conditions: Mapping[Path, Condition]) -> str:
    """The canonical JSON: sorted keys, no spaces, durations, money and conditions in one form."""
    plain = form.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    ordered = _in_one_form(plain, (), conditions)
    return json.dumps(ordered, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(canonical: str) -> str:
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def _in_one_form(value: Any, path: Path, conditions: Mapping[Path, Condition]) -> Any:
    if path in conditions:
        return str(conditions[path])
    if isinstance(value, dict):
        inner = {
            key: _in_one_form(member, (*path, key), conditions) for key, member in value.items()
        }
        return [[key, member] for key, member in inner.items()] if path in ORDERED else inner
    if isinstance(value, list):
        return [
            _in_one_form(member, (*path, index), conditions) for index, member in enumerate(value)
        ]
    return value
