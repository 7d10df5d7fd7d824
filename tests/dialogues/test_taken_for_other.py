"""What sounds like something else: answers like questions, payment like a complaint, a market like a liver."""

import pytest

from catalog import spoken_english
from handlers.context import DraftStep
from handlers.thread import MessageAct
from tests.conftest import Dialogue

_SPOKEN_OF = "bánh chưng khương huy"
_LONG = "hôm trước em đi chơi với bạn bè và người nhà thấy vui lắm " * 10


def told(say: Dialogue) -> tuple[MessageAct | None, str]:
    """The act of what was said last, and its field or topic."""
    last = say.session.thread.last
    assert last is not None
    return last.act, last.field or last.words


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (["200 hộp giá 100k", "tháng nào cũng được"], "bún khô, 200 hộp, quanh năm, 100.000 đ"),
        (["200 hộp", "tháng 6", "4 sao"], "bún khô, 200 hộp, tháng 6, từ 4 sao"),
        (["bao nhiêu cũng được", "tháng 6", "giá 30k"], "bún khô, chưa nói số lượng, tháng 6, 30.000 đ"),
        (["200 hộp", "tháng 6", "giao ở Hà Nội được không"], "bún khô, 200 hộp, tháng 6, giao tại Hà Nội"),
    ],
)
async def test_an_answer_in_a_purchase_stays_in_it(say: Dialogue, answers: list[str], said: str) -> None:
    for each in ["cần mua sỉ bún khô", *answers]:
        answer = await say(each)
    assert answer.startswith(f"Bạn cần: {said}.")


@pytest.mark.parametrize("asked", ["địa chỉ ở đâu", f"{_SPOKEN_OF} giá bao nhiêu", "mua 3 tấn giá bao nhiêu"])
async def test_a_question_in_a_purchase_is_answered_and_the_purchase_waits(say: Dialogue, asked: str) -> None:
    for each in ("cần mua sỉ bún khô", "200 hộp", "tháng 6", asked):
        await say(each)
    assert told(say)[0] is MessageAct.FIELD
    assert say.session.draft is not None
    assert say.session.draft.step is DraftStep.SOURCE


@pytest.mark.parametrize(
    "said",
    [
        "trả tiền khi nhận hàng được không",
        "trả tiền mặt được không",
        "muốn trả tiền trước",
        "giao tới nhà rồi trả tiền à",
        "món này bị chua không",
        "để lâu có bị mốc không",
        "gửi xe có bị vỡ không",
        "có bì không",
        "có mốc không",
    ],
)
async def test_who_asks_before_anything_is_wrong_complains_of_nothing(say: Dialogue, said: str) -> None:
    await say(_SPOKEN_OF)
    await say(said)
    assert say.session.draft is None
    assert told(say)[0] in {MessageAct.FIELD, MessageAct.CHAT, MessageAct.NOTHING}


@pytest.mark.parametrize("said", ["đòi lại tiền", "bị chua hết rồi", "bị mốc rồi", "hàng bị mốc có đổi được không"])
async def test_who_was_wronged_complains(say: Dialogue, said: str) -> None:
    await say(_SPOKEN_OF)
    await say(said)
    assert say.session.draft is not None
    assert say.session.draft.kind == "complaint"


@pytest.mark.parametrize(
    "said",
    [
        "can diabetics eat it", "can cancer patients drink it", "혈압에 효능이 있어요?", "건강에 어떤 효능이 있나요?",
        "对健康有什么好处", "uống vào có giảm mỡ máu không", "ung thư có ăn được không", "con tôi ho ăn được không",
        "bị đau đầu uống được không", "cái này tốt cho gan không",
        "cái này có hại gan không",
    ],
)  # fmt: skip
async def test_what_is_asked_of_an_illness_has_one_answer(say: Dialogue, said: str) -> None:
    await say(_SPOKEN_OF)
    await say(said)
    assert told(say) == (MessageAct.CHAT, "medicine")


@pytest.mark.parametrize("said", ["cho gan nhat o dau", "cho gan day ban gi", "gift for the heart of my mum"])
async def test_a_market_close_by_is_no_liver(say: Dialogue, said: str) -> None:
    await say(said)
    assert told(say) != (MessageAct.CHAT, "medicine")


@pytest.mark.parametrize(
    ("said", "language"),
    [
        (["can mua my that"], "vi"), (["my nay an ngon that"], "vi"), (["co my gao that the"], "vi"),
        (["Where can I buy honey please", "Vại muối dưa của mẹ"], "en"),
        (["Where can I buy honey please", "có rượu không"], "vi"),
        (["Where can I buy bánh đa nem của bà Là?"], "en"),
        (["cần mua sỉ bún khô", "what is this for you"], "vi"),
    ],
)  # fmt: skip
async def test_a_language_is_told_by_words_of_no_other(say: Dialogue, said: list[str], language: str) -> None:
    for each in said:
        await say(each)
    assert say.session.say.language == language


@pytest.mark.parametrize(
    "said",
    [
        "hải phòng", "đà nẵng", "siêu thị", "cửa hàng", "bán ở chợ gần nhà", "sản phẩm đắt nhất",
        "bao giờ nhận được hàng", "à mà em ơi dạ vâng ạ thế thì là mà " * 18,
    ],
)  # fmt: skip
async def test_who_names_something_is_not_only_greeted(say: Dialogue, said: str) -> None:
    await say(said)
    assert told(say) != (MessageAct.CHAT, "hello")


@pytest.mark.parametrize("said", ["e hỏi xíu ạ", "à mà", "em ơi cho hỏi", "anh chị ơi"])
async def test_who_only_begins_is_greeted(say: Dialogue, said: str) -> None:
    await say(said)
    assert told(say) == (MessageAct.CHAT, "hello")


@pytest.mark.parametrize("said", ["tuong con ho", "ho dung nguyen lieu gi"])
async def test_a_tiger_and_they_are_no_cough(say: Dialogue, said: str) -> None:
    await say(said)
    assert told(say) != (MessageAct.CHAT, "medicine")


async def test_the_end_of_a_long_message_is_read(say: Dialogue) -> None:
    await say(f"{_LONG} mật ong hoa vải hằng hiếu giá bao nhiêu")
    assert told(say) == (MessageAct.FIELD, "price")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("có nhiều đường lắm không", "ingredients"), ("hết chưa", "buy"), ("đóng gói sao", "images"),
        ("gọi sao", "phones"), ("có bì không", "images"), ("how do I get there", "address"),
    ],
)  # fmt: skip
async def test_one_word_tells_its_own_field(say: Dialogue, said: str, field: str) -> None:
    await say(_SPOKEN_OF)
    await say(said)
    assert told(say) == (MessageAct.FIELD, field)


@pytest.mark.parametrize(
    "said",
    [
        "chăm sóc khách hàng", "tôi là khách hàng cũ của htx", "mời đối tác dự hội chợ", "tìm đối tác phân phối",
        "thầy cô hướng dẫn nặn gốm ở đâu",
    ],
)  # fmt: skip
async def test_nobody_who_gives_nothing_is_shown_gifts(say: Dialogue, said: str) -> None:
    await say(said)
    assert told(say)[0] is not MessageAct.WISH


@pytest.mark.parametrize("said", ["quà gì cho thầy cô", "biếu đối tác cái gì"])
async def test_gifts_for_partners_and_teachers_are_wished_for(say: Dialogue, said: str) -> None:
    await say(said)
    assert told(say)[0] is MessageAct.WISH


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("qua man", "qua man"),
        ("do man", "do man"),
        ("thit tho", "thit tho"),
        ("tell me about plums man", "plums"),
        ("where is it tho?", "where is it?"),
        ("lychee then", "lychee"),
    ],
)
def test_a_word_of_vietnamese_at_the_end_is_no_english_one(said: str, wanted: str) -> None:
    assert spoken_english.without_lead(said) == wanted


@pytest.mark.parametrize("said", ["quanh năm có gì", "gần Tết có gì", "gần cuối tuần có gì", "em gần đẻ"])
async def test_a_time_is_no_place(say: Dialogue, said: str) -> None:
    assert "Tôi chưa biết" not in await say(said)
