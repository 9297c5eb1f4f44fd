"""Whether a change is major, minor or a patch.

Major: what a lead is, where it goes and how it is timed changes, so numbers on both sides of the
change do not mean the same. Minor: goals, weights, owners, dates. Patch: wording.
"""

from __future__ import annotations

from enum import IntEnum

from revloop.agreement.diff.compare import Difference, Kind
from revloop.agreement.problems import Path


class ChangeClass(IntEnum):
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        return self.name.lower()


_ANY = "*"
_MAJOR, _MINOR, _PATCH = ChangeClass.MAJOR, ChangeClass.MINOR, ChangeClass.PATCH

# The first line that fits decides; what no line names is major, so that a new section of the form
# is on the safe side until somebody decides.
_CLASSES: tuple[tuple[Path, ChangeClass], ...] = (
    (("fundamentals", "target_markets"), _MAJOR),
    (("fundamentals",), _PATCH),
    (("vocabulary", _ANY, "owner"), _MINOR),
    (("vocabulary",), _PATCH),
    (("personas", _ANY, "required"), _MINOR),
    (("personas", _ANY, "from_stage"), _MINOR),
    (("stages", _ANY, "owner"), _MINOR),
    (("calendars", _ANY, "holidays"), _MINOR),
    (("calendars", _ANY, "also_open"), _MINOR),
    (("calendars", _ANY, "retroactive"), _MINOR),
    (("promises", _ANY, _ANY, "goal"), _MINOR),
    (("promises", _ANY, _ANY, "pace", "goal"), _MINOR),
    (("promises", _ANY, _ANY, "pace", "curve"), _MINOR),
    (("promises", _ANY, _ANY, "escalate"), _MINOR),
    (("promises", _ANY, _ANY, "reassign_at"), _MINOR),
    (("meetings", _ANY, "rule"), _PATCH),
    *(
        ((section,), _MINOR)
        for section in (
            "routing",
            "goals",
            "incentives",
            "pricing",
            "meetings",
            "diagnosis",
            "budget",
            "review_by",
            "signatures_required",
            "working_days",
            "notice",
            "emergency",
            "amends_period",
            "accept_infeasible",
            "tie_break",
        )
    ),
)
# A section that was not there before adds to the agreement and changes nothing in it.
_OPTIONAL_SECTIONS = frozenset(
    [
        "fundamentals",
        "vocabulary",
        "ideal_customer",
        "personas",
        "signals",
        "scores",
        "routing",
        "goals",
        "incentives",
        "attribution",
        "pricing",
        "meetings",
        "diagnosis",
        "budget",
    ]
)


def class_of(difference: Difference) -> ChangeClass:
    path = difference.path
    if difference.kind is Kind.ADDED and _only_adds(path):
        return min(_MINOR, _listed(path))
    return _listed(path)


def _only_adds(path: Path) -> bool:
    return (len(path) == 1 and path[0] in _OPTIONAL_SECTIONS) or (
        len(path) == 2 and path[0] == "calendars"  # noqa: PLR2004 - a calendar nobody used before
    )


def _listed(path: Path) -> ChangeClass:
    for pattern, class_ in _CLASSES:
        steps = zip(pattern, path, strict=False)
        if len(path) >= len(pattern) and all(want in (_ANY, step) for want, step in steps):
            return class_
    return _MAJOR
