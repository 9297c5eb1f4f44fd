from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revloop.kit.errors import InvalidInput
from revloop.operations.ledger.chain import Entry, Happened, Head, breaks, next_entry

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def chain_of(length: int) -> list[Entry]:
    head, found = Head(), []
    for number in range(length):
        happened = Happened("person.merged", str(number), "lee", AT, {"into": number})
        found.append(next_entry(head, happened, AT))
        head = Head(found[-1].sequence, found[-1].hash)
    return found


def head_of(entries: list[Entry]) -> Head:
    return Head(entries[-1].sequence, entries[-1].hash) if entries else Head()


def test_the_hash_is_the_one_that_the_docstring_describes() -> None:
    """Worked out by other means: `printf '["",1,…]' | sha256sum`."""
    happened = Happened("agreement.signed", "1.0.0", "lee", AT, {"role": "sales", "n": 1})

    entry = next_entry(Head(), happened, AT + timedelta(microseconds=5))

    assert entry.data_text == '{"n":1,"role":"sales"}'
    assert entry.hash == "32536a7a3c0a71c088bd9a7a8af5372ee6cc93aac06f2358ecf0cfae52a20450"


@pytest.mark.parametrize("length", [0, 1, 7])
def test_an_untouched_chain_has_no_break(length: int) -> None:
    entries = chain_of(length)

    assert list(breaks(entries, head_of(entries))) == []


@given(
    position=st.integers(0, 6),
    change=st.sampled_from(
        [
            {"subject": "another"},
            {"actor": "another"},
            {"kind": "another.kind"},
            {"at": AT - timedelta(microseconds=1)},
            {"recorded_at": AT + timedelta(microseconds=1)},
            {"data_text": '{"into":99}'},
            {"hash": "0" * 64},
            {"previous": "0" * 64},
        ]
    ),
)
def test_any_change_of_any_entry_is_found(position: int, change: dict[str, object]) -> None:
    entries = chain_of(7)
    head = head_of(entries)
    entries[position] = replace(entries[position], **change)  # type: ignore[arg-type]

    assert list(breaks(entries, head))


@given(st.integers(0, 6), st.integers(0, 6))
def test_a_missing_or_moved_entry_is_found(one: int, other: int) -> None:
    entries = chain_of(7)
    head = head_of(entries)
    without = [each for number, each in enumerate(entries) if number != one]

    assert list(breaks(without, head))
    if one != other:
        entries[one], entries[other] = entries[other], entries[one]
        assert list(breaks(entries, head))


def test_an_entry_that_was_changed_with_its_hash_breaks_the_link_to_the_next() -> None:
    entries = chain_of(3)
    head = head_of(entries)
    forged = Happened("person.merged", "1", "lee", AT, {"into": 99})
    entries[1] = next_entry(Head(1, entries[0].hash), forged, AT)

    assert list(breaks(entries, head)) == [
        "entry 3 of the ledger does not follow from the one before it"
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"actor": ""}, "ledger.not_plain"),
        ({"subject": "two\nlines"}, "ledger.not_plain"),
        ({"subject": "half a character \ud800"}, "ledger.not_plain"),
        ({"kind": "a" * 65}, "ledger.not_plain"),
        ({"at": datetime(2026, 3, 1, 12)}, "working_time.naive_instant"),  # noqa: DTZ001
    ],
)
def test_what_cannot_stand_in_a_ledger_is_refused(changes: dict[str, object], code: str) -> None:
    given = {"kind": "person.merged", "subject": "1", "actor": "lee", "at": AT, **changes}

    with pytest.raises(InvalidInput) as refused:
        Happened(**given)  # type: ignore[arg-type]

    assert refused.value.code == code


@pytest.mark.parametrize("data", [{"at": AT}, {"share": float("nan")}, {"ids": {1, 2}}])
def test_data_that_json_cannot_say_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        next_entry(Head(), Happened("person.merged", "1", "lee", AT, data), AT)

    assert refused.value.code == "ledger.not_json"
