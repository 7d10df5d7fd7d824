"""What people looked for in vain: sealed, counted by people, gone after 90 days, and out of sight below three."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from catalog.inquiry import Address
from catalog.sealing import new_key
from catalog.store import Store, Wish, open_store, unmet
from catalog.store.database import MIGRATIONS

KEYS = (new_key(),)
DAY = 24 * 3600.0


@pytest.fixture
async def shut(store_file: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{store_file}", keys=KEYS) as opened:
        yield opened


async def asks(store: Store, *people: str, name: str = "Xoài cát", kind: str = "name") -> None:
    for person in people:
        await store.wish(Wish(kind, name), key=name.casefold(), who=Address("web", person))


async def test_the_third_different_person_makes_it_seen(shut: Store) -> None:
    await asks(shut, "an", "an", "an", "binh")
    assert await shut.wishes("name") == []
    await asks(shut, "chi")
    assert await shut.wishes("name") == [Wish("name", "Xoài cát", 3)]
    assert await shut.wishes("code") == []


async def test_what_most_people_want_comes_first(shut: Store) -> None:
    await asks(shut, "an", "binh", "chi")
    await asks(shut, "an", "binh", "chi", "dung", name="Vải")
    assert [(each.shown, each.times) for each in await shut.wishes("name")] == [("Vải", 4), ("Xoài cát", 3)]
    assert [each.shown for each in await shut.wishes("name", limit=1)] == ["Vải"]


async def test_many_at_once_are_all_counted(shut: Store) -> None:
    await asyncio.gather(*(asks(shut, str(number)) for number in range(50)))
    assert [each.times for each in await shut.wishes("name")] == [50]


async def test_neither_words_nor_people_can_be_read_in_the_file(shut: Store, store_file: Path) -> None:
    await asks(shut, "address-8211", "binh", "chi")
    await shut.keep_search("t1", '["Xoài cát"]')
    files = b"".join(each.read_bytes() for each in store_file.parent.glob("store.db*"))
    assert "Xoài".encode() not in files
    assert b"address-8211" not in files
    assert await shut.search("t1") == '["Xoài cát"]'


async def test_after_90_days_it_is_gone(shut: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.time()
    await asks(shut, "an", "binh", "chi")
    await shut.keep_search("t1", '["nem"]')
    monkeypatch.setattr(time, "time", lambda: began + 60 * DAY)
    await asks(shut, "an")
    await shut.forget_wishes()
    assert [each.times for each in await shut.wishes("name")] == [3]
    monkeypatch.setattr(time, "time", lambda: began + 91 * DAY)
    assert await shut.wishes("name") == []
    await shut.forget_wishes()
    assert [shown for shown, _ in await shut.post.list_unmet(Address("web", "an"))] == ["Xoài cát"]
    assert await shut.post.list_unmet(Address("web", "binh")) == []
    assert await shut.search("t1") is None
    monkeypatch.setattr(time, "time", lambda: began + 160 * DAY)
    await shut.forget_wishes()
    assert await shut.post.list_unmet(Address("web", "an")) == []


async def test_who_erases_everything_is_counted_no_longer(shut: Store, store_file: Path) -> None:
    await asks(shut, "an", "binh", "chi")
    await asks(shut, "an", name="Vải")
    await shut.post.erase(Address("web", "an"))
    assert await shut.wishes("name") == []
    assert await shut.post.list_unmet(Address("web", "an")) == []
    with sqlite3.connect(store_file) as file:
        assert file.execute("SELECT count(*) FROM wishes").fetchone() == (1,)
        assert file.execute("SELECT count(*) FROM wishers").fetchone() == (2,)
    file.close()


async def test_a_new_key_in_front_finds_what_the_old_one_counted(shut: Store, store_file: Path) -> None:
    await asks(shut, "an")
    async with open_store(f"sqlite:///{store_file}", keys=(new_key(), *KEYS)) as later:
        assert [shown for shown, _ in await later.post.list_unmet(Address("web", "an"))] == ["Xoài cát"]
        await later.post.erase(Address("web", "an"))
        assert await later.post.list_unmet(Address("web", "an")) == []


async def test_without_keys_nothing_is_kept(store: Store, store_file: Path) -> None:
    await asks(store, "an", "binh", "chi")
    assert await store.wishes("name") == []
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
        assert connection.exec_driver_sql("SELECT count(*) FROM wishes").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM searches").scalar() == 0
    engine.dispose()
