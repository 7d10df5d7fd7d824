"""Someone types a name."""

from dataclasses import replace
from datetime import date

import pytest

from bot.pages import words
from catalog.dates import PartialDate
from catalog.store import UnmetQuery
from handlers import sharing
from handlers.catalogue import search
from handlers.messages import Location, Want
from handlers.phrases import speech
from tests.conftest import Dialogue, Stock, lines
from tests.dialogues.cards import MAKERS, SAUCE, first_line
from tests.dialogues.conftest import tuong


@pytest.mark.parametrize("name", ["tương đình tổ htx hoa sen", "TUONG DINH TO HTX HOA SEN"])
async def test_a_name_shows_its_passport(say: Dialogue, name: str) -> None:
    assert (await say(name)).startswith(SAUCE)


async def test_a_whole_answer(say: Dialogue) -> None:
    assert await say("OCOP-BN-77") == lines(
        SAUCE,
        "",
        "1. Hỏi nhà sản xuất",
        "2. Sản phẩm khác của nhà này",
        "3. Theo dõi",
        "4. Chấm điểm",
        "5. Không phải sản phẩm này?",
        "6. Chia sẻ",
    )


@pytest.mark.parametrize("name", ["bánh phu thê", "banh phu the dinh bang", "nem bui"])
async def test_the_names_of_the_issue_find_shipped_products(say: Dialogue, name: str) -> None:
    await say(name)
    titles = [card.title for card in say.reply.cards]
    assert any("Bánh phu thê" in title or "Nem Bùi" in title for title in titles)


async def test_several_makers_of_one_name_are_a_choice(say: Dialogue) -> None:
    assert await say("tương đình tổ") == MAKERS


@pytest.mark.parametrize("chosen", ["2", "số 2", "cái thứ hai", "so hai", "chọn cái số 2 nhé", "the second one"])
async def test_the_number_chooses(say: Dialogue, chosen: str) -> None:
    await say("tương đình tổ")
    answer = await say(chosen)
    assert first_line(answer) == "Tương Đình Tổ"
    assert "HTX Tương 2 — Hợp tác xã" in answer


async def test_a_number_beyond_the_list_is_looked_up(say: Dialogue) -> None:
    await say("tương đình tổ")
    assert first_line(await say("77")) == "Danh mục chưa có “77”."


async def test_a_number_without_a_list_is_looked_up(say: Dialogue) -> None:
    assert first_line(await say("2")) == "Danh mục chưa có “2”."


async def test_the_last_list_counts(say: Dialogue) -> None:
    await say("tương đình tổ")
    await say("mận chín")
    assert first_line(await say("1")) == "Mận Chín 10"


async def test_words_that_choose_nothing_leave_the_list_as_it_was(say: Dialogue) -> None:
    await say("tương đình tổ")
    await say("   ")
    assert "HTX Tương 3" in await say("3")


async def test_pages_turn_there_and_back(say: Dialogue) -> None:
    first = await say("mận chín")
    assert first_line(first) == "Tôi tìm thấy 12 sản phẩm. Bạn cần sản phẩm nào?"
    assert say.reply.page is not None
    assert (say.reply.page.number, say.reply.page.pages, say.reply.page.total) == (1, 3, 12)
    assert "6. Trang sau →" in first
    second = await say("6")
    assert [card.title for card in say.reply.cards] == [f"Mận Chín {number}" for number in range(15, 20)]
    assert "6. ← Trang trước\n7. Trang sau →" in second
    await say("7")
    assert [card.title for card in say.reply.cards] == ["Mận Chín 20", "Mận Chín 21"]
    await say("3")
    await say("6")
    assert [card.title for card in say.reply.cards] == [f"Mận Chín {number}" for number in range(10, 15)]


async def test_a_page_that_is_not_there_is_not_an_error(say: Dialogue) -> None:
    await say("mận chín")
    token = str(say.reply.choices[0].action).split()[1]
    for page in ("99", "0", "-3", "x", "9" * 9):
        assert (await say(f"/more {token} {page}")).strip()


async def test_a_list_from_long_ago_that_is_gone(say: Dialogue) -> None:
    assert await say("/more 0123456789ab 2") == "Tôi không còn giữ danh sách đó. Bạn gõ lại tên giúp nhé."


async def test_what_we_do_not_have_is_said_and_remembered(say: Dialogue) -> None:
    answer = await say("Xoài cát Hòa Lộc")
    assert first_line(answer) == "Danh mục chưa có “Xoài cát Hòa Lộc”."
    assert "Tên gần nhất" not in answer, "nothing is like it"
    assert answer.endswith(
        lines(
            "Bạn thử gõ tên đầy đủ, tên nhà sản xuất hoặc xã/phường, hoặc gửi ảnh nhãn.",
            "",
            "1. Gửi ảnh nhãn",
            "2. Xem theo nhóm sản phẩm",
        )
    )


async def test_a_name_is_wanted_once_three_different_people_asked(say: Dialogue) -> None:
    for _ in range(5):
        await say("Xoài cát Hòa Lộc")
    await say.another("binh")("xoai cat hoa loc")
    assert await say._context.store.unmet.list_wanted("name") == []
    await say.another("chi")("có bán xoài cát hòa lộc không")
    assert await say._context.store.unmet.list_wanted("name") == [UnmetQuery("name", "xoài cát hòa lộc", 3)]


async def test_the_wrong_product(say: Dialogue, stock: Stock) -> None:
    answer = await say("/nope tuong-1")
    assert first_line(answer) == "Vậy là sản phẩm nào trong 3 sản phẩm này?"
    assert [card.subtitle for card in say.reply.cards] == [f"HTX Tương {number} — xã Đình Tổ" for number in (2, 3, 4)]
    await stock(tuong(30, id="doc-nhat", name="Kwzq Xjfy"))
    assert await say("/nope doc-nhat") == "Vậy bạn gõ tên kèm nhà sản xuất hoặc xã/phường, hoặc gửi ảnh nhãn nhé."
    assert say.reply.wants is Want.PHOTO


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("example", ["try_1", "try_2"])
async def test_the_examples_of_the_web_chat_lead_to_stars_in_force(say: Dialogue, language: str, example: str) -> None:
    answer = await say(words.of(language)[example])
    assert "★" in answer
    assert "Còn hiệu lực" in answer


async def test_what_else_a_maker_makes(say: Dialogue, stock: Stock) -> None:
    await stock(*[tuong(1, id=f"khac-{number}", name=f"Dấm {number}", producer="HTX Hoa Sen") for number in range(6)])
    answer = await say("/maker tuong-1")
    assert first_line(answer) == "HTX Hoa Sen có 7 sản phẩm trong danh mục."
    assert answer.endswith("6. Trang sau →")
    assert (await say("6")).endswith("3. ← Trang trước")


async def test_a_card_to_send_on(say: Dialogue) -> None:
    """The picture, the link, the day on which it was true; a button for those who have one tap."""
    await say("tuong dinh to htx hoa sen")
    answer = await say("/share")
    assert answer.startswith(
        lines(
            "Bạn có thể gửi ảnh này hoặc đường dẫn này cho người khác: https://ocop.test/p/tuong-1",
            "Đúng vào ngày 24/11/2026.",
        )
    )
    (card,) = say.reply.cards
    assert card.picture == "https://ocop.test/p/tuong-1/card.png?day=2026-11-24"
    links = {choice.label: choice.url for choice in say.reply.choices}
    assert links["Telegram"].startswith("https://t.me/share/url?url=https%3A%2F%2Focop.test%2Fp%2Ftuong-1&text=")
    await say("cảm ơn")
    assert (await say("/chiase")).startswith("Bạn có thể gửi ảnh này"), "thanks in between name no other product"
    assert await say.another("binh")("/chiase") == "Bạn muốn chia sẻ sản phẩm nào? Hãy gõ tên sản phẩm rồi bấm Chia sẻ."


async def test_a_star_that_is_not_in_force_is_on_no_picture(say: Dialogue, stock: Stock) -> None:
    """Any other star may not be printed; the band says in words what became of it."""
    await stock(tuong(31, decided=PartialDate(2021, 1, 5), as_of=PartialDate(2026, 3)))
    gone, held = await say._context.store.products(["tuong-31", "tuong-2"])
    view = search.view(say._context, say.session)
    lapsed, valid = sharing.picture_words(gone, view), sharing.picture_words(held, view)
    assert (lapsed.state, lapsed.stars) == ("Sao OCOP ĐÃ HẾT HẠN", None)
    assert (valid.state, valid.stars) == ("Sao OCOP còn hiệu lực", 3)
    korean = sharing.picture_words(held, replace(view, say=speech("ko")))
    assert korean.state == "OCOP star in force", "the letters that we ship have no Korean ones"


async def test_a_product_that_is_gone(say: Dialogue) -> None:
    gone = "Sản phẩm này không còn trong danh mục. Bạn gõ tên, tôi sẽ tìm giúp."
    for command in ("/p gone", "/share gone", "/maker gone", "/nope gone", "/p", "/p ~999999"):
        assert await say(command) == gone


async def test_groups_list_what_is_in_them(say: Dialogue) -> None:
    assert await say("/groups") == lines(
        "Bạn muốn xem nhóm sản phẩm nào?",
        "",
        "1. Thực phẩm (68)",
        "2. Đồ uống (14)",
        "3. Quả (12)",
        "4. Hàng thủ công mỹ nghệ (10)",
        "5. Dịch vụ du lịch cộng đồng, du lịch sinh thái và điểm du lịch (3)",
        "6. Dược liệu và sản phẩm từ dược liệu (2)",
        "7. Sinh vật cảnh (2)",
        "8. Gia vị (1)",
    )
    await say("5")
    assert [card.title for card in say.reply.cards] == [
        "Điểm du lịch sinh thái Bầu Tiên",
        "Điểm du lịch làng văn hóa Đông Bắc",
        "Du lịch sinh thái, văn hóa Bản Ven",
    ]


async def test_near_me_asks_where_and_then_lists_what_is_near(say: Dialogue) -> None:
    assert await say("gần tôi") == "Bạn đang ở đâu? Hãy chia sẻ vị trí, tôi sẽ kể những sản phẩm làm gần bạn."
    assert say.reply.wants is Want.LOCATION
    await say(Location(21.05432, 106.01234))
    assert say.session.here == (21.05, 106.01)
    assert {card.title for card in say.reply.cards} & {"Tương Đình Tổ", "Mận Chín 10"}


async def test_the_day_counts(say: Dialogue, say_on: object) -> None:
    on = say_on
    assert callable(on)
    assert "Sắp hết hạn: còn hiệu lực đến 20/12/2027 (còn 30 ngày)" in await on(date(2027, 11, 20))("/p tuong-1")
    assert "Còn hiệu lực đến 20/12/2027 (còn 31 ngày)" in await on(date(2027, 11, 19))("/p tuong-1")
    lapsed = await on(date(2027, 12, 21))("/p tuong-1")
    assert "Giấy chứng nhận chúng tôi biết đã hết hạn ngày 20/12/2027. Tính đến 01/03/2025" in lapsed
    assert "★★★★☆" in lapsed
