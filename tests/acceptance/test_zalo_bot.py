"""The Zalo Bot channel in a serving process, against the platform's stand-in: both ways in, photos, groups, kill -9."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests import pictures
from tests.acceptance.command import Command
from tests.stands.zalo_bot import Platform

LAN, GROUP, SECRET = "6ede9afa66b88fe6d6a9", "g77", "stand-secret-1"


def told(stocked: Command, zalo: Platform, **more: str) -> Command:
    """The command with a bot of *zalo*'s."""
    given = {
        "TOKEN": zalo.bot.token,
        "API_URL": zalo.url,
        "PHOTO_HOSTS": "127.0.0.1",
        "LOOPBACK_PHOTOS": "true",
        "SENDS_PER_SECOND": "1000",
        **more,
    }
    return replace(stocked, settings={f"HOI_OCOP_ZALO_BOT__{name}": value for name, value in given.items()})


async def until(fact: Callable[[], Any]) -> Any:
    async with asyncio.timeout(30):
        while not (found := fact()):  # noqa: ASYNC110 - a stand-in has no events to offer
            await asyncio.sleep(0.02)
        return found


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_it_is_talked_to_and_survives_a_power_cut(stocked: Command, mode: str) -> None:
    async with Platform().open() as zalo:
        command = told(stocked, zalo, MODE=mode, SECRET=SECRET)
        async with command.serving() as served:
            if mode == "webhook":
                # On this machine nobody gives us an https address, so the operator sets the webhook by hand.
                zalo.bot.webhook, zalo.bot.secret = f"{served.url}/zalo_bot/webhook", SECRET
            await until(lambda: "getMe" in zalo.calls)
            await zalo.says(LAN, "nem bùi thượng hải ninh xá")
            (passport,) = await until(lambda: zalo.sent)
            assert passport["chat_id"] == LAN
            assert "Nem Bùi Thượng Hải" in passport["text"]
            await zalo.happens("link", LAN, {"text": "https://www.facebook.com/ai-do"})
            await until(lambda: len(zalo.sent) == 2)
            assert "Facebook" in zalo.sent[1]["text"]
            await zalo.shows(LAN, pictures.photo_of("https://www.facebook.com/ai-do"))
            await until(lambda: len(zalo.sent) == 3)
            assert "Facebook" in zalo.sent[2]["text"]
            await zalo.happens("reaction", LAN, {"reaction": "heart"})
            await zalo.says(LAN, "chuyện riêng trong nhóm", group=GROUP)
            await zalo.says(LAN, "@bot.stand rượu nếp", group=GROUP)
            await until(lambda: len(zalo.sent) == 4)
            assert zalo.sent[3]["chat_id"] == GROUP
            await zalo.says(LAN, "xin chào")
            await until(lambda: len(zalo.sent) == 5)
            await served.kill()
        async with command.serving() as served:
            if mode == "webhook":
                zalo.bot.webhook = f"{served.url}/zalo_bot/webhook"
            await zalo.says(LAN, "bánh phu thê", msg_id="after-the-cut")
            await until(lambda: len(zalo.sent) == 6)
            assert await served.stop() == 0
        assert len(zalo.sent) == 6
        assert zalo.refusals == [] or {code for code, _ in zalo.refusals} == {408}
