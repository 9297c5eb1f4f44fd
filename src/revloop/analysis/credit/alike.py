"""Whether leads that a channel touched come further than leads alike that it did not touch.

Credit goes to whoever was there. A channel that is shown to those who would have bought anyway earns
credit by every model; here leads of one warmth and one source are compared with each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow.compute as pc

from revloop.analysis import phrases
from revloop.analysis.credit import charts
from revloop.analysis.credit.laying import TOUCHES
from revloop.analysis.credit.measures import touches
from revloop.analysis.cuts import CUTS, subjects
from revloop.analysis.days import dated
from revloop.analysis.loop.passes import counted, entered, passes, path
from revloop.analysis.needs import Need
from revloop.analysis.promises.statistics.response import (
    Ratio,
    Stratum,
    crude_ratio,
    mantel_haenszel,
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
)
from revloop.analysis.revenue.laying import FLAG, NUMBER, TEXT, WHOLE, col, described, laid
from revloop.analysis.revenue.pipeline import title_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

OUTCOME_DAYS = 90
EVERYBODY = ""
"""Stands for the channel in the rows that count all leads, touched or not."""
_FALSE = ibis.literal(value=False)
_COUNTS = ("n", "reached")


def goal(stages: tuple[str, ...]) -> str:
    """What a lead is to become: an opportunity, else the stage before the last."""
    return "opportunity" if "opportunity" in stages else stages[max(0, len(stages) - 2)]


def leads(ground: Ground) -> ir.Table:
    """Mature leads: `inquiry_id`, `contact_id`, `raised_at`, `month`, `rating`, cuts, `reached`.

    `reached`: became an opportunity within 90 days of the raised hand; mature is who was raised at
    least as long before the moment of the reading.
    """
    return ground.once(_leads)


def _leads(ground: Ground) -> ir.Table:
    rows = counted(ground)
    rows = rows.select(
        "inquiry_id", "contact_id", raised_at=rows["at"], rating=rows.rating.fill_null(UNKNOWN)
    )
    since = ground.moment(ground.setting.as_of - timedelta(days=OUTCOME_DAYS), rows.raised_at)
    rows = rows.filter(rows.raised_at <= since)
    first = passes(ground)
    first = first.filter(first.subject == "inquiry", first.pass_no == 1)
    first = first.select(lead="subject_id", reached_at=first[entered(goal(path(ground.setting)))])
    rows = rows.left_join(first, rows.inquiry_id == first.lead).drop("lead")
    within = ibis.interval(days=OUTCOME_DAYS)
    rows = rows.mutate(reached=(rows.reached_at <= rows.raised_at + within).fill_null(_FALSE))
    about = subjects(ground)
    about = about.filter(about.subject == "inquiry").select("account_id", *CUTS, lead="subject_id")
    rows = rows.left_join(about, rows.inquiry_id == about.lead).drop("lead")
    return dated(rows, "raised_at", ground.days, ground.calendar)


def touched(ground: Ground) -> ir.Table:
    """The leads with each channel that had touched the person by the raised hand, that hand included."""
    rows, made = leads(ground), touches(ground)
    seen = made.filter(made.contact_id.notnull())
    seen = seen.group_by(toucher="contact_id", channel="channel").agg(
        first_touched=seen.touched_at.min()
    )
    return rows.inner_join(
        seen, [rows.contact_id == seen.toucher, rows.raised_at >= seen.first_touched]
    ).drop("toucher", "first_touched")


def alike_sums(ground: Ground) -> ir.Table:
    """Leads by `touched_by`, `rating`, `month` and cuts: `n`, and `reached` of them.

    A lead is in the row of each channel that had touched it, and in one of `EVERYBODY`.
    """
    every = leads(ground).mutate(touched_by=ibis.literal(EVERYBODY))
    some = touched(ground).rename(touched_by="channel")
    keys = ["touched_by", "rating", "month", *CUTS]
    rows = ibis.union(every.select(*keys, "reached"), some.select(*keys, "reached"))
    return rows.group_by(keys).agg(
        n=rows.count().cast("int64"), reached=rows.reached.sum().cast("int64")
    )


ALIKE = Sums("alike", alike_sums, CUTS)
ALIKE_ROWS = Rows(
    "alike_rows",
    touched,
    ("raised_at", "inquiry_id", "channel"),
    columns=(
        Column("channel", "had touched the person"),
        Column("raised_at", "raised the hand"),
        Column("rating", "how warm the source holds it to be"),
        Column("source", "source"),
        Column("segment", "segment"),
        Column("reached", "became an opportunity within 90 days"),
    ),
    filters=("channel", "rating"),
)

_COLUMNS = (
    col("channel", "the channel", TEXT),
    col("n_touched", "leads that it had touched", WHOLE, "leads"),
    col("x_touched", "of these, became an opportunity within 90 days", WHOLE, "leads"),
    col("n_others", "leads that it had not", WHOLE, "leads"),
    col("x_others", "of these, became one", WHOLE, "leads"),
    col("crude", "the one share by the other, all leads alike", NUMBER, "ratio"),
    col("ratio", "among leads of one rating and one source", NUMBER, "ratio"),
    col("low", "lower end of its 95 % interval", NUMBER, "ratio"),
    col("high", "upper end of its 95 % interval", NUMBER, "ratio"),
    col("strata", "groups of leads alike that have both", WHOLE),
    col("is_small", "fewer than 20 of either: no colour, no rank", FLAG),
)


@dataclass(frozen=True, slots=True)
class Lift:
    """What a channel's touch goes with."""

    channel: str
    touched: Rate
    others: Rate
    crude: Ratio
    alike: Ratio
    strata: int

    @property
    def is_small(self) -> bool:
        return self.touched.is_small() or self.others.is_small()


def lifts(given: Given) -> list[Lift]:
    """Of each channel, the ratio among leads alike; in the order of their names."""
    table = added(given.sums(ALIKE.name), ("touched_by", "rating", "source"), _COUNTS)
    cells: dict[str, dict[tuple[str, str], Rate]] = {}
    for row in table.to_pylist():
        kind = (row["rating"], row["source"])
        cells.setdefault(row["touched_by"], {})[kind] = Rate(row["reached"], row["n"])
    everybody = cells.pop(EVERYBODY, {})
    return [_lift(channel, cells[channel], everybody) for channel in sorted(cells)]


def _lift(
    channel: str, own: dict[tuple[str, str], Rate], every: dict[tuple[str, str], Rate]
) -> Lift:
    strata = []
    for kind, whole in every.items():
        mine = own.get(kind, Rate(0, 0))
        strata.append(Stratum(mine, Rate(whole.x - mine.x, whole.n - mine.n)))
    return Lift(
        channel,
        Rate(sum(each.exposed.x for each in strata), sum(each.exposed.n for each in strata)),
        Rate(sum(each.unexposed.x for each in strata), sum(each.unexposed.n for each in strata)),
        crude_ratio(strata),
        mantel_haenszel(strata),
        sum(bool(each.exposed.n and each.unexposed.n) for each in strata),
    )


def conclude(given: Given) -> Found:
    found = lifts(given)
    rated = set(map(str, pc.unique(given.sums(ALIKE.name)["rating"]).to_pylist())) - {UNKNOWN}
    notes = [_ALIKE, _NO_EFFECT]
    if not rated:
        notes.append("The source rates no lead: leads alike are those of one source.")
    return Found(
        table=laid([_row(each) for each in found], (), _COLUMNS),
        sentence=_sentence(given, found),
        headline=_headline(found),
        notes=tuple(notes),
    )


def _row(each: Lift) -> dict[str, Any]:
    low, high = each.alike.interval or (None, None)
    return {
        "channel": each.channel,
        "n_touched": each.touched.n,
        "x_touched": each.touched.x,
        "n_others": each.others.n,
        "x_others": each.others.x,
        "crude": None if each.crude.exact is None else float(each.crude.exact),
        "ratio": None if each.alike.exact is None else float(each.alike.exact),
        "low": low,
        "high": high,
        "strata": each.strata,
        "is_small": each.is_small,
    }


def _clear(found: list[Lift]) -> list[Lift]:
    """Those whose interval is above 1, the largest first."""
    some = [
        each
        for each in found
        if not each.is_small and each.alike.interval is not None and each.alike.interval.low > 1
    ]
    return sorted(some, key=lambda each: -float(each.alike.exact or 0))


def _headline(found: list[Lift]) -> Headline | None:
    clear = _clear(found)
    if not clear or clear[0].alike.interval is None or clear[0].alike.exact is None:
        return None
    best = clear[0]
    low, high = clear[0].alike.interval
    return Headline(float(clear[0].alike.exact), "ratio", low, high, best.touched.x, best.touched.n)


def _sentence(given: Given, found: list[Lift]) -> str:
    when = title_of(given.asked)
    if not found:
        return f"No lead that is 90 days old was touched by a channel {when}."
    clear = _clear(found)
    if not clear:
        return (
            f"Of no channel it is clear {when} that leads it touched become opportunities more often"
            " than others alike."
        )
    said = [
        f"{each.channel.replace('_', ' ')} {float(each.alike.exact or 0):.2f}"
        f" ({each.alike.interval.low:.2f} to {each.alike.interval.high:.2f})"
        for each in clear
        if each.alike.interval is not None
    ]
    return (
        f"Leads that a channel had touched became opportunities so many times as often as others of"
        f" the same warmth and source {when}: {phrases.listed(said)}."
    )


_ALIKE = (
    "Alike are leads of one source with one rating, as the source gives it; groups that have only"
    " touched or only untouched leads add nothing (Mantel and Haenszel)."
)
_NO_EFFECT = (
    "Still no effect: what neither rating nor source knows may differ. Leave a channel out for some,"
    " by chance, to know."
)

READING = Reading(
    name="channel_lift",
    title="Leads alike, touched or not",
    question="Do leads that a channel touched come further than leads alike that it did not?",
    meaning="Of each channel, the share of leads it had touched that became opportunities, by that of"
    " others with the same rating and source.",
    unit="ratio of shares",
    grain="a lead that is at least 90 days old",
    formula="sum(a*n0/N) / sum(b*n1/N) over ratings and sources; within 90 days of the raised hand",
    literature="Mantel, N. and Haenszel, W. (1959), JNCI 22; Greenland, S. and Robins, J. M. (1985),"
    " Biometrics 41",
    obeys=("attribution", "stages"),
    needs=(
        TOUCHES,
        Need("inquiry", ("contact_id",), "leads, with the person who raised the hand"),
        Need(
            "lifecycle_transition",
            ("to_state",),
            "the history of stages, or one date column for each stage",
        ),
    ),
    columns=described(_COLUMNS),
    sums=(ALIKE,),
    conclude=conclude,
    rows=ALIKE_ROWS,
    chart=charts.alike,
)
