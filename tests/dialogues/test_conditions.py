"""Conditions in words: certificates in force, nearness; lists that turn; names that come near."""

import re

import pytest

from catalog import passport
from catalog.dates import PartialDate
from catalog.model import EventKind, ProductRow
from catalog.passport import Standing
from handlers.actions import Verb
from handlers.messages import Card, Location, Tap, Want
from tests.conftest import TODAY, Dialogue, Stock
from tests.dialogues.cards import first_line
from tests.dialogues.conftest import tuong

IN_FORCE = {Standing.VALID, Standing.ENDING}
HOME = Location(21.06, 106.03)


async def every_standing(say: Dialogue, words: str) -> list[Standing]:
    """How each product of the list stands, over all of its pages."""
    return [card.standing for card in await every_card(say, words)]


async def every_card(say: Dialogue, words: str) -> list[Card]:
    """The cards of the list, over all of its pages."""
    await say(words)
    found = [*say.reply.cards]
    while turn := next((each for each in say.reply.choices if each.label in {"Trang sau →", "Next →"}), None):
        assert turn.action is not None
        await say(Tap(turn.action))
        found += say.reply.cards
    return found


@pytest.mark.parametrize(
    "words",
    [
        "sản phẩm 4 sao còn hạn", "san pham 4 sao con han", "4 sao còn hiệu lực", "sản phẩm 4 sao chưa hết hạn",
        "4 star products still valid", "sanr phaamr 4 sao conf hanj", "còn hạn 4 sao",
    ],
)  # fmt: skip
async def test_what_is_in_force_is_all_that_is_listed(say: Dialogue, words: str) -> None:
    found = await every_standing(say, words)
    assert len(found) > 5
    assert set(found) <= IN_FORCE


@pytest.mark.parametrize("words", ["sản phẩm hết hạn", "ocop đã hết hạn", "expired products", "sản phẩm không còn hạn"])
async def test_what_is_over(say: Dialogue, words: str) -> None:
    found = set(await every_standing(say, words))
    assert found
    assert found <= {Standing.LAPSED, Standing.PRESUMED_LAPSED}


@pytest.mark.parametrize("words", ["sản phẩm sắp hết hạn", "products expiring soon", "sp gần hết hạn"])
async def test_what_is_ending(say: Dialogue, stock: Stock, words: str) -> None:
    await stock(tuong(40, id="sap", name="Kẹo lạc Thử", decided=PartialDate(2023, 12, 5)))
    found = await every_standing(say, words)
    assert found
    assert set(found) == {Standing.ENDING}


async def test_the_condition_can_be_taken_back(say: Dialogue) -> None:
    await say("sản phẩm 4 sao còn hạn")
    before = say.reply.page
    chip = next(each for each in say.reply.choices if each.label == "✕ còn hạn")
    assert chip.action is not None
    await say(Tap(chip.action))
    assert before is not None
    assert say.reply.page is not None
    assert say.reply.page.total > before.total


async def test_only_what_leads_somewhere_is_offered_to_take_back(say: Dialogue) -> None:
    answer = await say("hằng hiếu bán gì")
    assert say.reply.cards
    assert "✕" not in answer, "“bán gì” alone finds nothing"
    assert "✕ HTX Dịch vụ nông nghiệp Hằng Hiếu" in await say("mỳ gạo của hằng hiếu")


async def test_in_force_comes_first_among_as_many_stars(say: Dialogue) -> None:
    found = await every_standing(say, "sản phẩm 4 sao")
    valid = [standing in IN_FORCE for standing in found]
    assert valid == sorted(valid, reverse=True)


async def test_in_force_comes_first_of_one_name(say: Dialogue, stock: Stock) -> None:
    old = {"decided": PartialDate(2020, 1, 1), "name": "Kẹo lạc Thử"}
    fresh = {"decided": PartialDate(2026, 1, 1), "name": "Kẹo lạc Thử"}
    await stock(tuong(40, id="cu", **old), tuong(41, id="moi", **fresh))
    await say("kẹo lạc thử")
    assert [card.standing for card in say.reply.cards] == [Standing.VALID, Standing.LAPSED]


async def test_a_named_product_is_shown_however_it_stands(say: Dialogue, stock: Stock) -> None:
    await stock(tuong(40, id="cu", name="Kẹo lạc Thử", decided=PartialDate(2020, 1, 1)))
    for words in ("kẹo lạc thử còn hạn", "kẹo lạc thử còn hạn không", "kẹo lạc thử hết hạn chưa"):
        visitor = say.another(words)
        await visitor(words)
        assert [(card.title, card.standing) for card in visitor.reply.cards] == [("Kẹo lạc Thử", Standing.LAPSED)]


async def test_that_nothing_meets_the_conditions_is_said(say: Dialogue) -> None:
    answer = await say("sản phẩm 5 sao hết hạn")
    assert first_line(answer) == "Danh mục chưa có sản phẩm nào khớp với “sản phẩm 5 sao hết hạn”."
    assert {each.label for each in say.reply.choices} >= {"✕ 5 sao", "✕ hết hạn"}


async def test_that_nothing_is_ending_is_said(say: Dialogue) -> None:
    answer = await say("sản phẩm sắp hết hạn")
    assert first_line(answer) == "Danh mục chưa có sản phẩm nào khớp với “sản phẩm sắp hết hạn”."
    assert not say.reply.cards


def taken_away(number: int, kind: EventKind, **more: object) -> ProductRow:
    return tuong(number, status=kind, act="55/QĐ-UBND", act_decided=PartialDate(2026, 11, 2), **more)


@pytest.mark.parametrize(
    ("words", "standing"),
    [
        ("sản phẩm bị thu hồi", Standing.WITHDRAWN),
        ("ocop đã thu hồi", Standing.WITHDRAWN),
        ("sản phẩm thu hồi", Standing.WITHDRAWN),
        ("withdrawn products", Standing.WITHDRAWN),
        ("sản phẩm bị hủy công nhận", Standing.ANNULLED),
    ],
)
async def test_what_was_taken_away_is_listed_apart(say: Dialogue, stock: Stock, words: str, standing: Standing) -> None:
    await stock(
        taken_away(40, EventKind.WITHDRAWN, name="Kẹo lạc Thử"), taken_away(41, EventKind.ANNULLED, name="Kẹo vừng Thử")
    )
    assert await every_standing(say, words) == [standing]
    assert "★" not in await say(words)


async def test_whoever_asks_for_stars_gets_none_that_was_taken_away(say: Dialogue, stock: Stock) -> None:
    await stock(
        taken_away(40, EventKind.WITHDRAWN, name="Kẹo lạc Thử", stars=4),
        taken_away(41, EventKind.WITHDRAWN, name="Kẹo dừa Thử", stars=4, effective=PartialDate(2027, 1, 1)),
    )
    found = {card.title: card.standing for card in await every_card(say, "sản phẩm 4 sao")}
    assert "Kẹo lạc Thử" not in found
    assert found["Kẹo dừa Thử"] is Standing.ENDING, "what is decided for a day to come is in force until then"
    assert "Kẹo dừa Thử" in {card.title for card in await every_card(say, "sản phẩm 4 sao còn hạn")}
    assert "Kẹo lạc Thử" not in {card.title for card in await every_card(say, "sản phẩm hết hạn")}
    assert "Kẹo lạc Thử" in {card.title for card in await every_card(say, "sản phẩm 4 sao không còn hiệu lực")}
    assert "đã bị thu hồi (từ 02/11/2026" in await say("kẹo lạc thử bị thu hồi chưa")
    assert "Kẹo lạc Thử" in await say("55/QĐ-UBND")


async def test_what_counts_is_told_by_the_passport(say: Dialogue) -> None:
    await say("sản phẩm còn hạn")
    products = await say._context.store.products([str(each.choices[0].action).split()[1] for each in say.reply.cards])
    assert products
    assert all(passport.of(each.certificates, TODAY).standing in IN_FORCE for each in products)


async def test_near_me_keeps_the_other_wishes(say: Dialogue) -> None:
    await say("4 sao gần tôi")
    assert say.reply.wants is Want.LOCATION
    answer = await say(HOME)
    assert say.reply.cards
    assert all(card.stars == 4 for card in say.reply.cards)
    assert "cách bạn" in answer
    assert "Gần nhất trước" not in answer
    assert "✕ 4 sao" in answer


async def test_near_me_by_its_button_keeps_the_search(say: Dialogue) -> None:
    await say("mận chín")
    near = next(each for each in say.reply.choices if each.label == "Gần nhất trước")
    assert near.action is not None
    await say(Tap(near.action))
    assert say.reply.wants is Want.LOCATION
    await say(HOME)
    assert all(card.title.startswith("Mận Chín") for card in say.reply.cards)
    assert all("cách bạn" in card.subtitle for card in say.reply.cards)


async def test_a_place_shared_unasked_lists_what_is_near(say: Dialogue) -> None:
    answer = await say(HOME)
    assert say.reply.page is not None
    assert "cách bạn" in answer
    assert say.reply.cards[0].subtitle.endswith(("km", "km away"))
    away = [re.findall(r"(?:dưới|khoảng) (\d+) km", card.subtitle) for card in say.reply.cards]
    assert [int(each[0]) for each in away] == sorted(int(each[0]) for each in away)


async def test_a_list_between_ends_what_waited_for_the_place(say: Dialogue) -> None:
    await say("4 sao gần tôi")
    await say("mận chín")
    await say(HOME)
    assert {card.stars for card in say.reply.cards} != {4} or "✕ 4 sao" not in {c.label for c in say.reply.choices}


@pytest.mark.parametrize("words", ["near me", "4 star near me", "rượu nearby"])
async def test_near_me_in_english(say: Dialogue, words: str) -> None:
    english = say.speaking("en")
    await english(words)
    assert english.reply.wants is Want.LOCATION
    assert "away" in await english(HOME)


async def test_one_word_shows_all_pages(say: Dialogue, stock: Stock) -> None:
    await stock(*(tuong(number, id=f"keo-{number}", name=f"Kẹo thử {number}", stars=3) for number in range(50, 64)))
    await say("kẹo")
    seen = [card.title for card in say.reply.cards]
    assert say.reply.page is not None
    assert say.reply.page.total >= 14
    while turn := next((each for each in say.reply.choices if each.label in {"Trang sau →", "Next →"}), None):
        assert turn.action is not None
        await say(Tap(turn.action))
        seen += [card.title for card in say.reply.cards]
    assert {f"Kẹo thử {number}" for number in range(50, 64)} <= set(seen)
    assert len(seen) == len(set(seen)) == say.reply.page.total


@pytest.mark.parametrize(("word", "least"), [("gạo", 6), ("sen", 4), ("gao", 6), ("rượu", 8), ("gaoj", 6)])
async def test_one_word_lists_every_name_that_holds_it(say: Dialogue, word: str, least: int) -> None:
    await say(word)
    assert say.reply.page is not None
    assert say.reply.page.total >= least


async def test_guesses_lead_to_all_of_them(say: Dialogue) -> None:
    await say("rượu")
    total = say.reply.page.total if say.reply.page else 0
    assert total > 3


async def test_the_nearest_names_are_buttons(say: Dialogue) -> None:
    answer = await say("giò chả heo sữa")
    assert first_line(answer) == "Danh mục chưa có “giò chả heo sữa”."
    near = [each for each in say.reply.choices if each.action and each.action.verb is Verb.PRODUCT]
    assert near
    assert "Tên gần nhất ở ngay dưới" in answer
    assert near[0].action is not None
    await say(Tap(near[0].action))
    assert say.reply.cards[0].title == near[0].label


async def test_the_other_one_is_never_the_same(say: Dialogue, stock: Stock) -> None:
    await stock(*(tuong(number, id=f"keo-{number}", name="Kẹo thử", stars=3) for number in range(50, 58)))
    await say("/nope keo-50")
    makers = [card.subtitle for card in say.reply.cards]
    while turn := next((each for each in say.reply.choices if each.label in {"Trang sau →", "Next →"}), None):
        assert turn.action is not None
        await say(Tap(turn.action))
        makers += [card.subtitle for card in say.reply.cards]
    assert makers == [f"HTX Tương {number} — xã Đình Tổ" for number in range(51, 58)]


@pytest.mark.parametrize("words", ["tương dưới 100 nghìn", "tương mùa này"])
async def test_price_and_season_narrow_a_list_and_are_taken_back(say: Dialogue, stock: Stock, words: str) -> None:
    await stock(
        tuong(2, details={"price": "60.000 đ/chai (tính đến 06/2026)", "season": "10-12"}),
        tuong(3, details={"price": "90.000 đ/chai", "season": "11"}),
        tuong(4, details={"price": "150.000 đ/chai", "season": "2-3"}),
    )
    await say(words)
    assert {card.subtitle.partition(" —")[0] for card in say.reply.cards} == {"HTX Tương 2", "HTX Tương 3"}
    assert f"✕ {words.removeprefix('tương ')}" in [choice.label for choice in say.reply.choices]


async def test_that_no_price_is_known_is_said(say: Dialogue, stock: Stock) -> None:
    answer = await say("đặc sản dưới 1,5 triệu")
    assert first_line(answer) == "Danh mục chưa biết giá của sản phẩm nào trong số này."
    assert "✕ dưới 1,5 triệu" in {choice.label for choice in say.reply.choices}
    assert first_line(await say("sản phẩm tháng 6")) == "Danh mục chưa biết mùa vụ của sản phẩm nào trong số này."
    await stock(tuong(2))
    named = await say("tương dưới 100 nghìn")
    assert first_line(named) == "Danh mục chưa biết giá của sản phẩm nào trong số này."
    assert say.reply.cards
    english = say.speaking("en")
    assert first_line(await english("products under 100k")).startswith("The catalogue does not know the price")


async def test_no_product_with_other_stars_stands_in(say: Dialogue) -> None:
    stars = {card.stars for card in await every_card(say, "sản phẩm dưới 5 sao")}
    assert stars
    assert stars <= {1, 2, 3, 4}
    answer = await say("sản phẩm trên 5 sao còn hạn")
    assert first_line(answer) == "Danh mục chưa có sản phẩm nào khớp với “sản phẩm trên 5 sao còn hạn”."
    assert "✕ trên 5 sao" in {choice.label for choice in say.reply.choices}
