"""A job that is asked for while it runs is run once more."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queue", "0001_initial")]  # noqa: RUF012 - as Django's own are written
    operations = [  # noqa: RUF012 - likewise
        migrations.AddField("jobrow", "again", models.BooleanField(default=False)),
    ]
