"""The table of background work; only `actions` writes it and only `queries` reads it."""

# ruff: noqa: DJ008 - a row is never shown as text

from __future__ import annotations

from django.db import models

from revloop.operations.queue.jobs import State

TABLE = "queue_job"
_OPEN = (State.WAITING.value, State.RUNNING.value)


class JobRow(models.Model):
    """One piece of work: when it is due, who holds it, how it went."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=64)
    key = models.TextField()
    payload = models.TextField()
    """JSON, without personal data."""
    state = models.CharField(max_length=16)
    run_at = models.DateTimeField()
    owner = models.TextField(default="")
    """The worker that holds it."""
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    """Rises with each take."""
    again = models.BooleanField(default=False)
    """It was asked for while it ran: what it had read by then may lack what there is now."""
    tries = models.IntegerField(default=0)
    error = models.TextField(default="")
    progress_what = models.TextField(default="")
    progress_done = models.BigIntegerField(default=0)
    progress_whole = models.BigIntegerField(default=0)
    result = models.TextField(default="{}")
    """JSON, small, without personal data."""
    actor = models.TextField()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = TABLE
        indexes = (
            models.Index(fields=["state", "run_at", "id"], name="queue_job_due"),
            models.Index(fields=["kind", "-id"], name="queue_job_kind"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(state__in=_OPEN) & ~models.Q(key=""),
                name="queue_job_once",
            ),
        )
