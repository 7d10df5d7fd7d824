"""Lists in and out on the board: uploaded, looked over, mended, imported, undone, and taken out again."""

import asyncio
import zipfile
from collections.abc import Sequence
from io import BytesIO

from aiohttp import ClientResponse, FormData, MultipartWriter, payload
from openpyxl import Workbook, load_workbook

from catalog.audit import Deed, Doer
from catalog.officers import OfficerRole
from catalog.store import JoinChoice
from handlers.board import lists
from tests.board import BoardTown, OfficerBrowser

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


async def deeds(board: BoardTown) -> list[str]:
    return [row.entry.deed async for row in board.context.store.audit.every_row() if row.entry.deed.startswith("list_")]


async def test_a_list_is_looked_over_imported_and_undone(board: BoardTown) -> None:
    browser = await board.signed_in()
    store, before = board.context.store, await board.context.store.count()
    path = await uploads(browser, workbook(HEAD, NEM, GIO), "danh sách <b>.xlsx")
    assert "danh sách &lt;b&gt;.xlsx" in browser.said
    assert "Refused: <strong>1</strong>" in browser.said
    assert "Added: <strong>1</strong>" in browser.said
    assert "line 3" in browser.said
    assert "Hạng sao: <q>sáu sao</q>" in browser.said
    await browser.opens(f"{path}?show=added")
    assert "Nem thử" in browser.said
    assert "<dt>Số quyết định</dt><dd><ins>1/QĐ-UBND</ins>" in browser.said
    assert await store.count() == before, "nothing is written before somebody imports it"
    assert (await browser.sends(f"{path}/import")).status == 303
    await settled(browser, path)
    assert await store.count() == before + 1
    assert "What importing it did" in browser.said
    assert (await browser.sends(f"{path}/import")).status == 409
    await browser.opens(path)
    assert (await browser.sends(f"{path}/undo", reason="nhầm")).headers["Location"] == f"{path}?done=undone"
    await browser.opens(f"{path}?done=undone")
    assert "3 rows were taken out" in browser.said
    assert await store.count() == before
    assert await deeds(board) == [Deed.LIST_UPLOADED, Deed.LIST_IMPORTED, Deed.LIST_UNDONE]


async def test_a_cell_is_mended_in_the_page(board: BoardTown) -> None:
    browser = await board.signed_in()
    path = await uploads(browser, workbook(HEAD, NEM, GIO))
    assert 'name="cell-0-3-5" value="sáu sao"' in browser.said
    await browser.sends(f"{path}/mend", **{"cell-0-3-5": "bảy sao"})
    await settled(browser, path)
    assert "<q>bảy sao</q>" in browser.said
    await browser.sends(
        f"{path}/mend", **{"cell-0-3-5": "4 sao", "cell-9-3-5": "x", "cell-0-3-1": "Khác", "cell-x": "y"}
    )
    await settled(browser, f"{path}?done=mended")
    assert "Added: <strong>2</strong>" in browser.said
    assert "2 cells were mended" not in browser.said
    assert "1 cell was mended here." in browser.said
    await browser.sends(f"{path}/import")
    await settled(browser, path)
    (found,) = [p async for p in board.context.store.every_product() if p.name == "Giò thử"]
    assert found.certificates[0].stars == 4
    await browser.opens("/board")
    assert (await browser.sends(f"{path}/mend", **{"cell-0-3-5": "5 sao"})).status == 303
    assert (await browser.opens(path)).status == 200
    assert "imported" in browser.said


async def test_the_lines_to_mend_are_downloaded_and_can_be_uploaded_again(board: BoardTown) -> None:
    browser = await board.signed_in()
    path = await uploads(browser, workbook(HEAD, NEM, GIO))
    response = await browser.client.get(f"{path}/bad-rows.xlsx")
    file = await response.read()
    (head, row) = load_workbook(BytesIO(file)).worksheets[0].iter_rows(values_only=True)
    assert head[-1] == "Lỗi"
    assert row[1] == "Giò thử"
    again = await uploads(browser, file)
    assert again != path
    assert "Refused: <strong>1</strong>" in browser.said
    fine = await uploads(browser, workbook(HEAD, NEM))
    assert (await browser.opens(f"{fine}/bad-rows.xlsx")).status == 404
    assert (await browser.opens("/board/lists/999")).status == 404


async def test_a_commune_touches_its_own_producers_only(board: BoardTown) -> None:
    """Nhân Thắng's officer; Cao Đức is another commune."""
    province = await board.signed_in()
    there = [1, "Chả thử", "HTX Kia", "xã Cao Đức", "", 3, "2/QĐ-UBND"]
    first = await uploads(province, workbook([*HEAD, "Mã"], [*there, "cha-1"]))
    await province.sends(f"{first}/import")
    await settled(province, first)
    browser = await board.signed_in(OfficerRole.COMMUNE, name="Bình")
    taken = [3, "Chả thử", "HTX Thử", "xã Nhân Thắng", "", 4, "3/QĐ-UBND"]
    nowhere = [4, "Mắm thử", "HTX Đâu", "", "", 3, "4/QĐ-UBND"]
    rows = [[*NEM, ""], [*there, ""], [*taken, "cha-1"], [*nowhere, ""]]
    path = await uploads(browser, workbook([*HEAD, "Mã"], *rows))
    assert "Refused: <strong>3</strong>" in browser.said
    assert "Added: <strong>1</strong>" in browser.said
    assert "The producer belongs to xã Cao Đức" in browser.said.replace("Xã Cao", "xã Cao")
    assert "only the province can import it" in browser.said
    assert 'value="xã Cao Đức"' in browser.said
    await browser.sends(f"{path}/import")
    await settled(browser, path)
    products = {p.name: p async for p in board.context.store.every_product() if p.name.endswith(" thử")}
    assert set(products) == {"Nem thử", "Chả thử"}
    assert products["Chả thử"].producer.name == "HTX Kia"
    assert (await browser.opens(first)).status == 404, "another's list is not theirs to see"
    for deed in ("import", "undo", "mend"):
        assert (await browser.sends(f"{first}/{deed}", form=await own_form(browser), reason="x")).status == 404
    await province.opens("/board/lists")
    assert "Bình" in province.said
    await browser.opens("/board/lists")
    assert browser.said.count('class="card"') == 2


async def own_form(browser: OfficerBrowser) -> str:
    await browser.opens("/board")
    return browser.form


async def test_a_former_id_reaches_no_further_than_the_product_it_leads_to(board: BoardTown) -> None:
    """A row of a product that was joined with one of another commune is beyond a commune as that one is."""
    province = await board.signed_in()
    there = ["", "Chả kia", "HTX Kia", "xã Cao Đức", "", 3, "2/QĐ-UBND", "cha-1"]
    here = ["", "Chả đây", "HTX Thử", "xã Nhân Thắng", "", 3, "1/QĐ-UBND", "cha-2"]
    first = await uploads(province, workbook([*HEAD, "Mã"], there, here))
    await province.sends(f"{first}/import")
    await settled(province, first)
    await board.context.store.editing.join("cha-1", "cha-2", JoinChoice(), by=Doer())
    browser = await board.signed_in(OfficerRole.COMMUNE, name="Bình")
    await uploads(browser, workbook([*HEAD, "Mã"], [*here[:5], 5, *here[6:]]))
    assert "Refused: <strong>1</strong>" in browser.said
    await uploads(province, workbook([*HEAD, "Mã"], [*here[:5], 5, *here[6:]]))
    assert "Changed: <strong>1</strong>" in province.said


async def test_who_has_left_imports_nothing(board: BoardTown) -> None:
    browser = await board.signed_in(OfficerRole.COMMUNE, name="Bình")
    path = await uploads(browser, workbook(HEAD, NEM))
    (officer,) = [each for each in await board.context.store.officers.list_all() if each.name == "Bình"]
    form = browser.form
    await board.context.store.officers.end_grant(officer.grants[0].number, by=Doer())
    assert (await browser.sends(f"{path}/import", form=form)).status == 403


async def test_a_list_that_would_change_very_much_asks_for_a_second_look(board: BoardTown) -> None:
    browser = await board.signed_in()
    products = [product async for product in board.context.store.every_product()]
    rows = [[n, p.name, p.producer.name, p.producer.commune, "", 1, "99/QĐ-X", p.id] for n, p in enumerate(products, 1)]
    path = await uploads(browser, workbook([*HEAD, "Mã"], *rows))
    assert "This list would change the stars of" in browser.said
    assert (await browser.sends(f"{path}/import")).status == 409
    assert "Tick the box first" in browser.said
    assert (await browser.sends(f"{path}/import", sure="1")).status == 303
    await settled(browser, path)
    assert "What importing it did" in browser.said


async def test_a_preview_is_turned_page_by_page(board: BoardTown) -> None:
    browser = await board.signed_in()
    rows = [[n, f"Nem thử {n}", "HTX Thử", "xã Nhân Thắng", "", 3, "1/QĐ"] for n in range(1, 101)]
    path = await uploads(browser, workbook(HEAD, *rows))
    await browser.opens(f"{path}?show=added&page=2")
    assert "Nem thử 81<" in browser.said
    assert "3/3" in browser.said
    assert 'rel="next"' not in browser.said
    assert 'rel="prev"' in browser.said
    for odd in ("show=x&page=-1", "page=abc", "page=99999"):
        assert (await browser.opens(f"{path}?{odd}")).status == 200


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


async def test_a_list_whose_worker_died_is_taken_up_by_who_looks(board: BoardTown) -> None:
    browser = await board.signed_in()
    await browser.opens("/board/lists")
    by = (await board.context.store.officers.list_all())[0]
    number = await board.context.store.lists.add("ds.xlsx", workbook(HEAD, NEM), by=Doer(by.number, "province"))
    assert await board.context.store.lists.claim(number, owner="gone")
    assert await board.context.store.lists.tell_progress(number, 10, 40, owner="gone")
    await browser.opens(f"/board/lists/{number}")
    assert "The list is being checked: 25 %" in browser.said
    assert '<progress max="100" value="25"' in browser.said
    await board.context.store.lists.tell_progress(number, 10, 40, owner="gone", lease_seconds=-1.0)
    await settled(browser, f"/board/lists/{number}")
    assert "Added: <strong>1</strong>" in browser.said


async def test_an_import_that_broke_off_is_told_and_done_again(board: BoardTown) -> None:
    browser = await board.signed_in()
    path = await uploads(browser, workbook(HEAD, NEM))
    number = int(path.rpartition("/")[2])
    store = board.context.store
    assert await store.lists.begin_import(number, owner="gone")
    await browser.opens(path)
    assert "The list is being imported" in browser.said
    await store.lists.tell_progress(number, 0, 0, owner="gone", lease_seconds=-1.0)
    await browser.opens(path)
    assert "The import broke off, and nothing was written." in browser.said
    await browser.sends(f"{path}/import")
    await settled(browser, path)
    assert "Imported at" in browser.said


async def exported(browser: OfficerBrowser, query: str) -> list[tuple[object, ...]]:
    response = await browser.client.get(f"/board/lists/export/file?{query}")
    assert response.status == 200
    sheet = load_workbook(BytesIO(await response.read())).worksheets[0]
    assert sheet.auto_filter.ref == sheet.dimensions
    return list(sheet.iter_rows(values_only=True, min_row=2))


async def test_lists_are_taken_out_whole_or_filtered(board: BoardTown) -> None:
    browser = await board.signed_in()
    await browser.opens("/board/lists/export")
    assert "Xã Nhân Thắng" in browser.said
    total = await board.context.store.count()
    rows = await exported(browser, "format=xlsx")
    assert len({row[0] for row in rows}) == total
    some = await exported(browser, "words=b%C3%A1nh&stars=4")
    assert 0 < len(some) < len(rows)
    assert await exported(browser, "words=zzzz+qqqq") == []
    here = await exported(browser, "commune=09475&in_force=1&group=x")
    assert here == []
    text = await (await browser.client.get("/board/lists/export/file?format=csv&words=b%C3%A1nh")).text()
    assert text.startswith('\ufeff"Mã"')
    entries = [row.entry async for row in board.context.store.audit.every_row() if row.entry.deed == Deed.LIST_EXPORTED]
    assert len(entries) == 5
    assert '"words": "bánh"' in entries[1].after
    commune = await board.signed_in(OfficerRole.COMMUNE, name="Bình")
    theirs = await exported(commune, "")
    assert len(theirs) < len(rows)
    template = await browser.client.get("/board/lists/template.xlsx")
    assert (await template.read()).startswith(b"PK")


async def test_a_list_of_stars_in_force_has_no_certificate_that_is_over(board: BoardTown) -> None:
    browser = await board.signed_in()
    rows = await exported(browser, "format=xlsx")
    in_force = await exported(browser, "format=xlsx&in_force=1")
    ids = [row[0] for row in in_force]
    assert len(ids) == len(set(ids))
    assert len(ids) < len([row for row in rows if row[0] in ids])


async def test_a_list_that_knows_no_ids_of_ours_makes_nothing_twice(board: BoardTown) -> None:
    """Products of the catalogue whose ids were given by hand are recognised by name and producer."""
    browser = await board.signed_in()
    store = board.context.store
    before = await store.count()
    known = [product async for product in store.every_product()]
    (nem,) = [p for p in known if p.id == known[0].id]
    rows = [[1, nem.name.upper(), nem.producer.name, nem.producer.commune, "0912345678", "", ""]]
    path = await uploads(browser, workbook(HEAD, *rows))
    assert "1 row without an id was recognised by its product and producer." in browser.said
    assert "Added: 0" in browser.said
    await browser.sends(f"{path}/import", sure="1")
    await settled(browser, path)
    assert await store.count() == before
    (same,) = await store.products([nem.id])
    assert "+84912345678" in same.producer.phones


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


async def test_what_stays_after_an_undo_is_told_in_words(board: BoardTown) -> None:
    browser = await board.signed_in()
    store = board.context.store
    path = await uploads(browser, workbook([*HEAD, "Mã", "Nơi mua"], [*NEM, "nem-1", "Chợ Dâu"]))
    await browser.sends(f"{path}/import")
    await settled(browser, path)
    later = await uploads(
        browser, workbook([*HEAD, "Mã", "Nơi mua"], [*NEM, "nem-1", "Chợ Mới"], [*GIO[:5], 4, "", "gio-1", ""])
    )
    await browser.sends(f"{later}/import")
    await settled(browser, later)
    await browser.opens(path)
    await browser.sends(f"{path}/undo", reason="x")
    await browser.opens(path)
    assert "nem-1: the product stays, because it was changed again since." in browser.said
    assert ": the producer stays, because something else stands on it." in browser.said
    third = await uploads(browser, workbook([*HEAD, "Mã", "Nơi mua"], [*NEM, "nem-1", "Chợ Ba"]))
    await browser.sends(f"{third}/import")
    await settled(browser, third)
    await browser.opens(later)
    await browser.sends(f"{later}/undo", reason="x")
    await browser.opens(later)
    assert "nem-1: Nơi mua stays as it is now (“Chợ Ba”), because it was changed again since." in browser.said
    assert await store.product("gio-1") is None
