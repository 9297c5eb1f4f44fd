"""What was promised to come in a period, and what came."""

from __future__ import annotations

from collections.abc import Mapping
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
_A_YEAR = 12


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
    length = _MONTHS[term.per]
    if length is None:
        return None
    worth, goal = _worth(term, tenure)
    if worth is None:
        return None
    actual, expected = Fraction(0), Fraction(0)
    running: Pacing | None = None
    for month in period.months:
        days = _days(month)
        if not _governs(tenure, setting, days[0]):
            continue
        weights = _weights(term, tenure, days)
        today = setting.as_of.astimezone(ZoneInfo(setting.zone)).date()
        over = sum(day <= today for day in days)
        if not over:
            continue
        found = Pacing(Fraction(goal, length), came.get(month, 0), weights, over)
        share = found.elapsed_share
        actual += came.get(month, 0) * worth
        expected += (share or 0) * Fraction(goal, length) * worth
        if over < len(days):
            running = found
    if not expected:
        return None
    return Paced(
        round(actual),
        float(expected),
        running.chance if running else None,
        float(running.required) if running and running.required is not None else None,
    )


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
    number = Period.of_month(month).first
    first = date(number // _A_YEAR, number % _A_YEAR + 1, 1)
    after = date((number + 1) // _A_YEAR, (number + 1) % _A_YEAR + 1, 1)
    return [first + timedelta(days=each) for each in range((after - first).days)]


def _weights(term: PaceTerm, tenure: Tenure, days: list[date]) -> list[int]:
    if term.curve == "calendar_days":
        return [1] * len(days)
    form = tenure.contract.form
    hours = form.calendars[form.working_days].calendar
    return [int(bool(hours.week[day.weekday()]) and day not in hours.holidays) for day in days]
