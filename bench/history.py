"""A page of what somebody looked up, out of a million look-ups of a month: ``python -m bench.history``.

A tenth of the people have most of the look-ups. Each page is asked for as a chat asks: words in, the reply out; the
newest page, one in the middle, and one that words are looked for in.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench.search import spread
from bot.search_index import SearchIndex
from catalog.barcode import Reader
from catalog.dates import VIET_NAM
from catalog.list_io import open_sheet
from catalog.model import ProductRow
from catalog.places import Places
from catalog.sealing import new_key
from catalog.store import Store, open_store, tables
from handlers.catalogue import history
from handlers.context import Context, Session
from handlers.messages import Incoming, Person, Text

SHIPPED = Path(__file__).parent.parent / "catalog" / "data" / "products.csv"
PEOPLE, HEAVY = 20_000, 40
MONTH = 30 * 24 * 3600.0
BATCH = 20_000


def rows(products: Sequence[str], *, size: int, now: float) -> Iterator[dict[str, Any]]:
    """Look-ups in the order of their moments; *HEAVY* people have a tenth of them."""
    chance = random.Random(16)
    for number in range(size):
        who = chance.randrange(HEAVY) if chance.random() < 0.1 else chance.randrange(HEAVY, PEOPLE)
        at = now - MONTH + MONTH * number / size
        yield {
            "channel": "web", "address": f"nguoi-{who}", "at": at, "product_id": chance.choice(products),
            "way": "photo", "code": "08936012345674", "lot": f"L{number % 97}", "serial": "", "made": "", "expires": "",
        }  # fmt: skip


async def fill(store: Store, *, size: int, now: float) -> int:
    """The shipped products and the look-ups; how many products."""
    await store.import_rows([row for row in open_sheet(SHIPPED) if isinstance(row, ProductRow)], who="bench")
    products = [each.id for each in await store.searchable.list_all()]
    batch: list[dict[str, Any]] = []
    for row in rows(products, size=size, now=now):
        batch.append(row)
        if len(batch) == BATCH:
            await _write(store, batch)
            batch = []
    if batch:
        await _write(store, batch)
    return len(products)


async def _write(store: Store, batch: list[dict[str, Any]]) -> None:
    async with store._engine.begin() as connection:  # noqa: SLF001 - no million people write in here
        await connection.execute(insert(tables.history), batch)


async def measure(url: str, *, size: int, pages: int) -> None:
    """Fill the database at *url* and print how long pages take."""
    now = time.time()
    async with open_store(url, migrate=True, keys=[new_key()]) as store:
        begun = time.perf_counter()
        products = await fill(store, size=size, now=now)
        print(f"{size:,} look-ups of {products} products by {PEOPLE:,} people, in {time.perf_counter() - begun:.0f} s")
        shelf = SearchIndex(store, Places.load_shipped())
        await shelf.refresh()
        today = datetime.now(VIET_NAM).date()
        context = Context(store, shelf.index, Reader(workers=1), Places.load_shipped(), lambda: today)
        for label, people in (("most people", range(HEAVY, HEAVY + pages)), ("who looked up most", range(HEAVY))):
            for name, words in (("newest page", "p 1"), ("page 9", "p 9"), ("searched", "mật ong")):
                times = [await _page(f"nguoi-{who}", words, context=context) for who in list(people)[:pages]]
                figures = ", ".join(f"{key} {value:.1f}" for key, value in spread(times).items())
                print(f"  {label}, {name} (n={len(times)}): {figures}")


async def _page(address: str, words: str, *, context: Context) -> float:
    incoming = Incoming(Person("web", address), Text(words), "1")
    begun = time.perf_counter()
    await history.act(words, incoming=incoming, context=context, session=Session("vi"))
    return time.perf_counter() - begun


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--size", type=int, default=1_000_000)
    reader.add_argument("--pages", type=int, default=200)
    reader.add_argument("--url", default="", help="an empty database; without it, an SQLite file of its own")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = asked.url or f"sqlite:///{Path(folder) / 'history.db'}"
        asyncio.run(measure(url, size=asked.size, pages=asked.pages))


if __name__ == "__main__":
    main()
