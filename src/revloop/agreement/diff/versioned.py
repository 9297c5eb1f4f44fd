"""The changes between two versions, and whether the version number says how large they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from revloop.agreement.contract import Contract
from revloop.agreement.diff.classes import ChangeClass, class_of
from revloop.agreement.diff.compare import Difference, differences
from revloop.agreement.diff.sentences import sentence
from revloop.agreement.problems import Problem

# What every version says of itself is no change of what was agreed.
_OF_ITSELF = frozenset({"agreement", "version", "supersedes", "effective_from"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change, in words."""

    difference: Difference
    says: str
    change_class: ChangeClass


@dataclass(frozen=True)
class Diff:
    """What changed from one version to another."""

    before: Contract
    after: Contract
    changes: tuple[Change, ...]
    """The gravest first; within a class, in the order of the file."""

    @property
    def needed(self) -> ChangeClass | None:
        """The class that the version number must at least show; None if nothing changed."""
        return max((change.change_class for change in self.changes), default=None)

    @property
    def given(self) -> ChangeClass | None:
        """The class that the version number shows; None if it does not rise."""
        one, other = _numbers(self.before.version), _numbers(self.after.version)
        if other <= one:
            return None
        at = next(index for index in range(3) if other[index] != one[index])
        return (ChangeClass.MAJOR, ChangeClass.MINOR, ChangeClass.PATCH)[at]

    @property
    def smallest_version(self) -> str:
        """The smallest version number that fits the changes."""
        major, minor, patch = _numbers(self.before.version)
        match self.needed:
            case ChangeClass.MAJOR:
                return f"{major + 1}.0.0"
            case ChangeClass.MINOR:
                return f"{major}.{minor + 1}.0"
            case ChangeClass.PATCH:
                return f"{major}.{minor}.{patch + 1}"
            case _:
                return self.before.version

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the version of the second agreement."""
        return tuple(each for each in (self._name(), self._number()) if each)

    def _name(self) -> Problem | None:
        one, other = self.before.form.agreement, self.after.form.agreement
        if one == other:
            return None
        return Problem(
            "diff.other_agreement",
            f"these are two agreements, {one} and {other}, not two versions of one",
            "keep the name of the agreement over its versions",
            ("agreement",),
        )

    def _number(self) -> Problem | None:
        needed, given = self.needed, self.given
        one, other = self.before.version, self.after.version
        if needed is None:
            return None
        if given is None:
            return Problem(
                "diff.version_not_rising",
                f"the agreement changed, and its version goes from {one} to {other}",
                f'write version: "{self.smallest_version}" or higher',
                ("version",),
            )
        if given < needed:
            return Problem(
                "diff.version_too_small",
                f"{one} to {other} is a {given.word} step, and the largest change is {needed.word}",
                f'write version: "{self.smallest_version}" or higher',
                ("version",),
            )
        return None


def diff(before: Contract, after: Contract) -> Diff:
    """What changed from one version to another, each change classed major, minor or patch."""
    changes = [
        Change(difference, sentence(difference, before, after), class_of(difference))
        for difference in differences(before, after)
        if difference.path[0] not in _OF_ITSELF
    ]
    return Diff(before, after, tuple(sorted(changes, key=lambda each: -each.change_class)))


def _numbers(version: str) -> tuple[int, int, int]:
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch
