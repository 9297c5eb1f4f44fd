"""The writers of members and invitations; `entering` writes sessions.

Each has its entry in the ledger in the same transaction. Members are named there by number alone.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from revloop.kit.errors import InvalidInput
from revloop.operations.access import passwords, queries, rules, tries
from revloop.operations.access.models import MemberRow, SessionRow, TokenRow
from revloop.operations.access.rules import Member, Role
from revloop.operations.ledger import actions as ledger

_ACCESS = 7_365_002
"""The key under which writers of members wait for one another at a PostgreSQL server."""
SET_UP, INVITATION, NEW_PASSWORD = "set-up", "invitation", "new-password"
SET_UP_FOR = timedelta(hours=24)
INVITED_FOR = timedelta(days=7)
NEW_PASSWORD_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is, as they or an admin say."""

    name: str
    email: str
    role: Role
    reference: str = ""
    """Of the user that they are in the CRM; empty if they are none."""


@dataclass(frozen=True, slots=True)
class Link:
    """What somebody follows who is to come in; the token stands nowhere else."""

    id: int
    token: str
    expires_at: datetime


def create(person: Person, *, password: str = "", actor: str, at: datetime) -> Member:
    """Make somebody a member; without a password they cannot sign in before they get one.

    Raises:
        InvalidInput: `access.email`, `access.name`, `access.reference`, `access.taken` or
            `access.weak_password`.
    """
    wanted = _checked(person)
    kept = passwords.hashed(password, of=(wanted.name, wanted.email)) if password else ""
    with _turn():
        member = _insert(wanted, kept, at)
        _note("member.created", member, actor, at, role=member.role)
    return member


def set_role(member: int, role: Role, *, actor: str, at: datetime) -> None:
    """Let somebody be something else; what they may do changes with their next request.

    Raises:
        InvalidInput: `access.unknown`, or `access.last_admin`.
    """
    with _turn():
        row = _row(member)
        if row.role == role:
            return
        if row.role == Role.ADMIN:
            _require_another_admin(row)
            _withdraw_of(row)
        before, row.role = row.role, role.value
        row.save(update_fields=["role"])
        _note("member.role_set", _value(row), actor, at, role=role, before=before)


def disable(member: int, *, actor: str, at: datetime) -> None:
    """Let somebody in no longer. Their sessions end at once, and so do their invitations.

    Raises:
        InvalidInput: `access.unknown`, or `access.last_admin`.
    """
    with _turn():
        row = _row(member)
        if not row.is_active:
            return
        if row.role == Role.ADMIN:
            _require_another_admin(row)
        row.is_active = False
        row.save(update_fields=["is_active"])
        _withdraw_of(row)
        _void_links_of(row)
        _end_sessions(row)
        _note("member.disabled", _value(row), actor, at)


def enable(member: int, *, actor: str, at: datetime) -> None:
    """Let somebody in again who was disabled, with the password that they had.

    Raises:
        InvalidInput: `access.unknown`.
    """
    with _turn():
        row = _row(member)
        if row.is_active:
            return
        row.is_active = True
        row.save(update_fields=["is_active"])
        _note("member.enabled", _value(row), actor, at)


def set_password(member: int, password: str, *, actor: str, at: datetime) -> None:
    """Give somebody another password. All their sessions end.

    Raises:
        InvalidInput: `access.unknown` or `access.weak_password`.
    """
    row = _row(member)
    kept = passwords.hashed(password, of=(row.name, row.email))
    with _turn():
        _keep_password(_row(member), kept, actor, at)


def change_password(member: int, old: str, new: str, *, key: bytes, at: datetime) -> None:
    """Somebody gives themselves another password. All their sessions end, also this one.

    Raises:
        InvalidInput: `access.wrong_password` if the old one is another; `access.same_password`;
            `access.weak_password`.
        RevloopError: `access.too_often`: who found an open session may not guess on.
    """
    row = _row(member)
    counted = tries.count(tries.account(row.email, key), "account", is_known=True, at=at)
    if not passwords.fits(old, row.password):
        raise InvalidInput(
            "access.wrong_password",
            "this is not your password of today",
            hint="an admin can give you another one",
        )
    tries.forgive(counted)
    if new == old:
        raise InvalidInput(
            "access.same_password", "this is the password that you have", hint="take another one"
        )
    kept = passwords.hashed(new, of=(row.name, row.email))
    with _turn():
        _keep_password(_row(member), kept, _value(row).actor, at)


def invite(
    email: str,
    role: Role,
    *,
    reference: str = "",
    by: int | None = None,
    actor: str,
    at: datetime,
) -> Link:
    """Make a link that lets whoever has it become a member, once. Earlier ones for them are void.

    Args:
        email: Of whom it is for; they keep it as their address.
        role: What they will be.
        reference: Of the user that they are in the CRM.
        by: The member who invites. Without their role, the invitation ends with it.
        actor: Who does it, for the ledger.
        at: When.

    Raises:
        InvalidInput: `access.email`, `access.reference`, or `access.taken` for the address of a
            member.
    """
    address, known_as = rules.email(email), rules.reference(reference)
    token = secrets.token_urlsafe(32)
    with _turn():
        _require_free(address)
        TokenRow.objects.filter(kind=INVITATION, email=address, used_at=None).delete()
        row = TokenRow.objects.create(
            digest=digest(token),
            kind=INVITATION,
            role=role.value,
            email=address,
            reference=known_as,
            invited_by_id=by,
            created_at=at,
            expires_at=at + INVITED_FOR,
        )
        data = {"role": role.value}
        ledger.append("member.invited", f"invitation:{row.pk}", actor=actor, at=at, data=data)
    return Link(row.pk, token, row.expires_at)


def withdraw(invitation: int, *, actor: str, at: datetime) -> None:
    """Let an invitation count no longer; one that was used or is gone stays as it is."""
    with _turn():
        found = TokenRow.objects.filter(pk=invitation, kind=INVITATION, used_at=None)
        if found.delete()[0]:
            subject = f"invitation:{invitation}"
            ledger.append("member.invitation_withdrawn", subject, actor=actor, at=at)


def accept(token: str, name: str, password: str, *, at: datetime) -> Member:
    """Become the member that an invitation is for.

    Raises:
        InvalidInput: `access.no_invitation` for one that is unknown, used, withdrawn or too old;
            `access.name`, `access.weak_password`, or `access.taken`.
    """
    row = _open_token(INVITATION, token, at)
    wanted = _checked(Person(name, row.email, Role(row.role), row.reference))
    kept = passwords.hashed(password, of=(wanted.name, wanted.email))
    with _turn():
        row = _open_token(INVITATION, token, at)
        member = _insert(wanted, kept, at)
        row.used_at = at
        row.save(update_fields=["used_at"])
        invitation = f"invitation:{row.pk}"
        data = {"role": member.role, "by": invitation}
        _note("member.created", member, member.actor, at, **data)
    return member


def link_for_password(member: int, *, by: int | None = None, actor: str, at: datetime) -> Link:
    """Make a link with which a member chooses another password, once. Earlier ones are void.

    The password that they have goes on counting until then.

    Args:
        member: Whom it is for.
        by: The member who makes it. Without their role, the link ends with it.
        actor: Who does it, for the ledger.
        at: When.

    Raises:
        InvalidInput: `access.unknown`, or `access.is_disabled`.
    """
    token = secrets.token_urlsafe(32)
    with _turn():
        row = _row(member)
        if not row.is_active:
            raise InvalidInput(
                "access.is_disabled",
                "this member may not come in: a password would not help",
                hint="enable them first",
            )
        _void_links_of(row)
        link = TokenRow.objects.create(
            digest=digest(token),
            kind=NEW_PASSWORD,
            role=row.role,
            email=row.email,
            invited_by_id=by,
            created_at=at,
            expires_at=at + NEW_PASSWORD_FOR,
        )
        _note("member.password_link_made", _value(row), actor, at)
    return Link(link.pk, token, link.expires_at)


def choose_password(token: str, password: str, *, at: datetime) -> Member:
    """Whoever has a link gives its member another password. All their sessions end.

    Raises:
        InvalidInput: `access.no_link` for one that is unknown, used or too old;
            `access.weak_password`.
    """
    row = _member_of(token, at)
    kept = passwords.hashed(password, of=(row.name, row.email))
    with _turn():
        row = _member_of(token, at)
        _keep_password(row, kept, _value(row).actor, at)
    return _value(row)


def setup_token(*, at: datetime) -> str | None:
    """A new token for the first admin, for the console alone; none once there is a member.

    Earlier ones are void.
    """
    token = secrets.token_urlsafe(32)
    with _turn():
        TokenRow.objects.filter(kind=SET_UP).delete()
        if MemberRow.objects.exists():
            return None
        TokenRow.objects.create(
            digest=digest(token),
            kind=SET_UP,
            role=Role.ADMIN.value,
            created_at=at,
            expires_at=at + SET_UP_FOR,
        )
    return token


def set_up(token: str, name: str, email: str, password: str, *, at: datetime) -> Member:
    """Become the first admin.

    Raises:
        InvalidInput: `access.no_invitation` for another token than the console's, and as soon as
            there is a member; `access.name`, `access.email` or `access.weak_password`.
    """
    _open_token(SET_UP, token, at)
    wanted = _checked(Person(name, email, Role.ADMIN))
    kept = passwords.hashed(password, of=(wanted.name, wanted.email))
    with _turn():
        _open_token(SET_UP, token, at)
        if MemberRow.objects.exists():
            raise _no_invitation()
        member = _insert(wanted, kept, at)
        _note("member.created", member, member.actor, at, role=member.role, by="set-up")
    return member


def digest(token: str) -> str:
    """What is kept of a token: it is random and long, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


@contextmanager
def _turn() -> Iterator[None]:
    """A transaction in which nobody else changes who may come in. SQLite has one writer anyway."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ACCESS])
        yield


def _checked(person: Person) -> Person:
    name, email = rules.name(person.name), rules.email(person.email)
    return Person(name, email, person.role, rules.reference(person.reference))


def _insert(person: Person, kept: str, at: datetime) -> Member:
    _require_free(person.email)
    row = MemberRow.objects.create(
        name=person.name,
        email=person.email,
        role=person.role.value,
        reference=person.reference,
        password=kept,
        created_at=at,
        password_changed_at=at if kept else None,
    )
    TokenRow.objects.filter(kind=SET_UP).delete()
    return _value(row)


def _require_free(email: str) -> None:
    if MemberRow.objects.filter(email=email).exists():
        raise InvalidInput(
            "access.taken",
            "a member has this address already",
            hint="see: revloop user list; a disabled member can be enabled again",
        )


def _row(member: int) -> MemberRow:
    row = MemberRow.objects.filter(pk=member).first()
    if row is None:
        raise InvalidInput(
            "access.unknown", "there is no such member", hint="see: revloop user list"
        )
    return row


def _value(row: MemberRow) -> Member:
    return Member(row.pk, row.name, row.email, Role(row.role))


def _require_another_admin(row: MemberRow) -> None:
    """One who can sign in, or nobody could ever let anybody in again."""
    others = MemberRow.objects.filter(role=Role.ADMIN.value, is_active=True)
    if not others.exclude(pk=row.pk).exclude(password="").exists():
        raise InvalidInput(
            "access.last_admin",
            "this is the last admin: nobody could change anything any more",
            hint="make another member an admin first",
        )


def _keep_password(row: MemberRow, kept: str, actor: str, at: datetime) -> None:
    row.password, row.password_changed_at = kept, at
    row.save(update_fields=["password", "password_changed_at"])
    _void_links_of(row)
    _end_sessions(row)
    _note("member.password_set", _value(row), actor, at)


def _end_sessions(row: MemberRow) -> None:
    row.generation += 1
    row.save(update_fields=["generation"])
    SessionRow.objects.filter(member=row).delete()


def _withdraw_of(row: MemberRow) -> None:
    """What an admin let others do ends with the admin."""
    made = TokenRow.objects.filter(kind__in=(INVITATION, NEW_PASSWORD), invited_by=row)
    made.filter(used_at=None).delete()


def _void_links_of(row: MemberRow) -> None:
    TokenRow.objects.filter(kind=NEW_PASSWORD, email=row.email).delete()


def _member_of(token: str, at: datetime) -> MemberRow:
    whose = queries.whose_link(digest(token), at=at)
    if whose is None:
        raise InvalidInput(
            "access.no_link",
            "this link does not count, or not any more",
            hint="ask an admin of your company for a new one",
        )
    return _row(whose.id)


def _open_token(kind: str, token: str, at: datetime) -> TokenRow:
    row = TokenRow.objects.filter(kind=kind, digest=digest(token), used_at=None).first()
    if row is None or row.expires_at <= at:
        raise _no_invitation()
    return row


def _no_invitation() -> InvalidInput:
    return InvalidInput(
        "access.no_invitation",
        "this link does not count, or not any more",
        hint="ask an admin of your company for a new one",
    )


def _note(kind: str, member: Member, actor: str, at: datetime, **data: str) -> None:
    told = {name: str(value) for name, value in data.items()}
    ledger.append(kind, f"member:{member.id}", actor=actor, at=at, data=told)
