from __future__ import annotations

from fractions import Fraction

import pytest

from revloop.analysis.promises.statistics.completeness import completeness


def test_one_handoff_of_three_lacks_two_of_its_eight_fields() -> None:
    found = completeness(8, [(8, 2), (6, 1)])

    assert found.fields.exact == Fraction(22, 24)
    assert found.handoffs.exact == Fraction(2, 3)


def test_without_a_handoff_nothing_is_complete_and_nothing_lacks() -> None:
    found = completeness(8, [])

    assert (found.fields.exact, found.handoffs.exact) == (None, None)


def test_no_handoff_has_more_than_what_is_required() -> None:
    with pytest.raises(ValueError, match="of 8 required fields"):
        completeness(8, [(9, 1)])
