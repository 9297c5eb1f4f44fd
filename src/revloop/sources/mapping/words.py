"""Whether the names that a mapping uses are known: kinds, fields, zones, currencies, options."""

from __future__ import annotations

from collections.abc import Iterator

from revloop.agreement.problems import Path, Problem
from revloop.facts.columns import PROVENANCE, Column, Holds, Kind
from revloop.facts.kinds import KINDS
from revloop.kit.errors import InvalidInput
from revloop.kit.money import DECIMALS
from revloop.kit.spelling import did_you_mean, one_of
from revloop.kit.working_time.zone_offsets import time_zone
from revloop.sources.mapping.constants import constant
from revloop.sources.mapping.form import EXPORTED_ON, NAMES_OF_STAGES, Fact, Form, From

STAGE_FIELDS = {"opportunity_stage": "stage", "lifecycle_transition": "to_state"}
"""The kinds that `stages` can make, and the field that then holds the stage."""

BESIDE_FIELDS: dict[str, Column] = {
    each.name: each
    for each in PROVENANCE
    if each.name in {"source_id", "at", "recorded_at", "updated_at", "is_deleted"}
}
"""What stands beside `fields` in a fact."""

# Each option, and what a field must hold for it to have a sense.
_OPTIONS: dict[str, frozenset[Holds]] = {
    "percent": frozenset({Holds.NUMBER}),
    "times": frozenset({Holds.MONEY}),
    "currency": frozenset({Holds.MONEY}),
    "currency_column": frozenset({Holds.MONEY}),
    "separator": frozenset({Holds.TEXTS}),
    "of_source": frozenset({Holds.KEY}),
    "by": frozenset({Holds.KEY}),
    "hash": frozenset({Holds.KEY}),
    "day_first": frozenset({Holds.INSTANT, Holds.DATE}),
    "two_digit_years": frozenset({Holds.INSTANT, Holds.DATE}),
    "decimal_comma": frozenset({Holds.NUMBER, Holds.INTEGER, Holds.MONEY}),
}
_BY = {"email": "contact", "domain": "account"}


def problems(form: Form) -> Iterator[Problem]:
    """Every name that nothing here is called by, with the nearest one that is."""
    yield from _zone(form)
    yield from _currency(form.currency, ("currency",))
    for file_number, file in enumerate(form.files):
        for fact_number, fact in enumerate(file.facts):
            path = ("files", file_number, "facts", fact_number)
            if fact.kind not in KINDS:
                hint = did_you_mean(fact.kind, KINDS) or f"use {one_of(KINDS)}"
                message = f"{fact.kind[:60]!r} is no kind of fact"
                yield Problem("mapping.unknown_kind", message, hint, (*path, "kind"))
                continue
            yield from _fact(form, fact, KINDS[fact.kind], path)


def _zone(form: Form) -> Iterator[Problem]:
    if form.timezone is not None:
        try:
            time_zone(form.timezone)
        except InvalidInput as error:
            yield Problem("mapping.unknown_timezone", error.message, error.hint, ("timezone",))


def _currency(code: str | None, path: Path) -> Iterator[Problem]:
    if code is not None and code not in DECIMALS:
        hint = did_you_mean(code.upper(), DECIMALS) or "use three letters: USD, EUR, GBP"
        yield Problem("mapping.unknown_currency", f"{code[:60]!r} is no currency", hint, path)


def _fact(form: Form, fact: Fact, kind: Kind, path: Path) -> Iterator[Problem]:
    yield from _time(form, fact, path)
    yield from _stages(fact, path)
    if fact.once and fact.source_id is None:
        message = "`once` needs a source_id: one fact is made for each different id"
        yield Problem("mapping.missing_key", message, "name the column of the id", path)
    for name, spec in beside(fact).items():
        yield from _field(BESIDE_FIELDS[name], spec, (*path, name))
    known = {column.name: column for column in kind.columns}
    for name, spec in fact.fields.items():
        where = (*path, "fields", name)
        if name in known:
            yield from _field(known[name], spec, where)
            continue
        hint = f"known here: {one_of(known)}"
        if name in BESIDE_FIELDS:
            hint = f"write {name} beside `fields`, not in it"
        elif name.removesuffix("_minor").removesuffix("_currency") in known:
            hint = f"write {name.removesuffix('_minor').removesuffix('_currency')}"
        hint = did_you_mean(name, known) or hint
        yield Problem(
            "mapping.unknown_field", f"{name[:60]!r} is no field of {kind.name}", hint, where
        )
    yield from _required(fact, kind, path)
    yield from _no_names(fact, kind, path)


def beside(fact: Fact) -> dict[str, From]:
    """What a fact says beside its fields, where it does."""
    return {name: spec for name in BESIDE_FIELDS if (spec := getattr(fact, name)) is not None}


def _time(form: Form, fact: Fact, path: Path) -> Iterator[Problem]:
    needs_day = fact.at is None and not fact.stages
    if fact.at is not None and EXPORTED_ON in fact.at.named_columns:
        needs_day = True
    if needs_day and form.exported_on is None:
        yield Problem(
            "mapping.no_time",
            f"nothing says when {fact.kind} happened",
            "name its column (`at: created`), or say the day of the export for all that has no "
            "date of its own (`exported_on: 2026-04-01`, at the top)",
            (*path, "at") if fact.at is not None else path,
        )


def _stages(fact: Fact, path: Path) -> Iterator[Problem]:
    where = (*path, "stages")
    if fact.stages and fact.kind not in STAGE_FIELDS:
        hint = f"they belong to {one_of(STAGE_FIELDS)}"
        yield Problem("mapping.unknown_key", f"{fact.kind} has no stages", hint, where)
    if fact.stages and fact.at is not None:
        message = "each stage brings its own date: `at` says nothing here"
        yield Problem("mapping.unknown_key", message, "leave `at` out", (*path, "at"))
    several = [names for names in fact.stages if NAMES_OF_STAGES in names]
    if several and fact.stage_column is None:
        hint = "name the column that says which: `stage_column: status`"
        message = f"{several[0]!r} names several stages for one date"
        yield Problem("mapping.missing_key", message, hint, (*where, several[0]))
    dates = list(fact.stages.values())
    if len(dates) != len(set(dates)):
        hint = f"write them together: `Won{NAMES_OF_STAGES}Lost: close_date`"
        yield Problem("mapping.not_valid", "two stages have the same date column", hint, where)


def _field(column: Column, spec: From, path: Path) -> Iterator[Problem]:
    for option, holds in _OPTIONS.items():
        if option not in spec.model_fields_set or column.holds in holds:
            continue
        if option == "hash" and column.name == "source_id":
            continue
        message = f"`{option}` has no sense for {column.name}, which holds {_what(column)}"
        yield Problem("mapping.wrong_option", message, "leave it out", (*path, option))
    yield from _currency(spec.currency, (*path, "currency"))
    if column.holds is Holds.KEY and spec.by in _BY and _BY[spec.by] != column.of:
        message = f"{column.name} names the {column.of}, which has no {spec.by} of its own"
        yield Problem("mapping.wrong_option", message, "leave `by` out", (*path, "by"))
    if spec.constant is not None:
        yield from _constant(column, spec.constant, (*path, "constant"))
    if column.holds in {Holds.TEXT, Holds.BOOLEAN, Holds.INTEGER, Holds.NUMBER}:
        for word, meaning in spec.values.items():
            if meaning:
                yield from _constant(column, meaning, (*path, "values", word))


def _what(column: Column) -> str:
    return "a reference" if column.holds is Holds.KEY else f"{column.holds}"


def _constant(column: Column, text: str, path: Path) -> Iterator[Problem]:
    try:
        constant(column, text)
    except InvalidInput as error:
        yield Problem(error.code, f"{column.name}: {error.message}", error.hint, path)


def _required(fact: Fact, kind: Kind, path: Path) -> Iterator[Problem]:
    given = {*fact.fields, *([STAGE_FIELDS[kind.name]] if fact.stages else [])}
    for column in kind.columns:
        if column.required and column.name not in given:
            example = f"{{constant: {column.values[0]}}}" if column.values else "its column"
            hint = f"{column.means}; write `{column.name}: {example}` under fields"
            message = f"{kind.name} needs the field {column.name!r}"
            yield Problem("mapping.missing_field", message, hint, (*path, "kind"))


def _no_names(fact: Fact, kind: Kind, path: Path) -> Iterator[Problem]:
    """An id is kept in the lake; what names a person is not."""
    if fact.source_id is None or kind.name not in {"contact", "user"}:
        return
    private = {
        named
        for column in kind.private
        if column.name in fact.fields
        for named in fact.fields[column.name].named_columns
    }
    for column in fact.source_id.named_columns:
        if column in private and not fact.source_id.hash:
            yield Problem(
                "mapping.id_names_a_person",
                f"{column!r} names a person, and ids are kept in the lake",
                f"write `source_id: {{hash: {column}}}`",
                (*path, "source_id"),
            )
