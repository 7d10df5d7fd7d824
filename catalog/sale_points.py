"""Where products are sold: shops of a commune, with a point only where somebody set one, and shops online. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from catalog import codes
from catalog.cells import contacts
from catalog.cells.problems import CellRefused
from catalog.codes import OtherLink, ShopLink, SocialLink
from catalog.distances import distance_km
from catalog.model import Product
from catalog.places import Places, Unit
from catalog.text import fold, fold_letters

LONGEST_NAME, LONGEST_ADDRESS, LONGEST_HOURS, LONGEST_SOURCE = 160, 200, 80, 300
MOST_PRODUCTS = 200
LIST_DAYS = 30
"""How long a list of points of sale can be undone."""
_STALE = timedelta(days=365)
_HEAD = re.compile(
    r"\s*(?:diem ban(?: hang)?|noi ban|cua hang|quay hang|gian hang online|gian hang tren mang|ban online|shop)"
    r"(?: cua (?:toi|minh|chung toi))?\s*:",
)
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|shop|store)(?:/\S*)?", re.IGNORECASE)
_HOURS = re.compile(
    r"(?:(?:gio )?mo cua(?: tu)? |tu )?\d{1,2}(?:[:hg]\d{0,2})? ?(?:-|–|den) ?\d{1,2}(?:[:hg]\d{0,2})?(?: .{1,40})?"
    r"|(?:ca ngay|24/7|ca ngay le).{0,40}"
)


class SaleKind(StrEnum):
    """Whether one goes there, or buys from afar."""

    PLACE = "place"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class SalePoint:
    """A place where products are sold: of *products* (their ids), or without any, all that *producer* makes.

    *commune* is a code since July 2025. *source* says who said it and *confirmed* when that was last so;
    *by_producer* is whether the producer said it itself. *number* is 0 before it is kept.
    """

    name: str
    kind: SaleKind
    source: str
    confirmed: date
    commune: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    hours: str = ""
    link: str = ""
    producer: str = ""
    products: tuple[str, ...] = ()
    by_producer: bool = False
    number: int = 0

    @property
    def point(self) -> tuple[float, float] | None:
        """Where it is, where somebody set that."""
        return (self.latitude, self.longitude) if self.latitude is not None and self.longitude is not None else None

    def is_stale(self, today: date) -> bool:
        """Whether nobody has confirmed it for a year."""
        return today - self.confirmed > _STALE

    def problem(self) -> str:
        """The first field that is wrong, "" where none is."""
        missing = next((name for name in ("name", "source") if not getattr(self, name).strip()), "")
        if missing:
            return missing
        if self.kind is SaleKind.PLACE and not self.commune:
            return "commune"
        if (self.kind is SaleKind.ONLINE and not self.link) or (self.link and not is_safe(self.link)):
            return "link"
        return "" if self.producer or self.products else "products"


@dataclass(frozen=True, slots=True)
class SaleChange:
    """What a list did to one point of sale: what it was, None for a new one, and what it became."""

    before: SalePoint | None
    after: SalePoint


@dataclass(frozen=True, slots=True)
class KeptSaleList:
    """A list of points of sale that an officer kept. *undone* names the points that stayed as they were, else None."""

    number: int
    at: float
    by_officer: int
    changes: Sequence[SaleChange]
    undone: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class NearPoint:
    """A point of sale and how far it is; *exact* is False where only its commune is known."""

    point: SalePoint
    unit: Unit
    km: float
    exact: bool


def is_safe(link: str) -> bool:
    """Whether *link* is a plain web address that pretends to be nobody else's."""
    code = codes.classify(link)
    fine = isinstance(code, ShopLink | SocialLink | OtherLink)
    return fine and not (isinstance(code, OtherLink) and (code.lookalike_of or code.redirects_to))


class SalePoints:
    """All points of sale, found at once by what they sell."""

    def __init__(self, every: Iterable[SalePoint] = ()) -> None:
        self.every = tuple(every)
        self._of: dict[tuple[str, str], list[SalePoint]] = defaultdict(list)
        for point in self.every:
            sold = [("product", each) for each in point.products] or [("producer", point.producer)]
            for key in sold:
                self._of[key].append(point)

    def selling(self, product: Product) -> tuple[SalePoint, ...]:
        """Those that sell *product*: places first, and what was confirmed last before the others."""
        keys = (("product", product.id), ("producer", product.producer.id))
        found = [each for key in keys for each in self._of.get(key, ())]
        return tuple(sorted(found, key=lambda each: (each.kind is SaleKind.ONLINE, -each.confirmed.toordinal())))


def near(points: Iterable[SalePoint], here: tuple[float, float], places: Places) -> Sequence[NearPoint]:
    """The places among *points*, the nearest first; one whose commune has no middle and no point is left out."""
    found = []
    for each in points:
        unit = places.with_code(each.commune)
        if each.kind is not SaleKind.PLACE or unit is None:
            continue
        at = each.point or unit.middle
        if at is not None:
            found.append(NearPoint(each, unit, distance_km(here, at), each.point is not None))
    return sorted(found, key=lambda near: (near.km, near.point.number))


def read_line(words: str, producer: str, places: Places, *, today: date, source: str) -> SalePoint | None:
    """A point of sale as a producer writes it in a chat; None for other words.

    ``điểm bán: Cửa hàng Hoa Sen, 12 Lê Lợi, xã Tiên Du, 7h-19h`` or ``bán online: https://…``: parts between commas, of
    which hours, a link and the commune are recognised. Without a commune, ``problem()`` says so.
    """
    composed = " ".join(unicodedata.normalize("NFC", words).split())
    head, _, rest = composed.partition(":")
    if not _HEAD.fullmatch(f"{fold(head)}:") or not rest.strip():
        return None
    link = _LINK.search(rest)
    parts = _split(rest.replace(link[0], " ") if link else rest)
    hours = next((part for part in parts if _HOURS.fullmatch(fold_letters(part))), "")
    parts = [part for part in parts if part != hours]
    unit = _commune_of(parts, places)
    web = _web_address(link[0].rstrip(".)")) if link else ""
    name, *address = parts or [web.partition("://")[2].partition("/")[0]]
    return SalePoint(
        name=name[:LONGEST_NAME],
        kind=SaleKind.ONLINE if web and unit is None else SaleKind.PLACE,
        source=source,
        confirmed=today,
        commune=unit.code if unit else "",
        address=", ".join(address)[:LONGEST_ADDRESS],
        hours=hours[:LONGEST_HOURS],
        link=web,
        producer=producer,
        by_producer=True,
    )


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]", text) if part.strip()]


def _web_address(text: str) -> str:
    try:
        return contacts.website(text)
    except CellRefused:
        return text


def _commune_of(parts: Sequence[str], places: Places) -> Unit | None:
    """The commune that the parts name, the last ones first: districts and provinces stand behind it."""
    for first in range(len(parts)):
        if unit := places.since_july_2025(", ".join(parts[first:])).new:
            return unit
    return next((unit for part in reversed(parts) if (unit := places.called(part))), None)
