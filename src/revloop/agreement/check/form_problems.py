"""What does not fit the form, said in the words of the people who write the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from revloop.agreement import form
from revloop.agreement.check.source import Source
from revloop.agreement.problems import MOST_PROBLEMS, Path, Problem, path_text
from revloop.agreement.scalars import shown
from revloop.kit.spelling import did_you_mean, one_of

_IN_THE_LEDGER = {
    "signatures": "signatures are kept in the ledger, with the hash of the file",
    "status": "the status follows from the signatures in the ledger and from effective_from",
}
_NAMED_VALUES = ("a set of named values", "write `name: value`, each on a line of its own")
_A_LIST = ("a list", "write [one, two], or lines that begin with `- `")
_NEEDED = {
    "dict_type": _NAMED_VALUES,
    "model_type": _NAMED_VALUES,
    "model_attributes_type": _NAMED_VALUES,
    "tuple_type": _A_LIST,
}
# What `source` has already said of a value; that it then does not fit is no second problem.
_SAID_OF_THE_VALUE = frozenset(
    {"yaml.no_anchors", "yaml.no_tags", "yaml.not_a_number", "yaml.number_too_long"}
)


def form_problems(error: ValidationError, read: Source) -> list[Problem]:
    """Every misfit of the form as a problem with its place."""
    details = error.errors(include_url=False, include_input=False)
    said = {each.path for each in read.problems if each.code in _SAID_OF_THE_VALUE}
    found: dict[tuple[str, Path], Problem] = {}
    for detail in details[:MOST_PROBLEMS]:
        path = _path(detail, read)
        if path in said or _is_no_fault(detail, path, read):
            continue
        problem = _problem(detail, path, read)
        found.setdefault((problem.code, (*path, problem.message)), problem)
    problems = list(found.values())
    if len(details) > MOST_PROBLEMS:
        rest = f"and {len(details) - MOST_PROBLEMS:,} more problems"
        problems.append(Problem("form.more_problems", rest, "mend these first"))
    return problems


def _path(detail: ErrorDetails, read: Source) -> Path:
    location = detail["loc"]
    if detail["type"] == "extra_forbidden":  # the key itself, whatever it is called
        return (*path_in_file(location[:-1], read.values), location[-1])
    return path_in_file(location, read.values)


def _is_no_fault(detail: ErrorDetails, path: Path, read: Source) -> bool:
    """Whether a section only seems too short, because its members have problems of their own."""
    return detail["type"] == "too_short" and bool(value_at(path, read.values))


def value_at(path: Path, values: Any) -> Any:
    """What the file says at a path; None where it says nothing."""
    for step in path:
        values = _member(values, step)
    return values


def path_in_file(location: tuple[int | str, ...], values: Any) -> Path:
    """Pydantic's location without the steps that exist only in the form (tags, keys of maps)."""
    path: list[int | str] = []
    here = values
    for index, step in enumerate(location):
        if isinstance(step, str) and (step.startswith("~") or step == "[key]"):
            continue
        reachable = isinstance(here, dict) or (isinstance(here, list) and isinstance(step, int))
        if not reachable:
            break
        path.append(step)
        here = _member(here, step)
        if here is None and index < len(location) - 1 and location[index + 1] != "[key]":
            break
    return tuple(path)


def _member(values: Any, step: int | str) -> Any:
    if isinstance(values, dict):
        return values.get(str(step))
    known = isinstance(values, list) and isinstance(step, int) and step < len(values)
    return values[step] if known else None


def _problem(detail: ErrorDetails, path: Path, read: Source) -> Problem:
    code, message, hint = _said(detail, path, value_at(path, read.values))
    return Problem(code, message, hint, path, read.place(path))


def _said(detail: ErrorDetails, path: Path, value: Any) -> tuple[str, str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    name = str(path[-1])[:60] if path else "the file"
    subject = _subject(path)
    if kind == "revloop":
        return context["code"], f"{subject}: {context['message']}", context["hint"]
    if kind == "missing" and path and isinstance(path[-1], int):
        return "form.wrong_length", f"{_subject(path[:-1])} has too few members", "write two"
    if kind == "missing":
        return "form.missing_key", f"{name!r} is missing", _meaning(path)
    if kind == "extra_forbidden":
        return _unknown_key(path, name)
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", "")
        return (
            "form.unknown_word",
            f"{subject}: {shown(value)} may not stand here",
            f"use {expected}",
        )
    if kind in _NEEDED:
        needed, hint = _NEEDED[kind]
        return "form.wrong_shape", f"{subject} needs {needed}, not {shown(value)}", hint
    if kind == "too_short":
        return "form.wrong_length", f"{subject} is empty", "write at least one, or remove the key"
    if kind == "too_long":
        most = context.get("max_length", "")
        return "form.wrong_length", f"{subject} has more than {most} members", f"write {most}"
    code = kind if kind.startswith("form.") else "form.not_valid"
    return code, f"{subject}: {detail['msg']}", "write one of these keys"


def _subject(path: Path) -> str:
    return path_text(path)[:120] if path else "the file"


def _unknown_key(path: Path, name: str) -> tuple[str, str, str]:
    known = sorted(_keys_at(path[:-1]))
    ledger = _IN_THE_LEDGER.get(name) if len(path) == 1 else None
    hint = ledger or did_you_mean(name, known)
    if not hint and known:
        hint = f"known here: {one_of(known)}"
    return "form.unknown_key", f"{name!r} is not a key of {_subject(path[:-1])}", hint


def _meaning(path: Path) -> str:
    """What a missing key means, from the form's own documentation."""
    for section in _sections_at(path[:-1]):
        for key, field in section.model_fields.items():
            if (field.alias or key) == path[-1] and field.description:
                return field.description.split("\n")[0]
    return ""


def _keys_at(path: Path) -> set[str]:
    return {
        field.alias or key
        for section in _sections_at(path)
        for key, field in section.model_fields.items()
    }


def _sections_at(path: Path) -> list[type[BaseModel]]:
    """The sections that the form allows at a path."""
    allowed: list[Any] = [form.Agreement]
    for step in path:
        allowed = [inner for each in allowed for inner in _inside(each, step)]
    return [section for each in allowed for section in _sections(each)]


def _inside(annotation: Any, step: str | int) -> Iterator[Any]:
    """The types that a key of a section, or a member of a map or list, may have."""
    if _is_section(annotation):
        for key, field in annotation.model_fields.items():
            if (field.alias or key) == step:
                yield field.annotation
    elif get_origin(annotation) in {dict, tuple}:
        yield get_args(annotation)[-1 if get_origin(annotation) is dict else 0]
    else:
        for choice in get_args(annotation):
            yield from _inside(choice, step)


def _sections(annotation: Any) -> Iterator[type[BaseModel]]:
    if _is_section(annotation):
        yield annotation
    elif get_origin(annotation) not in {dict, tuple}:
        for choice in get_args(annotation):
            yield from _sections(choice)


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
