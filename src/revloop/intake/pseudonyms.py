"""References that name a person by an address become keyed hashes before anything is stored."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from revloop.facts.columns import Kind

if TYPE_CHECKING:
    import ibis.expr.types as ir

EMAIL = "email:"
_HEX_DIGITS = 32
"""Of the hash that are kept: 128 bits."""
_HIDDEN = rf"^{EMAIL}[0-9a-f]{{{_HEX_DIGITS}}}$"


def of_email(email: str, secret: bytes) -> str:
    """The reference of a person who is known only by this address.

    The same address gives the same reference in one workspace, and another one in the next: without
    the workspace's secret nobody can find out whose it is.
    """
    return EMAIL + hmac.digest(secret, email.strip().lower().encode(), "sha256").hex()[:_HEX_DIGITS]


NAMED_BY_ADDRESS = ("contact", "user")
"""Those whom a file may name by an address instead of an id."""


def reference_columns(kind: Kind, of: str, columns: tuple[str, ...]) -> list[str]:
    """The columns of a staged table that name a contact, or a user."""
    return [column.name for column in kind.references if column.of == of and column.name in columns]


def addresses(rows: ir.Table, columns: list[str]) -> list[str]:
    """Every distinct reference by address in these columns, as the source wrote it.

    What an export of ours has hidden already is left as it is.
    """
    import ibis  # noqa: PLC0415

    if not columns:
        return []
    found = [
        rows.filter(
            rows[name].startswith(EMAIL) & ~rows[name].re_search(_HIDDEN).fill_null(False)  # noqa: FBT003
        ).select(reference=rows[name])
        for name in columns
    ]
    distinct = ibis.union(*found, distinct=True) if len(found) > 1 else found[0].distinct()
    return sorted(distinct.to_pyarrow().column("reference").to_pylist())


def replaced(rows: ir.Table, columns: list[str], known: ir.Table) -> ir.Table:
    """The rows with each address replaced; `known` has `reference` and its `pseudonym`."""
    for name in columns:
        joined = rows.left_join(known, rows[name] == known.reference)
        rows = joined.mutate(**{name: known.pseudonym.fill_null(rows[name])}).drop(
            "reference", "pseudonym"
        )
    return rows
