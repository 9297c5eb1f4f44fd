"""Whatever a file says, `check` answers: it neither raises nor hangs nor eats the memory."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from revloop.agreement.check import Checked, check
from revloop.agreement.problems import MOST_PROBLEMS
from revloop.kit.codes import CODES

from .files import ACME
from .fuzz_files import FILES, MEGABYTES, SECONDS_A_FILE, fuzz
from .mutations import mutated

LINES = ACME.splitlines()


def answered(content: bytes) -> Checked:
    """Check a file and hold what holds for every file."""
    began = time.thread_time()
    checked = check(content)

    assert time.thread_time() - began < SECONDS_A_FILE
    assert bool(checked.contract) != bool(checked.errors)
    assert {problem.code for problem in checked.problems} <= set(CODES)
    assert len(checked.problems) <= 5 * MOST_PROBLEMS
    last = content.count(b"\n") + content.count(b"\r") + 2
    for problem in checked.problems:
        assert 1 <= problem.place.line <= max(last, 1)
        assert problem.place.column >= 1
        assert problem.message
        assert len(problem.message) < 1_000
        assert len(problem.hint) < 5_000
    return checked


@given(st.binary(max_size=2_000))
@example(b"\xff\xfea\x00:\x00")
@example(b"\x00" * 1_000)
def test_any_bytes_are_answered(content: bytes) -> None:
    answered(content)


@given(st.text(max_size=2_000))
@example("\ufeff\ufeffa: 1")
@example("a: \U0010ffff\ud7ff")
def test_any_text_is_answered(text: str) -> None:
    answered(text.encode("utf-8", "surrogatepass"))


YAML_LETTERS = st.text("ab1.:-#'\"[]{},&*!|>%@? \n\t~=", max_size=300)


@given(YAML_LETTERS)
def test_any_text_of_yaml_s_own_signs_is_answered(text: str) -> None:
    answered(text.encode())


@settings(max_examples=60)
@given(st.integers(0, len(LINES) - 1), st.integers(0, 120), YAML_LETTERS)
def test_the_example_with_signs_put_in_anywhere_is_answered(
    line: int, column: int, signs: str
) -> None:
    lines = list(LINES)
    lines[line] = lines[line][:column] + signs + lines[line][column:]

    answered("\n".join(lines).encode())


@settings(max_examples=60)
@given(st.integers(0, len(ACME.encode())))
def test_the_example_cut_off_anywhere_is_answered(length: int) -> None:
    answered(ACME.encode()[:length])


@settings(max_examples=150)
@given(st.integers(min_value=FILES))
def test_a_damaged_example_is_answered(seed: int) -> None:
    answered(mutated(seed))


def test_the_same_file_is_answered_alike_twice() -> None:
    for seed in range(30):
        assert check(mutated(seed)).problems == check(mutated(seed)).problems


@pytest.mark.slow
def test_twenty_thousand_damaged_examples_are_answered() -> None:
    outcome = fuzz()

    print(outcome)  # noqa: T201 - shown when it fails, and with -rP
    assert outcome.files == FILES
    assert outcome.crashes == ()
    assert outcome.slowest < SECONDS_A_FILE
    assert outcome.megabytes < MEGABYTES
