"""The inbox's rows, from waiting to sent."""

from dataclasses import replace

from sqlalchemy import select

from catalog.store import DeliveryResult, InboxRow, Store, StoredAnswer, tables
from tests.unit.store.rows import unfinished

FIRST = InboxRow("web", "an", "m1", '{"a": 1}', b"\xff\xd8")


def said(seq: int, text: str = "chào", *, address: str = "an", language: str = "vi", state: str = "{}") -> StoredAnswer:
    return StoredAnswer(seq, text, "web", address, language, state)


async def state_of(store: Store, seq: int) -> tuple[object, ...]:
    table = tables.inbox
    columns = (table.c.state, table.c.attempts, table.c.sent_id, table.c.trouble, table.c.pictures)
    async with store._engine.connect() as connection:
        return tuple((await connection.execute(select(*columns).where(table.c.seq == seq))).one())


async def test_it_is_kept_whole_and_once(store: Store) -> None:
    seq = await store.put(FIRST)
    assert await store.put(FIRST) == 0
    assert await store.put(replace(FIRST, body="anders")) == 0
    assert await unfinished(store) == [replace(FIRST, seq=seq)]


async def test_the_same_ref_of_another_person_is_another_message(store: Store) -> None:
    one = await store.put(FIRST)
    two = await store.put(replace(FIRST, address="binh"))
    three = await store.put(replace(FIRST, channel="telegram"))
    assert 0 < one < two < three


async def test_an_answer_is_kept_before_it_is_sent_and_the_photo_is_gone(store: Store) -> None:
    seq = await store.put(FIRST)
    await store.answer(said(seq, "Nem Bùi", language="en", state='{"offered": ["p 1"]}'))
    (letter,) = await unfinished(store)
    assert (letter.state, letter.answer, letter.pictures) == ("sending", "Nem Bùi", None)
    assert await store.person("web", "an") == ("en", '{"offered": ["p 1"]}')
    await store.settle(DeliveryResult(seq, "sent", sent_id="77"))
    assert await unfinished(store) == []
    assert await state_of(store, seq) == ("sent", 1, "77", "", None)


async def test_of_two_answers_the_last_word_about_a_person_counts(store: Store) -> None:
    one, two = await store.put(FIRST), await store.put(replace(FIRST, ref="m2"))
    await store.answer(said(one, language="vi"))
    await store.answer(said(two, language="en"))
    assert (await store.person("web", "an"))[0] == "en"
    assert await store.person("web", "nobody") == ("", "{}")


async def test_what_is_held_waits_for_its_person(store: Store) -> None:
    seq = await store.put(FIRST)
    await store.answer(said(seq))
    await store.settle(DeliveryResult(seq, "held", trouble="48 hours are over"))
    assert await unfinished(store) == []
    assert await store.waiting.people("held") == [("web", "an")]
    held = await store.waiting.letters("web", "an", states=("held",), limit=9)
    assert [letter.seq for letter in held] == [seq]
    assert await store.waiting.letters("web", "binh", states=("held",), limit=9) == []


async def test_answers_are_fetched_from_where_one_stopped(store: Store) -> None:
    numbers = [await store.put(replace(FIRST, ref=f"m{number}")) for number in range(3)]
    for seq in numbers[:2]:
        await store.answer(said(seq, f"antwort {seq}"))
    assert [letter.seq for letter in await store.answers_after("web", "an", after=0)] == numbers[:2]
    assert [letter.seq for letter in await store.answers_after("web", "an", after=numbers[0])] == [numbers[1]]
    assert await store.answers_after("web", "binh", after=0) == []


async def test_a_long_trouble_is_cut(store: Store) -> None:
    seq = await store.put(FIRST)
    await store.settle(DeliveryResult(seq, "failed", trouble="x" * 500))
    assert (await state_of(store, seq))[3] == "x" * 200


async def test_what_is_old_is_erased_also_if_it_never_went_out(store: Store) -> None:
    sent, _ = await store.put(FIRST), await store.put(replace(FIRST, ref="m2"))
    await store.settle(DeliveryResult(sent, "sent"))
    assert await store.forget_before(0) == 0
    assert await store.forget_before(1e12) == 2
    assert await unfinished(store) == []


async def test_waiting_letters_come_without_their_pictures(store: Store) -> None:
    seq = await store.put(FIRST)
    (letter,) = await store.waiting.letters("web", "an", limit=9)
    assert (letter.pictures, letter.picture_bytes) == (None, 2)
    assert await store.waiting.picture(seq) == FIRST.pictures
    assert await store.waiting.pictures() == [("web", "an", 2)]
    assert await store.waiting.picture(seq + 1) is None


async def test_what_must_be_answered_comes_before_what_must_be_sent(store: Store) -> None:
    one, two, three = [await store.put(replace(FIRST, ref=f"m{number}")) for number in range(3)]
    for seq in (one, two):
        await store.answer(replace(said(seq), later=True))
    assert [each.seq for each in await store.waiting.letters("web", "an", limit=9)] == [three, one, two]
    await store.settle(DeliveryResult(two, "ready", due_at=70.0, trouble="away"))
    assert await store.waiting.lanes("web") == [("an", 70.0)]
    (backlog,) = await store.waiting.backlogs()
    assert (backlog.channel, backlog.count, backlog.why) == ("web", 3, "away")


async def test_an_answer_is_claimed_once(store: Store) -> None:
    seq = await store.put(FIRST)
    assert not await store.waiting.claim(seq)
    await store.answer(replace(said(seq), later=True))
    assert await store.waiting.claim(seq)
    assert not await store.waiting.claim(seq)


async def test_all_but_the_newest_are_put_aside_and_given_on_request(store: Store) -> None:
    seqs = [await store.put(replace(FIRST, ref=f"m{number}")) for number in range(4)]
    for seq in seqs:
        await store.answer(replace(said(seq), later=True))
    assert await store.waiting.shelve("web", "an", before=1.0) == 0
    assert await store.waiting.shelve("web", "an", before=1e12) == 3
    assert [each.seq for each in await store.waiting.letters("web", "an", limit=9)] == seqs[3:]
    assert await store.waiting.ask_for("web", "an", limit=2) == 2
    asked = await store.waiting.letters("web", "an", states=("asked",), limit=9)
    assert [each.seq for each in asked] == seqs[:2]
    assert await store.waiting.count_put_aside("web", "an") == 1
    await store.waiting.put_back("web", "an")
    assert await store.waiting.count_put_aside("web", "an") == 3


async def test_a_seq_is_never_given_twice(store: Store) -> None:
    """A browser asks for what came after the last seq it saw: a reused one would hide an answer."""
    seq = await store.put(FIRST)
    await store.settle(DeliveryResult(seq, "sent"))
    await store.forget_before(1e12)
    assert await store.put(FIRST) > seq


async def test_what_was_erased_is_not_in_the_file(store: Store) -> None:
    seq = await store.put(replace(FIRST, body='{"text": "0987-geheim-0987"}'))
    await store.settle(DeliveryResult(seq, "sent"))
    await store.forget_before(1e12)
    async with store._engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        path = (await connection.exec_driver_sql("PRAGMA database_list")).one().file
    with open(path, "rb") as file:  # noqa: PTH123, ASYNC230 - a small file, read once
        assert b"0987-geheim-0987" not in file.read()
