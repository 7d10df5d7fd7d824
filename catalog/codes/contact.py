"""Codes that hold a person's or a firm's contact: vCard, MECARD, a number to call or text, an address to mail."""

import base64
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote

from catalog.codes import printable
from catalog.codes.meaning import CodeKind, Meaning

_LOCAL = re.compile(r"0(?:[35789][0-9]{8}|2[0-9]{8,9})|1[89]00[0-9]{4,6}")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{6,18}[0-9]")
_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)
_LONGEST_NUMBER, _LONGEST_PHONES = 16, 200
# The nought that is dialled at home only: +84 (0) 912 …
_TRUNK = re.compile(r"((?:\+|\b00)\s?[0-9]{1,3})[\s.-]*\(0\)[\s.-]*")
_PARAMETER = re.compile(r";[a-z-]+=[^;]*", re.IGNORECASE)
_EXTENSION = re.compile(
    r"[\s,.(]*(?:(?<![^\W\d_])(?:extension|ext|extn|x|số\s+máy\s+lẻ|so\s+may\s+le|máy\s+lẻ|may\s+le|máy\s+nhánh|may\s+nhanh"
    r"|số\s+lẻ|so\s+le|số\s+nhánh|so\s+nhanh|nhánh|nhanh|lẻ)(?![^\W\d_])[\s.:=#-]*[0-9]{1,6}|[#pw]\s*[0-9]{1,6}|(?<=\s)-\s*[0-9]{1,4})\)?\s*\Z",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[/;,|&\n\r\t]+|\s+(?:hoặc|hoac|và|va|or|and|hay)\s+|\s+[-–—]\s+", re.IGNORECASE)
_GROUP = re.compile(r"\+?[0-9]+")
_BEGINS = re.compile(r"\+|0|84|1[89]00")
# Letters a field of MECARD, MATMSG or WIFI hides behind a backslash.
_PART = re.compile(r"([A-Za-z-]{1,12}):((?:\\.|[^;\\])*)(?:;|\Z)", re.DOTALL)
_PROPERTY = re.compile(
    r"(?:[A-Za-z0-9-]+\.)?(?:BEGIN|END|VERSION|N|FN|ORG|TEL|EMAIL|ADR|LABEL|URL|TITLE|NOTE|ROLE|PHOTO|LOGO|BDAY|REV|UID|GEO|TZ"
    r"|NICKNAME|CATEGORIES|IMPP|LANG|KIND|GENDER|SOURCE|X-[A-Za-z0-9-]+)\s*(?:;[^:]*)?:",
    re.IGNORECASE,
)
_BASE64 = re.compile(r"[^:]*;\s*(?:ENCODING=)?(?:BASE64|B)(?:;[^:]*)?:", re.IGNORECASE)
_QUOTED = re.compile(r"[^:]*;\s*(?:ENCODING=)?QUOTED-PRINTABLE[^:]*:", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ContactCard(Meaning):
    """A visiting card."""

    kind: ClassVar[CodeKind] = CodeKind.CONTACT
    name: str = ""
    organisation: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """Name, firm and first number."""
        return " · ".join(part for part in (self.name, self.organisation, *self.phones[:1]) if part)


@dataclass(frozen=True, slots=True)
class Phone(Meaning):
    """A number to call; *number* begins with 0 inside Viet Nam, else with +."""

    kind: ClassVar[CodeKind] = CodeKind.PHONE
    number: str

    @property
    def shown(self) -> str:
        """The number."""
        return self.number


@dataclass(frozen=True, slots=True)
class Sms(Meaning):
    """A text message ready to send; *premium* marks short numbers and 1900, which can cost much."""

    kind: ClassVar[CodeKind] = CodeKind.SMS
    number: str
    body: str = ""
    premium: bool = False

    @property
    def shown(self) -> str:
        """The number it would go to."""
        return self.number


@dataclass(frozen=True, slots=True)
class MailLink(Meaning):
    """An address to write to."""

    kind: ClassVar[CodeKind] = CodeKind.MAIL
    address: str
    subject: str = ""

    @property
    def shown(self) -> str:
        """The address."""
        return self.address


def phone_number(text: str) -> str:
    """Spell the first phone number of *text* one way: 0… inside Viet Nam, +… abroad; other marks dropped."""
    return next(iter(phone_numbers(text)), "")


def phone_numbers(text: str) -> tuple[str, ...]:
    """Every phone number in *text*, each spelled one way, without extensions; two are never taken for one."""
    plain = _TRUNK.sub(r"\1 ", text[:_LONGEST_PHONES].strip().removeprefix("tel:"))
    pieces = [_EXTENSION.sub("", piece).strip() for piece in _BETWEEN.split(_PARAMETER.sub("", plain))]
    numbers = [number for piece in pieces for number in _apart(piece)]
    # "0222 3812345/6": the last digit of a second number is no number.
    first, *others = numbers or [""]
    return tuple(dict.fromkeys(each for each in (first, *(each for each in others if len(each) >= 7)) if each))


def _apart(piece: str) -> list[str]:
    """The number in *piece*, or the several that stand in it with nothing but blanks, dots or hyphens between."""
    whole = _decode_quoted(piece)
    groups = _GROUP.findall(piece)
    if len(groups) < 2 or _is_number(whole):
        return [whole]
    numbers, open_groups = [], ""
    for group in groups:
        if _is_number(_decode_quoted(open_groups)) and _BEGINS.match(group):
            numbers.append(_decode_quoted(open_groups))
            open_groups = ""
        open_groups += group
    numbers.append(_decode_quoted(open_groups))
    if all(_is_number(each) for each in numbers):
        return numbers
    return [whole] if len(whole) <= _LONGEST_NUMBER else [each for each in numbers if _is_number(each)]


def _decode_quoted(text: str) -> str:
    digits = "".join(letter for letter in text if letter in "0123456789")
    plus = text.strip().startswith("+")
    if digits.startswith("00") and len(digits) >= 11:
        digits, plus = digits[2:], True
    if digits.startswith("84") and len(inside := digits[2:].removeprefix("0")) in {9, 10}:
        return "0" + inside
    return f"+{digits}" if plus and digits else digits


def _is_number(number: str) -> bool:
    """True for a number of Viet Nam, or one that may be a foreign one."""
    return bool(_LOCAL.fullmatch(number)) or (number.startswith("+") and 9 <= len(number) <= _LONGEST_NUMBER)


def is_phone(text: str) -> bool:
    """True for a telephone number of Viet Nam standing alone, or any number with a country code."""
    if not _PHONE.fullmatch(text):
        return False
    numbers = phone_numbers(text)
    return len(numbers) == 1 and _is_number(numbers[0])


def is_mail(text: str) -> bool:
    """True for one mail address standing alone."""
    return len(text) <= 254 and bool(_MAIL.fullmatch(text))


def parts(text: str) -> Iterator[tuple[str, str]]:
    """The ``NAME:value;`` fields of MECARD and its kin, names in capitals, escapes undone."""
    for found in _PART.finditer(text):
        yield found[1].upper(), _ESCAPED.sub(r"\1", found[2])


def read(text: str) -> ContactCard | Phone | Sms | MailLink | None:
    """Read *text* as one of this module's meanings."""
    scheme, colon, rest = text[:20].partition(":")[0].upper(), ":" in text[:20], text.partition(":")[2]
    if not colon:
        return None
    if scheme in {"MECARD", "BIZCARD"}:
        return _mecard(rest)
    if scheme == "BEGIN" and rest[:5].upper() == "VCARD":
        return _vcard(text)
    return _message(scheme, rest)


def read_alone(text: str, *, may_be_phone: bool = True) -> Phone | MailLink | None:
    """Read *text* as a mail address or a phone number with nothing around it."""
    if is_mail(text):
        return MailLink(text)
    return Phone(phone_number(text)) if may_be_phone and is_phone(text) else None


def _message(scheme: str, rest: str) -> Phone | Sms | MailLink | None:
    if scheme == "TEL":
        return Phone(printable.line(phone_number(unquote(rest.partition(";")[0], errors="replace")), limit=20))
    if scheme in {"SMS", "SMSTO", "MMS", "MMSTO"}:
        return _sms(rest)
    if scheme == "MAILTO":
        return _mailto(rest)
    if scheme == "MATMSG":
        fields = dict(parts(rest))
        return MailLink(printable.line(fields.get("TO", "")), printable.line(fields.get("SUB", "")))
    return None


def _sms(rest: str) -> Sms:
    number, mark, body = re.split(r"([:?])", rest, maxsplit=1) if re.search(r"[:?]", rest) else (rest, "", "")
    if mark == "?":
        body = next((value for name, value in _query(body) if name == "body"), "")
    spelled = phone_number(unquote(number, errors="replace"))
    premium = 3 <= len(spelled) <= 5 or spelled.startswith("1900")
    return Sms(spelled, printable.line(body, limit=160), premium)


def _mailto(rest: str) -> MailLink:
    address, _, query = rest.partition("?")
    subject = next((value for name, value in _query(query) if name == "subject"), "")
    return MailLink(printable.line(unquote(address, errors="replace")), printable.line(subject))


def _query(query: str) -> Iterator[tuple[str, str]]:
    for part in query[:2_000].split("&"):
        name, _, value = part.partition("=")
        yield name.lower(), unquote(value, errors="replace")


def _mecard(rest: str) -> ContactCard:
    fields = list(parts(rest))
    names = [value for name, value in fields if name in {"N", "X"}]
    return _contact(
        name=" ".join(reversed(names[0].split(","))) if len(names) == 1 else " ".join(names),
        organisation=next((value for name, value in fields if name in {"ORG", "C"}), ""),
        phones=[value for name, value in fields if name in {"TEL", "B", "M"}],
        emails=[value for name, value in fields if name in {"EMAIL", "E"}],
    )


def _vcard(text: str) -> ContactCard:
    fields = [_property(line) for line in _unfold_lines(text)[:100]]
    spread = next((value for name, value in fields if name == "N"), "")
    spoken = " ".join(filter(None, _spoken(spread.split(";"))))
    return _contact(
        name=next((value for name, value in fields if name == "FN" and value), "") or spoken,
        organisation=next((value.rstrip(";") for name, value in fields if name == "ORG"), ""),
        phones=[value for name, value in fields if name == "TEL"],
        emails=[value for name, value in fields if name == "EMAIL"],
    )


def _spoken(name: list[str]) -> Iterator[str]:
    """The parts of a name that is given as family, given, additional, title, suffix, as they are said."""
    for place in (3, 1, 2, 0, 4):
        yield name[place].strip() if place < len(name) else ""


def _unfold_lines(text: str) -> list[str]:
    """The lines of a card, each whole: those that begin with a blank, or follow a soft break, continue one.

    Old generators put a blank before every line, so a line that names a property begins anew all the same.
    """
    lines: list[str] = []
    for line in text.splitlines():
        begun = lines[-1].rstrip() if lines else ""
        if begun.endswith("=") and _QUOTED.match(begun) is not None:
            lines[-1] = begun[:-1] + line.strip()
        elif lines and line[:1] in {" ", "\t"} and not _PROPERTY.match(line.strip()):
            # A blank at the end of what goes on stands between two words.
            lines[-1] += line[1:]
        elif line.strip():
            lines.append(line.lstrip())
    return [line.rstrip() for line in lines]


def _property(line: str) -> tuple[str, str]:
    """The name of a card's line in capitals, and its value with escapes undone."""
    head, _, value = line.partition(":")
    name, *parameters = head.upper().split(";")
    if _QUOTED.match(line):
        charset = next((each.partition("=")[2].strip() for each in parameters if each.startswith("CHARSET=")), "UTF-8")
        value = _decode_value(quopri.decodestring(value.encode("utf-8", "replace")), charset)
    elif _BASE64.match(line):
        value = _decode_value(_unpack(value), "UTF-8")
    return name.strip().rpartition(".")[2], _ESCAPED.sub(r"\1", value.strip())


def _unpack(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except ValueError:
        return b""


def _decode_value(plain: bytes, charset: str) -> str:
    try:
        return plain.decode(charset, "replace")
    except LookupError:
        return plain.decode("utf-8", "replace")


def _contact(*, name: str, organisation: str, phones: list[str], emails: list[str]) -> ContactCard:
    numbers = (number for each in phones[:8] for number in phone_numbers(each))
    return ContactCard(
        printable.line(name, limit=80),
        printable.line(organisation, limit=80),
        tuple(dict.fromkeys(printable.line(each, limit=20) for each in numbers))[:8],
        tuple(printable.line(each, limit=80) for each in emails[:8] if each),
    )
