"""What officers may upload as a list: bad, big and odd files are refused in clear words, and harm nobody."""

import zipfile
from io import BytesIO

from aiohttp import MultipartWriter, payload
from openpyxl import Workbook

from catalog.audit import Deed
from handlers.board import lists
from tests.board import BoardTown, OfficerBrowser
from tests.unit.board.lists import HEAD, NEM, sends, settled, uploads, workbook


async def test_sums_that_do_not_add_up_are_told(board: BoardTown) -> None:
    browser = await board.signed_in()
    await uploads(browser, workbook(["Danh sách 27 sản phẩm"], HEAD, NEM, ["", "Tổng cộng: 5 sản phẩm"]))
    assert "title: “Danh sách 27 sản phẩm” says 27; lines read: 1" in browser.said
    assert "line 4: “Tổng cộng: 5 sản phẩm” says 5; lines read: 1" in browser.said


async def refused(browser: OfficerBrowser, content: bytes, name: str) -> str:
    await uploads(browser, content, name)
    assert "cannot be read" in browser.said
    assert "/import" not in browser.said
    return browser.said


async def test_bad_files_are_refused_in_clear_words(board: BoardTown) -> None:
    browser = await board.signed_in()
    assert (await sends(browser, b"")).status == 400
    assert "The file is empty." in browser.said
    assert "Không thấy dòng tiêu đề" in await refused(browser, workbook(["a", "b"], [1, 2]), "wrong.xlsx")
    assert "Thiếu cột bắt buộc" in await refused(browser, workbook(["Tên sản phẩm", "Giá"], ["Nem", 2]), "half.xlsx")
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)
    assert "Excel Workbook (*.xlsx)" in await refused(browser, old, "cũ.xls")
    page = b"<html><body><table><tr><td>T\xc3\xaan</td></tr></table></body></html>"
    assert "trang web (HTML/XML)" in await refused(browser, page, "web.xls")
    assert "bị hỏng" in await refused(browser, workbook(HEAD, NEM)[:3000], "cut.xlsx")


async def test_a_zip_bomb_harms_nobody(board: BoardTown) -> None:
    browser = await board.signed_in()
    written = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook(HEAD, NEM))) as whole,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in whole.namelist():
            bomb.writestr(name, whole.read(name))
        bomb.writestr("xl/media/bomb.bin", b"0")
        bomb.filelist[-1].file_size = 2 << 30
    assert "lớn hơn 1 GiB" in await refused(browser, written.getvalue(), "bomb.xlsx")


async def test_a_file_of_200_megabytes_is_refused_when_it_has_come(board: BoardTown) -> None:
    browser = await board.signed_in()
    await browser.opens("/board/lists")

    async def much() -> object:
        for _ in range(200):
            yield bytes(1 << 20)

    writer = MultipartWriter("form-data")
    part = writer.append(browser.form)
    part.set_content_disposition("form-data", name="form")
    file = writer.append_payload(payload.AsyncIterablePayload(much()))
    file.set_content_disposition("form-data", name="file", filename="big.xlsx")
    response = await browser.client.post("/board/lists", data=writer, allow_redirects=False)
    assert response.status == 413
    assert f"{lists.MOST_BYTES >> 20} MB at most" in await response.text()
    assert await board.context.store.lists.count() == 0


async def test_macros_and_formulas_are_told(board: BoardTown) -> None:
    browser = await board.signed_in()
    written = BytesIO(workbook([*HEAD, "Website"], [*NEM, '=HYPERLINK("https://x.example";1)']))
    with zipfile.ZipFile(written, "a") as book:
        book.writestr("xl/vbaProject.bin", b"macro")
    await uploads(browser, written.getvalue(), "macro.xlsm")
    assert "The file holds macros. They were not run" in browser.said
    assert "1 cell holds a formula" in browser.said
    assert "1 formula was never calculated" in browser.said


async def test_a_cell_in_an_old_font_is_mended_in_unicode(board: BoardTown) -> None:
    """The column lies in TCVN3; what an officer types is Unicode and stays what it is."""
    browser = await board.signed_in()
    lines = [(n, f"B¸nh ®a thö {n}", "HTX B¸nh" if n != 3 else "") for n in range(1, 6)]
    rows = [[*line, "xã Nhân Thắng", "", "4 sao", "1/Q§"] for line in lines]
    path = await uploads(browser, workbook(["STT", "Tªn s¶n phÈm", "Chñ thÓ", *HEAD[3:]], *rows))
    assert "Refused: <strong>1</strong>" in browser.said
    assert 'name="cell-0-4-2"' in browser.said
    await browser.sends(f"{path}/mend", **{"cell-0-4-2": "HTX Bánh Lá"})
    await settled(browser, path)
    assert "Added: <strong>5</strong>" in browser.said
    await browser.opens(f"{path}?show=added")
    assert "Bánh đa thử 3" in browser.said
    assert "HTX Bánh Lá" in browser.said


async def test_two_sheets_are_mended_each_in_its_own_line(board: BoardTown) -> None:
    browser = await board.signed_in()
    book = Workbook()
    for page, name in ((book.worksheets[0], "Nem"), (book.create_sheet("Yên Dũng"), "Giò")):
        for row in (HEAD, [1, f"{name} thử", "HTX Thử", "xã Nhân Thắng", "", "sáu sao", ""]):
            page.append(row)
    written = BytesIO()
    book.save(written)
    path = await uploads(browser, written.getvalue())
    assert "Refused: <strong>2</strong>" in browser.said
    assert "sheet “Yên Dũng”, line 2" in browser.said
    await browser.sends(f"{path}/mend", **{"cell-1-2-5": "5 sao"})
    await settled(browser, path)
    assert "Refused: <strong>1</strong>" in browser.said
    await browser.opens(f"{path}?show=added")
    assert "Giò thử" in browser.said
    assert "Nem thử" not in browser.said


async def test_odd_uploads_break_nothing(board: BoardTown) -> None:
    browser = await board.signed_in()
    await browser.opens("/board/lists")
    start = f'--b\r\nContent-Disposition: form-data; name="form"\r\n\r\n{browser.form}\r\n--b\r\n'.encode()
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    response = await browser.client.post("/board/lists", data=start + b"--b--", headers=kind)
    assert response.status == 400
    response = await browser.client.post("/board/lists", data=b"--b\r\nx\r\n--b--", headers=kind)
    assert response.status == 403
    await uploads(browser, workbook(HEAD, NEM), "a/../b\u202e .xlsx")
    (stored,) = await board.context.store.lists.newest(limit=5)
    assert stored.name == "b .xlsx"
    path = f"/board/lists/{stored.number}"
    await browser.sends(f"{path}/import")
    await settled(browser, path)
    assert (await browser.sends(f"{path}/undo", reason="vì\x00 sao")).status == 303
    entries = [row.entry async for row in board.context.store.audit.every_row() if row.entry.deed == Deed.LIST_UNDONE]
    assert entries[0].reason == "vì sao"
