"""Many labels on A4 sheets, in a grid with marks to cut along: each page is shapes, for a PDF or a picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from catalog.label.layout import HEIGHT, WIDTH, Box, Shape, Star, TextLine

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
_EDGE = 6.0
"""What office printers leave white at each edge of the paper."""

_GAP = 1.5
_MARK, _STROKE = 3.0, 0.15
"""Half the length of a mark's arms, and how thick they are."""


@dataclass(frozen=True, slots=True)
class SheetGrid:
    """How many labels stand side by side and one below another."""

    columns: int
    rows: int

    @property
    def places(self) -> int:
        """How many labels a page has."""
        return self.columns * self.rows

    @property
    def cell(self) -> tuple[float, float]:
        """How wide and high a place is, in mm."""
        return (PAGE_WIDTH - 2 * _EDGE) / self.columns, (PAGE_HEIGHT - 2 * _EDGE) / self.rows

    @property
    def scale(self) -> float:
        """How large a label is there, of its own size."""
        width, height = self.cell
        return min((width - 2 * _GAP) / WIDTH, (height - 2 * _GAP) / HEIGHT)


GRIDS = {"3x8": SheetGrid(3, 8), "3x6": SheetGrid(3, 6), "2x5": SheetGrid(2, 5)}
"""By the name that stands in forms and addresses."""


def arrange_pages(labels: Sequence[Sequence[Shape]], grid: SheetGrid) -> list[list[Shape]]:
    """The pages of *labels* in their order, row by row; each is as large as its place lets it be."""
    pages = [labels[start : start + grid.places] for start in range(0, len(labels), grid.places)]
    return [[*_marks(grid), *_place_all(page, grid)] for page in pages]


def _place_all(labels: Sequence[Sequence[Shape]], grid: SheetGrid) -> Iterator[Shape]:
    width, height = grid.cell
    left = _EDGE + (width - WIDTH * grid.scale) / 2
    top = _EDGE + (height - HEIGHT * grid.scale) / 2
    for place, label in enumerate(labels):
        down, across = divmod(place, grid.columns)
        for shape in label:
            yield _place(shape, left + across * width, top + down * height, grid.scale)


def _place(shape: Shape, left: float, top: float, scale: float) -> Shape:
    match shape:
        case Box(x, y, width, height):
            return Box(left + x * scale, top + y * scale, width * scale, height * scale)
        case Star(corners):
            return Star(tuple((left + x * scale, top + y * scale) for x, y in corners))
        case TextLine():
            return replace(
                shape,
                x=left + shape.x * scale,
                y=top + shape.y * scale,
                size=shape.size * scale,
                width=shape.width * scale,
            )


def _marks(grid: SheetGrid) -> Iterator[Box]:
    """A cross wherever two cuts meet, and half of one at the edge."""
    width, height = grid.cell
    for across in range(grid.columns + 1):
        for down in range(grid.rows + 1):
            x, y = _EDGE + across * width, _EDGE + down * height
            yield Box(x - _MARK, y - _STROKE / 2, 2 * _MARK, _STROKE)
            yield Box(x - _STROKE / 2, y - _MARK, _STROKE, 2 * _MARK)
