"""The columns of a product list: their documented headings, and how officers head them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from catalog.list_io.choices import Spread, spread_of
from catalog.text import fold

HEADINGS: Mapping[str, str] = {
    "id": "Mã",
    "name": "Tên sản phẩm",
    "aliases": "Tên gọi khác",
    "group": "Nhóm sản phẩm",
    "producer": "Chủ thể",
    "producer_kind": "Loại chủ thể",
    "address": "Địa chỉ",
    "commune": "Xã/phường",
    "phones": "Điện thoại",
    "email": "Email",
    "website": "Website",
    "buy": "Nơi mua",
    "stars": "Hạng sao",
    "score": "Điểm",
    "potential_five": "Tiềm năng 5 sao",
    "decision": "Số quyết định",
    "decided": "Ngày quyết định",
    "issuer": "Cơ quan cấp",
    "certificate": "Số giấy chứng nhận",
    "expires": "Ngày hết hạn",
    "gtins": "GTIN",
    "traces": "Mã truy xuất",
    "images": "Ảnh",
    "source": "Nguồn",
    "as_of": "Ngày ghi nhận",
}
REQUIRED = ("name", "producer")
MENDING = "Lỗi"

# Folded; the first of each that occurs in a list is taken, a documented heading before any of these.
_SYNONYMS = {
    "id": "ma sp|ma san pham|ma so san pham|ma ocop|ma so|id|code",
    "name": "ten sp|san pham|ten|ten san pham ocop|san pham ocop|ten hang hoa|ten san pham dich vu|name|product",
    "aliases": "ten khac|ten thuong goi|ten cu|ten thuong mai|ten goi cu|aliases|other names",
    "group": "nhom|nhom sp|nganh hang|nhom nganh|loai san pham|phan nhom|bo san pham|linh vuc|group|category",
    "producer": (
        "chu the san xuat|chu the ocop|ten chu the|ten chu the san xuat|ten chu the ocop|co so san xuat|ten co so"
        "|ten co so san xuat|don vi san xuat|don vi|nha san xuat|doanh nghiep|to chuc ca nhan|chu the san pham"
        "|ten don vi|don vi chu the|producer|entity"
    ),
    "producer_kind": "loai hinh|loai hinh chu the|loai hinh to chuc|hinh thuc to chuc|loai hinh san xuat|producer kind",
    "address": "dia chi san xuat|dia chi chu the|dia chi co so|noi san xuat|dia diem|dia diem san xuat|address",
    "commune": (
        "xa|phuong|xa phuong thi tran|xa phuong dac khu|phuong xa|don vi hanh chinh|dia ban|ten xa|commune|place"
    ),
    "phones": (
        "sdt|so dien thoai|dt|so dt|dien thoai lien he|sdt lien he|so dien thoai lien he|dien thoai di dong|hotline"
        "|dien thoai zalo|sdt zalo|dien thoai chu the|tel|phone|phones"
    ),
    "email": "e mail|thu dien tu|hop thu|dia chi email|mail",
    "website": "web|trang web|trang thong tin|trang tin|dia chi website|fanpage|website fanpage|facebook",
    "buy": "noi ban|diem ban|dia chi mua hang|noi mua hang|dia diem ban|kenh ban hang|diem ban hang|where to buy",
    "stars": (
        "hang|sao|so sao|phan hang|xep hang|hang sao ocop|hang san pham|ket qua phan hang|ket qua xep hang|dat hang"
        "|hang dat|dat sao|so sao dat|hang ocop|sao ocop|phan hang san pham|hang sao san pham"
        "|phan hang sao|ket qua|ket qua danh gia phan hang|star|stars"
    ),
    "score": "so diem|diem danh gia|tong diem|diem trung binh|diem so|ket qua diem|score",
    "potential_five": "tiem nang 5 sao|tiem nang|tiem nang nam sao|potential five|potential 5",
    "decision": (
        "so qd|qd|qd so|quyet dinh|quyet dinh so|qd cong nhan|so qd cong nhan|quyet dinh cong nhan"
        "|so quyet dinh cong nhan|so hieu quyet dinh|van ban cong nhan|decision"
    ),
    "decided": (
        "ngay qd|ngay ky|ngay cap|ngay ban hanh|ngay cong nhan|ngay quyet dinh cong nhan|ngay ky qd|ngay cap gcn"
        "|nam cong nhan|nam|nam dat|nam danh gia|thoi gian cong nhan|ngay thang nam|ngay thang cong nhan|decided"
    ),
    "issuer": (
        "noi cap|don vi cap|co quan cong nhan|co quan ban hanh|co quan ky|cap cong nhan|co quan quyet dinh|issuer"
    ),
    "certificate": "so gcn|gcn|giay chung nhan|so chung nhan|so giay cn|ma so gcn|ma gcn|certificate",
    "expires": (
        "han|het han|han gcn|han su dung gcn|het hieu luc|ngay het hieu luc|hieu luc den|co gia tri den|gia tri den"
        "|ngay het han gcn|han giay chung nhan|thoi han|thoi han den|hieu luc|co hieu luc den|expires"
    ),
    "gtins": "ma vach|ma so ma vach|barcode|ma gtin|ean|upc|ma so vat pham|gtins",
    "traces": (
        "truy xuat|ma qr|qr|qr code|ma truy xuat nguon goc|truy xuat nguon goc|link truy xuat|tem truy xuat|ma txng"
        "|duong dan truy xuat|ma qr truy xuat|link qr|traces"
    ),
    "images": "hinh anh|anh san pham|hinh|hinh anh san pham|duong dan anh|link anh|image|images",
    "source": "nguon tin|nguon so lieu|nguon du lieu|nguon thong tin|source",
    "as_of": "ngay cap nhat|cap nhat|ngay cap nhat so lieu|tinh den|tinh den ngay|thoi diem|as of",
}
_SILENT = {"", "stt", "tt", "so tt", "so thu tu", "no", fold(MENDING)}
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_DECISION = re.compile(r"\b(?:quyet dinh|qd)\b")
_DECISION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "so quyet dinh qd ngay thang nam thoi gian va cong nhan ky ban hanh cap cua san pham ocop phe duyet ket qua",
    )
)
_DOCUMENTED = {fold(heading): field for field, heading in HEADINGS.items()}
_BY_SYNONYM = {synonym: field for field, synonyms in _SYNONYMS.items() for synonym in synonyms.split("|")}


@dataclass(frozen=True, slots=True)
class Heading:
    """The line of headings: where each field stands, and the headings that say nothing to us."""

    fields: Mapping[str, int]
    written: tuple[str, ...]
    unknown: tuple[str, ...]
    choices: Spread = field(default_factory=dict)

    @property
    def columns(self) -> Mapping[int, str]:
        """Which field each column tells of."""
        spread = {column: name for name, columns in self.choices.items() for column in columns}
        return spread | {column: name for name, column in self.fields.items()}

    @property
    def weight(self) -> int:
        """How much of a line of headings it is."""
        return len(self.fields) + 2 * len(self.choices)

    @property
    def missing(self) -> tuple[str, ...]:
        """The needed headings that are not there."""
        return tuple(HEADINGS[field] for field in REQUIRED if field not in self.fields)


def read_heading(cells: Sequence[object]) -> Heading:
    """Recognise the headings in *cells*, with or without marks, stars and asides, in any order."""
    written = tuple(" ".join(str(cell).split()) for cell in cells)
    fields: dict[str, int] = {}
    for known in (_documented_field, field_of):
        for index, heading in enumerate(written):
            found = known(heading)
            if found and index not in fields.values():
                fields.setdefault(found, index)
    choices = spread_of(written, taken=frozenset(fields.values()))
    taken = {*fields.values(), *(column for columns in choices.values() for column in columns)}
    unknown = (text for index, text in enumerate(written) if index not in taken and fold(text) not in _SILENT)
    return Heading(fields, written, tuple(unknown), choices)


def _documented_field(heading: str) -> str | None:
    return _DOCUMENTED.get(fold(heading))


@lru_cache(maxsize=1024)
def field_of(heading: str) -> str | None:
    """Name the field that *heading* stands over, or None; words in brackets are an aside."""
    for folded in (fold(heading), fold(_ASIDE.sub(" ", heading))):
        if field := _DOCUMENTED.get(folded) or _BY_SYNONYM.get(folded) or _of_decision(folded):
            return field
    return None


def _of_decision(folded: str) -> str | None:
    """The field of a heading made of a decision's words alone: "Số QĐ, ngày tháng năm", "Ngày ký QĐ công nhận"."""
    if not _DECISION.search(folded) or set(folded.split()) - _DECISION_WORDS:
        return None
    return "decided" if folded.startswith(("ngay ", "thoi gian ", "nam ")) and " so " not in folded else "decision"
