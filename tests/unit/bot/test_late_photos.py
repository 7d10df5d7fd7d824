"""Photos that come late, never, or are none, and those of an album."""

import asyncio

import pytest

from bot.channel import NotSent
from bot.open_photos import FETCH_PATIENCE, LatePhotos, PhotoLater
from catalog.errors import ImageTooLarge, UnknownImage
from handlers import apologies
from handlers.messages import Album, Photo
from tests.unit.bot.channels import from_
from tests.unit.bot.conftest import House, settled


async def test_a_photo_is_fetched_once_its_vendor_can_give_it(house: House) -> None:
    """An outage of the vendor costs nobody their photo, and what was said after it is answered after it."""
    house.ear.unfetched = [NotSent("host is away", seconds=5)] * 4
    async with house.open() as inbox:
        await inbox.put(from_("an", Photo(handle="f1"), "1"))
        await inbox.put(from_("an", "a", "2"))
        await settled(inbox)
    assert house.ear.heard == [("an", "Photo!1"), ("an", "a!2")]
    assert 20 <= house.ahead < 60


async def test_a_photo_that_waits_for_its_vendor_outlives_the_process(house: House) -> None:
    house.ear.unfetched = [NotSent("host is away", seconds=600)]
    async with house.open(grace=0.01) as inbox:
        await inbox.put(from_("an", Photo(handle="f1"), "1"))
        while house.ear.unfetched:  # noqa: ASYNC110 - the channel has no event for it, and needs none
            await asyncio.sleep(0)
    assert house.ear.heard == []
    async with house.open() as inbox:
        await settled(inbox)
    assert house.ear.heard == [("an", "Photo!1")]


async def test_a_photo_that_the_vendor_never_gives_is_asked_for_again(house: House) -> None:
    house.ear.unfetched = [NotSent("host is away")] * 999
    async with house.open() as inbox:
        await inbox.put(from_("an", Photo(handle="f1"), "1"))
        await settled(inbox)
    assert house.ear.heard == [("an", apologies.not_fetched("vi").text)]
    assert sum(house.slept) == pytest.approx(FETCH_PATIENCE, abs=60)


def test_a_photo_is_waited_for_as_long_whichever_process_tries() -> None:
    """On PostgreSQL each try may be another process's, and a new one waits for what came before it."""
    now = 0.0
    first, second = LatePhotos(lambda: now), LatePhotos(lambda: now)
    pauses: list[float] = []
    for place in range(20):
        try:
            (first, second)[place % 2].postpone(100.0, NotSent("host is away"))
        except PhotoLater as later:
            pauses.append(later.seconds)
            now = max(now, 100.0) + later.seconds
    assert sum(pauses) == FETCH_PATIENCE
    assert pauses[:5] == [1, 1, 2, 4, 8]
    assert len(pauses) < 15
    for each in (first, second):
        each.postpone(100.0, NotSent("host is away"))
    with pytest.raises(PhotoLater):
        LatePhotos(lambda: now).postpone(100.0, NotSent("host is away"))


async def test_a_photo_that_is_no_picture_is_asked_for_again(house: House) -> None:
    house.ear.unfetched = [UnknownImage("not a picture")]
    async with house.open() as inbox:
        await inbox.put(from_("an", Photo(handle="f1"), "1"))
        await settled(inbox)
    assert house.echo.asked == []
    assert house.ear.heard == [("an", apologies.not_fetched("vi").text)]


async def test_a_file_that_is_too_large_is_told_the_limit_and_not_asked_for_again(house: House) -> None:
    house.ear.unfetched = [ImageTooLarge(limit="20 MB")]
    async with house.open() as inbox:
        await inbox.put(from_("an", Photo(handle="f1"), "1"))
        await settled(inbox)
    ((_, words),) = house.ear.heard
    assert words.startswith("Tệp này lớn hơn 20 MB")
    assert "gửi lại" not in words


async def test_photos_of_an_album_survive_a_restart(house: House) -> None:
    album = Album((Photo(b"\xff\xd8one", caption="a"), Photo(handle="f2"), Photo(b"\x89PNG two")))
    incoming = from_("an", album, "1")
    house.echo.gates["Album"] = asyncio.Event()
    async with house.open(grace=0.01) as inbox:
        await inbox.put(incoming)
    house.echo.gates.clear()
    house.echo.seen.clear()
    async with house.open() as inbox:
        await settled(inbox)
    assert house.echo.seen == [incoming]
    assert len(house.ear.heard) == 1
