"""From page to page as somebody could go: every address that a page names, asked for once."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.test import Client

_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
_EACH = 4
"""So many are opened of the addresses that differ in numbers and in what is asked for alone."""


def pages(client: Client, start: str = "/") -> Iterator[tuple[str, str]]:
    """Address and text of every kind of page that links lead to."""
    waiting, known, kinds = deque([start]), {start}, Counter[str]()
    while waiting:
        address = waiting.popleft()
        answer = client.get(address, follow=True)
        assert answer.status_code < 500, address
        if not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        yield address, page
        for link in _LINK.findall(page):
            found = urljoin(address, unescape(link)).partition("#")[0]
            if found not in known and found.startswith("/"):
                known.add(found)
                kinds[kind_of(found)] += 1
                if kinds[kind_of(found)] <= _EACH:
                    waiting.append(found)


def kind_of(address: str) -> str:
    """The same for addresses that show the same page of different things, or filtered otherwise."""
    return re.sub(r"[0-9a-f]*[0-9][0-9a-f.]*", "N", urlsplit(address).path)
