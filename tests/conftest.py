"""What most tests stand on: a migrated store in a file, a context with the shipped catalogue, and a conversation."""

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.search_index import SearchIndex
from catalog.barcode import Reader
from catalog.codes import Surroundings
from catalog.list_io import open_sheet
from catalog.model import ProductRow
from catalog.places import Places
from catalog.sealing import new_key
from catalog.search import Index
from catalog.store import CatalogueMark, Store, open_store
from handlers.context import Context, Session
from handlers.conversation import answer
from handlers.messages import Content, Incoming, Person, Reply, Text
from handlers.plain import as_text
from handlers.thread import MessageAct
from tests.memory_folder import use_memory_folder
from tests.postgresql import MISSING, Cluster, Databases, private_cluster, programs, shared_databases

SHIPPED = Path(__file__).parent.parent / "catalog" / "data" / "products.csv"
KEY = new_key()
TODAY = date(2026, 11, 24)
OURS = Surroundings(frozenset({"ocop.test"}), telegram_bot="HoiOcopBot", zalo_oa="42")

# A loaded machine is no reason to fail: how long an example takes is told by no test.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

Stock = Callable[..., Awaitable[None]]


def pytest_configure(config: pytest.Config) -> None:
    """Choose where temporary files lie, before any is made; processes of pytest-xdist inherit it."""
    if not any("tests/faults" in each for each in config.args):
        use_memory_folder()
    # Most of what is made stays until the end: looking through it again and again took a seventh of all tests' time.
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of what the garbage collector looks through."""
    gc.collect()
    gc.freeze()


class Dialogue:
    """One person's conversation: what is said goes through answer(), and what is known is kept between turns."""

    def __init__(self, context: Context, *, language: str = "vi") -> None:
        self._context = context
        self._turns = 0
        self.person = Person("test", "an", language)
        self.session = Session()
        self.reply = Reply()

    async def __call__(self, said: str | Content) -> str:
        """Say it; the whole answer as plain text."""
        self._turns += 1
        content = Text(said) if isinstance(said, str) else said
        incoming = Incoming(self.person, content, ref=str(self._turns))
        answered = await answer(incoming, context=self._context, session=self.session)
        self.session, self.reply = answered.session, answered.reply
        return as_text(answered.reply)

    async def told(self, said: str) -> tuple[MessageAct, str]:
        """Say it; what it was taken for, and which field it asks."""
        await self(said)
        last = self.session.thread.last
        assert last is not None
        return last.act, last.field

    def another(self, name: str) -> "Dialogue":
        """A new conversation with somebody else."""
        other = Dialogue(self._context)
        other.person = Person("test", name)
        return other

    def speaking(self, language: str) -> "Dialogue":
        """A new conversation with someone whose phone speaks *language*."""
        return Dialogue(self._context, language=language)


def lines(*text: str) -> str:
    """An answer as its lines."""
    return "\n".join(text)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with nothing in it, made once and copied."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def shipped_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped catalogue in a database, made once and copied."""
    path = tmp_path_factory.mktemp("store") / "shipped.db"
    add_shipped(f"sqlite:///{path}")
    return path


def add_shipped(url: str) -> None:
    """Make the tables of the database at *url*, and import the shipped catalogue."""
    asyncio.run(_add(url, [row for row in open_sheet(SHIPPED) if isinstance(row, ProductRow)]))


async def add_rows(path: Path, rows: list[ProductRow]) -> None:
    """Make the database at *path* if there is none, and import *rows*."""
    await _add(f"sqlite:///{path}", rows)


async def _add(url: str, rows: list[ProductRow]) -> None:
    async with open_store(url, migrate=True) as store:
        await store.import_rows(rows, who="shipped")


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The databases of a private PostgreSQL; the tests that want one are skipped where it is not installed."""
    if programs() is None:
        pytest.skip(MISSING)
    folder = tmp_path_factory.getbasetemp()
    # Each process of pytest-xdist has a folder of its own in that of the run.
    with shared_databases(folder.parent if hasattr(request.config, "workerinput") else folder) as shared:
        yield shared


@pytest.fixture
def postgresql_url(databases: Databases) -> Iterator[str]:
    """An empty, migrated database on PostgreSQL."""
    with databases.lend(template=databases.make_once("migrated", migrate)) as url:
        yield url


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL that may be restarted: nobody else uses it."""
    if programs() is None:
        pytest.skip(MISSING)
    with private_cluster() as cluster:
        yield cluster


def migrate(url: str) -> None:
    """Bring the tables of the database at *url* up to date."""

    async def run() -> None:
        async with open_store(url, migrate=True):
            pass

    asyncio.run(run())


@pytest.fixture
def store_file(empty_file: Path, tmp_path: Path) -> Path:
    """The file of the `store` fixture."""
    return Path(shutil.copy(empty_file, tmp_path / "store.db"))


@pytest.fixture
async def store(store_file: Path) -> AsyncIterator[Store]:
    """An empty, migrated store on SQLite."""
    async with open_store(f"sqlite:///{store_file}") as opened:
        yield opened


@pytest.fixture(scope="session")
def shipped_index(shipped_file: Path) -> tuple[Index, CatalogueMark | None]:
    """The search over the shipped catalogue and how far it reads, built once; it is only read."""
    return asyncio.run(index_of(shipped_file))


async def index_of(path: Path) -> tuple[Index, CatalogueMark | None]:
    """The search over the catalogue at *path*, and how far it reads."""
    async with open_store(f"sqlite:///{path}") as store:
        shelf = SearchIndex(store, Places.load_shipped())
        await shelf.refresh()
        return shelf.index(), shelf._mark


@pytest.fixture
async def shelf(
    shipped_file: Path, shipped_index: tuple[Index, CatalogueMark | None], tmp_path: Path
) -> AsyncIterator[SearchIndex]:
    """The search over a copy of the shipped catalogue."""
    file = shutil.copy(shipped_file, tmp_path / "catalogue.db")
    async with open_store(f"sqlite:///{file}", keys=[KEY]) as opened:
        shelf = SearchIndex(opened, Places.load_shipped())
        shelf._index, shelf._mark = shipped_index
        yield shelf


@pytest.fixture
async def context(shelf: SearchIndex) -> AsyncIterator[Context]:
    """A context as the program has it, on a fixed day."""
    async with Reader(workers=1) as reader:
        yield Context(
            store=shelf._store,
            index=shelf.index,
            reader=reader,
            places=Places.load_shipped(),
            today=lambda: TODAY,
            ours=OURS,
            public_url="https://ocop.test",
        )


@pytest.fixture
def stock(shelf: SearchIndex) -> Stock:
    """Put more rows into the context's catalogue, and let the search know them."""

    async def put(*rows: ProductRow) -> None:
        await shelf._store.import_rows(rows, who="test")
        await shelf.refresh()

    return put


@pytest.fixture
def say(context: Context) -> Dialogue:
    """Talk to the handlers in Vietnamese; `say.speaking("en")` begins another conversation."""
    return Dialogue(context)


@pytest.fixture
def say_on(context: Context) -> Callable[[date], Dialogue]:
    """Talk to the handlers on another day."""
    return lambda day: Dialogue(replace(context, today=lambda: day))
