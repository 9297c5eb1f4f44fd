"""Of every row of a table, what became of it: a fact, a fact that lacks something, or nothing.

A row that becomes nothing is either held back, which has a reason of its own, or left alone, for the
reason that its source gives. So the rows of a report add up to the rows of the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from revloop.intake.quarantine import without_value
from revloop.intake.report import Reason, TableReport
from revloop.sources.protocol import PROBLEM, ROW, WITHOUT

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np

    from revloop.engine import Workbench
    from revloop.intake.staging import Staged

_MOST_REASONS = 20


@dataclass(slots=True)
class Tally:
    """The rows of one raw table, as its facts are staged one kind after the other."""

    seen: np.ndarray[Any, np.dtype[np.bool_]] | None = None
    """By row number: whether the row is in any of the facts, fit or not."""
    deleted: dict[str, int] = field(default_factory=dict)
    without: dict[str, Reason] = field(default_factory=dict)
    """By the sentence without its value."""

    def take(self, staged: Staged, bench: Workbench) -> None:
        rows = bench.read(staged.file)
        for batch in rows.select(ROW).to_pyarrow_batches():
            self._see(batch.column(0).to_numpy(zero_copy_only=False))
        good = rows.filter(rows[PROBLEM].isnull()) if PROBLEM in rows.columns else rows
        if "is_deleted" in rows.columns:
            gone = int(good.filter(good["is_deleted"]).count().to_pyarrow().as_py())
            self.deleted[staged.kind] = self.deleted.get(staged.kind, 0) + gone
        if WITHOUT in rows.columns:
            for reason in _without(good):
                key = without_value(reason.text)
                # Several kinds of facts are made of the same row, and lack the same.
                if key not in self.without or reason.rows > self.without[key].rows:
                    self.without[key] = reason

    def enter(self, report: TableReport, raw: ir.Table, why: str) -> None:
        """Write it into the report of the table; `why` is why its source leaves rows alone."""
        report.deleted = {kind: count for kind, count in self.deleted.items() if count}
        most_first = sorted(self.without.values(), key=lambda each: (-each.rows, each.text))
        report.kept_without = most_first[:_MOST_REASONS]
        alone = report.rows - (0 if self.seen is None else int(self.seen.sum()))
        if alone > 0:
            report.left_alone = Reason(why, alone, self._first_unseen(raw))

    def _see(self, numbers: Any) -> None:
        import numpy as np  # noqa: PLC0415

        if not len(numbers):
            return
        most = int(numbers.max()) + 1
        if self.seen is None:
            self.seen = np.zeros(most, np.bool_)
        elif len(self.seen) < most:
            self.seen = np.concatenate([self.seen, np.zeros(most - len(self.seen), np.bool_)])
        self.seen[numbers] = True

    def _first_unseen(self, raw: ir.Table) -> int:
        for batch in raw.select(ROW).order_by(ROW).to_pyarrow_batches():
            for number in batch.column(0).to_pylist():
                if self.seen is None or number >= len(self.seen) or not self.seen[number]:
                    return int(number)
        return 0


def _without(rows: ir.Table) -> list[Reason]:
    said = rows.filter(rows[WITHOUT].notnull()).select(ROW, said=rows[WITHOUT]).unnest("said")
    alike = said.group_by(alike=said["said"].re_replace("(?s)'.*'", "''"))
    counted = alike.aggregate(
        text=said["said"].argmin(said[ROW]), rows=said[ROW].nunique(), first=said[ROW].min()
    )
    return [
        Reason(row["text"], row["rows"], row["first"]) for row in counted.to_pyarrow().to_pylist()
    ]
