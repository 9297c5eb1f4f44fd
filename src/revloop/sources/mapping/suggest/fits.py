"""How well the values of a column fit what a field holds."""

from __future__ import annotations

from collections.abc import Iterable

from revloop.facts.columns import Column, Holds
from revloop.sources.mapping.suggest.names import likeness, plain
from revloop.sources.mapping.suggest.synonyms import REFUSALS
from revloop.sources.values.countries import NAMES
from revloop.sources.values.texts import NO, YES
from revloop.sources.values.traits import Traits

DATE_FORMS = (
    "iso_dates",
    "compact_dates",
    "numeric_dates",
    "short_dates",
    "named_dates",
    "epochs",
)
MOSTLY = 0.9
_UNSURE = 0.6
"""Where only the name speaks for a field, and no value against it."""

Fit = tuple[float, str]
"""From 0 to 1, and what was seen, for a person to read."""


def fit(traits: Traits, column: Column) -> Fit:
    """How many of the known values the field could hold."""
    if not traits.known:
        return 0.0, "the column is empty"
    if column.private or column.name in {"domain", "country"}:
        found = _special(traits, column.name)
        if found is not None:
            return found
    match column.holds:
        case Holds.INSTANT | Holds.DATE:
            return _share(traits, DATE_FORMS, "dates")
        case Holds.INTEGER:
            return _share(traits, ("integers",), "whole numbers")
        case Holds.NUMBER | Holds.MONEY:
            return _share(traits, ("numbers",), "numbers")
        case Holds.BOOLEAN:
            return _share(traits, ("booleans",), "yes or no")
        case Holds.KEY:
            return _UNSURE, "no other table here holds these ids"
        case _:
            return _text(traits, column)


def is_date(traits: Traits) -> bool:
    return traits.share(*DATE_FORMS) >= MOSTLY


def _share(traits: Traits, forms: Iterable[str], what: str) -> Fit:
    share = traits.share(*forms)
    return share, f"{round(share * traits.known):,} of {traits.known:,} are {what}"


def _special(traits: Traits, name: str) -> Fit | None:
    match name:
        case "email":
            return _share(traits, ("emails",), "e-mail addresses")
        case "phone" | "mobile":
            return _share(traits, ("phones",), "telephone numbers")
        case "domain" | "website":
            return _share(traits, ("domains", "urls", "emails"), "internet addresses")
        case "country":
            return _countries(traits)
        case _:
            return None


def _countries(traits: Traits) -> Fit:
    if not traits.words:
        return _UNSURE, "more different values than are listed"
    found = [word for word in traits.words if f"|{plain(word)}=" in NAMES]
    share = len(found) / len(traits.words)
    return share, f"{len(found)} of {len(traits.words)} values are countries"


def _text(traits: Traits, column: Column) -> Fit:
    if column.values:
        meant = meanings(traits, column)
        share = len(meant) / max(1, len(traits.words))
        return share, f"{len(meant)} of {len(traits.words)} words have a meaning there"
    if is_date(traits):
        return 0.0, "they are dates"
    if traits.share("numbers") >= MOSTLY and traits.type == "text":
        return 0.5, "they are numbers"
    return 1.0, f"{traits.distinct:,} different texts"


def meanings(traits: Traits, column: Column) -> dict[str, str]:
    """The words of a column that mean a value of a closed list."""
    if column.name.startswith("consent_"):
        return _consents(traits)
    known = {plain(value): value for value in column.values}
    found = {}
    for word in traits.words:
        near, name = likeness(word, known)
        if near:
            found[word] = known[name]
    return found


def _consents(traits: Traits) -> dict[str, str]:
    """A yes is a consent, and in a column of refusals a denial; a no says only that nobody said yes."""
    refuses = any(each in plain(traits.name) for each in REFUSALS)
    yes, no = ("denied", "unknown") if refuses else ("granted", "unknown")
    found = {}
    for word in traits.words:
        if word.lower() in YES:
            found[word] = yes
        elif word.lower() in NO:
            found[word] = no
    return found
