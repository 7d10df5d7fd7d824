"""A channel that lives in memory, for tests of the house."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.channel import Condition, Delivery, Health
from catalog.errors import StoreError
from catalog.store import DeliveryResult, Store
from handlers.context import Session
from handlers.conversation import Answer
from handlers.messages import Content, Incoming, Person, Reply, Text


@dataclass
class Ear:
    """Hears what is delivered; *troubles* are raised first, one at each delivery."""

    name: str = "ear"
    keeps_answers: bool = False
    troubles: list[Exception] = field(default_factory=list)
    unfetched: Exception | None = None
    heard: list[tuple[str, str]] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    tried: int = 0
    hook: Callable[[Delivery], None] = lambda _: None

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return ()

    async def run(self) -> None:
        return

    async def fetch(self, incoming: Incoming) -> Incoming:
        if self.unfetched is not None:
            raise self.unfetched
        return incoming

    async def deliver(self, delivery: Delivery) -> str:
        self.tried += 1
        self.hook(delivery)
        if self.troubles:
            raise self.troubles.pop(0)
        self.heard.append((delivery.person.address, delivery.reply.text))
        self.deliveries.append(delivery)
        return f"sent {delivery.key}"

    def condition(self) -> Condition:
        return Condition(Health.UP)


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


class Balky(Store):
    """The real store, which refuses some writes when told to."""

    refuse_answers = 0
    refuse_outcomes = 0

    async def answer(self, answer: object) -> None:
        if self.refuse_answers:
            self.refuse_answers -= 1
            raise StoreError("full")
        await super().answer(answer)  # type: ignore[arg-type]  # passed on as it came

    async def settle(self, outcome: DeliveryResult) -> None:
        if self.refuse_outcomes:
            self.refuse_outcomes -= 1
            raise StoreError("full")
        await super().settle(outcome)


def from_(address: str, said: str | Content, ref: str, *, channel: str = "ear") -> Incoming:
    """A message of someone."""
    content = Text(said) if isinstance(said, str) else said
    return Incoming(Person(channel, address), content, ref)
