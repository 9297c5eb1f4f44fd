"""Labels of coded values: a stage of the company's own is a number, the outcome of a call a GUID."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from revloop.sources.crm.entities import good
from revloop.sources.hubspot.objects import PROPERTY, PROPERTY_OPTION

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.sources.crm.records import Export

CALL_OUTCOMES = {
    "f240bbac-87c9-4f6e-bf70-924b57d47db7": "connected",
    "b2cf5968-551e-4856-9783-52b3da59a7d0": "voicemail",  # left voicemail
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "voicemail",  # left a message with somebody else
    "73a0d17f-1163-4015-bdd5-ec830791da20": "no_answer",
    "9d9162e7-6cf3-4944-bf63-4dff82258764": "no_answer",  # busy
    "17b47fee-58de-441e-a44c-c6300d46f273": "bounced",  # wrong number
}
"""The outcomes that every portal has; those of a company's own stand in property_option."""


def labelled(
    export: Export, rows: ir.Table, of: str, name: str, column: str, into: str
) -> ir.Table:
    """The rows with the label of a coded value in a new column; the value where it has no label.

    Names that HubSpot gave are words themselves and stay: labels of them can be changed.
    """
    if not export.has(PROPERTY_OPTION):
        return rows.mutate(**{into: rows[column]})
    options = _options(export, of, name)
    rows = rows.left_join(options, rows[column] == options.coded_)
    coded = rows[column].re_search(r"^\d+$|^[0-9a-f-]{36}$")
    label = ibis.coalesce(coded.ifelse(rows.label_, rows[column]), rows[column])
    return rows.mutate(**{into: label}).drop("coded_", "label_")


def _options(export: Export, of: str, name: str) -> ir.Table:
    named = good(export.records(PROPERTY))
    of_object = named.object.isnull() | named.object.lower().isin([of, f"{of}s"])
    named = named.filter((named.property == name) & of_object).select("property_id").distinct()
    options = good(export.records(PROPERTY_OPTION))
    options = options.semi_join(named, "property_id")
    return options.group_by("value").agg(label_=options.label.min()).rename(coded_="value")
