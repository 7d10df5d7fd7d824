"""Whether Zalo takes our bot's token, asked once."""

import aiohttp

from bot.channel import Memory, NotSent
from bot.channels.zalo_bot.client import BotError, Client
from bot.channels.zalo_bot.settings import Settings

_SECONDS = 10.0
_REFUSED = 401


async def probe(settings: Settings, memory: Memory) -> str:  # noqa: ARG001 - every probe is asked alike
    """Who the bot is. Raises SendError with what is wrong."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        api = Client(session, url=settings.api_url, token=settings.token.get_secret_value())
        try:
            me = await api.call("getMe", {}, seconds=_SECONDS)
        except BotError as error:
            refused = "Zalo refuses the bot's token: make a new one in the Zalo Bot Manager"
            raise NotSent(refused if error.code == _REFUSED else str(error)) from None
    return f"Zalo knows us as {me.get('account_name', '')}" if isinstance(me, dict) else "Zalo takes the token"
