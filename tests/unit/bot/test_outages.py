"""Vendors that take nothing for a while: nothing is lost or told twice, and nobody is buried in old answers."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channel import Delivery, MaybeSent, NotSent, NotYet, Refused, WindowClosed
from bot.inbox import Inbox
from catalog.sealing import new_key
from catalog.store import Store, open_store, tables
from handlers.actions import Action, Verb
from handlers.messages import Reply, Tap
from tests.unit.bot.channels import FATES, Desk, Ear, from_, open_inbox

MINUTE, HOUR = 60.0, 3600.0


class Time:
    """A clock that goes only as fast as those who wait for it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.busy: Callable[[], bool] = lambda: False
        self._alarms: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        alarm = (self.now + seconds, asyncio.get_running_loop().create_future())
        self._alarms.append(alarm)
        try:
            await alarm[1]
        finally:
            self._alarms = [each for each in self._alarms if each is not alarm]

    async def pass_until(self, moment: float) -> None:
        """Let the time pass, with all that is due on the way."""
        while True:
            await self.idle()
            due = min((at for at, _ in self._alarms), default=moment)
            if due >= moment:
                self.now = max(self.now, moment)
                return
            self.now = max(self.now, due)
            for at, alarm in list(self._alarms):
                if at <= self.now and not alarm.done():
                    alarm.set_result(None)

    async def idle(self) -> None:
        """Let everyone do what they can without the clock."""
        async with asyncio.timeout(120):
            for _ in range(10):
                await asyncio.sleep(0)
                while self.busy():  # noqa: ASYNC110 - nobody tells us
                    await asyncio.sleep(0.001)


@dataclass
class Vendor(Ear):
    """Takes messages unless *refuses* says why not."""

    time: Time = field(default_factory=Time)
    refuses: Callable[[Delivery], Exception | None] = lambda _: None
    replies: list[Reply] = field(default_factory=list)

    async def deliver(self, delivery: Delivery) -> str:
        self.tried += 1
        if (error := self.refuses(delivery)) is not None:
            raise error
        self.heard.append((delivery.person.address, delivery.reply.text))
        self.replies.append(delivery.reply)
        return "1"


@dataclass
class House:
    """A store, a vendor, and an inbox that can be opened again and again."""

    store: Store
    time: Time
    vendor: Vendor

    @asynccontextmanager
    async def open(self, *, grace: float = 10.0) -> AsyncIterator[Inbox]:
        opened = open_inbox(
            self.store, Desk(self.store, self.time), grace=grace, sleep=self.time.sleep, clock=self.time
        )
        async with opened as inbox:
            await inbox.serve({self.vendor.name: self.vendor})
            answers = inbox._sender._answers
            both = (inbox._retries, answers.retries)

            def busy() -> bool:
                at_work = len(inbox._lanes) + answers.working
                return any(each._wake.is_set() for each in both) or at_work > len(answers.breath._pausing)

            self.time.busy = busy
            yield inbox

    async def states(self) -> Counter[str]:
        async with self.store._engine.connect() as connection:
            return Counter((await connection.execute(select(tables.outbox.c.state))).scalars())

    async def stopped_while_sending(self) -> set[str]:
        asked, said = tables.inbox, tables.outbox
        query = select(asked.c.ref).join(said, said.c.seq == asked.c.seq)
        query = query.where(said.c.trouble == "stopped while sending")
        async with self.store._engine.connect() as connection:
            return set((await connection.execute(query)).scalars())

    def heard_by(self, address: str) -> list[str]:
        return [text for who, text in self.vendor.heard if who == address]

    def away(self, seconds: float, error: Callable[[], Exception]) -> None:
        """Let the vendor refuse everything for so long."""
        until = self.time.now + seconds
        self.vendor.refuses = lambda _: error() if self.time.now < until else None


@pytest.fixture
async def house(store_file: Path) -> AsyncIterator[House]:
    async with open_store(f"sqlite:///{store_file}", keys=[new_key()]) as store:
        time = Time()
        yield House(store, time, Vendor(time=time))


def unreachable() -> Exception:
    return NotSent("the Bot API cannot be reached", seconds=5.0)


@pytest.mark.parametrize("seconds", [40.0, 10 * MINUTE, 7 * HOUR])
async def test_after_an_outage_everyone_has_their_answer_once(house: House, seconds: float) -> None:
    house.away(seconds, unreachable)
    async with house.open() as inbox:
        for number in range(4):
            await inbox.put(from_(f"p{number}", f"a{number}", "1"))
        await house.time.pass_until(house.time.now + seconds / 2)
        await inbox.put(from_("p0", "b", "2"))
        await house.time.pass_until(house.time.now + seconds / 2 + 400)
        assert inbox.waiting == 0
    assert Counter(house.vendor.heard) == Counter([*((f"p{number}", f"a{number}") for number in range(4)), ("p0", "b")])
    assert house.heard_by("p0") == ["a0", "b"]


async def test_while_a_vendor_is_away_nothing_of_it_is_in_memory(house: House) -> None:
    house.away(7 * HOUR, unreachable)
    async with house.open() as inbox:
        before = len(asyncio.all_tasks())
        for number in range(24):
            await inbox.put(from_(f"p{number % 8}", f"a{number}", str(number)))
        await house.time.pass_until(house.time.now + 20 * MINUTE)
        assert len(asyncio.all_tasks()) <= before + 2
        assert not inbox._lanes
        assert inbox.waiting == 8


async def test_it_is_tried_once_again_when_the_vendor_said(house: House) -> None:
    house.away(290, lambda: NotSent("Telegram asks for patience", seconds=290))
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await house.time.pass_until(house.time.now + 289)
        assert house.vendor.tried == 1
        await inbox.put(from_("an", "b", "2"))
        await house.time.idle()
        assert house.vendor.tried == 1
        await house.time.pass_until(house.time.now + 10)
    assert house.heard_by("an") == ["a", "b"]
    assert house.vendor.tried == 3


async def test_what_the_vendor_asked_for_is_kept_across_a_restart(house: House) -> None:
    house.vendor.refuses = lambda _: NotSent("patience", seconds=HOUR)
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await house.time.idle()
    house.vendor.refuses = lambda _: None
    async with house.open():
        await house.time.pass_until(house.time.now + HOUR - 2)
        assert house.vendor.tried == 1
        await house.time.pass_until(house.time.now + 5)
    assert house.heard_by("an") == ["a"]


async def test_a_token_that_is_mended_loses_nothing(house: House) -> None:
    house.away(5 * MINUTE, lambda: NotSent("the token is refused", seconds=60.0))
    async with house.open() as inbox:
        for number in range(5):
            await inbox.put(from_("an", f"a{number}", str(number)))
        await house.time.pass_until(house.time.now + 7 * MINUTE)
    assert sorted(house.heard_by("an")) in ([f"a{number}" for number in range(5)], ["a4"])
    assert set((await house.states()).keys()) <= {"sent", "aside"}


async def test_when_the_vendor_is_back_nobody_waits_for_their_own_pause(house: House) -> None:
    house.away(HOUR, unreachable)
    async with house.open() as inbox:
        for number in range(10):
            await inbox.put(from_(f"p{number}", "a", "1"))
        await house.time.pass_until(house.time.now + HOUR + 1)
        await inbox.put(from_("p3", "b", "2"))
        await house.time.idle()
        await house.time.pass_until(house.time.now + 5)
    assert len(house.vendor.heard) == 11


async def test_who_wrote_meanwhile_gets_the_newest_first_and_the_rest_on_request(house: House) -> None:
    house.away(HOUR, unreachable)
    async with house.open() as inbox:
        for number in range(14):
            await inbox.put(from_("an", f"a{number}", str(number)))
        await house.time.pass_until(house.time.now + HOUR + 400)
        assert house.heard_by("an") == ["a13"]
        (choice,) = house.vendor.replies[-1].choices
        assert (choice.label, choice.action) == ("Xem 13 câu trả lời cũ", Action(Verb.EARLIER))
        session = await house.store.people.load("ear", "an")
        assert '"earlier"' in session[1]
        await inbox.put(from_("an", "b", "b"))
        await house.time.idle()
        assert house.vendor.replies[-1].choices == ()
        await inbox.put(from_("an", Tap(Action(Verb.EARLIER)), "t1"))
        await house.time.pass_until(house.time.now + 10)
        assert house.heard_by("an")[3:] == [f"a{number}" for number in range(10)]
        assert house.vendor.replies[-1].choices[0].label == "Xem 3 câu trả lời cũ"
    async with house.open() as inbox:
        await inbox.put(from_("an", Tap(Action(Verb.EARLIER)), "t2"))
        await house.time.pass_until(house.time.now + 10)
        assert house.heard_by("an")[-3:] == ["a10", "a11", "a12"]
        assert house.vendor.replies[-1].choices == ()
        await inbox.put(from_("an", Tap(Action(Verb.EARLIER)), "t3"))
        await house.time.idle()
    assert house.heard_by("an")[-1] == "Không còn câu trả lời cũ nào."
    assert await house.states() == {"sent": 18}


async def test_earlier_answers_that_cannot_be_given_now_stay_there(house: House) -> None:
    house.away(HOUR, unreachable)
    async with house.open() as inbox:
        for number in range(4):
            await inbox.put(from_("an", f"a{number}", str(number)))
        await house.time.pass_until(house.time.now + HOUR + 400)
        house.vendor.refuses = lambda delivery: unreachable() if delivery.reply.text == "a1" else None
        await inbox.put(from_("an", Tap(Action(Verb.EARLIER)), "t1"))
        await house.time.idle()
        assert house.heard_by("an")[-1] == "a0"
        house.vendor.refuses = lambda _: None
        await inbox.put(from_("an", "b", "b"))
        await house.time.idle()
        assert house.vendor.replies[-1].choices[0].label == "Xem 2 câu trả lời cũ"


async def test_our_own_limits_make_nothing_old(house: House) -> None:
    """One who asks much gets all in order, however long that takes."""
    told: list[float] = []

    def paced(_: Delivery) -> Exception | None:
        if told and house.time.now < told[-1] + 30:
            return NotYet("this chat has had its share", seconds=told[-1] + 30 - house.time.now)
        told.append(house.time.now)
        return None

    house.vendor.refuses = paced
    async with house.open() as inbox:
        for number in range(130):
            await inbox.put(from_("an", f"a{number}", str(number)))
        await house.time.pass_until(house.time.now + 2 * HOUR)
    assert house.heard_by("an") == [f"a{number}" for number in range(130)]


async def test_answers_held_for_long_are_not_all_given_at_once(house: House) -> None:
    house.vendor.refuses = lambda _: WindowClosed("over")
    async with house.open() as inbox:
        for number in range(5):
            # Each is held before the next comes.
            await inbox.put(from_("an", f"a{number}", str(number)))
            await house.time.idle()
        house.vendor.refuses = lambda _: None
        await house.time.pass_until(house.time.now + 10 * MINUTE)
        await inbox.put(from_("an", "b", "b"))
        await house.time.idle()
    assert house.heard_by("an") == ["a4", "b"]
    assert house.vendor.replies[-1].choices[0].label == "Xem 4 câu trả lời cũ"


@pytest.mark.parametrize("seed", range(3))
async def test_in_any_mixture_and_with_restarts_nothing_is_lost_or_doubled(house: House, seed: int) -> None:
    """Every answer is told once, unless the vendor refused it for good or may have taken it."""
    chance = random.Random(seed)
    final: Counter[str] = Counter()
    put = 0

    def refuses(delivery: Delivery) -> Exception | None:
        error = chance.choice(FATES)()
        if isinstance(error, MaybeSent | Refused | KeyError):
            final[delivery.reply.text] += 1
        return error

    house.vendor.refuses = refuses
    for _ in range(5):
        async with house.open(grace=0.001) as inbox:
            for _ in range(20):
                await inbox.put(from_(f"p{chance.randrange(12)}", f"a{put}", str(put)))
                put += 1
            await house.time.pass_until(house.time.now + chance.choice([1, 40, 200]))
    house.vendor.refuses = lambda _: None
    async with house.open() as inbox:
        await house.time.pass_until(house.time.now + HOUR)
        for number in range(12):
            await inbox.put(from_(f"p{number}", f"z{number}", "z"))
        await house.time.pass_until(house.time.now + HOUR)
        for number in range(12):
            await inbox.put(from_(f"p{number}", Tap(Action(Verb.EARLIER)), "t"))
        await house.time.pass_until(house.time.now + HOUR)
    told = Counter(text for _, text in house.vendor.heard if text[0] in "az" and text[1:].isdecimal())
    assert [text for text, times in (told + final).items() if times > 1] == []
    final.update(f"a{ref}" for ref in await house.stopped_while_sending())
    assert set(told + final) == {*(f"a{number}" for number in range(put)), *(f"z{number}" for number in range(12))}


async def test_the_log_says_why_answers_wait_once_and_when_they_go_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.away(HOUR, unreachable)
    with caplog.at_level(logging.INFO, logger="bot"):
        async with house.open() as inbox:
            for number in range(9):
                await inbox.put(from_(f"p{number}", "a", "1"))
            await house.time.pass_until(house.time.now + HOUR + 400)
    lines = [each.getMessage() for each in caplog.records]
    assert lines[0] == "ear takes no answers, they wait: the Bot API cannot be reached"
    assert len(lines) <= 8
    assert lines[-1].startswith("ear takes answers again, after ")
