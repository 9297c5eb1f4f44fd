from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import pytest

from .documents import Block, blocks, name, outputs, pages_with_code
from .transcripts import agrees, commands, difference, run, save, workplace

if TYPE_CHECKING:
    from pathlib import Path

ALL_PAGES = pages_with_code()


@pytest.mark.parametrize("page", ALL_PAGES, ids=name)
def test_the_python_on_a_page_runs_and_prints_what_the_page_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workplace(tmp_path))

    run_python_of(page)


@pytest.mark.parametrize("page", ALL_PAGES, ids=name)
def test_the_commands_on_a_page_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    run_commands_of(page, workplace(tmp_path))


def test_an_output_that_differs_is_reported_with_its_place(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n\n```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n")

    with pytest.raises(pytest.fail.Exception, match=r"(?s)page\.md:4: .*-3\n\+2"):
        run_python_of(page)


def test_python_that_fails_is_reported_with_the_line_of_the_document(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n\n```python\na = 1\na.nothing\n```\n")

    with pytest.raises(AttributeError) as caught:
        run_python_of(page)

    assert (str(caught.traceback[-1].path), caught.traceback[-1].lineno) == (str(page), 4)


def test_the_blocks_of_a_page_share_their_names(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\na = 2\n```\n\n```python\nprint(a)\n```\n```output\n2\n```\n")

    run_python_of(page)


def test_a_text_block_after_prose_is_not_taken_for_an_output(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nprint(1)\n```\n\nA picture:\n\n```text\n+-+\n```\n")

    run_python_of(page)


def test_dots_stand_for_any_text_and_any_lines(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```console\n$ printf 'took 12 ms\\na\\nb\\nend\\n'\ntook ... ms\n...\nend\n```\n"
    )

    run_commands_of(page, tmp_path)


def test_a_command_that_fails_shows_its_exit_code(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo no >&2; exit 1\nno\n[exit 1]\n$ echo yes\nyes\n```\n")

    run_commands_of(page, tmp_path)


def test_a_failure_the_page_does_not_show_is_reported(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ false\n```\n")

    with pytest.raises(pytest.fail.Exception, match=r"(?s)page\.md:2: .*\+\[exit 1\]"):
        run_commands_of(page, tmp_path)


def test_a_command_may_go_on_in_the_next_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo a \\\n>   b\na b\n```\n")

    run_commands_of(page, tmp_path)


def test_a_block_with_a_title_is_a_file_for_the_commands_below_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '```csv title="exports/a.csv"\nid\n1\n```\n\n```console\n$ cat exports/a.csv\nid\n1\n```\n\n'
        '```csv title="exports/a.csv"\nid\n2\n```\n\n```console\n$ cat exports/a.csv\nid\n2\n```\n'
    )

    run_commands_of(page, tmp_path)


def test_python_with_a_title_is_a_file_and_is_run_by_the_command_that_names_it(
    tmp_path: Path,
) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '```python title="look.py"\nprint(6 * 7)\n```\n\n```console\n$ python look.py\n42\n```\n'
    )

    run_python_of(page)
    run_commands_of(page, tmp_path)

    assert not [block for block in blocks(page) if is_page_python(block)]


def test_a_title_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text('```csv title="../a.csv"\nid\n```\n')

    with pytest.raises(AssertionError, match=r"page\.md:2: .*\.\./a\.csv"):
        run_commands_of(page, tmp_path)


def run_python_of(page: Path) -> None:
    found = blocks(page)
    shown = outputs(found)
    names: dict[str, object] = {"__name__": "__main__"}
    for block in found:
        if is_page_python(block):
            printed = execute(block, names)
            if block in shown and not agrees(shown[block].text, printed):
                what = f"the Python block that begins with: {block.text.splitlines()[0]}"
                pytest.fail(difference(block.place, what, shown[block].text, printed))


def is_page_python(block: Block) -> bool:
    return block.language == "python" and not block.file


def execute(block: Block, names: dict[str, object]) -> str:
    """Run a block, with its lines numbered as in the document."""
    code = compile("\n" * (block.line - 1) + block.text, str(block.page), "exec")
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(code, names)  # noqa: S102 - our own documents
    return printed.getvalue()


def run_commands_of(page: Path, folder: Path) -> None:
    for block in blocks(page):
        if block.file:
            save(block, folder)
        if block.language == "console":
            for command in commands(block):
                got = run(command, folder)
                if not agrees(command.shown, got):
                    pytest.fail(difference(command.place, f"$ {command.text}", command.shown, got))
