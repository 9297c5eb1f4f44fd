"""From a folder of exports to raw tables.

    from revloop.sources.reading import read_folder

    reading = read_folder(Path("exports"), into=Path("staging"))

CSV and TSV, Excel, Parquet and JSON Lines, also gzipped, in zip archives and in sub-folders. Every
file is read in a process of its own with limits on memory and time: whatever it is, it becomes a
table or a refusal with a reason, and harms nothing. What was read once is not read again.
"""

from __future__ import annotations

from revloop.sources.reading.formats import Format
from revloop.sources.reading.limits import Limits
from revloop.sources.reading.reader import Progress, read_file, read_folder
from revloop.sources.reading.results import Reading, Refused

__all__ = ["Format", "Limits", "Progress", "Reading", "Refused", "read_file", "read_folder"]
