"""The audit on the board: read by the province only, filtered, turned page by page, taken away as a table."""

import csv
from datetime import timedelta
from io import StringIO

from catalog.audit import Deed, Doer
from catalog.officers import OfficerRole
from tests.board import BoardTown


async def test_it_tells_who_did_what_to_whom_and_why(board: BoardTown) -> None:
    browser = await board.signed_in()
    officer = await board.officer(OfficerRole.COMMUNE, name="Bình")
    await board.context.store.officers.end(officer.number, by=Doer(1, "province"), reason="nghỉ <hưu>")
    await browser.opens("/board/audit")
    assert "Officer&#39;s access ended</strong>: officer 2: Bình" in browser.said
    assert "Reason: nghỉ &lt;hưu&gt;" in browser.said
    assert "Lan (Province)" in browser.said
    assert "the operator" in browser.said
    assert "<ins>09475</ins>" in browser.said


async def test_it_is_filtered(board: BoardTown) -> None:
    browser = await board.signed_in()
    await board.officer(OfficerRole.COMMUNE, name="Bình")
    today = board.context.today()

    async def shown(query: str) -> int:
        await browser.opens(f"/board/audit?{query}")
        return browser.said.count('class="card row"')

    assert await shown("") == 4
    assert await shown(f"deed={Deed.SIGNED_IN}") == 1
    assert await shown("officer=0") == 3
    assert await shown("subject=officer+2") == 1
    assert await shown("officer=abc&since=yesterday&until=") == 4, "what cannot be read is left out"
    assert await shown("until=9999-12-31&since=0001-01-01") == 4
    assert await shown(f"since={today - timedelta(days=40000)}") == 4
    assert await shown("until=2020-01-01") == 0
    assert "No row fits." in browser.said


async def test_its_pages_are_turned(board: BoardTown) -> None:
    browser = await board.signed_in()
    for number in range(60):
        await board.context.store.audit.record(Doer().did(Deed.LINK_MADE, f"officer {number}"))
    await browser.opens("/board/audit?officer=0")
    assert browser.said.count('class="card row"') == 50
    assert 'href="/board/audit?officer=0&amp;before=14"' in browser.said
    await browser.opens("/board/audit?officer=0&before=14")
    assert browser.said.count('class="card row"') == 12
    assert 'rel="next"' not in browser.said
    assert 'href="/board/audit?officer=0">Newest' in browser.said
    assert (await browser.opens("/board/audit?before=x")).status == 200


async def test_it_is_taken_away_as_a_table_that_runs_nothing(board: BoardTown) -> None:
    browser = await board.signed_in()
    await board.context.store.audit.record(Doer().did(Deed.LINK_MADE, "officer 1", reason="=HYPERLINK(1)"))
    response = await browser.opens("/board/audit.csv?deed=link_made")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(browser.said.removeprefix("\ufeff"))))
    assert [(row["number"], row["name"], row["deed"]) for row in rows] == [
        ("2", "", "link_made"),
        ("4", "", "link_made"),
    ]
    assert rows[1]["reason"] == "'=HYPERLINK(1)"
    assert rows[1]["at"].endswith("+07:00")
    kept = [row async for row in board.context.store.audit.every_row()]
    assert rows[1]["hash"] == kept[3].hash
    assert kept[-1].entry.deed == Deed.AUDIT_EXPORTED, "that it was taken away is told too"


async def test_only_the_province_reads_it(board: BoardTown) -> None:
    browser = await board.signed_in(OfficerRole.VIEWER)
    for path in ("/board/audit", "/board/audit.csv"):
        assert (await browser.opens(path)).status == 403
    entries = [row.entry.deed async for row in board.context.store.audit.every_row()]
    assert Deed.AUDIT_EXPORTED not in entries
