"""What was said before counts: "số điện thoại?" after a card, "cái thứ hai" after a list, and an end of it."""

from dataclasses import replace

import pytest

from bot import codec
from handlers.messages import Location
from handlers.thread import LIFE, MessageAct
from tests.conftest import Dialogue, lines
from tests.dialogues.cards import first_line


async def test_a_field_is_asked_after_a_card(say: Dialogue) -> None:
    await say("tương đình tổ htx hoa sen")
    assert await say("số điện thoại?") == lines(
        "HTX Hoa Sen — điện thoại: 0912 345 678 (nguồn: Sở NN&MT, ghi nhận 01/03/2025).",
        "",
        "1. Xem đầy đủ",
        "2. Hỏi nhà sản xuất",
    )
    assert say.session.thread.last is not None
    assert (say.session.thread.last.act, say.session.thread.last.field) == (MessageAct.FIELD, "phones")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("còn hạn không?", "Tương Đình Tổ: Giấy chứng nhận OCOP còn hiệu lực đến 20/12/2027 (còn 391 ngày)."),
        ("giấy còn hạn k", "Tương Đình Tổ: Giấy chứng nhận OCOP còn hiệu lực đến 20/12/2027 (còn 391 ngày)."),
        ("đc ở đâu shop", "HTX Hoa Sen — địa chỉ ghi trên nhãn: thôn 1, xã Đình Tổ, huyện Thuận Thành"),
        ("di duong nao", "HTX Hoa Sen — địa chỉ ghi trên nhãn: thôn 1, xã Đình Tổ, huyện Thuận Thành"),
        ("ai cấp", "Tương Đình Tổ — cơ quan cấp: UBND huyện Thuận Thành; quyết định 1/QĐ-UBND"),
        ("vì sao được 4 sao", "Tương Đình Tổ — hạng: 4 sao (tiềm năng 5 sao); điểm 78/100; quyết định 1/QĐ-UBND"),
        ("mua ở đâu vậy ạ", "Tương Đình Tổ — nơi mua: Chợ Dâu (nguồn: Sở NN&MT, ghi nhận 01/03/2025)."),
        ("what's the phone number", "HTX Hoa Sen — phone: 0912 345 678"),
        ("ai làm ra nó", "Tương Đình Tổ — nhà sản xuất: HTX Hoa Sen — Hợp tác xã"),
    ],
)
async def test_every_way_to_ask(say: Dialogue, asked: str, answer: str) -> None:
    await say("tương đình tổ htx hoa sen")
    assert first_line(await say(asked)).startswith(answer)


async def test_what_is_not_known_can_be_asked_with_that_very_question(say: Dialogue) -> None:
    await say("tương đình tổ htx hoa sen")
    assert await say("giá bao nhiêu") == lines(
        "Tương Đình Tổ — giá tham khảo: danh mục chưa có.",
        "Bạn có muốn tôi hỏi HTX Hoa Sen không?",
        "",
        "1. Có, hỏi nhà sản xuất",
        "2. Xem đầy đủ",
    )
    assert "“Sản phẩm này giá bao nhiêu ạ?”" in await say("1")


async def test_a_longer_question_goes_to_the_producer_as_it_was_asked(say: Dialogue) -> None:
    await say("tương đình tổ htx hoa sen")
    await say("có chất bảo quản không ạ")
    assert "“có chất bảo quản không ạ”" in await say("1")


async def test_the_second_one_of_a_list_and_the_other_one(say: Dialogue) -> None:
    await say("tương đình tổ")
    await say("cái thứ hai")
    assert say.reply.cards[0].subtitle == "HTX Tương 2"
    await say("địa chỉ?")
    await say("the third one")
    assert first_line(await say("cái thứ ba mấy sao")).startswith("Tương Đình Tổ — hạng: 3 sao")
    assert say.session.thread.product == "tuong-3"


async def test_of_many_the_other_one_is_asked_back_and_then_answered(say: Dialogue) -> None:
    await say("tương đình tổ")
    await say("cái thứ hai")
    await say("địa chỉ?")
    assert first_line(await say("còn cái kia thì sao")) == "Ý bạn là loại nào ạ?"


async def test_the_same_is_asked_of_another_product(say: Dialogue) -> None:
    await say("nem bùi còn hạn không")
    await say("còn mật ong rừng sơn động thì sao")
    last = say.session.thread.last
    assert last is not None
    assert (last.act, last.field, last.products) == (MessageAct.FIELD, "expires", ("mat-ong-rung-son-dong",))


async def test_a_product_and_a_field_in_one_message(say: Dialogue) -> None:
    assert first_line(await say("sđt htx hoa sen")).startswith("HTX Hoa Sen — điện thoại: 0912 345 678")
    assert first_line(await say("số điện thoại htx hoa sen là gì")).startswith("HTX Hoa Sen — điện thoại")


@pytest.mark.parametrize("asked", ["hoa vải giá bao nhiêu", "hoa vải bao nhiêu tiền"])
async def test_words_that_stand_side_by_side_in_one_name_only_mean_that_product(say: Dialogue, asked: str) -> None:
    await say(asked)
    last = say.session.thread.last
    assert last is not None
    assert (last.act, last.field, last.products) == (MessageAct.FIELD, "price", ("mat-ong-hoa-vai-hang-hieu",))


@pytest.mark.parametrize("asked", ["phone number of htx hoa sen", "the phone of HTX Hoa Sen please"])
async def test_little_words_around_a_name_are_none_of_it(say: Dialogue, asked: str) -> None:
    assert "0912 345 678" in await say.speaking("en")(asked)


async def test_a_question_without_a_product_asks_which_and_goes_on(say: Dialogue) -> None:
    assert await say("số điện thoại?") == "Của sản phẩm nào ạ? Bạn gõ tên hoặc gửi ảnh nhãn nhé."
    assert first_line(await say("htx hoa sen")).startswith("HTX Hoa Sen — điện thoại: 0912 345 678")


async def test_their_other_products(say: Dialogue) -> None:
    await say("mỳ gạo ngũ sắc")
    assert "HTX Dịch vụ nông nghiệp Hằng Hiếu" in first_line(await say("nhà đó còn làm gì nữa"))
    assert len(say.reply.cards) == 3


async def test_the_thread_ends(say: Dialogue) -> None:
    await say("tương đình tổ htx hoa sen")
    now = say._context.now
    say._context = replace(say._context, now=lambda: now() + LIFE + 1)
    assert await say("số điện thoại?") == "Của sản phẩm nào ạ? Bạn gõ tên hoặc gửi ảnh nhãn nhé."


async def test_the_thread_outlives_the_process(say: Dialogue) -> None:
    await say("tương đình tổ htx hoa sen")
    say.session = codec.read_session("", codec.serialize_session(say.session))
    assert first_line(await say("sdt")).startswith("HTX Hoa Sen — điện thoại")


@pytest.mark.parametrize(
    "name", ["hoa đồng tiền mộ đạo", "gia bình", "vại muối dưa của mẹ", "tỏi cắt lát sấy khô bà lý"]
)
async def test_a_name_is_no_question(say: Dialogue, name: str) -> None:
    await say("tương đình tổ htx hoa sen")
    await say(name)
    assert say.session.thread.last is not None
    assert say.session.thread.last.act in {MessageAct.CARD, MessageAct.LIST}


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("nem bùi", "card"), ("mỳ gạo", "list"), ("còn hạn không?", "field"), ("gần tôi", "near"),
        ("ở gần đây có gì ngon", "near"), ("o gan day co gi ngon", "near"), ("ngon", "chat"), ("ship gần đây", "chat"),
        ("cảm ơn", "chat"), ("ngu vậy", "chat"), ("admin ơi", "chat"), ("ship không", "chat"),
        ("bán sỉ không shop", "chat"), ("menu", "chat"), ("iphone 15", "nothing"),
        ("tôi muốn khiếu nại hàng giả", "ask"), ("gặp nhân viên", "ask"), ("thông tin này sai", "ask"),
        ("sửa số điện thoại", "ask"), ("câu hỏi của tôi", "ask"), ("hỏi nhà sản xuất giúp mình", "ask"),
    ],
)  # fmt: skip
async def test_every_message_is_an_act(say: Dialogue, said: str, act: str) -> None:
    await say(said)
    assert say.session.thread.last is not None
    assert say.session.thread.last.act == act


async def test_what_the_code_says_of_the_package_is_remembered(say: Dialogue) -> None:
    await say("tương đình tổ htx hoa sen")
    await say("(01)08936012345674(10)L7(17)280101")
    assert first_line(await say("lô nào, sản xuất ngày nào")) == (
        "Tương Đình Tổ, theo mã trên gói hàng của bạn: Số lô: L7; Hạn sử dụng: 01/01/2028."
    )


async def test_a_place_is_near(say: Dialogue) -> None:
    await say(Location(21.1, 106.0))
    assert say.session.thread.last is not None
    assert say.session.thread.last.act is MessageAct.NEAR


@pytest.mark.parametrize("asked", ["loại vị tỏi ấy", "cái vị tỏi"])
async def test_a_word_tells_one_of_a_list(say: Dialogue, asked: str) -> None:
    await say("nem")
    assert "nem-99-vi-toi" in say.session.thread.listed
    await say(asked)
    assert say.session.thread.product == "nem-99-vi-toi"


async def test_a_name_without_marks_beside_a_question_is_no_word_around_it(say: Dialogue) -> None:
    assert "Mật ong hoa vải Hằng Hiếu — giá" in await say("gia hoa vai")
    assert "Mật ong hoa vải Hằng Hiếu — giá" in await say("hoa vai gia bao nhieu")
