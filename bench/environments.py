"""Environments of their own for peers that ours must not have, beside ours and as long-lived."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class NotInstalledError(Exception):
    """What the installer said."""


def python_of(lock: Path) -> Path:
    """The Python of the environment with what a lock lists; it is made if the lock is another.

    Raises:
        NotInstalledError: A package could not be fetched or built.
    """
    wanted = hashlib.sha256(sys.version.encode() + lock.read_bytes()).hexdigest()
    place = ROOT / ".venv" / "peers" / lock.stem
    python, stamp = place / "bin" / "python", place / "installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    print(f"installing {lock.name} ...", file=sys.stderr)
    shutil.rmtree(place, ignore_errors=True)
    _uv("venv", "--quiet", "--python", sys.executable, str(place))
    _uv("pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", str(lock))
    stamp.write_text(wanted)
    return python


def _uv(*arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - this program's own installer
        [sys.executable, "-m", "uv", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        raise NotInstalledError(lines[-1])


def _main(lock: Path) -> int:
    """Make one ahead of what is measured, which a compiler beside it would disturb."""
    try:
        python_of(lock)
    except NotInstalledError as error:
        print(f"{lock.name}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
