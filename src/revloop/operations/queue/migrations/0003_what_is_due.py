"""What is due is found by an index, however many rows of finished work there are.

An index of the open rows alone is not taken where the states are parameters.
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queue", "0002_again")]  # noqa: RUF012 - as Django's own are written
    operations = [  # noqa: RUF012 - likewise
        migrations.RemoveIndex("jobrow", "queue_job_open"),
        migrations.AddIndex(
            "jobrow", models.Index(fields=["state", "run_at", "id"], name="queue_job_due")
        ),
    ]
