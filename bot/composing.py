"""What is answered to a message: worked out by the handlers, and kept before anyone sees it."""

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import Callable
from typing import Protocol, assert_never

from bot import codec
from bot.channel import Channel, NotSent, SendError
from bot.job import Job
from bot.logs import outline
from bot.metrics import Metrics
from bot.open_photos import LatePhotos, OpenPhotos, PhotoLater
from bot.traces import Traces, TraceStep
from catalog.errors import BadImage, StoreError
from catalog.model import LookUp, LookUpWay
from catalog.store import Store
from catalog.store import StoredAnswer as KeptAnswer
from handlers import apologies
from handlers.context import Session
from handlers.conversation import Answer
from handlers.messages import Album, Card, Contact, Incoming, Location, Photo, Reply, Strange, Tap, Text, Voice

log = logging.getLogger(__name__)

_BEGIN_AT_ONCE = 2


def look_up_of(incoming: Incoming, card: Card | None) -> LookUp:
    """How the product of *card* was looked up: by the code that led to it, else by what came in."""
    if card is not None and card.look_up is not None:
        return card.look_up
    match incoming.content:
        case Photo() | Album():
            return LookUp(LookUpWay.PHOTO)
        case Tap():
            return LookUp(LookUpWay.LINK)
        case Text() | Voice() | Location() | Contact() | Strange():
            return LookUp()
        case _ as never:
            assert_never(never)


class Answerer(Protocol):
    """Turns a message into an answer; handlers.conversation.answer with its context."""

    async def __call__(self, incoming: Incoming, *, session: Session) -> Answer:
        """Answer *incoming*, knowing what is *session*."""


class Composer:
    """Has messages answered; of photos only *photos_at_once* of each channel are in memory."""

    def __init__(
        self,
        store: Store,
        answer: Answerer,
        *,
        metrics: Metrics,
        traces: Traces,
        photos: OpenPhotos,
        late: LatePhotos,
        photos_at_once: int,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._answer = answer
        self._metrics = metrics
        self._traces = traces
        self._photos = photos
        self._late = late
        self._clock = clock
        self._rooms: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(photos_at_once))
        # Those whom one commit set free would otherwise think all at once, and nothing be taken in meanwhile.
        self._door = asyncio.Semaphore(_BEGIN_AT_ONCE)

    async def keep(self, job: Job, channel: Channel) -> Reply | None:
        """Answer, and keep the answer before anyone sees it; None if another process answers it meanwhile.

        Raises PhotoLater and StoreError: then nothing is kept.
        """
        person = job.incoming.person
        session = await self._load_session(job)
        async with self._door:
            await asyncio.sleep(0)
        with self._metrics.composing(person.channel), self._traces.answering(job.traced):
            answer = await self._safely(job, channel, session)
        begun = self._traces.begin()
        shown = next((card for card in answer.reply.cards if card.product), None)
        number = await self._store.inbox.keep_answer(
            KeptAnswer(
                job.seq,
                codec.serialize_reply(answer.reply),
                person.channel,
                person.address,
                answer.session.language,
                codec.serialize_session(answer.session),
                looked_at=shown.product if shown else "",
                look_up=look_up_of(job.incoming, shown),
                later=job.follows,
                received_at=job.received_at,
            ),
            now=self._clock(),
        )
        self._traces.end(TraceStep.KEEP, job.traced, begun)
        if job.picture_bytes:
            self._photos.release(job.lane, job.picture_bytes)
            job.picture_bytes = 0
        if number is None:
            return None
        job.number, job.answered_at = number, self._clock()
        if job.received_at:
            self._metrics.time_answer(person.channel, received=job.received_at, answered=job.answered_at)
        return answer.reply

    async def _load_session(self, job: Job) -> Session:
        """What is remembered of the person: as it was told when the message was kept, if that can still be true."""
        person, told = job.incoming.person, job.received
        if told is not None and self._store.inbox.is_fresh(told):
            return codec.read_session(told.language, told.state)
        return codec.read_session(*await self._store.people.load(person.channel, person.address))

    async def _safely(self, job: Job, channel: Channel, session: Session) -> Answer:
        """Answer; what nobody expected is logged with a reference that the person is told."""
        incoming = job.incoming
        try:
            if isinstance(incoming.content, Photo | Album):
                return await self._look(job, channel, session)
            return await self._answer(await channel.fetch(incoming), session=session)
        except (StoreError, PhotoLater):
            raise
        except (SendError, BadImage) as error:
            log.info("a file in %s could not be fetched: %s", incoming.person.channel, type(error).__name__)
            language = session.language or incoming.person.language
            if isinstance(incoming.content, Voice):
                return Answer(apologies.voice_not_fetched(language), session)
            return Answer(apologies.not_fetched(language, error), session)
        except Exception as error:  # noqa: BLE001 - the person is told, the log is told where
            reference = secrets.token_hex(3).upper()
            log.error("unexpected, reference %s: %s", reference, outline(error))  # noqa: TRY400 - without its words
            self._metrics.count_failure(incoming.person.channel)
            return Answer(apologies.unexpected_error(reference, session.language or incoming.person.language), session)

    async def _look(self, job: Job, channel: Channel, session: Session) -> Answer:
        """Answer a photo: its bytes are in memory only while it is its turn."""
        async with self._rooms[job.lane[0]]:
            incoming = job.incoming
            if job.picture_bytes and (pictures := await self._store.inbox.picture(job.seq)):
                incoming = codec.join(incoming, pictures)
            try:
                fetched = await channel.fetch(incoming)
            except NotSent as error:
                self._late.postpone(job.received_at, error)
                raise
            return await self._answer(fetched, session=session)
