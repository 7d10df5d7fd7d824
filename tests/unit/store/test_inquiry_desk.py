"""What officers do with inquiries, on each database: listed without words, passed on, handed over, once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from catalog.audit import AuditEntry, Deed, Doer
from catalog.errors import NotFound
from catalog.inquiry import Address, Inquiry, Kind, Move, MovedMeanwhile, Notice, NoticeKind, Side, State
from catalog.sealing import new_key
from catalog.store import InquiryFilter, InquiryStep, Store, open_store
from tests.town import product

NOON = 1_790_000_000.0
DAY = 24 * 3600.0
LAN = Doer(7, "province")
AN, BA = Address("web", "an"), Address("zalo", "ba")


@pytest.fixture
async def made(store_url: str) -> AsyncIterator[Store]:
    """Two makers with three products."""
    async with open_store(store_url, keys=[new_key()]) as store:
        await store.import_rows([product(1), product(2), product(3, maker=2)], who="test")
        yield store


async def makers(store: Store) -> list[str]:
    return [each.producer.id for each in await store.products(["nem-1", "nem-3"])]


async def asked(
    store: Store,
    ref: str,
    key: str = "nem-1",
    *,
    days: float = 3,
    kind: Kind = Kind.QUESTION,
    notices: tuple[Notice, ...] = (),
) -> Inquiry:
    found = await store.product(key)
    assert found is not None
    at = NOON - days * DAY
    inquiry = Inquiry(ref, key, found.producer.id, AN, kind, State.SENT, at, at, "Trần An", "+84912345678")
    assert await store.inquiries.open(inquiry, text="Có cay không?", link=f"l-{ref}", notices=notices)
    return inquiry


async def held(store: Store, ref: str) -> Inquiry:
    found = await store.inquiries.by_ref(ref)
    assert found is not None
    return found


def did(deed: Deed = Deed.INQUIRY_HANDED) -> AuditEntry:
    return LAN.did(deed, "inquiry A1")


async def refs(store: Store, wanted: InquiryFilter) -> list[str]:
    lines, total = await store.inquiry_desk.list_lines(wanted, limit=9)
    assert total == len(lines)
    return [each.ref for each in lines]


async def test_the_list_knows_filters_and_who_waits_longest(made: Store) -> None:
    one, two = await makers(made)
    await asked(made, "A1", days=3)
    await asked(made, "A2", days=5, kind=Kind.COMPLAINT)
    await asked(made, "A3", "nem-3", days=9)
    await made.inquiries.move(InquiryStep("A1", Move.ANSWER, NOON, Side.PRODUCER, "Không cay."))
    assert await refs(made, InquiryFilter()) == ["A3", "A2", "A1"]
    assert await refs(made, InquiryFilter(state="waiting")) == ["A3", "A2"]
    assert await refs(made, InquiryFilter(state="answered")) == ["A1"]
    assert await refs(made, InquiryFilter(state="open", kind="complaint")) == ["A2"]
    assert await refs(made, InquiryFilter(producers=[two])) == ["A3"]
    assert await refs(made, InquiryFilter(only=[one], before=NOON - 4 * DAY)) == ["A2"]
    assert await refs(made, InquiryFilter(producers=[])) == []
    waiting = await made.inquiry_desk.count_waiting(InquiryFilter())
    assert [(each.producer_id, each.number, each.oldest) for each in waiting] == [
        (two, 1, NOON - 9 * DAY),
        (one, 1, NOON - 5 * DAY),
    ]
    await made.people.erase(AN)
    assert await refs(made, InquiryFilter()) == []


async def test_another_desk_sees_what_is_handed_to_it(made: Store) -> None:
    asked_ = await asked(made, "A1")
    notice = Notice("k", BA, NoticeKind.HANDED, "A1")
    await made.inquiry_desk.hand_to_desk("A1", "09475", seen=asked_.mark, notices=[notice], entry=did())
    assert await refs(made, InquiryFilter(producers=[], desks=["09475"])) == ["A1"]
    assert await refs(made, InquiryFilter(desk="09475")) == ["A1"]
    assert (await held(made, "A1")).moved_at == asked_.moved_at
    assert [each.kind for each in await made.outbox.lease(now=NOON * 2, limit=9)] == [NoticeKind.HANDED]
    with pytest.raises(MovedMeanwhile):
        await made.inquiry_desk.hand_to_desk("A1", "province", seen=asked_.mark, notices=[], entry=did())
    assert len([row async for row in made.audit.every_row()]) == 1
    with pytest.raises(NotFound):
        await made.inquiry_desk.tell("ZZ", seen="", notices=[], entry=did())


async def test_what_is_passed_on_loses_name_number_and_old_notices(made: Store) -> None:
    _, two = await makers(made)
    asked_ = await asked(made, "A1", notices=(Notice("old", BA, NoticeKind.REMIND, "A1"),))
    fresh = [Notice("new", Address("zalo", "tu"), NoticeKind.NEW, "A1")]
    await made.inquiry_desk.pass_on("A1", ("nem-3", two), seen=asked_.mark, at=NOON, notices=fresh, entry=did())
    now = await held(made, "A1")
    assert (now.product_id, now.producer_id, now.name, now.phone, now.state) == ("nem-3", two, "", "", State.SENT)
    assert [each.key for each in await made.outbox.lease(now=NOON * 2, limit=9)] == ["new"]
    (record,) = await made.inquiry_desk.answer_records(since=0)
    assert (record.producer_id, record.asked_at) == (two, NOON)


async def test_an_act_with_an_old_mark_or_in_a_closed_one_does_nothing(made: Store) -> None:
    asked_ = await asked(made, "A1")
    step = InquiryStep("A1", Move.CLOSE, NOON, Side.OFFICER, "Đã gọi.", by=Side.OFFICER, seen=asked_.mark, origin="o1")
    await made.inquiries.move(step, entry=did(Deed.INQUIRY_CLOSED))
    await made.inquiries.move(step, entry=did(Deed.INQUIRY_CLOSED))  # the same form once more
    other = InquiryStep("A1", Move.CLOSE, NOON, Side.OFFICER, "Khác.", seen=asked_.mark, origin="o2")
    with pytest.raises(MovedMeanwhile):
        await made.inquiries.move(other, entry=did(Deed.INQUIRY_CLOSED))
    closed = await held(made, "A1")
    assert [each.text for each in closed.messages] == ["Có cay không?", "Đã gọi."]
    with pytest.raises(MovedMeanwhile):
        await made.inquiry_desk.tell("A1", seen=closed.mark, notices=[], entry=did())
    assert len([row async for row in made.audit.every_row()]) == 1
    await made.inquiries.move(InquiryStep("A1", Move.REOPEN, NOON + 1, Side.OFFICER, "Mở lại."))
    assert (await held(made, "A1")).state is State.SENT


async def test_of_two_officers_at_once_one_closes_it(made: Store) -> None:
    asked_ = await asked(made, "A1")

    async def close(number: int) -> bool:
        step = InquiryStep(
            "A1", Move.CLOSE, NOON + number, Side.OFFICER, f"Lý do {number}", seen=asked_.mark, origin=f"o{number}"
        )
        try:
            await made.inquiries.move(step, entry=did(Deed.INQUIRY_CLOSED))
        except MovedMeanwhile:
            return False
        return True

    assert sorted(await asyncio.gather(*(close(number) for number in range(4)))) == [False, False, False, True]
    assert len((await held(made, "A1")).messages) == 2


async def test_who_answered_first_and_who_closed_stays_when_the_words_are_erased(made: Store) -> None:
    await asked(made, "A1")
    await made.inquiries.move(InquiryStep("A1", Move.ANSWER, NOON, Side.OFFICER, "Không cay."))
    await made.inquiries.move(InquiryStep("A1", Move.ANSWER, NOON + 9, Side.PRODUCER, "Đúng, không cay."))
    assert await made.inquiry_desk.officers_told("A1", now=NOON)
    await made.inquiries.move(InquiryStep("A1", Move.CLOSE, NOON + 10, by=Side.CONSUMER))
    await made.inquiries.move(InquiryStep("A1", Move.RATE, NOON + 11, rating=5))
    await made.people.erase(AN)
    (record,) = await made.inquiry_desk.answer_records(since=0)
    assert (record.answered_at, record.answered_by, record.closed_by) == (NOON, "officer", "consumer")
    assert record.person == ""


async def test_officers_are_told_of_what_has_a_notice_that_is_due(made: Store) -> None:
    await asked(made, "A1", notices=(Notice("k", BA, NoticeKind.ESCALATE, "A1", due_at=NOON + DAY),))
    assert not await made.inquiry_desk.officers_told("A1", now=NOON)
    assert await made.inquiry_desk.officers_told("A1", now=NOON + DAY)
