"""What the tests of officers' lists upload, and how a browser does it."""

import asyncio
from collections.abc import Sequence
from io import BytesIO

from aiohttp import ClientResponse, FormData
from openpyxl import Workbook

from tests.board import OfficerBrowser

HEAD = ["STT", "Tên sản phẩm", "Chủ thể", "Xã/phường", "Điện thoại", "Hạng sao", "Số quyết định"]
NEM = [1, "Nem thử", "HTX Thử", "xã Nhân Thắng", "0912345678", 3, "1/QĐ-UBND"]
GIO = [2, "Giò thử", "HTX Thử", "xã Nhân Thắng", "0912345678", "sáu sao", "1/QĐ-UBND"]


def workbook(*rows: Sequence[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


async def sends(browser: OfficerBrowser, content: object, name: str = "ds.xlsx") -> ClientResponse:
    await browser.opens("/board/lists")
    form = FormData(quote_fields=False)
    form.add_field("form", browser.form)
    form.add_field("file", content, filename=name, content_type="application/octet-stream")
    response = await browser.client.post("/board/lists", data=form, allow_redirects=False)
    browser.said = await response.text()
    return response


async def settled(browser: OfficerBrowser, path: str) -> str:
    """The page of a list, once nobody works on it: as a browser without JavaScript, which is told to look again."""
    for _ in range(600):
        await browser.opens(path)
        if 'http-equiv="refresh"' not in browser.said:
            return browser.said
        await asyncio.sleep(0.05)
    raise AssertionError(browser.said)


async def uploads(browser: OfficerBrowser, content: object, name: str = "ds.xlsx") -> str:
    """Upload a list and wait for its preview; where that is."""
    response = await sends(browser, content, name)
    assert response.status == 303, browser.said
    path = response.headers["Location"]
    await settled(browser, path)
    return path
