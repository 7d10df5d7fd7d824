"""The words for the six groups, the issuers and the kinds of producer, and how officers write them."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from catalog.cells.content import tidy, words
from catalog.cells.problems import Cell, CellRefused
from catalog.model import ProducerKind, ProductRow
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
KIND_WORDS: Mapping[ProducerKind, str] = {
    ProducerKind.COOPERATIVE: "Hợp tác xã",
    ProducerKind.COMPANY: "Doanh nghiệp",
    ProducerKind.GROUP: "Tổ hợp tác",
    ProducerKind.HOUSEHOLD: "Hộ kinh doanh",
    ProducerKind.UNKNOWN: "Khác",
}

ISSUERS = (
    "UBND tỉnh Bắc Ninh",
    "UBND tỉnh Bắc Giang",
    "Bộ Nông nghiệp và Môi trường",
    "Bộ Nông nghiệp và Phát triển nông thôn",
)
"""Offered, not demanded: an issuer is kept as its decision prints it."""

_LEADING = re.compile(
    r"^(?:(?:nhom|nganh|bo|linh vuc|loai|san pham|hang|sp|muc|phan) "
    r"|(?:\d{1,2}|[ivx]{1,4}|[a-f]) |(?:cac|thuoc) )+(?=\w)"
)
_TRAILING = re.compile(r"(?: (?:\d+|san pham|sp|gom|co|nganh|nhom))+$")
_NAMED = {
    ProducerKind.COOPERATIVE: "htx|hop tac xa|lien hiep htx|lien hiep hop tac xa|htxnn|htxdv|qtd|cooperative",
    ProducerKind.GROUP: "tht|to hop tac|to hop|to san xuat|to lien ket|group",
    ProducerKind.HOUSEHOLD: (
        "ho kinh doanh|hkd|ho sxkd|ho san xuat|ho gia dinh|ho ca the|co so|cssx|ca nhan|trang trai|nghe nhan|household"
    ),
    ProducerKind.COMPANY: "cong ty|cty|ct|doanh nghiep|dn|dntn|tap doan|tong cong ty|chi nhanh|company",
}
_KIND_NAMES = "Hợp tác xã, Doanh nghiệp, Tổ hợp tác, Hộ kinh doanh"
_OTHER = frozenset({"khac", "other", "chu the khac"})
_KINDS = sorted(
    ((f"{word} ", kind) for kind, listed in _NAMED.items() for word in listed.split("|")),
    key=lambda pair: -len(pair[0]),
)


def group_in(title: str) -> str:
    """The group of Decision 148 that *title* names ("NHÓM THỰC PHẨM", "2. Đồ uống: 12 sản phẩm"); "" for none."""
    folded = fold(title)
    bare = _TRAILING.sub("", _LEADING.sub("", folded))
    return GROUP_WORDS.get(folded) or GROUP_WORDS.get(bare, "")


def kind(cell: Cell) -> ProducerKind | None:
    """The producer's kind in words; None when nothing is said."""
    text = words(cell)
    if not text:
        return None
    folded = fold(text)
    if folded in _OTHER:
        return ProducerKind.UNKNOWN
    if guessed := kind_of(text):
        return guessed
    raise CellRefused(
        f"Không hiểu loại chủ thể. Hãy chọn: {_KIND_NAMES}, Khác, hoặc bỏ trống.",
        english="Not a kind of producer: cooperative, company, group, household or other.",
    )


@lru_cache(maxsize=4096)
def kind_of(producer: str) -> ProducerKind:
    """Guess the kind from the first words of a producer's name; UNKNOWN when they tell nothing."""
    folded = fold(producer) + " "
    # Without its tone Hộ (a household) reads like Hồ (a lake, and many a proper name).
    if f"{tidy(producer)} ".casefold().startswith("hộ "):
        return ProducerKind.HOUSEHOLD
    return next((kind for word, kind in _KINDS if folded.startswith(word)), ProducerKind.UNKNOWN)


def kind_or_guess(own: ProducerKind | None, line: Mapping[str, Any]) -> ProducerKind:
    """The kind that is said, else what the producer's name tells."""
    return kind_of(line.get("producer", "")) if own is None else own


def kind_text(kind: ProducerKind, row: ProductRow) -> str:
    """The kind in words; a kind that the producer's name alone would tell otherwise must be said to be unknown."""
    if kind is ProducerKind.UNKNOWN and kind_of(row.producer) is ProducerKind.UNKNOWN:
        return ""
    return KIND_WORDS[kind]
