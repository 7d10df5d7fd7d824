"""A form with a file: whose it is, is known before any of the file is read."""

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from aiohttp import BodyPartReader, FormData

from bot.board import BoardPage, BoardVisit, Screen
from bot.board.pages import PAGES
from catalog.officers import Act, OfficerRole
from handlers.context import Context
from tests.board import BoardTown, OfficerBrowser, open_board

READ: list[int] = []


async def _take(visit: BoardVisit) -> Screen:
    """Count the bytes of each file, as they come."""
    assert visit.parts is not None
    total = 0
    while (part := await visit.parts.next()) is not None:
        assert isinstance(part, BodyPartReader)
        while chunk := await part.read_chunk():
            total += len(chunk)
    READ.append(total)
    return Screen("message.html", f"{total} bytes")


@pytest.fixture
async def board(context: Context) -> AsyncIterator[BoardTown]:
    READ.clear()
    page = BoardPage.upload("/board/lists/upload", Act.IMPORT_LIST, _take)
    async with open_board(context, pages=(*PAGES, page)) as town:
        yield town


def sheet(form: str, *, first: bool = True, size: int = 3_000_000) -> FormData:
    """A form with a file, ours *first* or last."""
    data = FormData()
    file = {"name": "file", "value": BytesIO(b"x" * size), "filename": "list.csv"}
    if first:
        data.add_field("form", form)
    data.add_field(**file)
    if not first:
        data.add_field("form", form)
    return data


async def sends(browser: OfficerBrowser, data: FormData | bytes) -> int:
    async with browser.client.post("/board/lists/upload", data=data) as response:
        browser.said = await response.text()
        return response.status


async def test_our_form_brings_its_file(board: BoardTown) -> None:
    browser = await board.signed_in()
    await browser.opens("/board")
    assert await sends(browser, sheet(browser.form)) == 200
    assert "3000000 bytes" in browser.said


async def test_another_form_and_who_may_not_bring_nothing(board: BoardTown) -> None:
    browser = await board.signed_in()
    await browser.opens("/board")
    form = browser.form
    for data in (sheet("0" * 32), sheet(""), sheet(form, first=False), b"form=" + form.encode()):
        assert await sends(browser, data) == 403
        assert "This form is not ours" in browser.said
    viewer = await board.signed_in(OfficerRole.VIEWER)
    await viewer.opens("/board")
    assert await sends(viewer, sheet(viewer.form)) == 403
    assert await sends(await board.browser(), sheet(form)) == 401
    assert READ == []
