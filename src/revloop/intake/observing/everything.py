"""All that the facts show, put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from revloop.agreement.starting.observed import Observed
from revloop.intake.observing import history, hours, raised, responses
from revloop.intake.observing.hours import Given

if TYPE_CHECKING:
    from revloop.engine import Facts


def observe(facts: Facts, given: Given, names: Mapping[str, str] | None = None) -> Observed:
    """What the facts show, as they stand; what they do not show is said in `missing`.

    Args:
        facts: The facts of a company.
        given: What is known of its hours beside the facts.
        names: What people are called, by the reference of the user; the facts do not hold it.
    """
    places = hours.places(facts, given)
    found = raised.inquiries(facts)
    waits = responses.waits(found, places)
    stages = history.stages(facts)
    reasons = history.reasons(facts)
    money = history.money(facts)
    missing = (
        *places.missing,
        *responses.missing(found),
        *history.missing(stages, reasons, money),
    )
    return Observed(
        inquiries=found.count,
        stages=stages,
        lanes=responses.lanes(found, waits),
        sources=responses.sources(found, waits),
        hours=places.seen,
        zone_from=places.zone_from,
        reasons=reasons,
        roles=history.roles(facts),
        sellers=history.sellers(facts, names or {}),
        money=money,
        missing=missing,
    )
