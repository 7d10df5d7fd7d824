"""The public figures: a page without a sign-in, and open data with a licence, a schema and nothing personal."""

import csv
import json
from collections.abc import AsyncIterator
from io import BytesIO, StringIO

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from bot.metrics import Metrics
from bot.server import ServerState, application
from catalog.dates import PartialDate
from catalog.model import ProducerKind, ProductRow
from handlers.context import Context
from handlers.open_figures import COLUMNS
from tests.conftest import Stock

Client = TestClient[web.Request, web.Application]
ADDRESS = "xã Bình Dương, huyện Gia Bình, Bắc Ninh"


@pytest.fixture
async def client(context: Context, stock: Stock) -> AsyncIterator[Client]:
    told = {"address": ADDRESS, "stars": 4, "source": "Sở", "as_of": PartialDate(2026), "phones": ("0912345678",)}
    household = {"producer": "Hộ bà Nguyễn Thị Lan", "producer_kind": ProducerKind.HOUSEHOLD, "email": "lan@nha.vn"}
    await stock(
        ProductRow("Nem bà Lan", decided=PartialDate(2025, 3, 1), **told, **household),  # type: ignore[arg-type]  # as given
        ProductRow("=Nem HTX", producer="HTX Nem", producer_kind=ProducerKind.COOPERATIVE, **told),  # type: ignore[arg-type]  # as given
    )
    app = application(ServerState(context, Metrics(), {}, {}, lambda: 0))
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_anybody_reads_the_page_in_their_language(client: Client) -> None:
    response = await client.get("/figures", headers={"Accept-Language": "en"})
    page = await response.text()
    assert response.status == 200
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "OCOP in figures" in page
    assert page.count('<path class="level-') == 99
    assert '<th scope="row">Xã Nhân Thắng</th>' in page
    assert "CC-BY-4.0" in page
    assert "Officers" not in page, "nothing leads to the board"
    assert 'href="/figures?lang=vi"' in page
    assert "OCOP qua các con số" in await (await client.get("/figures?lang=vi")).text()


async def test_the_open_data_names_its_licence_and_keeps_to_its_schema(client: Client) -> None:
    response = await client.get("/figures.json")
    document = await response.json()
    schema = await (await client.get(document["schema"])).json()
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert document["licence"]["name"] == "CC-BY-4.0"
    assert set(document) == set(schema["required"]) == set(schema["properties"])
    wanted = schema["properties"]["products"]["items"]["properties"]
    states = set(wanted["state"]["enum"])
    for product in document["products"]:
        assert set(product) == set(wanted)
        assert product["state"] in states
        assert product["stars"] is None or 1 <= product["stars"] <= 5
    assert all(cell["description"] for cell in wanted.values())
    in_force = sum(product["state"] == "in-force" for product in document["products"])
    assert document["total"]["states"]["in-force"] == in_force
    for counts in document["by"].values():
        assert sum(count["in_force"] for count in counts.values()) == in_force


async def test_nothing_personal_is_in_it(client: Client) -> None:
    for path in ("/figures", "/figures.csv", "/figures.json"):
        said = await (await client.get(path)).text()
        for personal in ("0912345678", "912345678", "lan@nha.vn", "Nguyễn Thị Lan"):
            assert personal not in said, path
    named = {each["name"]: each["producer"] for each in (await (await client.get("/figures.json")).json())["products"]}
    assert (named["Nem bà Lan"], named["=Nem HTX"]) == ("", "HTX Nem")


async def test_the_table_is_the_same_and_runs_nothing(client: Client) -> None:
    response = await client.get("/figures.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO((await response.text()).removeprefix("\ufeff"))))
    products = (await (await client.get("/figures.json")).json())["products"]
    assert list(rows[0]) == list(COLUMNS)
    assert [row["id"] for row in rows] == [product["id"] for product in products]
    assert "=Nem HTX" not in {row["name"] for row in rows}
    assert any(row["name"].endswith("=Nem HTX") for row in rows)


async def test_the_map_is_a_picture_for_chats(client: Client) -> None:
    drawn = {}
    for query in ("", "?commune=09475", "?commune=09466", "?commune=x"):
        response = await client.get(f"/figures/map.png{query}")
        assert response.content_type == "image/png"
        drawn[query] = await response.read()
        assert len(drawn[query]) < 100_000
        with Image.open(BytesIO(drawn[query])) as picture:
            assert picture.size == (1024, 636)
    assert drawn["?commune=09475"] != drawn[""] == drawn["?commune=x"]
    assert drawn["?commune=09475"] != drawn["?commune=09466"]
    assert await (await client.get("/figures/map.png")).read() == drawn[""]


async def test_they_are_told_as_of_any_day(client: Client) -> None:
    then = json.loads(await (await client.get("/figures.json?as_of=2025-02-28")).text())
    assert then["as_of"] == "2025-02-28"
    states = {each["name"]: each["state"] for each in then["products"]}
    assert states["Nem bà Lan"] == "without-star"
    page = await (await client.get("/figures?as_of=2025-02-28")).text()
    assert "/figures.csv?as_of=2025-02-28" in page
    assert (await client.get("/figures?as_of=x")).status == 200


async def test_a_route_is_a_picture_an_event_and_borders_without_points(client: Client) -> None:
    stops = {"stops": "09475:Nem~09319:Phù Lãng~99999:Không đâu~09475"}
    picture = await client.get("/route.png", params=stops)
    assert Image.open(BytesIO(await picture.read())).size[0] > 500
    event = await (await client.get("/route.ics", params=stops | {"lang": "ko"})).text()
    assert "SUMMARY:반나절 나들이" in event
    assert "1. Nem (Xã Nhân Thắng)" in event
    borders = await (await client.get("/route.gpx", params=stops)).text()
    assert "<trkseg>" in borders
    assert "<wpt" not in borders
    assert "Không đâu" not in event + borders
    for nothing in ({}, {"stops": ""}, {"stops": "~~:::~"}, {"stops": "99999:X"}):
        assert (await client.get("/route.gpx", params=nothing)).status == 404
