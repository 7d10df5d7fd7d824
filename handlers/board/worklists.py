"""Which products and producers want work, chosen from what is known of each; pure.

A star counts as ending from the earliest day that its source can mean. It is lapsed in red only where the passport
says so for certain.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog import passport
from catalog.dates import PartialDate
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.model import Producer, Product
from catalog.officers import ActScope, Reach
from catalog.passport import IN_FORCE, Standing
from catalog.places import Unit
from handlers.inquiries import corrections

_RUNNING = IN_FORCE | {Standing.UNCERTAIN}
_OVER = frozenset({Standing.LAPSED, Standing.PRESUMED_LAPSED})


class Worklist(StrEnum):
    """One list of the page "Today", as it stands in addresses."""

    ENDING_30 = "ending-30"
    ENDING_60 = "ending-60"
    ENDING_90 = "ending-90"
    MONTH = "month"
    LAPSED = "lapsed"
    PROPOSALS = "proposals"
    DOSSIERS = "dossiers"
    INSPECTIONS = "inspections"
    INQUIRIES = "inquiries"
    COMPLAINTS = "complaints"
    RATINGS = "ratings"
    CODES = "codes"
    SEARCHES = "searches"
    CORRECTIONS = "corrections"
    MISSING = "missing"
    UNREACHED = "unreached"


ENDING: Mapping[Worklist, int] = {Worklist.ENDING_30: 30, Worklist.ENDING_60: 60, Worklist.ENDING_90: 90}
"""Within how many days a star ends that stands in these lists."""


@dataclass(frozen=True, slots=True)
class Maker:
    """A producer as the worklists know them; *commune* is the one since July 2025, None where that is not sure."""

    id: str
    name: str
    phone: str = ""
    email: str = ""
    commune: Unit | None = None

    @property
    def scope(self) -> ActScope:
        """Where they are, for what an officer reaches."""
        return ActScope(self.commune.code if self.commune else "", self.id)


@dataclass(frozen=True, slots=True)
class WatchedProduct:
    """A product in what the worklists ask of it; *known_as_of* is the date of the newest source of its certificates."""

    id: str
    ref: str
    name: str
    maker: Maker
    standing: Standing
    ends: PartialDate | None
    known_as_of: PartialDate | None
    missing: tuple[str, ...]
    aliases: tuple[str, ...]


def watch(product: Product, maker: Maker, today: date) -> WatchedProduct:
    """What there is to know of *product* today."""
    shown = passport.of(product.certificates, today)
    ends = shown.current.ends if shown.current else None
    missing = tuple(corrections.missing(product))
    return WatchedProduct(
        product.id, product.ref, product.name, maker, shown.standing, ends, shown.known_as_of, missing, product.aliases
    )


def maker_of(producer: Producer, commune: Unit | None) -> Maker:
    """The producer with the first phone and address by which they are reached."""
    return Maker(producer.id, producer.name, next(iter(producer.phones), ""), producer.email, commune)


def within(watched: Iterable[WatchedProduct], reach: Reach) -> list[WatchedProduct]:
    """Those that an officer reaches."""
    return [each for each in watched if reach.covers(each.maker.scope)]


def ending(watched: Iterable[WatchedProduct], today: date, *, days: int) -> list[WatchedProduct]:
    """The stars that end within so many days, or may; the first to end first."""
    return _by_end(each for each in watched if each.standing in _RUNNING and _days_left(each, today) <= days)


def ending_this_month(watched: Iterable[WatchedProduct], today: date) -> list[WatchedProduct]:
    """The stars whose month of the end is this one, over or not: this month's batch."""
    standing = _RUNNING | _OVER
    return _by_end(
        each
        for each in watched
        if each.ends and each.standing in standing and (each.ends.year, each.ends.month) == (today.year, today.month)
    )


def lapsed_and_seen(watched: Iterable[WatchedProduct], viewers: Mapping[str, int]) -> list[tuple[WatchedProduct, int]]:
    """The stars that have ended, of products that people still look at, and how many do; the most first."""
    found = [(each, viewers[each.id]) for each in watched if each.standing in _OVER and each.id in viewers]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].name, pair[0].id))


def with_missing(watched: Iterable[WatchedProduct]) -> list[WatchedProduct]:
    """The products whose cards lack what customers look for, those that lack most first."""
    found = [each for each in watched if each.missing]
    return sorted(found, key=lambda each: (-len(each.missing), each.maker.name, each.name, each.id))


def unreached(watched: Iterable[WatchedProduct], reached: frozenset[str]) -> list[tuple[Maker, int]]:
    """The producers of whom nobody answers in a chat, and how many products they have; the most first.

    Whom nobody knows nobody can invite.
    """
    numbers: dict[str, int] = {}
    makers: dict[str, Maker] = {}
    for each in watched:
        if each.maker.id not in reached and each.maker.name != UNKNOWN_PRODUCER:
            makers[each.maker.id] = each.maker
            numbers[each.maker.id] = numbers.get(each.maker.id, 0) + 1
    found = [(maker, numbers[key]) for key, maker in makers.items()]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].name, pair[0].id))


def commune_order(maker: Maker) -> tuple[bool, str]:
    """Where a producer stands among others by commune; those of no known one come last."""
    return maker.commune is None, str(maker.commune or "")


def _by_end(found: Iterable[WatchedProduct]) -> list[WatchedProduct]:
    return sorted(found, key=lambda each: (each.ends.earliest if each.ends else date.max, each.name, each.id))


def _days_left(watched: WatchedProduct, today: date) -> int:
    return (watched.ends.earliest - today).days if watched.ends else 10**6
