"""Where programs are killed: each chain is one workspace, in which a program dies again and again.

The first run dies at the first place, the next one at the second, and so on; what was done stays
done, so each run comes further. Then it runs to its end.

    place           the first time that the program comes there
    place:3         the third time in one run
    place@touch     where it is about touches
"""

from __future__ import annotations

from dataclasses import dataclass

BOTH = ("sqlite", "postgresql")
_FIRST = ("init", "import_first")
_SECOND = (*_FIRST, "import_more")


@dataclass(frozen=True, slots=True)
class Chain:
    """A program, what ran before it, and the places at which it dies, in this order."""

    program: str
    after: tuple[str, ...]
    places: tuple[str, ...]
    databases: tuple[str, ...] = BOTH
    """Both, unless the operational database has no part in it."""


def _append(kind: str, number: int, *, keys: bool = True) -> tuple[str, ...]:
    """An append of an import, from the first step to the last."""
    return (
        f"intake.before_append@{kind}",
        *((f"lake.create.committed@{kind}",) if number else ()),
        f"lake.append.files_written@{kind}",
        *((f"lake.append.keys_committed@{kind}",) if keys else ()),
        f"lake.append.committed@{kind}",
        f"intake.after_append@{kind}",
    )


def _recorded(number: int) -> tuple[str, ...]:
    return (f"people.record.before_commit:{number}", f"people.record.after_commit:{number}")


def _published(kind: str) -> tuple[str, ...]:
    return (
        f"people.publish.before_append@{kind}",
        f"lake.append.files_written@{kind}",
        f"lake.append.committed@{kind}",
    )


_MANY = tuple(f"ledger.append_many.{step}" for step in ("between", "before_commit", "after_commit"))
_ONE = tuple(f"ledger.append.{step}" for step in ("before_commit", "after_commit"))
_LAST = (
    *_published("contact_identity"),
    *_ONE,
    "intake.before_report",
    "file.before_rename@report.json",
    "intake.before_clearing",
    "intake.cleared",
)


def _decision(name: str) -> tuple[str, ...]:
    """A person decides on who is who, and the lake follows."""
    return (
        *_MANY,
        f"people.{name}.before_commit",
        f"people.{name}.after_commit",
        *_published("contact_identity"),
    )


CHAINS = (
    Chain(
        "init",
        (),
        (
            "workspace.before_settings",
            "file.before_rename@revloop.toml",
            "database.migrate.before_commit",
        ),
    ),
    Chain(
        "import_first",
        ("init",),
        (
            "file.before_rename@state.json",
            "intake.begun",
            "intake.read",
            "intake.before_begin",
            *_append("contact", 1),
            *_MANY,
            *_recorded(1),
            *_append("account", 2, keys=False),
            *_recorded(2),
            *_append("inquiry", 3),
            *_append("touch", 4),
            *_recorded(3),
            "intake.before_quarantine",
            "quarantine.before_rename",
            "intake.before_people",
            "people.match.before_commit",
            *_LAST,
        ),
        ("sqlite",),
    ),
    Chain(  # without the steps that are the lake's alone
        "import_first",
        ("init",),
        (
            "intake.read",
            "lake.append.committed@contact",
            *_MANY,
            *_recorded(1),
            *_recorded(2),
            "lake.append.committed@touch",
            *_recorded(3),
            "intake.before_people",
            "people.match.before_commit",
            *_LAST,
        ),
        ("postgresql",),
    ),
    Chain(
        "import_more",
        _FIRST,
        (
            *_append("contact", 0),
            *_append("touch", 0),
            "intake.before_people",
            "people.match.before_commit",
            "intake.before_clearing",
        ),
        ("sqlite",),
    ),
    Chain(
        "adopt",
        ("init",),
        (
            "file.before_rename@acme-revenue-1.0.0.yaml",
            "ledger.adopt.file_kept",
            "ledger.adopt.before_commit",
            "ledger.adopt.after_commit",
        ),
    ),
    Chain("merge", _FIRST, _decision("merge")),
    Chain("split", _FIRST, _decision("split")),
    Chain("undo", (*_FIRST, "merge"), _decision("undo")),
    Chain(
        "link",
        _FIRST,
        (
            "people.linkage.before_commit",
            "people.linkage.after_commit",
            "people.linkage.before_commit:2",
            "people.linkage.after_commit:2",
            *_published("contact_identity"),
        ),
    ),
    Chain("identify", _FIRST, ("people.identify.before_commit",)),
    Chain(
        "work",
        ("init",),
        (
            "queue.take.before_commit",
            "queue.take.after_commit",
            "lake.append.committed@touch",
            "jobs.import.before_finish",
            "queue.finish.before_commit",
            "queue.finish.after_commit",
            "published.before_rename",
            "published.before_pointer",
            "queue.finish.after_commit",
        ),
    ),
    Chain("record_in_ledger", ("init",), (*_MANY, *_ONE)),
    Chain(
        "compact",
        _SECOND,
        tuple(
            f"lake.compact.{step}@{table}"
            for table in ("contact", "touch", "inquiry", "_keys")
            for step in ("file_written", "committed")
        ),
        ("sqlite",),
    ),
    Chain(
        "vacuum",
        (*_SECOND, "compact"),
        tuple(
            f"lake.vacuum.{step}@{table}"
            for table in ("touch", "_keys")
            for step in ("begun", "done")
        ),
        ("sqlite",),
    ),
    Chain(
        "undo_import",
        _FIRST,
        (
            "people.undo_import.before_commit",
            "file.before_rename@undoing.json",
            "intake.undo.told",
            "intake.undo.operations",
            "intake.undo.quarantine",
            "lake.create.committed@_undone",
            "lake.undo.file_written",
            "lake.undo.committed",
            "intake.undo.lake",
            *_published("contact_identity"),
            "intake.undo.published",
            "file.before_rename@report.json",
            "intake.undo.reported",
        ),
    ),
    Chain("undo_import", _SECOND, ("quarantine.put_back", "intake.undo.quarantine"), ("sqlite",)),
    Chain(
        "backup",
        (*_FIRST, "adopt"),
        (
            "database.copy.before_rename",
            "backup.before_writing",
            "backup.after_member",
            "backup.after_member:20",
            "backup.before_proof",
            "restore.after_member:5",
            "backup.before_rename",
            "backup.after_rename",
        ),
    ),
    Chain("backup", (*_FIRST, "adopt"), ("database.tables.between:9",), ("postgresql",)),
    Chain(
        "restore",
        (*_FIRST, "adopt", "backup"),
        (
            "restore.after_member",
            "restore.after_member:20",
            "database.restore.before_writing",
            "database.restore.after_commit",
            "restore.before_rename",
            "restore.after_rename",
        ),
    ),
    Chain(
        "restore",
        (*_FIRST, "adopt", "backup"),
        ("database.tables.between:9",),
        ("postgresql",),
    ),
)


def points() -> set[tuple[str, str]]:
    """Every program with every place at which it is killed."""
    return {(chain.program, place) for chain in CHAINS for place in chain.places}


def names_of_places() -> set[str]:
    """Without the time, and without what they are about."""
    return {place.partition(":")[0].partition("@")[0] for _, place in points()}
