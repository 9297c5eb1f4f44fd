"""How much one file may cost to read, and how large a folder or an archive may be."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
GIGABYTE = 1024 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one file may use while it is read."""

    memory: int
    """Bytes of address space beyond what the reading process needs to start."""
    seconds: float
    """Of the processor, all threads together."""
    patience: float
    """Seconds on the wall, after which a file is given up even if the machine is busy."""
    written: int
    """Bytes of the largest file it may leave."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of everything that is read; a file beyond them is refused with a sentence.

    Memory and time grow with the size of a file up to a maximum, so that a small file cannot cost
    what only a large one may.
    """

    least_memory: int = 512 * MEGABYTE
    memory_per_byte: int = 32
    """A sheet needs 20 to 30 times its zipped size; the other formats are read in pieces."""
    most_memory: int = 2 * GIGABYTE

    least_seconds: float = 30.0
    seconds_per_megabyte: float = 0.5
    """Of the processor; twenty times what a text file takes."""
    most_seconds: float = 900.0
    patience: int = 4
    """How many times as long a file may take on the wall."""

    written_per_byte: int = 100
    most_written: int = 16 * GIGABYTE

    largest_file: int = 8 * GIGABYTE
    largest_workbook: int = 256 * MEGABYTE
    largest_json_array: int = 256 * MEGABYTE
    """An array is read whole, lines are not."""
    most_files: int = 10_000
    """In one folder with its sub-folders."""
    most_columns: int = 16_384
    """As many as a sheet can have."""

    most_members: int = 1_000
    """In one archive."""
    largest_ratio: int = 100
    """Of the bytes in an archive to those they become."""
    largest_unpacked: int = 2 * GIGABYTE
    """All members of one archive, or one compressed file."""

    def allowance(self, size: int) -> Allowance:
        """What a file of so many bytes may use."""
        wanted = self.least_seconds + self.seconds_per_megabyte * size / MEGABYTE
        seconds = min(wanted, self.most_seconds)
        return Allowance(
            memory=min(self.least_memory + self.memory_per_byte * size, self.most_memory),
            seconds=seconds,
            patience=seconds * self.patience,
            written=min(64 * MEGABYTE + self.written_per_byte * size, self.most_written),
        )


def in_words(size: int) -> str:
    """`2 GB`, `1.5 GB`, `512 MB`, `17 kB`."""
    if size >= GIGABYTE:
        return f"{size / GIGABYTE:.1f}".removesuffix(".0") + " GB"
    for unit, name in ((MEGABYTE, "MB"), (1024, "kB")):
        if size >= unit:
            return f"{size / unit:.0f} {name}"
    return f"{size} bytes"
