"""Everybody put together: the only file that knows them all. What is opened here is closed here."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from typing import Protocol

from bot import reminders, upkeep
from bot.background_tasks import Crew
from bot.channel import Channel, Talk
from bot.channel_supervisor import LONGEST_PAUSE, OFF, ChannelSupervisor, persistently
from bot.discovery import channel_module, channel_names
from bot.http import Doorway, HttpLimits, Refusals, serving
from bot.http.details import Details
from bot.inbox import Inbox
from bot.keys import seal_keys
from bot.logs import outline, tell_loop_trouble
from bot.memory import ChannelMemory
from bot.metrics import Metrics
from bot.networks import Networks
from bot.search_index import SearchIndex
from bot.sender import Sender
from bot.server import House, application
from bot.settings import Settings, read_block
from catalog.barcode import Reader
from catalog.errors import StoreError
from catalog.places import Places
from catalog.store import Store, only_server, open_store
from handlers import attached, conversation
from handlers.catalogue import suggest
from handlers.context import Context
from handlers.inquiries import pages

log = logging.getLogger(__name__)

# Viet Nam keeps UTC+7 all year; a certificate ends at its midnight, not at London's.
VIET_NAM = timezone(timedelta(hours=7))
_CLEAN_EVERY = 3600.0
_SETTLE_EVERY = 2.0


def today() -> date:
    """The date in Viet Nam."""
    return datetime.now(VIET_NAM).date()


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open while the house serves; *url* is where the web chat is."""

    url: str
    context: Context
    inbox: Inbox
    channels: Mapping[str, Channel]
    troubles: Mapping[str, str]


@asynccontextmanager
async def open_context(
    settings: Settings, *, migrate: bool = False, search: bool = True, reader_lost: Callable[[str], None] | None = None
) -> AsyncIterator[tuple[Context, SearchIndex]]:
    """Open the catalogue, its search (left empty where *search* is False) and the reader of photos."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            open_store(settings.database_url, migrate=migrate, keys=seal_keys(settings))
        )
        places = Places.load_shipped()
        shelf = SearchIndex(store, places)
        if search:
            await shelf.refresh()
        reader = await stack.enter_async_context(Reader(workers=settings.readers, told=reader_lost))
        yield (
            Context(
                store=store,
                index=shelf.index,
                reader=reader,
                places=places,
                today=today,
                ours=settings.surroundings,
                public_url=settings.public_url,
                officers=settings.officer_addresses,
            ),
            shelf,
        )


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[Opened]:
    """Serve until left: the database, the search, the channels, the HTTP server.

    Raises AlreadyServed where another server works on the database and does not end within some seconds.
    """
    measures = Metrics()
    asyncio.get_running_loop().set_exception_handler(tell_loop_trouble)
    async with AsyncExitStack() as stack:
        watch = await stack.enter_async_context(
            only_server(settings.database_url, told=log.warning, patience=settings.takeover_seconds)
        )
        context, shelf = await stack.enter_async_context(
            open_context(settings, migrate=True, reader_lost=measures.reader_lost)
        )
        await context.store.make_compactable()
        inbox = await stack.enter_async_context(
            Inbox(
                context.store,
                partial(conversation.answer, context=context),
                measures=measures,
                at_once=settings.answers_at_once,
                photos_at_once=max(4, 2 * settings.readers),
                picture_bytes=settings.waiting_photos_mb * 1024 * 1024,
            )
        )
        doors = await open_channels(stack, context=context, inbox=inbox, measures=measures)
        channels, troubles = doors.channels, doors.troubles
        # Last in, first out: answers under way are finished before the channels that carry them are closed.
        stack.push_async_callback(inbox.drain)
        await inbox.serve(channels)
        doorway, details = _doorway(settings, measures)
        house = House(context, measures, channels, troubles, lambda: len(shelf.index()), details)
        port = await stack.enter_async_context(
            serving(application(house), host=settings.host, port=settings.port, doorway=doorway)
        )
        crew = await stack.enter_async_context(Crew())
        crew.start(shelf.watch(measures.set_indexed), name="shelf")
        crew.start(_keep_clean(context.store, settings), name="cleaning")
        crew.start(_keep_settled(context.store), name="erasing")
        crew.start(upkeep.keep_proving(context.store), name="proving")
        crew.start(upkeep.keep_small(context.store), name="shrinking")
        crew.start(upkeep.end_when_replaced(watch), name="lock")
        crew.start(reminders.keep_nudging(context), name="nudges")
        crew.start(keep_running(Sender(context, inbox, channels, measures=measures)), name="courier")
        for name in doors.names:
            crew.start(doors.keep(name), name=name)
        yield Opened(f"http://{settings.host}:{port}", context, inbox, channels, troubles)


def _doorway(settings: Settings, measures: Metrics) -> tuple[Doorway, Details]:
    """Who may come in, and who may see the inside."""
    trusted = Networks.of(settings.trusted_proxies)
    limits = HttpLimits(
        head_seconds=settings.head_seconds,
        body_seconds=settings.body_seconds,
        body_rate=settings.body_rate,
        stall_seconds=settings.stall_seconds,
        per_address=settings.connections_per_address,
    )
    seen_by = Networks.of(settings.details_networks)
    details = Details(seen_by, settings.details_token.get_secret_value(), trusted)
    return Doorway(limits, trusted, Refusals(measures)), details


async def open_channels(
    stack: AsyncExitStack, *, context: Context, inbox: Inbox, measures: Metrics
) -> ChannelSupervisor:
    """Open every channel whose block is complete; what keeps one from opening is told and harms no other.

    Raises BadSetting for a block that is half filled.
    """
    # What opens late must close late too: after the answers under way are finished, whenever it was opened.
    doors = ChannelSupervisor(await stack.enter_async_context(AsyncExitStack()), inbox)
    for name in channel_names():
        module = channel_module(name)
        block = read_block(name, module.Settings)
        if block is None:
            doors.troubles[name] = OFF
            continue
        talk = Talk(
            inbox=inbox,
            suggest=partial(suggest.names, context=context),
            memory=ChannelMemory(context.store, name),
            public_url=context.public_url,
            count=partial(measures.count_event, name),
            picture=partial(_private_picture, context=context),
        )
        await doors.open(name, partial(module.open_channel, block, talk))
    return doors


async def _private_picture(path: str, *, context: Context) -> bytes | None:
    """The photo that goes along with a reply, by its path. Raises StoreError."""
    return await pages.photo(path.removeprefix(attached.PATH), context=context)


class Works(Protocol):
    """A channel or the courier, as far as its work goes."""

    @property
    def name(self) -> str:
        """How the log calls it."""

    async def run(self) -> None:
        """Work until cancelled, or until there is nothing to do for good."""


async def keep_running(worker: Works) -> None:
    """Run *worker* again and again, waiting longer after each failure; its trouble stays its own."""

    def log_failure(error: Exception, pause: float) -> None:
        log.error("%s stopped; it is tried again in %.0f s: %s", worker.name, pause, outline(error))

    await persistently(worker.run, told=log_failure)


async def _keep_clean(store: Store, settings: Settings) -> None:
    """Erase what is older than it may be, every hour."""
    while True:
        now = datetime.now(UTC)
        try:
            await store.forget_before((now - timedelta(days=settings.keep_days)).timestamp())
            await store.forget_personal_notes_before((now - timedelta(days=settings.keep_days)).timestamp())
            await store.forget_wishes()
            await store.post.forget_older_than((now - timedelta(days=settings.inquiry_days)).timestamp())
            await store.post.forget_drafts_before((now - timedelta(days=1)).timestamp())
            await store.settle_erased(due=True)
        except StoreError as error:
            log.warning("old messages could not be erased: %s", error)
        await asyncio.sleep(_CLEAN_EVERY)


async def _keep_settled(store: Store) -> None:
    """What was erased while somebody read the files goes out of them as soon as that ends."""
    pause = _SETTLE_EVERY
    while True:
        await asyncio.sleep(pause)
        try:
            done = await store.settle_erased()
        except StoreError as error:
            log.warning("what was erased still stands in the database's files: %s", error)
            done = False
        pause = _SETTLE_EVERY if done else min(pause * 2, LONGEST_PAUSE)
