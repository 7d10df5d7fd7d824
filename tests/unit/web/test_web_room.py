"""Memory for pictures that are coming in: whoever only trickles takes none, and nobody waits for who waits for them."""

import asyncio

from bot.channels.web.photos import PictureMemory


async def test_pictures_wait_for_room_and_go_on_when_there_is_some() -> None:
    room = PictureMemory(most=100, share=60, at_once=2)
    async with room.place(person="a", network="1") as first:
        await room.grow(first, 90)
        async with room.place(person="b", network="2") as second:
            waiting = asyncio.gather(room.grow(second, 20))
            await asyncio.sleep(0)
            assert not waiting.done()
            await room.grow(first, 500)
            await asyncio.sleep(0)
            assert not waiting.done()
            async with room.place(person="c", network="3") as small:
                # A trickler before it holds nothing up.
                assert small.taken == 0
            # The place is left while someone in it waits: whoever leaves is not counted any more.
            waiting.cancel()
    async with room.place(person="b", network="2") as alone:
        await room.grow(alone, 1000)


async def test_who_waits_goes_on_as_soon_as_another_is_done() -> None:
    room = PictureMemory(most=100, share=60, at_once=2)

    async def upload(network: str, sizes: list[int], done: list[str]) -> None:
        async with room.place(person=network, network=network) as place:
            for size in sizes:
                await room.grow(place, size)
                await asyncio.sleep(0)
            done.append(network)

    done: list[str] = []
    await asyncio.gather(*(upload(str(number), [30, 30, 30], done) for number in range(8)))
    assert len(done) == 8


async def test_one_address_takes_no_more_than_its_share_and_one_person_two_at_once() -> None:
    room = PictureMemory(most=100, share=30, at_once=2)
    async with (
        room.place(person="x", network="9") as elsewhere,
        room.place(person="a", network="1") as first,
        room.place(person="a", network="1") as second,
    ):
        await room.grow(elsewhere, 1)
        await room.grow(first, 30)
        waiting = asyncio.gather(room.grow(second, 10))

        async def third() -> None:
            async with room.place(person="a", network="1"):
                pass

        queued = asyncio.gather(third())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        assert not queued.done()
        waiting.cancel()
    await queued
