"""One open WebSocket: each message is kept before it is acknowledged, and answers follow in their order."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web

from bot.channel import Answered, InboxPort
from bot.channels.web import frames
from bot.channels.web.frames import BadFrame, Hello, MessageFrame, Older, Ping, Resume
from bot.channels.web.newcomers import Newcomers
from bot.channels.web.rooms import Full, Rooms, SpeakingLimit, Tab
from bot.pages import words
from catalog.errors import StoreError
from handlers.messages import Incoming, Person

NAME = "web"
HELLO_SECONDS = 15.0
MISTAKES = 20
# More of what was said before is sent on request only.
HISTORY = 80


class _Over(Exception):
    """There is nothing more to say to this socket."""


@dataclass(slots=True)
class Conversation:
    """Talks with one browser tab until either side goes."""

    socket: web.WebSocketResponse
    inbox: InboxPort
    rooms: Rooms
    pace: SpeakingLimit
    clock: Callable[[], float]
    newcomers: Newcomers
    line: str
    language: str = "vi"
    mistakes: int = 0
    tab: Tab = field(init=False)

    async def run(self) -> None:
        """Listen and acknowledge until the tab closes."""
        try:
            hello = await self._hello()
            with self.rooms.enter(hello.address, self.socket) as self.tab:
                await self._listen(hello)
        except Full:
            await self._dismiss("too_many_tabs", WSCloseCode.TRY_AGAIN_LATER)
        except (ConnectionResetError, _Over):
            await self.socket.close()

    async def _hello(self) -> Hello:
        """The first frame, which must be a hello."""
        try:
            message = await self.socket.receive(timeout=HELLO_SECONDS)
        except TimeoutError:
            raise _Over from None
        if message.type is not WSMsgType.TEXT:
            raise _Over
        try:
            frame = frames.read(message.data)
        except BadFrame as error:
            await self._dismiss(error.code, WSCloseCode.POLICY_VIOLATION)
            raise _Over from None
        if not isinstance(frame, Hello):
            await self._dismiss("no_hello", WSCloseCode.POLICY_VIOLATION)
            raise _Over
        self.language = frame.language
        return frame

    async def _listen(self, hello: Hello) -> None:
        await self._catch_up(hello.address, after=hello.after, greet=True)
        async for message in self.socket:
            if message.type is WSMsgType.TEXT:
                await self._take(message.data, hello.address)
            else:
                await self._mistake(BadFrame("bad_json"))

    async def _take(self, raw: str, address: str) -> None:
        try:
            frame = frames.read(raw)
        except BadFrame as error:
            await self._mistake(error)
            return
        match frame:
            case MessageFrame():
                await self._keep(frame, address)
            case Resume(after):
                await self._catch_up(address, after=after)
            case Older(before):
                await self._look_back(address, before=before)
            case Ping():
                await self.socket.send_str(frames.pong())
            case Hello():
                await self._mistake(BadFrame("hello_twice"))

    async def _keep(self, message: MessageFrame, address: str) -> None:
        """Put *message* into the inbox; only what is kept is acknowledged."""
        await asyncio.sleep(self.pace.wait(self.clock()))
        self.language = message.language or self.language
        if self.newcomers.must_wait(address, line=self.line, now=self.clock()):
            # The page sends again by itself what was not kept.
            await self.socket.send_str(
                frames.error("not_kept", words.complaint("crowded", self.language), ref=message.ref)
            )
            return
        person = Person(NAME, address, self.language)
        try:
            await self.inbox.put(Incoming(person, message.content, message.ref, line=self.line))
        except StoreError:
            await self._complain("not_kept", ref=message.ref)
        else:
            await self.socket.send_str(frames.ack(message.ref))

    async def _catch_up(self, address: str, *, after: int, greet: bool = False) -> None:
        """Say again the last of what was said after *after*; what is said meanwhile follows: a tab counts by seq."""
        await self._wait_for_pace(address)
        async with self.tab.turn:
            missed, more = await self._fetch_answers(address, after=after)
            if greet:
                await self.socket.send_str(frames.ready(missed[-1].seq if missed else after, older=more))
                self.tab.floor = after if missed else min(after, await self._newest(address, after=after))
            for answered in missed:
                await self.tab.give(answered.seq, frames.history_frame(answered))

    async def _newest(self, address: str, *, after: int) -> int:
        """The number of their last answer: a page that knows of later ones is older than a database put back."""
        last = (await self._fetch_answers(address, most=1))[0] if after else ()
        return last[-1].seq if last else 0

    async def _look_back(self, address: str, *, before: int) -> None:
        """Say again the last of what was said before *before*."""
        await self._wait_for_pace(address)
        found, more = await self._fetch_answers(address, before=max(before, 1))
        await self.socket.send_str(frames.older(found, more=more))

    async def _wait_for_pace(self, address: str) -> None:
        """Who has answers said again often is made to wait."""
        await asyncio.sleep(self.rooms.pace_of(address).wait(self.clock()))

    async def _fetch_answers(
        self, address: str, *, after: int = 0, before: int = 0, most: int = HISTORY
    ) -> tuple[Sequence[Answered], bool]:
        """The last *most* answers, and whether there are more."""
        person = Person(NAME, address, self.language)
        try:
            found = await self.inbox.answers(person, after=after, before=before, most=most + 1)
        except StoreError:
            await self._dismiss("unavailable", WSCloseCode.TRY_AGAIN_LATER)
            raise _Over from None
        kept = found[-most:]
        self.rooms.pace_of(address).spend(len(kept))
        return kept, len(found) > len(kept)

    async def _mistake(self, error: BadFrame) -> None:
        self.mistakes += 1
        await self._complain(error.code, ref=error.ref)
        if self.mistakes >= MISTAKES:
            await self.socket.close(code=WSCloseCode.POLICY_VIOLATION)

    async def _complain(self, code: str, *, ref: str = "") -> None:
        await self.socket.send_str(frames.error(code, words.complaint(code, self.language), ref=ref))

    async def _dismiss(self, code: str, close_code: WSCloseCode) -> None:
        await self._complain(code)
        await self.socket.close(code=close_code, message=code.encode())
