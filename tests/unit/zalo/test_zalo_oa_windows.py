"""48 hours and 8 messages for free, 7 days for money, then silence."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import NotSent, WindowClosed
from bot.channels.zalo_oa.windows import Recent, Span, Window, Windows
from bot.memory import ChannelMemory
from catalog.store import open_store
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
    assert (window.remaining(THEN), window.remaining(THEN + 50 * HOUR)) == (8, 0)
    assert Window().span(THEN) is Span.CLOSED


async def test_eight_are_free_and_the_person_opens_it_again(windows, memory):
    windows.note_message(said("m1", THEN))
    for _ in range(8):
        await windows.reserve(USER)
    assert (await windows.of(USER)).span(THEN) is Span.PAID
    with pytest.raises(WindowClosed, match="paid"):
        await windows.reserve(USER)
    assert (await at(memory, THEN, pays=True).reserve(USER)).sent == 9
    later = at(memory, THEN + HOUR)
    later.note_message(said("m2", THEN + HOUR))
    assert (await later.reserve(USER)).sent == 1
    assert (await later.of(USER)).message == "m2"


async def test_whoever_never_spoke_is_not_spoken_to(windows):
    with pytest.raises(WindowClosed, match="closed"):
        await windows.reserve(USER)


async def test_an_answer_opens_the_window_that_the_memory_lost(windows):
    assert (await windows.reserve(USER, to=said("m1", THEN - HOUR))).sent == 1


async def test_old_news_and_news_from_the_future_change_nothing(windows):
    windows.note_message(said("m2", THEN))
    await windows.reserve(USER)
    windows.note_message(said("m1", THEN - HOUR))
    windows.note_message(said("m2", THEN))
    windows.note_message(said("m3", THEN + 300 * HOUR))
    assert (await windows.of(USER)).sent == 1
    assert (await windows.of(USER)).ends(THEN) == THEN + 48 * HOUR


async def test_leaving_closes_and_a_late_goodbye_does_not(windows, memory):
    windows.note_message(said("m1", THEN - HOUR))
    await windows.note_left(USER, at=THEN)
    assert (await windows.of(USER)).span(THEN) is Span.CLOSED
    windows.note_message(said("m2", THEN))
    assert (await windows.of(USER)).span(THEN) is Span.FREE
    await windows.note_left(USER, at=THEN - HOUR)
    assert (await windows.of(USER)).span(THEN) is Span.FREE


async def test_what_zalo_says_counts(windows):
    windows.note_message(said("m1", THEN))
    await windows.note_spent(USER, quota="reply")
    assert (await windows.of(USER)).span(THEN) is Span.PAID
    await windows.close(USER)
    assert (await windows.of(USER)).span(THEN) is Span.CLOSED
    await windows.give_back(USER)
    assert (await windows.of(USER)).sent == 7


async def test_seeing_is_noted_only_of_persons(windows):
    await windows.note_seen("oa", at=THEN)
    windows.note_message(said("m1", THEN - HOUR))
    await windows.note_seen(USER, at=THEN)
    await windows.note_seen(USER, at=THEN - HOUR)
    assert (await windows.of("oa")) == Window()
    assert (await windows.of(USER)).seen == round(THEN.timestamp() * 1000)


async def test_many_at_once_count_right(windows, memory):
    windows.note_message(said("m1", THEN))
    results = await asyncio.gather(*(windows.reserve(USER) for _ in range(12)), return_exceptions=True)
    assert sum(isinstance(result, Window) for result in results) == 8
    assert (await windows.of(USER)).sent == 8


async def test_what_was_noted_is_remembered_for_a_later_process(windows, memory):
    windows.note_message(said("m1", THEN - HOUR))
    assert (await at(memory, THEN).of(USER)).span(THEN) is Span.CLOSED
    await windows.note_left(USER, at=THEN)
    later = at(memory, THEN)
    with pytest.raises(WindowClosed):
        await later.reserve(USER, to=said("m1", THEN - HOUR))


async def test_two_processes_do_not_overlook_each_other(memory):
    one, other = at(memory, THEN), at(memory, THEN)
    one.note_message(said("m1", THEN))
    for _ in range(4):
        await one.reserve(USER)
        await other.reserve(USER)
    for process in (one, other):
        with pytest.raises(WindowClosed):
            await process.reserve(USER)


async def test_a_closed_window_that_another_process_opened_is_open(memory):
    one, other = at(memory, THEN), at(memory, THEN)
    with pytest.raises(WindowClosed):
        await one.reserve(USER)
    await other.reserve(USER, to=said("m1", THEN))
    assert (await one.reserve(USER)).sent == 2


def test_only_the_latest_are_remembered():
    recent = Recent()
    recent.most = 2
    recent["a"], recent["b"], recent["a"], recent["c"] = 1, 2, 3, 4
    assert dict(recent) == {"a": 3, "c": 4}


class Contested:
    """A memory in which somebody else is always faster."""

    async def get(self, key):
        return None

    async def put(self, key, value): ...

    async def exchange(self, key, *, expected, new):
        return False


async def test_endless_contest_ends():
    with pytest.raises(NotSent):
        await at(Contested(), THEN).reserve(USER, to=said("m1", THEN))


async def test_nothing_is_left_of_who_is_forgotten(windows, memory):
    windows.note_message(said("m1", THEN))
    await windows.reserve(USER)
    await windows.forget(USER)
    assert await memory.get(f"window:{USER}") is None
    with pytest.raises(WindowClosed):
        await windows.reserve(USER)
    for news in (windows.note_left(USER, at=THEN), windows.note_seen(USER, at=THEN)):
        await news
        assert await memory.get(f"window:{USER}") is None


async def test_two_processes_at_once_give_nobody_more_than_eight(postgresql_url):
    """Each of them changes many windows in one commit, and the other the same ones in another order."""
    people = [str(number) for number in range(8)]
    async with open_store(postgresql_url) as one, open_store(postgresql_url) as other:
        both = [at(ChannelMemory(store, "zalo_oa"), THEN) for store in (one, other)]
        for each in people:
            both[0].note_message(replace(said("m1", THEN), person=Person("zalo_oa", each)))
            await both[0].reserve(each)

        async def speak(windows: Windows, address: str) -> bool:
            try:
                await windows.reserve(address)
            except WindowClosed:
                return False
            return True

        async def speak_ten_times(windows: Windows, address: str) -> int:
            return sum([await speak(windows, address) for _ in range(10)])

        spoken = await asyncio.gather(
            *(speak_ten_times(both[0], each) for each in people),
            *(speak_ten_times(both[1], each) for each in reversed(people)),
        )
        of_each = [here + there for here, there in zip(spoken[:8], reversed(spoken[8:]), strict=True)]
        assert of_each == [7] * 8
        assert [(await both[0].of(each)).sent for each in people] == [8] * 8
