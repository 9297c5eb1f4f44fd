from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from revloop.agreement.check import check, source
from revloop.agreement.form import Agreement, Section
from revloop.agreement.json_schema import json_schema
from revloop.agreement.problems import Path as PathInFile
from revloop.agreement.starting import Answers, starting_file

from .other_values import Edit, example_values, with_edits

ROOT = Path(__file__).resolve().parents[2]
COPY = ROOT / "docs" / "schema" / "agreement.schema.json"
EXAMPLES = sorted((ROOT / "examples" / "agreements").glob("*.yaml"))
SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def misfits(values: dict[str, Any]) -> list[str]:
    return [error.json_path for error in VALIDATOR.iter_errors(values)]


def test_it_is_a_valid_schema_of_2020_12() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"] == "https://revloop.readthedocs.io/schema/agreement.schema.json"


def test_the_published_copy_is_the_schema() -> None:
    # Write it anew with: revloop agreement schema > docs/schema/agreement.schema.json
    assert json.loads(COPY.read_text(encoding="utf-8")) == SCHEMA


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_first_line_of_an_example_names_the_copy(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(.*)", first)

    assert named is not None
    assert (file.parent / named[1]).resolve() == COPY


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_it_accepts_the_examples(file: Path) -> None:
    assert misfits(source.read(file.read_bytes()).values) == []


def test_it_accepts_the_file_that_new_writes() -> None:
    text = starting_file(Answers(), date(2026, 7, 1))

    assert misfits(source.read(text.encode()).values) == []
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={SCHEMA['$id']}"


WRONG: list[tuple[PathInFile, Any]] = [
    (("goals", "booking"), "5 USD"),
    (("stages", "mql", "entr"), "true"),
    (("promises", "sales_to_marketing", "decide", "clock", "within"), "16 business hour s"),
    (("promises", "sales_to_marketing", "decide", "clock", "within"), "16 fortnights"),
    (("promises", "sales_to_marketing", "decide", "goal"), "0.9"),
    (("promises", "sales_to_marketing", "decide", "goal"), 90),
    (("promises", "sales_to_marketing", "Decide"), {"goal": 1}),
    (("stages", "mql", "owner"), "legal"),
    (("goals", "bookings"), 1_080_000),
    (("goals", "bookings"), "1080000"),
    (("goals", "shares", "legal"), 0),
    (("version",), "2.1"),
    (("effective_from",), 20260701),
    (("lanes",), []),
    (("lanes", 0, "id"), "Existing customer"),
    (("routing", "capacity", "open_leads"), 0),
    (("review_by",), 20261009),
    (("signals", "attempts", "over"), "company"),
    (("scores", "interest", "events", 0, "at_most"), "one per day"),
    (("scores", "fit", "events"), []),
    (("calendars", "us east"), {"timezone": "UTC", "hours": {}}),
    (("status",), "in_force"),
]


@pytest.mark.parametrize(("path", "value"), WRONG, ids=str)
def test_it_refuses_what_the_form_refuses(path: PathInFile, value: Any) -> None:
    values = with_edits(example_values(), Edit(path, value))

    assert misfits(values) != []
    assert check(json.dumps(values, default=float).encode()).errors != ()


def test_no_map_takes_a_key_that_the_form_would_refuse() -> None:
    maps = [each for each in objects(SCHEMA) if "patternProperties" in each]

    assert len(maps) > 10
    assert all(each["additionalProperties"] is False for each in maps)
    sections = [each for each in objects(SCHEMA) if "properties" in each]
    assert all(each["additionalProperties"] is False for each in sections)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("type") == "object":
            yield value
        for member in value.values():
            yield from objects(member)
    elif isinstance(value, list):
        for member in value:
            yield from objects(member)


def test_every_key_that_says_what_it_means_says_so_to_editors() -> None:
    described = 0
    for section in sections_of(Agreement):
        own = SCHEMA if section is Agreement else SCHEMA["$defs"][section.__name__]
        for name, field in section.model_fields.items():
            key = own["properties"][field.alias or name]
            if field.description:
                assert key.get("description") == field.description, f"{section.__name__}.{name}"
                described += 1

    assert described > 80


def sections_of(annotation: Any) -> set[type[Section]]:
    """The section and all that are inside of it."""
    found: set[type[Section]] = set()
    waiting = [annotation]
    while waiting:
        each = waiting.pop()
        if isinstance(each, type) and issubclass(each, BaseModel):
            if issubclass(each, Section) and each not in found:
                found.add(each)
                waiting += [field.annotation for field in each.model_fields.values()]
        else:
            waiting += get_args(each)
    return found


def test_a_default_stands_there_as_a_file_would_write_it() -> None:
    defaults = {
        key: described["default"]
        for each in objects(SCHEMA)
        for key, described in each.get("properties", {}).items()
        if "default" in described
    }

    assert defaults["same_inquiry_within"] == "14 days"
    assert defaults["clamp"] == [0, 100]
    assert defaults["account_share"] == 0
    assert None not in defaults.values()
    for each in objects(SCHEMA):
        for described in each.get("properties", {}).values():
            if "default" in described and "$ref" not in described:
                Draft202012Validator({**described, "$defs": SCHEMA["$defs"]}).validate(
                    described["default"]
                )
