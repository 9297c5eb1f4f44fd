"""From touches and opportunities to journeys: what readings of credit are concluded from.

A journey leads to an opportunity. Its touches are those of everybody who works for the company, or
of those with a part in the purchase, as the agreement says, from the lookback before it was opened
until it was won or lost, or until now. What happened up to the company's win before belongs to the
opportunity that was won, and what comes after it to the next one.
"""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Any

import ibis

from revloop.agreement.conditions.table import by_answer, expression
from revloop.agreement.terms.credit_models import MARKS
from revloop.analysis.cost.sold import orders
from revloop.analysis.cuts import known
from revloop.analysis.days import dated, in_days
from revloop.analysis.loop.words import moves
from revloop.analysis.revenue import measures as revenue
from revloop.analysis.timeline.measures import by_word, persons_at
from revloop.analysis.timeline.sides import OF_TOUCHES
from revloop.kit.durations import Duration

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.agreement.form import Attribution
    from revloop.analysis.ground import Ground, Setting

TOUCH_CUTS = ("channel", "campaign", "asset", "side", "persona", "phase")
"""What touches can be told apart by; `phase` is where the journey stood when it happened."""
CUTS = (*revenue.CUTS, *TOUCH_CUTS)
BEFORE, LEAD, SELLING = "before the lead", "lead", "opportunity"
LOOKBACK_DAYS = 180
HALF_LIFE_DAYS = 14.0
NEVER = ("email_opened", "ad_impression_agg")
"""Mail is opened by machines, and an impression is nobody's: without an agreement neither counts."""
BUYING_GROUP = "buying_group"
FOLDS = 10
"""Journeys are parted by their number: to choose a chain by those it has not seen, and to tell by how
much the parts differ what chance does."""
BEFORE_COLUMNS = ("before_1", "before_2", "before_3", "before_4")
FEW_CHANNELS = 6
"""Of so many a chain may look back four of them: 6⁴ = 1,296 ways and those of the beginnings are no
more than eleven channels have at three. Of more, most ways were gone by a journey or two, and their
steps would be most of what is published."""
MOST_IN_SETS = 12
"""Of so many channels there are 4,096 sets."""
BETWEEN_CHANNELS = "\n"
_ENDED, _TOUCHED, _BEGUN = 0, 1, 2
"""Of one instant, what ended comes first."""
_FALSE, _TRUE = ibis.literal(value=False), ibis.literal(value=True)
_IN_ORDER = ("touched_at", "fact_source", "fact_id")
"""The order of touches: of one instant, by their ids."""
_EXCLUDE = ("attribution", "exclude")
_LEAD_STAGES = ("mql", "sal", "sql")


def policy(setting: Setting) -> Attribution | None:
    """What the agreement in force says of credit."""
    return None if setting.agreement is None else setting.agreement.form.attribution


def lookback_days(setting: Setting) -> float:
    agreed = policy(setting)
    return LOOKBACK_DAYS if agreed is None else _in_days(agreed.lookback) or LOOKBACK_DAYS


def half_life_days(setting: Setting) -> float:
    agreed = policy(setting)
    if agreed is None or agreed.half_life is None:
        return HALF_LIFE_DAYS
    return _in_days(agreed.half_life) or HALF_LIFE_DAYS


def _in_days(value: Duration) -> float:
    return value.amount if value.by_date else value.length.total_seconds() / 86_400


def journeys(ground: Ground) -> ir.Table:
    """One row for each opportunity whose end is known or that is open.

    `journey` is its id; cuts, keys, `outcome`, `begins` and `until` as instants, `after` the win of
    the company before it, the instants of the milestones, and its own money.
    """
    return ground.once(_journeys)


def _journeys(ground: Ground) -> ir.Table:
    deals = revenue.deals(ground)
    told = ground["opportunity"].select(
        "opportunity_id",
        "inquiry_id",
        "campaign_id",
        "product_id",
        closed="closed_at",
        closes_on="close_date",
    )
    rows = deals.join(told, "opportunity_id").filter(deals.outcome != revenue.UNDATED)
    a_day = ibis.interval(days=1)
    over = rows.closed.coalesce(rows.closes_on.cast(rows.opened_at.type()) + a_day)
    now = ground.moment(ground.setting.as_of, rows.opened_at)
    rows = rows.mutate(until=ibis.ifelse(rows.outcome == revenue.OPEN, now, over))
    won = rows.filter(rows.outcome == revenue.WON).select(
        won_by="account_id", won_until="until", won_id="opportunity_id"
    )
    earlier = rows.select("opportunity_id", "account_id", "opened_at")
    earlier = earlier.inner_join(
        won,
        [
            earlier.account_id == won.won_by,
            won.won_until <= earlier.opened_at,
            won.won_id != earlier.opportunity_id,
        ],
    )
    earlier = earlier.group_by(before_id="opportunity_id").agg(after=earlier.won_until.max())
    rows = rows.left_join(earlier, rows.opportunity_id == earlier.before_id)
    lookback = ibis.interval(seconds=round(lookback_days(ground.setting) * 86_400))
    rows = rows.mutate(begins=rows.opened_at - lookback)
    rows = _with_milestones(ground, rows)
    return rows.select(
        *revenue.CUTS,
        "account_id",
        "contact_id",
        "owner_user_id",
        "product_id",
        "outcome",
        "opened_at",
        "begins",
        "until",
        "after",
        "ended",
        "lead_at",
        "mql_at",
        "sal_at",
        "sql_at",
        "amount_minor",
        "amount_currency",
        "fx_rate",
        journey=rows.opportunity_id,
        named_campaign=rows.campaign_id,
    )


def _with_milestones(ground: Ground, rows: ir.Table) -> ir.Table:
    """When the lead of each opportunity raised a hand and entered its stages.

    The lead is the one that the opportunity names, else the first that names the opportunity.
    """
    leads = ground["inquiry"]
    leads = leads.select(lead_id="inquiry_id", raised_at="at", became="opportunity_id")
    first = leads.filter(leads.became.notnull()).group_by("became")
    first = first.agg(
        first_lead=leads.lead_id.argmin(leads.raised_at), first_raised=leads.raised_at.min()
    )
    rows = rows.left_join(first, rows.opportunity_id == first.became).drop("became")
    named = leads.select("lead_id", named_raised="raised_at")
    rows = rows.left_join(named, rows.inquiry_id == named.lead_id).drop("lead_id")
    rows = rows.mutate(
        lead_at=rows.named_raised.coalesce(rows.first_raised),
        of_lead=rows.inquiry_id.coalesce(rows.first_lead),
    )
    stages = moves(ground)
    stages = stages.filter(stages.inquiry_id.notnull(), stages.stage.isin(_LEAD_STAGES))
    reached = stages.group_by(moved="inquiry_id").agg(
        **{f"{name}_at": stages["at"].min(where=stages.stage == name) for name in _LEAD_STAGES}
    )
    return rows.left_join(reached, rows.of_lead == reached.moved)


def touches(ground: Ground) -> ir.Table:
    """The touches that may earn credit, with the company they belong to (`company_id`), and cuts.

    A touch belongs to the company that it names, else to the one that the person works for. Whom the
    agreement's sides and its exclusion leave out earns nothing.
    """
    return ground.once(_touches)


def _touches(ground: Ground) -> ir.Table:
    rows = ground["touch"]
    rows = rows.mutate(
        side=rows.side.coalesce(by_word(rows.kind, OF_TOUCHES, "marketing")),
        is_bot=rows.is_bot.fill_null(_FALSE),
    )
    agreed, contract = policy(ground.setting), ground.setting.agreement
    excludes = None if contract is None else contract.conditions.get(_EXCLUDE)
    if excludes is None:
        rows = rows.filter(~rows.is_bot, ~rows.kind.isin(NEVER))
    else:
        holds = expression(excludes, {name: rows[name] for name in rows.columns})
        rows = rows.filter(by_answer(holds, _FALSE, _TRUE, _TRUE))
    if agreed is not None:
        rows = rows.filter(rows.side.isin(agreed.sides))
    return _described(ground, rows)


def _described(ground: Ground, rows: ir.Table) -> ir.Table:
    people = persons_at(ground.facts)
    rows = rows.left_join(people, rows.contact_id == people.person_id)
    about = ground.facts["contact"]
    about = about.group_by(about_id="contact_id").agg(
        part=about.persona.max().coalesce(about.function.max())
    )
    rows = rows.left_join(about, rows.contact_id == about.about_id)
    campaigns = ground.facts["campaign"]
    campaigns = campaigns.group_by(known_campaign="campaign_id").agg(
        campaign_name=campaigns.name.max()
    )
    rows = rows.left_join(campaigns, rows.campaign_id == campaigns.known_campaign)
    assets = ground.facts["content_asset"]
    assets = assets.group_by(known_asset="content_asset_id").agg(asset_title=assets.title.max())
    rows = rows.left_join(assets, rows.content_asset_id == assets.known_asset)
    return rows.select(
        "contact_id",
        "campaign_id",
        "content_asset_id",
        "kind",
        touched_at=rows["at"],
        made_for=rows.opportunity_id,
        company_id=rows.account_id.coalesce(rows.company_id),
        channel=known(rows.channel),
        campaign=known(rows.campaign_name.coalesce(rows.campaign)),
        asset=known(rows.asset_title),
        side=rows.side,
        persona=known(rows.part),
        fact_source=rows.source,
        fact_id=rows.source_id,
    )


def steps(ground: Ground) -> ir.Table:
    """The touches of each journey, in its order: `journey`, `place` from 1, `age`, `marks`, `part`, cuts.

    Of touches by one person, of one kind, with one content on one day of the company, a journey has
    the first. `age` is in days before the journey's end; `marks` are the milestones that it holds, by
    the bits of `MARKS`; `part` is how much of the touch belongs to this journey: a touch in the time
    of several open opportunities belongs to that which it was made for, else to those whose product
    its content is for, else to all by what they are worth.
    """
    return ground.once(_steps)


def _steps(ground: Ground) -> ir.Table:
    rows = _first_of_a_day(ground, _within(ground))
    rows = _parted(ground, rows)
    order = ibis.window(group_by="journey", order_by=_IN_ORDER)
    rows = rows.mutate(place=ibis.row_number().over(order) + 1)
    whole = ibis.window(group_by="journey")
    instants = {
        "lead": rows.lead_at,
        "mql": rows.mql_at,
        "sal": rows.sal_at,
        "sql": rows.sql_at,
        "opportunity": rows.opened_at,
    }
    holds = {name: rows.touched_at <= at for name, at in instants.items()}
    holds["primary_campaign"] = rows.campaign_id == rows.named_campaign
    last = {name: rows.place.max(where=each).over(whole) for name, each in holds.items()}
    marks: list[Any] = [
        ibis.ifelse(rows.place == last[name], 1 << bit, 0) for bit, name in enumerate(MARKS)
    ]
    phase = ibis.cases(
        (rows.touched_at >= rows.opened_at, SELLING),
        (rows.touched_at >= rows.lead_at, LEAD),
        else_=BEFORE,
    )
    return rows.mutate(
        marks=functools.reduce(operator.add, marks).cast("int64"),
        phase=phase,
        age=in_days(rows.until, rows.touched_at),
    )


def _within(ground: Ground) -> ir.Table:
    """Every touch by every journey in whose time it lies."""
    each, made = journeys(ground).drop("contact_id"), touches(ground)
    rows = each.inner_join(
        made,
        [
            each.account_id == made.company_id,
            made.touched_at >= each.begins,
            made.touched_at <= each.until,
        ],
    )
    rows = rows.filter(rows.after.isnull() | (rows.touched_at > rows.after))
    agreed = policy(ground.setting)
    if agreed is not None and agreed.scope == BUYING_GROUP:
        group = ground["buying_group_role"]
        group = group.select(bought="opportunity_id", buyer="contact_id").distinct()
        rows = rows.semi_join(group, [rows.journey == group.bought, rows.contact_id == group.buyer])
    return rows


def _first_of_a_day(ground: Ground, rows: ir.Table, journey: str = "journey") -> ir.Table:
    rows = rows.mutate(touched_on=ground.days.number(rows.touched_at))
    alike = ibis.window(
        group_by=[journey, "contact_id", "content_asset_id", "kind", "touched_on"],
        order_by=_IN_ORDER,
    )
    rows = rows.mutate(alike=ibis.row_number().over(alike))
    # Of a touch by nobody known, another one is not the same.
    return rows.filter((rows.alike == 0) | rows.contact_id.isnull()).drop("alike", "touched_on")


def _parted(ground: Ground, rows: ir.Table) -> ir.Table:
    """How much of a touch belongs to each of the journeys in whose time it lies."""
    rows = _fits(ground, rows)
    rows = rows.mutate(
        fits=ibis.cases((rows.made_for == rows.journey, 2), (rows.for_product, 1), else_=0),
        worth=(rows.amount_minor * ibis.ifelse(rows.fx_rate > 0, rows.fx_rate, 1.0)).fill_null(0.0),
    )
    touch = ibis.window(group_by=["company_id", *_IN_ORDER])
    rows = rows.mutate(best=rows.fits.max().over(touch))
    rows = rows.filter(rows.fits == rows.best)
    rows = rows.mutate(among=rows.count().over(touch), worth_of_all=rows.worth.sum().over(touch))
    alone = (rows.among == 1) | (rows.best > 0)
    share = ibis.ifelse(rows.worth_of_all > 0, rows.worth / rows.worth_of_all, 1.0 / rows.among)
    return rows.mutate(part=ibis.ifelse(alone, 1.0, share)).drop(
        "fits", "best", "among", "worth", "worth_of_all", "for_product"
    )


def _fits(ground: Ground, rows: ir.Table) -> ir.Table:
    """The rows with `for_product`: the content is for the product that the opportunity is about."""
    assets, products = ground.facts["content_asset"], ground.facts["product"]
    told = assets.select(for_asset="content_asset_id", meant=assets.products.unnest()).distinct()
    names = [
        products.select(called=products[name], for_product_id="product_id")
        for name in ("name", "sku", "family")
    ]
    called = ibis.union(*names, distinct=True).filter(lambda t: t.called.notnull())
    pairs = told.inner_join(called, told.meant == called.called)
    pairs = pairs.select("for_asset", "for_product_id").distinct()
    rows = rows.left_join(
        pairs,
        [
            rows.content_asset_id == pairs.for_asset,
            rows.product_id == pairs.for_product_id,
        ],
    )
    return rows.mutate(for_product=rows.for_asset.notnull()).drop("for_asset", "for_product_id")


def unsold(ground: Ground) -> ir.Table:
    """Touches that led to no opportunity, in their journeys: `of`, `stretch`, `number`, `channel`.

    `of` is the company, or the person of whom no company is known. Such a journey lasts as long as the
    lookback, from the first touch or from the end of the company's opportunity before it; the next one
    begins when it is over. One that is not over, or into which an opportunity's own journey falls, is
    not among them: it may still lead to something, or has. The channels before each touch are in
    `BEFORE_COLUMNS`, the last of which is null where there are more than `FEW_CHANNELS`.
    """
    made = _first_of_a_day(ground, _outside(ground), "of")
    each = journeys(ground)
    each = each.filter(each.account_id.notnull())
    nothing = ibis.null("string")
    kept = {"channel": nothing, "fact_source": nothing, "fact_id": nothing}
    rows = ibis.union(
        made.select("of", "touched_at", "channel", "fact_source", "fact_id", mark=_TOUCHED),
        each.select(of="account_id", touched_at="begins", **kept, mark=_BEGUN),
        each.select(of="account_id", touched_at="until", **kept, mark=_ENDED),
    )
    order = ["touched_at", "mark", *_IN_ORDER[1:]]
    until_now = ibis.cumulative_window(group_by="of", order_by=order)
    rows = rows.mutate(stretch=(rows.mark == _ENDED).cast("int64").sum().over(until_now))
    ahead = ibis.window(group_by="of", order_by=order, preceding=0, following=None)
    begun = ibis.ifelse(rows.mark == _BEGUN, rows.touched_at, None)
    rows = rows.mutate(next_begins=begun.min().over(ahead)).filter(rows.mark == _TOUCHED)
    first = rows.touched_at.min().over(ibis.window(group_by=["of", "stretch"]))
    lookback = lookback_days(ground.setting)
    rows = rows.mutate(first=first)
    number = (in_days(rows.touched_at, rows["first"]) / lookback).floor().cast("int64")
    rows = rows.mutate(number=number)
    length = ibis.interval(seconds=round(lookback * 86_400))
    ends = rows["first"] + (rows.number + 1) * length
    now = ground.moment(ground.setting.as_of, rows.touched_at)
    rows = rows.mutate(over_at=ends).filter(lambda t: t.over_at <= t.next_begins.coalesce(now))
    steps = ibis.window(group_by=["of", "stretch", "number"], order_by=order)
    before = {
        name: rows.channel.lag(back + 1).over(steps) for back, name in enumerate(BEFORE_COLUMNS)
    }
    rows = rows.mutate(is_last=rows.channel.lead().over(steps).isnull(), **before)
    channels = made.agg(channels=made.channel.nunique())
    rows = rows.cross_join(channels)
    furthest = BEFORE_COLUMNS[-1]
    rows = rows.mutate(
        **{furthest: ibis.ifelse(rows.channels <= FEW_CHANNELS, rows[furthest], nothing)}
    )
    return dated(rows, "over_at", ground.days, ground.calendar).drop("week")


def _outside(ground: Ground) -> ir.Table:
    """Touches that lie in the time of no opportunity, with whose they are."""
    made = touches(ground)
    within = _within(ground).select("company_id", "touched_at", "fact_source", "fact_id")
    rows = made.anti_join(within, ["company_id", "touched_at", "fact_source", "fact_id"])
    return rows.mutate(of=rows.company_id.coalesce(-rows.contact_id)).filter(
        lambda t: t.of.notnull()
    )


# What is published.


def earned_sums(ground: Ground) -> ir.Table:
    """What was booked: `month`, cuts, `journey` (null where it has none) and the money.

    One row for each booking, or for each opportunity that was won where there are no bookings. Money is
    as its source has it: the amount, the cost of its goods, and what recurs in each of `term_months`.
    """
    rows = orders(ground)
    told = rows.select(
        "month",
        *revenue.CUTS,
        "amount_minor",
        "currency",
        "fx_rate",
        "term_months",
        goods_minor="cost_of_goods_minor",
        recurring_minor="monthly_recurring_minor",
        journey="opportunity_id",
    )
    # In one order: the last digits of what is added up, and what chance draws, depend on it.
    return told.order_by(told.columns)


def opened_sums(ground: Ground) -> ir.Table:
    """What is open: `month` of the opening, cuts, `journey`, the money and the chance of winning it.

    The `probability` is what the source gives for the stage in which it stands.
    """
    rows = revenue.deals(ground)
    rows = rows.filter(rows.outcome == revenue.OPEN)
    given = ground["opportunity"].select("probability", known_as="opportunity_id")
    rows = rows.left_join(given, rows.opportunity_id == given.known_as)
    calendar = ground.calendar.select("day", "month")
    rows = rows.left_join(calendar, rows.opened == calendar.day)
    told = rows.select(
        "month",
        *revenue.CUTS,
        "amount_minor",
        "fx_rate",
        "probability",
        currency="amount_currency",
        journey="opportunity_id",
    )
    return told.order_by(told.columns)


def step_sums(ground: Ground) -> ir.Table:
    """The touches of the journeys of opportunities: `journey`, `place`, `age`, `marks`, `part`, cuts."""
    rows = steps(ground)
    return rows.select("journey", "place", "age", "marks", "part", *TOUCH_CUTS).order_by(
        ["journey", "place"]
    )


def journey_sums(ground: Ground) -> ir.Table:
    """The journeys of opportunities: `journey`, `month` of the end, cuts, `outcome`, the days it took."""
    rows = journeys(ground)
    calendar = ground.calendar.select("day", "month")
    rows = rows.left_join(calendar, rows.ended == calendar.day)
    return rows.select(
        "month",
        *revenue.CUTS,
        "journey",
        "outcome",
        days=in_days(rows.until, rows.opened_at),
    )


def unsold_sums(ground: Ground) -> ir.Table:
    """Steps of journeys without an opportunity: `month` of the last one, `fold`, the channels, counts.

    `passes` is how often a channel came after these, `lost` how often the journey ended there.
    """
    rows = ground.once(unsold)
    rows = rows.mutate(fold=rows.of.abs() % FOLDS)
    return rows.group_by(["month", "fold", *BEFORE_COLUMNS, "channel"]).agg(
        passes=rows.count().cast("int64"), lost=rows.is_last.sum().cast("int64")
    )


def unsold_set_sums(ground: Ground) -> ir.Table:
    """Journeys without an opportunity: `month` of the last touch, `channels` that they have, and `n`.

    The channels are a text, in the order of the alphabet with a line each. Of more channels than
    `MOST_IN_SETS` there are too many sets, and none is told.
    """
    rows = ground.once(unsold)
    rows = rows.filter(rows.channels <= MOST_IN_SETS)
    each = rows.group_by(["month", "of", "stretch", "number"]).agg(
        channels=rows.channel.collect(distinct=True)
    )
    each = each.mutate(channels=each.channels.sort().join(BETWEEN_CHANNELS))
    return each.group_by(["month", "channels"]).agg(n=each.count().cast("int64"))


def objective_sums(ground: Ground) -> ir.Table:
    """What campaigns are for: `channel`, `campaign` (its name), `objective`, and `n` of them."""
    rows = ground["campaign"]
    rows = rows.select(
        channel=known(rows.channel), campaign=known(rows.name), objective=known(rows.objective)
    )
    return rows.group_by(["channel", "campaign", "objective"]).agg(n=rows.count().cast("int64"))
