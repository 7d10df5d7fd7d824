"""When Telegram, the line or our own store misbehaves: nothing lost, nothing said twice, nothing leaked."""

import asyncio
import logging
from dataclasses import replace
from random import Random
from typing import Any, cast

import pytest
from pydantic import ValidationError

from bot.channel import Delivery, Gone, Health, MaybeSent, NotSent, Refused, Talk
from bot.channels.telegram import Settings, open_channel
from bot.channels.telegram.channel import TelegramParts
from bot.channels.telegram.polling import POLL_SECONDS
from bot.channels.telegram.transport import ApiUrl
from catalog.errors import BadSetting
from handlers.actions import Action, Verb
from handlers.messages import Choice, Person, Reply
from tests.stands.faults import Answer, Cut, Fault, Hang
from tests.stands.telegram import TOKEN, BotApi, Someone, bot_api
from tests.stands.telegram.house import House, echo, living, settings, surely, until
from tests.unit.telegram.conftest import Live

PATIENCE = Answer(
    429, {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}},
    path="sendMessage",
)  # fmt: skip


def refusal(status: int, words: str, path: str = "sendMessage") -> Answer:
    return Answer(status, {"ok": False, "error_code": status, "description": words}, path=path)


def note(number: int = 100_001) -> Delivery:
    return Delivery(Person("telegram", str(number)), Reply("Tin mới"), key="k")


@pytest.mark.parametrize(
    ("fault", "error", "messages"),
    [
        (Answer(500, raw=b"<html>", path="sendMessage"), MaybeSent, 0),
        (refusal(502, "Bad Gateway"), MaybeSent, 0),
        (Cut(path="sendMessage"), MaybeSent, 0),
        (Cut(done=True, path="sendMessage"), MaybeSent, 1),
        (Hang(done=True, path="sendMessage"), MaybeSent, 1),
        (Answer(200, raw=b"{", path="sendMessage"), MaybeSent, 0),
        (Answer(200, raw=b'{"ok":true,"resu', path="sendMessage"), MaybeSent, 0),
        (Answer(200, raw=b"<html>sign in to this network", path="sendMessage"), MaybeSent, 0),
        (Answer(200, {"ok": True}, path="sendMessage"), MaybeSent, 0),
        (PATIENCE, NotSent, 0),
        (refusal(401, "Unauthorized"), NotSent, 0),
        (refusal(403, "Forbidden: bot was blocked by the user"), Gone, 0),
        (refusal(400, "Bad Request: chat not found"), Gone, 0),
        (refusal(400, "Bad Request: can't parse entities"), Refused, 0),
        (refusal(409, "Conflict"), Refused, 0),
    ],
)
async def test_what_a_failed_send_means(
    api: BotApi, lan: Someone, live: Live, fault: Fault, error: type[Exception], messages: int
) -> None:
    lan.start()
    async with live(House(echo), timeout=0.5 if isinstance(fault, Hang) else 10) as channel:
        api.faults.add(fault)
        with pytest.raises(error):
            await channel.deliver(note())
        assert len(api.made("sendMessage")) == messages


async def test_nothing_is_sent_where_nobody_listens() -> None:
    async with bot_api() as api:
        Someone(api).start()
    async with open_channel(settings(api), House(echo).talk) as channel:
        with pytest.raises(NotSent):
            await channel.deliver(note())
    with pytest.raises(NotSent):
        await channel.deliver(note())


async def test_patience_with_one_chat_is_no_patience_with_another(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    async with living(house, settings(api)):
        api.faults.add(PATIENCE)
        lan.say("một")
        await until(lambda: api.faults.spent)
        replace(lan, number=100_002).say("hai")
        await until(lambda: len(api.made("sendMessage")) == 2)
        assert [sent["chat_id"] for sent in api.made("sendMessage")] == [100_002, 100_001]


async def test_a_flood_is_answered_within_the_limit(api: BotApi, lan: Someone, live: Live) -> None:
    api.limit = (3, 2.8)
    house = House(echo)
    async with living(house, settings(api)):
        for number in range(5):
            lan.say(str(number))
        for number in range(20):
            replace(lan, number=200_000 + number).say("khác")
        await until(lambda: len(api.made("sendMessage")) == 25)
        assert {sent["chat_id"] for sent in api.made("sendMessage")[-2:]} == {100_001}


async def test_a_message_that_goes_on_is_not_begun_again(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(lambda _: Reply("chữ nghĩa " * 900))
    async with live(house, per_second=1000) as channel:
        lan.say("dài")
        await until(lambda: len(api.made("sendMessage")) == 3)
        long = replace(note(), reply=house.answer(house.kept[0]))
        begun = Answer(200, {"ok": True, "result": {"message_id": 5, "date": 1, "chat": lan.chat}}, path="sendMessage")
        for faults in ([PATIENCE], [Cut(path="sendMessage")], [refusal(403, "Forbidden")], [PATIENCE] * 3):
            api.faults.add(begun, *faults)
            assert await surely(lambda: channel.deliver(long)) == "100001/5"
            assert api.faults.waiting == []


async def test_a_chat_that_moves_in_circles_is_given_up(api: BotApi, lan: Someone, live: Live) -> None:
    api.world.moved |= {-1: -2, -2: -1}
    async with live(House(echo)) as channel:
        with pytest.raises(Refused):
            await channel.deliver(note(-1))


async def test_what_cannot_be_kept_is_not_acknowledged(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo, full=True)
    async with live(house):
        for number in range(10):
            lan.say(str(number))
        await until(lambda: len(api.made("getUpdates")) > 2)
        assert len(api.world.pending) == 10
        house.full = False
        await until(lambda: len(house.outcomes) == 10 and not api.world.pending)
        assert [sent["text"] for sent in api.made("sendMessage")] == [f"Text: {number}" for number in range(10)]


async def test_what_comes_twice_or_out_of_order_is_answered_once(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    api.unsteady = Random(7)
    async with live(house):
        for number in range(20):
            replace(lan, number=300_000 + number).say(str(number))
        await until(lambda: len(house.outcomes) == 20)
    api.forget()
    async with live(house):
        await until(lambda: not api.world.pending and len(api.world.confirmed) == 20)
    assert len(api.made("sendMessage")) == 20
    assert house.again >= 20


async def test_an_update_that_cannot_be_read_stops_nothing(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    async with live(house):
        api.world.happen("callback_query", {"id": "1"})
        lan.say("sau đó")
        await until(lambda: api.made("sendMessage"))
        await until(lambda: not api.world.pending)


async def test_faults_on_the_way_in_pass(api: BotApi, lan: Someone, live: Live) -> None:
    house = House(echo)
    api.faults.add(Answer(500, path="getMe"), Cut(path="deleteWebhook"), Answer(200, raw=b"[", path="setMyCommands"))
    api.faults.add(Answer(200, {"ok": True, "result": True}, path="getUpdates"), Cut(path="getUpdates"))
    api.faults.add(replace(PATIENCE, path="getUpdates"))
    async with live(house) as channel:
        lan.say("rốt cuộc")
        await until(lambda: api.made("sendMessage"))
        await until(lambda: channel.condition().health is Health.UP)
    assert api.faults.waiting == []


async def test_after_a_long_outage_it_is_heard_again_within_seconds(api: BotApi, lan: Someone) -> None:
    """However often it failed before: nobody waits for a pause that grew."""
    waits: list[float] = []

    async def note_down(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0.001)

    api.faults.add(Cut(path="getMe"), times=40)
    house = House(echo)
    async with living(house, settings(api), around=TelegramParts(sleep=note_down)):
        lan.say("nem")
        await until(lambda: house.outcomes)
    assert max(waits) <= 4
    assert POLL_SECONDS <= 10


async def test_two_pollers_are_named(api: BotApi, lan: Someone, live: Live) -> None:
    first, second = House(echo), House(echo)
    async with live(first) as channel:
        await until(lambda: channel.condition().health is Health.UP)
        async with live(second) as other:
            await until(lambda: "409" in channel.condition().why or "409" in other.condition().why)


async def test_a_refused_token_is_said(api: BotApi, live: Live) -> None:
    async with live(House(echo), token="7000000001:wrong") as channel:
        await until(lambda: channel.condition().health is Health.DOWN)
        assert channel.condition().why == "Telegram does not take the token"


async def test_too_many_small_calls_are_dropped(api: BotApi, lan: Someone, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2_010):
        lan.type("x")
    async with open_channel(settings(api, username="@hoi_ocop_bot"), House(echo).talk) as channel:
        await channel.intake.take(api.world.pending)
    assert caplog.text.count("one is dropped") == 10
    async with open_channel(settings(api), House(echo).talk) as channel:
        with pytest.raises(RuntimeError):
            await channel.intake.take([{"update_id": 1}])


async def test_a_small_call_that_fails_harms_no_other(
    api: BotApi, lan: Someone, live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(echo, cards=cast("Any", None))
    async with live(house):
        lan.type("x")
        lan.press("help", {"message_id": 1, "date": 0, "chat": lan.chat})
        api.world.callbacks.clear()
        await until(lambda: house.outcomes and api.made("answerCallbackQuery", status=400))
        await until(lambda: "nobody foresaw" in caplog.text)
        house.cards = []
        lan.type("y")
        await until(lambda: api.methods.shared)


async def test_everything_goes_through_the_proxy(api: BotApi, lan: Someone) -> None:
    house = House(echo)
    async with living(house, settings(api, api_url="http://api.telegram.test", proxy=api.url)):
        lan.photo(b"1")
        await until(lambda: api.made("sendMessage"))
        assert len(api.downloads) == 1


async def test_no_secret_is_ever_told(api: BotApi, lan: Someone, live: Live, caplog: pytest.LogCaptureFixture) -> None:
    """A canary token and a canary password, every road, at DEBUG."""
    caplog.set_level(logging.DEBUG)
    secrets = (TOKEN, TOKEN.partition(":")[2], "canary-secret")
    house = House(lambda incoming: Reply("Đáp", choices=(Choice("Lại", Action(Verb.HELP)),)))
    told: list[str] = []
    api.faults.add(Answer(500, path="getMe"), Cut(path="getUpdates"), refusal(401, "Unauthorized", "getUpdates"))
    async with live(house, proxy="http://canary-secret@127.0.0.1:9", timeout=2) as channel:
        await until(lambda: channel.condition().health is Health.DOWN)
        told += [repr(channel), repr(channel.condition()), repr(channel.intake.bot), str(channel.intake.bot.token)]
    async with live(house, timeout=2, mode="webhook", webhook_secret="canary-secret") as channel:
        await until(lambda: channel.condition().health is Health.UP)
        told += [repr(channel), repr(channel.webhook)]
    async with live(house, timeout=2) as channel:
        lan.say("chào 0912345678")
        lan.photo(b"1")
        lan.type("bánh")
        await until(lambda: len(house.outcomes) == 2)
        lan.tap(int(str(house.outcomes[0]).partition("/")[2]), "Lại")
        await until(lambda: len(house.outcomes) == 3)
        faults: list[Fault] = [
            Cut(path="sendMessage"), Hang(path="sendMessage"), Answer(500, raw=b"x", path="sendMessage"), PATIENCE,
            Cut(path="getFile"), refusal(404, "Not Found"),
        ]  # fmt: skip
        api.faults.add(*faults)
        for number in range(6):
            try:
                await channel.deliver(note(100_001 if number else 5))
            except (MaybeSent, NotSent, Refused, Gone) as error:
                told += [repr(error), str(error), repr(error.__cause__), str(error.__cause__)]
        told += [repr(channel), repr(settings(api)), repr(ApiUrl(api.url, TOKEN)), *house.memory.kept.values()]
    await asyncio.sleep(0)
    for secret in secrets:
        assert secret not in "\n".join(told)
        assert secret not in caplog.text
    assert "0912345678" not in caplog.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "no colon"}, {"token": "x:y"}, {"token": "1:"}, {"api_url": "ftp://x"}, {"api_url": "https://"},
        {"proxy": "socks5://x"}, {"mode": "webhook"}, {"mode": "webhook", "webhook_secret": "có dấu"},
        {"mode": "webhook", "webhook_secret": "x" * 257}, {"username": "a b"}, {"per_second": 0},
    ],
)  # fmt: skip
def test_half_filled_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"token": TOKEN, **wrong})


async def test_a_webhook_needs_a_public_address() -> None:
    house = House(echo)
    chosen = Settings.model_validate({"token": TOKEN, "mode": "webhook", "webhook_secret": "s"})
    talk = Talk(house, house.suggest, house.memory, public_url="")
    with pytest.raises(BadSetting):
        async with open_channel(chosen, talk):
            pass
