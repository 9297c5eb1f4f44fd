"""Every code that the sources can raise is explained, and nothing else is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import revloop
from revloop.kit.codes import CODES

SOURCES = Path(revloop.__file__).parent
CODE = re.compile(r"[a-z_]+\.[a-z_0-9]+")
FILE_NAME = re.compile(r".*\.(yaml|json|css|html|md|py|toml|sqlite3|tab|parquet|xml|zoneinfo)")
# Look like codes and are something else: entries of the ledger, domains, modules, file systems,
# places in an agreement.
NOT_CODES = {
    "agreement.proposed",
    "agreement.ruled",
    "agreement.signed",
    "fuse.blobfuse",
    "fuse.rclone",
    "fuse.sshfs",
    "gmail.com",
    "googlemail.com",
    "import.finished",
    "import.undone",
    "job.cancelled",
    "job.retried",
    "member.created",
    "member.disabled",
    "member.enabled",
    "member.invitation_withdrawn",
    "member.invited",
    "member.password_link_made",
    "member.password_set",
    "member.role_set",
    "member.signed_in",
    "member.signed_out",
    "member.signed_out_elsewhere",
    "person.company_set",
    "reasons.lost",
    "revloop.settings",
    "revloop.unknown",
}
# Functions that put the family before a code, and the place of the code among their arguments.
PREFIXED = {"_error": ("check", 0), "_warning": ("check", 0), "in_row": ("working_time", 1)}
EXPLAINED_IN = SOURCES / "kit" / "codes.py"


def raised() -> dict[str, str]:
    """The codes that stand in the sources, each with a module that uses it."""
    found: dict[str, str] = {}
    for module in sorted(SOURCES.rglob("*.py")):
        if module != EXPLAINED_IN:
            tree = ast.parse(module.read_text(encoding="utf-8"))
            found |= dict.fromkeys(codes_in(tree), str(module.relative_to(SOURCES)))
    return found


def codes_in(tree: ast.AST) -> Iterator[str]:
    failpoints = set(failpoints_in(tree))
    for node in ast.walk(tree):
        if text := text_of(node):
            is_code = CODE.fullmatch(text) and not FILE_NAME.fullmatch(text)
            if is_code and text not in NOT_CODES | failpoints:
                yield text
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            family, place = PREFIXED.get(node.func.id, ("", 0))
            code = text_of(node.args[place]) if family else ""
            if code:
                yield f"{family}.{code}"


def failpoints_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="failpoint"), args=[name, *_]):
                yield text_of(name)


def text_of(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def test_every_code_that_is_raised_is_explained() -> None:
    missing = {code: where for code, where in raised().items() if code not in CODES}

    assert not missing, "explain them in revloop/kit/codes.py"


def test_every_code_that_is_explained_is_raised() -> None:
    unused = set(CODES) - set(raised())

    assert not unused


@pytest.mark.parametrize("code", CODES)
def test_a_meaning_is_a_short_phrase_without_a_full_stop(code: str) -> None:
    meaning = CODES[code]

    assert meaning == meaning.strip()
    assert not meaning.endswith(".")
    assert 10 < len(meaning) <= 90
