"""The tables of members, their sessions, invitations, and tries to sign in."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    operations = [  # noqa: RUF012 - as Django's own are written
        migrations.CreateModel(
            name="MemberRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("email", models.TextField(unique=True)),
                ("role", models.CharField(max_length=16)),
                ("reference", models.TextField(blank=True, default="")),
                ("is_active", models.BooleanField(default=True)),
                ("password", models.TextField(blank=True, default="")),
                ("generation", models.IntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("password_changed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "access_member",
            },
        ),
        migrations.CreateModel(
            name="AttemptRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.CharField(max_length=64)),
                ("place", models.TextField()),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "access_attempt",
                "indexes": [
                    models.Index(fields=["account", "place"], name="access_attempt_pair"),
                    models.Index(fields=["place"], name="access_attempt_place"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionRow",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("generation", models.IntegerField()),
                ("began_at", models.DateTimeField(db_index=True)),
                ("seen_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="access.MemberRow"
                    ),
                ),
            ],
            options={
                "db_table": "access_session",
            },
        ),
        migrations.CreateModel(
            name="TokenRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("kind", models.CharField(max_length=16)),
                ("role", models.CharField(max_length=16)),
                ("email", models.TextField(blank=True)),
                ("reference", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="access.MemberRow",
                    ),
                ),
            ],
            options={
                "db_table": "access_token",
            },
        ),
    ]
