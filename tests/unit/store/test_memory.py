"""Searches, and what channels remember."""

import asyncio

from catalog.store import Exchange, Store, open_store


async def test_a_search_is_kept_under_its_token(store: Store) -> None:
    await store.memory.keep_search("t1", '["nem"]')
    await store.memory.keep_search("t1", '["nem"]')
    assert await store.memory.search("t1") == '["nem"]'
    assert await store.memory.search("t2") is None


async def test_each_owner_has_a_drawer(store: Store) -> None:
    await store.memory.remember("telegram", "offset", "1")
    await store.memory.remember("telegram", "offset", "2")
    assert await store.memory.recall("telegram", "offset") == "2"
    assert await store.memory.recall("zalo_oa", "offset") is None


async def test_an_exchange_happens_only_where_it_was_expected(store: Store) -> None:
    assert await store.memory.exchange(Exchange("zalo_oa", "token", None, "a"))
    assert not await store.memory.exchange(Exchange("zalo_oa", "token", None, "b"))
    assert not await store.memory.exchange(Exchange("zalo_oa", "token", "x", "b"))
    assert await store.memory.exchange(Exchange("zalo_oa", "token", "a", "b"))
    assert await store.memory.recall("zalo_oa", "token") == "b"


async def test_of_many_exchanges_at_once_exactly_one_happens(store: Store, store_url: str) -> None:
    await store.memory.remember("zalo_oa", "token", "old")
    async with open_store(store_url) as other:
        wanted = [Exchange("zalo_oa", "token", "old", f"new {number}") for number in range(20)]
        done = await asyncio.gather(
            *((store if number % 2 else other).memory.exchange(each) for number, each in enumerate(wanted))
        )
        assert sum(done) == 1
        assert await other.memory.recall("zalo_oa", "token") == wanted[done.index(True)].new
