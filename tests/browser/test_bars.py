"""The bars of every page: the board's, found by walking through it, and the public ones."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page

from bot.board import Board
from bot.booth_pages import BoothPages
from bot.channels.web import Settings
from bot.fair_pages import FairPages
from bot.figure_pages import FigurePages
from bot.search_index import SearchIndex
from bot.server import ProductPages
from catalog.model import ProductRow
from catalog.places import Places
from catalog.store import open_store
from handlers.context import Context
from tests.board import open_board
from tests.board_walk import SeenPage
from tests.browser.bars import find_faults
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.stand import House, Tray
from tests.browser.test_board import NoEyes, url
from tests.conftest import KEY, TODAY
from tests.fairs import SPRING
from tests.filled_board import FilledBoard, fill

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(900)]
LOOKS = {"phone, light": (PHONE, "light"), "desktop, dark": (DESKTOP, "dark")}
_MOST_OF_A_PAGE = 2


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filled(shipped_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FilledBoard]:
    """A board with something on every page."""
    file = shutil.copy(shipped_file, tmp_path_factory.mktemp("bars") / "board.db")
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(f"sqlite:///{file}", keys=[KEY]))
        shelf = SearchIndex(store, Places.load_shipped())
        await shelf.refresh()

        async def stock(*rows: ProductRow) -> None:
            await store.import_rows(rows, who="test")
            await shelf.refresh()

        places, address = Places.load_shipped(), "https://ocop.test"
        context = Context(store, shelf.index, NoEyes(), places, lambda: TODAY, public_url=address)
        yield await fill(await stack.enter_async_context(open_board(context)), stock)


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A tab of a Vietnamese browser."""
    context = await browser.new_context(locale="vi-VN", reduced_motion="reduce")
    yield await context.new_page()
    await context.close()


async def faults_of(page: Page, *addresses: str) -> dict[str, list[str]]:
    """What each of these pages does not keep to, in each look; a page is loaded once."""
    faults = {}
    for address in addresses:
        await page.goto(address)
        for look, (size, scheme) in LOOKS.items():
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            await page.emulate_media(color_scheme=scheme)
            if found := await find_faults(page):
                faults[f"{address} ({look})"] = found
    return faults


async def sign_in(filled: FilledBoard, page: Page) -> None:
    """Let it be the tab of the officer whose work fills the board."""
    officers = await filled.town.context.store.officers.list_all()
    mine = next(each for each in officers if each.name == "Trần Thị Lan")
    await page.goto(url(filled.town, f"/board/sign-in/{await filled.town.link(mine)}"))
    await page.get_by_role("button", name="Đăng nhập").click()


def a_few_of_each(seen: list[SeenPage]) -> list[str]:
    """The addresses that are looked at: of each page the first few of different kinds."""
    kept: dict[str, dict[tuple[str, ...], str]] = {}
    for each in (each for each in seen if each.html):
        kinds = kept.setdefault(each.page.path, {})
        if len(kinds) < _MOST_OF_A_PAGE:
            kinds.setdefault(each.kind, each.url)
    return [url for kinds in kept.values() for url in kinds.values()]


async def test_the_walk_comes_to_every_page_of_the_board(filled: FilledBoard) -> None:
    """What no link and no form leads to would be looked at by nobody here, and found by no officer."""
    reached = {each.page.path for each in await filled.walk()}
    assert {each.path for each in filled.town.pages if each.method == "GET"} - reached == set()


async def test_every_page_of_the_board(filled: FilledBoard, page: Page) -> None:
    await sign_in(filled, page)
    seen = a_few_of_each(await filled.walk())
    assert await faults_of(page, *(url(filled.town, each) for each in seen)) == {}


async def test_a_fairs_gate_is_among_them(filled: FilledBoard) -> None:
    """Its form is there once the fair has begun, the way back once something was typed."""
    (seen,) = [each for each in await filled.walk() if each.url == "/board/fairs/dang-mo?done=gate#gate"]
    assert seen.url in a_few_of_each(await filled.walk())
    assert {each.action.rpartition("/")[2] for each in seen.forms} >= {"gate", "undo"}


async def test_the_ways_in_and_what_is_refused(filled: FilledBoard, page: Page) -> None:
    doors = ("/board", "/board/sign-in", "/board/sign-in/ABCD-EFGH-JKLM")
    assert await faults_of(page, *(url(filled.town, each) for each in doors)) == {}
    await sign_in(filled, page)
    refused = ("/board/lists/999", "/board?lang=en", "/board/today/nothing")
    assert await faults_of(page, *(url(filled.town, each) for each in refused)) == {}


async def test_the_public_pages(filled: FilledBoard, page: Page) -> None:
    of = filled.town.context
    products = [web.get("/p/{ref}", ProductPages(of).by_ref)]
    pages = (FigurePages(of), FairPages(of), BoothPages(of), Board(of, ()))
    house = House(Tray(), Settings(), extra=[*products, *(route for each in pages for route in each.routes())])
    await house.start()
    refs = [product.ref async for product in of.store.every_product()]
    (booth, *_) = await of.store.fairs.booths(SPRING.key)
    some = [f"/p/{ref}" for ref in (*refs[:3], *refs[-3:])]
    figures = ("/figures", "/figures?lang=en", "/figures?as_of=2025-12-31", "/p/nothing")
    fairs = ("/fairs", f"/fairs/{SPRING.key}", f"/b/{booth.token}", "/b/ABCD2345")
    assert await faults_of(page, *(f"{house.url}{path}" for path in (*figures, *fairs, *some))) == {}
    await house.stop()


@pytest.mark.parametrize("look", list(LOOKS))
async def test_the_web_chat(tab, look: str) -> None:
    size, scheme = LOOKS[look]
    chat = await tab(size, color_scheme=scheme, reduced_motion="reduce")
    faults = {"welcome": await find_faults(chat.page)}
    for shape in ("thẻ", "danh sách", "cảnh báo", "ảnh", "ở đâu", "thu hồi"):
        await chat.ask(shape)
        faults[shape] = await find_faults(chat.page)
    await chat.page.locator("#larger").click()
    await chat.page.locator("#menu summary").click()
    faults["its menu in larger type"] = await find_faults(chat.page)
    await chat.page.goto(f"{chat.house.url}/chat")
    faults["without scripts"] = await find_faults(chat.page)
    assert {shape: found for shape, found in faults.items() if found} == {}
