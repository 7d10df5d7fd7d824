"""What every channel is, and what the program gives it to work with.

A channel is a module or package in :mod:`bot.channels` with two names: ``Settings`` (a pydantic model; its block in
the environment is ``HOI_OCOP_<NAME>__…``) and ``open_channel`` (an async context manager that yields the
channel). It decodes, verifies, draws and sends; it decides nothing about products or people.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from aiohttp import web
from pydantic import BaseModel

from handlers.messages import Card, Content, Incoming, Person, Reply

CHANNEL_TITLES = {"telegram": "Telegram", "zalo_oa": "Zalo", "zalo_bot": "Zalo Bot"}
"""What people call those channels that have a name of their own."""


class SendError(Exception):
    """A message did not reach its person, or may not have."""


class NotSent(SendError):
    """Surely not sent: it is kept, and tried again after *seconds*, for as long as answers are kept."""

    def __init__(self, message: str, *, seconds: float = 1.0) -> None:
        super().__init__(message)
        self.seconds = seconds


class NotYet(NotSent):
    """Not tried at all: the limits we keep let it go only after *seconds*. Waiting for that is no failure."""


class MaybeSent(SendError):
    """The line broke before the answer came: it may have been sent."""


class WindowClosed(SendError):
    """The channel lets us speak again only after the person does."""


class Gone(SendError):
    """The person blocked us, left, or never was: trying again is useless until they speak."""


class Refused(SendError):
    """The vendor refused the message itself: trying again is useless."""


class Busy(Exception):
    """Too many pictures wait already: this one was not kept, and may come again in a moment."""


class Accepted(StrEnum):
    """What the inbox did with a message."""

    NEW = "new"
    AGAIN = "again"


class Health(StrEnum):
    """How a channel is."""

    STARTING = "starting"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Condition:
    """How a channel is, and in one English sentence why (never a token, never a person)."""

    health: Health
    why: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to say. *to* is the message it answers, None for a notice; *key* is the same at every attempt."""

    person: Person
    reply: Reply
    key: str
    to: Incoming | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that is kept for its person: *seq* grows within one person, *ref* names what was answered.

    *asked* is what that was, without the bytes of pictures; None for a notice, and where it cannot be told any more.
    """

    seq: int
    ref: str
    reply: Reply
    asked: Content | None = None


class InboxPort(Protocol):
    """Where channels put what came in."""

    async def put(self, incoming: Incoming) -> Accepted:
        """Keep *incoming*, photo bytes included; once this returns it survives a crash.

        A *ref* that this channel has put before for this person is dropped (AGAIN). Raises
        catalog.errors.StoreError when it could not be kept: then do not acknowledge. Raises Busy, and keeps nothing,
        when *incoming* brings bytes of pictures and too many wait: then tell the person.
        """

    async def answers(self, person: Person, *, after: int, before: int = 0, most: int = 80) -> Sequence[Answered]:
        """The last *most* things said to *person* with a seq above *after* (and below *before*), oldest first."""


class Suggestions(Protocol):
    """Takes queries while somebody types (type-ahead, inline mode)."""

    async def __call__(self, words: str, *, language: str, limit: int, offset: int = 0) -> Sequence[Card]:
        """Short cards of the products whose names begin like *words*, best first."""


class Memory(Protocol):
    """What one channel keeps across restarts and processes: tokens, windows, offsets. Durable when a call returns."""

    async def get(self, key: str) -> str | None:
        """The value kept under *key*."""

    async def put(self, key: str, value: str) -> None:
        """Keep *value* under *key*, whatever was there."""

    async def exchange(self, key: str, *, expected: str | None, new: str) -> bool:
        """Keep *new* only if *expected* (None: nothing) is what is there now; atomic across processes."""

    async def forget(self, key: str) -> None:
        """Keep nothing under *key* any more."""

    async def keep_personal(self, key: str, value: str) -> None:
        """Keep what tells something of a person, sealed; *key* ends with ":" and their address.

        It is shown and erased with all else that is kept about them, and never older than messages may be.
        """

    async def personal(self) -> Mapping[str, str]:
        """All that keep_personal() keeps, by its keys."""

    async def forget_personal(self, keys: Collection[str]) -> None:
        """Keep nothing personal under *keys* any more."""


class Peers(Protocol):
    """The same channel in other processes on our database. Any of them may have what concerns somebody who is here."""

    @property
    def possible(self) -> bool:
        """False where ours is the only process that there can be."""

    def announce(self, word: str) -> None:
        """Tell the others, soon, and ourselves too; it may be lost. *word* is made of ids, and has no blanks."""

    def heed(self, hear: Callable[[Collection[str]], None]) -> None:
        """Have *hear* called with what is announced, and with nothing when something may have been missed."""

    def mark(self, text: str) -> str:
        """What stands for *text* today in all of them, has neither blanks nor colons, and leads nobody back to it."""

    async def numbers_after(self, number: int) -> Sequence[tuple[str, int]]:
        """The address and number of each answer that is kept in this channel with a number above *number*.

        Raises catalog.errors.StoreError.
        """

    async def newest_number(self) -> int:
        """The highest number of anything that is kept to go out, in whatever channel.

        Raises catalog.errors.StoreError.
        """

    def count_senders(self) -> int:
        """Among how many processes, ours too, a vendor's limit is divided now; 0: we may not send before we know."""

    async def take_turns(self, work: Callable[[], Awaitable[None]], *, standing_by: Callable[[], None]) -> None:
        """Do *work* while no other process does it; *standing_by* is called when another one does. Raises as *work*."""


class NoPeers:
    """Peers of a channel whose process is the only one."""

    possible = False

    def __init__(self) -> None:
        """Marks are ours alone."""
        self._key = secrets.token_bytes(16)

    def announce(self, word: str) -> None:
        """Nobody is there to hear."""

    def mark(self, text: str) -> str:
        """What stands for *text* here, until we end."""
        return hashlib.blake2b(text.encode(), key=self._key, digest_size=12).hexdigest()

    def heed(self, hear: Callable[[Collection[str]], None]) -> None:
        """There is nothing to hear."""

    async def numbers_after(self, number: int) -> Sequence[tuple[str, int]]:  # noqa: ARG002 - as the protocol has it
        """Nobody else keeps an answer."""
        return ()

    async def newest_number(self) -> int:
        """Nobody else keeps an answer."""
        return 0

    def count_senders(self) -> int:
        """Ours is the only one."""
        return 1

    async def take_turns(
        self,
        work: Callable[[], Awaitable[None]],
        *,
        standing_by: Callable[[], None],  # noqa: ARG002 - as the protocol has it
    ) -> None:
        """It is always our turn."""
        await work()


def _count_nothing(_: str) -> None:
    """Count nothing."""


async def _no_picture(_: str) -> bytes | None:
    """There are no pictures."""
    return None


@dataclass(frozen=True, slots=True)
class Talk:
    """What a channel may use of the program. *public_url* has no slash at its end, "" when we have none.

    *picture* gives the bytes (a JPEG) of the photo that goes along with a reply, by its path (handlers.attachments);
    None where it is not there any more. *count* counts one more of what it names, for the operator's figures: a few
    fixed words, never a person's. *peers* are the other processes that serve the same channel. Where not *takes_in*,
    the process sends and fetches only: it neither asks a vendor for messages nor tells it where to post them. Where it
    *hears*, somebody listens to voice messages: their sound is to be fetched.
    """

    inbox: InboxPort
    suggest: Suggestions
    memory: Memory
    public_url: str = ""
    count: Callable[[str], None] = _count_nothing
    picture: Callable[[str], Awaitable[bytes | None]] = _no_picture
    peers: Peers = field(default_factory=NoPeers)
    takes_in: bool = True
    hears: bool = False


class Channel(Protocol):
    """A place where people talk to us."""

    @property
    def name(self) -> str:
        """The name of its module, kept in every Person."""

    @property
    def keeps_answers(self) -> bool:
        """True when answers are fetched from the inbox, so that delivering one again is seen once."""

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """What the server must mount for it."""

    async def run(self) -> None:
        """Fetch what comes in until cancelled; returns at once if everything arrives by routes."""

    async def fetch(self, incoming: Incoming) -> Incoming:
        """Fill in the bytes of the photos in *incoming*, and those of a voice message where somebody listens.

        Raises SendError or catalog.errors.BadImage.
        """

    async def deliver(self, delivery: Delivery) -> str:
        """Draw and send; the vendor's id of what was sent, or "".

        Raises SendError; catalog.errors.StoreError only where nothing was sent.
        """

    def condition(self) -> Condition:
        """How the channel is now."""

    async def probe(self) -> str:
        """Ask the vendor, cheaply, whether it takes us, and say in words what answered.

        Raises SendError with what is wrong, and catalog.errors.StoreError.
        """

    async def forget(self, person: Person) -> None:
        """Keep nothing of *person* any more, neither in the memory nor in this process; they may come again.

        It is called once the last answer to them is out. Raises catalog.errors.StoreError.
        """


class ChannelModule(Protocol):
    """What discovery finds in :mod:`bot.channels`.

    It may have SPEAKS_FOR: for how many seconds after somebody's last word we may speak to them (see Context.windows).
    """

    Settings: type[BaseModel]

    def open_channel(self, settings: Any, talk: Talk) -> AbstractAsyncContextManager[Channel]:
        """Open the channel; what it opens it closes."""
