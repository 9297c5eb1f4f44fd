"""The only readers of members, invitations and sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from revloop.kit.errors import InvalidInput
from revloop.operations.access import rules
from revloop.operations.access.models import MemberRow, SessionRow, TokenRow
from revloop.operations.access.rules import Member, Role


@dataclass(frozen=True, slots=True)
class Listed:
    """A member, as those see them who decide who may come in."""

    member: Member
    reference: str
    is_active: bool
    has_password: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that nobody has followed yet."""

    id: int
    email: str
    role: Role
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Open:
    """A session that has not been ended."""

    member: Member
    began_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Used:
    """A browser in which somebody is signed in."""

    digest: str
    began_at: datetime
    seen_at: datetime


def members() -> tuple[Listed, ...]:
    """All members, by name."""
    return tuple(_listed(row) for row in MemberRow.objects.order_by("name", "pk"))


def member(email: str) -> Listed:
    """The member of an address.

    Raises:
        InvalidInput: `access.unknown`.
    """
    row = MemberRow.objects.filter(email=rules.email(email)).first()
    if row is None:
        raise InvalidInput(
            "access.unknown", f"no member has the address {email}", hint="see: revloop user list"
        )
    return _listed(row)


def names(numbers: Iterable[int]) -> dict[int, str]:
    """What members are called, by their numbers; also those who may not come in any more."""
    found = MemberRow.objects.filter(pk__in=list(numbers))
    return dict(found.values_list("pk", "name"))


def is_empty() -> bool:
    """Whether nobody is a member yet."""
    return not MemberRow.objects.exists()


def invitations(*, at: datetime) -> tuple[Invited, ...]:
    """Those that still count, the one that ends first before the others."""
    found = TokenRow.objects.filter(kind="invitation", used_at=None, expires_at__gt=at)
    rows = found.order_by("expires_at", "pk")
    return tuple(Invited(row.pk, row.email, Role(row.role), row.expires_at) for row in rows)


def invitation(token_digest: str, *, at: datetime) -> Invited | None:
    """The one that a link is for, if it still counts."""
    found = TokenRow.objects.filter(
        kind="invitation", digest=token_digest, used_at=None, expires_at__gt=at
    ).first()
    if found is None:
        return None
    return Invited(found.pk, found.email, Role(found.role), found.expires_at)


def whose_link(token_digest: str, *, at: datetime) -> Member | None:
    """Of the member who may choose another password with a link, if it still counts."""
    links = TokenRow.objects.filter(
        kind="new-password", digest=token_digest, expires_at__gt=at
    ).values("email")
    row = MemberRow.objects.filter(email__in=links, is_active=True).first()
    return Member(row.pk, row.name, row.email, Role(row.role)) if row else None


def is_setup_open(token_digest: str, *, at: datetime) -> bool:
    """Whether this is the token of the first admin, and it still counts."""
    found = TokenRow.objects.filter(kind="set-up", digest=token_digest, used_at=None)
    return found.filter(expires_at__gt=at).exists()


def session(token_digest: str) -> Open | None:
    """A session whose member may still come in; in one question, as every request asks it."""
    found = (
        SessionRow.objects.filter(
            digest=token_digest, member__is_active=True, generation=F("member__generation")
        )
        .values_list(
            "member_id", "member__name", "member__email", "member__role", "began_at", "seen_at"
        )
        .first()
    )
    if found is None:
        return None
    number, name, email, role, began_at, seen_at = found
    return Open(Member(number, name, email, Role(role)), began_at, seen_at)


def sessions(member: int, *, at: datetime) -> tuple[Used, ...]:
    """Where a member is signed in, the one used last before the others."""
    found = SessionRow.objects.filter(member=member, generation=F("member__generation"))
    rows = found.select_related("member").order_by("-seen_at", "digest")
    return tuple(
        Used(row.digest, row.began_at, row.seen_at)
        for row in rows
        if not rules.is_over(row.began_at, row.seen_at, Role(row.member.role), at=at)
    )


def _listed(row: MemberRow) -> Listed:
    return Listed(
        Member(row.pk, row.name, row.email, Role(row.role)),
        row.reference,
        row.is_active,
        bool(row.password),
        row.created_at,
    )
