"""What is not wanted is left out, of a list and of a wish; a complaint leaves nothing out, and no child drinks."""

import re

import pytest

from handlers.thread import MessageAct
from tests.conftest import Dialogue


def found(reply: str) -> int:
    """How many products fit, by what the answer says."""
    number = re.search(r"\d+", reply)
    return int(number[0]) if number else 0


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("rượu", "con tôi uống xong bị ngộ độc, không phải rượu"), ("rượu", "chai này là hàng giả, không phải rượu"),
        ("quà tết", "tôi bị lừa, mua về không phải rượu"), ("quà tết", "I was cheated, it is not tea"),
        ("quà tết", "my son got sick, it was not honey"), ("rượu", "đừng nhắn tin nữa, tôi không cần rượu"),
    ],
)  # fmt: skip
async def test_a_complaint_leaves_nothing_out(say: Dialogue, shown: str, words: str) -> None:
    await say(shown)
    await say(words)
    last = say.session.thread.last
    assert (last is not None and last.act, say.reply.cards) == (MessageAct.ASK, ())


@pytest.mark.parametrize(
    "turns",
    [
        ("gift", "no wine", "no tea"), ("quà tết", "không lấy rượu", "thôi không lấy trà nhé"),
        ("gift", "more", "no wine"), ("선물", "술 말고", "차 말고"),
    ],
)  # fmt: skip
async def test_what_is_left_out_adds_up_and_is_taken_from_the_whole_list(
    say: Dialogue, turns: tuple[str, str, str]
) -> None:
    *before, last = turns
    said = [found(await say(each)) for each in before]
    left = found(await say(last))
    assert 20 < left < min(said), (said, left)
    assert not any("Rượu" in card.title for card in say.reply.cards)


async def test_what_is_left_out_of_a_search_adds_up(say: Dialogue) -> None:
    every = found(await say("sản phẩm 4 sao"))
    without_wine = found(await say("không lấy rượu"))
    assert found(await say("không lấy trà")) < without_wine < every


@pytest.mark.parametrize(
    "words",
    [
        "quà không có rượu", "quà tặng bố không uống rượu", "quà cho người không uống được rượu", "no wine gift",
        "gift, not alcohol, for my boss", "không lấy rượu, quà tết nào hợp", "除了酒有什么礼物", "不要酒的礼物",
    ],
)  # fmt: skip
async def test_a_wish_without_alcohol(say: Dialogue, words: str) -> None:
    reply = await say(words)
    assert found(reply) > 20
    assert "Rượu" not in reply


@pytest.mark.parametrize(
    "words",
    [
        "any wine for my pregnant wife", "rượu cho bà bầu", "wine for kids", "rượu cho phụ nữ cho con bú",
        "임산부가 마실 술", "孕妇喝什么酒",
    ],
)  # fmt: skip
async def test_alcohol_is_for_no_child(say: Dialogue, words: str) -> None:
    reply = await say(words)
    assert say.reply.cards
    assert "Rượu Diệp Nhật" not in reply


@pytest.mark.parametrize(
    "words", ["i need tea for my diabetes", "do you have honey for my cough", "i want honey for my sick baby"]
)
async def test_what_is_wanted_for_an_illness_is_no_medicine(say: Dialogue, words: str) -> None:
    assert "None of it is a medicine" in await say(words)
