"""Group commit: many small writes, one transaction, one flush to disk.

Whoever comes first carries the writes of all who wait meanwhile, and then calls the next to carry; a write returns
only once it is on disk.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalog.store.database import committing, make_engine_of_thread, writing
from catalog.store.database_errors import as_store_error
from catalog.store.group_pace import GroupPace
from catalog.store.health import DatabaseHealth
from catalog.store.postgresql_writes import InOneStatement
from catalog.store.steps import ConnectionThread, InSteps

Item = TypeVar("Item")
Result = TypeVar("Result")
Write = Callable[[AsyncConnection, Sequence[Item]], Awaitable[Sequence[Result]]]

MOST = 256


@dataclass(slots=True, eq=False)
class _Waiting:
    """A write to be done. *called* is set when it is *done*, or when its turn to carry has come."""

    write: Write[Any, Any]
    item: Any
    done: asyncio.Future[Any]
    called: asyncio.Future[None]


class Writer:
    """Takes writes from many tasks. If a group fails, each is tried alone, so that none spoils another.

    A write is a function over many items of one sort; it returns one result for each item.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        own = make_engine_of_thread(engine)
        self.thread = ConnectionThread(engine, own, "sqlite-writer") if own is not None else None
        self.health = DatabaseHealth()
        # In steps on a thread of its own a write costs little, and whatever comes during one goes together anyway.
        self._pace = GroupPace() if self.thread is None else None
        self._carrying = False
        self._waiting: list[_Waiting] = []

    async def __call__(self, write: Write[Item, Result], item: Item) -> Result:
        """Write *item*; returns after the commit. Raises StoreError."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(write, item, loop.create_future(), loop.create_future())
        self._waiting.append(waiting)
        self._note_pace(write)
        await self._turn(waiting)
        if not waiting.done.done():
            await self._carry()
        result: Result = await waiting.done
        return result

    def _note_pace(self, write: Write[Any, Any]) -> None:
        """Count *write*; what is a transaction of its own waits for no others."""
        if self._pace is None:
            return
        self._pace.note_write()
        if not isinstance(write, InOneStatement):
            self._pace.end_pause()

    async def _turn(self, waiting: _Waiting) -> None:
        """Wait until *waiting* is done or shall carry."""
        if not self._carrying:
            self._carrying = True
            return
        try:
            await waiting.called
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            if not waiting.called.cancelled() and not waiting.done.done():
                self._call_next()
            raise

    async def _carry(self) -> None:
        group: list[_Waiting] = []
        try:
            # Whoever carries may be cancelled; those who ride along must not write twice because of that.
            await _to_its_end(self._carry_group(group))
        finally:
            self._waiting = [each for each in self._waiting if not each.done.done()]
            for each in group:
                if not each.called.done():
                    each.called.set_result(None)
            self._call_next()

    async def _carry_group(self, group: list[_Waiting]) -> None:
        """Write those who wait, whom *group* has then."""
        if self._pace is not None:
            if len(self._waiting) < MOST and all(isinstance(each.write, InOneStatement) for each in self._waiting):
                # Who is cancelled in the pause, as all are when a process ends, begins at once.
                with suppress(asyncio.CancelledError):
                    await self._pace.pause()
            self._pace.begin()
        group += self._waiting[:MOST]
        if self._pace is not None:
            self._pace.note_group(len(group), statements=len(_runs(group)))
        await self._commit_or_refuse(group)

    def _call_next(self) -> None:
        for each in self._waiting:
            if not each.called.done():
                each.called.set_result(None)
                return
        self._carrying = False

    async def _commit_or_refuse(self, group: list[_Waiting]) -> None:
        if len(runs := _runs(group)) > 1 and any(isinstance(write, InOneStatement) for write in runs):
            # Each of those is a commit of its own: what went well must not be written again with what did not.
            apart = [alike for write, alike in runs.items() if isinstance(write, InOneStatement)]
            together = [each for each in group if not isinstance(each.write, InOneStatement)]
            for some in [*apart, *([together] if together else [])]:
                await self._commit_or_refuse(some)
            return
        try:
            await self._commit(group)
            self.health.note_success()
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to whoever asked for that write
            if len(group) == 1:
                self.health.note_failure(error)
                group[0].done.set_exception(error)
                # Told here, so that nobody complains if the one who asked has gone meanwhile.
                group[0].done.exception()
                return
            for each in group:
                await self._commit_or_refuse([each])

    async def _commit(self, group: list[_Waiting]) -> None:
        runs = _runs(group)
        items = [(write, [each.item for each in alike]) for write, alike in runs.items()]
        answers = await self._write_group(items)
        for alike, told in zip(runs.values(), answers, strict=True):
            for each, answer in zip(alike, told, strict=True):
                each.done.set_result(answer)

    async def _write_group(self, items: list[tuple[Write[Any, Any], list[Any]]]) -> list[Sequence[Any]]:
        """What each write brought, once all are on disk."""
        in_steps = [(write, some) for write, some in items if isinstance(write, InSteps)]
        if len(in_steps) == len(items) and self.thread is not None:
            try:
                return list(await self.thread.commit(in_steps))
            except DBAPIError as error:
                raise as_store_error(error) from error
        if all(isinstance(write, InOneStatement) for write, _ in items):
            async with committing(self._engine) as connection:
                return [await write(connection, some) for write, some in items]
        async with writing(self._engine) as connection:
            return [await write(connection, some) for write, some in items]


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


def _runs(group: list[_Waiting]) -> dict[Write[Any, Any], list[_Waiting]]:
    """Those with the same write together. All of them wait at once, so only the order among these was ever promised."""
    runs: dict[Write[Any, Any], list[_Waiting]] = {}
    for each in group:
        runs.setdefault(each.write, []).append(each)
    return runs
