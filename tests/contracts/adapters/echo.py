"""Echo over HTTP: words and pictures come in, words go out, and a number chooses."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.channel import Channel, Talk
from tests.channels.echo import Settings, open_channel
from tests.channels.echo.settings import WEBHOOK
from tests.contracts.adapters.parts import CANARY, numbered
from tests.stands.echo import EchoServer
from tests.stands.faults import Fault


@dataclass
class Someone:
    """A person, known by *name*; *done* is what they did last."""

    server: EchoServer
    name: str
    done: dict[str, str | bytes] = field(default_factory=dict)
    deeds: int = 0

    async def say(self, words: str) -> None:
        await self._do(text=words)

    async def photo(self, image: bytes) -> None:
        await self._do(image=image)

    async def choose(self, number: int, *, of: int = -1) -> None:
        assert of == -1, "a number means the last message"
        await self.say(str(number))

    async def tap(self, label: str) -> None:
        await self.say(numbered(label, self.heard()[-1]))

    async def place(self, latitude: float, longitude: float) -> None:
        raise AssertionError("nobody can share a place here")

    async def strange(self) -> None:
        await self._do(sticker="🍚")

    async def again(self) -> None:
        assert await self.server.post(self.name, f"{self.name}-{self.deeds}", **self.done) == 200

    def heard(self) -> list[str]:
        return [text for to, text in self.server.said if to == self.name]

    async def _do(self, **done: str | bytes) -> None:
        self.done, self.deeds = done, self.deeds + 1
        await self.again()


@dataclass
class Echo:
    """The vendor."""

    server: EchoServer
    name: str = "echo"
    touch: bool = False
    places: bool = False
    _people: int = 0

    @property
    def secrets(self) -> Sequence[str]:
        return (self.server.secret,)

    def settings(self) -> dict[str, str]:
        return {"url": self.server.url, "secret": self.server.secret}

    def open(self, talk: Talk) -> AbstractAsyncContextManager[Channel]:
        return open_channel(Settings.model_validate(self.settings()), talk)

    async def mounted(self, url: str) -> None:
        self.server.webhook = f"{url}{WEBHOOK}"

    def someone(self) -> Someone:
        self._people += 1
        return Someone(self.server, f"person-{self._people:08x}")

    async def trouble(self, fault: Fault) -> None:
        self.server.faults.add(replace(fault, path="/say"))

    async def mend(self) -> None:
        self.server.faults.clear()


@asynccontextmanager
async def stand() -> AsyncIterator[Echo]:
    async with EchoServer(f"echo-{CANARY}").open() as server:
        yield Echo(server)
