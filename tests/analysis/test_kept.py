"""What was made for one reading is there for the next one, a few things at a time."""

from __future__ import annotations

from functools import partial

from revloop.analysis.kept import Kept


def test_the_same_is_made_once() -> None:
    kept = Kept()
    made: list[str] = []

    for key in ("quarter", "year", "quarter"):
        kept.once(key, partial(made.append, key))

    assert made == ["quarter", "year"]


def test_what_was_made_first_makes_room() -> None:
    kept = Kept(most=2)
    made: list[str] = []

    for key in ("a", "b", "c", "b", "a"):
        kept.once(key, partial(made.append, key))

    assert made == ["a", "b", "c", "a"]
