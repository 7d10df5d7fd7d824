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
    r"[?？]|\b(?:khong|ko|hong|hok|chua|nao|bao nhieu|may|nhieu|gi|dau|sao|nhi|how|what|when|is|are|do|does)\s*$"
)
_POLITE = re.compile(r"(?:\s+(?:ạ|nhé|nha|nhá|nghe|luôn|ad|shop))+$", re.IGNORECASE)
_WONDERS = re.compile(r"\s(?:à|hả|hở|nhỉ)$", re.IGNORECASE)
_LIMITS = re.compile(
    r"\b(?:duoi|tren|tu \d|it hon|khong qua|toi da|toi thieu|under|over|below|san pham|loai|cai|mon)\b"
)
_AMOUNT = r"\d[\d.,]*\s*(?:k|nghin|ngan|ng|trieu|tr)?\s*(?:dong|vnd|d)?"
_UNIT = r"(?:/|\b(?:mot|moi|1)\b)\s*[^\W\d_0-9].{0,40}|/\s*\d+\s*[^\W\d_].{0,40}"
_COST = rf"{_AMOUNT}\s*(?:-\s*{_AMOUNT}\s*)?(?:{_UNIT})?"
_KIND = r"(?:(?:ban|le|niem yet|tham khao|moi)\b\s*)*"
_NAME = r"(?:[^\w:=]|[\d_])*[^\W\d_][^:=]*?"
_PRICES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:bang |bao )?gia\b\s*{_KIND}(?P<name>[^:=]*?)\s*(?:la|:|=|-)?\s*(?P<price>{_COST})",
        rf"(?P<name>{_NAME})\s*(?:(?:\bgia\b|\bla\b|:|=|-)\s*)+(?P<price>{_COST})",
        rf"(?P<name>{_NAME})\s+(?P<price>\d[\d.,]*\s*(?:k|nghin|ngan|trieu|tr|d|dong|vnd)\s*(?:{_UNIT}))",
    )
)
_STOCK = re.compile(
    r"(?P<name>.*?)\s*\b(?P<stock>(?:(?:tam|dang|hien|da|van|lai)\s+)*"
    r"(?:het hang|chay hang|khong con hang|con hang|san hang|du hang|co hang(?: lai| tro lai)|hang (?:moi )?ve"
    r"|con(?: lai)? (?:khoang |tam |hon |gan )?\d[\d.,]*\s*[^\W\d_]+)(?:\s+(?:roi|lai))*"
    r"(?:\s+(?:cho |mai )?(?:den|toi|qua|sang)\s.+)?)(?:\s+(?:nhe|nha|a))*"
)
_SEASON = re.compile(
    r"(?P<name>.*?)\s*\b(?:mua vu|vu mua|mua thu hoach|thoi vu|thu hoach|chinh vu|vao vu|mua|vu)\s*"
    r"(?:la|:|vao|tu|cua)?\s*(?P<after>[^\d]*?)\s*(?P<season>(?:tu\s+)?(?:thang|thg|t)\s*\d.*|quanh nam)"
)
_HOURS = re.compile(
    r"(?:gio\s+)?(?:mo cua|ban hang|lam viec|don khach)\s*(?:la|:|tu)?\s*"
    r"(?P<hours>\d{1,2}(?:[:hg]\d{0,2})?\s*(?:-|den|toi)\s*\d{1,2}(?:[:hg]\d{0,2})?.{0,40})"
)


@dataclass(frozen=True, slots=True)
class OfferUpdate:
    """What is told: the *value* of a *field* (or of `HOURS`) as it was typed, and the words that may name a product."""

    field: str
    value: str
    product: str = ""


def read_updates(text: str) -> tuple[OfferUpdate, ...]:
    """What each line of *text* tells; nothing where a line tells nothing: then it is no list of such."""
    text = unicodedata.normalize("NFC", text)
    if len(text) > _LONGEST or not (any(letter.isdigit() for letter in text) or "hang" in fold_letters(text)):
        return ()
    lines = [line.strip(" .,;•*-") for line in re.split(r"[\n;]", text) if line.strip(" .,;•*-")]
    found = [update for line in lines[:MOST] for update in [_read(line)]]
    told = [each for each in found if each is not None]
    # A heading may stand above a list: "bảng giá tháng này:".
    return tuple(told) if told and len(told) >= len(lines) - 1 and len(lines) <= MOST else ()


def _read(line: str) -> OfferUpdate | None:
    if len(line) > _LONGEST_LINE:
        return None
    line = _POLITE.sub("", line)
    said = fold_letters(line)
    if _ASKS.search(said) or _WONDERS.search(line):
        return None
    return next(_readings(line, said), None)


def _readings(line: str, said: str) -> Iterator[OfferUpdate]:
    if found := _HOURS.fullmatch(said):
        yield OfferUpdate(HOURS, _typed(line, found, "hours"))
    if found := _STOCK.fullmatch(said):
        yield OfferUpdate("stock", _typed(line, found, "stock"), _typed(line, found, "name"))
    if found := _SEASON.fullmatch(said):
        name = _typed(line, found, "name") or _typed(line, found, "after")
        yield OfferUpdate("season", _typed(line, found, "season"), name)
    if _LIMITS.search(said):
        return
    for pattern in _PRICES:
        if found := pattern.fullmatch(said):
            yield OfferUpdate("price", _typed(line, found, "price"), _typed(line, found, "name"))


def _typed(line: str, found: re.Match[str], name: str) -> str:
    """The part as it was typed: folding changes no letter's place."""
    start, end = found.span(name)
    return line[start:end].strip(" :=-") if start >= 0 else ""
