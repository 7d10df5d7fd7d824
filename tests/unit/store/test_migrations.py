"""Migrations go up and down on both databases, and once only when several processes start together."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, insert, inspect

from catalog.errors import StoreUnavailable
from catalog.sealing import new_key
from catalog.store import database, open_store
from catalog.store.database import database_url, make_engine
from tests.unit.store.lists import row


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in which nothing is yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with request.getfixturevalue("databases").lend() as url:
        yield url


def versions() -> list[str]:
    """Every migration, the oldest first."""
    return sorted(database._known_migrations())


async def migrated(url: str, *, to: str, down: bool = False) -> dict[str, list[str]]:
    """Go up (or *down*) to a version; the columns of each table then."""

    def run(connection: Connection) -> dict[str, list[str]]:
        config = Config()
        config.set_main_option("script_location", str(database.MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, to)
        seen = inspect(connection)
        tables = sorted(set(seen.get_table_names()) - {"alembic_version"})
        return {table: sorted(column["name"] for column in seen.get_columns(table)) for table in tables}

    engine = make_engine(database_url(url))
    try:
        async with database.writing(engine) as connection:
            return await connection.run_sync(run)
    finally:
        await engine.dispose()


async def test_each_step_up_can_be_undone_and_done_again(empty_url: str) -> None:
    after = {}
    for version in versions():
        after[version] = await migrated(empty_url, to=version)
    before = {version: earlier for earlier, version in zip(versions(), versions()[1:], strict=False)}
    for version in reversed(versions()[1:]):
        assert await migrated(empty_url, to=before[version], down=True) == after[before[version]], version
    assert await migrated(empty_url, to="base", down=True) == {}
    assert await migrated(empty_url, to="head") == after[versions()[-1]]
    async with open_store(empty_url, migrate=True) as store:
        await store.import_rows([row()], who="test")


async def test_of_several_that_start_together_one_migrates_and_all_work(empty_url: str) -> None:
    keys = [new_key()]

    async def start() -> int:
        async with open_store(empty_url, migrate=True, keys=keys) as store:
            return await store.count()

    assert await asyncio.gather(*(start() for _ in range(4))) == [0, 0, 0, 0]


async def test_who_waited_while_a_newer_program_migrated_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "shared.db"
    await migrated(f"sqlite:///{file}", to="0008")
    engine = make_engine(database_url(f"sqlite:///{file}"))
    with closing(sqlite3.connect(file, isolation_level=None)) as newer:
        newer.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(database.migrate(engine))  # noqa: TID251 - it is awaited below
        await asyncio.sleep(0.5)
        assert not waiting.done()
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.execute("COMMIT")
    with pytest.raises(StoreUnavailable, match="newer version"):
        await waiting
    await engine.dispose()


async def test_who_answered_first_is_read_from_the_messages_that_are_there(empty_url: str) -> None:
    """As producers' response times ask of inquiries that came before it was kept apart."""
    (file,) = (Path(database.MIGRATIONS) / "versions").glob("*_inquiry_desk.py")
    after = file.name.partition("_")[0]
    await migrated(empty_url, to=versions()[versions().index(after) - 1])
    metadata = MetaData()
    engine = make_engine(database_url(empty_url))
    try:
        async with database.writing(engine) as connection:
            await connection.run_sync(metadata.reflect, only=["inquiries", "messages"])
            asked, said = metadata.tables["inquiries"], metadata.tables["messages"]
            common = {"product_id": "p", "producer_id": "m", "channel": "web", "address": "a", "language": "vi"}
            common |= {"kind": "question", "name": "", "phone": "", "flags": [], "text_mark": ""}
            for ref, state in (("A", "answered"), ("B", "sent")):
                row_ = {**common, "ref": ref, "state": state, "opened_at": 1.0, "moved_at": 9.0, "link": ref}
                await connection.execute(insert(asked).values(row_))
            for at, side in ((1.0, "consumer"), (5.0, "officer"), (7.0, "producer")):
                await connection.execute(insert(said).values(inquiry="A", at=at, side=side, text="x"))
            await connection.execute(insert(said).values(inquiry="B", at=1.0, side="consumer", text="x"))
    finally:
        await engine.dispose()
    await migrated(empty_url, to="head")
    async with open_store(empty_url, keys=[new_key()]) as store:
        records = await store.inquiry_desk.answer_records(since=0)
    assert {(each.answered_at, each.answered_by) for each in records} == {(5.0, "officer"), (None, "")}
