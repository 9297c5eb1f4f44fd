"""Who has been in a stage for longer than nine of ten are: the number and the rows agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from revloop import engine
from revloop.analysis import registry
from revloop.analysis.ground import Ground, Setting
from revloop.analysis.loop import measures
from revloop.analysis.reading import Asked, Given

from ...engine.staging import Company
from .test_conversion import lead, moved

AS_OF = datetime(2026, 6, 30, tzinfo=UTC)


def read(made: Company) -> tuple[dict[str, object], list[int]]:
    """The row of the first stage, and the leads whose rows say that they are stalled, by key."""
    reading = registry.reading("time_in_stage")
    with engine.open(made.lake.path) as facts:
        ground = Ground(facts, Setting(AS_OF))
        tables = {each.name: facts.arrow(each.measure(ground)) for each in reading.sums}
        rows = facts.arrow(measures.stay_rows(ground)).to_pylist()
    found = reading.conclude(Given(ground.setting, Asked(), tables))
    first = found.table.to_pylist()[0]
    return first, [row["subject_id"] for row in rows if row["stalled"] == "stalled"]


def test_those_still_there_for_longer_than_nine_of_ten_are_stalled(tmp_path: Path) -> None:
    made = Company(tmp_path)
    begin = AS_OF - timedelta(days=100)
    made.append(
        "inquiry",
        *(lead(f"gone-{each}", begin) for each in range(38)),
        lead("stalled", AS_OF - timedelta(days=30)),
        lead("young", AS_OF - timedelta(days=3)),
    )
    made.append(
        "lifecycle_transition",
        *(
            moved(f"gone-{each}", begin + timedelta(days=1 + each % 10), "mql")
            for each in range(38)
        ),
    )
    row, stalled = read(made)

    assert (row["stage"], row["still_there"], row["stalled"]) == ("inquiry", 2, 1)
    assert len(stalled) == 1


def test_of_a_few_nobody_is_said_to_be_stalled(tmp_path: Path) -> None:
    made = Company(tmp_path)
    made.append("inquiry", lead("old", AS_OF - timedelta(days=300)), lead("gone", AS_OF))
    made.append("lifecycle_transition", moved("gone", AS_OF, "mql"))
    row, stalled = read(made)

    assert (row["still_there"], row["stalled"], stalled) == (1, None, [])
