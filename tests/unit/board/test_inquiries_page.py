"""Inquiries on the board: what waits, and its words once they are opened."""

import re

import pytest

from catalog.inquiry import Kind, State
from catalog.officers import OfficerRole
from tests.board import THERE, BoardTown
from tests.conftest import Stock
from tests.unit.board.inquiries import (
    LAN,
    WORDS,
    asked,
    deeds,
    fill_town,
    held,
)


@pytest.fixture
async def town(board: BoardTown, stock: Stock) -> BoardTown:
    return await fill_town(board, stock)


async def test_what_waits_is_listed_oldest_first_within_reach_and_without_words(town: BoardTown) -> None:
    await asked(town, "AAAA2345", days=3)
    await asked(town, "BBBB2345", "b", days=9)
    await asked(town, "CCCC2345", days=5, kind=Kind.COMPLAINT)
    province, commune = await town.signed_in(), await town.signed_in(OfficerRole.COMMUNE)
    await province.opens("/board/inquiries")
    assert re.findall(r"#([A-Z2-9]{8})", province.said) == ["BBBB2345", "CCCC2345", "AAAA2345"]
    assert "waits for 9 days" in province.said
    await commune.opens("/board/inquiries")
    assert re.findall(r"#([A-Z2-9]{8})", commune.said) == ["CCCC2345", "AAAA2345"]
    await commune.opens("/board/inquiries?kind=complaint&days=3")
    assert re.findall(r"#([A-Z2-9]{8})", commune.said) == ["CCCC2345"]
    await province.opens(f"/board/inquiries?commune={THERE}")
    assert re.findall(r"#([A-Z2-9]{8})", province.said) == ["BBBB2345"]
    for private in (WORDS, "Trần Kín", "khach-lan", "987654321", "987 654"):
        assert private not in province.said + commune.said
    await commune.opens("/board/inquiries?state=closed")
    assert "There are none." in commune.said
    assert (await commune.opens("/board/inquiries?page=99&days=x&kind=y&state=z")).status == 200


async def test_a_long_list_has_pages(town: BoardTown) -> None:
    for number in range(23):
        await asked(town, f"AAAA{number:04}", days=2 + number / 10)
    browser = await town.signed_in()
    await browser.opens("/board/inquiries?kind=question")
    assert len(re.findall(r"#(AAAA\d{4})", browser.said)) == 20
    assert "Page 1 of 2" in browser.said
    following = re.search(r'href="([^"]+)" rel="next"', browser.said)
    assert following
    await browser.opens(following[1].replace("&amp;", "&"))
    assert re.findall(r"#(AAAA\d{4})", browser.said) == ["AAAA0002", "AAAA0001", "AAAA0000"]


async def test_a_viewer_reads_figures_and_opens_nothing(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    viewer = await town.signed_in(OfficerRole.VIEWER)
    assert (await viewer.opens("/board/inquiries")).status == 200
    assert "Nhân Thắng" in viewer.said
    assert "AAAA2345" not in viewer.said
    assert "Tương a" not in viewer.said
    form = viewer.form
    assert (await viewer.opens("/board/inquiries/AAAA2345")).status == 403
    for path in ("open", "act"):
        assert (await viewer.sends(f"/board/inquiries/AAAA2345/{path}", form=form, act="close", text="x")).status == 403


async def test_another_communes_inquiry_is_refused(town: BoardTown) -> None:
    await asked(town, "BBBB2345", "b")
    commune = await town.signed_in(OfficerRole.COMMUNE)
    await commune.opens("/board/inquiries")
    form = commune.form
    assert (await commune.opens("/board/inquiries/BBBB2345")).status == 403
    for path in ("open", "act"):
        sent = await commune.sends(
            f"/board/inquiries/BBBB2345/{path}",
            form=form,
            act="close",
            text="vì sao",
            seen=(await held(town, "BBBB2345")).mark,
        )
        assert sent.status == 403
    assert (await held(town, "BBBB2345")).state is State.SENT
    assert (await commune.opens("/board/inquiries/ZZZZ9999")).status == 404


async def test_words_are_read_once_they_are_opened_which_the_audit_tells(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    browser = await town.signed_in(OfficerRole.COMMUNE)
    await browser.opens("/board/inquiries/AAAA2345")
    assert WORDS not in browser.said
    assert not await deeds(town, "AAAA2345")
    assert (await browser.sends("/board/inquiries/AAAA2345/open")).status == 200
    assert WORDS in browser.said
    for private in ("Trần Kín", "khach-lan", "987654321", "987 654"):
        assert private not in browser.said
    assert await deeds(town, "AAAA2345") == [("inquiry_opened", "commune")]


async def test_the_first_day_is_the_producers_but_for_complaints(town: BoardTown) -> None:
    await asked(town, "AAAA2345", days=0.5)
    await asked(town, "BBBB2345", days=0.5, kind=Kind.COMPLAINT)
    browser = await town.signed_in()
    await browser.opens("/board/inquiries/AAAA2345")
    assert "Open the words" not in browser.said
    assert (await browser.sends("/board/inquiries/AAAA2345/open")).status == 403
    assert WORDS not in browser.said
    assert not await deeds(town, "AAAA2345")
    await browser.opens("/board/inquiries/BBBB2345")
    assert (await browser.sends("/board/inquiries/BBBB2345/open")).status == 200
    assert WORDS in browser.said


async def test_what_its_consumer_erased_is_not_here_any_more(town: BoardTown) -> None:
    await asked(town, "AAAA2345")
    await town.context.store.people.erase(LAN)
    browser = await town.signed_in()
    await browser.opens("/board/inquiries?state=all")
    assert "AAAA2345" not in browser.said
    assert (await browser.opens("/board/inquiries/AAAA2345")).status == 404
