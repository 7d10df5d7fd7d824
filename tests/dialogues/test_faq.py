"""Whoever asks about the programme gets a short answer with its source, and no product."""

import pytest

from tests.conftest import Dialogue


@pytest.mark.parametrize(
    ("question", "begins", "source"),
    [
        ("OCOP là gì", "OCOP là chương trình của Nhà nước", "Nguồn: Quyết định 919/QĐ-TTg"),
        ("5 sao nghia la gi", "5 sao: 90–100 điểm", "Nguồn: Quyết định 148/QĐ-TTg"),
        ("ai cấp sao vậy ad", "Từ 6/7/2025: UBND tỉnh", "Nguồn: Quyết định 1489/QĐ-TTg"),
        ("làm sao biết hàng giả", "Logo in trên nhãn", "Nguồn: Báo Lao Động"),
    ],
)
async def test_a_question_is_answered_with_its_source(say: Dialogue, question: str, begins: str, source: str) -> None:
    told = await say(question)
    assert told.startswith(begins)
    assert source in told
    assert not say.reply.cards


async def test_the_number_is_counted_now(say: Dialogue) -> None:
    told = await say("có bao nhiêu sản phẩm")
    assert told.startswith("Danh mục của tôi có 1")
    assert "ngày 24/11/2026" in told
    assert "hơn 770" in told


async def test_in_english(say: Dialogue) -> None:
    assert (await say.speaking("en")("what is OCOP?")).startswith("OCOP is the state programme")


async def test_a_product_is_still_searched(say: Dialogue) -> None:
    for words in ("mỳ gạo chũ xuân trường", "5 sao", "sản phẩm 4 sao còn hạn"):
        await say(words)
        assert say.reply.cards, words
