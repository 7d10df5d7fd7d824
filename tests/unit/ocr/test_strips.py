"""Boxes of text laid level and put in order."""

import numpy as np

from catalog.ocr.recognise import Grey, Points, TextStrip, cut, in_order


def box(left: float, top: float, width: float, height: float) -> Points:
    return np.array(
        [[left, top], [left + width, top], [left + width, top + height], [left, top + height]], dtype=np.float32
    )


def page() -> Grey:
    """White at the top left corner of each box, black elsewhere, so that turning shows."""
    grey = np.zeros((400, 400), dtype=np.uint8)
    grey[50:60, 50:90] = 255
    return grey


def test_a_lying_line_is_cut_as_it_is() -> None:
    (strip,) = cut(page(), [box(50, 50, 200, 40)])
    assert (strip.grey.shape, strip.height, strip.shape) == ((40, 200), 40, 5.0)
    assert strip.grey[2, 2] > 200 > strip.grey[-2, -2]


def test_a_standing_line_is_laid_down() -> None:
    (strip,) = cut(page(), [box(50, 50, 40, 200)])
    assert strip.grey.shape == (40, 200)
    assert strip.corners_in_original(scale=1)[0] == (90.0, 50.0)


def test_the_other_way_up() -> None:
    (strip,) = cut(page(), [box(50, 50, 200, 40)])
    turned = strip.turn()
    assert turned.grey[-2, -2] > 200
    assert turned.corners_in_original(scale=2)[0] == (500.0, 180.0)
    assert np.array_equal(turned.turn().grey, strip.grey)


def test_a_speck_is_no_line() -> None:
    assert cut(page(), [box(10, 10, 200, 3), box(10, 10, 2, 2)]) == []


def test_order_is_that_of_the_text_however_the_photo_lies() -> None:
    upright = cut(page(), [box(10, 200, 100, 20), box(10, 20, 100, 20), box(10, 110, 100, 20)])
    assert [int(strip.corners[0][1]) for strip in in_order(upright)] == [20, 110, 200]
    assert [int(strip.corners[2][1]) for strip in in_order([strip.turn() for strip in upright])] == [200, 110, 20]
    assert in_order([]) == []


def test_lines_of_no_length_have_some_order() -> None:
    point = TextStrip(np.zeros((8, 8), dtype=np.uint8), np.zeros((4, 2), dtype=np.float32))
    assert len(in_order([point, point])) == 2
