"""Lines of a label sorted into what they say."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.dates import PartialDate
from catalog.ocr import LabelWords, Line, Title, date_in, read
from catalog.ocr.label import read_gtin, without_marks


def line(text: str, *, height: float = 30) -> Line:
    return Line(text, 0.95, ((0, 0), (400, 0), (400, height), (0, height)))


def said(*texts: str) -> LabelWords:
    return read([line(text) for text in texts])


WHOLE = (
    line("Hương vị truyền thống"),
    line("BÁNH PHU THÊ", height=110),
    line("ĐÌNH BẢNG", height=100),
    line("Thành phần: bột nếp, đậu xanh"),
    line("Cơ sở sản xuất: HTX Hoa Sen"),
    line("Địa chỉ: phường Đình Bảng, Từ Sơn"),
    line("NSX: 12/03/2026  HSD: 12 tháng kể từ NSX"),
    line("Số lô: A12-7"),
    line("Khối lượng tịnh: 500 g"),
    line("Quyết định số 1489/QĐ-UBND ngày 31/12/2024"),
    line("Hotline: 0912 345 678"),
    line("8 936012 345674"),
)


def test_a_whole_label_is_sorted() -> None:
    assert read(WHOLE) == LabelWords(
        titles=(Title("BÁNH PHU THÊ", 110), Title("ĐÌNH BẢNG", 100)),
        producers=("HTX Hoa Sen",),
        places=("phường Đình Bảng, Từ Sơn",),
        numbers=("1489/QĐ-UBND",),
        gtins=("8936012345674",),
        made="12/03/2026",
        expires="12 tháng kể từ NSX",
        lot="A12-7",
        net_weight="500 g",
    )


def test_nothing_says_nothing() -> None:
    assert read([]) == LabelWords()


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("NSX 01.02.2026", "01.02.2026"),
        ("Ngày sản xuất: 1/2/26", "1/2/26"),
        ("Ngày SX: 010226", "010226"),
        ("MFG: 02/2026", "02/2026"),
        ("NSX: xem trên bao bì", ""),
        ("TNSX: 01/02/2026", ""),
    ],
)
def test_the_day_it_was_made(text: str, made: str) -> None:
    assert said(text).made == made


@pytest.mark.parametrize(
    ("text", "expires"),
    [
        ("HSD: 05/11/2026", "05/11/2026"),
        ("Hạn sử dụng: 06 tháng", "06 tháng"),
        ("Hạn dùng: 2 năm kể từ ngày sản xuất", "2 năm kể từ ngày sản xuất"),
        ("Sử dụng tốt nhất trước ngày 01-02-2027", "01-02-2027"),
        ("EXP 01/02/27", "01/02/27"),
        ("NSX, HSD: in trên bao bì", ""),
    ],
)
def test_how_long_it_keeps(text: str, expires: str) -> None:
    assert said(text).expires == expires


def test_a_date_below_its_heading_belongs_to_it() -> None:
    words = said("Ngày sản xuất:", "12/03/2026", "Hạn sử dụng:", "12/09/2026")
    assert (words.made, words.expires) == ("12/03/2026", "12/09/2026")


@pytest.mark.parametrize(
    ("text", "lot"),
    [
        ("Lô: 0326A", "0326A"),
        ("LOT NO: L-77/2", "L-77/2"),
        ("Số lô SX: 12", "12"),
        ("Lô đất: đẹp", ""),
        ("LOTUS 12", ""),
    ],
)
def test_its_lot(text: str, lot: str) -> None:
    assert said(text).lot == lot


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Khối lượng tịnh: 500g", "500g"),
        ("KL: 1,5 kg", "1,5 kg"),
        ("Net weight 250 gram", "250 gram"),
        ("Thể tích thực: 330 ml", "330 ml"),
        ("Trọng lượng: 500 g ± 5 %", "500 g ± 5 %"),
        ("500 người", ""),
    ],
)
def test_its_net_weight(text: str, weight: str) -> None:
    assert said(text).net_weight == weight


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("8936012345674", "8936012345674"),
        ("8 936012 345674", "8936012345674"),
        ("8936O1234S674", "8936012345674"),
        ("Mã vạch: 8936012345674", "8936012345674"),
        ("8936012345675", ""),
        ("8936O12345675", ""),
        ("96385074", "96385074"),
        ("Hotline 0912345678", ""),
        ("gọi 96385074 ngay", ""),
    ],
)
def test_digits_under_a_torn_barcode(text: str, gtin: str) -> None:
    assert said(text).gtins == ((gtin,) if gtin else ())


def test_a_letter_becomes_a_digit_only_if_the_check_digit_fits() -> None:
    assert read_gtin("8936O12345674") == "8936012345674"
    assert read_gtin("8936O12345670") == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("QĐ số 12/2024/QĐ-UBND", "12/2024/QĐ-UBND"),
        ("(Quyết định 88/QD-UBND, ngày 1/2/2024)", "88/QĐ-UBND"),
        ("Giấy chứng nhận OCOP số: OCOP-BN-77", "OCOP-BN-77"),
        ("Số 15/OCOP-BN", "15/OCOP-BN"),
        ("Số: 123/GCN-UBND", "123/GCN-UBND"),
    ],
)
def test_numbers_of_certificates_and_decisions(text: str, number: str) -> None:
    assert said(text).numbers == (number,)


def test_what_only_looks_like_a_number_is_none() -> None:
    assert said("Giấy chứng nhận vàng", "99999999/QĐ").numbers == ()


@pytest.mark.parametrize(
    ("texts", "producers"),
    [
        (("Nhà sản xuất: HTX Hoa Sen",), ("HTX Hoa Sen",)),
        (("Sản xuất và đóng gói tại: Cơ sở Ba Tơ",), ("Cơ sở Ba Tơ",)),
        (("SX & đóng gói:", "Công ty TNHH Hương Sen"), ("Công ty TNHH Hương Sen",)),
        (("Nhà sản xuất:", "NSX: 12/03/2026"), ()),
        (("Nhà sản xuất:",), ()),
        (("Hợp tác xã Nông nghiệp Đình Tổ",), ("Hợp tác xã Nông nghiệp Đình Tổ",)),
    ],
)
def test_who_made_it(texts: tuple[str, ...], producers: tuple[str, ...]) -> None:
    big = line("Tương", height=120)
    assert read([big, *(line(text) for text in texts)]).producers == producers


def test_a_makers_name_in_large_print_may_be_the_products() -> None:
    words = read([line("HTX CAM SÀNH", height=100), line("Cơ sở sản xuất: HTX Hoa Sen")])
    assert [title.text for title in words.titles] == ["HTX CAM SÀNH"]
    assert words.producers == ("HTX CAM SÀNH", "HTX Hoa Sen")


def test_the_label_may_say_itself_what_it_is() -> None:
    words = read([line("NGON", height=90), line("Tên sản phẩm: Nem Bùi")])
    assert words.titles == (Title("NGON", 90), Title("Nem Bùi", 90))


@pytest.mark.parametrize(
    "texts",
    [
        ("CĂN CƯỚC CÔNG DÂN", "Số / No.: 001 090 012 345"),
        ("CĂN CƯỚC", "001090012345", "Nguyễn Văn An"),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CĂN CƯỚC CÔNG DÂN", "Citizen Identity Card"),
    ],
)
def test_an_identity_card_yields_nothing(texts: tuple[str, ...]) -> None:
    assert said(*texts) == LabelWords(citizen=True)


def test_twelve_digits_alone_are_no_identity_card() -> None:
    assert not said("001090012345").citizen
    assert not said("Theo căn cước của sản phẩm").citizen


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12/03/2026", PartialDate(2026, 3, 12)),
        ("12.3.26", PartialDate(2026, 3, 12)),
        ("12/03/26", PartialDate(2026, 3, 12)),
        ("120326", PartialDate(2026, 3, 12)),
        ("12032026", PartialDate(2026, 3, 12)),
        ("03/2026", PartialDate(2026, 3)),
        ("31/02/2026", None),
        ("12 tháng", None),
        ("", None),
    ],
)
def test_text_as_a_date(text: str, day: PartialDate | None) -> None:
    assert date_in(text) == day


def test_a_line_knows_its_height() -> None:
    assert line("a", height=40).height == 40


@given(st.text())
def test_levelling_keeps_every_place(text: str) -> None:
    assert len(without_marks(text)) == len(unicodedata.normalize("NFC", text))


def test_spread_letters_are_put_together_first() -> None:
    assert said(unicodedata.normalize("NFD", "Hạn sử dụng: 12 tháng kể từ NSX")).expires == "12 tháng kể từ NSX"


@given(st.lists(st.text(max_size=60), max_size=8))
def test_no_text_is_too_strange(texts: list[str]) -> None:
    assert isinstance(said(*texts), LabelWords)


@given(st.text(alphabet="0123456789OoIlSBZ :/.-NSXHDLôQĐtháng", max_size=60))
def test_no_number_is_too_strange(text: str) -> None:
    words = said(text)
    assert all(len(gtin) in {8, 12, 13, 14} for gtin in words.gtins)
    date_in(words.made)
    date_in(words.expires)
