"""A small town for tests of inquiries: the real store, inbox, courier and use-cases, in channels that live in memory.

The clock is the town's own, and stands still until it is moved.
"""

import asyncio
import importlib
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import text

from bot.background_tasks import BackgroundTasks
from bot.channel import CHANNEL_TITLES, Condition, Delivery, Health
from bot.inbox import Inbox
from bot.metrics import Metrics
from bot.search_index import SearchIndex
from bot.sender import Sender
from catalog.authorities import Authority
from catalog.barcode import Reading, read_here
from catalog.codes import Surroundings
from catalog.dates import PartialDate
from catalog.inquiry import Address
from catalog.model import ProducerKind, ProductRow
from catalog.places import Places
from catalog.sealing import new_key
from catalog.store import JobLater, Store, open_store
from catalog.store.database import sqlite_file
from handlers import conversation, plain
from handlers.actions import Action, Verb
from handlers.context import Context
from handlers.messages import Content, Incoming, Person, Reply, Tap, Text

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC).timestamp()  # 09:00 in Viet Nam
HOUR = 3600.0
DAY = 24 * HOUR
OFFICER = Address("web", "officer")


def product(number: int, *, maker: int = 1, **more: object) -> ProductRow:
    """An invented product of an invented maker."""
    row = ProductRow(
        id=f"nem-{number}",
        name=f"Nem chua {number}",
        producer=f"HTX Nem {maker}",
        producer_kind=ProducerKind.COOPERATIVE,
        address=f"thôn {maker}, xã Đình Tổ, huyện Thuận Thành, tỉnh Bắc Ninh",
        phones=(f"+8491234567{maker}",),
        stars=4,
        decision=f"{number}/QĐ-UBND",
        decided=PartialDate(2024, 12, 20),
        issuer="UBND tỉnh Bắc Ninh",
        source="Sở NN&MT",
        as_of=PartialDate(2025, 3, 1),
    )
    return replace(row, **more)  # type: ignore[arg-type]  # fields of the row


ROWS = (product(1), product(2), product(3, maker=2))


class Here:
    """Reads photos in this process."""

    async def read(self, image: bytes) -> Reading:
        return read_here(image)

    async def run(self, job: str, image: bytes, *, deadline: float | None = None) -> Any:
        module, _, function = job.partition(":")
        return getattr(importlib.import_module(module), function)(image)


@dataclass
class Line:
    """A channel in memory. *troubles* are raised first, one at each delivery; a *gate* keeps deliveries waiting."""

    name: str
    keeps_answers: bool = False
    troubles: list[Exception] = field(default_factory=list)
    said: list[Delivery] = field(default_factory=list)
    gate: asyncio.Event | None = None
    under_way: int = 0

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return ()

    async def run(self) -> None:
        return

    async def fetch(self, incoming: Incoming) -> Incoming:
        return incoming

    async def deliver(self, delivery: Delivery) -> str:
        self.under_way += 1
        try:
            return await self._say(delivery)
        finally:
            self.under_way -= 1

    async def _say(self, delivery: Delivery) -> str:
        if self.gate is not None:
            await self.gate.wait()
        if self.troubles:
            raise self.troubles.pop(0)
        self.said.append(delivery)
        return f"{delivery.person.address}/{len(self.said)}"

    def condition(self) -> Condition:
        return Condition(Health.UP)

    async def probe(self) -> str:
        return ""

    async def forget(self, person: Person) -> None:
        return


@dataclass
class Town:
    """Everybody, and the clock."""

    store: Store
    context: Context
    inbox: Inbox
    courier: Sender
    lines: dict[str, Line]
    url: str
    measures: Metrics
    shelf: SearchIndex
    now: float = MORNING
    today: date = date(2026, 11, 24)
    _refs: int = 0

    @property
    def file(self) -> Path:
        """The file of its SQLite database."""
        file = sqlite_file(self.url)
        assert file is not None
        return file

    def someone(self, channel: str, address: str, *, name: str = "", language: str = "vi") -> "Someone":
        """A person in a channel."""
        return Someone(self, Person(channel, address, language, name))

    async def post(self) -> int:
        """Let the courier tell everything that is due; how many notices that were."""
        await self._do_jobs()
        told = 0
        while carried := await self.courier.round():
            told += carried
        return told

    async def later(self, seconds: float) -> int:
        """Let time pass, then the courier go its round."""
        self.now += seconds
        return await self.post()

    async def takes_in(self, incoming: Incoming) -> None:
        """Put it into the inbox and wait until it is answered, or its answer waits for the vendor."""
        await self.inbox.put(incoming)
        await self.settle()

    async def settle(self) -> None:
        """Wait until what came in is answered, or its answer waits for the vendor."""
        await self._do_jobs()
        while self.inbox.waiting > self.courier.waiting:  # noqa: ASYNC110 - the inbox has no event for it, and needs none
            await asyncio.sleep(0.001)

    async def _do_jobs(self) -> None:
        """Where there are jobs, do those that the town's clock lets be done; notices are the courier's."""
        if not self.store.has_jobs:
            return
        do = {"answer": self.inbox.answer_job, "deliver": self.courier.deliver_job}
        async with self.store._engine.connect() as connection:
            query = "SELECT id, task_name, args ->> 'number' AS number FROM procrastinate_jobs ORDER BY id"
            jobs = (await connection.execute(text(query))).all()
        done = []
        for job in jobs:
            with suppress(JobLater):
                if job.task_name in do:
                    await do[job.task_name](int(job.number))
                done.append(job.id)
        async with self.store._engine.begin() as connection:
            await connection.execute(text("DELETE FROM procrastinate_jobs WHERE id = ANY(:done)"), {"done": done})

    async def fresh(self) -> None:
        """Let the search know of a changed catalogue."""
        await self.shelf.refresh()

    def ref(self) -> str:
        """A fresh name for a message."""
        self._refs += 1
        return f"m{self._refs}"


@dataclass
class Someone:
    """A person: what they say, what they press, what they hear."""

    town: Town
    person: Person

    @property
    def address(self) -> Address:
        return Address(self.person.channel, self.person.address)

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything said to them."""
        line = self.town.lines[self.person.channel]
        return [each for each in line.said if each.person.address == self.person.address]

    @property
    def heard(self) -> list[str]:
        """Everything said to them, as plain text."""
        return [plain.as_text(each.reply) for each in self.deliveries]

    @property
    def last(self) -> str:
        return self.heard[-1]

    @property
    def reply(self) -> Reply:
        return self.deliveries[-1].reply

    async def __call__(self, said: str | Content, *, replies_to: str = "", quoted: str = "") -> str:
        """Say it; the answer as plain text."""
        content = Text(said) if isinstance(said, str) else said
        incoming = Incoming(self.person, content, self.town.ref(), replies_to=replies_to, quoted=quoted)
        await self.town.takes_in(incoming)
        return self.last

    async def tap(self, label: str) -> str:
        """Press the newest button whose label begins like that."""
        for delivery in reversed(self.deliveries):
            for choice in plain.choices(delivery.reply):
                if choice.label.startswith(label) and choice.action is not None:
                    return await self(Tap(choice.action))
        raise AssertionError(f"nobody offered {label!r}")

    async def does(self, verb: Verb, subject: str = "") -> str:
        """Press a button that may have been offered or made up."""
        return await self(Tap(Action(verb, subject)))

    async def asks(self, words: str, *, product: str = "nem-1", kind: str = "question") -> str:
        """Ask about a product, up to the confirmation; the number of the inquiry."""
        await self.does(Verb.ASK, product)
        await self.does(Verb.KIND, f"{kind} {product}")
        await self(words)
        return number_in(await self.tap("Gửi"))


def number_in(text: str) -> str:
    """The reference in a reply: ``#ABCD2345``."""
    return text.partition("#")[2][:8]


async def stocked(path: Path, rows: Sequence[ProductRow] = ROWS) -> Path:
    """An SQLite database with these products in it."""
    await fill(f"sqlite:///{path}", rows)
    return path


async def fill(url: str, rows: Sequence[ProductRow] = ROWS) -> None:
    """Bring the tables of the database at *url* up to date, and these products into it."""
    async with open_store(url, migrate=True) as store:
        await store.import_rows(rows, who="test")


def lines_everywhere() -> dict[str, Line]:
    """A line in each channel that the town has."""
    names = ("zalo", "zalo_oa", "zalo_bot", "telegram", "mail")
    return {**{name: Line(name) for name in names}, "web": Line("web", keeps_answers=True)}


def town_in(
    file: Path,
    *,
    keys: Sequence[str] = (),
    officers: Sequence[Address] = (OFFICER,),
    lines: dict[str, Line] | None = None,
) -> AbstractAsyncContextManager[Town]:
    """Open the town over the SQLite database in *file*, as town_on does."""
    return town_on(f"sqlite:///{file}", keys=keys, officers=officers, lines=lines)


@asynccontextmanager
async def town_on(
    url: str,
    *,
    keys: Sequence[str] = (),
    officers: Sequence[Address] = (OFFICER,),
    lines: dict[str, Line] | None = None,
    authorities: Sequence[Authority] = (),
) -> AsyncIterator[Town]:
    """Open the town over the database at *url*, with *lines* that may be those of a town before."""
    lines = lines_everywhere() if lines is None else lines
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(url, keys=keys or (new_key(),)))
        shelf = SearchIndex(store, Places.load_shipped())
        await shelf.refresh()
        context = Context(
            store=store,
            index=shelf.index,
            reader=Here(),
            places=Places.load_shipped(),
            today=lambda: town.today,
            ours=Surroundings(frozenset({"ocop.test"}), telegram_bot="HoiOcopBot"),
            public_url="https://ocop.test",
            now=lambda: town.now,
            officers=tuple(officers),
            authorities=tuple(authorities),
            email_channel="mail",
            channel_titles=CHANNEL_TITLES,
        )
        measures = Metrics()
        courier = Sender(
            store,
            metrics=measures,
            context=context,
            clock=lambda: town.now,
            sleep=_look_at_the_clock,
            chance=lambda: 0.0,
            breath=0,
        )
        inbox = await stack.enter_async_context(
            Inbox(store, partial(conversation.answer, context=context), courier, metrics=measures)
        )
        town = Town(store, context, inbox, courier, lines, url, measures, shelf)
        await inbox.serve(lines)
        async with BackgroundTasks() as crew:
            crew.start(courier.run_answers(), name="answers")
            yield town


async def _look_at_the_clock(seconds: float) -> None:
    """The town's clock may be moved at any moment: look at it again soon."""
    await asyncio.sleep(min(seconds, 0.01))


@asynccontextmanager
async def fresh_town(tmp_path: Path, empty: Path) -> AsyncIterator[Town]:
    """A town over its own copy of an empty, migrated database."""
    async with town_in(await stocked(Path(shutil.copy(empty, tmp_path / "town.db")))) as town:
        yield town
