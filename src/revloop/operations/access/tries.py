"""How often proving who one is has failed, and how long to wait after it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Max, QuerySet

from revloop.kit.errors import RevloopError
from revloop.operations.access import rules
from revloop.operations.access.models import AttemptRow
from revloop.operations.access.rules import Failures

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Counted:
    """A try that counts as failed until it is known."""

    account: str
    place: str


def account(email: str, key: bytes) -> str:
    """What is kept of an address that somebody typed: a hash that nobody can try out elsewhere."""
    return hmac.digest(key, rules.as_typed(email).encode(), "sha256").hex()


def count(whom: str, where: str, *, is_known: bool, at: datetime) -> Counted:
    """Count a try as failed; `is_known` for a browser that this account signed in with before.

    It is counted before the password is looked at: tries that run beside each other all count.

    Raises:
        RevloopError: `access.too_often`, with how long to wait, whoever's address it is.
    """
    since = at - rules.COUNTED_FOR
    recent = AttemptRow.objects.filter(at__gt=since)
    with transaction.atomic():
        _take_turn(whom)
        wait = rules.waits(
            _failures(recent.filter(account=whom, place=where)),
            _failures(recent.filter(place=where)),
            _failures(recent.filter(account=whom)),
            is_known=is_known,
            at=at,
        )
        if not wait:
            AttemptRow.objects.filter(at__lte=since).delete()
            AttemptRow.objects.create(account=whom, place=where, at=at)
            return Counted(whom, where)
    seconds = int(wait.total_seconds()) + 1
    raise RevloopError(
        "access.too_often",
        "this failed too often",
        hint=f"try again in {_spoken(seconds)}",
        seconds=seconds,
    )


def forgive(counted: Counted) -> None:
    """It was right after all: nothing that failed before it counts."""
    AttemptRow.objects.filter(account=counted.account, place=counted.place).delete()


def _take_turn(whom: str) -> None:
    """Tries of one account follow one another; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(whom[:15], 16)])


def _failures(rows: QuerySet[AttemptRow]) -> Failures:
    said = rows.aggregate(count=Count("pk"), last=Max("at"))
    return Failures(said["count"], said["last"])


def _spoken(seconds: int) -> str:
    if seconds < _MINUTE:
        return f"{seconds} seconds" if seconds > 1 else "a second"
    minutes = -(-seconds // _MINUTE)
    return f"{minutes} minutes" if minutes > 1 else "a minute"
