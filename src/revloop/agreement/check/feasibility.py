"""Whether the goals can be met by the promised volume and the people there are.

Both tests take the most favourable case, so a warning means that the numbers of the file contradict
each other, not that the year looks hard.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from revloop.agreement.form import Agreement, ClockPromise, PacePromise, Plan
from revloop.agreement.problems import Path, Problem, Severity

FIRST_STEP = "lead"
"""The plan's name for an inquiry that is no MQL yet: its first step is `lead_mql`."""
_MQL, _WON = "mql", "won"
_WORKING_DAYS_A_MONTH = 21
_MONTHS = {"week": Decimal(7 * 12) / 365, "month": Decimal(1), "quarter": Decimal(3)}


def problems(form: Agreement) -> Iterator[Problem]:
    if not form.accept_infeasible:
        yield from _too_few_leads(form)
        yield from _too_few_hands(form)


def _warning(path: Path, message: str, hint: str) -> Problem:
    return Problem(
        "check.goals_infeasible",
        message,
        f"{hint}; or write accept_infeasible: true if both sides know it",
        path,
        severity=Severity.WARNING,
    )


def _too_few_leads(form: Agreement) -> Iterator[Problem]:
    """Bookings need so many won deals, so many MQLs a month; marketing promises fewer."""
    needed, promised = mqls_needed_a_month(form), mqls_promised_a_month(form)
    if needed is not None and promised is not None and promised[1] < needed:
        path, volume = promised
        message = (
            f"marketing promises {_whole(volume)} MQLs a month, and the plan needs "
            f"{math.ceil(needed)} for marketing's part of the bookings"
        )
        yield _warning(path, message, "promise more, or change the plan")


def _too_few_hands(form: Agreement) -> Iterator[Problem]:
    """Even if every lead is decided on time, more are open at once than people may hold."""
    room, decide, promised = _room(form), _days_to_decide(form), mqls_promised_a_month(form)
    if room is None or decide is None or promised is None:
        return
    open_at_once = promised[1] / _WORKING_DAYS_A_MONTH * decide
    if open_at_once > room:
        message = (
            f"{_whole(promised[1])} MQLs a month, each open for up to {_whole(decide)} working "
            f"days, are {math.ceil(open_at_once)} open at once; there is room for {room}"
        )
        yield _warning(("routing", "capacity"), message, "raise the capacity, or decide sooner")


def mqls_needed_a_month(form: Agreement) -> Decimal | None:
    """Marketing's share of the bookings, over the average deal and the rates from MQL to won."""
    goals = form.goals
    plan = goals.plan if goals else None
    if goals is None or plan is None or plan.average_deal.minor <= 0:
        return None
    rate = rate_from_mql(plan)
    if rate is None or rate == 0 or plan.average_deal.currency != goals.bookings.currency:
        return None
    share = goals.shares.get("marketing", Decimal(0)) if goals.shares else Decimal(1)
    won = Decimal(goals.bookings.minor) * share / plan.average_deal.minor
    return won / rate / _months(goals.period)


def rate_from_mql(plan: Plan) -> Decimal | None:
    """The share of MQLs that end as won deals: the product of the steps from the MQL to won."""
    steps = {
        step: rate
        for step, rate in plan.rates.items()
        if not step.startswith((f"{FIRST_STEP}_", f"{_WON}_"))
    }
    if not any(step.startswith(f"{_MQL}_") for step in steps):
        return None
    return math.prod(steps.values(), start=Decimal(1))


def mqls_promised_a_month(form: Agreement) -> tuple[Path, Decimal] | None:
    for name, promise in form.promises.marketing_to_sales.items():
        if isinstance(promise, PacePromise) and promise.pace.of == "mql_count":
            goal = promise.pace.goal
            if isinstance(goal, int):
                path = ("promises", "marketing_to_sales", name, "pace", "goal")
                return path, Decimal(goal) / _MONTHS[promise.pace.per]
    return None


def _room(form: Agreement) -> int | None:
    routing = form.routing
    if routing is None or routing.capacity is None:
        return None
    members = {member for queue in routing.queues.values() for member in queue.members}
    return routing.capacity.open_leads * (len(members | set(routing.weights)) or 1)


def _days_to_decide(form: Agreement) -> Decimal | None:
    """How many working days the promise to decide leaves, on the calendar of the working days."""
    for promise in form.promises.sales_to_marketing.values():
        if isinstance(promise, ClockPromise) and promise.clock.stop == "decision":
            within = promise.clock.within
            if within.by_date:
                return Decimal(within.amount)
            hours = _open_hours_a_day(form)
            return Decimal(within.length.total_seconds()) / 3600 / hours if hours else None
    return None


def _open_hours_a_day(form: Agreement) -> Decimal | None:
    hours = form.calendars.get(form.working_days)
    days = [day for day in hours.calendar.week if day] if hours else []
    if not days:
        return None
    minutes = sum(end - start for day in days for start, end in day)
    return Decimal(minutes) / 60 / len(days)


def _months(period: str) -> int:
    return 3 if "Q" in period else 1 if "-" in period else 12


def _whole(value: Decimal) -> str:
    return f"{value:.1f}".removesuffix(".0")
