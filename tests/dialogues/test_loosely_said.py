"""People say more than a name: what they name is looked for, what they wish for is met, and nothing is made up."""

import pytest

from catalog.search import Band, Index
from catalog.search.model import Entry
from catalog.wishes import shipped_wishes
from handlers.acts import bare_words
from handlers.messages import Tap
from handlers.thread import MessageAct
from tests.conftest import Dialogue
from tests.dialogues.cards import first_line


async def act_of(say: Dialogue, words: str) -> str:
    """What *words* were taken for."""
    await say(words)
    assert say.session.thread.last is not None
    return say.session.thread.last.act


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("có loại giò nào 4 sao", MessageAct.LIST),
        ("all products from Yen The", MessageAct.LIST),
        ("công ty ptk có mấy món", MessageAct.LIST),
        ("sản phẩm nào hết hạn rồi", MessageAct.LIST),
        ("nấm nào được chứng nhận 4 sao", MessageAct.LIST),
        ("homestay", MessageAct.LIST),
        ("sản phẩm nhóm 6", MessageAct.LIST),
        ("giò chả", MessageAct.LIST),
        ("con tôi 2 tuổi ăn được gì", MessageAct.WISH),
        ("cúng rằm tháng giêng mua gì", MessageAct.WISH),
        ("có gì tầm hai trăm nghìn đổ lại", MessageAct.WISH),
        ("gần Việt Yên có gì", MessageAct.NEAR),
        ("từ thành phố bắc ninh đi nửa ngày được đâu", MessageAct.NEAR),
        ("any villages near Que Vo", MessageAct.NEAR),
        ("bao lâu phải đánh giá lại", MessageAct.CHAT),
        ("quét mã thế nào", MessageAct.CHAT),
        ("tem ocop in ở đâu", MessageAct.CHAT),
        ("ai làm ra con bot này", MessageAct.CHAT),
        ("tks ad nhiuuu", MessageAct.CHAT),
        ("dien thoai htx mo dao", MessageAct.FIELD),
        ("who certified Ban Ven tea", MessageAct.FIELD),
        ("how many stars does Xuan Truong five colour noodle have", MessageAct.FIELD),
        ("Moc Son leaf yeast wine", MessageAct.CARD),
        ("thời tiết bắc ninh", MessageAct.NOTHING),
        ("bệnh viện bắc ninh", MessageAct.NOTHING),
        ("con mèo 2 tuổi", MessageAct.NOTHING),
        ("homestay sapa", MessageAct.NOTHING),
    ],
)
async def test_what_is_meant_between_other_words(say: Dialogue, words: str, act: MessageAct) -> None:
    assert await act_of(say, words) == act


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("bảo quản thế nào", "ingredients"), ("bà bầu ăn được không", "ingredients"), ("muốn mua thì ra đâu", "buy"),
        ("ai chấm", "issuer"), ("có số nào để đặt không", "phones"), ("which shops carry it", "buy"),
        ("is it still recognised", "expires"), ("한 병에 얼마예요", "price"), ("어떻게 먹어요", "ingredients"),
        ("브랜드가 뭐예요", "producer"), ("언제 인증받았어요", "decided"), ("网上能买吗", "buy"),
        ("怎么保存", "ingredients"),
        ("哪家公司的", "producer"), ("信息来源", "source"), ("工厂在哪", "address"),
    ],
)  # fmt: skip
async def test_a_field_in_many_words_and_languages(say: Dialogue, asked: str, field: str) -> None:
    await say("mật ong hoa vải hằng hiếu")
    assert await act_of(say, asked) == MessageAct.FIELD
    assert say.session.thread.last is not None
    assert say.session.thread.last.field == field


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("꿀 구매하고 싶어요", MessageAct.LIST), ("有证书的产品", MessageAct.LIST), ("vifoco ở đâu", MessageAct.FIELD),
        ("lục ngạn nổi tiếng cái gì", MessageAct.LIST), ("what is made in Luc Ngan", MessageAct.LIST),
        ("what's near me", MessageAct.NEAR), ("thanh toán kiểu gì", MessageAct.CHAT),
        ("tôi mua phải hàng hết hạn", MessageAct.ASK), ("minh tim dau vung den", MessageAct.CARD),
    ],
)  # fmt: skip
async def test_what_is_no_question_about_a_field_and_what_is_one(say: Dialogue, words: str, act: MessageAct) -> None:
    assert await act_of(say, words) == act


@pytest.mark.parametrize("words", ["cái rẻ nhất trong đó", "cái nào rẻ nhất"])
async def test_the_cheapest_of_what_was_shown(say: Dialogue, words: str) -> None:
    await say("mật ong")
    assert await act_of(say, words) == MessageAct.COMPARE


async def test_a_shop_of_a_kind_is_no_wish_for_an_offering(say: Dialogue) -> None:
    """Giò is no giỗ, whatever a word without its marks may be."""
    wish = shipped_wishes().read_loosely("giò chả")
    assert wish is not None
    assert wish.occasion.id == "sausage"
    assert shipped_wishes().read_loosely("gio") is None


async def test_the_sick_come_before_what_is_good(say: Dialogue) -> None:
    await say("mẹ tôi bị ốm nên mua gì")
    assert all("hay được dùng để bồi bổ" in card.subtitle for card in say.reply.cards)


async def test_the_next_page_of_a_wish_said_loosely_is_of_the_same(say: Dialogue) -> None:
    await say("con tôi 2 tuổi ăn được gì")
    first = [card.title for card in say.reply.cards]
    onwards = next(each.action for each in say.reply.choices if each.label == "Trang sau →")
    assert onwards is not None
    await say(Tap(onwards))
    assert all("món quen của trẻ" in card.subtitle for card in say.reply.cards)
    assert not {card.title for card in say.reply.cards} & set(first)


@pytest.mark.parametrize(
    ("language", "begins"), [("vi", "Gần Phường Việt Yên:"), ("en", "Near "), ("ko", "Phường"), ("zh", "Phường")]
)
async def test_near_a_place_that_is_named(say: Dialogue, language: str, begins: str) -> None:
    """The place is for this question only."""
    speaking = say.speaking(language)
    assert (await speaking("gần Việt Yên có gì")).startswith(begins)
    assert speaking.session.here is None or speaking.session.thread.last is not None


async def test_villages_known_for_a_craft(say: Dialogue) -> None:
    told = await say("làng nào làm gốm")
    assert told.startswith("Làng nổi tiếng về món này:\n• Phù Lãng, xã Phù Lãng: làng gốm da lươn")
    assert "Đại Bái" not in await say("làng nào làm đồ gỗ")
    assert first_line(await say("làng nào làm đồ gỗ")) == "Tôi chưa biết làng nào nổi tiếng về “đồ gỗ”."


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("có loại giò nào 4 sao", "giò 4 sao"),
        ("cho tôi hỏi mật ong với ạ", "mật ong"),
        ("x" * 201, ""),
    ],
)
def test_bare_words(said: str, bare: str) -> None:
    assert bare_words(said) == bare


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("dưới hai trăm nghìn", {"vai", "mat-ong"}),
        ("trăm rưỡi nghìn đổ lại", {"vai"}),
        ("200k trở xuống", {"vai", "mat-ong"}),
        ("dưới năm chục nghìn", set()),
        ("tầm 60k", {"vai"}),
        ("khoảng hai trăm năm mươi nghìn", {"mat-ong"}),
    ],
)
def test_amounts_in_words(query: str, ids: set[str]) -> None:
    sold = [Entry("vai", "Vải thiều Lục Ngạn", price=60_000), Entry("mat-ong", "Mật ong rừng", price=180_000)]
    found = Index.build(sold).find(query)
    assert {hit.id for hit in found.hits if found.band is not Band.NOTHING} == ids
