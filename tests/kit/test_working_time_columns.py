from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa
import pytest

from revloop.kit import working_time
from revloop.kit.errors import CalendarNeverOpens, InvalidInput
from revloop.kit.working_time import ROUTING, Pause
from revloop.kit.working_time.calendar_history import CalendarHistory, Stretch
from revloop.kit.working_time.calendars import Calendar, always_open
from revloop.kit.working_time.columns import (
    NOBODY,
    NOT_JUDGED,
    Clocks,
    Pauses,
    Stretches,
    close_of_business_day,
    due,
    elapsed,
    held,
    responsible,
)
from revloop.kit.working_time.columns.arrow import (
    instants_from_arrow,
    instants_to_arrow,
    lengths_from_arrow,
    lengths_to_arrow,
)

from .example_calendars import CHANGES, KINDS, calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

MICROSECOND, SECOND, MINUTE, HOUR, DAY = (
    timedelta(microseconds=1),
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
CALENDARS = [calendar(kind, zone) for kind in KINDS for zone in CHANGES]
T = TypeVar("T")
REASONS = ("waiting_on_customer", "legal_hold", "")
AT_MOST = {"waiting_on_customer": 7 * HOUR + 3 * MICROSECOND, "legal_hold": 40 * HOUR}
OWNERS = ("ana", "bo", "cy")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
OFFICE = Calendar.from_hours("UTC", {"mon-fri": ["09:00-17:00"]})


def instants(moments: Iterable[datetime | None]) -> NDArray[np.datetime64]:
    naive = [moment and moment.astimezone(UTC).replace(tzinfo=None) for moment in moments]
    return np.array(naive, "datetime64[us]")


def lengths(amounts: Iterable[timedelta | None]) -> NDArray[np.timedelta64]:
    return np.array(list(amounts), "timedelta64[us]")


def numbers(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), np.int64)


@dataclass
class Chance:
    """A reproducible crowd of clocks, with every pause and handover that may befall one."""

    seed: int
    clocks: int = 400

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - a sample, not a secret
        self.starts = [NEW_YEAR + self.length(400 * DAY) for _ in range(self.clocks)]
        self.ends = [self.maybe(start + self.length(40 * DAY)) for start in self.starts]
        self.budgets = [
            self.maybe(self.length(90 * HOUR)) or timedelta() for _ in range(self.clocks)
        ]
        self.calendars = [self.random.randrange(len(CALENDARS)) for _ in range(self.clocks)]
        self.pauses = [self.some_pauses(start) for start in self.starts]
        self.stretches = [self.some_stretches(start) for start in self.starts]

    def length(self, most: timedelta) -> timedelta:
        return self.random.randrange(1, most // MICROSECOND) * MICROSECOND

    def maybe(self, value: T) -> T | None:
        return value if self.random.random() < 0.9 else None

    def some_pauses(self, start: datetime) -> list[Pause]:
        begins = [start - 3 * DAY + self.length(23 * DAY) for _ in range(self.random.randrange(6))]
        return [
            Pause(begin, self.maybe(begin + self.length(9 * DAY)), self.random.choice(REASONS))
            for begin in begins
        ]

    def some_stretches(self, start: datetime) -> list[tuple[datetime, int, int]]:
        since, found = start - self.length(5 * DAY), []
        for _ in range(self.random.randrange(1, 5)):
            owner = self.random.randrange(NOBODY, len(OWNERS))
            found.append((since, self.random.randrange(len(CALENDARS)), owner))
            since += self.length(8 * DAY)
        return found

    def shuffled(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        return self.random.sample(rows, len(rows))

    def pause_columns(self) -> Pauses:
        rows = self.shuffled(
            [
                (row, pause.start, pause.end, REASONS.index(pause.reason))
                for row, pauses in enumerate(self.pauses)
                for pause in pauses
            ]
        )
        clock, start, end, reason = zip(*rows, strict=True)
        return Pauses(numbers(clock), instants(start), instants(end), numbers(reason), REASONS)

    def stretch_columns(self) -> Stretches:
        rows = self.shuffled(
            [
                (row, *stretch)
                for row, stretches in enumerate(self.stretches)
                for stretch in stretches
            ]
        )
        clock, since, number, owner = zip(*rows, strict=True)
        return Stretches(numbers(clock), instants(since), numbers(number), numbers(owner))

    def histories(self) -> list[CalendarHistory]:
        return [
            CalendarHistory(
                tuple(
                    Stretch(since, CALENDARS[number], None if owner == NOBODY else OWNERS[owner])
                    for since, number, owner in stretches
                )
            )
            for stretches in self.stretches
        ]


@pytest.fixture(scope="module", params=range(3))
def chance(request: pytest.FixtureRequest) -> Chance:
    return Chance(request.param)


@dataclass
class Both:
    """The same clocks for both forms."""

    columns: Clocks
    timetables: Sequence[Calendar | CalendarHistory]
    pauses: list[list[Pause]]
    at_most: dict[str, timedelta]


@pytest.fixture(params=["one calendar each", "changing hands"])
def counted(request: pytest.FixtureRequest, chance: Chance) -> tuple[Any, Any]:
    if request.param == "changing hands":
        return chance.stretch_columns(), chance.histories()
    return numbers(chance.calendars), [CALENDARS[number] for number in chance.calendars]


@pytest.fixture(params=["no pauses", "pauses", "pauses with maxima"])
def both(request: pytest.FixtureRequest, chance: Chance, counted: tuple[Any, Any]) -> Both:
    counted_by, timetables = counted
    starts = instants(chance.starts)
    if request.param == "no pauses":
        none: list[list[Pause]] = [[] for _ in chance.starts]
        return Both(Clocks(CALENDARS, counted_by, starts), timetables, none, {})
    at_most = AT_MOST if request.param == "pauses with maxima" else {}
    columns = Clocks(CALENDARS, counted_by, starts, chance.pause_columns(), at_most)
    return Both(columns, timetables, chance.pauses, at_most)


def test_a_column_of_clocks_takes_as_long_as_each_clock(both: Both, chance: Chance) -> None:
    one_by_one = [
        end and working_time.elapsed(timetable, start, end, pauses, at_most=both.at_most)
        for timetable, start, end, pauses in zip(
            both.timetables, chance.starts, chance.ends, both.pauses, strict=True
        )
    ]

    assert elapsed(both.columns, instants(chance.ends)).tolist() == one_by_one


def due_or_never(timetable: Calendar | CalendarHistory, *clock: Any, **maxima: Any) -> Any:
    try:
        return working_time.due(timetable, *clock, **maxima)
    except InvalidInput as problem:
        if problem.code != "working_time.never_due":
            raise
        return None


def test_a_column_of_clocks_is_due_when_each_clock_is(both: Both, chance: Chance) -> None:
    one_by_one = [
        due_or_never(*clock, at_most=both.at_most)
        for clock in zip(both.timetables, chance.starts, chance.budgets, both.pauses, strict=True)
    ]

    columns = due(both.columns, lengths(chance.budgets))
    np.testing.assert_array_equal(columns, instants(one_by_one))


def test_a_column_of_terms_in_business_days_closes_as_each_does(
    counted: tuple[Any, Any], chance: Chance
) -> None:
    counted_by, timetables = counted
    days = [chance.random.randrange(9) for _ in chance.starts]
    one_by_one = [
        working_time.close_of_business_day(*term)
        for term in zip(timetables, chance.starts, days, strict=True)
    ]

    columns = close_of_business_day(
        Clocks(CALENDARS, counted_by, instants(chance.starts)), numbers(days)
    )
    np.testing.assert_array_equal(columns, instants(one_by_one))


@pytest.mark.parametrize("maxima", [{}, AT_MOST])
def test_owners_hold_and_answer_for_the_same_time_in_a_column(
    chance: Chance, maxima: dict[str, timedelta]
) -> None:
    stretches = chance.stretch_columns()
    clocks = Clocks(CALENDARS, stretches, instants(chance.starts), chance.pause_columns(), maxima)
    ends = instants(chance.ends)
    shares = held(clocks, ends).tolist()
    answers = responsible(clocks, ends).tolist()

    owners: dict[int | None, str | None] = {NOBODY: None, **dict(enumerate(OWNERS))}
    for row, history in enumerate(chance.histories()):
        end = chance.ends[row]
        mine = np.flatnonzero(stretches.clock == row)
        if end is None:
            assert {shares[at] for at in mine} == {None}
            assert answers[row] == NOT_JUDGED
            continue
        question = (history, chance.starts[row], end, chance.pauses[row])
        found: dict[str | None, timedelta] = {}
        for at in mine:
            owner = owners[int(stretches.owner[at])] if stretches.owner is not None else None
            found[owner] = found.get(owner, timedelta()) + shares[at]
        wanted = working_time.held(*question, at_most=maxima)
        assert {owner: share for owner, share in found.items() if share} == {
            owner: share for owner, share in wanted.items() if share
        }
        assert (owners[answers[row]] or ROUTING) == working_time.responsible(
            *question, at_most=maxima
        )


def test_stretches_without_owners_are_held_by_nobody() -> None:
    monday = datetime(2026, 6, 15, 9, tzinfo=UTC)
    stretches = Stretches(numbers([0, 0]), instants([monday, monday + 2 * HOUR]), numbers([0, 0]))
    clocks = Clocks([OFFICE], stretches, instants([monday]))

    assert held(clocks, instants([monday + 3 * HOUR])).tolist() == [2 * HOUR, HOUR]
    assert responsible(clocks, instants([monday + 3 * HOUR])).tolist() == [NOBODY]


def test_more_clocks_than_a_block_holds_are_answered_in_their_order() -> None:
    rows = np.arange(70_000)
    clocks = Clocks(
        [always_open()],
        np.zeros_like(rows),
        instants([NEW_YEAR]) + rows.astype("timedelta64[us]"),
        Pauses(
            rows[::7], np.repeat(instants([NEW_YEAR]), 10_000), np.full(10_000, "NaT", "M8[us]")
        ),
    )
    took = elapsed(clocks, np.repeat(instants([NEW_YEAR + DAY]), rows.size)).view(np.int64)

    # Every seventh is paused all day.
    assert (took == np.where(rows % 7 == 0, 0, 86_400 * 10**6 - rows)).all()


def test_a_clock_without_start_or_end_has_no_answer() -> None:
    starts = instants([NEW_YEAR, None, NEW_YEAR])
    clocks = Clocks([always_open()], numbers([0, 0, 0]), starts)

    assert elapsed(clocks, instants([NEW_YEAR + HOUR, NEW_YEAR, None])).tolist() == [
        HOUR,
        None,
        None,
    ]
    assert np.isnat(due(clocks, lengths([HOUR, HOUR, None]))).tolist() == [False, True, True]
    assert np.isnat(close_of_business_day(clocks, 1)).tolist() == [False, True, False]


def test_no_clocks_have_no_answers() -> None:
    clocks = Clocks([OFFICE], numbers([]), instants([]))

    assert elapsed(clocks, instants([])).size == 0
    assert due(clocks, HOUR).size == 0
    assert close_of_business_day(clocks, 3).size == 0
    unheld = Clocks([OFFICE], Stretches(numbers([]), instants([]), numbers([])), instants([]))
    assert held(unheld, instants([])).size == 0
    assert responsible(unheld, instants([])).size == 0


def test_one_budget_may_stand_for_all_clocks() -> None:
    monday = datetime(2026, 6, 15, 9, tzinfo=UTC)
    clocks = Clocks([OFFICE], numbers([0, 0]), instants([monday, monday + 7 * HOUR]))

    assert due(clocks, 2 * HOUR).tolist() == [
        datetime(2026, 6, 15, 11),  # noqa: DTZ001 - numpy has no zones
        datetime(2026, 6, 16, 10),  # noqa: DTZ001 - numpy has no zones
    ]


def test_a_budget_of_many_years_is_due_in_many_years() -> None:
    clocks = Clocks([always_open()], numbers([0]), instants([NEW_YEAR]))

    assert (due(clocks, 9_000 * DAY) == instants([NEW_YEAR + 9_000 * DAY])).all()


def test_too_many_calendars_for_one_table_are_refused_before_they_are_worked_out() -> None:
    starts = instants([datetime(1970, 1, 2, tzinfo=UTC), datetime(2100, 12, 30, tzinfo=UTC)])

    with pytest.raises(InvalidInput) as caught:
        elapsed(Clocks([OFFICE] * 2_048, numbers([0, 1]), starts), starts)

    assert caught.value.code == "working_time.too_many_calendars"


def test_clocks_of_all_years_fit_into_one_question() -> None:
    first = datetime(1970, 1, 2, tzinfo=UTC)
    last = datetime(2100, 12, 30, tzinfo=UTC)
    clocks = Clocks([OFFICE, always_open("Asia/Tokyo")], numbers([1, 0]), instants([first, last]))

    assert elapsed(clocks, instants([last, last])).tolist() == [last - first, timedelta()]


WRONG_ROWS: list[tuple[str, Callable[[Clocks], object]]] = [
    ("ends_before_start", lambda clocks: elapsed(clocks, clocks.start - np.timedelta64(1, "us"))),
    ("out_of_range", lambda clocks: elapsed(clocks, instants([NEW_YEAR.replace(year=9999)] * 2))),
    ("negative_budget", lambda clocks: due(clocks, -SECOND)),
    ("negative_budget", lambda clocks: close_of_business_day(clocks, -1)),
    ("unknown_number", lambda clocks: due(Clocks([], clocks.counted_by, clocks.start), SECOND)),
    ("without_stretches", lambda clocks: held(clocks, clocks.start)),
    ("columns_differ", lambda clocks: elapsed(clocks, clocks.start[:1])),
    ("columns_differ", lambda clocks: due(clocks, lengths([HOUR] * 3))),
    ("columns_differ", lambda clocks: due(Clocks([OFFICE], numbers([0]), clocks.start), HOUR)),
]


@pytest.mark.parametrize(("code", "question"), WRONG_ROWS)
def test_a_wrong_row_is_refused(code: str, question: Callable[[Clocks], object]) -> None:
    clocks = Clocks([OFFICE], numbers([0, 0]), instants([NEW_YEAR, NEW_YEAR]))

    with pytest.raises(InvalidInput) as caught:
        question(clocks)

    assert caught.value.code == f"working_time.{code}"


def test_a_wrong_pause_is_refused() -> None:
    start = instants([NEW_YEAR])
    for pauses, code in (
        (
            Pauses(numbers([0]), start, start - np.timedelta64(1, "us")),
            "pause_ends_before_it_starts",
        ),
        (Pauses(numbers([0]), instants([None]), start), "pause_ends_before_it_starts"),
        (Pauses(numbers([1]), start, start), "unknown_number"),
        (Pauses(numbers([0]), start, start, numbers([1])), "unknown_number"),
        (Pauses(numbers([0]), start, instants([])), "columns_differ"),
    ):
        with pytest.raises(InvalidInput) as caught:
            elapsed(Clocks([OFFICE], numbers([0]), start, pauses), start)
        assert caught.value.code == f"working_time.{code}"


def test_a_maximum_may_be_without_bound_but_not_negative() -> None:
    start = instants([datetime(2026, 6, 15, 9, tzinfo=UTC)])
    pauses = Pauses(numbers([0]), start, instants([None]))

    unlimited = Clocks([OFFICE], numbers([0]), start, pauses, {"": timedelta.max})
    assert elapsed(unlimited, start + np.timedelta64(1, "D")).tolist() == [timedelta()]
    with pytest.raises(InvalidInput, match="before they begin"):
        elapsed(Clocks([OFFICE], numbers([0]), start, pauses, {"": -SECOND}), start)


def test_a_history_speaks_for_every_moment_of_each_clock() -> None:
    start, later = instants([NEW_YEAR]), instants([NEW_YEAR + HOUR])
    for clock, since, code in (
        (numbers([0]), later, "starts_late"),
        (numbers([]), instants([]), "starts_late"),
        (numbers([0, 0]), np.append(start, start), "out_of_order"),
    ):
        stretches = Stretches(clock, since, np.zeros_like(clock))
        with pytest.raises(InvalidInput) as caught:
            elapsed(Clocks([OFFICE], stretches, start), later)
        assert caught.value.code == f"calendar_history.{code}"


@pytest.mark.parametrize(
    "closed",
    [
        Calendar.from_hours("UTC", {}),
        Calendar.from_hours("UTC", {}, also_open=[(NEW_YEAR, NEW_YEAR + HOUR)]),
        Calendar.from_hours(
            "UTC",
            {},
            also_open=[
                (NEW_YEAR, NEW_YEAR + HOUR),
                (NEW_YEAR + 61 * DAY + HOUR + SECOND, NEW_YEAR + 99 * DAY),
            ],
        ),
    ],
)
def test_a_calendar_that_never_opens_is_said_so(closed: Calendar) -> None:
    clocks = Clocks([OFFICE, closed], numbers([0, 1]), instants([NEW_YEAR, NEW_YEAR]))

    with pytest.raises(CalendarNeverOpens):
        due(clocks, 2 * HOUR)
    with pytest.raises(CalendarNeverOpens):
        close_of_business_day(clocks, 3)


def test_a_clock_that_needs_no_time_asks_no_calendar() -> None:
    closed = Calendar.from_hours("UTC", {})
    clocks = Clocks([closed], numbers([0, 0]), instants([NEW_YEAR, None]))

    assert np.isnat(due(clocks, lengths([timedelta(), HOUR]))).tolist() == [False, True]


def test_two_offices_that_hand_over_while_closed_may_never_open() -> None:
    # Each is closed for less than sixty days, but one after the other for more.
    first = Calendar.from_hours("UTC", {}, also_open=[(NEW_YEAR, NEW_YEAR + HOUR)])
    second = Calendar.from_hours(
        "UTC", {"mon-sun": ["00:00-24:00"]}, [date(2026, 1, 1) + day * DAY for day in range(80)]
    )
    stretches = Stretches(
        numbers([0, 0]), instants([NEW_YEAR, NEW_YEAR + 40 * DAY]), numbers([0, 1])
    )

    with pytest.raises(CalendarNeverOpens):
        due(Clocks([first, second], stretches, instants([NEW_YEAR])), 2 * HOUR)


# Arrow.


def test_columns_of_arrow_pass_through_and_nulls_stay_null() -> None:
    kind = pa.timestamp("us", tz="UTC")
    starts = pa.array([NEW_YEAR, None, NEW_YEAR], kind)
    ends = pa.chunked_array([pa.array([NEW_YEAR + HOUR], kind), pa.array([NEW_YEAR, None], kind)])
    clocks = Clocks([always_open()], numbers([0, 0, 0]), instants_from_arrow(starts))

    took = lengths_to_arrow(elapsed(clocks, instants_from_arrow(ends)))
    assert took.type == pa.duration("us")
    assert took.to_pylist() == [HOUR, None, None]
    moments = instants_to_arrow(due(clocks, HOUR))
    assert moments.type == kind
    assert moments.to_pylist() == [NEW_YEAR + HOUR, None, NEW_YEAR + HOUR]


def test_a_part_of_a_column_of_arrow_is_that_part() -> None:
    column = pa.array([HOUR, None, 2 * HOUR, 3 * HOUR], pa.duration("ms"))

    assert lengths_from_arrow(column[1:3]).tolist() == [None, 2 * HOUR]
    assert lengths_from_arrow(column[4:]).tolist() == []


def test_instants_in_another_zone_or_unit_are_the_same_instants() -> None:
    column = pa.array([NEW_YEAR], pa.timestamp("s", tz="Asia/Tokyo"))

    assert (instants_from_arrow(column) == instants([NEW_YEAR])).all()


def test_a_column_that_does_not_say_which_instants_it_holds_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        instants_from_arrow(pa.array([1], pa.timestamp("us")))
    assert caught.value.code == "working_time.naive_instant"
    with pytest.raises(InvalidInput) as caught:
        lengths_from_arrow(pa.array([1], pa.int64()))
    assert caught.value.code == "working_time.not_a_length"


def test_an_instant_finer_than_a_microsecond_is_refused_not_rounded() -> None:
    with pytest.raises(InvalidInput) as caught:
        instants_from_arrow(pa.array([1], pa.timestamp("ns", tz="UTC")))

    assert caught.value.code == "working_time.finer_than_microseconds"


def test_working_time_never_looks_for_pandas() -> None:
    program = """
import sys, numpy, pyarrow
from revloop.kit.working_time.columns.arrow import instants_from_arrow, instants_to_arrow

class NoPandas:
    def find_spec(self, name, path=None, target=None):
        assert name != "pandas"

sys.meta_path.insert(0, NoPandas())
instants = numpy.array(["2026-01-01", "NaT"], "datetime64[us]")
assert str(instants_from_arrow(instants_to_arrow(instants))) == str(instants)
"""

    subprocess.run([sys.executable, "-c", program], check=True)
