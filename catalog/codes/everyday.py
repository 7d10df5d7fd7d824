"""Codes with no product in them that people photograph all the same: places, Wi-Fi, dates, identity cards, words."""

import re
from dataclasses import dataclass
from typing import ClassVar

from catalog.codes import numbers, printable
from catalog.codes.contact import parts
from catalog.codes.gtin import digits_of
from catalog.codes.meaning import CodeKind, Meaning

_GEO = re.compile(r"geo:(-?[0-9]{1,3}(?:\.[0-9]{1,12})?),(-?[0-9]{1,3}(?:\.[0-9]{1,12})?)", re.IGNORECASE)
_CITIZEN = re.compile(r"(?:[0-9]{12}|[0-9]{9})\s*\|")
_MACHINE_READABLE = re.compile(r"IDVNM[0-9]{9}")
# The twelve digits of an identity number: province, century and sex, year of birth, serial (Circular 59/2021/TT-BCA).
_BARE_CITIZEN = re.compile(r"0(?:0[1248]|[1-8][0-9]|9[1-6])[0-3][0-9]{8}")
_CALENDAR = re.compile(r"BEGIN:V(?:EVENT|CALENDAR)", re.IGNORECASE)
_BOUND = 80


@dataclass(frozen=True, slots=True)
class Geo(Meaning):
    """A place on the map; a map link says it only to its own site, then both numbers are None."""

    kind: ClassVar[CodeKind] = CodeKind.GEO
    latitude: float | None = None
    longitude: float | None = None
    host: str = ""

    @property
    def shown(self) -> str:
        """The coordinates, or the map site."""
        return self.host if self.latitude is None else f"{self.latitude:.5f}, {self.longitude:.5f}"


@dataclass(frozen=True, slots=True)
class Wifi(Meaning):
    """A Wi-Fi network. The password is not kept."""

    kind: ClassVar[CodeKind] = CodeKind.WIFI
    name: str
    security: str = ""

    @property
    def shown(self) -> str:
        """The network's name."""
        return self.name


@dataclass(frozen=True, slots=True)
class Calendar(Meaning):
    """An event for a diary; *starts* as printed."""

    kind: ClassVar[CodeKind] = CodeKind.CALENDAR
    summary: str = ""
    starts: str = ""

    @property
    def shown(self) -> str:
        """What the event is."""
        return self.summary


@dataclass(frozen=True, slots=True)
class CitizenId(Meaning):
    """An identity card. It carries no data at all: the photo and the payload are to be dropped, not logged."""

    kind: ClassVar[CodeKind] = CodeKind.CITIZEN_ID


@dataclass(frozen=True, slots=True)
class JustText(Meaning):
    """Words, or something no one has a rule for.

    *hid* is true when something invisible was taken out, or styled letters hide what could be an address.
    """

    kind: ClassVar[CodeKind] = CodeKind.JUST_TEXT
    text: str
    hid: bool = False

    @property
    def key(self) -> str:
        """The words in capitals when they are few enough to be a code and hide nothing."""
        key = "" if self.hid or len(self.text) > 2 * _BOUND else numbers.plain_key(self.text)
        return key if len(key) <= _BOUND else ""

    @property
    def shown(self) -> str:
        """The beginning of the words, on one line."""
        return printable.line(self.text)


def citizen(text: str) -> CitizenId | None:
    """Recognise an identity card's code, or the machine-readable line of one."""
    return CitizenId() if _CITIZEN.match(text) or _MACHINE_READABLE.match(text) else None


def citizen_number(text: str) -> CitizenId | None:
    """Recognise twelve digits built like an identity number; the caller has ruled out a trade item number."""
    return CitizenId() if _BARE_CITIZEN.fullmatch(digits_of(text)) else None


def words(text: str) -> JustText:
    """Take *text* as words, without what cannot be seen."""
    seen = printable.visible(text)
    return JustText(seen, hid=bool(printable.HIDDEN.search(text.strip())) or numbers.hides_address(seen))


def read(text: str) -> Geo | Wifi | Calendar | None:
    """Read *text* as one of this module's forms."""
    if geo := _GEO.match(text):
        return _geo(float(geo[1]), float(geo[2]))
    if text[:5].upper() == "WIFI:":
        fields = dict(parts(text[5:]))
        return Wifi(printable.line(fields.get("S", ""), limit=60), printable.line(fields.get("T", ""), limit=12))
    if _CALENDAR.match(text):
        title = printable.line(_line(text, "SUMMARY"), limit=100)
        return Calendar(title, printable.line(_line(text, "DTSTART"), limit=24))
    return None


def _geo(latitude: float, longitude: float) -> Geo | None:
    return Geo(latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _line(text: str, name: str) -> str:
    found = re.search(rf"^{name}[^:\r\n]{{0,60}}:([^\r\n]*)", text, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""
