"""The ledger names members by number, since its entries are never erased; a page says who that is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from revloop.operations.access import queries

_MEMBER = re.compile(r"\bmember:(\d{1,9})\b")


def with_names(texts: Iterable[str]) -> list[str]:
    """The texts, in which `member:3` is what the member is called."""
    listed = list(texts)
    numbers = {int(number) for text in listed for number in _MEMBER.findall(text)}
    called = queries.names(numbers) if numbers else {}
    return [_MEMBER.sub(lambda found: called.get(int(found[1]), found[0]), text) for text in listed]
