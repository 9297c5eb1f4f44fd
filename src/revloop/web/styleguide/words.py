"""What the style page shows: the components in the words of the example company."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from revloop.web.shell.components import Choice, Line, Problem, Promise

_MARKETING = (
    Promise(
        "112 qualified leads in November",
        "broken",
        "79\u202f%",
        "P(hit) 0.22",
        "88 so far, 95 expected by today",
        share=0.786,
        goal=0.85,
    ),
    Promise(
        "70\u202f% of them accepted",
        "risk",
        "70\u202f%",
        "n 76",
        "top reason: wrong person (11)",
        share=0.697,
        goal=0.7,
        low=0.6,
        high=0.79,
    ),
    Promise(
        "98\u202f% of hand-offs complete",
        "kept",
        "99\u202f%",
        "n 88",
        "missing most: need",
        share=0.99,
        goal=0.98,
    ),
    Promise(
        "Returned leads nurtured within 5 days",
        "unknown",
        "–",
        "no data",
        "needs the column returned_at",
    ),
)
_SALES = (
    Promise(
        "Hot leads answered in 5 minutes",
        "broken",
        "81\u202f%",
        "n 214",
        "41 late, 12 of them still waiting",
        share=0.81,
        goal=0.9,
        low=0.76,
        high=0.86,
        href="#section-promises",
    ),
    Promise(
        "Every lead decided in 2 working days",
        "kept",
        "92\u202f%",
        "n 76",
        "median 5 h 10 min",
        share=0.92,
        goal=0.9,
    ),
    Promise(
        "Six attempts before giving up",
        "risk",
        "78\u202f%",
        "n 41",
        "9 given up early, 7 by two people",
        share=0.78,
        goal=0.8,
        low=0.64,
        high=0.88,
    ),
    Promise(
        "Every rejection with a reason",
        "kept",
        "100\u202f%",
        "n 23",
        "23 of 23",
        share=1.0,
        goal=1.0,
    ),
)
_DIFFERENCE = (
    Line("lanes:"),
    Line("  hot:"),
    Line('    when: "asked_for_demo or score >= 80"', "removed"),
    Line('    when: "asked_for_demo or (score >= 80 and tier in (A, B))"', "added"),
    Line("    answer_within: 5 business minutes"),
    Line("    attempts: 6", "removed"),
    Line("    attempts: 8", "added"),
    Line("    escalate_to: [sales_head]", "added"),
)


def shown() -> dict[str, Any]:
    return {
        "marketing": _MARKETING,
        "sales": _SALES,
        "difference": _DIFFERENCE,
        "weeks": (
            Choice("9 – 15 Nov 2026", "?week=46"),
            Choice("16 – 22 Nov 2026", "?week=47", is_chosen=True),
            Choice("23 – 29 Nov 2026", "?week=48"),
        ),
        "teams": (
            Choice("All teams", "?", is_chosen=True),
            Choice("Marketing", "?team=marketing", count=14),
            Choice("Sales", "?team=sales", count=31),
        ),
        "sources": (
            Choice("All", "?", is_chosen=True, count=18_204),
            Choice("HubSpot", "?source=hubspot", count=11_930),
            Choice("Salesforce", "?source=salesforce", count=6_151),
            Choice("Events 2025", "?source=events", count=123),
        ),
        "views": (
            Choice("In force", "?view=in-force", is_chosen=True),
            Choice("Proposed", "?view=proposed", count=1),
            Choice("History", "?view=history"),
        ),
        "stages": (("mql", "MQL"), ("sal", "SAL"), ("sql", "SQL")),
        "wrong": (
            Problem("Enter the e-mail address of the person to invite.", "invited"),
            Problem("Choose a role: it decides what they may change.", "role"),
        ),
        "asked": datetime(2026, 11, 26, 14, 1, tzinfo=UTC),
        "lost": datetime(2026, 3, 14, 9, 30, tzinfo=UTC),
        "webinar": datetime(2026, 2, 11, 16, 0, tzinfo=UTC),
    }
