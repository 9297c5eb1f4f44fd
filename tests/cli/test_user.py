"""`revloop user` in a terminal: a password is asked for, and never shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from revloop.cli.output import ExitCode

from .running import INTERRUPT, in_terminal, revloop

PASSWORD = "four words do well"
ADD = ("user", "add", "kim@acme.example", "admin", "--name", "Kim", "-w", "acme")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert revloop("init", "acme", folder=tmp_path).code == ExitCode.FINE
    return tmp_path


def members(here: Path) -> list[dict[str, object]]:
    listed = json.loads(revloop("user", "list", "-w", "acme", "--json", folder=here).out)
    found: list[dict[str, object]] = listed["members"]
    return found


def test_a_password_is_asked_for_twice_and_not_shown(here: Path) -> None:
    typed = (f"{PASSWORD}\n", f"{PASSWORD}\n")
    ended = in_terminal(*ADD, typed=typed, folder=here)

    assert ended.code == ExitCode.FINE
    assert PASSWORD not in ended.out
    assert "kim@acme.example: Kim, admin" in ended.out
    assert [each["has_password"] for each in members(here)] == [True]


def test_two_that_differ_are_asked_for_again(here: Path) -> None:
    typed = (f"{PASSWORD}\n", "something else\n", f"{PASSWORD}\n", f"{PASSWORD}\n")
    ended = in_terminal(*ADD, typed=typed, folder=here)

    assert ended.code == ExitCode.FINE
    assert "something else" not in ended.out


def test_interrupted_at_the_question_nobody_is_added(here: Path) -> None:
    ended = in_terminal(*ADD, typed=(INTERRUPT,), folder=here)

    assert ended.code == ExitCode.INTERRUPTED
    assert members(here) == []


def test_no_option_takes_a_password(here: Path) -> None:
    for command in ("add", "password", "invite"):
        helped = revloop("user", command, "--help", folder=here).out
        assert "--password " not in helped
    ended = revloop(*ADD, "--password", PASSWORD, folder=here)
    assert ended.code == ExitCode.USAGE
    assert members(here) == []


def test_what_json_says_holds_no_hash(here: Path) -> None:
    ended = revloop(*ADD, "--json", given=f"{PASSWORD}\n".encode(), folder=here)

    assert "scrypt" not in ended.out
    assert json.loads(ended.out)["email"] == "kim@acme.example"
