"""Why a row of a text file is not read, in words that both ways of reading use."""

from __future__ import annotations

HOLDS_NUL = "the row holds a NUL character, which no text may"
NOT_DECODABLE = "the row holds bytes that are not of the file's encoding"
NEVER_CLOSED = "a quote opens here and is not closed"


def wrong_width(cells: int, width: int, lines: tuple[int, int] | None = None) -> str:
    """`the row has 5 cells where the header has 3`."""
    counted = f"{cells} cell" + ("s" if cells != 1 else "")
    said = f"the row has {counted} where the header has {width}"
    if lines is not None:
        said += f"; it goes from line {lines[0]} to {lines[1]}: a quote may not be closed"
    return said


def out_of_place(lines: tuple[int, int] | None = None) -> str:
    """A quote ends a cell, and more text follows."""
    said = "a quote inside a quoted cell is not doubled"
    if lines is not None:
        said += f", or one is not closed: the row goes from line {lines[0]} to {lines[1]}"
    return said
