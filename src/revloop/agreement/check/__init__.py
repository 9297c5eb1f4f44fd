"""Check an agreement file: every problem at once, each with its place, a sentence and a hint.

    bytes ─ source ─ form ─ conditions ─ lint ─► Checked

    source.py         bytes -> plain values that remember where they stand
    form_problems.py  what does not fit the form, in words
    salvage.py        what of a broken file can still be checked
    conditions.py     the texts of conditions -> trees
    lint.py           what the sections must not say of one another, one function a rule
    reach.py          conditions that nothing can reach
    feasibility.py    goals that the plan and the people cannot meet

A step that cannot be taken ends the walk; what the steps before it found is reported all together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from revloop.agreement.check import lint, source
from revloop.agreement.check.conditions import read_conditions
from revloop.agreement.check.form_problems import form_problems
from revloop.agreement.check.salvage import salvage
from revloop.agreement.check.source import Source
from revloop.agreement.contract import Contract
from revloop.agreement.form import Agreement
from revloop.agreement.problems import MOST_PROBLEMS, Problem, Severity, in_order
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
    conditions, refused = read_conditions(form, read)
    contract = Contract(form, conditions)
    found = [_placed(problem, read) for problem in _enough(lint.problems(contract))]
    problems = in_order([*read.problems, *refused, *found])
    failed = any(each.severity is Severity.ERROR for each in problems)
    return Checked(None if failed else contract, problems)


def _of_the_rest(read: Source) -> list[Problem]:
    """The wrong conditions of those parts of the file that do fit the form."""
    rest = salvage(read.values)
    if rest is None:
        return []
    _, refused = read_conditions(rest.form, read, rest.origins)
    unsure = frozenset() if rest.names_are_complete else _ABOUT_NAMES
    return [problem for problem in refused if problem.code not in unsure]


_ABOUT_NAMES = frozenset({"condition.unknown_word", "condition.unknown_value"})


def _enough(problems: Iterator[Problem]) -> Iterator[Problem]:
    """As many as help; never does a warning take the place of an error."""
    left = dict.fromkeys(Severity, MOST_PROBLEMS)
    for problem in problems:
        if left[problem.severity]:
            left[problem.severity] -= 1
            yield problem
        if not left[Severity.ERROR]:
            return


def _placed(problem: Problem, read: Source) -> Problem:
    return Problem(
        problem.code,
        problem.message,
        problem.hint,
        problem.path,
        read.place(problem.path),
        problem.severity,
    )
