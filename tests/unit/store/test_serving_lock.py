"""One server to a database: the second waits for the first to end, and then refuses in words."""

import asyncio
import os
import re
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.errors import AlreadyServed, StoreUnavailable
from catalog.store import ProcessKind, only_server, who_serves

HOLD = """
import asyncio, sys
from catalog.store import only_server
async def hold():
    async with only_server(sys.argv[1], told=print, patience=0):
        print("held", flush=True)
        await asyncio.Event().wait()
asyncio.run(hold())
"""


class Waits:
    """Sleeps at once, and counts."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.said: list[str] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'new' / 'a.db'}"


async def test_the_second_waits_and_then_refuses_in_words(tmp_path: Path) -> None:
    waits = Waits()
    async with only_server(url_of(tmp_path), told=waits.said.append):
        with pytest.raises(AlreadyServed) as refused:
            async with only_server(url_of(tmp_path), told=waits.said.append, sleep=waits.sleep):
                pytest.fail("two servers")
    assert waits.seconds == 15.0
    (said,) = waits.said
    assert f"process {os.getpid()} on " in said
    assert "Two would answer everyone twice: stop that one first" in str(refused.value)
    async with only_server(url_of(tmp_path), told=waits.said.append, patience=0):
        pass
    assert (tmp_path / "new" / "a.db.lock").stat().st_mode & 0o777 == 0o600


async def test_the_same_file_by_another_name_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    async with only_server(url_of(tmp_path), told=print):
        with pytest.raises(AlreadyServed):
            async with only_server(url_of(tmp_path / "link"), told=print, patience=0):
                pytest.fail("two servers")


async def test_another_database_is_another_server(tmp_path: Path) -> None:
    async with only_server(url_of(tmp_path), told=print), only_server(url_of(tmp_path / "b"), told=print, patience=0):
        pass


async def test_it_goes_on_as_soon_as_the_other_has_ended(tmp_path: Path) -> None:
    first, told = only_server(url_of(tmp_path), told=print), list[str]()
    await first.__aenter__()
    turns = 0

    async def sleep(_seconds: float) -> None:
        nonlocal turns
        turns += 1
        if turns == 3:
            await first.__aexit__(None, None, None)

    async with only_server(url_of(tmp_path), told=told.append, sleep=sleep):
        assert (turns, len(told)) == (3, 1)


async def test_a_killed_server_leaves_no_lock(tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, url_of(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"held\n"
    with pytest.raises(AlreadyServed, match=f"process {child.pid} on"):
        async with only_server(url_of(tmp_path), told=print, patience=0):
            pytest.fail("two servers")
    child.send_signal(signal.SIGKILL)
    await child.wait()
    async with only_server(url_of(tmp_path), told=print, patience=0):
        pass


async def test_a_lock_that_was_deleted_is_taken_again_or_lost(tmp_path: Path) -> None:
    waits, lock = Waits(), tmp_path / "new" / "a.db.lock"
    async with only_server(url_of(tmp_path), told=print) as watch:
        watch._sleep = waits.sleep
        watching = asyncio.ensure_future(watch.until_lost())  # noqa: TID251 - a test
        await asyncio.sleep(0.01)
        lock.unlink()
        await asyncio.sleep(0.01)
        assert lock.exists()
        assert not watching.done()
        with pytest.raises(AlreadyServed):
            async with only_server(url_of(tmp_path), told=print, patience=0):
                pytest.fail("two servers")
        lock.unlink()
        async with only_server(url_of(tmp_path), told=print, patience=0):
            assert "process" in await asyncio.wait_for(watching, 5)


async def test_where_no_lock_can_be_made_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        async with only_server(f"sqlite:///{tmp_path / 'file' / 'a.db'}", told=print, patience=0):
            pytest.fail("served without a folder")


async def test_a_postgresql_that_is_away_is_no_other_server() -> None:
    with pytest.raises(StoreUnavailable):
        async with only_server("postgresql://u:p@127.0.0.1:1/n", told=print, patience=0):
            pytest.fail("served without a database")


async def test_who_serves_is_told_without_taking_the_lock(store_url: str) -> None:
    assert await who_serves(store_url) == []
    async with only_server(store_url, told=print, patience=0):
        (said,) = await who_serves(store_url)
        assert (datetime.now(UTC) - said.since).total_seconds() < 120
        assert said.process == (os.getpid() if store_url.startswith("sqlite") else 0)
    assert await who_serves(store_url) == []
    async with only_server(store_url, told=print, patience=0):
        pass


async def test_all_who_share_a_postgresql_are_told(postgresql_url: str) -> None:
    async with (
        only_server(postgresql_url, told=print, patience=0, kind=ProcessKind.SERVE_ONLY),
        only_server(postgresql_url, told=print, patience=0, kind=ProcessKind.WORK),
        only_server(postgresql_url, told=print, patience=0, kind=ProcessKind.WORK),
    ):
        kinds = sorted(each.kind for each in await who_serves(postgresql_url))
        assert kinds == [ProcessKind.SERVE_ONLY, ProcessKind.WORK, ProcessKind.WORK]


async def test_a_server_that_was_killed_serves_no_more(tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, url_of(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"held\n"
    assert [each.process for each in await who_serves(url_of(tmp_path))] == [child.pid]
    child.send_signal(signal.SIGKILL)
    await child.wait()
    assert await who_serves(url_of(tmp_path)) == []


async def test_where_the_kernel_does_not_tell_the_process_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.store.serving_lock._KERNEL_LOCKS", tmp_path / "none")
    async with only_server(url_of(tmp_path), told=print, patience=0):
        assert len(await who_serves(url_of(tmp_path))) == 1
    signed = tmp_path / "new" / "a.db.lock"
    words = signed.read_text()
    for other in ("", "nobody", words.replace(str(os.getpid()), "99999999"), re.sub("on [^,]*", "on elsewhere", words)):
        signed.write_text(other)
        assert await who_serves(url_of(tmp_path)) == []


async def test_of_a_postgresql_that_is_away_nothing_is_known() -> None:
    with pytest.raises(StoreUnavailable):
        await who_serves("postgresql://u:p@127.0.0.1:1/n")
