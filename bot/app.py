"""The whole program put together: the only file that knows all its parts. What is opened here is closed here."""

import asyncio
import logging
import shlex
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Protocol

from bot import reminders, upkeep
from bot.answering import Limits
from bot.background_tasks import BackgroundTasks
from bot.board import BoardLimits
from bot.channel import CHANNEL_TITLES, Channel, Talk
from bot.channel_kit.backoff import Backoff
from bot.channel_supervisor import OFF, ChannelSupervisor, keep_retrying
from bot.discovery import EMAIL_CHANNEL, channel_module, channel_names
from bot.http import ConnectionPolicy, HttpLimits, Refusals, serving
from bot.http.details import Details
from bot.inbox import Inbox
from bot.job_worker import ALL_QUEUES, JobWorker
from bot.keys import seal_keys
from bot.logs import LastingTrouble, log_loop_error, outline
from bot.memory import ChannelMemory
from bot.metrics import Metrics
from bot.networks import Networks
from bot.peers import PeerProcesses, SharedAllowance
from bot.retention import keep_erasing_old
from bot.search_index import SearchIndex, kept_file
from bot.sender import Sender
from bot.server import ServerState, application
from bot.settings import Settings, read_block
from bot.traces import NO_TRACES, Traces, open_traces
from catalog.barcode import Reader
from catalog.dates import VIET_NAM
from catalog.errors import BadSetting, StoreError
from catalog.ocr import can_read_words
from catalog.places import Places
from catalog.store import JobQueue, ProcessKind, Store, Watch, has_jobs, only_server, open_store
from catalog.voice import SpeechReader, sherpa_command
from handlers import attachments, conversation
from handlers.catalogue import search
from handlers.context import Context
from handlers.inquiries import pages
from handlers.limits import LINE_SECONDS, PER_LINE
from handlers.phrases import use_folder

log = logging.getLogger(__name__)

_CLEAN_EVERY = 3600.0
# Everybody waits for an answer while nobody works.
_WORK_BACKOFF = Backoff(first=1.0, longest=8.0, jitter=0.2)
_SETTLE_BACKOFF = Backoff(first=2.0, longest=60.0)


def today() -> date:
    """The date in Viet Nam."""
    return datetime.now(VIET_NAM).date()


@dataclass(frozen=True, slots=True)
class RunningApp:
    """What is open while the program serves; *url* is where the web chat is."""

    url: str
    context: Context
    inbox: Inbox
    channels: Mapping[str, Channel]
    troubles: Mapping[str, str]


@asynccontextmanager
async def open_context(
    settings: Settings,
    *,
    migrate: bool = False,
    search: bool = True,
    metrics: Metrics | None = None,
    traces: Traces = NO_TRACES,
) -> AsyncIterator[tuple[Context, SearchIndex]]:
    """Open the catalogue, its search (left empty where *search* is False) and the reader of photos.

    *metrics* and *traces* tell how long it takes for a photo.
    """
    use_folder(settings.locale_folder)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            open_store(settings.database_url, migrate=migrate, keys=seal_keys(settings))
        )
        places = Places.load_shipped()
        file = kept_file(settings.database_url, settings.index_folder)
        search_index = SearchIndex(store, places, file=file)
        if search:
            await search_index.refresh()

        def timed(seconds: float) -> None:
            traces.end_photo(seconds)
            if metrics:
                metrics.time_photo(seconds)

        lost = metrics.reader_lost if metrics else None
        reader = await stack.enter_async_context(Reader(workers=settings.readers, told=lost, timed=timed))
        yield (
            Context(
                store=store,
                index=search_index.index,
                reader=reader,
                places=places,
                today=today,
                ours=settings.surroundings,
                public_url=settings.public_url,
                officers=settings.officer_addresses,
                authorities=settings.named_authorities,
                email_channel=EMAIL_CHANNEL,
                channel_titles=CHANNEL_TITLES,
                reads_words=can_read_words(),
                ears=_ears(settings, reader),
                has_ratings=settings.ratings,
            ),
            search_index,
        )


def _ears(settings: Settings, reader: Reader) -> SpeechReader | None:
    """Who listens to voice messages, where the settings name a recogniser. Raises BadSetting."""
    if settings.voice_command:
        return SpeechReader(reader.run, shlex.split(settings.voice_command))
    if settings.voice_model is None:
        return None
    return SpeechReader(reader.run, sherpa_command(settings.voice_model))


@dataclass(frozen=True, slots=True)
class _Parts:
    """What answers and sends, in every process."""

    context: Context
    search_index: SearchIndex
    inbox: Inbox
    sender: Sender
    supervisor: ChannelSupervisor
    peers: PeerProcesses


@asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[RunningApp]:
    """Serve until left: the database, the search, the channels, the HTTP server.

    Raises AlreadyServed where another server works on the database and does not end within some seconds.
    """
    metrics = Metrics()
    asyncio.get_running_loop().set_exception_handler(log_loop_error)
    async with AsyncExitStack() as stack:
        watch = await stack.enter_async_context(
            _place_at(settings, ProcessKind.SERVE if settings.jobs_at_once else ProcessKind.SERVE_ONLY)
        )
        parts = await _open_parts(stack, settings, metrics, alone=watch.alone)
        context, search_index, supervisor = parts.context, parts.search_index, parts.supervisor
        channels, troubles = supervisor.channels, supervisor.troubles
        policy, details = _connection_policy(settings, metrics)
        state = ServerState(
            context,
            metrics,
            channels,
            troubles,
            lambda: len(search_index.index()),
            details,
            _board_limits(settings),
            parts.inbox if "web" in channels else None,
        )
        port = await stack.enter_async_context(
            serving(application(state), host=settings.host, port=settings.port, policy=policy)
        )
        await _keep_peers(stack, parts.peers)
        crew = await stack.enter_async_context(BackgroundTasks())
        changes = parts.peers.rest_until_catalogue_changes
        crew.start(search_index.watch(metrics.set_indexed, sleep=changes), name="search index")
        crew.start(_keep_settled(context.store), name="erasing")
        crew.start(upkeep.keep_proving(context.store), name="proving")
        crew.start(upkeep.keep_small(context.store), name="shrinking")
        crew.start(upkeep.end_when_replaced(watch), name="lock")
        if not context.store.has_jobs:
            crew.start(
                keep_erasing_old(context.store, settings, sleep=asyncio.sleep, every=_CLEAN_EVERY), name="retention"
            )
            crew.start(reminders.keep_nudging(context), name="reminders")
            crew.start(keep_running(parts.sender), name="sender")
            crew.start(reminders.keep_telling(context), name="recalls")
        elif settings.jobs_at_once:
            crew.start(upkeep.keep_vacuumed(context.store), name="vacuum")
            crew.start(keep_running(_job_worker(settings, parts, queues=ALL_QUEUES)), name="job worker")
        for name in supervisor.names:
            crew.start(supervisor.keep(name), name=name)
        yield RunningApp(f"http://{settings.host}:{port}", context, parts.inbox, channels, troubles)


@asynccontextmanager
async def open_worker(settings: Settings, *, queues: Sequence[JobQueue]) -> AsyncIterator[Context]:
    """Work on the jobs of *queues* until left, and serve nobody. Raises BadSetting where a database carries no jobs."""
    if not has_jobs(settings.database_url):
        raise BadSetting(
            "hoi-ocop work shares the work of several machines, and needs PostgreSQL for it. With SQLite, "
            "hoi-ocop serve does everything by itself."
        )
    metrics = Metrics()
    asyncio.get_running_loop().set_exception_handler(log_loop_error)
    async with AsyncExitStack() as stack:
        # Beside any number of servers and workers; while a database is moved or restored nobody works on it.
        watch = await stack.enter_async_context(_place_at(settings, ProcessKind.WORK))
        parts = await _open_parts(stack, settings, metrics, alone=False, takes_in=False)
        await _keep_peers(stack, parts.peers)
        crew = await stack.enter_async_context(BackgroundTasks())
        changes = parts.peers.rest_until_catalogue_changes
        crew.start(parts.search_index.watch(metrics.set_indexed, sleep=changes), name="search index")
        crew.start(upkeep.end_when_replaced(watch), name="lock")
        crew.start(upkeep.keep_vacuumed(parts.context.store), name="vacuum")
        crew.start(keep_running(_job_worker(settings, parts, queues=queues)), name="job worker")
        for name in parts.supervisor.names:
            crew.start(parts.supervisor.keep(name), name=name)
        yield parts.context


def _place_at(settings: Settings, kind: ProcessKind) -> AbstractAsyncContextManager[Watch]:
    """The right to be at the database."""
    return only_server(settings.database_url, told=log.warning, patience=settings.takeover_seconds, kind=kind)


async def _keep_peers(stack: AsyncExitStack, peers: PeerProcesses) -> None:
    """Tell other processes and listen to them for longer than anything else works: what is still sent needs it."""
    crew = await stack.enter_async_context(BackgroundTasks())
    crew.start(keep_running(peers), name=peers.name)


def _job_worker(settings: Settings, parts: _Parts, *, queues: Sequence[JobQueue]) -> JobWorker:
    return JobWorker(
        settings,
        parts.context,
        parts.inbox,
        parts.sender,
        channel_names(),
        queues=queues,
        at_once=settings.jobs_at_once or 1,
    )


async def _open_parts(
    stack: AsyncExitStack, settings: Settings, metrics: Metrics, *, alone: bool, takes_in: bool = True
) -> _Parts:
    """Open the database, the search and the channels; only a process that *takes_in* hears what people say."""
    traces = await stack.enter_async_context(open_traces(settings.traces_endpoint))
    context, search_index = await stack.enter_async_context(
        open_context(settings, migrate=True, metrics=metrics, traces=traces)
    )
    await context.store.make_compactable()
    peers = PeerProcesses(context.store, sends=bool(settings.jobs_at_once) or not takes_in)
    lines = SharedAllowance(peers.of("lines"), burst=PER_LINE, seconds=LINE_SECONDS)
    context = replace(context, lines=lines)
    sender = Sender(context.store, metrics=metrics, context=context, traces=traces)
    inbox = await stack.enter_async_context(
        Inbox(
            context.store,
            partial(conversation.answer, context=context),
            sender,
            metrics=metrics,
            traces=traces,
            limits=Limits(
                at_once=settings.answers_at_once,
                photos_at_once=max(4, 2 * settings.readers),
                picture_bytes=settings.waiting_photos_mb * 1024 * 1024,
            ),
        )
    )
    context = replace(
        context, windows={name: getattr(channel_module(name), "SPEAKS_FOR", None) for name in channel_names()}
    )
    supervisor = await open_channels(
        stack, context=context, inbox=inbox, metrics=metrics, peers=peers, takes_in=takes_in
    )
    # Last in, first out: answers under way are finished before the channels that carry them are closed.
    stack.push_async_callback(inbox.drain)
    await inbox.serve(supervisor.channels, alone=alone)
    return _Parts(context, search_index, inbox, sender, supervisor, peers)


def _connection_policy(settings: Settings, metrics: Metrics) -> tuple[ConnectionPolicy, Details]:
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
    return ConnectionPolicy(limits, trusted, Refusals(metrics)), details


def _board_limits(settings: Settings) -> BoardLimits:
    idle, lasts = settings.board_idle_minutes * 60.0, settings.board_session_hours * 3600.0
    return BoardLimits(idle, lasts, settings.board_passkey_required)


async def open_channels(
    stack: AsyncExitStack,
    *,
    context: Context,
    inbox: Inbox,
    metrics: Metrics,
    peers: PeerProcesses,
    takes_in: bool = True,
) -> ChannelSupervisor:
    """Open every channel whose block is complete; what keeps one from opening is told and harms no other.

    Raises BadSetting for a block that is half filled.
    """
    # What opens late must close late too: after the answers under way are finished, whenever it was opened.
    supervisor = ChannelSupervisor(await stack.enter_async_context(AsyncExitStack()), inbox)
    for name in channel_names():
        module = channel_module(name)
        block = read_block(name, module.Settings)
        if block is None:
            supervisor.troubles[name] = OFF
            continue
        talk = Talk(
            inbox=inbox,
            suggest=partial(search.suggest_names, context=context),
            memory=ChannelMemory(context.store, name),
            public_url=context.public_url,
            count=partial(metrics.count_event, name),
            picture=partial(_private_picture, context=context),
            peers=peers.of(name),
            takes_in=takes_in,
            hears=context.ears is not None,
        )
        await supervisor.open(name, partial(module.open_channel, block, talk))
    return supervisor


async def _private_picture(path: str, *, context: Context) -> bytes | None:
    """The photo that goes along with a reply, by its path. Raises StoreError."""
    return await pages.photo(path.removeprefix(attachments.PATH), context=context)


class Works(Protocol):
    """A channel or the sender, as far as its work goes."""

    @property
    def name(self) -> str:
        """How the log calls it."""

    async def run(self) -> None:
        """Work until cancelled, or until there is nothing to do for good."""


async def keep_running(worker: Works) -> None:
    """Run *worker* again and again, waiting longer after each failure, but for seconds only; its trouble stays its own.

    What is tried so often may fail for an hour: the log is told now and then.
    """
    trouble = LastingTrouble(log)

    def log_failure(error: Exception, pause: float) -> None:
        said = "%s stopped; it is tried again in %.0f s: %s"
        trouble.note_failure(said, worker.name, pause, outline(error), level=logging.ERROR)

    await keep_retrying(worker.run, told=log_failure, backoff=_WORK_BACKOFF)


async def _keep_settled(store: Store) -> None:
    """What was erased while somebody read the files goes out of them as soon as that ends."""
    failures = 0
    while True:
        await asyncio.sleep(_SETTLE_BACKOFF.pause(failures + 1))
        try:
            done = await store.settle_erased()
        except StoreError as error:
            log.warning("what was erased still stands in the database's files: %s", error)
            done = False
        failures = 0 if done else failures + 1
