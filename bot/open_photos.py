"""How many pictures wait to be looked at, so that nobody fills the disk or keeps the others' photos waiting."""

from collections import Counter

from bot.channel import Busy
from bot.retry_schedule import Lane

PER_PERSON = 3


class OpenPhotos:
    """Counts the messages whose pictures we keep, by person, and the bytes of all."""

    def __init__(self, *, most_bytes: int) -> None:
        self._most = most_bytes
        self._open: Counter[Lane] = Counter()
        self._sizes: Counter[Lane] = Counter()
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """How many bytes of pictures wait."""
        return self._bytes

    def admit(self, lane: Lane, size: int) -> None:
        """Count a message with pictures. Raises Busy if this person, or all together, have too many open."""
        if self._open[lane] >= PER_PERSON or (self._bytes and self._bytes + size > self._most):
            raise Busy
        self.count(lane, size)

    def count(self, lane: Lane, size: int) -> None:
        """Count what is kept already."""
        self._open[lane] += 1
        self._sizes[lane] += size
        self._bytes += size

    def release(self, lane: Lane, size: int) -> None:
        """The pictures of one message are kept no longer."""
        if not self._open[lane]:
            del self._open[lane]
            return
        self._open[lane] -= 1
        taken = min(size, self._sizes[lane])
        self._sizes[lane] -= taken
        self._bytes -= taken
        if not self._open[lane]:
            self.forget(lane)

    def forget(self, lane: Lane) -> None:
        """Nothing of this person waits any more."""
        self._open.pop(lane, None)
        self._bytes -= self._sizes.pop(lane, 0)
