"""The conditions of an agreement, compiled for records once and kept while it is in use."""

from __future__ import annotations

from functools import lru_cache

from revloop.agreement.conditions import RecordCondition, compile_for_records
from revloop.agreement.contract import Contract
from revloop.agreement.problems import Path


@lru_cache(maxsize=4_096)
def judge(contract: Contract, path: Path) -> RecordCondition:
    """The condition at a path of the file: `("signals", "attempts", "where")`."""
    return compile_for_records(contract.conditions[path])
