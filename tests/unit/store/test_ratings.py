"""What people think of products: once in each half-year, sealed, answered, judged, moved with person and product."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.inquiry import Address, Member, Notice, NoticeKind, Role
from catalog.model import LookUp, LookUpWay
from catalog.ratings import CardRatings, HoldReason, Rating, RatingState, RatingWay, RingKind
from catalog.sealing import new_key
from catalog.store import PRODUCT, JoinChoice, Store, card_ratings, open_store, tables
from tests.unit.store.lists import row

LAN = Doer(7, "province")
NOW = 1_790_000_000.0
DAY = 24 * 3600.0
YEAR = 365 * DAY
AN, BINH = Address("zalo", "an"), Address("zalo", "binh")
WORDS = "Nem thơm, ăn đúng vị quê nhà"
RATING = Rating(AN, "nem-bui", 4, WORDS, at=NOW)


@pytest.fixture
def keys() -> list[str]:
    return [new_key()]


@pytest.fixture
async def store(store_url: str, keys: list[str]) -> AsyncIterator[Store]:
    async with open_store(store_url, keys=keys) as opened:
        await opened.import_rows([row(), row(id="nem-2", name="Nem hai", traces=(), gtins=())], who="test")
        yield opened


async def producer(store: Store) -> str:
    product = await store.product("nem-bui")
    assert product is not None
    return product.producer.id


async def test_only_who_scanned_a_code_of_it_may_rate(store: Store) -> None:
    made_by = await producer(store)

    async def way() -> RatingWay | None:
        return (await store.ratings.standing(AN, "nem-bui", made_by, now=NOW)).way

    assert await way() is None
    await store.people.note_view(AN, "nem-bui", at=NOW)
    await store.people.note_view(AN, "nem-bui", at=NOW, look_up=LookUp(LookUpWay.TYPED, lot="L12"))
    await store.people.note_view(AN, "nem-2", at=NOW, look_up=LookUp(LookUpWay.PHOTO, "8936"))
    await store.people.note_view(BINH, "nem-bui", at=NOW, look_up=LookUp(LookUpWay.PHOTO, "8936"))
    assert await way() is None, "a name, a lot, another product, another person"
    await store.people.note_view(AN, "nem-bui", at=NOW, look_up=LookUp(LookUpWay.PHOTO, "8936"))
    assert await way() is RatingWay.SCAN
    await store.members.join(Member(AN, Role.PRODUCER, made_by), at=NOW)
    standing = await store.ratings.standing(AN, "nem-bui", made_by, now=NOW)
    assert (standing.makes_it, standing.may) == (True, False)


async def test_a_card_knows_at_one_look_how_its_reader_stands(store: Store) -> None:
    made_by = await producer(store)

    async def of_card() -> CardRatings:
        found = await store.ratings.of_card(AN, "nem-bui", made_by, now=NOW)
        standing = await store.ratings.standing(AN, "nem-bui", made_by, now=NOW)
        assert found.summary == await store.ratings.summary("nem-bui")
        assert (found.bought, found.rated) == (standing.way is not None, standing.own is not None)
        assert found.makes_it is standing.makes_it
        return found

    assert await of_card() == CardRatings()
    await store.people.note_view(AN, "nem-2", at=NOW, look_up=LookUp(LookUpWay.PHOTO, "8936"))
    await store.people.note_view(AN, "nem-bui", at=NOW, look_up=LookUp(LookUpWay.TYPED, lot="L12"))
    assert await of_card() == CardRatings()
    await store.people.note_view(AN, "nem-bui", at=NOW, look_up=LookUp(LookUpWay.PHOTO, "8936"))
    assert (await of_card()).bought
    for name in ("an", "b", "c"):
        await store.ratings.give(replace(RATING, who=Address("zalo", name)))
    await store.ratings.give(replace(RATING, who=BINH, words="Hơi mặn với tôi", product="nem-2"))
    found = await of_card()
    assert found.rated
    assert (found.summary.people, found.summary.apart) == (0, 3)
    await store.members.join(Member(AN, Role.PRODUCER, made_by), at=NOW)
    assert (await of_card()).makes_it


async def test_many_who_look_at_once_are_told_each_their_own(store: Store) -> None:
    made_by = await producer(store)
    await store.people.note_view(AN, "nem-bui", at=NOW, look_up=LookUp(LookUpWay.PHOTO, "8936"))
    await store.members.join(Member(BINH, Role.PRODUCER, made_by), at=NOW)
    await store.ratings.give(replace(RATING, who=Address("zalo", "c"), product="nem-2"))

    async def look(name: str, product: str) -> CardRatings:
        return await store.ratings.of_card(Address("zalo", name), product, made_by, now=NOW)

    asked = [(name, product) for name in ("an", "binh", "c", "an") for product in ("nem-bui", "nem-2", "nobody's")]
    told = await asyncio.gather(*(look(*each) for each in asked))
    flags = {each: (known.bought, known.rated, known.makes_it) for each, known in zip(asked, told, strict=True)}
    assert {each: found for each, found in flags.items() if any(found)} == {
        ("an", "nem-bui"): (True, False, False),
        ("c", "nem-2"): (False, True, False),
        **{("binh", product): (False, False, True) for product in ("nem-bui", "nem-2", "nobody's")},
    }
    assert [known.summary.people for (_, product), known in zip(asked, told, strict=True)] == [0, 1, 0] * 4


async def test_what_was_summed_up_is_good_for_some_seconds_while_nobody_writes_here(
    store: Store, store_url: str, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine's rating counts once they are past, one's own at once."""
    clock = [100.0]
    monkeypatch.setattr(card_ratings, "monotonic", lambda: clock[0])
    made_by = await producer(store)

    async def people() -> int:
        return (await store.ratings.of_card(AN, "nem-bui", made_by, now=NOW)).summary.people

    await store.ratings.give(RATING)
    assert await people() == 1
    async with open_store(store_url, keys=keys) as other:
        await other.ratings.give(replace(RATING, who=BINH, words=""))
        assert await people() == 1, "it is not summed up anew"
        clock[0] += card_ratings.SUMMARY_SECONDS
        assert await people() == 2
    await store.ratings.take_back(AN, 1)
    assert await people() == 1


async def test_a_second_one_in_the_half_year_changes_the_first(store: Store) -> None:
    first = await store.ratings.give(RATING)
    second = await store.ratings.give(replace(RATING, points=2, words="Hôm nay hơi mặn", at=NOW + DAY))
    assert (second.number, second.points, second.at, second.changed_at) == (first.number, 2, NOW, NOW + DAY)
    later = await store.ratings.give(replace(RATING, points=5, at=NOW + YEAR / 2))
    assert later.number != first.number
    assert [each.points for each in await store.ratings.of_person(AN)] == [5, 2]
    assert (await store.ratings.summary("nem-bui")).spread == (0, 0, 0, 0, 1)


async def test_words_and_answers_are_sealed(store: Store) -> None:
    given = await store.ratings.give(RATING)
    assert await store.ratings.answer(given.number, "Cảm ơn bác đã mua", at=NOW)
    async with store._engine.connect() as connection:
        kept = repr((await connection.execute(select(tables.ratings))).all())
    assert "quê" not in kept
    assert "que" not in kept
    assert "bác" not in kept
    held = await store.ratings.by_number(given.number)
    assert held is not None
    assert (held.words, held.answer) == (WORDS, "Cảm ơn bác đã mua")


async def test_a_producer_answers_each_version_once(store: Store) -> None:
    given = await store.ratings.give(RATING)
    bare = await store.ratings.give(replace(RATING, who=BINH, words=""))
    assert await store.ratings.unanswered(["nem-bui"], limit=5) == ([given], 1)
    assert given.may_be_answered
    assert await store.ratings.answer(given.number, "Cảm ơn", at=NOW + 1)
    assert not await store.ratings.answer(given.number, "Lần nữa", at=NOW + 2)
    assert await store.ratings.unanswered(["nem-bui"], limit=5) == ([], 0)
    changed = await store.ratings.give(replace(RATING, points=1, at=NOW + DAY))
    assert (changed.answer, changed.may_be_answered) == ("Cảm ơn", True)
    assert await store.ratings.take_back(BINH, given.number) is None, "nobody else's"
    assert (await store.ratings.take_back(BINH, bare.number)) == bare
    assert await store.ratings.of_person(BINH) == []


async def test_what_is_held_is_shown_or_hidden_by_an_officer_and_told_in_the_audit(store: Store) -> None:
    held = await store.ratings.give(replace(RATING, state=RatingState.HELD, holds=(HoldReason.PERSONAL,)))
    assert (await store.ratings.summary("nem-bui")).people == 0
    assert await store.ratings.in_state(RatingState.HELD, limit=5) == ([held], 1)
    await store.ratings.judge(held.number, RatingState.HIDDEN, by=LAN, reason="Có số điện thoại")
    again = await store.ratings.give(replace(RATING, at=NOW + 5))
    assert (again.state, again.holds) == (RatingState.HELD, (HoldReason.AGAIN,)), "looked at before it is shown"
    shown = await store.ratings.judge(held.number, RatingState.SHOWN, by=LAN)
    assert (shown.state, shown.reason) == (RatingState.SHOWN, "")
    assert (await store.ratings.summary("nem-bui")).people == 1
    entries = [each.entry async for each in store.audit.every_row()]
    assert [each.deed for each in entries] == [Deed.RATING_HIDDEN, Deed.RATING_SHOWN]
    assert entries[0].reason == "Có số điện thoại"
    assert WORDS not in repr(entries)
    with pytest.raises(NotFound):
        await store.ratings.judge(99, RatingState.SHOWN, by=LAN)


async def test_a_ring_is_shown_apart_until_an_officer_counts_it(store: Store) -> None:
    for name in ("a", "b", "c"):
        await store.ratings.give(replace(RATING, who=Address("zalo", name)))
    other = await store.ratings.give(replace(RATING, who=BINH, words="Hơi mặn với tôi"))
    page = await store.ratings.page("nem-bui", limit=5)
    assert ([each.number for each in page.ratings], page.total) == ([other.number], 1)
    apart = await store.ratings.page("nem-bui", limit=2, apart=True)
    assert (len(apart.ratings), apart.total) == (2, 3)
    assert await store.ratings.rings_of(["nem-bui"]) == dict.fromkeys(
        range(other.number - 3, other.number), RingKind.SAME_WORDS
    )
    await store.ratings.clear(apart.ratings[0].number, by=LAN, reason="Tôi đã hỏi từng người")
    assert (await store.ratings.page("nem-bui", limit=5)).total == 2


async def test_a_producer_is_told_with_the_rating(store: Store) -> None:
    notice = Notice("rated:1", BINH, NoticeKind.RATED, "nem-bui", due_at=NOW)
    await store.ratings.give(RATING, tell=[notice])
    assert [each["subject"] for each in (await store.people.rows_about(BINH))["outbox"]] == ["nem-bui"]


async def test_it_goes_along_to_another_chat_and_the_later_word_stays(store: Store) -> None:
    await store.ratings.give(RATING)
    await store.ratings.give(replace(RATING, product="nem-2"))
    await store.ratings.give(replace(RATING, who=BINH, points=1, at=NOW + 9))
    await store.moves.offer("CODE", AN, until=NOW + 600)
    assert await store.moves.count(AN) == (0, 0, 2)
    told = Notice("moved:1", AN, NoticeKind.MOVED, "x")
    assert await store.moves.take("CODE", BINH, now=NOW, tell=told)
    assert await store.ratings.of_person(AN) == []
    assert sorted((each.product, each.points) for each in await store.ratings.of_person(BINH)) == [
        ("nem-2", 4), ("nem-bui", 1),
    ]  # fmt: skip


async def test_it_goes_along_with_a_product_that_becomes_one_with_another(store: Store) -> None:
    await store.ratings.give(replace(RATING, product="nem-2"))
    await store.ratings.give(replace(RATING, product="nem-2", who=BINH, points=1))
    await store.ratings.give(replace(RATING, who=BINH, points=2))
    joined = await store.editing.join("nem-bui", "nem-2", JoinChoice(), by=LAN, kind=PRODUCT)
    assert (await store.ratings.summary("nem-bui")).spread == (0, 1, 0, 1, 0)
    await store.editing.undo_join(joined.number, by=LAN, reason="Nhầm")
    assert (await store.ratings.summary("nem-2")).spread == (1, 0, 0, 1, 0)


async def test_it_is_erased_with_the_person_and_when_it_is_old(store: Store) -> None:
    await store.ratings.give(RATING)
    await store.ratings.give(replace(RATING, who=BINH, at=NOW - 4 * YEAR))
    await store.ratings.forget_old(now=NOW)
    assert await store.ratings.of_person(BINH) == []
    (row_,) = (await store.people.rows_about(AN))["ratings"]
    assert row_["words"] == WORDS
    await store.people.erase(AN)
    assert await store.ratings.of_person(AN) == []
