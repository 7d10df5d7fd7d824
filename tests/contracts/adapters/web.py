"""The web chat, spoken to as its page does: a WebSocket, and a door for pictures."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.channel import Channel, Talk
from bot.channels.web import Settings, open_channel
from tests.stands.faults import Fault

Json = dict[str, Any]


@dataclass
class Someone:
    """A person with one tab open. *answers* are shown by their seq, each once, as the page does."""

    web: "Web"
    token: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    answers: dict[int, Json] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    done: Json = field(default_factory=dict)
    _socket: aiohttp.ClientWebSocketResponse | None = None
    _reading: asyncio.Task[None] | None = None
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def say(self, words: str) -> None:
        await self._do(type="say", text=words)

    async def photo(self, image: bytes) -> None:
        await self._connected()
        params = {"id": secrets.token_hex(8), "language": "vi"}
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.web.client.post("/chat/photo", data=image, params=params, headers=headers) as response:
            assert response.status == 200

    async def choose(self, number: int, *, of: int = -1) -> None:
        card = self._said[of]["cards"][number - 1]
        await self._do(type="tap", action=card["choices"][0]["action"])

    async def tap(self, label: str) -> None:
        offered = _choices(self._said[-1])
        await self._do(type="tap", action=next(each["action"] for each in offered if each["label"] == label))

    async def place(self, latitude: float, longitude: float) -> None:
        await self._do(type="place", latitude=latitude, longitude=longitude)

    async def strange(self) -> None:
        await (await self._connected()).send_str(json.dumps({"type": "sticker", "id": secrets.token_hex(8)}))

    async def again(self) -> None:
        self.acknowledged.discard(self.done["id"])
        await (await self._connected()).send_str(json.dumps(self.done))
        while self.done["id"] not in self.acknowledged:
            self._came.clear()
            await self._came.wait()
        if self.web.cut:
            await self.leave()

    def heard(self) -> list[str]:
        return list(self.shown)

    async def leave(self) -> None:
        """Close the tab without a word."""
        socket, self._socket = self._socket, None
        if socket is not None and socket._response.connection is not None:
            socket._response.connection.close()
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading

    async def enter(self) -> None:
        """Open a tab, and be told what was said meanwhile."""
        self._socket = await self.web.client.ws_connect("/chat/ws", headers={"Origin": self.web.url})
        hello = {"type": "hello", "token": self.token, "after": max(self.answers, default=0), "language": "vi"}
        await self._socket.send_str(json.dumps(hello))
        self._reading = asyncio.ensure_future(self._read(self._socket))  # noqa: TID251 - a test ends what it starts

    @property
    def _said(self) -> list[Json]:
        return [self.answers[seq] for seq in sorted(self.answers)]

    async def _connected(self) -> aiohttp.ClientWebSocketResponse:
        if self._socket is None:
            await self.enter()
        assert self._socket is not None
        return self._socket

    async def _do(self, **frame: Any) -> None:
        self.done = {"id": secrets.token_hex(8), **frame}
        await self.again()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            frame = json.loads(message.data)
            match frame["type"]:
                case "answer" if frame["seq"] not in self.answers:
                    self.answers[frame["seq"]] = frame["reply"]
                    self.shown.append("\n".join(_read(frame["reply"])))
                case "error":
                    self.shown.append(frame["text"])
                case "ack":
                    self.acknowledged.add(frame["id"])
            self._came.set()


@dataclass
class Web:
    """Our own server is the vendor. What can break is the line to a browser: *cut* loses it before each answer."""

    name: str = "web"
    touch: bool = True
    places: bool = True
    cut: bool = False
    url: str = ""
    people: list[Someone] = field(default_factory=list)
    _client: aiohttp.ClientSession | None = None

    @property
    def client(self) -> aiohttp.ClientSession:
        assert self._client is not None
        return self._client

    @property
    def secrets(self) -> Sequence[str]:
        """What proves each person to be themselves."""
        return [person.token for person in self.people]

    def settings(self) -> dict[str, str]:
        return {}

    def open(self, talk: Talk) -> AbstractAsyncContextManager[Channel]:
        return open_channel(Settings(), talk)

    async def mounted(self, url: str) -> None:
        self.url = url
        self._client = aiohttp.ClientSession(url)

    def someone(self) -> Someone:
        self.people.append(Someone(self))
        return self.people[-1]

    async def trouble(self, fault: Fault) -> None:
        """Whatever *fault* is: a line breaks in one way only."""
        self.cut = True

    async def mend(self) -> None:
        self.cut = False
        for person in self.people:
            if person._socket is None and person.done:
                await person.enter()

    async def close(self) -> None:
        for person in self.people:
            await person.leave()
        if self._client is not None:
            await self._client.close()


@asynccontextmanager
async def stand() -> AsyncIterator[Web]:
    web = Web()
    try:
        yield web
    finally:
        await web.close()


def _choices(reply: Json) -> list[Json]:
    cards = reply["cards"]
    own = [choice for card in cards for choice in card["choices"]] if len(cards) == 1 else []
    return [*own, *reply["choices"]]


def _read(reply: Json) -> Iterator[str]:
    """What the page shows of *reply*."""
    yield from (*reply["warnings"], reply["text"])
    for card in reply["cards"]:
        stars = card["stars"]
        yield card["title"]
        yield "" if stars is None else "★" * stars + "☆" * (5 - stars)
        yield from (card["subtitle"], card["verdict"])
        for section in card["sections"]:
            yield section["heading"]
            yield from (f"{fact['label']}: {fact['value']}" for fact in section["facts"])
        yield card["note"]
    yield from (choice["label"] for choice in _choices(reply))
