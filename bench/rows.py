"""What a benchmark answers with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Row:
    """One comparison, measured in this run."""

    what: str
    ours: str
    bar: str
    """What we set out to reach; missing it is worth a look."""
    held: bool
    peer: str = ""
    """The same by another, measured with it; nothing where only the bar counts."""
    ratio: str = ""
    limit: str = ""
    """What must hold: missing it fails the run."""
    refused: bool = False


def peak_mb() -> float:
    """The most memory that this process has held; `getrusage` would tell that of its parent."""
    status = Path("/proc/self/status").read_text()
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(kilobytes) / 1024


def times(ratio: float) -> str:
    """A ratio with three digits, such as 1,230x."""
    digits = f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"  # noqa: PLR2004 - three digits
    return f"{digits}x"


def table(rows: list[Row]) -> str:
    """The rows in aligned columns."""
    lines = [("what", "ours", "peer", "ratio", "bar", "held", "must", "")]
    lines += [
        (
            row.what,
            row.ours,
            row.peer,
            row.ratio,
            row.bar,
            "yes" if row.held else "no",
            row.limit,
            "MISSED" if row.refused else "",
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
