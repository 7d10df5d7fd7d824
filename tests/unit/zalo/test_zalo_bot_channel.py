"""The channel against the platform, both over real HTTP."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest
from pydantic import ValidationError

from bot.channel import Delivery, Gone, Health, MaybeSent, NotSent, Refused
from bot.channels import zalo_bot
from catalog.errors import UnknownImage
from handlers.messages import Card, Fact, Incoming, Person, Photo, Reply, Section, Text
from tests.stands.faults import Answer, Cut
from tests.unit.zalo.conftest import bot_settings, mounted

USER = "6ede9afa66b88fe6d6a9"
PERSON = Person("zalo_bot", USER)
SECRET = "canary-secret-77"
SAID = Incoming(PERSON, Text("a"), ref="1", thread=USER)
LONG = Reply(cards=(Card("Nem", sections=(Section("", tuple(Fact(f"D{n}", "x" * 150) for n in range(20))),)),))


@asynccontextmanager
async def running(channel):
    """Let the channel run; the test plays the house."""
    work = asyncio.ensure_future(channel.run())  # noqa: TID251 - the test plays the house
    try:
        yield work
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def until(true) -> None:
    while not true():  # noqa: ASYNC110 - nobody sets an event for what a test looks at
        await asyncio.sleep(0.01)


@pytest.fixture
async def polling(bots, talk):
    async with zalo_bot.open_channel(bot_settings(bots), talk) as channel:
        yield channel


@pytest.fixture
async def hooked(bots, talk):
    bots.bot.https_only = False
    settings = bot_settings(bots, mode="webhook", secret=SECRET)
    async with zalo_bot.open_channel(settings, talk) as channel, mounted(channel) as url:
        bots.bot.webhook, bots.bot.secret = f"{url}/zalo_bot/webhook", SECRET
        yield channel


async def answer(channel, reply: Reply = Reply(text="Xin chào"), to: Incoming | None = SAID) -> str:  # noqa: B008 - a value
    return await channel.deliver(Delivery(PERSON, reply, key="1", to=to))


# Polling -------------------------------------------------------------------------------------------------------


async def test_updates_are_fetched_one_by_one_and_none_twice(polling, bots, tray):
    for number in range(5):
        await bots.says(USER, f"tin {number}")
    async with running(polling):
        await until(lambda: len(tray.kept) == 5)
    assert [one.content.body for one in tray.kept] == [f"tin {number}" for number in range(5)]
    assert polling.condition().health is Health.UP


async def test_an_empty_poll_is_no_failure(polling, bots, tray):
    bots.longest_poll = 0.02
    async with running(polling):
        await until(lambda: bots.calls.count("getUpdates") > 3)
        assert polling.condition().health is Health.UP
        await bots.says(USER, "a")
        await until(lambda: tray.kept)


async def test_a_webhook_that_is_set_is_taken_down_first(polling, bots, tray):
    bots.bot.webhook = "https://old.example"
    async with running(polling):
        await until(lambda: "getUpdates" in bots.calls)
        await bots.says(USER, "a")
        await until(lambda: tray.kept)
    assert bots.refusals == []


async def test_nothing_to_take_down_is_fine(polling, bots, tray):
    bots.faults.add(Answer(200, {"ok": False, "error_code": 404}, path="deleteWebhook"))
    await bots.says(USER, "a")
    async with running(polling):
        await until(lambda: tray.kept)


async def test_an_update_is_not_let_go_before_it_is_kept(polling, bots, tray):
    tray.broken = 1
    await bots.says(USER, "a")
    async with running(polling):
        await until(lambda: polling.condition().health is Health.DOWN)
        assert polling.condition().why == "what came in cannot be kept"
        await until(lambda: tray.kept)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Answer(502, raw=b"<html>"), "no answer"),
        (Answer(502, []), "error 502"),
        (Answer(200, []), "error 500"),
        (Answer(200, {"ok": False}), "error 400"),
        (Answer(200, {"ok": False, "error_code": 401}), "make a new one"),
        (Answer(429, {"ok": False, "error_code": 429}, headers={"Retry-After": "1"}), "error 429"),
        (Cut(), "no answer"),
    ],
)
async def test_trouble_is_told_and_passes(polling, bots, tray, fault, why):
    bots.faults.add(fault, times=1)
    bots.faults.waiting[0] = replace(fault, path="getUpdates")
    await bots.says(USER, "a")
    async with running(polling):
        await until(lambda: polling.condition().health is Health.DOWN)
        assert why in polling.condition().why
        await until(lambda: tray.kept)
        assert polling.condition().health is Health.UP


# The webhook ---------------------------------------------------------------------------------------------------


async def test_bare_and_wrapped_updates_come_in_once(hooked, bots, tray):
    update = bots.update("text", USER, {"text": "a"})
    assert await bots.post(update) == 200
    bots.wrapped = True
    assert await bots.post(update) == 200
    assert await bots.says(USER, "b") == 200
    assert [one.content for one in tray.kept] == [Text("a"), Text("b")]
    assert hooked.condition().health is Health.UP


@pytest.mark.parametrize("secret", ["", "canary-secret-7", "canary-secret-777", "đđđđđđđđ".encode().decode("latin-1")])
async def test_nobody_else_may_post(hooked, bots, tray, secret):
    assert await bots.post(bots.update("text", USER, {"text": "a"}), secret=secret) == 401
    assert tray.kept == []


async def test_what_cannot_be_kept_is_not_acknowledged(hooked, bots, tray):
    tray.broken = 1
    update = bots.update("text", USER, {"text": "a"})
    assert await bots.post(update) == 503
    assert await bots.post(update) == 200
    assert len(tray.kept) == 1


async def test_what_is_not_understood_is_acknowledged(hooked, bots, tray):
    assert await bots.post({"event_name": "user.follow"}) == 200
    assert tray.kept == []


async def test_a_body_has_an_end(hooked, bots):
    body, headers = b"x" * 300_000, {"X-Bot-Api-Secret-Token": SECRET}

    async def chunks():
        yield body

    async with aiohttp.ClientSession(headers=headers) as session:
        for data in (body, chunks()):
            async with session.post(bots.bot.webhook, data=data) as response:
                assert response.status == 413


async def test_running_tells_zalo_where_to_post(bots, talk):
    settings = bot_settings(bots, mode="webhook", secret=SECRET)
    async with zalo_bot.open_channel(settings, talk) as channel:
        await channel.run()
        assert bots.bot.webhook == "https://hoi-ocop.example/zalo_bot/webhook"
        assert bots.bot.secret == SECRET
    async with zalo_bot.open_channel(settings, replace(talk, public_url="")) as channel:
        await channel.run()
        assert "by hand" in channel.condition().why


def test_polling_opens_no_door(polling):
    assert polling.routes() == []


@pytest.mark.parametrize("secret", ["", "short", "có dấu tiếng Việt", "x" * 257])
def test_a_webhook_without_a_good_secret_is_refused_at_the_start(secret):
    with pytest.raises(ValidationError, match="8 to 256"):
        zalo_bot.Settings(token="1:2", mode="webhook", secret=secret)


# Answers -------------------------------------------------------------------------------------------------------


async def test_an_answer_goes_where_the_question_was(polling, bots, tray):
    await bots.says(USER, "@bot.stand a", group="g77")
    async with running(polling):
        await until(lambda: tray.kept)
    assert await answer(polling, to=tray.kept[0]) == "out-1"
    assert await answer(polling, to=None) == "out-2"
    assert [one["chat_id"] for one in bots.sent] == ["g77", USER]


async def test_a_picture_is_fetched_while_the_chat_shows_it(polling, bots, tray):
    await bots.shows(USER, b"\xff\xd8", caption="gì đây")
    async with running(polling):
        await until(lambda: tray.kept)
    bots.faults.add(Answer(500, {}, path="sendChatAction"))
    for _ in range(2):
        fetched = await polling.fetch(tray.kept[0])
        assert isinstance(fetched.content, Photo)
        assert fetched.content.image == b"\xff\xd8"
    assert bots.actions == [{"chat_id": USER, "action": "typing"}]
    with pytest.raises(UnknownImage):
        await polling.fetch(Incoming(PERSON, Photo(handle="https://evil.example/a.jpg"), ref="2"))


async def test_a_long_answer_is_as_many_messages_as_it_needs(polling, bots):
    bots.bot.chats.add(USER)
    assert await answer(polling, LONG) == "out-2"
    assert [one["method"] for one in bots.sent] == ["sendMessage", "sendMessage"]


async def test_what_follows_is_tried_again_by_itself(polling, bots):
    bots.bot.chats.add(USER)
    bots.faults.add(Answer(200, {"ok": True, "result": {"message_id": "x"}}, path="sendMessage"))
    bots.faults.add(Answer(429, {"ok": False, "error_code": 429}, headers={"Retry-After": "0"}, path="sendMessage"))
    bots.faults.waiting[1] = replace(bots.faults.waiting[1], headers={"Retry-After": "1"})
    assert await answer(polling, LONG) == "out-1"


async def test_what_follows_and_fails_leaves_the_answer_half_sent(polling, bots):
    bots.bot.chats.add(USER)
    bots.faults.add(Answer(200, {"ok": True, "result": {"message_id": "x"}}, path="sendMessage"))
    bots.faults.add(Answer(200, {"ok": False, "error_code": 400}, path="sendMessage"))
    with pytest.raises(MaybeSent, match="beginning"):
        await answer(polling, LONG)
    bots.faults.add(Answer(200, {"ok": True, "result": {"message_id": "x"}}, path="sendMessage"))
    bots.faults.add(Answer(200, {"ok": False, "error_code": 401}, path="sendMessage"), times=3)
    with pytest.raises(MaybeSent, match="beginning"):
        await answer(polling, LONG)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Answer(200, {"ok": False, "error_code": 400}), Refused),
        (Answer(200, {"ok": False, "error_code": 401}), NotSent),
        (Answer(200, {"ok": False, "error_code": 403}), MaybeSent),
        (Answer(200, {"ok": False, "error_code": 408}), MaybeSent),
        (Answer(200, {"ok": False, "error_code": 429}), NotSent),
        (Answer(429, {"ok": False, "error_code": 429}, headers={"Retry-After": "7"}), NotSent),
        (Answer(503, {}), MaybeSent),
        (Answer(200, raw=b"?"), MaybeSent),
        (Cut(), MaybeSent),
        (Cut(done=True), MaybeSent),
    ],
)
async def test_a_bad_line_is_told_apart(polling, bots, fault, error):
    bots.bot.chats.add(USER)
    bots.faults.add(fault)
    with pytest.raises(error):
        await answer(polling)


async def test_a_person_unknown_to_zalo_is_gone(polling):
    with pytest.raises(Gone):
        await answer(polling)


async def test_a_refused_token_brings_the_channel_down(polling, bots):
    bots.bot.token = "other:token"
    with pytest.raises(NotSent):
        await answer(polling)
    assert polling.condition().health is Health.DOWN
    assert "Zalo Bot Manager" in polling.condition().why


async def test_an_unreachable_zalo_is_not_sent(bots, talk):
    async with zalo_bot.open_channel(bot_settings(bots, api_url="http://127.0.0.1:9"), talk) as channel:
        with pytest.raises(NotSent, match="cannot be reached"):
            await answer(channel)


async def test_the_words_of_a_card_go_alone_where_its_picture_cannot_be_fetched_twice(polling, bots):
    bots.bot.chats.add(USER)
    picture = "https://127.0.0.1:9/a.jpg"
    await answer(polling, Reply(cards=(Card("Nem", picture=picture),)))
    assert bots.refusals == [(400, "photo cannot be fetched twice")]
    assert bots.sent == [{"method": "sendMessage", "chat_id": USER, "text": "Nem"}]


def test_the_channel_says_who_it_is(polling):
    assert polling.name == "zalo_bot"
    assert not polling.keeps_answers
    assert polling.condition().health is Health.STARTING
