"""How fast leads are answered, and how many of each become qualified.

Association, never effect: the leads that look best are called first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from revloop.analysis import cuts, phrases
from revloop.analysis.cuts import CUTS
from revloop.analysis.days import dated
from revloop.analysis.loop.passes import counted, entered, passes, path
from revloop.analysis.needs import Need
from revloop.analysis.promises import charts
from revloop.analysis.promises.statistics.response import (
    Stratum,
    crude_ratio,
    mantel_haenszel,
    response_curve,
)
from revloop.analysis.rates import Rate
from revloop.analysis.reading import (
    UNKNOWN,
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
from revloop.kit.working_time.columns import Clocks, elapsed
from revloop.kit.working_time.columns.arrow import instants_from_arrow

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

OUTCOME_DAYS = 90
FASTEST, REFERENCE = "up to 5 min", "over 24 h"
BUCKETS = (FASTEST, "5 to 60 min", "1 to 24 h", REFERENCE, "never", "before an attempt")
"""By the time to the first attempt of a person; those who went on before one stand apart."""
_EDGES = (5, 60, 24 * 60)
WORKING, WALL = "working time", "wall time"
FALSE = ibis.literal(value=False)


def answers(ground: Ground) -> ir.Table:
    """One row for each lead: `raised_at`, `first_at` of a person's attempt, both minutes, outcome.

    `minutes` of working time and `wall_minutes`; `bucket` and `wall_bucket`; `rating`;
    `reached`, became an SQL (or the stage after the acceptance) within 90 days of the raised hand;
    `mature`, raised at least 90 days before the moment of the reading; keys and cuts.
    """
    return ground.once(_answers)


def _answers(ground: Ground) -> ir.Table:
    leads = counted(ground)
    told = leads.select(
        "inquiry_id",
        "contact_id",
        "owner_user_id",
        raised_at=leads["at"],
        rating=leads.rating.fill_null(UNKNOWN),
    )
    rows = told.left_join(first_attempts(ground, told), "inquiry_id")
    rows = rows.drop("inquiry_id_right", "contact_id")
    first = passes(ground)
    goal = outcome_stage(path(ground.setting))
    first = first.filter(first.subject == "inquiry", first.pass_no == 1)
    first = first.select(lead="subject_id", reached_at=first[entered(goal)])
    rows = rows.left_join(first, rows.inquiry_id == first.lead).drop("lead")
    rows = rows.left_join(_timed(ground, rows), "inquiry_id").drop("inquiry_id_right")
    within = ibis.interval(days=OUTCOME_DAYS)
    since = ground.moment(ground.setting.as_of - timedelta(days=OUTCOME_DAYS), rows.raised_at)
    early = rows.reached_at.notnull() & (rows.first_at.isnull() | (rows.reached_at < rows.first_at))
    rows = rows.mutate(
        reached=(rows.reached_at <= rows.raised_at + within).fill_null(FALSE),
        mature=rows.raised_at <= since,
        bucket=_bucket(rows.minutes, early),
        wall_bucket=_bucket(rows.wall_minutes, early),
    )
    about = cuts.subjects(ground)
    about = about.filter(about.subject == "inquiry").select(
        "account_id", "contact_id", *CUTS, lead="subject_id"
    )
    rows = rows.left_join(about, rows.inquiry_id == about.lead).drop("lead")
    return dated(rows, "raised_at", ground.days, ground.calendar)


def outcome_stage(stages: tuple[str, ...]) -> str:
    """What a lead is to become: an SQL, else the stage before the last but one."""
    return "sql" if "sql" in stages else stages[min(2, len(stages) - 1)]


def first_attempts(ground: Ground, leads: ir.Table) -> ir.Table:
    """The first attempt of a person on each lead (`inquiry_id`), from `raised_at` on: `first_at`."""
    done = tries(ground, leads).rename(lead="inquiry_id")
    joined = leads.inner_join(
        done, (leads.inquiry_id == done.lead) & (done.made_at >= leads.raised_at)
    )
    return joined.group_by("inquiry_id").agg(first_at=joined.made_at.min())


def tries(ground: Ground, leads: ir.Table) -> ir.Table:
    """What people tried, and talked, to reach each of these leads: `inquiry_id`, `made_at`.

    Most sources note on a call whom it was made to, and no lead; such a call counts for every lead of
    that person. A call about an opportunity is about the deal.
    """
    done = ground["activity"]
    human = ~done.automated.fill_null(FALSE) & ~done.is_planned.fill_null(FALSE)
    done = done.filter(human, done.direction.isin(("out", "two_way")))
    of_leads = done.filter(done.inquiry_id.notnull()).select("inquiry_id", made_at=done["at"])
    of_people = done.filter(
        done.inquiry_id.isnull(), done.opportunity_id.isnull(), done.contact_id.notnull()
    )
    of_people = of_people.select(called="contact_id", made_at="at")
    of_people = leads.inner_join(of_people, leads.contact_id == of_people.called)
    return of_leads.union(of_people.select("inquiry_id", "made_at"))


def _timed(ground: Ground, rows: ir.Table) -> ir.Table:
    """Minutes from the raised hand to the first attempt, of the owner's working time and of all."""
    told = rows.filter(rows.first_at.notnull()).select(
        "inquiry_id", "owner_user_id", "raised_at", "first_at"
    )
    found = ground.facts.arrow(told.order_by("inquiry_id"))
    begin, end = (instants_from_arrow(found[name]) for name in ("raised_at", "first_at"))
    calendars, numbers = _hours(ground, found)
    wall = (end - begin).astype("timedelta64[us]").astype(np.int64) / 60e6
    if calendars:
        worked = elapsed(Clocks(calendars, numbers, begin), end)
        minutes = worked.astype("timedelta64[us]").astype(np.int64) / 60e6
    else:
        minutes = np.full(len(begin), np.nan)
    return ground.facts.held(
        pa.table(
            {
                "inquiry_id": found["inquiry_id"].cast(pa.int64()),
                "minutes": pa.array(minutes, mask=np.isnan(minutes)),
                "wall_minutes": pa.array(wall),
            }
        )
    )


def _hours(ground: Ground, found: pa.Table) -> tuple[list[Any], Any]:
    """The calendars of the agreement in force, and the number of that of each lead's owner."""
    agreement = ground.setting.agreement
    if agreement is None:
        return [], np.zeros(found.num_rows, np.int64)
    known = agreement.form.calendars
    names = list(known)
    users = ground.facts["user"].select("user_id", "calendar")
    of_users = {row["user_id"]: row["calendar"] for row in ground.facts.arrow(users).to_pylist()}
    usual = names.index(agreement.form.working_days)
    owned: Any = found["owner_user_id"].cast(pa.int64())
    owners = np.asarray(owned.fill_null(-1).to_numpy(), np.int64)
    each, place = np.unique(owners, return_inverse=True)
    numbers = [
        names.index(of_users[one]) if of_users.get(one) in known else usual for one in each.tolist()
    ]
    return [known[name].calendar for name in names], np.asarray(numbers, np.int64)[place]


def _bucket(minutes: Any, early: Any) -> Any:
    five, hour, day = _EDGES
    return ibis.cases(
        (early.fill_null(FALSE), BUCKETS[5]),
        (minutes <= five, BUCKETS[0]),
        (minutes <= hour, BUCKETS[1]),
        (minutes <= day, BUCKETS[2]),
        (minutes > day, BUCKETS[3]),
        else_=BUCKETS[4],
    )


def answer_sums(ground: Ground) -> ir.Table:
    """Mature leads by `clock`, `bucket`, `rating`, `month` and cuts: `n`, and `reached` of them."""
    rows = answers(ground)
    rows = rows.filter(rows.mature)
    told = []
    for clock, column in ((WORKING, "bucket"), (WALL, "wall_bucket")):
        each = rows.mutate(chosen=rows[column])
        keys = ["chosen", "rating", "month", *CUTS]
        grouped = each.group_by(keys).agg(
            n=each.count().cast("int64"), reached=each.reached.sum().cast("int64")
        )
        told.append(
            grouped.select(
                clock=ibis.literal(clock),
                bucket="chosen",
                **{name: grouped[name] for name in ("rating", "month", *CUTS, "n", "reached")},
            )
        )
    return ibis.union(*told)


ANSWERS = Sums("answers", answer_sums, CUTS)
ANSWER_ROWS = Rows(
    "answer_rows",
    answers,
    ("raised_at", "inquiry_id"),
    columns=(
        Column("raised_at", "raised the hand"),
        Column("first_at", "first attempt"),
        Column("minutes", "working time to it", "minutes"),
        Column("wall_minutes", "wall time to it", "minutes"),
        Column("rating", "how warm the source holds it to be"),
        Column("owner_user_id", "owner"),
        Column("source", "source"),
    ),
    filters=("bucket", "wall_bucket", "rating"),
)


def conclude(given: Given) -> Found:
    by = given.asked.by
    table = added(given.sums(ANSWERS.name), (*by, "clock", "bucket", "rating"), ("n", "reached"))
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        groups.setdefault((*(row[cut] for cut in by), row["clock"]), []).append(row)
    rows, ratios = [], []
    for key in sorted(groups, key=lambda each: (each[:-1], each[-1] != WORKING)):
        named = {**dict(zip(by, key, strict=False)), "clock": key[-1]}
        rows += [named | row for row in _curve(groups[key])]
        ratios.append(named | _ratios(groups[key]))
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(ratios, by),
        headline=_headline(ratios, by),
        notes=(_CAUTION,),
        more={"ratios": pa.Table.from_pylist(ratios, schema=schema(by, _RATIOS))},
    )


def _curve(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rates = []
    for bucket in BUCKETS:
        own = [row for row in rows if row["bucket"] == bucket]
        rates.append((bucket, Rate(sum(r["reached"] for r in own), sum(r["n"] for r in own))))
    told = []
    for each in response_curve(rates, REFERENCE):
        ratio = each.ratio
        told.append(
            {
                "bucket": each.name,
                **each.rate.as_row,
                "is_small": each.rate.is_small(),
                "ratio": float(ratio.exact) if ratio.exact is not None else None,
                "ratio_low": ratio.interval.low if ratio.interval else None,
                "ratio_high": ratio.interval.high if ratio.interval else None,
            }
        )
    return told


def _ratios(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Fast against later ones, those that were answered: crude, and with like compared to like."""
    strata = []
    for rating in sorted({row["rating"] for row in rows}):
        own = [row for row in rows if row["rating"] == rating]
        strata.append(Stratum(_rate(own, {FASTEST}), _rate(own, set(BUCKETS[1:4]))))
    crude, adjusted = crude_ratio(strata), mantel_haenszel(strata)
    fast, slow = _rate(rows, {FASTEST}), _rate(rows, set(BUCKETS[1:4]))
    return {
        "n_fast": fast.n,
        "x_fast": fast.x,
        "n_slow": slow.n,
        "x_slow": slow.x,
        "crude": float(crude.exact) if crude.exact is not None else None,
        "crude_low": crude.interval.low if crude.interval else None,
        "crude_high": crude.interval.high if crude.interval else None,
        "adjusted": float(adjusted.exact) if adjusted.exact is not None else None,
        "adjusted_low": adjusted.interval.low if adjusted.interval else None,
        "adjusted_high": adjusted.interval.high if adjusted.interval else None,
        "strata": len(strata),
    }


def _rate(rows: list[dict[str, Any]], buckets: set[str]) -> Rate:
    own = [row for row in rows if row["bucket"] in buckets]
    return Rate(sum(row["reached"] for row in own), sum(row["n"] for row in own))


_CAUTION = (
    "An association, not an effect: hot leads are called first, and among those never answered are"
    " some that were worth no call. The ratio within like leads takes out what the rating knows; what"
    " it does not know is still in it. Only giving leads to fast and slow answers by lot would tell."
)


def _sentence(ratios: list[dict[str, Any]], by: tuple[str, ...]) -> str:
    if by:
        return phrases.compared(len(ratios), by, "curve")
    known = [row for row in ratios if row["adjusted"] is not None and row["adjusted_low"]]
    if not known:
        return (
            "Too few leads were answered 90 days ago or earlier to compare fast answers with late."
        )
    row = known[0]
    return (
        f"Leads answered within 5 minutes of {row['clock']} became qualified {row['adjusted']:.2f}"
        f" times as often as like leads answered later ({row['adjusted_low']:.2f} to"
        f" {row['adjusted_high']:.2f}; n {row['n_fast']:,} and {row['n_slow']:,});"
        f" without comparing like with like it would look like {row['crude']:.2f} times."
    )


def _headline(ratios: list[dict[str, Any]], by: tuple[str, ...]) -> Headline | None:
    if by or not ratios or ratios[0]["adjusted"] is None:
        return None
    row = ratios[0]
    return Headline(
        row["adjusted"],
        "times as often",
        row["adjusted_low"],
        row["adjusted_high"],
        n=row["n_fast"] + row["n_slow"],
    )


_HELD: Mapping[str, pa.DataType] = {
    "clock": pa.string(),
    "bucket": pa.string(),
    "n": pa.int64(),
    "x": pa.int64(),
    "rate": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "is_small": pa.bool_(),
    "ratio": pa.float64(),
    "ratio_low": pa.float64(),
    "ratio_high": pa.float64(),
}
_RATIOS: Mapping[str, pa.DataType] = {
    "clock": pa.string(),
    "n_fast": pa.int64(),
    "x_fast": pa.int64(),
    "n_slow": pa.int64(),
    "x_slow": pa.int64(),
    "crude": pa.float64(),
    "crude_low": pa.float64(),
    "crude_high": pa.float64(),
    "adjusted": pa.float64(),
    "adjusted_low": pa.float64(),
    "adjusted_high": pa.float64(),
    "strata": pa.int64(),
}
READING = Reading(
    name="response_curve",
    title="Response curve",
    question="Do leads that are answered sooner become qualified more often?",
    meaning="Of the leads raised at least 90 days ago, by the time to the first attempt of a person,"
    " the share that became qualified within 90 days of the raised hand.",
    unit="share, 0 to 1",
    grain="a lead",
    formula="rate = x / n by bucket; ratio to the bucket over 24 h with the interval of Katz; within"
    " like leads Σ a·n₀/N ÷ Σ b·n₁/N over the ratings, interval of Greenland and Robins",
    literature="Katz, D. et al. (1978), Biometrics 34; Mantel, N. and Haenszel, W. (1959), JNCI 22;"
    " Greenland, S. and Robins, J. M. (1985), Biometrics 41",
    obeys=("stages", "calendars", "lanes"),
    needs=(
        Need("inquiry", ("at",), "leads, with the time they came in"),
        Need("activity", ("inquiry_id",), "calls, e-mails and meetings with a lead"),
        Need("lifecycle_transition", ("to_state",), "the history of stages"),
    ),
    columns=(
        Column("clock", "working time of the owner, or wall time"),
        Column("bucket", "time to the first attempt of a person"),
        Column("n", "leads", "leads"),
        Column("x", "of these, qualified within 90 days", "leads"),
        Column("rate", "x of n", "0 to 1"),
        Column("low", "lower end of its 95 % interval", "0 to 1"),
        Column("high", "upper end of its 95 % interval", "0 to 1"),
        Column("is_small", "n is below 20: no colour, no rank"),
        Column("ratio", "the rate by that of the leads answered after 24 hours", "times"),
        Column("ratio_low", "lower end of its 95 % interval", "times"),
        Column("ratio_high", "upper end of its 95 % interval", "times"),
    ),
    sums=(ANSWERS,),
    conclude=conclude,
    rows=ANSWER_ROWS,
    chart=charts.curve,
)
