"""What failed is tried again after a while that grows, and what may have been done is not done twice."""

import pytest

from bot.channel import MaybeSent, NotSent
from bot.channel_kit.backoff import Backoff, keep_trying, send_patiently


class Slept(list[float]):
    """Remembers how long it slept instead of sleeping."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def failing(*errors: Exception, then: str = "done"):
    """Work that meets *errors* one after the other, and then succeeds."""
    left = list(errors)

    async def work() -> str:
        if left:
            raise left.pop(0)
        return then

    return work


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(first=1.0, longest=10.0)
    assert [backoff.pause(number) for number in (1, 2, 3, 4, 5, 1000)] == [1, 2, 4, 8, 10, 10]


def test_chance_shortens_a_pause_by_its_share_at_most() -> None:
    backoff = Backoff(first=4.0, longest=4.0, jitter=0.5)
    assert [backoff.pause(1, chance=lambda share=share: share) for share in (0.0, 0.5, 1.0)] == [4, 3, 2]


async def test_work_is_done_again_until_it_succeeds() -> None:
    slept, failures = Slept(), []

    def pause_after(error: Exception, number: int) -> float:
        failures.append((str(error), number))
        return float(number)

    work = failing(ValueError("a"), ValueError("b"))
    await keep_trying(work, errors=(ValueError,), pause_after=pause_after, sleep=slept)
    assert failures == [("a", 1), ("b", 2)]
    assert slept == [1, 2]


async def test_an_error_that_is_not_named_ends_it() -> None:
    with pytest.raises(KeyError):
        await keep_trying(failing(KeyError()), errors=(ValueError,), pause_after=lambda *_: 0.0, sleep=Slept())


async def test_what_went_on_for_a_while_has_failed_for_the_first_time() -> None:
    numbers = []

    def pause_after(_: Exception, number: int) -> float:
        numbers.append(number)
        return 0.0

    work = failing(ValueError(), ValueError(), ValueError())
    await keep_trying(work, errors=(ValueError,), pause_after=pause_after, steady=-1.0, sleep=Slept())
    assert numbers == [1, 1, 1]


async def test_what_is_surely_not_sent_is_sent_again_as_the_vendor_asks() -> None:
    slept = Slept()
    assert await send_patiently(failing(NotSent("", seconds=2), NotSent("", seconds=3)), longest=60, sleep=slept)
    assert slept == [2, 3]


@pytest.mark.parametrize(
    ("errors", "raised", "pauses"),
    [
        ([MaybeSent()], MaybeSent, []),
        ([NotSent("", seconds=61)], NotSent, []),
        ([NotSent("", seconds=1)] * 3, NotSent, [1, 1]),
    ],
)
async def test_patience_has_an_end(errors: list[Exception], raised: type[Exception], pauses: list[float]) -> None:
    slept = Slept()
    with pytest.raises(raised):
        await send_patiently(failing(*errors), longest=60, sleep=slept)
    assert slept == pauses
