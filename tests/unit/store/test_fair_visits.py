"""Visits on both engines: once a booth and day, floods apart, chained, thinned to counts, and nobody's once erased."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from catalog.audit import Deed
from catalog.fairs.visits import MOST_A_MINUTE, FairLead, VisitKind
from catalog.inquiry import Address
from catalog.sealing import new_key
from catalog.store import Store, open_store
from tests.fairs import SPRING, hold

DAY = SPRING.starts
AN = Address("zalo", "an")


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url, keys=[new_key()]) as opened:
        await hold(opened)
        yield opened


async def visit(store: Store, who: str = "an", *, at: float = 0.0, booth: int = 1, **more: object) -> bool:
    day = more.get("day", DAY)
    kind = more.get("kind", VisitKind.VISIT)
    return await store.fair_visits.note(SPRING.key, booth, kind, Address("zalo", who), day=day, at=at)  # type: ignore[arg-type]  # as given


async def figures(store: Store) -> list[tuple[int, date, str, int, int]]:
    return [(c.booth, c.day, str(c.kind), c.counted, c.crowd) for c in await store.fair_visits.count(SPRING.key)]


async def test_the_same_person_counts_once_a_booth_and_day(store: Store) -> None:
    assert await visit(store)
    assert not await visit(store, at=5.0)
    assert await visit(store, booth=2)
    assert await visit(store, kind=VisitKind.QUOTE)
    assert await visit(store, day=DAY + timedelta(days=1))
    assert await visit(store, "lan")
    assert await figures(store) == [
        (1, DAY, "quote", 1, 0), (1, DAY, "visit", 2, 0), (2, DAY, "visit", 1, 0),
        (1, DAY + timedelta(days=1), "visit", 1, 0),
    ]  # fmt: skip
    assert await store.fair_visits.check(SPRING.key) is None


async def test_a_flood_is_counted_apart(store: Store) -> None:
    for number in range(MOST_A_MINUTE + 5):
        await visit(store, f"v{number}", at=1000.0 + number / 10)
    await visit(store, "later", at=1100.0)
    await visit(store, "elsewhere", at=1002.0, booth=2)
    assert await figures(store) == [(1, DAY, "visit", MOST_A_MINUTE + 1, 5), (2, DAY, "visit", 1, 0)]


async def test_many_at_once_stay_one_chain(store: Store) -> None:
    await asyncio.gather(*(visit(store, f"v{number}", at=100.0 * number) for number in range(40)))
    assert await store.fair_visits.check(SPRING.key) is None
    assert [row.place async for row in store.fair_visits.every_row(SPRING.key)] == list(range(1, 41))


async def test_what_is_touched_in_the_database_is_found(store: Store) -> None:
    for number in range(3):
        await visit(store, f"v{number}", at=100.0 * number)
    async with store._engine.begin() as connection:
        await connection.execute(text("UPDATE booth_visits SET booth = 2 WHERE place = 2"))
    broken = await store.fair_visits.check(SPRING.key)
    assert broken is not None
    assert (broken.number, broken.how) == (2, "changed")


async def test_who_erases_everything_stays_counted_as_nobody(store: Store) -> None:
    await visit(store)
    await visit(store, "lan")
    rows = (await store.people.rows_about(AN))["booth_visits"]
    assert [(row["fair"], row["day"]) for row in rows] == [(SPRING.key, DAY.isoformat())]
    await store.people.erase(AN)
    assert (await store.people.rows_about(AN))["booth_visits"] == []
    assert await figures(store) == [(1, DAY, "visit", 2, 0)]
    assert await store.fair_visits.check(SPRING.key) is None
    async with store._engine.connect() as connection:
        left = (await connection.execute(text("SELECT person, salt FROM booth_visits ORDER BY place"))).all()
    assert left[0] == ("", "")


async def test_long_after_the_fair_its_rows_are_counts(store: Store) -> None:
    await visit(store)
    await visit(store, "lan", kind=VisitKind.REMIND)
    before = await figures(store)
    every = await store.fairs.list_all()
    assert await store.fair_visits.thin(every, today=SPRING.ends + timedelta(days=90)) == 0
    assert await store.fair_visits.thin(every, today=SPRING.ends + timedelta(days=91)) == 1
    assert await store.fair_visits.thin(every, today=SPRING.ends + timedelta(days=92)) == 0
    assert await figures(store) == before
    assert [row async for row in store.fair_visits.every_row(SPRING.key)] == []
    (told,) = [row.entry async for row in store.audit.every_row() if row.entry.deed == Deed.FAIR_COUNTED]
    assert '"rows": 2' in told.after
    assert '"whole": true' in told.after


async def test_leads_are_kept_once_and_by_producer(store: Store) -> None:
    for at in (1.0, 2.0):
        await store.fair_visits.note_lead(FairLead("AAAA2222", SPRING.key, 1, "nem", VisitKind.QUOTE, at))
    await store.fair_visits.note_lead(FairLead("BBBB2222", SPRING.key, 2, "tuong", VisitKind.WHOLESALE, 3.0))
    assert [each.ref for each in await store.fair_visits.leads(SPRING.key)] == ["BBBB2222", "AAAA2222"]
    assert [each.at for each in await store.fair_visits.leads(SPRING.key, producers={"nem"})] == [1.0]
