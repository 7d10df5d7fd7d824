"""Someone sends a photo of a label without a code that we know: its words may still say what it is."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from catalog.barcode import Reading
from catalog.errors import ReaderFailed
from catalog.ocr import Line
from handlers.catalogue.label_text import recognise
from handlers.context import Context, Session
from handlers.messages import Photo, Reply, Want
from handlers.plain import as_text
from tests import labels
from tests.conftest import Stock
from tests.dialogues.conftest import tuong

Ask = Callable[..., Awaitable[Reply | None]]
PRINT = ("NSX: 12/03/2026", "HSD: 12/09/2026", "Số lô: A12-7", "Khối lượng tịnh: 500 ml")


class Recited:
    """Eyes that have read the labels already; a photo is the number of its label."""

    def __init__(self, *read: tuple[str, ...]) -> None:
        self._read = read

    async def read(self, image: bytes) -> Reading:
        raise AssertionError("no code is read here")

    async def run(self, job: str, image: bytes, *, deadline: float | None = None) -> Any:
        assert (job, bool(deadline)) == ("catalog.ocr.recognise:lines", True)
        if not self._read[int(image)]:
            raise ReaderFailed
        return tuple(_line(text, place=place) for place, text in enumerate(self._read[int(image)]))


def _line(text: str, *, place: int) -> Line:
    height = 90.0 if place == 0 else 30.0
    return Line(text, 0.97, ((0, 0), (500, 0), (500, height), (0, height)))


@pytest.fixture
def ask(context: Context) -> Ask:
    """Send photos of labels with these lines, the first in large print."""

    async def send(*read: tuple[str, ...], language: str = "en") -> Reply | None:
        photos = tuple(Photo(str(number).encode()) for number in range(len(read)))
        return await recognise(photos, context=replace(context, reader=Recited(*read)), session=Session(language))

    return send


async def said(answering: Awaitable[Reply | None]) -> str:
    """The answer as plain text; there is one."""
    reply = await answering
    assert reply is not None
    return as_text(reply)


async def test_a_drawn_label_is_read_and_recognised(context: Context) -> None:
    """The whole way: a photo, the models in a child process, the shipped catalogue."""
    image = labels.photo("TƯƠNG ĐÌNH TỔ", small=("Nhà sản xuất: HTX Hoa Sen", *PRINT))
    reply = await recognise((Photo(image),), context=context, session=Session("en"))
    assert reply is not None
    assert [card.title for card in reply.cards] == ["Tương Đình Tổ"]
    assert reply.cards[0].subtitle == "HTX Hoa Sen"


async def test_name_and_maker_show_the_product_with_what_the_package_says(ask: Ask) -> None:
    text = await said(ask(("TƯƠNG ĐÌNH TỔ", "Nhà sản xuất: HTX Hoa Sen", *PRINT)))
    assert text.startswith("I read no code I know; I recognised the product by the words on its label. Please compare.")
    section = text[text.upper().index("ON THIS PACKAGE, AS READ FROM THE PHOTO") :]
    assert section.splitlines()[1:5] == [
        "Lot: A12-7",
        "Made on: 12/03/2026",
        "Use by: 12/09/2026 — this date has passed",
        "Net weight: 500 ml",
    ]


async def test_a_term_is_shown_as_it_is_printed(ask: Ask) -> None:
    text = await said(ask(("TƯƠNG ĐÌNH TỔ", "Nhà sản xuất: HTX Hoa Sen", "HSD: 12 tháng kể từ NSX")))
    assert "Use by: 12 tháng kể từ NSX\n" in text


async def test_a_label_that_says_nothing_of_the_package_adds_no_section(ask: Ask) -> None:
    text = await said(ask(("TƯƠNG ĐÌNH TỔ", "Nhà sản xuất: HTX Hoa Sen")))
    assert "AS READ" not in text.upper()


async def test_one_name_of_four_makers_is_asked_about(ask: Ask) -> None:
    reply = await ask(("TƯƠNG ĐÌNH TỔ", *PRINT))
    assert reply is not None
    assert reply.wants is Want.TEXT
    assert len(reply.cards) == 3
    assert "Which one is it?\nLot: A12-7\n" in reply.text
    assert reply.text.endswith("If it is none of them, type the name on the label and I will look for it.")
    assert [choice.label for choice in reply.choices] == ["None of these"]


async def test_one_likely_product_is_asked_about_by_its_name(ask: Ask, stock: Stock) -> None:
    await stock(tuong(30, id="cha", name="Chả rươi", producer="HTX Rươi Vàng"))
    reply = await ask(("CHẢ RƯƠI",))
    assert reply is not None
    assert reply.text.startswith("By the words on the label: is it “Chả rươi” by HTX Rươi Vàng?")
    assert [choice.label for card in reply.cards for choice in card.choices] == ["See"]


async def test_digits_under_a_torn_barcode_lead_to_the_product(ask: Ask) -> None:
    text = await said(ask(("???", "8 936012 34S674")))
    assert "Barcode number (GTIN): 8936012345674" in text


async def test_a_certificate_number_leads_to_the_product(ask: Ask) -> None:
    assert "HTX Hoa Sen" in await said(ask(("Ngon lắm", "Giấy chứng nhận OCOP số: OCOP-BN-77")))


async def test_a_decision_of_several_products_leaves_the_words_to_say_which(ask: Ask, stock: Stock) -> None:
    await stock(
        tuong(40, id="nem-a", name="Nem chua Làng Bùi cay", producer="Cơ sở An", decision="555/QĐ-UBND"),
        tuong(41, id="nem-b", name="Nem nắm Làng Bùi thính", producer="Cơ sở Bình", decision="555/QĐ-UBND"),
    )
    decided = "Quyết định số 555/QĐ-UBND"
    named = await ask(("NEM NẮM LÀNG BÙI THÍNH", "Cơ sở sản xuất: Cơ sở Bình", decided))
    assert named is not None
    assert [card.title for card in named.cards] == ["Nem nắm Làng Bùi thính"]
    unnamed = await ask(("Thơm ngon", decided))
    assert unnamed is not None
    assert {card.title for card in unnamed.cards} == {"Nem chua Làng Bùi cay", "Nem nắm Làng Bùi thính"}
    other = await ask(("TRÀ Ô LONG", decided))
    assert other is not None
    assert len(other.cards) == 2


async def test_an_unknown_number_does_not_hide_the_name(ask: Ask) -> None:
    text = await said(ask(("TƯƠNG ĐÌNH TỔ", "Nhà sản xuất: HTX Hoa Sen", "8930000000002", "999/QĐ-UBND")))
    assert "HTX Hoa Sen" in text


async def test_the_back_of_a_package_may_tell_what_the_front_does_not(ask: Ask) -> None:
    text = await said(ask((), ("xyz",), ("TƯƠNG ĐÌNH TỔ", "Nhà sản xuất: HTX Hoa Sen")))
    assert "HTX Hoa Sen" in text


@pytest.mark.parametrize("read", [(), ("Xe đạp điện Thống Nhất",), ("12345",), ("NSX: 12/03/2026",)])
async def test_words_of_no_use_are_no_answer(ask: Ask, read: tuple[str, ...]) -> None:
    assert await ask(read) is None


async def test_no_photo_is_no_answer(ask: Ask) -> None:
    assert await ask() is None


async def test_an_identity_card_is_refused_and_dropped(ask: Ask) -> None:
    card = ("CĂN CƯỚC CÔNG DÂN", "Số: 001090012345", "Họ tên: Nguyễn Văn An")
    text = await said(ask(("TƯƠNG ĐÌNH TỔ", "Nhà sản xuất: HTX Hoa Sen"), card))
    assert text.startswith("This looks like a citizen identity card.")
    assert not any(word in text for word in ("001090012345", "Nguyễn", "Tương"))


async def test_it_answers_in_the_persons_language(ask: Ask) -> None:
    reply = await ask(("TƯƠNG ĐÌNH TỔ",), language="vi")
    assert reply is not None
    assert reply.language == "vi"
