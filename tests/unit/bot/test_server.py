"""The HTTP server: health, metrics and product pages."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import escape
from io import BytesIO

import pytest
import zxingcpp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from bot.channel import Condition, Health
from bot.http import serving
from bot.metrics import Metrics
from bot.server import ServerState, application
from catalog.dates import PartialDate
from catalog.errors import StoreError
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.model import ProductRow
from catalog.ratings import Rating
from catalog.store import InboxRow, open_store
from handlers.context import Context
from handlers.messages import Person
from tests.conftest import Stock
from tests.unit.bot.channels import Ear
from tests.unit.store.engines import set_pragma

Client = TestClient[web.Request, web.Application]
GTIN = "8936012345674"


class Down(Ear):
    """A channel that is down."""

    def condition(self) -> Condition:
        return Condition(Health.DOWN, "the vendor does not answer")

    async def probe(self) -> str:
        return ""

    async def forget(self, person: Person) -> None:
        return


def house(context: Context) -> ServerState:
    channels = {"ear": Ear(), "zalo_oa": Down(name="zalo_oa")}
    return ServerState(context, Metrics(), channels, {"telegram": "off"}, lambda: len(context.index()))


@pytest.fixture
async def client(context: Context, stock: Stock) -> AsyncIterator[Client]:
    await stock(
        ProductRow(
            name='<b>Nem</b> "Bùi" & Co',
            producer="<script>alert(1)</script>",
            id="nem-1",
            stars=4,
            decided=PartialDate(2025, 1, 1),
            website="javascript:alert(1)",
            gtins=(GTIN,),
            source="Sở: https://so.example.vn/a?b=1&c=<2>",
        ),
        ProductRow(name="Lạ", producer="Lạ", id="Lạ/1"),
    )
    async with TestClient(TestServer(application(house(context)))) as opened:
        yield opened


async def test_it_is_alive(client: Client) -> None:
    response = await client.get("/healthz")
    assert (response.status, await response.text()) == (200, "ok\n")


async def test_it_is_ready_whatever_a_channel_does(client: Client) -> None:
    response = await client.get("/readyz")
    assert response.status == 200
    assert await response.json() == {
        "ready": True,
        "products": 121,
        "database": "up",
        "channels": {"telegram": "off", "ear": "up", "zalo_oa": "down: the vendor does not answer"},
    }


async def test_without_its_database_it_is_not_ready_and_pages_say_so(context: Context) -> None:
    async with (
        open_store("postgresql://nobody:geheim@127.0.0.1:1/none") as gone,
        TestClient(TestServer(application(house(replace(context, store=gone))))) as client,
    ):
        response = await client.get("/readyz")
        assert response.status == 503
        told = await response.text()
        assert json.loads(told)["database"] != "up"
        assert "geheim" not in told
        page = await client.get("/p/nem-1")
        assert (page.status, page.headers["Retry-After"]) == (503, "30")
        assert (await client.get("/healthz")).status == 200


async def test_its_figures_are_for_prometheus(client: Client) -> None:
    response = await client.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = await response.text()
    assert 'hoi_ocop_channel_up{channel="ear"} 1.0' in text
    assert 'hoi_ocop_channel_up{channel="zalo_oa"} 0.0' in text
    assert "hoi_ocop_products 121.0" in text


async def test_what_waits_and_refused_writes_are_told(client: Client, context: Context) -> None:
    long_ago = context.now() - 7200
    await context.store.inbox.put(InboxRow("ear", "an", "1", "{}", received_at=long_ago))
    await context.store.inbox.put(InboxRow("ear", "binh", "1", "{}"))
    await context.store.outbox.add(Notice("k", Address("zalo", "an"), NoticeKind.ANSWER, "", due_at=1.0))
    text = await (await client.get("/metrics")).text()
    assert 'hoi_ocop_queue_depth{channel="ear",queue="messages"} 2.0' in text
    (oldest,) = re.findall(r'hoi_ocop_queue_oldest_seconds\{channel="ear",queue="messages"\} ([0-9.]+)', text)
    assert 7200 <= float(oldest) < 7300
    assert 'hoi_ocop_queue_depth{channel="zalo",queue="notices"} 1.0' in text
    # Where nothing waits there is a figure too, so that a missing one means trouble.
    assert 'hoi_ocop_queue_depth{channel="ear",queue="answers"} 0.0' in text
    assert 'hoi_ocop_retries_total{channel="ear",queue="notices"} 0.0' in text
    assert "hoi_ocop_erasure_pending 1.0" in text
    assert 'hoi_ocop_step_seconds_count{channel="ear",step="whole"} 0.0' in text
    assert "hoi_ocop_last_backup_timestamp_seconds 0.0" in text
    await context.store.note_backup(1_800_000_000.0)
    assert "hoi_ocop_last_backup_timestamp_seconds 1.8e+09" in await (await client.get("/metrics")).text()
    (room,) = re.findall(r"\nhoi_ocop_disk_free_bytes (\S+)", text)
    assert float(room) > 0
    assert await context.store.settle_erased()
    assert "hoi_ocop_erasure_pending 0.0" in await (await client.get("/metrics")).text()
    assert "hoi_ocop_database_writable 1.0" in text
    await set_pragma(context.store, "query_only=ON")
    with pytest.raises(StoreError):
        await context.store.inbox.put(InboxRow("ear", "an", "2", "{}"))
    response = await client.get("/readyz")
    assert response.status == 503
    assert "readonly" in (await response.json())["database"]
    text = await (await client.get("/metrics")).text()
    assert "hoi_ocop_database_writable 0.0" in text
    assert "hoi_ocop_database_refused 2.0" in text
    await set_pragma(context.store, "query_only=OFF")
    assert (await client.get("/readyz")).status == 200


async def test_a_product_has_a_page_that_runs_nothing(client: Client) -> None:
    response = await client.get("/p/nem-1")
    assert (response.status, response.content_type, response.charset) == (200, "text/html", "utf-8")
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    page = await response.text()
    assert "&lt;b&gt;Nem&lt;/b&gt;" in page
    assert "<b>Nem" not in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "Còn hiệu lực đến 01/01/2028" in page
    assert 'href="/?p=nem-1"' in page


@pytest.mark.parametrize(("more", "size"), [("", (1200, 630)), ("&form=square", (1080, 1080))])
async def test_a_page_that_is_sent_on_has_pictures_of_its_card(
    client: Client, context: Context, more: str, size: tuple[int, int]
) -> None:
    """Their addresses name the day, so that no messenger shows yesterday's for today's."""
    page = await (await client.get("/p/nem-1")).text()
    address = f"/p/nem-1/card.png?day={context.today()}{more}"
    assert f'content="https://ocop.test{escape(address)}"' in page
    assert f"Đúng vào ngày {context.today():%d/%m/%Y}." in page
    response = await client.get(address)
    assert (response.status, response.content_type) == (200, "image/png")
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in response.headers
    drawn = Image.open(BytesIO(await response.read()))
    assert drawn.size == size
    (code,) = (code.text for code in zxingcpp.read_barcodes(drawn))
    assert code == "https://ocop.test/p/nem-1"


async def test_what_buyers_think_stands_on_the_page_beside_the_stars(client: Client, context: Context) -> None:
    give = context.store.ratings.give
    assert "Điểm người mua" not in await (await client.get("/p/nem-1")).text()
    for number in range(7):
        words = f"<i>Lời {number}</i> của tôi"
        await give(Rating(Address("zalo", f"n{number}"), "nem-1", 4 + number % 2, words, at=number * 86400.0))
    page = await (await client.get("/p/nem-1")).text()
    assert "4,4/5 điểm · 7 người mua" in page
    assert "Điểm là ý kiến của người mua ở đây" in page
    assert "&lt;i&gt;Lời 6&lt;/i&gt;" in page
    assert "Lời 1&lt;" not in page
    assert "?buyers=2" in page
    assert "Lời 1&lt;" in await (await client.get("/p/nem-1?buyers=2")).text()
    for odd in ("0", "x", "99", "٣"):
        assert (await client.get(f"/p/nem-1?buyers={odd}")).status == 200


async def test_products_side_by_side_are_a_picture(client: Client, stock: Stock) -> None:
    await stock(ProductRow(name="Nem nướng", producer="HTX Nem", id="nem-2"))
    response = await client.get("/compare.png?of=nem-1,nem-2&km=5,20")
    assert (response.status, response.content_type) == (200, "image/png")
    assert Image.open(BytesIO(await response.read())).size == (1080, 1080)
    again = await client.get("/compare.png?of=nem-1,nem-2&km=here,there")
    assert again.status == 200, "what is no distance is left out"


async def test_the_picture_of_what_is_not_there_is_not_there(client: Client) -> None:
    for path in ("/p/gone/card.png", "/p/%00/card.png", "/compare.png", "/compare.png?of=nem-1", "/compare.png?of=%00"):
        assert (await client.get(path)).status == 404


async def test_a_page_speaks_the_language_that_is_asked_for(client: Client) -> None:
    assert "Valid until 01/01/2028" in await (await client.get("/p/nem-1?lang=en")).text()
    assert "Còn hiệu lực" in await (await client.get("/p/nem-1?lang=fr")).text()


async def test_an_odd_id_has_a_page_by_its_row(client: Client, context: Context) -> None:
    product = await context.store.product("Lạ/1")
    assert product is not None
    assert (await client.get(f"/p/{product.ref}")).status == 200
    assert (await client.get("/p/L%E1%BA%A1%2F1")).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/p/gone",
        "/p/%00",
        "/p/%ED%A0%80",
        "/p/~999",
        "/p/%3Cscript%3E",
        "/p/" + "x" * 3000,
        "/01/8936012345681",
        "/01/x",
    ],
)
async def test_a_page_that_is_not_there_says_so_as_a_page(client: Client, path: str) -> None:
    response = await client.get(path)
    assert (response.status, response.content_type) == (404, "text/html")
    assert "<script>" not in await response.text()
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "path", ["/p/%00", "/p/~1%00", "/01/8936012345674%00", "/media/%00", "/fairs/%00", "/fairs/%00.ics", "/b/%00"]
)
async def test_an_address_that_no_database_can_hold_is_not_there(
    context: Context, postgresql_url: str, path: str
) -> None:
    """PostgreSQL refuses a NUL, which looked like a database that is away."""
    async with open_store(postgresql_url) as store:
        app = application(house(replace(context, store=store)))
        async with TestClient(TestServer(app)) as client:
            assert (await client.get(path)).status == 404


@pytest.mark.parametrize("path", [f"/01/{GTIN}", f"/01/0{GTIN}", f"/01/0{GTIN}/", f"/01/{GTIN}?utm=1"])
async def test_a_digital_link_leads_to_its_product(client: Client, path: str) -> None:
    response = await client.get(path)
    assert response.status == 200
    assert "&lt;b&gt;Nem" in await response.text()


async def test_a_digital_link_tells_of_the_package(client: Client) -> None:
    page = await (await client.get(f"/01/0{GTIN}/10/LOT%3Cb%3E7?17=261101&11=260101")).text()
    assert "LOT&lt;b&gt;7" in page
    assert "01/11/2026 — đã quá hạn" in page
    assert "01/01/2026" in page


async def test_what_it_does_not_serve_is_not_there(client: Client) -> None:
    assert (await client.get("/p/")).status == 404
    assert (await client.post("/p/nem-1")).status == 405


async def test_it_listens_on_a_free_port_until_left(context: Context) -> None:
    async with serving(application(house(context)), host="127.0.0.1", port=0) as port:
        assert port > 0


async def test_a_kept_picture_is_shown_for_good(client: Client, context: Context) -> None:
    """Messengers fetch a picture more than once, and later."""
    path = await context.store.keep_picture(b"\xff\xd8jpeg")
    response = await client.get(path)
    assert (response.status, response.content_type, await response.read()) == (200, "image/jpeg", b"\xff\xd8jpeg")
    assert "immutable" in response.headers["Cache-Control"]
    assert (await client.get("/media/none.jpg")).status == 404
