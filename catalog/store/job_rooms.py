"""How many jobs of each channel a worker does at once, so that a vendor who hangs keeps no other channel waiting.

A job for which there is no room is not fetched: it stays where it is, and any other worker may have it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from catalog.store.jobs import JobQueue, queue_of


class JobRooms:
    """Room for *at_once* jobs of each of *channels*, somewhat fewer of them photos where there are words too.

    *open_queues* are those of *queues* that have room now, a list that changes; *opened* is called when one has again.
    What does not belong to a channel has all the room that it wants. Several who fetch at once may take a few more.
    """

    def __init__(self, queues: Collection[JobQueue], channels: Collection[str], *, at_once: int) -> None:
        photos = at_once if set(queues) <= {JobQueue.READ, JobQueue.CLEAN} else max(1, at_once * 3 // 4)
        self._most = {queue_of(JobQueue.READ, each): photos for each in channels} | dict.fromkeys(channels, at_once)
        self._of_channel = {
            each: [queue_of(queue, each) for queue in queues if queue is not JobQueue.CLEAN] for each in channels
        }
        self._taken: Counter[str] = Counter()
        self._full: set[str] = set()
        # Without a channel: what is done by the clock, and what a version before this one deferred.
        self.open_queues = [*map(str, queues), *(name for names in self._of_channel.values() for name in names)]
        self.opened: Callable[[], None] = lambda: None

    def count_free(self) -> int:
        """For how many jobs more there is room in the fullest place that is open."""
        open_ = {name for queue in self.open_queues for name in (queue, queue.partition("/")[2])} & self._most.keys()
        return min((self._most[name] - self._taken[name] for name in open_), default=1)

    @contextmanager
    def taken(self, queue: str) -> Iterator[None]:
        """Have room for a job of *queue*."""
        channel = queue.partition("/")[2]
        rooms = [each for each in (queue, channel) if each in self._most]
        self._taken.update(rooms)
        self._look(channel, rooms)
        try:
            yield
        finally:
            self._taken.subtract(rooms)
            if self._look(channel, rooms):
                self.opened()

    def _look(self, channel: str, rooms: Collection[str]) -> bool:
        """Close what has become full, and open what has room again for more than one; True if something opened."""
        before = set(self._full)
        for each in rooms:
            most = self._most[each]
            if self._taken[each] >= most:
                self._full.add(each)
            elif self._taken[each] <= most - max(1, most // 4):
                self._full.discard(each)
        if self._full == before:
            return False
        self._set_open(channel)
        return bool(before - self._full)

    def _set_open(self, channel: str) -> None:
        for name in self._of_channel[channel]:
            is_open = name not in self._full and channel not in self._full
            if is_open and name not in self.open_queues:
                self.open_queues.append(name)
            elif not is_open and name in self.open_queues:
                self.open_queues.remove(name)
