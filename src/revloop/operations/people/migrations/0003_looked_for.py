"""People are looked for by their names as somebody types them, family name first or last."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from revloop.operations.people.rules.names import family_first

_AT_ONCE = 20_000


def fill(_apps: Any, editor: Any) -> None:
    """Give the records that are there their second form of the name."""
    with editor.connection.cursor() as cursor:
        last = 0
        while True:
            cursor.execute(
                "SELECT id, first_name, last_name, name FROM people_contact "
                "WHERE id > %s ORDER BY id LIMIT %s",
                (last, _AT_ONCE),
            )
            found = cursor.fetchall()
            if not found:
                return
            last = found[-1][0]
            cursor.executemany(
                "UPDATE people_contact SET family_key = %s WHERE id = %s",
                [(family_first(*names), number) for number, *names in found],
            )


def by_address(_apps: Any, editor: Any) -> None:
    """PostgreSQL finds the beginning of a text only in an index made for that."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE INDEX people_identifier_begins ON people_identifier "
            "(value text_pattern_ops) WHERE kind = 'email'"
        )


class Migration(migrations.Migration):
    dependencies = [("people", "0002_withdrawn")]  # noqa: RUF012 - as Django's own are written
    operations = [  # noqa: RUF012 - likewise
        migrations.AddField("contactrow", "family_key", models.TextField(default="")),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            "contactrow", "family_key", models.TextField(db_index=True, default="")
        ),
        migrations.AddIndex(
            "contactrow",
            models.Index(
                fields=["person"],
                condition=models.Q(("person", models.F("id")), _negated=True),
                name="people_merged",
            ),
        ),
        migrations.RunPython(by_address, migrations.RunPython.noop),
    ]
