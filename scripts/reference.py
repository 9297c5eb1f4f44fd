"""Write the reference pages from the code: the form, the words, the facts, the commands, the problems.

python scripts/reference.py            writes them
python scripts/reference.py --check    fails if a page is not what the code says
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args, get_origin

import typer.main
from pydantic import BaseModel

from revloop.agreement.form import Agreement
from revloop.agreement.json_schema import json_schema
from revloop.analysis.ground import Setting
from revloop.analysis.registry import READINGS
from revloop.cli import app
from revloop.cli.output import ExitCode
from revloop.facts import vocabulary
from revloop.facts.columns import PROVENANCE, Column
from revloop.facts.kinds import KINDS
from revloop.facts.vocabulary import Word
from revloop.kit.codes import CODES

PAGES = Path(__file__).resolve().parent.parent / "docs" / "reference"
WRITTEN_BY = "<!-- Written by scripts/reference.py from the code: change it there. -->"


def main() -> int:
    stale = []
    for name, write in WRITERS.items():
        page, text = PAGES / name, f"{WRITTEN_BY}\n\n{write()}"
        if "--check" not in sys.argv:
            page.write_text(text, encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != text:
            stale.append(name)
    for name in stale:
        print(f"docs/reference/{name} is not what the code says: make fix", file=sys.stderr)
    return 1 if stale else 0


# The form of the file.


def agreement_file() -> str:
    parts = [
        "# The agreement file",
        (
            "One YAML file, at most 256 KiB, read by the rules of YAML 1.2. Clock times, instants and "
            "versions stand in quotes; dates may stand bare. Keys that are not listed here are refused. "
            "`revloop agreement schema` prints the same as a JSON Schema for editors."
        ),
        "## The file itself",
        _keys(Agreement),
    ]
    for section in _sections(Agreement, {Agreement}):
        parts += [f"## {_title(section)}", _said(section), _keys(section)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sections(section: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    for field in section.model_fields.values():
        for inner in _inner(field.annotation):
            if inner not in seen:
                seen.add(inner)
                yield inner
                yield from _sections(inner, seen)


def _inner(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _inner(argument)


def _title(section: type[BaseModel]) -> str:
    words = "".join(f" {each.lower()}" if each.isupper() else each for each in section.__name__)
    return words.strip().capitalize()


def _said(section: type[BaseModel]) -> str:
    own = section.__doc__ if "__doc__" in vars(section) else ""
    return " ".join((own or "").split())


def _keys(section: type[BaseModel]) -> str:
    schema = json_schema()
    own = schema if section is Agreement else schema["$defs"][section.__name__]
    rows = []
    for name, field in section.model_fields.items():
        key = field.alias or name
        needed = "yes" if field.is_required() else ""
        means = " ".join((field.description or "").split())
        rows.append((f"`{key}`", _kind(own["properties"][key], field.annotation), needed, means))
    return _table(("Key", "Value", "Required", "Means"), rows)


def _kind(schema: dict[str, Any], annotation: Any) -> str:
    """What may stand there, in words."""
    inner = list(dict.fromkeys(_inner(annotation)))
    links = " or ".join(f"[{_title(each).lower()}](#{_anchor(each)})" for each in inner)
    choices = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    if links:
        many = _has(annotation, dict), _has(annotation, tuple)
        return f"by name: {links}" if many[0] else f"list of {links}" if many[1] else links
    return " or ".join(dict.fromkeys(_plain(choice) for choice in choices))


def _plain(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return _choices(schema["enum"])
    kind = schema.get("type", "text")
    if kind == "array":
        members: dict[str, Any] = schema.get("items") or (schema.get("prefixItems") or [{}])[0]
        return f"list of {_plain(members)}"
    if kind == "object":
        return "values by name"
    if isinstance(kind, list):
        return "number or amount of money"
    examples = schema.get("examples")
    if examples:
        return f"such as `{examples[0]}`"
    words = {
        "string": "text",
        "integer": "whole number",
        "number": "number",
        "boolean": "true or false",
    }
    formats = {"date": "date", "date-time": "instant, in quotes"}
    return str(formats.get(schema.get("format", ""), words.get(kind, kind)))


_MOST_CHOICES = 12


def _choices(values: list[str]) -> str:
    shown = ", ".join(f"`{value}`" for value in values[:_MOST_CHOICES])
    return f"{shown}, … ({len(values)} in all)" if len(values) > _MOST_CHOICES else shown


def _has(annotation: Any, container: type) -> bool:
    return get_origin(annotation) is container or any(
        _has(argument, container) for argument in get_args(annotation)
    )


def _anchor(section: type[BaseModel]) -> str:
    return _title(section).lower().replace(" ", "-")


# The words of conditions.


def words() -> str:
    parts = [
        "# The words of conditions",
        (
            "What a condition may use, beside the signals and scores that the file declares, "
            "`icp_tier`, `icp_excluded` and `persona` (decided from the file's own tiers and personas) "
            "and, in stages, `lane`. Each may be unknown. In tables, money stands in two columns: "
            "`amount_minor`, whole minor units, and `amount_currency`."
        ),
    ]
    groups = (
        ("Company", vocabulary.ACCOUNT),
        ("Person", vocabulary.CONTACT),
        ("Touch", vocabulary.TOUCH),
        ("Activity", vocabulary.ACTIVITY),
        ("Inquiry", vocabulary.INQUIRY),
        ("Opportunity", vocabulary.OPPORTUNITY),
    )
    for title, group in groups:
        parts += [f"## {title}", _table(("Word", "Type", "Means", "Values"), map(_word, group))]
    return "\n\n".join(parts) + "\n"


def _word(word: Word) -> tuple[str, ...]:
    return f"`{word.name}`", str(word.type), word.means, _choices(list(word.values))


# The commands.


def commands() -> str:
    group = typer.main.get_command(app)
    parts = ["# Commands", "Every command takes `--json`, before or after its name."]
    for path, command in _leaves(group, ("revloop",)):
        parts += [f"## {' '.join(path)}", _help(command), _options(command)]
    codes = [(str(int(code)), _CODES[code]) for code in ExitCode]
    parts += ["## Exit codes", _table(("Code", "Means"), codes)]
    return "\n\n".join(part for part in parts if part) + "\n"


_CODES = {
    ExitCode.FINE: "fine",
    ExitCode.PROBLEMS: "the command did its work and found problems",
    ExitCode.USAGE: "the command could not be understood, or a file it names is not there",
    ExitCode.INTERRUPTED: "interrupted",
}


def _leaves(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, each in inner.items():
        yield from _leaves(each, (*path, name))


def _help(command: Any) -> str:
    said = " ".join((command.help or "").split())
    text, _, example = said.partition("Example: ")
    return f"{text.strip()}\n\n```sh\n{example}\n```" if example else text


def _options(command: Any) -> str:
    rows = [
        (f"`{_spelled(parameter)}`", getattr(parameter, "help", None) or "")
        for parameter in command.params
        if parameter.name != "help"
    ]
    return _table(("Argument or option", "Means"), rows)


def _spelled(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    return ", ".join(parameter.opts)


# The problems.


def problems() -> str:
    parts = [
        "# Problems",
        "Every problem has a code that never changes its meaning, a place, a sentence and a hint.",
    ]
    for area in dict.fromkeys(code.split(".", 1)[0] for code in CODES):
        rows = [
            (f"`{code}`", means) for code, means in CODES.items() if code.startswith(f"{area}.")
        ]
        parts += [f"## {area}", _table(("Code", "Means"), rows)]
    return "\n\n".join(parts) + "\n"


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# The facts.


def facts() -> str:
    parts = [
        "# The data dictionary",
        (
            "Every kind of fact, one table of the lake each. A fact is what happened; it is only ever "
            "added, and a later row with the same `source` and `source_id` corrects it. Any column may "
            "be unknown, which is null and never 0 or false. Instants are UTC. Money stands in two "
            "columns: `amount_minor`, whole minor units, and `amount_currency`, ISO 4217. A key is the "
            "dense whole number that the fact got when it was loaded. Private columns may be imported, "
            "and are kept in the operational database only: names, addresses and free text never reach "
            "the lake."
        ),
        "## What every fact carries",
        _table(("Column", "Type", "Means"), [_column(column)[:3] for column in PROVENANCE]),
    ]
    for kind in KINDS.values():
        columns = [*([kind.key] if kind.key else []), *kind.columns]
        parts += [
            f"## {kind.name}",
            f"{_sentence(kind.means)} `at` is {kind.happened}.",
            _table(("Column", "Type", "Means", "Unit or values"), map(_column, columns)),
        ]
    return "\n\n".join(parts) + "\n"


def _column(column: Column) -> tuple[str, ...]:
    holds = f"{column.holds} of [{column.of}](#{column.of})" if column.of else str(column.holds)
    marks = [f"**{mark}**" for mark in ("required", "private") if getattr(column, mark)]
    name = f"`{column.name}`"
    return (
        name,
        ", ".join([holds, *marks]),
        column.means,
        column.unit or _choices(list(column.values)),
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


# What is measured.

NO_AGREEMENT = Setting(datetime(2026, 1, 1, tzinfo=UTC))


def measured() -> str:
    parts = [
        "# Readings",
        (
            "A reading is one number of the program: one question, one definition, wherever it is "
            "shown. `revloop read NAME` prints it, its page is at `/readings/NAME/`, and in Python "
            '`revloop.open("acme").read(NAME)` gives the table, the sentence, the interval and what '
            "it rests on. See [ask for a number](../how-to/ask-for-a-number.md)."
        ),
    ]
    for each in READINGS.values():
        rows = "\n".join(
            f"| `{column.name}` | {column.means} | {column.unit} |" for column in each.columns
        )
        cuts = ", ".join(f"`{cut}`" for cut in each.cuts)
        choices = [
            f"Choose a {name}: {', '.join(f'`{value}`' for value in values(NO_AGREEMENT))}."
            for name, values in each.choices.items()
        ]
        about = (
            f"Counted: {each.grain}; in {each.unit}.",
            f"Formula: {each.formula}.",
            f"Source: {each.literature}.",
            f"By: {cuts or 'nothing'}.",
            f"Obeys, in the agreement: {', '.join(each.obeys) or 'nothing'}.",
            f"Needs: {'; '.join(need.says for need in each.needs)}.",
            *choices,
        )
        parts += [
            f"## {each.title}\n\n`{each.name}`: {each.question}",
            each.meaning,
            "\n".join(f"- {line}" for line in about),
            f"| column | means | unit |\n|---|---|---|\n{rows}",
        ]
    return "\n\n".join(parts).replace(" | |", " |  |") + "\n"


WRITERS = {
    "readings.md": measured,
    "data-dictionary.md": facts,
    "agreement-file.md": agreement_file,
    "words.md": words,
    "commands.md": commands,
    "problems.md": problems,
}

if __name__ == "__main__":
    raise SystemExit(main())
