"""Inquiries as facts: the inquiry, its stages, decisions, hand-offs and owners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from revloop.example import agreements, leads
from revloop.example.chance import between, happens, stream
from revloop.example.demand import (
    CHANNEL_OF_SOURCE,
    ENTRY_OF_SOURCE,
    FORMS,
    KINDS,
)
from revloop.example.leads import DISQUALIFY, LANES, REASONS, RECYCLE
from revloop.example.marketing import CAMPAIGN_CHANNELS
from revloop.example.moments import DAY, HOUR, LONGEST_STORY, MINUTE, NEVER, SECOND, Ints, known
from revloop.example.story import Story
from revloop.example.tables import (
    Column,
    Columns,
    both_versions,
    constant,
    ids,
    lists,
    named,
    only,
    pick,
    references,
    stacked,
    staged,
    together,
    words,
)
from revloop.example.team import MARKETERS
from revloop.example.truths import HEATS, SEGMENTS, SOURCES
from revloop.facts.words import HANDOFF_FIELDS

STATES = (
    "captured", "nurture", "mql", "offered", "sal", "sql", "opportunity", "won", "lost", "recycled",
    "disqualified", "expired", "duplicate",
)  # fmt: skip
STATUSES = (
    "New", "Nurturing", "Marketing Qualified", "Offered", "Accepted", "Qualified", "Converted",
    "Converted", "Converted", "Recycled", "Disqualified", "Expired", "Duplicate",
)  # fmt: skip
"""What the CRM calls each state."""
VERSION_NAMES = tuple(version.name for version in agreements.VERSIONS)
VERDICTS = ("accept", "recycle", "disqualify", "reject")
_TIERS = ("high", "medium", "low")
_SPAM = len(REASONS)
_RETURNED = len(REASONS) + 1
ALL_REASONS = (*REASONS, "spam", "returned")
_CAMPAIGN_OF_SOURCE = np.array(
    [
        CAMPAIGN_CHANNELS.index(channel) if channel in CAMPAIGN_CHANNELS else -1
        for channel in CHANNEL_OF_SOURCE
    ]
)


@dataclass(frozen=True, eq=False)
class Transitions:
    """Steps of inquiries in columns, by inquiry and time."""

    inquiry: Ints
    state: Ints
    from_state: Ints
    at: Ints
    reason: Ints
    return_on: Ints


_Step = tuple[Ints, Ints, Ints, Ints, Ints]
"""Inquiry, state, instant, reason and day of return of some steps."""


def transitions(story: Story) -> Transitions:
    """Every step of every inquiry, each later than the one before."""
    steps = list(_steps(story))
    inquiry, state, at, reason, return_on = (
        np.concatenate(column) for column in zip(*steps, strict=True)
    )
    kept = np.flatnonzero(known(at) & (at < story.world.end))
    order = kept[np.lexsort((state[kept], at[kept], inquiry[kept]))]
    inquiry, state, at = inquiry[order], state[order], at[order]
    begins = np.append(True, inquiry[1:] != inquiry[:-1])[: inquiry.size]
    return Transitions(
        inquiry=inquiry,
        state=state,
        from_state=np.where(begins, -1, np.roll(state, 1)),
        at=_apart(inquiry, at),
        reason=reason[order],
        return_on=return_on[order],
    )


def _apart(group: Ints, at: Ints) -> Ints:
    """Instants of each group, moved so that each is at least a second after the one before."""
    first = np.searchsorted(group, group)
    rank = (np.arange(group.size) - first) * SECOND
    begin = at.min() if at.size else 0
    moved = np.maximum.accumulate(at - begin - rank + group * LONGEST_STORY)
    return np.asarray(moved - group * LONGEST_STORY + begin + rank)


def _steps(story: Story) -> Iterator[_Step]:
    hands, passes, world = story.hands, story.passes, story.world
    chance = stream(world.seed, story.block, "transitions")
    everybody = np.arange(hands.size)
    lag = between(chance, 60, 600, hands.size) * SECOND
    never = np.full(hands.size, NEVER)
    none = np.full(hands.size, -1)
    state = np.where(hands.is_bot, STATES.index("disqualified"), STATES.index("nurture"))
    state = np.where(hands.repeats >= 0, STATES.index("duplicate"), state)
    first_mql = never.copy()
    first = np.flatnonzero(passes.number == 1)
    first_mql[passes.inquiry[first]] = passes.mql_at[first]
    at_once = known(first_mql) & (first_mql <= hands.at + HOUR)
    rests = ~at_once & ~(story.from_customer & (state == STATES.index("nurture")))
    spam = np.where(hands.is_bot & (hands.repeats < 0), _SPAM, -1)
    yield everybody, np.full(hands.size, STATES.index("captured")), hands.at, none, never
    yield everybody, state, np.where(rests, hands.at + lag, NEVER), spam, never
    returned = np.where(passes.number > 1, _RETURNED, -1)
    nothing, no_day = np.full(passes.size, -1), np.full(passes.size, NEVER)
    for name, at, reason in (
        ("mql", passes.mql_at, returned),
        ("offered", passes.offered_at, nothing),
        ("sal", passes.sal_at, nothing),
        ("sql", passes.sql_at, nothing),
        ("opportunity", passes.opportunity_at, nothing),
    ):
        yield passes.inquiry, np.full(passes.size, STATES.index(name)), at, reason, no_day
    said = _said(story)
    recycled = np.full(passes.size, STATES.index("recycled"))
    yield passes.inquiry, recycled, passes.recycled_at, said, passes.return_on
    for name, verdict in (("disqualified", DISQUALIFY), ("expired", leads.EXPIRE)):
        at = np.where(passes.verdict == verdict, passes.decided_at, NEVER)
        yield passes.inquiry, np.full(passes.size, STATES.index(name)), at, said, no_day
    yield _closings(story)


def _closings(story: Story) -> _Step:
    deals = story.deals
    rows = np.flatnonzero(deals.inquiry >= 0)
    state = np.where(deals.is_won[rows], STATES.index("won"), STATES.index("lost"))
    closed = deals.closed_at[rows]
    return deals.inquiry[rows], state, closed, np.full(rows.size, -1), np.full(rows.size, NEVER)


def _said(story: Story) -> Ints:
    """Reasons as sales gave them; before both teams had an agreement, many gave none."""
    passes = story.passes
    chance = stream(story.world.seed, story.block, "unsaid")
    silent = happens(chance, leads.UNSAID, passes.size)
    begun = np.where(known(passes.decided_at), passes.decided_at, 0)
    silent &= agreements.version_at(begun) < 1
    silent &= ~np.isin(passes.reason, [REASONS.index(name) for name in leads.COMES_BACK])
    return np.where(silent, -1, passes.reason)


def inquiries(story: Story) -> pa.Table:
    """Each inquiry as it was raised, and as it stands after its last step."""
    hands, world = story.hands, story.world
    steps = transitions(story)
    last = np.flatnonzero(np.append(steps.inquiry[1:] != steps.inquiry[:-1], True))
    state, changed = steps.state[last], steps.at[last]
    changed = np.where(state == STATES.index("captured"), NEVER, changed)
    campaign = world.marketing.campaign(hands.at, _CAMPAIGN_OF_SOURCE[hands.source])
    deal = story.deal_of_inquiry
    version = agreements.version_at(hands.at)
    columns: Columns = {
        "source_id": ids("i", story.first + np.arange(hands.size)),
        "at": hands.at,
        "recorded_at": hands.at + 2 * SECOND,
        "contact_id": story.people.references_at(hands.person, hands.at),
        "account_id": story.companies.references(hands.company),
        "entry_point": words(ENTRY_OF_SOURCE, hands.source),
        "lane": words(LANES, leads.lanes(hands, story.companies, story.from_customer)),
        "lead_source": words(SOURCES, hands.source),
        "channel": words(CHANNEL_OF_SOURCE, hands.source),
        "kind": words(KINDS, hands.kind),
        "form": words(FORMS, hands.form),
        "campaign_id": world.marketing.references(campaign),
        "campaign": world.marketing.names(campaign),
        "segment": words(SEGMENTS, story.companies.segment[hands.company]),
        "value_tier": words(_TIERS, story.companies.tier[hands.company]),
        "status": words(STATUSES, state),
        "state": words(STATES, state),
        "is_converted": deal >= 0,
        "wants_rep": hands.kind == KINDS.index("inbound_call"),
        "is_bot": hands.is_bot,
        "opportunity_id": references("o", np.where(deal < 0, -1, story.first + deal)),
        "owner_user_id": story.floor.references(story.answers.owner),
        "duplicate_of_inquiry_id": references(
            "i", np.where(hands.repeats < 0, -1, story.first + hands.repeats)
        ),
        "agreement_version": words(VERSION_NAMES, version),
        "rating": words([heat.capitalize() for heat in HEATS], hands.heat),
        "need": only(
            hands.form >= 0, words(_NEEDS, (np.arange(hands.size) * 7 + hands.heat) % len(_NEEDS))
        ),
    }
    before = {"status": "New", "state": "captured", "is_converted": False, "opportunity_id": None}
    return both_versions("inquiry", columns, before, changed)


_NEEDS = (
    "We lose leads between the two teams and cannot say where.",
    "Please show us how the hand-over works.",
    "Wir suchen ein gemeinsames Bild für Marketing und Vertrieb.",
    "How do you count a lead that comes back?",
    "Pricing for 40 seats, starting next quarter.",
    "Our board asks for one number.",
    "Est-ce que cela fonctionne avec notre CRM ?",
)


def lifecycle(story: Story) -> pa.Table:
    """The steps of inquiries, and of companies that became customers."""
    return together(_inquiry_steps(story), _customer_steps(story))


def _inquiry_steps(story: Story) -> pa.Table:
    steps = transitions(story)
    size = steps.inquiry.size
    seller = steps.state >= STATES.index("sal")
    seller &= ~np.isin(steps.state, [STATES.index(name) for name in ("duplicate", "expired")])
    owner = np.where(seller, story.answers.owner[steps.inquiry], -1)
    return staged(
        "lifecycle_transition",
        {
            "source_id": ids("lt", story.first + np.arange(size)),
            "at": steps.at,
            "recorded_at": steps.at + SECOND,
            "subject": constant("inquiry", size),
            "inquiry_id": references("i", story.first + steps.inquiry),
            "field": constant("status", size),
            "from_state": words(STATES, steps.from_state),
            "to_state": words(STATES, steps.state),
            "stage": words(STATES, steps.state),
            "actor": words(("rule", "user"), (owner >= 0).astype(np.int64)),
            "user_id": story.floor.references(owner),
            "reason": words(ALL_REASONS, steps.reason),
            "agreement_version": words(VERSION_NAMES, agreements.version_at(steps.at)),
            "return_on": steps.return_on,
            "is_backward": steps.state == STATES.index("recycled"),
        },
    )


_CUSTOMER_STATES = ("onboarding", "live", "renewal_due", "churned")


def _customer_steps(story: Story) -> pa.Table:
    """Onboarding, live, renewal due, live again or churned."""
    contracts, end = story.contracts, story.world.end
    chance = stream(story.world.seed, story.block, "onboarding")
    fresh = np.flatnonzero(contracts.opportunity >= 0)
    live = contracts.began_at[fresh] + between(chance, 12, 40, fresh.size) * DAY
    row, _, at, stays = contracts.renewals(end)
    due = at - 60 * DAY
    company = np.concatenate([fresh, fresh, row, row])
    state = np.concatenate(
        [np.zeros_like(fresh), np.ones_like(fresh), np.full(row.size, 2), np.where(stays, 1, 3)]
    )
    when = np.concatenate([contracts.began_at[fresh] + MINUTE, live, due, at + MINUTE])
    kept = np.flatnonzero((when < end) & (when >= story.world.begin))
    order = kept[np.lexsort((when[kept], company[kept]))]
    company, state, when = company[order], state[order], when[order]
    begins = np.append(True, company[1:] != company[:-1])[: company.size]
    return staged(
        "lifecycle_transition",
        {
            "source_id": ids("ct", story.first + np.arange(company.size)),
            "at": when,
            "recorded_at": when + SECOND,
            "subject": constant("account", company.size),
            "account_id": story.companies.references(contracts.company[company]),
            "field": constant("customer_state", company.size),
            "from_state": words(_CUSTOMER_STATES, np.where(begins, -1, np.roll(state, 1))),
            "to_state": words(_CUSTOMER_STATES, state),
            "stage": words(_CUSTOMER_STATES, state),
            "actor": constant("rule", company.size),
            "agreement_version": words(VERSION_NAMES, agreements.version_at(when)),
        },
    )


def decisions(story: Story) -> pa.Table:
    """What sales said to each offer; silence is no decision."""
    passes = story.passes
    rows = np.flatnonzero(known(passes.decided_at) & (passes.verdict != leads.EXPIRE))
    verdict, said = passes.verdict[rows], _said(story)[rows]
    refused = verdict != leads.ACCEPT
    reason = np.where(refused, said, -1)
    verdict = np.where(refused & (said < 0), 3, verdict)
    at = passes.decided_at[rows]
    chance = stream(story.world.seed, story.block, "decisions")
    disputed = happens(chance, 0.04, rows.size) & refused
    inquiry = passes.inquiry[rows]
    recycles = verdict == RECYCLE
    return staged(
        "qualification_decision",
        {
            "source_id": ids("qd", story.first + rows),
            "at": at,
            "recorded_at": at + SECOND,
            "inquiry_id": references("i", story.first + inquiry),
            "decider_user_id": story.floor.references(story.answers.owner[inquiry]),
            "verdict": words(VERDICTS, verdict),
            "reason": words(ALL_REASONS, reason),
            "criteria_met": lists(_CRITERIA_MET, np.where(refused, 1, 0)),
            "criteria_not_met": lists(_CRITERIA_NOT_MET, np.where(refused, 1, 0)),
            "attempts_before": attempts_before(story)[rows],
            "is_disputed": disputed,
            "return_on": np.where(recycles, passes.return_on[rows], NEVER),
            "agreement_version": words(VERSION_NAMES, agreements.version_at(at)),
            "note": only(refused, words(_NOTES, rows % len(_NOTES))),
        },
    )


_CRITERIA_MET = (["fit", "interest", "reachable"], ["fit", "reachable"])
_CRITERIA_NOT_MET: tuple[list[str], ...] = ([], ["interest"])
_NOTES = (
    "Left two messages, then spoke: no project this year.",
    "Nice talk, wrong department.",
    "Schreibt im nächsten Jahr wieder.",
    "Only wanted the report.",
)


def attempts_before(story: Story) -> Ints:
    """How often sales had tried by the time of each decision."""
    tries, passes = story.attempts, story.passes
    of_pass = passes.inquiry * LONGEST_STORY
    since = np.where(known(passes.decided_at), passes.decided_at - story.world.begin, 0)
    keys = np.sort(tries.inquiry * LONGEST_STORY + tries.at - story.world.begin)
    return np.searchsorted(keys, of_pass + since) - np.searchsorted(keys, of_pass)


@cache
def _field_lists() -> tuple[tuple[list[str], ...], tuple[list[str], ...]]:
    """All sets of up to two missing fields, and what is then present."""
    fields = list(HANDOFF_FIELDS)
    missing: list[list[str]] = [[]]
    missing += [[name] for name in fields]
    present = [[name for name in fields if name not in gone] for gone in missing]
    return tuple(present), tuple(missing)


def handoffs(story: Story) -> pa.Table:
    """Marketing offers to sellers, sellers to account executives, and those to success."""
    return together(_offers(story), _to_executives(story), _to_success(story))


def _offers(story: Story) -> pa.Table:
    passes, world = story.passes, story.world
    rows = np.flatnonzero(known(passes.offered_at))
    chance = stream(world.seed, story.block, "handoffs")
    at, decided, verdict = (
        column[rows] for column in (passes.offered_at, passes.decided_at, passes.verdict)
    )
    present, missing = _field_lists()
    version = agreements.version_at(at)
    complete = happens(chance, np.where(version >= 1, 0.965, 0.80), rows.size)
    gap = np.where(complete, 0, between(chance, 1, len(HANDOFF_FIELDS), rows.size))
    inquiry = passes.inquiry[rows]
    columns: Columns = {
        "source_id": ids("ho", story.first + rows),
        "at": at,
        "recorded_at": at + SECOND,
        "inquiry_id": references("i", story.first + inquiry),
        "account_id": story.companies.references(story.hands.company[inquiry]),
        "from_team_id": named(constant("marketing", rows.size)),
        "to_team_id": _sales_team(story.companies.region[story.hands.company[inquiry]]),
        "from_user_id": named(words(MARKETERS, inquiry % len(MARKETERS))),
        "to_user_id": story.floor.references(story.answers.owner[inquiry]),
        "type": constant("marketing_to_sdr", rows.size),
        "accepted_at": np.where(verdict == leads.ACCEPT, decided, NEVER),
        "rejected_at": np.where(
            (verdict == leads.RECYCLE) | (verdict == leads.DISQUALIFY), decided, NEVER
        ),
        "expired_at": np.where(verdict == leads.EXPIRE, decided, NEVER),
        "fields_present": lists(present, gap),
        "fields_missing": lists(missing, gap),
        "completeness": 1 - (gap > 0) / len(HANDOFF_FIELDS),
        "promise": only(version >= 1, constant("decide", rows.size)),
        "agreement_version": words(VERSION_NAMES, version),
    }
    late = {"accepted_at": None, "rejected_at": None, "expired_at": None}
    return both_versions("handoff", columns, late, decided)


def _to_executives(story: Story) -> pa.Table:
    deals = story.deals
    rows = np.flatnonzero((deals.inquiry >= 0) & (story.answers.owner[deals.inquiry] >= 0))
    at = deals.created_at[rows] + 10 * MINUTE
    team = _sales_team(story.companies.region[deals.company[rows]])
    giver = story.answers.owner[deals.inquiry[rows]]
    return _handed_over(story, "sdr_to_ae", _Given(rows, at, giver, team, team))


def _to_success(story: Story) -> pa.Table:
    deals = story.deals
    rows = np.flatnonzero(
        deals.is_won & (deals.type == 0) & (deals.closed_at < story.world.end - DAY)
    )
    at = deals.closed_at[rows] + 3 * HOUR
    team = _sales_team(story.companies.region[deals.company[rows]])
    success = named(constant("success", rows.size))
    return _handed_over(story, "ae_to_success", _Given(rows, at, deals.owner[rows], team, success))


@dataclass(frozen=True, eq=False)
class _Given:
    """Opportunities that change hands, in columns."""

    deal: Ints
    at: Ints
    giver: Ints
    from_team: Column
    to_team: Column


def _handed_over(story: Story, type_: str, given: _Given) -> pa.Table:
    """Hand-offs between colleagues, which are complete and taken within half an hour."""
    present, _ = _field_lists()
    kept = np.flatnonzero(given.at < story.world.end - HOUR)
    deal, at = given.deal[kept], given.at[kept]
    return staged(
        "handoff",
        {
            "source_id": ids(f"ho-{type_.replace('_', '-')}", story.first + deal),
            "at": at,
            "recorded_at": at + 30 * MINUTE,
            "opportunity_id": references("o", story.first + deal),
            "account_id": story.companies.references(story.deals.company[deal]),
            "from_team_id": pick(given.from_team, kept),
            "to_team_id": pick(given.to_team, kept),
            "from_user_id": story.floor.references(given.giver[kept]),
            "type": constant(type_, kept.size),
            "accepted_at": at + 30 * MINUTE,
            "fields_present": lists(present, np.zeros_like(kept)),
            "completeness": np.ones(kept.size),
            "agreement_version": words(VERSION_NAMES, agreements.version_at(at)),
        },
    )


def _sales_team(region: Ints) -> Column:
    return named(words(("sales-ny", "sales-be"), region))


def assignments(story: Story) -> pa.Table:
    """Who got each inquiry and each opportunity, and by which rule."""
    answers, deals = story.answers, story.deals
    leads_ = np.flatnonzero(answers.owner >= 0)
    count = deals.size
    nobody, no_lead = np.full(count, -1), np.full(leads_.size, -1)
    at = np.concatenate([answers.routed_at[leads_], deals.created_at + 10 * MINUTE])
    by_rule = story.floor.has_job(answers.owner[leads_], "Success Manager").astype(np.int64)
    return staged(
        "assignment",
        {
            "source_id": stacked(
                ids("as-i", story.first + leads_), ids("as-o", story.first + np.arange(count))
            ),
            "at": at,
            "recorded_at": at + SECOND,
            "inquiry_id": references("i", np.concatenate([story.first + leads_, nobody])),
            "opportunity_id": references(
                "o", np.concatenate([no_lead, story.first + np.arange(count)])
            ),
            "user_id": story.floor.references(np.concatenate([answers.owner[leads_], deals.owner])),
            "reason": words(("rule", "territory"), np.concatenate([by_rule * 0, nobody * 0 + 1])),
            "rule": words(
                ("weighted_round_robin", "account_owner", "territory"),
                np.concatenate([by_rule, nobody * 0 + 2]),
            ),
        },
    )
