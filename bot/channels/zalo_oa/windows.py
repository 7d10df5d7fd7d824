"""How long we may still speak to a person.

After each message of theirs an account may answer 8 times within 48 hours for free, then for money until 7 days are
over, then not at all (domain.md C1, read strictly).
"""

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from bot.channel import Memory, NotSent, WindowClosed
from handlers.messages import Incoming

FREE = timedelta(hours=48)
OPEN = timedelta(days=7)
MESSAGES = 8

Value = TypeVar("Value")

_EPOCH = datetime.fromtimestamp(0, tz=UTC)
_TRIES = 20


class Recent(OrderedDict[str, Value]):
    """The values set last, no more than *most* of them."""

    most = 10_000

    def __setitem__(self, key: str, value: Value) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > self.most:
            self.popitem(last=False)


class Span(StrEnum):
    """What speaking to a person costs now."""

    FREE = "free"
    PAID = "paid"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Window:
    """One person's window: when they last spoke (ms), Zalo's id of that, how often we have spoken since.

    *shut* says that Zalo or the person closed it before its time. *thread* is the conversation of an anonymous
    person, *quota* the kind of quota that Zalo says is used up, *seen* when they last saw something of ours (ms).
    """

    heard: int = 0
    message: str = ""
    sent: int = 0
    shut: bool = False
    thread: str = ""
    quota: str = ""
    seen: int = 0

    def span(self, now: datetime) -> Span:
        """What speaking costs at *now*."""
        age = now - _moment(self.heard)
        if self.shut or not self.heard or age >= OPEN:
            return Span.CLOSED
        return Span.FREE if age < FREE and self.sent < MESSAGES else Span.PAID

    def ends(self, now: datetime) -> datetime | None:
        """When the present span ends by time alone; None once it is closed."""
        span = self.span(now)
        if span is Span.CLOSED:
            return None
        return _moment(self.heard) + (FREE if span is Span.FREE else OPEN)

    def remaining(self, now: datetime) -> int:
        """How many free messages are left at *now*."""
        return MESSAGES - self.sent if self.span(now) is Span.FREE else 0


class Windows:
    """The windows of all persons, kept in the channel's memory and changed atomically across processes.

    That a person spoke is kept by the inbox; here it is only noted, and written with the next change. What was read or
    written last is remembered, so that speaking to somebody costs one write and no reading.
    """

    def __init__(self, memory: Memory, *, clock: Callable[[], datetime], pays: bool) -> None:
        self._memory = memory
        self._clock = clock
        self._pays = pays
        self._spoke: Recent[Incoming] = Recent()
        self._known: Recent[str] = Recent()

    async def of(self, address: str) -> Window:
        """The window of the person at *address*; a closed one if they never spoke."""
        return self._opened_window(address, _read(await self._memory.get(_key(address))))

    def note_message(self, incoming: Incoming) -> None:
        """Note that the person spoke, which opens the window anew."""
        address = incoming.person.address
        before = self._spoke.get(address)
        if before is None or before.at < incoming.at:
            self._spoke[address] = incoming

    async def forget(self, address: str) -> None:
        """Keep nothing of the person at *address*, so that we may not speak before they do. Raises StoreError."""
        self._spoke.pop(address, None)
        self._known.pop(address, None)
        await self._memory.forget(_key(address))

    async def note_left(self, address: str, *, at: datetime) -> None:
        """Close the window because the person went away at *at*, unless they have spoken since."""
        gone = milliseconds(at)

        def close_window(window: Window) -> Window:
            return replace(window, shut=True) if 0 < window.heard <= gone else window

        await self._change(address, close_window)

    async def note_seen(self, address: str, *, at: datetime) -> None:
        """Note that the person saw something of ours at *at*, if we know one of that address."""
        when = milliseconds(at)

        def noted(window: Window) -> Window:
            return replace(window, seen=max(when, window.seen)) if window.heard else window

        await self._change(address, noted)

    async def reserve(self, address: str, *, to: Incoming | None = None) -> Window:
        """Count one more message to the person before it is sent. Raises WindowClosed if it may not be.

        The message it answers (*to*) may have been noted by a process that is no more.
        """
        now = self._clock()
        if to is not None:
            self.note_message(to)

        def count_message(window: Window) -> Window:
            span = window.span(now)
            if span is Span.CLOSED or (span is Span.PAID and not self._pays):
                raise WindowClosed(f"the window is {span}; it opens again when the person writes")
            return replace(window, sent=window.sent + 1)

        return await self._change(address, count_message)

    async def give_back(self, address: str) -> None:
        """Take back a count of reserve() because nothing was sent."""
        await self._change(address, lambda window: replace(window, sent=max(0, window.sent - 1)))

    async def close(self, address: str) -> None:
        """Close the window until the person speaks again, because Zalo says that it is."""
        await self._change(address, lambda window: replace(window, shut=True))

    async def note_spent(self, address: str, *, quota: str = "") -> None:
        """Count the free messages as used up, because Zalo says so."""
        await self._change(address, lambda window: replace(window, sent=max(window.sent, MESSAGES), quota=quota))

    def _opened_window(self, address: str, window: Window) -> Window:
        """*window* as the last message noted leaves it; a message older than what is kept changes nothing."""
        incoming = self._spoke.get(address)
        if incoming is None:
            return window
        spoke = milliseconds(min(incoming.at, self._clock()))
        if spoke <= window.heard:
            return window
        opened = Window(heard=spoke, message=incoming.ref, thread=incoming.thread)
        return replace(opened, seen=window.seen)

    async def _change(self, address: str, change: Callable[[Window], Window]) -> Window:
        """Change the window by what we know of it; where that changes nothing or may not be, read it and try again."""
        before, fresh = self._known.get(address), False
        for _ in range(_TRIES):
            window = _read(before)
            opened, closed = self._opened_window(address, window), None
            try:
                after = change(opened)
            except WindowClosed as error:
                after, closed = opened, error
            if after != window and (fresh or closed is None):
                written = await self._exchange(address, before, after)
            else:
                written = fresh
            if written and closed is not None:
                raise closed
            if written:
                return after
            before, fresh = await self._memory.get(_key(address)), True
        raise NotSent("the window is being changed by too many at once")

    async def _exchange(self, address: str, before: str | None, after: Window) -> bool:
        new = json.dumps(asdict(after), separators=(",", ":"))
        done = await self._memory.exchange(_key(address), expected=before, new=new)
        if done:
            self._known[address] = new
        return done


def milliseconds(at: datetime) -> int:
    """*at* as Zalo counts time."""
    return round(at.timestamp() * 1000)


def _moment(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def _key(address: str) -> str:
    return f"window:{address}"


def _read(kept: str | None) -> Window:
    return Window(**json.loads(kept)) if kept else Window()
