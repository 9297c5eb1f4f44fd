"""The chain of entries, its end, and the triggers that keep it as it was written."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_SQLITE = [
    """
    CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    # INSERT OR REPLACE deletes without asking the trigger above.
    """
    CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry
    WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE sequence = NEW.sequence)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
]
_POSTGRESQL = [
    """
    CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$
    """,
    """
    CREATE TRIGGER ledger_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()
    """,
]


def _add_triggers(_: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _SQLITE if editor.connection.vendor == "sqlite" else _POSTGRESQL:
        editor.execute(statement)


def _begin_the_chain(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("ledger", "HeadRow").objects.using(editor.connection.alias).create()


class Migration(migrations.Migration):
    initial = True

    operations = [  # noqa: RUF012 - as Django's own are written
        migrations.CreateModel(
            name="EntryRow",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("kind", models.CharField(max_length=64)),
                ("subject", models.TextField()),
                ("data", models.TextField()),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"db_table": "ledger_entry"},
        ),
        migrations.CreateModel(
            name="HeadRow",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("sequence", models.BigIntegerField(default=0)),
                ("hash", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={"db_table": "ledger_head"},
        ),
        migrations.AddIndex(
            "entryrow", models.Index(fields=["kind", "sequence"], name="ledger_entry_kind")
        ),
        migrations.AddIndex(
            "entryrow", models.Index(fields=["subject", "sequence"], name="ledger_entry_subject")
        ),
        migrations.AddConstraint(
            "headrow",
            models.CheckConstraint(condition=models.Q(id=1), name="ledger_head_is_one"),
        ),
        migrations.RunPython(_begin_the_chain, migrations.RunPython.noop),
        migrations.RunPython(_add_triggers, migrations.RunPython.noop),
    ]
