"""Where to go from here in half a day: villages and places to visit as a list, a map and files; no pin is made up."""

import re
from urllib.parse import urlsplit

import pytest

from catalog.outlines import shipped_borders
from catalog.places import Places
from catalog.villages import LANGUAGES, shipped_villages, unit_of
from handlers.messages import Location, Want
from handlers.thread import MessageAct
from tests.conftest import Dialogue

BAC_NINH, YEN_THE, HA_GIANG = Location(21.18, 106.07), Location(21.49, 106.13), Location(22.8, 104.98)


async def test_the_place_is_asked_for_and_the_route_goes_on(say: Dialogue) -> None:
    assert (await say("từ chỗ tôi nửa ngày đi được đâu")).startswith("Bạn đi từ đâu?")
    told = await say(BAC_NINH)
    assert told.startswith("Nửa ngày từ chỗ bạn")
    stops = re.findall(r"^\d+\. (.+?), ở (.+?), cách khoảng (\d+) km: .+\(Nguồn: .+\)$", told, re.MULTILINE)
    assert ("Viêm Xá", "Phường Kinh Bắc") in {(name, unit) for name, unit, _ in stops}
    assert all(int(km) <= 30 for *_, km in stops)
    assert "Tôi chỉ biết đến xã, phường của mỗi nơi" in told


@pytest.mark.parametrize(
    ("asked", "commune"),
    [
        ("tôi ở Lục Ngạn, nửa ngày đi đâu", "Xã Lục Ngạn"),
        ("làng nghề gần Thuận Thành", "Phường Thuận Thành"),
        ("half a day trip from Tu Son", "Phường Từ Sơn"),
        ("craft villages near Thuan Thanh", "Phường Thuận Thành"),
    ],
)
async def test_a_route_starts_in_the_commune_that_is_named(say: Dialogue, asked: str, commune: str) -> None:
    told = await say(asked)
    assert commune in told.splitlines()[0]
    assert told.splitlines()[1].startswith("1. ")


@pytest.mark.parametrize(
    "asked", ["du lịch Bắc Ninh một ngày", "weekend trip Bac Giang", "박닌 하루 여행", "北宁一日游"]
)
async def test_a_trip_of_a_day_is_a_tour_too(say: Dialogue, asked: str) -> None:
    await say(asked)
    assert say.reply.wants is Want.LOCATION


async def test_places_to_visit_of_the_catalogue_are_on_it(say: Dialogue) -> None:
    await say("nửa ngày đi được đâu")
    told = await say(Location(21.38, 106.55))
    assert "Bầu Tiên" in told
    assert any("Bầu Tiên" in choice.label for choice in say.reply.choices)


async def test_the_files_tell_communes_and_nothing_of_the_person(say: Dialogue) -> None:
    await say("where can I go from here")
    await say(BAC_NINH)
    links = [choice.url for choice in say.reply.choices if choice.url] + [say.reply.cards[0].picture]
    assert {urlsplit(link).path for link in links} == {"/route.ics", "/route.gpx", "/route.png"}
    assert not any("21.18" in link or "106.07" in link for link in links)


async def test_where_nothing_is_near_it_is_said(say: Dialogue) -> None:
    await say("nửa ngày đi đâu chơi")
    assert (await say(HA_GIANG)).startswith("Tôi chưa biết làng nghề hay điểm du lịch nào")


@pytest.mark.parametrize("words", ["rượu làng vân ở đâu", "mật ong đi giao ở đâu", "du lịch sinh thái bản ven"])
async def test_a_search_is_no_tour(say: Dialogue, words: str) -> None:
    assert "Bạn đi từ đâu?" not in await say(words)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("where is hanoi", "Hà Nội"),
        ("how do I get to Luc Ngan?", "Lục Ngạn"),
        ("where is Tu Son", "Từ Sơn"),
        ("我要去北宁怎么走", "Bắc Ninh"),
        ("하노이는 어디예요?", "Hà Nội"),
        ("đi Bắc Ninh thế nào", "Bắc Ninh"),
    ],
)
async def test_the_way_to_a_town_is_no_makers_address(say: Dialogue, words: str, place: str) -> None:
    await say("nem bùi")
    assert place in await say(words)
    last = say.session.thread.last
    assert last is not None
    assert last.act is MessageAct.CHAT
    assert say.reply.choices[0].url.startswith("https://")


@pytest.mark.parametrize(
    "words", ["how do I get there", "where is the workshop", "怎么走", "어떻게 가요?", "where is it"]
)
async def test_the_way_to_what_was_spoken_of_is_its_address(say: Dialogue, words: str) -> None:
    await say("nem bùi")
    assert "Ninh Xá" in await say(words)
    last = say.session.thread.last
    assert last is not None
    assert (last.act, last.field) == (MessageAct.FIELD, "address")


def test_every_village_lies_in_a_commune_of_today_and_is_told_in_every_language() -> None:
    places = Places.load_shipped()
    for village in shipped_villages():
        unit = unit_of(village, places)
        assert unit is not None, village.id
        assert unit.code in shipped_borders(), village.id
        assert all(village.told[language] for language in LANGUAGES), village.id
        assert village.source, village.id
        assert village.url.startswith("http"), village.id
