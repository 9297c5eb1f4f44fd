"""What is in force is never looked for by what withdrew it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]  # noqa: RUF012 - as Django's own are written
    operations = [  # noqa: RUF012 - likewise
        operation
        for name in ("bond", "apart")
        for operation in (
            migrations.AlterField(f"{name}row", "withdrawn_by", models.BigIntegerField(null=True)),
            migrations.AddIndex(
                f"{name}row",
                models.Index(
                    fields=["withdrawn_by"],
                    condition=models.Q(withdrawn_by__isnull=False),
                    name=f"people_{name}_withdrawn",
                ),
            ),
        )
    ]
