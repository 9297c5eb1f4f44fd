"""The public holidays of a country, to be written into a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean, one_of


def public_holidays(
    country: str, years: Iterable[int], subdivision: str | None = None
) -> dict[date, str]:
    """The public holidays of these years, in order, with English names where there are any.

    `country` is an ISO 3166 code such as DE, `subdivision` the code of a part of it such as BE for
    Berlin; days that only some of the parts keep are left out without it. Where a country moves a
    holiday that falls on a weekend, the day it is moved to is included. The dates are those of the
    package `holidays`: write them into the agreement, so that a later release cannot change what
    was signed. Unknown codes are an InvalidInput `public_holidays.unknown_country` or
    `public_holidays.unknown_subdivision`.
    """
    # The package takes long to import and is needed only while an agreement is being written.
    import holidays  # noqa: PLC0415

    supported = holidays.list_supported_countries()
    if country not in supported:
        raise _unknown_country(country, supported)
    if subdivision is not None and subdivision not in supported[country]:
        raise _unknown_subdivision(country, subdivision, supported[country])
    found = holidays.country_holidays(country, subdivision, list(years), language="en_US")
    return dict(sorted(found.items()))


def _unknown_country(country: str, known: Iterable[str]) -> InvalidInput:
    nearest = did_you_mean(str(country).upper(), known)
    return InvalidInput(
        "public_holidays.unknown_country",
        f"no public holidays are known for the country {str(country)[:40]!r}",
        hint=nearest or "use a code of ISO 3166 such as DE or US",
        country=country,
    )


def _unknown_subdivision(country: str, subdivision: str, known: list[str]) -> InvalidInput:
    nearest = did_you_mean(subdivision.upper(), known)
    choices = f"use {one_of(known)}" if known else f"leave it out: {country} has none"
    return InvalidInput(
        "public_holidays.unknown_subdivision",
        f"{country} has no subdivision {subdivision[:40]!r} with holidays of its own",
        hint="; ".join(filter(None, (nearest, choices))),
        country=country,
        subdivision=subdivision,
    )
