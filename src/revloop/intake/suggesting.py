"""A first mapping for files that no profile understands: guessed, written, to be corrected."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from revloop.intake import recognising
from revloop.kit.errors import InvalidInput
from revloop.kit.files import saying_what_to_do, write_whole

_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a suggestion is about."""

    mapped: tuple[str, ...]
    """Tables that the mapping speaks of."""
    understood: tuple[str, ...]
    """Tables that need no mapping."""
    refused: tuple[str, ...]
    """Files that could not be read."""


def suggest(
    path: Path, file: Path, *, today: date, source: str | None = None, currency: str | None = None
) -> Suggested:
    """Write a mapping for the tables at `path` that no profile understands; import nothing.

    Args:
        path: A folder, a file or an archive.
        file: The mapping to write; it must not be there yet.
        today: No file was exported later.
        source: The name that the facts will carry; else one made of the folder's name.
        currency: Currency of amounts that name none.

    Raises:
        InvalidInput: `file.exists`, `import.nothing_there`, `suggest.nothing_to_map`.
    """
    from revloop import engine  # noqa: PLC0415
    from revloop.sources import mapping, reading  # noqa: PLC0415

    if file.exists():
        hint = "choose another name, or delete it"
        raise InvalidInput("file.exists", f"{file} is already there", hint=hint)
    if not path.exists():
        raise InvalidInput("import.nothing_there", f"{path} is not there", hint="check the path")
    with tempfile.TemporaryDirectory() as scratch:
        found = reading.read_folder(path, Path(scratch) / "raw")
        claims, unclaimed = recognising.claims(found.tables, recognising.profiles())
        understood = tuple(table.name for claim in claims for table in claim.tables)
        if not unclaimed:
            raise InvalidInput(
                "suggest.nothing_to_map",
                f"no table at {path} needs a mapping",
                hint="import it as it is" if understood else "check that the files can be read",
            )
        with engine.Workbench(Path(scratch)) as bench:
            text = mapping.suggest(
                {table.name: bench.read(table.file) for table in unclaimed},
                source=source or name_of(path),
                exported_on=today,
                currency=currency,
            )
    with saying_what_to_do(file):
        write_whole(file, text.encode())
    mapped = tuple(table.name for table in unclaimed)
    return Suggested(mapped, understood, tuple(each.name for each in found.refused))


def name_of(path: Path) -> str:
    """A source's name made of a folder's: `CRM exports (2026)` becomes `crm-exports-2026`."""
    words = re.sub(r"[^a-z0-9]+", "-", path.resolve().stem.lower()).strip("-")
    named = words if words[:1].isalpha() else f"files-{words}"
    return named[:_LONGEST_NAME].strip("-")
