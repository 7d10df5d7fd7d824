"""Turns as people type them, between others: what is asked of what was shown, and what is no name at all."""

import pytest

from handlers.thread import MessageAct
from tests.conftest import Dialogue

_SHOWN = "mỳ gạo chũ xuân trường"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("xe buýt nào đi", "address"), ("nó bị giả không", "stars"), ("Đặt mua online được không?", "buy"),
        ("hộp này ghi 4 sao có đúng không: trà hoa cúc chi", "stars"),
    ],
)  # fmt: skip
async def test_what_is_asked_after_a_card(say: Dialogue, asked: str, field: str) -> None:
    await say(_SHOWN)
    assert await say.told(asked) == (MessageAct.FIELD, field)


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("sản phẩm của bà lý", MessageAct.LIST), ("siêu thị", MessageAct.NEAR), ("gần kcn vsip", MessageAct.NEAR),
        ("sản phẩm đắt nhất", MessageAct.COMPARE), ("giá nem 50 -60k", MessageAct.LIST), ("huỷ", MessageAct.CHAT),
        ("sản phẩm bị hủy công nhận", MessageAct.LIST), ("lục ngạn có bao nhiêu sản phẩm 4 sao", MessageAct.LIST),
        ("có sản phẩm nào 5* không", MessageAct.LIST), ("cho xem các loại bánh phu thê", MessageAct.LIST),
        ("có cửa hàng nào không", MessageAct.NEAR),
    ],
)  # fmt: skip
async def test_what_begins_a_talk(say: Dialogue, words: str, act: MessageAct) -> None:
    assert (await say.told(words))[0] is act


@pytest.mark.parametrize("asked", ["ăn tối ở đâu", "giao tới nhà rồi trả tiền à"])
async def test_what_is_asked_of_no_product(say: Dialogue, asked: str) -> None:
    await say(_SHOWN)
    assert (await say.told(asked))[0] is MessageAct.CHAT


@pytest.mark.parametrize(
    ("shown", "asked", "field"),
    [
        ("bánh phu thê minh thu", "bánh để được bao lâu vậy shop", "expires"),
        ("hoa cúc mộ đạo", "một chậu bao nhiêu", "price"),
        ("hoa cúc mộ đạo", "1 bình bao nhiêu tiền", "price"), ("rượu men lá thuỷ thượng", "số đt vơi", "phones"),
        ("nem bùi thượng hải", "có chỗ đỗ ô tô không", "address"), ("vải sớm phúc hòa", "ký ngày bao nhiêu", "decided"),
    ],
)  # fmt: skip
async def test_a_field_of_what_was_shown(say: Dialogue, shown: str, asked: str, field: str) -> None:
    await say(shown)
    product = say.session.thread.product
    assert await say.told(asked) == (MessageAct.FIELD, field)
    assert say.session.thread.product == product


async def test_an_older_list_is_not_narrowed_after_a_card(say: Dialogue) -> None:
    await say("mật ong")
    await say("hoa cúc mộ đạo")
    assert (await say.told("htx đó còn trồng hoa gì nữa"))[0] is MessageAct.LIST
    await say("hoa cúc mộ đạo")
    assert (await say.told("lấy 2 tạ được không"))[0] is MessageAct.CHAT


async def test_which_of_a_list(say: Dialogue) -> None:
    await say("mật ong")
    assert (await say.told("trong số này món nào còn hạn"))[0] is MessageAct.LIST


async def test_another_province_is_called_one(say: Dialogue) -> None:
    assert "Hải Phòng" in await say("hải phòng")
    assert "Danh mục chưa có" not in say.reply.text


@pytest.mark.parametrize(
    "asked", ["han su dung bao lau", "để được mấy ngày?", "để tủ lạnh được bao lâu", "hsd?", "bảo quản thế nào"]
)
async def test_how_long_it_keeps_is_no_matter_of_the_certificate(say: Dialogue, asked: str) -> None:
    await say("tương đình tổ htx hoa sen")
    told = await say(asked)
    assert "bao bì" in told
    assert "2027" not in told
    written = await say("1")
    assert f"“{asked}”" in written or "để được bao lâu" in written


async def test_the_validity_is_said_to_be_that_of_the_certificate(say: Dialogue) -> None:
    await say("tương đình tổ htx hoa sen")
    assert "Giấy chứng nhận OCOP còn hiệu lực đến 20/12/2027" in await say("còn hạn không")


async def test_what_is_good_near_a_place_is_ordered_by_nearness(say: Dialogue) -> None:
    await say("gan day co gi ngon ko")
    told = await say("minh o tu son")
    assert "sản phẩm gần nhất đứng trước" in told
    assert "cách bạn" in say.reply.cards[0].subtitle
    last = say.session.thread.last
    assert last is not None
    assert last.act is MessageAct.NEAR


@pytest.mark.parametrize("asked", ["thanh pho bac giang thi sao", "thành phố Bắc Giang có gì ngon"])
async def test_a_city_is_no_noodle_soup(say: Dialogue, asked: str) -> None:
    assert (await say.told(asked))[0] is MessageAct.LIST
    assert all("thành phố Bắc Giang" in card.subtitle for card in say.reply.cards)


async def test_a_price_in_a_wish_is_said_to_be_unknown(say: Dialogue) -> None:
    assert "giá" in await say("Mình muốn tìm quà biếu sếp dịp Tết, tầm 500 nghìn")
    assert say.reply.text.startswith("Danh mục chưa biết giá")


async def test_another_is_compared_with_what_was_spoken_of(say: Dialogue) -> None:
    await say("Mỳ gạo Chũ Hạnh Thái giá bao nhiêu một gói?")
    assert (await say.told("Thế so với mỳ Chũ Xuân Trường thì loại nào hơn?"))[0] is MessageAct.COMPARE
    assert len(say.reply.cards) == 2


@pytest.mark.parametrize(("asked", "field"), [("dc may sao z", "stars"), ("uy tin ko", "stars")])
async def test_short_words_ask_for_the_star(say: Dialogue, asked: str, field: str) -> None:
    await say("mỳ gạo chũ hạnh thái")
    assert await say.told(asked) == (MessageAct.FIELD, field)


async def test_more_of_a_list_is_its_next_page(say: Dialogue) -> None:
    await say("rượu")
    first = [card.title for card in say.reply.cards]
    assert (await say.told("Còn gì nữa không"))[0] is MessageAct.LIST
    assert [card.title for card in say.reply.cards] != first


async def test_only_that_is_no_person(say: Dialogue) -> None:
    await say("co ruou nao ngon k")
    assert "Thơi" not in await say("loai 4 sao thoi")


async def test_which_one_is_good_wants_a_list(say: Dialogue) -> None:
    assert (await say.told("shop oi co ruou nao ngon k"))[0] is MessageAct.LIST


async def test_the_second_one_is_that_one_alone(say: Dialogue) -> None:
    await say("rượu")
    assert await say.told("cái thứ hai do ai sản xuất?") == (MessageAct.FIELD, "producer")
    last = say.session.thread.last
    assert last is not None
    assert len(last.products) == 1
