"""Each product that somebody looks up is noted with how, and with the lot that its code told."""

import pytest

from catalog.model import LookUp, LookUpWay
from handlers.actions import Verb
from handlers.messages import Photo
from handlers.phrases import speech
from tests.pictures import photo_of
from tests.town import DAY, Town, product
from tests.unit.inquiries.conftest import Folk

pytestmark = pytest.mark.both_databases
say = speech("vi")


async def test_how_a_product_was_looked_up_is_noted(town: Town, folk: Folk) -> None:
    """A photo and a typed code with their lot, a button, a name; newest first."""
    await town.store.import_rows([product(1, gtins=("8936012345674",))], who="test")
    written = "(01)08936012345674(11)261001(17)271231(10)LOT7(21)S9"
    await folk.lan(Photo(photo_of(written)))
    await folk.lan(written)
    await folk.lan.does(Verb.PRODUCT, "nem-2")
    await folk.lan("nem chua 3")
    looks = await town.store.people.looks(folk.lan.address, limit=9)
    said = {"code": "08936012345674", "lot": "LOT7", "serial": "S9", "made": "2026-10-01", "expires": "2027-12-31"}
    assert [(each.product_id, each.look_up) for each in looks] == [
        ("nem-3", LookUp(LookUpWay.NAME)),
        ("nem-2", LookUp(LookUpWay.LINK)),
        ("nem-1", LookUp(LookUpWay.TYPED, **said)),
        ("nem-1", LookUp(LookUpWay.PHOTO, **said)),
    ]
    exported = await folk.lan("/dulieu")
    assert '"lot": "LOT7"' in exported


async def test_old_ones_are_erased_without_their_person(town: Town, folk: Folk) -> None:
    for days in (400, 1):
        await town.store.people.note_view(folk.lan.address, "nem-1", at=town.now - days * DAY)
    await folk.lan("xin chào")
    assert await town.store.people.forget_looks(town.now - 366 * DAY) == 1
    assert len(await town.store.people.looks(folk.lan.address, limit=9)) == 1


async def test_producers_see_their_own_numbers(town: Town, folk: Folk) -> None:
    """This month and in all, without their own look-ups; an officer sees the programme's."""
    for who, product_id, days in (("lan", "nem-1", 0), ("lan", "nem-2", 40), ("eve", "nem-1", 0), ("ba", "nem-1", 0)):
        person = getattr(folk, who)
        await town.store.people.note_view(person.address, product_id, at=town.now - days * DAY)
    await town.store.people.note_view(folk.eve.address, "nem-3", at=town.now)
    ref = await folk.lan.asks("Mai có giao được không?")
    await folk.eve.asks("Có bán lẻ không?")
    await folk.ba.does(Verb.REPLY, ref)
    await folk.ba("Có ạ")
    await folk.lan.does(Verb.FOLLOW, "p nem-1")
    told = await folk.ba("thống kê của tôi")
    assert told.startswith(say("Numbers of {producer}:", producer="HTX Nem 1"))
    for what, month, whole in (
        ("Looked up", 2, 3), ("People who looked", 2, 2), ("Questions asked", 2, 2), ("Of these answered by you", 1, 1),
        ("Followers", 1, 1),
    ):  # fmt: skip
        line = say("• {what}: {month} this month, {whole} in all", what=say(what), month=month, whole=whole)
        assert line in told
    assert await folk.ba("/thongke") == told
    own = await folk.ba("thống kê")
    assert own == told
    assert say("There are no numbers of yours: you answer for no producer.") in await folk.lan("số của tôi")
    assert "HTX Nem 1" not in await folk.officer("/thongke")
    assert "OCOP" in folk.officer.last
