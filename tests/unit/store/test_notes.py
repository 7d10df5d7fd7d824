"""Searches, wishes, and what channels remember."""

import asyncio

from catalog.store import Exchange, Store, Wish


async def test_a_search_is_kept_under_its_token(store: Store) -> None:
    await store.keep_search("t1", '["nem"]')
    await store.keep_search("t1", '["nem"]')
    assert await store.search("t1") == '["nem"]'
    assert await store.search("t2") is None


async def test_a_wish_is_counted_and_the_most_wanted_comes_first(store: Store) -> None:
    for _ in range(3):
        await store.wish(Wish("name", "xoai", "Xoài"))
    await store.wish(Wish("name", "vai", "Vải"))
    await store.wish(Wish("code", "xoai", "https://x.vn"))
    assert await store.wishes("name") == [Wish("name", "xoai", "Xoài", 3), Wish("name", "vai", "Vải", 1)]
    assert await store.wishes("name", limit=1) == [Wish("name", "xoai", "Xoài", 3)]
    assert [each.shown for each in await store.wishes("code")] == ["https://x.vn"]


async def test_wishes_of_many_at_once_are_all_counted(store: Store) -> None:
    await asyncio.gather(*(store.wish(Wish("name", "xoai", "Xoài")) for _ in range(50)))
    assert (await store.wishes("name"))[0].times == 50


async def test_a_long_wish_is_cut_where_it_is_compared(store: Store) -> None:
    await store.wish(Wish("code", "x" * 900, "x"))
    await store.wish(Wish("code", "x" * 901, "x"))
    (kept,) = await store.wishes("code")
    assert (kept.key, kept.times) == ("x" * 200, 2)


async def test_each_owner_has_a_drawer(store: Store) -> None:
    await store.remember("telegram", "offset", "1")
    await store.remember("telegram", "offset", "2")
    assert await store.recall("telegram", "offset") == "2"
    assert await store.recall("zalo_oa", "offset") is None


async def test_an_exchange_happens_only_where_it_was_expected(store: Store) -> None:
    assert await store.exchange(Exchange("zalo_oa", "token", None, "a"))
    assert not await store.exchange(Exchange("zalo_oa", "token", None, "b"))
    assert not await store.exchange(Exchange("zalo_oa", "token", "x", "b"))
    assert await store.exchange(Exchange("zalo_oa", "token", "a", "b"))
    assert await store.recall("zalo_oa", "token") == "b"


async def test_of_many_exchanges_at_once_exactly_one_happens(store: Store, store_file: object) -> None:
    from catalog.store import open_store  # noqa: PLC0415 - a second process would open it so

    await store.remember("zalo_oa", "token", "old")
    async with open_store(f"sqlite:///{store_file}") as other:
        wanted = [Exchange("zalo_oa", "token", "old", f"new {number}") for number in range(20)]
        done = await asyncio.gather(
            *((store if number % 2 else other).exchange(each) for number, each in enumerate(wanted))
        )
        assert sum(done) == 1
        assert await other.recall("zalo_oa", "token") == wanted[done.index(True)].new
