"""The one list of readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from revloop.analysis.cost import acquisition, cohorts, margins, spend, stage_costs
from revloop.analysis.credit import alike, credit, paths, roi
from revloop.analysis.experiments import incremental
from revloop.analysis.loop import (
    conversion,
    durations,
    leaks,
    mixture,
    returns,
    revisits,
    value,
    weeks,
)
from revloop.analysis.promises import (
    arrivals,
    attempts,
    breaches,
    first_responder,
    kept,
    loose_ends,
    pacing,
    qualification,
    response,
)
from revloop.analysis.reading import Reading, Rows, Sums
from revloop.analysis.revenue import bookings, change, outcomes, quotas, run_rate
from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean

READINGS: Mapping[str, Reading] = {
    reading.name: reading
    for reading in (
        conversion.READING,
        conversion.PERIOD_RATIO,
        weeks.READING,
        durations.TIME,
        durations.EXITS,
        leaks.READING,
        mixture.READING,
        returns.READING,
        value.READING,
        revisits.READING,
        kept.READING,
        breaches.READING,
        pacing.READING,
        response.READING,
        attempts.READING,
        first_responder.READING,
        qualification.READING,
        qualification.HANDOFF,
        arrivals.READING,
        loose_ends.READING,
        run_rate.READING,
        change.READING,
        bookings.READING,
        outcomes.WIN_RATE,
        outcomes.CYCLE_TIME,
        quotas.READING,
        spend.READING,
        acquisition.READING,
        cohorts.READING,
        stage_costs.READING,
        margins.READING,
        credit.READING,
        paths.READING,
        roi.READING,
        alike.READING,
        incremental.READING,
    )
}


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


def sums(names: Iterable[str]) -> tuple[Sums, ...]:
    """The tables of sums that these readings are concluded from, each once."""
    found = (each for name in names for each in READINGS[name].sums)
    return tuple({each.name: each for each in found}.values())


def rows(names: Iterable[str]) -> tuple[Rows, ...]:
    """The tables of the rows behind these readings, each once."""
    found = (READINGS[name].rows for name in names)
    return tuple({each.name: each for each in found if each is not None}.values())
