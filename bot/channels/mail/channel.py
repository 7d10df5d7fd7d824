"""The channel itself: writes a reply as an e-mail, sends it, and says what a mail server's refusals mean.

An e-mail is words without buttons; whoever receives it answers on the page it links to.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib
from aiohttp import web
from aiosmtplib import errors

from bot.channel import Condition, Delivery, Gone, Health, MaybeSent, NotSent, Refused, SendError, Talk
from bot.channel_kit.health import HealthTracker
from bot.channels.mail.settings import NAME, Security, Settings
from handlers import attachments, plain
from handlers.messages import Incoming, Person

AT_ONCE = 4
_PATIENCE = 60.0
_LONGEST_SUBJECT = 120


class Mail:
    """Says things to e-mail addresses; nothing ever comes in."""

    def __init__(self, settings: Settings, *, picture: Callable[[str], Awaitable[bytes | None]]) -> None:
        self._settings = settings
        self._picture = picture
        self._room = asyncio.Semaphore(AT_ONCE)
        self._health = HealthTracker(NAME, health=Health.UP)

    @property
    def name(self) -> str:
        """The name of the module."""
        return NAME

    @property
    def keeps_answers(self) -> bool:
        """A mailbox shows twice what is sent twice."""
        return False

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """None: whoever answers does so on the web."""
        return ()

    async def run(self) -> None:
        """Nothing comes in."""

    async def fetch(self, incoming: Incoming) -> Incoming:
        """Give *incoming* back: there is none."""
        return incoming

    async def deliver(self, delivery: Delivery) -> str:
        """Send one e-mail; its Message-ID. Raises SendError."""
        _, path = attachments.split_photo(delivery.reply)
        photo = await self._picture(path) if path else None
        message = compose_email(delivery, sender=self._settings.sender, photo=photo)
        try:
            async with self._room:
                await self._send(message)
        except (NotSent, MaybeSent):
            self._health.down("the mail server does not take what we send")
            raise
        except SendError:
            self._health.up()
            raise
        self._health.up()
        return str(message["Message-ID"])

    def condition(self) -> Condition:
        """How it was at the last attempt."""
        return self._health.condition

    async def probe(self) -> str:
        """Whether the mail server lets us in; nothing is sent. Raises NotSent."""
        server = await self._enter()
        server.close()
        return f"the mail server {self._settings.host} takes us"

    async def forget(self, person: Person) -> None:
        """Nothing is kept of anybody."""

    async def _send(self, message: EmailMessage) -> None:
        server = await self._enter()
        try:
            await server.send_message(message)
        except (errors.SMTPException, OSError) as error:
            server.close()
            raise meaning(error) from error
        # It is taken: whatever happens to the farewell changes nothing.
        server.close()

    async def _enter(self) -> aiosmtplib.SMTP:
        """A connection on which a mail can be handed over. Raises NotSent."""
        server = self._server()
        try:
            await server.connect()
            await server.ehlo()
            if self._settings.user:
                await server.login(self._settings.user, self._settings.password.get_secret_value())
        except (errors.SMTPException, OSError) as error:
            server.close()
            raise not_begun(error) from error
        return server

    def _server(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=settings.timeout,
            use_tls=settings.security is Security.TLS,
            start_tls=settings.security is Security.STARTTLS,
        )


def not_begun(error: Exception) -> SendError:
    """What *error* means before the mail itself was begun: it is surely not sent."""
    return NotSent(f"the mail server cannot be used: {type(error).__name__}", seconds=_PATIENCE)


def meaning(error: Exception) -> SendError:  # noqa: PLR0911 - one line a meaning
    """What *error* means while the mail was handed over. A code of 4xx asks for patience, 5xx refuses for good."""
    match error:
        case errors.SMTPRecipientsRefused(recipients=recipients):
            return _refused_address([each.code for each in recipients])
        case errors.SMTPRecipientRefused(code=code):
            return _refused_address([code])
        case errors.SMTPSenderRefused() | errors.SMTPHeloError():
            return NotSent("the mail server does not take mail from us", seconds=_PATIENCE)
        case errors.SMTPResponseException(code=code) if 400 <= code < 500:
            return NotSent(f"the mail server asks for patience ({code})", seconds=_PATIENCE)
        case errors.SMTPResponseException(code=code):
            return Refused(f"the mail server refused the mail ({code})")
        case errors.SMTPNotSupported():
            return Refused("the mail server cannot carry such an address")
    return MaybeSent(f"the mail server went away: {type(error).__name__}")


def _refused_address(codes: list[int]) -> SendError:
    if any(500 <= code < 600 for code in codes):
        return Gone("there is no such mailbox")
    return NotSent("the mailbox takes nothing just now", seconds=_PATIENCE)


def compose_email(delivery: Delivery, *, sender: str, photo: bytes | None = None) -> EmailMessage:
    """The e-mail that says *delivery*, with *photo* beside it.

    Its id is the same at every attempt, so that a repeated one can be known.
    """
    text = plain.as_text(attachments.split_photo(delivery.reply)[0])
    message = EmailMessage()
    message["From"] = sender
    message["To"] = delivery.person.address
    message["Subject"] = subject(text)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{delivery.key.replace(':', '.')}@{sender.partition('@')[2]}>"
    # Out-of-office robots leave such mail alone (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if photo:
        message.add_attachment(photo, maintype="image", subtype="jpeg", filename="anh.jpg")
    return message


def subject(text: str) -> str:
    """The first two lines of *text* as one: what it is, and the number of the matter."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][:2]
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(lines))[:_LONGEST_SUBJECT]


@asynccontextmanager
async def open_channel(settings: Settings, talk: Talk) -> AsyncIterator[Mail]:
    """Open the channel; each mail has a connection of its own, so there is nothing to close."""
    yield Mail(settings, picture=talk.picture)
