"""Check an agreement file: every problem at once, each with its place, a sentence and a hint.

    bytes ─ source ─ form ─ conditions ─ lint ─► Checked

    source.py         bytes -> plain values that remember where they stand
    form_problems.py  what does not fit the form, in words
    salvage.py        what of a broken file can still be checked
    lint.py           what the sections must not say of one another, one function a rule
    reach.py          conditions that nothing can reach
    feasibility.py    goals that the plan and the people cannot meet

A step that cannot be taken ends the walk; what the steps before it found is reported all together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from revloop.agreement.check import lint, source
from revloop.agreement.check.form_problems import form_problems
from revloop.agreement.check.salvage import salvage
from revloop.agreement.check.source import Source
from revloop.agreement.conditions import Condition, ConditionError, parse
from revloop.agreement.contract import Contract
from revloop.agreement.form import Agreement, condition_texts
from revloop.agreement.names import words_for
from revloop.agreement.problems import Path, Place, Problem, Severity, in_order
from revloop.kit.errors import RevloopError


class NotAnAgreement(RevloopError):
    """The file has errors; `problems` lists them all."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        super().__init__(
            "agreement.has_errors",
            f"the agreement has {len(errors)} error{'s' if len(errors) != 1 else ''}; "
            f"the first: {errors[0]}",
            hint="see them all with: revloop agreement check FILE",
        )
        self.problems = problems


@dataclass(frozen=True)
class Checked:
    """What became of a file."""

    contract: Contract | None
    """The agreement, if nothing that it says is in error."""
    problems: tuple[Problem, ...]
    """In the order of the file, errors and warnings."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if each.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if each.severity is Severity.WARNING)

    def required(self) -> Contract:
        """The agreement; raises `NotAnAgreement` with all problems if it has errors."""
        if self.contract is None:
            raise NotAnAgreement(self.problems)
        return self.contract


def check(content: bytes) -> Checked:
    """Check the bytes of an agreement file. Never raises for anything that a file can say."""
    read = source.read(content)
    if not read.values:
        return Checked(None, in_order(read.problems))
    try:
        form = Agreement.model_validate(read.values)
    except ValidationError as error:
        misfits = form_problems(error, read)
        return Checked(None, in_order([*read.problems, *misfits, *_of_the_rest(read)]))
    conditions, refused = _conditions(form, read)
    contract = Contract(form, conditions)
    found = [_placed(problem, read) for problem in lint.problems(contract)]
    problems = in_order([*read.problems, *refused, *found])
    failed = any(each.severity is Severity.ERROR for each in problems)
    return Checked(None if failed else contract, problems)


def _of_the_rest(read: Source) -> list[Problem]:
    """The wrong conditions of those parts of the file that do fit the form."""
    rest = salvage(read.values)
    if rest is None:
        return []
    known = {path: read.place(old) for path, old in rest.origins.items()}
    texts = {path: read.texts[old] for path, old in rest.origins.items() if old in read.texts}
    moved = replace(read, places=known, texts=texts)
    _, refused = _conditions(rest.form, moved)
    unsure = frozenset() if rest.names_are_complete else _ABOUT_NAMES
    return [problem for problem in refused if problem.code not in unsure]


_ABOUT_NAMES = frozenset({"condition.unknown_word", "condition.unknown_value"})


def _conditions(form: Agreement, read: Source) -> tuple[dict[Path, Condition], list[Problem]]:
    conditions: dict[Path, Condition] = {}
    problems: list[Problem] = []
    for path, written in condition_texts(form):
        try:
            conditions[path] = parse(written.text, words_for(form, path, written))
        except ConditionError as error:
            place = _place_in(read, path, error.data.get("offset"))
            problems.append(Problem(error.code, error.message, error.hint, path, place))
    return conditions, problems


def _place_in(read: Source, path: Path, offset: Any) -> Place:
    """The place of a letter of a text, where the file shows the text as it is read."""
    start, as_read = read.texts.get(path, (read.place(path), False))
    if offset is None or not as_read:
        return start
    return Place(start.line, start.column + int(offset))


def _placed(problem: Problem, read: Source) -> Problem:
    return Problem(
        problem.code,
        problem.message,
        problem.hint,
        problem.path,
        read.place(problem.path),
        problem.severity,
    )
