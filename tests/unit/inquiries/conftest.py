"""A town with two makers, its people, and an officer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.inquiry import Invitation, Role
from tests.town import Someone, Town, fresh_town


@pytest.fixture
async def town(tmp_path: Path, empty_file: Path) -> AsyncIterator[Town]:
    async with fresh_town(tmp_path, empty_file) as opened:
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
    await town.store.post.invite(Invitation(Role.PRODUCER, made.producer.id), code=code, expires_at=town.now + 600)
    await person(f"/join {code}")
