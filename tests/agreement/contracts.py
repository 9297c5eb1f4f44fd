"""The smallest agreement there can be, with the sections that a test is about."""

from __future__ import annotations

import json
from typing import Any

from revloop.agreement.check import check
from revloop.agreement.contract import Contract

SMALLEST: dict[str, Any] = {
    "agreement": "acme-revenue",
    "version": "1.0.0",
    "effective_from": "2026-01-01T00:00:00Z",
    "signatures_required": ["marketing", "sales"],
    "working_days": "office",
    "notice": "5 working days",
    "stages": {"mql": {"owner": "marketing", "enter": "kind = 'demo_request'"}},
    "lanes": [{"id": "all", "when": "true", "route": "nurture"}],
    "calendars": {"office": {"timezone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}}},
}


def contract_with(**sections: Any) -> Contract:
    """The smallest agreement with these sections."""
    return check(json.dumps({**SMALLEST, **sections}).encode()).required()
