"""PostgreSQL with errors in words."""

from __future__ import annotations

from django.db.backends.postgresql import base
from django.utils.functional import cached_property

from revloop.kit.errors import RevloopError
from revloop.operations.storage import InWords, place

OLDEST = 15


class DatabaseWrapper(base.DatabaseWrapper):
    @cached_property
    def wrap_database_errors(self) -> InWords:
        return InWords(self)

    def check_database_version_supported(self) -> None:
        major, minor = self.get_database_version()
        if major < OLDEST:
            raise RevloopError(
                "database.too_old",
                f"{place(self.settings_dict)} is PostgreSQL {major}.{minor}",
                hint=f"upgrade it to PostgreSQL {OLDEST} or newer",
            )
