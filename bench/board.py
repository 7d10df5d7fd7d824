"""Each page of the officers' board, by its time and its bytes over the wire: ``python -m bench.board``.

A province with 1,000 products of 300 producers and 50 officers, and work of each kind that waits; every page to which a
province and a commune officer get by links is asked for, over HTTP on this machine, packed as browsers ask for it.
Beside it stands a bare page: aiohttp and jinja2 with one table of the same products, fifty rows, read by one query.
Processor time is that of this process, whoever asks included: where others use the machine, compare that.
"""

import argparse
import asyncio
import random
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import jinja2
from aiohttp import ClientSession, FormData, web
from aiohttp.test_utils import TestServer

from bot.commands.serving import spare_collector
from bot.metrics import Metrics
from bot.pages.compressing import pack
from bot.search_index import SearchIndex
from bot.server import ServerState, application
from catalog.dates import PartialDate
from catalog.inquiry import Address, Correction
from catalog.list_io.export import write_list
from catalog.model import ProducerKind, ProductRow
from catalog.officers import OfficerRole
from catalog.places import Places
from catalog.sealing import new_key
from catalog.store import Store, UnmetQuery, open_store
from handlers.context import Context
from tests.board import BoardTown, OfficerBrowser
from tests.board_walk import walk
from tests.unit.board.today import DAY, asks

PRODUCTS, PRODUCERS, OFFICERS, LISTED = 1000, 300, 50, 20_000
_NAMES = ("Tương", "Nem chua", "Mỳ gạo", "Vải sấy", "Rượu nếp", "Bánh đa", "Gốm", "Mật ong", "Trà hoa", "Giò lụa")
_GROUPS = ("Thực phẩm", "Đồ uống", "Thủ công mỹ nghệ", "Thảo dược")
_BARE = jinja2.Template(
    """<!doctype html><html lang="vi"><title>Sản phẩm</title><h1>Sản phẩm ({{ count }})</h1><table>
{% for name, producer, address, group in rows %}<tr><td>{{ name }}</td><td>{{ producer }}</td><td>{{ address }}</td>
<td>{{ group }}</td></tr>{% endfor %}</table></html>""",
    autoescape=True,
)


class NoPhotos:
    """Nobody looks at photos on the board."""

    async def read(self, image: bytes) -> object:
        raise AssertionError(image)

    async def run(self, job: str, image: bytes, *, deadline: float | None = None) -> object:
        raise AssertionError(job, len(image), deadline)


@dataclass
class Timed:
    """What one address cost: seconds until its last byte, and bytes over the wire."""

    url: str
    page: str
    seconds: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    size: int = 0
    _begun: tuple[float, float] = (0.0, 0.0)

    def __enter__(self) -> Self:
        self._begun = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.seconds.append(time.perf_counter() - self._begun[0])
        self.busy.append(time.process_time() - self._begun[1])

    def at(self, part: float) -> float:
        """The time, in ms, within which so great a part of all answers came."""
        return _at(self.seconds, part)

    def busy_at(self, part: float) -> float:
        """The same in processor time, of this process with all its threads and of whoever asks it."""
        return _at(self.busy, part)


def _at(measured: Sequence[float], part: float) -> float:
    ranked = sorted(measured)
    return 1000 * ranked[min(len(ranked) - 1, int(part * len(ranked)))]


def catalogue(places: Places, today: date) -> list[ProductRow]:
    """The products: of every commune, with stars that end before and after today."""
    chance, units = random.Random(13), [unit for unit in places.communes() if unit.code]
    return [_row(number, units[number % PRODUCERS % len(units)], chance, today) for number in range(PRODUCTS)]


def _row(number: int, unit: object, chance: random.Random, today: date) -> ProductRow:
    maker = number % PRODUCERS
    day = today - timedelta(days=chance.randrange(30, 1500))
    return ProductRow(
        id=f"sp-{number}",
        name=f"{_NAMES[number % len(_NAMES)]} {unit} {number}",
        producer=f"Hợp tác xã nông nghiệp và dịch vụ số {maker}",
        producer_kind=list(ProducerKind)[maker % len(ProducerKind)],
        address=f"thôn {maker % 9 + 1}, {unit}, tỉnh Bắc Ninh",
        phones=(f"+8491{maker:07}",),
        group=_GROUPS[number % len(_GROUPS)],
        stars=chance.choice((3, 3, 3, 4, 4, 5)),
        decision=f"{number % 40}/QĐ-UBND",
        decided=PartialDate(day.year, day.month, day.day),
        issuer="UBND tỉnh Bắc Ninh",
        source="Sở Nông nghiệp và Môi trường",
        as_of=PartialDate(today.year, today.month, 1),
    )


async def fill(town: BoardTown, rows: Sequence[ProductRow], refresh: Callable[[], object]) -> None:
    """The catalogue, and what people did: looked, asked, proposed, looked in vain."""
    store, chance, now = town.context.store, random.Random(14), town.now
    await store.import_rows(rows, who="bench")
    await refresh()  # type: ignore[misc]  # SearchIndex.refresh
    await asyncio.gather(*(work_of_one(store, number, chance, now) for number in range(200)))
    for first in range(0, 3000, 500):
        viewed = [(f"nguoi-{number % 400}", rows[chance.randrange(300)].id) for number in range(first, first + 500)]
        views = (store.people.note_view(Address("web", who), key, at=now) for who, key in viewed)
        await asyncio.gather(*views)
    for first in range(0, 600, 100):
        sought = [
            (UnmetQuery(kind, shown), Address("web", f"nguoi-{number // 200}"))
            for number in range(first, first + 100)
            for kind, shown in (("code", f"https://tem.example/{number % 200}"), ("name", f"mắm lạ {number % 200}"))
        ]
        await asyncio.gather(*(store.unmet.note(query, key=query.shown, who=who) for query, who in sought))
    roles = (OfficerRole.PROVINCE, *([OfficerRole.COMMUNE] * 8), OfficerRole.VIEWER)
    for number in range(OFFICERS):
        await town.officer(roles[number % len(roles)], name=f"Cán bộ {number}")


async def work_of_one(store: Store, number: int, chance: random.Random, now: float) -> None:
    """One question that waits, and one correction."""
    key = f"sp-{chance.randrange(PRODUCTS)}"
    await asks(store, f"A{number:07}"[:8], key, at=now - chance.randrange(1, 20) * DAY)
    found = await store.product(key)
    assert found is not None
    by = Address("zalo", f"chu-{number}")
    told = Correction(0, found.producer.id, key, "website", "", f"https://trang-{number}.example", by, now)
    await store.corrections.propose(told)


async def ask(browser: OfficerBrowser, url: str, into: Timed) -> None:
    """Ask once, as a browser does."""
    headers, whole = {"Accept-Encoding": "gzip, deflate, br"}, browser.client.make_url(url)
    with into:
        async with browser.client.session.get(whole, headers=headers) as response:
            body = await response.content.read()
            assert response.status == web.HTTPOk.status_code, (url, response.status)
    into.size = max(into.size, len(body))


async def measure(town: BoardTown, browser: OfficerBrowser, *, times: int) -> list[Timed]:
    """Every page that *browser* gets to, in turns."""
    found = [Timed(each.url, each.page.path) for each in await walk(town, browser, "/board") if each.html]
    for _ in range(times):
        for each in found:
            await ask(browser, each.url, each)
    return found


async def measure_changed(town: BoardTown, browser: OfficerBrowser, rows: Sequence[ProductRow]) -> list[Timed]:
    """The pages that count everything, each time after the catalogue has changed."""
    found = [Timed(url, url) for url in ("/board", "/board/programme", "/board/programme/map")]
    for number in range(10):
        for each in found:
            changed = rows[number]
            await town.context.store.import_rows(
                [replace(changed, aliases=(f"Tên khác {number} {found.index(each)}",))], who="bench"
            )
            await ask(browser, each.url, each)
    return found


async def measure_list(browser: OfficerBrowser, rows: Sequence[ProductRow], file: Path) -> None:
    """An Excel list of 20,000 rows: from the upload until its preview stands, and what its bar said meanwhile."""
    listed = [replace(rows[number % PRODUCTS], id=f"moi-{number}", name=f"Món {number}") for number in range(LISTED)]
    write_list(file, listed)
    await browser.opens("/board/lists")
    data = FormData()
    data.add_field("form", browser.form)
    data.add_field("file", await asyncio.to_thread(file.read_bytes), filename=file.name)
    timed, said = Timed("/board/lists", "list"), list[str]()
    with timed:
        async with browser.client.post("/board/lists", data=data, allow_redirects=False) as sent:
            where = sent.headers["Location"]
        while (await browser.opens(where)).ok and "<progress" in browser.said:
            said += re.findall(r'<progress max="100" value="(\d+)"', browser.said)
            await asyncio.sleep(0.5)
    print(f"an Excel list of {LISTED} rows: preview after {timed.at(1) / 1000:.1f} s,", end=" ")
    print(f"processor {timed.busy_at(1) / 1000:.1f} s; its bar said {', '.join(dict.fromkeys(said))} %", flush=True)


def show(title: str, found: Sequence[Timed]) -> None:
    """Of each page the address that was slowest, and the largest."""
    print(f"{title:<36} {'p50 ms':>7} {'p95 ms':>7} {'cpu p50':>7} {'cpu p95':>7} {'KB':>6}")
    by_page: dict[str, list[Timed]] = {}
    for each in found:
        by_page.setdefault(each.page, []).append(each)
    for page, timed in by_page.items():
        worst = max(timed, key=lambda each: each.busy_at(0.95))
        times = (worst.at(0.5), worst.at(0.95), worst.busy_at(0.5), worst.busy_at(0.95))
        size = max(each.size for each in timed) / 1000
        print(f"  {page:<34}", *(f"{each:7.1f}" for each in times), f"{size:6.1f}")


async def bare(file: Path, *, times: int) -> Timed:
    """The same products as one table, by hand: no sign-in, no rights, no lists of work."""

    async def answer(_request: web.Request) -> web.Response:
        def read() -> tuple[int, list[tuple[str, ...]]]:
            with sqlite3.connect(file) as connection:
                (count,) = connection.execute("SELECT count(*) FROM products").fetchone()
                sql = (
                    "SELECT p.name, m.name, m.address, p.id FROM products p "
                    "JOIN producers m ON m.id = p.producer_id ORDER BY p.name LIMIT 50"
                )
                return count, connection.execute(sql).fetchall()

        count, rows = await asyncio.to_thread(read)
        return web.Response(text=_BARE.render(count=count, rows=rows), content_type="text/html")

    app, found = web.Application(middlewares=[pack]), Timed("/", "bare table, 50 rows")
    app.router.add_get("/", answer)
    async with TestServer(app) as server, ClientSession(auto_decompress=False) as session:
        for _ in range(times):
            with found:
                async with session.get(server.make_url("/"), headers={"Accept-Encoding": "gzip"}) as response:
                    found.size = len(await response.read())
    return found


async def run(folder: Path, *, times: int) -> None:
    """Fill a board, measure it, and the bare page."""
    file, places, today = folder / "board.db", Places.load_shipped(), date.today()  # noqa: DTZ011 - a bench's day
    async with AsyncExitStack() as stack:
        store: Store = await stack.enter_async_context(open_store(f"sqlite:///{file}", migrate=True, keys=[new_key()]))
        shelf = SearchIndex(store, places)
        context = Context(store, shelf.index, NoPhotos(), places, lambda: today)
        town = BoardTown(context)
        app = application(ServerState(context, Metrics(), {}, {}, lambda: PRODUCTS))
        town.server = await stack.enter_async_context(TestServer(app))
        await stack.enter_async_context(town.stack)
        rows = catalogue(places, today)
        await fill(town, rows, shelf.refresh)
        spare_collector()
        await measure_list(await signed_in(town, OfficerRole.PROVINCE), rows, folder / "danh-sach.xlsx")
        show("bare", [await bare(file, times=times)])
        for role in (OfficerRole.PROVINCE, OfficerRole.COMMUNE):
            browser = await signed_in(town, role)
            show(str(role), await measure(town, browser, times=times))
        show(
            "after each change of the catalogue",
            await measure_changed(town, await signed_in(town, OfficerRole.PROVINCE), rows),
        )


async def signed_in(town: BoardTown, role: OfficerRole) -> OfficerBrowser:
    """A browser of such an officer, which leaves packed what comes packed."""
    officers = await town.context.store.officers.list_all()
    officer = next(each for each in officers if each.grants[0].role is role)
    browser = await town.browser(auto_decompress=False)
    plain = {"Accept-Encoding": "identity"}
    browser.client.session.headers.update(plain)
    response = await browser.signs_in(await town.link(officer))
    assert response.status == web.HTTPSeeOther.status_code, browser.said
    return browser


def main() -> None:
    """Read the arguments."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--times", type=int, default=6, help="how often each address is asked for")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder), times=asked.times))


if __name__ == "__main__":
    main()
