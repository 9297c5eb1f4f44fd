"""Folders that somebody made to do harm, and processes that die at the worst moment."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from revloop.kit.errors import InvalidInput, RevloopError
from revloop.sources.reading import Limits, Reading, children, read_folder
from revloop.sources.reading.child import Request

from .folders import only_refusal, read, rows_of, unreadable_in, written

CSV = "id,name\n1,Ann\n"
needs_links = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    (made / "good.csv").write_text(CSV, encoding="utf-8")
    return made


def refusals(reading: Reading) -> dict[str, str]:
    assert [table.name for table in reading.tables] == ["good.csv"]
    return {each.name: each.reason for each in reading.refused}


def test_a_sparse_file_of_10_gigabytes_is_refused_at_once(folder: Path) -> None:
    for name, size in (("huge.csv", 10 * 2**30), ("holes.csv", 2 * 2**30)):
        with (folder / name).open("wb") as file:
            file.truncate(size)

    found = refusals(read(folder))

    assert "at most 8 GB are read" in found["huge.csv"]
    assert "nearly all of it was never written" in found["holes.csv"]


@pytest.mark.parametrize(
    "name", ["junk.csv", "junk.txt", "junk.jsonl", "junk.xlsx", "junk.parquet"]
)
def test_bytes_that_are_nothing_are_refused(name: str, folder: Path) -> None:
    (folder / name).write_bytes(random.Random(1).randbytes(50_000))  # noqa: S311

    assert list(refusals(read(folder))) == [name]


def test_an_empty_file_is_refused(folder: Path) -> None:
    (folder / "empty.csv").write_bytes(b"")

    assert refusals(read(folder)) == {"empty.csv": "is empty"}


@needs_links
def test_what_is_no_file_is_named_and_not_opened(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(CSV, encoding="utf-8")
    os.mkfifo(folder / "pipe.csv")
    (folder / "link.csv").symlink_to(secret)
    (folder / "device.csv").symlink_to("/dev/zero")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "around").symlink_to(folder)
    (folder / "dir.csv").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket must be short
        listening.bind("socket.csv")
        os.chdir(here)

        reading = read(folder)

    assert refusals(reading) == {
        "pipe.csv": "is not a file",
        "socket.csv": "is not a file",
        "link.csv": "is a link, and links are not followed",
        "device.csv": "is a link, and links are not followed",
        "loop.csv": "is a link, and links are not followed",
    }
    assert reading.ignored == ("around",)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(folder: Path) -> None:
    (folder / "locked.csv").write_text(CSV, encoding="utf-8")
    (folder / "locked.csv").chmod(0)
    (folder / "inside").mkdir(mode=0)

    found = refusals(read(folder))

    (folder / "inside").chmod(0o700)
    assert "may not be read" in found["locked.csv"]
    assert "permission denied" in found["inside"]


@needs_links
def test_any_name_can_be_shown(folder: Path) -> None:
    for name in (b"line\nbreak.csv", b"half \xff.csv", b"\x1b[31mred.csv", "größe.csv".encode()):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(CSV, encoding="utf-8")

    names = [table.name for table in read(folder).tables]

    assert names == [
        "\\x1b[31mred.csv",
        "good.csv",
        "größe.csv",
        "half \\xff.csv",
        "line\\nbreak.csv",
    ]


def test_a_file_that_changes_while_it_is_read_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = children.Children.ask

    def ask_and_change(self: children.Children, request: Request, size: int) -> object:
        answer = ask(self, request, size)
        if request.name == "log.csv":
            with Path(request.path).open("a", encoding="utf-8") as file:
                file.write("2,Bob\n")
        return answer

    (folder / "log.csv").write_text(CSV, encoding="utf-8")
    monkeypatch.setattr(children.Children, "ask", ask_and_change)

    assert refusals(read(folder)) == {"log.csv": "changed while it was being read"}


@pytest.mark.parametrize("patience", [1, 1_000])
def test_time_is_limited(patience: int, folder: Path, tmp_path: Path) -> None:
    """On the wall, and of the processor: reading this takes several seconds of both."""
    (folder / "good.csv").write_bytes(b"id,name\n" + b'a","\n' * 3_000_000)
    hurried = Limits(least_seconds=0.1, seconds_per_megabyte=0, patience=patience)

    said = only_refusal(read_folder(folder, tmp_path / "staged", limits=hurried))

    assert "takes more than 0 seconds to read" in said


def test_memory_is_limited(folder: Path, tmp_path: Path) -> None:
    (folder / "good.csv").write_text(CSV + "2,Bob\n" * 3_000_000, encoding="utf-8")
    tight = Limits(least_memory=20_000_000, memory_per_byte=0)

    said = only_refusal(read_folder(folder, tmp_path / "staged", limits=tight))

    assert "needs more than 19 MB of memory to read" in said


def test_what_is_written_is_limited(folder: Path, tmp_path: Path) -> None:
    rows = [["id"], *([os.urandom(50).hex()] for _ in range(20_000))]
    (folder / "good.csv").write_bytes(written(rows))

    said = only_refusal(
        read_folder(folder, tmp_path / "staged", limits=Limits(most_written=100_000))
    )

    assert "becomes a table of more than 98 kB" in said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has Landlock")
def test_a_reading_process_can_write_only_where_it_should(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (inside / "way out").symlink_to(outside)
    attempts = f"""
import os, platform, socket, subprocess, sys
from pathlib import Path
from revloop.sources.reading.confinement import confine_to
assert confine_to(Path({str(inside)!r}))
(Path({str(inside)!r}) / "mine").write_text("yes")
assert Path("/etc/hosts").read_text() is not None
def by_network():
    with socket.socket() as listening:
        if tuple(map(int, platform.release().split(".")[:2])) < (6, 7):
            raise OSError("not kept by this kernel")
        listening.bind(("127.0.0.1", 0))
for attempt in (
    lambda: Path({str(outside / "new")!r}).write_text("no"),
    lambda: Path({str(inside / "way out" / "new")!r}).write_text("no"),
    lambda: Path({str(outside / "folder")!r}).mkdir(),
    lambda: os.rename({str(inside / "mine")!r}, {str(outside / "mine")!r}),
    lambda: os.symlink("x", {str(outside / "link")!r}),
    lambda: subprocess.run([sys.executable, "-c", ""]),
    lambda: by_network(),
):
    try:
        attempt()
    except OSError:
        continue
    raise SystemExit(f"this was possible: {{attempt.__code__.co_firstlineno}}")
"""
    if not confined_in_a_process(inside):
        pytest.skip("this kernel has no Landlock")

    done = subprocess.run(
        [sys.executable, "-c", attempts], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert list(outside.iterdir()) == []


def confined_in_a_process(folder: Path) -> bool:
    code = (
        "import sys; from pathlib import Path; from revloop.sources.reading.confinement import "
        "confine_to; print(confine_to(Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(folder)]
    return subprocess.run(command, capture_output=True, check=True).stdout.strip() == b"True"


def test_a_reading_process_inherits_no_secrets(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:secret@host")
    seen = []
    start = subprocess.Popen

    def remember(*args: object, **options: object) -> object:
        seen.append(options["env"])
        return start(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", remember)

    read(folder)

    assert seen
    assert not any("secret" in str(environment) for environment in seen)


def test_two_readers_do_not_share_a_folder(folder: Path, tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from revloop.sources.reading.staging "
        f"import staging\nwith staging(Path({str(tmp_path / 'staged')!r})):\n"
        "    print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()

        with pytest.raises(RevloopError) as caught:
            read(folder)

        other.kill()
    assert caught.value.code == "reading.busy"
    assert read(folder).tables


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        read(tmp_path / "nowhere")


def test_a_full_disk_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        children.Children,
        "ask",
        lambda *_: {"disk": 28, "file": ""},
    )

    with pytest.raises(RevloopError) as caught:
        read(folder)

    assert caught.value.code == "disk.full"
    assert "run the same command again" in caught.value.hint


KILLED = """
import json, sys
from pathlib import Path
from revloop.sources.reading import read_folder
reading = read_folder(Path(sys.argv[1]), Path(sys.argv[2]))
print(json.dumps([[t.name, t.rows, t.unreadable_rows] for t in reading.tables]))
"""


@pytest.mark.slow
def test_a_killed_reader_goes_on_where_it_stopped(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    for number in range(8):
        rows = [["id", "name"], *([str(n), f"name {number}"] for n in range(60_000))]
        (exports / f"{number}.csv").write_bytes(written(rows) + b"1,2,3\n")
    undisturbed = read_folder(exports, tmp_path / "undisturbed")
    chance = random.Random(3)  # noqa: S311
    staged = tmp_path / "staged"
    for _ in range(12):
        with subprocess.Popen([sys.executable, "-c", KILLED, str(exports), str(staged)]) as reader:
            time.sleep(chance.uniform(0.05, 0.9))
            reader.send_signal(signal.SIGKILL)
    until(lambda: not processes_naming(str(staged)))

    after = read_folder(exports, staged)

    assert [rows_of(table) for table in after.tables] == [
        rows_of(table) for table in undisturbed.tables
    ]
    assert [unreadable_in(table) for table in after.tables] == [
        unreadable_in(table) for table in undisturbed.tables
    ]
    assert list(staged.glob("half-*")) == []


@pytest.mark.slow
def test_a_killed_reading_process_costs_at_most_its_file(folder: Path) -> None:
    shutil.copy(folder / "good.csv", folder / "another.csv")
    for number in range(4):
        rows = [["id"], *([str(n)] for n in range(400_000 + number))]
        (folder / f"large {number}.csv").write_bytes(written(rows))
    staged = folder.parent / "staged"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder), str(staged)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as reader:
        deadline = time.monotonic() + 20
        killed = 0
        while killed < 2 and time.monotonic() < deadline and reader.poll() is None:
            for child in processes_naming(str(staged)):
                if child != reader.pid:
                    os.kill(child, signal.SIGKILL)
                    killed += 1
            time.sleep(0.3)
        assert reader.stdout is not None
        tables = json.loads(reader.stdout.read())

    assert killed
    assert len(tables) >= 6 - killed
    assert len(read(folder).tables) == 6


@pytest.mark.slow
def test_an_interrupted_reader_ends_at_once(folder: Path) -> None:
    staged = folder.parent / "staged"
    for number in range(4):
        (folder / f"large {number}.csv").write_bytes(b"id\n%d\n" % number + b"1\n" * 5_000_000)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder), str(staged)], stderr=subprocess.PIPE
    ) as reader:
        until(lambda: len(list(staged.glob("half-*"))) == 2)
        reader.send_signal(signal.SIGINT)
        said = reader.communicate(timeout=20)[1]

    assert b"KeyboardInterrupt" in said
    assert list(staged.glob("half-*")) == []
    until(lambda: not processes_naming(str(staged)))


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def processes_naming(text: str) -> list[int]:
    """The processes whose command holds a text; those that have ended are not among them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if text in command:
            found.append(int(process.name))
    return found
