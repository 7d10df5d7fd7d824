"""The database's file: private, and the same one for as long as it is open; programs and keys that do not fit it."""

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from catalog.errors import BadSetting, StoreUnavailable
from catalog.inquiry import Address
from catalog.sealing import new_key
from catalog.store import InboxRow, Store, is_sealed, open_store
from tests.unit.store.engines import only_sqlite
from tests.unit.store.test_database import no_thread_outlives_its_loop

__all__ = ["no_thread_outlives_its_loop"]

ADDRESS = "dia-chi-cua-an-0912345678"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes(folder: Path) -> list[int]:
    return [mode(each) for each in folder.iterdir()]


def content(*paths: Path) -> bytes:
    return b"".join(path.read_bytes() for path in paths)


def move(one: Path, other: Path) -> Path:
    return one.rename(other)


def lay(other: Path, *, over: Path) -> None:
    """Replace *over* by a copy of *other*."""
    copy = over.with_name("copy.db")
    copy.write_bytes(other.read_bytes())
    copy.replace(over)


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_umask")
async def test_a_new_database_and_its_log_are_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    async with open_store(f"sqlite:///{file}", migrate=True) as store:
        await store.inbox.put(InboxRow("web", "an", "1", "{}"))
        assert modes(tmp_path) == [0o600] * 3


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o640, 0o640), (0o664, 0o660), (0o600, 0o600)])
async def test_an_older_database_is_closed_to_others_but_not_to_a_chosen_group(
    store_file: Path, before: int, after: int
) -> None:
    os.chmod(store_file, before)  # noqa: PTH101 - in a coroutine
    async with open_store(f"sqlite:///{store_file}") as store:
        await store.ping()
    assert mode(store_file) == after


@only_sqlite
async def test_a_deleted_file_takes_no_writes_and_none_comes_in_its_place(
    store: Store, store_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert await store.inbox.put(InboxRow("web", "an", "1", "{}")) > 0
    aside = move(store_file, store_file.with_name("aside"))
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="deleted or moved"):
            await store.inbox.put(InboxRow("web", "an", "2", "{}"))
        with pytest.raises(StoreUnavailable, match="deleted or moved"):
            await store.ping()
    assert not os.access(store_file, os.F_OK)
    assert [record.levelname for record in caplog.records if "store.database" in record.name] == ["ERROR"]
    move(aside, store_file)
    assert await store.inbox.put(InboxRow("web", "an", "3", "{}")) > 0
    assert "is back" in caplog.text


@only_sqlite
async def test_a_file_in_its_place_is_not_taken_for_it(store: Store, store_file: Path, empty_file: Path) -> None:
    assert await store.inbox.put(InboxRow("web", "an", "1", "{}")) > 0
    lay(empty_file, over=store_file)
    with pytest.raises(StoreUnavailable, match="replaced by another"):
        await store.inbox.put(InboxRow("web", "an", "2", "{}"))
    with pytest.raises(StoreUnavailable, match="replaced by another"):
        await store.count()


async def test_an_older_program_refuses_a_newer_database_in_words(store_file: Path) -> None:
    with closing(sqlite3.connect(store_file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9876'")
    with pytest.raises(StoreUnavailable, match=r"newer version.*9876"):
        async with open_store(f"sqlite:///{store_file}", migrate=True):
            pass
    async with open_store(f"sqlite:///{store_file}") as store:
        with pytest.raises(StoreUnavailable, match="newer version"):
            await store.is_current()


async def sealed_with(url: str, *keys: str, accept: bool = False) -> None:
    async with open_store(url, migrate=True, keys=keys, accept=accept) as store:
        await store.inbox.put(InboxRow("web", "an", "1", "lời"))


async def test_another_key_is_refused_until_it_is_accepted(store_file: Path) -> None:
    url, old, new, third = f"sqlite:///{store_file}", new_key(), new_key(), new_key()
    assert not is_sealed(store_file)
    await sealed_with(url, old)
    assert is_sealed(store_file)
    await sealed_with(url, old)
    with pytest.raises(BadSetting, match="does not fit"):
        await sealed_with(url, new)
    # The usual change of keys: the new one before the old one, and later alone.
    await sealed_with(url, new, old)
    await sealed_with(url, new)
    with pytest.raises(BadSetting, match="--accept"):
        await sealed_with(url, third)
    await sealed_with(url, third, accept=True)
    await sealed_with(url, third)


async def test_a_database_from_before_says_by_its_words_which_key_it_had(store_file: Path) -> None:
    url, old = f"sqlite:///{store_file}", new_key()
    await sealed_with(url, old)
    with closing(sqlite3.connect(store_file)) as database, database:
        database.execute("DELETE FROM memory")
    assert is_sealed(store_file)
    with pytest.raises(BadSetting, match="does not fit"):
        await sealed_with(url, new_key())
    await sealed_with(url, old)


def test_what_cannot_be_looked_at_is_not_called_sealed(tmp_path: Path) -> None:
    assert not is_sealed(tmp_path / "none.db")
    (tmp_path / "a.db").write_bytes(b"no database" * 100)
    assert not is_sealed(tmp_path / "a.db")


async def test_what_was_erased_leaves_the_files_once_nobody_reads_them(store_file: Path) -> None:
    key, log = new_key(), store_file.with_name("store.db-wal")
    async with open_store(f"sqlite:///{store_file}", migrate=True, keys=[key]) as store:
        for number in range(20):
            await store.inbox.put(InboxRow("web", ADDRESS, str(number), "lời"))
        with closing(sqlite3.connect(store_file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM inbox").fetchone()
            await store.people.erase(Address("web", ADDRESS))
            assert not await store.people.settle_erased(patience=0.2)
            assert ADDRESS.encode() in content(log)
            # Nobody waits meanwhile.
            assert await store.inbox.put(InboxRow("web", "binh", "1", "lời")) > 0
            assert not await store.settle_erased()
            reader.execute("COMMIT")
        assert await store.settle_erased()
        assert ADDRESS.encode() not in content(log, store_file)
        assert await store.settle_erased()
        await store.people.erase(Address("web", "binh"))
        assert await store.people.settle_erased()


async def test_of_older_words_the_key_may_have_been_given_up(store_file: Path) -> None:
    """Only the newest words tell which key is in use."""
    url, old, new = f"sqlite:///{store_file}", new_key(), new_key()
    async with open_store(url, migrate=True, keys=[old]) as store:
        for number in range(30):
            await store.inbox.put(InboxRow("web", "an", str(number), "lời"))
    async with open_store(url, migrate=True, keys=[new], accept=True) as store:
        await store.inbox.put(InboxRow("web", "an", "31", "lời"))
    with closing(sqlite3.connect(store_file)) as database, database:
        database.execute("DELETE FROM memory")
    await sealed_with(url, new)


async def test_a_file_that_cannot_be_opened_starts_no_thread_of_the_driver(tmp_path: Path) -> None:
    """One that was never opened would end its thread when the loop is closed, with a traceback."""
    before = threading.active_count()
    with pytest.raises(StoreUnavailable, match="cannot be opened: Is a directory"):
        async with open_store(f"sqlite:///{tmp_path}", migrate=True):
            pass
    assert threading.active_count() == before
