"""The document as one HTML page: no scripts, nothing to load, good on paper and on a phone."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from revloop.agreement.explain.document import (
    Aside,
    Block,
    Bullets,
    Chapter,
    Code,
    Document,
    Line,
    Paragraph,
    Promised,
    PromiseList,
    Run,
    SideBySide,
    SignatureLines,
    Strong,
    Table,
    Team,
)


def as_page(document: Document) -> str:
    style = files("revloop.agreement.explain").joinpath("page.css").read_text(encoding="utf-8")
    title = escape(document.title)
    body = [
        '<header class="head">',
        f"<h1>{title}</h1>",
        f'<p class="lead">{_line(document.lead)}</p>',
        _facts(document.facts),
        "</header>",
        _contents(document.chapters),
        *(_chapter(number, chapter) for number, chapter in enumerate(document.chapters, start=1)),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} · {escape(document.facts[0][1])} {escape(document.facts[1][1])}</title>\n"
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n{''.join(body)}</main>\n"
        "</body>\n</html>\n"
    )


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    pairs = (f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    return f'<dl class="facts">{"".join(pairs)}</dl>\n'


def _contents(chapters: tuple[Chapter, ...]) -> str:
    links = (
        f'<li><a href="#{number}">{escape(chapter.title)}</a></li>'
        for number, chapter in enumerate(chapters, start=1)
    )
    return f'<nav aria-label="Contents"><ol>{"".join(links)}</ol></nav>\n'


def _chapter(number: int, chapter: Chapter) -> str:
    heading = f"<h2><span>{number}</span> {escape(chapter.title)}</h2>"
    blocks = "".join(map(_block, chapter.blocks))
    return f'<section id="{number}">{heading}{blocks}</section>\n'


def _block(block: Block) -> str:
    match block:
        case Paragraph(line):
            return f"<p>{_line(line)}</p>"
        case Bullets(lines):
            return f"<ul>{''.join(f'<li>{_line(line)}</li>' for line in lines)}</ul>"
        case Table():
            return _table(block)
        case SideBySide(left, right):
            return f'<div class="two">{_promises(left)}{_promises(right)}</div>'
        case SignatureLines(roles, signed):
            fields = "".join(
                f'<div class="sign t-{escape(role)}"><b>{escape(role.capitalize())}</b>'
                "<span>Name and signature</span><span>Date</span></div>"
                for role in roles
            )
            return f'{fields}<p class="hash">What is signed: <code>{escape(signed)}</code></p>'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in table.head)
    rows = "".join(
        f"<tr>{''.join(_cell(label, cell) for label, cell in zip(table.head, row, strict=True))}</tr>"
        for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(label: str, cell: Line) -> str:
    """On a phone a row becomes a card, and each cell names its column."""
    return f'<td data-label="{escape(label)}"><div>{_line(cell)}</div></td>'


def _promises(promises: PromiseList) -> str:
    items = "".join(map(_promise, promises.promises)) or "<p>Nothing yet.</p>"
    return f'<div class="team t-{escape(promises.side)}"><h3>{escape(promises.title)}</h3>{items}</div>'


def _promise(promise: Promised) -> str:
    notes = "".join(f"<small>{escape(note)}</small>" for note in promise.small_print)
    return (
        f'<div class="promise"><p>{escape(promise.sentence)}{notes}<code>{escape(promise.name)}</code></p>'
        f"<div><b>{escape(promise.goal)}</b><small>{escape(promise.goal_says)}</small></div></div>"
    )


def _line(line: Line) -> str:
    return escape(line) if isinstance(line, str) else "".join(map(_run, line))


def _run(run: Run) -> str:
    match run:
        case Strong(text):
            return f"<b>{escape(text)}</b>"
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case Team(side):
            return f'<b class="side t-{escape(side)}">{escape(side.capitalize())}</b>'
        case Aside(text):
            return f"<small>{escape(text)}</small>"
        case _:
            return escape(run)
