"""A Zalo Official Account: events are posted to us, signed; lists and buttons can be touched."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channel import Channel, Talk
from bot.channels.zalo_oa import Settings, open_channel
from tests.contracts.adapters.parts import CANARY, numbered
from tests.stands.faults import Fault
from tests.stands.zalo_oa import Account, Platform


@dataclass
class Someone:
    """A follower, known by *id*; *done* is the last event of theirs."""

    zalo: Platform
    id: str
    done: dict[str, Any] = field(default_factory=dict)

    async def say(self, words: str) -> None:
        await self._do("user_send_text", {"text": words})

    async def photo(self, image: bytes) -> None:
        address = self.zalo.picture(image)
        attached = {"type": "image", "payload": {"url": address, "thumbnail": address}}
        await self._do("user_send_image", {"attachments": [attached]})

    async def choose(self, number: int, *, of: int = -1) -> None:
        elements = self._said[of]["attachment"]["payload"]["elements"]
        element = next(each for each in elements if each["title"].startswith(f"{number}. "))
        await self._touch(element["default_action"]["type"], element["default_action"]["payload"])

    async def tap(self, label: str) -> None:
        last = self._said[-1]
        buttons = last.get("attachment", {}).get("payload", {}).get("buttons", [])
        found = next((button for button in buttons if button["title"] == label), None)
        if found is None:
            await self.say(numbered(label, last["text"]))
        else:
            await self._touch(found["type"], found["payload"])

    async def place(self, latitude: float, longitude: float) -> None:
        where = {"coordinates": {"latitude": str(latitude), "longitude": str(longitude)}}
        await self._do("user_send_location", {"attachments": [{"type": "location", "payload": where}]})

    async def strange(self) -> None:
        sticker = {"type": "sticker", "payload": {"url": f"{self.zalo.url}/s.png", "id": "23311"}}
        await self._do("user_send_sticker", {"attachments": [sticker]})

    async def again(self) -> None:
        assert await self.zalo.post(self.done) == 200

    def heard(self) -> list[str]:
        return ["\n".join(_read(message)) for message in self._said]

    @property
    def _said(self) -> list[dict[str, Any]]:
        return [message for message in self.zalo.sent if message["to"] == self.id]

    async def _touch(self, kind: str, payload: str) -> None:
        assert kind in {"oa.query.hide", "oa.query.show"}, "this one stays on the phone"
        await self.say(payload)

    async def _do(self, event: str, message: dict[str, Any]) -> None:
        self.done = self.zalo.event(event, self.id, message)
        await self.again()


@dataclass
class ZaloOfficialAccount:
    """The vendor."""

    zalo: Platform
    name: str = "zalo_oa"
    touch: bool = True
    places: bool = True
    _people: int = 0

    @property
    def secrets(self) -> Sequence[str]:
        """Our keys, and the beginnings of every token that the vendor hands out."""
        return (self.zalo.account.app_secret, self.zalo.account.oa_secret, "refresh-", "access-")

    def settings(self) -> dict[str, str]:
        account = self.zalo.account
        return {
            "app_id": account.app_id,
            "oa_secret": account.oa_secret,
            "app_secret": account.app_secret,
            "refresh_token": self.zalo.first_refresh_token(),
            "oa_id": account.oa_id,
            "sends_per_second": "1000",
            "photo_hosts": "127.0.0.1",
            "loopback_photos": "true",
            "api_url": self.zalo.url,
            "oauth_url": self.zalo.url,
        }

    def open(self, talk: Talk) -> AbstractAsyncContextManager[Channel]:
        return open_channel(Settings.model_validate(self.settings()), talk)

    async def mounted(self, url: str) -> None:
        self.zalo.webhook.url = f"{url}/zalo_oa/webhook"

    def someone(self) -> Someone:
        self._people += 1
        return Someone(self.zalo, f"24684588352961{self._people:05}")

    async def trouble(self, fault: Fault) -> None:
        self.zalo.faults.add(replace(fault, path="/message/cs"))

    async def mend(self) -> None:
        self.zalo.faults.clear()


@asynccontextmanager
async def stand() -> AsyncIterator[ZaloOfficialAccount]:
    account = Account(app_secret=f"app-{CANARY}", oa_secret=f"oa-{CANARY}")
    async with Platform(account).open() as zalo:
        yield ZaloOfficialAccount(zalo)


def _read(message: dict[str, Any]) -> Iterator[str]:
    if "text" in message:
        yield message["text"]
    payload = message.get("attachment", {}).get("payload", {})
    for element in payload.get("elements", []):
        yield from (element[key] for key in ("title", "subtitle") if key in element)
    yield from (button["title"] for button in payload.get("buttons", []))
