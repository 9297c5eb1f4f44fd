"""An agreement that can be used: its form, its conditions parsed, its hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from revloop.agreement import canonical
from revloop.agreement.conditions import Condition
from revloop.agreement.form import Agreement
from revloop.agreement.problems import Path


@dataclass(frozen=True, repr=False)
class Contract:
    """A checked agreement. Everything that judges, explains or compares starts from one."""

    form: Agreement
    conditions: Mapping[Path, Condition]
    """Every condition of the file by its path: `("stages", "mql", "enter")`."""

    @property
    def version(self) -> str:
        return self.form.version

    @cached_property
    def canonical(self) -> str:
        """The one written form of what was agreed; two files that mean the same share it."""
        return canonical.text(self.form, self.conditions)

    @cached_property
    def hash(self) -> str:
        """`sha256:` and the hexadecimal digest of the canonical form. This is what is signed."""
        return canonical.digest(self.canonical)

    def __repr__(self) -> str:
        return f"<{self.form.agreement} {self.version}, {self.hash[:19]}…>"

    def __hash__(self) -> int:
        return hash(self.hash)
