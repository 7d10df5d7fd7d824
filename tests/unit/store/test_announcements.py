"""Announcements over PostgreSQL's LISTEN and NOTIFY: heard once committed, never before, and whole however many."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from catalog.errors import StoreUnavailable
from catalog.store import AnnouncementTopic, Store, database, open_store
from catalog.store.announcements import announce
from tests.postgresql import Cluster
from tests.unit.store.lists import row


@dataclass
class Hearer:
    """Keeps what it hears."""

    words: list[tuple[AnnouncementTopic, str]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, topic: AnnouncementTopic, words: Collection[str]) -> None:
        self.words += [(topic, word) for word in words] or [(topic, "")]
        self.news.set()

    async def until(self, count: int) -> list[tuple[AnnouncementTopic, str]]:
        async with asyncio.timeout(10):
            while len(self.words) < count:
                self.news.clear()
                await self.news.wait()
        return self.words

    @asynccontextmanager
    async def listening(self, store: Store) -> AsyncIterator[None]:
        listening = asyncio.ensure_future(store.announcements.listen(self.hear, ready=self.ready.set))  # noqa: TID251
        try:
            await asyncio.wait_for(self.ready.wait(), 10)
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def test_it_is_heard_once_committed_and_what_is_undone_never(postgresql_url: str) -> None:
    hearer = Hearer()
    async with open_store(postgresql_url) as store, open_store(postgresql_url) as other, hearer.listening(other):
        async with database.writing(store._engine) as connection:
            await announce(connection, AnnouncementTopic.CHANNEL, ["undone"])
            await connection.rollback()
        async with database.writing(store._engine) as connection:
            await announce(connection, AnnouncementTopic.CHANNEL, ["kept"])
            await asyncio.sleep(0.05)
            assert hearer.words == []
        assert await hearer.until(1) == [(AnnouncementTopic.CHANNEL, "kept")]


async def test_many_words_go_in_as_many_payloads_as_they_need(postgresql_url: str) -> None:
    words = [f"{number:040}" for number in range(1000)]
    hearer = Hearer()
    async with open_store(postgresql_url) as store, hearer.listening(store):
        await store.announcements.send(AnnouncementTopic.CHANNEL, words)
        assert [word for _, word in await hearer.until(1000)] == words


async def test_a_change_of_the_catalogue_is_announced(postgresql_url: str) -> None:
    hearer = Hearer()
    async with open_store(postgresql_url) as store, open_store(postgresql_url) as other, hearer.listening(other):
        await store.import_rows([row()], who="test", dry_run=True)
        await store.import_rows([row()], who="test")
        assert await hearer.until(1) == [(AnnouncementTopic.CATALOGUE, "")]


async def test_the_store_says_when_it_hears_nothing_any_more(cluster: Cluster) -> None:
    hearer = Hearer()
    async with open_store(cluster.url()) as store:
        listening = asyncio.ensure_future(store.announcements.listen(hearer.hear, ready=hearer.ready.set))  # noqa: TID251
        await asyncio.wait_for(hearer.ready.wait(), 10)
        await asyncio.to_thread(cluster.stop)
        with pytest.raises(StoreUnavailable, match="on which we listen broke"):
            await asyncio.wait_for(listening, 10)
        with pytest.raises(StoreUnavailable):
            await store.announcements.listen(hearer.hear, ready=hearer.ready.set)


async def test_sqlite_has_nobody_to_tell(store_file: str) -> None:
    async with open_store(f"sqlite:///{store_file}") as store:
        assert not store.announcements.possible
        await store.import_rows([row()], who="test")
