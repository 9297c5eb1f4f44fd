from __future__ import annotations

from revloop.agreement.versions import (
    Edition,
    History,
    Signature,
    Status,
    alerts,
    governing,
    obstacles,
    status,
)

from .company import FIRST, FIRST_SIGNED, NEVER_OPEN, both_sign, edition, ny, signature

# From Thursday noon; open dates after it: 28 and 31 August, 1 to 4 and 8 to 11 September. The 7th is
# Labor Day, so the tenth closes on Friday the 11th.
BEGINS = "2026-08-27 12:00"
EXPIRES = "2026-09-11 18:00"
HOT_FIX = edition("1.0.1", BEGINS, supersedes="1.0.0", emergency=True)
AT_ONCE = both_sign(HOT_FIX, "2026-08-27 11:00", emergency=True)


def history(*rows: Signature, editions: tuple[Edition, ...] = (FIRST, HOT_FIX)) -> History:
    return History(editions, (*FIRST_SIGNED, *rows))


def in_force(known: History, at: str) -> str | None:
    governs = governing(known.tenures, ny(at))
    return governs.version if governs else None


def test_an_emergency_needs_no_notice() -> None:
    known = history(*AT_ONCE)

    assert in_force(known, "2026-08-27 11:59") == "1.0.0"
    assert in_force(known, BEGINS) == "1.0.1"


def test_an_emergency_signed_after_its_day_begins_with_the_last_signature() -> None:
    marketing, _ = AT_ONCE
    sales = signature(HOT_FIX, "sales", "2026-08-27 14:00", emergency=True)
    known = history(marketing, sales)

    assert in_force(known, "2026-08-27 13:59") == "1.0.0"
    assert in_force(known, "2026-08-27 14:00") == "1.0.1"


def test_an_emergency_needs_marketing_and_sales() -> None:
    known = history(AT_ONCE[0], *both_sign(FIRST, BEGINS, emergency=True))

    (alert,) = obstacles(known, HOT_FIX, ny(BEGINS))

    assert in_force(known, "2026-08-28 12:00") == "1.0.0"
    assert alert.sentence == "version 1.0.1 lacks the emergency signature of sales"


def test_an_ordinary_version_cannot_be_signed_as_an_emergency() -> None:
    ordinary = edition("1.1.0", BEGINS)
    known = history(*both_sign(ordinary, BEGINS, emergency=True), editions=(FIRST, ordinary))

    assert in_force(known, "2026-08-28 12:00") == "1.0.0"


def test_an_emergency_expires_after_ten_working_days_and_the_version_before_it_returns() -> None:
    known = history(*AT_ONCE)

    assert in_force(known, "2026-09-11 17:59") == "1.0.1"
    assert in_force(known, EXPIRES) == "1.0.0"
    assert [each.edition.version for each in known.tenures] == ["1.0.0", "1.0.1", "1.0.0"]


def test_an_expired_emergency_says_so_until_something_newer_is_in_force() -> None:
    next_one = edition("1.1.0", "2026-10-01 00:00")
    known = history(
        *AT_ONCE,
        *both_sign(next_one, "2026-09-01 12:00"),
        editions=(FIRST, HOT_FIX, next_one),
    )

    (alert,) = alerts(known, ny(EXPIRES))

    assert status(known, HOT_FIX, ny(EXPIRES)) is Status.EXPIRED
    assert status(known, FIRST, ny(EXPIRES)) is Status.IN_FORCE
    assert alert.sentence == (
        "emergency version 1.0.1 expired at 2026-09-11 18:00-04:00, not signed normally by then; "
        "version 1.0.0 governs again"
    )
    assert alerts(known, ny("2026-10-01 00:00")) == ()


def test_signed_normally_on_the_tenth_day_it_stays() -> None:
    known = history(*AT_ONCE, *both_sign(HOT_FIX, EXPIRES))

    assert in_force(known, "2026-12-01 12:00") == "1.0.1"
    assert alerts(known, ny("2026-12-01 12:00")) == ()


def test_signed_normally_a_minute_later_or_by_one_side_only_it_expires() -> None:
    late = history(*AT_ONCE, *both_sign(HOT_FIX, "2026-09-11 18:01"))
    half = history(*AT_ONCE, signature(HOT_FIX, "sales", "2026-09-01 12:00"))

    assert in_force(late, "2026-09-12 12:00") == "1.0.0"
    assert in_force(half, "2026-09-12 12:00") == "1.0.0"


def test_all_required_roles_must_sign_for_an_emergency_to_stay() -> None:
    three = edition(
        "1.0.1", BEGINS, emergency=True, signatures_required=("marketing", "sales", "executive")
    )
    two_of_three = history(
        *both_sign(three, "2026-08-27 11:00", emergency=True),
        *both_sign(three, "2026-09-01 12:00"),
        editions=(FIRST, three),
    )

    assert in_force(two_of_three, "2026-09-01 12:00") == "1.0.1"
    assert in_force(two_of_three, EXPIRES) == "1.0.0"


def test_an_emergency_that_was_signed_with_notice_is_a_version_like_any_other() -> None:
    known = history(*both_sign(HOT_FIX, "2026-08-03 12:00"))

    assert in_force(known, BEGINS) == "1.0.1"
    assert in_force(known, "2026-12-01 12:00") == "1.0.1"


def test_an_ordinary_version_ends_an_emergency_for_good() -> None:
    next_one = edition("1.1.0", "2026-09-02 00:00")
    known = history(
        *AT_ONCE,
        *both_sign(next_one, "2026-08-20 12:00"),
        editions=(FIRST, HOT_FIX, next_one),
    )

    assert [each.edition.version for each in known.tenures] == ["1.0.0", "1.0.1", "1.1.0"]
    assert status(known, HOT_FIX, ny(EXPIRES)) is Status.EXPIRED


def test_an_emergency_in_an_emergency_falls_back_to_the_one_before() -> None:
    second_fix = edition("1.0.2", "2026-09-01 12:00", emergency=True)
    known = history(
        *AT_ONCE,
        *both_sign(second_fix, "2026-09-01 11:00", emergency=True),
        *both_sign(HOT_FIX, "2026-09-08 12:00"),
        editions=(FIRST, HOT_FIX, second_fix),
    )

    assert [each.edition.version for each in known.tenures] == ["1.0.0", "1.0.1", "1.0.2", "1.0.1"]


def test_when_the_first_version_of_all_was_an_emergency_nothing_governs_after_it() -> None:
    known = History((HOT_FIX,), AT_ONCE)

    assert in_force(known, BEGINS) == "1.0.1"
    assert in_force(known, EXPIRES) is None
    assert alerts(known, ny(EXPIRES))[0].sentence.endswith("no version governs")


def test_an_emergency_whose_days_cannot_be_counted_does_not_begin() -> None:
    endless = edition("1.0.1", BEGINS, emergency=True, working_days=NEVER_OPEN)
    known = history(
        *both_sign(endless, "2026-08-27 11:00", emergency=True), editions=(FIRST, endless)
    )

    (alert,) = alerts(known, ny("2026-08-28 12:00"))

    assert in_force(known, "2026-08-28 12:00") == "1.0.0"
    assert alert.code == "version.days_not_countable"
