"""What a reading is: one number with its question, its meaning, its formula and what it rests on.

A reading is made in two steps. A measure turns tables of facts into sums: one row for each month and
each combination of cuts, holding counts that may be added. What a page or a person asks for is then
added up and concluded from the sums. So a filter costs nothing, and there is one definition of every
number whether it is printed, drawn or read in a notebook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from revloop.analysis.ground import Ground, Setting
from revloop.analysis.kept import Kept
from revloop.analysis.needs import Need
from revloop.analysis.periods import Period
from revloop.kit.errors import InvalidInput
from revloop.kit.spelling import did_you_mean

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

    from revloop.analysis.sheet import Sheet

T = TypeVar("T")
UNKNOWN = "not known"
"""The value of a cut where the facts do not say it."""
MONTH = "month"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table of a reading."""

    name: str
    means: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts that may be added, by month and by cuts; what readings are concluded from."""

    name: str
    measure: Callable[[Ground], ir.Table]
    """A table with `month` (text, `2026-05`, or null where the subject has none), the cuts as texts,
    and columns of whole numbers.

    Where a subject is asked about in many months, as an opportunity that is open in them, there is no
    `month` but the days by which the reading tells them; and who stands behind a number and has not
    all its cuts, as a seller has no segment, is there for every value of those.
    """
    cuts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """What a number is made of, one row for each subject."""

    name: str
    measure: Callable[[Ground], ir.Table]
    """A table with `month`, the cuts, and the keys and instants of each subject; with `account_id`
    and `contact_id`, by which pages name whom it is about."""
    order: tuple[str, ...]
    """The newest first by the first of these; the others end every tie."""
    columns: tuple[Column, ...] = ()
    """What a list of them shows beside whom they are about."""
    filters: tuple[str, ...] = ()
    """Columns of texts by which a list is narrowed, beside month and cuts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know."""

    period: Period | None = None
    """The months in which subjects entered; all that is known where it is None."""
    by: tuple[str, ...] = ()
    """One row for each value of these cuts."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Only subjects with these values of cuts."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """Subjects that are in no denominator, and why."""

    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The one number that answers the question."""

    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    """Ends of the 95 % interval, where there is one."""
    x: int | None = None
    n: int | None = None
    """Of how many."""


@dataclass(frozen=True)
class Found:
    """What a reading came to."""

    table: pa.Table
    sentence: str
    """The answer, with its number, its interval and its n."""
    headline: Headline | None = None
    excluded: tuple[Excluded, ...] = ()
    lacks: tuple[str, ...] = ()
    """What the facts do not hold, in words; with any of it the table is empty."""
    notes: tuple[str, ...] = ()
    """What a reader must know to read the number rightly."""
    more: Mapping[str, pa.Table] = field(default_factory=dict)
    """Further tables: curves, the family of tests, points of a chart."""


@dataclass(frozen=True)
class Given:
    """The sums of a reading, as far as they are asked for."""

    setting: Setting
    asked: Asked
    tables: Mapping[str, pa.Table]
    kept: Kept = field(default_factory=Kept, compare=False, repr=False)
    """What other readings of the same setting and the same tables made of them."""

    def once(
        self, what: str, sums: Sequence[str], make: Callable[[], T], also: tuple[object, ...] = ()
    ) -> T:
        """What is made of these sums as far as they are asked for, by the first who needs it.

        Args:
            what: what it is.
            sums: the sums that are read by `sums` or `everything`; others may be read as a whole.
            make: makes it. What it depends on beside these sums is in `also`.
            also: with another of these it is another.

        """
        columns = {column for name in sums for column in self.tables[name].column_names}
        where = tuple(sorted((cut, v) for cut, v in self.asked.where.items() if cut in columns))
        return self.kept.once((what, self.asked.period, where, also), make)

    def sums(self, name: str) -> pa.Table:
        """Rows of the months and of the values of cuts that were asked for."""
        return within(self.everything(name), self.asked.period)

    def everything(self, name: str) -> pa.Table:
        """Rows of every month, with the values of cuts that were asked for."""
        table = self.tables[name]
        there = {cut: each for cut, each in self.asked.where.items() if cut in table.column_names}
        return those(table, there)


@dataclass(frozen=True)
class Reading:
    """One number of the program."""

    name: str
    title: str
    question: str
    meaning: str
    unit: str
    grain: str
    """What one subject is: `a pass of a lead through the loop`."""
    formula: str
    literature: str
    """Where the formula comes from."""
    obeys: tuple[str, ...]
    """The parts of the agreement that change it."""
    needs: tuple[Need, ...]
    """The least that it can be made of."""
    columns: tuple[Column, ...]
    sums: tuple[Sums, ...]
    conclude: Callable[[Given], Found]
    rows: Rows | None = None
    chart: Callable[[Found], alt.TopLevelMixin | None] | None = None
    choices: Mapping[str, Callable[[Setting], tuple[str, ...]]] = field(default_factory=dict)
    """What may be chosen that is no cut of the facts, as a model, and its values: an agreement may
    have some of its own."""

    @property
    def cuts(self) -> tuple[str, ...]:
        """What it can be cut by."""
        shared = [each for each in self.sums[0].cuts if all(each in s.cuts for s in self.sums)]
        return tuple(shared)

    @property
    def filters(self) -> tuple[str, ...]:
        """What it can be narrowed by: its cuts, and its choices."""
        return (*self.cuts, *self.choices)

    def check(self, asked: Asked) -> None:
        """Refuse a cut that this reading does not have.

        Raises:
            InvalidInput: `reading.no_such_cut`.
        """
        for cut, among in (
            *((each, self.cuts) for each in asked.by),
            *((each, self.filters) for each in asked.where),
        ):
            if cut not in among:
                known = ", ".join(among) or "nothing"
                raise InvalidInput(
                    "reading.no_such_cut",
                    f"{self.name} has no {cut[:60]!r}",
                    hint=did_you_mean(cut, among) or f"it can be cut by {known}",
                )


@dataclass(frozen=True)
class Provenance:
    """What a number was made from; with the same, the same bytes come out."""

    snapshot: str
    """Of the lake: which version of each table was read."""
    as_of: datetime
    agreement: tuple[Mapping[str, str], ...]
    """Each version that governs any of it: version, hash, from, until."""
    period: str | None
    by: tuple[str, ...]
    where: Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """A reading as it was asked for: table, sentence, interval, chart, and where it is from."""

    reading: Reading
    found: Found
    provenance: Provenance
    currency: str = ""
    """In which the company reports: of what is in minor units."""
    zone: str = "UTC"

    @property
    def table(self) -> pa.Table:
        return self.found.table

    @property
    def sentence(self) -> str:
        return self.found.sentence

    @property
    def headline(self) -> Headline | None:
        return self.found.headline

    @property
    def more(self) -> Mapping[str, pa.Table]:
        """Further tables, by name."""
        return self.found.more

    def chart(self) -> alt.TopLevelMixin | None:
        """As an Altair chart; None where the reading draws none, or there is nothing to draw."""
        from revloop.analysis.colors import written_out  # noqa: PLC0415 - as below

        drawn = self.drawing()
        return None if drawn is None else written_out(drawn)

    def drawing(self) -> alt.TopLevelMixin | None:
        """The chart with the names of its colours, for a page that says what they are."""
        if self.reading.chart is None or self.found.lacks or not self.table.num_rows:
            return None
        return self.reading.chart(self.found)

    def to_pandas(self) -> Any:
        """The table as a pandas frame; pandas must be installed."""
        return self.table.to_pandas()

    def to_polars(self) -> Any:
        """The table as a Polars frame; Polars must be installed."""
        import polars as pl  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - optional

        return pl.from_arrow(self.table)

    def sheet(
        self, of: str | pa.Table = "", *, columns: Sequence[str] = (), most: int = 20
    ) -> Sheet:
        """A table to look at: money in its currency, shares in percent.

        Args:
            of: the name of a further table, as `decisions`; or a table that was made from one;
                the table of the reading if nothing is given.
            columns: only these.
            most: rows that are shown.

        Raises:
            InvalidInput: `reading.no_such_table`.

        """
        from revloop.analysis.sheet import Sheet, explained  # noqa: PLC0415 - shown, not computed

        if isinstance(of, str) and of and of not in self.found.more:
            raise InvalidInput(
                "reading.no_such_table",
                f"{self.reading.name} has no table {of[:60]!r}",
                hint=did_you_mean(of, self.found.more)
                or f"it has {', '.join(self.found.more) or 'none beside its own'}",
            )
        table = (self.found.more[of] if of else self.table) if isinstance(of, str) else of
        table = table.select(list(columns)) if columns else table
        table = explained(table, self.reading.columns, self.more.values())
        return Sheet(table, self.currency, self.zone, most)

    def document(self) -> dict[str, Any]:
        """As `--json` prints it."""
        headline = self.headline
        said = {} if headline is None else {n: getattr(headline, n) for n in Headline.__slots__}
        return {
            "reading": self.reading.name,
            "question": self.reading.question,
            "sentence": self.sentence,
            "headline": said or None,
            "unit": self.reading.unit,
            "rows": self.table.to_pylist(),
            "more": {name: table.to_pylist() for name, table in self.found.more.items()},
            "excluded": [{"reason": e.reason, "n": e.n} for e in self.found.excluded],
            "lacks": list(self.found.lacks),
            "notes": list(self.found.notes),
            "provenance": {
                "snapshot": self.provenance.snapshot,
                "as_of": self.provenance.as_of.isoformat(),
                "agreement": [dict(each) for each in self.provenance.agreement],
                "period": self.provenance.period,
                "by": list(self.provenance.by),
                "where": dict(self.provenance.where),
            },
        }

    def _repr_html_(self) -> str:
        """As a notebook shows it."""
        from revloop.analysis.notebook import html  # noqa: PLC0415 - shown, not computed

        return html(self)

    def __repr__(self) -> str:
        return f"<{self.reading.name}: {self.sentence}>"


def concluded(  # noqa: PLR0913 - what was read, how it is judged, what was asked, and where from
    reading: Reading,
    setting: Setting,
    asked: Asked,
    tables: Mapping[str, pa.Table],
    *,
    snapshot: str,
    lacks: Sequence[str] = (),
    kept: Kept | None = None,
) -> Result:
    """What a reading comes to; where facts are lacking it says which, and shows no number.

    Readings of the same setting and the same tables may share what they make of them: `kept`.
    """
    lacks = (*lacks, *_not_begun(setting, asked.period))
    if lacks:
        needed = "; ".join(lacks)
        found = Found(pa.table({}), f"This needs what has not been loaded: {needed}.")
        found = replace(found, lacks=tuple(lacks))
    else:
        found = reading.conclude(Given(setting, asked, tables, kept or Kept()))
    provenance = _provenance(setting, asked, snapshot)
    return Result(reading, found, provenance, setting.currency, setting.zone)


def _not_begun(setting: Setting, period: Period | None) -> tuple[str, ...]:
    """Of a period of the future nothing is known, which is not the same as nothing."""
    known = f"{setting.as_of:%Y-%m}"
    if period is None or period.first <= Period.of_month(known).last:
        return ()
    return (f"facts of {period}: they end in {known}",)


def _provenance(setting: Setting, asked: Asked, snapshot: str) -> Provenance:
    versions = [
        {
            "version": each.contract.version,
            "hash": each.contract.hash,
            "from": each.begins.isoformat(),
            "until": each.ends.isoformat() if each.ends else "",
        }
        for each in setting.tenures
    ]
    return Provenance(
        snapshot=snapshot,
        as_of=setting.as_of,
        agreement=tuple(versions),
        period=str(asked.period) if asked.period else None,
        by=asked.by,
        where=dict(asked.where),
    )


def those(table: pa.Table, values: Mapping[str, str]) -> pa.Table:
    """The rows with these values of cuts."""
    for cut, value in values.items():
        table = table.filter(pc.equal(table[cut], pa.scalar(value)))
    return table


def within(table: pa.Table, period: Period | None) -> pa.Table:
    """The rows of the months of a period."""
    if period is None or MONTH not in table.column_names:
        return table
    return table.filter(pc.is_in(table[MONTH], pa.array(period.months)))


def schema(by: Sequence[str], columns: Mapping[str, pa.DataType]) -> pa.Schema:
    """The cuts that were asked by as texts, then these columns."""
    return pa.schema([*((cut, pa.string()) for cut in by), *columns.items()])


def added(table: pa.Table, by: Sequence[str], counts: Sequence[str]) -> pa.Table:
    """The counts added up for each value of the cuts, in the order of the cuts."""
    if not by:
        total = {name: [int(pc.sum(table[name]).as_py() or 0)] for name in counts}
        return pa.table(total, schema=pa.schema([(name, pa.int64()) for name in counts]))
    grouped = table.group_by(list(by)).aggregate([(name, "sum") for name in counts])
    named = grouped.select([*by, *(f"{name}_sum" for name in counts)])
    return named.rename_columns([*by, *counts]).sort_by([(each, "ascending") for each in by])
