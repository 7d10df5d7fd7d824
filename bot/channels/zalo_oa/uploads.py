"""Photos that go along with an answer: Zalo is given their bytes, and names them in the message."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import aiohttp

from bot.channels.zalo_oa import client, error_codes
from bot.channels.zalo_oa.client import Failed
from bot.channels.zalo_oa.error_codes import ErrorMeaning
from bot.channels.zalo_oa.settings import Settings
from bot.channels.zalo_oa.tokens import Tokens
from catalog.barcode.sanitize import smaller
from handlers import attached
from handlers.messages import Reply

log = logging.getLogger(__name__)


class Uploads:
    """Uploads pictures; *picture* gives the bytes of one by its path."""

    def __init__(
        self,
        settings: Settings,
        tokens: Tokens,
        *,
        session: aiohttp.ClientSession,
        picture: Callable[[str], Awaitable[bytes | None]],
    ) -> None:
        self._url = f"{settings.api_url.rstrip('/')}{client.UPLOAD_PATH}"
        self._tokens = tokens
        self._session = session
        self._picture = picture

    async def of(self, reply: Reply) -> str:
        """Zalo's name of the photo that goes along with *reply*; "" if there is none, or Zalo does not take it.

        Raises NotSent and StoreError: nobody has been shown anything yet.
        """
        _, path = attached.apart(reply)
        image = await self._picture(path) if path else None
        if not image:
            return ""
        if len(image) > client.LARGEST_UPLOAD:
            image = await asyncio.to_thread(smaller, image, client.LARGEST_UPLOAD)
        outcome = await self._upload(image)
        if isinstance(outcome, Failed):
            log.warning("zalo_oa: Zalo took no picture (error %d); its words go alone", outcome.code)
            return ""
        return outcome

    async def _upload(self, image: bytes) -> str | Failed:
        """One attempt, and a second one with a new token where the first was refused for its token."""
        token = await self._tokens.access()
        outcome = await client.upload(self._session, self._url, token=token, image=image)
        if isinstance(outcome, Failed) and error_codes.meaning(outcome.code) is ErrorMeaning.ACCESS:
            token = await self._tokens.renew(stale=token)
            outcome = await client.upload(self._session, self._url, token=token, image=image)
        return outcome
