"""A reading as a notebook shows it: the answer, its number, its table, and what it rests on."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from revloop.analysis import phrases
from revloop.analysis.sheet import MINOR, SHARES

if TYPE_CHECKING:
    from revloop.analysis.reading import Headline, Result


def html(result: Result) -> str:
    """Question, sentence, headline, table, what was left out and why, and where it is from.

    Every text is escaped: names of campaigns and channels are what anybody wrote.
    """
    found, reading = result.found, result.reading
    parts = [f"<p><strong>{escape(reading.question)}</strong> {escape(result.sentence)}</p>"]
    if said := headline(result.headline, result.currency):
        parts.append(f"<p>{escape(reading.title)}: <strong>{escape(said)}</strong></p>")
    if result.table.num_rows:
        parts.append(result.sheet()._repr_html_())
    notes = [
        *(f"Left out: {each.n:,} that {each.reason}." for each in found.excluded),
        *found.notes,
        f"Formula: {reading.formula}.",
        f"Literature: {reading.literature}.",
        f"Snapshot: {result.provenance.snapshot}.",
    ]
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes)
    parts.append(
        f"<details><summary>How it is counted</summary><p>{escape(reading.meaning)}</p>"
        f"<ul>{listed}</ul></details>"
    )
    parts.append(f"<p><small>{escape(provenance(result))}</small></p>")
    return f'<div class="revloop-reading tex2jax_ignore">{"".join(parts)}</div>'


def headline(found: Headline | None, currency: str) -> str:
    """`25.7 % [24.6 % to 26.9 %], 5,163 of 20,056`; nothing where there is no number."""
    if found is None or found.value is None:
        return ""

    def number(value: float) -> str:
        if found.unit in SHARES:
            return phrases.share(value)
        if found.unit == MINOR and currency:
            return phrases.money(value, currency)
        return f"{value:,.2f} {found.unit}".strip().replace("-", "\N{MINUS SIGN}")

    said = number(found.value)
    if found.low is not None and found.high is not None:
        said += f" [{number(found.low)} to {number(found.high)}]"
    if found.n is None:
        return said
    return f"{said}, " + (f"n {found.n:,}" if found.x is None else f"{found.x:,} of {found.n:,}")


def provenance(result: Result) -> str:
    """`As of 30 Sep 2026, period 2026-Q3, agreement 2.1.0`."""
    said = result.provenance
    parts = [f"As of {said.as_of:%d %b %Y}", f"period {said.period or 'all that is known'}"]
    parts += [f"{cut} {value}" for cut, value in said.where.items()]
    versions = [each["version"] for each in said.agreement]
    parts.append(f"agreement {phrases.listed(versions)}" if versions else "no agreement")
    return f"{', '.join(parts)}."
