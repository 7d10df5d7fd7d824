"""What a server does beside answering."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from bot import upkeep
from catalog.errors import StoreError
from catalog.store import InboxRow, Store
from tests.unit.store.engines import set_pragma


class Naps:
    """Counts how long is slept, and ends the work after *most* times."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) >= self.most:
            raise asyncio.CancelledError


async def test_a_database_in_trouble_is_asked_more_often(store: Store) -> None:
    naps = Naps(1)
    with suppress(asyncio.CancelledError):
        await upkeep.keep_proving(store, sleep=naps)
    await set_pragma(store, "query_only=ON")
    with suppress(asyncio.CancelledError):
        await upkeep.keep_proving(store, sleep=naps)
    assert naps.slept == [10.0, 2.0]
    assert "readonly" in store.health.trouble


async def test_room_is_given_back_again_and_again_whatever_happens(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps = Naps(3)
    given = store.give_back_room
    tries: list[int] = []

    async def balky() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise StoreError("locked")
        return await given()

    monkeypatch.setattr(store, "give_back_room", balky)
    await store.inbox.put(InboxRow("web", "an", "1", "{}"))
    with suppress(asyncio.CancelledError):
        await upkeep.keep_small(store, sleep=naps)
    assert naps.slept == [60.0] * 3


async def test_queues_are_vacuumed_again_and_again_whatever_happens(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps = Naps(4)
    tries: list[list[str]] = []
    vacuum = store.vacuum_queues

    async def balky() -> list[str]:
        tries.append([])
        if len(tries) == 1:
            raise StoreError("gone")
        tries[-1].extend(await vacuum())
        return tries[-1]

    monkeypatch.setattr(store, "vacuum_queues", balky)
    with suppress(asyncio.CancelledError):
        await upkeep.keep_vacuumed(store, sleep=naps)
    assert naps.slept == [5.0] * 4
    assert len(tries) == 3


async def test_who_lost_the_database_stops(caplog: pytest.LogCaptureFixture) -> None:
    class Lost:
        async def until_lost(self) -> str:
            return "process 7 on another"

    stopped: list[Any] = []
    await upkeep.end_when_replaced(Lost(), stop=lambda: stopped.append(True))  # type: ignore[arg-type]  # as much of it as is used
    assert stopped == [True]
    assert "process 7 on another" in caplog.text
