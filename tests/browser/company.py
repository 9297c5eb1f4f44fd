"""A company as a workspace, with a member of every role: `python -m tests.browser.company FOLDER`.

The small example company, or with `--hostile` one in which every text was written to be run. In a
process of its own, as `serving` is.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from revloop.kit import clock, folder
from revloop.kit.folder import Folder

from ..web import hostile
from ..web.story import agree, bring
from .serving import ROOT

PASSWORD = "one loop for both teams"
_HEAD = "Id,FirstName,LastName,Email,Company,LeadSource,Status,IsConverted,CreatedDate\n"
LEADS = (
    f"{_HEAD}00Q5f00000AAAA1EAH,Ann,Lee,Ann.Lee@Brightwater.example,Brightwater,Web,Working,false,"
    "2026-09-01T13:15:00.000Z\n"
    "00Q5f00000AAAA2EAH,Ann,Lee,ann.lee+news@brightwater.example,Brightwater,Web,Open,false,"
    "2026-09-02T08:00:00.000Z\n"
    "00Q5f00000AAAA3EAH,Bo,Chen,bo.chen@northfold.example,Northfold,Web,Open,false,"
    "2026-09-31T14:45:00.000Z\n"
)
HOSTILE_LEAD = (
    f"{_HEAD}00Q5f00000AAAA4EAH,<script>alert(1)</script>,<img src=x onerror=alert(1)>,"
    "x@hostile.example,</title><svg onload=alert(1)>,Web,Open,false,2026-09-03T08:00:00.000Z\n"
)


def made(path: Path, *options: str) -> Folder:
    """The workspace, made by a child process."""
    command = [sys.executable, "-m", "tests.browser.company", str(path), *options]
    subprocess.run(command, cwd=ROOT, check=True)
    return Folder(path / "acme")


def address_of(role: str) -> str:
    return f"{role}@acme.example"


def main() -> None:
    from revloop import intake, operations  # noqa: PLC0415 - only the child loads Django
    from revloop.example import UNTIL, make  # noqa: PLC0415 - likewise

    path, is_hostile = Path(sys.argv[1]), "--hostile" in sys.argv
    acme = folder.create(path / "acme", company="Acme", timezone="America/New_York")
    operations.connect(acme, create=True)
    now = clock.now()
    if is_hostile:
        bring(acme, path / "facts", hostile.facts(now - timedelta(days=3)), at=now)
    else:
        make("small", until=UNTIL).write_facts(path / "facts", truth=path / "truth")
        intake.run(intake.Request(path / "facts", actor="test", at=now), acme)
    from revloop.jobs.publishing import follow  # noqa: PLC0415 - its tables need the database
    from revloop.operations.access import actions as access  # noqa: PLC0415 - likewise
    from revloop.operations.access.rules import Role  # noqa: PLC0415 - likewise

    agree(acme)
    for role in Role:
        person = access.Person(f"Kim {role.title()}", address_of(role), role)
        access.create(person, password=PASSWORD, actor="test", at=now)
    follow(acme, at=now)


if __name__ == "__main__":
    main()
