"""Every command, as people and programs call it."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import typer.main

from revloop import operations
from revloop.agreement.check import check
from revloop.cli import app, main, options_last
from revloop.cli.output import SCHEMA_VERSION, ExitCode, wants_json

from .running import ACME, BEFORE, INTERRUPT, LEAD, Ended, in_terminal, revloop

ESCAPE = "\x1b"
FIRST = ACME.replace("2.1.0", "1.0.0")


@dataclass(frozen=True)
class Call:
    """A way to call a command, with the exit code that its documentation promises."""

    arguments: list[str]
    code: ExitCode
    given: bytes = b""
    files: dict[str, str] = field(default_factory=dict)
    """Written into the folder before."""
    workspace: bool = False
    """Whether a workspace with a few facts stands in the folder `acme`."""

    @property
    def command(self) -> str:
        two = " ".join(self.arguments[:2])
        return two if two in set(commands()) else "".join(self.arguments[:1])


WRONG = {"wrong.yaml": "agreement: acme\nversion: 1.0.0\n"}
SIGNED = ["--signed-by", "marketing=Maya Ortiz", "--signed-by", "sales=Sam Reed"]
HERE = ["-w", "acme"]
PASSWORD = b"four words do well\n"
NEEDS_A_MAPPING = {"more/leads.csv": "Lead No,E-mail\n9,cy@acme.example\n"}
LEADS = {
    "more/contact.csv": "source_id,at,email\n9,2026-01-07T09:00:00Z,cy@acme.example\n",
    "more/notes.md": "# nothing",
}
NO_RECORD = {"record.json": '{"employes": 3, "\\u001b[31m": 1}'}
CALLS = [
    Call(["agreement", "new", "new.yaml"], ExitCode.FINE),
    Call(["agreement", "new", "there.yaml"], ExitCode.USAGE, files={"there.yaml": ""}),
    Call(["agreement", "new", "there.yaml", "--force"], ExitCode.FINE, files={"there.yaml": ""}),
    Call(["agreement", "new", "no/such/folder.yaml"], ExitCode.USAGE),
    Call(["agreement", "new", "x.yaml", "--country", "XX"], ExitCode.USAGE),
    Call(["agreement", "new", "x.yaml", "--bookings", "much"], ExitCode.USAGE),
    Call(["agreement", "check", ACME], ExitCode.FINE),
    Call(["agreement", "check", ACME, BEFORE], ExitCode.FINE),
    Call(["agreement", "check", "-"], ExitCode.FINE, given=Path(ACME).read_bytes()),
    Call(["agreement", "check", "-"], ExitCode.PROBLEMS),
    Call(["agreement", "check", "wrong.yaml"], ExitCode.PROBLEMS, files=WRONG),
    Call(["agreement", "check", ACME, "wrong.yaml"], ExitCode.PROBLEMS, files=WRONG),
    Call(["agreement", "check", "nowhere.yaml"], ExitCode.USAGE),
    Call(["agreement", "check", "."], ExitCode.USAGE),
    Call(["agreement", "check"], ExitCode.USAGE),
    Call(["agreement", "explain", ACME], ExitCode.FINE),
    Call(["agreement", "explain", ACME, "--format", "html"], ExitCode.FINE),
    Call(["agreement", "explain", ACME, "--output", "page.html"], ExitCode.FINE),
    Call(["agreement", "explain", ACME, "--output", "no/such/page.html"], ExitCode.USAGE),
    Call(["agreement", "explain", ACME, "--format", "pdf"], ExitCode.USAGE),
    Call(["agreement", "explain", "wrong.yaml"], ExitCode.PROBLEMS, files=WRONG),
    Call(["agreement", "diff", BEFORE, ACME], ExitCode.FINE),
    Call(["agreement", "diff", ACME, BEFORE], ExitCode.PROBLEMS),
    Call(["agreement", "diff", ACME, "nowhere.yaml"], ExitCode.USAGE),
    Call(["agreement", "diff", ACME], ExitCode.USAGE),
    Call(["agreement", "hash", ACME], ExitCode.FINE),
    Call(["agreement", "hash", "wrong.yaml"], ExitCode.PROBLEMS, files=WRONG),
    Call(["agreement", "schema"], ExitCode.FINE),
    Call(["agreement", "which", FIRST, BEFORE, ACME], ExitCode.FINE),
    Call(["agreement", "which", ACME, "--at", "2020-01-01T00:00:00Z"], ExitCode.FINE),
    Call(["agreement", "which", ACME, "--at", "yesterday"], ExitCode.USAGE),
    Call(["agreement", "which", ACME, "--at", "2026-07-01"], ExitCode.USAGE),
    Call(
        ["agreement", "which", ACME, "--signatures", "none.json"],
        ExitCode.FINE,
        files={"none.json": "[]"},
    ),
    Call(
        ["agreement", "which", ACME, "--signatures", "odd.json"],
        ExitCode.USAGE,
        files={"odd.json": '[{"version": "2.1.0"}]'},
    ),
    Call(
        ["agreement", "which", ACME, "other.yaml"],
        ExitCode.USAGE,
        files={"other.yaml": Path(BEFORE).read_text(encoding="utf-8").replace("acme-r", "other-r")},
    ),
    Call(
        ["agreement", "which", ACME, "other.yaml"],
        ExitCode.USAGE,
        files={
            "other.yaml": Path(ACME).read_text(encoding="utf-8").replace("goal: 0.98", "goal: 1")
        },
    ),
    Call(["agreement", "try", ACME, "--record", LEAD], ExitCode.FINE),
    Call(["agreement", "try", ACME, "--record", "-"], ExitCode.FINE, given=b"{}"),
    Call(["agreement", "try", ACME, "--record", "-"], ExitCode.USAGE),
    Call(["agreement", "try", "-", "--record", "-"], ExitCode.USAGE),
    Call(["agreement", "try", ACME, "--record", "record.json"], ExitCode.PROBLEMS, files=NO_RECORD),
    Call(["agreement", "try", ACME, "--record", "-"], ExitCode.USAGE, given=b"[" * 100_000),
    Call(["agreement", "try", ACME], ExitCode.USAGE),
    Call(["agreement", "words"], ExitCode.FINE),
    Call(["agreement", "words", ACME], ExitCode.FINE),
    Call(["agreement", "words", "nowhere.yaml"], ExitCode.USAGE),
    Call(["agreement", "adopt", FIRST, *SIGNED, *HERE], ExitCode.FINE, workspace=True),
    Call(["agreement", "adopt", FIRST, *SIGNED[:2], *HERE], ExitCode.PROBLEMS, workspace=True),
    Call(
        ["agreement", "adopt", FIRST, "--signed-by", "Ann", *HERE], ExitCode.USAGE, workspace=True
    ),
    Call(["agreement", "adopt", "none.yaml", *SIGNED, *HERE], ExitCode.USAGE, workspace=True),
    Call(["agreement", "adopt", FIRST, *SIGNED], ExitCode.USAGE),
    Call(["agreement", "history", *HERE], ExitCode.FINE, workspace=True),
    Call(["init", "new"], ExitCode.FINE),
    Call(["init", "acme"], ExitCode.FINE, workspace=True),
    Call(["init", "new", "--timezone", "Mars"], ExitCode.USAGE),
    Call(["init", "new", "--currency", "eur"], ExitCode.USAGE),
    Call(["import", "more", *HERE], ExitCode.FINE, files=LEADS, workspace=True),
    Call(["import", "more", "--suggest", "new.yaml"], ExitCode.FINE, files=NEEDS_A_MAPPING),
    Call(["import", "more", "--suggest", "new.yaml"], ExitCode.USAGE, files=LEADS),
    Call(["import", "more", "--encoding", "utf-99", *HERE], ExitCode.USAGE, workspace=True),
    Call(["import", "more", "--delimiter", ";;", *HERE], ExitCode.USAGE, workspace=True),
    Call(["import", "nowhere", *HERE], ExitCode.USAGE, workspace=True),
    Call(["undo-import", "20260101T000000-0", *HERE], ExitCode.USAGE, workspace=True),
    Call(["import", "more"], ExitCode.USAGE, files=LEADS),
    Call(
        ["import", "more", "--mapping", "none.yaml", *HERE],
        ExitCode.USAGE,
        files=LEADS,
        workspace=True,
    ),
    Call(["read", "--list"], ExitCode.FINE),
    Call(["read", "stage_conversion", *HERE], ExitCode.FINE, workspace=True),
    Call(["read", "stage_conversion", "--by", "source", *HERE], ExitCode.FINE, workspace=True),
    Call(["read", "stage_conversion", "--csv", "it.csv", *HERE], ExitCode.FINE, workspace=True),
    Call(["read", "stage_conversion", "--by", "weather", *HERE], ExitCode.USAGE, workspace=True),
    Call(["read", "stage_conversion", "--where", "source", *HERE], ExitCode.USAGE, workspace=True),
    Call(["read", "stage_conversion", "--period", "soon", *HERE], ExitCode.USAGE, workspace=True),
    Call(["read", "stage_conversion", "--as-of", "soon", *HERE], ExitCode.USAGE, workspace=True),
    Call(
        ["read", "stage_conversion", "--agreement", "9.9.9", *HERE], ExitCode.USAGE, workspace=True
    ),
    Call(["read", "the_weather", *HERE], ExitCode.USAGE, workspace=True),
    Call(["read", "stage_conversion"], ExitCode.USAGE),
    Call(["status", *HERE], ExitCode.FINE, workspace=True),
    Call(["status"], ExitCode.USAGE),
    Call(["publish", *HERE], ExitCode.FINE, workspace=True),
    Call(["publish"], ExitCode.USAGE),
    Call(["export", "facts", *HERE], ExitCode.FINE, workspace=True),
    Call(
        ["export", "facts", "--format", "csv", "--kind", "inquiry", *HERE],
        ExitCode.FINE,
        workspace=True,
    ),
    Call(["export", "facts", "--kind", "inquirie", *HERE], ExitCode.USAGE, workspace=True),
    Call(["export", "facts", "--format", "xls", *HERE], ExitCode.USAGE, workspace=True),
    Call(["export", "facts", "--as-of", "today", *HERE], ExitCode.USAGE, workspace=True),
    Call(["backup", "new.tar", *HERE], ExitCode.FINE, workspace=True),
    Call(["backup", "acme/revloop.toml", *HERE], ExitCode.USAGE, workspace=True),
    Call(["restore", "acme.tar", "back"], ExitCode.FINE, workspace=True),
    Call(["restore", "acme.tar", "acme"], ExitCode.USAGE, workspace=True),
    Call(["restore", "nowhere.tar", "back"], ExitCode.USAGE),
    Call(["doctor", *HERE], ExitCode.FINE, workspace=True),
    Call(["doctor"], ExitCode.USAGE),
    Call(["people", "explain", "crm:1", *HERE], ExitCode.FINE, workspace=True),
    Call(["people", "explain", "crm:77", *HERE], ExitCode.USAGE, workspace=True),
    Call(
        ["people", "merge", "crm:1", "crm:3", "--reason", "same", *HERE],
        ExitCode.FINE,
        workspace=True,
    ),
    Call(
        ["people", "merge", "crm:1", "crm:2", "--reason", "same", *HERE],
        ExitCode.USAGE,
        workspace=True,
    ),
    Call(["people", "split", "crm:2", "--reason", "two", *HERE], ExitCode.FINE, workspace=True),
    Call(["people", "split", "crm:3", "--reason", "two", *HERE], ExitCode.USAGE, workspace=True),
    Call(["people", "undo", "1", "--reason", "two", *HERE], ExitCode.FINE, workspace=True),
    Call(["people", "undo", "99", "--reason", "two", *HERE], ExitCode.USAGE, workspace=True),
    Call(["people", "proposals", *HERE], ExitCode.FINE, workspace=True),
    Call(
        ["people", "answer", "99", "--different", "--reason", "two", *HERE],
        ExitCode.USAGE,
        workspace=True,
    ),
    Call(["people", "unmatched", *HERE], ExitCode.FINE, workspace=True),
    Call(
        ["people", "match", "crm:1", "crm:none", "--reason", "told", *HERE],
        ExitCode.USAGE,
        workspace=True,
    ),
    Call(["work", "--once", *HERE], ExitCode.FINE, workspace=True),
    Call(["work", "--once"], ExitCode.USAGE),
    # What serves until somebody interrupts it is called in test_serve.
    Call(["serve", "--host", "0.0.0.0", *HERE], ExitCode.USAGE, workspace=True),  # noqa: S104
    Call(["demo", "--port", "none"], ExitCode.USAGE),
    Call(["jobs", "list", *HERE], ExitCode.FINE, workspace=True),
    Call(["jobs", "list", "--state", "dad", *HERE], ExitCode.USAGE, workspace=True),
    Call(["jobs", "retry", "99", *HERE], ExitCode.USAGE, workspace=True),
    Call(["jobs", "cancel", "99", *HERE], ExitCode.USAGE, workspace=True),
    Call(["people"], ExitCode.USAGE),
    Call(
        ["user", "add", "bo@acme.example", "sales", "--name", "Bo", *HERE],
        ExitCode.FINE,
        given=PASSWORD,
        workspace=True,
    ),
    Call(
        ["user", "add", "bo@acme.example", "sales", "--name", "Bo", *HERE],
        ExitCode.USAGE,
        workspace=True,
    ),
    Call(
        ["user", "add", "bo@acme.example", "sails", "--name", "Bo", *HERE],
        ExitCode.USAGE,
        given=PASSWORD,
        workspace=True,
    ),
    Call(["user", "invite", "bo@acme.example", "sales", *HERE], ExitCode.FINE, workspace=True),
    Call(["user", "invite", "kim@acme.example", "sales", *HERE], ExitCode.USAGE, workspace=True),
    Call(["user", "role", "ann@acme.example", "sales", *HERE], ExitCode.FINE, workspace=True),
    Call(["user", "role", "kim@acme.example", "sales", *HERE], ExitCode.USAGE, workspace=True),
    Call(["user", "disable", "ann@acme.example", *HERE], ExitCode.FINE, workspace=True),
    Call(["user", "disable", "kim@acme.example", *HERE], ExitCode.USAGE, workspace=True),
    Call(["user", "enable", "ann@acme.example", *HERE], ExitCode.FINE, workspace=True),
    Call(["user", "enable", "nobody@acme.example", *HERE], ExitCode.USAGE, workspace=True),
    Call(
        ["user", "password", "ann@acme.example", *HERE],
        ExitCode.FINE,
        given=PASSWORD,
        workspace=True,
    ),
    Call(
        ["user", "password", "ann@acme.example", *HERE],
        ExitCode.USAGE,
        given=b"password1234\n",
        workspace=True,
    ),
    Call(["user", "password-link", "ann@acme.example", *HERE], ExitCode.FINE, workspace=True),
    Call(["user", "password-link", "nobody@acme.example", *HERE], ExitCode.USAGE, workspace=True),
    Call(["user", "list", *HERE], ExitCode.FINE, workspace=True),
    Call(["user"], ExitCode.USAGE),
    Call(["agreement", "hashes", ACME], ExitCode.USAGE),
    Call(["agreements"], ExitCode.USAGE),
    Call([], ExitCode.USAGE),
]


Run = Callable[..., Ended]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> Run:
    """Run a command in this process, which costs no start, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run_here(*arguments: str, given: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "argv", ["revloop", *arguments])
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given)))
        with pytest.raises(SystemExit) as ended:
            main()
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ended(int(ended.value.code or 0), out.decode(), err.decode())

    return run_here


def commands() -> Iterator[str]:
    root: Any = typer.main.get_command(app)
    for name, command in root.commands.items():
        if hasattr(command, "commands"):
            yield from (f"{name} {inner}" for inner in command.commands)
        else:
            yield name


EXPORTS = {
    "contact.csv": (
        "source_id,at,email,first_name\n"
        "1,2026-01-05T09:00:00Z,ann@acme.example,Ann\n"
        "2,2026-01-06T09:00:00Z,ANN@acme.example,Ann\n"
        "3,2026-01-06T10:00:00Z,bo@bolt.example,Bo\n"
    ),
    "inquiry.csv": "source_id,at,contact_id\n7,2026-01-05T09:00:00Z,crm:1\n",
}


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace `acme` and its backup, made once."""
    made = tmp_path_factory.mktemp("made")
    for name, text in EXPORTS.items():
        write(made / "exports" / name, text)
    for arguments in (
        ["init", "acme"],
        ["import", "exports", "--source", "crm", "-w", "acme"],
        ["backup", "acme.tar", "-w", "acme"],
    ):
        ended = revloop(*arguments, folder=made)
        assert ended.code == ExitCode.FINE, ended
    for name, role in (("kim", "admin"), ("ann", "revops")):
        who = ["user", "add", f"{name}@acme.example", role, "--name", name, "-w", "acme"]
        assert revloop(*who, given=PASSWORD, folder=made).code == ExitCode.FINE
    return made


@pytest.fixture
def prepare(acme: Path, tmp_path: Path) -> Callable[[Call], None]:
    """Lay out what a call expects to find, as if it were the first."""

    def lay_out(call: Call) -> None:
        operations.disconnect()
        for path in tmp_path.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name, text in call.files.items():
            write(tmp_path / name, text)
        if call.workspace:
            shutil.copytree(acme / "acme", tmp_path / "acme")
            shutil.copy(acme / "acme.tar", tmp_path)

    return lay_out


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_every_command_is_called_here() -> None:
    assert set(commands()) <= {call.command for call in CALLS}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(call.arguments)[-60:])
def test_json_is_one_document_and_the_exit_code_is_the_same_without(
    call: Call, run: Run, prepare: Callable[[Call], None]
) -> None:
    prepare(call)
    as_json = run(*call.arguments, "--json", given=call.given)

    document = json.loads(as_json.out)
    assert document["schema_version"] == SCHEMA_VERSION
    assert ESCAPE not in as_json.out + as_json.err
    assert as_json.code == call.code
    if call.code is ExitCode.USAGE:
        error = document["error"]
        assert error["code"]
        assert error["message"]
        assert error["hint"]

    prepare(call)
    plain = run(*call.arguments, given=call.given)
    assert plain.code == call.code
    assert ESCAPE not in plain.out + plain.err
    assert "Traceback" not in as_json.err + plain.err


@pytest.mark.parametrize(
    "call",
    [call for call in CALLS if call.command in set(commands()) and call.code is ExitCode.FINE][::3],
    ids=lambda call: " ".join(call.arguments)[-60:],
)
def test_in_a_process_of_its_own_it_is_the_same(
    call: Call, prepare: Callable[[Call], None], tmp_path: Path
) -> None:
    prepare(call)
    ended = revloop(*call.arguments, "--json", given=call.given, folder=tmp_path)

    assert json.loads(ended.out)["schema_version"] == SCHEMA_VERSION
    assert ended.code == call.code
    assert ESCAPE not in ended.out + ended.err


@pytest.mark.parametrize("command", sorted(commands()))
def test_the_help_of_every_command_shows_an_example(command: str, run: Run) -> None:
    helped = run(*command.split(), "--help")

    assert helped.code == ExitCode.FINE
    assert f"Example: revloop {command}" in " ".join(helped.out.split())
    assert "--json" in helped.out
    assert ESCAPE not in helped.out


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        (["--json", "agreement", "hash", "f"], ["agreement", "hash", "f", "--json"]),
        (["agreement", "--json", "hash", "f"], ["agreement", "hash", "f", "--json"]),
        (["agreement", "hash", "--json", "f"], ["agreement", "hash", "f", "--json"]),
        (["agreement", "hash", "f", "--no-input"], ["agreement", "hash", "f"]),
        (["--no-input", "agreement", "new", "f"], ["agreement", "new", "f", "--no-input"]),
        (["agreement", "hash", "--", "--json"], ["agreement", "hash", "--", "--json"]),
    ],
)
def test_options_of_every_command_may_stand_anywhere(arguments: list[str], last: list[str]) -> None:
    assert options_last(arguments) == last
    assert wants_json(arguments) is ("--json" in last[: last.index("--") if "--" in last else 9])


def test_json_may_stand_before_the_command(run: Run) -> None:
    before = run("--json", "agreement", "hash", ACME)
    after = run("agreement", "hash", ACME, "--json")

    assert before == after
    assert json.loads(before.out)["version"] == "2.1.0"


# What each prints.


def test_check_points_at_file_line_and_column(tmp_path: Path, run: Run) -> None:
    (tmp_path / "wrong.yaml").write_text("agreement: acme\nversion: 1.0.0\n", encoding="utf-8")

    checked = run("agreement", "check", "wrong.yaml")

    assert "wrong.yaml:2:10: error 1.0.0 is a version  yaml.needs_quotes" in checked.out
    assert '    put it in quotes: "1.0.0"' in checked.out
    assert re.search(r"^wrong\.yaml: \d+ errors, no warnings$", checked.out, re.MULTILINE)


def test_check_says_the_hash_of_what_is_fine(run: Run) -> None:
    checked, hashed = run("agreement", "check", ACME), run("agreement", "hash", ACME)

    assert checked.out.splitlines()[-1].strip() == hashed.out.strip()


def test_an_agreement_with_errors_is_refused_with_all_of_them(tmp_path: Path, run: Run) -> None:
    (tmp_path / "wrong.yaml").write_text(WRONG["wrong.yaml"], encoding="utf-8")

    hashed = run("agreement", "hash", "wrong.yaml", "--json")

    document = json.loads(hashed.out)
    assert document["error"]["code"] == "agreement.has_errors"
    assert len(document["problems"]) > 3
    assert {"code", "message", "hint", "path", "line", "column", "severity"} == set(
        document["problems"][0]
    )


def test_new_says_what_to_do_next(tmp_path: Path, run: Run) -> None:
    written = run("agreement", "new", "acme.yaml", "--company", "Acme")

    assert written.out.splitlines() == [
        "Wrote acme.yaml: a first draft to argue about.",
        "  next: revloop agreement check acme.yaml  after every change",
        (
            "  next: revloop agreement explain acme.yaml --output acme.html  to read it with the other "
            "team"
        ),
        "  next: revloop agreement words acme.yaml  the words its conditions may use",
    ]
    assert check((tmp_path / "acme.yaml").read_bytes()).problems == ()


def test_new_does_not_write_over_a_file(tmp_path: Path, run: Run) -> None:
    (tmp_path / "acme.yaml").write_text("mine", encoding="utf-8")

    refused = run("agreement", "new", "acme.yaml")

    assert refused.code == ExitCode.USAGE
    assert "acme.yaml is already there" in refused.err
    assert (tmp_path / "acme.yaml").read_text(encoding="utf-8") == "mine"


def test_explain_writes_the_page_that_the_ending_asks_for(tmp_path: Path, run: Run) -> None:
    page = run("agreement", "explain", ACME, "-o", "a.html")
    text = run("agreement", "explain", ACME, "-o", "a.md")

    assert (page.out, page.err) == ("", "Wrote a.html.\n")
    assert (text.out, text.err) == ("", "Wrote a.md.\n")
    assert (tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "a.md").read_text(encoding="utf-8").startswith("# The working agreement")


def test_diff_groups_the_changes_by_class(run: Run) -> None:
    found = run("agreement", "diff", BEFORE, ACME).out.splitlines()

    assert found[0] == "Minor: goals, people and dates"
    assert "  Sales' promise answer_5min, goal: 80 % becomes 90 %." in found
    assert "Patch: wording" in found
    assert found[-1] == "2.0.0 to 2.1.0 is a minor step, as it should be."


def test_which_names_the_version_of_an_instant(run: Run) -> None:
    at = "2026-05-04T09:00:00-04:00"

    found = run("agreement", "which", ACME, BEFORE, FIRST, "--at", at)

    assert found.out.splitlines() == [
        f"Version 2.0.0 governs {at}.",
        "  2.1.0: not yet in force",
        "  2.0.0: in force",
        "  1.0.0: superseded",
        "As if every version had been signed in time.",
    ]


def test_words_lists_those_of_the_facts_and_of_the_file(run: Run) -> None:
    facts = json.loads(run("agreement", "words", "--json").out)["words"]
    words = json.loads(run("agreement", "words", ACME, "--json").out)["words"]

    own = [word for word in words if word["declared_in"] == "agreement"]
    assert words == [*facts, *own]
    assert {"name": "country", "type": "text", "of": "account"}.items() <= next(
        word for word in facts if word["name"] == "country"
    ).items()
    assert [word["name"] for word in own] == [
        *("icp_tier", "icp_excluded", "persona", "lane"),
        *("attempts", "attempt_days", "attempt_channels", "inbound_recent", "pricing_views"),
        *("two_way_talks", "colleagues_active", "fit", "interest"),
    ]
    assert own[0]["values"] == ["A", "B", "out"]
    assert own[4]["means"].startswith("how many activities in the last 45 days, where")


def test_try_prints_whole_lines_into_a_pipe(run: Run) -> None:
    lines = run("agreement", "try", ACME, "--record", LEAD).out.splitlines()

    assert lines[0] == "acme-revenue 2.1.0, asked at 2026-07-15T10:30:00-04:00"
    assert max(map(len, lines)) > 100
    assert any(line.endswith("form is whitepaper") for line in lines)
    assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize(
    "line",
    [
        "icp_excluded false",
        "● fit 60 to 120  high from 60",
        "● interest 42.49  high from 40",
        "pricing_view on 2026-07-14T16:05:00-04:00  14.44 points",
        "pricing_view on 2026-07-14T16:20:00-04:00  over its cap: counts nothing",
        "from colleagues  3.89 points",
        "● lane content  provisional until locations is known",
        "● fit >= 60  fit is 60 to 120",
        "● interest >= 40  interest is 42.49",
        "✕ wants_rep  wants_rep is false",
        "✕ amount is not null  amount is unknown",
        "? stage live  needs data: onboarding_completed",
    ],
)
def test_try_shows_values_as_the_file_writes_them(line: str, run: Run) -> None:
    assert line in tried_lines(run)


def tried_lines(run: Run) -> list[str]:
    """What `try` says of the example's lead, without the lines of the tree."""
    shown = run("agreement", "try", ACME, "--record", LEAD).out
    return [re.sub(r"^[│├└─\s]*", "", line) for line in shown.splitlines()]


def test_a_denied_unknown_is_one_line(run: Run) -> None:
    lines = tried_lines(run)

    assert not any(line.endswith("amount is null") for line in lines)
    assert sum("amount" in line for line in lines) == 2  # the stage's condition, and its part


# In a terminal.


def test_new_asks_and_asks_again_for_what_it_cannot_read(tmp_path: Path) -> None:
    typed = ["Acme\n", "Germany\n", "de\n", "Europe/Berlin\n", "\n", "900000 EUR\n", "30000 EUR\n"]

    asked = in_terminal(
        "agreement", "new", "acme.yaml", typed=[*typed, "Ana, Bo\n"], folder=tmp_path
    )

    assert asked.code == ExitCode.FINE
    assert "Company [Your company]:" in asked.out
    assert asked.out.count("Country (two letters)") == 2
    assert "no public holidays are known for the country 'GERMANY'" in asked.out
    form = check((tmp_path / "acme.yaml").read_bytes()).required().form
    assert form.agreement == "acme-revenue"
    assert form.calendars["office"].timezone == "Europe/Berlin"
    assert form.calendars["office"].hours == {"mon-fri": ("09:00-17:00",)}
    assert form.routing is not None
    assert list(form.routing.weights) == ["ana", "bo"]


def test_new_does_not_ask_what_an_option_says(tmp_path: Path) -> None:
    options = [
        "--company",
        "Acme",
        "--country",
        "US",
        "--timezone",
        "UTC",
        "--hours",
        "09:00-17:00",
    ]
    options += ["--bookings", "5000000 USD", "--average-deal", "500000 USD", "--seller", "ana"]

    written = in_terminal("agreement", "new", "acme.yaml", *options, folder=tmp_path)

    assert written.code == ExitCode.FINE
    assert "Company [" not in written.out


def test_new_never_asks_with_no_input(tmp_path: Path) -> None:
    written = in_terminal("--no-input", "agreement", "new", "acme.yaml", folder=tmp_path)

    assert written.code == ExitCode.FINE
    assert "[Your company]" not in written.out


def test_interrupted_while_asking_it_ends_with_130(tmp_path: Path) -> None:
    stopped = in_terminal("agreement", "new", "acme.yaml", typed=[INTERRUPT], folder=tmp_path)

    assert stopped.code == ExitCode.INTERRUPTED
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_gets_colour_and_wrapped_lines() -> None:
    shown = in_terminal("agreement", "try", ACME, "--record", LEAD).out

    assert f"{ESCAPE}[32m●" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert max(map(len, plain.splitlines())) <= 80
    assert "whitepaper" in plain


@pytest.mark.parametrize("settings", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_can_be_turned_off(settings: dict[str, str]) -> None:
    shown = in_terminal("agreement", "check", ACME, "/nowhere.yaml", settings=settings).out
    tried = in_terminal("agreement", "try", ACME, "--record", LEAD, settings=settings).out

    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown + tried)


def test_explain_is_made_for_reading_in_a_terminal() -> None:
    shown = re.sub(r"\x1b\[[0-9;]*m", "", in_terminal("agreement", "explain", ACME).out)

    assert "<br>" not in shown
    assert "**" not in shown
    assert "What we promise each other" in shown


def test_a_name_that_is_half_a_character_is_no_traceback() -> None:
    refused = revloop("agreement", "check", "\udcff.yaml")

    assert refused.code == ExitCode.USAGE
    assert "Traceback" not in refused.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["doctor"],
        ["status"],
        ["export", "facts"],
        ["people", "explain", "crm:1"],
        ["people", "proposals"],
        ["jobs", "list"],
        ["user", "list"],
        ["agreement", "history"],
    ],
    ids=" ".join,
)
def test_a_command_needs_no_other_before_it(
    arguments: list[str], prepare: Callable[[Call], None], tmp_path: Path
) -> None:
    """In this process Django is loaded by the first test; in a person's terminal by nobody."""
    call = Call([*arguments, *HERE], ExitCode.FINE, workspace=True)
    prepare(call)

    assert revloop(*call.arguments, folder=tmp_path).code == ExitCode.FINE
