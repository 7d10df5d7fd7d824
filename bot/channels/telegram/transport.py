"""The wire: python-telegram-bot's requests carried by aiohttp, and what Telegram's refusals mean.

The library never learns the token: it is given a placeholder, and the real address is put together here. So nothing
it logs, raises or prints can hold the token. Under load this is 6.5 times its default httpx transport.
"""

import json
import logging
import re
import socket
from collections.abc import Callable, Mapping
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
from pydantic import TypeAdapter
from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channel import Gone, MaybeSent, NotSent, Refused, SendError
from bot.channel_kit.bodies import BodyTooLarge, read_bounded
from bot.channel_kit.download import LARGEST

FILES = "file:"

_NEVER_SENT = (ClientConnectorError, ConnectionTimeoutError, ClientHttpProxyError)


class Unreachable(NetworkError):
    """No connection could be made, so nothing was sent."""


class Patience(TelegramError):
    """Telegram asks us to wait for *seconds* (429): nothing was done."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Telegram asks for patience")
        self.seconds = seconds


class DamagedAnswer(NetworkError):
    """What came back is no answer of the Bot API: nobody knows what became of the call."""


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
                json_serialize_bytes=dump_json,
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
        """Read an answer without logging it when it is damaged. Raises DamagedAnswer."""
        try:
            answer = parse_json(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not answer.keys() & {"result", "description"}:
            raise DamagedAnswer("the Bot API's answer is not one of its own")
        return answer

    async def _carry(
        self, session: ClientSession, *, url: str, method: str, wait: float, form: RequestData | _Form | None
    ) -> tuple[int, bytes]:
        stages = _stages(self._timeout, wait)
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
            try:
                return answer.status, await read_bounded(answer.content, LARGEST)
            except BodyTooLarge:
                raise TooLarge("the file is larger than 20 MB") from None


def _body(form: RequestData | _Form | None) -> dict[str, Any]:
    """*form* as JSON, or as a multipart form where it brings files."""
    if form is None:
        return {}
    if not isinstance(form, _Form) or not form.files:
        return {"json": form.json_parameters or None}
    parts = FormData()
    for name, value in form.json_parameters.items():
        parts.add_field(name, value if isinstance(value, str) else dump_json(value).decode())
    for name, image in form.files.items():
        parts.add_field(name, image, filename="anh.jpg", content_type="image/jpeg")
    return {"data": parts}


@lru_cache(maxsize=8)
def _stages(connect: float, read: float) -> ClientTimeout:
    return ClientTimeout(total=None, connect=connect, sock_connect=connect, sock_read=read)


def _seconds(body: bytes) -> float:
    """The ``retry_after`` of a 429; one second if it names none."""
    try:
        return max(1.0, float(parse_json(body)["parameters"]["retry_after"]))
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


_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


def dump_json(said: Any) -> bytes:
    """*said* as JSON."""
    return _ANYTHING.dump_json(said)


def parse_json(body: bytes) -> Any:
    """What *body* says. Raises ValueError, and RecursionError for what is nested without end."""
    try:
        return _ANYTHING.validate_json(body)
    except ValueError:
        # Half a letter is no reason to refuse an update: Telegram would bring it again and again.
        return json.loads(body)


_SAME = ("message is not modified",)
_LOST = ("message to edit not found", "message can't be edited", "message_id_invalid", "message identifier")
_NO_TOPIC = ("message thread not found", "topic_deleted", "topic_id_invalid")
_NOBODY = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found", "input_user_deactivated")
# A chat that forbids one kind of message may take another, tomorrow this one too: it is not gone.
_FORBIDDEN_KIND = (
    "not enough rights", "have no rights", "no write access", "need administrator rights", "chat_write_forbidden",
    "chat_restricted", "chat_admin_required", "chat_guest_send_forbidden", "topic_closed", "topic_hidden",
)  # fmt: skip
_KIND_OF_MESSAGE = re.compile(r"chat_send_\w+_forbidden|\w*plain_forbidden|voice_messages_forbidden")

_MEANINGS: tuple[tuple[type[TelegramError], Callable[[], SendError]], ...] = (
    (Unreachable, lambda: NotSent("the Bot API cannot be reached", seconds=5.0)),
    (InvalidToken, lambda: NotSent("Telegram does not take our token", seconds=60.0)),
    (Forbidden, lambda: Gone("Telegram lets us write there no more")),  # blocked, kicked, deactivated
    (NetworkError, lambda: MaybeSent("the Bot API did not answer, or answered with an error of its own")),
)


class Lost(SendError):
    """The message that should be edited is not there any more, or too old."""


class NoTopic(Refused):
    """The topic in which an answer belongs is not there any more."""


def meaning(error: TelegramError) -> SendError:
    """The error of ours that *error* is."""
    if isinstance(error, Patience):
        return NotSent("Telegram asks for patience", seconds=error.seconds)
    if isinstance(error, BadRequest | Forbidden) and _forbids_kind(error):
        return Refused("this chat does not take such a message from us")
    if isinstance(error, BadRequest):
        return _refusal(error)
    known = (make for kind, make in _MEANINGS if isinstance(error, kind))
    return next(known, lambda: Refused(type(error).__name__))()


def nothing_to_change(error: BadRequest) -> bool:
    """True when the message already shows what it should."""
    return _says(error, _SAME)


def _refusal(error: BadRequest) -> SendError:
    if _says(error, _LOST):
        return Lost("the message to edit is gone")
    if _says(error, _NO_TOPIC):
        return NoTopic("there is no such topic any more")
    if _says(error, _NOBODY):
        return Gone("there is no such chat for us")
    return Refused(error.message)


def _forbids_kind(error: TelegramError) -> bool:
    return _says(error, _FORBIDDEN_KIND) or _KIND_OF_MESSAGE.search(error.message.lower()) is not None


def _says(error: TelegramError, words: tuple[str, ...]) -> bool:
    return any(word in error.message.lower() for word in words)
