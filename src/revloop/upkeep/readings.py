"""Readings of a workspace: computed from its facts, or concluded from what was published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from revloop import engine
from revloop.kit.folder import Folder

if TYPE_CHECKING:
    from revloop.analysis.ground import Ground, Setting
    from revloop.analysis.reading import Asked, Result
    from revloop.engine import Facts


def setting(folder: Folder, facts: Facts, *, agreement: str | None = None) -> Setting:
    """What a reading of these facts depends on beside them; the database is connected.

    Args:
        folder: the workspace.
        facts: what is read; their `as_of` is the moment, else the newest moment they tell of.
        agreement: judge everything by this version instead of the one in force at each time.

    Raises:
        InvalidInput: `agreement.unknown_version`.
    """
    from revloop.analysis.ground import Setting, Tenure, known_until  # noqa: PLC0415 - Ibis
    from revloop.operations.ledger import queries  # noqa: PLC0415 - its tables

    moment = known_until(facts)
    company = folder.company()
    if agreement is not None:
        chosen = queries.contract(agreement, agreements=folder.agreements)
        tenures: tuple[Tenure, ...] = (Tenure(chosen, datetime.min.replace(tzinfo=moment.tzinfo)),)
    else:
        known = queries.record(folder.agreements)
        tenures = tuple(
            Tenure(kept.contract, tenure.begins, tenure.ends)
            for tenure in known.history.tenures
            if (kept := known.version(tenure.edition.version)) is not None
        )
    zone = company.timezone
    return Setting(moment, tenures, zone, company.currency)


@contextmanager
def ground(
    folder: Folder,
    *,
    as_of: datetime | None = None,
    agreement: str | None = None,
    backend: Literal["duckdb", "spark"] = "duckdb",
) -> Iterator[Ground]:
    """The facts of a workspace, ready to be measured; the database is connected."""
    from revloop.analysis.ground import Ground  # noqa: PLC0415 - Ibis

    with engine.open(folder.lake, as_of=as_of, backend=backend) as facts:
        yield Ground(facts, setting(folder, facts, agreement=agreement))


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
