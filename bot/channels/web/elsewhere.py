"""What other processes say to people whose tabs are open here: shown when it is announced, and looked for anyhow.

Answers are kept before they are announced, so that an announcement is only the number of one. That all was erased is
kept nowhere: of this an announcement tells all there is to say, and if it is lost, nobody hears it.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import assert_never

from bot.channel import Delivery, InboxPort, Peers
from bot.channels.web import frames
from bot.channels.web.conversation import NAME
from bot.channels.web.forms import Plain
from bot.channels.web.rooms import Rooms
from bot.logs import outline
from catalog.errors import StoreError
from handlers.inquiries.privacy import confirm_erasure
from handlers.messages import Person
from handlers.phrases import speech

log = logging.getLogger(__name__)

LOOK_EVERY = 1.5


@dataclass(frozen=True, slots=True)
class Erased:
    """That everything about someone was erased, as the answer to their message *ref*."""

    number: int
    ref: str
    language: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """That nothing is to be kept of someone any more."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """That someone new was let in, by this *line*."""

    line: str


_ARRIVED = "new"
News = int | Erased | Forgotten | Arrived
"""A number is that of an answer."""


def serialize(address: str, news: News) -> str:
    """*news* of someone as a word to announce."""
    match news:
        case Erased(number, ref, language):
            return f"{address}:{number}:{ref}:{language}"
        case Forgotten():
            return f"{address}:"
        case Arrived(line):
            return f"{address}:{_ARRIVED}:{line}"
        case int():
            return f"{address}:{news}"
    assert_never(news)


def parse(word: str) -> tuple[str, News] | None:
    """Whom *word* concerns, and what it says of them; None for what another version may say."""
    match word.split(":"):
        case [address, ""]:
            return address, Forgotten()
        case [address, told, line] if told == _ARRIVED:
            return address, Arrived(line)
        case [address, number] if number.isdecimal():
            return address, int(number)
        case [address, number, ref, language] if number.isdecimal():
            return address, Erased(int(number), ref, language)
    return None


@dataclass(slots=True)
class Elsewhere:
    """Brings what is answered elsewhere to the tabs here, and tells elsewhere what is answered here.

    *forget* is called with whomever another process has forgotten, *arrived* with whom it let in, and by which line.
    """

    rooms: Rooms
    plain: Plain
    inbox: InboxPort
    peers: Peers
    forget: Callable[[str], Awaitable[None]]
    arrived: Callable[[str, str], None]
    _heard: list[str] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _missed: asyncio.Event = field(default_factory=asyncio.Event)
    # The highest numbers at the last two looks: what was given a number before the last one may be kept after it.
    _marks: deque[int] = field(default_factory=lambda: deque(maxlen=2))

    def announce(self, delivery: Delivery) -> None:
        """Tell the other processes of an answer."""
        number, person = int(delivery.key), delivery.person
        news: News = number
        if delivery.reply.erased:
            news = Erased(number, delivery.to.ref if delivery.to else "", delivery.reply.language)
        self.peers.announce(serialize(person.address, news))

    def announce_forgotten(self, address: str) -> None:
        """Tell them that nothing is to be kept of someone."""
        self.peers.announce(serialize(address, Forgotten()))

    def announce_arrived(self, address: str, line: str) -> None:
        """Tell them that someone new was let in."""
        self.peers.announce(serialize(address, Arrived(line)))

    async def watch(self) -> None:
        """Show what is said elsewhere until cancelled."""
        if not self.peers.possible:
            await asyncio.Event().wait()
        self.peers.heed(self._hear)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_now_and_then(group), name="looking")
            group.create_task(self._take_news(group), name="news")

    async def show(self, address: str, numbers: Collection[int]) -> None:
        """Give the tabs of someone what they lack: the answers with these *numbers*, and those before them."""
        after = self.rooms.lacking_after(address, numbers)
        if after is None and not self.plain.is_waiting(address):
            return
        answers = await self.inbox.answers(Person(NAME, address), after=min(numbers) - 1 if after is None else after)
        for each in answers:
            self.plain.note_reply(address, each.ref, each.reply)
        framed = [(each.seq, frames.answer(each.reply, seq=each.seq, to=each.ref)) for each in answers]
        await self.rooms.tell(address, framed)

    def _hear(self, words: Collection[str]) -> None:
        self._heard += words
        (self._news if words else self._missed).set()

    async def _take_news(self, group: asyncio.TaskGroup) -> None:
        """Everybody's news in their order; whoever is slow to take them keeps nobody else waiting."""
        while True:
            await self._news.wait()
            self._news.clear()
            heard, self._heard = self._heard, []
            for address, news in _by_address(filter(None, map(parse, heard))).items():
                group.create_task(self._tell_news(address, news), name="news of one")

    async def _tell_news(self, address: str, news: Sequence[News]) -> None:
        try:
            await self._tell(address, news)
        except StoreError as error:
            log.debug("what was answered elsewhere cannot be read now: %s", error)
        except Exception as error:  # noqa: BLE001 - one person's news must not cost the others theirs
            log.error("what was answered elsewhere cannot be shown: %s", outline(error))  # noqa: TRY400 - no words

    async def _tell(self, address: str, news: Sequence[News]) -> None:
        numbers = [each for each in news if isinstance(each, int)]
        if numbers:
            await self.show(address, numbers)
        for each in news:
            match each:
                case Erased(number, ref, language):
                    reply = confirm_erasure(speech(language), settled=False)
                    self.plain.note_reply(address, ref, reply)
                    await self.rooms.tell(address, [(number, frames.answer(reply, seq=number, to=ref))])
                case Forgotten():
                    await self.forget(address)
                case Arrived(line):
                    self.arrived(address, line)
                case int():
                    pass
                case _ as never:
                    assert_never(never)

    async def _look_now_and_then(self, group: asyncio.TaskGroup) -> None:
        """Look for what was not announced, or not heard."""
        while True:
            with suppress(StoreError):
                for address, numbers in (await self._find_answers()).items():
                    group.create_task(self._tell_news(address, numbers), name="news of one")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._missed.wait()
            self._missed.clear()

    async def _find_answers(self) -> Mapping[str, list[News]]:
        """The numbers of the answers since the look before the last one, by address. Raises StoreError."""
        newest = await self.peers.newest_number()
        if not self._marks:
            self._marks.append(newest)
            # Who is here already may have missed what was said before we began.
            return {address: [newest] for address in self.rooms.addresses}
        found = await self.peers.numbers_after(self._marks[0])
        self._marks.append(newest)
        return _by_address(found)


def _by_address(pairs: Iterable[tuple[str, News]]) -> Mapping[str, list[News]]:
    found: defaultdict[str, list[News]] = defaultdict(list)
    for address, news in pairs:
        found[address].append(news)
    return found
