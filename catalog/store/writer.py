"""Group commit: many small writes, one transaction, one flush to disk.

Whoever comes first carries the writes of all who wait meanwhile; a write returns only once it is on disk.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalog.store.database import writing

Item = TypeVar("Item")
Result = TypeVar("Result")
Write = Callable[[AsyncConnection, Sequence[Item]], Awaitable[Sequence[Result]]]

MOST = 256


@dataclass(slots=True, eq=False)
class _Waiting:
    write: Write[Any, Any]
    item: Any
    done: asyncio.Future[Any]


class Writer:
    """Takes writes from many tasks. If a group fails, each is tried alone, so that none spoils another.

    A write is a function over many items of one sort; it returns one result for each item.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._waiting: list[_Waiting] = []

    async def __call__(self, write: Write[Item, Result], item: Item) -> Result:
        """Write *item*; returns after the commit. Raises StoreError."""
        waiting = _Waiting(write, item, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            async with self._turn:
                if not waiting.done.done():
                    await self._carry()
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
        result: Result = await waiting.done
        return result

    async def _carry(self) -> None:
        group = self._waiting[:MOST]
        # Whoever carries may be cancelled; those who ride along must not write twice because of that.
        await _to_its_end(self._commit_or_refuse(group))
        self._waiting = [each for each in self._waiting if not each.done.done()]

    async def _commit_or_refuse(self, group: list[_Waiting]) -> None:
        try:
            await self._commit(group)
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to whoever asked for that write
            if len(group) == 1:
                group[0].done.set_exception(error)
                # Told here, so that nobody complains if the one who asked has gone meanwhile.
                group[0].done.exception()
                return
            for each in group:
                await self._commit_or_refuse([each])

    async def _commit(self, group: list[_Waiting]) -> None:
        results: list[tuple[_Waiting, Any]] = []
        async with writing(self._engine) as connection:
            for write, alike in _runs(group):
                answers = await write(connection, [each.item for each in alike])
                results.extend(zip(alike, answers, strict=True))
        for each, answer in results:
            each.done.set_result(answer)


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait for *work* even when cancelled meanwhile; then say so."""
    running = asyncio.gather(work)
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


def _runs(group: list[_Waiting]) -> list[tuple[Write[Any, Any], list[_Waiting]]]:
    """Neighbours with the same write together; the order of different writes is kept."""
    runs: list[tuple[Write[Any, Any], list[_Waiting]]] = []
    for each in group:
        if runs and runs[-1][0] is each.write:
            runs[-1][1].append(each)
        else:
            runs.append((each.write, [each]))
    return runs
