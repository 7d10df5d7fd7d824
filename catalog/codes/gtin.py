"""Trade item numbers (EAN-13, EAN-8, UPC, ITF-14): the check digit, and what the prefix does and does not say.

The prefix names the GS1 organisation that licensed the number. It does not say where the goods were made.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from catalog.codes import contact
from catalog.codes.meaning import CodeKind, Meaning

LENGTHS = frozenset({8, 12, 13, 14})
# GS1 prefixes a shopper in Viet Nam meets, in Vietnamese; biip names the rest in English.
_COUNTRIES = (
    (0, 19, "Mỹ, Canada"),
    (30, 39, "Mỹ, Canada"),
    (60, 139, "Mỹ, Canada"),
    (300, 379, "Pháp"),
    (400, 440, "Đức"),
    (450, 459, "Nhật Bản"),
    (460, 469, "Nga"),
    (471, 471, "Đài Loan"),
    (480, 480, "Philippines"),
    (489, 489, "Hồng Kông"),
    (490, 499, "Nhật Bản"),
    (500, 509, "Anh"),
    (540, 549, "Bỉ, Luxembourg"),
    (570, 579, "Đan Mạch"),
    (690, 699, "Trung Quốc"),
    (730, 739, "Thụy Điển"),
    (760, 769, "Thụy Sĩ"),
    (800, 839, "Ý"),
    (840, 849, "Tây Ban Nha"),
    (870, 879, "Hà Lan"),
    (880, 880, "Hàn Quốc"),
    (884, 884, "Campuchia"),
    (885, 885, "Thái Lan"),
    (888, 888, "Singapore"),
    (890, 890, "Ấn Độ"),
    (893, 893, "Việt Nam"),
    (899, 899, "Indonesia"),
    (930, 939, "Úc"),
    (940, 949, "New Zealand"),
    (955, 955, "Malaysia"),
)


class Use(StrEnum):
    """What a number may be used for, by its prefix."""

    TRADE = "trade"
    IN_STORE = "in_store"
    COUPON = "coupon"
    BOOK = "book"
    SERIAL = "serial"


_USES = (
    (20, 29, Use.IN_STORE),
    (40, 49, Use.IN_STORE),
    (50, 59, Use.COUPON),
    (200, 299, Use.IN_STORE),
    (977, 977, Use.SERIAL),
    (978, 979, Use.BOOK),
    (980, 984, Use.COUPON),
    (990, 999, Use.COUPON),
)


LINEAR = frozenset(
    {"EAN13", "EAN8", "UPCA", "UPCE", "ITF14", "ITF", "Code128", "Code39", "Code93", "DataBar", "Codabar"}
)
# Only EAN-8 carries eight digits of GS1; in these one number in ten would pass for them.
_FREE_TEXT = frozenset({"Code128", "Code39", "Code93", "Codabar"})
_SPACES = re.compile(r"[ .\u00a0-]")


@dataclass(frozen=True, slots=True)
class Gtin(Meaning):
    """A trade item number. *printed* are its digits on the pack, *gtin14* the same padded to fourteen."""

    kind: ClassVar[CodeKind] = CodeKind.GTIN
    gtin14: str
    printed: str
    check_ok: bool
    prefix: str
    country: str
    vietnamese_prefix: bool
    use: Use

    @property
    def key(self) -> str:
        """The fourteen digits, unless the number means something else in every shop or is misread."""
        return self.gtin14 if self.check_ok and self.use is not Use.IN_STORE else ""

    @property
    def shown(self) -> str:
        """The digits as printed."""
        return self.printed


def check_digit(payload: str) -> str:
    """The last digit of a GTIN whose other digits are *payload* (GS1 General Specifications 7.9)."""
    weighed = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload)))
    return str(-weighed % 10)


def is_valid(digits: str) -> bool:
    """True for 8, 12, 13 or 14 ASCII digits, not all zero, whose last is the right check digit."""
    if len(digits) not in LENGTHS or not is_number(digits) or not digits.strip("0"):
        return False
    return check_digit(digits[:-1]) == digits[-1]


def is_number(text: str) -> bool:
    """True for ASCII digits only; str.isdigit would take those of every script."""
    return text.isascii() and text.isdigit()


def digits_of(text: str) -> str:
    """The digits of *text* when it is nothing but digits and what spaces them, else ""."""
    if not 6 <= len(text) <= 40 or not any(letter in "0123456789" for letter in text[:2]):
        return ""
    digits = _SPACES.sub("", text)
    return digits if is_number(digits) else ""


def read(text: str, *, format: str = "") -> Gtin | None:  # noqa: A002 reason: the name the readers' payloads have
    """Read *text* as a trade item number; *format* is the decoder's name of the symbol (``EAN13``) where known."""
    digits = digits_of(text)
    if not digits or (len(digits) == 8 and format in _FREE_TEXT):
        return None
    widened = from_upc_e(digits) if format == "UPCE" else digits
    if is_valid(widened) and (format in LINEAR or not _is_phone(text)):
        return of(widened)
    return of(digits) if is_vietnamese(digits) else None


def is_vietnamese(digits: str) -> bool:
    """True for thirteen digits under Viet Nam's prefix: a trade item number even with a digit misread or mistyped."""
    return len(digits) == 13 and digits.startswith("893")


def _is_phone(text: str) -> bool:
    """True for a phone number, of those whose last digit happens to check as a GTIN's.

    A UPC may be written with the zeros of a GTIN-13 or -14: then its 00 is no way to call abroad, but for 0084.
    """
    if text.startswith("00") and not text.startswith("0084") and is_number(text):
        return False
    return contact.is_phone(text)


def of(digits: str) -> Gtin:
    """Describe *digits* (8 to 14 of them), right or wrong."""
    fourteen = digits.zfill(14)
    prefix = fourteen[6:9] if fourteen.startswith("000000") else fourteen[1:4]
    vietnamese = prefix == "893"
    use = _use(fourteen, prefix=prefix)
    country = _country(prefix) if use is Use.TRADE else ""
    return Gtin(fourteen, digits, is_valid(digits), prefix, country, vietnamese, use)


def from_upc_e(digits: str) -> str:
    """Widen the 8 digits under a UPC-E to the 12 of UPC-A; other digits come back as they are."""
    if len(digits) != 8 or not is_number(digits) or digits[0] not in "01":
        return digits
    system, body, last, check = digits[0], digits[1:6], digits[6], digits[7]
    if last in "012":
        return system + body[:2] + last + "0000" + body[2:] + check
    if last == "3":
        return system + body[:3] + "00000" + body[3:] + check
    if last == "4":
        return system + body[:4] + "00000" + body[4:] + check
    return system + body + "0000" + last + check


def _use(fourteen: str, *, prefix: str) -> Use:
    # The eight-digit numbers have their own in-store prefixes: 0 and 2.
    if fourteen.startswith("000000") and prefix[0] in "02":
        return Use.IN_STORE
    return next((use for first, last, use in _USES if first <= int(prefix) <= last), Use.TRADE)


def _country(prefix: str) -> str:
    if found := next((name for first, last, name in _COUNTRIES if first <= int(prefix) <= last), ""):
        return found
    # The table of all prefixes takes 17 MB, and what is in it is seldom asked for.
    from biip.gs1_prefixes import GS1Prefix  # noqa: PLC0415

    known = GS1Prefix.extract(prefix + "0" * 10)
    return known.usage.removeprefix("GS1 ") if known and known.usage.startswith("GS1 ") else ""
