"""Notebooks as pages of the site: a hook of mkdocs that runs each and shows what it printed.

A page with the line `<!-- notebook: examples/notebooks/money.ipynb -->` gets the cells of that notebook
in its place, with their outputs. They are run anew when the notebook, the code or what is installed
has changed; a cell that fails, or warns, fails the build. The example company that they read is the one
of `make demo`, of the same seed and size, made beside it, because that one may be played with.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from revloop.analysis import colors
from revloop.web import charts

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "revloop"
CACHE = ROOT / ".cache" / "notebooks"
SECONDS = 300
PLACE = re.compile(r"^<!-- notebook: (?P<path>[\w./-]+\.ipynb) -->$", re.MULTILINE)
SCRIPTS = ("vega.min.js", "vega-lite.min.js", "vega-embed.min.js", "vega-interpreter.js")
DRAWN = "application/vnd.vegalite+json"
# What makes the company's facts, and what makes numbers of them; pages make neither.
MAKES_FACTS = ("agreement", "engine", "example", "facts", "intake", "kit", "operations", "sources")
MAKES_NUMBERS = (*MAKES_FACTS, "analysis", "upkeep", "workspace.py", "__init__.py")
# Charts are handed over as what they say, and not as a page with scripts of another site.
BEFORE = f"""
import altair

altair.renderers.register("site", lambda spec: {{{{{DRAWN!r}: spec}}}})
altair.renderers.enable("site")
workspace = {{workspace!r}}
"""


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Bring along the scripts that draw; they are those of the pages."""
    vendor = SOURCE / "web" / "static" / "vendor"
    for name in SCRIPTS:
        uri = f"assets/vega/{name}"
        files.append(File.generated(config, uri, abs_src_path=str(vendor / name)))
    return files


def on_page_markdown(markdown: str, *, page: Page, **_: object) -> str:
    """Put the cells of a notebook where the page names it."""

    def shown(place: re.Match[str]) -> str:
        try:
            ran = executed(ROOT / place["path"])
        except CellExecutionError as error:
            raise PluginError(f"{place['path']}: {error}") from error
        return "\n\n".join([*parts(ran), *scripts(page)])

    return PLACE.sub(shown, markdown)


def on_serve(server: LiveReloadServer, **_: object) -> LiveReloadServer:
    """Show a notebook anew when it is saved."""
    server.watch(str(ROOT / "examples" / "notebooks"))
    return server


# Running.


def executed(notebook: Path) -> Any:
    """The notebook with its outputs, from the last time if nothing has changed since.

    Raises:
        CellExecutionError: A cell fails.
        PluginError: A cell warns.

    """
    state = fingerprint([notebook, Path(__file__), *sources(MAKES_NUMBERS)])
    kept = CACHE / f"{notebook.stem}-{state}.ipynb"
    if not kept.exists():
        ran = run(notebook, example_company())
        for old in CACHE.glob(f"{notebook.stem}-*.ipynb"):
            old.unlink()
        nbformat.write(ran, kept)
    return nbformat.read(kept, as_version=4)


def run(notebook: Path, workspace: Path) -> Any:
    """Run a notebook in a kernel, in its own folder, on a workspace that takes the place of its own."""
    told = nbformat.read(notebook, as_version=4)
    [place] = [
        n for n, cell in enumerate(told.cells) if "parameters" in cell.metadata.get("tags", ())
    ]
    instead = nbformat.v4.new_code_cell(BEFORE.format(workspace=str(workspace)))
    told.cells.insert(place + 1, instead)
    os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
    client = NotebookClient(
        told,
        timeout=SECONDS,
        kernel_name="python3",
        config=Config({"KernelManager": {"transport_encryption": "required"}}),
        resources={"metadata": {"path": str(notebook.parent)}},
    )
    client.execute()
    del told.cells[place + 1]
    for cell in told.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "stream" and output.name == "stderr":
                raise PluginError(f"{notebook.name}, cell {cell.id}, warns: {output.text}")
    return told


def example_company() -> Path:
    """The workspace of the example company, made in a process of its own if its code has changed."""
    made = CACHE / f"company-{fingerprint(sources(MAKES_FACTS))}"
    if not (made / "made").exists():
        for old in CACHE.glob("company-*"):
            shutil.rmtree(old)
        subprocess.run([sys.executable, __file__, str(made)], check=True)
        (made / "made").touch()
    return made / "acme"


def sources(parts: Iterable[str]) -> Iterator[Path]:
    yield ROOT / "requirements.lock"
    yield from sorted((ROOT / "examples" / "agreements").glob("*.yaml"))
    for part in parts:
        path = SOURCE / part
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


# Showing.


def parts(notebook: Any) -> Iterator[str]:
    """The cells as Markdown, but the first, which is the title: the page has its own."""
    for cell in notebook.cells[1:]:
        if cell.cell_type == "markdown":
            yield cell.source
        elif cell.cell_type == "code":
            yield f"```python\n{cell.source}\n```"
            for output in cell.outputs:
                yield f'<div class="output">\n{shown(output)}\n</div>'


def shown(output: Any) -> str:
    """One output as HTML: a chart, else what it says in HTML, else its text."""
    if output.output_type == "stream":
        return f"<pre>{escape(output.text)}</pre>"
    if DRAWN in output.data:
        return figure(output.data[DRAWN])
    if "text/html" in output.data:
        return str(output.data["text/html"])
    return f"<pre>{escape(output.data['text/plain'])}</pre>"


def figure(spec: dict[str, Any]) -> str:
    """A chart in the colours of the pages, which change with the theme."""
    fitting = {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}
    said = json.dumps({**spec, **fitting, "config": charts.theme()})
    for name, color in colors.ELSEWHERE.items():
        said = said.replace(color, f"var(--{name})")
    said = said.replace("<", "\\u003c")  # no text of a chart ends the script
    return (
        f'<div class="chart"><div></div><script type="application/json">{said}</script></div>'
        "<noscript><p>The chart needs scripts; the tables say the same.</p></noscript>"
    )


def scripts(page: Page) -> Iterator[str]:
    """What draws the charts of a page, and the colours that they name."""
    tokens = charts.tokens()
    told = "".join(
        f"--{name}: {value};" for name, value in tokens.items() if value.startswith("light-dark(")
    )
    yield f"<style>.chart {{ {told} }}</style>"
    for name in (*(f"vega/{each}" for each in SCRIPTS), "charts.js"):
        address = get_relative_url(f"assets/{name}", page.url)
        yield f'<script src="{address}" defer></script>'


def main() -> None:
    """Make the example company: `python scripts/notebook_pages.py FOLDER`."""
    from revloop import intake, operations  # noqa: PLC0415 - the child alone loads Django
    from revloop.example import UNTIL, make  # noqa: PLC0415 - likewise
    from revloop.kit import clock, folder  # noqa: PLC0415 - likewise
    from revloop.upkeep import example  # noqa: PLC0415 - likewise

    path = Path(sys.argv[1])
    make("demo", until=UNTIL).write_facts(path / "facts", truth=path / "truth")
    acme = folder.create(path / "acme", company="Acme", timezone="America/New_York")
    operations.connect(acme, create=True)
    report = intake.run(intake.Request(path / "facts", actor="docs", at=clock.now()), acme)
    if report.refused or report.quarantined:
        sys.exit(f"the example company did not come in whole: {report.document()}")
    example.sign(acme, actor="docs")


if __name__ == "__main__":
    main()
