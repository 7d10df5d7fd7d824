"""What is promised is what happens: to whom words go, who is told, and what is said when that is nobody."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.inquiry import Invitation, Role
from handlers.actions import Verb
from handlers.links import phone_in
from handlers.messages import Photo
from handlers.phrases import speech
from tests.pictures import scene
from tests.town import DAY, HOUR, Someone, Town, number_in, product, stocked, town_in
from tests.unit.inquiries.conftest import Folk, admitted

say = speech("vi")


async def pause(town: Town, who: Someone, seconds: float) -> None:
    (member,) = await town.store.members.roles_of(who.address)
    await town.store.members.change(replace(member, paused_until=town.now + seconds))


async def add(someone: Someone, ref: str, words: str) -> str:
    await someone.does(Verb.MORE, ref)
    return await someone(words)


@pytest.fixture
async def quiet_town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town without officers, whose makers nobody answers for."""
    file = await stocked(tmp_path / "quiet.db")
    async with town_in(file, officers=()) as town:
        yield town


async def test_what_is_added_where_nobody_hears_is_not_said_to_be_passed_on(quiet_town: Town) -> None:
    lan = quiet_town.someone("zalo", "lan")
    ref = await lan.asks("Nem để được bao lâu?")
    assert (
        await add(lan, ref, "Tôi ở xa") == f"Đã thêm vào #{ref}.\n{say('The first officer who is named will find it.')}"
    )


async def test_officers_hear_what_is_added_to_what_no_producer_receives(town: Town) -> None:
    lan, chief = town.someone("zalo", "lan"), town.someone("web", "officer")
    ref = await lan.asks("Nem để được bao lâu?")
    await town.post()
    assert await add(lan, ref, "Tôi ở xa") == say("Added to #{ref} and passed on.", ref=ref)
    await town.post()
    assert "Tôi ở xa" in chief.last
    await chief.does(Verb.REPLY, ref)
    await chief("Khoảng một tuần")
    await add(lan, ref, "Còn gửi bưu điện thì sao?")
    await town.post()
    assert "Còn gửi bưu điện thì sao?" in chief.last


async def test_officers_hear_what_is_added_to_a_complaint_and_of_each_once(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem bị chua", kind="complaint")
    await town.post()
    assert sum(ref in each for each in folk.officer.heard) == 1
    await add(folk.lan, ref, "Mua hôm qua")
    await town.post()
    assert "Mua hôm qua" in folk.officer.last
    other = await folk.eve.asks("Nhãn sai", kind="complaint", product="nem-3")
    await town.post()
    assert sum(other in each for each in folk.officer.heard) == 1


async def test_what_is_added_while_the_producer_is_away_says_until_when(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    await pause(town, folk.ba, 3 * DAY)
    added = await add(folk.lan, ref, "Tôi ở xa")
    assert added.startswith(f"Đã thêm vào #{ref}.\nNhà sản xuất tạm vắng đến 09:00 27/11/2026")
    assert "gọi 0912 345 671" in added


async def test_who_asks_an_absent_producer_can_send_it_to_the_officer_at_once(town: Town, folk: Folk) -> None:
    await pause(town, folk.ba, 3 * DAY)
    await folk.lan.does(Verb.ASK, "nem-1")
    await folk.lan("Có ship không?")
    await folk.lan.tap(say("Send to the programme officer as well"))
    ref = number_in(folk.lan.last)
    await town.post()
    assert f"#{ref}" in folk.officer.last
    assert "Có ship không?" in folk.officer.last
    await folk.eve.does(Verb.ASK, "nem-1")
    await folk.eve("Giá bao nhiêu?")
    heard = len(folk.officer.heard)
    await folk.eve.tap("Gửi")
    await town.post()
    assert len(folk.officer.heard) == heard


async def test_quiet_hours_count_into_the_absence(town: Town, folk: Folk) -> None:
    (ba,) = await town.store.members.roles_of(folk.ba.address)
    await town.store.members.change(replace(ba, paused_until=town.now + 13 * HOUR, quiet_from=21, quiet_to=7))
    await folk.lan.does(Verb.ASK, "nem-1")
    assert "tạm vắng đến 07:00 25/11/2026" in await folk.lan("Có ship không?")


async def test_the_mailbox_is_told_at_once_while_everybody_else_is_away(town: Town, folk: Folk) -> None:
    await town.store.import_rows([product(1, email="nem@example.vn"), product(2, email="nem@example.vn")], who="test")
    await pause(town, folk.ba, 3 * DAY)
    await folk.lan.does(Verb.ASK, "nem-1")
    assert "tạm vắng" not in await folk.lan("Có ship không?")
    ref = number_in(await folk.lan.tap("Gửi"))
    await town.post()
    assert f"#{ref}" in town.lines["mail"].said[-1].reply.text


async def test_the_blocked_are_told_what_is_left_and_their_complaint_reaches_the_officer(
    town: Town, folk: Folk
) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await folk.ba.does(Verb.BLOCK, f"{ref} yes")
    await folk.lan.does(Verb.ASK, "nem-1")
    await folk.lan("Còn nem không?")
    assert (await folk.lan.tap("Gửi")).startswith(
        say("This producer does not take messages from you. You can still call, or write to an officer.")
    )
    heard = len(folk.ba.heard)
    await folk.lan.tap(say("Complain: fake, spoiled, wrong facts"))
    assert say("Only the programme officer gets this, not the producer.") in await folk.lan("Nem bị chua")
    complaint = number_in(await folk.lan.tap("Gửi"))
    await town.later(2 * DAY)
    assert f"#{complaint}" in folk.officer.last
    assert not [each for each in folk.ba.heard[heard:] if complaint in each]
    assert await add(folk.lan, complaint, "Mua hôm qua") == say("Added to #{ref} and passed on.", ref=complaint)
    assert (await add(folk.lan, ref, "Còn đó không?")).startswith(say("This producer does not take messages from you."))


async def test_the_blocked_without_an_officer_or_a_phone_are_promised_neither(quiet_town: Town) -> None:
    lan, ba = quiet_town.someone("zalo", "lan"), quiet_town.someone("telegram", "101")
    await admitted(quiet_town, ba, code="AAAA")
    ref = await lan.asks("Nem để được bao lâu?")
    await ba.does(Verb.BLOCK, f"{ref} yes")
    await lan.does(Verb.ASK, "nem-1")
    await lan("Còn nem không?")
    assert await lan.tap("Gửi") == "Nhà sản xuất này không nhận tin của bạn. Bạn vẫn có thể gọi 0912 345 671."
    await quiet_town.store.import_rows([product(4, maker=4, phones=())], who="test")
    silent = await quiet_town.store.product("nem-4")
    assert silent is not None
    await quiet_town.store.members.block(silent.producer.id, lan.address, at=quiet_town.now)
    await lan.does(Verb.ASK, "nem-4")
    await lan("Có ship không?")
    assert await lan.tap("Gửi") == say("This producer does not take messages from you.")


async def test_a_correction_without_an_officer_is_kept_for_the_first(quiet_town: Town) -> None:
    ba = quiet_town.someone("telegram", "101")
    await admitted(quiet_town, ba, code="AAAA")
    await ba.does(Verb.FIX, "buy nem-1")
    kept = say("Thank you. It is kept: the first officer who is named will find it, and you will be told.")
    assert await ba("Chợ Dâu, sạp 12") == kept
    chief = quiet_town.someone("web", "chief")
    await quiet_town.store.members.invite(Invitation(Role.OFFICER), code="BBBB", expires_at=quiet_town.now + 600)
    await chief("/join BBBB")
    assert "HTX Nem 1" in await chief.tap("Việc đang chờ")


async def test_leaving_says_who_receives_the_questions_then(quiet_town: Town, town: Town, folk: Folk) -> None:
    ba = quiet_town.someone("telegram", "101")
    await admitted(quiet_town, ba, code="AAAA")
    alone = say("Leave? Nobody else receives the questions then: they are kept until somebody does.")
    assert (await ba.does(Verb.LEAVE)).startswith(alone)
    tu = quiet_town.someone("telegram", "102")
    await admitted(quiet_town, tu, code="BBBB")
    others = say("Leave? Questions will reach your colleagues or the officer instead.")
    assert (await ba.does(Verb.LEAVE)).startswith(others)
    assert (await folk.ba.does(Verb.LEAVE)).startswith(others)


async def test_the_last_officer_is_told_so(quiet_town: Town) -> None:
    chief = quiet_town.someone("web", "chief")
    await quiet_town.store.members.invite(Invitation(Role.OFFICER), code="CCCC", expires_at=quiet_town.now + 600)
    await chief("/join CCCC")
    last = say("You are the last officer. Leave? What waits is kept for the next one who is named.")
    assert (await chief.does(Verb.LEAVE)).startswith(last)


async def test_handing_over_to_who_is_away_says_so(town: Town, folk: Folk) -> None:
    await admitted(town, folk.tu, code="BBBB")
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    await pause(town, folk.tu, 3 * DAY)
    await folk.ba.does(Verb.HAND_OVER, ref)
    day = "09:00 27/11/2026"
    told = say("Handed over. Your colleague is away until {day} and will be told then.", day=day)
    assert await folk.ba.tap("Chị Tư") == told
    await town.later(3 * DAY + 1)
    assert any(ref in each for each in folk.tu.heard)


async def test_only_who_answers_for_somebody_is_promised_questions(folk: Folk) -> None:
    assert await folk.ba.does(Verb.SEEN) == say("Thank you. Customers' questions will reach you here.")
    assert await folk.eve.does(Verb.SEEN) == say(
        "You answer for no producer. If you make OCOP products, ask the programme officer for a code."
    )


async def test_a_photo_with_its_words_at_the_first_question_goes_along(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.ASK, "nem-1")
    shown = await folk.lan(Photo(picture(), caption="Cái này có phải hàng của bạn không?"))
    assert "“Cái này có phải hàng của bạn không?”" in shown
    assert say("Your photo goes along.") in shown
    ref = number_in(await folk.lan.tap("Gửi"))
    await town.post()
    assert await town.store.inquiries.photo(ref) is not None
    assert "Có ảnh kèm theo: https://ocop.test/f/" in folk.ba.last


async def test_a_photo_while_a_question_is_shown_back_goes_along_or_not(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.ASK, "nem-1")
    await folk.lan("Cái này có phải hàng của bạn không?")
    shown = await folk.lan(Photo(picture(), caption="mua ở chợ Dâu"))
    assert "“Cái này có phải hàng của bạn không?\nmua ở chợ Dâu”" in shown
    assert say("Your photo goes along.") not in await folk.lan.tap(say("Without the photo"))
    ref = number_in(await folk.lan.tap("Gửi"))
    assert await town.store.inquiries.photo(ref) is None


async def test_the_photo_of_another_draft_does_not_go_along(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, "complaint nem-1")
    await folk.lan(Photo(picture()))
    await folk.lan.does(Verb.ASK, "nem-3")
    assert say("Your photo goes along.") not in await folk.lan("Có ship không?")


async def test_words_written_before_their_kind_is_chosen_are_kept(folk: Folk) -> None:
    await folk.lan.does(Verb.ASK, "nem-1")
    await folk.lan("Nem bị chua")
    assert "“Nem bị chua”" in await folk.lan.does(Verb.KIND, "complaint nem-1")
    assert "Phản ánh" in await folk.lan.does(Verb.INQUIRY, number_in(await folk.lan.tap("Gửi")))


async def test_a_number_that_was_given_can_be_taken_back(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.ASK, "nem-1")
    await folk.lan("Nem để được bao lâu?")
    await folk.lan("0912 345 678")
    assert say("Your name and number do NOT go along unless you choose so.") in await folk.lan.tap("Không kèm số")
    await folk.lan.tap("Gửi")
    await town.post()
    assert "0912 345 678" not in folk.ba.last


async def test_whoever_joins_hears_how_much_waits(town: Town, folk: Folk) -> None:
    await folk.lan.asks("Nem để được bao lâu?", product="nem-3")
    await admitted(town, folk.tu, code="BBBB", producer="nem-3")
    assert "Có 1 câu hỏi đang chờ bạn." in folk.tu.last


async def test_the_words_of_a_list_open_it_for_whoever_has_it(town: Town, folk: Folk) -> None:
    await folk.lan.asks("Nem để được bao lâu?")
    await folk.eve.asks("Nem bị chua", kind="complaint")
    for words in ("hộp thư", "/hopthu", "Mailbox"):
        assert say("Open questions:") in await folk.ba(words)
    assert say("What waits for you:") in await folk.officer("việc đang chờ")
    assert say("Open questions:") not in await folk.lan("hộp thư")
    assert say("What waits for you:") not in await folk.lan("việc đang chờ")


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678", "0912-345-678", "(0912) 345.678", "+84 (0)912 345 678", "0084 912 345 678", "84912345678",
        "912345678", "0 9 1 2 3 4 5 6 7 8", "0912,345,678", "0912_345_678", "SĐT của tôi 0912345678, tên Lan",
        "０９１２３４５６７８", "0912\u00a0345\u00a0678", "zalo 0912345678",
    ],
)  # fmt: skip
def test_a_number_of_viet_nam_however_it_is_spelled(typed: str) -> None:
    assert phone_in(typed) == "+84912345678"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+1 (650) 253-0000", "+16502530000"),
        ("+82 010 2345 6789", "+821023456789"),
        ("00 82 10 2345 6789", "+821023456789"),
        ("(024) 3825-1234", "+842438251234"),
        ("1900 1234", "+8419001234"),
    ],
)
def test_landlines_and_numbers_of_other_countries(typed: str, number: str) -> None:
    assert phone_in(typed) == number


@pytest.mark.parametrize(
    "typed", ["100.000.000", "20 21 22 23", "250000", "010-2345-6789", "8938505974194", "0912345678 / 0987654321"]
)
def test_prices_codes_and_two_numbers_are_not_one_phone(typed: str) -> None:
    assert phone_in(typed) is None


def picture() -> bytes:
    """A photo without a code."""
    file = io.BytesIO()
    scene(["x"]).save(file, "JPEG")
    return file.getvalue()
