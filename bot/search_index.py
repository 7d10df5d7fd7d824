"""The search as it stands now: changed beside the old one when the catalogue changes, then swapped whole."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from copy import copy
from pathlib import Path

from bot.logs import LastingTrouble
from catalog.entries import Listed, entries
from catalog.errors import StoreError
from catalog.places import Places
from catalog.search import Index
from catalog.search.index_file import read_index_file, write_index_file
from catalog.store import CatalogueMark, Store, sqlite_file

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5
MOST_CHANGED = 20_000
"""Of more changed products than this the index is built anew."""
LEAST_KEPT = 20_000
"""A search of fewer products is built sooner than a file of it is read and checked."""
KEEP_EVERY = 600.0


class SearchIndex:
    """Holds the index and how far of the catalogue it knows; a large one is kept in *file* for the next start."""

    def __init__(
        self,
        store: Store,
        places: Places,
        *,
        file: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._file = file
        self._clock = clock
        self._kept_at = -KEEP_EVERY
        self._places = places
        self._index = Index.build([])
        self._mark: CatalogueMark | None = None

    def index(self) -> Index:
        """The search as of the last refresh."""
        return self._index

    async def refresh(self) -> bool:
        """Take in what has changed in the catalogue; True if it had. Answers go on from the old index meanwhile."""
        found = self._mark is None and await self._take_kept()
        if self._mark is not None and await self._store.revision() == self._mark.revision:
            return found
        mark, listed = await self._store.searchable.since(self._mark, most=MOST_CHANGED)
        index = await self._build(mark) if listed is None else await asyncio.to_thread(self._change, listed)
        whole = listed is None
        if not whole and len(index) != mark.size:
            # Something was taken out by hand, which no row tells of.
            index, whole = await self._build(mark), True
        self._index, self._mark = index, mark
        if whole or self._clock() - self._kept_at >= KEEP_EVERY:
            await self._keep(mark)
        return True

    async def _take_kept(self) -> bool:
        """Go on from the index that an earlier process kept; False where there is none of this very database."""
        kept = await asyncio.to_thread(read_index_file, self._file) if self._file else None
        mark = await self._store.searchable.read_mark(kept.state) if kept else None
        if kept is None or mark is None or mark.size != len(kept.columns):
            return False
        self._index, self._mark = await asyncio.to_thread(Index.of_columns, kept.columns), mark
        self._kept_at = self._clock()
        return True

    async def _keep(self, mark: CatalogueMark) -> None:
        """Keep the index for the next start, where there is a place for it; that it cannot be kept harms nobody."""
        if self._file is None or len(self._index) < LEAST_KEPT:
            return
        self._kept_at = self._clock()
        try:
            state = await self._store.searchable.spell_mark(mark)
            await asyncio.to_thread(write_index_file, self._file, self._index.columns, state=state)
        except (OSError, StoreError) as error:
            log.warning("the search cannot be kept in %s: %s", self._file, error)

    async def watch(
        self, noticed: Callable[[int], None], *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Refresh whenever this or another process changed the catalogue, until cancelled."""
        trouble = LastingTrouble(log)
        while True:
            await sleep(LOOK_EVERY)
            try:
                if await self.refresh():
                    noticed(len(self._index))
            except StoreError as error:
                trouble.note_failure("the search could not be refreshed: %s", error)
            else:
                trouble.note_success("the search is refreshed again")

    async def _build(self, mark: CatalogueMark) -> Index:
        """Read every product, a page at a time, and index them in another thread."""
        pages = _Pages(self._store.searchable.pages(mark))
        try:
            return await asyncio.to_thread(lambda: Index.build(entries(pages, self._places)))
        finally:
            pages.closed = True

    def _change(self, listed: list[Listed]) -> Index:
        # Another one in any case: what was remembered of products goes with it.
        return self._index.change(entries(listed, self._places)) if listed else copy(self._index)


class _Pages:
    """The products of pages that the loop reads, for a thread that waits for them."""

    def __init__(self, pages: AsyncIterator[list[Listed]]) -> None:
        self._pages = pages
        self._loop = asyncio.get_running_loop()
        self.closed = False

    def __iter__(self) -> Iterator[Listed]:
        """Give one product after the other, until all are read or nobody wants them any more."""
        while not self.closed:
            page = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
            if page is None:
                return
            yield from page

    async def _next(self) -> list[Listed] | None:
        return await anext(self._pages, None)


def kept_file(database_url: str, folder: Path | None) -> Path | None:
    """Where the search of this database is kept: in *folder*, else beside an SQLite file; None for nowhere."""
    database = sqlite_file(database_url)
    if folder is not None:
        return folder / f"{database.name if database else 'hoi-ocop'}.index"
    return database.with_name(f"{database.name}.index") if database else None
