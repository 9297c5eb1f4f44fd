"""What pages read is made of the facts: timelines, and one row for each company and person.

In the published tables a person and a company go by the number of the record that stands for them
in operations, since that is how pages name them; whom operations do not know has none, and is left
out. They hold no name and no address of a person: pages take those from operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from revloop import engine
from revloop.engine import published
from revloop.intake import people
from revloop.kit.folder import Folder
from revloop.upkeep import readings, status

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground

Progress = Callable[[str, int, int], None]
"""Told what is made now, how many tables are done, and of how many."""

_TABLES = 10
_LISTED = ("companies", "persons")


@dataclass(frozen=True, slots=True)
class Done:
    """What publishing came to."""

    version: str
    rows: dict[str, int]
    """Of each table."""
    is_new: bool
    """False where everything was as it is already."""
    to_the_lake: dict[str, int] = field(default_factory=dict)
    """Rows of who is who that the lake did not know, by kind."""


def follow(
    folder: Folder,
    progress: Progress = lambda *_: None,
    *,
    at: datetime,
    count_anew: bool = True,
) -> Done:
    """What operations decided reaches the lake, and the pages what is new in either.

    It asks before it waits for the lake's lock, which an import may hold. What is there, and what it
    can show, is counted where anything is new, and with `count_anew` in any case.
    """
    brought: dict[str, int] = {}
    if people.waiting(engine.Lake(folder.lake)):
        brought = people.publish_now(folder, at=at)
    made = publish(folder, progress)
    if made.is_new or count_anew:
        status.publish(folder, now=at)
    return replace(made, to_the_lake=brought)


def publish(folder: Folder, progress: Progress = lambda *_: None) -> Done:
    """Make anew what pages read, if facts or who is who changed since; the database is connected.

    It may be killed and run again at any time: pages read what was there before, or all that is new.
    """
    from revloop.operations.people import queries  # noqa: PLC0415 - once Django is loaded

    lake = engine.Lake(folder.lake)
    version = published.version_of(lake, *queries.last_numbers(), *readings.settled(folder))
    there = published.current(folder.published)
    if there is not None and there.version == version:
        return Done(version, there.rows, is_new=False)
    with published.publication(lake, folder.published, version) as made:
        numbers = _Numbers(
            _numbers(made, "account", "company"), _numbers(made, "contact", "person")
        )
        for done, (name, key, table) in enumerate(_tables(made, numbers)):
            progress(name, done, _TABLES)
            latest = "last_at" if name in _LISTED else ""
            made.write(name, table, key=key, many=name.endswith("_events"), latest=latest)
        on = readings.publish(folder, made, lambda name: progress(name, _TABLES, _TABLES))
        for name, table in _rows(on, made, numbers):
            progress(name, _TABLES, _TABLES)
            made.write(name, table, key="row")
    return Done(version, made.rows, is_new=True)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """By their keys in the lake, the numbers that companies and people have in operations."""

    company: ir.Table
    person: ir.Table

    def of(self, table: ir.Table) -> ir.Table:
        """The table with `company` beside `company_id`, and `person` beside `person_id`."""
        for name, numbers in (("company", self.company), ("person", self.person)):
            if f"{name}_id" in table.columns:
                table = table.left_join(numbers, table[f"{name}_id"] == numbers[f"{name}_key"])
                table = table.drop(f"{name}_key")
        return table


def _rows(
    on: Ground, made: published.Publication, numbers: _Numbers
) -> Iterator[tuple[str, ir.Table]]:
    """The rows behind readings, the newest first, numbered from 0 in the column `row`."""
    import ibis  # noqa: PLC0415 - half a second

    from revloop.analysis import registry  # noqa: PLC0415 - likewise

    shown = (name for name, lacks in made.said["lacks"].items() if not lacks)
    for rows in registry.rows(shown):
        told = rows.measure(on).rename(company_id="account_id", person_id="contact_id")
        told = numbers.of(told).drop("company_id", "person_id")
        newest, *rest = rows.order
        number = ibis.row_number().over(order_by=[ibis.desc(newest), *rest])
        yield rows.name, told.mutate(row=number).order_by("row")


def _tables(made: published.Publication, numbers: _Numbers) -> Iterator[tuple[str, str, ir.Table]]:
    """Name, key and rows of each table, in the order of the key."""
    import ibis  # noqa: PLC0415 - half a second

    from revloop.analysis.timeline import measures  # noqa: PLC0415 - likewise

    facts, numbered = made.facts, numbers.of

    def ordered(table: ir.Table, key: str, *order: Any) -> tuple[str, ir.Table]:
        keys = [each for each in ("company_id", "person_id", "digest") if each in table.columns]
        known = table.filter(table[key].notnull()).order_by(key, *order)
        return key, known.drop(*keys) if keys else known

    events = made.facts.kept(numbered(measures.events(facts)))
    latest = ibis.desc("at")
    for key in ("company", "person"):
        yield f"{key}_events", *ordered(events, key, latest, "digest", "fact", "what")
    made.until = facts.arrow(measures.newest(events))["at"][0].as_py()
    since = ibis.literal(made.until, events["at"].type())
    yield "companies", *ordered(numbered(measures.companies(facts, events, since)), "company")
    persons = made.facts.kept(numbered(measures.persons(facts, events, since)))
    yield "persons", *ordered(persons, "person")
    staff = persons.select("company", "person", "events", "last_at", "role")
    yield "company_people", *ordered(staff, "company", ibis.desc("events"), "person")
    sold = numbered(measures.opportunities(facts)).left_join(
        facts.references("opportunity").rename(opportunity_id="id"), "opportunity_id"
    )
    yield "opportunities", *ordered(sold, "company", latest, "opportunity_id")
    parts = numbered(measures.roles(facts))
    yield "roles", *ordered(parts, "company", "opportunity_id", "person", "role")
    for name, kind, said in (
        ("campaigns", "campaign", "name"),
        ("contents", "content_asset", "title"),
    ):
        rows = facts[kind]
        yield name, f"{kind}_id", rows.select(f"{kind}_id", name=rows[said]).order_by(f"{kind}_id")
    users = facts.references("user")
    yield "users", "user_id", users.rename(user_id="id").order_by("user_id")


def _numbers(made: published.Publication, entity: str, name: str) -> ir.Table:
    """`<name>_key`, the key in the lake, and `<name>`, the number in operations."""
    import pyarrow as pa  # noqa: PLC0415 - only where there is something to publish
    import pyarrow.parquet as pq  # noqa: PLC0415 - likewise

    from revloop.operations.people import queries  # noqa: PLC0415 - once Django is loaded

    file = made.scratch / f"{entity}-numbers.parquet"
    types: dict[str, pa.DataType] = {name: pa.int64(), "reference": pa.string()}
    schema = pa.schema(types)
    with pq.ParquetWriter(file, schema) as writer:
        for some in queries.numbers(entity):
            writer.write_table(pa.table(list(zip(*some, strict=True)), schema=schema))
    keys = made.facts.references(entity)
    known = made.read([file]).join(keys, "reference")
    return made.facts.kept(known.select(known[name], **{f"{name}_key": known.id}))
