"""Cells of the files that pages give: no program that opens one may take a cell for a formula."""

from __future__ import annotations

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")  # noqa: RUF001 - as spreadsheets take them


def plain_cell(value: object) -> object:
    """A number as it is; a text that a spreadsheet would run gets an apostrophe before it."""
    if not isinstance(value, str):
        return value
    begins = value.lstrip(" \"';")[:1]
    return f"'{value}" if value and begins in _BEGINS_A_FORMULA else value
