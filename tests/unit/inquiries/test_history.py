"""Somebody sees what they looked up, finds something in it, and erases one or all."""

import pytest

from catalog.dates import PartialDate
from catalog.model import LookUp, LookUpWay
from handlers.actions import Verb
from handlers.catalogue import history
from handlers.phrases import speech
from tests.town import DAY, Town, product
from tests.unit.inquiries.conftest import Folk

say = speech("vi")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("đã xem", ""),
        ("da xem", ""),
        ("Lịch sử", ""),
        ("tôi đã xem gì", ""),
        ("Đã xem mật ong?", "mật ong"),
        ("Đã xem: Mật-ong!", "mật ong"),
        ("sản phẩm tôi đã xem", ""),
        ("lịch sử làng nghề", None),
        ("my history", ""),
        ("what did I look up?", ""),
        ("조회 기록", ""),
        ("浏览记录", ""),
        ("mật ong", None),
    ],
)
def test_what_asks_for_it(said: str, words: str | None) -> None:
    assert history.words_in(said) == words


@pytest.mark.parametrize(
    "said",
    [
        "xoá lịch sử",
        "Xóa lịch sử tra cứu!",
        "xoa het lich su cua toi",
        "tôi muốn xoá lịch sử tìm kiếm",
        "xóa những gì tôi đã xem",
        "xoá các sản phẩm tôi đã quét",
        "quên những gì tôi đã tra đi",
        "clear my history",
        "please delete my search history",
        "forget everything I looked up",
        "조회 기록 지워줘",
        "내 기록을 모두 삭제해 주세요",
        "清除历史记录",
        "删除我的浏览记录",
        "把我的历史记录删除",
    ],
)
def test_what_asks_to_erase_it(said: str) -> None:
    assert history.erased_by(said) == ""


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("xoá nem chua 1 khỏi lịch sử", "nem chua 1"),
        ("xóa lịch sử mật ong", "mật ong"),
        ("remove nem chua 1 from my history", "nem chua 1"),
        ("lịch sử", None),
        ("xoá dữ liệu", None),
        ("xoài", None),
        ("xoá lịch sử " + "khỏi lịch sử " * 400, None),
    ],
)
def test_what_asks_to_erase_one(said: str, words: str | None) -> None:
    assert history.erased_by(said) == words


async def test_it_is_erased_in_words_after_asking(town: Town, folk: Folk) -> None:
    lan = folk.lan
    assert await lan("xoá lịch sử") == say(
        "You have not looked up anything yet. Type the name of a product, or send a photo of its label."
    )
    for key in ("nem-1", "nem-2"):
        await lan.does(Verb.PRODUCT, key)
    await lan("xoá nem chua 2 khỏi lịch sử")
    assert [each.label for each in lan.reply.choices] == [say("Yes, erase it"), say("No")]
    assert await lan("không") == await lan.does(Verb.HISTORY), "what the button does"
    await lan("xoá nem chua 2")
    assert [each.label for each in lan.reply.choices] == [say("Yes, erase it"), say("No")]
    await lan("xoá mật ong")
    assert say("Yes, erase it") not in [each.label for each in lan.reply.choices], "it was not looked up"
    await lan("xoá nem chua khỏi lịch sử")
    assert [each.label for each in lan.reply.choices][:2] == ["Xoá: Nem chua 2", "Xoá: Nem chua 1"]
    await lan("xoá lịch sử tra cứu")
    assert len(await town.store.people.looks(lan.address, limit=9)) == 2, "asked first"
    await lan.tap(say("Yes, erase it"))
    assert await town.store.people.looks(lan.address, limit=9) == []


@pytest.mark.both_databases
async def test_it_is_shown_by_day_and_searched(town: Town, folk: Folk) -> None:
    """The newest first, each product once a day with how it was looked up last; a page turns; a name is found."""
    lan, people = folk.lan, town.store.people
    assert await lan("đã xem") == say(
        "You have not looked up anything yet. Type the name of a product, or send a photo of its label."
    )
    scanned = LookUp(LookUpWay.PHOTO, lot="L7")
    for days in range(7):
        await people.note_view(lan.address, f"nem-{days % 2 + 1}", at=town.now - days * DAY, look_up=scanned)
    await people.note_view(lan.address, "nem-1", at=town.now, look_up=scanned)
    await people.note_view(folk.eve.address, "nem-3", at=town.now)
    first = await lan("đã xem")
    assert "24/11/2026 09:00 · chụp ảnh · lô L7 · 2 lần trong ngày" in first
    assert (first.count("Nem chua 1"), first.count("Nem chua 2"), first.count("Nem chua 3")) == (3, 2, 0)
    second = await lan.tap(say("Next →"))
    assert "18/11/2026 09:00" in second
    assert "Nem chua 2" in await lan.tap("Xem")
    found = await lan("đã xem nem chua 2")
    assert (found.count("Nem chua 1"), "Nem chua 2" in found) == (0, True)
    assert "mật ong" in await lan("/daxem mật ong")


async def test_what_changed_since_is_said(town: Town, folk: Folk) -> None:
    await town.store.people.note_view(folk.lan.address, "nem-1", at=town.now - 30 * DAY)
    assert "từ khi bạn xem" not in await folk.lan("đã xem")
    better = product(1, stars=5, decision="9/QĐ-UBND", decided=PartialDate(2026, 11, 20))
    await town.store.import_rows([better], who="test")
    await town.fresh()
    assert say("Changed since you looked: {what}.", what=say("raised to more stars")) in await folk.lan("đã xem")


@pytest.mark.both_databases
async def test_one_or_all_is_erased_after_asking(town: Town, folk: Folk) -> None:
    lan = folk.lan
    for key in ("nem-1", "nem-2", "nem-1"):
        await lan.does(Verb.PRODUCT, key)
    await lan("đã xem")
    await lan.tap(say("Erase some"))
    await lan.tap("Xoá: Nem chua 1")
    assert len(await town.store.people.looks(lan.address, limit=9)) == 3, "asked first"
    await lan.tap(say("Yes, erase it"))
    assert [each.product_id for each in await town.store.people.looks(lan.address, limit=9)] == ["nem-2"]
    await lan("đã xem")
    await lan.tap(say("Erase all of it"))
    await lan.tap(say("Yes, erase it"))
    assert await town.store.people.looks(lan.address, limit=9) == []
