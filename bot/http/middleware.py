"""What happens to every request before and after the application: who asks, slow bodies, odd heads, our own faults."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import hdrs, web

from bot.http.bodies import BodyTooSlow, enforce_rate
from bot.http.connection import Connection
from bot.http.limits import HttpLimits
from bot.http.refusals import Refusals
from bot.http.security_headers import plain
from bot.logs import outline
from bot.networks import CLIENT, FORWARDING, Networks, client_address
from catalog.errors import StoreError

log = logging.getLogger(__name__)

Handle = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_CONTINUE = "100-continue"
_WORDS = {
    HTTPStatus.REQUEST_TIMEOUT: "Gửi lâu quá nên bị ngắt, mời bạn thử lại. / Sending took too long. Please try again.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Máy chủ gặp lỗi, mời bạn thử lại sau. / Something went wrong. Please try again.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Máy chủ đang bận, mời bạn thử lại sau ít phút. / Please try again soon.",
}
# Where a WebSocket is asked for, aiohttp repeats these in its answers, which cannot be written where they are no text.
_REPEATED = (
    hdrs.UPGRADE,
    hdrs.CONNECTION,
    hdrs.SEC_WEBSOCKET_KEY,
    hdrs.SEC_WEBSOCKET_VERSION,
    hdrs.SEC_WEBSOCKET_PROTOCOL,
    hdrs.SEC_WEBSOCKET_EXTENSIONS,
)


class Front:
    """Stands before *handle*, the application."""

    def __init__(self, handle: Handle, *, trusted: Networks, limits: HttpLimits, refusals: Refusals) -> None:
        self._handle = handle
        self._trusted = trusted
        self._limits = limits
        self._refusals = refusals
        self._warned = False

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer *request*; whatever goes wrong becomes a short answer and one line in the log."""
        refused = _refuse_head(request)
        if refused is not None:
            self._refusals.count("odd request head")
            return refused
        self._note_client(request)
        try:
            return await self._answer(request)
        except web.HTTPException:
            raise
        except BodyTooSlow:
            return _last(HTTPStatus.REQUEST_TIMEOUT)
        except web.RequestPayloadError:
            self._refusals.count("malformed request body")
            return _last(HTTPStatus.BAD_REQUEST)
        except ConnectionError:
            raise
        except StoreError:
            self._refusals.count("the database is away")
            return _last(HTTPStatus.SERVICE_UNAVAILABLE)
        except Exception as error:  # noqa: BLE001 - whatever it is, its words may be a person's and stay out of the log
            return _broken(error)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        line = request.protocol
        if not request.body_exists or request.content.is_eof() or not isinstance(line, Connection):
            return await self._handle(request)
        with enforce_rate(request, line, limits=self._limits, refusals=self._refusals):
            return await self._handle(request)

    def _note_client(self, request: web.BaseRequest) -> None:
        request[CLIENT] = client_address(request, self._trusted)
        peer = request.remote or ""
        if not self._warned and peer not in self._trusted and any(name in request.headers for name in FORWARDING):
            self._warned = True
            log.warning(
                "requests say that they come through a proxy, which is not in HOI_OCOP_TRUSTED_PROXIES: "
                "all who come through it count as one visitor"
            )


def _refuse_head(request: web.BaseRequest) -> web.Response | None:
    """The answer to a head that asks for what nobody can give."""
    expected = request.headers.get(hdrs.EXPECT, _CONTINUE)
    if expected.lower() != _CONTINUE:
        return _last(HTTPStatus.EXPECTATION_FAILED)
    if hdrs.UPGRADE in request.headers and not all(
        value.isascii() for name in _REPEATED for value in request.headers.getall(name, ())
    ):
        return _last(HTTPStatus.BAD_REQUEST)
    return None


def _broken(error: Exception) -> web.Response:
    """Our own fault: the log hears what it is and where, whoever asked that it was ours."""
    log.error("a request could not be answered: %s", outline(error))
    return _last(HTTPStatus.INTERNAL_SERVER_ERROR)


def _last(status: HTTPStatus) -> web.Response:
    """An answer after which the connection closes; what people may see is said in their words."""
    response = plain(status, _WORDS.get(status, status.phrase))
    response.force_close()
    return response
