"""Several sentences in one message: what is for people is heard, whatever is asked beside it."""

import pytest

from handlers.thread import MessageAct
from tests.conftest import Dialogue

_HONEY = "Mật ong hoa vải Hằng Hiếu"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("The honey I bought is fake! Where can I buy the real one?", "no real one"),
        ("I want to report a fake. It has no stamp. Who makes it?", "no real one"),
        ("The certificate is fake. Is it still valid?", "no real one"), ("我买到假货了。电话是多少？", "假的"),
        ("전화번호가 틀렸어요. 주소는 어디예요?", "정보가 틀렸고"),
        ("I want to speak to a human. What is your phone number?", "I am a program"),
        ("Please ask the producer for me. Do they ship to Korea?", "What would you like to ask"),
        ("I want to buy 500 kg of honey. What is the price?", "500 kg"),
        ("Tôi muốn khiếu nại. What is this?", "About Mật ong"), ("tôi muốn xóa dữ liệu. what is ocop?", "Xóa tất cả"),
    ],
)  # fmt: skip
async def test_what_is_for_people_is_heard_beside_a_question(say: Dialogue, words: str, answer: str) -> None:
    await say(_HONEY)
    reply = await say(words)
    last = say.session.thread.last
    assert (last is not None and last.act, answer in reply) == (MessageAct.ASK, True), reply


@pytest.mark.parametrize(
    "words",
    [
        "Is honey good for cancer? Do you have honey?", "My grandma has diabetes. Do you have honey?",
        "可以治糖尿病吗？多少钱？",
    ],
)  # fmt: skip
async def test_an_illness_is_heard_beside_a_question(say: Dialogue, words: str) -> None:
    await say(_HONEY)
    reply = await say(words)
    assert "None of it is a medicine" in reply or "都不是药" in reply


async def test_nothing_more_is_followed_whatever_else_is_asked(say: Dialogue) -> None:
    await say(_HONEY)
    await say("theo dõi")
    assert "do not follow" in await say("Stop following it. What is the price?")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("I have a question. Who makes it?", "producer"), ("I want to buy one jar. How much is it?", "price"),
        ("I love honey. How much is it?", "price"),
    ],
)  # fmt: skip
async def test_what_leads_up_to_a_question_hides_none(say: Dialogue, words: str, field: str) -> None:
    await say(_HONEY)
    assert await say.told(words) == (MessageAct.FIELD, field)
