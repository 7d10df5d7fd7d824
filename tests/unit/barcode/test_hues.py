"""Codes whose ink and ground are equally light."""

import numpy as np
import pytest
from PIL import Image

from catalog.barcode import engines, read_here
from catalog.barcode.picture import Picture, open_colours, open_picture
from tests.unit.barcode import drawing

TEXT = "https://check.bacninh.gov.vn/p/abc123"


def printed(code, ink, ground):
    """*code* in *ink* on *ground*."""
    dark = (code < 128)[..., None]
    return np.where(dark, np.array(ink), np.array(ground)).astype(np.uint8)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ((220, 40, 40), (60, 120, 60)),
        ((60, 120, 60), (220, 40, 40)),
        ((150, 100, 40), (60, 95, 230)),
        ((200, 60, 160), (60, 130, 140)),
    ],
)
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_code_that_differs_in_hue_alone_is_read(ink, ground, form):
    picture = Image.fromarray(printed(drawing.qr(TEXT, module=8), ink, ground))
    assert [each.text for each in read_here(drawing.encoded(picture, form)).payloads] == [TEXT]


def test_bars_in_hue_alone_are_read():
    picture = Image.fromarray(printed(drawing.bars("8936012345674", module=5), (220, 40, 40), (60, 120, 60)))
    assert [each.text for each in read_here(drawing.encoded(picture, "PNG")).payloads] == ["8936012345674"]


def test_a_turned_photo_has_its_colours_the_same_way_up():
    picture = Image.fromarray(printed(drawing.qr(TEXT, module=8), (220, 40, 40), (60, 120, 60)).repeat(2, axis=1))
    exif = Image.Exif()
    exif[0x0112] = 6
    image = drawing.encoded(picture, "JPEG", exif=exif.tobytes())
    opened = open_picture(image)
    assert {each.shape for each in open_colours(image, opened)} == {opened.grey.shape}


def test_colours_that_show_no_more_than_grey_are_not_looked_at():
    picture = Image.fromarray(printed(drawing.qr(TEXT, module=8), (20, 20, 20), (250, 240, 230)))
    image = drawing.encoded(picture, "PNG")
    opened = open_picture(image)
    assert engines.telling_hues(opened.grey, open_colours(image, opened)) == []
    assert engines.telling_hues(opened.grey, ()) == []


def test_a_grey_picture_and_a_damaged_one_have_no_colours():
    grey = drawing.png(drawing.qr(TEXT))
    assert open_colours(grey, open_picture(grey)) == ()
    assert open_colours(b"x", Picture(np.zeros((9, 9), np.uint8), 9, 9, recompressed=False)) == ()
