"""The platform as a real HTTP server: one bot, its chats, its updates."""

import asyncio
import json
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from tests.stands.faults import Faults

TEXT = 2000
TOKEN = "1459232241454765289:stand-token-Zq81"


class Refused(Exception):
    """The API says no."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass
class Bot:
    """What the platform knows of the bot. *https_only* False lets tests set webhooks on this machine."""

    token: str = TOKEN
    webhook: str = ""
    secret: str = ""
    https_only: bool = True
    chats: set[str] = field(default_factory=set)


class Platform:
    """Use as ``async with Platform().open() as zalo:``."""

    def __init__(self, bot: Bot | None = None) -> None:
        self.bot = bot or Bot()
        self.faults = Faults()
        self.sent: list[dict[str, Any]] = []
        self.actions: list[dict[str, Any]] = []
        self.refusals: list[tuple[int, str]] = []
        self.statuses: list[int] = []
        self.calls: list[str] = []
        self.wrapped = False
        self.longest_poll = 60.0
        self.most_polls = self._polls = 0
        self.url = ""
        self._updates: deque[dict[str, Any]] = deque()
        self._came = asyncio.Event()
        self._pictures: dict[str, bytes] = {}
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self, *, port: int = 0) -> AsyncIterator["Platform"]:
        """Serve until the block ends."""
        app = web.Application(middlewares=[self.faults.middleware])
        app.add_routes([web.post("/bot{token}/{method}", self._call), web.get("/pictures/{name}", self._picture)])
        # A poll whose line is cut must take no update with it.
        runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as self._session:
            try:
                yield self
            finally:
                await runner.cleanup()

    # What persons do -------------------------------------------------------------------------------------------

    async def says(self, user: str, text: str, *, msg_id: str = "", group: str = "") -> int:
        """*user* writes; 0, or what the webhook answered."""
        return await self.happens("text", user, {"text": text}, msg_id=msg_id, group=group)

    async def shows(self, user: str, image: bytes, *, caption: str = "", msg_id: str = "") -> int:
        """*user* sends a picture."""
        address = self.picture(image)
        return await self.happens("image", user, {"photo_url": address, "caption": caption}, msg_id=msg_id)

    async def happens(self, kind: str, user: str, message: dict[str, Any], *, msg_id: str = "", group: str = "") -> int:
        """Something of *kind* comes from *user*: it waits for getUpdates, or goes to the webhook."""
        update = self.update(kind, user, message, msg_id=msg_id, group=group)
        if self.bot.webhook:
            return await self.post(update)
        self._updates.append(update)
        self._came.set()
        return 0

    def update(
        self, kind: str, user: str, message: dict[str, Any], *, msg_id: str = "", group: str = ""
    ) -> dict[str, Any]:
        """An update as the platform words it."""
        chat = group or user
        self.bot.chats.add(chat)
        self.bot.chats.add(user)
        return {
            "event_name": f"message.{kind}.received",
            "message": {
                "message_id": msg_id or secrets.token_hex(10),
                "from": {"id": user, "display_name": "Lan", "is_bot": False},
                "chat": {"id": chat, "chat_type": "GROUP" if group else "PRIVATE"},
                "date": round(time.time() * 1000),
                **message,
            },
        }

    async def post(self, update: dict[str, Any], *, secret: str | None = None) -> int:
        """Post *update* to the webhook."""
        assert self._session is not None
        body = {"ok": True, "result": update} if self.wrapped else update
        headers = {"X-Bot-Api-Secret-Token": self.bot.secret if secret is None else secret}
        async with self._session.post(self.bot.webhook, data=json.dumps(body), headers=headers) as response:
            self.statuses.append(response.status)
            return response.status

    # What bots call --------------------------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.Response:
        self.calls.append(request.match_info["method"])
        try:
            result = await self._result(request)
        except Refused as refused:
            self.refusals.append((refused.code, str(refused)))
            return web.json_response({"ok": False, "error_code": refused.code, "description": str(refused)})
        return web.json_response({"ok": True} if result is None else {"ok": True, "result": result})

    async def _result(self, request: web.Request) -> Any:
        if request.match_info["token"] != self.bot.token:
            raise Refused(401, "Unauthorized")
        if request.content_type != "application/json":
            raise Refused(400, "content type")
        method = _METHODS.get(request.match_info["method"])
        if method is None:
            raise Refused(404, "Not found")
        return await method(self, await request.json())

    async def _get_me(self, _params: dict[str, Any]) -> dict[str, Any]:
        return {"id": self.bot.token.partition(":")[0], "account_name": "bot.stand", "account_type": "BASIC"}

    async def _get_updates(self, params: dict[str, Any]) -> dict[str, Any]:
        _only(params, {"timeout"})
        if self.bot.webhook:
            raise Refused(400, "getUpdates is off while a webhook is set")
        if not isinstance(params.get("timeout"), str) or not params["timeout"].isdecimal():
            raise Refused(400, "timeout must be a string of digits")
        seconds = min(float(params["timeout"]), self.longest_poll)
        self._polls += 1
        self.most_polls = max(self.most_polls, self._polls)
        try:
            async with asyncio.timeout(seconds):
                while not self._updates:
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            raise Refused(408, "Request timeout") from None
        finally:
            self._polls -= 1
        return self._updates.popleft()

    async def _set_webhook(self, params: dict[str, Any]) -> dict[str, Any]:
        _only(params, {"url", "secret_token"})
        url, secret = params.get("url", ""), params.get("secret_token", "")
        if self.bot.https_only and urlsplit(url).scheme != "https":
            raise Refused(400, "https only")
        if not 8 <= len(secret) <= 256:
            raise Refused(400, "secret_token must have 8 to 256 characters")
        self.bot.webhook, self.bot.secret = url, secret
        return {"url": url, "updated_at": round(time.time() * 1000)}

    async def _delete_webhook(self, params: dict[str, Any]) -> dict[str, Any]:
        _only(params, set())
        self.bot.webhook = ""
        return {"url": "", "updated_at": round(time.time() * 1000)}

    async def _get_webhook_info(self, _params: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.bot.webhook, "updated_at": round(time.time() * 1000)}

    async def _send_message(self, params: dict[str, Any]) -> dict[str, Any]:
        _only(params, {"chat_id", "text", "parse_mode", "text_styles"})
        _words(params.get("text"))
        return self._kept("sendMessage", params)

    async def _send_photo(self, params: dict[str, Any]) -> dict[str, Any]:
        _only(params, {"chat_id", "photo", "caption"})
        if "caption" in params:
            _words(params["caption"])
        # The platform fetches once to check, and phones fetch again: an address that serves once shows black.
        pictures = [await self._fetched(params.get("photo")) for _ in range(2)]
        if not pictures[0] or pictures[0] != pictures[1]:
            raise Refused(400, "photo cannot be fetched twice")
        return self._kept("sendPhoto", params)

    async def _send_chat_action(self, params: dict[str, Any]) -> None:
        _only(params, {"chat_id", "action"})
        if params.get("action") != "typing":
            raise Refused(400, "action")
        self.actions.append(params)

    def _kept(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        if params.get("chat_id") not in self.bot.chats:
            raise Refused(404, "no such chat")
        self.sent.append({"method": method, **params})
        return {"message_id": f"out-{len(self.sent)}", "date": round(time.time() * 1000)}

    # Pictures --------------------------------------------------------------------------------------------------

    def picture(self, image: bytes) -> str:
        """Keep *image*; the address from which it can be fetched."""
        name = f"{len(self._pictures)}.jpg"
        self._pictures[name] = image
        return f"{self.url}/pictures/{name}"

    async def _picture(self, request: web.Request) -> web.Response:
        image = self._pictures.get(request.match_info["name"])
        return web.Response(status=404) if image is None else web.Response(body=image, content_type="image/jpeg")

    async def _fetched(self, address: Any) -> bytes:
        assert self._session is not None
        try:
            async with self._session.get(address) as response:
                return await response.read() if response.status == 200 else b""
        except (aiohttp.ClientError, TypeError, ValueError):
            return b""


_METHODS: dict[str, Callable[[Platform, dict[str, Any]], Awaitable[Any]]] = {
    "getMe": Platform._get_me,
    "getUpdates": Platform._get_updates,
    "setWebhook": Platform._set_webhook,
    "deleteWebhook": Platform._delete_webhook,
    "getWebhookInfo": Platform._get_webhook_info,
    "sendMessage": Platform._send_message,
    "sendPhoto": Platform._send_photo,
    "sendChatAction": Platform._send_chat_action,
}


def _only(params: Any, fields: set[str]) -> None:
    if not isinstance(params, dict) or params.keys() - fields:
        raise Refused(400, "unexpected parameters")


def _words(value: Any) -> None:
    if not isinstance(value, str) or not value.strip() or len(value.encode("utf-16-le")) > 2 * TEXT:
        raise Refused(400, "text of 1 to 2000 characters wanted")
