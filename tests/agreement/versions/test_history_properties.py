"""What holds for every history, however the versions, signatures and disputes fall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.versions import (
    Discussion,
    Dispute,
    Edition,
    History,
    Ruling,
    Signature,
    Status,
    governing,
    obstacles,
    period_parts,
    series,
    status,
)
from revloop.kit.durations import Duration

from .company import TIE_BREAK, WORKING_DAYS

START = datetime(2026, 1, 5, tzinfo=UTC)
VERSIONS = [f"{major}.{minor}.0" for major in (1, 2) for minor in (0, 1)]
ROLES = ("marketing", "sales")


def moments_from(first: datetime, weeks: int) -> st.SearchStrategy[datetime]:
    return st.integers(0, weeks * 28).map(lambda steps: first + timedelta(hours=6) * steps)


moments = moments_from(START, 12)


def edition(version: str) -> st.SearchStrategy[Edition]:
    return st.builds(
        Edition,
        version=st.just(version),
        effective_from=moments_from(START + timedelta(weeks=2), 6),
        hash=st.just(version),
        supersedes=st.sampled_from([None, *VERSIONS]),
        signatures_required=st.just(ROLES),
        notice=st.sampled_from([Duration(days, "day", working=True) for days in (0, 1, 3)]),
        working_days=st.just(WORKING_DAYS),
        emergency=st.booleans(),
        amends_period=st.booleans(),
        tie_break=st.just(TIE_BREAK),
        proposed_at=st.none() | moments,
    )


@st.composite
def signatures(draw: st.DrawFn, signed: Edition) -> tuple[Signature, ...]:
    """What both sides sign of one version: mostly in time, now and then late, twice or wrongly."""
    lead = st.sampled_from([timedelta(weeks=2), timedelta(weeks=2), timedelta(0)])
    return tuple(
        Signature(
            signed.version,
            role,
            "somebody",
            draw(st.sampled_from([signed.hash, signed.hash, signed.hash, "another text"])),
            draw(moments_from(signed.effective_from - draw(lead), 2)),
            emergency,
        )
        for role in ROLES
        for emergency in (True, False)
        for _ in range(draw(st.sampled_from([1, 1, 1, 0, 2])))
    )


@st.composite
def disputes(draw: st.DrawFn, about: Edition) -> Dispute:
    opened = draw(moments_from(about.effective_from - timedelta(weeks=2), 4))
    later = moments_from(opened, 4)
    return Dispute(
        id=str(draw(st.integers(0, 9))),
        about="stages.mql.enter",
        opened_by="sales",
        opened_at=opened,
        version=about.version,
        discussion=draw(
            st.none() | st.builds(Discussion, later, st.sampled_from([True, False, None]))
        ),
        ruling=draw(
            st.none()
            | st.builds(Ruling, later, st.sampled_from(["executive", "sales"]), st.booleans())
        ),
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    versions = draw(st.lists(st.sampled_from(VERSIONS), unique=True, min_size=1))
    editions = tuple(draw(edition(version)) for version in versions)
    signed = tuple(row for each in editions for row in draw(signatures(each)))
    disputed = draw(st.lists(st.sampled_from(editions).flatmap(disputes), max_size=2))
    return History(editions, signed, tuple(disputed))


@given(histories(), moments, moments)
@settings(max_examples=200, deadline=None)
def test_what_is_recorded_later_never_changes_what_governed_before(
    history: History, one: datetime, other: datetime
) -> None:
    then, now = sorted([one, other])

    assert governing(history.known_at(now).tenures, then) == governing(history.tenures, then)


@given(histories(), edition("3.0.0"), moments)
@settings(max_examples=120, deadline=None)
def test_a_version_that_takes_effect_later_changes_nothing_before_it(
    history: History, added: Edition, at: datetime
) -> None:
    signed = tuple(
        Signature("3.0.0", role, "somebody", added.hash, START, emergency)
        for role in ROLES
        for emergency in (True, False)
    )
    more = History((*history.editions, added), (*history.signatures, *signed), history.disputes)

    if at < added.effective_from:
        assert governing(more.tenures, at) == governing(history.tenures, at)


@given(histories())
@settings(max_examples=120, deadline=None)
def test_tenures_follow_one_another_and_no_version_follows_itself(history: History) -> None:
    for before, after in pairwise(history.tenures):
        assert before.ends is not None
        assert before.begins < before.ends <= after.begins
        assert before.edition != after.edition or before.ends < after.begins
    for tenure in history.tenures:
        assert tenure.begins >= tenure.edition.effective_from


@given(histories())
@settings(max_examples=120, deadline=None)
def test_a_version_comes_back_only_after_an_emergency_that_expired(history: History) -> None:
    governed: list[Edition] = []
    for before, after in pairwise(history.tenures):
        governed.append(before.edition)
        if after.edition in governed:
            expiries = {each.edition: each.expires for each in history.entries}
            assert before.edition.emergency
            assert before.ends == expiries[before.edition]


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_rows_does_not_matter(history: History, random: Any) -> None:
    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(rows, len(rows)))

    other = History(
        shuffled(history.editions), shuffled(history.signatures), shuffled(history.disputes)
    )

    assert other.tenures == history.tenures


ORDER = [Status.DRAFT, Status.PROPOSED, Status.SIGNED]


@given(histories(), moments, moments)
@settings(max_examples=120, deadline=None)
def test_a_version_never_goes_back_towards_a_draft(
    history: History, one: datetime, other: datetime
) -> None:
    then, now = sorted([one, other])
    for each in history.editions:
        before, after = status(history, each, then), status(history, each, now)

        if before in ORDER and after in ORDER:
            assert ORDER.index(before) <= ORDER.index(after)
        else:
            assert after not in ORDER


@given(histories(), moments)
@settings(max_examples=120, deadline=None)
def test_a_version_that_does_not_enter_always_has_a_reason(history: History, at: datetime) -> None:
    for each in history.editions:
        enters = history.known_at(at).entry(each) is not None

        assert enters == (obstacles(history, each, at) == ())


@given(histories(), moments, moments)
@settings(max_examples=120, deadline=None)
def test_segments_and_parts_fill_their_range_without_gap_or_overlap(
    history: History, one: datetime, other: datetime
) -> None:
    start, end = min(one, other), max(one, other) + timedelta(hours=6)
    segments = series(history.tenures, start, end)
    parts = period_parts(history, start, end, WORKING_DAYS)

    for ranges in (segments, parts):
        edges = [edge for each in ranges for edge in (each.begins, each.ends)]
        assert (edges[0], edges[-1]) == (start, end)
        assert edges[1:-1:2] == edges[2::2]
    (whole,) = period_parts(History(()), start, end, WORKING_DAYS)
    assert sum(part.working_days for part in parts) == whole.working_days
    assert sum(part.share or 0 for part in parts) == (1 if whole.working_days else 0)
