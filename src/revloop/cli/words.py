"""What `revloop agreement words` shows: the words of conditions, by what each is read from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from revloop.agreement.contract import Contract
from revloop.agreement.explain import declared
from revloop.agreement.names import declared_names, words_in_scope
from revloop.cli.output import print_wrapped
from revloop.facts.vocabulary import ACCOUNT, ACTIVITY, CONTACT, INQUIRY, OPPORTUNITY, TOUCH, Word

_FACTS = {
    "account": ("Of the company", ACCOUNT),
    "contact": ("Of the person", CONTACT),
    "touch": ("Of a touch, and of the one that raised the hand", TOUCH),
    "activity": ("Of an activity; in a stage or lane: automated and outcome", ACTIVITY),
    "inquiry": ("Of the inquiry", INQUIRY),
    "opportunity": ("Of the opportunity, in stages", OPPORTUNITY),
}
_DECIDED = ("icp_tier", "icp_excluded", "persona", "lane")


def print_words(contract: Contract | None) -> None:
    groups = [(title, list(words)) for title, words in _FACTS.values()]
    if contract is not None:
        form = contract.form
        groups.append((f"Declared in {form.agreement} {form.version}", list(_declared(contract))))
    shown = [part for title, words in groups for part in (Text(title, "bold"), _table(words))]
    print_wrapped(Group(*shown))


def _table(words: list[Word]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2), pad_edge=True)
    for word in words:
        values = f": {', '.join(word.values)}" if word.values else ""
        table.add_row(word.name, Text(str(word.type), "dim"), f"{word.means}{values}")
    return table


def as_document(contract: Contract | None) -> list[dict[str, Any]]:
    facts = [_document(word, "facts") for _, words in _FACTS.values() for word in words]
    own = _declared(contract) if contract is not None else ()
    return [*facts, *(_document(word, "agreement") for word in own)]


def _document(word: Word, declared_in: str) -> dict[str, Any]:
    return {
        "name": word.name,
        "type": str(word.type),
        "of": word.of,
        "means": word.means,
        "values": list(word.values),
        "declared_in": declared_in,
    }


def _declared(contract: Contract) -> Iterator[Word]:
    """What the file decides (tier, persona, lane) and declares (signals, scores)."""
    usable = words_in_scope(contract.form, "stage")
    for name in (*_DECIDED, *declared_names(contract.form)):
        if name in usable:
            word = usable[name]
            signal = name in contract.form.signals
            means = declared.signal(contract, name) if signal else word.means
            yield Word(word.name, word.type, word.of, means, word.values)
