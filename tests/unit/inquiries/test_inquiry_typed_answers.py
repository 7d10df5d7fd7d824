"""Producers just type: words that name nothing answer the question they have open, once they say so."""

import pytest

from catalog.inquiry import Side
from tests.town import DAY, Town
from tests.unit.inquiries.conftest import Folk

ANSWER = "Mai nhà em giao được anh nhé"


async def written(town: Town, ref: str) -> list[str]:
    found = await town.store.inquiries.by_ref(ref)
    assert found is not None
    return [each.text for each in found.messages if each.side is Side.PRODUCER]


async def test_the_only_open_question_is_answered_long_after_it_was_shown(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Mai có giao được không?")
    await town.post()
    await folk.ba("/huongdan")
    shown = await folk.ba(ANSWER)
    assert "“Mai có giao được không?”" in shown
    assert f"“{ANSWER}”" in shown
    assert await written(town, ref) == []
    await folk.ba.tap("Gửi")
    assert await written(town, ref) == [ANSWER]


async def test_of_several_they_say_which(town: Town, folk: Folk) -> None:
    first = await folk.lan.asks("Mai có giao được không?")
    second = await folk.eve.asks("Có bán lẻ không?")
    await town.post()
    await folk.ba("/huongdan")
    shown = await folk.ba(ANSWER)
    assert shown.startswith("Câu này trả lời cho câu hỏi nào ạ?")
    assert f"“{ANSWER}”" in shown
    assert "Câu này trả lời cho câu hỏi nào ạ?" in await folk.ba("gửi")
    await folk.ba.tap(f"#{second}")
    await folk.ba.tap("Gửi")
    assert (await written(town, first), await written(town, second)) == ([], [ANSWER])


@pytest.mark.parametrize("words", ["nem chua 1", "cảm ơn", "số điện thoại?"])
async def test_names_and_small_talk_are_no_answers(town: Town, folk: Folk, words: str) -> None:
    await folk.lan.asks("Mai có giao được không?")
    await town.post()
    await folk.ba("/huongdan")
    assert "Mai có giao được không?" not in await folk.ba(words)


async def test_of_several_an_officer_says_which(town: Town, folk: Folk) -> None:
    """Of what nobody has answered for a day; what came today is the producer's still."""
    first = await folk.lan.asks("Mai có giao được không?")
    second = await folk.eve.asks("Có bán lẻ không?")
    await folk.officer("/huongdan")
    assert "Câu này trả lời cho câu hỏi nào ạ?" not in await folk.officer(ANSWER)
    await town.later(2 * DAY)
    await folk.officer("/huongdan")
    assert (await folk.officer(ANSWER)).startswith("Câu này trả lời cho câu hỏi nào ạ?")
    await folk.officer.tap(f"#{second}")
    await folk.officer.tap("Gửi")
    for ref, words in ((first, []), (second, [ANSWER])):
        found = await town.store.inquiries.by_ref(ref)
        assert found is not None
        assert [each.text for each in found.messages if each.side is Side.OFFICER] == words


async def test_whoever_answers_for_nobody_is_told_that_we_do_not_have_it(town: Town, folk: Folk) -> None:
    await folk.lan.asks("Mai có giao được không?")
    await town.post()
    assert "Mai có giao được không?" not in await folk.eve(ANSWER)


@pytest.mark.parametrize("said", ["Không phải trả lời", "không", "không phải"])
async def test_a_no_to_what_is_shown_back_is_no_part_of_the_answer(town: Town, folk: Folk, said: str) -> None:
    ref = await folk.lan.asks("Mai có giao được không?")
    await town.post()
    assert f"“{ANSWER}”" in await folk.ba(ANSWER)
    await folk.ba(said)
    assert said not in folk.ba.last
    await folk.ba("gửi")
    assert await written(town, ref) == []


async def test_what_is_written_after_a_newer_question_answers_that_one(town: Town, folk: Folk) -> None:
    first = await folk.lan.asks("Mai có giao được không?")
    await town.post()
    await folk.ba(ANSWER)
    second = await folk.eve.asks("Một hộp mấy cái?")
    await town.post()
    shown = await folk.ba("Mười cái ạ")
    assert "“Một hộp mấy cái?”" in shown
    assert f"“{ANSWER}”" in shown, "what was not sent is not lost without a word"
    await folk.ba("gửi")
    assert (await written(town, first), await written(town, second)) == ([], ["Mười cái ạ"])
