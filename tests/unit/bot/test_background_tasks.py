"""What runs in the background ends when it is told to, whatever else happens at that moment."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.background_tasks import BackgroundTasks
from bot.channel_kit.backoff import keep_trying
from catalog.errors import StoreUnavailable


async def fail_when_cancelled() -> None:
    """Wait, and fail instead of being cancelled, as a driver may whose connection breaks at that moment."""
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        raise StoreUnavailable from None


async def fail_in_a_group() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(fail_when_cancelled())
        group.create_task(asyncio.sleep(60))


@pytest.mark.parametrize("work", [fail_when_cancelled, fail_in_a_group])
async def test_what_is_tried_again_and_again_ends_when_an_error_hides_the_cancellation(
    work: Callable[[], Awaitable[None]],
) -> None:
    failures: list[int] = []

    def pause_after(_: Exception, count: int) -> float:
        failures.append(count)
        return 0.0

    task = asyncio.create_task(  # noqa: TID251 - it ends here
        keep_trying(work, errors=(Exception,), pause_after=pause_after)
    )
    await asyncio.sleep(0.01)
    task.cancel()
    async with asyncio.timeout(20):
        await asyncio.wait((task,))
    assert task.cancelled()
    assert failures == []


async def test_who_takes_a_failure_for_nothing_is_told_to_end_again() -> None:
    begun = 0

    async def go_on() -> None:
        nonlocal begun
        while True:
            begun += 1
            try:
                await fail_when_cancelled() if begun == 1 else await asyncio.sleep(60)
            except StoreUnavailable:
                continue

    crew = BackgroundTasks()
    crew.patience = 0.01
    async with asyncio.timeout(20), crew:
        crew.start(go_on(), name="going on")
        await asyncio.sleep(0.01)
    assert begun == 2
