"""Telegram posts updates to us: verified first, kept next, acknowledged last."""

import secrets
from dataclasses import dataclass, field

from aiohttp import web

from bot.channels.telegram import spelling
from bot.channels.telegram.intake import Intake
from catalog.errors import StoreError

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Webhook:
    """The door for posted updates. *secret* is what setWebhook told Telegram to show."""

    secret: str = field(repr=False)
    intake: Intake

    async def receive(self, request: web.Request) -> web.Response:
        """Keep one update: 200 once it is kept, 503 when it could not be (Telegram then posts it again)."""
        shown = request.headers.get(HEADER, "")
        if not secrets.compare_digest(shown.encode(errors="replace"), self.secret.encode()):
            raise web.HTTPUnauthorized
        update = _read(await _body(request))
        if self.intake.me is None:
            raise web.HTTPServiceUnavailable
        try:
            await self.intake.take([update])
        except StoreError:
            raise web.HTTPServiceUnavailable from None
        return web.Response()


async def _body(request: web.Request) -> bytes:
    # Mostly it has come together with the head.
    body = request.content.read_nowait() if request.content.is_eof() else b""
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            break
    if len(body) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, len(body))
    return body


def _read(body: bytes) -> dict[str, object]:
    try:
        update = spelling.read(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        raise web.HTTPBadRequest
    return update
