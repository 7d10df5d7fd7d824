"""Bodies and secrets that strangers send, over real HTTP."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channel import MaybeSent, NotSent
from bot.channel_kit import http_call
from bot.channel_kit.bodies import read_request
from bot.channel_kit.secret import is_secret

MOST = 10


async def measured(request: web.Request) -> web.Response:
    return web.Response(body=await read_request(request, MOST))


async def pieces(*each: bytes) -> AsyncIterator[bytes]:
    for piece in each:
        yield piece


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 200),
        (b"x" * 10, 200),
        (b"x" * 11, 413),
        (pieces(b"x" * 5, b"", b"x" * 5), 200),
        (pieces(b"x" * 5, b"x" * 6), 413),
    ],
)
async def test_a_body_is_read_to_its_limit(given: object, status: int) -> None:
    app = web.Application()
    app.add_routes([web.post("/", measured)])
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession() as client,
        client.post(server.make_url("/"), data=given) as response,
    ):
        assert response.status == status
        if status == 200:
            assert await response.read() == (b"" if given is None else b"x" * 10)


@pytest.mark.parametrize(
    ("shown", "same"), [("geheim", True), ("", False), ("geheim ", False), ("\udce9", False), ("ế", False)]
)
def test_only_the_secret_itself_is_the_secret(shown: str, *, same: bool) -> None:
    """A header may hold any bytes; those that are no text are no reason to fail."""
    assert is_secret(shown, "geheim") is same


async def answering(request: web.Request) -> web.StreamResponse:
    match request.path:
        case "/page":
            return web.Response(text="<html>Bad Gateway</html>", status=502, headers={"Retry-After": "7"})
        case "/endless":
            return web.Response(body=b" " * (http_call.MOST_BYTES + 1))
    return web.json_response({"error": 0})


async def test_a_call_tells_what_came_back_and_never_the_token() -> None:
    app = web.Application()
    app.router.add_post("/{any}", answering)
    async with TestServer(app) as server, aiohttp.ClientSession() as client:

        async def call(path: str) -> http_call.HttpAnswer:
            return await http_call.post(client, str(server.make_url(path)), vendor="Zalo", seconds=5, json={})

        assert (await call("/fine")).json() == {"error": 0}
        page = await call("/page")
        assert (page.status, page.retry_after) == (502, 7.0)
        with pytest.raises(MaybeSent, match=r"no answer from Zalo that can be read"):
            page.json()
        with pytest.raises(MaybeSent):
            await call("/endless")
        url = str(server.make_url("/botSECRET/x"))
    async with aiohttp.ClientSession() as client:
        with pytest.raises(NotSent, match="Zalo cannot be reached") as caught:
            await http_call.post(client, url, vendor="Zalo", seconds=5)
        assert caught.value.__context__ is None
        assert "SECRET" not in str(caught.value)
