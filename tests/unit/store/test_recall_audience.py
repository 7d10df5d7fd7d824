"""Whom a recall concerns is found by an index, however many looked the product up."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from catalog.inquiry import Address
from catalog.store import database, tables
from catalog.store.recall_audience import is_one_of

LAN, BA = Address("telegram", "1"), Address("telegram", "2")


@pytest.mark.parametrize("people", [[LAN], [LAN, BA]])
async def test_people_of_a_channel_are_looked_up_in_an_index(store_file: Path, people: list[Address]) -> None:
    table = tables.history.c
    query = select(table.lot).where(table.product_id == "nem", is_one_of(people, table.channel, table.address))
    engine = database.make_engine(database.database_url(f"sqlite:///{store_file}"))
    spelled = str(query.compile(engine.sync_engine, compile_kwargs={"literal_binds": True}))
    async with database.reading(engine) as connection:
        plan = [row.detail for row in await connection.execute(text(f"EXPLAIN QUERY PLAN {spelled}"))]
    await engine.dispose()
    steps = [each for each in plan if " history " in each]
    assert steps
    assert all("channel=? AND address=?" in each for each in steps), plan


async def test_nobody_is_one_of_none(store_file: Path) -> None:
    engine = database.make_engine(database.database_url(f"sqlite:///{store_file}"))
    async with database.reading(engine) as connection:
        nobody = is_one_of([], tables.history.c.channel, tables.history.c.address)
        assert (await connection.execute(select(tables.history.c.lot).where(nobody))).all() == []
    await engine.dispose()
