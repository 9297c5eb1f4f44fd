"""The table of background work, and what keeps a job from being there twice."""

from __future__ import annotations

from django.db import migrations, models

_OPEN = ("waiting", "running")


class Migration(migrations.Migration):
    initial = True

    operations = [  # noqa: RUF012 - as Django's own are written
        migrations.CreateModel(
            name="JobRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=64)),
                ("key", models.TextField()),
                ("payload", models.TextField()),
                ("state", models.CharField(max_length=16)),
                ("run_at", models.DateTimeField()),
                ("owner", models.TextField(default="")),
                ("lease_until", models.DateTimeField(null=True)),
                ("fence", models.BigIntegerField(default=0)),
                ("tries", models.IntegerField(default=0)),
                ("error", models.TextField(default="")),
                ("progress_what", models.TextField(default="")),
                ("progress_done", models.BigIntegerField(default=0)),
                ("progress_whole", models.BigIntegerField(default=0)),
                ("result", models.TextField(default="{}")),
                ("actor", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "queue_job",
                "indexes": [
                    models.Index(
                        fields=["run_at", "id"],
                        condition=models.Q(state__in=_OPEN),
                        name="queue_job_open",
                    ),
                    models.Index(fields=["kind", "-id"], name="queue_job_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["kind", "key"],
                        condition=models.Q(state__in=_OPEN) & ~models.Q(key=""),
                        name="queue_job_once",
                    ),
                ],
            },
        ),
    ]
