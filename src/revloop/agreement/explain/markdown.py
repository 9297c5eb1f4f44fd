"""The document as Markdown."""

from __future__ import annotations

import re

from revloop.agreement import wording
from revloop.agreement.explain.document import (
    Aside,
    Block,
    Bullets,
    Code,
    Document,
    Line,
    Paragraph,
    PromiseList,
    Run,
    SideBySide,
    SignatureLines,
    Strong,
    Table,
    Team,
)

# What Markdown would read as its own sign, wherever a person wrote it.
_SIGNS = re.compile(r"([\\`*_\[\]<>|#~&])")


def as_markdown(document: Document) -> str:
    parts = [f"# {_plain(document.title)}", _line(document.lead), _facts(document.facts)]
    for chapter in document.chapters:
        parts += [f"## {_plain(chapter.title)}", *map(_block, chapter.blocks)]
    return "\n\n".join(parts) + "\n"


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    return _table(("", ""), tuple((_plain(name), f"**{_plain(value)}**") for name, value in facts))


def _block(block: Block) -> str:
    match block:
        case Paragraph(line):
            return _line(line)
        case Bullets(lines):
            return "\n".join(f"- {_line(line)}" for line in lines)
        case Table(head, rows):
            cells = tuple(tuple(_line(cell) for cell in row) for row in rows)
            return _table(tuple(map(_plain, head)), cells)
        case SideBySide(left, right):
            return "\n\n".join([_promises(left), _promises(right)])
        case SignatureLines(roles, what, signed):
            lines_to_sign = tuple((_plain(wording.titled(role)), "", "") for role in roles)
            table = _table(("For", "Name and signature", "Date"), lines_to_sign)
            return f"{table}\n\nWhat is signed: {_plain(what)} `{signed}`"


def _promises(promises: PromiseList) -> str:
    rows = tuple(
        (
            "<br>".join((f"**{_plain(each.sentence)}**", *map(_plain, each.small_print))),
            f"{_plain(each.goal)} {_plain(each.goal_says)}",
            f"`{each.name}`",
        )
        for each in promises.promises
    )
    title = f"### {_plain(promises.title)}"
    table = _table(("Promise", "Kept", "Name"), rows) if rows else "Nothing yet."
    note = [_plain(promises.note)] if promises.note else []
    return "\n\n".join([title, *note, table])


def _table(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _line(line: Line) -> str:
    if isinstance(line, str):
        return _plain(line)
    return "".join(map(_run, line))


def _run(run: Run) -> str:
    match run:
        case Strong(text):
            return f"**{_plain(text)}**"
        case Code(text):
            return f"`{text}`"
        case Team(side):
            return f"**{_plain(wording.titled(side))}**"
        case Aside(text):
            return f"<br>*{_plain(text)}*"
        case _:
            return _plain(run)


def _plain(text: str) -> str:
    return _SIGNS.sub(r"\\\1", wording.visible(text))
