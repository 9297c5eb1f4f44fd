"""The chain of a slice: how far it looks back, and what is published for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from revloop import engine
from revloop.analysis.credit import measures
from revloop.analysis.credit.chain import covariance, journeys
from revloop.analysis.ground import Ground

from .slices import Walked, given
from .story import day, people, setting, sold, tell, touch


def by_the_first_of_four(*, others: tuple[str, ...] = ()) -> list[Walked]:
    """Who came by mail buys, who came by ads does not, and three touches later all look alike."""
    told: list[Walked] = []
    for _ in range(60):
        told.append(Walked(("mail", "web", "web", "demo"), "won", 100))
        told.append(Walked(("ads", "web", "web", "demo"), "lost"))
        told.append(Walked(("ads", "web", "web", "demo")))
    return told + [Walked((each,)) for each in others]


def test_of_few_channels_a_chain_may_look_back_four_of_them() -> None:
    found = journeys(given(by_the_first_of_four()))

    assert found.order == 4
    effects = found.effects.by_channel
    assert effects == pytest.approx({"ads": 0, "demo": 1, "mail": 1, "web": 1})


def test_of_seven_channels_it_looks_back_three() -> None:
    """Four channels and three more: more than six. With two more there are six."""
    many = journeys(given(by_the_first_of_four(others=("a", "b", "c"))))
    few = journeys(given(by_the_first_of_four(others=("a", "b"))))

    assert (many.longest, few.longest) == (3, 4)
    assert many.order < 4
    assert few.order == 4


def test_a_slice_with_few_channels_of_a_company_with_many_looks_back_three() -> None:
    """What is published for the company does not say more."""
    told = [*by_the_first_of_four(), Walked(("ads", "web", "web", "demo", "web"))]
    other = [Walked((each,), month="2026-03") for each in ("a", "b", "c")]
    tables = given([*told, *other]).tables
    unsold = tables["unsold"].filter(
        [each == "2026-04" for each in tables["unsold"]["month"].to_pylist()]
    )
    slice_ = given(told)

    found = journeys(
        type(slice_)(slice_.setting, slice_.asked, {**slice_.tables, "unsold": unsold})
    )

    assert (found.longest, len(found.sold.channels)) == (3, 4)
    assert found.chain.p_conversion == pytest.approx(60 / 181)


@pytest.mark.parametrize(("channels", "fourth"), [(6, "c1"), (7, None)])
def test_four_channels_back_are_published_where_channels_are_few(
    tmp_path: Path, channels: int, fourth: str | None
) -> None:
    """A journey of six or seven touches that led to nothing: before the fifth there were c1 to c4."""
    made = tell(
        tmp_path,
        {
            "account": [{"source_id": "acme", "at": day(-100)}],
            "contact": people(ann="acme"),
            "opportunity": [sold("o1", 400, 410, 100_00)],
            "touch": [touch(f"t{n}", "ann", n, f"c{n}") for n in range(1, channels + 1)],
        },
    )
    with engine.open(made.lake.path) as opened:
        table = opened.arrow(measures.unsold_sums(Ground(opened, setting())))

    rows: dict[str, dict[str, Any]] = {row["channel"]: row for row in table.to_pylist()}
    assert [rows["c5"][name] for name in measures.BEFORE_COLUMNS] == ["c4", "c3", "c2", fourth]
    assert rows["c4"]["before_4"] is None
    assert sum(row["lost"] for row in rows.values()) == 1


def test_what_journeys_known_by_their_steps_alone_give_to_the_variance() -> None:
    """Three folds of 2, 1 and 1 journeys that move an effect by 6, 1 and 1 in all; the mean is 2.

    Around it they move 6 − 4, 1 − 2 and 1 − 2: squares of 6 in all, and 3/2 of that is 9. That there
    are four journeys is chance, too: 4·2² = 16.
    """
    moves = np.array([[4.0], [2.0], [1.0], [1.0]])
    found = covariance(moves, np.array([1.0, 1, 1, 1]), np.zeros(4, int), np.array([0, 0, 1, 2]))

    assert found == pytest.approx(np.array([[25.0]]))


def test_a_fold_that_is_alone_in_its_month_counts_as_one_journey() -> None:
    moves = np.array([[3.0, 1.0], [0.0, 1.0]])
    found = covariance(moves, np.array([0.0, 5.0]), np.zeros(2, int), np.zeros(2, int))

    assert found == pytest.approx(np.array([[9.0, 6.0], [6.0, 4.0]]))
    nothing = covariance(np.zeros((0, 2)), np.zeros(0), np.zeros(0, int), np.zeros(0, int))
    assert not nothing.any()


def test_months_that_differ_are_no_chance() -> None:
    """In each month both folds do the same: only how many there are is left, 2·1² and 2·3²."""
    moves = np.array([[1.0], [1.0], [3.0], [3.0]])
    found = covariance(moves, np.ones(4), np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))

    assert found == pytest.approx(np.array([[2.0 + 18.0]]))
