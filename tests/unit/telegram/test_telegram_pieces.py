"""Corners of the channel that no conversation reaches."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import codec
from bot.channel import NotSent
from bot.channels.telegram import open_channel
from bot.channels.telegram.albums import Albums
from bot.channels.telegram.decode import Part, Thread
from bot.channels.telegram.html import link, web
from bot.memory import ChannelMemory
from catalog.errors import UnknownImage
from catalog.inquiry import Address
from catalog.sealing import new_key
from catalog.store import Store, open_store
from handlers.messages import Album, Incoming, Person, Photo
from tests.stands.faults import Answer, Cut
from tests.stands.telegram import BotApi, Someone
from tests.stands.telegram.house import House, Shelf, echo, settings

LAN = Person("telegram", "100001", name="Trần Thị Lan")
BA = Person("telegram", "200001")


def part(number: int, *, album: str = "5") -> Part:
    photo = Photo(handle=f"f{number}", caption=f"c{number}", as_file=number > 1)
    return Part(album, Incoming(LAN, photo, f"100001.{number}.ab", str(Thread(100_001))), addressed=True)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_two_processes_put_an_album_once() -> None:
    house, clock, shelf = House(echo), Clock(), Shelf()
    one, other = (Albums(shelf, house, now=clock) for _ in range(2))
    await one.add(part(2))
    clock.now += 0.5
    await other.add(part(1))
    await other.add(part(1))
    assert [await one.settle(), await other.settle()] == [1.0, 1.0]
    clock.now += 1.0
    assert list(await asyncio.gather(one.settle(), other.settle())) == [None, None]
    (kept,) = house.kept
    assert kept.content == Album((Photo(handle="f1", caption="c1"), Photo(handle="f2", caption="c2", as_file=True)))
    await one.add(part(3))
    clock.now += 1.0
    await one.settle()
    assert (len(house.kept), house.again) == (1, 2)


async def test_what_a_killed_process_held_another_one_puts() -> None:
    """Nothing comes to the other by which it would learn of that album."""
    clock, shelf, house = Clock(), Shelf(), House(echo)
    other = Albums(shelf, house, now=clock, look_every=0.01)
    keeping = asyncio.ensure_future(other.keep())  # noqa: TID251 - a test
    await asyncio.sleep(0.02)
    await Albums(shelf, house, now=clock).add(part(1))
    clock.now += 2
    async with asyncio.timeout(5):
        while not house.kept:  # noqa: ASYNC110 - the stand-in has no event for it
            await asyncio.sleep(0.01)
    keeping.cancel()


async def test_an_album_that_never_ends_is_put_after_three_seconds() -> None:
    house, clock = House(echo), Clock()
    albums = Albums(Shelf(), house, now=clock)
    for number in range(1, 8):
        await albums.add(part(number))
        clock.now += 0.5
    await albums.settle()
    assert len(house.kept) == 1


async def test_a_clock_set_back_holds_no_album() -> None:
    house, clock = House(echo), Clock()
    albums = Albums(Shelf(), house, now=clock)
    await albums.add(part(1))
    clock.now -= 500
    assert await albums.settle() is None
    assert len(house.kept) == 1


async def test_a_part_is_kept_though_another_process_keeps_one_at_the_same_moment() -> None:
    house, shelf, clock = House(echo), Shelf(), Clock()
    one, other = (Albums(shelf, house, now=clock) for _ in range(2))
    await asyncio.gather(one.add(part(1)), other.add(part(2)), other.add(part(1, album="9")))
    clock.now += 1
    await one.settle()
    assert {each.ref for each in house.kept} == {"a5", "a9"}
    assert not shelf.people


@pytest.fixture
async def sealed(store_file: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{store_file}", keys=[new_key()]) as opened:
        yield opened


async def test_of_an_album_nothing_can_be_read_and_whoever_erases_everything_erases_it(
    sealed: Store, store_file: Path
) -> None:
    store = sealed
    memory, house, clock = ChannelMemory(store, "telegram"), House(echo), Clock()
    await Albums(memory, house, now=clock).add(part(1))
    await Albums(memory, house, now=clock).add(replace(part(2), incoming=replace(part(2).incoming, person=BA)))
    written = b"".join(file.read_bytes() for file in store_file.parent.glob(f"{store_file.name}*"))
    assert b"caption" not in written
    assert "Trần Thị Lan".encode() not in written
    me = Address(LAN.channel, LAN.address)
    (mine,) = (await store.people.rows_about(me))["memory"]
    assert "c1" in mine["value"]
    await store.people.erase(me)
    clock.now += 1
    await Albums(memory, house, now=clock).settle()
    (left,) = house.kept
    assert (left.person, left.content) == (BA, Photo(handle="f2", caption="c2", as_file=True))
    assert not await memory.personal()


async def test_an_album_of_a_channel_that_is_off_is_not_kept_for_ever(sealed: Store) -> None:
    memory = ChannelMemory(sealed, "telegram")
    await Albums(memory, House(echo), now=Clock()).add(part(1))
    await sealed.memory.forget_personal_notes_before(time.time() - 60)
    assert len(await memory.personal()) == 1
    await sealed.memory.forget_personal_notes_before(time.time() + 60)
    assert not await memory.personal()


async def test_an_album_that_an_older_version_held_is_put_and_no_longer_stands_in_the_open() -> None:
    house, shelf, clock = House(echo), Shelf(), Clock()
    body, _ = codec.serialize_incoming(part(1).incoming)
    spelled = {"ref": part(1).incoming.ref, "addressed": True, "incoming": body}
    shelf.kept["albums"] = json.dumps({"5": {"first": 900.0, "last": 900.0, "parts": [spelled]}})
    await Albums(shelf, house, now=clock).settle()
    assert [each.content for each in house.kept] == [Photo(handle="f1", caption="c1")]
    assert (shelf.kept, shelf.people) == ({"albums": "{}"}, {})


async def test_an_album_whose_key_is_lost_holds_up_no_other() -> None:
    house, shelf, clock = House(echo), Shelf(), Clock()
    shelf.people["7:1.1.a:1"] = ""
    albums = Albums(shelf, house, now=clock)
    await albums.add(part(1))
    clock.now += 1
    assert await albums.settle() is None
    assert len(house.kept) == 1


async def test_an_album_waits_for_a_store_that_refuses() -> None:
    house, clock = House(echo, full=True), Clock()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        house.full = len(slept) < 3
        await asyncio.sleep(0)

    albums = Albums(Shelf(), house, now=clock, sleep=sleep)
    await albums.add(part(1))
    clock.now += 2
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(albums.keep(), 0.2)
    assert slept == [1.0, 1.0, 1.0]
    assert len(house.kept) == 1


async def test_an_album_is_looked_at_without_its_broken_photo(api: BotApi, lan: Someone) -> None:
    good = lan.photo(b"good")["photo"][-1]["file_id"]
    photos = Album((Photo(handle=good), Photo(handle="lost"), Photo(image=b"here"), Photo()))
    incoming = Incoming(LAN, photos, "r", str(Thread(100_001)))
    async with open_channel(settings(api), House(echo).talk) as channel:
        fetched = await channel.fetch(incoming)
        assert fetched.content == Album((Photo(b"good", good), Photo(b"here"), Photo()))
        with pytest.raises(UnknownImage):
            await channel.fetch(replace(incoming, content=Album((Photo(handle="lost"), Photo(handle="lost too")))))
        api.faults.add(Cut(path="getFile"))
        with pytest.raises(NotSent):
            await channel.fetch(incoming)
        api.faults.add(Answer(404, {"ok": False, "description": "Not Found"}, path=".jpg"))
        with pytest.raises(UnknownImage):
            await channel.fetch(replace(incoming, content=Photo(handle=good)))
        file = {"file_id": good, "file_unique_id": "u"}
        api.faults.add(Answer(200, {"ok": True, "result": file}, path="getFile"))
        with pytest.raises(UnknownImage):
            await channel.fetch(replace(incoming, content=Photo(handle=good)))
        api.faults.add(Answer(429, {"ok": False, "description": "Too Many Requests"}, path="getFile"))
        with pytest.raises(NotSent) as waits:
            await channel.fetch(replace(incoming, content=Photo(handle=good)))
        assert waits.value.seconds == 1.0
        assert channel.listener.polls.read_timeout == 4.0


def test_addresses_that_are_none() -> None:
    assert not web("https://[::1")
    assert not web("https://a b.vn")
    assert not web("https://a.vn:99999")
    assert link("chữ", "javascript:1").html == "chữ"
