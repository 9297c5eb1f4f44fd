"""Lost opportunities whose day of return has come: whether somebody talked to the company again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from revloop.agreement.form import SharePromise
from revloop.analysis import cuts, phrases
from revloop.analysis.cuts import CUTS
from revloop.analysis.days import dated
from revloop.analysis.loop.statistics.revisits import Revisit, Revisits
from revloop.analysis.needs import Need
from revloop.analysis.rates import Rate
from revloop.analysis.reading import (
    Column,
    Found,
    Given,
    Headline,
    Reading,
    Rows,
    Sums,
    added,
    schema,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground, Setting

DAYS = 14
"""The grace after the day of return, where no promise of the agreement says another."""
LOST = "lost_returns_due"
"""What the promise about them is a share of."""
FALSE = ibis.literal(value=False)
_INSTANT = "timestamp('UTC', 6)"


def grace(promise: SharePromise | None) -> int:
    """The days of grace of a promise to take something up again."""
    within = promise.share.done_within if promise else None
    return within.length.days if within is not None and not within.by_date else DAYS


def grace_of(setting: Setting) -> int:
    """The days of grace, as the promise about lost opportunities in force says it."""
    if setting.agreement is None:
        return DAYS
    promises = setting.agreement.form.promises
    every = (*promises.sales_to_marketing.values(), *promises.marketing_to_sales.values())
    shares = (each for each in every if isinstance(each, SharePromise))
    return grace(next((each for each in shares if each.share.of == LOST), None))


def talked_again(ground: Ground, days: int) -> ir.Table:
    """Each lost opportunity that is to be taken up again: `due`, and `came_at`, the first talk for it.

    A talk is what a person did with the company from this many days before the day of return on: what
    was said when the deal was lost is no return.
    """
    sold = ground["opportunity"]
    lost = sold.filter(~sold.is_won, sold.return_on.notnull(), sold.account_id.notnull())
    lost = lost.select(
        "opportunity_id",
        "inquiry_id",
        user_id="owner_user_id",
        company="account_id",
        due=lost.return_on.cast(lost["at"].type()),
    )
    done = ground["activity"]
    done = done.filter(done.account_id.notnull(), ~done.automated.fill_null(FALSE))
    done = done.select(of="account_id", came_at=done["at"])
    early = lost.due - ibis.interval(days=days)
    joined = lost.left_join(done, (lost.company == done.of) & (done.came_at >= early))
    keys = ["opportunity_id", "inquiry_id", "user_id", "company", "due"]
    return joined.group_by(keys).agg(came_at=joined.came_at.min())


def revisit_rows(ground: Ground) -> ir.Table:
    """One row for each lost opportunity whose day of return has come.

    Columns: `opportunity_id`, `account_id`, `contact_id`, `owner_user_id`, the cuts; `due` and
    `came_at`; `state`: on time, late, never or pending; `opened_again`, whether the company has had a
    new opportunity since, and `won_again`, whether one of those was won; `month` and `week` of `due`.
    """
    return ground.once(_rows)


def _rows(ground: Ground) -> ir.Table:
    days = grace_of(ground.setting)
    rows = talked_again(ground, days)
    rows = rows.filter(ground.until(rows.due))
    ends = rows.due + ibis.interval(days=days + 1)  # the whole of the last day counts
    moment = ground.moment(ground.setting.as_of, rows.due)
    state = ibis.cases(
        (rows.came_at < ends, Revisit.ON_TIME.value),
        (rows.came_at.notnull(), Revisit.LATE.value),
        (ends > moment, Revisit.PENDING.value),
        else_=Revisit.NEVER.value,
    )
    rows = rows.mutate(state=state).select(
        "due", "came_at", "state", "company", lost="opportunity_id"
    )
    sold = ground["opportunity"]
    new = sold.select(buyer="account_id", opened=sold["at"], bought=sold.is_won.fill_null(FALSE))
    since = rows.due - ibis.interval(days=days)
    later = rows.inner_join(new, (rows.company == new.buyer) & (new.opened >= since))
    later = later.group_by(again="lost").agg(won_again=later.bought.max())
    rows = rows.left_join(later, rows.lost == later.again)
    rows = rows.mutate(
        opened_again=rows.again.notnull(), won_again=rows.won_again.fill_null(FALSE)
    ).drop("again", "company")
    about = cuts.subjects(ground)
    about = about.filter(about.subject == "opportunity").drop("subject", "opportunity_id")
    rows = rows.inner_join(about, rows.lost == about.subject_id).drop("subject_id")
    rows = rows.rename(opportunity_id="lost").mutate(due=rows.due.cast(_INSTANT))
    return dated(rows, "due", ground.days, ground.calendar)


def revisit_sums(ground: Ground) -> ir.Table:
    """By `month` of the day of return, cuts and `state`: `n`, `opened_again` and `won_again` of them."""
    rows = revisit_rows(ground)
    return rows.group_by(["month", *CUTS, "state"]).agg(
        n=rows.count().cast("int64"),
        opened=rows.opened_again.sum().cast("int64"),
        won=rows.won_again.sum().cast("int64"),
    )


SUMS = Sums("revisits", revisit_sums, CUTS)
ROWS = Rows(
    "revisit_rows",
    revisit_rows,
    ("due", "opportunity_id"),
    columns=(
        Column("state", "what was done"),
        Column("due", "was to be taken up again"),
        Column("came_at", "first talk since"),
        Column("opened_again", "has a new opportunity"),
        Column("won_again", "won since"),
        Column("owner_user_id", "owner"),
        Column("source", "source"),
        Column("segment", "segment"),
    ),
    filters=("state",),
)
_HELD: Mapping[str, pa.DataType] = {
    "due": pa.int64(),
    "n": pa.int64(),
    "x": pa.int64(),
    "late": pa.int64(),
    "never": pa.int64(),
    "pending": pa.int64(),
    "rate": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "is_small": pa.bool_(),
    "talked": pa.int64(),
    "opened_talked": pa.int64(),
    "won_talked": pa.int64(),
    "opened_never": pa.int64(),
    "won_never": pa.int64(),
}


def conclude(given: Given) -> Found:
    by = given.asked.by
    sums = added(given.sums(SUMS.name), (*by, "state"), ("n", "opened", "won")).to_pylist()
    groups: dict[tuple[str, ...], dict[str, dict[str, int]]] = {}
    for row in sums:
        groups.setdefault(tuple(row[cut] for cut in by), {})[row["state"]] = row
    rows = [
        {**dict(zip(by, names, strict=True)), **_row(states)}
        for names, states in sorted(groups.items())
    ]
    one = rows[0] if rows and not by else None
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(one, len(rows), given),
        headline=Headline(one["rate"], "0 to 1", one["low"], one["high"], one["x"], one["n"])
        if one and one["n"]
        else None,
        notes=(
            (
                f"In time is until {grace_of(given.setting)} days after the day of return. Where that"
                " time is not over it is pending: neither in time nor late."
            ),
            (
                "Whether they buy more often because somebody called is not said by this: who is called"
                " may have been the likelier buyer."
            ),
        ),
    )


def _row(states: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    def of(state: Revisit, what: str = "n") -> int:
        return states.get(state.value, {}).get(what, 0)

    found = Revisits(of(Revisit.ON_TIME), of(Revisit.LATE), of(Revisit.NEVER), of(Revisit.PENDING))
    talked = (Revisit.ON_TIME, Revisit.LATE)
    return {
        "due": found.due,
        **found.rate.as_row,
        "late": found.late,
        "never": found.never,
        "pending": found.pending,
        "is_small": found.rate.is_small(),
        "talked": sum(of(each) for each in talked),
        "opened_talked": sum(of(each, "opened") for each in talked),
        "won_talked": sum(of(each, "won") for each in talked),
        "opened_never": of(Revisit.NEVER, "opened"),
        "won_never": of(Revisit.NEVER, "won"),
    }


def _sentence(one: dict[str, Any] | None, rows: int, given: Given) -> str:
    if given.asked.by:
        return phrases.compared(rows, given.asked.by, "row")
    if one is None or not one["n"]:
        return "No lost opportunity was to be taken up again in this time."
    told = phrases.rate(Rate(one["x"], one["n"]))
    return (
        f"Of the lost opportunities whose day of return came, {told} were taken up again in time;"
        f" {one['late']:,} were late, {one['never']:,} nobody has talked to."
    )


READING = Reading(
    name="revisits",
    title="Lost opportunities taken up again",
    question="Does somebody call the lost ones when it is time?",
    meaning="Of the lost opportunities whose day of return has come, the share with whose company a"
    " person talked again until the end of the grace.",
    unit="share, 0 to 1",
    grain="a lost opportunity with a day of return",
    formula="on time / (on time + late + never); a talk counts from the grace before the day of return"
    " on; interval of Wilson",
    literature="Wilson, E. B. (1927), JASA 22",
    obeys=("promises", "reasons"),
    needs=(
        Need("opportunity", ("return_on",), "the day on which lost opportunities are to return"),
        Need("activity", ("account_id",), "what people did with each company"),
    ),
    columns=(
        Column("due", "lost opportunities whose day of return has come", "opportunities"),
        Column("n", "of these, those that are decided", "opportunities"),
        Column("x", "of these, taken up again in time", "opportunities"),
        Column("late", "taken up again later", "opportunities"),
        Column("never", "nobody has talked to them since", "opportunities"),
        Column("pending", "the grace is not over", "opportunities"),
        Column("rate", "x of n", "0 to 1"),
        Column("low", "lower end of its 95 % interval", "0 to 1"),
        Column("high", "upper end of its 95 % interval", "0 to 1"),
        Column("is_small", "n is below 20: no colour, no rank"),
        Column("talked", "taken up again, in time or late", "opportunities"),
        Column("opened_talked", "of these, with a new opportunity since", "opportunities"),
        Column("won_talked", "of these, with one that was won", "opportunities"),
        Column("opened_never", "of never, with a new opportunity all the same", "opportunities"),
        Column("won_never", "of these, with one that was won", "opportunities"),
    ),
    sums=(SUMS,),
    conclude=conclude,
    rows=ROWS,
)
