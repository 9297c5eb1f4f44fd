"""What `make demo` shows: the example company's agreement, checked, compared, tried and explained.

Each step is a command that you can run yourself; its line is printed above what it says.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = Path("revloop-demo") / "agreement.html"
OLD = HERE / "agreements" / "acme-revenue-2.0.0.yaml"
NEW = HERE / "agreements" / "acme-revenue-2.1.0.yaml"

STEPS = (
    (
        "Is the agreement sound? Every problem would be shown with its place and its fix.",
        ("agreement", "check", str(NEW)),
    ),
    (
        "What changed since the version before, and is the version number large enough for it?",
        ("agreement", "diff", str(OLD), str(NEW)),
    ),
    (
        "Which version was in force when a lead of May was judged?",
        ("agreement", "which", str(OLD), str(NEW), "--at", "2026-05-04T09:00:00-04:00"),
    ),
    (
        "One lead, judged clause by clause. What is not known (?) is never held against anybody.",
        ("agreement", "try", str(NEW), "--record", str(HERE / "lead.json")),
    ),
    (
        "The whole agreement as a page that both heads can read and sign.",
        ("agreement", "explain", str(NEW), "--output", str(PAGE)),
    ),
)


def main() -> int:
    PAGE.parent.mkdir(exist_ok=True)
    for question, arguments in STEPS:
        print(f"\n{question}\n\n$ revloop {shlex.join(map(_short, arguments))}", flush=True)
        done = subprocess.run([sys.executable, "-m", "revloop", *arguments], check=False)
        if done.returncode:
            return done.returncode
    print(f"\nOpen {PAGE.resolve().as_uri()} in a browser.")
    print("Write your own: .venv/bin/revloop agreement new my-agreement.yaml")
    return 0


def _short(argument: str) -> str:
    """Paths as they are typed from the checkout."""
    path = Path(argument)
    inside = path.is_absolute() and path.is_relative_to(HERE.parent)
    return str(path.relative_to(HERE.parent)) if inside else argument


if __name__ == "__main__":
    raise SystemExit(main())
