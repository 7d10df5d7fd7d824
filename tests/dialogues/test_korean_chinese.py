"""A shopper from Korea or China is understood and answered in their own language, and may change it with one tap."""

import re

import pytest

from handlers.context import DraftStep
from handlers.messages import Tap
from handlers.thread import MessageAct
from tests.conftest import Dialogue

HANGUL, HAN = re.compile("[가-힣]"), re.compile("[一-鿿]")


@pytest.mark.parametrize(
    ("asked", "found", "script"),
    [
        ("유효한 4성 쌀국수", "Mỳ gạo", HANGUL),
        ("박닌의 도자기", "Tranh gốm quà tặng", HANGUL),
        ("술안주 추천", "Nem", HANGUL),
        ("리치", "Vải thiều", HANGUL),
        ("有效的4星面条", "Mỳ gạo", HAN),
        ("荔枝", "Vải thiều", HAN),
        ("给孩子吃的水果", "Vải", HAN),
        ("东湖版画", "Tranh Đông Hồ", HAN),
    ],
)
async def test_products_are_found(say: Dialogue, asked: str, found: str, script: re.Pattern[str]) -> None:
    told = await say(asked)
    assert found in told
    assert script.search(told)


async def test_the_script_is_answered_in_its_language_and_changed_in_one_tap(say: Dialogue) -> None:
    assert (await say("OCOP가 뭐예요?")).startswith("OCOP는 베트남 정부의")
    assert say.reply.language == "ko"
    back = say.reply.choices[-1]
    assert back.label == "Tiếng Việt"
    await say("꿀")
    assert say.reply.language == "ko"
    assert all(each.label != "Tiếng Việt" for each in say.reply.choices), "it is offered once"
    assert back.action is not None
    await say(Tap(back.action))
    assert say.reply.language == "vi"
    await say("OCOP是什么")
    assert say.reply.language == "vi", "a language that was chosen stays"
    assert say.reply.choices[-1].label == "中文"


@pytest.mark.parametrize(
    "asked",
    [
        "where can I buy honey please",
        "Who has rice wine at the spring fair?",
        "is there any fair this month",
        "how many stars does it have",
        "honey",
        "rice wine?",
        "honey from Luc Ngan",
        "where is hanoi",
        "do you ship to Korea",
    ],
)
async def test_english_is_answered_in_english_until_vietnamese_is_written(say: Dialogue, asked: str) -> None:
    await say(asked)
    assert say.reply.language == "en"
    assert say.reply.choices[-1].label == "Tiếng Việt"
    await say("Mật ong hoa vải Hằng Hiếu")
    assert say.reply.language == "en", "a name is of no language"
    await say("cái này còn hạn không ạ")
    assert say.reply.language == "vi"
    assert say.reply.choices[-1].label == "English"


@pytest.mark.parametrize(
    "asked",
    [
        "hello",
        "Hi! What is OCOP?",
        "Chu rice noodles Hanh Thai",
        "lychee in Luc Ngan",
        "specialties near Yen Phong",
        "who makes bánh khảo Tiến Lợi",
    ],
)
async def test_one_english_word_beside_names_is_answered_in_english(say: Dialogue, asked: str) -> None:
    await say(asked)
    assert say.reply.language == "en"


@pytest.mark.parametrize(
    "named", ["my gao chu hanh thai", "pate nam", "Snack gạo lứt", "vai thieu luc ngan", "lychee ngon", "sđt please"]
)
async def test_a_name_alone_stays_vietnamese(say: Dialogue, named: str) -> None:
    await say(named)
    assert say.reply.language == "vi"


@pytest.mark.parametrize(
    ("listed", "compares", "many"),
    [
        ("有酒吗", "比较前两个", 2),
        ("有酒吗", "比较前三个", 3),
        ("술", "처음 두 개 비교해 주세요", 2),
        ("rice wine", "compare the first two", 2),
        ("rượu", "so sánh hai cái đầu", 2),
        ("rượu", "so sánh", 3),
    ],
)
async def test_as_many_are_compared_as_are_meant(say: Dialogue, listed: str, compares: str, many: int) -> None:
    await say(listed)
    await say(compares)
    assert len(say.reply.cards) == many


@pytest.mark.parametrize(
    ("language", "ways"),
    [
        ("vi", r"như sau: (.+?)\."),
        ("en", r"like this: (.+?)\."),
        ("ko", r"적어 주세요: (.+)"),
        ("zh", r"名称：(.+?)。"),
    ],
)
async def test_the_example_of_a_comparison_is_understood_as_it_stands(say: Dialogue, language: str, ways: str) -> None:
    speaking = say.speaking(language)
    asked = {"vi": "so sánh", "en": "compare them", "ko": "비교해 주세요", "zh": "比较"}[language]
    example = re.search(ways, (await speaking(asked)).partition("\n")[0])
    assert example is not None
    await speaking(example[1])
    assert len(speaking.reply.cards) == 2


@pytest.mark.parametrize(
    ("listed", "wants", "told", "asks"),
    [
        ("荔枝", "我想采购10吨，六月交货", "vải thiều, 10 吨, 6月", "怎么联系厂家？"),
        ("리치", "3톤 주문하고 싶어요, 6월 납품", "vải thiều, 3 톤, 6월", "생산자 전화번호가 뭐예요?"),
        ("lychee", "I want to buy 10 tons in June", "vải thiều, 10 tonnes, months 6", "what is the phone number?"),
    ],
)
async def test_so_much_is_wanted_of_what_was_spoken_of_and_a_question_does_not_end_it(
    say: Dialogue, listed: str, wants: str, told: str, asks: str
) -> None:
    await say(listed)
    assert told in await say(wants)
    await say(asks)
    assert say.session.thread.last is not None
    assert say.session.thread.last.act is MessageAct.FIELD
    assert f"{told}, " in (await say("Từ Sơn")).partition("\n")[0]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("옌퐁 근처 특산품", "Xã Yên Phong 근처:"),
        ("陆岸附近的蜂蜜", "Xã Lục Ngạn附近："),
        ("specialties near Yen Phong", "Near Xã Yên Phong:"),
        ("北宁附近有什么特产", "找到"),
        ("박닌 근처 특산품", "제품"),
        ("specialties near Bac Ninh city", "I found"),
        ("is there anything else nearby worth visiting", "Where do you start?"),
    ],
)
async def test_what_is_near_a_place_that_is_named_is_told(say: Dialogue, asked: str, first: str) -> None:
    assert (await say(asked)).startswith(first)


@pytest.mark.parametrize("wished", ["给婆婆买点茶叶", "시어머니께 드릴 차", "tea for my grandmother", "trà biếu mẹ"])
async def test_a_wish_beside_a_product_keeps_the_product(say: Dialogue, wished: str) -> None:
    await say(wished)
    assert say.session.thread.last is not None
    assert say.session.thread.last.act is MessageAct.WISH
    assert all(re.search("trà|chè", card.title, re.IGNORECASE) for card in say.reply.cards)


@pytest.mark.parametrize(
    ("wished", "told"),
    [
        ("한국에 가져갈 선물 추천해 주세요", "“해외로 가져가기”"),
        ("trái cây cho bé", "“trái cây, cho trẻ em”"),
        ("매운 거 말고 아이 간식", "“매운 거 말고”은(는) 목록에 정보가 없어"),
        ("not spicy snacks for kids", "I could not consider “not spicy”"),
        ("孩子零食，不要辣的", "“不要辣的”未能考虑"),
    ],
)
async def test_a_wish_is_called_by_its_name_and_what_is_not_considered_is_said(
    say: Dialogue, wished: str, told: str
) -> None:
    assert told in await say(wished)


@pytest.mark.parametrize("wants", ["我想采购荔枝", "我要买2吨荔枝", "리치 2톤 6월 납품"])
async def test_who_buys_in_bulk_is_asked_for_the_rest(say: Dialogue, wants: str) -> None:
    await say(wants)
    assert say.session.draft is not None
    assert say.session.draft.step is DraftStep.SOURCE


async def test_a_word_that_turned_the_language_does_not_keep_it(say: Dialogue) -> None:
    await say("缺货")
    assert say.reply.language == "zh"
    await say("mật ong này giá bao nhiêu")
    assert say.reply.language == "vi"
    await say("/lang zh")
    await say("mật ong này giá bao nhiêu")
    assert say.reply.language == "zh", "a language that was chosen stays"


async def test_some_english_words_offer_english(say: Dialogue) -> None:
    await say("do it in the nem")
    assert say.reply.language == "vi"
    assert say.reply.choices[-1].label == "English"


@pytest.mark.parametrize(
    "asked",
    ["do cung ram", "the nem bui con han it lau ko", "can mua me xung", "for you", "me do", "combo pate", "my that"],
)
async def test_vietnamese_without_marks_is_not_taken_for_english(say: Dialogue, asked: str) -> None:
    await say(asked)
    assert say.reply.language == "vi"


@pytest.mark.parametrize("language", ["ko", "zh"])
async def test_a_shopper_reads_no_english(say: Dialogue, language: str) -> None:
    """All that a card, a list and the menus say is in the language; what is left in Latin letters is data."""
    said = say.speaking(language)
    for words in (
        "mỳ gạo lục ngạn hằng hiếu",
        "rượu",
        "không có tên này",
        "/huongdan",
        "/ngonngu",
        "/cauhoi",
        "xin chào",
    ):
        told = await said(words)
        assert not re.search(r"\b(?:the|of|is|and|your|product|products|star|stars|known|until|type)\b", told), told


async def test_days_are_written_as_the_language_does(say: Dialogue) -> None:
    for language, day in (("ko", "2027년 7월"), ("zh", "2027年7月"), ("vi", "07/2027"), ("en", "07/2027")):
        assert day in await say.speaking(language)("vải thiều lục ngạn hồng xuân")


@pytest.mark.parametrize(
    ("spoken_of", "asked", "act", "field"),
    [
        ("mật ong hoa nhãn", "생산자 연락처 알 수 있을까요?", MessageAct.FIELD, "phones"),
        ("mật ong hoa nhãn", "얼만데", MessageAct.FIELD, "price"),
        ("mật ong hoa nhãn", "공장 주소가 어떻게 되나요?", MessageAct.FIELD, "address"),
        ("mật ong hoa nhãn", "어느 기관에서 인증했나요", MessageAct.FIELD, "issuer"),
        ("mật ong hoa nhãn", "厂家的联系方式给我一下", MessageAct.FIELD, "phones"),
        ("mật ong hoa nhãn", "为什么是五星", MessageAct.FIELD, "stars"),
        ("mật ong hoa nhãn", "怎么冲着喝", MessageAct.FIELD, "ingredients"),
        ("mật ong hoa nhãn", "几月份上市？", MessageAct.FIELD, "season"),
        ("rượu", "첫 번째랑 두 번째 비교해 주세요", MessageAct.COMPARE, ""),
        ("rượu", "第一种和第三种比一下", MessageAct.COMPARE, ""),
        ("rượu", "쌀국수파는곳알려주세요", MessageAct.FIELD, "buy"),
        ("rượu", "베트남 꿀 뭐 있어?", MessageAct.LIST, ""),
        ("rượu", "我想要度数高一点的白酒", MessageAct.LIST, ""),
        ("rượu", "有没有三百千以内的", MessageAct.WISH, ""),
        ("rượu", "有榴莲吗", MessageAct.NOTHING, ""),
        ("rượu", "라면은요?", MessageAct.NOTHING, ""),
        ("rượu", "green tea有吗", MessageAct.CARD, ""),
        ("rượu", "바보야", MessageAct.CHAT, ""),
        ("rượu", "별 5개는 무슨 의미예요?", MessageAct.CHAT, ""),
        ("rượu", "谁来评星级", MessageAct.CHAT, ""),
        ("rượu", "附近有什么好玩的", MessageAct.NEAR, ""),
        ("rượu", "도자기 마을에 가보고 싶어요", MessageAct.LIST, ""),
        ("rượu", "孩子能吃的有什么", MessageAct.WISH, ""),
        ("rượu", "박닌에서 유명한 술 알려줘", MessageAct.LIST, ""),
        ("rượu", "향초 사진 있어?", MessageAct.FIELD, "images"),
        ("rượu", "第二个能不能上门取货", MessageAct.FIELD, "buy"),
        ("rượu", "정보 수정해 주세요 주소가 달라요", MessageAct.ASK, ""),
    ],
)
async def test_what_people_type_is_taken_for_what_it_is(
    say: Dialogue, spoken_of: str, asked: str, act: MessageAct, field: str
) -> None:
    await say(spoken_of)
    assert await say.told(asked) == (act, field)


@pytest.mark.parametrize(
    "asked", ["something without alcohol please", "술 말고 다른 거 없나요?", "不要酒", "trừ rượu ra"]
)
async def test_what_is_not_wanted_is_left_out(say: Dialogue, asked: str) -> None:
    await say("quà biếu sếp")
    assert "Rượu Diệp Nhật" in "".join(each.title for each in say.reply.cards)
    await say(asked)
    assert say.reply.cards
    assert not any("rượu" in each.title.lower() for each in say.reply.cards)
