"""A town with two makers, its people, and an officer."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.inquiry import Invitation, Role
from tests.town import Someone, Town, fill, town_on


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In modules that say `both_databases`, run what happens in the town on each of them, but for `only_sqlite`."""
    marked = {mark.name for mark in metafunc.definition.iter_markers()}
    if "town_url" in metafunc.fixturenames and "both_databases" in marked and "only_sqlite" not in marked:
        metafunc.parametrize("town_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town's products in an SQLite database, made once and copied."""
    path = tmp_path_factory.mktemp("town") / "town.db"
    asyncio.run(fill(f"sqlite:///{path}"))
    return path


@pytest.fixture
def town_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the town's products."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('town_file'), tmp_path / 'town.db')}"
        return
    databases = request.getfixturevalue("databases")
    with databases.lend(template=databases.make_once("town", lambda url: asyncio.run(fill(url)))) as url:
        yield url


@pytest.fixture
async def town(town_url: str) -> AsyncIterator[Town]:
    async with town_on(town_url) as opened:
        yield opened


@dataclass
class Folk:
    """A consumer in Zalo, two who answer for the first maker in Telegram, a stranger, an officer in the web chat."""

    lan: Someone
    ba: Someone
    tu: Someone
    eve: Someone
    officer: Someone


@pytest.fixture
async def folk(town: Town) -> Folk:
    people = Folk(
        lan=town.someone("zalo", "lan", name="Nguyễn Thị Lan"),
        ba=town.someone("telegram", "101", name="Ông Ba"),
        tu=town.someone("telegram", "102", name="Chị Tư"),
        eve=town.someone("zalo", "eve", name="Eve"),
        officer=town.someone("web", "officer"),
    )
    await admitted(town, people.ba, code="AAAA")
    await people.officer("xin chào")
    return people


async def admitted(town: Town, person: Someone, *, code: str, producer: str = "nem-1") -> None:
    """Let *person* join the maker of that product by a code."""
    made = await town.store.product(producer)
    assert made is not None
    await town.store.members.invite(Invitation(Role.PRODUCER, made.producer.id), code=code, expires_at=town.now + 600)
    await person(f"/join {code}")
