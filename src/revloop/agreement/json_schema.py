"""The JSON Schema of an agreement file, for editors: completion, hovers and errors while typing.

An editor uses it when the file's first line names it:

    # yaml-language-server: $schema=https://…/agreement.schema.json
"""

from __future__ import annotations

from typing import Any

from revloop.agreement.form import Agreement
from revloop.kit.durations import Duration

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ADDRESS = "https://revloop.readthedocs.io/schema/agreement.schema.json"

_NAMED_BY_PEOPLE = frozenset({"properties", "$defs", "patternProperties"})


def json_schema() -> dict[str, Any]:
    """The schema, generated from the form, as editors need it."""
    schema = Agreement.model_json_schema(by_alias=True, mode="validation")
    written = _tidied(schema)
    return {"$schema": DIALECT, "$id": ADDRESS, **written, "title": "revloop agreement"}


def _tidied(value: Any, *, names: bool = False) -> Any:
    """Names of maps held to their form, as the form does; nothing that only repeats a key."""
    if isinstance(value, list):
        return [_tidied(member) for member in value]
    if not isinstance(value, dict):
        return value
    if names:  # here `title` and `default` are keys that an agreement may have
        return {key: _tidied(member) for key, member in value.items()}
    written = {
        key: _tidied(member, names=key in _NAMED_BY_PEOPLE)
        for key, member in value.items()
        if key not in {"title", "default"}
    }
    if not _says_nothing(value.get("default")):
        written["default"] = _as_in_the_file(value["default"])
    if "patternProperties" in written:
        written["additionalProperties"] = False
    return written


def _says_nothing(default: Any) -> bool:
    """Nothing, or sections and lists that are empty."""
    if isinstance(default, dict):
        return all(map(_says_nothing, default.values()))
    return default is None or default == []


def _as_in_the_file(default: Any) -> Any:
    match default:
        case {"amount": amount, "unit": unit, "working": working}:
            return str(Duration(amount, unit, working))
        case [str(low), str(high)] if low.isdecimal() and high.isdecimal():
            return [int(low), int(high)]
        case str(number) if number.isdecimal():
            return int(number)
        case _:
            return default
