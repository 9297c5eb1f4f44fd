"""The ways that journeys took."""

from __future__ import annotations

from pathlib import Path

from revloop import engine

from .story import day, people, read, setting, sold, tell, touch


def test_ways_are_channels_in_the_order_of_their_first_touch(tmp_path: Path) -> None:
    made = tell(
        tmp_path,
        {
            "account": [{"source_id": name, "at": day(-9)} for name in ("acme", "bolt", "calm")],
            "contact": people(ann="acme", ben="bolt", cat="calm"),
            "opportunity": [
                sold("o1", 40, 60, 100_00),
                sold("o2", 40, 80, 50_00, account_id="crm:bolt"),
                sold("o3", 40, 80, 70_00, account_id="crm:calm")
                | {"is_won": False, "loss_reason": "price"},
            ],
            "touch": [
                touch("a1", "ann", 20, "web"),
                touch("a2", "ann", 21, "sales"),
                touch("a3", "ann", 22, "web"),
                touch("b1", "ben", 30, "web"),
                touch("b2", "ben", 31, "sales"),
                touch("c1", "cat", 20, "web"),
                touch("c2", "cat", 21, "sales"),
                touch("c3", "cat", 23, "event"),
            ],
        },
    )
    with engine.open(made.lake.path) as opened:
        result = read(opened, "journeys", setting())
        spring = read(opened, "journeys", setting(), period="2025-03")

    told = [
        {name: row[name] for name in ("path", "won", "n", "booked", "touches")}
        for row in result.table.to_pylist()
    ]
    assert told == [
        {"path": "web → sales", "won": 2, "n": 2, "booked": 150_00, "touches": 2.5},
        {"path": "web → sales → event", "won": 0, "n": 1, "booked": 0, "touches": None},
    ]
    assert [row["channels"] for row in result.found.more["lengths"].to_pylist()] == [2, 3]
    assert "web → sales" in result.sentence
    assert [row["booked"] for row in spring.table.to_pylist()] == [100_00 + 50_00, 0]
