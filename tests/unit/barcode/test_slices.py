"""Screenshots of whole pages: far longer than wide."""

import numpy as np
import pytest
from PIL import Image

from catalog.barcode import Trouble, read_here
from tests.unit.barcode import drawing

TEXT = "https://check.bacninh.gov.vn/p/abc123"


def page(height, *placed, width=1080):
    sheet = np.full((height, width), 245, dtype=np.uint8)
    for code, (x, y) in placed:
        sheet[y : y + code.shape[0], x : x + code.shape[1]] = code
    return sheet


@pytest.mark.parametrize("place", [0, 950, 3333, 7600, 9500])
def test_a_code_anywhere_on_a_very_tall_screenshot_is_read_where_it_is(place):
    code = drawing.qr(TEXT, module=6)
    (payload,) = read_here(drawing.png(page(10_000, (code, (500, place))))).payloads
    assert payload.text == TEXT
    assert np.abs(np.array(payload.corners[0]) - (524, place + 24)).max() < 8


def test_all_codes_of_a_very_tall_screenshot_are_read_once():
    page_ = page(
        9000,
        (drawing.qr("một"), (40, 1000)),
        (drawing.qr("hai"), (600, 4500)),
        (drawing.bars("8936012345674"), (40, 8000)),
    )
    assert sorted(each.text for each in read_here(drawing.png(page_)).payloads) == ["8936012345674", "hai", "một"]


def test_a_very_wide_picture_and_a_turned_one_are_read_too():
    wide = page(800, (drawing.qr(TEXT, module=4), (5000, 300)), width=7000)
    assert [each.text for each in read_here(drawing.png(wide)).payloads] == [TEXT]
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = drawing.encoded(Image.fromarray(np.rot90(wide)), "JPEG", exif=exif.tobytes())
    assert [each.text for each in read_here(turned).payloads] == [TEXT]


def test_a_tall_page_without_a_code_says_so():
    assert read_here(drawing.png(page(6000))).troubles[-1] is Trouble.NO_CODE


@pytest.mark.parametrize("name", ["Code39", "Code93", "Code128"])
def test_small_bars_upright_on_a_screenshot_of_a_phone_are_read(name):
    code = drawing.bars("TXNG000777", name=name, module=2, height=90).T
    screen = page(2400, (code, (60, 1500)), width=1080)
    assert [each.text for each in read_here(drawing.encoded(Image.fromarray(screen), "JPEG")).payloads] == [
        "TXNG000777"
    ]


def test_a_small_qr_code_on_a_screenshot_of_a_phone_is_read():
    small = Image.fromarray(page(2400, (drawing.qr(TEXT, module=2), (60, 1500)))).rotate(20, fillcolor=245)
    assert [each.text for each in read_here(drawing.encoded(small, "JPEG")).payloads] == [TEXT]
