"""What is written while a complaint or a question is open: none of it is lost, whatever it sounds like."""

import pytest

from handlers.context import DraftStep
from tests.conftest import Dialogue

_HONEY = "Mật ong hoa vải Hằng Hiếu"


@pytest.mark.parametrize(
    ("pressed", "told"),
    [
        ("1", "lừa đảo"), ("1", "đồ lừa đảo"), ("1", "ngu"),
        ("1", "mua ở siêu thị bị giả tem 4 sao, làm sao kiểm tra?"),
        ("2", "Mua hôm 3/11 ở chợ Chũ, lô 12, hạn dùng đến bao giờ thì không ghi?"),
        ("2", "hết hạn rồi mà vẫn bán, ai chịu trách nhiệm?"),
        ("", "꿀에서 벌레가 나왔어요. 유통기한이 언제예요?"),
        ("3", "sao giá đắt gấp đôi vậy?"), ("2", "chai bị vỡ, có đổi trả không?"),
        ("", "Is this fake? the seal is broken"), ("", "giá bao nhiêu?"), ("", "OCOP 4 sao là gì?"),
    ],
)  # fmt: skip
async def test_what_a_complaint_says_stands_in_it_whatever_it_sounds_like(
    say: Dialogue, pressed: str, told: str
) -> None:
    for each in (_HONEY, "khiếu nại", *filter(None, [pressed])):
        await say(each)
    shown = await say(told)
    assert f"“{told}”" in shown
    draft = say.session.draft
    assert draft is not None
    assert (draft.step, draft.kind, draft.text) == (DraftStep.CONFIRM, "complaint", told)


async def test_to_send_is_no_text_of_a_complaint(say: Dialogue) -> None:
    for each in (_HONEY, "khiếu nại", "1", "gửi", "có"):
        assert "“" not in await say(each)
    assert "“tem mờ, chữ sai”" in await say("tem mờ, chữ sai")


async def test_a_product_named_while_a_complaint_is_open_is_shown_and_the_complaint_waits(say: Dialogue) -> None:
    for each in (_HONEY, "khiếu nại", "1", "nem bùi"):
        await say(each)
    assert say.reply.cards
    draft = say.session.draft
    assert draft is not None
    assert (draft.step, draft.text) == (DraftStep.ASK, "")


@pytest.mark.parametrize(
    "asked",
    ["chuyển khoản được không", "có thanh toán khi nhận hàng không", "có mất phí không", "hạn sử dụng bao lâu?"],
)
async def test_what_a_producer_is_asked_is_passed_on(say: Dialogue, asked: str) -> None:
    for each in (_HONEY, "hỏi nhà sản xuất", "1"):
        await say(each)
    assert f"“{asked}”" in await say(asked)


@pytest.mark.parametrize("said", ["OCOP là gì?", "ngu"])
async def test_what_no_producer_is_asked_is_answered_by_us(say: Dialogue, said: str) -> None:
    for each in (_HONEY, "hỏi nhà sản xuất", "1"):
        await say(each)
    assert "Gửi HTX" not in await say(said)
    assert say.session.draft is not None, "the question goes on"
    assert not say.session.draft.text


@pytest.mark.parametrize("said", ["đặt 5 hộp, giá bao nhiêu", "I want to order 5 boxes, how much is it?"])
async def test_an_order_that_asks_the_price_is_begun_and_told_it(say: Dialogue, said: str) -> None:
    await say("nem bùi")
    answered = await say(said)
    assert say.session.draft is not None
    assert say.session.draft.kind == "buy"
    assert "giá tham khảo" in answered or "reference price" in answered


async def test_beside_an_open_complaint_nothing_else_is_asked_that_a_yes_would_answer(say: Dialogue) -> None:
    for each in (_HONEY, "khiếu nại"):
        await say(each)
    answered = await say("giá bao nhiêu?")
    assert "giá tham khảo" in answered
    assert "Bạn có muốn tôi hỏi" not in answered
