"""The echo server: takes what we say, posts what people say, and shows its secret both ways."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from tests.stands.faults import Faults

HEADER = "X-Echo-Secret"


class EchoServer:
    """Use as ``async with EchoServer(secret).open() as server``."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.faults = Faults()
        self.said: list[tuple[str, str]] = []
        self.people: set[str] = set()
        self.url = ""
        self.webhook = ""
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator["EchoServer"]:
        """Serve until the block ends."""
        app = web.Application(middlewares=[self.faults.middleware])
        app.add_routes([web.post("/say", self._say), web.post("/hello", self._hello)])
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as self._session:
            try:
                yield self
            finally:
                await runner.cleanup()

    async def post(self, who: str, ref: str, **said: str | bytes) -> int:
        """Post what *who* said to our webhook; its status."""
        assert self._session is not None
        self.people.add(who)
        posted: dict[str, Any] = {"id": ref, "from": who}
        for name, value in said.items():
            posted[name] = base64.b64encode(value).decode() if isinstance(value, bytes) else value
        async with self._session.post(self.webhook, json=posted, headers={HEADER: self.secret}) as response:
            return response.status

    async def _hello(self, request: web.Request) -> web.Response:
        self._check_secret(request)
        return web.json_response(0)

    async def _say(self, request: web.Request) -> web.Response:
        self._check_secret(request)
        said = await request.json()
        if set(said) != {"to", "text"} or not said["text"].strip():
            raise web.HTTPBadRequest
        if said["to"] not in self.people:
            raise web.HTTPNotFound
        self.said.append((said["to"], said["text"]))
        return web.json_response(len(self.said))

    def _check_secret(self, request: web.Request) -> None:
        if request.headers.get(HEADER) != self.secret:
            raise web.HTTPUnauthorized
