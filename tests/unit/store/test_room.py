"""What is erased gives its room back, in files of older versions too; what cannot be written is known."""

import logging
import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from catalog.errors import NotFound, StoreFull
from catalog.store import InboxRow, Store, open_store, vacuum
from catalog.store.health import DatabaseHealth
from tests.unit.store.engines import only_sqlite, set_pragma, writer_thread

MB = 1024 * 1024


async def flood(store: Store, count: int) -> None:
    for number in range(count):
        await store.inbox.put(InboxRow("web", "an", str(number), "{}", bytes(MB)))


async def size(store: Store, file: Path) -> int:
    async with store._engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return os.path.getsize(file)  # noqa: PTH202, ASYNC240 - one look


async def test_a_flood_of_photos_gives_its_room_back(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    async with open_store(f"sqlite:///{file}", migrate=True) as store:
        assert await store.make_compactable(), "a new file needs no rewriting"
        await flood(store, 24)
        full = await size(store, file)
        assert await store.give_back_room() == 0
        await store.inbox.forget_before(1e12)
        assert await store.give_back_room() > 12 * MB // 4096
        assert await size(store, file) < full - 12 * MB
        assert await store.give_back_room() == 0


async def test_a_file_of_an_older_version_is_rewritten_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.db"
    with sqlite3.connect(file) as old:
        old.execute("CREATE TABLE kept (word TEXT)")
        old.execute("INSERT INTO kept VALUES ('nem bùi')")
    old.close()
    async with open_store(f"sqlite:///{file}") as store:
        assert await store.give_back_room() == 0
        with monkeypatch.context() as patch:
            patch.setattr(vacuum.shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
            assert not await store.make_compactable()
        assert "it only grows until then" in caplog.text
        with sqlite3.connect(file) as other:
            other.execute("BEGIN IMMEDIATE")
            await set_pragma(store, "busy_timeout=10")
            assert not await store.make_compactable()
            other.rollback()
        other.close()
        assert await store.make_compactable()
        assert await writer_thread(store).visit(lambda driver: driver.execute("PRAGMA auto_vacuum").fetchone()) == (2,)
        async with store._engine.connect() as connection:
            assert (await connection.exec_driver_sql("SELECT word FROM kept")).scalar() == "nem bùi"


@only_sqlite
async def test_a_full_disk_is_known_and_told_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    async with store._engine.connect() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar() or 0
    await set_pragma(store, f"max_page_count={pages + 4}")
    with caplog.at_level(logging.WARNING, logger="catalog"):
        for number in range(5):
            with pytest.raises(StoreFull):
                await store.inbox.put(InboxRow("web", "an", str(number), "{}", bytes(MB)))
        assert (store.health.trouble, store.health.refused) == (str(StoreFull()), 5)
        await store.inbox.put(InboxRow("web", "an", "small", "{}"))
        assert store.health.trouble, "a word still fits, the next photo does not"
        with pytest.raises(StoreFull):
            await store.prove()
        await set_pragma(store, f"max_page_count={pages + 4000}")
        await store.prove()
        assert store.health.trouble == ""
    assert [each.levelname for each in caplog.records] == ["ERROR", "WARNING"]


def test_a_long_trouble_is_told_again_and_a_bad_wish_is_none(caplog: pytest.LogCaptureFixture) -> None:
    moments = iter((1.0, 2.0, 300.0, 602.0, 603.0))
    health = DatabaseHealth(clock=lambda: next(moments))
    health.note_failure(NotFound())
    assert health.trouble == ""
    for _ in range(5):
        health.note_failure(StoreFull())
    assert len(caplog.records) == 2


def test_one_that_comes_and_goes_is_not_told_each_time(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    health = DatabaseHealth(clock=lambda: now[0])
    for _ in range(100):
        health.note_failure(StoreFull())
        now[0] += 0.1
        health.note_success()
        assert health.trouble
        health.note_success(surely=True)
        assert not health.trouble
    health.note_failure(StoreFull())
    now[0] += 5.0
    health.note_success()
    assert not health.trouble
    assert len(caplog.records) == 2
