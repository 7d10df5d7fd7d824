"""What a producer tells of its products in plain words: price, stock, season, opening hours. Pure.

"giá nem 120k/hộp", "hết hàng đến tháng 3", "còn 200 hộp", "mùa vụ tháng 6-7", "mở cửa 8h-17h": one on each line.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.text import fold_letters

HOURS = "hours"
MOST = 20
_LONGEST = 2000
# Nobody tells a price in more; the patterns take their time by the square of it, and anybody may write a line.
_LONGEST_LINE = 150
_ASKS = re.compile(
    r"[?？]|\b(?:khong|ko|hong|hok|hem|chua|nao|bao (?:nhieu|gio)|may|nhieu|gi|dau|sao|nhi"
    r"|how|what|when|is|are|do|does)\s*$"
)
_TELLS = re.compile(r"\b(?:hang|het|ban|sold|stock)\b")
_POLITE = re.compile(r"(?:\s+(?:ạ|nhé|nha|nhá|nghe|luôn|ad|shop))+$", re.IGNORECASE)
_SLANG_DONE = re.compile(r"\s(?:ùi|òi|r|rùi|ròi|gòi|oy)$", re.IGNORECASE)
_WONDERS = re.compile(r"\s(?:à|hả|hở|nhỉ)$", re.IGNORECASE)
_LIMITS = re.compile(
    r"\b(?:duoi|tren|tu \d|it hon|khong qua|toi da|toi thieu|under|over|below|san pham|loai|cai|mon)\b"
)
_AMOUNT = r"\d[\d.,]{0,14}\s*(?:k|nghin|ngan|ng|trieu|tr)?\s*(?:dong|vnd|d)?"
_UNIT = r"(?:/|\b(?:mot|moi|1)\b)\s*[^\W\d_0-9].{0,40}|/\s*\d+\s*[^\W\d_].{0,40}"
# "50-60k" and "50 - 60k" are from … to; "1 -120k" is not.
_COST = rf"{_AMOUNT}\s*(?:(?:(?<=\s)-\s|(?<!\s)-)\s*{_AMOUNT}\s*)?(?:{_UNIT})?"
_KIND = r"(?:(?:ban|le|niem yet|tham khao|moi)\b\s*)*"
_NAME = r"(?:[^\w:=]|[\d_])*[^\W\d_][^:=]*?"
_PRICES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:bang |bao )?gia\b\s*{_KIND}(?P<name>[^:=]*?)\s*(?:la|:|=|-)?\s*(?P<price>{_COST})",
        rf"(?P<name>{_NAME})\s*(?:(?:\bgia\b|\bla\b|:|=|-)\s*)+(?P<price>{_COST})",
        rf"(?P<name>{_NAME})\s+(?P<price>\d[\d.,]{{0,14}}\s*(?:k|nghin|ngan|trieu|tr|d|dong|vnd)\s*(?:{_UNIT}))",
    )
)
_NONE = (
    r"het hang|het sach|chay hang|(?:khong|ko|hong) con hang|(?:tam )?(?:ngung|ngung nhan|nghi) ban"
    r"|sold out|out of stock"
)
# "giá -120k" is less than nothing; a dash behind a name parts it from its price: "nem -120k", "nem - 120k".
_MINUS = re.compile(r"\bgia\s+-$")
_END = r"(?:cho |mai )?(?:den|toi|qua|sang|until|till)\s.+"
_STOCK = re.compile(
    r"(?P<name>.*?)\s*\b(?P<stock>(?:(?:tam|dang|hien|da|van|lai)\s+)*"
    rf"(?:{_NONE}|con hang|san hang|du hang|co hang(?: lai| tro lai)|hang (?:moi )?ve"
    r"|con(?: lai)? (?:khoang |tam |hon |gan )?\d[\d.,]{0,14}\s*[^\W\d_]+)(?:\s+(?:roi|lai))*"
    rf"(?:\s+{_END})?)(?:\s+(?:nhe|nha|a))*"
)
# That there is none, in words that the list of stock may not know; what stands before and behind is kept.
_NO_STOCK = re.compile(rf"{_NONE}|het(?: roi)?")
_SAYS_STOCK = re.compile(r"(?:het|chay|khong con) hang")
_GONE = "hết hàng"
# Said alone or of a name; in a longer line it may end anything.
_ALL_GONE = re.compile(
    r"(?P<name>(?!.*\b(?:cam on|thoi|xong|ok|biet|hieu|mua|noi|hoi|tien|gio)\b)[^.,!?]{0,60}?)"
    rf"\s*\b(?P<stock>het\s+roi(?:\s+(?=\D*\d){_END})?)"
)
# "sắp hết hàng" and "chưa hết" say that there is some; unmarked, "chua" is how a nem tastes.
_NOT_YET = re.compile(r"(?:^|\s)(?:sắp|gần|chưa|không|chẳng|suýt|sap|khong|ko)$", re.IGNORECASE)
# What stands between a name and that there is some or none, or before it, and names nothing.
_BESIDE = r"(?:đã|bán|đang|hiện|hiện tại|vừa|cũng|đều|(?:năm|vụ|mùa) nay|da|ban|dang|hien|hien tai|(?:nam|vu) nay)"
_TODAY = r"(?:hôm nay|bây giờ|hom nay|bay gio)"
_BESIDE_NAME = re.compile(rf"(?:^|\s+){_BESIDE}$|\s+{_TODAY}$|^(?:hàng|hang)$", re.IGNORECASE)
_BEFORE_NAME = re.compile(rf"(?:{_BESIDE}|{_TODAY})\s+", re.IGNORECASE)
_SEASON = re.compile(
    r"(?P<name>.*?)\s*\b(?:mua vu|vu mua|mua thu hoach|thoi vu|thu hoach|chinh vu|vao vu|mua|vu)\s*"
    r"(?:la|:|vao|tu|cua)?\s*(?P<after>[^\d]*?)\s*(?P<season>(?:tu\s+)?(?:thang|thg|t)\s*\d.*|quanh nam)"
)
_CLOCK = r"\d{1,2}(?:\s?(?:gio|[:hg])\s?\d{0,2})?\s*(?:am|pm|sang|trua|chieu|toi|dem)?"
_EXACT = r"\d{1,2}\s?(?:(?:gio|[:hg])\s?\d{0,2}\s?(?:am|pm|sang|trua|chieu|toi)?|am|pm|sang|trua|chieu|toi)"
_TO = r"\s*(?:-|–|den|toi|to|till|until)\s*"
_OPEN = r"(?:gio\s+)?(?:mo cua|mo ban|ban hang|lam viec|don khach|open(?:ing hours?)?)"
_HOURS = re.compile(
    rf"(?:{_OPEN}\s*(?:la|:|tu|from)?\s*(?P<hours>{_CLOCK}{_TO}{_CLOCK}.{{0,40}})"
    # "10g-20g" weighs something.
    rf"|(?!\d+\s?g{_TO}\d+\s?g$)(?P<alone>{_EXACT}{_TO}{_EXACT}))"
)
_SPAN = re.compile(rf"({_CLOCK}){_TO}({_CLOCK})")
_TIME = re.compile(r"(\d{1,2})\D*(\d{0,2})")
_DAY_HOURS, _HOUR_MINUTES = 24, 60


_ALL = re.compile(
    r"(?:tat ca|toan bo|tat tan tat|moi thu|moi san pham|ca (?P<count>hai|ba|bon|[2-9])|everything|all)"
    r"(?: (?:cac |nhung )?(?:san pham|sp|mat hang|hang|loai|mon|products))?"
    r"(?: (?:deu|dang|hien|cua nha toi|nha minh|are)){0,3}"
)
_COUNTS = {"hai": 2, "ba": 3, "bon": 4}


@dataclass(frozen=True, slots=True)
class OfferUpdate:
    """What is told: the *value* of a *field* (or of `HOURS`) as it was typed, and the words that may name a product.

    Where that is *loose*, it tells nothing of words that name none: "khách về hết rồi".
    """

    field: str
    value: str
    product: str = ""
    loose: bool = False


def read_updates(text: str) -> tuple[OfferUpdate, ...]:
    """What each line of *text* tells; nothing where a line tells nothing: then it is no list of such."""
    text = unicodedata.normalize("NFC", text)
    if len(text) > _LONGEST or not (any(letter.isdigit() for letter in text) or _TELLS.search(fold_letters(text))):
        return ()
    lines = [line.strip(" .,;•*-") for line in re.split(r"[\n;]", text) if line.strip(" .,;•*-")]
    found = [update for line in lines[:MOST] for update in [_read(line)]]
    told = [each for each in found if each is not None]
    # A heading may stand above a list: "bảng giá tháng này:".
    return tuple(told) if told and len(told) >= len(lines) - 1 and len(lines) <= MOST else ()


def are_hours(text: str) -> bool:
    """True where *text* begins with two times of a day, "8h-17h", and never "25h-26h"; what follows them is free."""
    span = _SPAN.match(fold_letters(text))
    times = [time.groups() for each in (span.groups() if span else ()) for time in [_TIME.match(each)] if time]
    return bool(times) and all(int(hour) <= _DAY_HOURS and int(minutes or 0) < _HOUR_MINUTES for hour, minutes in times)


def means_all(name: str, many: int) -> bool:
    """True where *name* stands for all of the *many* that somebody makes: "tất cả", and "cả hai" of two."""
    found = _ALL.fullmatch(fold_letters(name).strip())
    count = found["count"] if found else ""
    return bool(found) and (not count or (_COUNTS.get(count) or int(count)) == many)


def _read(line: str) -> OfferUpdate | None:
    if len(line) > _LONGEST_LINE:
        return None
    line = _SLANG_DONE.sub(" rồi", _POLITE.sub("", line))
    said = fold_letters(line)
    if _ASKS.search(said) or _WONDERS.search(line):
        return None
    return next(_readings(line, said), None)


def _readings(line: str, said: str) -> Iterator[OfferUpdate]:
    if found := _HOURS.fullmatch(said):
        yield OfferUpdate(HOURS, _typed(line, found, "hours") or _typed(line, found, "alone"))
    sure = _STOCK.fullmatch(said)
    if (found := sure or _ALL_GONE.fullmatch(said)) and not _NOT_YET.search(_typed(line, found, "name")):
        name = _bare_name(_typed(line, found, "name"))
        yield OfferUpdate("stock", _stock_words(_typed(line, found, "stock")), name, loose=not sure and bool(name))
    if found := _SEASON.fullmatch(said):
        name = _typed(line, found, "name") or _typed(line, found, "after")
        yield OfferUpdate("season", _typed(line, found, "season"), name)
    if not _LIMITS.search(said):
        yield from _price_readings(line, said)


def _price_readings(line: str, said: str) -> Iterator[OfferUpdate]:
    for pattern in _PRICES:
        if found := pattern.fullmatch(said):
            minus = "-" if _MINUS.search(said[: found.start("price")]) else ""
            yield OfferUpdate("price", minus + _typed(line, found, "price"), _typed(line, found, "name"))


def _stock_words(told: str) -> str:
    """What the list of stock reads: "tạm ngừng bán đến tháng 3" is "hết hàng đến tháng 3"."""
    found = _NO_STOCK.search(fold_letters(told))
    if not found or _SAYS_STOCK.search(found[0]):
        return told
    return f"{told[: found.start()]}{_GONE}{told[found.end() :]}"


def _bare_name(name: str) -> str:
    """*name* without what stands beside it: "nem bùi năm nay đã"."""
    while found := _BESIDE_NAME.search(name):
        name = name[: found.start()]
    while found := _BEFORE_NAME.match(name):
        name = name[found.end() :]
    return name


def _typed(line: str, found: re.Match[str], name: str) -> str:
    """The part as it was typed: folding changes no letter's place."""
    start, end = found.span(name)
    return line[start:end].strip(" :=-") if start >= 0 else ""
