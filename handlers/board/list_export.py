"""Lists out: all that an officer may export, or what meets their filters, as Excel or CSV."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from catalog import passport
from catalog.audit import Deed
from catalog.list_io.export import rows_of, write_list
from catalog.model import Product, ProductRow
from catalog.officers import scope_of
from catalog.passport import IN_FORCE
from catalog.search import Filters
from handlers.board.desk import Desk

ENDINGS = ("xlsx", "csv")
_MOST_FOUND = 100_000
_STARS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """What is wanted: by words as the search finds them, stars, group, commune (its code), or in force only."""

    words: str = ""
    stars: str = ""
    group: str = ""
    commune: str = ""
    in_force: bool = False

    def told(self) -> dict[str, object]:
        """What the audit tells of it."""
        return {
            name: value for name in ("words", "stars", "group", "commune", "in_force") if (value := getattr(self, name))
        }


def read_filter(query: Mapping[str, str]) -> ExportFilter:
    """What *query* asks for; what cannot be meant is left out."""
    stars = query.get("stars", "")
    return ExportFilter(
        words=query.get("words", "").strip()[:200],
        stars=stars if stars in _STARS else "",
        group=query.get("group", "")[:200],
        commune=query.get("commune", "")[:16],
        in_force=bool(query.get("in_force")),
    )


async def write_export(desk: Desk, wanted: ExportFilter, path: Path) -> int:
    """Write what is *wanted* and within the officer's reach to *path*; how many rows. Raises StoreError."""
    rows = [row async for row in _rows(desk, wanted)]
    count = await asyncio.to_thread(write_list, path, rows)
    told = {**wanted.told(), "rows": count, "format": path.suffix.removeprefix(".")}
    await desk.context.store.audit.record(desk.doer.did(Deed.LIST_EXPORTED, "catalogue", after=told))
    return count


async def _rows(desk: Desk, wanted: ExportFilter) -> AsyncIterator[ProductRow]:
    named = _named(desk, wanted.words)
    async for product in desk.context.store.every_product():
        if (named is None or product.id in named) and _is_wanted(product, desk, wanted):
            for row in rows_of(product):
                yield row


def _named(desk: Desk, words: str) -> frozenset[str] | None:
    """The ids of what the search finds for *words*; None for everything."""
    if not words:
        return None
    found = desk.context.find(words, limit=_MOST_FOUND, filters=Filters())
    return frozenset(hit.id for hit in found.hits) if found.total else frozenset()


def _is_wanted(product: Product, desk: Desk, wanted: ExportFilter) -> bool:
    scope = scope_of(product.producer, desk.context.places)
    if not desk.reach.covers(scope) or (wanted.commune and scope.commune != wanted.commune):
        return False
    if wanted.group and product.group != wanted.group:
        return False
    if not (wanted.stars or wanted.in_force):
        return True
    counts = passport.of(product.certificates, desk.context.today())
    return (not wanted.stars or str(counts.stars) == wanted.stars) and (
        not wanted.in_force or counts.standing in IN_FORCE
    )
