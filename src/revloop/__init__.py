"""The working agreement between marketing and sales, as code that runs.

`revloop.read_agreement("agreement.yaml")` is where a notebook begins.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from revloop.agreement.contract import Contract

__version__ = "0.1.0"
__all__ = ["__version__", "read_agreement"]


def read_agreement(file: str | PathLike[str]) -> Contract:
    """Read and check an agreement file.

    Raises:
        NotAnAgreement: if it has errors; `problems` lists them all, each with its place.
        OSError: if the file cannot be read.
    """
    from revloop.agreement.check import check  # noqa: PLC0415 - `import revloop` stays quick

    return check(Path(file).read_bytes()).required()
