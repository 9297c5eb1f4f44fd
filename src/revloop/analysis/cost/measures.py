"""From spend and campaigns to what was spent in each month, and from leads to what became of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from revloop.agreement.judging.events import in_microseconds
from revloop.analysis.cuts import known
from revloop.analysis.days import dated
from revloop.analysis.loop.passes import ENTRY, entered, passes, path
from revloop.analysis.periods import Period
from revloop.analysis.reading import UNKNOWN

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

CUTS = ("channel", "campaign", "pool", "side")
"""What spend can be cut by; `campaign` is a name."""
ACTUAL, AHEAD, COMMITTED, PLANNED = "actual", "ahead", "committed", "planned"
"""How certain it is; `ahead` is the part of what was spent that pays for months to come."""
MARKETING, SALES, MEDIA = "marketing", "sales", "media"
_SPENT = (ACTUAL, AHEAD)
_A_DAY = 86_400_000_000
_TEN_YEARS = 3_660
"""Days; a period that is said to be longer is a slip."""
_EPOCH = date(1970, 1, 1)
_MONEY = ("status", "currency", "fx_rate")
FALSE = ibis.literal(value=False)


def spend_sums(ground: Ground) -> ir.Table:
    """What was spent by `month`, the cuts, `status` and money as its source has it.

    Columns: `amount_minor` of `currency` with its `fx_rate`, the mean of the month; `n`, facts, each
    counted in its first month; `unpriced`, of these those without an amount. What is not spent yet has
    its status, `planned` or `committed`; a fact without a status is actual. What a period costs that
    covers several months is theirs by their days of it; where its end is not known, is before its
    beginning or ten years after it, it is all of the first month. The part of months after the moment
    of the reading is `ahead` and has no month: together the parts are the amount, to the minor unit.
    """
    rows = ground.once(spend_rows)
    grouped = rows.group_by(["month", *CUTS, *_MONEY]).agg(
        amount_minor=rows.amount_minor.sum(),
        n=rows.is_first.sum().cast("int64"),
        unpriced=ibis.ifelse(rows.amount_minor.isnull(), rows.is_first, 0).sum().cast("int64"),
    )
    # Sums of whole numbers are wider than those on some engines.
    return grouped.mutate(amount_minor=grouped.amount_minor.cast("int64"))


def spend_rows(ground: Ground) -> ir.Table:
    """One row for each month of each fact of spend; `spend` names the fact.

    Columns: `month`, the cuts, `status`, the part of the month `amount_minor` of `whole_minor`, both
    of `currency` with its `fx_rate`; `begins_at` and `period_end`; `from_fact`, `spend` or `campaign`;
    `is_first`, 1 in the first month of the fact. No company and no person is behind it.
    """
    rows, months = _spread(ground), ground.facts.held(_months(ground))
    both = rows.join(months, [rows.begins < months.end, rows.ends > months.first])
    days = both.ends - both.begins
    before = ibis.greatest(both["first"], both.begins) - both.begins
    until = ibis.least(both.end, both.ends) - both.begins
    part = _share(both.whole_minor, until, days) - _share(both.whole_minor, before, days)
    ahead = (both.calendar_month > f"{ground.setting.today:%Y-%m}") & (both.status == ACTUAL)
    return both.select(
        *CUTS,
        "currency",
        "fx_rate",
        "whole_minor",
        "period_end",
        "from_fact",
        "spend",
        "begins_at",
        month=ibis.ifelse(ahead, None, both.calendar_month),
        status=ibis.ifelse(ahead, AHEAD, both.status),
        amount_minor=part.cast("int64"),
        is_first=(before == 0).cast("int64"),
        place=both["first"],
        account_id=ibis.null("int64"),
        contact_id=ibis.null("int64"),
    )


def _share(amount: Any, days: Any, of: Any) -> Any:
    """What the first days of a period cost, rounded towards 0: exact, in whole numbers.

    With amount = q·of + r it is q·days + r·days / of, and no product outgrows 64 bits. What is divided
    is a multiple: engines divide whole numbers as floating ones.
    """
    rest = amount % of
    over = rest * days
    whole = ((amount - rest) / of).round().cast("int64")
    return whole * days + ((over - over % of) / of).round().cast("int64")


def _months(ground: Ground) -> pa.Table:
    """Each month from the first fact of spend to ten years after the reading, with its days.

    `calendar_month`, `first` and `end`, the day after its last, since 1970-01-01.
    """
    rows = _told(ground)
    [found] = ground.facts.arrow(rows.agg(at=rows.begins_at.min())).to_pylist()
    first = found["at"] or ground.setting.as_of
    year = min(max(first.year - 1, _EPOCH.year), ground.setting.today.year)
    months = Period.read(f"{year}..{ground.setting.today.year + 11}").months
    each = [Period.of_month(month) for month in months]
    return pa.table(
        {
            "calendar_month": pa.array(months, pa.string()),
            "first": pa.array([(one.begins - _EPOCH).days for one in each], pa.int64()),
            "end": pa.array([(one.ends - _EPOCH).days for one in each], pa.int64()),
        }
    )


def _spread(ground: Ground) -> ir.Table:
    """The facts with `begins` and `ends`, the day after the last, as days since 1970-01-01."""
    rows = _told(ground)
    at = rows.begins_at
    # A day without a time of day is written as midnight of UTC: west of there it would be the day before.
    whole = (in_microseconds(at) % _A_DAY) == 0
    utc = (in_microseconds(at) / _A_DAY).floor().cast("int64")
    begins = ibis.greatest(ibis.ifelse(whole, utc, ground.days.number(at)), 0)
    rows = rows.mutate(begins=begins)
    told = (in_microseconds(rows.period_end.cast("timestamp")) / _A_DAY).floor().cast("int64")
    days = told - rows.begins
    usable = ((days > 0) & (days <= _TEN_YEARS)).fill_null(FALSE)
    return rows.mutate(ends=ibis.ifelse(usable, told, rows.begins + 1))


def _told(ground: Ground) -> ir.Table:
    """Every fact of spend, and what campaigns say of their cost where nothing else does."""
    return ground.of_facts(_of_spend_and_campaigns)


def _of_spend_and_campaigns(ground: Ground) -> ir.Table:
    """A cost that only a campaign tells is media of its first month; no cost is counted twice.

    A campaign's own word does not count where any spend is told that names it, or its channel and no
    campaign, or is media and names neither: it may be the same money. Spend that names a campaign or a
    channel, or is media, and says no side, is marketing's.
    """
    campaigns = ground["campaign"]
    rows = _spent(ground)
    costs = campaigns.filter((campaigns.actual_cost_minor != 0).fill_null(FALSE))
    spent = rows.filter(rows.status == ACTUAL)
    costs = costs.anti_join(spent.filter(spent.campaign_id.notnull()), "campaign_id")
    costs = costs.anti_join(
        spent.filter(spent.named.notnull()).select(spent_on="named"),
        [("name", "spent_on")],
    )
    apart = spent.filter(spent.campaign_id.isnull() & spent.named.isnull())
    costs = costs.anti_join(
        apart.filter(apart.in_channel.notnull()).select("in_channel"), [("channel", "in_channel")]
    )
    lump = apart.filter(apart.in_channel.isnull() & (apart.pool == MEDIA))
    if ground.facts.arrow(lump.limit(1)).num_rows:
        costs = costs.limit(0)
    own = costs.select(
        channel=known(costs.channel),
        campaign=known(costs.name),
        pool=ibis.literal(MEDIA),
        side=ibis.literal(MARKETING),
        status=ibis.literal(ACTUAL),
        whole_minor=costs.actual_cost_minor,
        currency=costs.actual_cost_currency,
        fx_rate=ibis.null("float64"),
        begins_at=costs["at"],
        period_end=ibis.null("date"),
        spend=costs.source.concat(":", costs.source_id),
        from_fact=ibis.literal("campaign"),
    )
    named = rows.named.notnull() | rows.in_channel.notnull() | (rows.pool == MEDIA)
    return rows.select(
        channel=known(rows.in_channel),
        campaign=known(rows.named),
        pool=known(rows.pool),
        side=rows.side.coalesce(ibis.ifelse(named.fill_null(FALSE), MARKETING, UNKNOWN)),
        status="status",
        whole_minor="amount_minor",
        currency="amount_currency",
        fx_rate="fx_rate",
        begins_at="at",
        period_end="period_end",
        spend=rows.source.concat(":", rows.source_id),
        from_fact=ibis.literal("spend"),
    ).union(own)


def _spent(ground: Ground) -> ir.Table:
    """The facts of spend, with `named` and `in_channel`: campaign and channel, its own or by the key."""
    rows = ground["spend"]
    campaigns = ground.facts["campaign"]
    campaigns = campaigns.group_by(known_id="campaign_id").agg(
        known_name=campaigns.name.max(), known_channel=campaigns.channel.max()
    )
    rows = rows.left_join(campaigns, rows.campaign_id == campaigns.known_id)
    return rows.mutate(
        named=rows.known_name.coalesce(rows.campaign),
        in_channel=rows.channel.coalesce(rows.known_channel),
        status=rows.status.fill_null(ACTUAL),
    )


def lead_stage_sums(ground: Ground) -> ir.Table:
    """How many of the leads of a month have reached each stage, in whatever pass: up to customers.

    Columns: `stage`; `month` of raising the hand; `channel`, that of the lead, else of its campaign,
    else its source as its source calls it; `n`. Opportunities that came from no lead are in none.
    """
    rows = passes(ground)
    rows = rows.filter(rows.subject != "opportunity")
    stages = path(ground.setting)
    if "won" in stages:
        stages = stages[: stages.index("won") + 1]
    each = rows.group_by("subject", "subject_id").agg(
        began_at=rows[entered(ENTRY)].min(),
        source=rows.source.max(),
        **{f"reached_{stage}": rows[entered(stage)].notnull().max() for stage in stages},
    )
    each = dated(each.filter(each.began_at.notnull()), "began_at", ground.days, ground.calendar)
    leads, campaigns = ground.facts["inquiry"], ground.facts["campaign"]
    leads = leads.select(lead_id="inquiry_id", on_campaign="campaign_id", own_channel="channel")
    campaigns = campaigns.group_by(known_id="campaign_id").agg(its_channel=campaigns.channel.max())
    leads = leads.left_join(campaigns, leads.on_campaign == campaigns.known_id)
    each = each.left_join(leads, (each.subject == "inquiry") & (each.subject_id == leads.lead_id))
    each = each.mutate(channel=ibis.coalesce(each.own_channel, each.its_channel, each.source))
    grouped = each.group_by("month", "channel").agg(
        **{stage: each[f"reached_{stage}"].sum().cast("int64") for stage in stages}
    )
    return ibis.union(
        *(
            grouped.select("month", "channel", stage=ibis.literal(stage), n=grouped[stage])
            for stage in stages
        )
    )
