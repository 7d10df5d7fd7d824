"""The program put together: its search follows the catalogue, and a channel in trouble harms nobody else."""

import asyncio
import logging
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot import logs
from bot.app import _keep_settled, keep_running, open_app, today
from bot.background_tasks import BackgroundTasks
from bot.channel_kit.backoff import Backoff
from bot.logs import LastingTrouble
from bot.memory import ChannelMemory
from bot.search_index import SearchIndex
from bot.settings import Settings
from catalog.entries import Listed
from catalog.inquiry import Address
from catalog.places import Places
from catalog.sealing import new_key
from catalog.store import CatalogueMark, InboxRow, Store, open_store, products
from tests.unit.bot.channels import Ear
from tests.unit.store.lists import JULY, row


async def test_the_search_follows_the_catalogue(store: Store) -> None:
    shelf = SearchIndex(store, Places.load_shipped())
    assert await shelf.refresh()
    assert not await shelf.refresh()
    before = shelf.index()
    await store.import_rows([row()], who="test")
    assert len(before) == len(shelf.index()) == 0
    assert await shelf.refresh()
    assert (len(before), len(shelf.index())) == (0, 1)


async def test_the_search_takes_in_what_changed_and_what_was_taken_out_by_hand(store: Store, store_file: Path) -> None:
    plain = row(aliases=(), gtins=(), traces=(), certificate="", decision="")
    some = [replace(plain, id=name, name=name) for name in ("nem", "tương")]
    await store.import_rows(some, who="test")
    shelf = SearchIndex(store, Places.load_shipped())
    await shelf.refresh()
    before = shelf.index()
    await store.import_rows([replace(some[0], name="giò lụa", as_of=JULY)], who="test")
    assert await shelf.refresh()
    assert [hit.id for hit in shelf.index().find("giò lụa").hits] == ["nem"]
    assert [hit.name for hit in before.find("nem").hits] == ["nem"]
    with closing(sqlite3.connect(store_file, isolation_level=None)) as other:
        other.execute("DELETE FROM certificates WHERE product_id = 'tương'")
        other.execute("DELETE FROM products WHERE id = 'tương'")
        other.execute("UPDATE revision SET number = number + 1")
    assert await shelf.refresh()
    assert len(shelf.index()) == 1
    assert not shelf.index().find("tương").total


async def test_a_build_that_is_no_longer_wanted_reads_no_further(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "_AT_ONCE", 1)
    many = [row(id=f"p{number}", gtins=(), traces=(), certificate="", decision="") for number in range(200)]
    await store.import_rows(many, who="test")
    shelf, read = SearchIndex(store, Places.load_shipped()), []
    pages = store.searchable.pages

    async def counted(mark: CatalogueMark) -> AsyncIterator[list[Listed]]:
        async for page in pages(mark):
            read.append(page)
            yield page

    monkeypatch.setattr(store.searchable, "pages", counted)
    building = asyncio.ensure_future(shelf.refresh())  # noqa: TID251 - a test ends it itself
    while len(read) < 3:  # noqa: ASYNC110 - nobody tells of it
        await asyncio.sleep(0.001)
    building.cancel()
    with suppress(asyncio.CancelledError):
        await building
    await asyncio.sleep(0.2)
    assert len(read) < 200
    assert len(shelf.index()) == 0
    assert await shelf.refresh()
    assert len(shelf.index()) == 200


async def test_the_search_notices_what_another_process_changed(store: Store, store_file: Path) -> None:
    shelf, noticed = SearchIndex(store, Places.load_shipped()), asyncio.Queue[int]()
    turns = 0

    async def sleep(_seconds: float) -> None:
        nonlocal turns
        turns += 1
        if turns == 2:
            async with open_store(f"sqlite:///{store_file}") as other:
                await other.import_rows([row()], who="other")
        if turns == 4:
            raise asyncio.CancelledError

    with suppress(asyncio.CancelledError):
        await shelf.watch(noticed.put_nowait, sleep=sleep)
    assert [noticed.get_nowait() for _ in range(noticed.qsize())] == [0, 1]


async def test_the_search_outlives_a_database_that_is_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    turns = 0

    async def sleep(_seconds: float) -> None:
        nonlocal turns
        turns += 1
        if turns == 4:
            raise asyncio.CancelledError

    caplog.set_level(logging.INFO)
    async with open_store(f"sqlite:///{tmp_path / 'none.db'}") as missing:
        with suppress(asyncio.CancelledError):
            await SearchIndex(missing, Places.load_shipped()).watch(lambda _: None, sleep=sleep)
    assert turns == 4
    # It looks twice a second: an hour of that would fill the log.
    assert caplog.text.count("the search could not be refreshed") == 1


def test_lasting_trouble_is_said_now_and_then_and_once_that_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    caplog.set_level(logging.INFO)
    trouble = LastingTrouble(logging.getLogger("bot.app"), lambda: now)
    trouble.note_success("it works")
    for _ in range(3600):
        trouble.note_failure("it does not: %s", "no line")
        now += 1.0
    assert [record.getMessage() for record in caplog.records] == ["it does not: no line"] * 6
    caplog.clear()
    for _ in range(2):
        trouble.note_success("it works")
    trouble.note_failure("it does not: %s", "again")
    assert [record.getMessage() for record in caplog.records] == ["it works, after 3600 s", "it does not: again"]


IDLE = """
import asyncio, sys
from bot.app import open_app
from bot.settings import Settings

async def main(url: str) -> None:
    async with open_app(Settings(database_url=url, port=0)):
        print(*sorted({name.partition(".")[0] for name in sys.modules}))

asyncio.run(main(sys.argv[1]))
"""


async def test_a_server_that_nobody_asks_holds_nothing_large_in_memory(store_file: Path, tmp_path: Path) -> None:
    root = str(Path(__file__).parents[3])
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", IDLE, f"sqlite:///{store_file}"),
        env={"PYTHONPATH": root},
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    loaded = set(said.decode().split())
    assert "bot" in loaded
    large = {
        "PIL",
        "asterocr",
        "biip",
        "cv2",
        "fpdf",
        "icalendar",
        "onnxruntime",
        "openpyxl",
        "pillow_heif",
        "rapidocr",
        "telegram",
    }
    assert loaded & large == set()


async def test_each_channel_has_its_own_memory(store: Store) -> None:
    one, two = ChannelMemory(store, "telegram"), ChannelMemory(store, "zalo_oa")
    await one.put("offset", "1")
    assert (await one.get("offset"), await two.get("offset")) == ("1", None)
    assert await two.exchange("offset", expected=None, new="5")
    assert not await two.exchange("offset", expected=None, new="6")
    assert await one.get("offset") == "1"


class Stumbling(Ear):
    """Fails at its first run."""

    runs = 0

    async def run(self) -> None:
        self.runs += 1
        if self.runs == 1:
            raise ConnectionError("the vendor is away")


async def test_a_channel_that_stops_is_run_again(caplog: pytest.LogCaptureFixture) -> None:
    channel = Stumbling()
    await keep_running(channel)
    assert channel.runs == 2
    assert "ear stopped" in caplog.text


@pytest.mark.parametrize("channel", ["telegram", "zalo_bot"])
async def test_a_vendor_that_is_away_degrades_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"HOI_OCOP_{channel.upper()}__TOKEN", "123456789:geheim")
    monkeypatch.setenv(f"HOI_OCOP_{channel.upper()}__API_URL", "http://127.0.0.1:1")
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'a.db'}", port=0)
    async with open_app(settings) as house, aiohttp.ClientSession(house.url) as session:
        async with session.get("/readyz") as response:
            assert response.status == 200
            told = await response.json()
        async with session.get("/") as response:
            assert response.status == 200
    assert told["channels"]["web"] == "up"
    assert not told["channels"][channel].startswith("up")
    assert "geheim" not in str(told)


def test_a_day_is_viet_nams() -> None:
    assert today().year >= 2026


def test_an_outline_tells_where_and_never_what() -> None:
    try:
        try:
            int("0912345678x")
        except ValueError as error:
            raise KeyError("Nguyễn Văn A") from error
    except KeyError as error:
        told = logs.outline(error)
    assert told.startswith("builtins.KeyError in test_an_outline_tells_where_and_never_what (")
    assert "; because of builtins.ValueError in " in told
    assert "0912345678" not in told
    assert "Nguyễn" not in told


@pytest.mark.parametrize("machine", [True, False])
def test_a_token_never_reaches_the_log(machine: bool, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: FBT001 - a parameter
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    token = "123456789:" + "a" * 35
    try:
        logs.set_up(level="info", machine=machine)
        log = logging.getLogger("test")
        log.info("GET https://api.telegram.org/bot%s/getMe", token)
        log.error("it failed", exc_info=ConnectionError(f"https://api.telegram.org/bot{token}/getMe"))
        log.debug("not shown")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    said = capsys.readouterr().err
    assert token not in said
    assert said.count("[token]") == 1
    # Of an error only what it is: its words may be anybody's.
    assert "builtins.ConnectionError" in said
    assert "not shown" not in said


async def test_what_was_erased_while_somebody_read_goes_as_soon_as_that_ends(
    store_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app._SETTLE_BACKOFF", Backoff(first=0.01, longest=60.0))
    log = store_file.with_name(f"{store_file.name}-wal")
    async with (
        open_store(f"sqlite:///{store_file}", migrate=True, keys=[new_key()]) as store,
        BackgroundTasks() as crew,
    ):
        await store.inbox.put(InboxRow("web", "dia-chi-cua-an", "1", "lời"))
        with closing(sqlite3.connect(store_file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM inbox").fetchone()
            await store.people.erase(Address("web", "dia-chi-cua-an"))
            crew.start(_keep_settled(store), name="erasing")
            await asyncio.sleep(0.05)
            assert log.stat().st_size
            reader.execute("COMMIT")
        async with asyncio.timeout(5):
            while log.stat().st_size:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.01)
