"""An example company: its working days, versions of its agreement, and who signs them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from revloop.agreement.form import TieBreak
from revloop.agreement.versions import Edition, Signature
from revloop.kit.durations import Duration
from revloop.kit.working_time.calendars import Calendar

NEW_YORK = ZoneInfo("America/New_York")
HOLIDAYS = [date(2026, 7, 3), date(2026, 9, 7), date(2026, 11, 26), date(2026, 12, 25)]
WORKING_DAYS = Calendar.from_hours("America/New_York", {"mon-fri": ["09:00-18:00"]}, HOLIDAYS)
NEVER_OPEN = Calendar.from_hours("America/New_York", {})
TIE_BREAK = TieBreak.model_validate(
    {
        "who": "executive",
        "discuss": "5 working days",
        "rule_within": "3 working days",
        "until_ruled": "previous_version",
    }
)


def ny(text: str) -> datetime:
    """An instant as the wall clock in New York shows it: `2026-07-01 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def edition(version: str, effective_from: str, **changes: Any) -> Edition:
    terms: dict[str, Any] = {
        "hash": f"sha256:{version}",
        "signatures_required": ("marketing", "sales"),
        "notice": Duration(5, "day", working=True),
        "working_days": WORKING_DAYS,
        "tie_break": TIE_BREAK,
        **changes,
    }
    return Edition(version, ny(effective_from), **terms)


def signature(signed: Edition, role: str, at: str, **changes: Any) -> Signature:
    row: dict[str, Any] = {"signer": f"head of {role}", "hash": signed.hash, **changes}
    return Signature(signed.version, role, at=ny(at), **row)


def both_sign(signed: Edition, at: str, **changes: Any) -> tuple[Signature, ...]:
    return tuple(signature(signed, role, at, **changes) for role in ("marketing", "sales"))


FIRST = edition("1.0.0", "2026-01-05 00:00")
"""Signed well before it takes effect: the version that everything after it replaces."""
FIRST_SIGNED = both_sign(FIRST, "2025-12-01 12:00")
