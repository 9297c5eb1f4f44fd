"""The agreements of the example company, signed by both heads in the workspace that holds it."""

from __future__ import annotations

from revloop.example.signed import HEADS, SIGNED
from revloop.kit.folder import Folder


def sign(made: Folder, *, actor: str) -> int:
    """Adopt each in the order in which they were signed; how many. The database is connected."""
    from revloop.operations.ledger import actions  # noqa: PLC0415 - its tables

    for each in SIGNED:
        actions.adopt(
            each.file.read_bytes(),
            file_name=each.file.name,
            signed_by=HEADS,
            at=each.at,
            actor=actor,
            agreements=made.agreements,
        )
    return len(SIGNED)
