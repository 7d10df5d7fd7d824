"""An operator's year: a backup while serving, a restore that erases again, a move to PostgreSQL and back, new keys."""

import asyncio
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from catalog.inquiry import Address
from catalog.sealing import new_key
from catalog.store import InboxRow, open_store
from tests.acceptance.command import Command, Said

KEY, NEWER = new_key(), new_key()
URL, KEYS = "HOI_OCOP_DATABASE_URL", "HOI_OCOP_SEAL_KEYS"


@pytest.fixture(params=["sqlite", "postgresql"])
def command(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Command]:
    """The command beside an empty database of either kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "catalogue.db")
        yield Command(tmp_path, settings={KEYS: KEY})
        return
    yield Command(tmp_path, settings={URL: request.getfixturevalue("postgresql_url"), KEYS: KEY})


@pytest.fixture
def empty(request: pytest.FixtureRequest, command: Command, tmp_path: Path) -> Iterator[Command]:
    """The command where nothing is yet."""
    if command.environment[URL].startswith("sqlite"):
        yield Command(tmp_path, settings={URL: f"sqlite:///{tmp_path / 'new.db'}", KEYS: KEY})
        return
    with request.getfixturevalue("databases").lend() as url:
        yield Command(tmp_path, settings={URL: url, KEYS: KEY})


async def said_by(command: Command, *words: str, environment: Mapping[str, str] | None = None) -> Said:
    """Run the command in this process, in a thread with a loop of its own."""
    return await asyncio.to_thread(command.here, *words, environment=environment)


async def write(command: Command, *names: str) -> None:
    async with open_store(command.environment[URL], keys=[KEY]) as store:
        for name in names:
            await store.inbox.put(InboxRow("web", name, "1", '{"text": "lời"}'))
            await store.memory.keep_personal_note("web", f"album:{name}", "Ảnh")


async def erase(command: Command, name: str) -> None:
    async with open_store(command.environment[URL], keys=[KEY]) as store:
        await store.people.erase(Address("web", name))


async def known(command: Command, name: str, *, key: str = KEY) -> list[str]:
    async with open_store(command.environment[URL], keys=[key]) as store:
        rows = await store.people.rows_about(Address("web", name))
        assert all(each["body"] for each in rows["inbox"])
        return [table for table, some in rows.items() if some and table != "erasures"]


async def test_a_backup_while_serving_is_put_back_without_who_left_since(command: Command, empty: Command) -> None:
    await write(command, "an", "binh")
    async with command.serving():
        said = await said_by(command, "backup", "a.backup")
    assert said.status == 0, said.err
    assert "0 sản phẩm, 0 người, 2 tin nhắn" in said.out
    assert "HOI_OCOP_SEAL_KEYS" in said.err
    await erase(command, "an")
    assert (await said_by(command, "erasures", "--out", "erased.jsonl")).status == 0
    listed = (await said_by(command, "erasures")).json
    assert [sorted(each) for each in listed] == [["at", "person"]]
    assert [json.loads(line) for line in (command.folder / "erased.jsonl").read_text().splitlines()] == listed
    full = await said_by(command, "restore", "a.backup")
    assert full.status == 1
    assert "not empty" in full.err
    restored = await said_by(empty, "restore", "a.backup", "--erased", "erased.jsonl")
    assert restored.status == 0, restored.err
    assert "1 người" in restored.out
    assert await known(empty, "an") == []
    assert await known(empty, "binh") == ["inbox", "memory"]
    async with empty.serving() as served:
        assert served.url


async def test_without_a_list_it_says_who_is_back(command: Command, empty: Command) -> None:
    await write(command, "an")
    await said_by(command, "backup", "a.backup")
    await erase(command, "an")
    said = await said_by(empty, "restore", "a.backup")
    assert said.status == 0
    assert "hoi-ocop erasures --out LIST" in said.err
    assert said.err.rstrip().endswith("hoi-ocop restore a.backup --erased LIST")
    await said_by(command, "erasures", "--out", "erased.jsonl")
    (command.folder / "other.jsonl").write_text('{"q": "nem"}')
    (command.folder / "gone.jsonl").symlink_to("nowhere")
    for place in empty.folder.glob("new.db*"):
        place.unlink()
    if empty.environment[URL].startswith("sqlite"):
        listed = await said_by(empty, "restore", "a.backup")
        # The database from before may know of more.
        assert "hoi-ocop erasures --out LIST" in listed.err
        assert listed.err.rstrip().endswith("hoi-ocop restore a.backup --erased erased.jsonl")
    assert await known(empty, "an") == ["inbox", "memory"]


async def test_what_is_no_backup_or_not_there_is_refused_in_a_line(command: Command, empty: Command) -> None:
    (command.folder / "text").write_text("no backup")
    (command.folder / "list").write_text("{")
    await said_by(command, "backup", "a.backup")
    for words, told in (
        (("restore", "text"), "no backup of ours"),
        (("restore", "gone"), "There is no file gone"),
        (("restore", "a.backup", "--erased", "list"), "no list of erasures"),
        (("restore", "a.backup", "--erased", "gone"), "There is no file gone"),
        (("restore", "a.backup", "--erased", "sqlite:///gone.db"), "There is no database gone.db"),
        (("backup", "a.backup"), "overwrites nothing"),
        (("backup", "no/folder/a"), "no/folder"),
    ):
        said = await said_by(empty, *words)
        assert said.status == 1, words
        assert told in said.err, words
        assert len(said.err.splitlines()) <= 2
    assert not (command.folder / "gone.db").exists()


async def test_it_moves_and_each_table_is_compared(
    command: Command, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    await write(command, "an")
    with request.getfixturevalue("databases").lend() as url:
        other = f"sqlite:///{tmp_path / 'other.db'}" if command.environment[URL].startswith("postgresql") else url
        async with command.serving():
            refused = await said_by(command, "move", "--to", other)
            assert refused.status == 1
            assert "works on this database" in refused.err
        said = await said_by(command, "move", "--to", other)
        assert said.status == 0, said.err
        assert re.search(r"^= inbox +1  [0-9a-f]{32}$", said.out, re.MULTILINE)
        assert "HOI_OCOP_DATABASE_URL" in said.out
        moved = Command(tmp_path, settings={URL: other, KEYS: KEY})
        assert await known(moved, "an") == await known(command, "an") == ["inbox", "memory"]
        again = await said_by(command, "move", "--to", other)
        assert (again.status, again.out) == (0, said.out)
        await write(moved, "eve")
        again = await said_by(command, "move", "--to", other)
        assert again.status == 1
        assert "not empty (" in again.err


async def test_a_new_key_takes_over_and_the_old_one_is_dropped(command: Command) -> None:
    await write(command, "an")
    both = {KEYS: f"{NEWER} {KEY}"}
    told = await said_by(command, "check", environment=both)
    assert "an older key still holds 2 of 2" in told.out
    async with Command(command.folder, settings={**command.settings, **both}).serving():
        said = await said_by(command, "reseal", environment=both)
    assert said.status == 0, said.err
    assert said.out.startswith("Đã niêm phong lại: 2.")
    assert "an older key" not in (await said_by(command, "check", environment=both)).out
    assert (await said_by(command, "reseal", environment={KEYS: NEWER})).status == 0
    assert await known(command, "an", key=NEWER) == ["inbox", "memory"]
