"""The Bot API over HTTP: tokens, long polls, webhooks, files, limits and faults."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, web

from tests.stands.faults import Faults, disordered, repeated
from tests.stands.telegram.methods import Methods
from tests.stands.telegram.rules import Refusal, typed
from tests.stands.telegram.world import Json, World

if TYPE_CHECKING:
    from random import Random

TOKEN = "7000000001:AAStandInForTheBotApiNotASecret00000"
_SENDS = {"sendMessage", "sendPhoto", "editMessageText", "editMessageCaption", "editMessageMedia"}


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came: typed parameters, the status it got, and the second at which it came."""

    method: str
    given: Json
    status: int
    at: float


class BotApi:
    """A stand-in for api.telegram.org. *limit* as (messages, seconds) per chat makes it answer 429 beyond.

    So does *overall*: how many messages a second it takes in all chats.
    """

    def __init__(self, *, token: str = TOKEN) -> None:
        self.token = token
        self.world = World()
        self.methods = Methods(self.world)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.downloads: list[str] = []
        self.webhook: Json = {"url": ""}
        self.limit: tuple[int, float] | None = None
        self.overall: int | None = None
        self.latency = 0.0
        self.unsteady: Random | None = None
        self.url = ""
        self._poller: asyncio.Event | None = None
        self._sent: dict[int, deque[float]] = defaultdict(deque)
        self._lately: deque[float] = deque()

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self.faults.middleware], client_max_size=50 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        return app

    def made(self, *methods: str, status: int | None = 200) -> list[Json]:
        """The parameters of the calls to *methods* that got *status* (None: any)."""
        return [c.given for c in self.calls if c.method in methods and status in {None, c.status}]

    def forget(self) -> None:
        """Lose track of what the bot confirmed: all of it waits again."""
        self.world.pending[:0] = self.world.confirmed
        self.world.confirmed = []
        self.world.news.set()

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            malformed = ":" not in request.match_info["token"]
            return _refused(Refusal("Not Found" if malformed else "Unauthorized", status=404 if malformed else 401))
        if self.latency:
            await asyncio.sleep(self.latency)
        given: Json = {}
        try:
            given = typed(method, await self._parameters(request))
            self._keep_limit(method, given)
            result = await self._result(method, given, request)
        except Refusal as refusal:
            self.calls.append(Call(method, given, refusal.status, time.monotonic()))
            return _refused(refusal)
        self.calls.append(Call(method, given, 200, time.monotonic()))
        return web.json_response({"ok": True, "result": result})

    async def _parameters(self, request: web.Request) -> Json:
        given: Json = dict(request.query)
        if request.content_type == "application/json" and request.can_read_body:
            given |= await request.json()
        elif request.can_read_body:
            for key, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    given[key] = f"upload:{self.world.keep_file(value.file.read())['file_id']}"
                elif isinstance(value, str):
                    given[key] = value
        return given

    async def _result(self, method: str, given: Json, request: web.Request) -> Any:
        if method == "getUpdates":
            return await self._updates(given, request)
        if method in {"setWebhook", "deleteWebhook", "getWebhookInfo"}:
            return self._webhook(method, given)
        return self.methods.call(method, given)

    def _webhook(self, method: str, given: Json) -> Any:
        if method == "getWebhookInfo":
            waiting = len(self.world.pending)
            return {"url": self.webhook["url"], "has_custom_certificate": False, "pending_update_count": waiting}
        if method == "setWebhook" and not given["url"].startswith("https://"):
            raise Refusal("Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if given.get("drop_pending_updates"):
            self.world.pending.clear()
        self.webhook = given if method == "setWebhook" else {"url": ""}
        if "allowed_updates" in given:
            self.world.wanted = set(given["allowed_updates"])
        return True

    async def _updates(self, given: Json, request: web.Request) -> list[Json]:
        if self.webhook["url"]:
            raise Refusal("Conflict: can't use getUpdates method while webhook is active", status=409)
        if self._poller is not None:
            self._poller.set()
        ended = self._poller = asyncio.Event()
        if "allowed_updates" in given:
            self.world.wanted = set(given["allowed_updates"])
        self.world.confirm(given.get("offset", 0))
        until = time.monotonic() + given.get("timeout", 0)
        while not self.world.pending and not ended.is_set() and (left := until - time.monotonic()) > 0:
            self.world.news.clear()
            await _either(self.world.news, ended, seconds=min(left, 0.2))
            if request.transport is None:
                # Whoever asked is gone: there is nobody to conflict with.
                self._poller = None if self._poller is ended else self._poller
                return []
        if ended.is_set():
            raise Refusal(
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                status=409,
            )
        self._poller = None
        batch = self.world.pending[: given.get("limit", 100)]
        if self.unsteady is not None:
            return disordered(repeated(batch, chance=self.unsteady), chance=self.unsteady)
        return batch

    def _keep_limit(self, method: str, given: Json) -> None:
        if method in _SENDS and self.overall is not None:
            now = time.monotonic()
            while self._lately and self._lately[0] <= now - 1.0:
                self._lately.popleft()
            if len(self._lately) >= self.overall:
                raise Refusal("Too Many Requests: retry after 1", status=429, retry_after=1)
            self._lately.append(now)
        if self.limit is None or method not in _SENDS:
            return
        most, seconds = self.limit
        sent, now = self._sent[given["chat_id"]], time.monotonic()
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        if len(sent) >= most:
            after = int(sent[0] + seconds - now) + 1
            raise Refusal(f"Too Many Requests: retry after {after}", status=429, retry_after=after)
        sent.append(now)

    async def _file(self, request: web.Request) -> web.Response:
        identity = request.match_info["path"].removeprefix("photos/").removesuffix(".jpg")
        if request.match_info["token"] != self.token or identity not in self.world.files:
            return _refused(Refusal("Not Found", status=404))
        self.downloads.append(identity)
        return web.Response(body=self.world.files[identity], content_type="application/octet-stream")

    async def push(self, to: str, *, most: int = 1, secret: str | None = None) -> list[int]:
        """Post what waits to the webhook, reached at *to*, each up to *most* times, one chat in order; the statuses."""
        shown = self.webhook.get("secret_token", "") if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": shown} if shown else {}
        lanes: dict[Any, list[Json]] = defaultdict(list)
        for update in list(self.world.pending):
            lanes[_lane(update)].append(update)
        async with ClientSession(headers=headers) as session:
            found = await asyncio.gather(*(self._push(session, to, lane, most=most) for lane in lanes.values()))
        return [status for statuses in found for status in statuses]

    async def _push(self, session: ClientSession, to: str, updates: list[Json], *, most: int) -> list[int]:
        statuses = []
        for update in updates:
            for _ in range(most):
                async with session.post(to, json=update) as answer:
                    statuses.append(answer.status)
            if answer.status != web.HTTPOk.status_code:
                break  # this chat's later updates wait until this one is taken
            self.world.pending.remove(update)
            self.world.confirmed.append(update)
        return statuses


async def _either(*events: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]  # noqa: TID251 -- a stand-in has no inbox
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


def _lane(update: Json) -> Any:
    what = next(value for key, value in update.items() if key != "update_id")
    return what.get("chat", what.get("message", {}).get("chat", what.get("from", {}))).get("id")


def _refused(refusal: Refusal) -> web.Response:
    body: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return web.json_response(body, status=refusal.status)


@asynccontextmanager
async def bot_api(*, token: str = TOKEN) -> AsyncIterator[BotApi]:
    """A stand-in that listens on a free port of this machine."""
    api = BotApi(token=token)
    runner = web.AppRunner(api.application(), shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port, *_ = runner.addresses[0]
    api.url = f"http://{host}:{port}"
    try:
        yield api
    finally:
        await runner.cleanup()
