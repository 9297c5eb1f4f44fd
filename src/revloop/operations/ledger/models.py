"""The tables of the ledger; only `actions` writes them and only `queries` reads them."""

from __future__ import annotations

from django.db import models

TABLE = "ledger_entry"
HEAD_TABLE = "ledger_head"
COLUMNS = (
    "sequence",
    "at",
    "recorded_at",
    "actor",
    "kind",
    "subject",
    "data",
    "previous",
    "hash",
)
"""As the fields of `chain.Entry` follow one another."""


class EntryRow(models.Model):
    """One thing that happened. The database itself refuses to change or delete it."""

    sequence = models.BigIntegerField(primary_key=True)
    """1, 2, 3 … without a gap."""
    at = models.DateTimeField()
    """When it happened."""
    recorded_at = models.DateTimeField()
    """When this machine wrote it down."""
    actor = models.TextField()
    kind = models.CharField(max_length=64)
    subject = models.TextField()
    data = models.TextField()
    """Canonical JSON as text: what was hashed is what is read, on every database."""
    previous = models.CharField(max_length=64)
    """The hash of the entry before, empty for the first."""
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = TABLE
        indexes = (
            models.Index(fields=["kind", "sequence"], name="ledger_entry_kind"),
            models.Index(fields=["subject", "sequence"], name="ledger_entry_subject"),
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.subject}"


class HeadRow(models.Model):
    """Where the chain ends: the one row on which all writers meet."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        db_table = HEAD_TABLE
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="ledger_head_is_one"),)

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"
