"""Phones, mail, links and codes as officers write them, each checked; old heads and area codes are told."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from catalog.cells.content import at_most, cell_text, several, several_links, words
from catalog.cells.problems import Cell, CellRefused
from catalog.model import ProductRow

if TYPE_CHECKING:
    from catalog.codes.payment import Account

UNKNOWN_PRODUCER = "Chưa rõ"
_MAIL = re.compile(r"[a-z0-9._%+'-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_HOST = re.compile(
    r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}|(?:[^\W_](?:[\w-]*[^\W_])?\.)+xn--[a-z0-9-]+", re.IGNORECASE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_GTINS_PARTED = re.compile(r"[;,\n\r|/]")
_ACCOUNTS_PARTED = re.compile(r"[;\n\r|]")
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".avif"})
_LONGEST_LINK = 2000
# How an export names a picture that the catalogue has taken in.
_KEPT = re.compile(r"/media/[0-9a-f]{32}\.jpg")
_PARTED = re.compile(r"[;,\s|]+|(?<=\w)/(?=\S+@)")
_PHONES_PARTED = re.compile(r"[;,/\n\r|&]|\s[-–]\s|\s(?:hoặc|và)\s", re.IGNORECASE)
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


def maker_names(cell: Cell) -> str:
    """Other names of the producer, one after another with semicolons."""
    return at_most(2000, "; ".join(_each(partial(at_most, 200), several(cell))))


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


def accounts(cell: Cell) -> str:
    """Accounts that money for the producer goes to, each a bank and a number."""
    text = cell_text(cell)
    if not words(text):
        return ""
    if _ROUNDED.search(text):
        raise CellRefused(
            "Excel đã làm tròn số tài khoản này. Hãy định dạng cột là Văn bản (Text) rồi nhập lại đủ các chữ số.",
            english="The spreadsheet has rounded this account number; format the column as text.",
        )
    from catalog.codes.payment import format_accounts  # noqa: PLC0415 - only for lists with accounts

    return format_accounts(_account(each) for each in filter(words, _ACCOUNTS_PARTED.split(text)))


def _account(text: str) -> "Account":
    from catalog.codes.payment import read_account  # noqa: PLC0415 - only for lists with accounts

    account = read_account(words(text))
    if account is None:
        raise CellRefused(
            f"“{text.strip()}” phải có tên một ngân hàng và một số tài khoản, ví dụ: VietinBank 113366668888.",
            english="An account is the name of one bank and one number, as in VietinBank 113366668888.",
        )
    return account


def phones(cell: Cell) -> tuple[str, ...]:
    """Each phone in E.164; hotlines (1800…, 1900…) as they are dialled, for they have no number abroad.

    The 0 that a spreadsheet ate is put back; an extension is left off. Refused for what is no phone,
    keeping the others.
    """
    text = at_most(500, cell_text(cell))
    if not words(text):
        return ()
    parts = [words(_ASIDE.sub(" ", part)) for part in _PHONES_PARTED.split(_EXTENSION.sub(" ", text))]
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


def phones_text(numbers: Sequence[str], _row: ProductRow) -> str:
    """Each as it is dialled at home, with blanks, so that no spreadsheet takes it for a number."""
    return "; ".join(map(_phone_text, numbers))


@lru_cache(maxsize=4096)
def _phone_text(number: str) -> str:
    import phonenumbers  # noqa: PLC0415 - heavy, and only for lists with phones

    if not number.startswith("+"):
        return f"{number[:4]} {number[4:]}"
    parsed = phonenumbers.parse(number)
    at_home = parsed.country_code == phonenumbers.country_code_for_region("VN")
    kinds = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, kinds.NATIONAL if at_home else kinds.INTERNATIONAL)


def links_text(links: Sequence[str], _row: ProductRow) -> str:
    """One link a line; the line break tells that a semicolon belongs to its link."""
    joined = "\n".join(links)
    return f"{joined}\n" if len(links) == 1 and ";" in joined else joined


def picture_link(cell: Cell) -> tuple[str, ...]:
    """The one picture that a producer proposes: a link, for a producer has no files beside a list."""
    text = at_most(_LONGEST_LINK, words(cell))
    if text and not (text.startswith("https://") and _is_link(text)):
        raise CellRefused("Cần một đường dẫn ảnh bắt đầu bằng https://.", english="A picture is a link with https://.")
    return (text,) if text else ()
