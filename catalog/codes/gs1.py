"""GS1 element strings and Digital Links, and what their application identifiers say.

Both are read leniently, for labels are printed carelessly: links on any host, with 8 to 14 digits, attributes in the
path or the query, and long names too.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

from catalog.codes import gtin, printable
from catalog.codes.address import WebAddress
from catalog.codes.meaning import CodeKind, Meaning
from catalog.dates import PartialDate

FNC1 = "\x1d"
# AIM symbology identifiers of GS1-128, DataBar, DataMatrix, QR and DotCode in GS1 mode.
PREFIXES = ("]C1", "]e0", "]d2", "]Q3", "]J1")
_HUMAN = re.compile(r"\(([0-9]{2,4})\)")
_DIGITS = re.compile(r"[0-9]{8,14}")
_VARIABLE = 90
_DATES = {"11": "produced", "13": "packed", "15": "best_before", "16": "sell_by", "17": "expires"}
# What a Digital Link may call an identifier instead of its number.
_NAMES = {
    "gtin": "01",
    "cpv": "22",
    "lot": "10",
    "batch": "10",
    "ser": "21",
    "serial": "21",
    "exp": "17",
    "expiry": "17",
    "bestbefore": "15",
    "proddate": "11",
}
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_IDENTIFIER = re.compile(r"[0-9]{2,4}")
_COMPRESSED = re.compile(r"[A-Za-z0-9_-]{10,}")


@dataclass(frozen=True, slots=True)
class Gs1(Meaning):
    """What a GS1 code or Digital Link says about the item; *check_ok* is None when it names no trade item.

    *others* are further identifiers as printed, ``17=…`` and the like that could not be understood among them.
    *compressed* links hide their content in one word that we name but do not unpack.
    """

    kind: ClassVar[CodeKind] = CodeKind.GS1
    gtin14: str = ""
    printed: str = ""
    check_ok: bool | None = None
    country: str = ""
    vietnamese_prefix: bool = False
    lot: str = ""
    serial: str = ""
    produced: PartialDate | None = None
    packed: PartialDate | None = None
    best_before: PartialDate | None = None
    sell_by: PartialDate | None = None
    expires: PartialDate | None = None
    others: tuple[str, ...] = ()
    host: str = ""
    address: str = ""
    ours: bool = False
    compressed: bool = False
    lookalike_of: str | None = None

    @property
    def key(self) -> str:
        """The fourteen digits of a number that checks."""
        return self.gtin14 if self.check_ok else ""

    @property
    def shown(self) -> str:
        """The digits as printed, else the further identifiers."""
        return self.printed or printable.line(" ".join(self.others))


def with_elements(said: Gs1, elements: list[tuple[str, str]]) -> Gs1:
    """Add identifiers with their values to *said*; what is not understood is kept as printed."""
    for name, value in elements[:40]:
        said = _with(said, name, printable.line(value, limit=_VARIABLE))
    return said


def _with(said: Gs1, name: str, value: str) -> Gs1:
    if name in {"01", "02"} and not said.gtin14 and _DIGITS.fullmatch(value):
        return _with_gtin(said, value)
    if name == "10" and value and not said.lot:
        return replace(said, lot=value)
    if name == "21" and value and not said.serial:
        return replace(said, serial=value)
    if name in _DATES and (day := gs1_date(value)):
        return replace(said, **{_DATES[name]: day})  # type: ignore[arg-type]  # the names are date fields
    return replace(said, others=(*said.others, f"{printable.line(name, limit=4)}={value}"))


def _with_gtin(said: Gs1, digits: str) -> Gs1:
    number = gtin.of(digits)
    return replace(
        said,
        gtin14=number.gtin14,
        printed=digits,
        check_ok=gtin.is_valid(number.gtin14),
        country=number.country,
        vietnamese_prefix=number.vietnamese_prefix,
    )


def gs1_date(value: str) -> PartialDate | None:
    """Read YYMMDD, or YYYYMMDD where a printer did not know better; day 00 means the month, all years are 20YY."""
    if not gtin.is_number(value) or len(value) not in {6, 8}:
        return None
    digits = value if len(value) == 8 else "20" + value
    if digits[4:6] == "00":
        return None
    try:
        return PartialDate(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def read(text: str, *, symbology: str = "") -> Gs1 | None:
    """Read *text* as an element string: human readable, marked as GS1, or plainly a GTIN with more behind it."""
    marked = symbology in PREFIXES or text.startswith((*PREFIXES, FNC1))
    body = text.removeprefix(next((each for each in PREFIXES if text.startswith(each)), "")).strip(FNC1)
    if body.startswith("("):
        return _read_human(body, marked=marked)
    if not marked and FNC1 not in body and not _is_bare(body):
        return None
    elements, unread = split(body)
    return _if_said(elements) if marked or not unread else None


def _read_human(body: str, *, marked: bool) -> Gs1 | None:
    """Identifiers in brackets; unless *marked* as GS1 they must name an item or a day."""
    said = with_elements(Gs1(), _human(body))
    return said if marked or said.gtin14 or said.expires or said.best_before or said.produced else None


def _is_bare(body: str) -> bool:
    """True for 01, a right GTIN, and something that follows it."""
    return len(body) > 16 and body.startswith("01") and gtin.is_valid(body[2:16])


def _if_said(elements: list[tuple[str, str]]) -> Gs1 | None:
    said = with_elements(Gs1(), elements)
    return said if said != Gs1() else None


def _human(body: str) -> list[tuple[str, str]]:
    parts = _HUMAN.split(body)[1:]
    return [(name, value.strip()) for name, value in zip(parts[::2], parts[1::2], strict=True)]


def split(body: str) -> tuple[list[tuple[str, str]], bool]:
    """Cut an element string into identifiers and values; also say whether something could not be read."""
    elements: list[tuple[str, str]] = []
    unread, rest = False, body
    while rest and len(elements) < 40:
        name, length = _identifier(rest[:4])
        if not name:
            unread = True
            name, length = rest[:2], _VARIABLE
        after = rest[len(name) :]
        value = after.partition(FNC1)[0][:length]
        unread = unread or not value
        elements.append((name, value))
        rest = after[len(value) :].lstrip(FNC1)
    return elements, unread or bool(rest)


@lru_cache(maxsize=1024)
def _identifier(start: str) -> tuple[str, int]:
    """The application identifier at *start* and the most characters its value can have; ("", 0) for none."""
    # With it come tables that take 17 MB; whoever asks by name or by GTIN does not need them.
    from biip import ParseError  # noqa: PLC0415
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier  # noqa: PLC0415

    try:
        known = GS1ApplicationIdentifier.extract(start)
    except ParseError:
        return "", 0
    if known.separator_required:
        return known.ai, _VARIABLE
    return known.ai, sum(int(part) for part in re.findall(r"[NX](\d+)", known.format)[1:])


def read_link(address: WebAddress) -> Gs1 | None:
    """What *address* says when it is a Digital Link, else None."""
    segments = address.segments[:40]
    for place, (name, value) in enumerate(pairwise(segments)):
        # /2024/01/20240115 is a page of January.
        dated = place > 0 and _YEAR.fullmatch(segments[place - 1]) and len(value) < 13
        if _names_item(name, value) and not dated:
            return _from(address, segments[place:])
    if address.host.endswith(".gs1.org") and len(segments) == 1 and _COMPRESSED.fullmatch(segments[0]):
        return Gs1(host=address.host, address=address.key, compressed=True)
    return None


def _names_item(name: str, value: str) -> bool:
    """True for 01/<GTIN>; thirteen or fourteen digits are one even when the check digit is wrong."""
    if _NAMES.get(name.lower(), name) != "01" or not _DIGITS.fullmatch(value):
        return False
    return gtin.is_valid(value.zfill(14)) or len(value) >= 13


def _from(address: WebAddress, segments: list[str]) -> Gs1:
    pairs = list(zip(segments[::2], segments[1::2], strict=False))
    asked = [(name, value) for name, value in address.parameters() if value]
    elements = [(_code(name), value) for name, value in (*pairs, *asked) if _IDENTIFIER.fullmatch(_code(name))]
    said = with_elements(Gs1(host=address.host, address=address.key), elements)
    rest = segments[-1] if len(segments) % 2 else ""
    return replace(said, compressed=bool(_COMPRESSED.fullmatch(rest)))


def _code(name: str) -> str:
    return _NAMES.get(name.lower(), name)
