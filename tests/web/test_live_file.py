"""The live file of the database is opened by Django alone.

Whoever else opens and closes it within the process drops SQLite's locks on it; when another process
then comes and goes, what is acknowledged afterwards is lost. So every page is asked for, another
process comes and goes, and all that was acknowledged before a kill must be there.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from revloop.kit import folder
from revloop.settings import loses_writes

ROOT = Path(__file__).resolve().parents[2]
_COMES_AND_GOES = """
import sys, pysqlite3
with pysqlite3.connect(sys.argv[1]) as other:
    print(other.execute("SELECT count(*) FROM ledger_entry WHERE kind = 'test.written'").fetchone()[0])
other.close()
"""
_SERVES = """
import os, subprocess, sys
from datetime import UTC, datetime
from pathlib import Path
from revloop.kit.folder import Folder
from revloop.web.server import application

house, meddles, other = Folder(Path(sys.argv[1])), sys.argv[2] == "meddles", sys.argv[3]
application(house, create=True)
from django.conf import settings
from django.test import Client
from django.urls import reverse
from revloop.operations.access import actions, entering
from revloop.operations.access.rules import Role
from revloop.operations.ledger import actions as ledger
from revloop.web.urls import ROUTES
from tests.web.test_matrix import SAMPLES

at = datetime(2026, 3, 2, 9, tzinfo=UTC)
from revloop.kit import clock
member = actions.create(actions.Person("Kim", "kim@acme.example", Role.ADMIN), actor="t", at=at)
client = Client(headers={"host": "localhost"}, raise_request_exception=False)
client.cookies[settings.SESSION_COOKIE_NAME] = entering.begin(member.id, at=clock.now()).token
asked = 0
for route in ROUTES:
    if "GET" in route.allow:
        asked += client.get(reverse(route.name, kwargs=SAMPLES.get(route.name, {}))).status_code < 500
from django.db import connection
connection.ensure_connection()
if meddles:
    house.operations.read_bytes()
subprocess.run([sys.executable, "-c", other, str(house.operations)], check=True, capture_output=True)
for number in range(10):
    ledger.append("test.written", str(number), actor="t", at=at)
print(asked, flush=True)
os._exit(9)
"""


@pytest.mark.parametrize("who", ["keeps off", "meddles"])
def test_what_was_acknowledged_outlives_every_page_another_process_and_a_kill(
    who: str, tmp_path: Path
) -> None:
    """Even if a page of ours came to read the file: the SQLite that we ship keeps its locks."""
    made = folder.create(tmp_path / "acme", company="Acme")
    child = subprocess.run(
        [sys.executable, "-c", _SERVES, str(made.path), who, _COMES_AND_GOES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 9, child.stderr
    assert int(child.stdout.split()[-1]) > 10
    counted = subprocess.run(
        [sys.executable, "-c", _COMES_AND_GOES, str(made.operations)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(counted.stdout) == 10


_OLD = """
import os, sqlite3, subprocess, sys
file = sys.argv[1]
ours = sqlite3.connect(file, isolation_level=None)
ours.execute("PRAGMA journal_mode=WAL")
ours.execute("PRAGMA synchronous=FULL")
ours.execute("CREATE TABLE written (number)")
open(file, "rb").read(100)
comes_and_goes = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); " \
    "print(c.execute('SELECT count(*) FROM written').fetchone()[0]); c.close()"
subprocess.run([sys.executable, "-c", comes_and_goes, file], check=True, capture_output=True)
for number in range(10):
    ours.execute("INSERT INTO written VALUES (?)", (number,))
sys.stdout.write(subprocess.check_output([sys.executable, "-c", comes_and_goes, file], text=True))
sys.stdout.flush()
os._exit(9)
"""


def test_an_older_sqlite_loses_it(tmp_path: Path) -> None:
    """Why we ship another one; and it shows that the test above could fail."""
    asks = [sys.executable, "-c", "import sqlite3; print(sqlite3.sqlite_version)"]
    version = subprocess.check_output(asks, text=True)
    if not loses_writes(tuple(map(int, version.split(".")))):
        pytest.skip(f"this machine's own SQLite is {version.strip()}, which is mended")
    child = subprocess.run(
        [sys.executable, "-c", _OLD, str(tmp_path / "old.sqlite3")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (child.returncode, child.stdout.strip()) == (9, "0")
