"""A backup is whole and can be put back; what was erased since is erased again; nothing full is overwritten."""

import asyncio
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from catalog.errors import AlreadyServed, BadBackup, BadSetting, StoreError, StoreNewer
from catalog.inquiry import Address
from catalog.sealing import new_key
from catalog.store import InboxRow, backup, database, only_server, open_store
from catalog.store.database import database_url, make_engine, writing
from tests.unit.store.engines import only_sqlite
from tests.unit.store.lists import row
from tests.unit.store.test_migrations import migrated

KEY = new_key()
AN, BINH = Address("web", "an"), Address("web", "binh")


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, store_url: str, tmp_path: Path) -> Iterator[str]:
    """A place of the same kind where nothing is yet."""
    if store_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'new' / 'place.db'}"
        return
    with request.getfixturevalue("databases").lend() as url:
        yield url


async def fill(url: str) -> None:
    async with open_store(url, migrate=True, keys=[KEY]) as store:
        await store.import_rows([row(), row(id="gio", name="Giò lụa\n\\. tiêu")], who="test")
        for who in (AN, BINH):
            await store.inbox.put(InboxRow(who.channel, who.address, "1", '{"text": "lời"}', b"\xff\xd8"))


async def inbox(url: str) -> list[str]:
    async with open_store(url, keys=[KEY]) as store:
        return [who for who in ("an", "binh") if (await store.people.rows_about(Address("web", who)))["inbox"]]


async def test_it_is_taken_while_the_store_is_used_and_put_back_whole(
    store_url: str, empty_url: str, tmp_path: Path
) -> None:
    await fill(store_url)
    file = tmp_path / "a.backup"
    async with open_store(store_url, keys=[KEY]) as store, only_server(store_url, told=print, patience=0):

        async def write() -> None:
            for number in range(200):
                await store.inbox.put(InboxRow("web", "an", f"more {number}", "{}"))

        writing = asyncio.gather(write())
        counted = await backup.back_up(store_url, file)
        await writing
        assert len((await store.people.rows_about(AN))["inbox"]) == 201
        assert time.time() - 60 < await store.last_backup() <= time.time() + 1
    assert (counted.rows["products"], counted.rows["producers"]) == (2, 1)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [name for name in os.listdir(tmp_path) if "backup" in name] == ["a.backup"]  # noqa: PTH208 - one look
    assert KEY.encode() not in file.read_bytes()
    restored = await backup.restore(file, empty_url, keys=[KEY])
    assert restored.rows == counted.rows
    assert await inbox(empty_url) == ["an", "binh"]
    async with open_store(empty_url, keys=[KEY]) as store:
        assert await store.inbox.put(InboxRow("web", "an", "new", "{}")) > restored.rows["inbox"] - 1
        product = await store.product("gio")
        assert product is not None
        assert product.name == "Giò lụa\n\\. tiêu"


async def test_one_of_an_older_version_is_brought_up_to_date(store_url: str, empty_url: str, tmp_path: Path) -> None:
    """Before an update one makes a backup, perhaps with the new program."""
    await fill(store_url)
    assert "erasures" not in await migrated(store_url, to="0007", down=True)
    await backup.back_up(store_url, tmp_path / "a.backup")
    restored = await backup.restore(tmp_path / "a.backup", empty_url, keys=[KEY])
    assert (restored.rows["inbox"], restored.rows["erasures"]) == (2, 0)


async def set_version(url: str, version: str) -> None:
    engine = make_engine(database_url(url))
    async with writing(engine) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        await connection.execute(text("CREATE TABLE not_known_here (number INTEGER)"))
    await engine.dispose()


async def test_of_a_newer_version_nothing_is_copied_and_nothing_put_back(
    store_url: str, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update that was taken back: what is in tables that nobody here knows is neither counted nor checked."""
    await fill(store_url)
    await set_version(store_url, "9999")
    with pytest.raises(StoreNewer, match="9999"):
        await backup.back_up(store_url, tmp_path / "a.backup")
    assert not (tmp_path / "a.backup").exists()
    with monkeypatch.context() as newer:
        newer.setattr(database, "_known_migrations", lambda: {"9999"})
        await backup.back_up(store_url, tmp_path / "a.backup")
    for _ in "again":
        with pytest.raises(BadBackup, match=r"newer version.*9999"):
            await backup.restore(tmp_path / "a.backup", empty_url, keys=[KEY])


async def test_who_erased_everything_since_is_erased_again(store_url: str, empty_url: str, tmp_path: Path) -> None:
    await fill(store_url)
    await backup.back_up(store_url, tmp_path / "a.backup")
    async with open_store(store_url, keys=[KEY]) as store:
        await store.people.erase(AN)
        erased = await store.erasures.list_all()
    restored = await backup.restore(tmp_path / "a.backup", empty_url, keys=[KEY], erased=erased)
    assert (restored.erased, restored.rows["inbox"], restored.rows["erasures"]) == (1, 1, 1)
    assert await inbox(empty_url) == ["binh"]


async def test_a_full_place_is_refused_and_stays_as_it_is(store_url: str, tmp_path: Path) -> None:
    await fill(store_url)
    await backup.back_up(store_url, tmp_path / "a.backup")
    async with open_store(store_url, keys=[KEY]) as store:
        await store.people.erase(AN)
    with pytest.raises(BadBackup, match="not empty"):
        await backup.restore(tmp_path / "a.backup", store_url, keys=[KEY])
    assert await inbox(store_url) == ["binh"]
    with pytest.raises(BadBackup, match="overwrites nothing"):
        await backup.back_up(store_url, tmp_path / "a.backup")


async def test_of_a_place_without_our_tables_there_is_no_backup(empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="hoi-ocop migrate"):
        await backup.back_up(empty_url, tmp_path / "a.backup")
    assert not (tmp_path / "a.backup").exists()


async def test_another_key_is_refused_and_nothing_is_left(store_url: str, empty_url: str, tmp_path: Path) -> None:
    await fill(store_url)
    await backup.back_up(store_url, tmp_path / "a.backup")
    with pytest.raises(BadSetting, match="does not fit"):
        await backup.restore(tmp_path / "a.backup", empty_url, keys=[new_key()])
    await backup.restore(tmp_path / "a.backup", empty_url, keys=[KEY])


async def test_a_place_that_is_served_is_refused(store_url: str, empty_url: str, tmp_path: Path) -> None:
    await fill(store_url)
    await backup.back_up(store_url, tmp_path / "a.backup")
    async with only_server(empty_url, told=print, patience=0):
        with pytest.raises(AlreadyServed):
            await backup.restore(tmp_path / "a.backup", empty_url, keys=[KEY])


async def test_a_damaged_or_foreign_file_is_refused(store_url: str, empty_url: str, tmp_path: Path) -> None:
    await fill(store_url)
    await backup.back_up(store_url, tmp_path / "a.backup")
    whole = (tmp_path / "a.backup").read_bytes()
    for name, data in (("cut", whole[: len(whole) // 2]), ("text", b"no backup"), ("empty", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises((BadBackup, StoreError)):
            await backup.restore(tmp_path / name, empty_url, keys=[KEY])
    other = b"PGDMP" if store_url.startswith("sqlite") else b"SQLite format 3\0"
    (tmp_path / "other").write_bytes(other + whole)
    with pytest.raises(BadBackup, match="move --to"):
        await backup.restore(tmp_path / "other", empty_url, keys=[KEY])
    await backup.restore(tmp_path / "a.backup", empty_url, keys=[KEY])


async def test_a_copy_of_sqlite_without_its_end_or_of_another_program_is_refused_by_its_name(
    store_file: Path, tmp_path: Path
) -> None:
    """Its last bytes are somebody's words: SQLite itself would put zeros there."""
    await fill(f"sqlite:///{store_file}")
    await backup.back_up(f"sqlite:///{store_file}", tmp_path / "a.backup")
    whole = (tmp_path / "a.backup").read_bytes()
    (tmp_path / "cut").write_bytes(whole[:-1])
    with closing(sqlite3.connect(tmp_path / "other")) as other:
        other.execute("CREATE TABLE alembic_version (version_num)")
        other.execute("CREATE TABLE notes (words)")
    target = tmp_path / "new" / "place.db"
    for name in ("cut", "other"):
        with pytest.raises(BadBackup, match=re.escape(str(tmp_path / name))):
            await backup.restore(tmp_path / name, f"sqlite:///{target}", keys=[KEY])
        assert not target.exists()
    with pytest.raises(StoreError, match=re.escape(f"{tmp_path / 'gone' / 'b'}: ")):
        await backup.back_up(f"sqlite:///{store_file}", tmp_path / "gone" / "b")


def test_a_password_stands_in_no_command_line(tmp_path: Path) -> None:
    password = tmp_path / "password"
    told = backup._address(database_url("postgresql://u:ge%3Aheim@h:1/n?sslmode=require"), password)
    assert "heim" not in told
    assert "sslmode=require" in told
    assert password.read_text() == "*:*:*:*:ge\\:heim\n"
    assert password.stat().st_mode & 0o777 == 0o600


@only_sqlite
async def test_a_database_that_takes_no_writes_is_copied_all_the_same(store_url: str, tmp_path: Path) -> None:
    await fill(store_url)
    with closing(sqlite3.connect(store_url.removeprefix("sqlite:///"))) as database, database:
        database.execute("CREATE TRIGGER full BEFORE INSERT ON memory BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    counted = await backup.back_up(store_url, tmp_path / "a.backup")
    assert counted.rows["products"] == 2
    async with open_store(store_url) as store:
        assert await store.last_backup() == 0.0
