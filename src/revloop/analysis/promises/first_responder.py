"""Do buyers choose who answers them first?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from revloop.analysis import cuts, phrases
from revloop.analysis.cuts import CUTS
from revloop.analysis.days import dated
from revloop.analysis.loop.passes import closed_at
from revloop.analysis.needs import Need
from revloop.analysis.promises.statistics.first_responder import FirstResponder
from revloop.analysis.rates import Rate
from revloop.analysis.reading import (
    Column,
    Found,
    Given,
    Headline,
    Reading,
    Sums,
    added,
    schema,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

_US, _OTHER, _UNKNOWN = "us", "other", "unknown"
FALSE = ibis.literal(value=False)


def responder_sums(ground: Ground) -> ir.Table:
    """Closed opportunities of new business by who answered first, `month` of closing, cuts.

    What the buyer said afterwards counts before what the opportunity says. Columns: `responder` (us,
    other, unknown), `n`, and `won` of them.
    """
    sold = ground["opportunity"]
    sold = sold.mutate(closed=closed_at(sold))
    known_end = sold.is_won.notnull() & sold.closed.notnull() & ground.until(sold.closed)
    new = ~sold.opportunity_type.isin(("renewal", "expansion")).fill_null(FALSE)
    sold = sold.filter(known_end, new)
    said = ground["win_loss_answer"]
    said = said.filter(said.first_responder.isin((_US, _OTHER)))
    said = said.group_by(asked_about="opportunity_id").agg(said=said.first_responder.max())
    rows = sold.left_join(said, sold.opportunity_id == said.asked_about)
    told = ibis.ifelse(
        rows.first_responder.isin((_US, _OTHER)).fill_null(FALSE), rows.first_responder, None
    )
    rows = rows.select(
        "opportunity_id",
        "closed",
        won=rows.is_won,
        responder=ibis.coalesce(rows.said, told, ibis.literal(_UNKNOWN)),
    )
    about = cuts.subjects(ground).filter(lambda t: t.subject == "opportunity")
    about = about.select(*CUTS, sold_id="subject_id")
    rows = rows.left_join(about, rows.opportunity_id == about.sold_id)
    rows = rows.mutate(**{cut: cuts.known(rows[cut]) for cut in CUTS})
    rows = dated(rows, "closed", ground.days, ground.calendar)
    return rows.group_by(["responder", "month", *CUTS]).agg(
        n=rows.count().cast("int64"), won=rows.won.sum().cast("int64")
    )


RESPONDERS = Sums("responders", responder_sums, CUTS)


def conclude(given: Given) -> Found:
    by = given.asked.by
    table = added(given.sums(RESPONDERS.name), (*by, "responder"), ("n", "won")).to_pylist()
    groups: dict[tuple[str, ...], dict[str, Rate]] = {}
    for row in table:
        own = groups.setdefault(tuple(row[cut] for cut in by), {})
        own[row["responder"]] = Rate(row["won"], row["n"])
    none = Rate(0, 0)
    found = [
        (
            dict(zip(by, key, strict=True)),
            FirstResponder(*(rates.get(word, none) for word in (_US, _OTHER, _UNKNOWN))),
        )
        for key, rates in sorted(groups.items())
    ]
    rows = [named | _row(each) for named, each in found]
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(rows, by),
        headline=_headline(rows, by),
        notes=(_NOTE,),
    )


def _row(found: FirstResponder) -> dict[str, Any]:
    share, unknown = found.share_of_known_wins, found.unknown_share
    low, high = share.interval or (None, None)
    lowest, highest = found.bounds or (None, None)
    return {
        "first_won": found.first.x,
        "first_n": found.first.n,
        "win_first": found.first.value,
        "later_won": found.not_first.x,
        "later_n": found.not_first.n,
        "win_later": found.not_first.value,
        "x": share.x,
        "n": share.n,
        "value": share.value,
        "low": low,
        "high": high,
        "lowest": None if lowest is None else float(lowest),
        "highest": None if highest is None else float(highest),
        "unknown": unknown.x,
        "closed": unknown.n,
        "unknown_share": unknown.value,
    }


_NOTE = (
    "Association, not effect: whom a buyer asks first is often whom he prefers. The bounds are the"
    " share if we were first in none, or in all, of the wins of which nobody knows."
)


def _sentence(rows: list[dict[str, Any]], by: tuple[str, ...]) -> str:
    if by:
        return phrases.compared(len(rows), by, "row")
    if not rows or not rows[0]["n"]:
        return "Of no deal won in this time is it known who answered first."
    row = rows[0]
    return (
        f"In {phrases.rate(Rate(row['x'], row['n']))} of the deals won we answered first, as far as it"
        f" is known; {phrases.share(row['lowest'])} to {phrases.share(row['highest'])} with those of"
        f" which it is not. Of all closed deals {phrases.share(row['unknown_share'])} do not tell."
    )


def _headline(rows: list[dict[str, Any]], by: tuple[str, ...]) -> Headline | None:
    if by or not rows or rows[0]["value"] is None:
        return None
    row = rows[0]
    return Headline(row["value"], "0 to 1", row["low"], row["high"], row["x"], row["n"])


_HELD: Mapping[str, pa.DataType] = {
    "first_won": pa.int64(),
    "first_n": pa.int64(),
    "win_first": pa.float64(),
    "later_won": pa.int64(),
    "later_n": pa.int64(),
    "win_later": pa.float64(),
    "x": pa.int64(),
    "n": pa.int64(),
    **dict.fromkeys(("value", "low", "high", "lowest", "highest"), pa.float64()),
    "unknown": pa.int64(),
    "closed": pa.int64(),
    "unknown_share": pa.float64(),
}
READING = Reading(
    name="first_responder",
    title="First to answer",
    question="Do buyers choose who answers them first?",
    meaning="Of the deals won of which it is known who answered the buyer first, the share where we"
    " did; and the win rates of both.",
    unit="share, 0 to 1",
    grain="a closed opportunity of new business",
    formula="won where we were first / wins with a known answer; bounds with the unknown as none and"
    " as all; interval of Wilson",
    literature="Wilson, E. B. (1927), JASA 22",
    obeys=(),
    needs=(
        Need(
            "opportunity",
            ("first_responder",),
            "who answered the buyer first, as a field of the opportunity or from interviews",
            (Need("win_loss_answer", ("first_responder",), "interviews about deals"),),
        ),
        Need("opportunity", ("is_won",), "which opportunities were won"),
    ),
    columns=(
        Column("first_won", "won where we answered first", "deals"),
        Column("first_n", "closed where we answered first", "deals"),
        Column("win_first", "first_won of first_n", "0 to 1"),
        Column("later_won", "won where another answered first", "deals"),
        Column("later_n", "closed where another answered first", "deals"),
        Column("win_later", "later_won of later_n", "0 to 1"),
        Column("x", "won where we answered first", "deals"),
        Column("n", "won and known who answered first", "deals"),
        Column("value", "x of n", "0 to 1"),
        Column("low", "lower end of its 95 % interval", "0 to 1"),
        Column("high", "upper end of its 95 % interval", "0 to 1"),
        Column("lowest", "if we were first in none of the unknown wins", "0 to 1"),
        Column("highest", "if we were first in all of them", "0 to 1"),
        Column("unknown", "closed deals that do not tell", "deals"),
        Column("closed", "closed deals", "deals"),
        Column("unknown_share", "unknown of closed", "0 to 1"),
    ),
    sums=(RESPONDERS,),
    conclude=conclude,
)
