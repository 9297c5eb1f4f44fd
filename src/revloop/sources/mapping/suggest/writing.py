"""The suggestion as a file that a person reads, corrects and uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_PLAIN = re.compile(r"[A-Za-z_][\w./ -]*", re.ASCII)
_READ_OTHERWISE = frozenset({"true", "false", "null", "~"})
_COMMENTS_BEGIN_AT = 46
_WIDTH = 100


def quoted(text: str) -> str:
    """A text that YAML reads as that text."""
    if _PLAIN.fullmatch(text) and text.strip() == text and text.lower() not in _READ_OTHERWISE:
        return text
    return json.dumps(text, ensure_ascii=False)


def flow(parts: dict[str, str]) -> str:
    """`{column: a, percent: true}`; the values are YAML already."""
    return "{" + ", ".join(f"{name}: {value}" for name, value in parts.items()) + "}"


def words(meanings: dict[str, str]) -> str:
    return flow({quoted(word): quoted(meaning) for word, meaning in meanings.items()})


def said(text: str) -> str:
    """Words of a file on one line of a comment."""
    return " ".join(text.split())[:200]


@dataclass(slots=True)
class Page:
    """Lines with their comments beside them."""

    lines: list[str] = field(default_factory=list)

    def line(self, depth: int, text: str, comment: str = "") -> None:
        indented = "  " * depth + text
        if not comment:
            self.lines.append(indented.rstrip())
            return
        remark = f"# {said(comment)}"
        if len(indented) < _COMMENTS_BEGIN_AT and len(remark) + _COMMENTS_BEGIN_AT <= _WIDTH:
            self.lines.append(indented.ljust(_COMMENTS_BEGIN_AT) + remark)
            return
        for each in _wrapped(remark, _WIDTH - 2 * depth):
            self.lines.append("  " * depth + each)
        self.lines.append(indented)

    def text(self) -> str:
        return "\n".join(self.lines).rstrip() + "\n"


def _wrapped(remark: str, width: int) -> Iterator[str]:
    line = ""
    for word in remark.split(" "):
        if line and len(line) + len(word) + 1 > width:
            yield line
            line = f"# {word}"
        else:
            line = f"{line} {word}" if line else word
    yield line
