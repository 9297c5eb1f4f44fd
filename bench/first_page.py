"""From the command to the first page of the example company, and what the server then holds.

It takes the company that `make demo` has made, or makes it first, which is timed for itself.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bench.pages import page_row
from bench.rows import Row

DEMO = Path(__file__).resolve().parents[1] / "revloop-demo"
FIRST_PAGE_S, MAKING_S, RESIDENT_MB = 15, 90, 600
_EMPTY = "data/decisions/"
_PAGES = ("data/", "companies/", "people/", "agreement/", "people/?q=le")
_ROUNDS = 5
_SLICES = tuple(
    f"money/?period={year}-Q{quarter}{narrowed}"
    for year, quarter in ((2025, 3), (2025, 4), (2026, 1), (2026, 2))
    for narrowed in ("", "&segment=enterprise", "&segment=mid_market")
)
"""Each is asked for once, so that nothing of it was told before."""


def measure() -> list[Row]:
    rows = [] if (DEMO / "made").exists() else [_made()]
    begun = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - this program itself
        [sys.executable, "-m", "revloop", "demo", str(DEMO), "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None  # noqa: S101 - it was asked for
            [address] = re.findall(r"http://\S+", server.stdout.readline())
            _read(address)
            seconds = time.perf_counter() - begun
            for page in _PAGES * _ROUNDS:
                _read(address + page)
            resident = _resident_mb(server.pid)
            _read(address + "money/")  # the first of all loads what charts are drawn with
            pairs = [(_spent(address + each), _spent(address + _EMPTY)) for each in _SLICES]
        finally:
            server.terminate()
    return [
        *rows,
        Row(
            what=f"first page of the demo, load {os.getloadavg()[0]:.1f}",
            ours=f"{seconds:.1f} s",
            bar=f"<= {FIRST_PAGE_S} s",
            held=seconds <= FIRST_PAGE_S,
        ),
        Row(
            what=f"its server after {len(_PAGES) * _ROUNDS} pages, worker and all",
            ours=f"{resident:,.0f} MB",
            bar=f"<= {RESIDENT_MB} MB",
            held=resident <= RESIDENT_MB,
        ),
        page_row("money of a slice that nobody asked for", *_by_page(pairs), at_most=None),
    ]


def _by_page(pairs: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Milliseconds of the page and of the empty one, in turn."""
    return [each[0] for each in pairs], [each[1] for each in pairs]


def _spent(address: str) -> float:
    begun = time.perf_counter()
    _read(address)
    return (time.perf_counter() - begun) * 1000


def _made() -> Row:
    begun = time.perf_counter()
    subprocess.run(  # noqa: S603 - this program itself
        [sys.executable, "-m", "revloop", "demo", str(DEMO), "--no-serve"],
        check=True,
        capture_output=True,
    )
    seconds = time.perf_counter() - begun
    return Row(
        what="the example company made, imported and published",
        ours=f"{seconds:.1f} s",
        bar=f"<= {MAKING_S} s",
        held=seconds <= MAKING_S,
    )


def _read(address: str) -> None:
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - of this machine
        answer.read()


def _resident_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    [kilobytes] = re.findall(r"VmRSS:\s+(\d+) kB", status)
    return int(kilobytes) / 1_000
