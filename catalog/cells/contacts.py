"""Mail, links and codes as officers write them, each checked."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from catalog.cells.content import at_most, cell_text, several, several_links, words
from catalog.cells.phones import phones
from catalog.cells.problems import Cell, CellRefused

__all__ = ["UNKNOWN_PRODUCER", "aliases", "buy", "email", "gtins", "images", "phones", "producer", "traces", "website"]

UNKNOWN_PRODUCER = "Chưa rõ"
_MAIL = re.compile(r"[a-z0-9._%+'-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_HOST = re.compile(
    r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}|(?:[^\W_](?:[\w-]*[^\W_])?\.)+xn--[a-z0-9-]+", re.IGNORECASE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_GTINS_PARTED = re.compile(r"[;,\n\r|/]")
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".avif"})
_LONGEST_LINK = 2000
# How an export names a picture that the catalogue has taken in.
_KEPT = re.compile(r"/media/[0-9a-f]{32}\.jpg")
_PARTED = re.compile(r"[;,\s|]+|(?<=\w)/(?=\S+@)")


def producer(cell: Cell) -> str:
    """The producer's name. The needed cell may say outright that nobody knows: "-", "không rõ", "n/a"."""
    return at_most(200, words(cell)) or UNKNOWN_PRODUCER


def email(cell: Cell) -> str:
    """An address of the usual form, in lower case."""
    text = at_most(254, words(cell).lower())
    if not text or _is_mail(text):
        return text
    several = [part for part in _PARTED.split(text) if part]
    if len(several) > 1 and all(map(_is_mail, several)):
        reason = f"Chỉ ghi một địa chỉ email; giữ địa chỉ đầu “{several[0]}”."
        raise CellRefused(reason, english="More than one e-mail address: the first is kept.", kept=several[0])
    raise CellRefused("Không phải địa chỉ email.", english="Not an e-mail address.")


def _is_mail(text: str) -> bool:
    return bool(_MAIL.fullmatch(text)) and ".." not in text


def website(cell: Cell) -> str:
    """A web address; one without a scheme gets https."""
    text = at_most(500, words(cell))
    if not text:
        return ""
    if _is_link(link := _with_scheme(text)):
        return link
    several = [_with_scheme(part) for part in _PARTED.split(text) if part]
    if len(several) > 1 and all(map(_is_link, several)):
        reason = f"Chỉ ghi một địa chỉ website; giữ địa chỉ đầu “{several[0]}”."
        raise CellRefused(reason, english="More than one web address: the first is kept.", kept=several[0])
    raise CellRefused("Không phải địa chỉ website, ví dụ https://ocop.vn.", english="Not a web address.")


def _with_scheme(text: str) -> str:
    return text if _SCHEME.match(text) else f"https://{text}"


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    plain = parts.scheme in ("http", "https") and not parts.username and " " not in text
    return plain and bool(_HOST.fullmatch(parts.hostname or ""))


def images(cell: Cell) -> tuple[str, ...]:
    """Links to pictures, or the names of picture files without a way up or out of their folder."""
    return _each(_image, several_links(cell))


def _each(read: Callable[[str], str], texts: Iterable[str]) -> tuple[str, ...]:
    """Each of *texts* once; Refused for the first that is not taken, keeping the others."""
    found: dict[str, None] = {}
    refusals: list[CellRefused] = []
    for text in texts:
        try:
            found[read(text)] = None
        except CellRefused as refused:
            refusals.append(refused)
    if refusals:
        raise CellRefused(refusals[0].reason, english=refusals[0].reason_en, kept=tuple(found))
    return tuple(found)


def _image(text: str) -> str:
    path = PurePosixPath(at_most(_LONGEST_LINK, text).replace("\\", "/"))
    inside = not (_SCHEME.match(text) or path.is_absolute() or ".." in path.parts)
    if not _is_link(text) and not _KEPT.fullmatch(text) and not (inside and path.suffix.lower() in _PICTURES):
        raise CellRefused(
            f"“{text}” không phải đường dẫn hay tệp ảnh.", english=f"{text!r} is no link or picture file."
        )
    return text


def traces(cell: Cell) -> tuple[str, ...]:
    """Trace codes and links, kept as written."""
    return _each(partial(at_most, _LONGEST_LINK), several_links(cell))


def aliases(cell: Cell) -> tuple[str, ...]:
    """Other names of the product."""
    return _each(partial(at_most, 200), several(cell))


def buy(cell: Cell) -> str:
    """Places to buy, one after another with semicolons."""
    return at_most(1000, "; ".join(several(cell)))


def gtins(cell: Cell) -> tuple[str, ...]:
    """GTIN-8, -12, -13 and -14 whose check digit is right."""
    text = cell_text(cell)
    if not words(text):
        return ()
    if _ROUNDED.search(text):
        raise CellRefused(
            "Excel đã làm tròn mã này. Hãy định dạng cột GTIN là Văn bản (Text) rồi nhập lại đủ các chữ số.",
            english="The spreadsheet has rounded this code; format the column as text.",
        )
    return _each(_gtin, filter(words, _GTINS_PARTED.split(text)))


def _gtin(text: str) -> str:
    from catalog.codes.gtin import LENGTHS, check_digit, is_number, is_valid  # noqa: PLC0415 - only for lists with GTINs

    digits = re.sub(r"[\s.\-]", "", words(text))
    if not (is_number(digits) and len(digits) in LENGTHS):
        raise CellRefused(
            f"“{text.strip()}” không phải GTIN: cần đủ 8, 12, 13 hoặc 14 chữ số.",
            english="A GTIN has 8, 12, 13 or 14 digits.",
        )
    if not is_valid(digits):
        raise CellRefused(
            f"Số kiểm tra của GTIN “{digits}” sai (số cuối phải là {check_digit(digits[:-1])}). Hãy xem lại bao bì.",
            english=f"The check digit of GTIN {digits} is wrong.",
        )
    return digits
