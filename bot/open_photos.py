"""Pictures that wait: how many to be looked at, and which to be fetched.

Nobody fills the disk or keeps the others' photos waiting; a photo that its vendor cannot give now is fetched later.
"""

from collections import Counter
from collections.abc import Callable

from bot.channel import Busy, NotSent
from bot.message_retry import Lane

PER_PERSON = 3
# Seconds after which the person is asked for the photo again.
FETCH_PATIENCE = 900.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0


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

    def check(self, size: int, *, waiting: int, waiting_bytes: int) -> None:
        """Raise Busy if, by what the database tells, this person or all together have too many open."""
        if waiting >= PER_PERSON or (waiting_bytes and waiting_bytes + size > self._most):
            raise Busy

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


class PhotoLater(Exception):
    """The vendor cannot give the photo now: it is fetched again after *seconds*, and nothing is answered until then."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class LatePhotos:
    """How long photos that could not be fetched are waited for; every process that tries says the same of one.

    Nothing is remembered of a photo, since any process may be the next to try.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begun = clock()

    def postpone(self, received_at: float, error: NotSent) -> None:
        """Raise PhotoLater, unless the photo that came then has been waited for since FETCH_PATIENCE.

        Each pause is as long as all of the waiting before it. While we did not run nobody waited.
        """
        waited = self._clock() - max(received_at, self._begun)
        if waited >= FETCH_PATIENCE:
            return
        pause = min(max(_FIRST_PAUSE, waited), _LONGEST_PAUSE)
        raise PhotoLater(min(max(pause, error.seconds), FETCH_PATIENCE - waited))
