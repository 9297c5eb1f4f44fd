"""Signatures as a list of JSON objects, read with every row that cannot be one named."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from revloop.agreement.versions.signing import Signature
from revloop.facts.words import ROLES
from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean, one_of

_NEEDED = ("version", "role", "signer", "hash", "at")
_EXAMPLE = (
    '[{"version": "2.1.0", "role": "sales", "signer": "lee", "hash": "sha256:…", '
    '"at": "2026-06-18T16:40:00Z"}]'
)


def signatures_from(rows: object) -> tuple[Signature, ...]:
    """Read signatures.

    Raises:
        InvalidInput: `signatures.not_understood`, naming the row, what is wrong, and the fix.
    """
    if not isinstance(rows, list):
        raise _refused("this is not a list of signatures", f"write {_EXAMPLE}")
    return tuple(_signature(number, row) for number, row in enumerate(rows, start=1))


def _signature(number: int, row: Any) -> Signature:
    row_is = f"signature {number}"
    if not isinstance(row, dict) or not row.keys() <= {*_NEEDED, "emergency"}:
        raise _refused(
            f"{row_is} has a key that is none", f"it has {one_of(_NEEDED)}, or emergency"
        )
    for key in _NEEDED:
        if not isinstance(row.get(key), str):
            raise _refused(f"{row_is}: {key} must be a text", f"write {_EXAMPLE}")
    if row["role"] not in ROLES:
        hint = did_you_mean(row["role"], ROLES) or f"use {one_of(ROLES)}"
        raise _refused(f"{row_is}: {row['role'][:40]!r} is no role", hint)
    if not isinstance(row.get("emergency", False), bool):
        raise _refused(f"{row_is}: emergency must be true or false", "write it without quotes")
    return Signature(**{**row, "at": _instant(row_is, row["at"])})


def _instant(row_is: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        hint = 'write date, time and offset: "2026-06-18T16:40:00Z"'
        raise _refused(f"{row_is}: {text[:40]!r} is not an instant", hint)
    return at


def _refused(message: str, hint: str) -> InvalidInput:
    return InvalidInput("signatures.not_understood", message, hint=hint)
