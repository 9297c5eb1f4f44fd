"""A stretch of a text file, in UTF-8, that moves through it."""

from __future__ import annotations

from collections.abc import Iterator

STRETCH = 8 * 1024 * 1024
"""Bytes that are looked at together; a record that is longer is reported as unreadable."""


class Window:
    """What comes next of a text: `data`, which begins on line `line` of the file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self.data = b""
        self.line = 1
        self.ended = False
        """Whether `data` holds the rest of the file."""
        self.fill()

    def fill(self, least: int = STRETCH) -> None:
        """Read on until there are so many bytes, or the end of the file."""
        parts = [self.data]
        size = len(self.data)
        while size < least and not self.ended:
            block = next(self._blocks, None)
            if block is None:
                self.ended = True
            else:
                parts.append(block)
                size += len(block)
        if len(parts) > 1:
            self.data = b"".join(parts)

    def advance(self, size: int, lines: int) -> None:
        """Step over so many bytes, which are so many lines."""
        self.data = self.data[size:]
        self.line += lines
        self.fill()

    def skip_line(self) -> bytes:
        """Step over the rest of a line that is longer than the window; gives how it began."""
        beginning = self.data[: 64 * 1024]
        while (end := _line_end(self.data, last=self.ended)) < 0:
            # A carriage return at the very end may be half of a line end.
            self.data = self.data[-1:] if self.data.endswith(b"\r") and not self.ended else b""
            if self.ended:
                return beginning
            self.fill()
        self.advance(end, 1)
        return beginning


def _line_end(data: bytes, *, last: bool) -> int:
    """How long the first line is with its end, or -1 if it goes on."""
    ends = [at for at in (data.find(b"\n"), data.find(b"\r")) if at >= 0]
    if not ends:
        return -1
    end = min(ends)
    if data[end : end + 1] == b"\r":
        if end + 1 == len(data) and not last:
            return -1
        return end + 2 if data[end + 1 : end + 2] == b"\n" else end + 1
    return end + 1
