"""Whatever people press, write and send again, whatever breaks on the way: nothing is lost, misled or doubled."""

import asyncio
import shutil
import tempfile
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from bot.channel import Gone, MaybeSent, NotSent, WindowClosed
from catalog.inquiry import WAITING, Address, Inquiry, Member, Role, Side, State
from catalog.store import tables
from handlers import plain
from handlers.actions import Action, Verb
from handlers.context import Session
from handlers.conversation import answer
from handlers.messages import Content, Incoming, Person, Tap, Text
from tests.town import HOUR, OFFICER, Town, lines_everywhere, number_in, stocked, town_in

KEYS = ("kO3S7WuJ0Hn8Zb3eJ0uUZ0W3bq1bW1bF0m0Xq9cQy2M=",)
CONSUMERS = (Person("zalo", "lan", name="Lan"), Person("telegram", "7", name="Hoa"))
MAKERS = {
    "nem-1": (Person("telegram", "101", name="Ba"), Person("web", "102", name="Tư")),
    "nem-3": (Person("zalo", "201", name="Sáu"),),
}
STRANGER = Person("zalo", "eve", name="Eve")
CHIEF = Person(OFFICER.channel, OFFICER.address)
EVERYONE = (*CONSUMERS, *MAKERS["nem-1"], *MAKERS["nem-3"], STRANGER, CHIEF)
ABOUT_ONE = (
    Verb.INQUIRY, Verb.MORE, Verb.CLOSE, Verb.RATE, Verb.REPLY, Verb.CANNED, Verb.HAND_OVER, Verb.BLOCK, Verb.REPORT,
)  # fmt: skip
ALONE = (Verb.MAIL, Verb.MINE, Verb.SETTINGS, Verb.CANCEL, Verb.SEND, Verb.REVIEW, Verb.DATA, Verb.FIX, Verb.SEEN)

people = st.sampled_from(EVERYONE)
times = st.integers(1, 2)


@cache
def template() -> Path:
    """A stocked database, made once."""
    return asyncio.run(stocked(Path(tempfile.mkdtemp()) / "template.db"))


@dataclass
class Model:
    """What must be true: who asked what, and who wrote which words where."""

    asked: dict[str, tuple[Person, str, str]] = field(default_factory=dict)
    told: dict[Person, list[str]] = field(default_factory=lambda: defaultdict(list))
    words: int = 0


class Inquiries(RuleBasedStateMachine):
    """Messages go through answer() twice whenever a crash may have come between their effect and their end."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = tempfile.TemporaryDirectory()
        self.file = Path(shutil.copy(template(), Path(self.folder.name) / "town.db"))
        self.lines = lines_everywhere()
        self.session: dict[Person, Session] = {}
        self.model = Model()
        self.refs = 0
        self.town = self.loop.run(self.open())

    async def open(self) -> Town:
        return await self.stack.enter_async_context(town_in(self.file, keys=KEYS, lines=self.lines))

    @initialize()
    def settle(self) -> None:
        async def join() -> None:
            for ref, members in MAKERS.items():
                made = await self.town.store.product(ref)
                assert made is not None
                for each in members:
                    who = Address(each.channel, each.address)
                    await self.town.store.members.join(Member(who, Role.PRODUCER, made.producer.id), at=self.town.now)

        self.loop.run(join())

    async def hear(self, person: Person, content: Content, *, again: int = 1, replies_to: str = "") -> str:
        self.refs += 1
        incoming = Incoming(person, content, f"r{self.refs}", replies_to=replies_to)
        session = self.session.get(person, Session())
        for _ in range(again):
            answered = await answer(incoming, context=self.town.context, session=session)
        self.session[person] = answered.session
        said = plain.as_text(answered.reply)
        self.model.told[person].append(said)
        return said

    def unique(self) -> str:
        self.model.words += 1
        return f"lời{self.model.words:04}x"

    @rule(person=st.sampled_from(CONSUMERS), product=st.sampled_from(list(MAKERS)), again=times,
          kind=st.sampled_from(["question", "buy", "complaint"]), named=st.booleans())  # fmt: skip
    def ask(self, person: Person, product: str, kind: str, again: int, named: bool) -> None:  # noqa: FBT001 - generated
        async def asking() -> None:
            words = self.unique()
            await self.hear(person, Tap(Action(Verb.ASK, product)))
            await self.hear(person, Tap(Action(Verb.KIND, f"{kind} {product}")))
            await self.hear(person, Text(words))
            said = await self.hear(person, Tap(Action(Verb.SEND, "name" if named else "")), again=again)
            if said.startswith("Đã gửi"):
                self.model.asked[number_in(said)] = (person, product, words)

        self.loop.run(asking())

    @rule(person=people, verb=st.sampled_from(ABOUT_ONE), place=st.integers(0, 20), again=times,
          rest=st.sampled_from(["", "yes", "no", "5", "0", "more", "call", "x"]))  # fmt: skip
    def press(self, person: Person, verb: Verb, place: int, rest: str, again: int) -> None:
        refs = list(self.model.asked)
        ref = refs[place % len(refs)] if refs else "ABCD2345"
        self.loop.run(self.hear(person, Tap(Action(verb, f"{ref} {rest}")), again=again))

    @rule(person=people, verb=st.sampled_from(ALONE), subject=st.sampled_from(["", "1", "2", "x"]), again=times)
    def press_alone(self, person: Person, verb: Verb, subject: str, again: int) -> None:
        self.loop.run(self.hear(person, Tap(Action(verb, subject)), again=again))

    @rule(person=people, again=times)
    def write(self, person: Person, again: int) -> None:
        self.loop.run(self.hear(person, Text(self.unique()), again=again))

    @rule(person=people, place=st.integers(0, 20), again=times)
    def reply(self, person: Person, place: int, again: int) -> None:
        """Reply to something that was sent to somebody: one's own notice, or a made-up one."""
        line = self.lines[person.channel]
        mine = [n for n, each in enumerate(line.said, start=1) if each.person.address == person.address]
        sent = f"{person.address}/{mine[place % len(mine)]}" if mine else "1/1"
        self.loop.run(self.hear(person, Text(self.unique()), again=again, replies_to=sent))

    @rule(hours=st.sampled_from([0, 1, 25, 73, -1]))
    def carry(self, hours: int) -> None:
        self.loop.run(self.town.later(hours * HOUR))

    @rule(channel=st.sampled_from(["zalo", "telegram"]),
          trouble=st.sampled_from([NotSent, MaybeSent, WindowClosed, Gone]), count=st.integers(1, 3))  # fmt: skip
    def break_line(self, channel: str, trouble: type[Exception], count: int) -> None:
        self.lines[channel].troubles += [trouble("broken") for _ in range(count)]

    @rule(person=people)
    def come_back(self, person: Person) -> None:
        self.loop.run(self.town.courier.greet(person))

    @rule()
    def restart(self) -> None:
        async def again() -> None:
            now = self.town.now
            await self.stack.aclose()
            self.town = await self.open()
            self.town.now = now

        self.loop.run(again())

    # What must hold ---------------------------------------------------------------------------------------------

    def inquiries(self) -> dict[str, Inquiry]:
        async def read() -> dict[str, Inquiry]:
            found = {ref: await self.town.store.inquiries.by_ref(ref) for ref in self.model.asked}
            return {ref: each for ref, each in found.items() if each is not None}

        return self.loop.run(read())

    @invariant()
    def nothing_is_lost_and_nothing_doubled(self) -> None:
        found = self.inquiries()
        assert found.keys() == self.model.asked.keys()
        for ref, (person, product, words) in self.model.asked.items():
            held = found[ref]
            assert held.consumer == Address(person.channel, person.address)
            assert held.product_id == product
            assert held.messages[0].text == words
        written = [each.text for held in found.values() for each in held.messages if each.text.startswith("lời")]
        assert len(written) == len(set(written))

    @invariant()
    def each_state_fits_its_thread(self) -> None:
        for held in self.inquiries().values():
            waits = held.messages[-1].side is Side.CONSUMER
            assert held.state in ({*WAITING, State.CLOSED} if waits else {State.ANSWERED, State.CLOSED})
            assert held.rating is None or any(each.side is not Side.CONSUMER for each in held.messages)

    @invariant()
    def words_reach_only_whom_they_are_for(self) -> None:
        for held in self.inquiries().values():
            consumer, product, _ = self.model.asked[held.ref]
            allowed = {consumer, *MAKERS[product], CHIEF}
            for message in held.messages:
                if not message.text.startswith("lời"):
                    continue
                for person in EVERYONE:
                    assert person in allowed or not self.heard(person, message.text)

    def heard(self, person: Person, words: str) -> bool:
        # What one wrote oneself may be said back to one, whatever became of it.
        line = self.lines[person.channel]
        told = [plain.as_text(each.reply) for each in line.said if each.person.address == person.address]
        return any(words in each for each in told)

    @invariant()
    def an_answer_is_told_at_most_once(self) -> None:
        for held in self.inquiries().values():
            person, _, _ = self.model.asked[held.ref]
            line = self.lines[person.channel]
            told = [plain.as_text(each.reply) for each in line.said if each.person.address == person.address]
            for message in held.messages:
                if message.side is not Side.CONSUMER and message.text.startswith("lời"):
                    assert sum(t.startswith("Trả lời cho #") and message.text in t for t in told) <= 1

    @invariant()
    def each_answer_has_one_notice(self) -> None:
        async def read() -> list[int]:
            table = tables.outbox
            async with self.town.store._engine.connect() as connection:
                return list(await connection.scalars(select(table.c.message).where(table.c.kind == "answer")))

        numbers = self.loop.run(read())
        answers = [
            each.number
            for held in self.inquiries().values()
            for each in held.messages
            if each.side is not Side.CONSUMER
        ]
        assert sorted(numbers) == sorted(answers)

    def teardown(self) -> None:
        try:
            self.loop.run(self.in_the_end_everyone_was_told())
        finally:
            self.loop.run(self.stack.aclose())
            self.loop.close()
            self.folder.cleanup()

    async def in_the_end_everyone_was_told(self) -> None:
        for line in self.lines.values():
            line.troubles.clear()
        for _ in range(4):
            await self.town.later(25 * HOUR)
        for ref, (_, product, _) in self.model.asked.items():
            held = await self.town.store.inquiries.by_ref(ref)
            assert held is not None
            if held.state in WAITING:
                assert any(self.heard(each, ref) for each in (*MAKERS[product], CHIEF))


TestInquiries = Inquiries.TestCase
TestInquiries.settings = settings(
    max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
