"""Bars that lie askew are read in full, and a part of a longer code is never taken for a shorter one."""

import cv2
import numpy as np
import pytest

from catalog.barcode import Payload, pipeline, read_here
from catalog.barcode.scan import Scan
from tests.unit.barcode import drawing

GTIN = "8936012345674"


def turned(code, angle, *, size=(900, 1200), ground=205):
    """*code* on a larger sheet, turned by *angle* degrees."""
    height, width = code.shape
    frame = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    frame[:, 2] += (size[1] / 2 - width / 2, size[0] / 2 - height / 2)
    sheet = np.full(size, ground, dtype=np.uint8)
    drawn = cv2.warpAffine(code, frame, size[::-1], flags=cv2.INTER_LINEAR, borderValue=ground)
    mask = cv2.warpAffine(np.full_like(code, 255), frame, size[::-1])
    sheet[mask > 0] = drawn[mask > 0]
    return cv2.GaussianBlur(sheet, (0, 0), 0.6)


def seen(code, angle, **options):
    return [(each.text, each.format) for each in read_here(drawing.png(turned(code, angle, **options))).payloads]


@pytest.mark.parametrize("angle", [0, 20, 35, 45, 62, 70, 110, 200])
@pytest.mark.parametrize(
    ("name", "text"),
    [("Code128", "LOT-2026-000123"), ("Code39", "TXNG000123"), ("Code93", "TXNG000123"), ("ITF14", "18938505974191")],
)
def test_bars_askew_are_read(name, text, angle):
    drawn = drawing.bars(text, name="ITF" if name == "ITF14" else name, height=110)
    assert seen(drawn, angle) == [(text, name)]


def test_a_codabar_and_a_stacked_code_are_read():
    assert seen(drawing.bars("A12345678B", name="Codabar"), 15) == [("A12345678B", "Codabar")]
    stacked = np.pad(drawing.stacked("https://check.bacninh.gov.vn/p/abc123"), 30, constant_values=255)
    for angle in (0, 33, 90):
        assert seen(stacked, angle) == [("https://check.bacninh.gov.vn/p/abc123", "PDF417")]


@pytest.mark.parametrize("angle", range(10, 90, 8))
def test_a_part_of_an_ean_is_no_code(angle):
    for gtin in ("8934195406137", "8934364056224", "8934561535171", "8934703160285"):
        assert seen(drawing.bars(gtin, height=110), angle) in ([(gtin, "EAN13")], [])


@pytest.mark.parametrize("angle", range(0, 90, 9))
def test_an_itf_is_the_whole_fourteen_digits_or_nothing(angle):
    assert seen(drawing.bars("18938505974191", name="ITF", height=60), angle) in ([("18938505974191", "ITF14")], [])


def test_an_itf_of_another_length_or_with_a_wrong_check_digit_is_not_believed():
    assert seen(drawing.bars("05974191", name="ITF"), 0) == []
    assert seen(drawing.bars("18938505974192", name="ITF"), 0) == []


def test_a_short_code_of_its_own_is_still_read():
    assert seen(drawing.bars("96385074", name="EAN8"), 25) == [("96385074", "EAN8")]
    assert seen(drawing.bars("01234565", name="UPCE"), 10) == [("01234565", "UPCE")]


def test_what_lies_within_longer_bars_is_dropped():
    picture = turned(drawing.bars(GTIN), 0)
    scan = Scan(picture, until=1e9)
    (whole,) = pipeline.read_plain(scan)
    left, right = whole.corners[0], whole.corners[1]
    middle = ((left[0] + right[0]) // 2, left[1] + 2)
    half = (left, middle, (middle[0], middle[1] + 20), (left[0], left[1] + 20))
    assert scan.add([Payload("19360123", "UPCE", half)], weak=False) == []


def test_checked_bars_read_straight_are_sure():
    (payload,) = read_here(drawing.png(turned(drawing.bars("LOT-7", name="Code128"), 40))).payloads
    assert payload.sure
