"""Points of sale in words, the same on a card, in an answer and on a page; read anew every few seconds."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from catalog.dates import PartialDate
from catalog.errors import StoreError
from catalog.model import Source
from catalog.places import Places
from catalog.sale_points import SaleKind, SalePoint, SalePoints
from handlers.context import Context
from handlers.links import web_link
from handlers.messages import Link
from handlers.phrases import Speech

_KEPT = 10.0
_OPENING = re.compile(r"^\s*(?:giờ\s+)?(?:mở cửa|mo cua|open(?:ing hours)?)\s*:?\s*(?:từ\s+)?", re.IGNORECASE)
# "sáng mở cửa 7h-11h" says it itself.
_OPENS = re.compile(r"\b(?:mở cửa|mo cua|open)\b", re.IGNORECASE)
_MAP = "https://www.google.com/maps/search/?api=1&query="
_WAY = "https://www.google.com/maps/dir/?api=1&destination="


async def refresh(context: Context) -> None:
    """Have what cards tell of points of sale be of the last ten seconds. Raises StoreError."""
    kept, slot = context.sales, context.now() // _KEPT
    if kept.slot == slot:
        return
    before, kept.slot = kept.slot, slot
    try:
        found = await context.store.sale_points.list_all()
    except StoreError:
        kept.slot = before
        raise
    if tuple(found) != kept.points.every:
        kept.points = SalePoints(found)


def read_anew(context: Context) -> None:
    """Have them read anew at once: one was entered, changed or taken away."""
    context.sales.slot = None


def kind_names(say: Speech) -> Mapping[SaleKind, str]:
    """What a point of sale can be."""
    return {SaleKind.PLACE: say("A shop or stall"), SaleKind.ONLINE: say("A shop online")}


def where(point: SalePoint, places: Places) -> str:
    """Its address with its commune; of a shop online, its page."""
    if point.kind is SaleKind.ONLINE:
        return point.link.partition("://")[2].rstrip("/")
    unit = places.with_code(point.commune)
    named = unit is not None and unit.name.casefold() in point.address.casefold()
    return ", ".join(filter(None, (point.address, "" if unit is None or named else str(unit))))


def facts(point: SalePoint, places: Places, say: Speech, *, stale: bool) -> str:
    """Where it is and when it is open, and whether that may have changed."""
    # "mở cửa 7h-19h" is how many write it, and what our words say before it.
    bare = _OPENING.sub("", point.hours, count=1).strip()
    hours = say("open {hours}", hours=bare) if bare and not _OPENS.search(bare) else bare
    old = say("nobody has confirmed it for over a year: ask before you go") if stale else ""
    return " · ".join(filter(None, (where(point, places), hours, old)))


def confirmed(point: SalePoint, say: Speech) -> str:
    """Who says so, and when."""
    return say("{source}, confirmed {day}", source=point.source, day=say.day(PartialDate.of(point.confirmed)))


def source(point: SalePoint) -> Source:
    """Who says so, as a card notes it."""
    return Source(point.source, PartialDate.of(point.confirmed))


def link(point: SalePoint, places: Places, say: Speech) -> Link | None:
    """The way there, to its point or by its address; of a shop online, its page."""
    if point.kind is SaleKind.ONLINE:
        return next(iter(web_link(point.link)), None)
    if point.point is not None:
        return Link(say("Directions"), f"{_WAY}{point.point[0]:.5f},{point.point[1]:.5f}")
    unit = places.with_code(point.commune)
    words = ", ".join(filter(None, (point.name, where(point, places), unit.province if unit else "")))
    return Link(say("Look for it on a map"), f"{_MAP}{quote(words)}")
