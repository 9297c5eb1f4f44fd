"""The folder of a workspace: made once, found again, errors that say what to do."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from revloop.kit import folder
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.files import saying_what_to_do, write_whole


def test_a_workspace_is_made_once_and_left_as_it_is(tmp_path: Path) -> None:
    first = folder.create(tmp_path / "acme", company='Acme "Revenue"\n', currency="EUR")
    secret = first.read_secret()
    again = folder.create(tmp_path / "acme", company="Other")

    assert again.read_secret() == secret
    assert len(secret) == 32
    assert stat.S_IMODE(first.secret.stat().st_mode) == 0o600
    assert first.read_settings()["company"] == {
        "name": 'Acme "Revenue" ',
        "timezone": "UTC",
        "currency": "EUR",
    }


def test_a_folder_that_was_half_made_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "acme" / "lake").mkdir(parents=True)

    assert folder.create(tmp_path / "acme").exists()


def test_it_is_found_as_given_then_by_the_environment_then_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, home, here = (folder.create(tmp_path / name) for name in ("given", "home", "here"))
    monkeypatch.chdir(here.path)

    assert folder.find(given.path, {folder.HOME: str(home.path)}) == given
    assert folder.find(None, {folder.HOME: str(home.path)}) == home
    assert folder.find(None, {}) == here


def test_a_folder_that_is_no_workspace_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as raised:
        folder.find(tmp_path, {})

    assert str(tmp_path) in raised.value.message
    assert "revloop init" in raised.value.hint


@pytest.mark.parametrize("text", ["format = 2\n", "format = \n", "[company\n"])
def test_settings_that_cannot_be_read_are_refused(tmp_path: Path, text: str) -> None:
    made = folder.create(tmp_path)
    made.settings.write_text(text)

    with pytest.raises(InvalidInput, match=r"newer|revloop\.toml"):
        made.read_settings()


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_whole(path, b"first")
    write_whole(path, b"second")

    assert path.read_bytes() == b"second"
    assert [each.name for each in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize(
    ("number", "word"), [(28, "full"), (30, "read"), (13, "permission"), (5, "disk")]
)
def test_errors_of_the_disk_name_the_path_and_the_cure(number: int, word: str) -> None:
    with pytest.raises(RevloopError) as raised, saying_what_to_do(Path("/lake")):
        raise OSError(number, os.strerror(number), "/lake/touch")

    assert "/lake/touch" in raised.value.message
    assert word in f"{raised.value.message} {raised.value.hint}"
    assert raised.value.hint
