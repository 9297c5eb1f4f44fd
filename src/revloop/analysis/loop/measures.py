"""From the passes of leads to sums: conversion by step, and how long each stage was held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

import ibis

from revloop.analysis.cuts import CUTS
from revloop.analysis.days import dated, in_days
from revloop.analysis.loop.passes import entered, holding, leaving, passes, path, skipped, steps
from revloop.analysis.loop.stalled import STAYING, longest
from revloop.kit.money import DECIMALS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

TRAILING_DAYS = 365
_SHARE_DONE = 0.9
_LONGEST = 365
_FEWEST = 20
_DEFAULT_HORIZON = 90
_HOURS_A_DAY = 24
_FINE_HOURS = 7 * _HOURS_A_DAY
_COUNTED = ("entered", "mature", "converted", "reached", "implied", "again", "backwards")
TO_NEXT = "next"
STALLED, IN_TIME = "stalled", "in time"
AWAY = "still away"
NEW = "new"
FALSE = ibis.literal(value=False)


def horizons(ground: Ground) -> Mapping[str, int]:
    """For each stage the days within which nine of ten that went on had gone on.

    Of those that entered in the year before the moment of the reading; 90 days where they are fewer
    than 20, at most a year.
    """
    rows = passes(ground)
    since = ground.setting.as_of - timedelta(days=TRAILING_DAYS)
    asked: dict[str, Any] = {}
    for number, (stage, later) in enumerate(steps(ground.setting)):
        begin, end = rows[entered(stage)], rows[entered(later)]
        held = in_days(end, begin)
        counts = (begin >= ground.moment(since, begin)) & (held > 0)
        asked[f"n_{number}"] = held.count(where=counts)
        asked[f"days_{number}"] = ibis.ifelse(counts, held, None).quantile(_SHARE_DONE)
    [found] = ground.facts.arrow(rows.agg(**asked)).to_pylist()
    return {
        stage: _horizon(found[f"n_{number}"], found[f"days_{number}"])
        for number, (stage, _) in enumerate(steps(ground.setting))
    }


def _horizon(n: int, days: float | None) -> int:
    if n < _FEWEST or days is None:
        return _DEFAULT_HORIZON
    return min(max(ceil(days), 1), _LONGEST)


def step_sums(ground: Ground) -> ir.Table:
    """How many entered a stage, and how many of them the next one.

    Columns: `stage`, `later`; `month` of entering the stage; the cuts; `horizon` in days; `entered`;
    `mature`, those who entered at least a horizon ago; `converted`, those of them who reached the
    next stage within it; `reached`, all who ever did; `implied`, of `entered` those who skipped it;
    `again`, of `entered` those in a second pass or a later one; `backwards`, whose next stage came
    before this one.
    """
    rows, within = passes(ground), horizons(ground)
    return ibis.union(
        *(
            _step(ground, rows, stage, later, within[stage])
            for stage, later in steps(ground.setting)
        )
    )


def _step(ground: Ground, rows: ir.Table, stage: str, later: str, horizon: int) -> ir.Table:
    rows = leaving(ground, rows, stage, later).drop("month", "week")
    rows = dated(rows, entered(stage), ground.days, ground.calendar)
    begin, end = rows[entered(stage)], rows[entered(later)]
    mature = begin <= ground.moment(ground.setting.as_of - timedelta(days=horizon), begin)
    held = in_days(end, begin)
    grouped = rows.group_by(["month", *CUTS]).agg(
        entered=rows.count(),
        mature=mature.sum(),
        converted=(mature & (held <= horizon)).fill_null(FALSE).sum(),
        reached=end.count(),
        implied=rows[skipped(stage)].sum(),
        again=(rows.pass_no > 1).sum(),
        backwards=(held < 0).fill_null(FALSE).sum(),
    )
    return grouped.select(
        stage=ibis.literal(stage),
        later=ibis.literal(later),
        month="month",
        **{cut: grouped[cut] for cut in CUTS},
        horizon=ibis.literal(horizon, "int64"),
        **{name: grouped[name].cast("int64") for name in _COUNTED},
    )


def stays(ground: Ground) -> ir.Table:
    """One row for each stage that a pass held: `stage`, `begin`, `end` and `cause`.

    The cause is `next` for the next stage, one of the exits, or `still there` with the moment of the
    reading as the end.
    """
    return ibis.union(*_stays_by_stage(ground))


def _stays_by_stage(ground: Ground) -> Iterator[ir.Table]:
    rows = passes(ground)
    for stage, later in steps(ground.setting):
        held = leaving(ground, rows, stage, later)
        begin, next_at = held[entered(stage)], held[entered(later)]
        gone = ibis.ifelse(next_at.isnull() & (held.exit_at >= begin), held.exit_at, None)
        moment = ground.moment(ground.setting.as_of, begin)
        cause = ibis.cases(
            (next_at.notnull(), TO_NEXT),
            (gone.notnull(), held.exit),
            else_=STAYING,
        )
        yield held.select(
            *_KEYS,
            *CUTS,
            stage=ibis.literal(stage),
            begin=begin,
            end=ibis.coalesce(next_at, gone, moment),
            cause=cause,
        )


def stay_rows(ground: Ground) -> ir.Table:
    """`stays` with `month` and `week` of the beginning, the `days` held, and `stalled`.

    Who is still there is `stalled` after longer than nine of ten were, and `in time` before; null
    where that time is not known, and for all who have left.
    """
    return ground.once(_stay_rows)


def _stay_rows(ground: Ground) -> ir.Table:
    rows = dated(_judged(ground, stays(ground)), "begin", ground.days, ground.calendar)
    return rows.mutate(days=in_days(rows.end, rows.begin))


def staying(ground: Ground) -> ir.Table:
    """Those of `stays` that are still there, and whether they are `stalled`."""
    return ground.once(_staying)


def _staying(ground: Ground) -> ir.Table:
    rows = stays(ground)
    return _judged(ground, rows.filter(rows.cause == STAYING))


def _judged(ground: Ground, rows: ir.Table) -> ir.Table:
    """With `stalled`, by the time within which nine of ten left each stage."""
    most = longest(ground.facts.arrow(ground.once(_stay_sums)))
    hours, stays_on = _coarse(rows.end, rows.begin), rows.cause == STAYING
    known = [
        case
        for stage in sorted(most)
        for case in (
            (stays_on & (rows.stage == stage) & (hours > most[stage]), STALLED),
            (stays_on & (rows.stage == stage), IN_TIME),
        )
    ]
    nothing = ibis.null("string")
    return rows.mutate(stalled=ibis.cases(*known, else_=nothing) if known else nothing)


def stay_sums(ground: Ground) -> ir.Table:
    """How many held a stage for how long, and what ended it.

    Columns: `stage`, `month` of entering it, the cuts, `hours`, `cause`, `n`. Hours are whole ones in
    the first week and multiples of 24 after it. Whose end comes before the beginning is left out;
    `step_sums` counts them.
    """
    return ground.once(_stay_sums)


def _stay_sums(ground: Ground) -> ir.Table:
    return ibis.union(*(_stay_sum(ground, rows) for rows in _stays_by_stage(ground)))


def _stay_sum(ground: Ground, rows: ir.Table) -> ir.Table:
    rows = dated(rows, "begin", ground.days, ground.calendar)
    rows = rows.mutate(hours=_coarse(rows.end, rows.begin)).filter(lambda t: t.hours >= 0)
    return rows.group_by(["stage", "month", *CUTS, "hours", "cause"]).agg(n=rows.count())


def turns(ground: Ground) -> ir.Table:
    """One row for each time that a subject was put aside: where from, when, and whether it came back.

    Columns: the keys and cuts of the pass; `exit` and `left_at`, how and when it ended; `back_to` and
    `back_at`, where and when the next pass began, or `still away` with the moment of the reading.
    """
    rows = ground.once(_turning)
    gone = rows.filter(rows.exit_at.notnull() & ~rows.is_won)
    moment = ground.moment(ground.setting.as_of, gone.exit_at)
    return gone.select(
        *_KEYS,
        *CUTS,
        exit="exit",
        left_at="exit_at",
        back_to=gone.next_starts.fill_null(AWAY),
        back_at=gone.next_at,
        until=gone.next_at.coalesce(moment),
    )


_KEYS = (
    "subject",
    "subject_id",
    "pass_no",
    "owner_user_id",
    "account_id",
    "contact_id",
    "opportunity_id",
)


def _turning(ground: Ground) -> ir.Table:
    """The passes, with the stage that each began in, and where and when the next one began."""
    rows = passes(ground)
    stages = path(ground.setting)
    starts = ibis.cases(
        *((rows[entered(stage)].notnull(), stage) for stage in stages),
        else_=ibis.null("string"),
    )
    won = rows[entered("won")].notnull() if entered("won") in rows.columns else FALSE
    rows = rows.mutate(starts=starts, is_won=won)
    window = ibis.window(group_by=["subject", "subject_id"], order_by="pass_no")
    return rows.select(
        *_KEYS,
        *CUTS,
        "begun_at",
        "exit",
        "exit_at",
        "starts",
        "is_won",
        next_starts=rows.starts.lead().over(window),
        next_at=rows.begun_at.lead().over(window),
    )


def turn_rows(ground: Ground) -> ir.Table:
    """`turns` with `month` and `week` of the end of the pass, and the `days` away."""
    rows = dated(ground.once(turns), "left_at", ground.days, ground.calendar)
    return rows.mutate(days=in_days(rows.until, rows.left_at)).drop("until")


def turn_sums(ground: Ground) -> ir.Table:
    """How many were put aside, and where and after how long they came back; and where leads begin.

    Columns: `month`, the cuts, `exit`, `back_to`, `hours` and `n`. The exit is `new` for first passes,
    with the stage that they began in, the month of that, and no hours.
    """
    away = dated(ground.once(turns), "left_at", ground.days, ground.calendar)
    away = away.mutate(hours=_coarse(away.until, away.left_at)).filter(lambda t: t.hours >= 0)
    new = ground.once(_turning)
    new = new.filter((new.pass_no == 1) & new.starts.notnull())
    new = dated(new, "begun_at", ground.days, ground.calendar)
    new = new.mutate(exit=ibis.literal(NEW), back_to=new.starts, hours=ibis.literal(0, "int64"))
    columns = ("month", *CUTS, "exit", "back_to", "hours")
    told = away.select(*columns).union(new.select(*columns))
    return told.group_by(list(columns)).agg(n=told.count())


def _coarse(end: Any, begin: Any) -> Any:
    """Whole hours in the first week, and multiples of 24 after it."""
    hours = (in_days(end, begin) * _HOURS_A_DAY).floor().cast("int64")
    return ibis.ifelse(hours < _FINE_HOURS, hours, (hours // _HOURS_A_DAY) * _HOURS_A_DAY)


def entry_sums(ground: Ground) -> ir.Table:
    """How many entered each stage in each week: `stage`, `week` (its Monday), `month`, cuts, `n`."""
    rows = passes(ground).drop("month", "week")
    told = []
    for stage in path(ground.setting):
        found = dated(holding(ground, rows, stage), entered(stage), ground.days, ground.calendar)
        grouped = found.group_by(["week", "month", *CUTS]).agg(n=found.count())
        told.append(
            grouped.select(
                stage=ibis.literal(stage),
                **{name: grouped[name] for name in ("week", "month", *CUTS, "n")},
            )
        )
    return ibis.union(*told)


def worth_sums(ground: Ground) -> ir.Table:
    """Customers won by `month` and cuts: `n`, and their worth `minor` in the reporting currency.

    An amount counts at the rate of its booking; `unknown` are those without an amount or a rate.
    """
    rows = passes(ground)
    won = entered("won")
    if won not in rows.columns:
        rows = rows.mutate(**{won: ibis.null("timestamp").cast(rows.begun_at.type())})
    rows = dated(
        rows.filter(rows[won].notnull()).drop("month", "week"), won, ground.days, ground.calendar
    )
    sold = ground["opportunity"]
    own = sold.amount_currency == ground.setting.currency
    alike = sold.amount_currency.isin(_alike(ground.setting.currency))
    converted = (sold.amount_minor * sold.fx_rate).round().cast("int64")
    minor = ibis.ifelse(own, sold.amount_minor, ibis.ifelse(alike, converted, None))
    sold = sold.select(sold_id=sold.opportunity_id, minor=minor)
    led = ground["opportunity"].filter(lambda t: t.inquiry_id.notnull())
    led = (
        led.filter(led.is_won.fill_null(FALSE))
        .group_by(led_by="inquiry_id")
        .agg(led_to=lambda t: t.opportunity_id.max())
    )
    rows = rows.left_join(led, (rows.subject == "inquiry") & (rows.subject_id == led.led_by))
    rows = rows.mutate(bought=rows.opportunity_id.coalesce(rows.led_to))
    rows = rows.left_join(sold, rows.bought == sold.sold_id)
    grouped = rows.group_by(["month", *CUTS]).agg(
        n=rows.minor.count(),
        minor=rows.minor.sum().fill_null(0),
        unknown=rows.minor.isnull().sum(),
    )
    return grouped.mutate(
        **{name: grouped[name].cast("int64") for name in ("n", "minor", "unknown")}
    )


def _alike(currency: str) -> list[str]:
    """The currencies with as many decimals, in which a rate of units is one of minor units."""
    places = DECIMALS.get(currency)
    return [each for each, decimals in DECIMALS.items() if decimals == places]


def yield_sums(ground: Ground) -> ir.Table:
    """Leads by the pass in which they were won: `month` of raising the hand, cuts, and counts.

    `began`, all of them; `first`, won in their first pass; `later`, won in a later one; `returned`,
    those that came back at least once; `open`, those that are in a stage still.
    """
    rows = passes(ground)
    won = (
        rows[entered("won")]
        if entered("won") in rows.columns
        else rows.begun_at.nullif(rows.begun_at)
    )
    rows = rows.mutate(won_at_all=won.notnull(), stays=won.isnull() & rows.exit_at.isnull())
    rows = rows.filter(rows.subject != "opportunity")
    each = rows.group_by(["subject", "subject_id"]).agg(
        began_at=rows.begun_at.min(),
        first=(rows.won_at_all & (rows.pass_no == 1)).max(),
        later=(rows.won_at_all & (rows.pass_no > 1)).max(),
        returned=(rows.pass_no > 1).max(),
        open=rows.stays.max(),
        **{cut: rows[cut].max() for cut in CUTS},
    )
    each = dated(each, "began_at", ground.days, ground.calendar)
    grouped = each.group_by(["month", *CUTS]).agg(
        began=each.count(),
        first=each.first.sum(),
        later=(each.later & ~each.first).sum(),
        returned=each.returned.sum(),
        open=(each.open & ~each.first & ~each.later).sum(),
    )
    counts = ("began", "first", "later", "returned", "open")
    return grouped.mutate(**{name: grouped[name].cast("int64") for name in counts})
