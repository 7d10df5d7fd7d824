"""Telegram posts updates to us: verified first, kept next, acknowledged last."""

from dataclasses import dataclass, field

from aiohttp import web

from bot.channel_kit.bodies import read_request
from bot.channel_kit.secret import is_secret
from bot.channels.telegram import transport
from bot.channels.telegram.intake import Intake
from catalog.errors import StoreError

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WebhookRegistration:
    """The address Telegram is to post to, and the *secret* it is to show there."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Receives posted updates. *secret* is what setWebhook told Telegram to show."""

    secret: str = field(repr=False)
    intake: Intake

    async def receive(self, request: web.Request) -> web.Response:
        """Keep one update: 200 once it is kept, 503 when it could not be (Telegram then posts it again)."""
        if not is_secret(request.headers.get(HEADER, ""), self.secret):
            raise web.HTTPUnauthorized
        update = _read(await read_request(request, LARGEST))
        if self.intake.me is None:
            raise web.HTTPServiceUnavailable
        try:
            await self.intake.take([update])
        except StoreError:
            raise web.HTTPServiceUnavailable from None
        return web.Response()


def _read(body: bytes) -> dict[str, object]:
    try:
        update = transport.parse_json(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        raise web.HTTPBadRequest
    return update
