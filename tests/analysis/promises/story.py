"""Six leads of one week, as facts: what was promised of them, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import revloop
from revloop.analysis.ground import Setting, Tenure

from ...engine.staging import Company

AGREEMENT = revloop.read_agreement(
    Path(__file__).parents[3] / "examples" / "agreements" / "acme-revenue-2.1.0.yaml"
)
AS_OF = datetime(2026, 12, 31, tzinfo=UTC)
TUESDAY = datetime(2026, 7, 7, 14, tzinfo=UTC)  # 10:00 in New York
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ATTEMPTS = {
    "a": [(2 * MINUTE, "connected")],
    "b": [(3 * MINUTE, "no_answer"), (2 * DAY, "connected")],
    "c": [(90 * MINUTE, "voicemail")],
    "d": [(2 * DAY, "no_answer"), (3 * DAY, "no_answer")],
    "e": [],
    "f": [(1 * MINUTE, "connected")],
}
"""After the raised hand, and how each ended."""
VERDICTS = {
    "a": ("accept", None),
    "b": ("accept", None),
    "c": ("recycle", "not_now"),
    "d": ("disqualify", "student"),
    "f": ("accept", None),
}


def tell(made: Company) -> Company:
    for kind, rows in facts().items():
        made.append(kind, *rows)
    return made


def facts() -> dict[str, list[dict[str, Any]]]:
    """By kind, those that others refer to first."""
    return {
        "account": [{"source_id": "acme", "at": TUESDAY, "name": "Acme"}],
        "user": [
            {
                "source_id": "sam",
                "at": TUESDAY,
                "name": "Sam Ortiz",
                "role": "sales",
                "calendar": "us_east",
            }
        ],
        "inquiry": [lead(name) for name in ATTEMPTS],
        "activity": [
            {
                "source_id": f"{name}{number}",
                "at": TUESDAY + after,
                "kind": "call",
                "direction": "two_way" if outcome == "connected" else "out",
                "outcome": outcome,
                "automated": False,
                "inquiry_id": f"crm:{name}",
                "user_id": "crm:sam",
            }
            for name, tries in ATTEMPTS.items()
            for number, (after, outcome) in enumerate(tries)
        ],
        "handoff": [offer(name) for name in ATTEMPTS],
        "qualification_decision": [
            {
                "source_id": name,
                "at": TUESDAY + 4 * DAY,
                "inquiry_id": f"crm:{name}",
                "verdict": verdict,
                "reason": reason,
                "criteria_met": ["fit"] if name == "d" else [],
                "criteria_not_met": ["interest"] if name == "c" else [],
            }
            for name, (verdict, reason) in VERDICTS.items()
        ],
        "lifecycle_transition": [
            {
                "source_id": f"{name}-{stage}",
                "at": TUESDAY + days * DAY,
                "subject": "inquiry",
                "inquiry_id": f"crm:{name}",
                "to_state": stage,
                "stage": stage,
            }
            for name, stage, days in (("a", "mql", 1), ("b", "mql", 1), ("f", "sql", 20))
        ],
        "clock_event": list(clocks()),
    }


def setting() -> Setting:
    """The agreement has held since the first of July."""
    tenure = Tenure(AGREEMENT, datetime(2026, 7, 1, 4, tzinfo=UTC))
    return Setting(AS_OF, (tenure,), "America/New_York", "USD")


def lead(name: str) -> dict[str, Any]:
    return {
        "source_id": name,
        "at": TUESDAY,
        "lane": "demo_request",
        "rating": "Hot",
        "owner_user_id": "crm:sam",
        "account_id": "crm:acme",
        "lead_source": "webinar" if name in "ab" else "organic",
    }


def offer(name: str) -> dict[str, Any]:
    complete = name != "c"
    required = list(AGREEMENT.form.promises.marketing_to_sales["complete"].fields)  # type: ignore[union-attr]
    return {
        "source_id": name,
        "at": TUESDAY + HOUR,
        "inquiry_id": f"crm:{name}",
        "type": "marketing_to_sdr",
        "accepted_at": TUESDAY + 4 * DAY if VERDICTS.get(name, ("",))[0] == "accept" else None,
        "rejected_at": TUESDAY + 4 * DAY if name in "cd" else None,
        "fields_present": required if complete else required[1:],
        "fields_missing": [] if complete else required[:1],
        "completeness": 1.0 if complete else (len(required) - 1) / len(required),
    }


def clocks() -> Iterator[dict[str, Any]]:
    """`answer_5min` of each lead; that of `e` was never stopped."""
    for name, tries in ATTEMPTS.items():
        said = {
            "clock": f"k-{name}",
            "promise": "answer_5min",
            "inquiry_id": f"crm:{name}",
            "owner_user_id": "crm:sam",
        }
        yield {"source_id": f"{name}-0", "at": TUESDAY, "event": "started", **said}
        for after, _ in tries[:1]:
            yield {"source_id": f"{name}-1", "at": TUESDAY + after, "event": "stopped", **said}
