"""From opportunities, bookings and sellers to what the readings of the revenue are concluded from."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import ibis

from revloop.agreement.judging.events import in_microseconds
from revloop.analysis.cuts import known, subjects
from revloop.analysis.days import dated
from revloop.analysis.reading import UNKNOWN

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

CUTS = ("source", "segment", "region", "team", "entry_point", "opportunity_type", "seller")
"""What the revenue can be cut by; `seller` is the id of a user as text."""
OPEN, WON, LOST, CLOSED, UNDATED = "open", "won", "lost", "closed", "undated"
"""How an opportunity stands; `closed` is neither won nor lost as far as the facts say, and `undated`
is over, nobody knows since when."""
ORDERED = ("booking", "expansion", "renewal")
"""Kinds of bookings by which money is ordered."""
GIVEN_BACK = ("refund", "credit")
_A_DAY = 86_400_000_000
FALSE = ibis.literal(value=False)


def deals(ground: Ground) -> ir.Table:
    """One row for each opportunity, with its cuts, keys, money and days.

    `opened` and `ended` are days of the company's zone since 1970-01-01; `ended` is null while it is
    open. `outcome` is one of `OPEN`, `WON`, `LOST`, `CLOSED` and `UNDATED`. What ended later than the
    moment of the reading is open. Where only the day of closing is known, it is that day.
    """
    return ground.once(_deals)


def _deals(ground: Ground) -> ir.Table:
    rows = ground["opportunity"]
    over = rows.is_closed.fill_null(FALSE) | rows.is_won.notnull() | rows.closed_at.notnull()
    later = (rows.closed_at.notnull() & ~ground.until(rows.closed_at)).fill_null(FALSE)
    dated = rows.select(
        "opportunity_id",
        "account_id",
        "contact_id",
        "owner_user_id",
        "stage",
        "amount_minor",
        "amount_currency",
        "fx_rate",
        "loss_reason",
        "is_won",
        opened_at="at",
        ended_at=rows.closed_at.coalesce(rows.close_date.cast(rows["at"].type())),
        opened=ground.days.number(rows["at"]),
        day=ground.days.number(rows.closed_at).coalesce(_numbered(rows.close_date)),
        over=over & ~later,
        opportunity_type=known(rows.opportunity_type),
        seller=known(rows.owner_user_id.cast("string")),
    )
    about = subjects(ground)
    about = about.filter(about.subject == "opportunity").select(
        "source", "segment", "region", "team", "entry_point", deal_id="subject_id"
    )
    # Joined before it is asked what the days mean: they cost much, and are computed once this way.
    rows = dated.left_join(about, dated.opportunity_id == about.deal_id).drop("deal_id")
    over = rows.over & ~(rows.day > _today(ground)).fill_null(FALSE)
    outcome = ibis.cases(
        (~over, OPEN),
        (rows.day.isnull(), UNDATED),
        (rows.is_won, WON),
        (~rows.is_won, LOST),
        else_=CLOSED,
    )
    ended = ibis.ifelse(over, rows.day, None).cast("int64")
    return rows.mutate(ended=ended, outcome=outcome).drop("is_won", "day", "over")


def _today(ground: Ground) -> Any:
    """The day of the moment, in the company's zone, since 1970-01-01."""
    return ibis.literal((ground.setting.today - date(1970, 1, 1)).days, "int64")


def _numbered(day: Any) -> Any:
    """A date as days since 1970-01-01."""
    return (in_microseconds(day.cast("timestamp")) / _A_DAY).floor().cast("int64")


def deal_sums(ground: Ground) -> ir.Table:
    """The opportunities, each with `n` of 1: the cuts, `opened`, `ended`, `outcome` and their money.

    There is no month: whether an opportunity was open, won or lost in a period is said by its days.
    With days, money and seller hardly two are alike, so nothing is gained by adding them up here. The
    money is as its source has it, `amount_minor` of `currency` with its `fx_rate`.
    """
    return deals(ground).select(
        *CUTS,
        "opened",
        "ended",
        "outcome",
        "amount_minor",
        "fx_rate",
        currency="amount_currency",
        n=ibis.literal(1, "int64"),
    )


def deal_rows(ground: Ground) -> ir.Table:
    """Each opportunity with its cuts, keys, `opened_at`, `outcome`, `days` and money.

    The `month` is that of its end, and of one that is open that of the reading.
    """
    rows = deals(ground)
    calendar = ground.calendar.select("day", "month")
    until = rows.ended.coalesce(ibis.ifelse(rows.outcome == OPEN, _today(ground), None))
    rows = rows.mutate(until=until, days=until - rows.opened)
    joined = rows.left_join(calendar, rows.until == calendar.day)
    return joined.select(
        "month",
        *CUTS,
        "opportunity_id",
        "account_id",
        "contact_id",
        "owner_user_id",
        "opened_at",
        "ended",
        "outcome",
        "days",
        "stage",
        "loss_reason",
        "amount_minor",
        "amount_currency",
        "fx_rate",
    )


def seller_sums(ground: Ground) -> ir.Table:
    """One row for each seller: `seller`, `team`, `region`, `begins` and `ends` as days, the quota.

    A seller is who owns an opportunity, or is of the role sales and has a quota; a queue is none. Who
    has no first day begins with their first opportunity; `told` is 1 where the first day is known.
    Who is no longer active and has no last day ends the day after their last opportunity did.
    """
    rows = deals(ground)
    rows = rows.filter(rows.owner_user_id.notnull())
    owned = rows.group_by(owner="owner_user_id").agg(
        first=rows.opened.min(), last=ibis.greatest(rows.opened.max(), rows.ended.max())
    )
    people = ground.facts["user"]
    carries = (people.role == "sales") & (people.quota_minor > 0)
    with_quota = people.filter(carries.fill_null(FALSE)).select(owner="user_id")
    ids = owned.select("owner").union(with_quota, distinct=True)
    rows = ids.left_join(owned, "owner").drop("owner_right")
    teams = ground.facts["team"].select(known_team="team_id", team_name="name")
    people = people.left_join(teams, people.team_id == teams.known_team)
    people = people.select(
        "user_id",
        "region",
        "active_from",
        "active_to",
        "is_active",
        "is_queue",
        "quota_minor",
        "quota_currency",
        "quota_period",
        team=people.team_name.coalesce(people.job),
    )
    rows = rows.left_join(people, rows.owner == people.user_id)
    rows = rows.filter(~rows.is_queue.fill_null(FALSE))
    begins, ends = _numbered(rows.active_from), _numbered(rows.active_to)
    gone = ibis.ifelse(~rows.is_active, rows["last"].coalesce(rows["first"]) + 1, None)
    return rows.select(
        seller=rows.owner.cast("string"),
        team=known(rows.team),
        region=known(rows.region),
        begins=begins.coalesce(rows["first"]).cast("int64"),
        ends=ends.coalesce(gone).cast("int64"),
        told=begins.notnull().cast("int64"),
        quota_minor=rows.quota_minor,
        quota_currency=rows.quota_currency,
        quota_period=rows.quota_period,
    )


def booking_sums(ground: Ground) -> ir.Table:
    """How often what was booked: `n`, by `month`, the cuts, `kind`, `from_fact` and the money."""
    rows = ground.once(booking_rows)
    keys = ["month", *CUTS, "kind", "from_fact", "amount_minor", "currency", "fx_rate"]
    return rows.group_by(keys).agg(n=rows.count().cast("int64"))


def booking_rows(ground: Ground) -> ir.Table:
    """Each booking with its cuts, keys, `kind`, `booked_at` and money; `booking` names it.

    Bookings where there are any; where there are none, opportunities that were won. `from_fact` is
    `booking` or `opportunity`. The cuts of a booking are those of its opportunity; one that names none
    has the region of its company, and the type that its kind says.
    """
    return _booked(ground) if has_orders(ground) else won_rows(ground)


def has_orders(ground: Ground) -> bool:
    """Whether any booking says what was ordered; else it is told by opportunities that were won."""
    booked = ground["booking"]
    return ground.facts.arrow(booked.filter(booked.kind.isin(ORDERED)).limit(1)).num_rows > 0


def _booked(ground: Ground) -> ir.Table:
    rows = ground["booking"]
    # The source of a fact is none of a lead: the cut of that name is the opportunity's.
    rows = rows.mutate(booking=rows.source.concat(":", rows.source_id)).drop("source")
    about = deals(ground).select(*CUTS, "contact_id", "owner_user_id", deal_id="opportunity_id")
    companies = ground.facts["account"]
    companies = companies.group_by(company="account_id").agg(company_region=companies.region.max())
    rows = rows.left_join(about, rows.opportunity_id == about.deal_id)
    rows = rows.left_join(companies, rows.account_id == companies.company)
    says = ibis.cases(
        (rows.kind == "booking", "new"),
        (rows.kind.isin(("renewal", "expansion")), rows.kind),
        else_=UNKNOWN,
    )
    told = {cut: known(rows[cut]) for cut in CUTS}
    told["region"] = known(_unless(rows.region).coalesce(rows.company_region))
    told["opportunity_type"] = _unless(rows.opportunity_type).coalesce(says)
    rows = rows.select(
        "account_id",
        "contact_id",
        "owner_user_id",
        "opportunity_id",
        "kind",
        "amount_minor",
        "fx_rate",
        "booking",
        booked_at="at",
        currency="amount_currency",
        from_fact=ibis.literal("booking"),
        **told,
    )
    rows = rows.filter(rows.kind.isin((*ORDERED, *GIVEN_BACK)))
    return dated(rows, "booked_at", ground.days, ground.calendar).drop("week")


def _unless(cut: Any) -> Any:
    """A cut, null where it is not known."""
    return ibis.ifelse(cut == UNKNOWN, None, cut)


def won_rows(ground: Ground) -> ir.Table:
    """The same of opportunities that were won, each on the day on which it was."""
    rows = deals(ground)
    rows = rows.filter(rows.outcome == WON)
    calendar = ground.calendar.select("day", "month")
    rows = rows.left_join(calendar, rows.ended == calendar.day)
    return rows.select(
        "account_id",
        "contact_id",
        "owner_user_id",
        "opportunity_id",
        "amount_minor",
        "fx_rate",
        *CUTS,
        "month",
        booked_at=rows.ended_at,
        booking=rows.opportunity_id.cast("string"),
        currency="amount_currency",
        kind=ibis.literal("booking"),
        from_fact=ibis.literal("opportunity"),
    )
