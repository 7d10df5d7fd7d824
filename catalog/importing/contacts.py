"""Phones, mail, links and codes as officers write them, each checked."""

import re
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from catalog.importing.cells import at_most, several, several_links, spelled, words
from catalog.importing.problems import Cell, Refused

UNKNOWN_PRODUCER = "Chưa rõ"
_PHONES_PARTED = re.compile(r"[;,/\n\r|]|\s[-–]\s|\s(?:hoặc|và)\s", re.IGNORECASE)
_PHONE_ASIDE = re.compile(r"\([^)]*[^\W\d_][^)]*\)")
_PHONE_LABEL = re.compile(r"^[^\d+(]*|[^\d]*$")
_LETTER = re.compile(r"[^\W\d_]")
_HOTLINE = re.compile(r"(?:1800|1900)\d{4,6}")
# Every mobile head, also those allotted after the library's tables were made (Circular 22/2014/TT-BTTTT's plan).
_MOBILE = re.compile(r"(?:0|84)?([35789]\d{8})")
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
# Mobile numbers lost a digit in 2018; only the head changed (Plan 798/QĐ-BTTTT of 2018).
_OLD_HEADS = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083", "0124": "084",
    "0125": "085", "0127": "081", "0129": "082", "0162": "032", "0163": "033", "0164": "034", "0165": "035",
    "0166": "036", "0167": "037", "0168": "038", "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip


def producer(cell: Cell) -> str:
    """The producer's name. The needed cell may say outright that nobody knows: "-", "không rõ", "n/a"."""
    return at_most(200, words(cell)) or UNKNOWN_PRODUCER


def phones(cell: Cell) -> tuple[str, ...]:
    """Each phone in E.164; hotlines (1800…, 1900…) as they are dialled, for they have no number abroad.

    The 0 that a spreadsheet ate is put back.
    """
    text = at_most(500, spelled(cell))
    if not words(text):
        return ()
    parts = [words(_PHONE_ASIDE.sub(" ", part)) for part in _PHONES_PARTED.split(text)]
    numbers = [part for part in parts if re.search(r"\d", part)] or [words(text)]
    return tuple(dict.fromkeys(map(_phone, numbers)))


@lru_cache(maxsize=4096)
def _phone(text: str) -> str:
    import phonenumbers  # noqa: PLC0415 - heavy, and only for lists with phones

    bare = _PHONE_LABEL.sub("", text)
    digits = re.sub(r"\D", "", bare)
    if _HOTLINE.fullmatch(digits):
        return digits
    if found := _MOBILE.fullmatch(digits):
        return f"+84{found[1]}"
    try:
        # Letters would be read as the keys of a telephone.
        number = phonenumbers.parse("" if _LETTER.search(bare) else bare, "VN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Refused(f"“{text}” không phải số điện thoại.{_newer(digits)}", english=f"{text!r} is not a phone number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _newer(digits: str) -> str:
    """Advice for a mobile number of eleven digits from before 2018."""
    head = _OLD_HEADS.get(digits[:4]) if len(digits) == 11 else None
    return f" Đầu số cũ {digits[:4]} nay là {head}: {head}{digits[4:]}?" if head else ""


def email(cell: Cell) -> str:
    """An address of the usual form, in lower case."""
    text = at_most(254, words(cell).lower())
    if text and not (_MAIL.fullmatch(text) and ".." not in text):
        raise Refused("Không phải địa chỉ email.", english="Not an e-mail address.")
    return text


def website(cell: Cell) -> str:
    """A web address; one without a scheme gets https."""
    text = at_most(500, words(cell))
    if not text:
        return ""
    link = text if _SCHEME.match(text) else f"https://{text}"
    if not _is_link(link):
        raise Refused("Không phải địa chỉ website, ví dụ https://ocop.vn.", english="Not a web address.")
    return link


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
    return tuple(_image(each) for each in several_links(cell))


def _image(text: str) -> str:
    path = PurePosixPath(at_most(_LONGEST_LINK, text).replace("\\", "/"))
    inside = not (_SCHEME.match(text) or path.is_absolute() or ".." in path.parts)
    if not _is_link(text) and not _KEPT.fullmatch(text) and not (inside and path.suffix.lower() in _PICTURES):
        raise Refused(f"“{text}” không phải đường dẫn hay tệp ảnh.", english=f"{text!r} is no link or picture file.")
    return text


def traces(cell: Cell) -> tuple[str, ...]:
    """Trace codes and links, kept as written."""
    return tuple(at_most(_LONGEST_LINK, each) for each in several_links(cell))


def aliases(cell: Cell) -> tuple[str, ...]:
    """Other names of the product."""
    return tuple(at_most(200, each) for each in several(cell))


def buy(cell: Cell) -> str:
    """Places to buy, one after another with semicolons."""
    return at_most(1000, "; ".join(several(cell)))


def gtins(cell: Cell) -> tuple[str, ...]:
    """GTIN-8, -12, -13 and -14 whose check digit is right."""
    text = spelled(cell)
    if not words(text):
        return ()
    if _ROUNDED.search(text):
        raise Refused(
            "Excel đã làm tròn mã này. Hãy định dạng cột GTIN là Văn bản (Text) rồi nhập lại đủ các chữ số.",
            english="The spreadsheet has rounded this code; format the column as text.",
        )
    return tuple(dict.fromkeys(_gtin(part) for part in _GTINS_PARTED.split(text) if words(part)))


def _gtin(text: str) -> str:
    from catalog.codes.gtin import LENGTHS, check_digit, is_number, is_valid  # noqa: PLC0415 - only for lists with GTINs

    digits = re.sub(r"[\s.\-]", "", words(text))
    if not (is_number(digits) and len(digits) in LENGTHS):
        raise Refused(
            f"“{text.strip()}” không phải GTIN: cần đủ 8, 12, 13 hoặc 14 chữ số.",
            english="A GTIN has 8, 12, 13 or 14 digits.",
        )
    if not is_valid(digits):
        raise Refused(
            f"Số kiểm tra của GTIN “{digits}” sai (số cuối phải là {check_digit(digits[:-1])}). Hãy xem lại bao bì.",
            english=f"The check digit of GTIN {digits} is wrong.",
        )
    return digits
