"""The working agreement between marketing and sales, as code that runs.

`revloop.open("acme")` and `revloop.read_agreement("agreement.yaml")` are where a notebook begins.
"""

from __future__ import annotations

from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from revloop.kit.version import VERSION

if TYPE_CHECKING:
    from revloop.agreement.contract import Contract
    from revloop.workspace import Backend, Workspace

__version__ = VERSION
__all__ = ["__version__", "open", "read_agreement"]


def read_agreement(file: str | PathLike[str]) -> Contract:
    """Read and check an agreement file.

    Raises:
        NotAnAgreement: if it has errors; `problems` lists them all, each with its place.
        OSError: if the file cannot be read.
    """
    from revloop.agreement.check import check  # noqa: PLC0415 - `import revloop` stays quick

    return check(Path(file).read_bytes()).required()


def open(  # noqa: A001 - read as revloop.open
    path: str | PathLike[str], *, as_of: datetime | None = None, backend: Backend = "duckdb"
) -> Workspace:
    """Open a workspace: its facts as tables, on DuckDB or on Spark.

    Args:
        path: The folder.
        as_of: See only what was recorded by then; everything, if none is given.
        backend: `duckdb`, or `spark` where it is installed.

    Raises:
        InvalidInput: `workspace.missing`, if the folder is no workspace.
    """
    from revloop.workspace import Workspace  # noqa: PLC0415 - `import revloop` stays quick

    return Workspace(Path(path), as_of=as_of, backend=backend)
