"""The search as it stands now: rebuilt beside the old one when the catalogue changes, then swapped whole."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from catalog.entries import Listed, entries
from catalog.errors import StoreError
from catalog.places import Places
from catalog.search import Index
from catalog.store import Store

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0


class SearchIndex:
    """Holds the index and the revision it was built from."""

    def __init__(self, store: Store, places: Places) -> None:
        self._store = store
        self._places = places
        self._index = Index.build([])
        self._revision = -1

    def index(self) -> Index:
        """The search as of the last refresh."""
        return self._index

    async def refresh(self) -> bool:
        """Rebuild if the catalogue has changed; True if it had. Answers go on from the old index meanwhile."""
        revision = await self._store.revision()
        if revision == self._revision:
            return False
        listed = await self._store.list_searchable()
        self._index = await asyncio.to_thread(self._build, listed)
        self._revision = revision
        return True

    async def watch(
        self, noticed: Callable[[int], None], *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Refresh whenever this or another process changed the catalogue, until cancelled."""
        while True:
            await sleep(LOOK_EVERY)
            try:
                if await self.refresh():
                    noticed(len(self._index))
            except StoreError as error:
                log.warning("the search could not be refreshed: %s", error)

    def _build(self, listed: list[Listed]) -> Index:
        return Index.build(entries(listed, self._places))
