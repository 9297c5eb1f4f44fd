from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.loop.statistics.revisits import Revisit, revisit, revisits

RETURN = date(2026, 4, 10)
GRACE = timedelta(days=14)
LONG_AFTER = date(2026, 12, 31)


def state(revisited: date | None, as_of: date = LONG_AFTER) -> Revisit:
    return revisit(RETURN, revisited, GRACE, as_of)


def test_until_the_last_day_of_the_grace_is_on_time() -> None:
    assert state(RETURN + GRACE) is Revisit.ON_TIME
    assert state(RETURN + GRACE + timedelta(days=1)) is Revisit.LATE
    assert state(None) is Revisit.NEVER


def test_to_come_back_early_is_on_time_once_the_day_has_come() -> None:
    early = RETURN - timedelta(days=30)

    assert state(early) is Revisit.ON_TIME
    assert state(early, as_of=RETURN - timedelta(days=1)) is Revisit.NOT_DUE


def test_inside_its_grace_it_is_neither_kept_nor_broken() -> None:
    assert state(None, as_of=RETURN) is Revisit.PENDING
    assert state(None, as_of=RETURN + GRACE) is Revisit.PENDING
    assert state(None, as_of=RETURN + GRACE + timedelta(days=1)) is Revisit.NEVER


def test_what_happens_later_is_not_known_yet() -> None:
    assert state(RETURN + timedelta(days=5), as_of=RETURN) is Revisit.PENDING


def test_only_what_is_decided_is_in_the_rate() -> None:
    found = revisits(
        [Revisit.ON_TIME, Revisit.LATE, Revisit.NEVER, Revisit.PENDING, Revisit.NOT_DUE]
    )

    assert found.due == 4
    assert found.rate.exact == Fraction(1, 3)
    assert revisits([Revisit.PENDING, Revisit.NOT_DUE]).rate.exact is None


@given(st.integers(-40, 80), st.integers(0, 40), st.integers(-40, 200), st.integers(0, 50))
def test_what_is_decided_stays_decided_save_that_never_may_become_late(
    revisited: int, grace: int, as_of: int, later: int
) -> None:
    def known(day: int) -> Revisit:
        start = RETURN
        return revisit(
            start,
            start + timedelta(days=revisited),
            timedelta(days=grace),
            start + timedelta(days=day),
        )

    before, after = known(as_of), known(as_of + later)

    if before in {Revisit.ON_TIME, Revisit.LATE}:
        assert after is before
    if before is Revisit.NEVER:
        assert after in {Revisit.NEVER, Revisit.LATE}
