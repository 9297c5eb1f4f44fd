from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, connection, transaction

from revloop.kit import clock
from revloop.kit.folder import Folder
from revloop.operations.ledger import actions, queries
from revloop.operations.ledger.chain import Happened

from .. import children

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def merged(number: int) -> Happened:
    return Happened("person.merged", str(number), "lee", AT, {"into": number})


def test_what_was_appended_is_read_back(workspace: Folder) -> None:
    before = clock.now()
    written = actions.append(
        "person.merged",
        "17",
        actor="lee",
        at=AT.astimezone(timezone(timedelta(hours=-5))),
        data={"into": 4, "why": ["same e-mail", 'ü "quoted" \x00']},
    )

    (read,) = queries.entries()

    assert read == written
    assert (read.sequence, read.at, read.subject) == (1, AT, "17")
    assert before <= read.recorded_at <= clock.now()
    assert read.data == {"into": 4, "why": ["same e-mail", 'ü "quoted" \x00']}
    assert queries.verify() == ()


def test_entries_are_found_by_kind_subject_and_place(workspace: Folder) -> None:
    actions.append_many([merged(1), merged(2)])
    actions.append("agreement.signed", "2", actor="kim", at=AT)

    assert [each.sequence for each in queries.entries(kind="person.merged")] == [1, 2]
    assert [each.sequence for each in queries.entries(subject="2")] == [2, 3]
    assert [each.sequence for each in queries.entries(kind="person.merged", subject="2")] == [2]
    assert [each.sequence for each in queries.entries(after=1)] == [2, 3]
    assert queries.count() == 3


def test_many_are_one_chain_over_several_batches(workspace: Folder) -> None:
    assert actions.append_many([]) == range(1, 1)
    assert actions.append_many(merged(each) for each in range(25_000)) == range(1, 25_001)
    assert actions.append_many([merged(1)]) == range(25_001, 25_002)

    assert queries.verify() == ()
    assert queries.count() == 25_001


def test_an_entry_is_written_with_what_it_records_or_not_at_all(workspace: Folder) -> None:
    with transaction.atomic():
        actions.append("person.merged", "1", actor="lee", at=AT)
        transaction.set_rollback(True)
    with transaction.atomic():
        actions.append("person.merged", "2", actor="lee", at=AT)

    assert [(each.sequence, each.subject) for each in queries.entries()] == [(1, "2")]
    assert queries.verify() == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET subject = 'another' WHERE sequence = 1",
        "DELETE FROM ledger_entry WHERE sequence = 2",
        "DELETE FROM ledger_entry",
    ],
)
def test_the_database_refuses_to_change_an_entry(workspace: Folder, statement: str) -> None:
    actions.append_many([merged(1), merged(2)])

    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)

    assert [each.subject for each in queries.entries()] == ["1", "2"]


def test_the_database_refuses_to_replace_an_entry(workspace: Folder) -> None:
    actions.append_many([merged(1), merged(2)])
    values = "SELECT sequence, at, recorded_at, actor, kind, 'another', data, previous, hash"
    statements = {
        "sqlite": f"INSERT OR REPLACE INTO ledger_entry {values} FROM ledger_entry",
        "postgresql": "TRUNCATE ledger_entry",
    }

    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statements[connection.vendor])

    assert [each.subject for each in queries.entries()] == ["1", "2"]


def without_triggers(*statements: str) -> None:
    """Somebody who owns the database can always do this; the chain tells."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER ledger_entry_no_{name}")
        else:
            cursor.execute("DROP TRIGGER ledger_entry_no_change ON ledger_entry")
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE ledger_entry SET actor = 'kim' WHERE sequence = 2",
            "entry 2 of the ledger was changed after it was written",
        ),
        (
            "DELETE FROM ledger_entry WHERE sequence = 2",
            "the ledger has nothing between its entries 1 and 3",
        ),
        (
            "DELETE FROM ledger_entry WHERE sequence = 3",
            "the ledger ends with entry 2, but 3 were written",
        ),
        (
            "UPDATE ledger_head SET sequence = 2",
            "the ledger has entries after its end, up to 3",
        ),
    ],
)
def test_what_was_changed_past_the_triggers_is_told(
    workspace: Folder, statement: str, sentence: str
) -> None:
    actions.append_many(merged(each) for each in range(3))
    without_triggers(statement)

    assert sentence in queries.verify()


APPENDING = """
from revloop.operations.ledger import actions
name = sys.stdin.readline().strip()
for number in range(500):
    actions.append(
        "person.merged", str(number), actor=name, at=datetime(2026, 3, 1, tzinfo=UTC)
    )
    print(number, flush=True)
"""


def test_two_programs_that_append_at_once_make_one_unbroken_chain(workspace: Folder) -> None:
    both = [children.start(APPENDING, workspace.path) for _ in range(2)]
    for name, child in zip(("lee", "kim"), both, strict=True):
        assert child.stdin is not None
        child.stdin.write(f"{name}\n")
        child.stdin.flush()
    ends = [child.communicate(timeout=300) for child in both]

    assert [child.returncode for child in both] == [0, 0], ends
    assert queries.verify() == ()
    assert queries.count() == 1_000
    for name in ("lee", "kim"):
        own = [each.subject for each in queries.entries() if each.actor == name]
        assert own == [str(number) for number in range(500)]


@pytest.mark.parametrize(
    ("point", "acknowledged", "there"),
    [
        ("ledger.append.before_commit:1", 0, 0),
        ("ledger.append.before_commit:7", 6, 6),
        ("ledger.append.after_commit:7", 6, 7),
    ],
)
def test_a_killed_program_loses_nothing_that_it_confirmed(
    workspace: Folder, point: str, acknowledged: int, there: int
) -> None:
    program = APPENDING.replace("sys.stdin.readline().strip()", "'lee'")

    code, out = children.run(program, workspace.path, killed_at=point)

    assert code == 9
    assert len(out.split()) == acknowledged
    assert queries.count() == there
    assert queries.verify() == ()
    actions.append("person.merged", "after", actor="kim", at=AT)
    assert queries.verify() == ()


APPENDING_MANY = """
from revloop.operations.ledger import actions
from revloop.operations.ledger.chain import Happened
at = datetime(2026, 3, 1, tzinfo=UTC)
print(actions.append_many(Happened("person.merged", str(i), "lee", at) for i in range(25_000)))
"""


@pytest.mark.parametrize(
    ("point", "there"),
    [
        ("ledger.append_many.between:2", 0),
        ("ledger.append_many.before_commit", 0),
        ("ledger.append_many.after_commit", 25_000),
    ],
)
def test_of_many_entries_all_are_there_or_none(workspace: Folder, point: str, there: int) -> None:
    code, out = children.run(APPENDING_MANY, workspace.path, killed_at=point)

    assert (code, out) == (9, "")
    assert queries.count() == there
    assert queries.verify() == ()
