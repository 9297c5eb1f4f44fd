"""A page as a browser's parser sees it: its tags in order, and what is wrong with them."""

from __future__ import annotations

from html.parser import HTMLParser

_EMPTY = frozenset({"br", "hr", "img", "link", "meta"})


class Outline(HTMLParser):
    """Reads a page; `faults` lists tags that do not close as they opened."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        """What is said, with the tags around it."""
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1:] or 'nothing'}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((tuple(self._open), data.strip()))

    def attributes(self, tag: str, name: str) -> list[str]:
        return [values[name] or "" for each, values in self.tags if each == tag and name in values]

    def said_in(self, tag: str) -> list[str]:
        return [text for around, text in self.texts if tag in around]
