"""The words for the six groups and the kinds of producer, as officers shorten them."""

import re
from collections.abc import Mapping

from catalog.text import fold

GROUPS = (
    "Thực phẩm",
    "Đồ uống",
    "Dược liệu và sản phẩm từ dược liệu",
    "Hàng thủ công mỹ nghệ",
    "Sinh vật cảnh",
    "Dịch vụ du lịch cộng đồng, du lịch sinh thái và điểm du lịch",
)
"""The six groups of Decision 148/QĐ-TTg of 24 February 2023."""

_FOOD, _DRINKS, _HERBS, _CRAFTS, _PLANTS, _TOURISM = GROUPS
_SPELLED = {
    _FOOD: "thuc pham|san pham thuc pham",
    _DRINKS: "do uong|thuc uong",
    _HERBS: "duoc lieu|thao duoc|duoc lieu san pham tu duoc lieu|duoc lieu va san pham tu duoc lieu|vai va duoc lieu",
    _CRAFTS: (
        "thu cong my nghe|hang thu cong my nghe|thu cong my nghe trang tri|thu cong|do thu cong my nghe"
        "|luu niem noi that trang tri"
    ),
    _PLANTS: "sinh vat canh|hoa cay canh|hoa cay canh dong vat canh|cay canh",
    _TOURISM: (
        "du lich|dich vu du lich|dich vu du lich cong dong|du lich cong dong|dich vu|du lich sinh thai|diem du lich"
        "|dich vu du lich nong thon|dich vu du lich cong dong va diem du lich"
        "|dich vu du lich cong dong du lich sinh thai va diem du lich|du lich nong thon"
    ),
}
GROUP_WORDS: Mapping[str, str] = {word: group for group, spelled in _SPELLED.items() for word in spelled.split("|")}
KIND_HEADINGS: Mapping[str, str] = {
    "htx": "Hợp tác xã",
    "hop tac xa": "Hợp tác xã",
    "doanh nghiep": "Doanh nghiệp",
    "dn": "Doanh nghiệp",
    "cong ty": "Doanh nghiệp",
    "to hop tac": "Tổ hợp tác",
    "tht": "Tổ hợp tác",
    "ho": "Hộ kinh doanh",
    "ho kinh doanh": "Hộ kinh doanh",
    "hkd": "Hộ kinh doanh",
    "ho san xuat": "Hộ kinh doanh",
    "co so": "Hộ kinh doanh",
    "ca nhan": "Hộ kinh doanh",
    "khac": "Khác",
}
_LEADING = re.compile(
    r"^(?:(?:nhom|nganh|bo|linh vuc|loai|san pham|hang|sp|muc|phan) "
    r"|(?:\d{1,2}|[ivx]{1,4}|[a-f]) |(?:cac|thuoc) )+(?=\w)"
)
_TRAILING = re.compile(r"(?: (?:\d+|san pham|sp|gom|co|nganh|nhom))+$")


def group_in(title: str) -> str:
    """The group of Decision 148 that *title* names ("NHÓM THỰC PHẨM", "2. Đồ uống: 12 sản phẩm"); "" for none."""
    folded = fold(title)
    bare = _TRAILING.sub("", _LEADING.sub("", folded))
    return GROUP_WORDS.get(folded) or GROUP_WORDS.get(bare, "")
