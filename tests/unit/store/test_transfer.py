"""A database is copied whole to the other kind and back, goes on after an interruption, and the source stays."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from catalog.errors import AlreadyServed, BadSetting, StoreError, StoreUnavailable
from catalog.inquiry import Address
from catalog.store import InboxRow, only_server, open_store, tables, transfer
from tests.unit.store.lists import row
from tests.unit.store.test_older_versions import KEY, SAMPLE


@pytest.fixture
def other_url(request: pytest.FixtureRequest, store_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of the other kind."""
    if store_url.startswith("postgresql"):
        yield f"sqlite:///{tmp_path / 'other.db'}"
        return
    with request.getfixturevalue("databases").lend() as url:
        yield url


def silent(_table: str, _done: int) -> None:
    """Show nothing."""


async def content(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    async with open_store(url) as store, store._engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, (await connection.execute(select(table))).all()), key=repr)
            for table in tables.metadata.sorted_tables
        }


async def fill(url: str, *, products: int = 3) -> None:
    async with open_store(url, migrate=True, keys=[KEY]) as store:
        rows = [row(id=f"sp-{number}", name=f"Nem {number}", gtins=(), traces=()) for number in range(products)]
        await store.import_rows(rows, who="test")
        await store.keep_picture(b"\xff\xd8\xff")
        for number in range(3):
            await store.inbox.put(InboxRow("web", "an", str(number), '{"text": "lời"}', b"\xff\xd8"))
        await store.memory.remember("zalo_oa", "token", "x")


@pytest.fixture
async def everything(store_url: str, tmp_path: Path) -> str:
    """A database with something of everything, of this kind."""
    file = tmp_path / "old.db"
    file.write_bytes(gzip.decompress(SAMPLE.read_bytes()))
    async with open_store(f"sqlite:///{file}", migrate=True, keys=[KEY]):
        pass
    if store_url.startswith("sqlite"):
        return f"sqlite:///{file}"
    await transfer.move(f"sqlite:///{file}", store_url, progress=silent)
    return store_url


async def test_everything_is_there_and_back_again(everything: str, other_url: str, tmp_path: Path) -> None:
    before = await content(everything)
    assert min(len(before[name]) for name in ("inbox", "inquiries", "messages", "members", "people", "history")) > 0
    compared = await transfer.move(everything, other_url, progress=silent)
    assert all(each.same for each in compared)
    assert {each.name: each.source[0] for each in compared} == {name: len(rows) for name, rows in before.items()}
    assert await content(other_url) == before == await content(everything)
    back = f"sqlite:///{tmp_path / 'back.db'}"
    await transfer.move(other_url, back, progress=silent)
    assert await content(back) == before
    for url in (other_url, back):
        async with open_store(url, migrate=True, keys=[KEY]) as store:
            assert await store.is_current()
            await store.import_rows([row(id="new", name="Mới", gtins=(), traces=())], who="test")


async def test_a_number_that_was_given_is_not_given_again(store_url: str, other_url: str) -> None:
    await fill(store_url)
    async with open_store(store_url, keys=[KEY]) as store:
        last = await store.inbox.put(InboxRow("web", "an", "last", "{}"))
        await store.people.erase(Address("web", "an"))
    await transfer.move(store_url, other_url, progress=silent)
    async with open_store(other_url, keys=[KEY]) as store:
        assert await store.inbox.put(InboxRow("web", "an", "next", "{}")) > last


async def test_one_that_was_interrupted_goes_on_and_is_of_no_use_until_then(store_url: str, other_url: str) -> None:
    await fill(store_url, products=1200)

    def interrupt(table: str, done: int) -> None:
        if table == "products" and done >= 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await transfer.move(store_url, other_url, progress=interrupt)
    with pytest.raises(StoreUnavailable, match="unfinished copy"):
        async with open_store(other_url, migrate=True, keys=[KEY]):
            pytest.fail("half a database")
    async with open_store(store_url, keys=[KEY]) as store:
        await store.import_rows([row(id="sp-0", name="Nem khác", gtins=(), traces=())], who="test")
        await store.people.erase(Address("web", "an"))
    written: list[tuple[str, int]] = []
    write = transfer._write

    async def counted(target: object, table: object, batch: list[object], there: object) -> None:
        written.append((table.name, len(batch)))
        await write(target, table, batch, there)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transfer, "_write", counted)
        compared = await transfer.move(store_url, other_url, progress=silent)
    assert all(each.same for each in compared)
    assert sum(size for name, size in written if name == "products") < 400
    assert await content(other_url) == await content(store_url)


async def test_a_copy_that_is_whole_is_compared_once_more_and_nothing_is_written(
    store_url: str, other_url: str
) -> None:
    await fill(store_url)
    first = await transfer.move(store_url, other_url, progress=silent)
    async with open_store(other_url, keys=[KEY]) as store:
        assert await store.is_current()
    assert await transfer.move(store_url, other_url, progress=silent) == first
    async with open_store(store_url, keys=[KEY]) as store:
        await store.inbox.put(InboxRow("web", "an", "later", "{}"))
    before = await content(other_url)
    with pytest.raises(BadSetting, match=r"not empty \(.*products"):
        await transfer.move(store_url, other_url, progress=silent)
    assert await content(other_url) == before


async def test_a_target_that_was_only_opened_is_empty(store_url: str, other_url: str) -> None:
    await fill(store_url)
    async with open_store(other_url, migrate=True, keys=[KEY]) as store:
        assert await store.is_current()
    compared = await transfer.move(store_url, other_url, progress=silent)
    assert all(each.same for each in compared)
    assert await content(other_url) == await content(store_url)


async def test_one_file_under_another_name_is_the_same_database(store_file: Path, tmp_path: Path) -> None:
    await fill(f"sqlite:///{store_file}")
    (tmp_path / "link.db").symlink_to(store_file)
    (tmp_path / "hard.db").hardlink_to(store_file)
    for name in (tmp_path / "link.db", tmp_path / "hard.db", tmp_path / ".." / tmp_path.name / store_file.name):
        with pytest.raises(BadSetting, match="same database"):
            await transfer.move(f"sqlite:///{store_file}", f"sqlite:///{name}", progress=silent)


async def test_a_full_target_the_same_and_one_in_use_are_refused(
    store_url: str, other_url: str, tmp_path: Path
) -> None:
    await fill(store_url)
    with pytest.raises(BadSetting, match="same database"):
        await transfer.move(store_url, store_url, progress=silent)
    await fill(other_url)
    before = await content(other_url)
    with pytest.raises(BadSetting, match="not empty"):
        await transfer.move(store_url, other_url, progress=silent)
    assert await content(other_url) == before
    for used in (store_url, other_url):
        async with only_server(used, told=print, patience=0):
            with pytest.raises(AlreadyServed):
                await transfer.move(store_url, other_url, progress=silent)
    (tmp_path / "none.db").touch()
    with pytest.raises(StoreUnavailable, match="not up to date"):
        await transfer.move(f"sqlite:///{tmp_path / 'none.db'}", f"sqlite:///{tmp_path / 'b.db'}", progress=silent)


@pytest.mark.parametrize("wrong", ["", "nowhere", "mysql://an@there/x", "sqlite://"])
async def test_a_wrong_target_is_called_by_its_option(store_file: Path, wrong: str) -> None:
    with pytest.raises(BadSetting, match=r"--to") as found:
        await transfer.move(f"sqlite:///{store_file}", wrong, progress=silent)
    assert "HOI_OCOP_DATABASE_URL" not in str(found.value)


async def test_what_the_other_kind_cannot_hold_is_named(tmp_path: Path, postgresql_url: str) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    await fill(url)
    async with open_store(url) as store, store._engine.begin() as connection:
        await connection.execute(text("UPDATE memory SET value = 'a' || char(0) || 'b' WHERE key = 'token'"))
    with pytest.raises(StoreError, match="memory"):
        await transfer.move(url, postgresql_url, progress=silent)
