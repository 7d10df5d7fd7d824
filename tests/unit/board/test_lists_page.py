"""Lists in and out on the board: uploaded, looked over, mended, imported, undone, and taken out again."""

from io import BytesIO

from openpyxl import load_workbook

from catalog.audit import Deed, Doer
from catalog.officers import OfficerRole
from catalog.store import JoinChoice
from tests.board import BoardTown, OfficerBrowser
from tests.unit.board.lists import GIO, HEAD, NEM, settled, uploads, workbook


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
