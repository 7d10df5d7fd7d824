"""Background tasks that run as long as the program serves."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Self, TypeVar

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class BackgroundTasks:
    """Keeps background tasks that run as long as the program serves, and ends them with it."""

    patience = 15.0
    """Seconds in which a task that is told to end may finish what it has begun."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Start with nobody."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End them all: who still works long after (an error may come in the place of a cancellation) is told again."""
        running = [task for task in self._tasks if not task.done()]
        while running:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=self.patience)
            running = [task for task in running if not task.done()]

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Run *work* until the program ends; if it fails, that is logged."""
        task = asyncio.create_task(work, name=name)  # noqa: TID251 - the one place for it
        task.add_done_callback(_report)
        self._tasks.append(task)


async def finish(work: Coroutine[Any, Any, Result], *, seconds: float) -> Result:
    """Await *work* to its end: whoever is cancelled meanwhile waits for it first, *seconds* at most."""
    task = asyncio.create_task(work)  # noqa: TID251 - it ends before whoever awaits it
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,), timeout=seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background work %s ended", task.get_name(), exc_info=error)


class InterruptiblePause:
    """Pauses that are cut short when the program ends: what waits is kept."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._sleep = sleep
        self._pausing: set[asyncio.Task[Any]] = set()
        self.ended = False

    async def pause(self, seconds: float) -> None:
        """Wait."""
        task = asyncio.current_task()
        if self.ended or task is None:
            return
        self._pausing.add(task)
        try:
            await self._sleep(seconds)
        finally:
            self._pausing.discard(task)

    def end(self) -> None:
        """Pause no more; whoever does is cancelled."""
        self.ended = True
        for task in self._pausing:
            task.cancel()
