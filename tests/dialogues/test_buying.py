"""Where to buy close by: shops with their distance, a commune where no more is known, and whom to ask where none is."""

from dataclasses import replace

import pytest

from catalog.audit import Doer
from catalog.sale_points import SaleKind, SalePoint
from handlers.context import Context
from handlers.messages import Location, Want
from handlers.thread import MessageAct
from tests.conftest import TODAY, Dialogue

BAC_NINH = Location(21.18, 106.07)
LAN = Doer(1, "province")


@pytest.fixture
async def shops(context: Context) -> None:
    """A shop with a point, one of which the commune is known, and one online, all for one sauce."""
    tu_son = context.places.called("Từ Sơn")
    assert tu_son is not None
    shop = SalePoint(
        "Quầy Hoa Sen", SaleKind.PLACE, "Cán bộ phường đến tận nơi", TODAY, commune=tu_son.code,
        address="12 Lê Lợi", hours="7h-19h", products=("tuong-1",),
    )  # fmt: skip
    pinned = replace(shop, name="Cửa hàng OCOP", latitude=21.2, longitude=106.07, address="1 Trần Hưng Đạo")
    old = replace(pinned, name="Chợ Giầu", latitude=21.1, longitude=106.0, confirmed=TODAY.replace(year=2024))
    online = replace(shop, name="Shopee Hoa Sen", kind=SaleKind.ONLINE, link="https://shopee.vn/hoasen", commune="")
    for each in (shop, pinned, old, online):
        await context.store.sale_points.enter(each, by=LAN)


async def named(say: Dialogue, words: str = "HTX Hoa Sen tương Đình Tổ") -> None:
    """Speak of the sauce first."""
    assert "HTX Hoa Sen" in await say(words)


@pytest.mark.usefixtures("shops")
async def test_the_place_is_asked_for_and_the_nearest_shop_comes_first(say: Dialogue) -> None:
    await named(say)
    assert (await say("mua ở đâu gần tôi")).startswith("Bạn đang ở đâu?")
    assert say.reply.wants is Want.LOCATION
    last = say.session.thread.last
    assert last is not None
    assert last.act is MessageAct.NEAR
    told = await say(BAC_NINH)
    assert told.startswith(
        "Tương Đình Tổ có bán ở đây, gần bạn nhất ghi trước:\n1. Cửa hàng OCOP (cách bạn khoảng 2 km)"
    )
    assert "   1 Trần Hưng Đạo, Phường Từ Sơn · mở cửa 7h-19h" in told
    assert "Quầy Hoa Sen (ở Phường Từ Sơn, cách khoảng" in told, "no pin is made up"
    assert "hơn một năm chưa ai xác nhận lại" in told
    assert "Nguồn: Cán bộ phường đến tận nơi, xác nhận 24/11/2026" in told
    assert "• Shopee Hoa Sen: shopee.vn/hoasen" in told
    urls = {choice.label: choice.url for choice in say.reply.choices if choice.url}
    assert urls["Đường đến Cửa hàng OCOP"].endswith("destination=21.20000,106.07000")
    assert "21." not in urls["Xem Quầy Hoa Sen trên bản đồ"]
    assert urls["Shopee Hoa Sen"] == "https://shopee.vn/hoasen"


@pytest.mark.usefixtures("shops")
async def test_the_name_of_a_commune_answers_where_one_is(say: Dialogue) -> None:
    await named(say)
    await say("chỗ nào bán cái này gần tôi")
    told = await say("Từ Sơn")
    assert told.startswith("Tương Đình Tổ có bán ở đây, gần Phường Từ Sơn nhất ghi trước:")
    assert "cách Phường Từ Sơn khoảng" in told
    assert not (await say("Từ Sơn")).startswith("Tương Đình Tổ có bán"), "that was answered"


@pytest.mark.usefixtures("shops")
@pytest.mark.parametrize(
    ("language", "words", "begins"),
    [
        ("vi", "cửa hàng OCOP gần Từ Sơn", "Cửa hàng, gần Phường Từ Sơn nhất"),
        ("vi", "chỗ nào bán tương nếp Đình Tổ ở Từ Sơn", "Tương Đình Tổ có bán ở đây"),
        ("en", "where can I buy tương nếp Đình Tổ near Tu Son", "Tương Đình Tổ is sold here, the nearest to"),
        ("en", "shops near me", "Where are you?"),
        ("ko", "근처 매장", "지금 어디에 계신가요?"),
        ("zh", "附近哪里有店", "您在哪里？"),
    ],
)
async def test_it_is_asked_in_many_ways(say: Dialogue, language: str, words: str, begins: str) -> None:
    assert (await say.speaking(language)(words)).startswith(begins)


@pytest.mark.usefixtures("shops")
async def test_the_card_and_the_question_where_to_buy_tell_the_shops(say: Dialogue) -> None:
    card = await say("HTX Hoa Sen tương Đình Tổ")
    assert "Cửa hàng OCOP: 1 Trần Hưng Đạo, Phường Từ Sơn · mở cửa 7h-19h" in card
    assert "còn 1 nơi nữa" in card
    assert any(choice.label == "Mua ở đâu gần tôi" for choice in say.reply.cards[0].choices)
    told = await say("mua ở đâu")
    assert told.startswith("Tương Đình Tổ có bán ở đây:\n• ")
    assert "Danh sách ghi nơi mua: Chợ Dâu" in told


async def test_without_any_shop_the_producer_can_be_asked(say: Dialogue) -> None:
    await named(say)
    told = await say("mua ở đâu gần tôi")
    assert told.startswith("Tôi chưa biết cửa hàng nào bán Tương Đình Tổ.")
    assert "Danh sách ghi nơi mua: Chợ Dâu" in told
    assert "Tôi hỏi giúp HTX Hoa Sen" in told
    asked = await say("1")
    assert "Sản phẩm này mua ở đâu, còn hàng không ạ?" in asked
    assert (await say.another("b")("cửa hàng ocop gần tôi")).startswith("Chưa có cửa hàng nào được ghi.")


@pytest.mark.usefixtures("shops")
async def test_a_half_day_passes_by_a_shop(say: Dialogue) -> None:
    await say("nửa ngày đi được đâu")
    told = await say(BAC_NINH)
    assert "Cửa hàng OCOP, ở Phường Từ Sơn" in told
    assert "nơi bán sản phẩm OCOP, 1 Trần Hưng Đạo" in told


@pytest.mark.parametrize("words", ["mua nem bùi ở đâu", "rượu gần tôi", "hội chợ gần tôi", "mua rượu ở Tiên Du"])
async def test_another_question_is_none(say: Dialogue, words: str) -> None:
    assert "cửa hàng nào" not in await say(words)


@pytest.mark.usefixtures("shops")
@pytest.mark.parametrize("where", ["Paris", "Hà Nội", "xã Không Có"])
async def test_a_place_that_is_not_known_is_said_to_be_none_and_another_may_be_told(say: Dialogue, where: str) -> None:
    await say("mua ở đâu gần tôi")
    assert (await say(where)).startswith(f"Tôi chưa biết “{where}” ở đâu")
    assert (await say("tôi ở Từ Sơn")).startswith("Cửa hàng, gần Phường Từ Sơn nhất ghi trước:")
    assert (await say(f"tương nếp Đình Tổ mua ở đâu gần {where}")).startswith(f"Tôi chưa biết “{where}” ở đâu")


@pytest.mark.usefixtures("shops")
@pytest.mark.parametrize("said", ["cảm ơn", "thôi", "tương nếp Đình Tổ"])
async def test_what_is_no_place_is_answered_as_ever(say: Dialogue, said: str) -> None:
    await say("mua ở đâu gần tôi")
    assert "ở đâu" not in (await say(said)).splitlines()[0]


@pytest.mark.usefixtures("shops")
async def test_who_is_far_away_is_told_so_first(say: Dialogue) -> None:
    await say("mua ở đâu gần tôi")
    assert (await say(Location(48.85, 2.35))).startswith("Chỗ đó xa mọi điểm bán tôi biết")


@pytest.mark.usefixtures("shops")
@pytest.mark.parametrize(
    "said",
    ["mua tương nếp Đình Tổ online", "tương nếp Đình Tổ có bán trên mạng không", "đặt tương nếp Đình Tổ trên shopee"],
)
async def test_who_buys_online_sees_shops_online_alone(say: Dialogue, said: str) -> None:
    told = await say(said)
    assert told.startswith("Tương Đình Tổ có bán trên mạng:\n• Shopee Hoa Sen: shopee.vn/hoasen")
    assert "Quầy Hoa Sen" not in told
    assert "Shopee Hoa Sen" in await say("mua online")


@pytest.mark.usefixtures("shops")
async def test_the_next_page_is_asked_for_in_words(context: Context, say: Dialogue) -> None:
    (shop, *_) = await context.store.sale_points.list_all()
    for number in range(9):
        await context.store.sale_points.enter(replace(shop, name=f"Quầy {number}", number=0), by=LAN)
    await say("cửa hàng gần Từ Sơn")
    assert "\n6. " in await say("xem tiếp")
    assert "11. " in await say("xem tiếp")
    assert "\n6. " not in await say("xem tiếp"), "after the last page there is none"


@pytest.mark.parametrize("place", ["Phường Từ Sơn", "tôi ở Từ Sơn", "ở Từ Sơn"])
async def test_a_commune_tells_where_one_is_whatever_waits_for_it(say: Dialogue, place: str) -> None:
    assert (await say("gần tôi có gì")).startswith("Bạn đang ở đâu?")
    assert (await say(place)).startswith("Gần Phường Từ Sơn:")
    other = say.another("lan")
    await other("hội chợ gần tôi")
    assert (await other(place)).startswith("Gần Phường Từ Sơn:")


@pytest.mark.parametrize(
    "words", ["where can I buy honey near me", "where can I buy lychee near me", "nearest place to buy honey"]
)
async def test_what_many_make_is_told_close_by_in_english_too(say: Dialogue, words: str) -> None:
    await say(words)
    assert say.reply.wants is Want.LOCATION


@pytest.mark.usefixtures("shops")
async def test_a_name_that_is_not_known_is_no_place_once_something_else_was_said(say: Dialogue) -> None:
    await say("mua ở đâu gần tôi")
    await say("cảm ơn")
    assert "ở đâu" not in (await say("Paris")).splitlines()[0]
    assert (await say("tôi ở Từ Sơn")).startswith("Cửa hàng, gần Phường Từ Sơn nhất ghi trước:")


@pytest.mark.parametrize("words", ["buy honey near me", "I want to buy honey near me", "honey producers near me"])
async def test_buying_close_by_is_asked_in_few_english_words(say: Dialogue, words: str) -> None:
    await say(words)
    assert say.reply.wants is Want.LOCATION


async def test_producers_of_something_at_a_place_are_found_by_it(say: Dialogue) -> None:
    assert "Châu Phong" not in await say("honey producers in Luc Ngan")
    assert say.session.thread.product == "mat-ong-hoa-vai-hang-hieu"
