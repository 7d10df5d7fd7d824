"""Complaints and their photos: who sees them, how long they are kept, and what they tell."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from catalog.barcode.sanitize import plain_picture
from catalog.errors import UnknownImage
from handlers import attachments
from handlers.actions import Verb
from handlers.context import Session
from handlers.inquiries import pages, producer
from handlers.messages import Album, Photo
from handlers.phrases import speech
from tests.pictures import scene
from tests.town import Town, number_in
from tests.unit.inquiries.conftest import Folk

say = speech("vi")


def located() -> bytes:
    """A photo that tells where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "nhà tôi"
    exif[0x8825] = {1: "N", 2: (21.0, 3.0, 0.0)}
    file = io.BytesIO()
    scene(["x"]).save(file, "JPEG", exif=exif, comment=b"GPS 21.05")
    return file.getvalue()


async def test_a_complaint_with_its_photo_reaches_the_officer_too(town: Town, folk: Folk) -> None:
    lan = folk.lan
    await lan.does(Verb.KIND, "complaint nem-1")
    assert (await lan(Photo(located()))).startswith("Tôi đã nhận ảnh")
    await lan("Hàng bị mốc")
    ref = number_in(await lan.tap("Gửi"))
    await town.post()
    for person, first in ((folk.ba, "Có khách viết cho bạn:"), (folk.officer, "Khách phản ánh:")):
        assert person.last.startswith(first)
        assert ref in person.last
        proof = person.last.partition("Có ảnh kèm theo: https://ocop.test/f/")[2].partition("\n")[0]
        assert town.store.verify(proof, seconds=60) == f"photo {ref}"
        _, path = attachments.split_photo(person.reply)
        assert await pages.photo(
            path.removeprefix(attachments.PATH), context=town.context
        ) == await town.store.inquiries.photo(ref)
    kept = await town.store.inquiries.photo(ref)
    assert kept is not None
    assert b"Exif" not in kept


async def test_a_photo_with_its_words_is_the_whole_complaint(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    shown = await folk.lan(Album((Photo(located(), caption="Nem giả, tem mờ"), Photo(located()))))
    assert "“Nem giả, tem mờ”" in shown
    ref = number_in(await folk.lan.tap("Gửi"))
    assert await town.store.inquiries.photo(ref) is not None


async def test_the_photo_of_a_draft_thrown_away_goes_nowhere(town: Town, folk: Folk) -> None:
    lan = folk.lan
    await lan.does(Verb.KIND, "complaint nem-1")
    await lan(Photo(located()))
    await lan.does(Verb.KIND, "question nem-1")
    await lan("Nem có cay không?")
    ref = number_in(await lan.tap("Gửi"))
    assert await town.store.inquiries.photo(ref) is None
    await lan.does(Verb.KIND, "complaint nem-1")
    await lan(Photo(located()))
    await lan("huỷ")
    assert await town.store.memory.draft_photo(lan.address) is None


async def test_drafts_that_nobody_sends_lose_their_photo(town: Town, folk: Folk) -> None:
    await town.store.memory.keep_draft_photo(folk.lan.address, b"photo")
    assert await town.store.memory.forget_drafts_before(0.0) == 0
    assert await town.store.memory.forget_drafts_before(4e9) == 1
    assert await town.store.memory.draft_photo(folk.lan.address) is None


def test_a_passed_on_photo_tells_nothing_but_its_pixels() -> None:
    before = located()
    after = plain_picture(before)
    assert b"Exif" in before
    assert b"Exif" not in after
    assert b"GPS" not in after
    with pytest.raises(UnknownImage):
        plain_picture(b"no picture")


async def test_a_complaints_photo_is_there_whenever_it_is_opened_until_it_is_erased(town: Town, folk: Folk) -> None:
    """Also without a public address, where no link can be given."""
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    await folk.lan(Photo(located()))
    await folk.lan("Hàng bị mốc")
    ref = number_in(await folk.lan.tap("Gửi"))
    await town.post()
    path = ""
    for person in (folk.ba, folk.officer):
        await person.does(Verb.INQUIRY, ref)
        assert person.reply.cards[0].title == f"Ảnh kèm theo #{ref}"
        _, path = attachments.split_photo(person.reply)
        assert await pages.photo(path.removeprefix(attachments.PATH), context=town.context)
    alone, session = replace(town.context, public_url=""), Session("vi")
    about = await town.store.inquiries.by_ref(ref)
    assert about is not None
    shown = await producer.show(about, context=alone, session=session)
    assert "Có ảnh kèm theo.\n" in shown.text
    assert attachments.split_photo(shown)[1]
    await folk.lan.does(Verb.ERASE, "yes")
    assert await pages.photo(path.removeprefix(attachments.PATH), context=town.context) is None


async def test_a_complaint_without_a_photo_has_none(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    await folk.lan("Hàng bị mốc")
    await folk.lan.tap("Gửi")
    await town.post()
    assert attachments.split_photo(folk.ba.reply) == (folk.ba.reply, "")
