"""Who works at Acme: teams, users, their hours and absences.

The sellers who answer leads are those that the agreement's routing names. A large company has the
same sales floor once for each block of accounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from revloop.example import agreements
from revloop.example.chance import between, choose, stream
from revloop.example.moments import DAY, HOUR, NEVER, Flags, Ints, instant
from revloop.example.tables import Column, Money, named, pick, staged

REGIONS = ("new_york", "berlin")
CALENDAR_OF_REGION = ("us_east", "dach")
OPENED = instant("2018-01-08T09:00:00-05:00")
"""When Acme began."""


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    role: str
    job: str
    team: str
    region: int
    manager: str | None = None
    weight: int = 0
    """Share of the leads, as the agreement's routing gives it."""
    left: str | None = None


TEAMS = (
    ("marketing", "Marketing", "marketing", None, None),
    ("sales", "Sales", "sales", None, None),
    ("sales-ny", "Sales New York", "sales", "new_york", "sales"),
    ("sales-be", "Sales Berlin", "sales", "berlin", "sales"),
    ("success", "Customer Success", "success", None, None),
    ("office", "Executive office", None, None, None),
)

FLOOR = (
    Person("ana", "Ana Kovač", "sales", "SDR", "sales-ny", 0, "max", 3),
    Person("bo", "Bo Lindqvist", "sales", "SDR", "sales-ny", 0, "max", 2),
    Person("cy", "Cy Adeyemi", "sales", "SDR", "sales-be", 1, "nina", 1),
    Person("dee", "Dee Castellanos", "sales", "Account Executive", "sales-ny", 0, "max"),
    Person("eli", "Eli Rosenthal", "sales", "Account Executive", "sales-ny", 0, "max"),
    Person("flo", "Flo Nakamura", "sales", "Account Executive", "sales-ny", 0, "max"),
    Person("gus", "Gus Öztürk", "sales", "Account Executive", "sales-be", 1, "nina"),
    Person("ida", "Ida Brandt", "sales", "Account Executive", "sales-be", 1, "nina"),
    Person("sam", "Sam O'Leary", "success", "Success Manager", "success", 0, "uma"),
    Person("tess", "Tess van Dijk", "success", "Success Manager", "success", 1, "uma"),
)
"""Those who work with accounts."""

HOUSE = (
    Person("ines", "Inés Fuentes", "executive", "Chief Executive Officer", "office", 0),
    Person(
        "dana", "Dana Whitfield", "marketing", "Chief Marketing Officer", "marketing", 0, "ines"
    ),
    Person("lee", "Lee Park", "sales", "Chief Revenue Officer", "sales", 0, "ines"),
    Person("otto", "Otto Weiß", "finance", "Chief Financial Officer", "office", 1, "ines"),
    Person("rae", "Rae Mbeki", "revops", "Head of Revenue Operations", "office", 0, "ines"),
    Person("max", "Max Delacroix", "sales", "Sales Manager", "sales-ny", 0, "lee"),
    Person("nina", "Nina Hoffmann", "sales", "Sales Manager", "sales-be", 1, "lee"),
    Person("mia", "Mia Torres", "marketing", "Demand Generation", "marketing", 0, "dana"),
    Person("noor", "Noor Rahman", "marketing", "Pricing", "marketing", 0, "dana"),
    Person("pau", "Pau Ferrer", "marketing", "Content", "marketing", 1, "dana"),
    Person("quin", "Quin Zhao", "marketing", "Events", "marketing", 0, "dana"),
    Person("ravi", "Ravi Menon", "marketing", "Marketing Operations", "marketing", 1, "dana"),
    Person("uma", "Uma Sørensen", "success", "Head of Success", "success", 1, "ines"),
    Person("vic", "Vic Moreau", "success", "Onboarding", "success", 0, "uma"),
    Person("wes", "Wes Thornton", "success", "Support", "success", 0, "uma"),
    Person("xia", "Xia Feng", "success", "Support", "success", 1, "uma"),
    Person(
        "gil", "Gil Acosta", "sales", "Account Executive", "sales-ny", 0, "max", 0, "2023-06-30"
    ),
)
QUEUE = "live_queue"
MARKETERS = ("mia", "pau", "quin")


@dataclass(frozen=True, eq=False)
class Floor:
    """The people of one block who work with accounts; numbers are positions in `people`."""

    block: int

    @cached_property
    def people(self) -> tuple[str, ...]:
        return tuple(floor_id(person.id, self.block) for person in FLOOR)

    @cached_property
    def calendar(self) -> Ints:
        """The number of each person's calendar in `agreements.CALENDARS`."""
        return np.array([person.region for person in FLOOR])

    def references(self, numbers: Ints) -> Column:
        """References to people; a negative number is nobody."""
        return pick(named(self.people), numbers)

    def has_job(self, numbers: Ints, job: str) -> Flags:
        jobs = np.array([person.job == job for person in FLOOR])
        return jobs[numbers] & (numbers >= 0)

    def in_turn(self, region: Ints, job: str) -> Ints:
        """Who takes each row, in the order of the rows: by weight among those of its region."""
        taken = np.zeros(region.size, np.int64)
        for number in range(len(REGIONS)):
            turns = _turns(number, job)
            rows = np.flatnonzero(region == number)
            taken[rows] = turns[np.arange(rows.size) % turns.size]
        return taken


def _turns(region: int, job: str) -> Ints:
    """One cycle of smooth weighted round robin."""
    weights = {
        number: person.weight or 1
        for number, person in enumerate(FLOOR)
        if person.region == region and person.job == job
    }
    current = dict.fromkeys(weights, 0)
    turns = []
    for _ in range(sum(weights.values())):
        for number, weight in weights.items():
            current[number] += weight
        winner = max(current, key=lambda number: (current[number], -number))
        current[winner] -= sum(weights.values())
        turns.append(winner)
    return np.array(turns)


def floor_id(name: str, block: int) -> str:
    return f"{name}-{block + 1}" if block else name


def manager_of(region: Ints) -> Ints:
    """The position of each region's sales manager in `MANAGERS`."""
    return region


MANAGERS = ("max", "nina")


def teams() -> pa.Table:
    ids, names, sides, regions, above = zip(*TEAMS, strict=True)
    return staged(
        "team",
        {
            "source_id": ids,
            "at": np.full(len(ids), OPENED),
            "recorded_at": np.full(len(ids), OPENED),
            "name": names,
            "side": sides,
            "region": regions,
            "parent_team_id": named(pa.array(above, pa.string())),
        },
    )


def users(blocks: int) -> pa.Table:
    people = [(person, person.id) for person in HOUSE]
    people += [(person, floor_id(person.id, block)) for block in range(blocks) for person in FLOOR]
    ids = [*(id_ for _, id_ in people), QUEUE]
    leads = [25 if person.job == "SDR" else None for person, _ in people]
    quotas = [18_000_000 if person.job == "Account Executive" else None for person, _ in people]
    gone = [instant(f"{person.left}T00:00:00Z") if person.left else NEVER for person, _ in people]
    names = [person.name for person, _ in people]
    return staged(
        "user",
        {
            "source_id": ids,
            "at": np.full(len(ids), OPENED),
            "recorded_at": np.full(len(ids), OPENED),
            "role": [*(person.role for person, _ in people), "sales"],
            "job": [*(person.job for person, _ in people), None],
            "team_id": named(pa.array([*(person.team for person, _ in people), "sales"])),
            "manager_user_id": named(
                pa.array([*(person.manager for person, _ in people), "lee"], pa.string())
            ),
            "region": [*(REGIONS[person.region] for person, _ in people), None],
            "timezone": [
                agreements.timezone(CALENDAR_OF_REGION[region]) for region in _regions(people)
            ],
            "calendar": [CALENDAR_OF_REGION[region] for region in _regions(people)],
            "is_active": [*(person.left is None for person, _ in people), True],
            "is_queue": [*(False for _ in people), True],
            "active_from": np.full(len(ids), OPENED),
            "active_to": np.array([*gone, NEVER]),
            "capacity_open_leads": pa.array([*leads, None], pa.int64()),
            "quota": Money(pa.array([*quotas, None], pa.int64())),
            "quota_period": pa.array(
                [*("quarter" if quota else None for quota in quotas), None], pa.string()
            ),
            "name": [*names, "Live queue"],
            "first_name": pa.array([*(name.split(" ")[0] for name in names), None], pa.string()),
            "last_name": pa.array([*(name.split(" ", 1)[1] for name in names), None], pa.string()),
            "email": pa.array([*(f"{id_}@acme.example" for _, id_ in people), None], pa.string()),
        },
    )


def _regions(people: list[tuple[Person, str]]) -> Iterator[int]:
    yield from (person.region for person, _ in people)
    yield 0  # the queue keeps the hours of New York


def user_calendars() -> pa.Table:
    names = agreements.CALENDARS
    at = np.full(len(names), OPENED)
    return staged(
        "user_calendar",
        {
            "source_id": [f"hours-{name}" for name in names],
            "at": at,
            "recorded_at": at,
            "calendar": names,
            "timezone": [agreements.timezone(name) for name in names],
            "hours": [
                [f"{day} {window}" for day in _WORKING_DAYS for window in agreements.hours(name)]
                for name in names
            ],
            "holidays": [list(agreements.closed(name)) for name in names],
        },
    )


_WORKING_DAYS = ("mon", "tue", "wed", "thu", "fri")


def absences(seed: int, blocks: int, begin: int, end: int) -> pa.Table:
    """Each person is away about four times a year."""
    chance = stream(seed, -1, "absences")
    ids = [floor_id(person.id, block) for block in range(blocks) for person in FLOOR]
    years = max(1, round((end - begin) / (365 * DAY)))
    who = np.repeat(np.arange(len(ids)), 4 * years)
    days = between(chance, 0, max(1, (end - begin) // DAY - 20), who.size)
    reason = choose(chance, (0.55, 0.30, 0.15), who.size)
    lengths = np.array([10, 2, 3])[reason] + between(chance, 0, 3, who.size)
    order = np.lexsort((days, who))
    at = (begin + days * DAY + 5 * HOUR)[order]
    return staged(
        "absence",
        {
            "source_id": [f"away-{number}" for number in range(1, who.size + 1)],
            "at": at,
            "recorded_at": at - 7 * DAY * (reason[order] != 1),
            "user_id": pick(named(ids), who[order]),
            "until": at + lengths[order] * DAY,
            "reason": [("holiday", "illness", "training")[code] for code in reason[order]],
        },
    )
