"""The one list of readings."""

from __future__ import annotations

from collections.abc import Mapping

from revloop.analysis.loop import conversion
from revloop.analysis.reading import Reading, Rows, Sums
from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean

READINGS: Mapping[str, Reading] = {reading.name: reading for reading in (conversion.READING,)}


def reading(name: str) -> Reading:
    """The reading of this name.

    Raises:
        InvalidInput: `reading.unknown`.
    """
    found = READINGS.get(name)
    if found is None:
        raise InvalidInput(
            "reading.unknown",
            f"there is no reading {name[:60]!r}",
            hint=did_you_mean(name, READINGS) or "see: revloop read --list",
        )
    return found


def sums() -> tuple[Sums, ...]:
    """Every table of sums that some reading is concluded from, each once."""
    return tuple({each.name: each for one in READINGS.values() for each in one.sums}.values())


def rows() -> tuple[Rows, ...]:
    """Every table of the rows behind some reading, each once."""
    found = (one.rows for one in READINGS.values())
    return tuple({each.name: each for each in found if each is not None}.values())
