"""What `revloop.open(path)` returns: a company's facts, for notebooks and programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from revloop import engine, operations
from revloop.kit import clock, folder
from revloop.kit.errors import InvalidInput

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from revloop.agreement.contract import Contract
    from revloop.analysis.credit.journey import Journey
    from revloop.analysis.ground import Ground
    from revloop.analysis.reading import Result
    from revloop.engine import Snapshot
    from revloop.upkeep.status import Status


Backend = Literal["duckdb", "spark"]


class Workspace:
    """A workspace as it stood when it was opened; what is imported later is seen by the next one.

    with revloop.open("acme") as acme:
        won = acme["opportunity"].filter(lambda o: o.is_won)
        print(acme.arrow(won.group_by("lead_source").aggregate(n=won.count())))
    """

    def __init__(
        self, path: Path, *, as_of: datetime | None = None, backend: Backend = "duckdb"
    ) -> None:
        self.folder = folder.find(path)
        self.folder.read_settings()
        self.facts = engine.open(self.folder.lake, as_of=as_of, backend=backend)
        self._grounds: dict[str | None, Ground] = {}

    def __getitem__(self, kind: str) -> ir.Table:
        """The facts of a kind in force, as an Ibis table: `acme["touch"]`."""
        return self.facts[kind]

    def history(self, kind: str) -> ir.Table:
        """Every version of every fact of a kind, deleted ones included."""
        return self.facts.history(kind)

    def arrow(self, table: ir.Table) -> pa.Table:
        """Compute a table of these facts into memory; instants are in UTC."""
        return self.facts.arrow(table)

    @property
    def snapshot(self) -> Snapshot:
        """Which version of each table is read; two readings of one snapshot agree."""
        return self.facts.snapshot

    def with_names(self, kind: str) -> pa.Table:
        """Contacts, accounts or users with what names them: personal data, joined in on request.

        Returns a table in memory: the columns of the kind, and those that operations keep of it,
        such as `first_name`, `last_name` and `email` of a contact.
        """
        operations.connect(self.folder)
        from revloop.operations.people import queries  # noqa: PLC0415

        readers = {
            "contact": queries.contact_names,
            "account": queries.account_names,
            "user": queries.user_names,
        }
        if kind not in readers:
            raise InvalidInput(
                "names.of_none",
                f"{kind} has no names",
                hint=f"ask for {', '.join(readers)}",
            )
        facts = self.arrow(self.facts[kind])
        keys = self.arrow(self.facts.references(kind)).rename_columns([f"{kind}_id", "reference"])
        names = readers[kind]()
        private = [name for name in names.column_names if name not in facts.column_names]
        named = keys.join(names.select(private), "reference")
        return facts.join(named.drop_columns(["reference"]), f"{kind}_id", join_type="left outer")

    def agreement(self, at: datetime | None = None) -> Contract | None:
        """The agreement that governs an instant, now if none is given; None before the first."""
        operations.connect(self.folder)
        from revloop.operations.ledger import queries  # noqa: PLC0415

        return queries.in_force(at or clock.now(), agreements=self.folder.agreements)

    def read(
        self,
        name: str,
        *,
        period: str | None = None,
        by: str | Sequence[str] = (),
        where: Mapping[str, str] | None = None,
        agreement: str | None = None,
    ) -> Result:
        """One reading: `acme.read("stage_conversion", by="source", period="2026-Q2")`.

        Args:
            name: of the reading; `revloop read --list` shows them.
            period: the months in which subjects entered: `2026-Q2`, `2026-05`, `2026`,
                `2025-10..2026-03`; all that is known where it is None.
            by: one row for each value of these cuts.
            where: only subjects with these values of cuts.
            agreement: judge everything by this version.

        Returns:
            A result with `table` (Arrow), `sentence`, `headline`, `sheet()`, `chart()` and
            `provenance`; a notebook shows it as it is.

        Raises:
            InvalidInput: `reading.unknown`, `reading.period`, `reading.no_such_cut`,
                `agreement.unknown_version`.

        """
        from revloop.analysis.periods import Period  # noqa: PLC0415
        from revloop.analysis.reading import Asked  # noqa: PLC0415
        from revloop.upkeep import readings  # noqa: PLC0415

        cuts = (by,) if isinstance(by, str) else tuple(by)
        asked = Asked(Period.read(period) if period else None, cuts, dict(where or {}))
        return readings.read(self._ground(agreement), name, asked)

    def journey(self, opportunity: int) -> Journey | None:
        """What an opportunity booked, touch by touch, with what each touch earned by every model.

        Args:
            opportunity: its `opportunity_id`, as the readings `journeys` and `credit` name it.

        Returns:
            A journey with `booked`, `table` (Arrow), `sentence` and `chart()`; None where nothing was
            booked by it, or nobody was touched.

        """
        from revloop.analysis.credit.journey import journey  # noqa: PLC0415
        from revloop.analysis.credit.laying import TOUCH_ROWS  # noqa: PLC0415

        ground = self._ground(None)
        touches = ground.once(TOUCH_ROWS.measure)
        own = touches.filter(touches["opportunity_id"] == opportunity)
        return journey(self.arrow(own).to_pylist(), ground.setting)

    def _ground(self, agreement: str | None) -> Ground:
        from revloop.upkeep import readings  # noqa: PLC0415

        if agreement not in self._grounds:
            operations.connect(self.folder)
            self._grounds[agreement] = readings.standing_on(
                self.folder, self.facts, agreement=agreement
            )
        return self._grounds[agreement]

    def status(self) -> Status:
        """What is there, how fresh it is, and what it can show."""
        from revloop.upkeep.status import status  # noqa: PLC0415

        return status(self.folder, now=clock.now())

    def close(self) -> None:
        self.facts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Workspace({str(self.folder.path)!r})"
