"""The folder of a workspace: where everything of one company lies.

revloop.toml          settings
secret                random bytes that key the hashes of e-mails
operations.sqlite3    the operational database, unless PostgreSQL is configured
lake/<kind>/          facts, as Delta tables
agreements/           the files, as they were signed
imports/<id>/         one import: its state while it runs, then its report
quarantine/           rows that could not become facts, whole
packs/                frozen meetings
published/            tables that pages read; they are made again of the facts
uploads/<id>/         files that were handed in by a browser, until they are imported; private
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.failpoints import failpoint
from revloop.kit.files import saying_what_to_do, write_whole

HOME = "REVLOOP_HOME"
FORMAT = 1
"""Of the folder; it rises when an older revloop could not read a newer folder."""
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Company:
    """What a file of this company means where it does not say so."""

    name: str = ""
    timezone: str = "UTC"
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Folder:
    """The paths of a workspace."""

    path: Path

    @property
    def settings(self) -> Path:
        return self.path / "revloop.toml"

    @property
    def secret(self) -> Path:
        """As private as the database."""
        return self.path / "secret"

    @property
    def operations(self) -> Path:
        return self.path / "operations.sqlite3"

    @property
    def lake(self) -> Path:
        return self.path / "lake"

    @property
    def agreements(self) -> Path:
        return self.path / "agreements"

    @property
    def imports(self) -> Path:
        return self.path / "imports"

    @property
    def quarantine(self) -> Path:
        return self.path / "quarantine"

    @property
    def packs(self) -> Path:
        return self.path / "packs"

    @property
    def published(self) -> Path:
        """No part of a backup: it can be made again."""
        return self.path / "published"

    @property
    def uploads(self) -> Path:
        """As private as the database; a backup leaves it out."""
        return self.path / "uploads"

    def exists(self) -> bool:
        return self.settings.is_file()

    def company(self) -> Company:
        said = self.read_settings().get("company", {})
        known = said if isinstance(said, dict) else {}
        return Company(**{name: str(known[name]) for name in Company.__slots__ if name in known})

    def read_secret(self) -> bytes:
        with saying_what_to_do(self.secret):
            written = self.secret.read_bytes()
        try:
            return bytes.fromhex(written.decode("ascii").strip())
        except ValueError:
            raise RevloopError(
                "workspace.secret",
                f"{self.secret} is not what revloop wrote there",
                hint="put it back from a backup: with another one, no address is known again",
            ) from None

    def read_settings(self) -> dict[str, object]:
        """What revloop.toml says; a newer form than this revloop knows is refused."""
        with saying_what_to_do(self.settings):
            written = self.settings.read_bytes()
        try:
            settings = tomllib.loads(written.decode())
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InvalidInput(
                "workspace.settings", f"{self.settings}: {error}", hint="mend the line it names"
            ) from None
        if settings.get("format", FORMAT) != FORMAT:
            raise InvalidInput(
                "workspace.newer",
                f"{self.path} was made by a newer revloop (format {settings['format']})",
                hint="use that version: pip install --upgrade revloop",
            )
        return settings


def find(given: Path | None, environ: Mapping[str, str] = os.environ) -> Folder:
    """The workspace that is meant: as given, else by REVLOOP_HOME, else the folder we are in."""
    path = given or Path(environ.get(HOME) or ".")
    folder = Folder(path.expanduser().absolute())
    if not folder.exists():
        raise InvalidInput(
            "workspace.missing",
            f"{folder.path} is not a workspace: it has no revloop.toml",
            hint=f"make one with: revloop init {path}; or name yours with --workspace or {HOME}",
        )
    return folder


def create(
    path: Path, *, company: str = "", timezone: str = "UTC", currency: str = "USD"
) -> Folder:
    """Make an empty workspace; one that exists is left as it is.

    The settings are written last, so that a folder half made is made again.
    """
    folder = Folder(path.expanduser().absolute())
    if folder.exists():
        return folder
    with saying_what_to_do(folder.path):
        folder.path.mkdir(parents=True, exist_ok=True)
        for inside in (
            folder.lake,
            folder.agreements,
            folder.imports,
            folder.quarantine,
            folder.packs,
        ):
            inside.mkdir(exist_ok=True)
        folder.uploads.mkdir(mode=0o700, exist_ok=True)
        if not folder.secret.exists():
            write_whole(folder.secret, f"{secrets.token_hex(_SECRET_BYTES)}\n".encode(), mode=0o600)
        settings = (
            f"format = {FORMAT}\n\n[company]\nname = {_quoted(company)}\n"
            f"timezone = {_quoted(timezone)}\ncurrency = {_quoted(currency)}\n"
        )
        failpoint("workspace.before_settings")
        write_whole(folder.settings, settings.encode())
    return folder


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = "".join(each if each.isprintable() else " " for each in escaped)
    return f'"{plain}"'
