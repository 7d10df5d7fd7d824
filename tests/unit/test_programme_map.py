"""The levels of the map: few colours, twice as much at each, none without its place in the legend."""

import pytest

from catalog.programme import count_products, place_products
from handlers.programme_map import LEVELS, draw_map, level_bounds
from tests.unit.test_programme import NOWHERE, PLACES, TODAY, held, product


@pytest.mark.parametrize("most", [0, 1, 2, 3, 5, 17, 31, 32, 100, 1000, 20_000])
def test_the_levels_cover_every_number(most: int) -> None:
    bounds = level_bounds(most)
    assert len(bounds) <= LEVELS
    assert bounds == sorted(set(bounds))
    assert all(bound <= most for bound in bounds)
    assert bounds[:1] == [1][: most and 1]


def test_what_lies_nowhere_known_is_counted_beside_the_map() -> None:
    stock = [product(f"p{at}", held(3, "2025-01-01")) for at in range(5)]
    stock.append(product("q", held(3, "2025-01-01"), by=NOWHERE))
    drawn = draw_map(count_products(place_products(stock, PLACES), TODAY, today=TODAY), PLACES)
    (here,) = [shape for shape in drawn.shapes if shape.number]
    assert (here.name, here.number, here.level) == ("Xã Nhân Thắng", 5, 3)
    assert (drawn.elsewhere, drawn.total) == (1, 6)
    assert drawn.legend == [(1, 1, 1), (2, 2, 3), (3, 4, 5)]
    assert draw_map([], PLACES).legend == []
