"""What was promised to come in a period, and what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from revloop.agreement.form import PaceTerm
from revloop.analysis.ground import Setting, Tenure
from revloop.analysis.periods import Period
from revloop.analysis.promises.statistics.pacing import Pacing
from revloop.kit.money import Money

_MONTHS = {"week": None, "month": 1, "quarter": 3}


@dataclass(frozen=True, slots=True)
class Paced:
    """Of the months of a period that a version governed."""

    actual: int
    """Leads; of a value, whole units of the currency."""
    expected: float
    """By the moment of the reading."""
    chance: float | None
    """That the goal of the month that is not over yet is reached; None where all are over."""
    required: float | None
    """What must come on each working day that remains of it."""

    @property
    def attainment(self) -> float | None:
        return self.actual / self.expected if self.expected else None


def paced(
    term: PaceTerm, tenure: Tenure, setting: Setting, period: Period, came: Mapping[str, int]
) -> Paced | None:
    """How a promise of a volume or a value stands; None where it governed none of the months.

    Args:
        term: what is promised, by month or quarter; weeks are not paced here.
        tenure: the version that promises it.
        setting: the moment, and the zone of the company.
        period: the months that are looked at.
        came: by month, how many came.

    """
    months = list(months_paced(term, tenure, setting, period, came))
    expected = sum((each.expected for each in months), Fraction(0))
    if not expected:
        return None
    running = next((each.pacing for each in reversed(months) if not each.is_over), None)
    return Paced(
        round(sum((each.pacing.actual * each.worth for each in months), Fraction(0))),
        float(expected),
        running.chance if running else None,
        float(running.required) if running and running.required is not None else None,
    )


@dataclass(frozen=True, slots=True)
class MonthPaced:
    """One month of a pace that has begun."""

    month: str
    pacing: Pacing
    """In leads."""
    worth: Fraction
    """What one lead counts: 1, or whole units of the currency."""
    is_over: bool

    @property
    def expected(self) -> Fraction:
        """By the moment of the reading, in the unit of the promise."""
        return (self.pacing.expected or Fraction(0)) * self.worth


def months_paced(
    term: PaceTerm, tenure: Tenure, setting: Setting, period: Period, came: Mapping[str, int]
) -> Iterator[MonthPaced]:
    """Each month of a period that a version governed and that has begun; arguments as of `paced`.

    The goal of a quarter is spread evenly over its months.
    """
    length = _MONTHS[term.per]
    if length is None:
        return
    worth, goal = _worth(term, tenure)
    if worth is None or not goal:
        return
    for month in period.months:
        days = _days(month)
        over = sum(day <= setting.today for day in days)
        if over and _governs(tenure, setting, days[0]):
            weights = _weights(term, tenure, days)
            found = Pacing(Fraction(goal, length), came.get(month, 0), weights, over)
            yield MonthPaced(month, found, worth, over == len(days))


def _worth(term: PaceTerm, tenure: Tenure) -> tuple[Fraction | None, Fraction]:
    """What one lead counts, and how many leads the goal is.

    A value is counted with the rates and the average deal that the agreement has fixed for the
    period, so that it measures what came and not what became of it.
    """
    if not isinstance(term.goal, Money):
        return Fraction(1), Fraction(str(term.goal))
    plan = tenure.contract.form.goals.plan if tenure.contract.form.goals else None
    if plan is None:
        return None, Fraction(0)
    share = Fraction(1)
    begun = False
    for step, rate in plan.rates.items():
        begun = begun or step.startswith("mql_")
        if begun:
            share *= Fraction(str(rate))
    worth = share * Fraction(str(plan.average_deal.amount))
    return worth, Fraction(str(term.goal.amount)) / worth if worth else Fraction(0)


def _governs(tenure: Tenure, setting: Setting, day: date) -> bool:
    """Whether a version governed the first day of a month."""
    zone = ZoneInfo(setting.zone)
    begins = tenure.begins.astimezone(zone).date() if tenure.begins.year > 1 else date.min
    ends = tenure.ends.astimezone(zone).date() if tenure.ends else date.max
    return begins <= day + timedelta(days=6) and day < ends


def _days(month: str) -> list[date]:
    period = Period.of_month(month)
    length = (period.ends - period.begins).days
    return [period.begins + timedelta(days=each) for each in range(length)]


def _weights(term: PaceTerm, tenure: Tenure, days: list[date]) -> list[int]:
    if term.curve == "calendar_days":
        return [1] * len(days)
    form = tenure.contract.form
    hours = form.calendars[form.working_days].calendar
    return [int(bool(hours.week[day.weekday()]) and day not in hours.holidays) for day in days]
