"""The map of the communes: how many of what was asked for lie in each, as levels of a few colours."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.outlines import WIDTH, shipped_outlines
from catalog.places import Places
from catalog.programme import Axis, CountedProduct, key_of

LEVELS = 5


@dataclass(frozen=True, slots=True)
class MapShape:
    """A commune on the map. *level* from 0 (none) to LEVELS is its colour; *middle* is where its number stands."""

    code: str
    name: str
    path: str
    middle: tuple[int, int]
    number: int
    level: int


@dataclass(frozen=True, slots=True)
class ProgrammeMap:
    """The map, *width* by *height* units: its shapes, and its legend as (level, from, to).

    *elsewhere* lie in no commune that is known for sure.
    """

    width: int
    height: int
    shapes: Sequence[MapShape]
    legend: Sequence[tuple[int, int, int]]
    elsewhere: int

    @property
    def total(self) -> int:
        """All of them, wherever they lie."""
        return self.elsewhere + sum(shape.number for shape in self.shapes)


def level_bounds(most: int) -> list[int]:
    """Where each level above 0 begins, if one commune has *most*: twice as much at each, for few communes have many."""
    step = max(1, -(-(most + 1) // 2**LEVELS))
    return [bound for bound in (1, *(step * 2**each for each in range(1, LEVELS))) if bound <= most]


def draw_map(products: Iterable[CountedProduct], places: Places) -> ProgrammeMap:
    """How many of *products* lie in each commune."""
    numbers = Counter(key_of(each, Axis.COMMUNE) for each in products)
    elsewhere = numbers.pop("", 0)
    drawing = shipped_outlines()
    bounds = level_bounds(max(numbers.values(), default=0))
    names = {unit.code: str(unit) for unit in places.communes()}
    shapes = [
        MapShape(
            code=code,
            name=names.get(code, outline.name),
            path=outline.path(),
            middle=outline.middle,
            number=numbers[code],
            level=sum(bound <= numbers[code] for bound in bounds),
        )
        for code, outline in drawing.outlines.items()
    ]
    ends = [*(bound - 1 for bound in bounds[1:]), max(numbers.values(), default=0)]
    legend = [(at, bound, end) for at, (bound, end) in enumerate(zip(bounds, ends, strict=False), start=1)]
    return ProgrammeMap(WIDTH, drawing.height, shapes, legend, elsewhere)
