"""The tables of members; only `actions` writes them and only `queries` reads them.

What opens a door, a session or an invitation, is kept as its SHA-256 alone: who reads the database,
or a copy of it, cannot come in with what stands there.
"""

# ruff: noqa: DJ008 - rows never leave this package, and are never shown as text

from __future__ import annotations

from django.db import models


class MemberRow(models.Model):
    """Somebody who may come in. A row is never deleted: the ledger names people by its number."""

    name = models.TextField()
    email = models.TextField(unique=True)
    """In lower case."""
    role = models.CharField(max_length=16)
    reference = models.TextField(blank=True, default="")
    """Of the user that they are in the CRM, `hubspot:123`; empty if they are none."""
    is_active = models.BooleanField(default=True)
    password = models.TextField(blank=True, default="")
    """Its hash, with how it was made; empty as long as there is none."""
    generation = models.IntegerField(default=0)
    """Rises with what ends all sessions: another password, a disabled member."""
    created_at = models.DateTimeField()
    password_changed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_member"


class SessionRow(models.Model):
    """A browser in which a member is signed in."""

    digest = models.CharField(primary_key=True, max_length=64)
    """SHA-256 of the token that the browser holds."""
    member = models.ForeignKey(MemberRow, on_delete=models.CASCADE)
    generation = models.IntegerField()
    """Of the member when they signed in: a session that was just beginning while their password
    changed is over as well."""
    began_at = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "access_session"


class TokenRow(models.Model):
    """A link that lets somebody become a member, or choose another password, once."""

    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token in the link."""
    kind = models.CharField(max_length=16)
    """`set-up`, `invitation` or `new-password`."""
    role = models.CharField(max_length=16)
    email = models.TextField(blank=True)
    """Whom it is for; empty for the set-up."""
    reference = models.TextField(blank=True, default="")
    invited_by = models.ForeignKey(MemberRow, null=True, on_delete=models.CASCADE)
    """None for the command line."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_token"


class AttemptRow(models.Model):
    """A try to sign in that failed, or that is being looked at."""

    account = models.CharField(max_length=64)
    """Keyed hash of what was typed as address: it may be no member's, or a password by mistake."""
    place = models.TextField()
    """The address it came from, its network, or the browser if that is known."""
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "access_attempt"
        indexes = (
            models.Index(fields=["account", "place"], name="access_attempt_pair"),
            models.Index(fields=["place"], name="access_attempt_place"),
        )
