"""Who erased everything stays known as a word, so that an older copy of the database erases them again."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from catalog.errors import BadBackup
from catalog.inquiry import Address
from catalog.sealing import new_key
from catalog.store import Erasure, InboxRow, Store, UnmetQuery, open_store
from catalog.store.erasures import KEPT_SECONDS, note, read_list, write_list

KEYS = (new_key(),)
AN, BINH = Address("web", "an"), Address("zalo_oa", "binh:7")


@pytest.fixture
async def shut(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url, migrate=True, keys=KEYS) as opened:
        yield opened


async def wrote(store: Store, who: Address, *, ref: str = "1") -> None:
    await store.inbox.put(InboxRow(who.channel, who.address, ref, '{"text": "lời"}'))
    await store.memory.keep_personal_note(who.channel, f"album:{who.address}", "Một nháp")
    await store.memory.keep_draft_photo(who, b"\xff\xd8")
    await store.unmet.note(UnmetQuery("name", "Vải"), key="vải", who=who)


async def kept(store: Store, who: Address) -> list[str]:
    rows = await store.people.rows_about(who)
    return [table for table, some in rows.items() if some and table != "erasures"]


@pytest.mark.parametrize(
    "line",
    [
        *('{"person": "a", "at": NaN}', '{"person": "a", "at": Infinity}', '{"person": "a", "at": "nan"}'),
        *('{"person": "a", "at": -1e999}', f'{{"person": "a", "at": {10**400}}}', '{"person": 1, "at": 1}'),
        *('{"person": "", "at": 1}', '["a", 1]', '{"person": "a"}', "[" * 100_000),
    ],
    ids=range(10),
)
def test_a_line_that_is_no_erasure_is_named(line: str) -> None:
    with pytest.raises(BadBackup, match="Line 3 is no erasure"):
        read_list(f'{{"person": "a", "at": 1.5}}\n\n{line}\n')


async def test_an_erasure_is_remembered_without_the_address(shut: Store) -> None:
    await wrote(shut, AN)
    began = time.time()
    await shut.people.erase(AN)
    await shut.people.erase(AN)
    (erasure,) = await shut.erasures.list_all()
    assert erasure.at >= began
    assert AN.address not in erasure.person.split("-")
    assert len(erasure.person) == 32
    assert read_list(write_list([erasure])) == [erasure]
    assert await kept(shut, AN) == []


async def test_an_older_copy_erases_again_whom_it_still_knows(shut: Store) -> None:
    """What is restored knows An and Bình; An erased everything after it was made."""
    for who in (AN, BINH):
        await wrote(shut, who)
    word = await _word(shut, BINH)
    erased = [Erasure(word, time.time()), Erasure("of-somebody-else", time.time())]
    assert await shut.people.erase_again(erased) == 1
    assert await kept(shut, BINH) == []
    assert await kept(shut, AN) == ["inbox", "memory", "unmet_askers"]
    assert {each.person for each in await shut.erasures.list_all()} == {word, "of-somebody-else"}


async def test_who_came_back_since_is_left_alone(shut: Store) -> None:
    await shut.people.erase(AN)
    erased = await shut.erasures.list_all()
    await wrote(shut, AN)
    assert await shut.people.erase_again(erased) == 0
    assert "inbox" in await kept(shut, AN)
    later = [replace(each, at=each.at + 1) for each in erased]
    assert await shut.people.erase_again(later) == 1
    assert await kept(shut, AN) == []


async def test_an_older_key_still_says_who_it_was(shut: Store, store_url: str) -> None:
    await wrote(shut, AN)
    erased = [Erasure(await _word(shut, AN), time.time())]
    async with open_store(store_url, keys=(new_key(), *KEYS)) as later:
        assert await later.people.erase_again(erased) == 1
        assert await kept(later, AN) == []


async def test_after_three_years_it_is_forgotten(shut: Store) -> None:
    now = time.time()
    old, new = Erasure("old", now - KEPT_SECONDS - 60), Erasure("new", now - KEPT_SECONDS + 60)
    await shut.erasures._access.write(lambda c: note(c, [old, new]))
    await shut.erasures.forget_old()
    assert await shut.erasures.list_all() == [new]


@pytest.mark.parametrize("text", ["{", "[1]", '{"person": "x"}', '{"person": "x", "at": "gestern"}', "1"])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(BadBackup):
        read_list(text)


async def _word(store: Store, who: Address) -> str:
    return store._access.seal.persons(who.channel, who.address)[0]
