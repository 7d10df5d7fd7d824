"""The programme on the board: each number opens its rows, the province enters and ends targets, the map links."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from catalog.audit import Deed
from catalog.dates import PartialDate
from catalog.model import ProducerKind, ProductRow
from catalog.officers import OfficerRole
from catalog.targets import shipped_targets
from tests.board import HERE, BoardTown, OfficerBrowser
from tests.conftest import Stock

PAGE = "/board/programme"
TARGET = {"measure": "five_stars", "area": "province", "least": "7", "until": "2030", "plan": "KH 9", "source": "Sở"}


def row(name: str, stars: int, decided: PartialDate, **more: object) -> ProductRow:
    address = "xã Bình Dương, huyện Gia Bình, Bắc Ninh"
    told = {"producer": "HTX Nhân Thắng", "producer_kind": ProducerKind.COOPERATIVE, "address": address, **more}
    return ProductRow(name=name, stars=stars, decided=decided, source="Sở", as_of=PartialDate(2026), **told)  # type: ignore[arg-type]  # as given


@pytest.fixture
async def stocked(board: BoardTown, stock: Stock) -> BoardTown:
    await stock(
        row("Nem A", 4, PartialDate(2025, 3, 1)),
        row("Nem B", 5, PartialDate(2024, 5, 1)),
        row("Nem C", 3, PartialDate(2022, 5, 1)),
    )
    return board


def rows_in(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<a href="/board/products/[^"]+">([^<]+)</a>', page)]


def links(page: str, beginning: str) -> list[tuple[str, int]]:
    """Each link that begins so, with the number on it."""
    found = re.findall(rf'<a href="({re.escape(beginning)}[^"]*)"[^>]*>(\d+)</a>', page)
    return [(unescape(url), int(number)) for url, number in found]


async def total(browser: OfficerBrowser, url: str) -> int:
    await browser.opens(url)
    (number,) = re.findall(r"<p>(\d+) products? ·", browser.said)
    return int(number)


def makers(browser: OfficerBrowser) -> int:
    """How many producers the rows are of."""
    (number,) = re.findall(r"· (\d+) producers? ·", browser.said)
    return int(number)


@pytest.mark.parametrize("by", ["commune", "district", "stars", "group", "kind", "year"])
async def test_every_number_opens_the_rows_behind_it(stocked: BoardTown, by: str) -> None:
    browser = await stocked.signed_in(OfficerRole.VIEWER)
    await browser.opens(f"{PAGE}?by={by}")
    found = dict(links(browser.said, f"{PAGE}/rows"))
    assert len(found) > 10
    for url, number in found.items():
        if "kind=" in url and "area=" in url:
            continue  # a share: what it opens is what it is a share of
        assert number in {await total(browser, url), makers(browser)}, url


async def test_as_of_a_day_the_page_counts_what_was_in_force_then(stocked: BoardTown) -> None:
    browser = await stocked.signed_in(OfficerRole.VIEWER)
    await browser.opens(f"{PAGE}/rows?commune={HERE}&state=in-force")
    assert rows_in(browser.said) == ["Nem A", "Nem B"]
    await browser.opens(f"{PAGE}/rows?commune={HERE}&state=in-force&as_of=2024-06-30")
    assert rows_in(browser.said) == ["Nem B", "Nem C"]
    await browser.opens(f"{PAGE}?as_of=2024-06-30")
    assert "as_of=2024-06-30" in browser.said
    assert "30/06/2024" in browser.said
    for nonsense in ("tomorrow", "2999-01-01", "1999", ""):
        assert (await browser.opens(f"{PAGE}?as_of={nonsense}&by=nonsense")).status == 200
        assert f'value="{stocked.context.today()}"' in browser.said


async def test_an_officer_of_a_commune_sees_their_own_first(stocked: BoardTown) -> None:
    browser = await stocked.signed_in(OfficerRole.COMMUNE)
    await browser.opens(PAGE)
    own, whole = browser.said.index("<h2>Xã Nhân Thắng</h2>"), browser.said.index("The whole province")
    assert own < whole
    assert f"commune={HERE}&amp;state=in-force" in browser.said[own:whole]
    assert "<strong><a" in browser.said[own:whole]


async def test_targets_have_progress_and_published_totals_stand_side_by_side(stocked: BoardTown) -> None:
    browser = await stocked.signed_in(OfficerRole.VIEWER)
    await browser.opens(PAGE)
    assert "Kế hoạch 246/KH-UBND" in browser.said
    assert "31/12/2025" in browser.said, "a target of the past is counted on its last day"
    assert browser.said.count("our data does not tell.</p>") >= 5
    assert "no: the sum is 289" in browser.said
    for published in ("611", "668", "770"):
        assert published in browser.said


async def test_the_radar_opens_its_cells(stocked: BoardTown) -> None:
    browser = await stocked.signed_in(OfficerRole.VIEWER)
    assert await total(browser, f"{PAGE}/rows?commune={HERE}&ends=2027-05") == 1
    assert rows_in(browser.said) == ["Nem B"]
    assert await total(browser, f"{PAGE}/rows?commune={HERE}&ends=soon") == 1
    assert await total(browser, f"{PAGE}/rows?commune={HERE}&ends=undated") == 0
    assert await total(browser, f"{PAGE}/rows?ends=nonsense") == 0
    assert await total(browser, f"{PAGE}/rows?state=nonsense&page=x&stars=x") == 0
    assert await total(browser, f"{PAGE}/rows?page=9999") > 0


async def test_rows_are_turned_page_by_page(board: BoardTown, stock: Stock) -> None:
    await stock(*(row(f"Nem {at}", 3, PartialDate(2025, 3, 1)) for at in range(230)))
    browser = await board.signed_in(OfficerRole.VIEWER)
    await browser.opens(f"{PAGE}/rows?commune={HERE}")
    assert len(rows_in(browser.said)) == 200
    (following,) = re.findall(r'<a href="([^"]+)" rel="next"', browser.said)
    await browser.opens(unescape(following))
    assert len(rows_in(browser.said)) == 30
    assert 'rel="next"' not in browser.said


async def test_the_map_colours_communes_and_leads_to_their_lists(stocked: BoardTown) -> None:
    browser = await stocked.signed_in(OfficerRole.VIEWER)
    await browser.opens(f"{PAGE}/map")
    assert len(re.findall(r'<path class="level-\d"', browser.said)) == 99
    assert re.search(r'<path class="level-[1-5]" d="[^"]+"><title>Xã Nhân Thắng: 2</title>', browser.said)
    assert 'tabindex="-1"' in browser.said
    for url, number in links(browser.said, f"{PAGE}/rows"):
        assert await total(browser, url) == number
    await browser.opens(f"{PAGE}/map?state=&stars=3&ends=&group=&kind=cooperative&year=2022")
    assert "<title>Xã Nhân Thắng: 1</title>" in browser.said
    await browser.opens(f"{PAGE}/map?state=taken-away")
    assert "99 communes have none" in browser.said


async def test_the_province_enters_a_target_and_ends_it(board: BoardTown) -> None:
    browser = await board.signed_in()
    await browser.opens(f"{PAGE}/targets")
    response = await browser.sends(f"{PAGE}/targets", **TARGET, most="9", since="1/2026", note="thử <b>")
    assert response.headers["Location"] == f"{PAGE}/targets?done=entered"
    await browser.opens(response.headers["Location"])
    assert "The target was entered." in browser.said
    assert "7–9" in browser.said
    assert "thử &lt;b&gt;" in browser.said
    kept = (await board.context.store.targets.list_all())[-1]
    assert (kept.until, kept.since, kept.entered_by) == (PartialDate(2030), PartialDate(2026, 1), 1)
    assert (await browser.sends(f"{PAGE}/targets/{kept.key}/end", reason=" ")).status == 422
    assert "Say why the target ends." in browser.said
    response = await browser.sends(f"{PAGE}/targets/{kept.key}/end", reason="thay")
    assert response.headers["Location"] == f"{PAGE}/targets?done=ended"
    assert kept not in await board.context.store.targets.list_all()
    await browser.opens(f"{PAGE}/targets")
    assert (await browser.sends(f"{PAGE}/targets/{kept.key}/end", reason="thay")).status == 404
    deeds = [row.entry.deed for row in await board.context.store.audit.newest(limit=2)]
    assert deeds == [Deed.TARGET_ENDED, Deed.TARGET_ENTERED]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"least": ""}, "A target needs a number"),
        ({"until": ""}, "A target needs a number"),
        ({"least": "many"}, "many is no number."),
        ({"least": "-3"}, "-3 is no number."),
        ({"least": "0"}, "The number must be above 0"),
        ({"most": "1"}, "The upper number must not be below"),
        ({"until": "32/12/2027"}, "is no day"),
        ({"since": "2031"}, "The period ends before it begins."),
        ({"measure": "luck"}, "Choose what is counted"),
        ({"area": "99999"}, "Choose what is counted"),
        ({"plan": " "}, "Name the plan"),
        ({"source": ""}, "Say where the target was published."),
    ],
)
async def test_what_is_no_target_is_refused_and_nothing_typed_is_lost(
    board: BoardTown, change: dict[str, str], told: str
) -> None:
    browser = await board.signed_in()
    await browser.opens(f"{PAGE}/targets")
    assert (await browser.sends(f"{PAGE}/targets", **{**TARGET, "note": "mất công gõ", **change})).status == 422
    assert told in browser.said
    assert 'value="mất công gõ"' in browser.said
    assert len(await board.context.store.targets.list_all()) == len(shipped_targets())


async def test_who_only_reads_finds_no_form(board: BoardTown) -> None:
    for role in (OfficerRole.VIEWER, OfficerRole.COMMUNE):
        browser = await board.signed_in(role)
        await browser.opens(f"{PAGE}/targets")
        assert "Enter a target" not in browser.said
        await browser.opens("/board")
        assert (await browser.sends(f"{PAGE}/targets", **TARGET)).status == 403


async def test_a_changed_catalogue_changes_the_figures_at_once(board: BoardTown, stock: Stock) -> None:
    browser = await board.signed_in(OfficerRole.VIEWER)
    before = await total(browser, f"{PAGE}/rows?state=in-force")
    await stock(row("Nem mới", 3, PartialDate(2026, 1, 1)))
    assert await total(browser, f"{PAGE}/rows?state=in-force") == before + 1
    for month in range(1, 13):
        for year in range(2020, 2024):
            await total(browser, f"{PAGE}/rows?as_of={date(year, month, 1)}")
    assert len(board.context.programme.counted) <= 32


async def test_a_year_and_a_round_are_taken_away_as_files(stocked: BoardTown, stock: Stock) -> None:
    await stock(row("Nem D", 3, PartialDate(2025, 6, 1), decision="9/QĐ-UBND", issuer="UBND tỉnh"))
    browser = await stocked.signed_in(OfficerRole.VIEWER)
    await browser.opens(f"{PAGE}/reports")
    files = [unescape(url) for url in re.findall(r'href="([^"]+)" download', browser.said)]
    assert f"{PAGE}/report.xlsx?round=9/Q%C4%90-UBND" in files
    for url in (f"{PAGE}/report.xlsx?year=2025", f"{PAGE}/report.xlsx?round=9/Q%C4%90-UBND"):
        response = await browser.client.get(url)
        assert "attachment" in response.headers["Content-Disposition"]
        workbook = load_workbook(BytesIO(await response.read()))
        cells = {cell.value for sheet in workbook for line in sheet.rows for cell in line}
        assert {"Nem D", "9/QĐ-UBND", "UBND tỉnh", "Sở", "Xã Nhân Thắng"} <= cells
        assert ("Nem A" in cells) is ("year" in url)
        assert "Nem B" not in cells, "decided in another year"
    response = await browser.client.get(f"{PAGE}/report.pdf?year=2026")
    assert response.content_type == "application/pdf"
    assert (await response.read()).startswith(b"%PDF-")
    for nothing in ("report.pdf?year=1999", "report.pdf?year=2999", "report.pdf?round=x", "report.doc?year=2025"):
        assert (await browser.opens(f"{PAGE}/{nothing}")).status == 404


TOTAL = {"as_of": "10/2026", "area": "province", "total": "801", "five": "4", "four": "120", "three": "600"}
SOURCED = {**TOTAL, "about": "hơn", "source": "Báo Bắc Ninh", "address": "https://bao.example/ocop"}


async def test_a_published_total_is_entered_changed_and_taken_out(board: BoardTown) -> None:
    browser = await board.signed_in()
    await browser.opens(f"{PAGE}/totals")
    assert (await browser.sends(f"{PAGE}/totals", **SOURCED)).headers["Location"] == f"{PAGE}/totals?done=entered"
    await browser.opens(PAGE)
    assert "hơn 801" in browser.said
    assert "no: the sum is 724" in browser.said
    kept = (await board.context.store.targets.list_totals())[-1]
    await browser.opens(f"{PAGE}/totals?instead_of={kept.key}")
    assert 'value="10/2026"' in browser.said
    assert 'value="https://bao.example/ocop"' in browser.said
    changed = {**SOURCED, "three": "677", "instead_of": kept.key}
    form = browser.form
    assert (await browser.sends(f"{PAGE}/totals", form=form, **changed)).status == 303
    assert (await browser.sends(f"{PAGE}/totals", form=form, **changed)).status == 404, "it was changed meanwhile"
    totals = [each for each in await board.context.store.targets.list_totals() if each.total == 801]
    assert [each.three for each in totals] == [677]
    assert (await browser.sends(f"{PAGE}/totals/{totals[0].key}/end", form=form, reason=" ")).status == 422
    assert (await browser.sends(f"{PAGE}/totals/{totals[0].key}/end", form=form, reason="đính chính")).status == 303
    await browser.opens(f"{PAGE}/totals")
    assert "801" not in browser.shown


async def test_a_published_total_that_cannot_be_is_refused_and_kept_in_the_form(board: BoardTown) -> None:
    browser = await board.signed_in()
    for wrong, told in (
        ({"source": " "}, "Say where it was published."),
        ({"total": "0"}, "above 0"),
        ({"total": "x"}, "x is no number"),
        ({"total": "7.5"}, "7.5 is no whole number"),
        ({"total": ""}, "needs a number, an area"),
        ({"five": "900"}, "larger than the whole"),
        ({"as_of": "2030"}, "That day is to come."),
        ({"area": "mars"}, "needs a number, an area"),
        ({"address": "javascript:alert(1)"}, "begins with https://"),
    ):
        await browser.opens(f"{PAGE}/totals")
        assert (await browser.sends(f"{PAGE}/totals", **{**SOURCED, **wrong})).status == 422, wrong
        assert told in browser.said
        assert 'value="120"' in browser.said
    viewer = await board.signed_in(OfficerRole.VIEWER)
    assert (await viewer.opens(f"{PAGE}/totals")).status == 200
    assert "Enter a published total" not in viewer.said
    assert (await viewer.sends(f"{PAGE}/totals", **SOURCED)).status == 403
