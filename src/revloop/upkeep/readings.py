"""Readings of a workspace: computed from its facts, or concluded from what was published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from revloop import engine
from revloop.kit.folder import Folder
from revloop.kit.version import VERSION

if TYPE_CHECKING:
    from revloop.analysis.ground import Ground, Setting
    from revloop.analysis.kept import Kept
    from revloop.analysis.reading import Asked, Result
    from revloop.engine import Facts
    from revloop.engine.published import Publication, Published


def setting(folder: Folder, facts: Facts, *, agreement: str | None = None) -> Setting:
    """What a reading of these facts depends on beside them; the database is connected.

    Args:
        folder: the workspace.
        facts: what is read; their `as_of` is the moment, else the newest moment they tell of.
        agreement: judge everything by this version instead of the one in force at each time.

    Raises:
        InvalidInput: `agreement.unknown_version`.
    """
    from revloop.analysis.ground import known_until  # noqa: PLC0415 - Ibis

    return _setting(folder, known_until(facts), agreement)


def _setting(folder: Folder, moment: datetime, agreement: str | None) -> Setting:
    from revloop.analysis.ground import ALWAYS, Setting, Tenure  # noqa: PLC0415 - Ibis
    from revloop.operations.ledger import queries  # noqa: PLC0415 - its tables

    company = folder.company()
    if agreement is not None:
        chosen = queries.contract(agreement, agreements=folder.agreements)
        tenures: tuple[Tenure, ...] = (Tenure(chosen, ALWAYS),)
    else:
        known = queries.record(folder.agreements)
        tenures = tuple(
            Tenure(kept.contract, tenure.begins, tenure.ends)
            for tenure in known.history.tenures
            if (kept := known.version(tenure.edition.version)) is not None
        )
    return Setting(moment, tenures, company.timezone, company.currency)


@contextmanager
def ground(
    folder: Folder,
    *,
    as_of: datetime | None = None,
    agreement: str | None = None,
    backend: Literal["duckdb", "spark"] = "duckdb",
) -> Iterator[Ground]:
    """The facts of a workspace, ready to be measured; the database is connected."""
    with engine.open(folder.lake, as_of=as_of, backend=backend) as facts:
        yield standing_on(folder, facts, agreement=agreement)


def standing_on(folder: Folder, facts: Facts, *, agreement: str | None = None) -> Ground:
    """Open facts, ready to be measured; the database is connected."""
    from revloop.analysis.ground import Ground  # noqa: PLC0415 - Ibis

    return Ground(facts, setting(folder, facts, agreement=agreement))


def read(on: Ground, name: str, asked: Asked) -> Result:
    """One reading, computed from the facts."""
    from revloop.analysis import needs, registry  # noqa: PLC0415 - Ibis
    from revloop.analysis.reading import concluded  # noqa: PLC0415 - likewise

    reading = registry.reading(name)
    reading.check(asked)
    lacks = needs.lacking(reading.needs, needs.filled(on.facts, reading.needs))
    tables = {} if lacks else {each.name: on.facts.arrow(each.measure(on)) for each in reading.sums}
    return concluded(
        reading, on.setting, asked, tables, lacks=lacks, snapshot=str(on.facts.snapshot)
    )


# What pages read.


def settled(folder: Folder) -> tuple[object, ...]:
    """What readings depend on beside the facts: with the same, they are the same."""
    from revloop.analysis import registry  # noqa: PLC0415 - Ibis
    from revloop.operations.ledger import queries  # noqa: PLC0415 - its tables

    company = folder.company()
    names = sorted(each.name for each in registry.sums(registry.READINGS))
    return (VERSION, names, queries.last_change(), company.timezone, company.currency)


def publish(
    folder: Folder, made: Publication, progress: Callable[[str], None] = lambda _: None
) -> Ground:
    """Lay the sums of every reading into a publication; the ground, for the rows behind them."""
    from revloop.analysis import needs, registry  # noqa: PLC0415 - Ibis
    from revloop.analysis.ground import Ground  # noqa: PLC0415 - likewise

    on = Ground(made.facts, setting(folder, made.facts))
    wanted = [need for reading in registry.READINGS.values() for need in reading.needs]
    there = needs.filled(on.facts, wanted)
    lacks = {
        name: list(needs.lacking(reading.needs, there))
        for name, reading in registry.READINGS.items()
    }
    for sums in registry.sums(name for name, lacking in lacks.items() if not lacking):
        progress(sums.name)
        made.lay(_laid(sums.name), on.facts.arrow(sums.measure(on)))
    made.said |= {"as_of": on.setting.as_of.isoformat(), "lacks": lacks}
    return on


@dataclass
class Readings:
    """The readings of one publication; they cost a few milliseconds each."""

    published: Published
    setting: Setting
    _read: dict[tuple[object, ...], Result] = field(default_factory=dict)

    @cached_property
    def _kept(self) -> Kept:
        """What one reading of a page made of the sums, and another of them needs, too."""
        from revloop.analysis.kept import Kept  # noqa: PLC0415 - as the rest of them

        return Kept()

    def read(self, name: str, asked: Asked) -> Result:
        """One reading, concluded from published sums; the same question is answered once."""
        from revloop.analysis import registry  # noqa: PLC0415 - Ibis
        from revloop.analysis.reading import concluded  # noqa: PLC0415 - likewise

        reading = registry.reading(name)
        reading.check(asked)
        key = (name, asked.period, asked.by, tuple(sorted(asked.where.items())))
        if key not in self._read:
            lacks = self.published.said["lacks"].get(name, ["its publication"])
            tables = {} if lacks else _Laid(self.published)
            made = concluded(
                reading,
                self.setting,
                asked,
                tables,
                lacks=lacks,
                snapshot=self.published.snapshot,
                kept=self._kept,
            )
            if len(self._read) >= _MOST_KEPT:
                self._read.clear()
            self._read[key] = made
        return self._read[key]

    @cached_property
    def known(self) -> Known:
        """What there is to choose from."""
        from revloop.analysis import registry  # noqa: PLC0415 - Ibis

        values: dict[str, set[str]] = {}
        months: set[str] = set()
        # One table may stand in several readings, in each with the cuts that these have.
        declared: dict[str, set[str]] = {}
        for name in self._shown():
            for sums in registry.READINGS[name].sums:
                declared.setdefault(sums.name, set()).update(sums.cuts)
        for name, own in declared.items():
            table = self.published.whole(_laid(name))
            # Sellers stand behind every segment and have none: their table lacks that cut.
            for cut in own & set(table.column_names):
                values.setdefault(cut, set()).update(map(str, table[cut].unique().to_pylist()))
            if _MONTH in table.column_names:
                months.update(str(each) for each in table[_MONTH].unique().to_pylist() if each)
        cuts = {cut: tuple(sorted(found)) for cut, found in values.items()}
        for name in self._shown():
            choices = registry.READINGS[name].choices
            cuts |= {choice: values(self.setting) for choice, values in choices.items()}
        return Known(tuple(sorted(months)), cuts)

    def _shown(self) -> list[str]:
        """The readings that can be told of what was published."""
        from revloop.analysis import registry  # noqa: PLC0415 - Ibis

        lacks = self.published.said["lacks"]
        return [name for name in registry.READINGS if not lacks.get(name, ["not published yet"])]


@dataclass(frozen=True, slots=True)
class Known:
    """The months and the values of cuts that occur in what was published."""

    months: tuple[str, ...]
    cuts: Mapping[str, tuple[str, ...]]


_MOST_KEPT = 2_000
_MONTH = "month"


class _Laid(Mapping[str, Any]):
    """The sums by name, each read when it is first needed."""

    def __init__(self, published: Published) -> None:
        self._published = published

    def __getitem__(self, name: str) -> Any:
        return self._published.whole(_laid(name))

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


_opened: dict[tuple[Folder, str], Readings] = {}


def published(folder: Folder) -> Readings | None:
    """The readings that were published last; None before the first. The database is connected."""
    from revloop.engine import published as publications  # noqa: PLC0415 - with numpy

    found = publications.current(folder.published)
    if found is None:
        return None
    key = (folder, found.version)
    if key not in _opened:
        moment = datetime.fromisoformat(found.said["as_of"])
        _opened.clear()
        _opened[key] = Readings(found, _setting(folder, moment, None))
    return _opened[key]


def _laid(name: str) -> str:
    return f"sums_{name}"
