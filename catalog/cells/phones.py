"""Phones as officers write them: several in a cell, with extensions, old heads and old area codes."""

import re
from collections.abc import Iterator
from functools import lru_cache

from catalog.cells.content import at_most, cell_text, words
from catalog.cells.problems import Cell, CellRefused

_PARTED = re.compile(r"[;,/\n\r|&]|\s[-–]\s|\s(?:hoặc|và)\s", re.IGNORECASE)
_ASIDE = re.compile(r"\([^)]*[^\W\d_][^)]*\)")
_EXTENSION = re.compile(
    r"[\s,;(–-]*(?:(?:số\s*)?máy\s*(?:lẻ|nhánh)|số\s*lẻ|nhánh|ext(?:ension)?|line|lẻ|(?:bấm|nhấn)(?:\s*phím)?|(?<=\d)\s*x)"
    r"\.?\s*:?\s*\d{1,5}\)?(?!\d)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[^\d+(]*|[^\d]*$")
_LETTER = re.compile(r"[^\W\d_]")
_GROUP = re.compile(r"\+?\d+")
_HOTLINE = re.compile(r"(?:1800|1900)\d{4,6}")
# Every mobile head, also those allotted after the library's tables were made (Circular 22/2014/TT-BTTTT's plan).
_MOBILE = re.compile(r"(?:0|84)?([35789]\d{8})")
# Mobile numbers lost a digit in 2018; only the head changed (Plan 798/QĐ-BTTTT of 2018).
_OLD_HEADS = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083", "0124": "084",
    "0125": "085", "0127": "081", "0129": "082", "0162": "032", "0163": "033", "0164": "034", "0165": "035",
    "0166": "036", "0167": "037", "0168": "038", "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
# Area codes changed in 2017 (Plan 2036/QĐ-BTTTT of 2016); four stayed as they were.
_OLD_AREAS = {
    "076": "0296", "064": "0254", "0281": "0209", "0240": "0204", "0781": "0291", "0241": "0222", "075": "0275",
    "0650": "0274", "056": "0256", "0651": "0271", "062": "0252", "0780": "0290", "0710": "0292", "026": "0206",
    "0511": "0236", "0500": "0262", "0501": "0261", "0230": "0215", "061": "0251", "067": "0277", "059": "0269",
    "04": "024", "0351": "0226", "039": "0239", "0320": "0220", "031": "0225", "0711": "0293", "08": "028",
    "0321": "0221", "058": "0258", "077": "0297", "060": "0260", "0231": "0213", "063": "0263", "025": "0205",
    "020": "0214", "072": "0272", "0350": "0228", "038": "0238", "030": "0229", "068": "0259", "057": "0257",
    "052": "0232", "0510": "0235", "055": "0255", "033": "0203", "053": "0233", "079": "0299", "022": "0212",
    "066": "0276", "036": "0227", "0280": "0208", "037": "0237", "054": "0234", "073": "0273", "074": "0294",
    "027": "0207", "070": "0270", "029": "0216",
}  # fmt: skip
_MOST_GROUPS = 16


def phones(cell: Cell) -> tuple[str, ...]:
    """Each phone in E.164; hotlines (1800…, 1900…) as they are dialled, for they have no number abroad.

    The 0 that a spreadsheet ate is put back; an extension is left off. Refused for what is no phone,
    keeping the others.
    """
    text = at_most(500, cell_text(cell))
    if not words(text):
        return ()
    parts = [words(_ASIDE.sub(" ", part)) for part in _PARTED.split(_EXTENSION.sub(" ", text))]
    found: list[str] = []
    refusals: list[CellRefused] = []
    for part in [part for part in parts if re.search(r"\d", part)] or [words(text)]:
        try:
            found += _numbers(part)
        except CellRefused as refused:
            refusals.append(refused)
    kept = tuple(dict.fromkeys(found))
    if refusals:
        raise CellRefused(refusals[0].reason, english=refusals[0].reason_en, kept=kept)
    return kept


def _numbers(text: str) -> list[str]:
    """The one phone in *text*, or the several that it is the only way to part it into."""
    try:
        return [_phone(text)]
    except CellRefused:
        groups = _GROUP.findall(text)
        ways = (
            list(_ways(groups)) if 1 < len(groups) <= _MOST_GROUPS and not _LETTER.search(_LABEL.sub("", text)) else []
        )
        if len(ways) != 1:
            raise
        return ways[0]


def _ways(groups: list[str]) -> Iterator[list[str]]:
    if not groups:
        yield []
    for size in range(1, len(groups) + 1):
        try:
            first = _phone(" ".join(groups[:size]))
        except CellRefused:
            continue
        for rest in _ways(groups[size:]):
            yield [first, *rest]


@lru_cache(maxsize=4096)
def _phone(text: str) -> str:
    import phonenumbers  # noqa: PLC0415 - heavy, and only for lists with phones

    bare = _LABEL.sub("", text)
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
        newer = _newer(digits)
        offered = f" Nay là {newer}?" if newer else ""
        english = f"{text!r} is not a phone number.{f' Is it now {newer}?' if newer else ''}"
        raise CellRefused(f"“{text}” không phải số điện thoại.{_advice(digits)}{offered}", english=english)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _advice(digits: str) -> str:
    national = _national(digits)
    if len(national) == 11 and (head := _OLD_HEADS.get(national[:4])):
        return f" Đầu số cũ {national[:4]} nay là {head}."
    code = _old_area(national)
    return f" Mã vùng cũ {code} nay là {_OLD_AREAS[code]}." if code else ""


def _newer(digits: str) -> str:
    """How a number of before 2017 or 2018 is dialled now; empty when it is none."""
    national = _national(digits)
    if len(national) == 11 and (head := _OLD_HEADS.get(national[:4])):
        return head + national[4:]
    code = _old_area(national)
    return _OLD_AREAS[code] + national[len(code) :] if code else ""


def _national(digits: str) -> str:
    if digits.startswith("84") and len(digits) > 10:
        return f"0{digits[2:]}"
    return digits if digits.startswith("0") else f"0{digits}"


def _old_area(national: str) -> str:
    """The old area code that *national* starts with, when the rest has the length of a number behind it."""
    for size in (4, 3, 2):
        code, rest = national[:size], national[size:]
        if code in _OLD_AREAS and len(rest) in ((8,) if size == 2 else (6, 7)):
            return code
    return ""
