"""Codes made of letters and digits: ours, a certificate's, a decision's, and what any maker prints."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from catalog.codes import printable
from catalog.codes.meaning import CodeKind, Meaning
from catalog.dates import PartialDate
from catalog.text import plain_letters

_LONGEST, _LONGEST_LINES = 120, 240
_SHORTEST = 3
_ADDRESS_SIGNS = frozenset(":/.@")
# "Mã truy xuất:", "Code:" … before the code itself.
_LABELLED = re.compile(
    r"(?:gtin|ean|upc|barcode|mã(?:\s+(?:truy\s+xuất|sản\s+phẩm|số|vạch|tem|qr|ocop))?|ma(?:\s+(?:truy\s+xuat|san\s+pham|so|tem|qr|ocop))?"
    r"|code|qr)\s*[:=#]\s*(?=\S)",
    re.IGNORECASE,
)
_OURS = re.compile(r"OCOP[-_. ]?([A-Z]{2,4})[-_. ]?([0-9]{2,8})", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#:+=-]{2,62}[A-Za-z0-9=]")
_WORDS = (
    r"(?:(?:quyết\s+định|quyet\s+dinh|kế\s+hoạch|ke\s+hoach|thông\s+tư|thong\s+tu|nghị\s+định|nghi\s+dinh|nghị\s+quyết"
    r"|nghi\s+quyet|q[đd]|số|so)(?![^\W_])[\s:.]*){0,3}"
)
_DECISION = re.compile(
    _WORDS + r"([0-9]{1,5})\s?/\s?(?:((?:19|20)[0-9]{2})\s?/\s?)?(Q[ĐD]|KH|TT|N[ĐD]|NQ|TB|CT|TTr|TTLT|QH[0-9]{1,2})"
    r"(?:\s?[-–]\s?([A-ZĐ][A-ZĐ0-9&.]{0,14}(?:\s?[-–]\s?[A-ZĐ][A-ZĐ0-9&.]{0,14}){0,3}))?"
    r"(?:[\s,;]+(?:(?:ký\s+)?ngày|ngay)?\s*([0-9]{1,2}\s?[/.-]\s?[0-9]{1,2}\s?[/.-]\s?[0-9]{4}))?",
    re.IGNORECASE,
)
_CERTIFICATE_WORDS = re.compile(
    r"(?:(?:giấy\s+chứng\s+nhận|giay\s+chung\s+nhan|chứng\s+nhận|chung\s+nhan|gcn)(?:\s+ocop)?)"
    r"[\s:.]+(?:(?:số|so)[\s:.]*)?(?=\S)",
    re.IGNORECASE,
)
_CERTIFICATE = re.compile(r"[A-ZĐ0-9]{1,12}(?:\s?[-/._–]\s?[A-ZĐ0-9]{1,12}){0,6}", re.IGNORECASE)
_CERTIFIES = re.compile(r"(?<![A-ZĐ])(?:GCN|CNOCOP|GCNOCOP)(?![A-ZĐ])|/\s?OCOP|OCOP\s?/|-CNOCOP")
_SPELLED = {
    "QD": "QĐ",
    "ND": "NĐ",
    "TTG": "TTg",
    "HDND": "HĐND",
    "VPDP": "VPĐP",
    "TTR": "TTr",
    "BLDTBXH": "BLĐTBXH",
    "BGDDT": "BGDĐT",
}


@dataclass(frozen=True, slots=True)
class PlainCode(Meaning):
    """A code without a home of its own: ours (``OCOP-BN-0123``), or whatever a maker prints."""

    kind: ClassVar[CodeKind] = CodeKind.PLAIN_CODE
    text: str
    ours: bool = False

    @property
    def key(self) -> str:
        """The code in capitals."""
        return plain_key(self.text)

    @property
    def shown(self) -> str:
        """The code as printed."""
        return self.text


@dataclass(frozen=True, slots=True)
class CertificateNumber(Meaning):
    """The number of an OCOP certificate, in capitals and without spaces."""

    kind: ClassVar[CodeKind] = CodeKind.CERTIFICATE_NUMBER
    number: str

    @property
    def key(self) -> str:
        """The number itself."""
        return self.number

    @property
    def shown(self) -> str:
        """The number itself."""
        return self.number


@dataclass(frozen=True, slots=True)
class DecisionNumber(Meaning):
    """The number of a decision or other legal text as Viet Nam writes it: ``1489/QĐ-TTg``, ``12/2023/QĐ-UBND``.

    *year* is that within the number, *date* the day printed beside it; the same number recurs every year and issuer.
    """

    kind: ClassVar[CodeKind] = CodeKind.DECISION_NUMBER
    number: str
    serial: int
    type: str
    issuer: str = ""
    year: int | None = None
    date: PartialDate | None = None

    @property
    def key(self) -> str:
        """The number, spelled one way."""
        return self.number

    @property
    def shown(self) -> str:
        """The number, spelled one way."""
        return self.number


def plain_key(text: str) -> str:
    """Spell *text* in plain composed capitals with single spaces, nothing invisible."""
    return " ".join(printable.HIDDEN.sub("", plain_letters(text)).upper().split())


def read_lines(text: str) -> PlainCode | CertificateNumber | DecisionNumber | None:
    """Read *text*, whatever its spaces and letters' styles are."""
    found = read(plain_letters(" ".join(text.split()))) if len(text) <= _LONGEST_LINES else None
    return None if isinstance(found, PlainCode) and not found.ours and hides_address(text) else found


def hides_address(text: str) -> bool:
    """True where styled letters make no address of *text*, and plain ones may: 0.A🄫/ is no code to be found again."""
    return not _ADDRESS_SIGNS.isdisjoint(text) and plain_letters(text) != unicodedata.normalize("NFC", text)


def read(text: str) -> PlainCode | CertificateNumber | DecisionNumber | None:
    """Read *text* (one line, composed) as one of our kinds of number; None when it is ordinary words."""
    if not text or len(text) > _LONGEST:
        return None
    if ours := _OURS.fullmatch(text):
        return PlainCode(f"OCOP-{ours[1].upper()}-{ours[2]}", ours=True)
    return decision(text) or certificate(text) or _plain(text)


def strip_label(text: str) -> str:
    """Drop "Mã truy xuất:" and the like from before a code."""
    label = _LABELLED.match(text)
    return text[label.end() :] if label else text


def ours_in(text: str) -> Iterator[PlainCode]:
    """Codes of ours that stand in *text*, between other words."""
    for found in _OURS.finditer(text):
        around = text[found.start() - 1 : found.start()] + text[found.end() : found.end() + 1]
        if not any(letter.isalnum() for letter in around):
            yield PlainCode(f"OCOP-{found[1].upper()}-{found[2]}", ours=True)


def certified_in(text: str) -> Iterator[str]:
    """What stands in *text* where a certificate's number is said to stand."""
    for words in _CERTIFICATE_WORDS.finditer(text):
        number = re.match(r"[^\s,;()]+", text[words.end() :])
        if number and len(number[0]) >= _SHORTEST and any(letter.isdigit() for letter in number[0]):
            yield number[0].rstrip(".:?!")


def decision(text: str) -> DecisionNumber | None:
    """Read a decision's number with or without the words and the date around it."""
    found = _DECISION.fullmatch(text)
    if not found:
        return None
    serial, year, kind, issuer, day = found.groups()
    spelled = "-".join(
        [_normalize(kind), *(_normalize(part) for part in re.split(r"\s?[-–]\s?", issuer or "") if part)]
    )
    number = "/".join([str(int(serial)), *([year] if year else []), spelled])
    type_, _, by = spelled.partition("-")
    return DecisionNumber(number, int(serial), type_, by, int(year) if year else None, _day(day))


def certificate(text: str) -> CertificateNumber | None:
    """Read a certificate's number: after the words for it, or marked GCN or OCOP within."""
    words = _CERTIFICATE_WORDS.match(text)
    number = text[words.end() :] if words else text
    if len(number) < _SHORTEST or not _CERTIFICATE.fullmatch(number) or not any(letter.isdigit() for letter in number):
        return None
    spelled = re.sub(r"\s+", "", number).upper().replace("–", "-")
    return CertificateNumber(spelled) if words or _CERTIFIES.search(spelled) else None


def _plain(text: str) -> PlainCode | None:
    if not _TOKEN.fullmatch(text) or not any(letter.isdigit() for letter in text):
        return None
    return PlainCode(text)


def _normalize(part: str) -> str:
    letters = part.upper()
    return _SPELLED.get(letters.replace("Đ", "D"), letters)


def _day(text: str | None) -> PartialDate | None:
    try:
        return PartialDate.parse(re.sub(r"\s", "", text)) if text else None
    except ValueError:
        return None
