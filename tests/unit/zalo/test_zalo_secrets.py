"""A canary in every secret, DEBUG everywhere, all flows and faults: it sings nowhere."""

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest

from bot.channel import Delivery, SendError
from bot.channels import zalo_bot, zalo_oa
from bot.channels.zalo_oa import login
from bot.channels.zalo_oa.oauth import Denied, OAuthUnreachable
from catalog.errors import CatalogError
from handlers.messages import Incoming, Person, Photo, Reply, Text
from tests.stands.faults import Answer, Cut
from tests.stands.zalo_bot import Bot
from tests.stands.zalo_bot import Platform as BotPlatform
from tests.stands.zalo_oa import Account
from tests.stands.zalo_oa import Platform as OaPlatform
from tests.unit.zalo.conftest import bot_settings, mounted, oa_settings

CANARY = "KANARIENVOGEL"
FAULTS = (
    Answer(500, {"error": CANARY}),
    Answer(429, {}),
    Answer(401, raw=CANARY.encode()),
    Answer(200, {"error": -216, "message": CANARY}),
    Answer(200, {"ok": False, "error_code": 401, "description": CANARY}),
    Answer(200, raw=b"\xff"),
    Answer(302, {}, headers={"Location": f"/{CANARY}"}),
    Cut(),
    Cut(done=True),
)


def told(error: BaseException) -> str:
    """*error* and everything that hangs on it."""
    chain, texts = [error], []
    while chain:
        one = chain.pop()
        texts.append(f"{one!r} {one} {vars(one)}")
        chain += [other for other in (one.__cause__, one.__context__) if other is not None]
    return "\n".join(texts)


@pytest.fixture
def sung(caplog):
    """Everything that could be heard: the log, at DEBUG, and the errors that were caught."""
    caplog.set_level(logging.DEBUG)
    errors: list[str] = []
    yield errors
    assert CANARY not in "\n".join(errors)
    records = caplog.get_records("call")
    assert records
    for record in records:
        ours = not record.name.startswith("aiohttp.access")  # the stand-ins' own log of what they were asked
        assert not ours or CANARY not in f"{record.getMessage()} {record.exc_info} {record.exc_text}"


async def attempt(errors: list[str], work) -> None:
    """Do *work* and keep the error it ends in."""
    try:
        await work
    except (SendError, CatalogError, Denied, OAuthUnreachable) as error:
        errors.append(told(error))


async def test_the_official_account_keeps_its_secrets(talk, clock, sung, database):
    account = Account(app_secret=f"{CANARY}-app", oa_secret=f"{CANARY}-oa")
    person = Person("zalo_oa", "1")
    async with AsyncExitStack() as stack:
        zalo = await stack.enter_async_context(OaPlatform(account).open())
        zalo._refresh[f"{CANARY}-refresh"] = zalo.now() + 1e6
        settings = oa_settings(zalo, refresh_token=f"{CANARY}-refresh")
        sung.append(f"{settings!r} {settings} {settings.model_dump()}")
        channel = await stack.enter_async_context(zalo_oa.open_channel(settings, talk, clock=clock))
        zalo.webhook.url = f"{await stack.enter_async_context(mounted(channel))}/zalo_oa/webhook"
        asyncio.get_running_loop().set_debug(True)
        for fault in (*FAULTS, None):
            zalo.faults.add(*filter(None, [fault]))
            await zalo.says("1", "a")
            to = Incoming(person, Text("a"), ref="1")
            await attempt(sung, channel.deliver(Delivery(person, Reply(text="b"), key="1", to=to)))
            zalo.revoke_access()
        for fault in FAULTS:
            zalo.faults.add(fault)
            url, verifier = login.begin(settings)
            assert CANARY not in url
            await attempt(sung, login.finish(settings, "code", verifier=verifier, memory=talk.memory))
        photo = Photo(handle=f"http://127.0.0.1:9/{CANARY}")
        await attempt(sung, channel.fetch(Incoming(person, photo, ref="1")))
        sung.append(str(channel.condition()))
        sung.append(repr(vars(channel._tokens)["_pair"]))
        zalo.revoke_everything()
        await attempt(sung, channel._tokens.renew(stale=""))
    everything = b"".join(path.read_bytes() for path in Path(database.removeprefix("sqlite:///")).parent.glob("*.db*"))
    assert b"tokens" in everything
    assert CANARY.encode() not in everything
    assert b"refresh-" not in everything
    assert b"access-" not in everything


async def test_the_bot_keeps_its_secrets(talk, sung):
    person = Person("zalo_bot", "1")
    async with AsyncExitStack() as stack:
        bots = await stack.enter_async_context(BotPlatform(Bot(token=f"1:{CANARY}")).open())
        settings = bot_settings(bots, secret=f"{CANARY}-secret")
        sung.append(f"{settings!r} {settings} {settings.model_dump()}")
        channel = await stack.enter_async_context(zalo_bot.open_channel(settings, talk))
        asyncio.get_running_loop().set_debug(True)
        for fault in (*FAULTS, None):
            bots.faults.add(*filter(None, [fault]))
            await attempt(sung, channel.deliver(Delivery(person, Reply(text="b"), key="1")))
        work = asyncio.ensure_future(channel.run())  # noqa: TID251 - the test plays the house
        bots.faults.add(*FAULTS[:2])
        await asyncio.sleep(0.3)
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        sung.append(str(channel.condition()))
        dead = bot_settings(bots, api_url="http://127.0.0.1:9")
        other = await stack.enter_async_context(zalo_bot.open_channel(dead, talk))
        await attempt(sung, other.deliver(Delivery(person, Reply(text="b"), key="1")))
