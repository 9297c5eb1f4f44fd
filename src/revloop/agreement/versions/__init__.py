"""Which version of an agreement governs what, and how a version comes into force.

    edition.py    a version as far as its coming into force goes
    signing.py    who agreed to its text, and when its notice ends; rows.py reads signatures
    disputes.py   from an objection to a ruling
    history.py    from when each version is in force, and who governs an instant
    status.py     how far a version has come, and what keeps it from going on
    periods.py    goals of a period, and series of numbers, over more than one version
    flight.py     what a new version means for leads that are under way

Everything is a pure function of rows that are only ever added: what is recorded at an instant
changes who governs from then on, and never before it.
"""

from revloop.agreement.versions.disputes import (
    Discussion,
    Dispute,
    DisputeState,
    Outcome,
    Ruling,
    Standing,
    docket,
    outcome,
    standing,
)
from revloop.agreement.versions.edition import Edition, calendar_for_clock
from revloop.agreement.versions.flight import Finding, InFlight, Review, review
from revloop.agreement.versions.history import (
    Entry,
    History,
    Tenure,
    governing,
    governs_clock,
    governs_decision,
    ruler_of,
    tenures,
)
from revloop.agreement.versions.periods import PeriodPart, Segment, period_parts, series
from revloop.agreement.versions.signing import Signature
from revloop.agreement.versions.status import Alert, Status, alerts, obstacles, status

__all__ = [
    "Alert",
    "Discussion",
    "Dispute",
    "DisputeState",
    "Edition",
    "Entry",
    "Finding",
    "History",
    "InFlight",
    "Outcome",
    "PeriodPart",
    "Review",
    "Ruling",
    "Segment",
    "Signature",
    "Standing",
    "Status",
    "Tenure",
    "alerts",
    "calendar_for_clock",
    "docket",
    "governing",
    "governs_clock",
    "governs_decision",
    "obstacles",
    "outcome",
    "period_parts",
    "review",
    "ruler_of",
    "series",
    "standing",
    "status",
    "tenures",
]
