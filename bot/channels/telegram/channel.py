"""The Telegram channel put together."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from aiohttp import web
from telegram.error import InvalidToken, TelegramError

from bot.channel import Condition, Delivery, NotSent, Talk
from bot.channel_kit.health import HealthTracker
from bot.channels.telegram.albums import LOOK_EVERY, Albums
from bot.channels.telegram.best_effort import WORKERS, BestEffortCalls
from bot.channels.telegram.content import Me
from bot.channels.telegram.decode import NAME
from bot.channels.telegram.files import FileDownloads
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.polling import CONNECT_SECONDS, Listener
from bot.channels.telegram.sending import Calls, TelegramSender, rate_limiter
from bot.channels.telegram.settings import Mode, Settings
from bot.channels.telegram.state import Chats
from bot.channels.telegram.transport import ApiUrl, Wire, client
from bot.channels.telegram.typing import TypingIndicator
from bot.channels.telegram.webhook import PATH, Webhook, WebhookRegistration
from catalog.errors import BadSetting
from handlers.messages import Incoming, Person


@dataclass(frozen=True, slots=True)
class TelegramParts:
    """Time, chance and sleep."""

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Random = field(default_factory=Random)


@dataclass(frozen=True, slots=True)
class TelegramChannel:
    """A channel of :mod:`bot.channel`."""

    health: HealthTracker
    intake: Intake
    listener: Listener
    sender: TelegramSender
    pictures: FileDownloads
    busy: TypingIndicator
    webhook: Webhook | None

    @property
    def name(self) -> str:
        """The name kept in every Person."""
        return NAME

    @property
    def keeps_answers(self) -> bool:
        """False: Telegram shows a message sent twice twice."""
        return False

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The webhook, if updates are posted to us."""
        return [web.post(PATH, self.webhook.receive)] if self.webhook else []

    async def run(self) -> None:
        """Listen, put albums that are whole, and make the small calls, until cancelled."""
        async with asyncio.TaskGroup() as together:
            if self.intake.talk.takes_in:
                together.create_task(self.listener.listen())
                together.create_task(self.intake.albums.keep())
            together.create_task(self.busy.work())
            for _ in range(WORKERS):
                together.create_task(self.intake.best_effort.work())

    async def fetch(self, incoming: Incoming) -> Incoming:
        """Download the photos of *incoming*. Raises NotSent or catalog.errors.BadImage."""
        return await self.pictures.fetch(incoming)

    async def deliver(self, delivery: Delivery) -> str:
        """Say *delivery*. Raises SendError."""
        if delivery.to is not None:
            self.busy.end(delivery.to.ref)
        return await self.sender.deliver(delivery)

    def condition(self) -> Condition:
        """How the channel is now."""
        return self.health.condition

    async def probe(self) -> str:
        """Who the bot is, as Telegram tells. Raises NotSent with what is wrong."""
        try:
            me = await self.intake.bot.get_me()
        except InvalidToken:
            failure = NotSent("Telegram does not take the token")
        except TelegramError as error:
            failure = NotSent(f"the Bot API cannot be used ({type(error).__name__})")
        else:
            return f"Telegram knows us as @{me.username}"
        # Raised out here: the library's error is no concern of whoever reads ours.
        raise failure

    async def forget(self, person: Person) -> None:
        """Keep no photo of an album, no move and no pace of *person*. Raises StoreError."""
        self.sender.calls.limiter.forget(int(person.address))
        await self.intake.chats.forget(person.address)
        await self.intake.albums.forget(person.address)


@asynccontextmanager
async def open_channel(
    settings: Settings, talk: Talk, *, around: TelegramParts | None = None
) -> AsyncIterator[TelegramChannel]:
    """Open the channel without waiting for Telegram. Raises catalog.errors.BadSetting."""
    proxy = settings.proxy.get_secret_value() if settings.proxy else None
    address = ApiUrl(settings.api_url, settings.token.get_secret_value(), proxy)
    wire = Wire(address, connections=settings.connections, timeout=settings.timeout)
    polls = Wire(address, connections=4, timeout=min(settings.timeout, CONNECT_SECONDS), watched=True)
    post = _post(settings, talk)
    await wire.initialize()
    await polls.initialize()
    try:
        yield _put_together(settings, talk, wires=(wire, polls), post=post, around=around or TelegramParts())
    finally:
        await wire.shutdown()
        await polls.shutdown()


def _put_together(
    settings: Settings, talk: Talk, *, wires: tuple[Wire, Wire], post: WebhookRegistration | None, around: TelegramParts
) -> TelegramChannel:
    wire, polls = wires
    bot = client(wire, polls=polls)
    health, chats, best_effort = HealthTracker(NAME, now=around.now), Chats(talk.memory), BestEffortCalls()
    albums = Albums(
        talk.memory,
        talk.inbox,
        now=lambda: around.now().timestamp(),
        sleep=around.sleep,
        look_every=LOOK_EVERY if talk.peers.possible else None,
    )
    intake = Intake(bot, talk, chats, albums, best_effort, me=_me(settings))
    limiter = rate_limiter(settings.per_second, clock=around.clock, sleep=around.sleep, peers=talk.peers)
    listener = Listener(bot, polls, intake, health, post, chance=around.chance, peers=talk.peers, sleep=around.sleep)
    sender = TelegramSender(Calls(wire, limiter), chats, talk.picture, talk.public_url)
    webhook = Webhook(post.secret, intake) if post else None
    busy = TypingIndicator(bot, best_effort, clock=around.clock, sleep=around.sleep)
    return TelegramChannel(
        health, intake, listener, sender, FileDownloads(bot, wire, busy, hears=talk.hears), busy, webhook
    )


def _post(settings: Settings, talk: Talk) -> WebhookRegistration | None:
    if settings.mode is Mode.POLLING or settings.webhook_secret is None:
        return None
    if not talk.public_url.startswith("https://"):
        raise BadSetting("Telegram posts only to https: webhook mode needs our public address")
    return WebhookRegistration(talk.public_url + PATH, settings.webhook_secret.get_secret_value())


def _me(settings: Settings) -> Me | None:
    """Who we are, as far as the settings tell: the number is the first half of the token."""
    if not settings.username:
        return None
    number, _, _ = settings.token.get_secret_value().partition(":")
    return Me(int(number), settings.username.removeprefix("@"))
