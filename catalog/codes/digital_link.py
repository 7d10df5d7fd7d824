"""GS1 Digital Links, read leniently: any host, 8 to 14 digits, attributes in the path or the query, long names too."""

import re
from dataclasses import replace
from itertools import pairwise

from catalog.codes import gtin
from catalog.codes.address import WebAddress
from catalog.codes.gs1 import Gs1, with_elements

_DIGITS = re.compile(r"[0-9]{8,14}")
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


def read(address: WebAddress) -> Gs1 | None:
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
