"""Django settings and nothing else: which database a workspace has, and how it is opened.

The folder comes from REVLOOP_HOME and the database from DATABASE_URL: PostgreSQL if it is set, the
SQLite file of the folder if not. `operations.connect` points a running process at any workspace.

There is no SECRET_KEY: nothing here signs anything, and whatever came to sign something without a
key of its own workspace would fail loudly instead of using a public one.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from revloop.kit.errors import InvalidInput, RevloopError
from revloop.kit.folder import Folder

LOCK_SECONDS = 60
"""How long a writer waits for another one before it gives up with a sentence."""

_FIRST_AFFECTED, _FIRST_SAFE = (3, 7, 0), (3, 51, 3)

_AT_OPENING = (
    "PRAGMA journal_mode=WAL",  # readers and the writer do not wait for each other
    "PRAGMA synchronous=FULL",  # what is acknowledged survives a power cut
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what is erased leaves no bytes behind
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32768",  # 32 MiB
    "PRAGMA journal_size_limit=67108864",  # 64 MiB stay of the log after a long reader
)

_EXAMPLE = "postgres://user:password@host:5432/database"
_LIBPQ = frozenset(
    {"host", "sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding", "passfile"}
)
"""What may stand behind the question mark."""


def database(folder: Folder, url: str | None = None) -> dict[str, Any]:
    """The entry of `DATABASES` for a workspace: PostgreSQL where a URL is given, else SQLite.

    Raises:
        InvalidInput: `database.url`, if the URL cannot be read. Its password is never repeated.
    """
    return _postgresql(url) if url else sqlite(folder.operations)


def loses_writes(version: tuple[int, ...]) -> bool:
    """Whether this SQLite may lose a write when its log is reset: 3.7.0 to 3.51.2 may."""
    return _FIRST_AFFECTED <= version < _FIRST_SAFE


def sqlite(file: Path) -> dict[str, Any]:
    """The entry of `DATABASES` for one SQLite file."""
    return {
        "ENGINE": "revloop.operations.sqlite",
        # A name that begins with a slash is never taken for a URI.
        "NAME": str(file.absolute()),
        "OPTIONS": {
            "timeout": LOCK_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": ";".join(_AT_OPENING),
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
        options = parse_qsl(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise _refused("cannot be read") from None
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise _refused("does not begin with postgres://")
    if not name or "/" in name or parts.fragment:
        raise _refused("does not end with the name of one database")
    unknown = sorted({key for key, _ in options} - _LIBPQ)
    if unknown:
        raise _refused(
            f"has {', '.join(unknown)} behind the question mark, which is not understood"
        )
    return {
        "ENGINE": "revloop.operations.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "OPTIONS": {
            "connect_timeout": 10,
            "application_name": "revloop",
            # A statement that comes again and again is planned once: a fifth faster for one person.
            "server_side_binding": True,
            "prepare_threshold": 5,
            "options": f"-c lock_timeout={LOCK_SECONDS * 1000}",
            **dict(options),
        },
    }


def _refused(what: str) -> InvalidInput:
    return InvalidInput(
        "database.url",
        f"DATABASE_URL {what}",
        hint=f"write {_EXAMPLE}, with every sign of the password that is neither a letter nor a "
        "digit percent-encoded (@ as %40, / as %2F, # as %23)",
    )


def _take_the_place_of_sqlite3() -> None:
    """Let every later `import sqlite3` of this process, Django's above all, get pysqlite3.

    Here and nowhere else: two copies of SQLite in one process would drop each other's locks.
    """
    module = import_module("pysqlite3")
    if loses_writes(module.sqlite_version_info):
        raise RevloopError(
            "database.sqlite_loses_writes",
            f"SQLite {module.sqlite_version} may lose acknowledged writes",
            hint="install the build that revloop asks for: pip install pysqlite3==0.6.1",
        )
    sys.modules["sqlite3"] = module
    sys.modules["sqlite3.dbapi2"] = module.dbapi2


_take_the_place_of_sqlite3()

DATABASES = {
    "default": database(
        Folder(Path(os.environ.get("REVLOOP_HOME", "."))), os.environ.get("DATABASE_URL")
    )
}
INSTALLED_APPS = [
    "revloop.operations.ledger",
    "revloop.operations.people",
    "revloop.operations.queue",
    "revloop.operations.access",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGGING_CONFIG = None  # whoever runs the process decides what is logged

# The web half; what depends on the workspace and on how browsers reach it, `web.server` adds.
ROOT_URLCONF = "revloop.web.urls"
MIDDLEWARE = [
    "revloop.web.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "revloop.web.sign_in.middleware.SignedIn",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.csrf"],
            "builtins": ["revloop.web.shell.tags", "revloop.web.shell.components"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
        },
    }
]
APPEND_SLASH = False
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CSRF_FAILURE_VIEW = "revloop.web.sign_in.views.csrf_refused"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 600_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
