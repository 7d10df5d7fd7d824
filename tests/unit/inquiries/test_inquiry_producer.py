"""The producer's journeys: join, answer, hand over, quiet hours, pause, reminders, escalation, block, report, leave."""

from dataclasses import replace

import pytest

from catalog.inquiry import Invitation, Role
from handlers.actions import Action, Verb
from handlers.context import Session
from handlers.conversation import answer
from handlers.messages import Contact, Incoming, Tap, Text
from handlers.phrases import speech
from tests.conftest import lines
from tests.town import DAY, HOUR, ROWS, Town
from tests.unit.inquiries.conftest import Folk, admitted

say = speech("vi")
NOT_OPEN = "Việc đó không còn mở."
NO_MEMBER = say("You answer for no producer. If you make OCOP products, ask the programme officer for a code.")


async def test_joining_by_code(town: Town, folk: Folk) -> None:
    store, tu = town.store, folk.tu
    await store.members.invite(Invitation(Role.PRODUCER, "htx-nem-1"), code="CODE2345", expires_at=town.now + HOUR)
    unknown = say("I do not know this code. Please check each letter.")
    assert await tu("/join WRONG") == unknown
    assert await tu("/thamgia") == unknown
    made = await store.product("nem-1")
    assert made is not None
    await store.members.invite(Invitation(Role.PRODUCER, made.producer.id), code="GOOD2345", expires_at=town.now + HOUR)
    assert await tu("/thamgia good2345") == lines(
        "Từ giờ bạn trả lời thay cho HTX Nem 1.",
        "Câu hỏi của khách sẽ tới đây. Bạn trả lời thẳng vào tin, hoặc bấm nút dưới tin.",
        "/homthu để xem những câu đang chờ.",
        "Có gì thay đổi, bạn viết ngay ở đây: “còn 200 hộp”, “hết hàng đến tháng 3”, “giá nem 120k/hộp”, "
        "“mở cửa 8h-17h”.",
        "",
        "1. Hộp thư",
        "2. Giờ yên lặng, tạm nghỉ, rời đi",
    )
    assert (await tu("/join GOOD2345")).startswith("Từ giờ bạn trả lời thay cho HTX Nem 1."), "opening one's link again"
    used = say("This code has been used already. Ask the programme officer for a new one.")
    assert await folk.eve("/join GOOD2345") == used
    await store.members.invite(Invitation(Role.PRODUCER, made.producer.id), code="LATE2345", expires_at=town.now + HOUR)
    town.now += 2 * HOUR
    assert await folk.eve("/join LATE2345") == say("This code has expired. Ask the programme officer for a new one.")


async def test_joining_by_a_link(town: Town, folk: Folk) -> None:
    made = await town.store.product("nem-1")
    assert made is not None
    code = "LINK23456789"
    await town.store.members.invite(Invitation(Role.PRODUCER, made.producer.id), code=code, expires_at=town.now + HOUR)
    action = Action(Verb.START, f"j_{code}")
    assert (await folk.tu(Tap(action))).startswith("Từ giờ bạn trả lời thay cho HTX Nem 1.")


async def test_guessing_codes_is_slowed_down(town: Town, folk: Folk) -> None:
    made = await town.store.product("nem-1")
    assert made is not None
    store = town.store
    await store.members.invite(Invitation(Role.PRODUCER, made.producer.id), code="GOOD2345", expires_at=town.now + DAY)
    for number in range(5):
        await folk.eve(f"/join GUESS{number}")
    slow = say("Too many wrong codes. Please try again in an hour, or ask the programme officer.")
    assert await folk.eve("/join GOOD2345") == slow
    assert await store.members.roles_of(folk.eve.address) == []
    town.now += HOUR + 1
    assert (await folk.eve("/join GOOD2345")).startswith("Từ giờ")


async def test_joining_by_ones_own_shared_number(town: Town, folk: Folk) -> None:
    for phone, own in (("84912345671", False), ("0999999999", True), ("nothing", True)):
        assert not (await folk.tu(Contact(phone, own=own))).startswith("Từ giờ")
    assert await town.store.members.roles_of(folk.tu.address) == []
    assert (await folk.tu(Contact("84912345671", own=True))).startswith("Từ giờ bạn trả lời thay cho HTX Nem 1.")
    assert (await folk.tu(Contact("+84 912 345 671", own=True))).startswith("Từ giờ"), "again changes nothing"
    roles = await town.store.members.roles_of(folk.tu.address)
    assert [each.role for each in roles] == [Role.PRODUCER]


async def test_an_officer_invites_in_the_chat(town: Town, folk: Folk) -> None:
    assert await folk.lan("/moi HTX Nem 2") == say("This is for programme officers.")
    chief = folk.officer
    assert "/moi HTX Hồng Xuân" in await chief("/moi")
    assert await chief("/moi HTX Ma") == say("No producer is called {name}.", name="HTX Ma")
    assert "chưa ai biết là ai" in await chief("/moi chưa rõ")
    several = await chief("/moi HTX Nem")
    assert several.startswith(say("Several producers have such a name. Which one?"))
    said = await chief("/moi HTX Nem 2")
    code = said.partition("/join ")[2][:12]
    assert said == lines(
        "Bạn chuyển mã này cho HTX Nem 2. Mã dùng được một lần, trong 7 ngày.",
        f"/join {code}",
        f"https://t.me/HoiOcopBot?start=j_{code}",
        f"https://ocop.test/?j={code}",
    )
    assert (await folk.tu(f"/join {code}")).startswith("Từ giờ bạn trả lời thay cho HTX Nem 2.")
    assert (await chief("/moi nem-1")).startswith("Bạn chuyển mã này cho HTX Nem 1.")


async def test_an_officer_names_a_producer_as_people_do(town: Town, folk: Folk) -> None:
    row = replace(ROWS[0], id="my", name="Mỳ gạo Chũ", producer="HTX Dịch vụ nông nghiệp Hằng Hiếu")
    await town.store.import_rows([row], who="test")
    await town.fresh()
    for wanted in ("HTX Hằng Hiếu", "hằng hiếu", "htx hang hieu", "hàng hieeus"):
        said = await folk.officer(f"/moi {wanted}")
        assert said.startswith("Bạn chuyển mã này cho HTX Dịch vụ nông nghiệp Hằng Hiếu.")
    like = await folk.officer("/moi mỳ gạo chũ")
    assert like.startswith("Không có nhà sản xuất nào tên mỳ gạo chũ. Bạn muốn nói nhà nào?")
    assert "/join" not in like
    assert (await folk.officer.tap("HTX Dịch vụ")).startswith("Bạn chuyển mã này cho HTX Dịch vụ")


async def test_several_of_a_name_are_buttons(town: Town, folk: Folk) -> None:
    await folk.officer("/moi HTX Nem")
    assert (await folk.officer.tap("HTX Nem 2")).startswith("Bạn chuyển mã này cho HTX Nem 2.")


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "Mã: {}", "mã mời: {}", "“{}”", "/join {}", "j_{}"])
async def test_a_code_works_typed_alone(town: Town, folk: Folk, typed: str) -> None:
    code = (await folk.officer("/moi HTX Nem 2")).partition("/join ")[2][:12]
    said = await folk.tu(typed.replace("{}", code).replace("{lower}", code.lower()))
    assert said.startswith("Từ giờ bạn trả lời thay cho HTX Nem 2.")


@pytest.mark.parametrize("typed", ["https://ocop.test/?j={}", "https://t.me/HoiOcopBot?start=j_{}"])
async def test_the_link_of_a_code_can_be_pasted(town: Town, folk: Folk, typed: str) -> None:
    code = (await folk.officer("/moi HTX Nem 2")).partition("/join ")[2][:12]
    assert (await folk.tu(typed.replace("{}", code))).startswith("Từ giờ bạn trả lời thay cho HTX Nem 2.")


async def test_letters_that_are_no_code_are_looked_up(town: Town, folk: Folk) -> None:
    await town.store.members.invite(Invitation(Role.OFFICER), code="ABCDEFGHJKLM", expires_at=town.now + HOUR)
    assert (await folk.tu("bcdefghjklmn")).startswith("Danh mục chưa có “bcdefghjklmn”.")
    assert (await folk.tu("ABCDEFGHJKLM")).startswith(say("You are an officer now. /duyet shows what waits for you."))


async def test_an_inquirys_number_shows_it(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    assert "Nem để được bao lâu?" in await folk.lan(f"#{ref}")
    assert "Nem để được bao lâu?" not in await folk.eve(f"#{ref}")


async def test_an_officer_is_invited_too(town: Town, folk: Folk) -> None:
    await town.store.members.invite(Invitation(Role.OFFICER), code="CHIEF234", expires_at=town.now + HOUR)
    assert (await folk.tu("/join CHIEF234")).startswith(say("You are an officer now. /duyet shows what waits for you."))
    assert await folk.tu.tap(say("What waits")) == say("Nothing waits for you.")


async def test_a_reply_to_the_notice_is_the_answer(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    told = len(town.lines["telegram"].said)
    await folk.ba.does(Verb.MAIL)
    said = await folk.ba("Một tuần", replies_to=f"101/{told}")
    assert said.startswith(say("Your answer to #{ref} is on its way.", ref=ref))
    await town.post()
    assert "“Một tuần”" in folk.lan.last
    assert "“Một tuần”" not in await folk.ba("nem chua 2", replies_to="101/9999"), "no notice of ours: ordinary words"


async def test_a_reply_to_a_copy_we_never_learned_of_is_the_answer_too(town: Town, folk: Folk) -> None:
    """Killed between telling and noting, we tell again; the maker may reply to the first copy."""
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    quoted = f"Có khách viết cho bạn:\n#{ref} · Câu hỏi"
    said = await folk.ba("Một tuần", replies_to="101/9999", quoted=quoted)
    assert said.startswith(say("Your answer to #{ref} is on its way.", ref=ref))
    assert "Một tuần" not in await folk.tu("Một tuần", replies_to="103/9999", quoted=quoted), (
        "not a stranger's to answer"
    )


async def test_a_message_worked_on_twice_answers_once(town: Town, folk: Folk) -> None:
    """A crash between answering and keeping that it was answered: the same message comes again."""
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    incoming = Incoming(folk.ba.person, Text("Một tuần"), "r1", replies_to=f"101/{len(town.lines['telegram'].said)}")
    for _ in range(3):
        await answer(incoming, context=town.context, session=Session())
    await town.post()
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    assert [each.text for each in held.messages] == ["Nem để được bao lâu?", "Một tuần"]
    assert sum("“Một tuần”" in each for each in folk.lan.heard) == 1


async def test_canned_answers_of_ones_own(town: Town, folk: Folk) -> None:
    ba = folk.ba
    await ba("/caidat")
    await ba.tap(say("Add a ready answer"))
    added = await ba("Giá 50.000 đồng một hộp, giao trong ngày.")
    assert say.count("{number} ready answer.", "{number} ready answers.", 1) in added
    ref = await folk.lan.asks("Nem giá bao nhiêu?")
    await town.post()
    await ba.tap("“Giá 50.000 đồng một hộp, giao")
    await town.post()
    assert "“Giá 50.000 đồng một hộp, giao trong ngày.”" in folk.lan.last
    other = await folk.lan.asks("Có giao Hà Nội không?")
    await ba.does(Verb.SETTINGS, "uncanned")
    shown = await ba.does(Verb.CANNED, f"{other} gone0000")
    assert shown.startswith(f"#{other}")
    assert "Giá 50.000" not in shown
    assert ref != other


async def test_a_button_for_a_ready_answer_never_sends_another_one(town: Town, folk: Folk) -> None:
    ba = folk.ba
    for number in range(7):
        await ba.does(Verb.SETTINGS, "canned")
        await ba(f"Câu sẵn {number}")
        if number == 2:
            ref = await folk.lan.asks("Hỏi gì đó")
            await town.post()
    await ba.tap("“Câu sẵn 2")
    await town.post()
    assert "“Câu sẵn 2”" in folk.lan.last
    assert await ba.does(Verb.CANNED, f"{ref} 0") != ""
    await town.post()
    assert "“Câu sẵn 2”" in folk.lan.last


async def test_answering_what_is_closed(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await folk.ba.does(Verb.REPLY, ref)
    await folk.lan.does(Verb.CLOSE, ref)
    assert await folk.ba("Một tuần") == f"#{ref} đã kết thúc; khách có thể mở lại."
    assert (await folk.ba.does(Verb.INQUIRY, ref)).endswith("1. Hộp thư")


async def test_an_empty_answer_is_none(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await folk.ba.does(Verb.REPLY, ref)
    assert await folk.ba("\u0007 ") == say("Please write your answer in words.")
    assert (await folk.ba("Một tuần")).startswith(say("Your answer to #{ref} is on its way.", ref=ref))


async def test_a_thousand_lines_are_cut(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, "question nem-1")
    await folk.lan("dài " * 2000)
    await folk.lan.tap("Gửi")
    mine = await town.store.inquiries.of_consumer(folk.lan.address, limit=1)
    assert len(mine[0].messages[0].text) == 2000


async def test_closing_tells_the_customer(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    assert await folk.ba.does(Verb.CLOSE, ref) == f"#{ref} đã kết thúc."
    assert await folk.ba.does(Verb.CLOSE, ref) == f"#{ref} đã kết thúc rồi."
    await town.post()
    assert folk.lan.last.startswith(say("The producer has closed #{ref} ({product}).", ref=ref, product="Nem chua 1"))


async def test_the_mailbox_in_pages(town: Town, folk: Folk) -> None:
    assert (await folk.lan("/homthu")) == NO_MEMBER
    assert (await folk.ba("/homthu")).startswith(say("Nothing is open. Well done!"))
    for number in range(7):
        asker = town.someone("zalo", f"khách {number}")
        await asker.asks(f"Câu hỏi {number}")
    first = await folk.ba("/homthu")
    assert first.count("Câu hỏi · Nem chua 1") == 5
    second = await folk.ba.tap(say("Next →"))
    assert second.count("Câu hỏi · Nem chua 1") == 2
    assert (await folk.ba.tap(say("← Previous"))).count("Câu hỏi · Nem chua 1") == 5


async def test_handing_over(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    alone = say("You are the only one who answers for this producer.")
    assert await folk.ba.does(Verb.HAND_OVER, ref) == alone
    await admitted(town, folk.tu, code="BBBB")
    await folk.ba.does(Verb.INQUIRY, ref)
    assert await folk.ba.tap(say("Hand over to a colleague")) == lines(say("Who shall answer?"), "", "1. Chị Tư")
    assert await folk.ba.tap("Chị Tư") == say("Handed over.")
    await town.post()
    assert folk.tu.last.startswith(say("Please answer this customer:"))
    await folk.tu.tap("Trả lời")
    await folk.tu("Một tuần")
    await town.post()
    assert "“Một tuần”" in folk.lan.last


async def test_two_answer_at_once_and_both_are_told(town: Town, folk: Folk) -> None:
    await admitted(town, folk.tu, code="BBBB")
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    await folk.tu.does(Verb.CANNED, f"{ref} call")
    await town.post()
    assert sum(each.startswith("Trả lời cho #") for each in folk.lan.heard) == 2


async def test_blocking_an_abuser(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    assert (await folk.ba.tap("Chặn khách này")).startswith("Chặn khách này?")
    assert await folk.ba.tap(say("Yes, block")) == say("Blocked.")
    await folk.lan.does(Verb.KIND, "question nem-1")
    await folk.lan("Lại là tôi đây")
    blocked = say("This producer does not take messages from you. You can still call, or write to an officer.")
    assert (await folk.lan.tap("Gửi")).startswith(blocked)
    await folk.lan.does(Verb.MORE, ref)
    assert (await folk.lan("Trả lời đi!")).startswith(blocked), "nor may they go on in an old one"
    assert await folk.lan.asks("Câu khác", product="nem-3")


async def test_reporting_to_the_officer(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    for _ in range(2):
        assert await folk.ba.does(Verb.REPORT, ref) == say("The programme officer will look at #{ref}.", ref=ref)
    await town.post()
    told = [each for each in folk.officer.heard if each.startswith(say("A producer asks you to look at this:"))]
    assert len(told) == 1


@pytest.mark.parametrize("verb", [Verb.REPLY, Verb.CANNED, Verb.HAND_OVER, Verb.BLOCK, Verb.REPORT, Verb.INQUIRY,
                                  Verb.CLOSE, Verb.MORE, Verb.RATE])  # fmt: skip
async def test_a_stranger_gets_nothing_from_a_button_that_is_not_theirs(town: Town, folk: Folk, verb: Verb) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    before = await town.store.inquiries.by_ref(ref)
    sau = town.someone("zalo", "201")
    await admitted(town, sau, code="CCCC", producer="nem-3")
    for person in (folk.eve, sau):
        for rest in ("", " yes", " more", " 5"):
            assert (await person.does(verb, ref + rest)).startswith(NOT_OPEN)
    assert await town.store.inquiries.by_ref(ref) == before


async def test_a_stranger_cannot_answer_by_replying_or_by_a_draft(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await folk.ba.does(Verb.REPLY, ref)
    await folk.ba.does(Verb.LEAVE, "yes")
    assert (await folk.ba("Trả lời khi đã rời đi")).startswith(NOT_OPEN)
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    assert len(held.messages) == 1


async def test_settings(town: Town, folk: Folk) -> None:
    assert await folk.lan("/caidat") == NO_MEMBER
    await admitted(town, folk.tu, code="BBBB")
    ba, tu = folk.ba, folk.tu
    assert await tu("/caidat") == lines(
        say("No quiet hours."),
        say("Not paused."),
        say("You are reached when nobody else answers."),
        say.count("{number} ready answer.", "{number} ready answers.", 0),
        "",
        f"1. {say('Quiet at night (21–7)')}",
        f"2. {say('Pause for a week')}",
        f"3. {say('Reach me first')}",
        f"4. {say('Add a ready answer')}",
        f"5. {say('Leave')}",
    )
    assert say("You are reached first.") in await tu.tap(say("Reach me first"))
    assert say("You are reached when nobody else answers.") in await ba("/caidat")
    await folk.lan.asks("Ai nhận tin này?")
    await town.post()
    assert "Ai nhận tin này?" in tu.last
    assert "Ai nhận tin này?" not in ba.last
    assert say("You are reached when nobody else answers.") in await tu.does(Verb.SETTINGS, "second")
    assert "21" in await tu.does(Verb.SETTINGS, "quiet")
    assert say("No quiet hours.") in await tu.does(Verb.SETTINGS, "loud")
    assert say("Not paused.") not in await tu.does(Verb.SETTINGS, "pause")
    assert say("Not paused.") in await tu.does(Verb.SETTINGS, "resume")


async def test_still_there(folk: Folk) -> None:
    assert await folk.ba.does(Verb.SEEN) == say("Thank you. Customers' questions will reach you here.")


async def test_whoever_has_no_role_cannot_leave_one(town: Town, folk: Folk) -> None:
    nothing = say("You have no role here that you could leave: you answer for no producer and are no officer.")
    assert await folk.lan("/leave") == nothing
    assert await folk.lan("/leave yes") == nothing
    assert await folk.officer("/leave") == say(
        "You are an officer by the operator's settings; only the operator can change that."
    )


async def test_an_officer_leaves_by_asking_twice(town: Town, folk: Folk) -> None:
    await town.store.members.invite(Invitation(Role.OFFICER), code="CHIEF234", expires_at=town.now + HOUR)
    await folk.tu("/join CHIEF234")
    assert (await folk.tu("/leave")).startswith("Bạn là cán bộ chương trình. Bạn muốn thôi?")
    assert await folk.tu.tap(say("No")) == say("Nothing waits for you.")
    await folk.tu("/leave")
    assert await folk.tu.tap(say("Yes, leave")) == say("You have left. A new code from the officer brings you back.")
    assert await town.store.members.roles_of(folk.tu.address) == []
    assert await folk.tu("/duyet") == say("This is for programme officers.")
