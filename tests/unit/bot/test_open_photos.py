"""Nobody's photos bring the house down: a few each, a total of bytes, and in memory only when it is their turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.answering import Limits
from bot.channel import Accepted, Busy
from bot.inbox import Inbox
from bot.open_photos import PER_PERSON
from catalog.errors import StoreError
from catalog.sealing import new_key
from catalog.store import Store, open_store
from handlers.messages import Incoming, Photo
from tests.unit.bot.channels import Ear, Echo, from_, open_inbox
from tests.unit.bot.test_inbox import settled
from tests.unit.store.engines import set_pragma

KB = 1024


@pytest.fixture
async def sealed(store_file: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{store_file}", keys=[new_key()]) as opened:
        yield opened


@asynccontextmanager
async def inbox_of(store: Store, echo: Echo, *, most: int = 100 * KB) -> AsyncIterator[Inbox]:
    async with open_inbox(store, echo, limits=Limits(photos_at_once=2, picture_bytes=most), grace=0.01) as inbox:
        await inbox.serve({"ear": Ear()})
        yield inbox


def photo(address: str, ref: str, size: int = KB) -> Incoming:
    return from_(address, Photo(bytes([ref.encode()[0]]) * size), ref)


async def test_one_person_has_a_few_open_and_others_are_not_kept_waiting(sealed: Store) -> None:
    echo = Echo()
    gate = echo.gates["Photo"] = asyncio.Event()
    async with inbox_of(sealed, echo) as inbox:
        for number in range(PER_PERSON):
            assert await inbox.put(photo("an", str(number))) is Accepted.NEW
        with pytest.raises(Busy):
            await inbox.put(photo("an", "x"))
        assert await inbox.put(from_("an", "words", "w")) is Accepted.NEW
        assert await inbox.put(photo("binh", "1")) is Accepted.NEW
        gate.set()
        await settled(inbox)
        assert await inbox.put(photo("an", "x")) is Accepted.NEW
        await settled(inbox)
        assert inbox.picture_bytes == 0
    assert [each.content.image for each in echo.seen if each.ref == "x"] == [b"x" * KB]


async def test_all_together_have_so_many_bytes(sealed: Store) -> None:
    echo = Echo()
    gate = echo.gates["Photo"] = asyncio.Event()
    async with inbox_of(sealed, echo, most=10 * KB) as inbox:
        await inbox.put(photo("an", "1", 6 * KB))
        with pytest.raises(Busy):
            await inbox.put(photo("binh", "1", 6 * KB))
        assert await inbox.put(photo("binh", "1", 4 * KB)) is Accepted.NEW
        gate.set()
        await settled(inbox)
        assert await inbox.put(photo("cuc", "1", 200 * KB)) is Accepted.NEW, "one alone is never too large here"
        await settled(inbox)


async def test_what_was_not_kept_or_kept_before_is_not_counted(sealed: Store) -> None:
    echo = Echo()
    gate = echo.gates["Photo"] = asyncio.Event()
    async with inbox_of(sealed, echo) as inbox:
        await inbox.put(photo("an", "1"))
        for _ in range(PER_PERSON):
            assert await inbox.put(photo("an", "1")) is Accepted.AGAIN
        await set_pragma(sealed, "query_only=ON")
        with pytest.raises(StoreError):
            await inbox.put(photo("an", "2"))
        await set_pragma(sealed, "query_only=OFF")
        assert inbox.picture_bytes == KB
        gate.set()
        await settled(inbox)
        assert inbox.picture_bytes == 0


async def test_after_a_restart_they_are_counted_and_read_when_their_turn_comes(sealed: Store) -> None:
    echo = Echo()
    echo.gates["Photo"] = asyncio.Event()
    async with inbox_of(sealed, echo) as inbox:
        for person in range(6):
            for number in range(2):
                await inbox.put(photo(f"p{person}", str(number)))
    echo.gates.clear()
    gate = echo.gates["Photo"] = asyncio.Event()
    echo.seen.clear()
    async with inbox_of(sealed, echo) as inbox:
        assert inbox.picture_bytes >= 12 * KB
        while len(echo.seen) < 2:  # noqa: ASYNC110 - the inbox has no event for it, and needs none
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.05)
        assert len(echo.seen) == 2, "no more than these are in memory"
        gate.set()
        await settled(inbox)
        assert inbox.picture_bytes == 0
    assert sorted(each.content.image for each in echo.seen) == [b"0" * KB] * 6 + [b"1" * KB] * 6


async def test_a_person_who_was_erased_meanwhile_is_counted_no_more(sealed: Store) -> None:
    echo = Echo()
    gate = echo.gates["Photo"] = asyncio.Event()
    async with inbox_of(sealed, echo) as inbox:
        await inbox.put(photo("an", "1"))
        await inbox.put(photo("an", "2"))
        await sealed.inbox.forget_before(1e12)
        gate.set()
        await settled(inbox)
        assert inbox.picture_bytes == 0
