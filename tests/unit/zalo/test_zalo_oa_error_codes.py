"""What each of Zalo's refusals means for what was to be sent."""

import pytest

from bot.channel import Gone, Health, MaybeSent, NotSent, Refused, WindowClosed
from bot.channels import zalo_oa
from bot.channels.zalo_oa import error_codes
from bot.channels.zalo_oa.windows import Span
from handlers.actions import Action, Verb
from handlers.messages import Choice, Incoming, Reply, Text
from tests.stands.faults import Answer, Cut
from tests.unit.zalo.conftest import HELLO, PERSON, USER, answer, oa_settings

CODES = {
    -216: NotSent,
    -220: NotSent,
    -32: NotSent,
    -211: WindowClosed,
    -218: WindowClosed,
    -311: WindowClosed,
    -213: Gone,
    -230: WindowClosed,
    -232: WindowClosed,
    -305: WindowClosed,
    -217: Gone,
    -244: Gone,
    -227: Gone,
    -221: NotSent,
    -224: NotSent,
    -240: Refused,
    -320: WindowClosed,
    -321: WindowClosed,
    -234: NotSent,
    -201: Refused,
    -999: Refused,
    -204: NotSent,
    -205: NotSent,
    -207: NotSent,
    -208: NotSent,
    -209: NotSent,
    -212: NotSent,
    -215: NotSent,
    -219: NotSent,
    -222: NotSent,
}


@pytest.mark.parametrize("code", CODES)
async def test_each_error_number_has_its_meaning(oa, zalo, tray, clock, code):
    await zalo.says(USER, "a")
    zalo.forced += [code, code]
    with pytest.raises(CODES[code]) as caught:
        await answer(oa, HELLO, tray.kept[0])
    assert str(code) in str(caught.value)
    assert zalo.sent == []
    span = (await oa.window(PERSON)).span(clock())
    assert span is (Span.CLOSED if CODES[code] in {WindowClosed, Gone} else Span.FREE)
    meaning = error_codes.ErrorMeaning
    down = error_codes.meaning(code) in {meaning.ACCESS, meaning.ACCOUNT, meaning.OLD_API, meaning.APP}
    assert (oa.condition().health is Health.DOWN) == down
    assert bool(oa.condition().why) == bool(error_codes.trouble(code))


def test_the_wait_is_as_long_as_it_must_be(clock):
    evening = clock().replace(hour=16, minute=30, second=0, microsecond=0)  # 23:30 in Việt Nam
    night = error_codes.send_error(-234, now=evening)
    rate = error_codes.send_error(-32, now=evening.replace(second=40))
    account = error_codes.send_error(-221, now=evening)
    assert isinstance(night, NotSent)
    assert isinstance(rate, NotSent)
    assert isinstance(account, NotSent)
    assert (night.seconds, rate.seconds, account.seconds) == (6.5 * 3600, 20, 3600)


async def test_what_was_not_sent_is_not_counted(oa, zalo, tray):
    await zalo.says(USER, "a")
    zalo.forced.append(-32)
    with pytest.raises(NotSent):
        await answer(oa, HELLO, tray.kept[0])
    assert (await oa.window(PERSON)).sent == 0


async def test_a_refused_template_is_said_in_words(oa, zalo, tray):
    await zalo.says(USER, "a")
    zalo.forced.append(-201)
    see = Choice("Xem", Action(Verb.PRODUCT, "nem-bui"))
    await answer(oa, Reply(text="Chọn", choices=(see,)), tray.kept[0])
    assert zalo.sent == [{"to": USER, "text": "Chọn\n\n1. Xem"}]
    assert (await oa.window(PERSON)).sent == 1


@pytest.mark.parametrize(
    ("fault", "error", "sent"),
    [
        (Answer(429, {}, headers={"Retry-After": "7"}), NotSent, 0),
        (Answer(429, {}, headers={"Retry-After": "soon"}), NotSent, 0),
        (Answer(503, {}), MaybeSent, 0),
        (Answer(200, raw=b"<html>"), MaybeSent, 0),
        (Answer(200, {"error": "none"}), MaybeSent, 0),
        (Answer(404, {}), Refused, 0),
        (Answer(302, {}, headers={"Location": "/elsewhere"}), MaybeSent, 0),
        (Cut(), MaybeSent, 0),
        (Cut(done=True), MaybeSent, 1),
    ],
)
async def test_a_bad_line_is_told_apart(oa, zalo, tray, fault, error, sent):
    await zalo.says(USER, "a")
    await oa._tokens.access()
    zalo.faults.add(fault)
    with pytest.raises(error):
        await answer(oa, HELLO, tray.kept[0])
    assert len(zalo.sent) == sent
    assert (await oa.window(PERSON)).sent == (1 if error is MaybeSent else 0)


async def test_an_unreachable_zalo_is_not_sent(zalo, talk, tray, clock):
    async with zalo_oa.open_channel(oa_settings(zalo, api_url="http://127.0.0.1:9"), talk, clock=clock) as channel:
        with pytest.raises(NotSent, match="cannot be reached"):
            await answer(channel, HELLO, Incoming(PERSON, Text("a"), ref="1"))
