"""What one cell may say, and how it is taken."""

import re
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.cells import certificates, contacts, content, days, vocabulary
from catalog.cells.problems import CellRefused
from catalog.dates import PartialDate
from catalog.fields import BY_NAME
from catalog.model import ProducerKind


@pytest.mark.parametrize(
    ("cell", "stars", "potential"),
    [
        (3.0, 3, False),
        ("3", 3, False),
        ("3 sao", 3, False),
        ("03 (ba) sao", 3, False),
        ("4,0", 4, False),
        ("3*", 3, False),
        ("★★★", 3, False),
        ("★★★☆☆", 3, False),
        ("***", 3, False),
        ("⭐️⭐️⭐️⭐️", 4, False),
        ("Bốn sao", 4, False),
        ("hạng 4", 4, False),
        ("Đạt hạng 4 sao", 4, False),
        ("OCOP 5 sao cấp quốc gia", 5, False),
        ("4 sao (tiềm năng 5 sao)", 4, True),
        ("4 sao, tiềm năng đạt 5 sao", 4, True),
        ("Tiềm năng 5 sao", 4, True),
        ("5 sao tiềm năng", 4, True),
        ("4 sao (85 điểm)", 4, False),
        ("4 sao - 85,5 điểm", 4, False),
        ("3* (62/100)", 3, False),
        ("★★★ (đạt 60 điểm)", 3, False),
        ("chưa có", None, False),
        ("  ", None, False),
        ("-", None, False),
    ],
)
def test_stars(cell, stars, potential):
    assert certificates.stars(cell) == (stars, potential)


@pytest.mark.parametrize(
    "cell",
    [
        "6",
        "0",
        0.0,
        "3,5",
        "ba mươi",
        "★★★★★★",
        "3-4 sao",
        "đề nghị 4 sao",
        "năm 2024",
        "999 sao",
        1e9,
        "85 điểm",
        "4/100",
    ],
)
def test_what_is_no_star_is_refused(cell):
    with pytest.raises(CellRefused) as refused:
        certificates.stars(cell)
    assert refused.value.reason
    assert refused.value.reason_en


@pytest.mark.parametrize(
    ("cell", "score"),
    [("82,5", 82.5), ("82.5", 82.5), (82.5, 82.5), ("90 điểm", 90.0), ("75/100", 75.0), (100.0, 100.0), ("n/a", None)],
)
def test_score(cell, score):
    assert certificates.score(cell) == score


@pytest.mark.parametrize("cell", ["101", "-5", "tám mươi", "8.2.5", 100.5])
def test_what_is_no_score_is_refused(cell):
    with pytest.raises(CellRefused):
        certificates.score(cell)


@pytest.mark.parametrize(
    ("cell", "yes"),
    [("x", True), ("Có", True), (1.0, True), ("true", True), (True, True), ("", False), ("không", False), (0.0, False)],
)
def test_potential_five(cell, yes):
    assert certificates.potential_five(cell) is yes


def test_an_unclear_potential_is_refused():
    with pytest.raises(CellRefused):
        certificates.potential_five("có thể")


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("HTX", ProducerKind.COOPERATIVE),
        ("hop tac xa", ProducerKind.COOPERATIVE),
        ("Doanh nghiệp", ProducerKind.COMPANY),
        ("Công ty TNHH", ProducerKind.COMPANY),
        ("Tổ hợp tác", ProducerKind.GROUP),
        ("Hộ kinh doanh", ProducerKind.HOUSEHOLD),
        ("Hộ", ProducerKind.HOUSEHOLD),
        ("Cơ sở SX", ProducerKind.HOUSEHOLD),
        ("Khác", ProducerKind.UNKNOWN),
        ("chưa rõ", None),
    ],
)
def test_kind_of_producer_in_words(cell, kind):
    assert vocabulary.kind(cell) is kind


def test_an_unknown_kind_is_refused():
    with pytest.raises(CellRefused, match="Hợp tác xã"):
        vocabulary.kind("Đoàn thể")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("HTX Hằng Hiếu", ProducerKind.COOPERATIVE),
        ("HTXNN Thông Hòa", ProducerKind.COOPERATIVE),
        ("Cty TNHH PTK 879", ProducerKind.COMPANY),
        ("CHI NHÁNH CÔNG TY CP DABACO", ProducerKind.COMPANY),
        ("THT rau an toàn", ProducerKind.GROUP),
        ("HKD Nguyễn Văn A", ProducerKind.HOUSEHOLD),
        ("CSSX bánh khoai", ProducerKind.HOUSEHOLD),
        ("Hộ ông Nguyễn Văn A", ProducerKind.HOUSEHOLD),
        (unicodedata.normalize("NFD", "Hộ bà Lý"), ProducerKind.HOUSEHOLD),
        ("Hồ Gươm Bắc Ninh", ProducerKind.UNKNOWN),
        ("Xuân Trường", ProducerKind.UNKNOWN),
    ],
)
def test_kind_guessed_from_the_name(name, kind):
    assert vocabulary.kind_of(name) is kind


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31/08/2024", "2024-08-31"),
        ("31-8-24", "2024-08-31"),
        ("31.8.2024", "2024-08-31"),
        ("8/2024", "2024-08"),
        ("2024", "2024"),
        (2024.0, "2024"),
        ("2024-08-31T00:00:00", "2024-08-31"),
        ("ngày 31 tháng 8 năm 2024", "2024-08-31"),
        ("24 tháng 2 năm 2023", "2023-02-24"),
        ("Tháng 8/2024", "2024-08"),
        ("tháng 8 năm 2024", "2024-08"),
        ("năm 2024", "2024"),
        (45535.0, "2024-08-31"),
        ("31/08/2024 (đợt 2)", "2024-08-31"),
        ("Ngày 31/8/2024, đợt II", "2024-08-31"),
        ("Đợt 2: 31/8/2024", "2024-08-31"),
        ("(lần 2) 2024", "2024"),
        ("Thứ bảy, 31/08/2024", "2024-08-31"),
        ("Chủ nhật ngày 1/9/2024", "2024-09-01"),
        ("2024/08/31", "2024-08-31"),
    ],
)
def test_dates(cell, day):
    assert str(days.day(cell)) == day


@pytest.mark.parametrize(
    "cell", ["8/31/2024", "30/2/2024", "hôm qua", "2024/25", 12.0, "31-31-24", "đợt 2", "2024/31/8"]
)
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(CellRefused, match="ngày/tháng/năm"):
        days.day(cell)


@pytest.mark.parametrize("cell", ["", "chưa có", "—", "n/a"])
def test_an_absent_date_is_none(cell):
    assert days.day(cell) is None


@pytest.mark.parametrize(
    ("cell", "number", "day"),
    [
        ("123/QĐ-UBND", "123/QĐ-UBND", None),
        ("123 / QĐ - UBND", "123/QĐ-UBND", None),
        ("Số: 123/QĐ-UBND", "123/QĐ-UBND", None),
        ("Quyết định số 123/QĐ-UBND ngày 3/4/2024", "123/QĐ-UBND", PartialDate(2024, 4, 3)),
        ("148/QĐ-TTg, ngày 24 tháng 2 năm 2023", "148/QĐ-TTg", PartialDate(2023, 2, 24)),
        ("15/QĐ-UBND (ký ngày 01/02/2024)", "15/QĐ-UBND", PartialDate(2024, 2, 1)),
        (123.0, "123", None),
        ("-", "", None),
    ],
)
def test_decisions(cell, number, day):
    assert certificates.decision(cell) == (number, day, "")


@pytest.mark.parametrize(
    ("cell", "gtins"),
    [
        ("8930000000002", ("8930000000002",)),
        (8930000000002.0, ("8930000000002",)),
        ("893 000 000 0002; 96385074", ("8930000000002", "96385074")),
        ("8930000000002, 8930000000002", ("8930000000002",)),
        ("036000291452", ("036000291452",)),
        ("18930000000009", ("18930000000009",)),
        ("chưa có", ()),
    ],
)
def test_gtins(cell, gtins):
    assert contacts.gtins(cell) == gtins


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("8.93E+12", "làm tròn"),
        ("8,93E+12", "làm tròn"),
        ("8930000000003", "số cuối phải là 2"),
        ("89300000", "số cuối"),
        ("893", "8, 12, 13 hoặc 14"),
        ("mã vạch", "8, 12, 13 hoặc 14"),
        ("٨٩٣٠٠٠٠٠٠٠٠٠٢", "8, 12, 13 hoặc 14"),
    ],
)
def test_bad_gtins_say_what_to_do(cell, reason):
    with pytest.raises(CellRefused, match=reason):
        contacts.gtins(cell)


@pytest.mark.parametrize("text", ["không", "Chưa có", "N/A", "-", "---", "…", "–", ".", " \u200b ", "null"])
def test_what_stands_for_nothing(text):
    assert content.words(text) == ""


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("Nem\u00a0 bùi\r\n Ninh Xá", "Nem bùi Ninh Xá"),
        (unicodedata.normalize("NFD", "Bánh phu thê"), "Bánh phu thê"),
        ("Nem\u200b \u202ebùi\x00", "Nem bùi"),
        ("★", "★"),
        ("Na", "Na"),
        (2024.5, "2024.5"),
        (True, "TRUE"),
        (False, ""),
    ],
)
def test_names_are_composed_and_printable(text, tidied):
    assert content.name(text) == tidied


@pytest.mark.parametrize(
    "text", ["=1+1", "+84", "-2", "@x", "'=1", "''=1", "'tis", "bình thường", "a;=1+1", 'a; "+1', "a\n'@x", "a|\t-2"]
)
@pytest.mark.parametrize("executed", [True, False])
def test_a_guard_comes_off_as_it_went_on(text, executed):
    written = content.escape_formula(text, executed=executed)
    assert content.cell_text(written) == text
    if executed:
        assert not written.startswith(("=", "+", "-", "@"))
        assert not re.search(r"[;|\t\n][ \"]*[=+\-@]", written)


@settings(deadline=None)
@given(st.text(), st.booleans())
def test_any_text_survives_its_guard(text, executed):
    assert content.cell_text(content.escape_formula(text, executed=executed)) == text


@settings(deadline=None)
@given(st.text() | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15) | st.booleans())
def test_no_cell_breaks_a_reader(cell):
    readers = (
        *(certificates.stars, certificates.score, vocabulary.kind, days.day, certificates.decision, BY_NAME["id"].read),
        *(certificates.potential_five, contacts.phones, contacts.email, contacts.website, contacts.images),
        *(
            contacts.traces,
            contacts.aliases,
            contacts.buy,
            contacts.gtins,
            contacts.accounts,
            contacts.producer,
            content.words,
        ),
    )
    for read in readers:
        with suppress(CellRefused):
            read(cell)
