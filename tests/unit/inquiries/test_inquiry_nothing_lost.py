"""Nothing typed while an inquiry is open is lost, and nothing is promised that does not happen."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot import codec
from catalog.inquiry import Invitation, Role
from handlers.actions import Action, Verb
from handlers.context import Draft, Session
from handlers.conversation import answer
from handlers.links import phone_in
from handlers.messages import Album, Incoming, Photo, Tap
from handlers.phrases import speech
from tests.pictures import photo_of
from tests.town import DAY, HOUR, Someone, Town, number_in, stocked, town_in
from tests.unit.inquiries.conftest import Folk

pytestmark = pytest.mark.both_databases

say = speech("vi")


async def test_words_typed_at_the_first_question_are_the_question(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.ASK, "nem-1")
    assert "“Nem để được bao lâu vậy?”" in await folk.lan("Nem để được bao lâu vậy?")
    ref = number_in(await folk.lan.tap("Gửi"))
    inquiry = await town.store.inquiries.by_ref(ref)
    assert inquiry is not None
    assert inquiry.messages[0].text == "Nem để được bao lâu vậy?"


async def test_a_product_name_typed_there_is_looked_up_and_the_draft_stays(folk: Folk) -> None:
    await folk.lan.does(Verb.ASK, "nem-1")
    assert "HTX Nem 2" in await folk.lan("Nem chua 3")
    assert "“Có ship không?”" in await folk.lan("Có ship không?")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912345678", "0912 345 678"),
        ("0912.345.678", "0912 345 678"),
        ("số của tôi là 0912 345 678 nhé", "0912 345 678"),
        ("sđt: +84 912 345 678", "0912 345 678"),
        ("+82 10-2345-6789", "+82 10-2345-6789"),
    ],
)
async def test_a_phone_number_at_the_confirmation_goes_along(folk: Folk, typed: str, number: str) -> None:
    await folk.lan.does(Verb.ASK, "nem-1")
    await folk.lan("Tôi muốn mua 20 hộp")
    shown = await folk.lan(typed)
    assert f"Số điện thoại {number} của bạn được gửi kèm." in shown
    assert "“Tôi muốn mua 20 hộp”" in shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("bánh bị mốc, gọi số 0912345678", "bánh bị mốc, gọi số"),
        ("0912.345.678 (gọi sau 5 giờ chiều)", "gọi sau 5 giờ chiều"),
        ("+84 912 345 678, ask for Mrs Lan", "ask for Mrs Lan"),
    ],
)
async def test_what_is_said_beside_the_number_is_kept(folk: Folk, typed: str, kept: str) -> None:
    await folk.lan.does(Verb.ASK, "nem-1")
    await folk.lan("Tôi muốn mua 20 hộp")
    shown = await folk.lan(typed)
    assert "Số điện thoại 0912 345 678 của bạn được gửi kèm." in shown
    assert f"“Tôi muốn mua 20 hộp\n{kept}”" in shown
    await folk.lan.does(Verb.EDIT, "nophone")
    await folk.lan.does(Verb.EDIT, "phone")
    assert f"“Tôi muốn mua 20 hộp\n{kept}\n{kept}”" in await folk.lan(typed)


@pytest.mark.parametrize(
    "typed", ["số của em đây ạ: 0912 345 678", "Call me at 0912345678, please", "Zalo 0912345678 nhé", "0912345678."]
)
async def test_words_that_only_introduce_the_number_are_not_added(folk: Folk, typed: str) -> None:
    await folk.lan.does(Verb.ASK, "nem-1")
    await folk.lan("Tôi muốn mua 20 hộp")
    await folk.lan.does(Verb.EDIT, "phone")
    assert "“Tôi muốn mua 20 hộp”" in await folk.lan(typed)


def test_not_every_number_is_a_phone() -> None:
    assert [phone_in(each) for each in ("20 hộp", "giao 24/12/2026", "mã 8938505974194")] == [None] * 3
    assert phone_in("0912345678 hoặc 0987654321") is None


async def test_more_words_at_the_confirmation_are_added(folk: Folk) -> None:
    await folk.lan.does(Verb.ASK, "nem-1")
    await folk.lan("Tôi muốn mua 20 hộp")
    assert "“Tôi muốn mua 20 hộp\ngiao trước thứ Sáu giúp tôi”" in await folk.lan("giao trước thứ Sáu giúp tôi")
    assert (await folk.lan("gửi")).startswith("Đã gửi.")


UNSEEN = ("\u200b", "\u202e", "\ufeff", "\u2066", "\u200e", "\u00ad", "\u2060", "\u200d")


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
async def test_what_nobody_sees_changes_no_answer(folk: Folk, unseen: str) -> None:
    """A keyboard that writes from right to left, or a copied text, brings it along."""
    for typed in (f"/dulieu{unseen}", f"{unseen}/dulieu", f"/du{unseen}lieu"):
        assert (await folk.lan(typed)).startswith("Đây là tất cả")
    await folk.lan.does(Verb.ASK, "nem-1")
    assert (await folk.lan(f"1{unseen}")).startswith("Bạn viết câu hỏi nhé.")
    assert "“Tôi muốn mua 20 hộp”" in await folk.lan(f"Tôi {unseen}muốn mua 20 hộp{unseen}")
    assert (await folk.lan(f"g{unseen}ửi")).startswith("Đã gửi.")


async def test_no_and_a_name_at_the_confirmation(folk: Folk) -> None:
    await folk.lan.does(Verb.ASK, "nem-1")
    await folk.lan("Tôi muốn mua 20 hộp")
    assert "HTX Nem 2" in await folk.lan("Nem chua 3")
    assert (await folk.lan.does(Verb.SEND)).startswith("Đã gửi.")
    await folk.lan.does(Verb.ASK, "nem-1")
    await folk.lan("Tôi muốn mua 30 hộp")
    assert await folk.lan("thôi") == say("Nothing was sent.")


async def test_plain_words_after_a_question_are_its_answer(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    shown = await folk.ba("Để được một tuần trong tủ lạnh")
    assert shown.splitlines()[:3] == [
        f"Đây có phải là trả lời của bạn cho #{ref} (Nem chua 1) không?",
        "Khách hỏi: “Nem để được bao lâu?”",
        "Bạn trả lời: “Để được một tuần trong tủ lạnh”",
    ]
    assert "tháng" in await folk.ba("ngăn đá thì được một tháng")
    await folk.ba.tap("Gửi")
    await town.post()
    assert "“Để được một tuần trong tủ lạnh\nngăn đá thì được một tháng”" in folk.lan.last


async def test_words_that_are_no_answer_are_looked_up(town: Town, folk: Folk) -> None:
    await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    await folk.ba("nem chua")
    assert "Nem chua" in await folk.ba.tap("Không phải trả lời")
    assert (await folk.ba.does(Verb.NOT_REPLY)).startswith("Việc đó không còn mở.")


async def test_a_greeting_and_a_stranger_are_not_taken_for_an_answer(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    assert "trả lời của bạn" not in await folk.ba("xin chào")
    await folk.eve.does(Verb.REPLY, ref)
    assert "trả lời của bạn" not in await folk.eve("Để được một tuần")


async def test_an_answered_question_takes_no_plain_words(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    await folk.ba.does(Verb.CLOSE, ref)
    assert "trả lời của bạn" not in await folk.ba("Để được một tuần")


# Verbs that end or change what was begun, and those that begin with a product.
_ENDING = {Verb.CANCEL, Verb.SEND, Verb.EDIT, Verb.ERASE}
_BEGINNING = {Verb.ASK, Verb.CLAIM}


@dataclass(frozen=True)
class Written:
    """A complaint with a photo that somebody is writing."""

    town: Town
    person: Someone
    session: Session
    photo: bytes

    async def press(self, verb: Verb, subject: str) -> tuple[Draft | None, bytes | None]:
        """What is left of it once a button was pressed: the draft and its photo."""
        tap = Incoming(self.person.person, Tap(Action(verb, subject)), self.town.ref())
        answered = await answer(tap, context=self.town.context, session=self.session)
        return answered.session.draft, await self.town.store.memory.draft_photo(self.person.address)


async def write_complaint(town: Town, person: Someone) -> Written:
    await person.does(Verb.KIND, "complaint nem-1")
    await person(Photo(photo_of("x")))
    await person("Nem bị mốc xanh")
    session = codec.read_session(*await town.store.people.load(person.person.channel, person.person.address))
    photo = await town.store.memory.draft_photo(person.address)
    assert session.draft is not None
    assert photo is not None
    return Written(town, person, session, photo)


@pytest.mark.only_sqlite
async def test_a_button_for_something_else_leaves_the_draft_and_its_photo(town: Town, folk: Folk) -> None:
    """Whatever verb comes, and whatever it is about, only the ones that are for it end what was begun."""
    written = await write_complaint(town, folk.lan)
    for verb in Verb:
        for subject in ("", "x", "skip", "AAAA2345", "nem-1"):
            if verb not in _ENDING and not (verb in _BEGINNING and subject == "nem-1"):
                left = await written.press(verb, subject)
                assert left == (written.session.draft, written.photo), f"{verb} {subject}"


@pytest.mark.only_sqlite
async def test_a_verb_that_nobody_wired_leaves_the_draft_and_its_photo(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    written = await write_complaint(town, folk.lan)
    unwired: Any = "unwired"
    for subject in ("", "x"):
        assert await written.press(unwired, subject) == (written.session.draft, written.photo), subject
    # Where the verb meets an inquiry of one's own, it is a fault of the program, which the inbox answers.
    with pytest.raises(AssertionError, match="unwired"):
        await written.press(unwired, ref)
    assert await town.store.memory.draft_photo(folk.lan.address) == written.photo


async def test_send_pressed_while_a_phone_is_asked_for_shows_what_was_written_and_then_sends_it(folk: Folk) -> None:
    """Who was asked for a number and presses the older button "Send" sees the question again, and sends it."""
    await folk.lan.does(Verb.KIND, "question nem-1")
    await folk.lan("Nem để được bao lâu?")
    await folk.lan.does(Verb.EDIT, "phone")
    assert "“Nem để được bao lâu?”" in await folk.lan.does(Verb.SEND)
    assert number_in(await folk.lan.does(Verb.SEND))


async def test_the_same_words_to_another_producer_are_no_repetition(folk: Folk) -> None:
    await folk.lan.asks("Có ship không?")
    await folk.lan.asks("Có ship không?", product="nem-3")


async def test_a_paused_producer_is_said_to_be_away(town: Town, folk: Folk) -> None:
    (ba,) = await town.store.members.roles_of(folk.ba.address)
    await town.store.members.change(replace(ba, paused_until=town.now + 3 * DAY))
    await folk.lan.does(Verb.ASK, "nem-1")
    shown = await folk.lan("Có ship không?")
    assert "Nhà sản xuất tạm vắng đến 09:00 27/11/2026 và sẽ nhận tin của bạn khi đó." in shown
    assert "Nếu gấp, bạn gọi 0912 345 671." in shown


async def test_without_anybody_the_words_say_so_and_the_first_officer_finds_it(tmp_path: Path) -> None:
    file = await stocked(tmp_path / "nobody.db")
    async with town_in(file, officers=()) as town:
        lan = town.someone("zalo", "lan")
        await lan.does(Verb.KIND, "complaint nem-1")
        shown = await lan("Hàng giả, nhãn sai")
        assert "chưa có cán bộ nào được cử" in shown
        sent = await lan.tap("Gửi")
        assert "cán bộ đầu tiên được cử" in sent
        assert "Có trả lời là tôi báo ngay" not in sent
        officer = town.someone("telegram", "900")
        await town.store.members.invite(Invitation(Role.OFFICER), code="OFFICER", expires_at=town.now + 600)
        await officer("/join OFFICER")
        await town.later(HOUR)
        heard = [each for each in officer.heard if "Hàng giả, nhãn sai" in each]
        assert heard[-1].startswith("Khách phản ánh:")
        await town.later(HOUR)
        again = town.someone("telegram", "901")
        await town.store.members.invite(Invitation(Role.OFFICER), code="OFFICER2", expires_at=town.now + 600)
        await again("/join OFFICER2")
        await town.later(HOUR)
        assert not any("Hàng giả" in each for each in again.heard)
        assert [each for each in officer.heard if "Hàng giả, nhãn sai" in each] == heard


async def test_a_command_at_the_confirmation_is_understood_and_never_part_of_the_answer(town: Town, folk: Folk) -> None:
    await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    await folk.ba("Để được một tuần trong tủ lạnh")
    assert "Tạm nghỉ đến 09:00 01/12/2026." in await folk.ba("/nghi")
    await folk.ba("/lenhla của bot khác")
    await folk.ba("gửi")
    await town.post()
    assert "“Để được một tuần trong tủ lạnh”" in folk.lan.last


async def test_an_unknown_command_is_sent_to_nobody(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await folk.ba.does(Verb.REPLY, ref)
    await folk.ba("/lenhla")
    await folk.ba("Để được một tuần")
    await town.post()
    assert "“Để được một tuần”" in folk.lan.last


async def test_of_several_photos_it_is_said_that_one_goes_along(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    assert say("Only one photo can go along: I have kept the first.") in await folk.lan(
        Album((Photo(photo_of("x")), Photo(photo_of("y"))))
    )
    shown = await folk.lan("Nem bị mốc xanh")
    assert say("Your photo goes along.") in shown
    assert say("Only one photo can go along: this one takes the place of the one before.") in await folk.lan(
        Photo(photo_of("z"))
    )


async def test_words_under_any_photo_of_an_album_are_kept(folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    album = Album((Photo(photo_of("x")), Photo(photo_of("y"), caption="Nem bị mốc xanh"), Photo(photo_of("z"))))
    assert "“Nem bị mốc xanh”" in await folk.lan(album)
    assert "“Nem bị mốc xanh\nmua ở chợ\nhôm qua”" in await folk.lan(
        Album((Photo(photo_of("x"), caption="mua ở chợ"), Photo(photo_of("y"), caption="hôm qua")))
    )


async def test_a_question_beyond_the_days_limit_is_kept_until_it_can_be_sent(town: Town, folk: Folk) -> None:
    lan = folk.lan
    for number in range(3):
        await lan.asks(f"Câu hỏi số {number}")
        town.now += HOUR
    await lan.does(Verb.KIND, "question nem-1")
    await lan("Nem có cay không?")
    refused = await lan.tap("Gửi")
    assert "09:00 25/11/2026" in refused
    assert "“Nem có cay không?”" in refused
    town.now += 20 * HOUR
    assert "09:00 25/11/2026" in await lan.tap("Gửi")
    town.now += HOUR + 1
    number_in(await lan.tap("Gửi"))
    assert lan.last.startswith("Đã gửi.")
    newest = (await town.store.inquiries.of_consumer(lan.address, limit=1))[0]
    assert newest.messages[0].text == "Nem có cay không?"


async def test_what_is_added_beyond_the_days_limit_is_kept_until_it_can_be_sent(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    for number in range(10):
        await folk.lan.does(Verb.MORE, ref)
        await folk.lan(f"thêm {number}")
    await folk.lan.does(Verb.MORE, ref)
    refused = await folk.lan("thêm nữa")
    assert "09:00 25/11/2026" in refused
    assert "“thêm nữa”" in await folk.lan("gửi")
    town.now += DAY + 1
    assert (await folk.lan.tap("Gửi")).startswith(f"Đã thêm vào #{ref}")
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    assert held.messages[-1].text == "thêm nữa"
