"""A photo that cannot be read is told why."""

import cv2
import numpy as np
import pytest

from catalog.barcode import Trouble, read_here
from tests.unit.barcode import drawing

TEXT = "https://ocop.example/sp/0123456789-abcdefghij"


def troubles(picture):
    reading = read_here(drawing.png(picture))
    assert reading.payloads == ()
    return reading.troubles


def spoilt(module=8):
    """A code whose data is gone, though its finder patterns are sharp."""
    code = drawing.qr(TEXT, module=module)
    middle = code[13 * module : -5 * module, 13 * module : -5 * module]
    middle[:] = np.random.default_rng(1).integers(0, 2, middle.shape) * 255
    picture, _ = drawing.photo(code)
    return picture


def test_finder_patterns_without_a_readable_code_are_unreadable():
    assert troubles(spoilt())[-1] is Trouble.UNREADABLE


def test_a_dark_photo_is_dark():
    dark = spoilt() * 0.15 + np.random.default_rng(2).normal(0, 2, (960, 1280))
    assert Trouble.DARK in troubles(dark.clip(0, 255).astype(np.uint8))


def test_a_blurred_photo_is_blurred():
    assert Trouble.BLURRED in troubles(cv2.GaussianBlur(spoilt(), (0, 0), 14))


def test_a_tiny_code_is_small():
    small = cv2.resize(spoilt(), None, fx=1 / 5, fy=1 / 5, interpolation=cv2.INTER_AREA)
    picture = np.full((960, 1280), 200, dtype=np.uint8)
    picture[200:392, 300:556] = small
    assert Trouble.SMALL in troubles(picture)


def test_blown_out_light_is_glare():
    picture = np.minimum(spoilt(), 215)
    cv2.circle(picture, (250, 330), 70, 255, -1)
    assert Trouble.GLARE in troubles(picture)


def test_bars_that_say_nothing_are_unreadable():
    code = drawing.bars("8936012345674", module=3)
    bars, chance = code.copy(), np.random.default_rng(4)
    for start in range(50, bars.shape[1] - 50, 12):
        bars[:, start : start + int(chance.integers(2, 9))] = int(chance.integers(2)) * 255
    picture, _ = drawing.photo(bars)
    assert troubles(picture)[-1] is Trouble.UNREADABLE


@pytest.mark.parametrize("side", [1, 2, 9, 40])
def test_nothing_at_all_is_no_code(side):
    assert troubles(np.full((side, side), 128, dtype=np.uint8))[-1] is Trouble.NO_CODE
