"""From the bytes of a mapping file to a mapping, or to every problem it has, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from revloop.agreement.check import source as yaml
from revloop.agreement.problems import Path as Place
from revloop.agreement.problems import Problem, Severity, in_order, path_text
from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean, one_of
from revloop.sources.mapping import words
from revloop.sources.mapping.form import Fact, File, Form, From, Lookup

_MOST_PROBLEMS = 100
_TRY = "try: revloop import FOLDER --suggest FILE"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file whose names are right; whether its columns exist is asked of the tables."""

    form: Form
    read: yaml.Source
    """The file itself, to say where a problem stands."""

    def problem(
        self, code: str, message: str, hint: str, path: Place, severity: Severity = Severity.ERROR
    ) -> Problem:
        return Problem(code, message, hint, path, self.read.place(path), severity)


class InvalidMapping(InvalidInput):
    """A mapping that cannot be used; `problems` holds all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem], file: str = "the mapping") -> None:
        errors = [each for each in problems if each.severity is Severity.ERROR]
        first = errors[0]
        more = f"; {len(errors) - 1} more" if len(errors) > 1 else ""
        super().__init__(
            first.code,
            f"{file}:{first.place.line}:{first.place.column} {first.message}{more}",
            hint=first.hint,
            problems=[
                {
                    "code": each.code,
                    "line": each.place.line,
                    "column": each.place.column,
                    "message": each.message,
                    "hint": each.hint,
                }
                for each in errors
            ],
        )
        self.problems = tuple(problems)


def load(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        InvalidMapping: with every problem of the file, the first in its message.
        InvalidInput: `mapping.unreadable`, where there is no such file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            "mapping.unreadable",
            f"{path} cannot be read: {error.strerror or error}",
            hint=f"check the path, or {_TRY}",
        ) from error
    mapping, problems = parse(content)
    if mapping is None:
        raise InvalidMapping(problems, path.name)
    return mapping


def parse(content: bytes) -> tuple[Mapping | None, tuple[Problem, ...]]:
    """The mapping, if nothing in it is wrong, and its problems. Never raises."""
    read = yaml.read(content)
    problems = [_own_words(each) for each in read.problems]
    if not read.values:
        return None, in_order(problems)
    try:
        form = Form.model_validate(read.values)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        told = [each for each in details if not _follows_from_others(each, read.values)]
        problems += [_misfit(detail, read) for detail in told[:_MOST_PROBLEMS]]
        return None, in_order(_once(problems))
    problems += [replace(each, place=read.place(each.path)) for each in words.problems(form)]
    if any(each.severity is Severity.ERROR for each in problems):
        return None, in_order(problems)
    return Mapping(form, read), in_order(problems)


def _own_words(problem: Problem) -> Problem:
    """What the reader of agreements says, said of a mapping."""
    match problem.code:
        case "file.empty":
            return replace(problem, hint=_TRY)
        case "file.not_an_agreement":
            return replace(
                problem,
                code="mapping.not_a_mapping",
                hint=f"begin with `source: the-name-of-the-source`, or {_TRY}",
            )
        case "file.too_large" | "yaml.too_many_values":
            return replace(problem, hint="a mapping is a few pages: keep data out of it")
        case _:
            return problem


def _once(problems: Iterable[Problem]) -> list[Problem]:
    return list({(each.path, each.message): each for each in problems}.values())


def _follows_from_others(detail: ErrorDetails, values: Any) -> bool:
    """A list whose members are all wrong counts as one without members: the members are told."""
    if detail["type"] != "too_short":
        return False
    here = values
    for step in _path(detail, values):
        here = here[step]
    return bool(here)


def _misfit(detail: ErrorDetails, read: yaml.Source) -> Problem:
    path = _path(detail, read.values)
    code, message, hint = _said(detail, path)
    return Problem(f"mapping.{code}", message, hint, path, read.place(path))


_NAMED_VALUES = ("a set of named values", "write `name: value`, each on a line of its own")
_NEEDED = {
    "model_type": _NAMED_VALUES,
    "model_attributes_type": _NAMED_VALUES,
    "dict_type": _NAMED_VALUES,
    "tuple_type": ("a list", "write [one, two], or lines that begin with `- `"),
    "string_type": ("a text", "put it in quotes"),
    "too_short": ("at least one member", "write one"),
}


def _said(detail: ErrorDetails, path: Place) -> tuple[str, str, str]:
    """Code, sentence and hint of a misfit."""
    subject = path_text(path) or "the file"
    kind = detail["type"]
    if kind in _NEEDED:
        needed, hint = _NEEDED[kind]
        return "wrong_shape", f"{subject} needs {needed}", hint
    match kind:
        case "missing":
            about = _section(path[:-1]).model_fields[str(path[-1])].description or ""
            return "missing_key", f"{path[-1]!r} is missing", about.split("\n")[0]
        case "extra_forbidden":
            known = list(_section(path[:-1]).model_fields)
            hint = did_you_mean(str(path[-1]), known) or f"known here: {one_of(known)}"
            inside = path_text(path[:-1]) or "a mapping"
            return "unknown_key", f"{str(path[-1])[:60]!r} is not a key of {inside}", hint
        case "literal_error":
            expected = str(detail.get("ctx", {}).get("expected", "")).replace("'", "")
            return "unknown_word", f"{subject} may not be that", f"use {expected}"
        case "string_pattern_mismatch":
            hint = "use small letters, digits, - and _, beginning with a letter"
            return "not_valid", f"{subject} may not be that", hint
        case _:
            return "not_valid", f"{subject}: {detail['msg']}", ""


def _path(detail: ErrorDetails, values: Any) -> Place:
    """The place in the file; steps that only the form knows (`str`, `[key]`) are left out."""
    path: list[str | int] = []
    here = values
    location = detail["loc"]
    if detail["type"] in {"missing", "extra_forbidden"}:
        location = location[:-1]
    for step in location:
        if isinstance(here, dict) and str(step) in here:
            here = here[str(step)]
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            break
        path.append(step)
    if detail["type"] in {"missing", "extra_forbidden"}:
        path.append(detail["loc"][-1])
    return tuple(path)


_DEPTH_OF_FILE, _DEPTH_OF_FACT = 2, 4


def _section(path: Place) -> type[BaseModel]:
    """The part of the form that stands at a path."""
    if not path:
        return Form
    if len(path) == _DEPTH_OF_FILE:
        return File
    if len(path) == _DEPTH_OF_FACT:
        return Fact
    return Lookup if path[-1] == "lookup" else From
