"""The outlines that come with the product: every commune once, around its point, and a path that draws it."""

import math
import re

from catalog.outlines import WIDTH, Outline, read_outlines, shipped_outlines
from catalog.places import Places

PLACES = Places.load_shipped()


def holds(outline: Outline, x: float, y: float) -> bool:
    """Whether a point lies inside, by counting the borders to its right."""
    crossed = 0
    for ring in outline.rings:
        for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                crossed += 1
    return crossed % 2 == 1


def test_each_commune_has_its_outline() -> None:
    drawn = shipped_outlines().outlines
    assert set(drawn) == {unit.code for unit in PLACES.communes()}
    for unit in PLACES.communes():
        assert drawn[unit.code].name.endswith(unit.name) or len(drawn[unit.code].name) == len(str(unit))


def test_they_fill_the_drawing_and_no_more() -> None:
    drawing = shipped_outlines()
    points = [point for each in drawing.outlines.values() for ring in each.rings for point in ring]
    assert (min(x for x, _ in points), max(x for x, _ in points)) == (0, WIDTH)
    assert (min(y for _, y in points), max(y for _, y in points)) == (0, drawing.height)


def test_the_point_of_each_commune_lies_inside_it_or_at_its_border() -> None:
    """Its outline is simplified: a point may be a few hundred metres outside, never at a neighbour's far end."""
    west, north = 105.8815, 21.6265
    unit_length = WIDTH / (1.15176 * math.cos(math.radians(21.298)))
    inside = 0
    for unit in PLACES.communes():
        assert unit.longitude is not None
        assert unit.latitude is not None
        x = (unit.longitude - west) * math.cos(math.radians(21.298)) * unit_length
        y = (north - unit.latitude) * unit_length
        outline = shipped_outlines().outlines[unit.code]
        inside += holds(outline, x, y)
        nearest = min(math.dist((x, y), point) for ring in outline.rings for point in ring)
        assert holds(outline, x, y) or nearest < 12, unit
    assert inside >= 97


def test_a_path_draws_the_same_points() -> None:
    for outline in shipped_outlines().outlines.values():
        (ring,) = outline.rings
        (found,) = re.findall(r"M(-?\d+) ?(-?\d+)l([^z]+)z", outline.path())
        x, y = int(found[0]), int(found[1])
        steps = [int(each) for each in re.findall(r"-?\d+", found[2])]
        points = [(x, y)]
        for right, down in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + right, y + down
            points.append((x, y))
        assert tuple(points) == ring


def test_a_land_of_several_parts_is_drawn_whole() -> None:
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[0, 0], [2, 0], [0, 2], [-2, 0], [0, -2]], [[4, 0], [1, 0], [0, 1], [-1, 0], [0, -1]]],
        "objects": {
            "x": {"geometries": [{"type": "MultiPolygon", "arcs": [[[0]], [[~1]]], "properties": {"c": "1", "n": "A"}}]}
        },
    }
    drawing = read_outlines(topology)
    outline = drawing.outlines["1"]
    assert len(outline.rings) == 2
    assert outline.middle == (200, 200), "the middle of the larger part"
    assert outline.path().count("z") == 2
