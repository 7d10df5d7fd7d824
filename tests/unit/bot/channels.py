"""A channel that lives in memory, for tests of the house."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.answering import Limits
from bot.background_tasks import BackgroundTasks
from bot.channel import Condition, Delivery, Gone, Health, MaybeSent, NotSent, NotYet, Refused
from bot.composing import Answerer
from bot.inbox import Inbox
from bot.metrics import Metrics
from bot.sender import Sender
from bot.traces import NO_TRACES, Traces
from catalog.errors import StoreError
from catalog.inquiry import Address
from catalog.sealing import Seal
from catalog.store import DeliveryResult, InboxStore, OutboxStore, Store, StoredAnswer
from catalog.store.access import Access
from catalog.store.inquiries import note_delivery
from handlers import earlier_answers
from handlers.context import Session
from handlers.conversation import Answer
from handlers.messages import Content, Incoming, Person, Reply, Tap, Text


@dataclass
class Ear:
    """Hears what is delivered; a *gate* keeps deliveries waiting.

    *troubles* are raised first, one at each delivery, *unfetched* one at each fetch.
    """

    name: str = "ear"
    keeps_answers: bool = False
    troubles: list[Exception] = field(default_factory=list)
    unfetched: list[Exception] = field(default_factory=list)
    heard: list[tuple[str, str]] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    tried: int = 0
    hook: Callable[[Delivery], None] = lambda _: None
    gate: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return ()

    async def run(self) -> None:
        return

    async def fetch(self, incoming: Incoming) -> Incoming:
        if self.unfetched:
            raise self.unfetched.pop(0)
        return incoming

    async def deliver(self, delivery: Delivery) -> str:
        self.tried += 1
        self.hook(delivery)
        self.begun.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.troubles:
            raise self.troubles.pop(0)
        self.heard.append((delivery.person.address, delivery.reply.text))
        self.deliveries.append(delivery)
        return f"sent {delivery.key}"

    def condition(self) -> Condition:
        return Condition(Health.UP)

    async def probe(self) -> str:
        return ""

    async def forget(self, person: Person) -> None:
        self.forgotten.append(person.address)


class Echo:
    """Answers with what was said; what it is told to fail on fails."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.seen: list[Incoming] = []
        self.begun = asyncio.Event()
        self.gates: dict[str, asyncio.Event] = {}
        self.failures: dict[str, list[Exception]] = {}

    async def __call__(self, incoming: Incoming, *, session: Session) -> Answer:
        said = incoming.content.body if isinstance(incoming.content, Text) else type(incoming.content).__name__
        self.asked.append(said)
        self.seen.append(incoming)
        self.begun.set()
        if said in self.gates:
            await self.gates[said].wait()
        if self.failures.get(said):
            raise self.failures[said].pop(0)
        count = len(session.offered) + 1
        return Answer(Reply(f"{said}!{count}"), Session(session.language, offered=(*session.offered, "help")))


class Desk(Echo):
    """Echoes, and shows earlier answers to whoever asks for them."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        super().__init__()
        self._context: Any = SimpleNamespace(store=store, now=now)

    async def __call__(self, incoming: Incoming, *, session: Session) -> Answer:
        if isinstance(incoming.content, Tap):
            return Answer(
                await earlier_answers.show(incoming=incoming, context=self._context, session=session), session
            )
        answer = await super().__call__(incoming, session=session)
        return Answer(Reply(answer.reply.text.partition("!")[0]), session)


class Balky(Store):
    """The real store, which refuses some writes when told to."""

    refuse_answers = 0
    refuse_outcomes = 0

    def __init__(self, engine: AsyncEngine, *, seal: Seal | None = None) -> None:
        super().__init__(engine, seal=seal)
        self.inbox = BalkyInbox(self, self._access)
        self.outbox = BalkyOutbox(self, self._access)


class BalkyInbox(InboxStore):
    """Its inbox."""

    def __init__(self, balky: Balky, access: Access) -> None:
        super().__init__(access, balky.people)
        self._balky = balky

    async def keep_answer(self, answer: StoredAnswer, *, now: float) -> int | None:
        if self._balky.refuse_answers:
            self._balky.refuse_answers -= 1
            raise StoreError("full")
        return await super().keep_answer(answer, now=now)


class BalkyOutbox(OutboxStore):
    """Its outbox."""

    def __init__(self, balky: Balky, access: Access) -> None:
        super().__init__(access, reached=note_delivery)
        self._balky = balky

    async def settle(self, result: DeliveryResult, *, to: Address | None = None) -> None:
        if self._balky.refuse_outcomes:
            self._balky.refuse_outcomes -= 1
            raise StoreError("full")
        await super().settle(result, to=to)


@asynccontextmanager
async def open_inbox(
    store: Store,
    answer: Answerer,
    *,
    metrics: Metrics | None = None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    limits: Limits | None = None,
    grace: float = 10.0,
    kind: type[Inbox] = Inbox,
    traces: Traces = NO_TRACES,
) -> AsyncIterator[Inbox]:
    """An inbox and its sender at work, as the house has them; the sender stops first."""
    metrics = metrics or Metrics()
    sender = Sender(store, metrics=metrics, traces=traces, clock=clock, sleep=sleep, chance=lambda: 0.0)
    inbox = kind(
        store, answer, sender, metrics=metrics, traces=traces, limits=limits, grace=grace, sleep=sleep, clock=clock
    )
    async with inbox, BackgroundTasks() as crew:
        crew.start(sender.run(), name="sender")
        yield inbox


def from_(address: str, said: str | Content, ref: str, *, channel: str = "ear") -> Incoming:
    """A message of someone."""
    content = Text(said) if isinstance(said, str) else said
    return Incoming(Person(channel, address), content, ref)


# What may become of a delivery.
FATES: list[Callable[[], Exception | None]] = [
    lambda: None,
    lambda: NotSent("429", seconds=35),
    lambda: NotSent("cannot be reached", seconds=5),
    lambda: NotYet("share", seconds=2),
    lambda: MaybeSent("500, 502, torn or hanging"),
    lambda: Gone("blocked"),
    lambda: Refused("too long"),
    lambda: KeyError("unforeseen"),
]
