"""Printable labels: what stands on them, and that their code can be read."""

import io
import xml.etree.ElementTree as ET
from datetime import date
from itertools import pairwise

import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.commands.labels import wording_in
from catalog import label, passport
from catalog.dates import PartialDate
from catalog.label import layout, typeface
from catalog.label.layout import Star, TextLine, arrange
from catalog.model import Certificate, CertificateEvent, EventKind, Producer, Product
from handlers.phrases import speech

TODAY = date(2026, 11, 24)
VIETNAMESE = wording_in(speech("vi"))
URL = "https://ocop.example.vn/01/08930000000002"
IN_FORCE = Certificate(
    stars=4, decision="123/QĐ-UBND", decided=PartialDate(2025, 8, 31), issuer="UBND tỉnh Bắc Ninh", potential_five=True
)
LONG = "Dịch vụ du lịch cộng đồng và trải nghiệm nghề làm tranh dân gian Đông Hồ trên mành tre, phường Thuận Thành"
SVG = "{http://www.w3.org/2000/svg}"


def product(name="Bánh phu thê Đình Bảng", producer="HTX Bánh phu thê", *certificates):
    return Product("bpt-1", name, Producer("p", producer), certificates=certificates)


def shapes(item, url=URL):
    return arrange(item, passport.of(item.certificates, TODAY), url=url, wording=VIETNAMESE)


def drawn(item, kind, url=URL):
    return label.draw(item, passport.of(item.certificates, TODAY), url=url, kind=kind, wording=VIETNAMESE)


def said(item):
    return [shape.text for shape in shapes(item) if isinstance(shape, TextLine)]


def stars(item):
    return sum(isinstance(shape, Star) for shape in shapes(item))


def read(png: bytes) -> list[str]:
    with Image.open(io.BytesIO(png)) as picture:
        return [code.text for code in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("url", [URL, "https://ocop.bacninh.example.vn/p/banh-phu-the-dinh-bang-abcdefghij?lang=vi"])
def test_the_code_of_the_picture_reads_back(url):
    png = drawn(product(LONG, LONG, IN_FORCE), "png", url)
    assert read(png) == [url]
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.size == (709, 472)
        assert [round(dots) for dots in picture.info["dpi"]] == [300, 300]


def test_a_star_in_force_stands_with_what_it_rests_on():
    item = product("Bánh phu thê Đình Bảng", "HTX Bánh phu thê", IN_FORCE)
    assert stars(item) == 4
    assert said(item) == [
        "Bánh phu thê",
        "Đình Bảng",
        "QĐ 123/QĐ-UBND · 31/08/2025",
        "UBND tỉnh Bắc Ninh",
        "Hiệu lực đến 31/08/2028",
        "HTX Bánh phu thê",
        "Quét để hỏi: sao OCOP, chứng nhận, nhà sản xuất",
    ]


def test_what_a_star_rests_on_is_said_as_far_as_it_is_known():
    item = product("Nem", "HTX", Certificate(stars=3, expires=PartialDate(2027)))
    assert stars(item) == 3
    assert "Hết hạn trong năm 2027" in said(item)


@pytest.mark.parametrize(
    "certificates",
    [
        (),
        (Certificate(stars=4, decided=PartialDate(2021, 8, 1)),),
        (Certificate(stars=4),),
        (Certificate(decided=PartialDate(2026, 1, 1)),),
    ],
)
def test_no_star_is_printed_unless_one_is_in_force(certificates):
    item = product("Nem bùi", "HTX Ninh Xá", *certificates)
    assert stars(item) == 0
    assert said(item)[:-1] == ["Nem bùi", "HTX Ninh Xá"]


@pytest.mark.parametrize("name", ["Nem", LONG * 4, "A" * 200, "Ỹ" * 90, "🍋", "", "x <b>&\"'</b>\x00\ud800"])
@pytest.mark.parametrize("producer", ["", "HTX", LONG * 3])
def test_everything_stays_on_the_label_and_off_the_code(name, producer):
    placed = shapes(product(name, producer, IN_FORCE))
    *column, caption = [shape for shape in placed if isinstance(shape, TextLine)]
    assert column[0].text
    assert max(words.x + words.width for words in column) < layout.WIDTH - 27.0
    assert caption.x + caption.width <= layout.WIDTH - layout.MARGIN + 1e-6
    assert max(words.y + words.size * 0.25 for words in column) <= caption.y - caption.size * typeface.ASCENT * 0.9
    assert all(above.y <= below.y for above, below in pairwise(column))


def test_the_code_keeps_its_quiet_zone():
    boxes = [shape for shape in shapes(product()) if isinstance(shape, layout.Box)]
    quiet = layout.QUIET_MODULES * boxes[0].height
    words_end = max(shape.x + shape.width for shape in shapes(product(LONG)) if isinstance(shape, TextLine))
    assert min(box.x for box in boxes) >= quiet
    assert max(box.x + box.width for box in boxes) + quiet <= layout.WIDTH + 1e-6
    assert min(box.y for box in boxes) >= quiet - 1e-6
    assert words_end > 0


@pytest.mark.parametrize("name", ["Nem", "x <b>&\"'</b> ]]>", "Nem\x00\x0b\ud800 bùi", LONG])
def test_the_svg_is_well_formed_and_says_its_name(name):
    root = ET.fromstring(drawn(product(name, "HTX & con", IN_FORCE), "svg"))  # noqa: S314 - our own picture
    assert (root.get("width"), root.get("height")) == ("60mm", "40mm")
    assert root.findtext(f"{SVG}title") == root.get("aria-label") == typeface.legible(name)
    assert len(root.findall(f"{SVG}polygon")) == 4
    assert "HTX & con" in [text.text for text in root.findall(f"{SVG}text")]


def test_the_pdf_has_its_fonts_inside_and_comes_out_the_same_each_time():
    item = product(LONG, "HTX Ỹ ế ữ ọ đ", IN_FORCE)
    pdf = drawn(item, "pdf")
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert b"/FontFile2" in pdf
    assert b"/MediaBox [0 0 170.08 113.39]" in pdf
    assert pdf == drawn(item, "pdf")


@pytest.mark.parametrize("url", ["", "https://ocop.example.vn/" + "x" * 900])
def test_a_url_that_makes_no_readable_code_is_refused(url):
    with pytest.raises(ValueError, match="label"):
        shapes(product(), url)


def test_the_fonts_have_every_vietnamese_letter():
    vowels = "aăâeêioôơuưy"
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = "".join(vowel + tone for vowel in vowels for tone in tones) + "đ"
    for path in (typeface.REGULAR, typeface.BOLD):
        with TTFont(path) as font:
            assert set(map(ord, typeface.legible(letters + letters.upper()))) <= set(font.getBestCmap())
    assert len(typeface.legible(letters)) == 12 * 6 + 1


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_no_name_breaks_the_drawing(name, producer):
    item = product(name, producer, IN_FORCE)
    ET.fromstring(drawn(item, "svg"))  # noqa: S314 - our own picture
    assert read(drawn(item, "png")) == [URL]


@pytest.mark.parametrize("day", [PartialDate(2026, 11, 1), PartialDate(2026, 12, 4), None])
def test_no_star_is_printed_that_was_or_will_be_taken_away(day):
    for kind in (EventKind.WITHDRAWN, EventKind.ANNULLED):
        taken = Certificate(stars=4, decided=PartialDate(2025, 8, 31), events=(CertificateEvent(kind, effective=day),))
        assert stars(product("Nem", "HTX", taken)) == 0
