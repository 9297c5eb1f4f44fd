"""What `make demo` does: the example company is made, imported, and shown.

Each step is a command that you can run yourself; its line is printed above what it says.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = Path("revloop-demo")
COMPANY, WORKSPACE, PAGE = HOME / "company", HOME / "acme", HOME / "agreement.html"
IN_WORKSPACE = ("--workspace", str(WORKSPACE))

DATA = (
    "Two years of a company in two regions, with planted truths.",
    (sys.executable, str(HERE / "company.py"), str(COMPANY)),
)
HEADS = ("--signed-by", "marketing=Maya Ortiz", "--signed-by", "sales=Sam Reed")


def revloop(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "revloop", *arguments)


def adopt(version: str, at: str) -> tuple[str, ...]:
    file = HERE / "agreements" / f"acme-revenue-{version}.yaml"
    return revloop("agreement", "adopt", str(file), *HEADS, "--at", at, *IN_WORKSPACE)


MAKE = (
    DATA,
    (
        "A workspace is one folder.",
        revloop("init", str(WORKSPACE), "--company", "Acme", "--timezone", "America/New_York"),
    ),
    (
        "Its facts come in, and who is who is found out.",
        revloop("import", str(COMPANY / "facts"), *IN_WORKSPACE),
    ),
    ("Both heads signed three agreements …", adopt("1.0.0", "2026-01-02T15:00:00-05:00")),
    ("…", adopt("2.0.0", "2026-03-20T15:00:00-04:00")),
    ("…", adopt("2.1.0", "2026-06-18T15:00:00-04:00")),
)
SHOW = (
    (
        "… and each governs from its day on: nothing is judged before the first.",
        revloop("agreement", "history", *IN_WORKSPACE),
    ),
    ("What is there, and what it can show.", revloop("status", *IN_WORKSPACE)),
    (
        "The agreement in force as a page.",
        revloop(
            "agreement",
            "explain",
            str(HERE / "agreements" / "acme-revenue-2.1.0.yaml"),
            "--output",
            str(PAGE),
        ),
    ),
)


def main() -> int:
    begun = time.monotonic()
    HOME.mkdir(exist_ok=True)
    done = HOME / "made"
    for question, command in SHOW if done.exists() else MAKE + SHOW:
        print(f"\n{question}\n\n$ {shlex.join(map(_short, command))}", flush=True)
        ended = subprocess.run(command, check=False)
        if ended.returncode:
            print("\nThe demo stopped. To begin anew, delete the folder revloop-demo.")
            return ended.returncode
        if command == MAKE[-1][1]:
            done.touch()
    print(f"\n{time.monotonic() - begun:.0f} s. Open {PAGE.resolve().as_uri()} in a browser.")
    print(f"Look around: .venv/bin/revloop people explain acme:p-1 --workspace {WORKSPACE}")
    print("Your own exports: .venv/bin/revloop init mine, then: revloop import YOUR_FOLDER -w mine")
    return 0


def _short(argument: str) -> str:
    """As it is typed from the checkout."""
    if argument == sys.executable:
        return "python"
    path = Path(argument)
    inside = path.is_absolute() and path.is_relative_to(HERE.parent)
    return str(path.relative_to(HERE.parent)) if inside else argument


if __name__ == "__main__":
    raise SystemExit(main())
