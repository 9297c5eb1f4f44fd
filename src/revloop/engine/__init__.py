"""Where tables run, and the lake they are read from; the only folder that names an engine.

lake.py       the lake: its tables, its one writer, snapshots, a check
writer.py     append, compact, vacuum, all behind one lock
facts.py      the facts as tables: what is in force, as of a moment
workbench.py  where an import computes
published.py  tables made of facts, where pages find them
spark.py      the same facts on Spark
"""

from __future__ import annotations

from revloop.engine.append import Appended
from revloop.engine.columns import KEYS
from revloop.engine.compact import Compacted
from revloop.engine.facts import Facts
from revloop.engine.facts import open_facts as open  # noqa: A004 - read as engine.open
from revloop.engine.lake import Lake
from revloop.engine.snapshot import Snapshot
from revloop.engine.workbench import Workbench
from revloop.engine.writer import Writer

__all__ = [
    "KEYS",
    "Appended",
    "Compacted",
    "Facts",
    "Lake",
    "Snapshot",
    "Workbench",
    "Writer",
    "open",
]
