"""What does not fit the form, said in the words of the people who write the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from revloop.agreement import form
from revloop.agreement.check.source import Source
from revloop.agreement.problems import Path, Problem, path_text
from revloop.kit.spelling import did_you_mean, one_of

MOST_PROBLEMS = 200
"""More than this helps nobody, and finding the nearest key to each takes time."""

_IN_THE_LEDGER = {
    "signatures": "signatures are kept in the ledger, with the hash of the file",
    "status": "the status follows from the signatures in the ledger and from effective_from",
}
_NEEDED = {
    "dict_type": "named values: `name: value` on lines of their own",
    "model_type": "named values: `name: value` on lines of their own",
    "model_attributes_type": "named values: `name: value` on lines of their own",
    "tuple_type": "a list: [one, two], or lines that begin with `- `",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}


def form_problems(error: ValidationError, read: Source) -> list[Problem]:
    """Every misfit of the form as a problem with its place."""
    details = error.errors(include_url=False, include_input=False)
    paths = {path_in_file(detail["loc"], read.values) for detail in details}
    found: dict[tuple[str, Path], Problem] = {}
    for detail in details[:MOST_PROBLEMS]:
        path = path_in_file(detail["loc"], read.values)
        if detail["type"] == "too_short" and any(_below(each, path) for each in paths):
            continue  # its members have problems of their own
        problem = _problem(detail, path, read)
        found.setdefault((problem.code, (*path, problem.message)), problem)
    problems = list(found.values())
    if len(details) > MOST_PROBLEMS:
        rest = f"and {len(details) - MOST_PROBLEMS:,} more problems"
        problems.append(Problem("form.more_problems", rest, "mend these first"))
    return problems


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
    return values[step] if isinstance(step, int) and step < len(values) else None


def _below(path: Path, above: Path) -> bool:
    return len(path) > len(above) and path[: len(above)] == above


def _problem(detail: ErrorDetails, path: Path, read: Source) -> Problem:
    code, message, hint = _said(detail, path)
    return Problem(code, message, hint, path, read.place(path))


def _said(detail: ErrorDetails, path: Path) -> tuple[str, str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    name = str(path[-1])[:60] if path else "the file"
    if kind == "revloop":
        return context["code"], f"{_subject(path)}: {context['message']}", context["hint"]
    if kind == "missing":
        return "form.missing_key", f"{name!r} is missing", _meaning(path)
    if kind == "extra_forbidden":
        return _unknown_key(path, name)
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", "")
        return "form.unknown_word", f"{_subject(path)} has an unknown word", f"use {expected}"
    if kind in _NEEDED:
        return (
            "form.wrong_shape",
            f"{_subject(path)} does not have the right shape",
            (f"write {_NEEDED[kind]}"),
        )
    if kind in {"too_short", "too_long"}:
        return "form.wrong_length", f"{_subject(path)} has the wrong number of members", ""
    code = kind if kind.startswith("form.") else "form.not_valid"
    return code, f"{_subject(path)}: {detail['msg']}", ""


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
