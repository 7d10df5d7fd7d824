"""Backoff: how long to wait after each failure in a row, and who does the waiting."""

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.channel import NotSent

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Backoff:
    """*first* seconds after the first failure in a row, twice as long after each more, *longest* at most.

    Each pause is shortened by up to the share *jitter* of it, so that not everybody comes back at the same moment.
    """

    first: float = 1.0
    longest: float = 60.0
    jitter: float = 0.0

    def pause(self, failures: int, *, at_least: float = 0.0, chance: Callable[[], float] = random.random) -> float:
        """Seconds to wait after so many *failures* in a row; *at_least* as long as the vendor asks."""
        full = min(self.first * 2.0 ** min(failures - 1, 30), self.longest)
        return max(at_least, full * (1.0 - self.jitter * chance()))


async def keep_trying(
    work: Callable[[], Awaitable[None]],
    *,
    errors: tuple[type[Exception], ...],
    pause_after: Callable[[Exception, int], float],
    steady: float = math.inf,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Do *work* until it succeeds; after each of *errors* wait as *pause_after* (the error, failures in a row) says.

    What went on for more than *steady* seconds before it failed has failed for the first time. Whoever is cancelled
    meanwhile ends, also where an error comes at that moment in the place of the cancellation: a driver's, or that of
    another task in a TaskGroup, which has priority there (asyncio until Python 3.13).
    """
    task = asyncio.current_task()
    failures = 0
    while True:
        begun = time.monotonic()
        try:
            await work()
        except errors as error:
            if task and task.cancelling():
                raise asyncio.CancelledError from error
            failures = 1 if time.monotonic() - begun > steady else failures + 1
            seconds = pause_after(error, failures)
        else:
            return
        await sleep(seconds)


async def send_patiently(
    call: Callable[[], Awaitable[Result]],
    *,
    tries: int = 3,
    longest: float,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Result:
    """Make *call*, and again while it is surely not sent and the vendor asks for no more than *longest* seconds.

    Raises what the last try raised.
    """
    for _ in range(tries - 1):
        try:
            return await call()
        except NotSent as error:
            if error.seconds > longest:
                raise
            seconds = error.seconds
        await sleep(seconds)
    return await call()
