"""The nearest known word, and lists in a sentence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.kit.spelling import did_you_mean, one_of

STAGES = ("mql", "sal", "sql", "opportunity", "won")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("opportunitty", "did you mean opportunity?"),
        ("opportunities", "did you mean opportunity?"),
        ("won", "did you mean won?"),
        ("mqll", "did you mean mql?"),
        ("customer", ""),
        ("", ""),
    ],
)
def test_the_nearest_known_word_is_proposed_if_one_is_near(word: str, hint: str) -> None:
    assert did_you_mean(word, STAGES) == hint


def test_nothing_is_near_where_nothing_is_known() -> None:
    assert did_you_mean("won", ()) == ""


def test_known_words_may_come_from_anything_that_can_be_walked_once() -> None:
    assert did_you_mean("wom", (stage for stage in STAGES)) == "did you mean won?"


def test_very_long_words_and_very_long_lists_take_no_time() -> None:
    began = time.thread_time()

    assert did_you_mean("x" * 100_000, ["x" * 100_000]) == ""
    assert did_you_mean("word", (f"word_{number}" for number in range(100_000))) == ""
    assert time.thread_time() - began < 0.2


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b"), "a or b"),
        (("a", "b", "c"), "a, b or c"),
    ],
)
def test_words_are_listed_as_in_a_sentence(words: tuple[str, ...], listed: str) -> None:
    assert one_of(words) == listed
    assert one_of(iter(words)) == listed


def test_a_list_too_long_to_read_is_cut_with_the_number_of_the_rest() -> None:
    listed = one_of(f"w{number}" for number in range(150))

    assert listed.startswith("w0, w1, ")
    assert listed.endswith("w49 or one of 100 more")


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=20), max_size=20))
def test_only_known_words_are_proposed(word: str, known: list[str]) -> None:
    hint = did_you_mean(word, known)

    assert hint == "" or hint in {f"did you mean {each}?" for each in known}
