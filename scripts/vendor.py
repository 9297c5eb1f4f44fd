"""Fetch what others wrote and we serve, scripts and fonts, from the npm registry, and check it.

python scripts/vendor.py            fetches everything again; a file that is not the one we took is refused
python scripts/vendor.py --pin      takes what is there now, after a version below was raised

What was taken, and its SHA-256, stands in src/revloop/web/static/vendor/README.md; the tests compare
the files with it without any network.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import sys
import tarfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "src" / "revloop" / "web" / "static"
README = STATIC / "vendor" / "README.md"
REGISTRY = "https://registry.npmjs.org"
LISTED = re.compile(r"^\| `(?P<file>[^`]+)` \|.*\| `(?P<sha256>[0-9a-f]{64})` \|$", re.MULTILINE)


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str
    files: dict[str, str]
    """Where a file of the package goes in `static/`."""

    @property
    def address(self) -> str:
        return f"{REGISTRY}/{self.name}/-/{self.name.rsplit('/', 1)[-1]}-{self.version}.tgz"


PACKAGES = (
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        {"dist/htmx.min.js": "vendor/htmx.min.js", "LICENSE": "vendor/LICENSE-htmx.txt"},
    ),
    Package(
        "vega",
        "6.4.0",
        "BSD-3-Clause",
        {"build/vega.min.js": "vendor/vega.min.js", "LICENSE": "vendor/LICENSE-vega.txt"},
    ),
    Package(  # of the minor version whose charts Altair writes
        "vega-lite",
        "6.4.1",
        "BSD-3-Clause",
        {
            "build/vega-lite.min.js": "vendor/vega-lite.min.js",
            "LICENSE": "vendor/LICENSE-vega-lite.txt",
        },
    ),
    Package(
        "vega-embed",
        "7.3.0",
        "BSD-3-Clause",
        {
            "build/vega-embed.min.js": "vendor/vega-embed.min.js",
            "LICENSE": "vendor/LICENSE-vega-embed.txt",
        },
    ),
    Package(
        "vega-interpreter",
        "2.3.2",
        "BSD-3-Clause",
        {
            "build/vega-interpreter.js": "vendor/vega-interpreter.js",
            "LICENSE": "vendor/LICENSE-vega-interpreter.txt",
        },
    ),
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        {
            "files/inter-latin-wght-normal.woff2": "fonts/inter-latin-wght-normal.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "fonts/inter-latin-ext-wght-normal.woff2",
            "LICENSE": "fonts/OFL-Inter.txt",
        },
    ),
    Package(
        "@fontsource-variable/newsreader",
        "5.3.0",
        "OFL-1.1",
        {
            f"files/newsreader-{part}.woff2": f"fonts/newsreader-{part}.woff2"
            for part in ("latin-wght-normal", "latin-wght-italic", "latin-ext-wght-normal")
        }
        | {"LICENSE": "fonts/OFL-Newsreader.txt"},
    ),
)


def main() -> int:
    taken = listed()
    fetched = {file: (package, body) for package in PACKAGES for file, body in fetch(package)}
    wrong = [file for file, (_, body) in fetched.items() if taken.get(file) != sha256(body)]
    if wrong and "--pin" not in sys.argv:
        for file in wrong:
            print(f"{file} is not the file that {README.name} lists", file=sys.stderr)
        return 1
    for file, (_, body) in fetched.items():
        (STATIC / file).parent.mkdir(exist_ok=True)
        (STATIC / file).write_bytes(body)
        if file.endswith(".js"):  # a browser that takes it gets a third of the bytes
            packed = gzip.compress(body, compresslevel=9, mtime=0)
            (STATIC / f"{file}.gz").write_bytes(packed)
    README.write_text(readme(fetched), encoding="utf-8")
    print(f"{len(fetched)} files of {len(PACKAGES)} packages are the ones that were taken")
    return 0


def listed() -> dict[str, str]:
    """What the page says was taken: files by name, each with its SHA-256."""
    said = README.read_text(encoding="utf-8") if README.exists() else ""
    return {found["file"]: found["sha256"] for found in LISTED.finditer(said)}


def fetch(package: Package) -> list[tuple[str, bytes]]:
    with urllib.request.urlopen(package.address, timeout=60) as answer:  # noqa: S310 - the registry
        packed = io.BytesIO(answer.read())
    with tarfile.open(fileobj=packed, mode="r:gz") as archive:
        return [
            (to, for_browsers(to, body(archive, f"package/{path}")))
            for path, to in package.files.items()
        ]


def body(archive: tarfile.TarFile, path: str) -> bytes:
    opened = archive.extractfile(path)
    if opened is None:
        raise LookupError(path)
    return opened.read()


def for_browsers(file: str, text: bytes) -> bytes:
    """The interpreter is published for bundlers alone: its import and its export become globals."""
    if file != "vendor/vega-interpreter.js":
        return text
    for theirs, ours in (
        (rb"import (\{[^}]+\}) from 'vega-util';", rb"(() => {\nconst \1 = globalThis.vega;"),
        (
            rb"export (\{) expression as (expressionInterpreter) (\});",
            rb"globalThis.vegaInterpreter = {expressionInterpreter: expression};\n})();",
        ),
        (rb"//# sourceMappingURL=.*", rb""),
    ):
        text, times = re.subn(theirs, ours, text)
        if times != 1:
            raise ValueError(f"{file} is built in another way now: look at {theirs!r}")
    return text


def readme(fetched: dict[str, tuple[Package, bytes]]) -> str:
    rows = "\n".join(
        f"| `{file}` | {package.name} {package.version} | {package.licence} | `{sha256(body)}` |"
        for file, (package, body) in fetched.items()
    )
    return f"""# Written by others

Files that we serve and did not write, as they are published, from the npm registry. `python scripts/vendor.py` fetches them again
and refuses one that is not listed here; to take a newer version, raise it there and run it with `--pin`.

`vega-interpreter.js` is published for bundlers alone: its import became a read of `globalThis.vega`, its export a write of
`globalThis.vegaInterpreter`. Nothing else is changed. Beside each script lies the same, packed, for browsers that take it so.

| File | Package | Licence | SHA-256 |
|---|---|---|---|
{rows}
"""


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())
