"""What a reading stands on: facts up to a moment, and what the two teams had agreed until then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import ibis

from revloop.agreement.contract import Contract
from revloop.analysis.days import Days
from revloop.analysis.facts import Computing

if TYPE_CHECKING:
    import ibis.expr.types as ir

_TOLD_BY = (
    "activity",
    "booking",
    "inquiry",
    "lifecycle_transition",
    "opportunity",
    "opportunity_stage",
    "touch",
)
"""The kinds by whose newest fact we know how far the company's data goes."""
_START = datetime(1970, 1, 1, tzinfo=UTC)
ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
"""Before everything that facts tell of."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """A version of the agreement, and from when until when it governed."""

    contract: Contract
    begins: datetime
    ends: datetime | None = None
    """The instant from which it no longer does; None while it still does."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reading depends on beside the facts."""

    as_of: datetime
    """What is later is not known."""
    tenures: tuple[Tenure, ...] = ()
    """In the order of time; before the first nothing is judged."""
    zone: str = "UTC"
    """Of the company: its days, weeks and months."""
    currency: str = "USD"
    """In which the company reports."""

    @property
    def today(self) -> date:
        """The day of the moment, in the company's zone."""
        return self.as_of.astimezone(ZoneInfo(self.zone)).date()

    @property
    def agreement(self) -> Contract | None:
        """The version in force at the moment; None before the first."""
        return self.governing(self.as_of)

    def governing(self, at: datetime) -> Contract | None:
        """The version in force at an instant; each holds from its beginning until before its end."""
        for each in reversed(self.tenures):
            if each.begins <= at and (each.ends is None or at < each.ends):
                return each.contract
        return None


@dataclass
class Ground:
    """Facts and setting, and the tables that several measures share."""

    facts: Computing
    setting: Setting
    _made: dict[Callable[[Ground], ir.Table], ir.Table] = field(default_factory=dict)
    _there: dict[str, bool] = field(default_factory=dict)
    _of_facts: dict[Callable[[Ground], ir.Table], ir.Table] = field(default_factory=dict)

    def __getitem__(self, kind: str) -> ir.Table:
        """The facts of a kind that had happened by the moment of the reading."""
        rows = self.facts[kind]
        return rows.filter(self.until(rows["at"]))

    def has(self, kind: str) -> bool:
        """Whether there is any fact of a kind."""
        if kind not in self._there:
            self._there[kind] = self.facts.arrow(self.facts[kind].limit(1)).num_rows > 0
        return self._there[kind]

    def until(self, instant: Any) -> Any:
        """Whether an instant had come by the moment of the reading."""
        return instant <= self.moment(self.setting.as_of, instant)

    def moment(self, at: datetime, like: Any) -> Any:
        """An instant as the column of instants `like` has it: engines differ about the zone."""
        zoned = like.type().timezone is not None
        utc = at.astimezone(UTC)
        return ibis.literal(utc if zoned else utc.replace(tzinfo=None), like.type())

    def once(self, make: Callable[[Ground], ir.Table]) -> ir.Table:
        """What a measure makes of this ground, computed once for all that need it."""
        return self._kept(self._made, make)

    def of_facts(self, make: Callable[[Ground], ir.Table]) -> ir.Table:
        """As `once`, for what no other version than the one in force decides: `restated` shares it."""
        return self._kept(self._of_facts, make)

    def _kept(
        self,
        among: dict[Callable[[Ground], ir.Table], ir.Table],
        make: Callable[[Ground], ir.Table],
    ) -> ir.Table:
        if make not in among:
            among[make] = self.facts.kept(make(self))
        return among[make]

    @cached_property
    def restated(self) -> Ground:
        """The same facts, judged throughout by the version that is in force at the moment."""
        agreement = self.setting.agreement
        tenures = () if agreement is None else (Tenure(agreement, ALWAYS),)
        setting = replace(self.setting, tenures=tenures)
        return Ground(self.facts, setting, _there=self._there, _of_facts=self._of_facts)

    @cached_property
    def days(self) -> Days:
        return Days(self.setting.zone, _first_year(self), self.setting.as_of)

    @cached_property
    def calendar(self) -> ir.Table:
        """Every day with its week and its month; see `days.dated`."""
        return self.facts.held(self.days.table())


def known_until(facts: Computing) -> datetime:
    """The newest moment that the facts tell of and that was past when it was learned.

    Without `as_of` a reading is of this moment, never of the machine's clock: what a company has not
    loaded yet did not fail to happen. Spend says nothing of leads that nobody has loaded: by it alone we
    know where there is nothing else.
    """
    newest = [facts.as_of] if facts.as_of is not None else []
    told = []
    for kind in _TOLD_BY:
        rows = facts[kind]
        told.append(rows.filter(rows["at"] <= rows.recorded_at).agg(at=lambda t: t["at"].max()))
    sold = facts["opportunity"]
    # An opportunity that nothing is told of after it was created was closed later all the same.
    told.append(sold.filter(sold.closed_at <= sold.recorded_at).agg(at=lambda t: t.closed_at.max()))
    found = _moments(facts, told) or _moments(facts, [_spent(facts)])
    return min([max(found, default=_START), *newest])


def _spent(facts: Computing) -> ir.Table:
    """The newest beginning of a period that something was spent in; what is planned tells of nothing."""
    rows = facts["spend"]
    is_spent = rows.status.isnull() | ~rows.status.isin(("planned", "committed"))
    rows = rows.filter(is_spent, rows["at"] <= rows.recorded_at)
    return rows.agg(at=rows["at"].max())


def _moments(facts: Computing, told: list[ir.Table]) -> list[datetime]:
    rows = facts.arrow(ibis.union(*told) if len(told) > 1 else told[0])
    return [_in_utc(each) for each in rows["at"].to_pylist() if each is not None]


def _first_year(ground: Ground) -> datetime:
    """The first of January of the first year that any subject entered in."""
    kinds = ("inquiry", "lifecycle_transition", "opportunity", "contact", "booking")
    firsts = [ground.facts[kind].agg(at=lambda t: t["at"].min()) for kind in kinds]
    found = [each for each in ground.facts.arrow(ibis.union(*firsts))["at"].to_pylist() if each]
    first = min((_in_utc(each) for each in found), default=ground.setting.as_of)
    return datetime(max(first.year, _START.year + 1), 1, 1, tzinfo=UTC)


def _in_utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
