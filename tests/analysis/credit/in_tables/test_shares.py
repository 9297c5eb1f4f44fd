"""On tables every touch has the share, and every journey the cents, that arrays and fractions give it."""

from __future__ import annotations

from fractions import Fraction

import ibis
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revloop.agreement.terms.credit_models import MARKS, RULES, SHAPLEY, rule
from revloop.analysis.credit.in_tables.money import with_minor_units
from revloop.analysis.credit.in_tables.shares import with_shares
from revloop.analysis.credit.statistics import one_journey, shares
from revloop.analysis.credit.statistics.one_journey import Touch

from .laid import JOURNEYS, Journeys, as_rows, as_steps, channels, in_order

SEVERAL = {name: RULES[name] for name in ("linear", "u_shaped", "full_path", "time_decay")}


@settings(max_examples=12, deadline=None)
@given(JOURNEYS)
def test_every_model_gives_every_touch_the_share_of_the_arrays(journeys: Journeys) -> None:
    steps = as_steps(journeys)

    table = with_shares(ibis.memtable(as_rows(journeys)), RULES, by_channel_set=SHAPLEY)
    got = in_order(table)

    for name, model in RULES.items():
        wanted = shares.shares(model, steps)
        np.testing.assert_allclose(got[name], wanted, rtol=1e-9, atol=1e-12, err_msg=name)
    of_sets = shares.by_channel_set(steps, channels(journeys), 5)
    np.testing.assert_allclose(got[SHAPLEY], of_sets, rtol=1e-9, atol=1e-12)


@settings(max_examples=8, deadline=None)
@given(JOURNEYS)
def test_one_journey_in_fractions_says_the_same(journeys: Journeys) -> None:
    table = with_shares(ibis.memtable(as_rows(journeys)), RULES, by_channel_set=SHAPLEY)
    got = in_order(table)

    begin = 0
    for journey in journeys:
        touches = [_touch(age, marks, part) for age, marks, part, _ in journey]
        told = slice(begin, begin + len(journey))
        for name, model in RULES.items():
            exact = one_journey.exact_shares(model, touches) or [Fraction(0)] * len(journey)
            found = got[name].to_pylist()[told]
            assert found == pytest.approx([float(each) for each in exact], rel=1e-9, abs=1e-12)
        names = [str(channel) for *_, channel in journey]
        sets = one_journey.exact_by_channel_set(names, touches)
        assert got[SHAPLEY].to_pylist()[told] == pytest.approx([float(each) for each in sets])
        begin += len(journey)


def _touch(age: float, marks: int, part: float) -> Touch:
    held = frozenset(mark for bit, mark in enumerate(MARKS) if marks & (1 << bit))
    return Touch(age, held, Fraction(part))


@settings(max_examples=12, deadline=None)
@given(JOURNEYS, st.lists(st.integers(-(10**4), 10**10), min_size=12, max_size=12))
def test_money_is_that_of_the_arrays_to_the_cent(journeys: Journeys, amounts: list[int]) -> None:
    """Amounts of a loss, of little and of much; a touch in the time of several journeys is parted."""
    steps = as_steps(journeys)
    of_journey = np.array(amounts[: len(journeys)], np.int64)
    rows = as_rows(journeys)
    paid = of_journey[np.asarray(rows["journey"])]

    table = ibis.memtable(rows.append_column("amount", [paid.tolist()]))
    table = with_shares(table, SEVERAL, by_channel_set=SHAPLEY)
    got = in_order(
        with_minor_units(table, {f"earned {name}": name for name in (*SEVERAL, SHAPLEY)})
    )

    told = {name: shares.shares(model, steps) for name, model in SEVERAL.items()}
    told[SHAPLEY] = shares.by_channel_set(steps, channels(journeys), 5)
    for name, share in told.items():
        wanted = shares.in_minor_units(of_journey, share, steps)
        assert got[f"earned {name}"].to_pylist() == wanted.tolist(), name


def test_what_no_touch_earns_is_not_given() -> None:
    """Nobody in this journey made a lead, so the model of lead creation finds nothing to credit."""
    rows = as_rows([[(2.0, 0, 1.0, 1), (1.0, 0, 1.0, 2)]]).append_column("amount", [[100, 100]])

    table = with_shares(ibis.memtable(rows), {"lead": rule("marketo_measure:lead_creation")})
    got = in_order(with_minor_units(table, {"earned": "lead"}))

    assert got["lead"].to_pylist() == [0.0, 0.0]
    assert got["earned"].to_pylist() == [0, 0]


def test_of_equal_remainders_the_first_touches_get_the_cents() -> None:
    """101 / 3 is 33.67 each: two cents are left, for the first and the second touch."""
    rows = as_rows([[(float(age), 0, 1.0, 1) for age in (3, 2, 1)]])
    rows = rows.append_column("amount", [[101, 101, 101]])

    table = with_shares(ibis.memtable(rows), {"linear": rule("linear")})
    got = in_order(with_minor_units(table, {"earned": "linear"}))

    assert got["earned"].to_pylist() == [34, 34, 33]


def test_without_parts_and_marks_every_touch_is_whole() -> None:
    """Raw touches, ordered by an instant and an id."""
    rows = as_rows([[(3.0, 0, 1.0, 1), (2.0, 0, 1.0, 2), (2.0, 0, 1.0, 1)]])
    raw = rows.drop_columns(["part", "marks"])

    table = with_shares(
        ibis.memtable(raw).mutate(at=lambda t: -t.age),
        {"u_shaped": rule("u_shaped")},
        by_channel_set=SHAPLEY,
        order=("at", "place"),
    )
    got = in_order(table)

    assert got["u_shaped"].to_pylist() == pytest.approx([0.4, 0.2, 0.4])
    assert got[SHAPLEY].to_pylist() == pytest.approx([0.25, 0.5, 0.25])
