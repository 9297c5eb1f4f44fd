"""The files of the versions: each is read again and compared with what was recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from revloop.agreement.check import Checked, check
from revloop.agreement.contract import Contract
from revloop.kit.errors import RevloopError

_check = lru_cache(maxsize=32)(check)
"""Who asks which version is in force asks again soon, and the files do not change."""


def content_hash(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def reader(agreements: Path) -> Callable[[str, str, str], Contract | RevloopError]:
    """Reads a version's file: its contract, or why that is not what was recorded."""

    def read(version: str, recorded_hash: str, name: str) -> Contract | RevloopError:
        file = agreements / name
        try:
            checked = _check(file.read_bytes())
        except OSError as error:
            return _unusable(version, file, (error.strerror or "it cannot be read").lower())
        return _as_recorded(checked, version, recorded_hash, file)

    return read


def _as_recorded(
    checked: Checked, version: str, recorded_hash: str, file: Path
) -> Contract | RevloopError:
    if checked.contract is None:
        return _unusable(
            version, file, f"the signed text differs, for this has errors: {checked.errors[0]}"
        )
    if checked.contract.hash != recorded_hash:
        return _unusable(version, file, "it was changed: the signed text differs")
    return checked.contract


def _unusable(version: str, file: Path, why: str) -> RevloopError:
    return RevloopError(
        "agreement.file_unusable",
        f"{file}, the file of version {version}, cannot be used: {why}",
        hint="put back the file that was signed, from a backup or from whoever signed it",
    )
