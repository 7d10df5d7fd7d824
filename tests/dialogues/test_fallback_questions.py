"""Questions that no table has word by word: read again among words of every day, or about the card found."""

from math import prod

import pytest

from handlers.acts.vocabulary import vocabulary
from handlers.thread import MessageAct
from tests.conftest import Dialogue

_RAMBLING = (
    "chào bạn mình ở hà nội tuần trước được cho một hộp bánh phu thê minh thu ăn thấy ngon quá giờ muốn đặt thêm mà "
    "không biết liên hệ với ai"
)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("à quên còn giá nữa", "price"), ("thế còn số điện thoại để bác gọi", "phones"),
        ("ở tuốt ngoải luôn hả, địa chỉ chính xác là chỗ nào", "address"), ("uống có nhức đầu k", "ingredients"),
        ("nó được nhà nước công nhận mấy sao", "stars"), ("is the ocop cert still ok", "expires"),
        ("whereabouts is that", "address"), ("공장이 하노이에서 멀어요?", "address"),
        ("냉장 보관해야 하나요?", "ingredients"),
        ("连锁超市能买到吗", "buy"), ("電話號碼是多少", "phones"),
    ],
)  # fmt: skip
async def test_a_question_in_words_of_every_day_is_about_what_was_shown(say: Dialogue, asked: str, field: str) -> None:
    await say("bánh chưng khương huy")
    shown = say.session.thread.product
    await say(asked)
    last = say.session.thread.last
    assert last is not None
    assert (last.act, last.field, say.session.thread.product) == (MessageAct.FIELD, field, shown)


@pytest.mark.parametrize(
    "asked",
    [
        "giá xăng hôm nay",
        "sữa chua",
        "xe máy honda giá bao nhiêu",
        "아이폰 얼마예요",
        "茅台多少钱",
        "vé máy bay đi sài gòn",
    ],
)
async def test_what_may_be_a_name_is_no_such_question(say: Dialogue, asked: str) -> None:
    await say("bánh chưng khương huy")
    await say(asked)
    assert say.session.thread.last is not None
    assert say.session.thread.last.act is not MessageAct.FIELD


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (_RAMBLING, "phones"),
        ("bánh phu thê minh thu tiền nong thế nào", "price"),
        ("cho hỏi bánh phu thê minh thu mua ở đâu được ạ", "buy"),
    ],
)
async def test_a_question_beside_a_name_is_answered_at_once(say: Dialogue, asked: str, field: str) -> None:
    await say(asked)
    last = say.session.thread.last
    assert last is not None
    assert (last.act, last.field) == (MessageAct.FIELD, field)
    assert [each.name for each in await say._context.products(last.products)] == ["Bánh phu thê Minh Thu"]


async def test_a_tomato_is_no_consent(say: Dialogue) -> None:
    for name in ("cà chua", "ca chua"):
        await say(name)
        assert say.session.thread.product, name


async def test_the_third_one_of_a_shorter_page_is_the_third_of_the_page_before(say: Dialogue) -> None:
    await say("đông trùng hạ thảo")
    third = say.session.thread.listed[2]
    await say("xem thêm")
    await say("cái thứ ba")
    assert (await say._context.products([say.session.thread.product]))[0].ref == third


async def test_after_the_last_page_there_is_no_more(say: Dialogue) -> None:
    await say("mận chín")
    first = say.session.thread.listed
    await say("trang sau")
    second = say.session.thread.listed
    assert "Mận Chín" in await say("trang sau")
    assert say.session.thread.listed not in {first, second}
    assert await say("trang sau") == "Danh sách đến đây là hết ạ."
    assert await say("next page") == "Danh sách đến đây là hết ạ."


async def test_the_list_goes_on_after_one_of_it_was_looked_at(say: Dialogue) -> None:
    await say("mận chín")
    first = say.session.thread.listed
    await say("cái thứ hai")
    await say("xem thêm")
    assert len(say.session.thread.listed) == len(first)
    assert say.session.thread.listed != first


async def test_the_dearest_is_compared(say: Dialogue) -> None:
    await say("꿀")
    await say("가장 비싼 거")
    assert say.session.thread.last is not None
    assert say.session.thread.last.act is MessageAct.COMPARE


async def test_all_that_a_named_maker_makes_is_listed(say: Dialogue) -> None:
    await say("công ty vifoco làm những gì")
    assert len(say.session.thread.listed) == 2


@pytest.mark.parametrize(
    ("spoken_of", "asked", "act", "field"),
    [
        ("rượu", "could you tell me more about the second one?", MessageAct.CARD, ""),
        ("rượu", "is the certificate of the first one still in force?", MessageAct.FIELD, "expires"),
        ("rượu", "compare the first and the third", MessageAct.COMPARE, ""),
        ("rượu", "do they also make banh cuon?", MessageAct.CARD, ""),
        ("rượu", "do you have tofu?", MessageAct.NOTHING, ""),
        ("rượu", "has anything got five stars?", MessageAct.LIST, ""),
        ("rượu", "We are importers from Germany. Which 4 star products do you have?", MessageAct.LIST, ""),
        ("rượu", "Is the oyster mushroom organic?", MessageAct.FIELD, "ingredients"),
        ("rượu", "need fresh bamboo shoots for my restaurant", MessageAct.CARD, ""),
        ("mật ong hoa nhãn", "and how much would a jar be?", MessageAct.FIELD, "price"),
        ("mật ong hoa nhãn", "what flower is it from", MessageAct.FIELD, "ingredients"),
        ("mật ong hoa nhãn", "can I visit the bee farm", MessageAct.FIELD, "address"),
        ("mật ong hoa nhãn", "4 star products", MessageAct.LIST, ""),
        ("mật ong hoa nhãn", "is it a bit like treacle", MessageAct.FIELD, "ingredients"),
        ("mật ong hoa nhãn", "Does it come in a nice bottle? show me a picture", MessageAct.FIELD, "images"),
        ("mật ong hoa nhãn", "lovely, thank you for your help", MessageAct.CHAT, ""),
        ("mật ong hoa nhãn", "this bot is useless", MessageAct.CHAT, ""),
    ],
)
async def test_english_is_taken_for_what_it_is(
    say: Dialogue, spoken_of: str, asked: str, act: MessageAct, field: str
) -> None:
    await say(spoken_of)
    assert await say.told(asked) == (act, field)


async def test_who_complains_may_still_ask(say: Dialogue) -> None:
    await say("I bought a fake")
    await say("ruou diep nhat")
    await say("does it contain sugar?")
    assert say.session.thread.last is not None
    assert say.session.thread.last.field == "ingredients"
    assert say.session.draft is not None, "the complaint goes on"


def test_the_tables_have_no_more_ways_than_are_quickly_read() -> None:
    """One line too generous makes a million: each start would take seconds, and 180 MiB more."""
    ways = {pattern: prod(len(part) for part in pattern.parts) for pattern in vocabulary().patterns}
    assert sum(ways.values()) < 400_000
    assert max(ways.values()) < 40_000
