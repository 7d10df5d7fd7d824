"""Telegram, polled or posting to us; its own pace of one message a second runs by a fast clock."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channel import Channel, Talk
from bot.channels.telegram import Settings, open_channel
from bot.channels.telegram.channel import TelegramParts
from bot.channels.telegram.webhook import PATH
from tests.contracts.adapters.parts import CANARY, HASTE, hurried, until
from tests.stands.faults import Fault
from tests.stands.telegram import BOT, BotApi, bot_api, seen
from tests.stands.telegram import Someone as Phone

_SAYS = ("sendMessage", "sendPhoto", "editMessageText", "editMessageCaption", "editMessageMedia")


@dataclass
class Someone:
    """A person; *phone* is theirs, and *webhook* is where Telegram posts what they do ("" while we poll)."""

    phone: Phone
    webhook: str = ""

    async def say(self, words: str) -> None:
        self.phone.say(words)
        await self._posted()

    async def photo(self, image: bytes) -> None:
        self.phone.photo(image)
        await self._posted()

    async def choose(self, number: int, *, of: int = -1) -> None:
        await self._touch(str(number), of=of)

    async def tap(self, label: str) -> None:
        await self._touch(label, of=-1)

    async def place(self, latitude: float, longitude: float) -> None:
        self.phone.send(location={"latitude": latitude, "longitude": longitude})
        await self._posted()

    async def strange(self) -> None:
        look = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        self.phone.send(sticker={**self.phone.api.world.keep_file(b"webp"), **look})
        await self._posted()

    async def again(self) -> None:
        world = self.phone.api.world
        mine = [update for update in (*world.confirmed, *world.pending) if _chat(update) == self.phone.number]
        world.pending.append({**mine[-1], "update_id": world.number("update")})
        world.news.set()
        await self._posted()

    def heard(self) -> list[str]:
        made = (call for call in self.phone.api.calls if call.method in _SAYS and call.status == 200)
        return [_read(call.given) for call in made if call.given["chat_id"] == self.phone.number]

    async def _posted(self) -> None:
        if self.webhook:
            assert set(await self.phone.api.push(self.webhook)) == {200}

    async def _touch(self, label: str, *, of: int) -> None:
        known = sorted(self.phone.api.world.messages.items())
        ours = [number for (chat, number), message in known if chat == self.phone.number and message["from"] == BOT]
        self.phone.tap(ours[of], label)
        await self._posted()


@dataclass
class Telegram:
    """The vendor. *posts*: it is to post to us; *webhook* is where, once our server is there."""

    api: BotApi
    posts: bool = False
    webhook: str = ""
    name: str = "telegram"
    touch: bool = True
    places: bool = True
    _people: int = field(default=0)

    @property
    def secrets(self) -> Sequence[str]:
        return (self.api.token.partition(":")[2], f"webhook-{CANARY}")

    def settings(self) -> dict[str, str]:
        given = {"token": self.api.token, "api_url": self.api.url, "per_second": "1000"}
        return given | ({"mode": "webhook", "webhook_secret": f"webhook-{CANARY}"} if self.posts else {})

    def open(self, talk: Talk) -> AbstractAsyncContextManager[Channel]:
        around = TelegramParts(sleep=hurried, clock=lambda: time.monotonic() * HASTE)
        return open_channel(Settings.model_validate(self.settings()), talk, around=around)

    async def mounted(self, url: str) -> None:
        if self.posts:
            self.webhook = f"{url}{PATH}"
            await until(lambda: self.api.webhook["url"])

    def someone(self) -> Someone:
        self._people += 1
        return Someone(Phone(self.api, number=100_000 + self._people), self.webhook)

    async def trouble(self, fault: Fault) -> None:
        self.api.faults.add(replace(fault, path="/sendMessage"))

    async def mend(self) -> None:
        self.api.faults.clear()


@asynccontextmanager
async def stand(*, posts: bool = False) -> AsyncIterator[Telegram]:
    async with bot_api(token=f"7000000001:{CANARY}") as api:
        yield Telegram(api, posts)


def _chat(update: dict[str, Any]) -> int:
    what = next(value for key, value in update.items() if key != "update_id")
    return int(what["from"]["id"])


def _read(given: dict[str, Any]) -> str:
    keyboard = (given.get("reply_markup") or {}).get("inline_keyboard", [])
    labels = [button["text"] for row in keyboard for button in row]
    return "\n".join(
        [seen(given.get("text") or given.get("caption") or given.get("media", {}).get("caption") or ""), *labels]
    )
