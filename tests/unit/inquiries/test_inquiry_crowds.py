"""Many ask one producer at once: ten are told one by one, the rest in digests; nothing is lost, nobody is flooded."""

from dataclasses import replace

import pytest

from bot.channel import NotSent, WindowClosed
from handlers import limits
from handlers.actions import Action, Verb
from handlers.context import Draft, DraftStep, Session
from handlers.conversation import answer
from handlers.messages import Incoming, Person, Tap
from handlers.phrases import speech
from handlers.plain import as_text
from tests.town import DAY, HOUR, Someone, Town, number_in, product
from tests.unit.inquiries.conftest import Folk, admitted

say = speech("vi")
FIRST = say("A customer writes to you:")


async def crowd(town: Town, size: int, *, kind: str = "question", about: str = "nem-1", of: str = "crowd") -> list[str]:
    """So many strangers press Send below what they wrote; the numbers of their inquiries, in order.

    They do so without the inbox, which is a quarter of the work of a whole conversation.
    """
    return [
        await sends(
            town, Draft(DraftStep.CONFIRM, about, kind, f"{of}: còn hàng không, khách số {each}?"), f"{of}{each}"
        )
        for each in range(size)
    ]


async def sends(town: Town, draft: Draft, stranger: str) -> str:
    """Let *stranger* send *draft*; the number of the inquiry."""
    send = Incoming(Person("zalo", stranger, "vi"), Tap(Action(Verb.SEND)), town.ref())
    session = Session("vi", draft=replace(draft, begun_at=town.now))
    return number_in(as_text((await answer(send, context=town.context, session=session)).reply))


def told_one_by_one(someone: Someone) -> int:
    return sum(each.startswith(FIRST) for each in someone.heard)


async def test_beyond_ten_an_hour_a_digest_tells_of_the_rest(town: Town, folk: Folk) -> None:
    refs = await crowd(town, limits.TOLD_PER_HOUR + 12)
    await town.post()
    assert told_one_by_one(folk.ba) == limits.TOLD_PER_HOUR
    before = len(folk.ba.heard)
    await town.later(limits.DIGEST_AFTER)
    assert len(folk.ba.heard) == before + 1
    assert folk.ba.last.startswith("Và 12 câu hỏi nữa đang chờ bạn.")
    assert f"#{refs[limits.TOLD_PER_HOUR]}" in folk.ba.last
    await town.later(HOUR)
    assert len(folk.ba.heard) == before + 1


async def test_everything_is_reachable_in_the_mailbox(town: Town, folk: Folk) -> None:
    refs = await crowd(town, limits.TOLD_PER_HOUR + 12)
    await town.post()
    await town.later(limits.DIGEST_AFTER)
    shown = await folk.ba.tap(say("Mailbox"))
    assert say("Open questions:") in shown
    pages = folk.ba.reply.page
    assert pages is not None
    assert (pages.pages, pages.total) == (5, 22)
    for _ in range(4):
        shown += await folk.ba.tap(say("Next →"))
    assert all(f"#{ref}" in shown for ref in refs)
    await folk.ba.does(Verb.REPLY, refs[-1])
    await folk.ba("Còn nhé")
    await town.post()
    assert "“Còn nhé”" in town.someone("zalo", f"crowd{len(refs) - 1}").last


async def test_the_shopper_hears_that_it_is_told_with_others(town: Town, folk: Folk) -> None:
    strangers = [town.someone("zalo", f"asking{number}") for number in range(limits.TOLD_PER_HOUR)]
    for number, stranger in enumerate(strangers):
        await stranger.asks(f"Còn hàng không, khách số {number}?")
    await town.post()
    crowded = say(
        "Many people are asking this producer now: yours is in their list, and they are told of it with others."
    )
    assert not any(crowded in each.last for each in strangers)
    lan = folk.lan
    await lan.asks("Nem để được bao lâu?")
    assert crowded in lan.last
    await town.later(2 * HOUR)
    await lan.asks("Nem có cay không?")
    assert crowded not in lan.last


async def test_an_hour_later_questions_are_told_one_by_one_again(town: Town, folk: Folk) -> None:
    await crowd(town, limits.TOLD_PER_HOUR + 1)
    await town.post()
    await town.later(limits.DIGEST_AFTER)
    await town.later(HOUR)
    await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    assert folk.ba.last.startswith(FIRST)


async def test_digests_are_an_hour_apart(town: Town, folk: Folk) -> None:
    await crowd(town, limits.TOLD_PER_HOUR + 1)
    await town.post()
    await town.later(limits.DIGEST_AFTER)
    assert folk.ba.last.startswith("Và 1 câu hỏi nữa đang chờ bạn.")
    heard = len(folk.ba.heard)
    await crowd(town, 3, of="later")
    await town.post()
    await town.later(limits.DIGEST_AFTER)
    assert len(folk.ba.heard) == heard
    await town.later(HOUR)
    assert folk.ba.last.startswith("Và 3 câu hỏi nữa đang chờ bạn.")


async def test_what_was_answered_or_withdrawn_meanwhile_is_not_counted(town: Town, folk: Folk) -> None:
    refs = await crowd(town, limits.TOLD_PER_HOUR + 2)
    await town.post()
    await folk.ba.does(Verb.CLOSE, refs[-1])
    await town.someone("zalo", f"crowd{len(refs) - 2}").does(Verb.CLOSE, refs[-2])
    heard = len(folk.ba.heard)
    await town.later(2 * HOUR)
    assert len(folk.ba.heard) == heard


async def test_a_digest_waits_for_the_end_of_the_quiet_hours(town: Town, folk: Folk) -> None:
    await crowd(town, limits.TOLD_PER_HOUR + 1)
    await town.post()
    (ba,) = await town.store.members.roles_of(folk.ba.address)
    await town.store.members.change(replace(ba, quiet_from=9, quiet_to=12))
    heard = len(folk.ba.heard)
    await town.later(limits.DIGEST_AFTER)
    assert len(folk.ba.heard) == heard
    await town.later(3 * HOUR)
    assert len(folk.ba.heard) == heard + 1


async def test_who_answers_no_more_is_told_nothing(town: Town, folk: Folk) -> None:
    await crowd(town, limits.TOLD_PER_HOUR + 1)
    await town.post()
    await folk.ba.does(Verb.LEAVE, "yes")
    heard = len(folk.ba.heard)
    await town.later(2 * HOUR)
    assert not [each for each in folk.ba.heard[heard:] if each.startswith("Và")]


async def test_when_the_digest_cannot_arrive_a_colleague_is_told_of_each(town: Town, folk: Folk) -> None:
    await admitted(town, folk.tu, code="BBBB")
    refs = await crowd(town, limits.TOLD_PER_HOUR + 2)
    await town.post()
    town.lines["telegram"].troubles.append(WindowClosed("closed"))
    await town.later(limits.DIGEST_AFTER)
    assert sum(any(f"#{ref}" in each for each in folk.tu.heard) for ref in refs[-2:]) == 2
    await folk.ba("xin chào")
    assert any(each.startswith("Và 2 câu hỏi nữa đang chờ bạn.") for each in folk.ba.heard)


@pytest.mark.both_databases
async def test_a_digest_that_failed_for_a_moment_is_told_later(town: Town, folk: Folk) -> None:
    await crowd(town, limits.TOLD_PER_HOUR + 1)
    await town.post()
    town.lines["telegram"].troubles.append(NotSent("busy", seconds=5.0))
    await town.later(limits.DIGEST_AFTER)
    await town.later(60)
    assert sum(each.startswith("Và 1 câu hỏi nữa") for each in folk.ba.heard) == 1


async def test_a_producer_by_mail_gets_one_mail_for_the_rest(town: Town) -> None:
    await town.store.import_rows([product(3, maker=2, email="nem@example.vn")], who="test")
    refs = await crowd(town, limits.TOLD_PER_HOUR + 3, about="nem-3")
    await town.post()
    mails = list(town.lines["mail"].said)
    assert len(mails) == limits.TOLD_PER_HOUR
    await town.later(limits.DIGEST_AFTER)
    mails = list(town.lines["mail"].said)
    assert len(mails) == limits.TOLD_PER_HOUR + 1
    text = mails[-1].reply.text
    assert all(f"#{ref}" in text for ref in refs[-3:])
    assert text.count("https://ocop.test/a/") == 3


async def test_officers_are_not_flooded_by_complaints_and_find_each(town: Town, folk: Folk) -> None:
    refs = await crowd(town, limits.TOLD_PER_HOUR + 7, kind="complaint")
    await town.post()
    chief = folk.officer
    assert sum(each.startswith(say("A customer complains:")) for each in chief.heard) == limits.TOLD_PER_HOUR
    await town.later(limits.DIGEST_AFTER)
    assert chief.last.startswith("Và 7 tin nữa của khách cần cán bộ xem.")
    shown = await chief.tap(say("What waits"))
    while chief.reply.choices[-1].label == say("Next →"):
        shown += await chief.tap(say("Next →"))
    assert all(f"#{ref}" in shown for ref in refs)


async def test_twenty_five_questions_end_in_eleven_messages(town: Town, folk: Folk) -> None:
    """Ten and a digest; a day later the reminders are kept to the same measure."""
    await crowd(town, 25)
    await town.post()
    await town.later(limits.DIGEST_AFTER)
    assert len([each for each in folk.ba.heard if each.startswith((FIRST, "Và"))]) == limits.TOLD_PER_HOUR + 1
    heard = len(folk.ba.heard)
    await town.later(DAY)
    await town.later(limits.DIGEST_AFTER)
    assert len(folk.ba.heard) - heard == limits.TOLD_PER_HOUR + 1


async def test_erasing_takes_the_gathered_along(town: Town, folk: Folk) -> None:
    await crowd(town, limits.TOLD_PER_HOUR)
    await folk.lan.asks("Nem để được bao lâu?")
    await town.post()
    await folk.lan.does(Verb.ERASE, "yes")
    heard = len(folk.ba.heard)
    await town.later(2 * HOUR)
    assert len(folk.ba.heard) == heard


async def test_a_reply_to_a_digest_asks_which_question_it_answers(town: Town, folk: Folk) -> None:
    await crowd(town, limits.TOLD_PER_HOUR + 2)
    await town.post()
    await town.later(limits.DIGEST_AFTER)
    (notice,) = [each for each in folk.ba.deliveries if each.reply.text.startswith("Và 2")]
    number = town.lines["telegram"].said.index(notice) + 1
    answer = await folk.ba("Còn hàng nhé", replies_to=f"{folk.ba.person.address}/{number}")
    assert answer.startswith(say("That message tells of several questions. Open the one you mean and answer it there."))
