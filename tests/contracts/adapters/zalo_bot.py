"""The Zalo Bot Platform, polled or posting to us: words and pictures come in, words go out, and a number chooses."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from bot.channel import Channel, Talk
from bot.channels.zalo_bot import Settings, open_channel
from bot.channels.zalo_bot.settings import WEBHOOK
from tests.contracts.adapters.parts import CANARY, numbered, until
from tests.stands.faults import Fault
from tests.stands.zalo_bot import Bot, Platform


@dataclass
class Someone:
    """A person, known by *id*; *done* is what they did last."""

    bots: Platform
    id: str
    done: tuple[str, dict[str, Any]] = ("", {})
    deeds: int = 0

    async def say(self, words: str) -> None:
        await self._do("text", {"text": words})

    async def photo(self, image: bytes) -> None:
        await self._do("image", {"photo_url": self.bots.picture(image), "caption": ""})

    async def choose(self, number: int, *, of: int = -1) -> None:
        assert of == -1, "a number means the last message"
        await self.say(str(number))

    async def tap(self, label: str) -> None:
        await self.say(numbered(label, self.heard()[-1]))

    async def place(self, latitude: float, longitude: float) -> None:
        raise AssertionError("this vendor carries no places")

    async def strange(self) -> None:
        await self._do("sticker", {"sticker": "0e078a2f", "url": f"{self.bots.url}/s.png"})

    async def again(self) -> None:
        kind, message = self.done
        status = await self.bots.happens(kind, self.id, message, msg_id=f"{self.id}-{self.deeds}")
        assert status in {0, 200}

    def heard(self) -> list[str]:
        return [one.get("text") or one.get("caption", "") for one in self.bots.sent if one["chat_id"] == self.id]

    async def _do(self, kind: str, message: dict[str, Any]) -> None:
        self.done, self.deeds = (kind, message), self.deeds + 1
        await self.again()


@dataclass
class ZaloBot:
    """The vendor. *posts*: it is to post to us."""

    bots: Platform
    posts: bool = False
    name: str = "zalo_bot"
    touch: bool = False
    places: bool = False
    _people: int = 0

    @property
    def secrets(self) -> Sequence[str]:
        return (self.bots.bot.token.partition(":")[2], f"webhook-{CANARY}")

    def settings(self) -> dict[str, str]:
        given = {
            "token": self.bots.bot.token,
            "sends_per_second": "1000",
            "photo_hosts": "127.0.0.1",
            "loopback_photos": "true",
            "api_url": self.bots.url,
        }
        return given | ({"mode": "webhook", "secret": f"webhook-{CANARY}"} if self.posts else {})

    def open(self, talk: Talk) -> AbstractAsyncContextManager[Channel]:
        return open_channel(Settings.model_validate(self.settings()), talk)

    async def mounted(self, url: str) -> None:
        if self.posts:
            await until(lambda: self.bots.bot.webhook)
            # It was told our public address, which leads nowhere here.
            self.bots.bot.webhook = f"{url}{WEBHOOK}"

    def someone(self) -> Someone:
        self._people += 1
        return Someone(self.bots, f"{self._people:020x}")

    async def trouble(self, fault: Fault) -> None:
        self.bots.faults.add(replace(fault, path="/sendMessage"))

    async def mend(self) -> None:
        self.bots.faults.clear()


@asynccontextmanager
async def stand(*, posts: bool = False) -> AsyncIterator[ZaloBot]:
    async with Platform(Bot(token=f"1459232241454765289:{CANARY}")).open() as bots:
        yield ZaloBot(bots, posts)
