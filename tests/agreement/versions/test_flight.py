from __future__ import annotations

from itertools import product

import pytest

from revloop.agreement.versions import Finding, InFlight, Review, review

PASS, FAIL, ASK, SAME = (
    Finding.WOULD_NOW_PASS,
    Finding.WOULD_NOW_FAIL,
    Finding.NEEDS_DATA,
    Finding.UNCHANGED,
)
Verdict = tuple[bool | None, bool | None]
"""What the new rules say to `enter` and to `never`."""


def lead(stage: str, verdict: Verdict) -> InFlight:
    """A lead that nobody has been offered."""
    enter, never = verdict
    return InFlight(stage, offered=False, enter=enter, never=never)


@pytest.mark.parametrize(
    ("stage", "verdict", "expected"),
    [
        ("nurture", (True, False), Review(PASS, "mql")),
        ("nurture", (True, None), Review(PASS, "mql")),
        ("nurture", (True, True), Review(SAME)),
        ("nurture", (False, False), Review(SAME)),
        ("nurture", (None, False), Review(ASK)),
        ("inquiry", (True, False), Review(PASS)),
    ],
)
def test_of_those_not_yet_qualified_only_nurture_moves_and_only_up(
    stage: str, verdict: Verdict, expected: Review
) -> None:
    assert review(lead(stage, verdict)) == expected


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ((True, False), Review(SAME)),
        ((False, False), Review(FAIL)),
        ((False, None), Review(FAIL)),
        ((None, None), Review(ASK)),
        ((True, True), Review(FAIL, "nurture")),
        ((None, True), Review(FAIL, "nurture")),
    ],
)
def test_an_mql_goes_back_only_if_the_new_rules_say_it_never_may_be_one(
    verdict: Verdict, expected: Review
) -> None:
    assert review(lead("mql", verdict)) == expected


@pytest.mark.parametrize("stage", ["mql", "offered", "sal", "sql", "opportunity", "won", "live"])
def test_what_a_seller_was_offered_or_took_does_not_move(stage: str) -> None:
    answers = (True, False, None)

    for enter, never in product(answers, answers):
        assert review(InFlight(stage, offered=True, enter=enter, never=never)).moves_to is None
