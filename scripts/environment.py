"""Build .venv from requirements.lock, with nothing but this Python and a package index.

The lock pins every package by version and hash, so a fresh machine gets the same bytes as the
one that ran the tests. Only the standard library is used here: this runs before anything is
installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed"
PYTHON = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
OLDEST = (3, 11)
# Fetched only where this Python was packaged without ensurepip; the hash is that of the wheel.
PIP_WHEEL = "pip-26.0.1-py3-none-any.whl"
PIP_SHA256 = "bdb1b08f4274833d62c1aa29e20907365a2ceb950410df15fc9521bad440122b"


def main() -> int:
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        print(f"revloop needs Python 3.11 or newer; this is {found}.", file=sys.stderr)
        print("Name another one: make setup PYTHON=python3.12", file=sys.stderr)
        return 2
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    print("Building .venv from requirements.lock ...", flush=True)
    create()
    STAMP.unlink(missing_ok=True)
    pip("--require-hashes", "-r", str(LOCK))
    pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(wanted)
    return 0


def fingerprint() -> str:
    # A moved or copied checkout needs its own: an environment holds its path in many places.
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for path in (LOCK, ROOT / "pyproject.toml", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def create() -> None:
    without = [] if has_ensurepip() else ["--without-pip"]
    subprocess.run([sys.executable, "-m", "venv", "--clear", *without, str(VENV)], check=True)


def has_ensurepip() -> bool:
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian packages it apart (python3-venv)
    except ImportError:
        return False
    return True


def pip(*arguments: str) -> None:
    """Run pip inside the environment, from the index's own wheel where it has none."""
    runner = ["-m", "pip"] if has_ensurepip() else [str(fetch_pip() / "pip")]
    quiet = ["--quiet", "--disable-pip-version-check"]
    command = [str(PYTHON), *runner, "install", *quiet, *arguments]
    if subprocess.run(command, check=False).returncode != 0:
        print(
            "\nThe packages could not be installed. If this machine reaches no package index,\n"
            "point pip at yours (PIP_INDEX_URL) and run make setup again.",
            file=sys.stderr,
        )
        raise SystemExit(1)


def fetch_pip() -> Path:
    """Download pip's wheel; a wheel is a zip, and pip runs from inside one."""
    wheel = VENV / PIP_WHEEL
    if not wheel.exists():
        wheel.write_bytes(checked(download(wheel_address())))
    return wheel


def wheel_address() -> str:
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
    page = f"{index}/pip/"
    listing = download(page, accept="application/vnd.pypi.simple.v1+json, text/html;q=0.5")
    try:
        links = [file["url"] for file in json.loads(listing)["files"]]
    except ValueError:
        links = re.findall(r'href="([^"]+)"', listing.decode())
    for link in links:
        if link.split("#")[0].endswith(PIP_WHEEL):
            return str(urllib.parse.urljoin(page, link.split("#")[0]))
    print(f"{page} does not offer {PIP_WHEEL}.", file=sys.stderr)
    print("Install your system's package python3-venv and run make setup again.", file=sys.stderr)
    raise SystemExit(1)


def download(address: str, accept: str = "*/*") -> bytes:
    if urllib.parse.urlsplit(address).scheme not in {"https", "http", "file"}:
        raise SystemExit(f"{address} is not an address of a package index")
    request = urllib.request.Request(address, headers={"Accept": accept})  # noqa: S310 - checked
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - checked
            body: bytes = answer.read()
    except urllib.error.URLError as error:
        print(f"This Python has no ensurepip, and {address} cannot be reached.", file=sys.stderr)
        print("Install your system's package python3-venv and try again.", file=sys.stderr)
        raise SystemExit(1) from error
    return body


def checked(wheel: bytes) -> bytes:
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise SystemExit(f"{PIP_WHEEL} does not have the expected hash: nothing was installed")
    return wheel


if __name__ == "__main__":
    raise SystemExit(main())
