"""What a password must be, and trying one: the same work, whoever it is for."""

from __future__ import annotations

import unicodedata

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import check_password, get_hasher, make_password
from django.core.exceptions import ValidationError

from revloop.kit.errors import InvalidInput

_LONGEST = 1_000
_WHY = {
    "password_too_short": "this password is shorter than 12 characters",
    "password_too_common": "this password is one that many people have",
}


def hashed(password: str, *, of: tuple[str, ...] = ()) -> str:
    """The hash under which a new password is kept.

    Args:
        password: What was chosen.
        of: Name and address of whose it is, which it must not be.

    Raises:
        InvalidInput: `access.weak_password`.
    """
    try:
        password_validation.validate_password(password)
    except ValidationError as error:
        raise _weak(_WHY[str(error.error_list[0].code)]) from None
    if len(password) > _LONGEST:
        raise _weak(f"this password is longer than {_LONGEST} characters")
    if password.strip().lower() in {each.lower() for each in of}:
        raise _weak("this password is your name or address")
    return make_password(_as_typed(password))


def fits(password: str, kept: str) -> bool:
    """Whether a password is the one that is kept; where none is, it takes as long to say no."""
    if kept:
        return check_password(_as_typed(password), kept)
    hasher = get_hasher()
    hasher.encode(_as_typed(password), hasher.salt())
    return False


def _as_typed(password: str) -> str:
    """Keyboards send the same letter in different ways; for who types it, it is the same."""
    return unicodedata.normalize("NFKC", password)


def _weak(why: str) -> InvalidInput:
    return InvalidInput(
        "access.weak_password",
        why,
        hint="take 12 characters or more that nobody would guess: four words do",
    )
