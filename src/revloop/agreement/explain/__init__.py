"""The whole agreement as a document that a head of sales can read and sign.

chapters.py   what the agreement says, chapter by chapter
promises.py   every promise as a sentence
document.py   what a document is made of
markdown.py   as Markdown
page.py       as one HTML page with nothing to load
"""

from __future__ import annotations

from revloop.agreement.contract import Contract
from revloop.agreement.explain.chapters import document
from revloop.agreement.explain.markdown import as_markdown
from revloop.agreement.explain.page import as_body, as_page


def to_markdown(contract: Contract) -> str:
    """The agreement as Markdown."""
    return as_markdown(document(contract))


def to_html(contract: Contract) -> str:
    """The agreement as one HTML page: no scripts, nothing to load, ready to print."""
    return as_page(document(contract))


def to_body(contract: Contract) -> str:
    """Contents and chapters as HTML, for a page that has a head and a style of its own."""
    return as_body(document(contract))


__all__ = ["document", "to_body", "to_html", "to_markdown"]
