"""A language is one folder: with it there, every place where we say something says it in that language."""

import io
from collections.abc import AsyncIterator, Iterator
from dataclasses import astuple
from datetime import date
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from bot.channel import Delivery
from bot.channels.mail.channel import compose_email
from bot.channels.telegram import inline
from bot.channels.telegram.draw import draw
from bot.channels.telegram.keyboard import asking
from bot.channels.telegram.strings import COMMANDS, describe_commands
from bot.commands.labels import wording_in
from bot.pages.drawing import render_missing, render_product
from catalog import passport
from catalog.label.layout import TextLine, arrange
from handlers.messages import Location, Person, Photo, Strange
from handlers.phrases import languages, speech
from tests.browser.stand import House, open_app
from tests.conftest import Dialogue
from tests.dialogues.conftest import BEFORE, WHOLE
from tests.pseudo import LANGUAGE, said_in, spoken, words_outside

DATA = (
    *(str(value) for row in (WHOLE, BEFORE) for value in astuple(row)),
    "Phường Xã Thuận Thành Trí Quả Bắc Ninh Đình Tổ bac ninh gov vn https ocop test lang xx og website",
)
WHITE = io.BytesIO()
Image.new("RGB", (600, 600), "white").save(WHITE, "PNG")


@pytest.fixture(autouse=True)
def language(tmp_path: Path) -> Iterator[None]:
    with spoken(tmp_path / "locale"):
        yield


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with open_app() as opened:
        yield opened


def test_it_is_one_of_our_languages() -> None:
    assert languages() == ("vi", "en", "ko", LANGUAGE, "zh")
    assert speech(f"{LANGUAGE}-Latn").language == LANGUAGE
    say = speech(LANGUAGE)
    counted = [say.count("{number} product", "{number} products", number) for number in (1, 3, 5, 12, 22)]
    assert [each.strip("«»").partition("|")[0] for each in counted] == ["one", "few", "many", "many", "few"]


async def test_a_conversation(say: Dialogue) -> None:
    said = say.speaking(LANGUAGE)
    asked = ("xin chào", "cảm ơn", "OCOP-BN-77", "1", "không có tên này", "8936000000003", "/huongdan", "/cauhoi")
    for words in (*asked, "/dulieu", "/ngonngu", Photo(WHITE.getvalue()), Strange("sticker")):
        answer = await said(words)
        assert "«" in answer
        # What is handed over as data has the names that programs read.
        assert words_outside(answer.partition("{")[0], (*DATA, *asked)) == set(), answer


async def test_products_near_a_place(say: Dialogue) -> None:
    said = say.speaking(LANGUAGE)
    assert (await said(Location(21.1, 106.0))).startswith("«many|I found 135 products. Which one is yours?»")
    assert all(card.subtitle.endswith("km away»") for card in said.reply.cards)


async def test_telegram(say: Dialogue) -> None:
    said = say.speaking(LANGUAGE)
    await said("OCOP-BN-77")
    cards = said.reply.cards
    results = inline.results(cards, language=LANGUAGE, username="bot", public_url="https://ocop.test", first=0)
    shown = [
        *describe_commands(speech(LANGUAGE)).values(),
        said_in(draw(said.reply, public_url="https://ocop.test").text),
        *(asking(what, LANGUAGE)["keyboard"][0][0]["text"] for what in ("location", "contact")),
        inline.to_private_chat(LANGUAGE).text,
        *(button.text for row in results[0].reply_markup.inline_keyboard for button in row),
    ]
    assert all("«" in each for each in shown)
    assert words_outside("\n".join(shown), DATA) == set()
    assert tuple(describe_commands(speech(LANGUAGE))) == COMMANDS


async def test_an_email(say: Dialogue) -> None:
    said = say.speaking(LANGUAGE)
    await said("xin chào")
    mail = compose_email(Delivery(Person("mail", "a@b.vn"), said.reply, key="1"), sender="ocop@example.vn")
    assert mail["Subject"].startswith("«")
    assert words_outside(mail["Subject"] + mail.get_content()) == set()


async def test_pages_for_browsers(say: Dialogue, house: House) -> None:
    said = say.speaking(LANGUAGE)
    await said("OCOP-BN-77")
    product = render_product(said.reply.cards[0], language=LANGUAGE, chat_url="/")
    shown = [product, render_missing(language=LANGUAGE, chat_url="/", wanted="«x»")]
    async with aiohttp.ClientSession(headers={"Accept-Language": f"{LANGUAGE}, vi;q=0.5"}) as browser:
        for path in ("/", "/chat", "/chat?wait=1"):
            async with browser.get(house.url + path) as response:
                shown.append(await response.text())
        async with browser.post(f"{house.url}/chat", headers={"Origin": "https://elsewhere.vn"}) as response:
            assert response.status == 403
            shown.append(await response.text())
    examples = ("chè bản ven", "mỳ gạo Lục Ngạn ở đâu bán")
    for page in shown:
        assert f'<html lang="{LANGUAGE}">' in page
        assert words_outside(said_in(page), (*DATA, *examples)) == set()


async def test_a_label(say: Dialogue) -> None:
    product = await say._context.store.product(WHOLE.id)
    assert product is not None
    held = passport.of(product.certificates, date(2026, 11, 24))
    shapes = arrange(product, held, url="https://ocop.test/p/x", wording=wording_in(speech(LANGUAGE)))
    words = [shape.text for shape in shapes if isinstance(shape, TextLine)]
    assert sum("«" in each for each in words) == 3
    assert words_outside("\n".join(words), DATA) == set()
