"""The outlines of the communes since July 2025, as paths of a drawing. Pure over the TopoJSON that is shipped.

They are simplified: they show where a commune is, and settle no border.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import Any, TypeVar

from catalog.places import SHIPPED

WIDTH = 1000
"""How wide the drawing is, in its own units."""

Point = tuple[int, int]
Degrees = tuple[float, float]
At = TypeVar("At", Point, Degrees)


@dataclass(frozen=True, slots=True)
class Outline:
    """One commune: its code, its name, its rings of points, and the middle of the largest one."""

    code: str
    name: str
    rings: tuple[tuple[Point, ...], ...]
    middle: Point

    def path(self) -> str:
        """The outline as the ``d`` of an SVG path, in steps from point to point."""
        return "".join(_path(ring) for ring in self.rings)


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """All communes in one drawing of WIDTH by *height* units, north above."""

    height: int
    outlines: Mapping[str, Outline]


@cache
def shipped_outlines() -> MapDrawing:
    """The outlines of the merged Bắc Ninh that come with the product."""
    return read_outlines(json.loads((SHIPPED / "communes.topo.json").read_text("utf-8")))


@cache
def shipped_borders() -> Mapping[str, tuple[tuple[Degrees, ...], ...]]:
    """The rings of each commune, by its code, in degrees: east and north."""
    topology = json.loads((SHIPPED / "communes.topo.json").read_text("utf-8"))
    arcs = [tuple(_degrees(arc, topology["transform"])) for arc in topology["arcs"]]
    shapes = (each for found in topology["objects"].values() for each in found["geometries"])
    return {shape["properties"]["c"]: _rings(shape, arcs) for shape in shapes}


def read_outlines(topology: Mapping[str, Any]) -> MapDrawing:
    """Draw the polygons of a quantised *topology* whose properties are ``c`` (code) and ``n`` (name)."""
    arcs = [tuple(_degrees(arc, topology["transform"])) for arc in topology["arcs"]]
    west, south, east, north = _find_bounds(arcs)
    # On so small a land a degree of longitude has one length: that in its middle.
    shrink = math.cos(math.radians((south + north) / 2))
    unit = WIDTH / ((east - west) * shrink)

    def placed(point: Degrees) -> Point:
        return round((point[0] - west) * shrink * unit), round((north - point[1]) * unit)

    drawn = [tuple(placed(point) for point in arc) for arc in arcs]
    shapes = (each for found in topology["objects"].values() for each in found["geometries"])
    outlines = {shape["properties"]["c"]: _outline(shape, drawn) for shape in shapes}
    return MapDrawing(round((north - south) * unit), outlines)


def _degrees(arc: Sequence[Point], transform: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    (across, up), (west, south) = transform["scale"], transform["translate"]
    x = y = 0
    for step in arc:
        x, y = x + step[0], y + step[1]
        yield x * across + west, y * up + south


def _find_bounds(arcs: Sequence[Sequence[Degrees]]) -> tuple[float, float, float, float]:
    """How far *arcs* reach: west, south, east, north."""
    longitudes, latitudes = zip(*chain.from_iterable(arcs), strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _outline(shape: Mapping[str, Any], arcs: Sequence[tuple[Point, ...]]) -> Outline:
    rings = _rings(shape, arcs)
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    named = shape["properties"]
    return Outline(named["c"], named["n"], rings, _middle(largest))


def _rings(shape: Mapping[str, Any], arcs: Sequence[tuple[At, ...]]) -> tuple[tuple[At, ...], ...]:
    """The rings of points of one commune."""
    polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    return tuple(_ring(ring, arcs) for polygon in polygons for ring in polygon)


def _ring(numbers: Sequence[int], arcs: Sequence[tuple[At, ...]]) -> tuple[At, ...]:
    """The arcs one behind another; ~n is arc n from its end. A point that stands twice in a row stands once."""
    found: list[At] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        for point in arc:
            if not found or point != found[-1]:
                found.append(point)
    return tuple(found)


def _area(ring: Sequence[Point]) -> float:
    return sum(x * after[1] - after[0] * y for (x, y), after in zip(ring, (*ring[1:], ring[0]), strict=True)) / 2


def _middle(ring: Sequence[Point]) -> Point:
    """The centre of gravity of a ring."""
    area = _area(ring)
    across = up = 0.0
    for (x, y), (right, above) in zip(ring, (*ring[1:], ring[0]), strict=True):
        cross = x * above - right * y
        across, up = across + (x + right) * cross, up + (y + above) * cross
    return round(across / (6 * area)), round(up / (6 * area))


def _path(ring: Sequence[Point]) -> str:
    steps = (f"{x - before[0]} {y - before[1]}" for before, (x, y) in pairwise(ring))
    return f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps)}z".replace(" -", "-")
