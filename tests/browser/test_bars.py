"""The bars of every page: the board's, found by walking through it, and the public ones."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page

from bot.board import Board
from bot.channels.web import Settings
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
from tests.filled_board import FilledBoard, fill

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(900)]
LOOKS = {"phone, light": (PHONE, "light"), "desktop, dark": (DESKTOP, "dark")}
every_look = pytest.mark.parametrize("look", list(LOOKS))
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


async def opened(browser: Browser, look: str) -> BrowserContext:
    size, scheme = LOOKS[look]
    viewport = {"width": size[0], "height": size[1]}
    return await browser.new_context(viewport=viewport, color_scheme=scheme, locale="vi-VN", reduced_motion="reduce")


async def signed_in(filled: FilledBoard, context: BrowserContext) -> Page:
    """A tab of the officer whose work fills the board."""
    officers = await filled.town.context.store.officers.list_all()
    mine = next(each for each in officers if each.name == "Trần Thị Lan")
    page = await context.new_page()
    await page.goto(url(filled.town, f"/board/sign-in/{await filled.town.link(mine)}"))
    await page.get_by_role("button", name="Đăng nhập").click()
    return page


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


@every_look
async def test_every_page_of_the_board(filled: FilledBoard, browser: Browser, look: str) -> None:
    context = await opened(browser, look)
    page = await signed_in(filled, context)
    faults = {}
    for each in a_few_of_each(await filled.walk()):
        await page.goto(url(filled.town, each))
        if found := await find_faults(page):
            faults[each] = found
    assert faults == {}
    await context.close()


@every_look
async def test_the_ways_in_and_what_is_refused(filled: FilledBoard, browser: Browser, look: str) -> None:
    context = await opened(browser, look)
    page, faults = await context.new_page(), {}
    for path in ("/board", "/board/sign-in", "/board/sign-in/ABCD-EFGH-JKLM"):
        await page.goto(url(filled.town, path))
        faults[path] = await find_faults(page)
    page = await signed_in(filled, context)
    for path in ("/board/lists/999", "/board?lang=en", "/board/today/nothing"):
        await page.goto(url(filled.town, path))
        faults[path] = await find_faults(page)
    assert {path: found for path, found in faults.items() if found} == {}
    await context.close()


@every_look
async def test_the_public_pages(filled: FilledBoard, browser: Browser, look: str) -> None:
    of = filled.town.context
    products = [web.get("/p/{ref}", ProductPages(of).by_ref)]
    house = House(Tray(), Settings(), extra=[*products, *FigurePages(of).routes(), *Board(of, ()).routes()])
    await house.start()
    context = await opened(browser, look)
    page, faults = await context.new_page(), {}
    refs = [product.ref async for product in of.store.every_product()]
    some = [f"/p/{ref}" for ref in (*refs[:3], *refs[-3:])]
    for path in ("/figures", "/figures?lang=en", "/figures?as_of=2025-12-31", "/p/nothing", *some):
        await page.goto(f"{house.url}{path}")
        faults[path] = await find_faults(page)
    assert {path: found for path, found in faults.items() if found} == {}
    await context.close()
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
