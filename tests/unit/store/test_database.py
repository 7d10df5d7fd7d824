"""Opening, migrating and protecting the database, and what its troubles are called."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event

from catalog.errors import BadSetting, StoreDamaged, StoreError, StoreFull, StoreUnavailable
from catalog.store import InboxRow, Store, back_up, database, move, open_store, tables
from catalog.store.database import database_url, make_engine
from tests.unit.store.engines import only_sqlite, set_pragma
from tests.unit.store.lists import row
from tests.unit.store.rows import unfinished


@pytest.fixture(autouse=True)
async def no_thread_outlives_its_loop() -> AsyncIterator[None]:
    """aiosqlite does not wait for the thread of a connection that failed, which then finds the loop closed."""
    before = set(threading.enumerate())
    yield
    async with asyncio.timeout(5):
        while any("_connection_worker_thread" in each.name for each in set(threading.enumerate()) - before):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def pragma(store: Store, name: str) -> object:
    async with store._engine.connect() as connection:
        return (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()


@only_sqlite
async def test_it_is_safe_against_power_cuts_and_forgets_what_is_erased(store: Store) -> None:
    assert await pragma(store, "journal_mode") == "wal"
    assert await pragma(store, "synchronous") == 2  # FULL
    assert await pragma(store, "foreign_keys") == 1
    assert await pragma(store, "secure_delete") == 1


async def test_an_empty_file_is_migrated_and_then_current(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'folder' / 'a.db'}"
    async with open_store(url, create=True) as store:
        assert not await store.is_current()
        await store.migrate()
        assert await store.is_current()
        await store.migrate()
        await store.import_rows([row()], who="test")
    async with open_store(url, migrate=True) as store:
        assert await store.count() == 1


def _is_ours(_item: object, name: str, kind: str, _reflected: bool, _other: object) -> bool:  # noqa: FBT001 - Alembic's
    return not (kind == "table" and name.startswith("procrastinate_"))


async def test_migrations_and_tables_tell_the_same(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        # The tables of the jobs are procrastinate's own.
        opts = {"compare_type": True, "compare_server_default": True, "include_object": _is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, tables.metadata))

    async with store._engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_database_that_was_never_migrated_says_what_to_do(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path / 'a.db'}", create=True) as store:
        await store.ping()
        with pytest.raises(StoreUnavailable, match="hoi-ocop migrate"):
            await store.count()
        with pytest.raises(StoreUnavailable, match="hoi-ocop migrate"):
            await store.inbox.put(InboxRow("web", "an", "1", "{}"))


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(b"%PDF-1.7 " * 500)
    async with open_store(f"sqlite:///{file}") as store:
        with pytest.raises(StoreError, match="not a database"):
            await store.ping()


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="cannot be made"):
        async with open_store(f"sqlite:///{tmp_path / 'file' / 'below' / 'a.db'}", create=True):
            pass


async def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}") as store:
        with pytest.raises(StoreUnavailable):
            await store.ping()
        with pytest.raises(StoreUnavailable):
            await store.migrate()


async def test_a_file_that_is_moved_between_a_look_at_it_and_opening_it_is_not_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "once.db"
    async with open_store(f"sqlite:///{file}", migrate=True):
        pass
    engine = make_engine(database_url(f"sqlite:///{file}"))
    async with engine.connect():
        pass
    await engine.dispose()
    event.listen(engine.sync_engine, "do_connect", lambda *_: shutil.move(file, tmp_path / "aside.db") and None)
    with pytest.raises(StoreUnavailable, match="deleted or moved"):
        await engine.connect()
    assert not file.exists()
    await engine.dispose()


@only_sqlite
async def test_what_may_only_be_read_says_so(store: Store) -> None:
    await set_pragma(store, "query_only=ON")
    with pytest.raises(StoreUnavailable, match="readonly"):
        await store.inbox.put(InboxRow("web", "an", "1", "{}"))
    with pytest.raises(StoreUnavailable, match="readonly"):
        await store.import_rows([row()], who="test")


@only_sqlite
async def test_a_full_disk_is_told_and_leaves_nothing_half_written(store: Store) -> None:
    async with store._engine.connect() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar() or 0
    await set_pragma(store, f"max_page_count={pages + 8}")
    with pytest.raises(StoreFull):
        await store.inbox.put(InboxRow("web", "an", "1", "{}", b"x" * 100_000))
    with pytest.raises(StoreFull):
        await store.import_rows([row(id=f"sp-{number}", name="Nem " * 50) for number in range(500)], who="test")
    assert (await unfinished(store), await store.count()) == ([], 0)
    assert await store.inbox.put(InboxRow("web", "an", "1", "{}")) > 0


async def test_an_error_does_not_repeat_what_people_wrote(store: Store) -> None:
    secret = InboxRow("web", "an", "1", None, b"0912345678")  # type: ignore[arg-type]  # makes the database refuse it
    with pytest.raises(StoreError) as caught:
        await store.inbox.put(secret)
    assert "0912345678" not in f"{caught.value} {caught.value.__cause__}"


@pytest.mark.parametrize(
    ("text", "driver"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite"),
        ("postgresql://u:p@h/n", "postgresql+psycopg"),
        ("postgresql+asyncpg://u:p@h/n", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_ours(text: str, driver: str) -> None:
    assert database_url(text).drivername == driver


@pytest.mark.parametrize("text", ["", "hoi-ocop.db", "mysql://u:secret@h/n", "oracle://u:secret@h/n"])
def test_another_database_is_refused_without_repeating_its_password(text: str) -> None:
    with pytest.raises(BadSetting, match="HOI_OCOP_DATABASE_URL") as caught:
        database_url(text)
    assert "secret" not in str(caught.value)


async def test_postgresql_is_prepared_without_connecting() -> None:
    engine = make_engine(database_url("postgresql://u:p@127.0.0.1:1/n"))
    assert engine.dialect.name == "postgresql"
    async with open_store("postgresql://u:p@127.0.0.1:1/n") as store:
        with pytest.raises(StoreUnavailable):
            await store.ping()
    await engine.dispose()


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true", "sqlite:///a.db?mode=memory"]
)
async def test_a_database_in_memory_is_refused_for_it_ends_with_the_command(url: str) -> None:
    with pytest.raises(BadSetting, match="in memory"):
        async with open_store(url, migrate=True):
            pytest.fail("it was opened")


async def test_only_who_makes_the_tables_makes_the_file(tmp_path: Path) -> None:
    gone = tmp_path / "folder" / "hoi-ocpo.db"
    with pytest.raises(StoreUnavailable, match="There is no database"):
        async with open_store(f"sqlite:///{gone}") as store:
            await store.ping()
    with pytest.raises(StoreUnavailable, match="There is no database"):
        await move(f"sqlite:///{gone}", f"sqlite:///{tmp_path / 'copy.db'}", progress=lambda *_: None)
    assert not await asyncio.to_thread(lambda: [*tmp_path.iterdir()])
    async with open_store(f"sqlite:///{gone}", migrate=True) as store:
        assert await store.count() == 0


@pytest.mark.parametrize("spoil", [slice(0, 100), slice(4096, 1 << 30)], ids=["the head", "the pages"])
async def test_a_damaged_file_says_what_to_do(store_file: Path, tmp_path: Path, spoil: slice) -> None:
    url = f"sqlite:///{store_file}"
    async with open_store(url, migrate=True) as store:
        await store.import_rows([row()], who="test")
    spoil_file(store_file, spoil)
    for work in (read_all(url), back_up(url, tmp_path / "a.backup")):
        with pytest.raises(StoreDamaged, match="hoi-ocop restore"):
            await work


def spoil_file(file: Path, part: slice) -> None:
    content = bytearray(file.read_bytes())
    content[part] = b"\xa5" * len(content[part])
    file.write_bytes(content)


async def read_all(url: str) -> None:
    async with open_store(url) as store:
        await store.count_rows()


def test_the_newest_file_is_alembics_own_head():
    """The cheap look at the files says what Alembic itself would."""
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == database.head()
