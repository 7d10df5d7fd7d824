"""The channel against the platform, both over real HTTP."""

import asyncio
import io
import json
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from PIL import Image

from bot.channel import Delivery, Gone, Health, MaybeSent, NotSent, Refused, WindowClosed
from bot.channels import zalo_oa
from bot.channels.zalo_oa.windows import Span
from catalog.errors import UnknownImage
from handlers import attachments
from handlers.actions import Action, Verb
from handlers.messages import Card, Choice, Incoming, Photo, Reply, Tap, Text
from tests.stands.faults import Answer, Cut
from tests.unit.zalo.conftest import HELLO, PERSON, USER, answer, mounted, oa_settings

SEND = "/v3.0/oa/message/cs"


async def notice(oa, reply: Reply = HELLO) -> str:
    return await oa.deliver(Delivery(PERSON, reply, key="n"))


# What comes in -------------------------------------------------------------------------------------------------


async def test_words_come_in_and_an_answer_goes_out(oa, zalo, tray):
    assert await zalo.says(USER, "nem bùi", msg_id="m1") == 200
    (incoming,) = tray.kept
    assert (incoming.content, incoming.ref, incoming.person) == (Text("nem bùi"), "m1", PERSON)
    assert await answer(oa, HELLO, incoming) == "out-1"
    assert zalo.sent == [{"to": USER, "text": "Xin chào"}]


async def test_a_picture_is_fetched(oa, zalo, tray):
    await zalo.shows(USER, b"\xff\xd8 picture", caption="cái này?")
    fetched = await oa.fetch(tray.kept[0])
    assert fetched.content == Photo(b"\xff\xd8 picture", handle=tray.kept[0].content.handle, caption="cái này?")
    words = Incoming(PERSON, Text("a"), ref="1")
    assert await oa.fetch(words) is words


async def test_a_picture_elsewhere_is_not(oa):
    with pytest.raises(UnknownImage):
        await oa.fetch(Incoming(PERSON, Photo(handle="https://evil.example/a.jpg"), ref="1"))


async def test_a_button_comes_back_as_its_action(oa, zalo, tray):
    await zalo.says(USER, "tìm")
    see = Choice("Xem", Action(Verb.PRODUCT, "nem-bui"))
    await answer(oa, Reply(cards=(Card("Nem", choices=(see,)), Card("Bánh", choices=(see,)))), tray.kept[0])
    await answer(oa, Reply(text="Chọn", choices=(see,)), tray.kept[0])
    listed, asked = zalo.sent
    await zalo.presses(USER, listed["attachment"]["payload"]["elements"][0])
    await zalo.presses(USER, asked["attachment"]["payload"]["buttons"][0])
    assert [one.content for one in tray.kept[1:]] == [Tap(Action(Verb.PRODUCT, "nem-bui"))] * 2


async def test_the_console_may_try_the_address(oa, zalo, tray):
    assert await zalo.post_raw(b"{}", timestamp="", headers={}) == 200
    assert tray.kept == []


@pytest.mark.parametrize("headers", [{}, {"X-ZEvent-Signature": "mac=00"}, {"X-ZEvent-Signature": ""}])
async def test_nobody_else_may_post(oa, zalo, tray, headers):
    body = json.dumps(zalo.event("user_send_text", USER, {"text": "a"})).encode()
    assert await zalo.post_raw(body, timestamp="", headers=headers) == 401
    assert tray.kept == []


async def test_a_body_written_anew_is_refused(oa, zalo, tray):
    event = zalo.event("user_send_text", USER, {"text": "bùi"})
    signed = zalo.signed(json.dumps(event, ensure_ascii=False).encode(), event["timestamp"])
    assert await zalo.post_raw(json.dumps(event).encode(), timestamp="", headers=signed) == 401


async def test_another_app_is_refused_though_it_knows_the_secret(oa, zalo, tray):
    event = zalo.event("user_send_text", USER, {"text": "a"}) | {"app_id": "1"}
    assert await zalo.post(event) == 401
    body = b"[]"
    assert await zalo.post_raw(body, timestamp=str(round(zalo.now() * 1000))) == 401
    assert tray.kept == []


async def test_another_account_of_the_app_is_passed_over(oa, zalo, tray):
    event = zalo.event("user_send_text", USER, {"text": "a"}) | {"recipient": {"id": "1"}}
    assert await zalo.post(event) == 200
    assert tray.kept == []


async def test_the_timestamp_may_be_in_the_body_alone(oa, zalo, tray):
    zalo.webhook.sends_timestamp_header = False
    assert await zalo.says(USER, "a") == 200
    assert len(tray.kept) == 1


async def test_what_is_posted_again_is_kept_once(oa, zalo, tray):
    event = zalo.event("user_send_text", USER, {"text": "a"})
    assert await asyncio.gather(*(zalo.post(event) for _ in range(5))) == [200] * 5
    assert len(tray.kept) == 1


async def test_what_cannot_be_kept_is_not_acknowledged_and_comes_again(oa, zalo, tray):
    tray.broken = 2
    event = zalo.event("user_send_text", USER, {"text": "a"})
    assert await zalo.post(event, retry_after=(0, 0, 0)) == 200
    assert zalo.webhook.statuses == [503, 503, 200]
    assert len(tray.kept) == 1
    tray.broken = 99
    assert await zalo.post(zalo.event("user_send_text", USER, {"text": "b"}), retry_after=(0,) * 5) == 503
    assert not zalo.webhook.enabled


async def test_a_body_has_an_end(oa, zalo, tray):
    body = b'{"a":"' + b"x" * 300_000 + b'"}'
    assert await zalo.post_raw(body, timestamp="1") == 413

    async def chunks():
        yield body

    async with aiohttp.ClientSession() as session, session.post(zalo.webhook.url, data=chunks()) as response:
        assert response.status == 413


async def test_coming_and_going(oa, zalo, tray, clock):
    oa_id = zalo.account.oa_id
    zalo.event("user_send_text", USER, {})
    base = {"app_id": zalo.account.app_id, "oa_id": oa_id, "follower": {"id": USER}}
    now = round(zalo.now() * 1000)
    assert await zalo.post({**base, "event_name": "follow", "timestamp": str(now)}) == 200
    assert tray.kept[0].content == Tap(Action(Verb.START))
    assert (await oa.window(PERSON)).span(clock()) is Span.FREE
    assert await zalo.post({**base, "event_name": "unfollow", "timestamp": str(now + 1)}) == 200
    assert (await oa.window(PERSON)).span(clock()) is Span.CLOSED
    with pytest.raises(WindowClosed):
        await notice(oa)
    assert zalo.sent == []


async def test_an_anonymous_visitor_is_answered_in_the_conversation(oa, zalo, tray):
    event = zalo.event("anonymous_send_text", "a8d1", {"text": "chào", "conversation_id": "c1"})
    assert await zalo.post(event) == 200
    await answer(oa, HELLO, tray.kept[0])
    assert zalo.sent == [{"to": "a8d1", "text": "Xin chào"}]


COMPLAINT = Reply("#ABC23: mốc rồi", cards=(attachments.photo_card("Ảnh kèm theo #ABC23", "proof"),))
NOT_SHOWN = "Có ảnh kèm theo, nhưng kênh này không hiện được ảnh."


def noisy(side: int) -> bytes:
    """A JPEG that does not shrink well."""
    kept = io.BytesIO()
    Image.effect_noise((side, side), 120).convert("RGB").save(kept, "JPEG", quality=95)
    return kept.getvalue()


@pytest.mark.parametrize("side", [64, 1600])
async def test_the_photo_of_a_complaint_is_uploaded_and_shown_with_its_words(zalo, talk, tray, clock, side):
    image = noisy(side)

    async def picture(path):
        return image if path == "/f/proof" else None

    talk = replace(talk, picture=picture)
    async with zalo_oa.open_channel(oa_settings(zalo), talk, clock=clock) as channel, mounted(channel) as url:
        zalo.webhook.url = f"{url}/zalo_oa/webhook"
        await zalo.says(USER, "a")
        await answer(channel, COMPLAINT, tray.kept[0])
        ((name, uploaded),) = zalo.uploads.items()
        element = {"media_type": "image", "attachment_id": name}
        payload = {"template_type": "media", "elements": [element]}
        assert zalo.sent == [{
            "to": USER, "text": "#ABC23: mốc rồi", "attachment": {"type": "template", "payload": payload},
        }]  # fmt: skip
        assert (uploaded == image) is (side == 64)
        # A token that ended is renewed for it; what Zalo does not take costs only the picture.
        zalo.revoke_access()
        await answer(channel, COMPLAINT, tray.kept[0])
        assert len(zalo.uploads) == 2
        image = b"no picture"
        await answer(channel, COMPLAINT, tray.kept[0])
        assert zalo.sent[-1]["text"].startswith(f"#ABC23: mốc rồi\n\n{NOT_SHOWN}")
        zalo.faults.add(Answer(502, {}, path="/v2.0/oa/upload/image"))
        with pytest.raises(NotSent):
            await answer(channel, COMPLAINT, tray.kept[0])
        zalo.faults.add(Cut(path="/v2.0/oa/upload/image"))
        with pytest.raises(NotSent):
            await answer(channel, COMPLAINT, tray.kept[0])
        assert len(zalo.sent) == 3


OLDER = "/v2.0/oa/message"


@pytest.mark.parametrize(
    ("open_to_visitors", "first", "later"),
    [({OLDER, SEND}, [OLDER], [OLDER]), ({OLDER}, [OLDER], [OLDER]), ({SEND}, [OLDER, SEND], [SEND])],
)
async def test_an_anonymous_visitor_is_answered_by_the_way_that_works(
    zalo, talk, tray, clock, open_to_visitors, first, later
):
    """The other one is tried where one refuses, and what worked is remembered by the next process too."""
    counted: list[str] = []
    talk = replace(talk, count=counted.append)
    zalo.anonymous_ways = open_to_visitors
    for paths in (first, later):
        zalo.paths.clear()
        async with zalo_oa.open_channel(oa_settings(zalo), talk, clock=clock) as channel, mounted(channel) as url:
            zalo.webhook.url = f"{url}/zalo_oa/webhook"
            await zalo.post(zalo.event("anonymous_send_text", "a8d1", {"text": "chào", "conversation_id": "c1"}))
            await answer(channel, HELLO, tray.kept[-1])
            assert channel.condition().why == ""
        assert zalo.paths == paths
    assert len(zalo.sent) == 2
    assert counted.count("anonymous v3 sent") + counted.count("anonymous v2 sent") == 2
    assert counted.count("anonymous v2 refused") == len(first) - 1


async def test_an_anonymous_visitor_whom_no_way_reaches_is_a_trouble(oa, zalo, tray):
    zalo.anonymous_ways = set()
    await zalo.post(zalo.event("anonymous_send_text", "a8d1", {"text": "chào", "conversation_id": "c1"}))
    with pytest.raises(Gone):
        await answer(oa, HELLO, tray.kept[0])
    assert zalo.paths == [OLDER, SEND]
    zalo.faults.add(Answer(404, raw=b"Not Found", path=OLDER), Answer(404, raw=b"Not Found", path=SEND))
    await zalo.post(zalo.event("anonymous_send_text", "b2", {"text": "chào", "conversation_id": "c2"}))
    with pytest.raises(Refused):
        await answer(oa, HELLO, tray.kept[1])
    assert "-240" in oa.condition().why


async def test_what_may_have_been_sent_to_a_visitor_is_not_sent_by_the_other_way(oa, zalo, tray):
    zalo.anonymous_ways = {OLDER, SEND}
    await zalo.post(zalo.event("anonymous_send_text", "a8d1", {"text": "chào", "conversation_id": "c1"}))
    zalo.faults.add(Cut(done=True, path=OLDER))
    with pytest.raises(MaybeSent):
        await answer(oa, HELLO, tray.kept[0])
    assert len(zalo.sent) == 1


async def test_seeing_is_kept_for_later(oa, zalo):
    await zalo.says(USER, "a")
    event = zalo.event("user_seen_message", USER, {"msg_ids": ["1"]}, ours=True)
    assert await zalo.post(event) == 200
    assert (await oa.window(PERSON)).seen == int(event["timestamp"])


# The window ----------------------------------------------------------------------------------------------------


async def test_eight_answers_then_silence_until_the_person_speaks(oa, zalo, tray):
    await zalo.says(USER, "a")
    for _ in range(8):
        await answer(oa, HELLO, tray.kept[0])
    with pytest.raises(WindowClosed):
        await answer(oa, HELLO, tray.kept[0])
    await zalo.says(USER, "b")
    await answer(oa, HELLO, tray.kept[1])
    assert len(zalo.sent) == 9
    assert zalo.refusals == []


async def test_after_two_days_it_waits_unless_we_pay(oa, zalo, talk, clock):
    await zalo.says(USER, "a")
    clock.ahead += timedelta(hours=49)
    zalo.pass_time(49 * 3600)
    with pytest.raises(WindowClosed):
        await notice(oa)
    zalo.account.paid_quota = 1
    async with zalo_oa.open_channel(oa_settings(zalo, pays=True), talk, clock=clock) as paying:
        await notice(paying)
        assert zalo.account.paid_quota == 0
        with pytest.raises(WindowClosed, match="-211"):
            await notice(paying)
        assert "quota is used up" in paying.condition().why
        assert paying.condition().health is Health.UP


async def test_what_zalo_counts_goes_over_what_we_count(oa, zalo, tray, clock):
    await zalo.says(USER, "a")
    zalo.followers[USER].free_used = 7
    await answer(oa, HELLO, tray.kept[0])
    assert (await oa.window(PERSON)).span(clock()) is Span.PAID
    assert (await oa.window(PERSON)).quota == "reply"


# Tokens and errors ---------------------------------------------------------------------------------------------


async def test_a_refused_token_is_renewed_once_and_the_message_sent_once(oa, zalo, tray):
    await zalo.says(USER, "a")
    await answer(oa, HELLO, tray.kept[0])
    for revoke in (zalo.revoke_access, lambda: zalo.forced.append(-220)):
        revoke()
        sent, grants = len(zalo.sent), zalo.grants
        await answer(oa, HELLO, tray.kept[0])
        assert (len(zalo.sent), zalo.grants) == (sent + 1, grants + 1)


async def test_a_token_refused_twice_is_a_trouble(oa, zalo, tray):
    await zalo.says(USER, "a")
    zalo.forced += [-216, -216]
    with pytest.raises(NotSent):
        await answer(oa, HELLO, tray.kept[0])
    assert oa.condition().health is Health.DOWN
    await answer(oa, HELLO, tray.kept[0])
    assert oa.condition().health is Health.UP


async def test_silence_of_the_webhook_is_noticed(oa, zalo, tray, clock):
    zalo.echoes = True
    await zalo.says(USER, "a")
    await answer(oa, HELLO, tray.kept[0])
    zalo.webhook.enabled = False
    await answer(oa, HELLO, tray.kept[0])
    assert oa.condition().why == ""
    clock.ahead += timedelta(minutes=11)
    assert "switch the webhook on again" in oa.condition().why
    zalo.webhook.enabled = True
    await zalo.says(USER, "b")
    assert oa.condition().why == ""


async def test_not_faster_than_allowed(zalo, talk, tray, clock):
    settings = oa_settings(zalo, sends_per_second=20)
    async with zalo_oa.open_channel(settings, talk, clock=clock) as channel, mounted(channel) as url:
        zalo.webhook.url = f"{url}/zalo_oa/webhook"
        for user in range(6):
            await zalo.says(str(user), "a")
        await asyncio.gather(*(answer(channel, HELLO, one) for one in tray.kept))
    # The n-th call leaves no earlier than n steps after the first; the network may only add to that.
    assert zalo.calls[-1] - zalo.calls[0] > 5 / 20 - 0.05


async def test_the_channel_says_who_it_is(oa):
    assert oa.name == "zalo_oa"
    assert not oa.keeps_answers
    assert oa.condition().health is Health.STARTING
