"""Whoever says what a product is wanted for gets what fits, with why; and may compare, or ask for something cheaper."""

from functools import partial

import pytest

from catalog.dates import PartialDate
from catalog.model import ProductRow
from catalog.passport import IN_FORCE
from handlers.messages import Location, Tap
from tests.conftest import Dialogue, Stock


async def every_page(say: Dialogue, words: str) -> list[tuple[str, str]]:
    """Titles and subtitles of all that is suggested."""
    await say(words)
    found = [(card.title, card.subtitle) for card in say.reply.cards]
    while onwards := [each.action for each in say.reply.choices if each.label == "Trang sau →"]:
        assert onwards[0] is not None
        await say(Tap(onwards[0]))
        found += [(card.title, card.subtitle) for card in say.reply.cards]
    return found


@pytest.mark.parametrize(
    ("wish", "why", "fits", "never"),
    [
        ("làm quà biếu sếp", "hợp làm quà biếu", "Tranh Đông Hồ", "Nem"),
        ("đặc sản Bắc Ninh mang ra nước ngoài", "đồ khô, để được lâu", "Mỳ", "Nem"),
        ("đồ nhắm", "hợp làm đồ nhắm", "Nem", "Rượu"),
        ("do nham", "hợp làm đồ nhắm", "Giò", "Rượu"),
        ("món ăn chay", "tên không có thịt, cá", "Măng", "Giò"),
        ("mua gì cho bé", "món quen của trẻ", "Vải", "Rượu"),
        ("đồ cúng rằm", "hợp bày mâm cúng", "Nhang", "Nem"),
    ],
)
async def test_a_wish_is_met_with_why(say: Dialogue, wish: str, why: str, fits: str, never: str) -> None:
    found = await every_page(say, wish)
    assert all(why in subtitle for _, subtitle in found), found
    assert any(title.startswith(fits) for title, _ in found), found
    assert not any(title.startswith(never) for title, _ in found), found


async def test_stars_in_force_come_first(say: Dialogue) -> None:
    await say("làm quà")
    assert all(card.standing in IN_FORCE for card in say.reply.cards)


async def test_conditions_narrow_it_and_can_be_taken_back(say: Dialogue) -> None:
    told = await say("quà biếu sếp 4 sao ở Lục Ngạn")
    assert told.startswith("Danh mục chưa có sản phẩm nào hợp với “quà biếu sếp 4 sao ở Lục Ngạn”.")
    chip = next(each for each in say.reply.choices if each.label == "✕ 4 sao")
    assert chip.action is not None
    assert (await say(Tap(chip.action))).partition(" ")[2].startswith("sản phẩm hợp với “quà biếu sếp”")


async def test_what_fits_near_is_asked_for_a_place(say: Dialogue) -> None:
    assert "Bạn đang ở đâu?" in await say("đồ nhắm gần tôi")
    assert "hợp với “đồ nhắm”" in await say(Location(21.27, 106.19))


async def test_prices_that_nobody_knows_are_said_to_be_unknown(say: Dialogue) -> None:
    told = await say("đồ nhắm dưới 100 nghìn")
    assert told.startswith("Danh mục chưa biết giá của sản phẩm nào")
    assert say.reply.cards


async def test_a_product_that_is_named_is_shown(say: Dialogue) -> None:
    for words in ("tranh gốm quà tặng", "nem bùi thượng hải làm quà biếu"):
        await say(words)
        assert len(say.reply.cards) == 1, words
        assert say.reply.cards[0].product, words


async def test_two_products_are_compared(say: Dialogue, stock: Stock) -> None:
    await stock(
        ProductRow("Kẹo lạc Thử", producer="A", stars=4, details={"price": "50.000 đ/hộp"}),
        ProductRow("Kẹo vừng Thử", producer="B", stars=3, details={"price": "30.000 đ/hộp"}),
    )
    told = await say("so sánh kẹo lạc thử với kẹo vừng thử")
    assert [card.title for card in say.reply.cards] == ["Kẹo lạc Thử", "Kẹo vừng Thử"]
    assert "Giá thấp hơn: Kẹo vừng Thử" in told
    assert "50.000 đ/hộp" in told
    await say("kẹo lạc thử")
    assert "Cùng loại và rẻ hơn Kẹo lạc Thử:" in await say("có cái nào rẻ hơn không")
    assert [card.title for card in say.reply.cards] == ["Kẹo vừng Thử"]


async def test_a_comparison_tells_the_day_of_a_price_the_season_and_how_far_it_is(say: Dialogue, stock: Stock) -> None:
    noted = partial(ProductRow, source="Sở NN&MT", as_of=PartialDate(2026, 9))
    told = {"price": "50.000 đ/hộp", "season": "6-7"}
    await stock(
        noted("Kẹo lạc Thử", producer="A", address="phường Từ Sơn, tỉnh Bắc Ninh", details=told),
        noted("Kẹo vừng Thử", producer="B"),
    )
    await say("gần tôi có gì")
    await say(Location(21.18, 106.07))
    await say("so sánh kẹo lạc thử với kẹo vừng thử")
    first, second = say.reply.cards
    assert first.subtitle.startswith("50.000 đ/hộp (tính đến 09/2026) — Mùa vụ: tháng 6-7 — khoảng ")
    assert " km — A" in first.subtitle
    assert second.subtitle.startswith("chưa rõ giá — B")


async def test_what_was_shown_is_compared(say: Dialogue) -> None:
    await say("rượu vân hương")
    shown = [card.title for card in say.reply.cards]
    for words in ("so sánh mấy cái này", "so sánh các loại này", "so sánh"):
        told = await say(words)
        assert [card.title for card in say.reply.cards] == shown
        assert "chưa rõ giá" in told


async def test_what_cannot_be_compared_is_asked_for(say: Dialogue) -> None:
    assert "Bạn viết cả hai tên" in await say("so sánh")
    assert "không tìm thấy “điện thoại iphone”" in await say("so sánh nem bùi với điện thoại iphone")
    assert "Rẻ hơn sản phẩm nào?" in await say.another("binh")("rẻ hơn")


async def test_in_english(say: Dialogue) -> None:
    assert "fit “gift for my boss”" in await say.speaking("en")("a gift for my boss")
