"""Two that became one are parted again, on each database: everything as it was, or nothing and why."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from catalog.dates import PartialDate
from catalog.errors import NotFound
from catalog.follows import Follow, FollowKind
from catalog.inquiry import Address, Inquiry, Kind, Member, Role, State
from catalog.ratings import Rating
from catalog.sealing import new_key
from catalog.store import PRODUCER, PRODUCT, CannotUndoJoin, JoinChoice, Store, open_store, tables
from tests.unit.store.test_join_producers import GONE, KEPT, LAN, NAMES, NOW, parent, row

AN, BINH, CHI = (Address("zalo", name) for name in ("an", "binh", "chi"))


@pytest.fixture
async def stocked(store_url: str) -> AsyncIterator[Store]:
    async with open_store(store_url, keys=[new_key()]) as store:
        both = row("p2", "b", email="bui@example.vn", gtins=("8931234567897",))
        await store.import_rows([row("p1", "a", gtins=("8931234567897",)), both, row("p3", "b")], who="test")
        yield store


async def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row but the histories, and the rows that were never there: what is compared."""
    aside = {"changes", "audit", "revision", "memory"}
    found = {}
    async with store._engine.connect() as connection:
        for name, table in tables.metadata.tables.items():
            if name not in aside:
                rows = [dict(each) for each in (await connection.execute(select(table))).mappings()]
                found[name] = sorted(rows, key=repr)
    return found


async def fill(store: Store) -> None:
    """What names both producers, and what names only one."""
    for name, maker in (("an", KEPT), ("binh", GONE), ("an", GONE)):
        await store.members.join(Member(Address("zalo", name), Role.PRODUCER, maker, name=name), at=NOW)
    asked = Inquiry("AAAA1", "p2", GONE, Address("web", "x"), Kind.QUESTION, State.SENT, NOW, NOW)
    assert await store.inquiries.open(asked, text="?", link="l1")
    await store.people.note_view(Address("web", "x"), "p2", at=NOW)
    for who, kind, subject in (
        (AN, FollowKind.PRODUCER, KEPT), (AN, FollowKind.PRODUCER, GONE), (BINH, FollowKind.PRODUCER, GONE),
        (BINH, FollowKind.PRODUCT, "p1"), (BINH, FollowKind.PRODUCT, "p2"), (AN, FollowKind.PRODUCT, "p2"),
    ):  # fmt: skip
        assert await store.follows.add(Follow(who, kind, subject, since=NOW), marks={})
    async with store._engine.begin() as connection:
        await connection.execute(insert(tables.fairs).values(parent("fairs")))
        for key, total in ((KEPT, 1), (GONE, 9)):
            said = {"fair": "x", "producer_id": key}
            await connection.execute(insert(tables.fair_invitations).values(**said, asked_at=NOW, answer="no"))
            await connection.execute(insert(tables.fair_sales).values(**said, total=total, at=NOW + total))


async def join(store: Store, kind: str = PRODUCER, choice: JoinChoice | None = None) -> int:
    kept, gone = (KEPT, GONE) if kind == PRODUCER else ("p1", "p2")
    return (await store.editing.join(kept, gone, choice or JoinChoice(), by=LAN, kind=kind)).number


@pytest.mark.parametrize("kind", [PRODUCER, PRODUCT])
async def test_what_was_made_one_is_two_again_with_all_that_was_theirs(stocked: Store, kind: str) -> None:
    await fill(stocked)
    before = await everything(stocked)
    taken = frozenset({"email"}) if kind == PRODUCER else frozenset({"name"})
    united = frozenset({"phones"}) if kind == PRODUCER else frozenset()
    number = await join(stocked, kind, JoinChoice(taken, united=united))
    ((kept),) = await stocked.editing.list_joins(kind, KEPT if kind == PRODUCER else "p1")
    assert (kept.number, kept.by_officer, kept.name) == (number, 7, NAMES["b"] if kind == PRODUCER else "Nem p2")
    revision = await stocked.revision()
    await stocked.editing.undo_join(number, by=LAN, reason="nhầm")
    after = await everything(stocked)
    for name, rows in before.items():
        assert without_numbers(name, after[name]) == without_numbers(name, rows), name
    assert await stocked.revision() > revision
    assert [each.id for each in await stocked.of_producer(GONE)] == ["p2", "p3"]
    with pytest.raises(NotFound):
        await stocked.editing.undo_join(number, by=LAN, reason="lần nữa")


def without_numbers(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of what goes and comes back with another number, without it; of what is sealed, without what it looks like."""
    numbered = ("certificates", "certificate_events", "fair_invitations", "follows")
    aside = {"members": "name"} | dict.fromkeys(numbered, "number")
    return sorted(({key: each[key] for key in each if key != aside.get(name)} for each in rows), key=repr)


async def test_who_followed_one_of_two_and_left_meanwhile_does_not_come_back(stocked: Store) -> None:
    await fill(stocked)
    number = await join(stocked)
    await stocked.people.erase(AN)
    (stopped,) = [each for each in await stocked.follows.of_person(BINH) if each.subject == KEPT]
    await stocked.follows.stop(BINH, number=stopped.number)
    await stocked.editing.undo_join(number, by=LAN, reason="nhầm")
    left = {(each.kind, each.subject) for who in (AN, BINH) for each in await stocked.follows.of_person(who)}
    assert left == {(FollowKind.PRODUCT, "p1"), (FollowKind.PRODUCT, "p2")}


async def rated(store: Store) -> list[Rating]:
    """What these people gave points to."""
    found = [each for who in (AN, BINH, CHI) for each in await store.ratings.of_person(who)]
    return sorted(found, key=lambda each: each.number)


async def test_ratings_go_along_and_come_back_each_to_its_own(stocked: Store) -> None:
    for who, product, points, at in (
        (AN, "p1", 1, NOW),
        (AN, "p2", 5, NOW + 9),
        (BINH, "p1", 4, NOW + 9),
        (BINH, "p2", 2, NOW),
    ):
        await stocked.ratings.give(Rating(who, product, points, f"chấm {points}", at=at))
    await stocked.ratings.give(Rating(CHI, "p2", 3, "riêng", at=NOW))
    before = [(each.number, each.product, each.points) for each in await rated(stocked)]
    number = await join(stocked, PRODUCT)
    points = [(await stocked.ratings.of_person(who))[0].points for who in (AN, BINH, CHI)]
    assert points == [5, 4, 3], "the later word of each stands"
    kept = (await stocked.people.rows_about(AN))["joined_rows"]
    assert kept
    assert "chấm" not in repr(kept)
    await stocked.editing.undo_join(number, by=LAN, reason="nhầm")
    after = await rated(stocked)
    assert [(each.number, each.product, each.points) for each in after] == before
    words = sorted(each.words for each in after)
    assert words == ["", "", "chấm 4", "chấm 5", "riêng"]


async def test_a_rating_that_was_taken_back_meanwhile_does_not_come_back(stocked: Store) -> None:
    for product in ("p1", "p2"):
        await stocked.ratings.give(Rating(AN, product, 5, at=NOW))
        await stocked.ratings.give(Rating(BINH, product, 2, at=NOW))
    number = await join(stocked, PRODUCT)
    (stands,) = await stocked.ratings.of_person(AN)
    await stocked.ratings.take_back(AN, stands.number)
    await stocked.people.erase(BINH)
    await stocked.editing.undo_join(number, by=LAN, reason="nhầm")
    assert [await stocked.ratings.of_person(who) for who in (AN, BINH)] == [[], []]


async def test_a_certificate_that_both_had_stands_with_both_again(store: Store) -> None:
    same = {"decision": "7/QĐ-UBND", "certificate": "7"}
    await store.import_rows([row("p1", "a", **same), row("p2", "a", name="Nem 2", score=71.0, **same)], who="test")
    number = await join(store, PRODUCT)
    merged = await store.product("p1")
    assert merged is not None
    assert [each.score for each in merged.certificates] == [71.0]
    await store.editing.undo_join(number, by=LAN, reason="nhầm")
    found = [await store.product(key) for key in ("p1", "p2")]
    assert [[each.score for each in one.certificates] for one in found if one] == [[None], [71.0]]


async def test_what_came_since_stays_with_the_one_that_stayed(stocked: Store) -> None:
    await fill(stocked)
    number = await join(stocked)
    asked = Inquiry("AAAA2", "p1", KEPT, Address("web", "y"), Kind.QUESTION, State.SENT, NOW, NOW)
    assert await stocked.inquiries.open(asked, text="?", link="l2")
    await stocked.people.erase(BINH)
    later = PartialDate(2027, 1, 1)
    await stocked.import_rows([row("p9", "a", website="https://nem.example", as_of=later)], who="test")
    await stocked.editing.undo_join(number, by=LAN, reason="nhầm")
    assert [each.id for each in await stocked.of_producer(KEPT)] == ["p1", "p9"]
    (kept,) = await stocked.producers([KEPT])
    assert kept.website == "https://nem.example"
    counts = [(await stocked.field_history.count_inquiries(producer=key)).total for key in (KEPT, GONE)]
    assert counts == [1, 1]
    assert [each.name for each in await stocked.members.of_producer(GONE)] == ["an"], "who erased themselves stays so"


async def test_what_was_changed_since_is_told_and_nothing_is_parted(stocked: Store) -> None:
    number = await join(stocked, choice=JoinChoice(frozenset({"email"})))
    newer = row("p1", "a", email="khac@example.vn", as_of=PartialDate(2027, 1, 1))
    await stocked.import_rows([newer], who="test")
    before = await everything(stocked)
    with pytest.raises(CannotUndoJoin) as refused:
        await stocked.editing.undo_join(number, by=LAN, reason="nhầm")
    assert refused.value.what == ("email",)
    assert await everything(stocked) == before


async def test_a_product_that_has_another_maker_since_is_told(stocked: Store) -> None:
    await stocked.import_rows([row("p4", "a", producer="HTX Ba")], who="test")
    number = await join(stocked)
    async with stocked._engine.begin() as connection:
        made = tables.products
        other = await connection.scalar(select(made.c.producer_id).where(made.c.id == "p4"))
        await connection.execute(update(made).where(made.c.id == "p3").values(producer_id=other))
    with pytest.raises(CannotUndoJoin) as refused:
        await stocked.editing.undo_join(number, by=LAN, reason="nhầm")
    assert refused.value.what == ("products",)


async def test_of_two_merges_in_a_row_the_last_one_is_undone_first(stocked: Store) -> None:
    await stocked.import_rows([row("p4", "a", producer="HTX Ba")], who="test")
    third = (await stocked.product("p4")).producer.id  # type: ignore[union-attr]  # just imported
    before = await everything(stocked)
    first = await join(stocked)
    second = (await stocked.editing.join(third, KEPT, JoinChoice(), by=LAN, kind=PRODUCER)).number
    with pytest.raises(CannotUndoJoin):
        await stocked.editing.undo_join(first, by=LAN, reason="nhầm")
    for number in (second, first):
        await stocked.editing.undo_join(number, by=LAN, reason="nhầm")
    after = await everything(stocked)
    assert after["producers"] == before["producers"]
    assert after["products"] == before["products"]
    assert after["former_ids"] == before["former_ids"]


async def test_after_some_weeks_it_is_forgotten(stocked: Store) -> None:
    number = await join(stocked)
    async with stocked._engine.begin() as connection:
        await connection.execute(update(tables.joins).values(at=NOW - 31 * 24 * 3600))
    assert await stocked.editing.list_joins(PRODUCER, KEPT) == []
    with pytest.raises(NotFound):
        await stocked.editing.undo_join(number, by=LAN, reason="nhầm")
    await stocked.editing.forget_joins(now=NOW)
    found = await everything(stocked)
    assert (found["joins"], found["joined_rows"]) == ([], [])


async def test_nothing_of_a_person_is_kept_who_erased_themselves(stocked: Store) -> None:
    await fill(stocked)
    await join(stocked)
    assert await stocked.people.rows_about(AN)
    await stocked.people.erase(AN)
    assert "an" not in {each["address"] for each in (await everything(stocked))["joined_rows"]}
    assert replace(AN, address="binh") == BINH
