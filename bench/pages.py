"""What the pages cost among many people: each as a multiple of an empty page of somebody signed in.

100,000 people and a million touches, or ten times as many with REVLOOP_BENCH=full. The peer of each
page is a page of the same shell with nothing in it, asked for in turn with it.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench import company
from bench.rows import Row, peak_mb, times

from revloop import intake, operations
from revloop.engine import published
from revloop.kit import clock, folder
from revloop.kit.folder import Folder

if TYPE_CHECKING:
    from django.test import Client

FULL = os.environ.get("REVLOOP_BENCH") == "full"
CONTACTS, TOUCHES = (1_000_000, 10_000_000) if FULL else (100_000, 1_000_000)
ROUNDS = 25
MEDIAN_MS, LATE_MS, RATIO = 150, 400, 4
LATE = 0.95
TIMES, TIMES_LIMIT = 10, 12
_VERSIONS = 5
LIMIT_RATIO = 12
"""What must hold also on a machine that has other work."""
TYPED = ("ba", "te lo", "ko", "mere", "a", "ta.1", "sa be")


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="revloop-bench-") as temp:
        few, _ = _of_a_process(Path(temp) / "few", TIMES)
        many, rows = _of_a_process(Path(temp) / "many", 1)
    grown = Row(
        what=f"publish {TOUCHES:,} touches against {TOUCHES // TIMES:,}",
        ours=f"{many:.1f} s",
        peer=f"{few:.1f} s",
        ratio=times(many / few),
        bar=f"<= {TIMES_LIMIT}x",
        held=many / few <= TIMES_LIMIT,
    )
    return [grown, *rows]


def _of_a_process(place: Path, divided_by: int) -> tuple[float, list[Row]]:
    """Seconds of the publication, and of the whole company the rows of its pages.

    In a process of its own: the settings of Django, and memory, are those of a whole process.
    """
    process = subprocess.run(  # noqa: S603 - this program itself
        [sys.executable, "-m", "bench.pages", str(place), str(divided_by)],
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told = json.loads(process.stdout.splitlines()[-1])
    return told["published"], [Row(**each) for each in told["rows"]]


def _main(place: Path, divided_by: int) -> None:
    place.mkdir()
    made = folder.create(place / "workspace", company="Bench")
    operations.connect(made, create=True)
    company.write(place / "in", contacts=CONTACTS // divided_by, touches=TOUCHES // divided_by)
    asked = intake.Request(place / "in", "bench", company.LAST, source="warehouse", link=False)
    intake.run(asked, made)
    seconds, row = _published(made)
    rows = [row, *_pages(made)] if divided_by == 1 else []
    print(json.dumps({"published": seconds, "rows": [asdict(each) for each in rows]}))


def _published(made: Folder) -> tuple[float, Row]:
    from revloop.jobs.publishing import follow  # noqa: PLC0415 - Django is loaded by now

    began = time.perf_counter()
    done = follow(made, at=clock.now())
    seconds = time.perf_counter() - began
    again = time.perf_counter()
    follow(made, at=clock.now(), count_anew=False)
    nothing = time.perf_counter() - again
    bar = 120 if FULL else 15
    return seconds, Row(
        what=f"publish {done.rows['company_events']:,} events, load {os.getloadavg()[0]:.1f}",
        ours=f"{seconds:.1f} s",
        peer=f"nothing new {nothing * 1000:.0f} ms",
        bar=f"<= {bar} s",
        held=seconds <= bar,
    )


def _pages(made: Folder) -> list[Row]:
    client = signed_in(made)
    chosen = random.Random(5)
    companies = CONTACTS // company.PEOPLE_AT_A_COMPANY

    def some(first: int, count: int, address: str) -> Callable[[int], str]:
        return lambda _: address.format(first + chosen.randrange(count))

    asked: dict[str, Callable[[int], str]] = {
        "data": lambda _: "/data/",
        "people without a company": lambda _: "/data/unmatched/",
        "pairs that may be one person": lambda _: "/data/proposals/",
        "companies": lambda _: "/companies/",
        "companies of a country, with an opportunity": lambda _: (
            "/companies/?country=DE&reached=opportunity"
        ),
        "people": lambda _: "/people/",
        "people as somebody types": lambda each: f"/people/?q={TYPED[each % len(TYPED)]}",
        "a company": some(1, companies, "/companies/{}/"),
        "the company with most events": lambda _: "/companies/1/",
        "the same, one side": lambda _: "/companies/1/?side=sales",
        "a person": some(companies + 1, CONTACTS, "/people/{}/"),
    }
    rows = [page_row(what, *measured(client, address)) for what, address in asked.items()]
    rows.append(_first_of_a_version(client))
    peak = peak_mb()
    rows[-1] = replace(rows[-1], what=f"{rows[-1].what}; peak {peak:,.0f} MB")
    return rows


def measured(client: Client, address: Callable[[int], str]) -> tuple[list[float], list[float]]:
    """Milliseconds of the page and of the empty one, in turn."""
    pairs = list(_timed(client, address))
    return [each[0] for each in pairs], [each[1] for each in pairs]


def _timed(client: Client, address: Callable[[int], str]) -> Iterator[tuple[float, float]]:
    for each in range(ROUNDS + 2):
        pair = tuple(_ask(client, where) for where in (address(each), "/data/decisions/"))
        if each > 1:  # the first ones open files and fill what is kept
            yield pair[0], pair[1]


def _first_of_a_version(client: Client) -> Row:
    """What the first one waits who asks for a list after a publication."""
    waited = []
    for where in ("/companies/", "/people/") * _VERSIONS:
        published._opened.clear()  # noqa: SLF001 - as if another one had been made
        waited.append(_ask(client, where))
    return Row(
        what=f"page: the first list after a publication, load {os.getloadavg()[0]:.1f}",
        ours=f"{max(waited):.0f} ms",
        bar=f"<= {LATE_MS} ms",
        held=max(waited) <= LATE_MS,
    )


def _ask(client: Client, where: str) -> float:
    began = time.perf_counter()
    answer = client.get(where)
    spent = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:  # noqa: PLR2004 - it is there
        raise SystemExit(f"{where} answered {answer.status_code}")
    return spent


def page_row(
    what: str, page: list[float], empty: list[float], *, at_most: float | None = RATIO
) -> Row:
    """The bars of a page, and where `at_most` is given that many empty ones."""
    median, late = statistics.median(page), sorted(page)[int(len(page) * LATE)]
    ratio = median / statistics.median(empty)
    return Row(
        what=f"page: {what}, p95 {late:.0f} ms, load {os.getloadavg()[0]:.1f}",
        ours=f"{median:.0f} ms",
        peer=f"an empty page {statistics.median(empty):.1f} ms",
        ratio=times(ratio),
        bar=f"<= {MEDIAN_MS} ms, p95 {LATE_MS} ms" + (f", {at_most}x" if at_most else ""),
        held=median <= MEDIAN_MS and late <= LATE_MS and (not at_most or ratio <= at_most),
        limit=f"<= {LIMIT_RATIO}x" if at_most else "",
        refused=bool(at_most) and ratio > LIMIT_RATIO,
    )


def signed_in(made: Folder) -> Client:
    from revloop.web.server import application  # noqa: PLC0415 - Django is loaded by now

    application(made)
    from django.conf import settings  # noqa: PLC0415 - likewise
    from django.test import Client  # noqa: PLC0415 - likewise

    from revloop.operations.access import actions, entering  # noqa: PLC0415 - likewise
    from revloop.operations.access.rules import Role  # noqa: PLC0415 - likewise

    now = clock.now()
    person = actions.Person("Bench", "bench@company.example", Role.REVOPS)
    member = actions.create(person, actor="bench", at=now)
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = entering.begin(member.id, at=now).token
    return client


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
