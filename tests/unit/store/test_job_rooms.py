"""Which queues a worker looks into, by what it has under way."""

from contextlib import ExitStack

from catalog.store.job_rooms import JobRooms
from catalog.store.jobs import JobQueue


def test_a_full_channel_is_not_looked_into_until_some_of_it_is_done() -> None:
    rooms = JobRooms((JobQueue.ANSWER, JobQueue.DELIVER), ("telegram", "web"), at_once=4)
    opened: list[list[str]] = []
    rooms.opened = lambda: opened.append(list(rooms.open_queues))
    everything = ["answer", "answer/telegram", "answer/web", "deliver", "deliver/telegram", "deliver/web"]
    with ExitStack() as all_of_it, ExitStack() as one:
        for queue in ("answer/telegram", "deliver/telegram", "deliver/telegram"):
            all_of_it.enter_context(rooms.taken(queue))
        assert sorted(rooms.open_queues) == everything
        one.enter_context(rooms.taken("answer/telegram"))
        assert sorted(rooms.open_queues) == ["answer", "answer/web", "deliver", "deliver/web"]
        assert opened == []
        one.close()
        assert [sorted(each) for each in opened] == [everything]
    assert sorted(rooms.open_queues) == everything


def test_photos_leave_room_for_words() -> None:
    rooms = JobRooms((JobQueue.ANSWER, JobQueue.READ), ("telegram",), at_once=4)
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(rooms.taken("read/telegram"))
        assert sorted(rooms.open_queues) == ["answer", "answer/telegram", "read"]
    assert sorted(rooms.open_queues) == ["answer", "answer/telegram", "read", "read/telegram"]


def test_who_does_nothing_else_reads_photos_everywhere() -> None:
    rooms = JobRooms((JobQueue.READ,), ("telegram",), at_once=2)
    with rooms.taken("read/telegram"):
        assert "read/telegram" in rooms.open_queues


def test_what_is_no_channels_waits_for_no_room() -> None:
    """What is done by the clock, and what another version deferred."""
    rooms = JobRooms((JobQueue.ANSWER, JobQueue.CLEAN), ("telegram",), at_once=1)
    with rooms.taken("clean"), rooms.taken("answer"), rooms.taken("answer/a channel of tomorrow"):
        assert sorted(rooms.open_queues) == ["answer", "answer/telegram", "clean"]
