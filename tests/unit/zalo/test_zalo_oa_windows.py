"""48 hours and 8 messages for free, 7 days for money, then silence."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import NotSent, WindowClosed
from bot.channels.zalo_oa.windows import Span, Window, Windows
from handlers.messages import Incoming, Person, Text

USER = "2468458835296117922"
THEN = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def said(ref: str, at: datetime, *, thread: str = "") -> Incoming:
    return Incoming(Person("zalo_oa", USER), Text("a"), ref=ref, at=at, thread=thread)


@pytest.fixture
def windows(memory):
    return Windows(memory, clock=lambda: THEN, pays=False)


def at(memory, now: datetime, *, pays: bool = False) -> Windows:
    return Windows(memory, clock=lambda: now, pays=pays)


def test_the_spans_follow_one_another():
    window = Window(heard=round(THEN.timestamp() * 1000))
    assert window.span(THEN) is Span.FREE
    assert window.span(THEN + 48 * HOUR - timedelta(seconds=1)) is Span.FREE
    assert window.span(THEN + 48 * HOUR) is Span.PAID
    assert window.span(THEN + 7 * 24 * HOUR - timedelta(seconds=1)) is Span.PAID
    assert window.span(THEN + 7 * 24 * HOUR) is Span.CLOSED
    assert window.ends(THEN) == THEN + 48 * HOUR
    assert window.ends(THEN + 50 * HOUR) == THEN + 7 * 24 * HOUR
    assert window.ends(THEN + 8 * 24 * HOUR) is None
    assert (window.left(THEN), window.left(THEN + 50 * HOUR)) == (8, 0)
    assert Window().span(THEN) is Span.CLOSED


async def test_eight_are_free_and_the_person_opens_it_again(windows, memory):
    await windows.heard(said("m1", THEN))
    for _ in range(8):
        await windows.reserve(USER)
    assert (await windows.of(USER)).span(THEN) is Span.PAID
    with pytest.raises(WindowClosed, match="paid"):
        await windows.reserve(USER)
    assert (await at(memory, THEN, pays=True).reserve(USER)).sent == 9
    later = at(memory, THEN + HOUR)
    await later.heard(said("m2", THEN + HOUR))
    assert (await later.reserve(USER)).sent == 1
    assert (await later.of(USER)).message == "m2"


async def test_whoever_never_spoke_is_not_spoken_to(windows):
    with pytest.raises(WindowClosed, match="closed"):
        await windows.reserve(USER)


async def test_an_answer_opens_the_window_that_the_memory_lost(windows):
    assert (await windows.reserve(USER, to=said("m1", THEN - HOUR))).sent == 1


async def test_old_news_and_news_from_the_future_change_nothing(windows):
    await windows.heard(said("m2", THEN))
    await windows.reserve(USER)
    await windows.heard(said("m1", THEN - HOUR))
    await windows.heard(said("m2", THEN))
    await windows.heard(said("m3", THEN + 300 * HOUR))
    assert (await windows.of(USER)).sent == 1
    assert (await windows.of(USER)).ends(THEN) == THEN + 48 * HOUR


async def test_leaving_closes_and_a_late_goodbye_does_not(windows, memory):
    await windows.heard(said("m1", THEN - HOUR))
    await windows.left(USER, at=THEN)
    assert (await windows.of(USER)).span(THEN) is Span.CLOSED
    await windows.heard(said("m2", THEN))
    assert (await windows.of(USER)).span(THEN) is Span.FREE
    await windows.left(USER, at=THEN - HOUR)
    assert (await windows.of(USER)).span(THEN) is Span.FREE


async def test_what_zalo_says_counts(windows):
    await windows.heard(said("m1", THEN))
    await windows.spent(USER, quota="reply")
    assert (await windows.of(USER)).span(THEN) is Span.PAID
    await windows.shut(USER)
    assert (await windows.of(USER)).span(THEN) is Span.CLOSED
    await windows.give_back(USER)
    assert (await windows.of(USER)).sent == 7


async def test_seeing_is_noted_only_of_persons(windows):
    await windows.seen("oa", at=THEN)
    await windows.heard(said("m1", THEN - HOUR))
    await windows.seen(USER, at=THEN)
    await windows.seen(USER, at=THEN - HOUR)
    assert (await windows.of("oa")) == Window()
    assert (await windows.of(USER)).seen == round(THEN.timestamp() * 1000)


async def test_many_at_once_count_right(windows, memory):
    await windows.heard(said("m1", THEN))
    results = await asyncio.gather(*(windows.reserve(USER) for _ in range(12)), return_exceptions=True)
    assert sum(isinstance(result, Window) for result in results) == 8
    assert (await windows.of(USER)).sent == 8


class Contested:
    """A memory in which somebody else is always faster."""

    async def get(self, key):
        return None

    async def put(self, key, value): ...

    async def exchange(self, key, *, expected, new):
        return False


async def test_endless_contest_ends():
    with pytest.raises(NotSent):
        await at(Contested(), THEN).heard(said("m1", THEN))
