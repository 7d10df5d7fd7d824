"""Questions in words of no table of ours, answered as what they most likely are; and what stays a name."""

import pytest

from handlers.thread import MessageAct
from tests.conftest import Dialogue
from tests.dialogues.cards import first_line

_SHOWN = "mỳ gạo chũ xuân trường"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("ông chủ có số máy riêng không để bác alo", "phones"), ("shelf life outside the fridge", "expires"),
        ("phone for booking", "phones"), ("사진 한장만", "images"), ("怎么吃啊,泡水还是炖鸡", "ingredients"),
        ("chụp cho em cái hình với", "images"),
    ],
)  # fmt: skip
async def test_what_is_asked_of_what_was_shown(say: Dialogue, asked: str, field: str) -> None:
    await say(_SHOWN)
    assert await say.told(asked) == (MessageAct.FIELD, field)


async def test_without_a_product_it_is_asked_which_one_is_meant(say: Dialogue) -> None:
    await say("몇년도에 인정받은 거야?")
    assert await say.told(_SHOWN) == (MessageAct.FIELD, "decided")


@pytest.mark.parametrize("said", ["xe máy honda giá bao nhiêu", "茅台多少钱", "아이폰 얼마예요"])
async def test_the_price_of_what_is_not_ours_is_not_that_of_what_was_shown(say: Dialogue, said: str) -> None:
    await say(_SHOWN)
    assert (await say.told(said))[0] is MessageAct.NOTHING


@pytest.mark.parametrize(
    "said",
    [
        "mẹ em ăn xong phải cấp cứu", "my kid threw up after eating this", "아이가 먹고 두드러기가 났어요",
        "孩子吃了全身起疹子",
        "có mảnh thủy tinh trong gói", "please remove my phone number from your bot",
        "số đường dây nóng an toàn thực phẩm",
        "thiếu cân rồi", "tôi muốn kiện họ", "số điện thoại của cục quản lý thị trường",
    ],
)  # fmt: skip
async def test_harm_disputes_and_ones_own_data_are_no_matter_of_guesses(say: Dialogue, said: str) -> None:
    await say(_SHOWN)
    told = await say(said)
    assert "thành phần" not in told
    assert "ingredients" not in told
    assert "Tôi ở đây để giúp" not in told
    assert "If you mean" not in told


async def test_a_complaint_goes_on_with_no_guessed_product(say: Dialogue) -> None:
    await say("tôi mua phải đồ giả")
    await say("giá bán thì rẻ hơn chỗ khác, mật ong chắc đường pha")
    assert say.session.draft is None


async def test_what_is_answered_of_what_was_spoken_of_says_so(say: Dialogue) -> None:
    await say(_SHOWN)
    assert first_line(await say("chụp cho em cái hình với")) == "Nếu bạn hỏi về Mỳ gạo Chũ Xuân Trường:"


async def test_talk_of_no_table_is_told_what_can_be_asked(say: Dialogue) -> None:
    await say(_SHOWN)
    reply = await say("ok để chị suy nghĩ thêm đã")
    assert first_line(reply) == "Tôi ở đây để giúp bạn tra sản phẩm OCOP."
    assert "ảnh" in reply
