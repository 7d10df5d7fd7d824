"""hoi-ocop check --online: each vendor is asked whether it takes us."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.zalo_oa import Settings
from bot.channels.zalo_oa.oauth import Granted
from bot.channels.zalo_oa.pair import store_pair
from bot.memory import ChannelMemory
from catalog.store import open_store
from tests.acceptance.command import Command
from tests.stands.telegram import TOKEN, bot_api
from tests.stands.zalo_bot import Platform

OA = {
    "HOI_OCOP_ZALO_OA__APP_ID": "4711",
    "HOI_OCOP_ZALO_OA__OA_SECRET": "geheim-1",
    "HOI_OCOP_ZALO_OA__APP_SECRET": "geheim-2",
}
Found = Callable[..., dict[str, tuple[str, str]]]


@pytest.fixture
def found(command: Command) -> Found:
    """What the check tells of each channel."""

    def check(*words: str, **environment: str) -> dict[str, tuple[str, str]]:
        said = command.here("check", "--json", *words, environment=environment)
        assert "geheim" not in said.out + said.err
        assert TOKEN not in said.out + said.err
        told = {line["what"].removeprefix("channel "): (line["state"], line["told"]) for line in said.json}
        assert said.status == int(any(state == "wrong" for state, _ in told.values()))
        return told

    return check


async def test_vendors_that_take_us_say_who_we_are(found: Found) -> None:
    async with bot_api() as api, Platform().open() as zalo:
        told = await asyncio.to_thread(
            found,
            "--online",
            HOI_OCOP_TELEGRAM__TOKEN=TOKEN,
            HOI_OCOP_TELEGRAM__API_URL=api.url,
            HOI_OCOP_ZALO_BOT__TOKEN=zalo.bot.token,
            HOI_OCOP_ZALO_BOT__API_URL=zalo.url,
        )
        assert told["telegram"] == ("on", "Telegram knows us as @hoi_ocop_bot")
        assert told["zalo_bot"] == ("on", "Zalo knows us as bot.stand")
        assert told["web"] == ("on", "")
        assert [call.method for call in api.calls] == ["getMe"]
        assert zalo.calls == ["getMe"]


async def test_vendors_that_do_not_take_us_are_told_of(found: Found) -> None:
    async with bot_api() as api, Platform().open() as zalo:
        told = await asyncio.to_thread(
            found,
            "--online",
            HOI_OCOP_TELEGRAM__TOKEN="1:geheim",
            HOI_OCOP_TELEGRAM__API_URL=api.url,
            HOI_OCOP_ZALO_BOT__TOKEN="1:geheim",
            HOI_OCOP_ZALO_BOT__API_URL=zalo.url,
        )
    assert told["telegram"] == ("wrong", "Telegram does not take the token")
    assert told["zalo_bot"][1].startswith("Zalo refuses the bot's token: ")


def test_vendors_that_are_away_are_told_of_and_only_when_they_are_asked(found: Found) -> None:
    away = {
        f"HOI_OCOP_{name}__{key}": value
        for name in ("TELEGRAM", "ZALO_BOT")
        for key, value in (("TOKEN", "1:geheim"), ("API_URL", "http://127.0.0.1:1"))
    }
    assert found(**away)["telegram"] == ("on", "")
    told = found("--online", **away)
    assert told["telegram"] == ("wrong", "the Bot API cannot be used (Unreachable)")
    assert told["zalo_bot"][1].startswith("Zalo cannot be reached")


def test_a_channel_that_could_not_start_is_told_of_without_asking_anybody(found: Found) -> None:
    told = found(
        HOI_OCOP_TELEGRAM__TOKEN="1:geheim",
        HOI_OCOP_TELEGRAM__MODE="webhook",
        HOI_OCOP_TELEGRAM__WEBHOOK_SECRET="geheim",
    )
    assert told["telegram"][0] == "wrong"
    assert "needs our public address" in told["telegram"][1]


@pytest.mark.parametrize(
    ("days", "state", "words"),
    [
        (60, "on", "authorised until "),
        (7, "on", "; run `hoi-ocop zalo login`"),
        (-1, "wrong", "the authorisation ended"),
    ],
)
async def test_how_old_the_authorisation_is(found: Found, command: Command, days: int, state: str, words: str) -> None:
    ends = datetime.now(UTC) + timedelta(days=days)
    account = Settings.model_validate({"app_id": "4711", "oa_secret": "geheim-1", "app_secret": "geheim-2"})
    async with open_store(f"sqlite:///{command.folder / 'catalogue.db'}") as store:
        granted = Granted("geheim-3", "geheim-4", expires=ends, renewable_until=ends)
        await store_pair(account, ChannelMemory(store, "zalo_oa"), granted=granted)
    told = (await asyncio.to_thread(found, "--online", **OA))["zalo_oa"]
    assert told[0] == state
    assert words in told[1]


def test_an_account_that_nobody_authorised(found: Found) -> None:
    assert found("--online", **OA)["zalo_oa"] == ("wrong", "nobody has authorised us: run `hoi-ocop zalo login`")
    seeded = found("--online", **OA, HOI_OCOP_ZALO_OA__REFRESH_TOKEN="geheim-5")
    assert seeded["zalo_oa"] == ("on", "the first refresh token has not been used yet")


def test_a_public_address_without_a_known_proxy_is_told(command: Command) -> None:
    public = {"HOI_OCOP_PUBLIC_URL": "https://ocop.example"}
    assert "HOI_OCOP_TRUSTED_PROXIES" in command.here("check", environment=public).out
    told = command.here("check", environment=public | {"HOI_OCOP_TRUSTED_PROXIES": "127.0.0.1"}).out
    assert "HOI_OCOP_TRUSTED_PROXIES" not in told
