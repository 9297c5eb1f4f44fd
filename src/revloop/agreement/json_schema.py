"""The JSON Schema of an agreement file, for editors: completion, hovers and errors while typing.

An editor uses it when the file's first line names it:

    # yaml-language-server: $schema=https://…/agreement.schema.json
"""

from __future__ import annotations

from typing import Any

from revloop.agreement.form import Agreement

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ADDRESS = "https://revloop.readthedocs.io/schema/agreement.schema.json"


def json_schema() -> dict[str, Any]:
    """The schema, generated from the form; titles that only repeat a key are left out."""
    schema = Agreement.model_json_schema(by_alias=True, mode="validation")
    written = _without_titles(schema)
    return {"$schema": DIALECT, "$id": ADDRESS, **written, "title": "revloop agreement"}


def _without_titles(value: Any, *, names: bool = False) -> Any:
    """Titles go, except where `title` is the name of a key that the form has."""
    if isinstance(value, dict):
        return {
            key: _without_titles(member, names=key in {"properties", "$defs"})
            for key, member in value.items()
            if names or not (key == "title" and isinstance(member, str))
        }
    if isinstance(value, list):
        return [_without_titles(member) for member in value]
    return value
