"""Which words are those of a buyer in bulk: they say so, or want more than a household; a question is none."""

import pytest

from handlers.buyers.seeking import is_purchase
from handlers.links import without_phones


@pytest.mark.parametrize(
    "words",
    [
        "tìm nguồn hàng", "tôi muốn mua 2 tấn vải thiều tháng 6", "cần mua sỉ mì chũ", "nhập 300 chai rượu làng Vân",
        "mua 2 tấn vải thiều, hút chân không", "tôi muốn mua 2 tấn nem chua",
        "I need 2 tons of lychee", "find suppliers of rice wine", "批发采购 荔枝", "공급처 찾기",
    ],
)  # fmt: skip
def test_a_buyer_in_bulk(words: str) -> None:
    assert is_purchase(words)


@pytest.mark.parametrize(
    "words",
    [
        "lấy 50 thùng có chiết khấu ko", "mua 100 hộp thì giá bao nhiêu", "mua 200 chai được không?", "mua 2 kg vải",
        "mua sỉ có rẻ không", "nem bùi", "/tim 2 tấn vải", "", "mua 2 tấn vải được chưa",
    ],
)  # fmt: skip
def test_a_household_or_a_question(words: str) -> None:
    assert not is_purchase(words)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("mua 2 tấn vải, liên hệ 0912 345 678", "mua 2 tấn vải"),
        ("mua vải sđt 0912345678 2 tấn", "mua vải, 2 tấn"),
        ("sản phẩm: vải (+84 912 345 678); giá: 20k/kg", "sản phẩm: vải; giá: 20k/kg"),
        ("0912345678\nmua 2 tấn vải", "\nmua 2 tấn vải"),
        ("vải, 0912345678 hoặc 0987654321", "vải, hoặc"),
        ("2 tấn vải giá 350.000.000 đ", "2 tấn vải giá 350.000.000 đ"),
    ],
)
def test_a_phone_goes_with_what_introduces_it(words: str, left: str) -> None:
    assert without_phones(words) == left
