"""The document as one HTML page: no scripts, nothing to load, good on paper and on a phone."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from revloop.agreement import wording
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
    title = _text(document.title)
    body = [
        '<header class="head">',
        f"<h1>{title}</h1>",
        f'<p class="lead">{_line(document.lead)}</p>',
        _facts(document.facts),
        "</header>",
        as_body(document),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} · {_text(document.facts[0][1])} {_text(document.facts[1][1])}</title>\n"
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n{''.join(body)}</main>\n"
        "</body>\n</html>\n"
    )


def as_body(document: Document) -> str:
    """Contents and chapters, for a page that has a head of its own."""
    chapters = (_chapter(number, each) for number, each in enumerate(document.chapters, start=1))
    return _contents(document.chapters) + "".join(chapters)


def _text(text: str) -> str:
    """A number and its percent sign stay on one line."""
    return escape(wording.visible(text)).replace(" %", "&nbsp;%")


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    pairs = (f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in facts)
    return f'<dl class="facts">{"".join(pairs)}</dl>\n'


def _contents(chapters: tuple[Chapter, ...]) -> str:
    links = (
        f'<li><a href="#chapter-{number}">{_text(chapter.title)}</a></li>'
        for number, chapter in enumerate(chapters, start=1)
    )
    return f'<nav aria-label="Contents"><ol>{"".join(links)}</ol></nav>\n'


def _chapter(number: int, chapter: Chapter) -> str:
    heading = f"<h2><span>{number}</span> {_text(chapter.title)}</h2>"
    blocks = "".join(map(_block, chapter.blocks))
    return f'<section id="chapter-{number}">{heading}{blocks}</section>\n'


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
        case SignatureLines(roles, what, signed):
            to_sign = "".join(map(_signature, roles))
            return f'{to_sign}<p class="hash">What is signed: {_text(what)} <code>{_text(signed)}</code></p>'


def _signature(role: str) -> str:
    return (
        f'<div class="sign t-{_text(role)}"><b>{_text(wording.titled(role))}</b>'
        "<span>Name and signature</span><span>Date</span></div>"
    )


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_text(each)}</th>' for each in table.head)
    rows = "".join(f"<tr>{_row(table.head, row)}</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(head: tuple[str, ...], row: tuple[Line, ...]) -> str:
    """On a phone a row becomes a card, and each cell names its column."""
    first, *others = (
        f'data-label="{_text(label)}"><div>{_line(cell)}</div>'
        for label, cell in zip(head, row, strict=True)
    )
    return f'<th scope="row" {first}</th>' + "".join(f"<td {each}</td>" for each in others)


def _promises(promises: PromiseList) -> str:
    note = f'<p class="note">{_text(promises.note)}</p>' if promises.note else ""
    items = "".join(map(_promise, promises.promises)) or '<p class="note">Nothing yet.</p>'
    return (
        f'<div class="team t-{_text(promises.side)}"><h3>{_text(promises.title)}</h3>'
        f"{note}{items}</div>"
    )


def _promise(promise: Promised) -> str:
    notes = "".join(f"<small>{_text(note)}</small>" for note in promise.small_print)
    return (
        f'<div class="promise"><div><p>{_text(promise.sentence)}</p>{notes}'
        f"<code>{_text(promise.name)}</code></div>"
        f'<p class="goal"><b>{_text(promise.goal)}</b> {_text(promise.goal_says)}</p></div>'
    )


def _line(line: Line) -> str:
    return _text(line) if isinstance(line, str) else "".join(map(_run, line))


def _run(run: Run) -> str:
    match run:
        case Strong(text):
            return f"<b>{_text(text)}</b>"
        case Code(text):
            return f"<code>{_text(text)}</code>"
        case Team(side):
            return f'<b class="side t-{_text(side)}">{_text(wording.titled(side))}</b>'
        case Aside(text):
            return f"<small>{_text(text)}</small>"
        case _:
            return _text(run)
