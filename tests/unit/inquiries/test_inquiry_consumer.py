"""The consumer's journeys: ask, buy, complain, add, close, rate, look back; with limits and consent."""

from dataclasses import replace

from handlers.actions import Action, Verb
from handlers.inquiries.send_inquiry import ref_of
from handlers.messages import Contact, Incoming, Person, Tap
from handlers.phrases import speech
from tests.conftest import lines
from tests.town import DAY, HOUR, Town, number_in
from tests.unit.inquiries.conftest import Folk

say = speech("vi")


async def test_a_question_goes_to_telegram_and_its_answer_comes_back_to_zalo(town: Town, folk: Folk) -> None:
    lan, ba = folk.lan, folk.ba
    assert await lan.does(Verb.ASK, "nem-1") == lines(
        "Bạn muốn hỏi HTX Nem 1 điều gì về Nem chua 1?",
        "",
        "1. Hỏi một câu",
        "2. Mua hàng, kể cả mua sỉ",
        "3. Phản ánh: hàng giả, hỏng, sai thông tin",
        "4. Bỏ",
    )
    assert (await lan("1")).startswith("Bạn viết câu hỏi nhé.")
    assert await lan("  Nem để được   bao lâu?\u0007 ") == lines(
        "Gửi HTX Nem 1, về Nem chua 1:",
        "“Nem để được   bao lâu?”",
        "Tên và số của bạn KHÔNG được gửi kèm, trừ khi bạn chọn.",
        "",
        "1. Gửi",
        "2. Gửi kèm tên tôi: Nguyễn Thị Lan",
        "3. Kèm số điện thoại",
        "4. Sửa lời",
        "5. Bỏ",
    )
    ref = number_in(await lan("1"))
    assert lan.last == lines(
        f"Đã gửi. Mã câu hỏi của bạn là #{ref}.",
        "Có trả lời là tôi báo ngay tại đây.",
        f"Bạn cũng có thể đọc tại: https://ocop.test/q/{town.store.inquiries.link_of(ref)}",
        "",
        "1. Câu hỏi của tôi",
    )
    await town.post()
    assert ba.last == lines(
        "Có khách viết cho bạn:",
        f"#{ref} · Câu hỏi · Nem chua 1 · đã gửi",
        "",
        "Khách (09:00 24/11/2026):",
        "Nem để được   bao lâu?",
        "",
        "1. Trả lời",
        "2. “Cần thêm thông tin”",
        "3. “Chúng tôi sẽ gọi lại”",
        "4. Kết thúc",
        "5. Báo cán bộ",
        "6. Chặn khách này",
    )
    await ba("1")
    await ba("Để được một tuần trong tủ lạnh.")
    await town.post()
    assert lan.last == lines(
        f"Trả lời cho #{ref} (Nem chua 1):",
        "“Để được một tuần trong tủ lạnh.”",
        "",
        "1. Hỏi thêm",
        "2. Xem cả cuộc trao đổi",
    )
    assert not any("Lan" in each for each in ba.heard)


async def test_states_are_seen_as_they_change(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem có cay không?")
    for change, word in (
        (None, "đã gửi"),
        (town.post, "đã tới"),
        (lambda: folk.ba.does(Verb.INQUIRY, ref), "đã đọc"),
        (lambda: folk.ba.does(Verb.CANNED, f"{ref} more"), "đã trả lời"),
        (lambda: folk.lan.tap("Kết thúc"), "đã kết thúc"),
    ):
        if change is not None:
            await change()
        shown = await folk.lan.does(Verb.INQUIRY, ref)
        assert shown.startswith(f"#{ref} · Câu hỏi · Nem chua 1 · {word}"), shown


async def test_buying_passes_on_name_and_number_only_when_asked(town: Town, folk: Folk) -> None:
    lan, ba = folk.lan, folk.ba
    await lan.does(Verb.ASK, "nem-1")
    await lan.tap("Mua hàng")
    await lan("Tôi muốn mua 20 hộp, giao Hà Nội")
    await lan.tap("Kèm số điện thoại")
    assert await lan("không phải số") == say("That is no phone number. Type it like 0912 345 678, or cancel.")
    shown = await lan(Contact("84987654321", own=True))
    assert "Số điện thoại 0987 654 321 của bạn được gửi kèm." in shown
    assert "Kèm số điện thoại" not in shown
    ref = number_in(await lan.tap("Gửi kèm tên tôi"))
    await town.post()
    assert f"#{ref} · Muốn mua · Nem chua 1" in ba.last
    assert "Tên khách: Nguyễn Thị Lan" in ba.last
    assert "Điện thoại khách: 0987 654 321" in ba.last


async def test_the_number_alone_can_go_along(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, "buy nem-1")
    await folk.lan("Mua 5 hộp")
    await folk.lan.tap("Kèm số điện thoại")
    await folk.lan("0987654321")
    await folk.lan.tap("Gửi")
    await town.post()
    assert "0987 654 321" in folk.ba.last
    assert "Lan" not in folk.ba.last


async def test_a_draft_is_changed_and_cancelled(town: Town, folk: Folk) -> None:
    lan = folk.lan
    await lan.does(Verb.KIND, "question nem-1")
    assert (await lan("?")).startswith("Bạn viết rõ hơn một chút")
    await lan("Nem cay khong")
    await lan.tap("Sửa lời")
    assert "“Nem có cay không?”" in await lan("Nem có cay không?")
    assert (await lan.tap("Bỏ")).startswith(say("Nothing was sent."))
    assert (await lan.does(Verb.SEND)).startswith("Việc đó không còn mở.")
    assert (await lan.does(Verb.EDIT, "text")).startswith("Việc đó không còn mở.")
    assert (await lan.does(Verb.CANCEL)).startswith(say("There is nothing to cancel."))
    assert await town.store.inquiries.of_consumer(lan.address, limit=9) == []


async def test_an_old_draft_does_not_swallow_words(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, "question nem-1")
    town.now += 2 * HOUR
    assert "Nem chua 1" in await folk.lan("nem chua 1")
    assert await folk.lan.does(Verb.MINE) == lines(
        say("You have not asked any producer yet. Find a product and press “Ask the producer”.")
    )


async def test_what_is_not_there_any_more_is_said(folk: Folk) -> None:
    gone = say("This product is not in the catalogue any more. Type its name and I will look for it.")
    assert (await folk.lan.does(Verb.ASK, "không-có")).startswith(gone)
    assert (await folk.lan.does(Verb.KIND, "question không-có")).startswith(gone)
    assert "Bạn muốn hỏi HTX Nem 1" in await folk.lan.does(Verb.KIND, "gift nem-1")


async def test_adding_by_button_and_by_reply(town: Town, folk: Folk) -> None:
    lan, ba = folk.lan, folk.ba
    ref = await lan.asks("Nem để được bao lâu?")
    await town.post()
    await ba.does(Verb.CANNED, f"{ref} more")
    await town.post()
    await lan.tap("Hỏi thêm")
    assert (await lan("x")).startswith("Bạn viết rõ hơn một chút")
    assert await lan("Ý tôi là ngoài tủ lạnh") == f"Đã thêm vào #{ref} và chuyển đi."
    await town.post()
    assert ba.last.startswith(say("A customer adds something:"))
    assert ba.last.index("Bạn (09:00 24/11/2026):\nBạn cho") < ba.last.index("Ý tôi là ngoài tủ lạnh")
    await ba.does(Verb.CANNED, f"{ref} call")
    await town.post()
    told = len(lan.town.lines["zalo"].said)
    assert await lan("Số tôi có rồi đấy", replies_to=f"lan/{told}") == f"Đã thêm vào #{ref} và chuyển đi."
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    assert [each.text for each in held.messages][::2] == [
        "Nem để được bao lâu?",
        "Ý tôi là ngoài tủ lạnh",
        "Số tôi có rồi đấy",
    ]


async def test_a_reply_to_an_answer_leaves_a_draft_alone(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    await town.post()
    told = len(town.lines["zalo"].said)
    await folk.lan.does(Verb.KIND, "question nem-3")
    await folk.lan("Trong tủ lạnh", replies_to=f"lan/{told}")
    assert "Gửi HTX Nem 2, về Nem chua 3:" in await folk.lan("Có bán sỉ không?")


async def test_closing_and_rating(town: Town, folk: Folk) -> None:
    lan = folk.lan
    ref = await lan.asks("Nem để được bao lâu?")
    assert (await lan.does(Verb.RATE, f"{ref} 5")).startswith(say("You can rate it once it has been answered."))
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    await lan.does(Verb.INQUIRY, ref)
    assert "★★★★★" in await lan.tap("★★★★★")
    assert f"#{ref}" in await lan.does(Verb.RATE, f"{ref} 9")
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    assert held.rating == 5
    assert "đã kết thúc" in await lan.does(Verb.CLOSE, ref)
    assert await lan.does(Verb.CLOSE, ref) == f"#{ref} đã kết thúc rồi."
    await lan.does(Verb.MORE, ref)
    assert await lan("Hỏi lại chút") == f"Đã thêm vào #{ref} và chuyển đi."
    await town.post()
    assert folk.ba.last.startswith(say("A customer adds something:"))


async def test_my_questions_in_pages(town: Town, folk: Folk) -> None:
    lan = folk.lan
    refs = []
    for number in range(1, 13):
        refs.append(await lan.asks(f"Câu hỏi số {number}", product="nem-1" if number % 2 else "nem-3"))
        town.now += DAY
    first = await lan("/cauhoi")
    assert [ref in first for ref in refs[::-1]] == [True] * 5 + [False] * 7
    assert (lan.reply.page.pages, lan.reply.page.total) == (3, 12) if lan.reply.page else False
    second = await lan.tap(say("Next →"))
    assert [ref in second for ref in refs[::-1]] == [False] * 5 + [True] * 5 + [False] * 2
    third = await lan.tap(say("Next →"))
    assert refs[0] in third
    assert say("Next →") not in third
    assert refs[6] in await lan.tap(say("← Previous"))
    assert "Câu hỏi số 7" in await lan.tap(f"#{refs[6]}")


async def test_the_same_words_twice_and_too_many(town: Town, folk: Folk) -> None:
    lan = folk.lan
    ref = await lan.asks("Nem để được bao lâu?")
    await lan.does(Verb.KIND, "question nem-2")
    await lan("nem  để được BAO LÂU?")
    assert (await lan.tap("Gửi")).startswith(say("You sent these very words today, as #{ref}.", ref=ref))
    assert "Nem để được bao lâu?" in await lan.tap(f"Xem #{ref}")
    await lan.asks("Câu thứ hai")
    await lan.asks("Câu thứ ba")
    await lan.does(Verb.KIND, "question nem-1")
    await lan("Câu thứ tư")
    assert (await lan.tap("Gửi")).startswith("Hôm nay bạn đã hỏi nhiều rồi.")
    assert len(await town.store.inquiries.of_consumer(lan.address, limit=99)) == 3
    town.now += DAY + 1
    assert number_in(await _sent(folk)) != ref


async def _sent(folk: Folk) -> str:
    await folk.lan.does(Verb.KIND, "question nem-1")
    await folk.lan("Nem để được bao lâu?")
    return await folk.lan.tap("Gửi")


async def test_adding_has_its_limit_too(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    for number in range(10):
        await folk.lan.does(Verb.MORE, ref)
        assert (await folk.lan(f"thêm {number}")).startswith("Đã thêm")
    await folk.lan.does(Verb.MORE, ref)
    assert (await folk.lan("thêm nữa")).startswith("Hôm nay bạn đã hỏi nhiều rồi.")
    held = await town.store.inquiries.by_ref(ref)
    assert held is not None
    assert len(held.messages) == 11


async def test_links_and_numbers_are_pointed_out_also_in_what_is_added(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem có cay không?")
    await town.post()
    assert "⚠" not in folk.ba.last
    await folk.lan.does(Verb.MORE, ref)
    await folk.lan("Xem http://hot.example.top/x rồi chuyển vào 0123 4567 8901")
    await town.post()
    assert say("⚠ There is a link in it: do not open it unless you trust it.") in folk.ba.last
    assert say("⚠ There is a long number in it: never send money or codes because of it.") in folk.ba.last


async def test_an_unconnected_producer_is_told_of_by_an_officer(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.KIND, "question nem-3")
    assert "Nhà sản xuất này chưa kết nối" in await folk.lan("Có bán sỉ không?")
    ref = number_in(await folk.lan.tap("Gửi"))
    await town.post()
    assert folk.officer.last.startswith(say("No producer has answered this. Please help:"))
    await folk.officer.tap("Trả lời")
    await folk.officer("Tôi đã gọi giúp: có bán sỉ.")
    await town.post()
    who_answers = f"Cán bộ chương trình trả lời #{ref} (Nem chua 3) thay nhà sản xuất:"
    assert folk.lan.last.startswith(f"{who_answers}\n“Tôi đã gọi giúp: có bán sỉ.”")
    assert f"{say('Programme officer')} (" in await folk.lan.tap("Xem cả")


async def test_it_is_spoken_in_the_language_it_was_asked_in(town: Town, folk: Folk) -> None:
    ann = town.someone("zalo", "ann", language="en")
    await ann.does(Verb.ASK, "nem-1")
    assert ann.last.startswith("What would you like to ask HTX Nem 1")
    await ann.tap("Ask a question")
    await ann("How long does it keep?")
    ref = number_in(await ann.tap("Send"))
    await town.post()
    assert folk.ba.last.startswith("Có khách viết cho bạn:")
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    await town.post()
    assert ann.last.startswith(f"Answer to #{ref}")


async def test_who_makes_it_may_also_ask_it(town: Town, folk: Folk) -> None:
    """Someone who tries their own product is both ends of the inquiry."""
    ref = await folk.ba.asks("Thử xem có chạy không")
    await town.post()
    assert "Có khách viết cho bạn:" in folk.ba.last
    await folk.ba.tap("Trả lời")
    await folk.ba("Chạy tốt")
    await town.post()
    assert folk.ba.last.startswith(f"Trả lời cho #{ref}")


async def test_two_channels_of_one_person_do_not_know_each_other(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    other = town.someone("telegram", "lan")
    assert (await other.does(Verb.INQUIRY, ref)).startswith("Việc đó không còn mở.")
    assert other.person != Person("zalo", "lan")


async def test_a_number_that_is_taken_is_given_to_nobody_else(town: Town, folk: Folk) -> None:
    await folk.eve.does(Verb.KIND, "question nem-1")
    await folk.eve("Nem có cay không?")
    sending = Incoming(folk.eve.person, Tap(Action(Verb.SEND)), "the-send")
    taken = await folk.lan.asks("Nem để được bao lâu?")
    held = await town.store.inquiries.by_ref(taken)
    assert held is not None
    await town.store.inquiries.open(replace(held, ref=ref_of(sending)), text="của Lan", link="x")
    await town.takes_in(sending)
    other = number_in(folk.eve.last)
    assert other not in {taken, ref_of(sending)}
    mine = await town.store.inquiries.by_ref(other)
    assert mine is not None
    assert mine.consumer == folk.eve.address
