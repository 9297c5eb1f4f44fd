"""A form that comes back with what is wrong: beside the field, and in one list at its head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest

from revloop.kit.errors import RevloopError
from revloop.web import sent
from revloop.web.shell.components import Problem

WRONG = 422
"""The status of a form that was filled in wrongly; htmx puts it in its place all the same."""
_FIELD_OF = {
    "access.email": "email",
    "access.taken": "email",
    "access.name": "name",
    "access.weak_password": "password",
    "access.same_password": "password",
    "access.wrong_password": "old_password",
    "access.no_role": "role",
    "access.reference": "reference",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in."""

    name: str
    label: str
    type: str = "text"
    autocomplete: str = "off"
    """What a browser or a password manager puts there."""
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True
    value: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Fields, and what is wrong with them or with the whole."""

    fields: tuple[Field, ...]
    problems: tuple[Problem, ...] = ()


def empty(*fields: Field) -> Form:
    return Form(fields)


def refilled(fields: Sequence[Field], request: HttpRequest, error: RevloopError) -> Form:
    """The form as it was sent, with what was wrong. Passwords are never sent back."""
    wrong, said = _FIELD_OF.get(error.code, ""), sentence(error)
    filled = tuple(
        replace(
            field,
            value="" if field.type == "password" else sent.text(request, field.name),
            error=said if field.name == wrong else "",
        )
        for field in fields
    )
    there = wrong if any(field.name == wrong for field in fields) else ""
    return Form(filled, (Problem(said, there),))


def sentence(error: RevloopError) -> str:
    """An error as a page says it: what is wrong, and what to do."""
    said = f"{error.message}; {error.hint}" if error.hint else error.message
    return f"{said[:1].upper()}{said[1:]}."
