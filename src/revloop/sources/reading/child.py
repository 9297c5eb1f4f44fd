"""The process that reads foreign files: confined, limited, and replaced when it dies.

    python -I -m revloop.sources.reading.child FOLDER

It takes one request a line on its input, as JSON, and gives one answer a line. Where its input ends,
its parent has gone, and it goes too.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from revloop.sources.reading import confinement
from revloop.sources.reading.formats import Format, format_for
from revloop.sources.reading.kinds import COMPRESSED_ENDING, Kind, ending, kind_of
from revloop.sources.reading.limits import Allowance, Limits, in_words
from revloop.sources.reading.plain_files import open_plain
from revloop.sources.reading.results import CannotRead

if TYPE_CHECKING:
    from revloop.sources.reading.staged_table import Table

_OUT_OF_MEMORY = 12
"""ENOMEM."""
_TOO_LARGE = 27
"""EFBIG: the limit on what may be written."""
# A thread needs memory for its stack; libraries say only that they have got none.
_NO_THREAD = ("launch worker thread", "start new thread", "Resource temporarily unavailable")


@dataclass(frozen=True, slots=True)
class Request:
    """One file to read."""

    path: str
    name: str
    """In the report; its ending says what it may be."""
    folder: str
    """Where its tables go; it is there and empty."""
    in_archive: bool
    overrides: dict[str, Format]
    limits: Limits
    allowance: Allowance

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(line: str) -> Request:
        said = json.loads(line)
        said["overrides"] = {key: Format(**each) for key, each in said["overrides"].items()}
        said["limits"] = Limits(**said["limits"])
        said["allowance"] = Allowance(**said["allowance"])
        return Request(**said)


def answer(request: Request) -> dict[str, Any]:
    """Read one file. Whatever goes wrong with it is part of the answer."""
    try:
        with open_plain(Path(request.path)) as file:
            return _read(request, file)
    except CannotRead as refusal:
        return {"refused": refusal.reason, "hint": refusal.hint}
    except MemoryError:
        return {"out_of_memory": True}
    except OSError as error:
        if error.errno == _OUT_OF_MEMORY:
            return {"out_of_memory": True}
        if error.errno == _TOO_LARGE:
            return {
                "refused": f"becomes a table of more than {in_words(request.allowance.written)}",
                "hint": "export it in smaller parts",
            }
        if error.errno is None:
            return _unexpected(error)
        return {"disk": error.errno, "file": str(error.filename or "")}
    except Exception as error:  # noqa: BLE001 - one file must not end the reading of the others
        if any(sign in str(error) for sign in _NO_THREAD):
            return {"out_of_memory": True}
        return _unexpected(error)


def _unexpected(error: Exception) -> dict[str, Any]:
    traceback.print_exc()
    return {
        "refused": f"could not be read: {type(error).__name__}: {str(error)[:200]}",
        "hint": "save it again or as CSV; if that does not help, please report it",
    }


def _read(request: Request, file: BinaryIO) -> dict[str, Any]:
    kind = kind_of(file, request.name)
    if kind is Kind.ARCHIVE:
        return _unpack(request, file)
    if kind is Kind.GZIP:
        return _read_inflated(request, file)
    return _tables(request, file, kind, request.name)


def _unpack(request: Request, file: BinaryIO) -> dict[str, Any]:
    from revloop.sources.reading import archives  # noqa: PLC0415 - as below

    if request.in_archive:
        raise CannotRead("is an archive inside an archive", "unpack it into the folder")
    unpacked = archives.unpack(file, Path(request.folder), request.limits)
    return {
        "members": [asdict(each) for each in unpacked.members],
        "refused_parts": _refusals(unpacked.refused),
        "ignored": unpacked.ignored,
    }


def _read_inflated(request: Request, file: BinaryIO) -> dict[str, Any]:
    from revloop.sources.reading import archives  # noqa: PLC0415 - as below

    name = request.name
    if name.lower().endswith(COMPRESSED_ENDING):
        name = name[: -len(COMPRESSED_ENDING)]
    with tempfile.TemporaryDirectory(dir=request.folder) as scratch:
        inflated = Path(scratch) / "inflated"
        archives.inflate_gzip(file, inflated, request.limits)
        with open_plain(inflated) as text:
            kind = kind_of(text, name)
            if kind not in {Kind.TEXT, Kind.JSON}:
                raise CannotRead("holds no text", "unpack it into the folder")
            return _tables(request, text, kind, name)


def _tables(request: Request, file: BinaryIO, kind: Kind, name: str) -> dict[str, Any]:
    # Each kind brings what it needs: a process that reads only text starts sooner.
    folder = Path(request.folder)

    def said(part: str = "") -> Format:
        whole = format_for(request.name, request.overrides)
        own = format_for(f"{request.name}/{part}", request.overrides) if part else None
        return own or whole or Format()

    if kind is Kind.WORKBOOK:
        return _workbook(request, file, said)
    if kind is Kind.PARQUET:
        from revloop.sources.reading.parquet_files import read_parquet  # noqa: PLC0415

        return _answer(read_parquet(file, folder, request.limits))
    if kind is Kind.JSON:
        from revloop.sources.reading.json_lines import read_json  # noqa: PLC0415

        return _answer(read_json(file, folder, said(), request.limits))
    from revloop.sources.reading.text.table import read_text  # noqa: PLC0415

    may_be_prose = ending(name) not in {".csv", ".tsv", ".tab"}
    return _answer(read_text(file, folder, said(), request.limits, may_be_prose=may_be_prose))


def _workbook(request: Request, file: BinaryIO, said: Callable[[str], Format]) -> dict[str, Any]:
    from revloop.sources.reading.workbooks.table import read_workbook  # noqa: PLC0415

    folder = Path(request.folder)
    sheets = read_workbook(file, folder, said, request.limits, request.allowance.memory)
    return {
        "tables": [asdict(table) for table in sheets.tables],
        "refused_parts": _refusals(sheets.refused),
        "ignored": sheets.ignored,
    }


def _answer(table: Table) -> dict[str, Any]:
    return {"tables": [asdict(table)], "refused_parts": [], "ignored": []}


def _refusals(refused: list[tuple[str, CannotRead]]) -> list[dict[str, str]]:
    return [{"name": name, "reason": why.reason, "hint": why.hint} for name, why in refused]


def _requests() -> queue.SimpleQueue[str]:
    """The lines of the input, read by a thread, so that its end is seen while a file is read."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    return lines


def main() -> None:
    """Answer requests until the parent goes."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # nothing that a library prints may be taken for an answer
    confinement.leave_no_core()
    confinement.confine_to(Path(sys.argv[1]))
    os.environ["TMPDIR"] = sys.argv[1]
    from revloop.sources.reading import staged_table  # noqa: PLC0415 - it starts threads of its own

    staged_table.use_few_threads()
    requests = _requests()
    while True:
        request = Request.from_json(requests.get())
        confinement.allow(request.allowance)
        print(json.dumps(answer(request)), file=answers, flush=True)


if __name__ == "__main__":
    main()
