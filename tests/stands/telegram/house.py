"""A house around the channel: an inbox that keeps, answers and remembers, as small as can be."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from bot.channel import Accepted, Answered, Delivery, NotSent, SendError, Talk
from bot.channels.telegram import Settings, open_channel
from bot.channels.telegram.channel import TelegramChannel
from catalog.errors import BadImage, StoreError
from handlers.actions import Action, Verb
from handlers.messages import Card, Choice, Incoming, Person, Reply
from tests.stands.telegram.server import BotApi


@dataclass(slots=True)
class Shelf:
    """The channel's memory, in memory."""

    kept: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    async def get(self, key: str) -> str | None:
        await asyncio.sleep(0)
        return self.kept.get(key)

    async def put(self, key: str, value: str) -> None:
        self.kept[key] = value

    async def exchange(self, key: str, *, expected: str | None, new: str) -> bool:
        if self.kept.get(key) != expected:
            return False
        self.kept[key] = new
        return True

    async def forget(self, key: str) -> None:
        self.kept.pop(key, None)

    async def keep_personal(self, key: str, value: str) -> None:
        self.people[key] = value

    async def personal(self) -> Mapping[str, str]:
        found = dict(self.people)
        await asyncio.sleep(0)
        return found

    async def forget_personal(self, keys: Collection[str]) -> None:
        for key in keys:
            self.people.pop(key, None)


@dataclass(slots=True)
class House:
    """Keeps what comes in, answers it through *answer*, and writes down what became of every delivery."""

    answer: Callable[[Incoming], Reply]
    cards: list[Card] = field(default_factory=list)
    memory: Shelf = field(default_factory=Shelf)
    kept: list[Incoming] = field(default_factory=list)
    again: int = 0
    full: bool = False
    outcomes: list[str | Exception] = field(default_factory=list)
    photos: dict[str, bytes] = field(default_factory=dict)
    thinking: asyncio.Event | None = None
    hears: bool = False
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    _known: set[tuple[str, str]] = field(default_factory=set)
    _waiting: asyncio.Queue[tuple[int, Incoming]] = field(default_factory=asyncio.Queue)

    async def put(self, incoming: Incoming) -> Accepted:
        if self.full:
            raise StoreError
        if (incoming.person.address, incoming.ref) in self._known:
            self.again += 1
            return Accepted.AGAIN
        self._known.add((incoming.person.address, incoming.ref))
        self._waiting.put_nowait((len(self.kept), incoming))
        self.kept.append(incoming)
        return Accepted.NEW

    async def answers(self, person: Person, *, after: int, before: int = 0, most: int = 80) -> Sequence[Answered]:
        return ()

    async def suggest(self, words: str, *, language: str, limit: int, offset: int = 0) -> Sequence[Card]:
        self.asked.append((words, language, offset))
        found = [card for card in self.cards if words.casefold() in card.title.casefold()]
        return found[offset : offset + limit]

    async def work(self, channel: TelegramChannel) -> None:
        """Answer many at once, one person's in order; what is surely unsent is sent again."""
        turns: dict[str, asyncio.Lock] = {}
        async with asyncio.TaskGroup() as together:
            while True:
                place, incoming = await self._waiting.get()
                turn = turns.setdefault(incoming.person.address, asyncio.Lock())
                together.create_task(self._in_turn(turn, incoming, channel=channel, place=place))

    async def _in_turn(self, turn: asyncio.Lock, incoming: Incoming, *, channel: TelegramChannel, place: int) -> None:
        async with turn:
            try:
                whole = await surely(lambda: channel.fetch(incoming))
                self.kept[place] = whole
                if self.thinking is not None:
                    await self.thinking.wait()
                delivery = Delivery(incoming.person, self.answer(whole), key=incoming.ref, to=incoming)
                self.outcomes.append(await surely(lambda: channel.deliver(delivery)))
            except (SendError, BadImage) as error:
                self.outcomes.append(error)

    @property
    def talk(self) -> Talk:
        return Talk(
            inbox=self,
            suggest=self.suggest,
            memory=self.memory,
            public_url="https://ocop.example",
            picture=self.picture,
            hears=self.hears,
        )

    async def picture(self, path: str) -> bytes | None:
        return self.photos.get(path)


async def surely(call: Callable[[], Any]) -> Any:
    """Make *call* again as long as it says that surely nothing was sent."""
    for _ in range(20):
        try:
            return await call()
        except NotSent as error:
            await asyncio.sleep(min(error.seconds, 0.3))
    raise NotSent("never")


def echo(incoming: Incoming) -> Reply:
    """Say what was understood."""
    return Reply(f"{type(incoming.content).__name__}: {_plain(incoming.content)}")


def _plain(content: Any) -> str:
    return ", ".join(
        str(getattr(content, name)) for name in content.__slots__ if name not in {"image", "photos", "audio"}
    )


def product(number: int, **more: Any) -> Card:
    """A short card."""
    card = Card(
        title=f"Bánh phu thê {number}",
        subtitle="HTX Đình Bảng",
        stars=4,
        verdict="Còn hiệu lực đến 30/12/2027",
        url=f"/p/banh-{number}",
        choices=(Choice("Xem", Action(Verb.PRODUCT, f"banh-{number}")),),
    )
    return replace(card, **more)


def settings(api: BotApi, **more: Any) -> Settings:
    return Settings.model_validate({"token": api.token, "api_url": api.url, "timeout": 5.0, "per_second": 1000, **more})


@asynccontextmanager
async def living(house: House, channel_settings: Settings, **around: Any) -> AsyncIterator[TelegramChannel]:
    """The channel and the house at work."""
    async with open_channel(channel_settings, house.talk, **around) as channel:
        at_work = [asyncio.ensure_future(work) for work in (channel.run(), house.work(channel))]  # noqa: TID251 -- a test ends what it starts
        try:
            yield channel
        finally:
            died = [work.exception() for work in at_work if work.done()]
            for work in at_work:
                work.cancel()
            await asyncio.gather(*at_work, return_exceptions=True)
            assert died == []


@asynccontextmanager
async def serving(channel: TelegramChannel) -> AsyncIterator[str]:
    """The channel's routes over HTTP; the address of the server."""
    app = web.Application()
    app.add_routes(channel.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port, *_ = runner.addresses[0]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def until(fact: Callable[[], Any], *, seconds: float = 10.0) -> Any:
    """Wait until *fact* is true; what it then is."""
    async with asyncio.timeout(seconds):
        while not (found := fact()):  # noqa: ASYNC110 -- a stand-in has no events to offer
            await asyncio.sleep(0.01)
        return found
