from __future__ import annotations

from typing import Any

import pytest

from revloop.agreement.versions.rows import signatures_from
from revloop.kit.errors import InvalidInput

LEE = {
    "version": "2.1.0",
    "role": "sales",
    "signer": "lee",
    "hash": "sha256:1",
    "at": "2026-06-18T16:40:00Z",
}


def test_a_signature_is_read_from_its_row() -> None:
    (signature,) = signatures_from([{**LEE, "emergency": True}])

    assert (signature.role, signature.emergency) == ("sales", True)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({**LEE, "role": "Sales"}, "'Sales' is no role"),
        ({**LEE, "version": 2}, "version must be a text"),
        ({**LEE, "emergency": "false"}, "emergency must be true or false"),
        ({**LEE, "at": "2026-06-18T16:40:00"}, "is not an instant"),
        ({**LEE, "status": "signed"}, "has a key that is none"),
        ("lee", "has a key that is none"),
    ],
)
def test_a_row_that_is_no_signature_is_named(row: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match="signature 2") as refused:
        signatures_from([LEE, row])

    assert says in refused.value.message
    assert refused.value.hint
