"""Only what can be a product's name is counted among what people look for in vain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search import possible_name
from handlers.own_codes import new_code


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Xoài cát Hòa Lộc", "xoài cát hòa lộc"),
        ("xoai cat hoa loc", "xoai cat hoa loc"),
        ("có bán xoài cát hòa lộc không?", "xoài cát hòa lộc"),
        ("cho em hỏi mua bưởi Năm Roi ở đâu ạ", "bưởi năm roi"),
        ("Trà sen ướp xổi 500g", "trà sen ướp xổi 500g"),
        ("Nem 99", "nem 99"),
        ("cá kho làng Vũ Đại", "cá kho làng vũ đại"),
        ("tinh dầu sả", "tinh dầu sả"),
        ("Ðậu phụ Mơ", "đậu phụ mơ"),
        ("chocolate", "chocolate"),
        ("nhãn lồng Hưng Yên", "nhãn lồng hưng yên"),
        ("giá xoài cát bao nhiêu", "xoài cát"),
        ("bánh bao", "bánh bao"),
        ("lươn đồng", "lươn đồng"),
    ],
)
def test_a_name_is_a_name(asked, name):
    assert possible_name(asked) == name


@pytest.mark.parametrize(
    "asked",
    [
        "0912345678", "gọi 0912 345 678", "chín một hai ba bốn năm sáu bảy", "xoài 120k", "xoài 120000",
        "xoài giá 65.000đ", "giao đến số 12 ngõ 5", "thôn Đông xã Gia Bình", "phường Ninh Xá", "so 7 ngach 3",
        "chị Lan lấy 3 hộp nhé, mai trả", "Nguyễn Thị Lan", "tran van hung", "Bánh của anh Nam gửi cho chị",
        "bánh cho mẹ tôi bị bệnh", "em báo giá chị 3 hộp nem là", "https://x.vn/abc", "lan@example.vn", "zalo.me/12",
        "QWERTY23ABCD", "ABCDEFGHJKLM", "AB12CD", "#5M2YJKXR", "5M2YJKXR", "OCOP-BN-0123", "8938505974194", "a" * 30,
        "một hai ba bốn năm sáu bảy tám", "bánh gai bánh tẻ bánh đa bánh đúc bánh cuốn", "xin chào", "cảm ơn", "",
        "   ", "?", "điện thoại iphone", "thuốc chữa bệnh trĩ", "mật khẩu wifi", "nem\nbùi, tương: mai lấy", "có không",
        "stk ngân hàng", "mai em qua nhà chị",
    ],
)  # fmt: skip
def test_what_may_be_somebodys_own_words_is_none(asked):
    assert possible_name(asked) == ""


def test_no_invitation_is_a_name():
    assert not [code for code in (new_code() for _ in range(500)) if possible_name(code) or possible_name(code.lower())]


@given(st.text(max_size=150))
def test_no_text_breaks_it(asked):
    name = possible_name(asked)
    assert len(name) <= 40
    assert sum(letter.isdigit() for letter in name) <= 3
