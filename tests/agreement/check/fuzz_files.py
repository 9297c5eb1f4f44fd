"""Check thousands of damaged agreements in child processes and say what became of the worst.

    python -m tests.agreement.check.fuzz_files            # 20,000 files, two processes
    python -m tests.agreement.check.fuzz_files 500 90000  # 500 files, from seed 90000 on

A child works through a batch of seeds. Before each file it says which one, so a file that ends the
process, hangs or eats its memory is known. After a failure a new child takes up the rest.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from revloop.agreement.check import check

from .mutations import mutated

FILES = 20_000
PROCESSES = 2
BATCH = 2_000
SECONDS_A_FILE = 2.0
"""Of the processor, so that a busy machine does not count."""
_HANGS_AFTER = 10
"""Seconds on the wall after which a file is given up."""
MEGABYTES = 300
_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Outcome:
    files: int
    crashes: tuple[str, ...]
    """The seed of each file that ended its process or made `check` raise, and how."""
    slowest: float
    slowest_seed: int
    megabytes: float
    """The most memory that a child ever held."""
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.files:,} files, {len(self.crashes)} crashes, "
            f"slowest {self.slowest:.2f} s (seed {self.slowest_seed}), "
            f"largest memory {self.megabytes:.0f} MB, in {self.seconds:.0f} s"
        )


def fuzz(files: int = FILES, first: int = 0) -> Outcome:
    began = time.monotonic()
    batches = [
        range(at, min(at + BATCH, first + files)) for at in range(first, first + files, BATCH)
    ]
    with ThreadPoolExecutor(PROCESSES) as pool:
        reports = [report for batch in pool.map(_batch, batches) for report in batch]
    slowest, seed = max((report.seconds, report.seed) for report in reports)
    return Outcome(
        files=len(reports),
        crashes=tuple(f"seed {each.seed}: {each.crash}" for each in reports if each.crash),
        slowest=slowest,
        slowest_seed=seed,
        megabytes=max(report.megabytes for report in reports),
        seconds=time.monotonic() - began,
    )


@dataclass(frozen=True)
class _Report:
    seed: int
    seconds: float = 0.0
    megabytes: float = 0.0
    crash: str = ""


# The parent's side.


def _batch(seeds: Sequence[int]) -> list[_Report]:
    waiting = deque(seeds)
    reports: list[_Report] = []
    while waiting:
        done = list(_child(list(waiting)))
        reports += done
        for _ in done:
            waiting.popleft()
    return reports


def _child(seeds: Sequence[int]) -> Iterator[_Report]:
    """The reports of one child; the last is that of its end, if it ended too early."""
    command = [sys.executable, "-m", _module(), "--child", f"{seeds[0]}", f"{len(seeds)}"]
    run = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    yield from (_Report(**line) for line in lines)
    if len(lines) < len(seeds):
        said = " | ".join(run.stderr.strip().splitlines()[-3:])
        yield _Report(seeds[len(lines)], crash=f"the process ended with {run.returncode}: {said}")


def _module() -> str:
    return ".".join(Path(__file__).relative_to(_ROOT).with_suffix("").parts)


# The child's side.


def _work(first: int, count: int) -> None:
    faulthandler.enable()
    check(mutated(0))  # what is loaded once is no growth
    _limit_memory()
    for seed in range(first, first + count):
        print(json.dumps(vars(_checked(seed))), flush=True)  # noqa: T201 - this is the report


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + MEGABYTES * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _most_held() -> int:
    """Kilobytes. What getrusage tells begins with what the starter held before it started this."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def _checked(seed: int) -> _Report:
    content = mutated(seed)
    faulthandler.dump_traceback_later(_HANGS_AFTER, exit=True)
    began = time.process_time()
    crash = ""
    try:
        str(check(content).problems)
    except BaseException as error:  # noqa: BLE001 - whatever is raised is what we look for
        crash = repr(error)
    seconds = time.process_time() - began
    faulthandler.cancel_dump_traceback_later()
    kilobytes = _most_held()
    return _Report(seed, round(seconds, 4), round(kilobytes / 1024, 1), crash)


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["--child"]:
        _work(int(arguments[1]), int(arguments[2]))
        return 0
    outcome = fuzz(*(int(each) for each in arguments))
    print(outcome, *outcome.crashes[:20], sep="\n")  # noqa: T201 - a script
    return 1 if outcome.crashes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
