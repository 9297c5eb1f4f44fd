"""What the stages of a source are in the words of the loop: as the agreement calls them, else as usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from revloop.facts.stage_names import meaning, plain

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from revloop.analysis.ground import Ground, Setting


def moves(ground: Ground) -> ir.Table:
    """Every entry into a stage, with `stage` in the words of the loop.

    A word that neither the agreement names nor usage makes certain stays as the source writes it.
    """
    rows = ground["lifecycle_transition"]
    words = ground.of_facts(_words)
    rows = rows.mutate(called=rows.stage.coalesce(rows.to_state)).drop("stage")
    rows = rows.left_join(words, rows.called == words.said)
    return rows.rename(stage="word").drop("called", "said")


def _words(ground: Ground) -> ir.Table:
    """Each name of a stage in the facts (`said`), and its `word`."""
    rows = ground["lifecycle_transition"]
    rows = rows.select(said=rows.stage.coalesce(rows.to_state)).distinct()
    said = sorted(str(each) for each in ground.facts.arrow(rows)["said"].to_pylist() if each)
    agreed = _agreed(ground.setting)
    word = [agreed.get(plain(each)) or meaning(each) or each.lower() for each in said]
    text = pa.string()
    return ground.facts.held(pa.table({"said": pa.array(said, text), "word": pa.array(word, text)}))


def _agreed(setting: Setting) -> dict[str, str]:
    """The names of the agreement in force: of its stages, and what else its words are called."""
    if setting.agreement is None:
        return {}
    form = setting.agreement.form
    called = {plain(stage): stage for stage in form.stages}
    for word, term in form.vocabulary.items():
        for name in (word, *term.also_called):
            called.setdefault(plain(name), word)
    return called
