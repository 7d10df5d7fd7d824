"""Answers on their way out: words and templates, the pictures that go along, and by which API to whom.

Zalo's own SDK names one API for words and pictures to visitors who have not signed in and another for files, and says
of neither how long it will do. Where one refuses, the other is tried; which worked last is remembered.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import aiohttp

from bot.channel import Memory, NotSent, Refused, Talk
from bot.channel_kit.rate_limit import RateLimit, RateLimiter
from bot.channels.zalo_oa import client, error_codes
from bot.channels.zalo_oa.client import OLDER_PATH, PATH, Failed, Sent
from bot.channels.zalo_oa.draw import Drawn, draw
from bot.channels.zalo_oa.error_codes import ErrorMeaning
from bot.channels.zalo_oa.settings import Settings
from bot.channels.zalo_oa.tokens import Tokens
from catalog.errors import StoreError
from handlers import attachments
from handlers.messages import Reply

log = logging.getLogger(__name__)

REFUSING = frozenset({ErrorMeaning.OTHER, ErrorMeaning.OLD_API, ErrorMeaning.NOT_FOLLOWING, ErrorMeaning.APP})
"""What an API answers that does not do for such a visitor."""

# Zalo's own number for an API that is no more: what an HTTP 404 in its place means.
_NO_SUCH_PATH = -240
_BARRING = frozenset({ErrorMeaning.ACCOUNT, ErrorMeaning.APP, ErrorMeaning.OLD_API, ErrorMeaning.ACCESS})
_KEY = "anonymous-way"
_NAMES = {OLDER_PATH: "v2", PATH: "v3"}


class Ways:
    """The paths to try for visitors who have not signed in, the one that worked last first."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._first = ""

    async def in_order(self) -> tuple[str, ...]:
        """The paths, in the order in which to try them. Raises StoreError."""
        if not self._first:
            kept = await self._memory.get(_KEY)
            self._first = kept if kept in _NAMES else OLDER_PATH
        return (self._first, *(path for path in _NAMES if path != self._first))

    async def note_success(self, path: str) -> None:
        """Remember that *path* worked. Raises StoreError."""
        if path != self._first:
            self._first = path
            await self._memory.put(_KEY, path)


class ZaloSender:
    """Sends replies. *trouble* is what the operator must mend, *barred* whether Zalo takes nothing until then."""

    def __init__(
        self,
        settings: Settings,
        talk: Talk,
        tokens: Tokens,
        *,
        session: aiohttp.ClientSession,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._talk = talk
        self._tokens = tokens
        self._session = session
        self._clock = clock
        self._limiter = RateLimiter(RateLimit(1, 1 / settings.sends_per_second), peers=talk.peers)
        self._ways = Ways(talk.memory)
        self.trouble = ""
        self.barred = False

    async def send(self, reply: Reply, recipient: dict[str, str]) -> Sent:
        """Say *reply*, with the photo that goes along. Raises SendError and StoreError."""
        uploaded = await self._upload_photo(reply)
        return await self._send(recipient, self._draw(reply, uploaded))

    async def _send(self, recipient: dict[str, str], drawn: Drawn) -> Sent:
        outcome = await self._by_any_way(recipient, drawn.message)
        if (
            isinstance(outcome, Failed)
            and error_codes.meaning(outcome.code) is ErrorMeaning.OTHER
            and drawn.plain is not None
        ):
            log.warning("zalo_oa: Zalo refused a template (error %d); saying it in words", outcome.code)
            outcome = await self._by_any_way(recipient, drawn.plain)
        if isinstance(outcome, Sent):
            self.trouble, self.barred = "", False
            return outcome
        why = error_codes.meaning(outcome.code)
        self.trouble = error_codes.trouble(outcome.code) or self.trouble
        self.barred = self.barred or why in _BARRING
        raise error_codes.send_error(outcome.code, now=self._clock())

    def _draw(self, reply: Reply, uploaded: str) -> Drawn:
        bare, photo = attachments.split_photo(reply)
        said = attachments.without_photo(bare) if photo and not uploaded else bare
        return draw(said, public_url=self._talk.public_url, uploaded=uploaded)

    async def _by_any_way(self, recipient: dict[str, str], message: dict[str, Any]) -> Sent | Failed:
        """Send *message*; to a visitor who has not signed in by the API that takes it."""
        body = {"recipient": recipient, "message": message}
        if "anonymous_id" not in recipient:
            return await self._post(PATH, body)
        first, *others = await self._ways.in_order()
        outcome = await self._visit(first, body)
        for path in others:
            if isinstance(outcome, Failed) and error_codes.meaning(outcome.code) in REFUSING:
                outcome = await self._visit(path, body)
        return outcome

    async def _visit(self, path: str, body: dict[str, Any]) -> Sent | Failed:
        """Try one of the APIs for visitors who have not signed in; a path that is not there refuses too."""
        try:
            outcome = await self._post(path, body)
        except Refused:
            outcome = Failed(_NO_SUCH_PATH)
        self._talk.count(f"anonymous {_NAMES[path]} {'sent' if isinstance(outcome, Sent) else 'refused'}")
        if isinstance(outcome, Sent):
            with quietly():
                await self._ways.note_success(path)
        return outcome

    async def _post(self, path: str, body: dict[str, Any]) -> Sent | Failed:
        """One attempt, and a second one with a new token where the first was refused for its token."""
        token = await self._tokens.access()
        outcome = await self._post_with(token, path, body)
        if isinstance(outcome, Failed) and error_codes.meaning(outcome.code) is ErrorMeaning.ACCESS:
            token = await self._tokens.renew(stale=token)
            outcome = await self._post_with(token, path, body)
        if isinstance(outcome, Sent):
            with quietly():
                await self._tokens.prove(token)
        return outcome

    async def _post_with(self, token: str, path: str, body: dict[str, Any]) -> Sent | Failed:
        await self._limiter.turn()
        return await client.post(self._session, self._url_of(path), token=token, body=body)

    async def _upload_photo(self, reply: Reply) -> str:
        """Zalo's name of the photo that goes along with *reply*; "" if there is none, or Zalo does not take it.

        Raises NotSent and StoreError: nobody has been shown anything yet.
        """
        _, path = attachments.split_photo(reply)
        image = await self._talk.picture(path) if path else None
        if not image:
            return ""
        if len(image) > client.LARGEST_UPLOAD:
            # Pillow with its plugins takes 5 MB, and a photo is seldom so large.
            from catalog.barcode.sanitize import smaller  # noqa: PLC0415

            image = await asyncio.to_thread(smaller, image, client.LARGEST_UPLOAD)
        outcome = await self._upload(image)
        if isinstance(outcome, Failed):
            log.warning("zalo_oa: Zalo took no picture (error %d); its words go alone", outcome.code)
            return ""
        return outcome

    async def _upload(self, image: bytes) -> str | Failed:
        """One attempt, and a second one with a new token where the first was refused for its token."""
        token = await self._tokens.access()
        outcome = await client.upload(self._session, self._url_of(client.UPLOAD_PATH), token=token, image=image)
        if isinstance(outcome, Failed) and error_codes.meaning(outcome.code) is ErrorMeaning.ACCESS:
            token = await self._tokens.renew(stale=token)
            outcome = await client.upload(self._session, self._url_of(client.UPLOAD_PATH), token=token, image=image)
        return outcome

    def _url_of(self, path: str) -> str:
        return f"{self._settings.api_url.rstrip('/')}{path}"


@contextmanager
def quietly() -> Iterator[None]:
    """Bookkeeping around a message whose fate is known must not change what is said of that fate."""
    try:
        yield
    except (StoreError, NotSent):
        log.warning("zalo_oa: a note about a message could not be kept")
