"""Photos to codes: every code once, in full, where it is."""

import subprocess
import sys
import textwrap
from dataclasses import replace

import cv2
import numpy as np
import pytest
import zxingcpp

from catalog.barcode import Payload, Trouble, diagnose, engines, pipeline, read_here
from catalog.barcode.ean import verify
from catalog.barcode.engines import Hint
from catalog.barcode.scan import Scan
from tests.unit.barcode import drawing

TEXTS = (
    "Mật ong rừng Yên Thế",
    "Chè xanh Bản Ven — OCOP 4★",
    "https://ocop.example/sp/bánh-đa-kế?lô=07",
    "ĐẶC SẢN GÀ ĐỒI YÊN THẾ, ỲỴỶỸ ƯỬ ơợ",
)
GTIN = "8936012345674"


def read(*codes, **options):
    picture, _ = drawing.photo(*codes, **options)
    return read_here(drawing.png(picture)).payloads


def texts(payloads):
    return sorted(each.text for each in payloads)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", None])
def test_vietnamese_comes_back_exactly(text, encoding):
    payloads = read(drawing.qr(text, encoding=encoding, eci=encoding is not None))
    assert texts(payloads) == [text]


def test_all_codes_of_a_photo_are_read_once_with_their_places():
    codes = [drawing.qr("một", module=5), drawing.qr("hai", module=5), drawing.bars(GTIN), drawing.qr("một", module=4)]
    picture, places = drawing.photo(*codes)
    payloads = read_here(drawing.png(picture)).payloads
    assert texts(payloads) == ["8936012345674", "hai", "một"]
    for payload in payloads:
        assert len(payload.corners) == 4
    hai = next(each for each in payloads if each.text == "hai")
    assert np.abs(np.array(hai.corners[0]) - places[1] - 20).max() < 6


@pytest.mark.parametrize(
    ("text", "name", "shown", "as_"),
    [
        (GTIN, "EAN13", GTIN, "EAN13"),
        ("96385074", "EAN8", "96385074", "EAN8"),
        ("023942431015", "UPCA", "023942431015", "UPCA"),
        ("01234565", "UPCE", "01234565", "UPCE"),
        ("LO-2406/07", "Code128", "LO-2406/07", "Code128"),
        ("18936012345671", "ITF14", "18936012345671", "ITF14"),
        ("0108936012345674", "DataBarOmni", "0108936012345674", "DataBarOmni"),
    ],
)
def test_bars_say_what_is_printed_under_them(text, name, shown, as_):
    (payload,) = read(drawing.bars(text, name=name))
    assert (payload.text, payload.format) == (shown, as_)


@pytest.mark.parametrize(
    ("name", "text"),
    [("DataMatrix", "Mật ong 4 sao"), ("Aztec", "Mật ong"), ("MicroQRCode", "4 SAO"), ("RMQRCode", "Mật ong")],
)
def test_other_matrix_codes_are_read(name, text):
    code = np.asarray(zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, name)).to_image(scale=6))
    (payload,) = read(np.pad(code, 30, constant_values=255))
    assert (payload.text, payload.format, payload.sure) == (text, name, True)
    assert payload.symbology.startswith("]")


def test_a_picture_without_a_code_says_so():
    noise = np.random.default_rng(1).normal(128, 30, (600, 800)).clip(0, 255).astype(np.uint8)
    reading = read_here(drawing.png(cv2.GaussianBlur(noise, (0, 0), 2)))
    assert reading.payloads == ()
    assert reading.troubles[-1] is Trouble.NO_CODE


class TestHardCodes:
    """What zxing-cpp, ZBar and OpenCV leave unread."""

    def test_around_a_bottle(self):
        code = drawing.bottle(drawing.qr("https://ocop.example/sp/77", module=9), part=0.8)
        assert texts(read(code, ground=255)) == ["https://ocop.example/sp/77"]

    def test_without_a_quiet_zone(self):
        code = drawing.qr("https://ocop.example/sp/78", module=8, border=0)
        framed = np.pad(code, 40, constant_values=0)
        assert texts(read(framed)) == ["https://ocop.example/sp/78"]

    def test_blurred(self):
        code = cv2.GaussianBlur(drawing.qr("https://ocop.example/sp/79", module=7), (0, 0), 5.5)
        assert texts(read(code, ground=255)) == ["https://ocop.example/sp/79"]

    def test_worn(self):
        chance = np.random.default_rng(3)
        code = drawing.qr("https://ocop.example/sp/80", module=8, error="q")
        for _ in range(14):
            x, y = chance.integers(60, code.shape[0] - 60, 2)
            cv2.circle(code, (int(x), int(y)), 11, int(chance.integers(2)) * 255, -1)
        assert texts(read(code)) == ["https://ocop.example/sp/80"]

    @pytest.mark.parametrize("corner", [(0, 0), (0, 1), (1, 0)])
    @pytest.mark.parametrize("turns", range(4))
    def test_with_one_finder_covered(self, corner, turns):
        code = drawing.qr("https://ocop.example/sp/81", module=9, error="h")
        y, x = (each * (code.shape[0] - 9 * 13) for each in corner)
        code[y : y + 9 * 13, x : x + 9 * 13] = 120
        assert texts(read(np.rot90(code, turns))) == ["https://ocop.example/sp/81"]

    def test_bars_out_of_focus(self):
        code = cv2.GaussianBlur(drawing.bars(GTIN, module=4, height=200), (0, 0), 3.3)
        (payload,) = read(code, ground=255)
        assert (payload.text, payload.sure) == (GTIN, True)


def test_only_vietnamese_or_vouched_bars_are_sure():
    blurred = cv2.GaussianBlur(drawing.bars("4006381333931", module=4, height=200), (0, 0), 3.3)
    (payload,) = read(blurred, ground=255)
    assert (payload.text, payload.sure) == ("4006381333931", False)
    (sharp,) = read(drawing.bars("4006381333931"))
    assert sharp.sure


def test_short_bars_are_never_sure():
    (payload,) = read(drawing.bars("96385074", name="EAN8"))
    assert not payload.sure


def test_payloads_can_be_compared():
    assert Payload("a", "QRCode", ((0, 0),) * 4) == Payload("a", "QRCode", ((0, 0),) * 4)


def test_without_libzbar_the_rest_still_reads():
    script = textwrap.dedent("""
        import sys
        sys.modules["pyzbar"] = None
        from catalog.barcode import engines, read_here, scan
        scan.clock = lambda: 0.0  # a loaded machine takes longer than a stage may
        assert engines.zbar_library() is None
        image = sys.stdin.buffer.read()
        assert [each.text for each in read_here(image).payloads] == ["4 SAO"]
    """)
    spoilt = cv2.GaussianBlur(drawing.qr("4 SAO", module=7), (0, 0), 5.5)
    picture, _ = drawing.photo(spoilt, ground=255)
    paths = {"PYTHONPATH": ":".join(each for each in sys.path if each)}
    subprocess.run([sys.executable, "-c", script], input=drawing.png(picture), env=paths, check=True)  # noqa: S603 - ours


def test_glossy_bars_are_read_with_the_light_evened_out():
    code = drawing.bars(GTIN, module=3).astype(float)
    slope = np.linspace(0.08, 1, code.shape[1])[None]
    picture, _ = drawing.photo(np.clip(code * slope + 12, 0, 255).astype(np.uint8), ground=240)
    assert [each.text for each in read_here(drawing.png(picture)).payloads] == [GTIN]


def test_zbars_garbled_vietnamese_is_left_out():
    if engines.zbar_library() is None:
        return
    assert engines.zbar(drawing.qr(TEXTS[0])) == []
    (read,) = engines.zbar(drawing.qr("https://ocop.example/1"))
    assert (read.text, len(read.corners)) == ("https://ocop.example/1", 4)
    (upc,) = engines.zbar(drawing.bars("023942431015", name="UPCA"))
    assert (upc.text, upc.format) == ("023942431015", "UPCA")
    (turned,) = engines.zbar(np.ascontiguousarray(np.rot90(drawing.bars(GTIN))))
    assert turned.text == GTIN


def test_bars_vouch_for_their_own_digits_only():
    picture, _ = drawing.photo(drawing.bars(GTIN))
    (payload,) = read_here(drawing.png(picture)).payloads
    assert verify.vouches(picture, payload)
    assert not verify.vouches(picture, replace(payload, text="8936012345681"))
    assert not verify.vouches(picture, replace(payload, corners=((5, 5), (20, 5), (20, 9), (5, 9))))


def test_a_stage_that_stumbles_costs_only_itself():
    def stumble(_):
        raise np.linalg.LinAlgError

    def always(_):
        return True

    picture, _ = drawing.photo(drawing.qr("một"))
    scan = Scan(picture, until=1e9)
    stages = (pipeline.Stage("zxing", pipeline.read_plain, always), pipeline.Stage("stumbling", stumble, always))
    assert [len(step.payloads) for step in pipeline.steps(scan, stages=stages)] == [1, 0]


def test_a_stage_can_be_left_out_by_its_name():
    """As bench/take_one_out.py does: each name is one stage, and what is left is gone through in the same order."""
    names = [stage.name for stage in pipeline.STAGES]
    assert len(set(names)) == len(names)
    picture, _ = drawing.photo(drawing.qr("4 SAO"))
    gone_through = [step.name for step in pipeline.steps(Scan(picture, until=1e9), stages=pipeline.STAGES[1:])]
    assert names[0] not in gone_through
    assert gone_through == [name for name in names if name in gone_through]


def test_a_hint_outside_the_picture_is_no_trouble():
    scan = Scan(np.full((300, 400), 128, dtype=np.uint8), until=1e9)
    scan.doubted = [Hint(21, ((500, 400), (600, 400), (600, 500), (500, 500)))]
    assert diagnose.find_troubles(scan)[-1] is Trouble.UNREADABLE


class TestRivals:
    """Bars in one place are one code."""

    @pytest.fixture
    def scan(self):
        picture, _ = drawing.photo(drawing.bars(GTIN))
        return Scan(picture, until=1e9)

    @pytest.fixture
    def place(self, scan):
        return read_here(drawing.png(scan.grey)).payloads[0].corners

    def test_the_vouched_one_takes_the_place_of_the_other(self, scan, place):
        scan.add([Payload("4006381333931", "EAN13", place)], weak=False)
        assert [each.sure for each in scan.payloads] == [False]
        scan.add([Payload(GTIN, "EAN13", place)], weak=True)
        assert [(each.text, each.sure) for each in scan.payloads] == [(GTIN, True)]

    def test_another_reading_of_a_sure_code_is_not_believed(self, scan, place):
        scan.add([Payload(GTIN, "EAN13", place)], weak=False)
        scan.add([Payload("96385074", "EAN8", place)], weak=False)
        assert [each.text for each in scan.payloads] == [GTIN]

    def test_a_matrix_code_is_nobodys_rival(self, scan, place):
        scan.add([Payload("xin chào", "QRCode", place), Payload(GTIN, "EAN13", place)], weak=False)
        assert len(scan.payloads) == 2
