"""The wire: python-telegram-bot's requests carried by aiohttp.

The library never learns the token: it is given a placeholder, and the real address is put together here. So nothing
it logs, raises or prints can hold the token. Under load this is 6.5 times its default httpx transport.
"""

import logging
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from aiohttp import (
    AddrInfoType,
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    FormData,
    TCPConnector,
)
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram import spelling

FILES = "file:"
LARGEST_FILE = 20 * 1024 * 1024

_NEVER_SENT = (ClientConnectorError, ConnectionTimeoutError, ClientHttpProxyError)


class Unreachable(NetworkError):
    """No connection could be made, so nothing was sent."""


class Patience(TelegramError):
    """Telegram asks us to wait for *seconds* (429): nothing was done."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Telegram asks for patience")
        self.seconds = seconds


class TooLarge(NetworkError):
    """The file is larger than we take."""


@dataclass(frozen=True, slots=True)
class ApiUrl:
    """Where the Bot API is. *token* and *proxy* are secrets."""

    api: str
    token: str = field(repr=False)
    proxy: str | None = field(default=None, repr=False)

    def of(self, name: str) -> str:
        """The address of a method, or of a file when *name* begins with ``file:``."""
        inside, path = ("/file", name.removeprefix(FILES)) if name.startswith(FILES) else ("", name)
        return f"{self.api}{inside}/bot{self.token}/{path.lstrip('/')}"


@dataclass(frozen=True, slots=True)
class _Form:
    """What do_request() reads of the library's RequestData."""

    json_parameters: dict[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)


class Wire(BaseRequest):
    """A pool of connections to the Bot API; *timeout* is in seconds and for each stage of a request.

    *watched* connections are probed while they are silent, so that a dead one is noticed within seconds.
    """

    def __init__(self, address: ApiUrl, *, connections: int, timeout: float, watched: bool = False) -> None:
        self._address = address
        self._connections = connections
        self._timeout = timeout
        self._watched = watched
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the pool."""
        if self._session is None:
            pool = TCPConnector(limit=self._connections, socket_factory=_keepalive_socket if self._watched else None)
            self._session = ClientSession(
                connector=pool,
                cookie_jar=DummyCookieJar(),
                trust_env=False,
                json_serialize_bytes=spelling.spell,
                skip_auto_headers=("Accept-Encoding",),
            )

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def call(self, method: str, said: Mapping[str, Any]) -> Any:
        """Call *method* with what in *said* is not None; the result as it came. Raises telegram.error.TelegramError."""
        form = _Form({name: value for name, value in said.items() if value is not None})
        return await self.post(f"/{method}", form)  # type: ignore[arg-type]  # it only comes back to do_request()

    async def upload(self, method: str, said: Mapping[str, Any], *, name: str, image: bytes) -> Any:
        """Call *method* with *image*, a JPEG, as its parameter *name*. Raises telegram.error.TelegramError."""
        fields = {key: value for key, value in said.items() if value is not None}
        return await self.post(f"/{method}", _Form(fields, files={name: image}))  # type: ignore[arg-type]  # as above

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 -- aiohttp has no such stage
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 -- ours are the same for all
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 -- ours are the same for all
    ) -> tuple[int, bytes]:
        """Carry one request. Raises Unreachable, Patience, TimedOut or NetworkError; none names the address."""
        if self._session is None:
            raise Unreachable("the channel is closed")
        wait = self._timeout if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        try:
            return await self._carry(self._session, url=url, method=method, wait=wait, form=request_data)
        except _NEVER_SENT as error:
            raise Unreachable(f"no connection to the Bot API ({type(error).__name__})") from None
        except TimeoutError:
            raise TimedOut(f"no answer from the Bot API within {wait:g} s") from None
        except (ClientError, OSError) as error:
            raise NetworkError(f"the line to the Bot API broke ({type(error).__name__})") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Read an answer without logging it when it is damaged. Raises TelegramError."""
        try:
            answer = spelling.read(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not answer.keys() & {"result", "description"}:
            raise TelegramError("the Bot API's answer is not one of its own")
        return answer

    async def _carry(
        self, session: ClientSession, *, url: str, method: str, wait: float, form: RequestData | _Form | None
    ) -> tuple[int, bytes]:
        stages = _stages(self._timeout, wait)
        largest = LARGEST_FILE if url.startswith(FILES) else None
        async with session.request(
            method,
            self._address.of(url),
            **_body(form),
            proxy=self._address.proxy,
            timeout=stages,
            allow_redirects=False,
        ) as answer:
            if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                raise Patience(_seconds(await answer.read()))
            if largest is None:
                return answer.status, await answer.read()
            body = bytearray()
            async for chunk in answer.content.iter_chunked(1 << 16):
                body += chunk
                if len(body) > largest:
                    raise TooLarge("the file is larger than 20 MB")
            return answer.status, bytes(body)


def _body(form: RequestData | _Form | None) -> dict[str, Any]:
    """*form* as JSON, or as a multipart form where it brings files."""
    if form is None:
        return {}
    if not isinstance(form, _Form) or not form.files:
        return {"json": form.json_parameters or None}
    parts = FormData()
    for name, value in form.json_parameters.items():
        parts.add_field(name, value if isinstance(value, str) else spelling.spell(value).decode())
    for name, image in form.files.items():
        parts.add_field(name, image, filename="anh.jpg", content_type="image/jpeg")
    return {"data": parts}


@lru_cache(maxsize=8)
def _stages(connect: float, read: float) -> ClientTimeout:
    return ClientTimeout(total=None, connect=connect, sock_connect=connect, sock_read=read)


def _seconds(body: bytes) -> float:
    """The ``retry_after`` of a 429; one second if it names none."""
    try:
        return max(1.0, float(spelling.read(body)["parameters"]["retry_after"]))
    except (ValueError, TypeError, LookupError):
        return 1.0


def _keepalive_socket(address: AddrInfoType) -> socket.socket:
    """A socket that notices within some eight seconds that the other end is gone."""
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 3), ("TCP_KEEPINTVL", 2), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):  # Windows and macOS lack some of them
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return made


class _NoBodies(logging.Filter):
    """Drops what python-telegram-bot logs at DEBUG: whole messages, with people's words and phone numbers."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno > logging.DEBUG


def client(wire: Wire, *, polls: Wire) -> Bot:
    """The typed Bot API over *wire*; *polls* is kept apart so that a long poll never waits for a connection."""
    for name in ("telegram.Bot", "telegram.request.BaseRequest"):
        logging.getLogger(name).addFilter(_NO_BODIES)
    return Bot("hidden", base_url=lambda _: "", base_file_url=lambda _: FILES, request=wire, get_updates_request=polls)


_NO_BODIES = _NoBodies()
