"""One version of an agreement: what its file and the ledger say about when it may govern."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from revloop.agreement.contract import Contract
from revloop.agreement.form import TieBreak
from revloop.kit.durations import Duration
from revloop.kit.errors import InvalidInput
from revloop.kit.working_time.calendars import Calendar, always_open
from revloop.kit.working_time.instants import in_utc

EVERY_DAY = always_open()
AT_ONCE = Duration(0, "day")


@dataclass(frozen=True)
class Edition:
    """A version as far as its coming into force goes; built from a contract, or by hand.

    Built by hand, nobody needs to sign and there is no notice unless you say so.
    """

    version: str
    effective_from: datetime
    hash: str = ""
    supersedes: str | None = None
    signatures_required: tuple[str, ...] = ()
    notice: Duration = AT_ONCE
    """From the last signature to `effective_from`."""
    working_days: Calendar = EVERY_DAY
    """Counts the days of notice, discussion, ruling and of an emergency."""
    emergency: bool = False
    amends_period: bool = False
    tie_break: TieBreak | None = None
    proposed_at: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "effective_from", in_utc(self.effective_from))
        if self.proposed_at is not None:
            object.__setattr__(self, "proposed_at", in_utc(self.proposed_at))
        version_numbers(self.version)

    @classmethod
    def of(cls, contract: Contract, proposed_at: datetime | None = None) -> Edition:
        form = contract.form
        return cls(
            version=form.version,
            effective_from=form.effective_from,
            hash=contract.hash,
            supersedes=form.supersedes,
            signatures_required=form.signatures_required,
            notice=form.notice,
            working_days=form.calendars[form.working_days].calendar,
            emergency=form.emergency,
            amends_period=form.amends_period,
            tie_break=form.tie_break,
            proposed_at=proposed_at,
        )

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version as numbers, so that 1.10 comes after 1.9."""
        return version_numbers(self.version)

    @property
    def major(self) -> int:
        """Changes with what a stage, a clock or a condition means."""
        return self.numbers[0]


def version_numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    if not all(part.isascii() and part.isdecimal() for part in parts):
        raise InvalidInput(
            "version.not_understood",
            f"{version[:60]!r} is not a version",
            hint="write whole numbers with dots between them: 2.1.0",
        )
    return tuple(int(part) for part in parts)


def calendar_for_clock(started: Calendar, now: Calendar, *, retroactive: bool) -> Calendar:
    """The calendar of a clock that still runs.

    A clock keeps the hours of the version in force when it started. Holidays that a later version
    adds apply to it only if that version calls them retroactive; none is ever taken away.
    """
    if not retroactive or now.holidays <= started.holidays:
        return started
    return replace(started, holidays=started.holidays | now.holidays)
