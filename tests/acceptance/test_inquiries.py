"""Both ends through the real process: a customer in the web chat, a maker in Telegram, the page, the command line."""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from tests.acceptance.command import Command
from tests.stands.telegram.people import Someone
from tests.stands.telegram.server import TOKEN, BotApi, bot_api
from tests.town import stocked


@dataclass(frozen=True)
class Connected(Command):
    """The command with a Telegram bot and a public address."""

    api_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return {
            **super().environment,
            "HOI_OCOP_PUBLIC_URL": "https://ocop.test",
            "HOI_OCOP_READERS": "1",
            "HOI_OCOP_OFFICERS": "telegram:900",
            "HOI_OCOP_TELEGRAM__TOKEN": TOKEN,
            "HOI_OCOP_TELEGRAM__API_URL": self.api_url,
        }


@dataclass
class Customer:
    """A tab of the web chat."""

    socket: aiohttp.ClientWebSocketResponse
    heard: list[str] = field(default_factory=list)

    async def say(self, number: int, text: str) -> None:
        await self.socket.send_json({"type": "say", "id": f"message-{number}", "text": text})
        await self.hears(f'"to": "message-{number}"')

    async def hears(self, words: str) -> str:
        """Wait for an answer that holds *words*."""
        while True:
            frame = await asyncio.wait_for(self.socket.receive_json(), 30)
            text = json.dumps(frame, ensure_ascii=False)
            if frame["type"] == "answer":
                self.heard.append(text)
                if words in text:
                    return text


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as opened:
        yield opened


@pytest.fixture
async def connected(tmp_path: Path, api: BotApi) -> Connected:
    await stocked(tmp_path / "catalogue.db")
    return Connected(tmp_path, api_url=api.url)


async def told(api: BotApi, chat: int, words: str) -> dict[str, object]:
    """Wait until the bot has said *words* in *chat*; the message."""
    async with asyncio.timeout(30):
        while True:
            for (place, _), message in list(api.world.messages.items()):
                if place == chat and message["from"]["is_bot"] and words in message.get("text", ""):
                    return message
            await asyncio.sleep(0.02)


async def test_asked_in_the_web_chat_answered_in_telegram(connected: Connected, api: BotApi) -> None:
    invited = await asyncio.to_thread(connected, "invite", "HTX Nem 1", "--json")
    assert invited.status == 0, invited.err
    (invitation,) = invited.json
    maker = Someone(api, 101)
    async with connected.serving() as served, aiohttp.ClientSession() as session:
        maker.say(f"/start j_{invitation['code']}")
        await told(api, 101, "Từ giờ bạn trả lời thay cho HTX Nem 1.")
        async with session.ws_connect(f"{served.url}/chat/ws", headers={"Origin": served.url}) as socket:
            await socket.send_json({"type": "hello", "token": "lan-" + "t" * 30, "after": 0, "language": "vi"})
            lan = Customer(socket)
            for number, said in enumerate(("/ask nem-1", "/kind question nem-1", "Nem để được bao lâu?", "/send")):
                await lan.say(number, said)
            found = re.search(r"#(\w{8}).*https://ocop\.test(/q/[\w-]+)", lan.heard[-1])
            assert found is not None
            notice = await told(api, 101, "Nem để được bao lâu?")
            assert found[1] in str(notice["text"])
            maker.say("Một tuần", reply_to_message={key: value for key, value in notice.items() if key != "marked"})
            assert f"Trả lời cho #{found[1]}" in await lan.hears("“Một tuần”")
        async with session.get(served.url + found[2]) as response:
            page = await response.text()
        assert response.status == 200
        assert "Nem để được bao lâu?" in page
        assert "Một tuần" in page
        assert await served.stop() == 0
    said = await asyncio.to_thread(connected, "courier", "--json")
    assert said.json[0]["counts"].keys() == {"sent", "waiting"}
    with closing(sqlite3.connect(connected.folder / "catalogue.db")) as database:
        notices = database.execute("SELECT kind, state FROM outbox WHERE subject = ? ORDER BY kind", (found[1],))
        assert notices.fetchall() == [
            ("answer", "sent"), ("escalate", "waiting"), ("new", "sent"), ("remind", "waiting"),
        ]  # fmt: skip


async def test_a_dead_letter_is_listed_and_tried_again(connected: Connected, api: BotApi) -> None:
    empty = await asyncio.to_thread(connected, "courier")
    assert "No notices yet." in empty.out
    assert (await asyncio.to_thread(connected, "courier", "--retry", "7")).status == 1


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("invite",), 2, "Name a producer, or say --officer."),
        (("invite", "HTX Nem 1", "--officer"), 2, "Name a producer, or say --officer."),
        (("invite", "HTX Ma"), 1, "No producer is called HTX Ma."),
        (("invite", "HTX Nem"), 1, "Several producers match. Say which id:"),
        (("invite", "nem-1", "--qr", "code.gif"), 2, ".png or a .svg"),
        (("invite", "nem-1", "--qr", "code.svg"), 0, "https://ocop.test/?j="),
        (("invite", "--officer"), 0, "a programme officer"),
        (("key",), 0, "="),
    ],
)
async def test_the_command_line(connected: Connected, words: tuple[str, ...], status: int, says: str) -> None:
    said = await asyncio.to_thread(connected, *words)
    assert says in said.out + said.err
    assert said.status == status
    assert (connected.folder / "code.svg").exists() == (words[-1] == "code.svg")
