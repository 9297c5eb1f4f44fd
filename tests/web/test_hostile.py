"""A company in which every text of every fact was written to be run: each page shows it as a text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from django.test import Client

from revloop.kit.folder import Folder
from revloop.operations.access.rules import Role

from .hostile import COMPUTED, PAYLOADS, Shown, facts
from .story import AT, ago, agree, bring, number
from .test_data import hold
from .walking import pages


@pytest.fixture
def told(house: Folder, tmp_path: Path) -> Folder:
    agree(house)
    bring(house, tmp_path / "facts", facts(ago(3)))
    return house


def test_no_page_takes_a_text_for_more_than_a_text(
    told: Folder, signed_in: Callable[[Role], Client]
) -> None:
    from revloop.operations.people import actions  # noqa: PLC0415 - Django is loaded by now

    for each, text in enumerate(PAYLOADS):
        hold(told, text, text, text)
        twice = {"reference": [f"a:{each}", f"b:{each}"], "email": [f"y{each}@y.example"] * 2}
        cards = pa.table({**twice, "name": [text, text]})
        actions.record_contacts(cards, actor="test", at=AT, batch=text)
    client = signed_in(Role.ADMIN)
    shows_some = 0
    for address, page in pages(client):
        shown = Shown(page)
        assert shown.taken == [], address
        assert COMPUTED not in page, address
        shows_some += any(text in shown.text for text in PAYLOADS)
    assert shows_some > len(PAYLOADS)
    for each, text in enumerate(PAYLOADS):
        for address in (
            f"/companies/{number('account', f'account-{each}')}/",
            f"/people/{number('contact', f'contact-{each}')}/",
        ):
            assert text in Shown(client.get(address).content.decode()).text, text
