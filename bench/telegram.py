"""A Bot API that only counts and answers, and a crowd that writes to the bot: as light as they can be.

The strict stand-in of the tests costs a millisecond for each update; this one must not be what is measured.
"""

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

TOKEN = "123456789:bench-bench-bench"  # noqa: S105 - opens nothing
SECRET = "bench"  # noqa: S105 - guards nothing
WEBHOOK_CONNECTIONS = 40
_SENDS = (b"sendMessage", b"sendPhoto")
_CHAT = re.compile(rb"chat_id(?:\"?\s*[:=]\s*\"?|\"\r\n\r\n)(\d+)")
_OFFSET = re.compile(rb"offset\"?\s*[:=]\s*\"?(\d+)")
_ME = {"id": 123456789, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


@dataclass(slots=True)
class Crowd:
    """Everyone who writes: when each update was sent, accepted and answered. Each *chat* answers for one update.

    *after* is called once an update was answered.
    """

    texts: Iterator[str]
    after: Callable[[], None] = lambda: None
    sent: dict[int, float] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)
    accepted: list[float] = field(default_factory=list)
    refused: int = 0
    repeated: int = 0
    number: int = 0
    told: dict[int, deque[float]] = field(default_factory=dict)

    def write(self, chat: int = 0) -> bytes:
        """One more update as JSON, from somebody new, or from *chat*, who may write often."""
        self.number += 1
        who = chat or 1_000_000 + self.number
        if chat:
            self.told.setdefault(chat, deque()).append(time.perf_counter())
        else:
            self.sent[who] = time.perf_counter()
        person = f'"id":{who},"first_name":"Lan","last_name":"Nguyễn"'
        return (
            f'{{"update_id":{self.number},"message":{{"message_id":{self.number},'
            f'"from":{{{person},"is_bot":false,"username":"u{who}","language_code":"vi"}},'
            f'"chat":{{{person},"type":"private"}},"date":{int(time.time())},"text":{json.dumps(next(self.texts))}}}}}'
        ).encode()

    def hear(self, chat: int) -> None:
        """The bot wrote to *chat*."""
        if chat in self.answered:
            self.repeated += 1
        elif chat in self.sent:
            self.answered[chat] = time.perf_counter()
            self.after()

    @property
    def waiting(self) -> int:
        return len(self.sent) - len(self.answered)

    def latencies(self, *, since: float = 0.0) -> list[float]:
        """Seconds from writing to the arrival of the answer at the Bot API, of who wrote since then."""
        return sorted(at - self.sent[chat] for chat, at in self.answered.items() if self.sent[chat] >= since)


class BotApi:
    """Serves one bot; *latency* is in seconds and lies before every answer."""

    def __init__(self, crowd: Crowd, *, latency: float) -> None:
        self.crowd = crowd
        self.latency = latency
        self.calls: dict[bytes, int] = {}
        self._queue: deque[tuple[int, bytes]] = deque()
        self._polls: list[tuple[asyncio.Transport, int]] = []

    async def listen(self) -> tuple[asyncio.Server, int]:
        server = await asyncio.get_running_loop().create_server(lambda: _Request(self), "127.0.0.1", 0, backlog=1024)
        return server, server.sockets[0].getsockname()[1]

    def offer(self, update: bytes) -> None:
        """Let the bot fetch *update* by getUpdates."""
        self._queue.append((self.crowd.number, update))
        if self._polls:
            asyncio.get_running_loop().call_soon(self._give)

    def serve(self, method: bytes, head: bytes, body: bytes, transport: asyncio.Transport) -> None:
        self.calls[method] = self.calls.get(method, 0) + 1
        if method == b"getUpdates":
            asked = _OFFSET.search(head) or _OFFSET.search(body)
            self._polls.append((transport, int(asked[1]) if asked else 0))
            self._give()
            return
        if method in _SENDS and (chat := _CHAT.search(body)):
            self.crowd.hear(int(chat[1]))
            said = b'{"message_id":1,"date":1767225600,"chat":{"id":%s,"type":"private"},"text":"ok"}' % chat[1]
            self._answer(transport, said)
            return
        self._answer(transport, json.dumps(_ME).encode() if method == b"getMe" else b"true")

    def _give(self) -> None:
        while self._polls:
            transport, offset = self._polls[0]
            while self._queue and self._queue[0][0] < offset:
                self._queue.popleft()
            if not self._queue:
                return
            self._polls.pop(0)
            some = [self._queue[place][1] for place in range(min(100, len(self._queue)))]
            self._answer(transport, b"[" + b",".join(some) + b"]")

    def _answer(self, transport: asyncio.Transport, result: bytes) -> None:
        body = b'{"ok":true,"result":' + result + b"}"
        whole = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        if self.latency:
            asyncio.get_running_loop().call_later(self.latency, transport.write, whole)
        else:
            transport.write(whole)


class _Request(asyncio.Protocol):
    """One connection of the bot to its API."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (whole := _message(self._read)) is not None:
            head, body, self._read = whole
            path = head.split(b" ", 2)[1]
            method = path.rpartition(b"/")[2].partition(b"?")[0]
            self._api.serve(method, path, body, self._transport)


class Posts:
    """Posts updates to the bot's webhook over as many connections as Telegram uses."""

    def __init__(self, crowd: Crowd, *, port: int, path: str) -> None:
        self.crowd = crowd
        self._port = port
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: "
        ).encode()
        self._queue: deque[tuple[float, bytes]] = deque()
        self._idle: list[_Post] = []

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(WEBHOOK_CONNECTIONS):
            _, post = await loop.create_connection(lambda: _Post(self), "127.0.0.1", self._port)
            self._idle.append(post)

    def offer(self, update: bytes) -> None:
        """Post *update* as soon as a connection is free."""
        self._queue.append((time.perf_counter(), self._head + b"%d\r\n\r\n" % len(update) + update))
        if self._idle:
            self._idle.pop().go(*self._queue.popleft())

    def free(self, post: "_Post") -> None:
        if self._queue:
            post.go(*self._queue.popleft())
        else:
            self._idle.append(post)

    def close(self) -> None:
        for post in self._idle:
            post.transport.close()


class _Post(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, posts: Posts) -> None:
        self._posts = posts
        self._read = b""
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def go(self, began: float, request: bytes) -> None:
        self._began = began
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._read += data
        whole = _message(self._read)
        if whole is None:
            return
        head, _, self._read = whole
        if b" 200 " in head[:16]:
            self._posts.crowd.accepted.append(time.perf_counter() - self._began)
        else:
            self._posts.crowd.refused += 1
        self._posts.free(self)


def _message(read: bytes) -> tuple[bytes, bytes, bytes] | None:
    """The head, the body and what follows of the first HTTP message in *read*; None if it is not whole."""
    end = read.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = read[:end]
    at = head.lower().find(b"content-length:")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    start = end + 4
    if len(read) < start + length:
        return None
    return head, read[start : start + length], read[start + length :]
