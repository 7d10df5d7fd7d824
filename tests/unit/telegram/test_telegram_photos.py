"""Photos over real HTTP: fetched, joined to albums, shown, uploaded, or not to be had."""

from dataclasses import replace
from typing import cast

import pytest

from catalog.errors import EmptyImage, ImageTooLarge, UnknownImage
from handlers import attachments
from handlers.actions import Action, Verb
from handlers.messages import Album, Choice, Photo, Reply, Strange, Text
from tests.stands.faults import Answer as HttpAnswer
from tests.stands.telegram import BotApi, Someone, group
from tests.stands.telegram.house import House, echo, until
from tests.unit.telegram.conftest import Live

SHARP = b"\x89PNG\r\n\x1a\n sharp pixels"
BACK = Choice("Danh sách", Action(Verb.PAGE))
COMPLAINT = Reply("#ABC23: mốc rồi", cards=(attachments.photo_card("Ảnh kèm theo #ABC23", "proof"),), choices=(BACK,))


async def test_a_photo_is_fetched_at_its_largest_while_we_type(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    async with live(house):
        lan.photo(b"pixels", caption="gì đây")
        lan.file(SHARP)
        await until(lambda: len(house.outcomes) == 2)
        assert [cast("Photo", one.content).image for one in house.kept] == [b"pixels", SHARP]
        await until(lambda: len(api.made("sendChatAction")) == 2)
        assert api.made("sendChatAction")[0] == {"chat_id": 100_001, "action": "typing"}


async def test_photos_that_cannot_be_had(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    async with live(house):
        lan.file(b"x", size=21 * 1024 * 1024)
        await until(lambda: len(house.outcomes) == 1)
        gone = lan.photo(b"gone")["photo"][-1]["file_id"]
        api.world.files.pop(gone)
        lan.photo(b"")
        lying = lan.file(b"\0" * (20 * 1024 * 1024 + 1), size=5)
        assert lying
        await until(lambda: len(house.outcomes) == 4)
        assert list(map(type, house.outcomes)) == [ImageTooLarge, UnknownImage, EmptyImage, ImageTooLarge]


async def test_a_file_that_goes_between_two_calls_is_no_refused_token(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    async with live(house) as channel:
        handle = lan.photo(b"soon gone")["photo"][-1]["file_id"]
        await until(lambda: house.outcomes)
        api.world.files[handle] = b""
        del api.world.files[handle]
        api.world.files[handle + "x"] = b""
        incoming = replace(house.kept[0], content=Photo(handle=handle + "y"))
        with pytest.raises(UnknownImage):
            await channel.fetch(incoming)
        assert await channel.fetch(replace(incoming, content=Text("x"))) == replace(incoming, content=Text("x"))


async def test_an_album_is_answered_once(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    async with live(house):
        for number in range(4):
            lan.photo(b"%d" % number, album="13900", caption="hai hộp" if number == 0 else None)
        lan.say("và cái này")
        await until(lambda: len(api.made("sendMessage")) == 2)
        album = next(one for one in house.kept if isinstance(one.content, Album))
        assert isinstance(album.content, Album)
        assert [photo.image for photo in album.content.photos] == [b"0", b"1", b"2", b"3"]
        assert (album.content.photos[0].caption, album.ref) == ("hai hộp", "a13900")


async def test_an_album_survives_a_crash(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    async with live(house):
        lan.photo(b"1", album="7")
        lan.photo(b"2", album="7")
        await until(lambda: any("AAI000004" in part for part in house.memory.people.values()))
    assert house.kept == []
    async with live(house):
        await until(lambda: api.made("sendMessage"))
        (kept,) = house.kept
        assert isinstance(kept.content, Album)
        assert len(kept.content.photos) == 2
        assert not house.memory.people


async def test_an_album_in_a_group_speaks_to_us_if_one_of_its_photos_does(
    api: BotApi, lan: Someone, live: Live
) -> None:
    house = House(echo)
    hoa = replace(lan, group=group())
    async with live(house):
        hoa.photo(b"1", album="1", caption="chuyện riêng")
        hoa.photo(b"2", album="2")
        hoa.photo(b"3", album="2", caption="@hoi_ocop_bot gì đây")
        hoa.photo(b"4", album="3", caption="@hoi_ocop_bot một tấm")
        await until(lambda: len(house.outcomes) == 2 and not house.memory.people)
        assert sorted(one.ref for one in house.kept) == ["a2", "a3"]
        single = next(one for one in house.kept if one.ref == "a3")
        assert isinstance(single.content, Photo)


async def test_a_file_that_is_no_picture_after_all_is_not_read_as_one(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    async with live(house):
        lan.file(b"\0\0\0\x1cftypavif\0\0\0\0mif1", kind="application/octet-stream", name="nhan")
        lan.file(b"%PDF-1.7 gia", kind="application/octet-stream", name="gia")
        await until(lambda: len(house.outcomes) == 2)
        assert isinstance(house.kept[0].content, Photo)
        assert house.kept[1].content == Strange("document")


async def test_the_photo_of_a_complaint_is_uploaded_behind_its_words(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(lambda _: COMPLAINT, photos={"/f/proof": b"\xff\xd8\xff pixels"})
    async with live(house):
        lan.say("xem")
        (shown,) = await until(lambda: api.made("sendPhoto"))
        (said,) = api.made("sendMessage")
        assert said["text"] == "#ABC23: mốc rồi"
        assert said["reply_markup"]
        assert shown["caption"] == "Ảnh kèm theo #ABC23"
        assert api.world.files[shown["photo"].removeprefix("upload:")] == b"\xff\xd8\xff pixels"
        await until(lambda: house.outcomes)
        assert house.outcomes == ["100001/11"]  # a reply to the words is a reply to the inquiry


@pytest.mark.parametrize("refusal", ["gone", "damaged", "forbidden", "kicked"])
async def test_a_photo_that_cannot_be_brought_is_told_of_and_repeats_nothing(
    api: BotApi, lan: Someone, live: Live, refusal: str
) -> None:
    house = House(lambda _: COMPLAINT, photos={"/f/proof": b"\xff\xd8\xff pixels"})
    if refusal == "gone":
        house.photos.clear()
    if refusal == "damaged":
        house.photos["/f/proof"] = b"no picture"
    if refusal == "forbidden":
        api.world.forbidden[100_001, "photo"] = "Bad Request: not enough rights to send photos to the chat"
    if refusal == "kicked":
        api.faults.add(HttpAnswer(403, {"ok": False, "description": "Forbidden: bot was kicked"}, path="sendPhoto"))
    async with live(house):
        lan.say("xem")
        words, told = await until(lambda: len(made := api.made("sendMessage")) == 2 and made)
        assert words["text"] == "#ABC23: mốc rồi"
        assert told["text"].startswith("Có ảnh kèm theo, nhưng")
        await until(lambda: house.outcomes)
        assert house.outcomes == ["100001/11"]


async def test_a_photo_waits_for_its_turn(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(lambda _: COMPLAINT, photos={"/f/proof": b"\xff\xd8\xff pixels"})
    patience = {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
    api.faults.add(HttpAnswer(429, patience, path="sendPhoto"))
    async with live(house):
        lan.say("xem")
        await until(lambda: api.made("sendPhoto"))
        assert len(api.made("sendMessage")) == 1
