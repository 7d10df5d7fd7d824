"""A server goes on from the search that an earlier one kept, if it is of this very database."""

import logging
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import search_index
from bot.search_index import SearchIndex, kept_file
from catalog.places import Places
from catalog.store import open_store
from tests.unit.store.lists import JULY, row


@pytest.fixture(autouse=True)
def _keep_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "LEAST_KEPT", 1)


@pytest.fixture
def file(store_file: Path) -> Path:
    found = kept_file(f"sqlite:///{store_file}", None)
    assert found is not None
    return found


async def say(store_file: Path, **more: object) -> None:
    async with open_store(f"sqlite:///{store_file}") as store:
        await store.import_rows([row(**more)], who="test")


async def names(store_file: Path, file: Path) -> list[str]:
    """What a server that starts now finds for nem."""
    async with open_store(f"sqlite:///{store_file}") as store:
        shelf = SearchIndex(store, Places.load_shipped(), file=file)
        assert await shelf.refresh()
        assert not await shelf.refresh()
        return [hit.name for hit in shelf.index().find("nem").hits]


def cut_end(file: Path) -> int:
    """Tear the file; how large it was."""
    content = file.read_bytes()
    file.write_bytes(content[:-5])
    return len(content)


async def test_the_next_start_goes_on_from_what_was_kept(store_file: Path, file: Path) -> None:
    await say(store_file)
    assert await names(store_file, file) == ["Nem Bùi"]
    with closing(sqlite3.connect(store_file, isolation_level=None)) as by_hand:
        by_hand.execute("UPDATE products SET name = 'Nem khác'")
    # Nothing tells of that change, so that it shows where the search came from.
    assert await names(store_file, file) == ["Nem Bùi"]
    cut_end(file)
    assert await names(store_file, file) == ["Nem khác"]


async def test_what_changed_since_is_taken_in(store_file: Path, file: Path) -> None:
    await say(store_file)
    await names(store_file, file)
    await say(store_file, name="Nem Bùi Ninh Xá", as_of=JULY)
    assert await names(store_file, file) == ["Nem Bùi Ninh Xá"]


async def test_a_damaged_file_is_replaced(store_file: Path, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    await say(store_file)
    await names(store_file, file)
    size = cut_end(file)
    assert await names(store_file, file) == ["Nem Bùi"]
    assert "is no longer whole" in caplog.text
    assert cut_end(file) == size


async def test_after_a_backup_was_put_back_the_search_is_built_anew(store_file: Path, file: Path) -> None:
    await say(store_file)
    backup = shutil.copy(store_file, store_file.with_name("backup.db"))
    await say(store_file, name="Nem hôm qua", as_of=JULY)
    await names(store_file, file)
    shutil.copy(backup, store_file)
    await say(store_file, name="Nem hôm nay", as_of=JULY)
    assert await names(store_file, file) == ["Nem hôm nay"]


async def test_the_search_of_another_database_is_not_taken(store_file: Path, file: Path, empty_file: Path) -> None:
    await say(store_file)
    await names(store_file, file)
    other = store_file.with_name("other.db")
    shutil.copy(empty_file, other)
    await say(other, id="khac", name="Nem nơi khác")
    assert await names(other, file) == ["Nem nơi khác"]


async def test_where_nothing_can_be_kept_all_else_goes_on(store_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    await say(store_file)
    with caplog.at_level(logging.WARNING):
        assert await names(store_file, store_file / "nowhere") == ["Nem Bùi"]
    assert "cannot be kept" in caplog.text


def test_a_search_is_kept_beside_its_database_or_where_the_setting_says(tmp_path: Path) -> None:
    assert kept_file("sqlite:////data/ocop.db", None) == Path("/data/ocop.db.index")
    assert kept_file("sqlite:////data/ocop.db", tmp_path) == tmp_path / "ocop.db.index"
    assert kept_file("postgresql://h/ocop", None) is None
    assert kept_file("postgresql://h/ocop", tmp_path) == tmp_path / "hoi-ocop.index"
