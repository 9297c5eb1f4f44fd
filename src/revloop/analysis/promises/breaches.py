"""Every broken promise of either side: which it was, who had it in hand, how late, and about whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from revloop.analysis import phrases
from revloop.analysis.cuts import CUTS
from revloop.analysis.promises import clocks, shares
from revloop.analysis.promises.judging import BREACHED, MARKETING, OPEN_BREACHED, SALES
from revloop.analysis.promises.kept import NEEDS
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

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

ROUTING = "routing"
"""Answers for the time in which nobody had it."""
_KEYS = ("promise", "version", "side", "kind", "responsible")
_SAME = (
    "promise",
    "version",
    "side",
    "kind",
    "inquiry_id",
    "opportunity_id",
    "account_id",
    "contact_id",
    "month",
    "week",
    *CUTS,
)
FALSE = ibis.literal(value=False)


def breach_rows(ground: Ground) -> ir.Table:
    """The ledger: one row for each breach of a clock, a share or a count, whoever promised it.

    Columns: `breach`, a key that stays the same; `promise`, `version`, `side`, `kind`; `begin`,
    `due`; `still_open`; `late_minutes` of working time, of clocks; `responsible`, the id of a user,
    `routing` where nobody had it, `not known`; `inquiry_id`, `opportunity_id`, `account_id`,
    `contact_id`; `month`, `week`, the cuts.
    """
    ran = clocks.clocks(ground)
    ran = ran.filter(ran.state.isin((BREACHED, OPEN_BREACHED)))
    ran = ran.mutate(kind=ibis.literal("clock"))
    of_clocks = ran.select(
        *_SAME,
        breach=ran.clock,
        begin=ran.begin.cast(_INSTANT),
        due=ran.due.cast(_INSTANT),
        still_open=ran.state == OPEN_BREACHED,
        late_minutes=ran.late / 60,
        responsible_user_id=ran.responsible_user_id.cast("int64"),
        responsible=ibis.ifelse(ran.unowned, ROUTING, _user(ran.responsible_user_id)),
    )
    arose = shares.cases(ground)
    arose = arose.filter(arose.state == shares.BROKEN)
    subject = arose.inquiry_id.cast("string").fill_null("")
    sold = arose.opportunity_id.cast("string").fill_null("")
    of_cases = arose.select(
        *_SAME,
        breach=arose.promise + "/" + subject + "/" + sold,
        begin=arose.arose.cast(_INSTANT),
        due=arose.due.cast(_INSTANT),
        still_open=FALSE,
        late_minutes=ibis.null("float64"),
        responsible_user_id=arose.user_id,
        responsible=_user(arose.user_id),
    )
    return of_clocks.union(of_cases)


_INSTANT = "timestamp('UTC', 6)"


def _user(column: Any) -> Any:
    return column.cast("int64").cast("string").fill_null(UNKNOWN)


def breach_sums(ground: Ground) -> ir.Table:
    """Breaches by promise, version, side, kind, responsible, month and cuts.

    Columns: `n`; `still_open` of them; `timed`, those of clocks, and `late`, the sum of their
    lateness in whole seconds of working time.
    """
    rows = breach_rows(ground)
    return rows.group_by([*_KEYS, "month", *CUTS]).agg(
        n=rows.count().cast("int64"),
        still_open=rows.still_open.sum().cast("int64"),
        timed=rows.late_minutes.count().cast("int64"),
        late=(rows.late_minutes * 60).round().sum().fill_null(0).cast("int64"),
    )


BREACHES = Sums("breaches", breach_sums, CUTS)
BREACH_ROWS = Rows(
    "breach_rows",
    breach_rows,
    ("begin", "promise", "breach"),
    columns=(
        Column("promise", "the promise"),
        Column("side", "who promised it"),
        Column("begin", "began"),
        Column("due", "was due"),
        Column("late_minutes", "late by", "minutes of working time"),
        Column("still_open", "is open still"),
        Column("responsible_user_id", "who answers for it"),
        Column("source", "source"),
        Column("version", "version of the agreement"),
    ),
    filters=("promise", "side", "version", "responsible", "kind"),
)
_COUNTS = ("n", "still_open", "timed", "late")


def conclude(given: Given) -> Found:
    by = given.asked.by
    sums = given.sums(BREACHES.name)
    rows = [_row(row, by) for row in added(sums, (*by, *_KEYS), _COUNTS).to_pylist()]
    rows.sort(key=lambda row: (-row["n"], row["promise"], row["version"], row["responsible"]))
    total = sum(row["n"] for row in rows)
    months = added(sums, ("side", "month"), ("n",)).to_pylist()
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(rows, given),
        headline=Headline(float(total), "breaches", n=total) if not by else None,
        notes=(_WHOSE,),
        more={"months": pa.Table.from_pylist(months, schema=_MONTHS)},
    )


def _row(row: Mapping[str, Any], by: tuple[str, ...]) -> dict[str, Any]:
    return {
        **{cut: row[cut] for cut in by},
        **{key: row[key] for key in _KEYS},
        "n": row["n"],
        "still_open": row["still_open"],
        "mean_late_minutes": row["late"] / row["timed"] / 60 if row["timed"] else None,
    }


_WHOSE = (
    "Who held a clock for most of its working time until it was due answers for it; for the time in"
    " which nobody had it, routing does. A side answers for a breach, a person is only who had it."
)


def _sentence(rows: list[dict[str, Any]], given: Given) -> str:
    if not given.setting.tenures:
        return "Nothing was agreed in this time, so nothing was broken."
    told = []
    for side in (MARKETING, SALES):
        own = [row for row in rows if row["side"] == side]
        n, still = sum(row["n"] for row in own), sum(row["still_open"] for row in own)
        told.append(
            f"{side.capitalize()} broke a promise {phrases.counted(n, 'time')}"
            + (f", {phrases.counted(still, 'case')} still open" if still else "")
        )
    return "; ".join(told) + "."


_HELD: Mapping[str, pa.DataType] = {
    **dict.fromkeys(_KEYS, pa.string()),
    "n": pa.int64(),
    "still_open": pa.int64(),
    "mean_late_minutes": pa.float64(),
}
_MONTHS = schema((), {"side": pa.string(), "month": pa.string(), "n": pa.int64()})
READING = Reading(
    name="breaches",
    title="Breaches",
    question="Which promises were broken, by whom and how late?",
    meaning="Every case of a clock, a share or a count that was not as promised, of both sides.",
    unit="breaches",
    grain="a broken case of a promise",
    formula="breached + open breaches, by promise and by who held it for most of its working time"
    " until it was due",
    literature="counts",
    obeys=("promises", "calendars", "pauses", "lanes", "reasons"),
    needs=NEEDS,
    columns=(
        Column("promise", "its name in the agreement"),
        Column("version", "the version of the agreement that judges it"),
        Column("side", "who promised it"),
        Column("kind", "clock, count or share"),
        Column("responsible", "the user who had it in hand; routing where nobody had"),
        Column("n", "breaches", "cases"),
        Column("still_open", "of these, not ended yet", "cases"),
        Column("mean_late_minutes", "of clocks, the mean lateness", "minutes of working time"),
    ),
    sums=(BREACHES,),
    conclude=conclude,
    rows=BREACH_ROWS,
)
