"""What people looked for in vain: sealed, counted by people, gone after 90 days, and out of sight below three."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, func, select

from catalog.inquiry import Address
from catalog.sealing import new_key
from catalog.store import Store, UnmetQuery, open_store, tables, unmet
from catalog.store.database import MIGRATIONS
from tests.unit.store.engines import only_sqlite

KEYS = (new_key(),)
DAY = 24 * 3600.0


@pytest.fixture
async def shut(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url, keys=KEYS) as opened:
        yield opened


async def asks(store: Store, *people: str, name: str = "Xoài cát", kind: str = "name") -> None:
    for person in people:
        await store.unmet.note(UnmetQuery(kind, name), key=name.casefold(), who=Address("web", person))


async def test_the_third_different_person_makes_it_seen(shut: Store) -> None:
    await asks(shut, "an", "an", "an", "binh")
    assert await shut.unmet.list_wanted("name") == []
    await asks(shut, "chi")
    assert await shut.unmet.list_wanted("name") == [UnmetQuery("name", "Xoài cát", 3)]
    assert await shut.unmet.list_wanted("code") == []


async def test_what_most_people_want_comes_first(shut: Store) -> None:
    await asks(shut, "an", "binh", "chi")
    await asks(shut, "an", "binh", "chi", "dung", name="Vải")
    assert [(each.shown, each.times) for each in await shut.unmet.list_wanted("name")] == [("Vải", 4), ("Xoài cát", 3)]
    assert [each.shown for each in await shut.unmet.list_wanted("name", limit=1)] == ["Vải"]


async def test_many_at_once_are_all_counted(shut: Store) -> None:
    await asyncio.gather(*(asks(shut, str(number)) for number in range(50)))
    assert [each.times for each in await shut.unmet.list_wanted("name")] == [50]


@only_sqlite
async def test_neither_words_nor_people_can_be_read_in_the_file(shut: Store, store_file: Path) -> None:
    await asks(shut, "address-8211", "binh", "chi")
    await shut.memory.keep_search("t1", '["Xoài cát"]')
    files = b"".join(each.read_bytes() for each in store_file.parent.glob("store.db*"))
    assert "Xoài".encode() not in files
    assert b"address-8211" not in files
    assert await shut.memory.search("t1") == '["Xoài cát"]'


async def test_after_90_days_it_is_gone(shut: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.time()
    await asks(shut, "an", "binh", "chi")
    await shut.memory.keep_search("t1", '["nem"]')
    monkeypatch.setattr(time, "time", lambda: began + 60 * DAY)
    await asks(shut, "an")
    await shut.unmet.forget_old()
    assert [each.times for each in await shut.unmet.list_wanted("name")] == [3]
    monkeypatch.setattr(time, "time", lambda: began + 91 * DAY)
    assert await shut.unmet.list_wanted("name") == []
    await shut.unmet.forget_old()
    await shut.memory.forget_old_searches()
    assert [shown for shown, _ in await shut.unmet.of_person(Address("web", "an"))] == ["Xoài cát"]
    assert await shut.unmet.of_person(Address("web", "binh")) == []
    assert await shut.memory.search("t1") is None
    monkeypatch.setattr(time, "time", lambda: began + 160 * DAY)
    await shut.unmet.forget_old()
    assert await shut.unmet.of_person(Address("web", "an")) == []


async def test_who_erases_everything_is_counted_no_longer(shut: Store) -> None:
    await asks(shut, "an", "binh", "chi")
    await asks(shut, "an", name="Vải")
    await shut.people.erase(Address("web", "an"))
    assert await shut.unmet.list_wanted("name") == []
    assert await shut.unmet.of_person(Address("web", "an")) == []
    async with shut._engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.unmet_queries)) == 1
        assert await connection.scalar(select(func.count()).select_from(tables.unmet_askers)) == 2


async def test_a_new_key_in_front_finds_what_the_old_one_counted(shut: Store, store_url: str) -> None:
    await asks(shut, "an")
    async with open_store(store_url, keys=(new_key(), *KEYS)) as later:
        assert [shown for shown, _ in await later.unmet.of_person(Address("web", "an"))] == ["Xoài cát"]
        await later.people.erase(Address("web", "an"))
        assert await later.unmet.of_person(Address("web", "an")) == []


async def test_without_keys_nothing_is_kept(store: Store) -> None:
    await asks(store, "an", "binh", "chi")
    assert await store.unmet.list_wanted("name") == []
    assert unmet.DAYS == 90


async def test_what_stood_there_before_is_cleaned_away(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.exec_driver_sql("INSERT INTO wishes VALUES ('name', 'k', 'giao 12 ngõ 5', 9, 1.0, 2.0)")
        connection.exec_driver_sql("INSERT INTO searches VALUES ('t', '[\"cho chị Lan\"]')")
        command.upgrade(config, "head")
        assert connection.exec_driver_sql("SELECT count(*) FROM unmet_queries").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM searches").scalar() == 0
    engine.dispose()


async def test_counts_of_an_older_version_go_on(tmp_path: Path) -> None:
    """Also back to the names of before, and forward again."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    async with open_store(url, migrate=True, keys=KEYS) as opened:
        await asks(opened, "an", "binh")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
        assert connection.exec_driver_sql("SELECT count(*) FROM wishers").scalar() == 2
    engine.dispose()
    async with open_store(url, migrate=True, keys=KEYS) as opened:
        await asks(opened, "chi", "an")
        assert await opened.unmet.list_wanted("name") == [UnmetQuery("name", "Xoài cát", 3)]
