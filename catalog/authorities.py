"""What a complaint is about, and which authority it concerns beside the producer and the programme. Pure.

Which ministry, and so which department of a province, looks after the hygiene of a product goes by the product's group
(Decision 148/QĐ-TTg); fakes concern market surveillance. Who that is in a province, and where they read e-mail, is for
the province to say: nothing here guesses.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.cells.vocabulary import GROUP_WORDS
from catalog.inquiry import ComplaintMatter
from catalog.text import fold

OF_AUTHORITIES = frozenset({ComplaintMatter.FAKE, ComplaintMatter.HYGIENE})


@dataclass(frozen=True, slots=True)
class Authority:
    """Whom a *matter* concerns: their *name* and *email*; an empty *group* is every group that has none of its own."""

    matter: ComplaintMatter
    name: str
    email: str
    group: str = ""


_ENTRY = re.compile(
    r"(?P<matter>[a-z]+)(?:\s+(?P<group>[^:]+?))?\s*:\s*(?P<name>[^<>:\s][^<>:]*?)\s*<(?P<email>[^<>\s@]+@[^<>\s@]+)>"
)


_FAKE = re.compile(
    r"(?<!tác )(?<!độc )(?<!khán )(?<!thính )(?<!diễn )(?<!học )\bgiả\b(?! (?:sử|dụ|định|thiết)\b)"
    r"|(?<!ếch )(?<!con )(?<!chả )(?<!thịt )\bnhái\b|\b(?:dởm|rởm|dỏm|đểu|fakes?|counterfeits?)\b"
    r"|가짜(?!(?:가|는)? ?아니)|위조|짝퉁|假(?:货|冒)|(?<![放请休寒暑])假的|伪造|冒牌",
    re.IGNORECASE,
)
# A price is said in the same letters: "hang gia 50k", "hang gia truyen".
_FAKE_BARE = re.compile(
    r"\b(?:hang|do|tem|sao|san pham) (?:(?:la )?(?:nhai|dom|rom|fake)\b|(?:la )?gia(?= *(?:$|[.,;!?])))"
    r"|\b(?:bao|nghi|bi|mua phai|dinh|gap|toan|dung la|la) (?:hang|do|tem|sao|san pham) gia\b"
    r"(?! (?:\d|(?:bao nhieu|ca|re|cao|bn|dat|tot|ban|hoi|qua|cat|truyen|dung|vi|tri|tang|giam|thanh|goc|sai|ghi)\b))"
)
_FOOD = (
    r"(?:nem|bánh|giò|chả|thịt|cá|tôm|sữa|rau|củ|quả|mắm|rượu|gạo|trứng|mật|bún|miến|tương|cơm|món|thực phẩm"
    r"|đồ ăn|thức ăn|trái cây|hoa quả|nước mắm)"
)
_SPOILED = re.compile(
    r"(?:\b(?:bị|có|nổi|lên|ẩm|nấm|mùi|thấy|đã|vết|đốm) mốc\b(?! (?:thời|lịch|giới|son)\b)"
    r"|(?<!cột )(?<!sai )\bmốc(?= *(?:$|[.,;!?])| (?:xanh|trắng|đen|vàng|meo|hết|rồi|cả)\b)"
    rf"|\b{_FOOD}(?: (?!hộp|bao|thùng|túi|lọ|chai|hũ|vỏ|nắp|tem|nhãn|giao)[^\W\d_]+)?(?: (?:đã|bị|thì|còn|hơi))*"
    r" (?:hỏng|hư)\b|\b(?:hỏng|hư) thối\b"
    r"|\b(?:con|xác|lẫn|dính|thấy|có) gián\b(?! (?:đoạn|tiếp|điệp)\b)|\bthối\b(?! (?:tiền|lại)\b)"
    r"|(?<!giao )(?<!giao hàng )(?<!nhận )(?<!sao )\bquá hạn\b(?! (?:giao|trả|thanh)\b)|\bbị lên men\b"
    r"|\b(?:thiu|dòi|giòi|ngộ độc|đau bụng|tiêu chảy|buồn nôn|bẩn|mất vệ sinh|hết đát|biến chất|rotten|spoil(?:ed|t)"
    r"|mou?ldy?|poison(?:ing|ed)|dirty|unclean|unhygienic|gone bad)\b)"
    r"|곰팡이|(?<![가-힣])(?<!기분이 )(?<!마음이 )(?<!감정이 )상[했한](?![가선])|썩(?=[었은어는고])|식중독|배탈|비위생"
    r"|发霉|变质|腐烂|(?:肉|食物|食品|水果|面包|米|奶|鱼)[^盒箱包瓶袋]{0,2}坏了|食物中毒|拉肚子|不卫生",
    re.IGNORECASE,
)
_SPOILED_BARE = re.compile(
    r"\bbi (?:moc|thiu|oi thiu|thoi(?! (?:gia|phong|tien|lai)\b))\b|\bda (?:moc|thiu|oi thiu)\b"
    r"|\b(?:ngo doc|dau bung|tieu chay|mat ve sinh)\b"
)
_MATTERS = ((ComplaintMatter.FAKE, _FAKE, _FAKE_BARE), (ComplaintMatter.HYGIENE, _SPOILED, _SPOILED_BARE))
# Before it: that it is none, or an illness that the product is said to cure.
_DENIES = re.compile(
    r"(?:\b(?:không|chẳng|chưa|khong|not|isn't|wasn't)(?: (?:hề|he|phải|phai|bị|bi|là|la|hàng|hang|đồ|do|an?))*"
    r"|\b(?:trị|chữa|phòng|chống|giảm|tri|giam)(?: (?:bệnh|chứng|benh|chung|đau bụng|dau bung|và|va))*,?"
    r"|不是|没有?) ?$",
    re.IGNORECASE,
)
_MARKED_LETTER = re.compile(r"[^\W\d_a-zA-Z]")


def read_matter(words: str) -> str:
    """What a complaint in these *words* is surely about, "" where they say neither or both.

    Only words without any mark are read without marks: there "giả" is also a price, and what is around it tells.
    """
    text = unicodedata.normalize("NFC", words)
    marked = _MARKED_LETTER.search(text) is not None
    said = text if marked else " ".join(text.casefold().split())
    found = [matter for matter, *patterns in _MATTERS if _says(said, patterns[:1] if marked else patterns)]
    return found[0] if len(found) == 1 else ""


def _says(said: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    found = (each for pattern in patterns for each in pattern.finditer(said))
    return any(not _DENIES.search(said, 0, each.start()) for each in found)


def read_authorities(text: str) -> tuple[Authority, ...]:
    """Read ``MATTER [GROUP]: NAME <E-MAIL>``, entries separated by semicolons. Raises ValueError."""
    return tuple(_read(entry.strip()) for entry in text.split(";") if entry.strip())


def _read(entry: str) -> Authority:
    found = _ENTRY.fullmatch(entry)
    if found is None or found["matter"] not in OF_AUTHORITIES:
        raise ValueError(f"“{entry}” is not MATTER [GROUP]: NAME <E-MAIL>, with fake or hygiene for MATTER")
    group = ""
    if found["group"]:
        group = GROUP_WORDS.get(fold(found["group"]).replace(",", " "), "")
        if not group:
            raise ValueError(f"“{found['group']}” is no group of Decision 148/QĐ-TTg")
    return Authority(ComplaintMatter(found["matter"]), found["name"], found["email"].lower(), group)


def find_authority(authorities: Sequence[Authority], matter: str, group: str) -> Authority | None:
    """Whom *matter* of a product of this *group* concerns: who is named for the group, else for every group."""
    theirs = [each for each in authorities if each.matter == matter]
    of_group = (each for each in theirs if group and each.group == group)
    return next(of_group, next((each for each in theirs if not each.group), None))
