"""The real house around the stand-ins: everything that bot.app puts together, on a fixed day."""

import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import aiohttp

from bot.app import keep_running, open_context
from bot.background_tasks import BackgroundTasks
from bot.channel import Channel, Talk
from bot.http import serving
from bot.inbox import Inbox
from bot.memory import ChannelMemory
from bot.metrics import Metrics
from bot.sender import Sender
from bot.server import ServerState as Served
from bot.server import application
from bot.settings import Settings
from handlers import conversation
from handlers.catalogue import search
from handlers.context import Context
from tests.conftest import TODAY
from tests.contracts.adapters.parts import Someone, Stand, hurried, until

PUBLIC = "https://ocop.test"


class Ears(logging.Handler):
    """Hears every log record as a handler would print it, traceback included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def listening() -> Iterator[Ears]:
    """Everything that is logged inside, at DEBUG.

    But not what the stand-ins log of what they were asked, nor the statements of the database: its file is looked at.
    """
    ears, levels = Ears(), {"": logging.DEBUG, "aiohttp.access": logging.CRITICAL, "aiosqlite": logging.INFO}
    before = {name: logging.getLogger(name).level for name in levels}
    logging.getLogger().addHandler(ears)
    _set(levels)
    try:
        yield ears
    finally:
        logging.getLogger().removeHandler(ears)
        _set(before)


def _set(levels: Mapping[str, int]) -> None:
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@dataclass(frozen=True)
class House:
    """What is open, and what can be looked at from outside."""

    url: str
    file: Path
    context: Context
    inbox: Inbox
    measures: Metrics
    stands: Mapping[str, Stand]
    channels: Mapping[str, Channel]
    ears: Ears
    people: list[Someone] = field(default_factory=list)

    def meet(self, channel: str) -> "Conversation":
        """Somebody new comes through *channel*."""
        self.people.append(self.stands[channel].someone())
        return Conversation(self, self.people[-1])

    def count(self, what: str, **labels: str) -> int:
        """A counter as it stands, summed over the labels that are not named."""
        samples = (sample for metric in self.measures.registry.collect() for sample in metric.samples)
        return sum(
            int(sample.value)
            for sample in samples
            if sample.name == f"hoi_ocop_{what}_total" and labels.items() <= sample.labels.items()
        )

    def addresses(self, channel: str) -> set[str]:
        """Who is kept as a person of *channel*."""
        return self._select("SELECT address FROM people WHERE channel = ?", channel)

    def notes_of(self, channel: str, address: str) -> set[str]:
        """Under which keys *channel* keeps something of whoever is at *address*."""
        keys = self._select("SELECT key FROM memory WHERE owner IN (?, ? || ':people')", channel, channel)
        return {key for key in keys if address in key}

    def _select(self, query: str, *given: str) -> set[str]:
        with closing(sqlite3.connect(self.file)) as database:
            return {row[0] for row in database.execute(query, given)}

    async def leaks(self) -> list[str]:
        """Where a secret can be seen."""
        said = [words for person in self.people for words in person.heard()]
        seen = {"the log": "\n".join(self.ears.lines), "the replies": "\n".join(said)}
        return told_in(await looked_at(self.url, self.file) | seen, self.stands.values())


async def looked_at(url: str, file: Path) -> dict[str, str]:
    """What stands on our pages for operators, and in the files of the database."""
    seen = {each.name: each.read_bytes().decode("latin-1") for each in file.parent.glob(f"{file.name}*")}
    async with aiohttp.ClientSession(url) as client:
        for path in ("/metrics", "/readyz"):
            async with client.get(path) as response:
                seen[path] = await response.text()
    return seen


def told_in(seen: Mapping[str, str], stands: Iterable[Stand]) -> list[str]:
    """Where in *seen* a secret stands, and whose."""
    return [
        f"{stand.name}'s in {where}"
        for where, text in seen.items()
        for stand in stands
        if any(secret in text for secret in stand.secrets)
    ]


@dataclass(frozen=True)
class Conversation:
    """Someone and us."""

    house: House
    who: Someone

    async def say(self, words: str) -> str:
        return await self._answered(self.who.say(words))

    async def photo(self, image: bytes) -> str:
        return await self._answered(self.who.photo(image))

    async def choose(self, number: int, *, of: int = -1) -> str:
        return await self._answered(self.who.choose(number, of=of))

    async def tap(self, label: str) -> str:
        return await self._answered(self.who.tap(label))

    async def place(self, latitude: float, longitude: float) -> str:
        return await self._answered(self.who.place(latitude, longitude))

    async def strange(self) -> str:
        return await self._answered(self.who.strange())

    async def _answered(self, deed: Awaitable[None]) -> str:
        """Everything that is said to *deed*, once all of it is said."""
        before = len(self.who.heard())
        await deed
        await until(lambda: len(self.who.heard()) > before and self.house.inbox.waiting == 0)
        return "\n".join(self.who.heard()[before:])


@asynccontextmanager
async def open_app(file: Path, stands: Sequence[Stand]) -> AsyncIterator[House]:
    """Serve through *stands* the catalogue in *file*, as bot.app does."""
    settings = Settings(database_url=f"sqlite:///{file}", public_url=PUBLIC, port=0, readers=1)
    measures = Metrics()
    async with AsyncExitStack() as stack:
        ears = stack.enter_context(listening())
        context, shelf = await stack.enter_async_context(open_context(settings))
        context = replace(context, today=lambda: TODAY)
        answer = partial(conversation.answer, context=context)
        sender = Sender(context.store, metrics=measures, context=context, sleep=hurried)
        inbox = await stack.enter_async_context(Inbox(context.store, answer, sender, metrics=measures, sleep=hurried))
        channels: dict[str, Channel] = {}
        for each in stands:
            suggestions = partial(search.suggest_names, context=context)
            talk = Talk(inbox, suggestions, ChannelMemory(context.store, each.name), public_url=PUBLIC)
            channels[each.name] = await stack.enter_async_context(each.open(talk))
        stack.push_async_callback(inbox.drain)
        await inbox.serve(channels)
        served = Served(context, measures, channels, {}, lambda: len(shelf.index()))
        port = await stack.enter_async_context(serving(application(served), host="127.0.0.1", port=0))
        crew = await stack.enter_async_context(BackgroundTasks())
        crew.start(sender.run(), name="sender")
        for channel in channels.values():
            crew.start(keep_running(channel), name=channel.name)
        url = f"http://127.0.0.1:{port}"
        for each in stands:
            await each.mounted(url)
        yield House(url, file, context, inbox, measures, {each.name: each for each in stands}, channels, ears)
