"""Codes that hold a person's or a firm's contact: vCard, MECARD, a number to call or text, an address to mail."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote

from catalog.codes import safe
from catalog.codes.meaning import Kind, Meaning

_LOCAL = re.compile(r"0(?:[35789][0-9]{8}|2[0-9]{8,9})|1[89]00[0-9]{4,6}")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{6,18}[0-9]")
_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)
# Letters a field of MECARD, MATMSG or WIFI hides behind a backslash.
_PART = re.compile(r"([A-Za-z-]{1,12}):((?:\\.|[^;\\])*)(?:;|\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Contact(Meaning):
    """A visiting card."""

    kind: ClassVar[Kind] = Kind.CONTACT
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

    kind: ClassVar[Kind] = Kind.PHONE
    number: str

    @property
    def shown(self) -> str:
        """The number."""
        return self.number


@dataclass(frozen=True, slots=True)
class Sms(Meaning):
    """A text message ready to send; *premium* marks short numbers and 1900, which can cost much."""

    kind: ClassVar[Kind] = Kind.SMS
    number: str
    body: str = ""
    premium: bool = False

    @property
    def shown(self) -> str:
        """The number it would go to."""
        return self.number


@dataclass(frozen=True, slots=True)
class Mail(Meaning):
    """An address to write to."""

    kind: ClassVar[Kind] = Kind.MAIL
    address: str
    subject: str = ""

    @property
    def shown(self) -> str:
        """The address."""
        return self.address


def phone_number(text: str) -> str:
    """Spell a phone number one way: 0… inside Viet Nam, +… abroad; other marks dropped."""
    digits = "".join(letter for letter in text[:40] if letter in "0123456789")
    if digits.startswith("84") and len(digits) in {11, 12}:
        return "0" + digits[2:]
    return f"+{digits}" if text.strip().startswith("+") and digits else digits


def is_phone(text: str) -> bool:
    """True for a telephone number of Viet Nam standing alone, or any number with a country code."""
    if not _PHONE.fullmatch(text):
        return False
    number = phone_number(text)
    return bool(_LOCAL.fullmatch(number)) or (number.startswith("+") and 9 <= len(number) <= 16)


def is_mail(text: str) -> bool:
    """True for one mail address standing alone."""
    return len(text) <= 254 and bool(_MAIL.fullmatch(text))


def parts(text: str) -> Iterator[tuple[str, str]]:
    """The ``NAME:value;`` fields of MECARD and its kin, names in capitals, escapes undone."""
    for found in _PART.finditer(text):
        yield found[1].upper(), _ESCAPED.sub(r"\1", found[2])


def read(text: str) -> Contact | Phone | Sms | Mail | None:
    """Read *text* as one of this module's meanings."""
    scheme, colon, rest = text[:20].partition(":")[0].upper(), ":" in text[:20], text.partition(":")[2]
    if not colon:
        return None
    if scheme in {"MECARD", "BIZCARD"}:
        return _mecard(rest)
    if scheme == "BEGIN" and rest[:5].upper() == "VCARD":
        return _vcard(text)
    return _message(scheme, rest)


def _message(scheme: str, rest: str) -> Phone | Sms | Mail | None:
    if scheme == "TEL":
        return Phone(safe.line(phone_number(unquote(rest.partition(";")[0], errors="replace")), limit=20))
    if scheme in {"SMS", "SMSTO", "MMS", "MMSTO"}:
        return _sms(rest)
    if scheme == "MAILTO":
        return _mailto(rest)
    if scheme == "MATMSG":
        fields = dict(parts(rest))
        return Mail(safe.line(fields.get("TO", "")), safe.line(fields.get("SUB", "")))
    return None


def _sms(rest: str) -> Sms:
    number, mark, body = re.split(r"([:?])", rest, maxsplit=1) if re.search(r"[:?]", rest) else (rest, "", "")
    if mark == "?":
        body = next((value for name, value in _query(body) if name == "body"), "")
    spelled = phone_number(unquote(number, errors="replace"))
    premium = 3 <= len(spelled) <= 5 or spelled.startswith("1900")
    return Sms(spelled, safe.line(body, limit=160), premium)


def _mailto(rest: str) -> Mail:
    address, _, query = rest.partition("?")
    subject = next((value for name, value in _query(query) if name == "subject"), "")
    return Mail(safe.line(unquote(address, errors="replace")), safe.line(subject))


def _query(query: str) -> Iterator[tuple[str, str]]:
    for part in query[:2_000].split("&"):
        name, _, value = part.partition("=")
        yield name.lower(), unquote(value, errors="replace")


def _mecard(rest: str) -> Contact:
    fields = list(parts(rest))
    names = [value for name, value in fields if name in {"N", "X"}]
    return _contact(
        name=" ".join(reversed(names[0].split(","))) if len(names) == 1 else " ".join(names),
        organisation=next((value for name, value in fields if name in {"ORG", "C"}), ""),
        phones=[value for name, value in fields if name in {"TEL", "B", "M"}],
        emails=[value for name, value in fields if name in {"EMAIL", "E"}],
    )


def _vcard(text: str) -> Contact:
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()[:100]
    fields = [(name.partition(";")[0].upper(), value) for name, _, value in (line.partition(":") for line in lines)]
    fields = [(name.rpartition(".")[2], _ESCAPED.sub(r"\1", value.strip())) for name, value in fields]
    spread = next((value for name, value in fields if name == "N"), "")
    return _contact(
        name=next((value for name, value in fields if name == "FN"), "") or " ".join(reversed(spread.split(";"))),
        organisation=next((value.rstrip(";") for name, value in fields if name == "ORG"), ""),
        phones=[value.removeprefix("tel:") for name, value in fields if name == "TEL"],
        emails=[value for name, value in fields if name == "EMAIL"],
    )


def _contact(*, name: str, organisation: str, phones: list[str], emails: list[str]) -> Contact:
    numbers = (phone_number(each) for each in phones[:8])
    return Contact(
        safe.line(name, limit=80),
        safe.line(organisation, limit=80),
        tuple(dict.fromkeys(each for each in numbers if each)),
        tuple(safe.line(each, limit=80) for each in emails[:8] if each),
    )
