"""A form that comes back with what is wrong: beside the field, and in one list at its head."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from revloop.kit.errors import RevloopError
from revloop.web import sent

_FIELD_OF = {
    "access.email": "email",
    "access.taken": "email",
    "access.name": "name",
    "access.weak_password": "password",
    "access.same_password": "password",
    "access.wrong_password": "old_password",
    "access.no_role": "role",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One line to fill in."""

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    """What a password manager puts there."""
    help: str = ""
    value: str = ""
    error: str = ""

    @property
    def described_by(self) -> str:
        ids = ((self.error, f"{self.name}-error"), (self.help, f"{self.name}-help"))
        return " ".join(each for said, each in ids if said)


NAME = Field("name", "Your name", autocomplete="name")
EMAIL = Field("email", "E-mail address", kind="email", autocomplete="username")
PASSWORD = Field("password", "Password", kind="password", autocomplete="current-password")
OLD_PASSWORD = Field(
    "old_password", "Your password of today", kind="password", autocomplete="current-password"
)
NEW_PASSWORD = Field(
    "password",
    "New password",
    kind="password",
    autocomplete="new-password",
    help="At least 12 characters, and not one that many people use. Four words do.",
)


@dataclass(frozen=True, slots=True)
class Form:
    """Fields, and what is wrong with them or with the whole."""

    fields: tuple[Field, ...]
    error: str = ""
    """Of no single field."""

    @property
    def has_errors(self) -> bool:
        return bool(self.error) or any(field.error for field in self.fields)


def form(*fields: Field) -> Form:
    return Form(fields)


def refilled(fields: Iterable[Field], request: HttpRequest, error: RevloopError) -> Form:
    """The form as it was sent, with what was wrong. Passwords are never sent back."""
    wrong = _FIELD_OF.get(error.code, "")
    said = f"{error.message}; {error.hint}" if error.hint else error.message
    said = f"{said[:1].upper()}{said[1:]}."
    filled = tuple(
        Field(
            field.name,
            field.label,
            field.kind,
            field.autocomplete,
            field.help,
            "" if field.kind == "password" else sent.text(request, field.name),
            said if field.name == wrong else "",
        )
        for field in fields
    )
    return Form(filled, "" if any(field.error for field in filled) else said)
