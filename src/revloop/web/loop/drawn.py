"""The map of the loop: where each stage stands, and the arrows between them.

Stages go along the upper side to the right and come back along the lower one, as a loop does. Flows
are as thick as they are large, and every arrow leads to the rows behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

WIDTH, UPPER, LOWER = 1040, 140, 372
_LEFT, _RIGHT = 121, 935
_HALF, _TALL = 58, 26
_THICKEST = 34.0
_IN_ONE_ROW = 4


@dataclass(frozen=True, slots=True)
class Node:
    """A stage."""

    stage: str
    label: str
    x: float
    y: float
    count: int
    note: str
    href: str

    @property
    def left(self) -> float:
        return self.x - _HALF

    @property
    def top(self) -> float:
        return self.y - _TALL

    @property
    def below(self) -> float:
        return self.y + 18

    @property
    def above(self) -> float:
        return self.y - 4


@dataclass(frozen=True, slots=True)
class Arrow:
    """Those who go on from a stage to the next."""

    stage: str
    """The one that they leave."""
    path: str
    width: float
    team: str
    label: str
    behind: str
    x: float
    y: float
    href: str
    says: str
    leak: str = ""
    leak_x: float = 0
    leak_y: float = 0


@dataclass(frozen=True, slots=True)
class Stub:
    """Those who leave the loop from a stage."""

    path: str
    width: float
    label: str
    x: float
    y: float
    href: str
    says: str

    @property
    def reach_x(self) -> float:
        """Where the link may be touched, beyond its thin line."""
        return self.x - 42

    @property
    def reach_y(self) -> float:
        return self.y - 20


@dataclass(frozen=True, slots=True)
class Arc:
    """Those who are put aside and come back."""

    path: str
    width: float


@dataclass(frozen=True, slots=True)
class Map:
    nodes: Sequence[Node]
    arrows: Sequence[Arrow]
    stubs: Sequence[Stub]
    arcs: Sequence[Arc]
    height: int
    returned: str = ""
    """What the arcs say."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What is known of a stage, as the map needs it."""

    name: str
    label: str
    count: int
    note: str
    href: str
    team: str
    """Who brings leads into it."""
    going: Mapping[str, Any] | None = None
    """How many go on: `share`, `interval`, `n`, `x`, `href`; None at the end of the path."""
    leak: str = ""
    out: int = 0
    """Those who left the loop from here, without those put aside."""
    out_href: str = ""
    aside: int = 0
    """Those put aside from here."""


def drawn(stages: Sequence[Stage], *, back_to: str, returned: str) -> Map:
    """The map of these stages, in the order of the path."""
    places = _places(len(stages))
    most = max((stage.going["x"] for stage in stages if stage.going), default=0)
    nodes = [
        Node(stage.name, stage.label, x, y, stage.count, stage.note, stage.href)
        for stage, (x, y) in zip(stages, places, strict=True)
    ]
    arrows = [
        _arrow(stage, nodes[number], nodes[number + 1], stages[number + 1].team, most)
        for number, stage in enumerate(stages[:-1])
        if stage.going
    ]
    stubs = [
        _stub(stage, node, most) for stage, node in zip(stages, nodes, strict=True) if stage.out
    ]
    home = next((node for node in nodes if node.stage == back_to), None)
    arcs = [
        _arc(node, home, _thick(stage.aside, most))
        for stage, node in zip(stages, nodes, strict=True)
        if home and stage.aside and node.x > home.x + _HALF and node.y == home.y
    ]
    return Map(
        nodes,
        arrows,
        stubs,
        arcs,
        LOWER + 60 if len(stages) > _IN_ONE_ROW else UPPER + 120,
        returned if arcs else "",
    )


def _places(count: int) -> list[tuple[float, float]]:
    if count <= _IN_ONE_ROW:
        return [(x, UPPER) for x in _along(_LEFT, _RIGHT, count)]
    upper = (count + 1) // 2
    lower = count - upper - 1
    step = (_RIGHT - _LEFT) / upper
    above: list[tuple[float, float]] = [(_LEFT + step * each, UPPER) for each in range(upper)]
    turn = [(float(_RIGHT), (UPPER + LOWER) / 2)]
    below: list[tuple[float, float]] = [
        (_LEFT + step * (upper - 1 - each), LOWER) for each in range(lower)
    ]
    return [*above, *turn, *below]


def _along(first: float, last: float, count: int) -> list[float]:
    return [first + (last - first) * each / max(count - 1, 1) for each in range(count)]


def _thick(count: int, most: int) -> float:
    """Areas of flows are compared, not lengths: the thickness grows with the root."""
    return round(max(1.5, _THICKEST * sqrt(count / most)), 1) if most else 1.5


def _arrow(stage: Stage, begin: Node, end: Node, team: str, most: int) -> Arrow:
    going = stage.going or {}
    width = _thick(going["x"], most)
    if begin.y == end.y:
        ahead = 1 if end.x > begin.x else -1
        path = f"M{begin.x + ahead * _HALF:g} {begin.y:g}H{end.x - ahead * _HALF:g}"
        x, y = (begin.x + end.x) / 2, begin.y - width / 2 - 12
    elif end.y > begin.y and begin.y == UPPER:
        path = (
            f"M{begin.x + _HALF:g} {begin.y:g}"
            f"C{end.x - 10:g} {begin.y:g} {end.x:g} {begin.y + 30:g} {end.x:g} {end.y - _TALL:g}"
        )
        x, y = end.x + 6, begin.y - 4
    else:
        path = (
            f"M{begin.x:g} {begin.y + _TALL:g}"
            f"C{begin.x:g} {end.y - 20:g} {begin.x - 15:g} {end.y:g} {end.x + _HALF:g} {end.y:g}"
        )
        x, y = begin.x + 10, end.y + 8
    says = f"{begin.label} to {end.label}: {going['share']}, {going['behind']}"
    return Arrow(
        stage.name,
        path,
        width,
        team,
        going["share"],
        going["behind"],
        round(x, 1),
        round(y, 1),
        going["href"],
        f"{says}; {stage.leak}" if stage.leak else says,
        stage.leak,
        round((begin.x + end.x) / 2, 1),
        round((begin.y + end.y) / 2, 1),
    )


def _stub(stage: Stage, node: Node, most: int) -> Stub:
    width = min(_thick(stage.out, most), _THICKEST / 2)
    aside = UPPER < node.y < LOWER  # its arrow goes down, where the stub of the others is
    if aside:
        path = f"M{node.x - _HALF:g} {node.y:g}h-34"
        x, y = node.x - _HALF - 66, node.y + 5
    else:
        path = f"M{node.x:g} {node.y + _TALL:g}v34"
        x, y = node.x, node.y + _TALL + 50
    says = f"{stage.out:,} left the loop from {node.label}"
    return Stub(path, width, f"lost {stage.out:,}", x, y, stage.out_href, says)


def _arc(begin: Node, home: Node, width: float) -> Arc:
    lift = 24 + (begin.x - home.x) / 9
    top = begin.y - _TALL
    path = (
        f"M{begin.x:g} {top:g}C{begin.x:g} {top - lift:g} {home.x + 40:g} {top - lift:g}"
        f" {home.x:g} {top - 4:g}"
    )
    return Arc(path, min(width, _THICKEST / 4))
