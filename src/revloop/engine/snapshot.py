"""Which version of each table a reader sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Snapshot:
    """The versions of the lake's tables at one moment; equal ones show the same facts.

    It prints as `contact@3 touch@17`; `_undone` is the table of imports that were taken back. A kind that it does not name had no facts yet.
    """

    versions: Mapping[str, int]

    def __post_init__(self) -> None:
        in_order = dict(sorted(self.versions.items()))
        object.__setattr__(self, "versions", MappingProxyType(in_order))

    def __hash__(self) -> int:
        return hash(tuple(self.versions.items()))

    def __str__(self) -> str:
        return " ".join(f"{kind}@{version}" for kind, version in self.versions.items()) or "empty"
