from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from revloop.agreement.check import NotAnAgreement
from revloop.agreement.versions import Status
from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.folder import Folder
from revloop.operations.ledger import actions, queries
from revloop.operations.ledger.reading import Adopted

from .. import children

EXAMPLES = Path(__file__).parents[3] / "examples" / "agreements"
BOTH = {"marketing": "Maria Lopez", "sales": "Sam Lee"}
CALENDARS = {"office": {"timezone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}}}
FIRST: dict[str, Any] = {
    "agreement": "acme-revenue",
    "version": "1.0.0",
    "effective_from": "2024-02-01T00:00:00Z",
    "signatures_required": ["marketing", "sales"],
    "working_days": "office",
    "notice": "5 working days",
    "stages": {"mql": {"owner": "marketing", "enter": "kind = 'demo_request'"}},
    "lanes": [{"id": "all", "when": "true", "route": "nurture"}],
    "calendars": CALENDARS,
    "tie_break": {
        "who": "executive",
        "discuss": "5 working days",
        "rule_within": "3 working days",
        "until_ruled": "previous_version",
    },
}
SECOND = {
    **FIRST,
    "version": "2.0.0",
    "supersedes": "1.0.0",
    "effective_from": "2024-06-03T00:00:00Z",
    "stages": {"mql": {"owner": "marketing", "enter": "kind = 'callback_request'"}},
}


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def adopt(
    workspace: Folder, agreement: dict[str, Any] | bytes, at: str = "2024-01-15", **given: Any
) -> Adopted:
    source = agreement if isinstance(agreement, bytes) else json.dumps(agreement).encode()
    arguments: dict[str, Any] = {
        "file_name": "draft.yaml",
        "signed_by": BOTH,
        "at": day(at),
        "actor": "lee",
        "agreements": workspace.agreements,
        **given,
    }
    return actions.adopt(source, **arguments)


def in_force(workspace: Folder, at: str) -> str | None:
    found = queries.in_force(day(at), agreements=workspace.agreements)
    return found.version if found else None


def refusal(workspace: Folder, *arguments: Any, **given: Any) -> RevloopError:
    """The error of an adoption that must leave everything as it was."""
    count, files = queries.count(), sorted(workspace.agreements.iterdir())
    with pytest.raises(RevloopError) as refused:
        adopt(workspace, *arguments, **given)
    assert (queries.count(), sorted(workspace.agreements.iterdir())) == (count, files)
    return refused.value


def test_before_the_first_version_nothing_is_judged(workspace: Folder) -> None:
    assert in_force(workspace, "2024-03-01") is None
    assert queries.history(agreements=workspace.agreements, at=day("2024-03-01")) == ()

    adopt(workspace, FIRST)

    assert in_force(workspace, "2024-01-31T23:59:59") is None
    assert in_force(workspace, "2024-02-01") == "1.0.0"


def test_the_example_company_has_adopted_all_three_versions(workspace: Folder) -> None:
    for version, signed in (
        ("1.0.0", "2025-12-15"),
        ("2.0.0", "2026-03-16"),
        ("2.1.0", "2026-06-16"),
    ):
        source = (EXAMPLES / f"acme-revenue-{version}.yaml").read_bytes()
        adopted = adopt(workspace, source, signed)
        assert adopted.file == workspace.agreements / f"acme-revenue-{version}.yaml"
        assert adopted.file.read_bytes() == source
        assert adopted.obstacles == ()

    rows = queries.history(agreements=workspace.agreements, at=day("2026-05-04"))

    assert [(each.version, each.status) for each in rows] == [
        ("1.0.0", Status.SUPERSEDED),
        ("2.0.0", Status.IN_FORCE),
    ]
    assert rows[0].governs_until == rows[1].governs_from == rows[1].effective_from
    assert [each.signer for each in rows[1].signatures] == ["Maria Lopez", "Sam Lee"]
    assert in_force(workspace, "2026-07-04") == "2.1.0"
    assert queries.verify() == ()


def test_a_missing_signature_leaves_a_version_proposed(workspace: Folder) -> None:
    proposed = adopt(workspace, FIRST, signed_by={"marketing": "Maria Lopez"})

    assert proposed.status is Status.PROPOSED
    assert proposed.missing == ("sales",)
    assert proposed.takes_effect is None
    assert "lacks the signature of sales" in proposed.obstacles[0].sentence
    assert in_force(workspace, "2024-03-01") is None

    complete = adopt(workspace, FIRST, "2024-01-17", signed_by={"sales": "Sam Lee"})

    assert complete.missing == ()
    assert complete.takes_effect == day("2024-02-01")
    assert in_force(workspace, "2024-03-01") == "1.0.0"
    (row,) = queries.history(agreements=workspace.agreements, at=day("2024-01-16"))
    assert row.status is Status.PROPOSED
    assert [each.role for each in row.signatures] == ["marketing"]


def test_a_version_signed_too_late_for_its_notice_says_so(workspace: Folder) -> None:
    adopted = adopt(workspace, FIRST, "2024-01-30")

    assert adopted.takes_effect is None
    assert adopted.obstacles[0].code == "version.notice_too_short"
    assert in_force(workspace, "2024-03-01") is None


def test_the_same_adoption_again_changes_nothing(workspace: Folder) -> None:
    first = adopt(workspace, FIRST)
    written = list(queries.entries())

    again = adopt(workspace, FIRST, "2024-01-20")
    with_a_comment = adopt(workspace, b"# as signed\n" + json.dumps(FIRST).encode(), "2024-01-20")

    assert (first.changed, again.changed, with_a_comment.changed) == (True, False, False)
    assert list(queries.entries()) == written
    assert [each.name for each in workspace.agreements.iterdir()] == [first.file.name]
    assert queries.file_problems(workspace.agreements) == ()


def test_what_is_recorded_names_who_what_and_when(workspace: Folder) -> None:
    before = datetime.now(UTC)  # noqa: TID251 - the true moment, which nobody can hand in
    adopted = adopt(workspace, FIRST, "2024-01-15")

    proposed, marketing, sales = queries.entries()

    assert [each.kind for each in (proposed, marketing, sales)] == [
        "agreement.proposed",
        "agreement.signed",
        "agreement.signed",
    ]
    assert {each.subject for each in (proposed, marketing, sales)} == {"1.0.0"}
    assert {each.at for each in (proposed, marketing, sales)} == {day("2024-01-15")}
    assert proposed.recorded_at >= before - timedelta(seconds=1)
    assert proposed.data["hash"] == adopted.contract.hash
    assert proposed.data["effective_from"] == "2024-02-01T00:00:00+00:00"
    assert sales.data == {
        "role": "sales",
        "signer": "Sam Lee",
        "hash": adopted.contract.hash,
        "emergency": False,
    }


def test_a_file_with_errors_is_refused_with_all_of_them(workspace: Folder) -> None:
    error = refusal(workspace, {**FIRST, "lanes": [], "notice": "soon"})

    assert isinstance(error, NotAnAgreement)
    assert len(error.problems) > 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": "1.1.0"}, "diff.version_too_small"),
        ({"version": "1.0.1"}, "diff.version_too_small"),
        ({"version": "2.0.0", "supersedes": "0.9.0"}, "adopt.supersedes_another"),
        ({"version": "2.0.0", "supersedes": None}, "adopt.supersedes_another"),
        ({"version": "1.0.0", "supersedes": None}, "adopt.signed_text_differs"),
        ({"version": "0.9.0", "supersedes": "0.8.0"}, "adopt.supersedes_another"),
        ({"agreement": "another-revenue"}, "diff.other_agreement"),
    ],
)
def test_a_version_that_does_not_follow_from_the_one_in_force_is_refused(
    workspace: Folder, changes: dict[str, Any], code: str
) -> None:
    adopt(workspace, FIRST)
    wanted = {key: value for key, value in {**SECOND, **changes}.items() if value is not None}

    assert refusal(workspace, wanted, "2024-05-01").code == code


def test_a_first_version_that_supersedes_an_unknown_one_is_refused(workspace: Folder) -> None:
    assert refusal(workspace, SECOND, "2024-05-01").code == "adopt.supersedes_unknown"


def test_a_version_may_be_proposed_anew_after_one_that_never_came_into_force(
    workspace: Folder,
) -> None:
    adopt(workspace, FIRST, "2024-01-30")
    later = {**FIRST, "version": "1.0.1", "effective_from": "2024-03-01T00:00:00Z"}

    adopt(workspace, later, "2024-02-01")
    assert in_force(workspace, "2024-03-02") == "1.0.1"


def test_what_is_past_stays(workspace: Folder) -> None:
    adopt(workspace, FIRST)
    adopt(workspace, SECOND, "2024-05-01")
    between = {
        **FIRST,
        "version": "1.1.0",
        "supersedes": "1.0.0",
        "effective_from": "2024-03-01T00:00:00Z",
        "meetings": {},
    }

    error = refusal(workspace, between, "2024-02-15")

    assert error.code == "adopt.changes_the_past"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"signed_by": {"finance": "Fay"}}, "adopt.not_a_signer"),
        ({"signed_by": {"sale": "Sam"}}, "adopt.not_a_signer"),
        ({"signed_by": {"sales": " "}}, "adopt.no_name"),
        ({"signed_by": {"sales": "two\nlines"}}, "adopt.no_name"),
        ({"ruled_by": ("finance", "Fay")}, "adopt.not_the_ruler"),
        ({"emergency": True}, "adopt.no_emergency"),
        ({"actor": ""}, "ledger.not_plain"),
    ],
)
def test_whoever_may_not_sign_is_refused(
    workspace: Folder, given: dict[str, Any], code: str
) -> None:
    assert refusal(workspace, FIRST, **given).code == code


def test_a_ruling_stands_in_for_one_missing_signature(workspace: Folder) -> None:
    adopt(workspace, FIRST)
    waiting = adopt(workspace, SECOND, "2024-05-01", signed_by={"marketing": "Maria Lopez"})

    ruled = adopt(workspace, SECOND, "2024-05-13", signed_by={}, ruled_by=("executive", "Erin Cho"))

    assert waiting.missing == ("sales",)
    assert ruled.missing == ()
    assert in_force(workspace, "2024-06-03") == "2.0.0"
    row = queries.history(agreements=workspace.agreements, at=day("2024-06-04"))[1]
    assert (row.status, row.upheld[0].name) == (Status.IN_FORCE, "Erin Cho")


def test_a_ruling_alone_is_not_enough(workspace: Folder) -> None:
    adopt(workspace, FIRST)
    adopt(workspace, SECOND, "2024-05-01", signed_by={}, ruled_by=("executive", "Erin Cho"))

    assert in_force(workspace, "2024-06-04") == "1.0.0"


def test_an_emergency_governs_at_once_and_expires(workspace: Folder) -> None:
    adopt(workspace, FIRST)
    hurried = {**SECOND, "emergency": True, "effective_from": "2024-04-02T00:00:00Z"}

    adopt(workspace, hurried, "2024-04-02", emergency=True)

    assert in_force(workspace, "2024-04-03") == "2.0.0"
    assert in_force(workspace, "2024-06-03") == "1.0.0"


def changed(file: Path) -> None:
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(b"demo_request", b"callback_request"))


def test_a_file_that_was_changed_is_found_by_its_hash(workspace: Folder) -> None:
    adopted = adopt(workspace, FIRST)
    changed(adopted.file)

    with pytest.raises(RevloopError, match="the signed text differs") as refused:
        queries.contract("1.0.0", agreements=workspace.agreements)
    assert str(adopted.file) in refused.value.message
    with pytest.raises(RevloopError, match="the signed text differs"):
        in_force(workspace, "2024-03-01")
    (row,) = queries.history(agreements=workspace.agreements, at=day("2024-03-01"))
    assert row.status is None
    assert "the signed text differs" in row.problem
    assert len(queries.file_problems(workspace.agreements)) == 1
    assert refusal(workspace, SECOND, "2024-05-01").code == "agreement.file_unusable"


def test_a_file_that_is_gone_is_told(workspace: Folder) -> None:
    adopt(workspace, FIRST).file.unlink()

    (problem,) = queries.file_problems(workspace.agreements)
    assert "no such file" in problem


def test_a_comment_voids_no_signature_but_is_told(workspace: Folder) -> None:
    adopted = adopt(workspace, FIRST)
    adopted.file.chmod(0o644)
    adopted.file.write_bytes(b"# hello\n" + adopted.file.read_bytes())

    assert in_force(workspace, "2024-03-01") == "1.0.0"
    (problem,) = queries.file_problems(workspace.agreements)
    assert "was edited since it was adopted" in problem


def test_a_draft_in_the_folder_is_not_written_over(workspace: Folder) -> None:
    draft = workspace.agreements / "acme-revenue-1.0.0.yaml"
    draft.write_text("a draft")

    adopted = adopt(workspace, FIRST)

    assert draft.read_text() == "a draft"
    assert adopted.file != draft
    assert queries.contract("1.0.0", agreements=workspace.agreements).hash == adopted.contract.hash
    assert queries.unreferenced(workspace.agreements) == (draft.name,)


def test_an_unknown_version_is_told(workspace: Folder) -> None:
    adopt(workspace, FIRST)

    with pytest.raises(InvalidInput) as refused:
        queries.contract("1.0.1", agreements=workspace.agreements)

    assert refused.value.code == "agreement.unknown_version"


ADOPTING = """
import json
from revloop.operations.ledger import actions
adopted = actions.adopt(
    sys.stdin.buffer.read(),
    file_name="draft.yaml",
    signed_by={"marketing": "Maria Lopez", "sales": "Sam Lee"},
    at=datetime(2024, 1, 15, tzinfo=UTC),
    actor="lee",
    agreements=workspace.agreements,
)
print(adopted.changed, flush=True)
"""


def run_adoption(workspace: Folder, killed_at: str = "") -> tuple[int, str]:
    child = children.start(ADOPTING, workspace.path, killed_at=killed_at)
    out, err = child.communicate(json.dumps(FIRST), timeout=120)
    assert killed_at or child.returncode == 0, err
    return child.returncode, out


@pytest.mark.parametrize(
    ("point", "entries"),
    [
        ("ledger.adopt.file_kept", 0),
        ("ledger.adopt.before_commit", 0),
        ("ledger.adopt.after_commit", 3),
    ],
)
def test_a_killed_adoption_is_whole_or_not_there_and_can_be_repeated(
    workspace: Folder, point: str, entries: int
) -> None:
    code, out = run_adoption(workspace, point)

    assert (code, out) == (9, "")
    assert queries.count() == entries
    left = queries.unreferenced(workspace.agreements)
    assert left == (() if entries else ("acme-revenue-1.0.0.yaml",))
    assert in_force(workspace, "2024-03-01") == ("1.0.0" if entries else None)

    assert run_adoption(workspace)[1].strip() == str(entries == 0)
    assert queries.count() == 3
    assert queries.unreferenced(workspace.agreements) == ()
    assert queries.verify() == ()
    assert in_force(workspace, "2024-03-01") == "1.0.0"


def test_two_who_adopt_at_once_record_it_once(workspace: Folder) -> None:
    both = [children.start(ADOPTING, workspace.path) for _ in range(2)]
    for child in both:
        assert child.stdin is not None
        child.stdin.write(json.dumps(FIRST))
        child.stdin.close()
        child.stdin = None
    ends = [child.communicate(timeout=120) for child in both]

    assert sorted(out.strip() for out, _ in ends) == ["False", "True"], ends
    assert queries.count() == 3
    assert queries.verify() == ()
