"""Who is told when: quiet hours, pauses, reminders, a second person, the officer; and what becomes of failures."""

import pytest

from bot.channel import Gone, MaybeSent, NotSent, NotYet, Refused, WindowClosed
from catalog.inquiry import Member, NoticeKind, Role
from handlers.actions import Verb
from handlers.inquiries.notice_policy import PATIENCE
from handlers.phrases import speech
from tests.town import HOUR, Town
from tests.unit.inquiries.conftest import Folk, admitted

pytestmark = pytest.mark.both_databases

say = speech("vi")
NO_MEMBER = say("You answer for no producer. If you make OCOP products, ask the programme officer for a code.")


async def test_quiet_hours_hold_a_notice_until_morning(town: Town, folk: Folk) -> None:
    await folk.ba.does(Verb.SETTINGS, "quiet")
    town.now += 13 * HOUR  # 22:00
    await folk.lan.asks("Hỏi lúc khuya")
    before = len(folk.ba.heard)
    await town.later(8 * HOUR)  # 06:00
    assert len(folk.ba.heard) == before
    await town.later(HOUR)
    assert "Hỏi lúc khuya" in folk.ba.last


async def test_quiet_hours_chosen_later_hold_a_reminder_too(town: Town, folk: Folk) -> None:
    town.now += 13 * HOUR  # 22:00: reminded at 22:00 tomorrow
    await folk.lan.asks("Hỏi lúc khuya")
    await town.post()
    await folk.ba.does(Verb.SETTINGS, "quiet")
    before = len(folk.ba.heard)
    await town.later(24 * HOUR)
    assert len(folk.ba.heard) == before
    await town.later(9 * HOUR)
    assert folk.ba.last.startswith(say("Still waiting for your answer:"))


async def test_who_pauses_is_passed_over(town: Town, folk: Folk) -> None:
    await admitted(town, folk.tu, code="BBBB")
    await folk.ba.does(Verb.SETTINGS, "pause")
    await folk.lan.asks("Ai trực hôm nay?")
    await town.post()
    assert "Ai trực hôm nay?" in folk.tu.last
    assert "Ai trực hôm nay?" not in folk.ba.last


async def test_reminder_second_channel_officer(town: Town, folk: Folk) -> None:
    await admitted(town, folk.tu, code="BBBB")
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    quiet = [len(each.heard) for each in (folk.ba, folk.tu, folk.officer)]
    await town.later(23 * HOUR)
    assert [len(each.heard) for each in (folk.ba, folk.tu, folk.officer)] == quiet
    await town.later(HOUR)
    assert folk.ba.last.startswith(say("Still waiting for your answer:"))
    assert folk.tu.last.startswith(say("Please answer this customer:"))
    assert len(folk.officer.heard) == quiet[2]
    await town.later(48 * HOUR)
    assert folk.officer.last.startswith(say("No producer has answered this. Please help:"))
    assert ref in folk.officer.last
    assert ref in await folk.officer("/duyet")
    await town.later(300 * HOUR)
    assert sum(ref in each for each in folk.ba.heard) == 2


async def test_an_answer_stops_the_reminders(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    told = len(folk.ba.heard), len(folk.officer.heard)
    await town.later(100 * HOUR)
    assert (len(folk.ba.heard), len(folk.officer.heard)) == told


async def test_a_follow_up_is_reminded_of_and_escalates_anew(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    await town.later(10 * HOUR)
    await folk.lan.does(Verb.MORE, ref)
    await folk.lan("Trong tủ lạnh thì sao?")
    await town.post()
    assert folk.ba.last.startswith(say("A customer adds something:"))
    told = len(folk.ba.heard), len(folk.officer.heard)
    await town.later(14 * HOUR)  # a day after the first question, whose reminder is moot by now
    assert (len(folk.ba.heard), len(folk.officer.heard)) == told
    await town.later(10 * HOUR)
    assert folk.ba.last.startswith(say("Still waiting for your answer:"))
    await town.later(37 * HOUR)
    assert len(folk.officer.heard) == told[1]
    await town.later(11 * HOUR)
    assert ref in folk.officer.last


async def test_whoever_cannot_be_reached_is_replaced_at_once(town: Town, folk: Folk) -> None:
    await admitted(town, folk.tu, code="BBBB")
    town.lines["telegram"].troubles = [WindowClosed("closed"), Gone("blocked")]
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    assert not any(ref in each for each in (*folk.ba.heard, *folk.tu.heard))
    assert folk.officer.last.startswith(say("No producer has answered this. Please help:"))
    await folk.ba("có gì mới không")
    assert any(ref in each for each in folk.ba.heard), "what was held is told on return"
    assert ref in folk.ba.heard[-2], "and first thing"


async def test_a_producer_is_told_through_another_after_a_quarter_of_an_hour_of_failures(
    town: Town, folk: Folk
) -> None:
    await admitted(town, folk.tu, code="BBBB")
    ref = await folk.lan.asks("Nem để được bao lâu?")
    town.lines["telegram"].troubles = [NotSent("down") for _ in range(PATIENCE)]
    waited = 0.0
    while not any(ref in each for each in folk.tu.heard):
        await town.later(30)
        waited += 30
    assert 10 * 60 < waited < 20 * 60


@pytest.mark.only_sqlite
async def test_what_is_surely_unsent_is_told_in_the_end(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    town.lines["telegram"].troubles = [NotSent("down") for _ in range(60)]
    for _ in range(90):
        await town.later(3 * HOUR)
    assert await town.store.outbox.list_failed(limit=9) == []
    assert any(ref in each for each in folk.ba.heard)
    assert retries(town) == 60


def retries(town: Town) -> float | None:
    labels = {"queue": "notices", "channel": "telegram"}
    return town.measures.registry.get_sample_value("hoi_ocop_retries_total", labels)


async def test_a_refused_notice_is_a_dead_letter(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    town.lines["telegram"].troubles = [Refused("too long")]
    await town.post()
    dead = await town.store.outbox.list_failed(limit=9)
    assert [(each.kind, each.subject) for each in dead] == [(NoticeKind.NEW, ref)]
    assert await town.store.outbox.revive(dead[0].number)
    assert not await town.store.outbox.revive(dead[0].number)
    await town.post()
    assert any(ref in each for each in folk.ba.heard)


async def test_our_own_limits_cost_no_try(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    town.lines["telegram"].troubles = [NotYet("this chat has had its share", seconds=7.0) for _ in range(30)]
    for _ in range(31):
        await town.later(7)
    assert sum(ref in each for each in folk.ba.heard) == 1
    assert not any(ref in each for each in folk.officer.heard), "nobody was unreachable"
    assert retries(town) is None


async def test_an_answer_waits_for_who_shut_us_out(town: Town, folk: Folk) -> None:
    await folk.lan.asks("Nem để được bao lâu?")
    (ref,) = [each.ref for each in await town.store.inquiries.of_consumer(folk.lan.address, limit=9)]
    town.lines["zalo"].troubles = [Gone("blocked")]
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    await town.post()
    assert not any(each.startswith("Trả lời cho") for each in folk.lan.heard)
    await folk.lan("nem chua 2")
    assert folk.lan.heard[-2].startswith(f"Trả lời cho #{ref}")


async def test_an_unknown_fate_is_tried_again_for_producers_only(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    town.lines["telegram"].troubles = [MaybeSent("cut")]
    await town.post()
    await town.later(5)
    assert sum(ref in each for each in folk.ba.heard) == 1
    town.lines["zalo"].troubles = [MaybeSent("cut")]
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    await town.later(HOUR)
    assert not any(each.startswith("Trả lời cho") for each in folk.lan.heard)
    assert [each.kind for each in await town.store.outbox.list_failed(limit=9)] == [NoticeKind.ANSWER]
    assert say("Please tell us a little more, so that we can answer well.") in await folk.lan.does(Verb.INQUIRY, ref)


async def test_an_answer_waits_for_the_window_and_is_given_first_thing_on_return(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    town.lines["zalo"].troubles = [WindowClosed("closed")]
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    await town.later(80 * HOUR)
    assert not any(each.startswith("Trả lời cho") for each in folk.lan.heard)
    await folk.lan("nem chua 2")
    assert folk.lan.heard[-2].startswith(f"Trả lời cho #{ref}")
    assert "Nem chua 2" in folk.lan.last


async def test_an_answer_outlasts_a_dead_channel(town: Town, folk: Folk) -> None:
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await folk.ba.does(Verb.CANNED, f"{ref} more")
    town.lines["zalo"].troubles = [NotSent("down") for _ in range(30)]
    for _ in range(40):
        await town.later(HOUR)
    assert town.lines["zalo"].troubles == []
    assert sum(each.startswith("Trả lời cho") for each in folk.lan.heard) == 1


async def test_leaving_passes_on_what_waits(town: Town, folk: Folk) -> None:
    await admitted(town, folk.tu, code="BBBB")
    ref = await folk.lan.asks("Nem để được bao lâu?")
    await folk.ba.does(Verb.LEAVE)
    assert await folk.ba.tap(say("Yes, leave")) == say("You have left. A new code from the officer brings you back.")
    before = len(folk.ba.heard)
    await town.post()
    assert ref in folk.tu.last
    assert len(folk.ba.heard) == before, "who left is told nothing more"
    await folk.tu.does(Verb.LEAVE, "yes")
    await town.post()
    assert ref in folk.officer.last
    assert await folk.tu("/homthu") == NO_MEMBER


async def test_a_channel_that_is_off_is_no_dead_end(town: Town, folk: Folk) -> None:
    sau = town.someone("viber", "9")
    made = await town.store.product("nem-3")
    assert made is not None
    await town.store.members.join(Member(sau.address, Role.PRODUCER, made.producer.id), at=town.now)
    ref = await folk.lan.asks("Nem để được bao lâu?", product="nem-3")
    await town.post()
    assert ref in folk.officer.last
