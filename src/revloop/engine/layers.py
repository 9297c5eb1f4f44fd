"""What an expression says twice is computed once: one SELECT becomes a few, each inside the next.

Ibis writes an expression out wherever it is used. A reader of dates uses the trimmed text twenty
times and the parsed one ten times, so a table of fifty columns becomes half a megabyte of SQL, and
an engine plans for seconds before it reads the first of a hundred rows. Here such a part becomes a
column of an inner SELECT, and whatever needs it names that column.

    SELECT f(g(a)), h(g(a)) FROM t

    SELECT f(shared_0), h(shared_0) FROM (SELECT g(a) AS shared_0 FROM t)

A part that only some rows need (a later branch of a case, a later argument of `coalesce`) stays
where it is: computed for every row it could cost more, or fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.operations as ops
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.rewrites import Select
from ibis.common.graph import Graph
from ibis.common.patterns import replace

_LARGE = 4
"""A part of fewer nodes than this is as short as the name of a column."""
_NEVER_SHARED = (
    ops.SortKey,
    ops.Unnest,
    ops.Impure,
    ops.Analytic,
    ops.Reduction,
    ops.WindowFunction,
)
_TWICE_IN_SQL = (ops.Substring, ops.StringFind, ops.ArrayIndex)
"""Operations that name their arguments more than once in the SQL that they become."""


@replace(Select)  # type: ignore[untyped-decorator]
def _select_in_layers(_: Any, **_unused: Any) -> Any:
    filtered = _filter_in_layers(_)
    outer = [*filtered.selections.values(), *filtered.qualified, *filtered.sort_keys]
    inner, written = _layers(filtered.parent, outer, filtered.predicates)
    if inner is filtered.parent:
        return filtered
    values = iter(written)
    return Select(
        inner,
        selections={name: next(values) for name in filtered.selections},
        qualified=[next(values) for _each in filtered.qualified],
        sort_keys=[next(values) for _each in filtered.sort_keys],
        distinct=filtered.distinct,
    )


def _filter_in_layers(select: Any) -> Any:
    """The same, with what its predicates say twice below it."""
    if not select.predicates:
        return select
    rest = [*select.selections.values(), *select.qualified, *select.sort_keys]
    fields = list(dict.fromkeys(each for value in rest for each in _fields(value)))
    inner, written = _layers(select.parent, [*select.predicates, *fields])
    if inner is select.parent:
        return select
    predicates = written[: len(select.predicates)]
    moved = dict(zip(fields, written[len(predicates) :], strict=True))
    values = iter([each.replace(moved, filter=ops.Value) for each in rest])
    return Select(
        inner,
        selections={name: next(values) for name in select.selections},
        predicates=predicates,
        qualified=[next(values) for _each in select.qualified],
        sort_keys=[next(values) for _each in select.sort_keys],
        distinct=select.distinct,
    )


@replace(ops.Aggregate)  # type: ignore[untyped-decorator]
def _aggregate_in_layers(_: Any, **_unused: Any) -> Any:
    inner, written = _layers(_.parent, [*_.groups.values(), *_.metrics.values()])
    if inner is _.parent:
        return _
    values = iter(written)
    return ops.Aggregate(
        inner,
        groups={name: next(values) for name in _.groups},
        metrics={name: next(values) for name in _.metrics},
    )


def _layers(
    parent: Any, outer: Sequence[Any], predicates: Sequence[Any] = ()
) -> tuple[Any, list[Any]]:
    """The parent with shared parts as columns, and the outer values written over it.

    The predicates go to the first layer, so that nothing is computed for rows that they leave out.
    """
    if any(_reaches_further(each, parent) for each in (*outer, *predicates)):
        return parent, list(outer)
    shared = _shared(outer, parent)
    if not shared:
        return parent, list(outer)
    needs = {value: list(_needs(value, shared)) for value in (*shared, *outer)}
    columns: dict[Any, Any] = {}  # by the value, where it stands in the layer below
    below = parent
    for level in range(max(each.level for each in shared.values()) + 1):
        later = [value for value in shared if shared[value].level > level]
        kept = {
            value: None
            for user in (*later, *outer)
            for value in needs[user]
            if value not in shared or shared[value].level <= level
        }
        below = Select(
            below,
            selections={
                _name(value, shared): value.replace(columns, filter=ops.Value) for value in kept
            },
            predicates=predicates if level == 0 else (),
        )
        columns = {value: ops.Field(below, _name(value, shared)) for value in kept}
    return below, [value.replace(columns, filter=ops.Value) for value in outer]


@dataclass(frozen=True, slots=True)
class _Part:
    """A shared part: the name of its column, and how many layers of others are inside it."""

    name: str
    level: int


def _shared(roots: Sequence[Any], parent: Any) -> dict[Any, _Part]:
    """The parts that are written more than once and computed for every row anyway."""
    graph, _cycles = Graph.from_bfs(list(roots), filter=ops.Value).toposort()
    inner_first = list(graph)
    sizes: dict[Any, int] = {}
    for node in inner_first:
        sizes[node] = 1 + sum(sizes[each] for each in _arguments(node))
    times: dict[Any, int] = dict.fromkeys(inner_first, 0)
    certain = set(roots)
    for root in roots:
        times[root] += 1
    chosen = []
    for node in reversed(inner_first):
        is_shared = (
            times[node] > 1
            and sizes[node] >= _LARGE
            and node in certain
            and node.shape.is_columnar()
            and not isinstance(node, _NEVER_SHARED)
        )
        if is_shared:
            chosen.append(node)
        written = 1 if is_shared else times[node]
        for each in _arguments(node):
            times[each] += written * (2 if isinstance(node, _TWICE_IN_SQL) else 1)
        if node in certain:
            certain.update(_certain_arguments(node))
    return _in_levels(inner_first, set(chosen), parent)


def _in_levels(inner_first: Iterable[Any], chosen: set[Any], parent: Any) -> dict[Any, _Part]:
    inside: dict[Any, int] = {}  # of each node, the layers that it stands on
    parts: dict[Any, _Part] = {}
    prefix = "shared"
    while any(name.startswith(prefix) for name in parent.schema.names):
        prefix += "_"
    for node in inner_first:
        level = max((inside[each] for each in _arguments(node)), default=0)
        if node in chosen:
            parts[node] = _Part(f"{prefix}_{len(parts)}", level)
            level += 1
        inside[node] = level
    return parts


def _needs(value: Any, shared: Mapping[Any, _Part]) -> Iterator[Any]:
    """The columns of layers below that a value names: fields, and shared parts."""
    waiting, seen = list(_arguments(value)) or [value], set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in shared or isinstance(node, ops.Field):
            yield node
        else:
            waiting += _arguments(node)


def _name(value: Any, shared: Mapping[Any, _Part]) -> str:
    return shared[value].name if value in shared else str(value.name)


def _fields(value: Any) -> list[Any]:
    return list(value.find(ops.Field, filter=ops.Value, ordered=True))


def _reaches_further(value: Any, parent: Any) -> bool:
    """Whether a value looks at another table than its own, or at its own as a whole."""
    if value.find((ops.Subquery, ops.CountStar, ops.CountDistinctStar), filter=ops.Value):
        return True
    return any(each.rel != parent for each in _fields(value))


def _arguments(node: Any) -> Iterator[Any]:
    """The values that a value is made of, each as often as it is named."""
    if not isinstance(node, ops.Field):
        yield from _values(node.__args__)


def _values(arguments: Iterable[Any]) -> Iterator[Any]:
    for each in arguments:
        if isinstance(each, ops.Value):
            yield each
        elif isinstance(each, tuple | list):
            yield from _values(each)
        elif isinstance(each, Mapping):
            yield from _values(each.values())


def _certain_arguments(node: Any) -> list[Any]:
    """Those that are computed whenever the value is."""
    match node:
        case ops.IfElse():
            return [node.bool_expr]
        case ops.SearchedCase():
            return [node.cases[0]]
        case ops.SimpleCase():
            return [node.base, node.cases[0]]
        case ops.Coalesce():
            constants = 0
            while constants < len(node.arg) - 1 and not node.arg[constants].shape.is_columnar():
                constants += 1
            return list(node.arg[: constants + 1])
        case ops.ArrayMap() | ops.ArrayFilter():
            return [node.arg]
        case _:
            return list(_arguments(node))


class Compiler(DuckDBCompiler):  # type: ignore[misc]
    """DuckDB's compiler of Ibis, writing its SQL in layers, and durations as differences."""

    __slots__ = ()
    post_rewrites = (*DuckDBCompiler.post_rewrites, _select_in_layers, _aggregate_in_layers)

    def visit_TimestampDelta(self, op: Any, *, part: Any, left: Any, right: Any) -> Any:  # noqa: N802
        """Microseconds between two instants.

        `date_diff` asks the calendar of a time zone about each row, which costs sixty times as much
        as one number less another.
        """
        if op.part.value == "microsecond":
            return self.binop(sge.Sub, self.f.epoch_us(left), self.f.epoch_us(right))
        return super().visit_TimestampDelta(op, part=part, left=left, right=right)
