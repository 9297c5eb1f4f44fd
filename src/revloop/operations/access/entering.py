"""Signing in and out, and whose a session is."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from revloop.kit.errors import InvalidInput, RevloopError
from revloop.operations.access import passwords, queries, rules, tries
from revloop.operations.access.actions import digest
from revloop.operations.access.models import MemberRow, SessionRow
from revloop.operations.access.rules import Member, Role
from revloop.operations.ledger import actions as ledger


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody tries to come in."""

    email: str
    password: str
    address: str
    """Of the peer."""
    browser: str = ""
    """The name of the browser, if this account signed in with it before."""


@dataclass(frozen=True, slots=True)
class Session:
    token: str
    """For the browser alone."""
    member: Member


def sign_in(tried: Try, *, key: bytes, at: datetime) -> Session:
    """Let somebody in who has the password of a member.

    An address that nobody has, a wrong password and a disabled member are answered alike and cost
    the same work.

    Args:
        tried: What was typed, and from where.
        key: For the hashes of what was typed as an address.
        at: When.

    Raises:
        InvalidInput: `access.not_let_in`.
        RevloopError: `access.too_often`, with how long to wait, whoever's address it is.
    """
    where = f"browser:{tried.browser}" if tried.browser else rules.place(tried.address)
    whom = tries.account(tried.email, key)
    counted = tries.count(whom, where, is_known=bool(tried.browser), at=at)
    row = MemberRow.objects.filter(email=_storable(tried.email)).first()
    fits = passwords.fits(tried.password, row.password if row else "")
    if row is None or not fits or not row.is_active:
        raise InvalidInput(
            "access.not_let_in",
            "address and password do not go together",
            hint="try again, or ask an admin of your company for another password",
        )
    with transaction.atomic():
        tries.forgive(counted)
        return begin(row.pk, row.generation, at=at)


def begin(member: int, generation: int | None = None, *, at: datetime) -> Session:
    """Begin a session; every one has a token of its own, whatever the browser held before.

    `generation` is that of the member when their password was looked at: one that was changed in
    the meantime begins nothing.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = MemberRow.objects.get(pk=member)
        SessionRow.objects.filter(began_at__lte=at - rules.LONGEST).delete()
        SessionRow.objects.create(
            digest=digest(token),
            member=row,
            generation=row.generation if generation is None else generation,
            began_at=at,
            seen_at=at,
        )
        value = Member(row.pk, row.name, row.email, Role(row.role))
        ledger.append("member.signed_in", f"member:{row.pk}", actor=value.actor, at=at)
    return Session(token, value)


def sign_out(token: str, *, at: datetime) -> None:
    """End a session; one that is over already changes nothing."""
    with transaction.atomic():
        row = SessionRow.objects.filter(digest=digest(token)).first()
        if row is not None:
            row.delete()
            who = f"member:{row.member_id}"
            ledger.append("member.signed_out", who, actor=who, at=at)


def sign_out_elsewhere(token: str, *, at: datetime) -> None:
    """End every session of the member who has this one, but this one."""
    with transaction.atomic():
        row = SessionRow.objects.filter(digest=digest(token)).first()
        if row is None:
            return
        others = SessionRow.objects.filter(member=row.member_id).exclude(pk=row.pk)
        if others.delete()[0]:
            who = f"member:{row.member_id}"
            ledger.append("member.signed_out_elsewhere", who, actor=who, at=at)


def whose(token: str, *, at: datetime) -> Member | None:
    """Who is signed in with a token; that the session is in use is written down now and then."""
    found = queries.session(digest(token))
    if found is None or rules.is_over(found.began_at, found.seen_at, found.member.role, at=at):
        return None
    if at - found.seen_at >= rules.NOTED_EVERY:
        _note_use(digest(token), at)
    return found.member


def end_all(alias: str) -> None:
    """End every session that stands in a database; what is restored lets nobody in without asking."""
    SessionRow.objects.using(alias).all().delete()


def _note_use(token_digest: str, at: datetime) -> None:
    """An import may hold the one lock of a file: nobody who reads waits for that."""
    try:
        with _not_waiting():
            SessionRow.objects.filter(digest=token_digest).update(seen_at=at)
    except RevloopError as error:
        if error.code != "database.locked":
            raise


@contextmanager
def _not_waiting() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout=0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout={int(usual)}")


def _storable(email: str) -> str:
    """What a database can be asked for: nobody has an address with a zero byte in it."""
    return rules.as_typed(email).replace("\0", " ")
