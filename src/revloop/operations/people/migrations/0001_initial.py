"""The tables of people and companies."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    operations = [  # noqa: RUF012 - as Django's own are written
        migrations.CreateModel(
            name="AccountRow",
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
                "db_table": "people_account",
            },
        ),
        migrations.CreateModel(
            name="ApartRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("parting", models.BigIntegerField()),
                ("record", models.BigIntegerField(db_index=True)),
                ("side", models.IntegerField()),
                ("decision", models.BigIntegerField(db_index=True)),
                ("withdrawn_by", models.BigIntegerField(db_index=True, null=True)),
            ],
            options={
                "db_table": "people_apart",
            },
        ),
        migrations.CreateModel(
            name="BondRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("one", models.BigIntegerField(db_index=True)),
                ("other", models.BigIntegerField(db_index=True)),
                ("rule", models.CharField(max_length=16)),
                ("value", models.TextField()),
                ("decision", models.BigIntegerField(db_index=True, null=True)),
                ("withdrawn_by", models.BigIntegerField(db_index=True, null=True)),
            ],
            options={
                "db_table": "people_bond",
            },
        ),
        migrations.CreateModel(
            name="ContactRow",
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
                ("digest", models.BigIntegerField()),
                ("updated_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_contact",
            },
        ),
        migrations.CreateModel(
            name="DecisionPieceRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("decision", models.BigIntegerField()),
                ("record", models.BigIntegerField(db_index=True)),
            ],
            options={
                "db_table": "people_decision_piece",
            },
        ),
        migrations.CreateModel(
            name="DecisionRow",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entity", models.CharField(max_length=8)),
                ("what", models.CharField(max_length=8)),
                ("rule", models.CharField(max_length=16)),
                ("value", models.TextField()),
                ("pieces", models.TextField()),
                ("actor", models.TextField()),
                ("at", models.DateTimeField()),
                ("batch", models.TextField()),
                ("undone_by", models.BigIntegerField(null=True)),
                ("undoes", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "people_decision",
            },
        ),
        migrations.CreateModel(
            name="EmployerChangeRow",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("contact", models.TextField()),
                ("account", models.TextField()),
                ("rule", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_employer_change",
            },
        ),
        migrations.CreateModel(
            name="EmployerRow",
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
                "db_table": "people_employer",
            },
        ),
        migrations.CreateModel(
            name="IdentityRow",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entity", models.CharField(max_length=8)),
                ("record", models.TextField()),
                ("same_as", models.TextField()),
                ("rule", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_identity",
            },
        ),
        migrations.CreateModel(
            name="ParentDomainRow",
            fields=[
                ("domain", models.TextField(primary_key=True, serialize=False)),
                ("parent", models.TextField()),
            ],
            options={
                "db_table": "people_parent_domain",
            },
        ),
        migrations.CreateModel(
            name="UserRow",
            fields=[
                ("reference", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("first_name", models.TextField()),
                ("last_name", models.TextField()),
                ("email", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_user",
            },
        ),
        migrations.CreateModel(
            name="IdentifierRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("record", models.BigIntegerField(db_index=True)),
                ("kind", models.CharField(max_length=16)),
                ("value", models.TextField()),
                ("weakness", models.CharField(max_length=16)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_identifier",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("value", "kind", "record"), name="people_identifier_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteRow",
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
                "db_table": "people_note",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reference", "kind", "field"), name="people_note_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposalRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("one", models.BigIntegerField()),
                ("other", models.BigIntegerField(db_index=True)),
                ("probability", models.FloatField()),
                ("explanation", models.TextField()),
                ("at", models.DateTimeField()),
                ("decision", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "people_proposal",
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="people_proposal_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SharedKeyRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("value", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "people_shared_key",
                "constraints": [
                    models.UniqueConstraint(fields=("value", "kind"), name="people_shared_key_once")
                ],
            },
        ),
    ]
