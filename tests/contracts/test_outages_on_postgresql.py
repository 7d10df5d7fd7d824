"""Vendors that take nothing for a while, on PostgreSQL: what tests/unit/bot/test_outages.py holds of SQLite."""

import random
from collections import Counter

import pytest
from sqlalchemy import select

from bot.channel import Delivery, MaybeSent, NotSent, Refused
from catalog.delivery import OutboxState
from catalog.store import Store, tables
from handlers.actions import Action, Verb
from handlers.messages import Tap
from tests.contracts.engines import Engine
from tests.unit.bot.channels import FATES, Desk, from_

MINUTE, HOUR = 60.0, 3600.0
EARLIER = Tap(Action(Verb.EARLIER))


@pytest.fixture
def engine(postgresql_url: str) -> Engine:
    engine = Engine(postgresql_url)
    engine.echo = lambda store: Desk(store, engine.now)
    return engine


def take_away(engine: Engine, seconds: float) -> None:
    """Let the vendor refuse everything for so long."""
    until = engine.now() + seconds

    def refuse(_: Delivery) -> None:
        if engine.now() < until:
            raise NotSent("the Bot API cannot be reached", seconds=5.0)

    engine.ear.hook = refuse


@pytest.mark.parametrize("seconds", [40.0, 10 * MINUTE, 7 * HOUR])
async def test_after_an_outage_and_a_restart_everyone_has_their_answer_once(engine: Engine, seconds: float) -> None:
    take_away(engine, seconds)
    async with engine.process() as first, engine.process() as second:
        for number in range(4):
            await (first, second)[number % 2].inbox.put(from_(f"p{number}", f"a{number}", "1"))
        await engine.rested(first.store)
        for _ in range(3):
            await engine.pass_time(first.store, seconds / 6)
        assert engine.ear.heard == []
    async with engine.process() as third:
        await third.inbox.put(from_("p0", "b", "2"))
        for _ in range(3):
            await engine.pass_time(third.store, seconds / 6)
        await engine.pass_time(third.store, 400)
    assert Counter(engine.ear.heard) == Counter([*((f"p{number}", f"a{number}") for number in range(4)), ("p0", "b")])
    assert [said for who, said in engine.ear.heard if who == "p0"] == ["a0", "b"]


async def test_who_wrote_meanwhile_gets_the_newest_first_and_the_rest_on_request(engine: Engine) -> None:
    take_away(engine, HOUR)
    async with engine.process() as first, engine.process() as second:
        for number in range(14):
            await (first, second)[number % 2].inbox.put(from_("an", f"a{number}", str(number)))
        await engine.rested(first.store)
        await engine.pass_time(first.store, HOUR + 400)
        assert engine.ear.heard == [("an", "a13")]
        (choice,) = engine.ear.deliveries[-1].reply.choices
        assert (choice.label, choice.action) == ("Xem 13 câu trả lời cũ", Action(Verb.EARLIER))
        await second.inbox.put(from_("an", EARLIER, "t1"))
        await engine.rested(first.store)
    async with engine.process() as third:
        await third.inbox.put(from_("an", EARLIER, "t2"))
        await engine.rested(third.store)
        assert [said for _, said in engine.ear.heard if said.startswith("a")] == [
            "a13",
            *(f"a{number}" for number in range(13)),
        ]
        assert await states(third.store) == {OutboxState.SENT: 16}


async def test_what_the_vendor_asked_for_is_kept_across_a_restart(engine: Engine) -> None:
    engine.ear.troubles = [NotSent("patience", seconds=HOUR)]
    async with engine.process() as first:
        await first.inbox.put(from_("an", "a", "1"))
        await engine.rested(first.store)
    async with engine.process() as second:
        await engine.pass_time(second.store, HOUR - 60)
        assert engine.ear.tried == 1
        await engine.pass_time(second.store, 120)
    assert engine.ear.heard == [("an", "a")]


@pytest.mark.parametrize("seed", range(2))
async def test_in_any_mixture_and_with_restarts_nothing_is_lost_or_doubled(engine: Engine, seed: int) -> None:
    """Every answer is told once, unless the vendor refused it for good or may have taken it."""
    chance = random.Random(seed)
    final: Counter[str] = Counter()
    put = 0

    def refuse(delivery: Delivery) -> None:
        error = chance.choice(FATES)()
        if isinstance(error, MaybeSent | Refused | KeyError):
            final[delivery.reply.text] += 1
        if error is not None:
            raise error

    engine.ear.hook = refuse
    for _ in range(3):
        async with engine.process(grace=0.001) as first, engine.process(grace=0.001) as second:
            for _ in range(20):
                await (first, second)[put % 2].inbox.put(from_(f"p{chance.randrange(12)}", f"a{put}", str(put)))
                put += 1
            await engine.rested(first.store)
            await engine.pass_time(first.store, chance.choice([1, 40, 200]))
    engine.ear.hook = lambda _: None
    async with engine.process() as last:
        await engine.pass_time(last.store, HOUR)
        for what in ("z", EARLIER):
            for number in range(12):
                said = EARLIER if what is EARLIER else f"z{number}"
                await last.inbox.put(from_(f"p{number}", said, "tap" if what is EARLIER else "z"))
            await engine.rested(last.store)
            await engine.pass_time(last.store, HOUR)
        unsure = await stopped_while_sending(last.store)
    told = Counter(said for _, said in engine.ear.heard if said[0] in "az" and said[1:].isdecimal())
    assert [said for said, times in (told + final).items() if times > 1] == []
    final.update(f"a{ref}" for ref in unsure)
    assert set(told + final) == {*(f"a{number}" for number in range(put)), *(f"z{number}" for number in range(12))}


async def states(store: Store) -> Counter[str]:
    async with store._engine.connect() as connection:
        return Counter((await connection.execute(select(tables.outbox.c.state))).scalars())


async def stopped_while_sending(store: Store) -> set[str]:
    asked, said = tables.inbox, tables.outbox
    query = select(asked.c.ref).join(said, said.c.seq == asked.c.seq)
    async with store._engine.connect() as connection:
        return set((await connection.execute(query.where(said.c.trouble == "stopped while sending"))).scalars())
