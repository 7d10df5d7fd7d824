"""The channel over a real server: kept before acknowledged, resumed by seq, strangers kept out."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.channel import Health
from bot.channels.web import Settings, frames
from bot.http.own_site import is_own
from bot.pages import words
from handlers.actions import Action, Verb
from handlers.messages import Incoming, Location, Person, Reply, Tap, Text
from tests.browser.stand import House, open_app

TOKEN = "0123456789abcdef0123456789abcdef"
ME = frames.address_of(TOKEN)


class Tab:
    """One browser tab, as bare as can be."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, **frame: object) -> None:
        await self.socket.send_str(json.dumps(frame))

    async def hears(self) -> dict:
        return json.loads(await self.socket.receive_str(timeout=5))

    async def says(self, text: str, ref: str) -> dict:
        await self.send(type="say", id=ref, text=text)
        return await self.hears()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with open_app() as house:
        yield house


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


async def opened(client: aiohttp.ClientSession, house: House, **headers: str) -> Tab:
    return Tab(await client.ws_connect(f"{house.url}/chat/ws", headers={"Origin": house.url, **headers}))


async def greeted(client, house, *, after=0, language="vi", token=TOKEN) -> Tab:
    tab = await opened(client, house)
    await tab.send(type="hello", token=token, after=after, language=language)
    assert (await tab.hears())["type"] == "ready"
    return tab


async def test_a_message_is_kept_then_acknowledged_then_answered(house, client):
    tab = await greeted(client, house, language="en")
    assert await tab.says("bánh phu thê", "message-1") == {"type": "ack", "id": "message-1"}
    incoming = house.tray.kept[ME, "message-1"]
    assert incoming.person == Person("web", ME, "en")
    assert incoming.content == Text("bánh phu thê")
    await house.say(incoming, Reply("Đây"))
    answer = await tab.hears()
    assert (answer["type"], answer["seq"], answer["to"], answer["reply"]["text"]) == ("answer", 1, "message-1", "Đây")


async def test_taps_and_places_are_messages_too(house, client):
    tab = await greeted(client, house)
    await tab.send(type="tap", id="message-1", action="p banh-phu-the", language="en")
    await tab.hears()
    await tab.send(type="place", id="message-2", latitude=21.18, longitude=106)
    await tab.hears()
    kept = list(house.tray.kept.values())
    assert kept[0].content == Tap(Action(Verb.PRODUCT, "banh-phu-the"))
    assert kept[0].person.language == "en"
    assert kept[1].content == Location(21.18, 106.0)


async def test_what_could_not_be_kept_is_not_acknowledged(house, client):
    tab = await greeted(client, house)
    house.tray.broken = 1
    refused = await tab.says("nem bùi", "message-1")
    assert (refused["type"], refused["code"], refused["id"]) == ("error", "not_kept", "message-1")
    assert "gửi lại" in refused["text"]
    assert await tab.says("nem bùi", "message-1") == {"type": "ack", "id": "message-1"}


async def test_a_message_sent_twice_is_kept_once_and_acknowledged_twice(house, client):
    tab = await greeted(client, house)
    assert await tab.says("nem bùi", "message-1") == await tab.says("nem bùi", "message-1")
    assert len(house.tray.kept) == 1


async def test_what_is_said_while_a_tab_catches_up_follows_what_it_missed(house, client):
    """A tab asks to resume after the highest seq it saw: told out of order, what it missed would be lost to it."""
    tab = await greeted(client, house)
    for number in (1, 2):
        await tab.says("nem bùi", f"message-{number}")
    await tab.socket.close()
    first, second = house.tray.kept.values()
    await house.say(first, Reply("một"))
    house.tray.slow = asyncio.Event()
    tab = await opened(client, house)
    await tab.send(type="hello", token=TOKEN, after=0, language="vi")
    await asyncio.sleep(0.1)
    async with asyncio.TaskGroup() as group:
        group.create_task(house.say(second, Reply("hai")))
        await asyncio.sleep(0.1)
        house.tray.slow.set()
        told = [await tab.hears() for _ in range(3)]
    assert [(each["type"], each["seq"]) for each in told] == [("ready", 1), ("answer", 1), ("answer", 2)]


async def test_whoever_returns_is_told_what_was_said_meanwhile(house, client):
    tab = await greeted(client, house)
    for number in (1, 2, 3):
        await tab.says("nem bùi", f"message-{number}")
    await tab.socket.close()
    for incoming in house.tray.kept.values():
        await house.say(incoming, Reply(f"câu trả lời {incoming.ref}"))
    tab = await opened(client, house)
    await tab.send(type="hello", token=TOKEN, after=1, language="vi")
    assert await tab.hears() == {"type": "ready", "seq": 3}
    assert [(await tab.hears())["to"] for _ in range(2)] == ["message-2", "message-3"]
    await tab.send(type="resume", after=2)
    assert (await tab.hears())["seq"] == 3


async def test_every_tab_of_a_person_hears_the_answer_and_nobody_else(house, client):
    here, there = await greeted(client, house), await greeted(client, house)
    stranger = await greeted(client, house, token="f" * 32)
    await here.says("nem bùi", "message-1")
    await house.say(house.tray.kept[ME, "message-1"], Reply("Đây"))
    assert (await here.hears())["seq"] == (await there.hears())["seq"] == 1
    await stranger.send(type="ping")
    assert await stranger.hears() == {"type": "pong"}


async def test_an_answer_for_somebody_who_left_is_delivered_all_the_same(house):
    incoming = Incoming(Person("web", ME), Text("nem"), "message-1")
    assert await house.channel.deliver(house.tray.answer(incoming, Reply("Đây"))) == ""
    assert await house.channel.fetch(incoming) is incoming


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "bad_json"),
        ("[1]", "bad_json"),
        ("[" * 5000, "bad_json"),
        ("{}", "unknown_type"),
        ('{"type":["say"]}', "unknown_type"),
        ('{"type":"say","id":"message-1"}', "no_text"),
        ('{"type":"say","id":"kurz","text":"a"}', "bad_id"),
        ('{"type":"say","id":7,"text":"a"}', "bad_id"),
        ('{"type":"tap","id":"message-1","action":"drop tables"}', "unknown_action"),
        ('{"type":"place","id":"message-1","latitude":91,"longitude":0}', "bad_place"),
        ('{"type":"place","id":"message-1","latitude":NaN,"longitude":0}', "bad_place"),
        ('{"type":"place","id":"message-1","latitude":true,"longitude":0}', "bad_place"),
        ('{"type":"resume","after":-1}', "bad_after"),
        ('{"type":"resume","after":99999999999999999999}', "bad_after"),
        ('{"type":"hello","token":"' + TOKEN + '"}', "hello_twice"),
    ],
)
async def test_a_wrong_frame_is_named_and_harms_nothing(house, client, raw, code):
    tab = await greeted(client, house)
    await tab.socket.send_str(raw)
    wrong = await tab.hears()
    assert (wrong["type"], wrong["code"]) == ("error", code)
    assert wrong["text"].endswith(".")
    assert await tab.says("nem bùi", "message-9") == {"type": "ack", "id": "message-9"}


async def test_bytes_are_no_frame(house, client):
    tab = await greeted(client, house)
    await tab.socket.send_bytes(b"\0\1")
    assert (await tab.hears())["code"] == "bad_json"


async def test_whoever_only_makes_mistakes_is_dismissed(house, client):
    tab = await greeted(client, house)
    for _ in range(20):
        await tab.send(type="nonsense")
        await tab.hears()
    assert (await tab.socket.receive(timeout=5)).data == aiohttp.WSCloseCode.POLICY_VIOLATION


@pytest.mark.parametrize(
    "first", ['{"type":"ping"}', '{"type":"hello","token":"short"}', "{", '{"type":"hello","token":"' + "a" * 99 + '"}']
)
async def test_the_first_word_is_a_proper_hello(house, client, first):
    tab = await opened(client, house)
    await tab.socket.send_str(first)
    assert (await tab.hears())["type"] == "error"
    assert (await tab.socket.receive(timeout=5)).data == aiohttp.WSCloseCode.POLICY_VIOLATION


async def test_a_first_frame_of_bytes_ends_it(house, client):
    tab = await opened(client, house)
    await tab.socket.send_bytes(b"hello")
    assert (await tab.socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


async def test_a_frame_above_the_limit_is_refused(house, client):
    tab = await greeted(client, house)
    await tab.send(type="say", id="message-1", text="a" * 70_000)
    assert (await tab.socket.receive(timeout=5)).data == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    assert not house.tray.kept


async def test_ten_thousand_of_the_widest_letters_fit(house, client):
    tab = await greeted(client, house)
    await tab.send(type="say", id="message-1", text="\u0001" * 10_400)
    assert (await tab.hears())["type"] == "ack"


async def test_half_letters_and_nul_are_mended_before_they_are_kept(house, client):
    tab = await greeted(client, house)
    await tab.socket.send_str('{"type":"say","id":"message-1","text":"a\\ud800b\\u0000c"}')
    await tab.hears()
    assert house.tray.kept[ME, "message-1"].content == Text("a?b\ufffdc")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "file://", ""])
async def test_another_site_may_not_talk(house, client, origin):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await opened(client, house, Origin=origin)
    assert refused.value.status == 403


async def test_allowed_sites_and_our_public_address_may_talk(client):
    settings = Settings(origins="https://xa.example.vn https://*.bacninh.example.vn")
    async with open_app(settings, public_url="https://hoi.example") as house:
        for origin in ("https://xa.example.vn", "https://tiendu.bacninh.example.vn", "https://hoi.example"):
            tab = await opened(client, house, Origin=origin)
            await tab.socket.close()
        for origin in ("http://xa.example.vn", "https://bacninh.example.vn", "https://evilbacninh.example.vn"):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await opened(client, house, Origin=origin)


async def test_a_person_has_only_so_many_tabs(client):
    async with open_app(Settings(tabs=2)) as house:
        first, second = await greeted(client, house), await greeted(client, house)
        third = await opened(client, house)
        await third.send(type="hello", token=TOKEN, after=0, language="en")
        assert (await third.hears())["text"].startswith("You have too many tabs")
        assert (await third.socket.receive(timeout=5)).data == aiohttp.WSCloseCode.TRY_AGAIN_LATER
        await second.socket.close()
        await greeted(client, house)
        await first.socket.close()


async def test_a_store_that_is_away_sends_the_tab_away_to_come_back(house, client):
    house.tray.broken = 1
    tab = await opened(client, house)
    await tab.send(type="hello", token=TOKEN, after=0, language="vi")
    assert (await tab.hears())["code"] == "unavailable"
    assert (await tab.socket.receive(timeout=5)).data == aiohttp.WSCloseCode.TRY_AGAIN_LATER


async def test_the_hasty_wait_and_lose_nothing(client):
    async with open_app(Settings(burst=1, per_second=50)) as house:
        tab = await greeted(client, house)
        for number in range(10):
            await tab.send(type="say", id=f"message-{number}", text="nem")
        assert [(await tab.hears())["id"] for _ in range(10)] == [f"message-{number}" for number in range(10)]


async def test_closing_sends_tabs_away_and_lets_nobody_in(house, client):
    tab = await greeted(client, house)
    await house.channel.close()
    assert (await tab.socket.receive(timeout=5)).data == aiohttp.WSCloseCode.GOING_AWAY
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await opened(client, house)
    assert refused.value.status == 503


async def test_a_channel_that_is_off_has_no_routes():
    async with open_app(Settings(enabled=False)) as house:
        assert house.channel.routes() == ()
        assert house.channel.condition().why == "switched off"


async def test_a_channel_that_is_on_is_up(house):
    assert house.channel.name == "web"
    assert house.channel.keeps_answers
    assert house.channel.condition().health is Health.UP


async def test_no_token_is_kept_anywhere(house, client):
    tab = await greeted(client, house)
    await tab.says("nem", "message-1")
    assert TOKEN not in repr(house.tray)


async def test_the_channel_runs_until_the_house_closes_and_then_sends_its_tabs_away(house, client):
    tab = await greeted(client, house)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await house.channel.run()
    assert (await tab.socket.receive(timeout=5)).data == aiohttp.WSCloseCode.GOING_AWAY


async def test_an_origin_that_is_no_address_is_not_ours():
    assert not is_own("http://[", host="[", public_url="")


async def test_a_flood_of_newcomers_is_told_to_wait_in_words_and_the_page_sends_again(client):
    async with open_app(Settings(newcomers=1, newcomer_seconds=60)) as house:
        known = await greeted(client, house, token="1" * 30)
        assert (await known.says("nem", "message-1"))["type"] == "ack"
        fresh = await greeted(client, house, token="2" * 30)
        said = await fresh.says("nem", "message-2")
        assert (said["type"], said["code"], said["id"]) == ("error", "not_kept", "message-2")
        assert said["text"] == words.complaint("crowded", "vi")
        assert (await known.says("nem", "message-3"))["type"] == "ack"
        line = house.tray.kept[frames.address_of("1" * 30), "message-3"].line
        assert len(line) == 24
        assert "127.0.0.1" not in line
