"""Words that narrow the list just shown: "loại 3 sao thôi", "chỉ lấy ở Gia Bình", "rẻ hơn", in every language."""

import pytest

from handlers.thread import MessageAct
from tests.conftest import Dialogue
from tests.dialogues.cards import first_line


def _shown(say: Dialogue) -> tuple[str, ...]:
    last = say.session.thread.last
    return last.products if last is not None else ()


@pytest.mark.parametrize(
    ("listed", "said", "kept"),
    [
        ("tương", "loại 4 sao thôi", {"tuong-1"}),
        ("tương", "chỉ lấy 4 sao nhé", {"tuong-1"}),
        ("tương", "có loại 4 sao không", {"tuong-1"}),
        ("tương", "only 4 stars", {"tuong-1"}),
        ("tương", "4성만", {"tuong-1"}),
        ("tương", "只要四星的", {"tuong-1"}),
        ("mật ong", "chỉ lấy ở Lục Ngạn", {"mat-ong-hoa-vai-hang-hieu"}),
        ("mật ong", "chi lay o son dong thoi", {"mat-ong-rung-son-dong"}),
        ("honey", "only in Son Dong", {"mat-ong-rung-son-dong"}),
        ("mật ong", "loại hoa nhãn thôi", {"mat-ong-hoa-nhan-chau-phong"}),
        ("rượu", "loại men lá thôi", {"ruou-men-la-moc-son", "ruou-thoc-men-la-moc-son", "ruou-men-la-thuy-thuong"}),
    ],
)
async def test_a_condition_narrows_what_was_shown(say: Dialogue, listed: str, said: str, kept: set[str]) -> None:
    await say(listed)
    await say(said)
    products = {each.id for each in await say._context.products(_shown(say))}
    assert products == kept


async def test_a_narrowed_list_is_narrowed_again_and_widened_by_a_button(say: Dialogue) -> None:
    await say("rượu")
    await say("loại 3 sao thôi")
    first = set(_shown(say))
    await say("chỉ ở Yên Thế thôi")
    assert set(_shown(say)) < first
    assert any(choice.label.startswith("✕ ") for choice in say.reply.choices)


async def test_another_condition_of_the_same_kind_takes_the_place_of_the_first(say: Dialogue) -> None:
    await say("rượu 4 sao")
    four = set(_shown(say))
    await say("chỉ 3 sao thôi")
    assert _shown(say)
    assert four.isdisjoint(_shown(say))


@pytest.mark.parametrize("said", ["loại khô thôi", "chỉ lấy ở Gia Bình thôi"])
async def test_what_none_of_the_list_is_leaves_the_list(say: Dialogue, said: str) -> None:
    await say("mật ong")
    before = _shown(say)
    assert "danh sách vừa rồi" in first_line(await say(said))
    assert _shown(say) == before
    await say("cái thứ hai")
    assert _shown(say)


@pytest.mark.parametrize(
    ("listed", "said"), [("rice noodles", "only dried ones"), ("꿀", "말린 것만"), ("蜂蜜", "只要干的")]
)
async def test_the_same_is_said_in_other_languages(say: Dialogue, listed: str, said: str) -> None:
    await say.speaking("en")(listed)
    await say(listed)
    before = _shown(say)
    await say(said)
    assert _shown(say) == before


@pytest.mark.parametrize("said", ["thôi", "thôi không cần nữa", "chỉ đường giúp em", "chị ơi"])
async def test_other_words_narrow_nothing(say: Dialogue, said: str) -> None:
    await say("mật ong")
    assert "danh sách vừa rồi" not in await say(said)


@pytest.mark.parametrize("said", ["rẻ hơn", "cái nào rẻ nhất", "the cheapest one"])
async def test_the_cheapest_is_one_of_the_whole_list(say: Dialogue, said: str) -> None:
    await say("mận chín")
    assert say.reply.page is not None
    assert say.reply.page.total == 12
    await say(said)
    last = say.session.thread.last
    assert last is not None
    assert last.act is MessageAct.COMPARE
    assert "12" in first_line(await say(said))


@pytest.mark.parametrize(
    ("more", "third"), [("xem thêm", "cái thứ ba"), ("下一页", "第三个"), ("다음 페이지", "세 번째 거")]
)
async def test_the_third_one_is_of_the_page_that_is_shown(say: Dialogue, more: str, third: str) -> None:
    await say("mận chín")
    first = _shown(say)
    await say(more)
    page = _shown(say)
    assert set(first).isdisjoint(page)
    await say(third)
    assert _shown(say) == (page[2],)


@pytest.mark.parametrize("asked", ["sao", "sao?", "mấy sao", "별", "星级"])
async def test_stars_alone_are_asked_of_the_card(say: Dialogue, asked: str) -> None:
    await say("tương đình tổ htx hoa sen")
    await say(asked)
    last = say.session.thread.last
    assert last is not None
    assert (last.act, last.field) == (MessageAct.FIELD, "stars")
