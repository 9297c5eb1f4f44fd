"""The three agreements that the heads of Acme signed, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

HEADS = {"marketing": "Maya Ortiz", "sales": "Sam Reed"}
_HERE = Path(__file__).resolve().parent
_SHIPPED, _CHECKOUT = _HERE / "agreements_signed", _HERE.parents[2] / "examples" / "agreements"


@dataclass(frozen=True, slots=True)
class Signed:
    version: str
    at: datetime

    @property
    def file(self) -> Path:
        """In a wheel beside this module, in a checkout among the examples."""
        folder = _SHIPPED if _SHIPPED.is_dir() else _CHECKOUT
        return folder / f"acme-revenue-{self.version}.yaml"


SIGNED = (
    Signed("1.0.0", datetime.fromisoformat("2026-01-02T15:00:00-05:00")),
    Signed("2.0.0", datetime.fromisoformat("2026-03-20T15:00:00-04:00")),
    Signed("2.1.0", datetime.fromisoformat("2026-06-18T15:00:00-04:00")),
)
