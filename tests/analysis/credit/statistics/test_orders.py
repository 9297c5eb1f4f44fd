from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.analysis.credit.statistics.orders import best_order, log_loss

from .journeys import NAMES, Path, laid, paths

SEEN: list[Path] = [(("ads", "mail"), 2, 0), (("ads",), 0, 2)]


def test_the_next_step_is_foretold_from_its_context_and_the_shorter_one() -> None:
    """Ten steps were seen: ads 4, mail 2, converted 2, ended 2; six outcomes are possible.

    After the start 4 of 4 went on to ads, after ads 2 of 4 ended.
    """
    asked = laid([(("ads",), 0, 1)])
    ads, end = (4 + 1) / (10 + 6), (2 + 1) / (10 + 6)

    assert log_loss(laid(SEEN), asked, 0, 4) == pytest.approx(-(math.log(ads) + math.log(end)) / 2)
    assert log_loss(laid(SEEN), asked, 1, 4) == pytest.approx(
        -(math.log((4 + ads) / 5) + math.log((2 + end) / 5)) / 2
    )


def test_what_was_never_seen_is_not_impossible() -> None:
    assert log_loss(laid([]), laid(SEEN), 2, 4) == pytest.approx(math.log(6))
    assert log_loss(laid(SEEN), laid([(("search",), 0, 1)]), 3, 4) < math.inf


def test_the_order_by_which_journeys_go_on_is_found() -> None:
    """Whether the demo wins depends on what came before it, and on nothing earlier."""
    told: list[Path] = [
        ((first, second, "demo"), 60 * (second == "mail"), 60 * (second == "ads"))
        for first in ("mail", "ads", "search")
        for second in ("mail", "ads")
    ]

    assert best_order(laid(told), laid(told), [1, 2], 4) == 2
    assert best_order(laid(told), laid([(("mail",), 0, 0), *told]), [3, 2, 1], 4) >= 2


def test_of_equal_orders_the_lowest_is_taken() -> None:
    """Where nothing was seen, none knows anything."""
    assert best_order(laid([]), laid(SEEN), [3, 1, 2], 4) == 1


def test_without_steps_there_is_nothing_to_foretell() -> None:
    with pytest.raises(ValueError, match="no steps"):
        log_loss(laid(SEEN), laid([]), 1, 4)
    with pytest.raises(ValueError, match="more than 2 channels"):
        log_loss(laid(SEEN), laid(SEEN), 1, 2)
    with pytest.raises(ValueError, match="order 5"):
        log_loss(laid(SEEN), laid(SEEN), 5, 4)
    with pytest.raises(ValueError, match="no order"):
        best_order(laid(SEEN), laid(SEEN), [], 4)


@given(paths, paths, st.integers(0, 4))
def test_the_loss_is_that_of_foretelling_step_by_step(
    train: list[Path], test: list[Path], order: int
) -> None:
    def events(told: list[Path]) -> Counter[tuple[tuple[str, ...], str]]:
        found: Counter[tuple[tuple[str, ...], str]] = Counter()
        for path, won, lost in told:
            for place, channel in enumerate(path):
                found[path[:place], channel] += won + lost
            if path:
                found[path, "conversion"] += won
                found[path, "null"] += lost
        return +found

    def last(path: tuple[str, ...], k: int) -> tuple[str, ...]:
        return path[max(0, len(path) - k) :]

    def p(path: tuple[str, ...], outcome: str, k: int) -> float:
        alike = {key: often for key, often in seen.items() if last(key[0], k) == last(path, k)}
        n, x = sum(alike.values()), sum(alike[key] for key in alike if key[1] == outcome)
        if k == 0:
            return (x + 1) / (n + len(NAMES) + 2)
        return (x + p(path, outcome, k - 1)) / (n + 1)

    seen, asked = events(train), events(test)
    if not asked:
        return
    wanted = -sum(often * math.log(p(*key, order)) for key, often in asked.items())

    found = log_loss(laid(train), laid(test), order, len(NAMES))

    assert found == pytest.approx(wanted / sum(asked.values()), rel=1e-12)
