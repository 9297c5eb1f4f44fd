"""Do both teams mean the same by a qualified lead, and is it handed over whole?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from revloop.agreement.form import SharePromise
from revloop.analysis import cuts, phrases
from revloop.analysis.cuts import CUTS
from revloop.analysis.days import dated
from revloop.analysis.ground import Tenure
from revloop.analysis.needs import Need
from revloop.analysis.promises.handovers import holds, names_fields, offers
from revloop.analysis.promises.shares import REFUSED
from revloop.analysis.promises.statistics.judgement import Acceptance, Rejections
from revloop.analysis.rates import Rate
from revloop.analysis.reading import (
    Column,
    Excluded,
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

NOT_AGREED = "before the first version"
FALSE = ibis.literal(value=False)
_OFFERED = ("accepted", "rejected", "expired", "pending")
_CRITERIA = ("n", "met", "not_met", "unknown", "disputed")


def _about(ground: Ground, rows: ir.Table) -> ir.Table:
    """The rows with the cuts of their lead, and the month of `at`."""
    about = cuts.subjects(ground).filter(lambda t: t.subject == "inquiry")
    about = about.select(*CUTS, lead_id="subject_id")
    rows = rows.left_join(about, rows.inquiry_id == about.lead_id).drop("lead_id")
    rows = rows.mutate(**{cut: cuts.known(rows[cut]) for cut in CUTS})
    return dated(rows, "at", ground.days, ground.calendar)


def version_of(ground: Ground, at: Any) -> Any:
    """The version in force at an instant, in an expression."""
    held = [
        (at >= ground.moment(each.begins, at), each.contract.version)
        for each in reversed(ground.setting.tenures)
    ]
    return ibis.cases(*held, else_=NOT_AGREED) if held else ibis.literal(NOT_AGREED)


def offer_sums(ground: Ground) -> ir.Table:
    """What sales answered to offers: `version`, `month` of the offer, cuts, and counts.

    Columns: `accepted`, `rejected`, `expired`, `pending`; each offer is in one of them, in the first
    of these that it came to by the moment of the reading.
    """
    rows = offers(ground)
    accepted, rejected, expired = (
        (rows[name].notnull() & ground.until(rows[name])).fill_null(FALSE)
        for name in ("accepted_at", "rejected_at", "expired_at")
    )
    answer = ibis.cases(
        (accepted, "accepted"), (rejected, "rejected"), (expired, "expired"), else_="pending"
    )
    rows = rows.select("inquiry_id", "at", answer=answer, version=version_of(ground, rows["at"]))
    rows = _about(ground, rows)
    return rows.group_by(["version", "month", *CUTS]).agg(
        **{name: (rows.answer == name).sum().cast("int64") for name in _OFFERED}
    )


def decision_sums(ground: Ground) -> ir.Table:
    """Why sales refused: `version`, `verdict`, `reason`, `month` of the decision, cuts, and counts.

    Columns: `n`; `met`, those in which every criterion of the agreement held; `not_met`, in which one
    did not; `unknown`, in which none is known to fail and not all are known; `disputed`.
    """
    rows = ground["qualification_decision"]
    rows = rows.filter(rows.verdict.isin(REFUSED), rows.inquiry_id.notnull())
    fails, unsure, holds = (
        (rows[name].length() > 0).fill_null(FALSE)
        for name in ("criteria_not_met", "criteria_unknown", "criteria_met")
    )
    rows = rows.select(
        "inquiry_id",
        "at",
        "verdict",
        reason=rows.reason.fill_null("none"),
        version=version_of(ground, rows["at"]),
        met=holds & ~fails & ~unsure,
        not_met=fails,
        unknown=~fails & (unsure | ~holds),
        disputed=rows.is_disputed.fill_null(FALSE),
    )
    rows = _about(ground, rows)
    return rows.group_by(["version", "verdict", "reason", "month", *CUTS]).agg(
        n=rows.count().cast("int64"),
        **{name: rows[name].sum().cast("int64") for name in _CRITERIA[1:]},
    )


OFFERS = Sums("offers", offer_sums, CUTS)
DECISIONS = Sums("refusals", decision_sums, CUTS)


def conclude(given: Given) -> Found:
    by = given.asked.by
    offered, refused = given.sums(OFFERS.name), given.sums(DECISIONS.name)
    keys = (*by, "version")
    criteria = {
        tuple(row[key] for key in keys): row for row in added(refused, keys, _CRITERIA).to_pylist()
    }
    rows = []
    for row in added(offered, keys, _OFFERED).to_pylist():
        of = criteria.get(tuple(row[key] for key in keys), dict.fromkeys(_CRITERIA, 0))
        rows.append({key: row[key] for key in keys} | _judged(row, of))
    reasons = added(refused, (*keys, "verdict", "reason"), _CRITERIA).to_pylist()
    reasons.sort(key=lambda row: (*(row[key] for key in keys), -row["n"], row["reason"]))
    rows.sort(key=lambda row: (*(row[cut] for cut in by), _newest(row["version"], given)))
    pending = sum(row["pending"] for row in rows)
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _HELD)),
        sentence=_sentence(rows, by),
        headline=_headline(rows, by),
        excluded=(Excluded("not answered yet", pending),) if pending else (),
        notes=(_NO_SECOND_LOOK,),
        more={"reasons": pa.Table.from_pylist(reasons, schema=schema(by, _REASONS))},
    )


def _newest(version: str, given: Given) -> int:
    known = [each.contract.version for each in reversed(given.setting.tenures)]
    return known.index(version) if version in known else len(known)


def _judged(row: Mapping[str, Any], of: Mapping[str, Any]) -> dict[str, Any]:
    accepted = Acceptance(*(row[name] for name in _OFFERED)).rate
    disputes = Rejections(of["met"], of["not_met"], of["unknown"]).dispute_share
    low, high = accepted.interval or (None, None)
    dispute_low, dispute_high = disputes.interval or (None, None)
    return {
        "n": accepted.n,
        "accepted": accepted.x,
        "rejected": row["rejected"],
        "expired": row["expired"],
        "pending": row["pending"],
        "acceptance": accepted.value,
        "low": low,
        "high": high,
        "refusals": of["n"],
        "known": disputes.n,
        "all_met": disputes.x,
        "dispute_share": disputes.value,
        "dispute_low": dispute_low,
        "dispute_high": dispute_high,
        "criteria_unknown": of["unknown"],
        "disputed": of["disputed"],
    }


_NO_SECOND_LOOK = (
    "Agreement beyond chance (kappa) needs leads that both teams judged without knowing of each"
    " other; no facts tell of such, so it is not known."
)


def _sentence(rows: list[dict[str, Any]], by: tuple[str, ...]) -> str:
    if by:
        return f"{phrases.counted(len(rows), 'row')}, by {phrases.listed([*by, 'version'])}."
    if not rows:
        return "No lead was offered in this time."
    row = rows[0]
    told = (
        f"Under {_under(row['version'])} sales accepted"
        f" {phrases.rate(Rate(row['accepted'], row['n']))} of the leads that marketing offered"
    )
    if not row["known"]:
        return told + "."
    disputes = phrases.rate(Rate(row["all_met"], row["known"]))
    return (
        f"{told}; {disputes} of the refused met every criterion: there the definition is disputed."
    )


def _under(version: str) -> str:
    return "no agreement" if version == NOT_AGREED else f"version {version}"


def _headline(rows: list[dict[str, Any]], by: tuple[str, ...]) -> Headline | None:
    if by or not rows or rows[0]["acceptance"] is None:
        return None
    row = rows[0]
    return Headline(row["acceptance"], "0 to 1", row["low"], row["high"], row["accepted"], row["n"])


_HELD: Mapping[str, pa.DataType] = {
    "version": pa.string(),
    **dict.fromkeys(("n", "accepted", "rejected", "expired", "pending"), pa.int64()),
    **dict.fromkeys(("acceptance", "low", "high"), pa.float64()),
    **dict.fromkeys(("refusals", "known", "all_met"), pa.int64()),
    **dict.fromkeys(("dispute_share", "dispute_low", "dispute_high"), pa.float64()),
    **dict.fromkeys(("criteria_unknown", "disputed"), pa.int64()),
}
_REASONS: Mapping[str, pa.DataType] = {
    **dict.fromkeys(("version", "verdict", "reason"), pa.string()),
    **dict.fromkeys(_CRITERIA, pa.int64()),
}
_HANDED = Need("handoff", ("inquiry_id",), "offers of leads to sales, and what sales answered")
READING = Reading(
    name="qualification",
    title="Qualification",
    question="Do both teams mean the same by a qualified lead?",
    meaning="Of the leads that marketing offered and that are decided, the share that sales accepted;"
    " and of those refused, the share that met every criterion of the agreement.",
    unit="share, 0 to 1",
    grain="an offer of a lead, and a refusal",
    formula="acceptance = accepted / (accepted + rejected + expired); disputes = refusals with every"
    " criterion met / refusals whose criteria are known; interval of Wilson",
    literature="Wilson, E. B. (1927), JASA 22; Cohen, J. (1960), Educ. Psychol. Meas. 20",
    obeys=("stages", "reasons"),
    needs=(
        _HANDED,
        Need("qualification_decision", ("verdict",), "decisions of sales about leads"),
    ),
    columns=(
        Column("version", "the version of the agreement in force at the offer"),
        Column("n", "offers that are decided", "leads"),
        Column("accepted", "of n, accepted", "leads"),
        Column("rejected", "of n, rejected", "leads"),
        Column("expired", "of n, answered in no way in time", "leads"),
        Column("pending", "not answered yet", "leads"),
        Column("acceptance", "accepted of n", "0 to 1"),
        Column("low", "lower end of its 95 % interval", "0 to 1"),
        Column("high", "upper end of its 95 % interval", "0 to 1"),
        Column("refusals", "rejected, recycled or disqualified by a decision", "leads"),
        Column("known", "of these, those whose criteria are known", "leads"),
        Column("all_met", "of the known, those that met every criterion", "leads"),
        Column("dispute_share", "all_met of known", "0 to 1"),
        Column("dispute_low", "lower end of its 95 % interval", "0 to 1"),
        Column("dispute_high", "upper end of its 95 % interval", "0 to 1"),
        Column("criteria_unknown", "refusals in which a criterion is not known", "leads"),
        Column("disputed", "refusals that marketing disputed", "leads"),
    ),
    sums=(OFFERS, DECISIONS),
    conclude=conclude,
)


# Whether what is handed over is whole.

_WHOLE = "every field"


def handed_sums(ground: Ground) -> ir.Table:
    """Handoffs by the `version` in force, the `field` that it requires, `month`, cuts.

    Columns: `n`, handoffs whose fields are told, and `present` of them; the field `every field` holds
    the handoffs in which nothing was missing; `untold`, handoffs that do not tell their fields.
    """
    told = [
        _handed(ground, tenure, required)
        for tenure in ground.setting.tenures
        for required in [tuple(required_fields(tenure))]
        if required
    ]
    if not told:
        return ground.facts.held(_NOTHING_HANDED)
    return ibis.union(*told)


def required_fields(tenure: Tenure) -> Iterator[str]:
    """The fields that a version requires of a handoff, in the order of its file."""
    promises = tenure.contract.form.promises
    fields = [
        field
        for _, promise in promises
        if isinstance(promise, SharePromise) and promise.share.of == "handoffs"
        for field in promise.fields
    ]
    yield from dict.fromkeys(fields)


def _handed(ground: Ground, tenure: Tenure, required: tuple[str, ...]) -> ir.Table:
    rows = offers(ground)
    rows = rows.filter(rows["at"] >= ground.moment(tenure.begins, rows["at"]))
    if tenure.ends is not None:
        rows = rows.filter(rows["at"] < ground.moment(tenure.ends, rows["at"]))
    told = names_fields(rows)
    there = {field: holds(rows, field) for field in required}
    whole = told
    for each in there.values():
        whole &= each
    names = {f"has_{number}": there[field] & told for number, field in enumerate(required)}
    rows = rows.select("inquiry_id", "at", told=told, has_all=whole, **names)
    rows = _about(ground, rows)
    columns = {"has_all": _WHOLE} | {
        f"has_{number}": field for number, field in enumerate(required)
    }
    grouped = rows.group_by(["month", *CUTS]).agg(
        n=rows.told.sum().cast("int64"),
        untold=(~rows.told).sum().cast("int64"),
        **{name: rows[name].sum().cast("int64") for name in columns},
    )
    return ibis.union(
        *(
            grouped.select(
                version=ibis.literal(tenure.contract.version),
                field=ibis.literal(field),
                month="month",
                **{cut: grouped[cut] for cut in CUTS},
                n="n",
                present=grouped[name],
                untold="untold",
            )
            for name, field in columns.items()
        )
    )


_NOTHING_HANDED = schema(
    ("version", "field", "month", *CUTS), dict.fromkeys(("n", "present", "untold"), pa.int64())
).empty_table()
HANDED = Sums("handed", handed_sums, CUTS)


def conclude_handed(given: Given) -> Found:
    by = given.asked.by
    sums = given.sums(HANDED.name)
    rows = [
        _field(row, by)
        for row in added(sums, (*by, "version", "field"), ("n", "present", "untold")).to_pylist()
    ]
    rows.sort(
        key=lambda row: (
            *(row[cut] for cut in by),
            _newest(row["version"], given),
            row["field"] != _WHOLE,
            row["value"] if row["value"] is not None else 2,
            row["field"],
        )
    )
    whole = [row for row in rows if row["field"] == _WHOLE]
    untold = sum(row["untold"] for row in whole)
    return Found(
        table=pa.Table.from_pylist(rows, schema=schema(by, _FIELDS)),
        sentence=_said_handed(rows, whole, given),
        headline=_share_of(whole[0]) if whole and not by else None,
        excluded=(Excluded("do not tell which fields they hold", untold),) if untold else (),
    )


def _share_of(row: Mapping[str, Any]) -> Headline | None:
    if row["value"] is None:
        return None
    return Headline(row["value"], "0 to 1", row["low"], row["high"], row["x"], row["n"])


def _field(row: Mapping[str, Any], by: tuple[str, ...]) -> dict[str, Any]:
    rate = Rate(row["present"], row["n"])
    low, high = rate.interval or (None, None)
    return {
        **{cut: row[cut] for cut in by},
        "version": row["version"],
        "field": row["field"],
        "x": rate.x,
        "n": rate.n,
        "value": rate.value,
        "low": low,
        "high": high,
        "untold": row["untold"],
    }


def _said_handed(rows: list[dict[str, Any]], whole: list[dict[str, Any]], given: Given) -> str:
    if not whole:
        return "No version in force says what a hand-over must hold, or none was made."
    if given.asked.by:
        return phrases.compared(len(whole), given.asked.by, "row")
    first = whole[0]
    told = (
        f"Under version {first['version']} {phrases.rate(Rate(first['x'], first['n']))} of the"
        " hand-overs held every field that is required"
    )
    fields = [
        row
        for row in rows
        if row["version"] == first["version"] and row["field"] != _WHOLE and row["x"] < row["n"]
    ]
    if not fields:
        return told + "."
    worst = fields[0]
    missing = phrases.counted(worst["n"] - worst["x"], "time")
    return f"{told}; what was missing most is {worst['field'].replace('_', ' ')}, {missing}."


_FIELDS: Mapping[str, pa.DataType] = {
    "version": pa.string(),
    "field": pa.string(),
    "x": pa.int64(),
    "n": pa.int64(),
    "value": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
}
HANDOFF = Reading(
    name="handoff_completeness",
    title="Completeness of hand-overs",
    question="Does sales get what a hand-over must hold?",
    meaning="Of the leads handed over, the share in which every field was there that the agreement"
    " requires; and the same for each field.",
    unit="share, 0 to 1",
    grain="a hand-over of a lead",
    formula="present / n for each field, and for all of them at once; interval of Wilson",
    literature="Wilson, E. B. (1927), JASA 22",
    obeys=("promises",),
    needs=(
        Need(
            "handoff",
            ("fields_present", "fields_missing"),
            "hand-overs of leads, with the fields that they held",
        ),
    ),
    columns=(
        Column("version", "the version of the agreement that requires the field"),
        Column("field", "the field; or every field"),
        Column("x", "hand-overs in which it was there", "leads"),
        Column("n", "hand-overs", "leads"),
        Column("value", "x of n", "0 to 1"),
        Column("low", "lower end of its 95 % interval", "0 to 1"),
        Column("high", "upper end of its 95 % interval", "0 to 1"),
    ),
    sums=(HANDED,),
    conclude=conclude_handed,
)
