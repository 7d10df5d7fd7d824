"""What the board's lists of work count, and what officers give to products, on each database."""

from collections.abc import AsyncIterator

import pytest

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.inquiry import Address, Inquiry, Kind, Member, Role, State
from catalog.sealing import new_key
from catalog.store import LateInquiries, Store, given_by, open_store
from tests.town import product

NOON = 1_790_000_000.0
DAY = 24 * 3600.0
LAN = Doer(7, "province")


@pytest.fixture
async def made(store_url: str) -> AsyncIterator[Store]:
    """Two makers with three products."""
    async with open_store(store_url, keys=[new_key()]) as store:
        await store.import_rows([product(1), product(2), product(3, maker=2)], who="test")
        yield store


async def makers(store: Store) -> list[str]:
    return [each.producer.id for each in await store.products(["nem-1", "nem-3"])]


async def test_late_inquiries_are_counted_for_each_producer(made: Store) -> None:
    one, two = await makers(made)
    for number, (maker, days, state) in enumerate(
        [(one, 3, State.SENT), (one, 5, State.READ), (one, 1, State.SENT), (two, 4, State.SENT), (two, 9, State.CLOSED)]
    ):
        at = NOON - days * DAY
        asked = Inquiry(f"AAAA{number}", "nem-1", maker, Address("web", "x"), Kind.QUESTION, state, at, at)
        assert await made.inquiries.open(asked, text="?", link=f"l{number}")
    late = await made.worklists.late_by_producer(before=NOON - 2 * DAY)
    assert late == [LateInquiries(one, 2, NOON - 5 * DAY), LateInquiries(two, 1, NOON - 4 * DAY)]


async def test_a_product_is_seen_by_three_different_people_or_by_nobody(made: Store) -> None:
    for key, people in (("nem-1", "abc"), ("nem-2", "aab")):
        for person in people:
            await made.people.note_view(Address("web", person), key, at=NOON)
    assert await made.worklists.viewers_since(NOON) == {"nem-1": 3}
    assert await made.worklists.viewers_since(NOON + 1) == {}


async def test_who_answers_reaches_their_producer(made: Store) -> None:
    one, _ = await makers(made)
    assert await made.worklists.producers_reached() == frozenset()
    await made.members.join(Member(Address("zalo", "ba"), Role.PRODUCER, one), at=NOON)
    await made.members.join(Member(Address("zalo", "can-bo"), Role.OFFICER), at=NOON)
    assert await made.worklists.producers_reached() == {one}


async def test_a_code_is_given_once_and_taken_once(made: Store) -> None:
    before = await made.revision()
    number = await made.naming.bind_code("trace", "tem.example/a", shown="tem.example/a", product="nem-1", by=LAN)
    assert await made.revision() > before
    keys = [("trace", "tem.example/a"), ("gtin", "tem.example/a"), ("trace", "x")]
    assert await made.naming.known_codes(keys) == {keys[0]}
    with pytest.raises(NotFound):
        await made.naming.bind_code("trace", "tem.example/a", shown="", product="nem-1", by=LAN)
    row = await made.audit.by_number(number)
    assert row is not None
    assert (row.entry.deed, row.entry.officer, given_by(row)[0]) == (Deed.CODE_BOUND, 7, "nem-1")
    await made.naming.unbind_code("trace", "tem.example/a", product="nem-1", by=LAN)
    with pytest.raises(NotFound):
        await made.naming.unbind_code("trace", "tem.example/a", product="nem-1", by=LAN)
    assert (await made.audit.verify()).rows == 2
    assert await made.audit.by_number(99) is None


async def test_a_name_is_given_once_and_stands_in_the_history(made: Store) -> None:
    mark, _ = await made.searchable.since(None, most=10)
    await made.naming.add_alias("nem-1", "Nem Bùi", by=LAN)
    for wrong in (("nem-1", "Nem Bùi"), ("nowhere", "Nem")):
        with pytest.raises(NotFound):
            await made.naming.add_alias(*wrong, by=LAN)
    _, changed = await made.searchable.since(mark, most=10)
    assert changed is not None
    assert [(each.id, each.aliases) for each in changed] == [("nem-1", ("Nem Bùi",))]
    await made.naming.remove_alias("nem-1", "Nem Bùi", by=LAN)
    with pytest.raises(NotFound):
        await made.naming.remove_alias("nem-1", "Nem Bùi", by=LAN)
    (found,) = await made.products(["nem-1"])
    assert found.aliases == ()
    assert (await made.audit.verify()).broken is None
