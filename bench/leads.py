"""Leads of a year as files of facts: raised hands, stages, attempts, clocks, sales."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from bench.company import COMPUTE, ids

FIRST, LAST = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
SELLERS, COMPANIES_A_LEAD = 60, 0.3
SHARE_QUALIFIED, SHARE_ACCEPTED, SHARE_SQL, SHARE_SOLD, SHARE_WON = 0.4, 0.7, 0.6, 0.6, 0.3
SHARE_BACK = 0.35
SOURCES = ("organic", "paid search", "webinar", "event", "partner", "outbound")
SEGMENTS = ("enterprise", "mid_market", "small_business")
REGIONS = ("emea", "amer", "apac")
QUOTA_MINOR = 500_000_00
FIELDS = ("company", "use_case", "budget")
_DAY = 86_400
Draw = np.random.Generator
Numbers = np.ndarray[Any, np.dtype[Any]]


def write(folder: Path, leads: int) -> None:
    """Write the files: about three stage events and one clock to each lead."""
    folder.mkdir()
    draw = np.random.default_rng(7)
    span = int((LAST - FIRST).total_seconds())
    raised = np.sort(draw.integers(0, span, leads))
    owner = draw.integers(0, SELLERS, leads)
    company = draw.integers(0, max(1, int(leads * COMPANIES_A_LEAD)), leads)
    source = draw.integers(0, len(SOURCES), leads)
    tables = {
        "user": _users(),
        "account": _accounts(int(leads * COMPANIES_A_LEAD)),
        "inquiry": _inquiries(draw, raised, owner, company, source),
        "activity": _attempts(draw, raised, owner),
        "clock_event": _clocks(draw, raised, owner),
        **_stages(draw, raised, owner, company, source),
    }
    for kind, table in tables.items():
        pq.write_table(table, folder / f"{kind}.parquet")


def _users() -> pa.Table:
    count = SELLERS
    return pa.table(
        {
            "source_id": ids("u", np.arange(count)),
            "at": _at(np.zeros(count, np.int64)),
            "name": ids("Seller ", np.arange(count)),
            "role": pa.array(["sales"] * count),
            "calendar": pa.array(["us_east"] * count),
            "region": pa.array([REGIONS[each % len(REGIONS)] for each in range(count)]),
            "quota_minor": pa.array([QUOTA_MINOR] * count),
            "quota_currency": pa.array(["USD"] * count),
            "quota_period": pa.array(["quarter"] * count),
        }
    )


def _accounts(count: int) -> pa.Table:
    numbers = np.arange(count)
    return pa.table(
        {
            "source_id": ids("a", numbers),
            "at": _at(np.zeros(count, np.int64)),
            "name": ids("Company ", numbers),
            "region": _word(REGIONS, numbers % len(REGIONS)),
        }
    )


def _inquiries(
    draw: Draw, raised: Numbers, owner: Numbers, company: Numbers, source: Numbers
) -> Any:
    count = len(raised)
    return pa.table(
        {
            "source_id": ids("l", np.arange(count)),
            "at": _at(raised),
            "account_id": ids("crm:a", company),
            "owner_user_id": ids("crm:u", owner),
            "lead_source": _word(SOURCES, source),
            "segment": _word(SEGMENTS, draw.integers(0, len(SEGMENTS), count)),
            "lane": pa.array(["demo_request"] * count),
            "rating": _word(("Hot", "Warm"), draw.integers(0, 2, count)),
        }
    )


def _attempts(draw: Draw, raised: Numbers, owner: Numbers) -> pa.Table:
    lead = np.flatnonzero(draw.random(len(raised)) < 0.8)  # noqa: PLR2004 - a fifth is never called
    after = (draw.exponential(0.5, len(lead)) * _DAY).astype(np.int64) + 30
    return pa.table(
        {
            "source_id": ids("t", lead),
            "at": _at(raised[lead] + after),
            "kind": pa.array(["call"] * len(lead)),
            "direction": pa.array(["out"] * len(lead)),
            "outcome": _word(("connected", "no_answer"), draw.integers(0, 2, len(lead))),
            "automated": pa.array([False] * len(lead)),
            "inquiry_id": ids("crm:l", lead),
            "user_id": ids("crm:u", owner[lead]),
        }
    )


def _clocks(draw: Draw, raised: Numbers, owner: Numbers) -> pa.Table:
    """`answer_1day` of each lead; nine of ten were stopped."""
    count = len(raised)
    stopped = np.flatnonzero(draw.random(count) < 0.9)  # noqa: PLR2004 - as said
    after = (draw.exponential(0.4, len(stopped)) * _DAY).astype(np.int64) + 30
    lead = np.concatenate([np.arange(count), stopped])
    event = ["started"] * count + ["stopped"] * len(stopped)
    return pa.table(
        {
            "source_id": ids("k", np.arange(len(lead))),
            "at": _at(np.concatenate([raised, raised[stopped] + after])),
            "clock": ids("k", lead),
            "promise": pa.array(["answer_1day"] * len(lead)),
            "event": pa.array(event),
            "inquiry_id": ids("crm:l", lead),
            "owner_user_id": ids("crm:u", owner[lead]),
        }
    )


def _stages(
    draw: Draw, raised: Numbers, owner: Numbers, company: Numbers, source: Numbers
) -> dict[str, pa.Table]:
    """Stage after stage, those put aside with the ones that come back; and what was sold."""
    told: list[tuple[Numbers, Numbers, str]] = []
    offered: dict[str, pa.Table] = {}
    lead, at = np.arange(len(raised)), raised.copy()
    for stage, share in (("mql", SHARE_QUALIFIED), ("sal", SHARE_ACCEPTED), ("sql", SHARE_SQL)):
        goes_on = draw.random(len(lead)) < share
        put_aside = ~goes_on & (draw.random(len(lead)) < 0.5)  # noqa: PLR2004 - the half waits on
        gone, gone_at = lead[put_aside], at[put_aside] + _days(draw, int(put_aside.sum()), 6)
        told.append((gone, gone_at, "recycled"))
        back = draw.random(len(gone)) < SHARE_BACK
        told.append((gone[back], gone_at[back] + _days(draw, int(back.sum()), 60), "mql"))
        before, lead = (lead, at), lead[goes_on]
        at = at[goes_on] + _days(draw, int(goes_on.sum()), 4)
        told.append((lead, at, stage))
        if stage == "sal":
            offered = _offers(draw, before, (lead, at), (gone, gone_at), owner)
    subject = np.concatenate([each[0] for each in told])
    moment = np.concatenate([each[1] for each in told])
    word = np.concatenate([np.full(len(each[0]), each[2]) for each in told])
    seen = moment < int((LAST - FIRST).total_seconds())
    subject, moment, word = subject[seen], moment[seen], word[seen]
    moved = pa.table(
        {
            "source_id": ids("m", np.arange(len(subject))),
            "at": _at(moment),
            "subject": pa.array(["inquiry"] * len(subject)),
            "inquiry_id": ids("crm:l", subject),
            "to_state": pa.array(word),
            "stage": pa.array(word),
        }
    )
    sold = draw.random(len(lead)) < SHARE_SOLD
    deals = _deals(draw, lead[sold], at[sold], (owner, company, source))
    return {"lifecycle_transition": moved, "opportunity": deals, **offered}


def _offers(
    draw: Draw,
    offered: tuple[Numbers, Numbers],
    accepted: tuple[Numbers, Numbers],
    refused: tuple[Numbers, Numbers],
    owner: Numbers,
) -> dict[str, pa.Table]:
    """Each qualified lead as it was offered to sales, and what sales decided of it."""
    lead, at = offered
    answers = {"accepted_at": accepted, "rejected_at": refused}
    answered = {}
    for name, (of, when) in answers.items():
        known = np.zeros(int(lead.max(initial=0)) + 1, np.int64)
        known[of] = when
        answered[name] = COMPUTE.if_else(pa.array(known[lead] > 0), _at(known[lead]), None)
    held = draw.random((len(FIELDS), len(lead))) < 0.9  # noqa: PLR2004 - one of ten lacks each
    joined = [
        COMPUTE.if_else(pa.array(has), field, "") for field, has in zip(FIELDS, held, strict=True)
    ]
    handed = pa.table(
        {
            "source_id": ids("h", lead),
            "at": _at(at),
            "inquiry_id": ids("crm:l", lead),
            "to_user_id": ids("crm:u", owner[lead]),
            "type": pa.array(["marketing_to_sdr"] * len(lead)),
            **answered,
            "fields_present": COMPUTE.split_pattern(
                COMPUTE.binary_join_element_wise(*joined, ";"), ";"
            ),
        }
    )
    decided = np.concatenate([accepted[0], refused[0]])
    verdicts = ["accept"] * len(accepted[0]) + ["recycle"] * len(refused[0])
    decisions = pa.table(
        {
            "source_id": ids("d", np.arange(len(decided))),
            "at": _at(np.concatenate([accepted[1], refused[1]])),
            "inquiry_id": ids("crm:l", decided),
            "decider_user_id": ids("crm:u", owner[decided]),
            "verdict": pa.array(verdicts),
        }
    )
    return {"handoff": handed, "qualification_decision": decisions}


def _deals(
    draw: Draw, lead: Numbers, at: Numbers, about: tuple[Numbers, Numbers, Numbers]
) -> pa.Table:
    owner, company, source = about
    count = len(lead)
    begun = at + _days(draw, count, 5)
    closed = begun + _days(draw, count, 45)
    is_closed = closed < int((LAST - FIRST).total_seconds())
    closes = COMPUTE.if_else(pa.array(is_closed), _at(closed), None)
    return pa.table(
        {
            "source_id": ids("o", lead),
            "at": _at(begun),
            "name": ids("Deal ", lead),
            "inquiry_id": ids("crm:l", lead),
            "account_id": ids("crm:a", company[lead]),
            "owner_user_id": ids("crm:u", owner[lead]),
            "lead_source": _word(SOURCES, source[lead]),
            "segment": _word(SEGMENTS, lead % len(SEGMENTS)),
            "stage": pa.array(["proposal"] * count),
            "is_closed": pa.array(is_closed),
            "is_won": pa.array(is_closed & (draw.random(count) < SHARE_WON)),
            "closed_at": closes,
            "first_responder": _word(("us", "other", "unknown"), draw.integers(0, 3, count)),
            "amount_minor": pa.array(draw.integers(1, 10_000, count) * 10_000),
            "amount_currency": pa.array(["USD"] * count),
        }
    )


def _days(draw: Draw, count: int, mean: float) -> Numbers:
    return (draw.exponential(mean, count) * _DAY).astype(np.int64) + 60


def _word(words: tuple[str, ...], places: Numbers) -> Any:
    return pa.array(words).take(pa.array(places, pa.int64()))


def _at(seconds: Numbers) -> Any:
    whole = (int(FIRST.timestamp()) + seconds) * 1_000_000
    return pa.array(whole).cast(pa.timestamp("us", "UTC"))
