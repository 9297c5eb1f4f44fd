"""What was before the last import, so that it can be taken back."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_looked_for")]  # noqa: RUF012 - as Django's own are written

    operations = [  # noqa: RUF012 - likewise
        migrations.CreateModel(
            name="AccountBefore",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("reference", models.TextField(unique=True)),
                ("company", models.BigIntegerField(db_index=True)),
                ("name", models.TextField()),
                ("domain", models.TextField()),
                ("website", models.TextField()),
                ("phone", models.TextField()),
                ("country", models.TextField()),
                ("parent", models.TextField()),
                ("name_key", models.TextField(db_index=True)),
                ("host", models.TextField(db_index=True)),
                ("beginning", models.TextField(db_index=True)),
                ("ending", models.TextField(db_index=True)),
                ("digest", models.BigIntegerField()),
                ("updated_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_account_before",
            },
        ),
        migrations.CreateModel(
            name="ContactBefore",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("reference", models.TextField(unique=True)),
                ("person", models.BigIntegerField(db_index=True)),
                ("first_name", models.TextField()),
                ("last_name", models.TextField()),
                ("name", models.TextField()),
                ("email", models.TextField()),
                ("other_emails", models.TextField()),
                ("phone", models.TextField()),
                ("mobile", models.TextField()),
                ("title", models.TextField()),
                ("company_name", models.TextField()),
                ("website", models.TextField()),
                ("country", models.TextField()),
                ("account", models.TextField()),
                ("became", models.TextField()),
                ("consent_email", models.TextField()),
                ("consent_phone", models.TextField()),
                ("consent_ads", models.TextField()),
                ("name_key", models.TextField(db_index=True)),
                ("hosts", models.TextField()),
                ("company_key", models.TextField()),
                ("family_key", models.TextField(db_index=True, default="")),
                ("digest", models.BigIntegerField()),
                ("updated_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_contact_before",
            },
        ),
        migrations.CreateModel(
            name="EmployerBefore",
            fields=[
                ("person", models.BigIntegerField(primary_key=True, serialize=False)),
                ("reference", models.TextField()),
                ("account", models.TextField(db_index=True)),
                ("rule", models.CharField(max_length=16)),
                ("score", models.FloatField(null=True)),
                ("reason", models.TextField()),
                ("candidates", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_employer_before",
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                ("batch", models.TextField()),
                ("at", models.DateTimeField()),
                ("record", models.BigIntegerField()),
                ("note", models.BigIntegerField()),
                ("identifier", models.BigIntegerField()),
                ("shared_key", models.BigIntegerField()),
                ("decision", models.BigIntegerField()),
                ("piece", models.BigIntegerField()),
                ("bond", models.BigIntegerField()),
                ("apart", models.BigIntegerField()),
                ("proposal", models.BigIntegerField()),
                ("identity", models.BigIntegerField()),
                ("employer_change", models.BigIntegerField()),
                ("record_given", models.BigIntegerField(default=0)),
                ("decision_given", models.BigIntegerField(default=0)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "people_import",
            },
        ),
        migrations.CreateModel(
            name="NoteBefore",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("reference", models.TextField()),
                ("field", models.TextField()),
                ("text", models.TextField()),
                ("contact", models.TextField(db_index=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_note_before",
            },
        ),
        migrations.CreateModel(
            name="UserBefore",
            fields=[
                ("reference", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("first_name", models.TextField()),
                ("last_name", models.TextField()),
                ("email", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_user_before",
            },
        ),
    ]
