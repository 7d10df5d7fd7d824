"""A strict little SMTP server, that keeps what it is given and can misbehave."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

_PATH = re.compile(rb"(?i)(?:FROM|TO):<([^<>\s]*)>(?: .*)?")


@dataclass(frozen=True)
class Taken:
    """A mail that was taken: its envelope and its content."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


@dataclass
class Smtp:
    """*says* answers a command with something else: ``{"RCPT": "550 no such user"}``; "cut" closes the line.

    ``"."`` is the end of the mail; "cut" there takes the mail and loses the answer.
    """

    users: dict[str, str] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            await _Session(self, reader, writer).talk()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            writer.close()


@dataclass
class _Session:
    smtp: Smtp
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)
    trusted: bool = False

    async def say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")
        await self.writer.drain()

    async def talk(self) -> None:
        await self.say("220 stand ESMTP")
        while line := await self.reader.readline():
            assert line.endswith(b"\r\n"), "a line must end with CR LF"
            verb, _, rest = line.rstrip(b"\r\n").partition(b" ")
            name = verb.decode("ascii").upper()
            self.smtp.commands.append(name)
            told = self.smtp.says.get(name)
            if told == "cut":
                return
            await self.say(told or await self.answer(name, rest))
            if name == "QUIT":
                return
            if name == "DATA" and not told and not await self.data():
                return

    async def answer(self, name: str, rest: bytes) -> str:  # noqa: PLR0911 - one line a command
        match name:
            case "EHLO":
                return "250-stand\r\n250-AUTH PLAIN\r\n250 8BITMIME"
            case "AUTH":
                return self.login(rest)
            case "MAIL" if self.smtp.users and not self.trusted:
                return "530 5.7.0 authentication required"
            case "MAIL" if found := _PATH.fullmatch(rest):
                self.sender, self.recipients = found[1].decode(), []
                return "250 ok"
            case "RCPT" if self.sender is not None and (found := _PATH.fullmatch(rest)):
                self.recipients.append(found[1].decode())
                return "250 ok"
            case "DATA" if self.recipients:
                return "354 go on"
            case "RSET" | "NOOP":
                return "250 ok"
            case "QUIT":
                return "221 bye"
        return "503 5.5.1 bad sequence"

    def login(self, rest: bytes) -> str:
        method, _, given = rest.partition(b" ")
        _, user, password = base64.b64decode(given).decode().split("\0")
        self.trusted = method.upper() == b"PLAIN" and self.smtp.users.get(user) == password
        return "235 welcome" if self.trusted else "535 5.7.8 wrong"

    async def data(self) -> bool:
        """Take the mail; False if the line is to be cut."""
        content = await self.reader.readuntil(b"\r\n.\r\n")
        assert b"\n" not in content.replace(b"\r\n", b""), "a bare LF is not allowed"
        told = self.smtp.says.get(".")
        if told is None or told == "cut":
            undotted = content.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
            message = message_from_bytes(undotted, policy=policy.default)
            self.smtp.taken.append(Taken(self.sender or "", tuple(self.recipients), message))
        if told != "cut":
            await self.say(told or "250 taken")
        return told != "cut"


@asynccontextmanager
async def smtp_server(**more: dict[str, str]) -> AsyncIterator[Smtp]:
    """Serve on a free port."""
    smtp = Smtp(**more)  # type: ignore[arg-type]  # its fields by name
    server = await asyncio.start_server(smtp.serve, "127.0.0.1", 0)
    smtp.port = server.sockets[0].getsockname()[1]
    async with server:
        yield smtp
